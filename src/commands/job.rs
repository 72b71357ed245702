//! `tamis job`: runs what is due, each job alone, and says what ran and what comes next.

use super::scan::{Beside, Done, Record, perform};
use super::{GATE_FAILED, NOT_IN_FULL, NOT_WRITTEN, USAGE, complain, now, print};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Local};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tamis::cli::{self, JobCommand, JobRow, JobRun, Settled};
use tamis::config::{Config, JobEntry};
use tamis::reports::printable::printable;
use tamis::schedule::Due;
use tamis::state::{State, Use};
use tamis::store::{Counted, RETENTION, Series, Store};

/// Runs or lists jobs.
pub(crate) fn run(command: &JobCommand) -> Result<ExitCode> {
    match command {
        JobCommand::Run(words) => run_jobs(words),
        JobCommand::List { config, store, format } => {
            let file = File::read(config.clone())?;
            let words = JobRun { store: store.clone(), ..JobRun::default() };
            let rows: Result<Vec<JobRow>> = file.config.jobs.iter().map(|job| file.row(job, &words)).collect();
            Ok(print(cli::job_list(&rows?, *format).as_bytes()))
        }
    }
}

/// The configuration file.
struct File {
    path: PathBuf,
    config: Config,
}

impl File {
    fn read(typed: Option<PathBuf>) -> Result<Self> {
        let folder = std::env::current_dir().context("the working folder")?;
        let (path, config) = cli::jobs(typed, &|name| std::env::var_os(name), &folder)?;
        Ok(Self { path, config })
    }

    fn settle(&self, job: &JobEntry, words: &JobRun) -> Result<Settled> {
        cli::settle_job(&self.path, &self.config, job, words.words(), &|name| std::env::var_os(name))
    }

    /// What the runs of a job are compared within: its name, and this file wherever it is called from.
    fn series(&self, job: &JobEntry, settled: &Settled) -> Series {
        let of = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let targets = settled.args.targets.iter().map(|target| target.to_string_lossy().into_owned());
        Series { job: Some(job.name.clone()), of: of.display().to_string(), targets: targets.collect() }
    }

    fn row(&self, job: &JobEntry, words: &JobRun) -> Result<JobRow> {
        let settled = self.settle(job, words)?;
        let series = self.series(job, &settled);
        let path = store_path(settled.args.store.as_deref(), false)?;
        let store = path.exists().then(|| Store::open(&path)).transpose()?;
        let last_run = store.as_ref().map(|store| store.last_run(&series)).transpose()?.flatten();
        let slot = store.as_ref().map(|store| store.last_slot(&series)).transpose()?.flatten();
        let now = DateTime::<Local>::from(now());
        let due = job.schedule.due(slot.map(DateTime::from).as_ref(), &now);
        Ok(JobRow { name: job.name.clone(), schedule: job.schedule, last_run, due })
    }
}

/// Where the store is; its folder is made if that is ours.
pub(super) fn store_path(named: Option<&Path>, make: bool) -> Result<PathBuf> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    let folder = cli::state_folder(&|name| std::env::var_os(name))?;
    if make {
        make_folder(&folder)?;
    }
    Ok(folder.join("findings.db"))
}

fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("{}: cannot be made; check its permissions", folder.display()))
}

/// Where a job's state is: a name that people know it by, and what makes it unique.
fn state_path(named: Option<&Path>, series: &Series, job: &JobEntry) -> Result<PathBuf> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    let folder = cli::state_folder(&|name| std::env::var_os(name))?.join("jobs");
    make_folder(&folder)?;
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '_' { c } else { '-' };
    let name: String = job.name.chars().take(40).map(plain).collect();
    let unique = tamis::finding::digest(&[series.of.as_bytes(), job.name.as_bytes()]);
    Ok(folder.join(format!("{name}-{}.state", &unique[..8])))
}

