//! `tamis scan`: plan, scan, write, judge.

use super::{GATE_FAILED, NOT_IN_FULL, NOT_WRITTEN, complain, quietly};
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use anyhow::{Context, Result};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;
use tamis::cli::{self, Color, ScanArgs, Settled};
use tamis::identifier::Severity;
use tamis::plan::Plan;
use tamis::report::Report;
use tamis::reports::{self, Style};
use tamis::state::{Basis, State, Use};

/// Scans as settled.
pub(crate) fn run(settled: &Settled) -> Result<ExitCode> {
    let args = &settled.args;
    let outputs = cli::outputs(&args.output)?;
    let key = std::env::var("TAMIS_FINGERPRINT_KEY").ok().filter(|key| !key.is_empty());
    let plan = cli::plan(settled, key.as_deref())?;
    let interrupt = Interrupt::install().context("signals cannot be caught")?;
    let bar = Bar::new(args.quiet || args.no_progress, args.verbose);
    let open_stream = |path: Option<&Path>| interrupt.stream(path);
    let state = args.state.as_deref().map(|path| open_state(path, &plan, args.rehash)).transpose()?;
    let report = tamis::scan::scan(&plan, state.as_ref(), &open_stream, interrupt.flag(), &bar)?;
    bar.finish();
    let kept = state.map_or(Ok(()), |state| state.finish(report.complete));
    let mut written = write_stdout(args, &report).and(kept.map_err(Into::into));
    for output in &outputs {
        let saved = cli::write_file(output, &report).with_context(|| format!("writing {}", output.path.display()));
        written = written.and(saved);
    }
    if let Err(error) = &written {
        complain(error);
        return Ok(ExitCode::from(NOT_WRITTEN));
    }
    Ok(interrupt.exit_code().unwrap_or_else(|| verdict(args, &report)))
}

fn open_state(path: &Path, plan: &Plan, rehash: bool) -> Result<State> {
    let how = Use { rehash, only_changes: false, began: SystemTime::now() };
    Ok(State::open(path, &Basis::of(plan), &plan.identifiers, how)?)
}

fn verdict(args: &ScanArgs, report: &Report) -> ExitCode {
    let fails = args.fail_on.is_some_and(|level| report.findings_at(Severity::from(level)) > 0);
    if fails {
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
