//! `tamis scan`: plan, scan, compare, write, judge.

use super::NOT_WRITTEN;
use super::delivery::{Delivery, exit_code, say_notes};
use super::notify::notify;
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tamis::cli::{self, Settled};
use tamis::compare::{Gone, compare};
use tamis::identifier::Severity;
use tamis::plan::Source;
use tamis::reports;

/// Scans as settled.
pub(crate) fn run(settled: &Settled) -> Result<ExitCode> {
    let args = &settled.args;
    let outputs = cli::outputs(&args.output)?;
    let key = std::env::var("TAMIS_FINGERPRINT_KEY").ok().filter(|key| !key.is_empty());
    let mut plan = cli::plan(settled, key.as_deref())?;
    // `git commit -a` and `git commit FILE` run their hooks with an index of their own.
    if let Source::Staged { index } = &mut plan.scope.source {
        *index = std::env::var_os("GIT_INDEX_FILE").map(PathBuf::from);
    }
    let notified = args.notify.as_deref().map(cli::command_words).transpose()?;
    // Before the scan: one that cannot be read must not cost an hour.
    let read = |path| tamis::saved::open(path, &plan.identifiers);
    let baseline = args.baseline.as_deref().map(read).transpose().context("--baseline")?;
    let interrupt = Interrupt::install().context("signals cannot be caught")?;
    let bar = Bar::new(args.quiet || args.no_progress, args.verbose, args.log_format);
    let targets: Vec<String> = plan.scope.targets.iter().map(|target| target.to_string_lossy().into_owned()).collect();
    bar.start(&targets, plan.identifiers.len());
    let open_stream = |path: Option<&Path>| interrupt.stream(path);
    let mut report = tamis::scan::scan(&plan, &open_stream, interrupt.flag(), &bar)?;
    bar.finish();
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
    let mut failed = delivery.write(&report);
    let is_new = report.findings_at(Severity::from(args.notify_level)) > 0;
    if let Some(words) = notified.filter(|_| is_new)
        && let Err(error) = notify(&words, reports::summary_line(&report))
    {
        bar.complain(&error);
        failed = failed.or(Some(ExitCode::from(NOT_WRITTEN)));
    }
    bar.end(&report);
    Ok(failed.unwrap_or_else(|| interrupt.exit_code().unwrap_or_else(|| exit_code(&report))))
}