/// Runs the jobs that are asked for. One that cannot begin does not keep the others from it.
fn run_jobs(words: &JobRun) -> Result<ExitCode> {
    let file = File::read(words.config.clone())?;
    let jobs: Vec<&JobEntry> =
        file.config.jobs.iter().filter(|job| words.name.as_ref().is_none_or(|name| job.name == *name)).collect();
    match (&words.name, jobs.is_empty()) {
        (Some(name), true) => {
            let known: Vec<&str> = file.config.jobs.iter().map(|job| job.name.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            bail!("{}: has no job `{name}`; there are {known}", file.config.file);
        }
        (None, true) => bail!("{}: has no job; add one: [[job]]", file.config.file),
        (_, false) => {}
    }
    let mut worst = 0;
    for job in jobs {
        let status = match run_one(&file, job, words) {
            Ok(Some(done)) => {
                say(job, &done, words);
                if done.is_interrupted {
                    return Ok(ExitCode::from(done.status));
                }
                done.status
            }
            Ok(None) => 0,
            Err(error) => {
                complain(&error.context(format!("job {}", job.name)));
                USAGE
            }
        };
        let weight = |status: &u8| [0, NOT_IN_FULL, GATE_FAILED, USAGE, NOT_WRITTEN].iter().position(|s| s == status);
        if weight(&status) > weight(&worst) {
            worst = status;
        }
    }
    Ok(ExitCode::from(worst))
}

/// Runs a job if it is due. None if it is not, or runs already.
fn run_one(file: &File, job: &JobEntry, words: &JobRun) -> Result<Option<Done>> {
    let settled = file.settle(job, words)?;
    let series = file.series(job, &settled);
    let state = state_path(settled.args.state.as_deref(), &series, job)?;
    let Some(lock) = State::lock(&state)? else {
        let _ = writeln!(io::stderr(), "tamis: job {}: is running already", printable(&job.name));
        return Ok(None);
    };
    let store = Store::open(&store_path(settled.args.store.as_deref(), true)?)?;
    let (began, last) = (now(), store.last_slot(&series)?);
    let moment = DateTime::<Local>::from(began);
    let slot = match job.schedule.due(last.map(DateTime::from).as_ref(), &moment) {
        Due::Now(slot) => Some(slot),
        // A run that was asked for is none of the schedule's.
        Due::At(_) | Due::Never if words.force => None,
        due => {
            if !words.quiet {
                let next = match due {
                    Due::At(next) => format!("not due; its next run is {}", cli::wall_clock(&next)),
                    _ => "has run; it has no other run".to_owned(),
                };
                print(format!("job {}: {next}\n", printable(&job.name)).as_bytes());
            }
            return Ok(None);
        }
    };
    let how = Use { rehash: settled.args.rehash, only_changes: job.only_changes, began };
    let retention = settled.args.retention.unwrap_or(RETENTION);
    let record = Record { store, series, slot: slot.map(Into::into), retention };
    perform(&settled, Beside { state: Some((state, lock, how)), record: Some(record) }).map(Some)
}

/// One line for each problem; without `--quiet` one on what changed too.
fn say(job: &JobEntry, done: &Done, words: &JobRun) {
    let name = printable(&job.name);
    let mut lines = Vec::new();
    if let Some(changes) = done.changes {
        let (added, back, gone) = (changes.added, changes.reopened, changes.resolved);
        if added + back > 0 || !words.quiet {
            lines.push(format!("job {name}: {added} new findings, {back} that are back, {gone} resolved"));
        }
    }
    if let Some(changes) = done.changes.map(|changes| changes.policies).filter(|changes| *changes != Counted::default())
    {
        let (added, back, gone) = (changes.added, changes.reopened, changes.resolved);
        if added + back > 0 || !words.quiet {
            lines.push(format!("job {name}: {added} new policy findings, {back} that are back, {gone} resolved"));
        }
    }
    match done.status {
        GATE_FAILED => lines.push(format!("job {name}: the gate failed; `tamis findings list` shows what is open")),
        NOT_IN_FULL => lines.push(format!("job {name}: {} objects were not inspected in full", done.gaps)),
        _ => {}
    }
    for line in lines {
        let _ = writeln!(io::stderr(), "tamis: {line}");
    }
}
