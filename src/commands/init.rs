//! `tamis init`: a starter configuration, or what runs its jobs.

use super::print;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tamis::cli::{self, InitArgs};
use tamis::config::JobEntry;

/// Writes what is asked for into the working folder.
pub(crate) fn run(args: &InitArgs) -> Result<ExitCode> {
    let InitArgs { timers, force, .. } = args;
    let has_timers = timers.cron || timers.systemd;
    if !has_timers || args.pre_commit || args.github || args.gitlab {
        let printed = cli::init(Path::new(""), args).map(|lines| print(lines.as_bytes()))?;
        if !has_timers || printed != ExitCode::SUCCESS {
            return Ok(printed);
        }
    }
    let folder = std::env::current_dir().context("the working folder")?;
    let environment = |name: &str| std::env::var_os(name);
    let (path, config) = cli::jobs(None, &environment, &folder)?;
    let program = std::env::current_exe().context("the path of this program")?;
    let file = std::fs::canonicalize(&path).with_context(|| format!("{}: cannot be read", path.display()))?;
    // The unit may write where the job's reports go, and nowhere else.
    let outputs = |job: &JobEntry| -> Vec<PathBuf> {
        let Ok(settled) = cli::settle_job(&path, &config, job, Vec::new(), &environment) else { return Vec::new() };
        let Ok(outputs) = cli::outputs(&settled.args.output) else { return Vec::new() };
        let files = outputs.into_iter().map(|output| output.path);
        let files = files.chain(settled.args.store).chain(settled.args.state);
        let folder_of = |file: PathBuf| std::path::absolute(&file).ok()?.parent().map(Path::to_owned);
        let mut folders: Vec<PathBuf> = files.filter_map(folder_of).collect();
        folders.sort();
        folders.dedup();
        folders
    };
    let said = cli::timers(&config, timers.systemd, &program, &file, &outputs, Path::new(""), *force)?;
    Ok(print(said.as_bytes()))
}
