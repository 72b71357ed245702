//! `tamis report`: saved results, merged, compared, in another form, and held to a gate.

use super::delivery::{Delivery, say_notes, say_verdict, status};
use super::findings::trend;
use super::{NOT_WRITTEN, complain, quietly};
use anyhow::{Context, Result, bail};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tamis::cli::{self, Form, ReportArgs};
use tamis::compare::{Gone, compare};
use tamis::identifier::{DataIdentifier, Severity};
use tamis::merge::merge;
use tamis::report::{Gate, Report};
use tamis::reports::diff::{self, DiffForm};

/// Reports on results.
pub(crate) fn run(args: &ReportArgs) -> Result<ExitCode> {
    if args.trend {
        return trend_of_store(args);
    }
    let known = cli::identifiers(&[])?;
    if args.diff {
        return difference(args, &known);
    }
    let outputs = cli::outputs(&args.output)?;
    let results = args.results.iter().map(|path| tamis::saved::open(path, &known)).collect::<Result<Vec<_>, _>>()?;
    let mut report = merge(results).context("no result is given")?;
    if let Some(path) = &args.baseline {
        let baseline = tamis::saved::open(path, &known).context("--baseline")?;
        say_notes(&compare(&mut report, &baseline, Gone::WhenCertain));
    }
    hold(&mut report, args);
    let delivery = Delivery {
        format: args.format.as_deref(),
        quiet: args.quiet,
        verbose: args.verbose,
        color: args.color,
        outputs: &outputs,
        complain: &complain,
    };
    Ok(ExitCode::from(delivery.write(&report).unwrap_or_else(|| status(&report))))
}

fn trend_of_store(args: &ReportArgs) -> Result<ExitCode> {
    let form = match args.format.as_deref() {
        None | Some("text") => Form::Text,
        Some("json") => Form::Json,
        Some(other) => bail!("--trend --format {other}: is written as text or json"),
    };
    trend(args.store.as_deref(), args.job.as_deref(), form)
}

/// Holds a report to the gate of this command, whatever it was held to when it was made.
fn hold(report: &mut Report, args: &ReportArgs) {
    report.gate = Gate { fail_on: args.fail_on.map(Severity::from), strict: args.strict, ..Gate::default() };
    if let Some(minimum) = args.min_severity {
        report.keep_from(minimum.into());
    }
}

fn difference(args: &ReportArgs, known: &[Arc<DataIdentifier>]) -> Result<ExitCode> {
    let [old, new] = args.results.as_slice() else {
        bail!("--diff: compares two results, the older one first; merge others with -o json:FILE before");
    };
    let form = match args.format.as_deref() {
        None | Some("text") => DiffForm::Text,
        Some("json") => DiffForm::Json,
        Some("markdown") => DiffForm::Markdown,
        Some(other) => bail!("--diff --format {other}: is written as text, json or markdown"),
    };
    let files = cli::outputs(&args.output)?;
    let files: Vec<(PathBuf, DiffForm)> = files
        .into_iter()
        .map(|output| match output.format.name() {
            "text" => Ok((output.path, DiffForm::Text)),
            "json" => Ok((output.path, DiffForm::Json)),
            "markdown" => Ok((output.path, DiffForm::Markdown)),
            other => bail!("--diff --output {other}: is written as text, json or markdown"),
        })
        .collect::<Result<_>>()?;
    let (old, mut report) = (tamis::saved::open(old, known)?, tamis::saved::open(new, known)?);
    // What the newer result was made to leave out is a part of it.
    report.findings.append(&mut report.baselined);
    report.findings.sort_by(|a, b| a.classification.artifact.path.cmp(&b.classification.artifact.path));
    say_notes(&compare(&mut report, &old, Gone::All));
    hold(&mut report, args);
    let mut written = Ok(());
    if args.format.is_some() || !args.quiet {
        written = quietly(diff::write(&report, form, &mut io::stdout().lock())).context("writing to standard output");
    }
    for (path, form) in files {
        let mut text = Vec::new();
        let saved = diff::write(&report, form, &mut text).and_then(|()| cli::write_bytes(&path, &text));
        written = written.and(saved.with_context(|| format!("writing {}", path.display())));
    }
    if let Err(error) = written {
        complain(&error);
        return Ok(ExitCode::from(NOT_WRITTEN));
    }
    if form == DiffForm::Json {
        say_verdict(&report);
    }
    let _ = io::stdout().flush();
    Ok(ExitCode::from(status(&report)))
}
