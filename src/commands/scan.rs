//! `tamis scan`: plan, scan, write, judge.

use super::notify::notify;
use super::{GATE_FAILED, NOT_IN_FULL, NOT_WRITTEN, quietly};
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use anyhow::{Context, Result};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use tamis::cli::{self, Color, ScanArgs, Settled};
use tamis::identifier::Severity;
use tamis::report::Report;
use tamis::reports::{self, Style};

/// Scans as settled.
pub(crate) fn run(settled: &Settled) -> Result<ExitCode> {
    let args = &settled.args;
    let outputs = cli::outputs(&args.output)?;
    let key = std::env::var("TAMIS_FINGERPRINT_KEY").ok().filter(|key| !key.is_empty());
    let plan = cli::plan(settled, key.as_deref())?;
    let notified = args.notify.as_deref().map(cli::command_words).transpose()?;
    let interrupt = Interrupt::install().context("signals cannot be caught")?;
    let bar = Bar::new(args.quiet || args.no_progress, args.verbose, args.log_format);
    let targets: Vec<String> = plan.scope.targets.iter().map(|target| target.to_string_lossy().into_owned()).collect();
    bar.start(&targets, plan.identifiers.len());
    let open_stream = |path: Option<&Path>| interrupt.stream(path);
    let report = tamis::scan::scan(&plan, &open_stream, interrupt.flag(), &bar)?;
    bar.finish();
    let mut written = write_stdout(args, &report);
    for output in &outputs {
        let saved = cli::write_file(output, &report).with_context(|| format!("writing {}", output.path.display()));
        written = written.and(saved);
    }
    if let Some(words) = notified.filter(|_| report.findings_at(Severity::from(args.notify_level)) > 0) {
        written = written.and(notify(&words, reports::summary_line(&report)));
    }
    bar.end(&report);
    if let Err(error) = &written {
        bar.complain(error);
        return Ok(ExitCode::from(NOT_WRITTEN));
    }
    Ok(interrupt.exit_code().unwrap_or_else(|| verdict(args, &report)))
}

fn verdict(args: &ScanArgs, report: &Report) -> ExitCode {
    let fails = args.fail_on.is_some_and(|level| report.findings_at(Severity::from(level)) > 0);
    let open = args.fail_on_policy.map(Severity::from);
    let breaks = open.is_some_and(|level| report.policy_findings.iter().any(|found| found.severity >= level));
    if fails || breaks {
        ExitCode::from(GATE_FAILED)
    } else if args.strict && report.has_gaps() {
        ExitCode::from(NOT_IN_FULL)
    } else {
        ExitCode::SUCCESS
    }
}

fn write_stdout(args: &ScanArgs, report: &Report) -> Result<()> {
    let name = match &args.format {
        Some(name) => name,
        None if args.quiet => return Ok(()),
        None => "text",
    };
    let format = reports::named(name).with_context(|| format!("no format `{name}`"))?;
    let color = match args.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let result = format.write(report, Style { color }, &mut out).and_then(|()| out.flush());
    // What is still buffered for a reader that went away must not be tried again.
    let (_, _) = out.into_parts();
    quietly(result).context("writing to standard output")
}
