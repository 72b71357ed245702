//! `tamis scan`: plan, scan, record, compare, write, judge. Jobs go the same way, with a state and a record.

use super::delivery::{Delivery, say_notes, status};
use super::notify::notify;
use super::{NOT_WRITTEN, now};
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use anyhow::{Context, Result};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};
use tamis::artifact::ArtifactPath;
use tamis::cli::{self, Settled};
use tamis::compare::{Gone, compare};
use tamis::database::{DatabaseError, Lock};
use tamis::identifier::Severity;
use tamis::plan::{Plan, Source};
use tamis::report::Report;
use tamis::reports;
use tamis::scan::Progress;
use tamis::state::{Basis, State, Use};
use tamis::status::Status;
use tamis::store::{Changes, RETENTION, Run, Series, Store, Watched};

/// What a scan remembers and records besides what it reports.
#[derive(Default)]
pub(crate) struct Beside {
    /// The file of what is known, and how it is used.
    pub(crate) state: Option<(PathBuf, Lock, Use)>,
    /// The store.
    pub(crate) record: Option<Record>,
}

/// Where a run is recorded, and as what.
pub(crate) struct Record {
    pub(crate) store: Store,
    pub(crate) series: Series,
    /// The moment of its schedule that it is for.
    pub(crate) slot: Option<SystemTime>,
    pub(crate) retention: Duration,
}

/// How a scan ended.
pub(crate) struct Done {
    /// The exit status.
    pub(crate) status: u8,
    /// Whether a signal ended it.
    pub(crate) is_interrupted: bool,
    /// Objects not inspected in full.
    pub(crate) gaps: usize,
    /// What changed in the record, if there is one.
    pub(crate) changes: Option<Changes>,
}

/// Scans as settled.
pub(crate) fn run(settled: &Settled) -> Result<ExitCode> {
    let args = &settled.args;
    let mut beside = Beside::default();
    if let Some(path) = &args.state {
        let how = Use { rehash: args.rehash, only_changes: false, began: now() };
        let lock = State::lock(path)?.ok_or_else(|| DatabaseError::Busy(path.clone()))?;
        beside.state = Some((path.clone(), lock, how));
    }
    if let Some(path) = &args.store {
        let of = std::env::current_dir().context("the working folder")?.display().to_string();
        let targets = args.targets.iter().map(|target| target.to_string_lossy().into_owned()).collect();
        beside.record = Some(Record {
            store: Store::open(path)?,
            series: Series { job: None, of, targets },
            slot: None,
            retention: args.retention.unwrap_or(RETENTION),
        });
    }
    perform(settled, beside).map(|done| ExitCode::from(done.status))
}

/// Scans, writes what is to be written, and says how it ended.
pub(crate) fn perform(settled: &Settled, beside: Beside) -> Result<Done> {
    let Beside { state, mut record } = beside;
    let args = &settled.args;
    let outputs = cli::outputs(&args.output)?;
    let plan = plan(settled)?;
    let notified = args.notify.as_deref().map(cli::command_words).transpose()?;
    // Before the scan: one that cannot be read must not cost an hour.
    let read = |path| tamis::saved::open(path, &plan.identifiers);
    let baseline = args.baseline.as_deref().map(read).transpose().context("--baseline")?;
    let interrupt = Interrupt::install().context("signals cannot be caught")?;
    let open =
        |(path, lock, how): (PathBuf, Lock, Use)| State::open(&path, lock, &Basis::of(&plan), &plan.identifiers, how);
    let state = state.map(open).transpose()?;
    let enter_run = |record: &mut Record| record.store.begin(&record.series, record.slot, now());
    let begun = record.as_mut().map(enter_run).transpose()?;
    let bar = Bar::new(args.quiet || args.no_progress, args.verbose, args.log_format);
    let targets: Vec<String> = plan.scope.targets.iter().map(|target| target.to_string_lossy().into_owned()).collect();
    bar.start(&targets, plan.identifiers.len());
    let watch = Watch { bar: &bar, watched: begun.as_ref().map(|(_, watched)| watched) };
    let open_stream = |path: Option<&Path>| interrupt.stream(path);
    let scanned = tamis::scan::scan(&plan, state.as_ref(), &open_stream, interrupt.flag(), &watch);
    bar.finish();
    let mut report = match (scanned, &mut record, &begun) {
        (Ok(report), ..) => report,
        (Err(error), Some(record), Some((run, _))) => {
            record.store.fail(run, now())?;
            return Err(error.into());
        }
        (Err(error), ..) => return Err(error.into()),
    };
    let kept = state.map_or(Ok(()), |state| state.finish(report.complete)).map_err(anyhow::Error::from);
    // The record is of what is there, whatever a baseline knows of it.
    let recorded = match (&mut record, &begun) {
        (Some(record), Some((run, watched))) => enter(record, run, watched, settled, &mut report).map(Some),
        _ => Ok(None),
    };
    let changes = recorded.as_ref().map_or(None, |changes| *changes);
    if let Some(baseline) = baseline {
        say_notes(&compare(&mut report, &baseline, Gone::WhenCertain));
    }
    let delivery = Delivery {
        format: args.format.as_deref(),
        quiet: args.quiet,
        verbose: args.verbose,
        color: args.color,
        outputs: &outputs,
        complain: &|error| bar.complain(error),
    };
    hire(plan.threads, &report);
    let mut failed = delivery.write(&report);
    let level = Severity::from(args.notify_level);
    // What is recorded is new once; without a record nothing is known of yesterday.
    let is_new = changes.map_or(report.findings_at(level) > 0, |changes| changes.worst >= Some(level));
    let told = notified.filter(|_| is_new).map_or(Ok(()), |words| notify(&words, reports::summary_line(&report)));
    for error in [kept, recorded.map(|_| ()), told].into_iter().filter_map(Result::err) {
        bar.complain(&error);
        failed = failed.or(Some(NOT_WRITTEN));
    }
    bar.end(&report);
    let gaps = report.skipped.iter().filter(|row| row.classification.status != Status::Complete).count();
    let is_interrupted = interrupt.exit_status().is_some();
    let status = failed.or(interrupt.exit_status()).unwrap_or_else(|| status(&report));
    // The process ends soon, or scans once more: giving every keyword back takes a tenth of a short run's time, and a long
    // report takes as well.
    std::mem::forget((plan, report));
    Ok(Done { status, is_interrupted, gaps, changes })
}

/// The plan, and what of it the environment says.
fn plan(settled: &Settled) -> Result<Plan> {
    let key = std::env::var("TAMIS_FINGERPRINT_KEY").ok().filter(|key| !key.is_empty());
    let mut plan = cli::plan(settled, key.as_deref())?;
    // `git commit -a` and `git commit FILE` run their hooks with an index of their own.
    if let Source::Staged { index } = &mut plan.scope.source {
        *index = std::env::var_os("GIT_INDEX_FILE").map(PathBuf::from);
    }
    Ok(plan)
}

/// Sees to it that as many workers render a long report as scanned: those of the scan are gone.
fn hire(workers: usize, report: &Report) {
    let findings = [&report.findings, &report.baselined, &report.absent].map(Vec::len);
    let lists = findings.into_iter().chain([report.policy_findings.len(), report.skipped.len()]);
    if lists.max() > Some(reports::MANY_ROWS) {
        // Where a job runs a second scan they are there already.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(workers).build_global();
    }
}

/// Takes the report into the record, and what the record has of earlier runs into the report.
fn enter(record: &mut Record, run: &Run, watched: &Watched, settled: &Settled, report: &mut Report) -> Result<Changes> {
    let is_gone = |path: &[u8]| {
        let below = name_of(path);
        let is_missing =
            |path: PathBuf| fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        // A path begins below its target, or at it where there are several, or is the name of a target.
        let mut places = vec![below.clone()];
        for target in &settled.args.targets {
            let target = Path::new(target);
            places.push(target.join(&below));
            places.extend((target.file_name() == Some(below.as_os_str())).then(|| target.to_owned()));
        }
        places.into_iter().all(is_missing)
    };
    report.earlier = record.store.past(run)?;
    Ok(record.store.record(run, report, watched, &is_gone, now(), record.retention)?)
}

#[cfg(unix)]
fn name_of(path: &[u8]) -> PathBuf {
    PathBuf::from(std::ffi::OsStr::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(path)))
}

#[cfg(not(unix))]
fn name_of(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}

/// Progress, and which files with open findings were come upon.
struct Watch<'a> {
    bar: &'a Bar,
    watched: Option<&'a Watched>,
}

impl Progress for Watch<'_> {
    fn file(&self, size: u64) {
        self.bar.file(size);
    }

    fn inspected(&self, path: &ArtifactPath) {
        if let Some(watched) = self.watched {
            watched.note(&path.file);
        }
    }

    fn reading(&self, path: &ArtifactPath, format: &str) {
        self.bar.reading(path, format);
    }

    fn gap(&self, path: &ArtifactPath, status: &Status) {
        self.bar.gap(path, status);
    }
}
