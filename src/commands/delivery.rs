//! A report on its way out, for every command that has one: standard output, files, the gate's line, GitHub, exit status.

use super::{GATE_FAILED, NOT_IN_FULL, NOT_WRITTEN, quietly};
use anyhow::{Context, Result};
use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal, Write};
use tamis::cli::{self, Color, Output};
use tamis::report::{Report, Verdict};
use tamis::reports::verdict::verdict;
use tamis::reports::{self, Style, annotations};

/// What is to be written.
pub(crate) struct Delivery<'a> {
    /// The format of standard output, if one was asked for.
    pub(crate) format: Option<&'a str>,
    /// No summary.
    pub(crate) quiet: bool,
    /// Also what is hidden or known.
    pub(crate) verbose: bool,
    /// Colours.
    pub(crate) color: Color,
    /// Files.
    pub(crate) outputs: &'a [Output],
    /// How errors are told.
    pub(crate) complain: &'a dyn Fn(&anyhow::Error),
}

impl Delivery<'_> {
    /// Writes a report everywhere. None when all is written; else the exit status.
    pub(crate) fn write(&self, report: &Report) -> Option<u8> {
        let mut written = self.standard_output(report);
        for output in self.outputs {
            let saved = cli::write_file(output, report).with_context(|| format!("writing {}", output.path.display()));
            written = written.and(saved);
        }
        if self.is_text() && is_github() {
            written = written.and(step_summary(report));
        }
        if let Err(error) = written {
            (self.complain)(&error);
            return Some(NOT_WRITTEN);
        }
        // The text report ends with the same line.
        if !self.is_text() && (!self.quiet || report.verdict() != Verdict::Holds) {
            say_verdict(report);
        }
        None
    }

    /// Whether standard output is for people.
    fn is_text(&self) -> bool {
        self.format.map_or(!self.quiet, |name| name == "text")
    }

    fn standard_output(&self, report: &Report) -> Result<()> {
        let name = match self.format {
            Some(name) => name,
            None if self.quiet => return Ok(()),
            None => "text",
        };
        let format = reports::named(name).with_context(|| format!("no format `{name}`"))?;
        let style = Style { color: self.colors(), verbose: self.verbose };
        let mut out = BufWriter::new(io::stdout().lock());
        let result = if self.is_text() && is_github() {
            let (before, after) = annotations::quoted(report);
            out.write_all(before.as_bytes())
                .and_then(|()| format.write(report, style, &mut out))
                .and_then(|()| out.write_all(after.as_bytes()))
                .and_then(|()| out.write_all(annotations::annotations(report).as_bytes()))
        } else {
            format.write(report, style, &mut out)
        };
        let result = result.and_then(|()| out.flush());
        // What is still buffered for a reader that went away must not be tried again.
        let (_, _) = out.into_parts();
        quietly(result).context("writing to standard output")
    }

    fn colors(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        }
    }
}

/// The gate in one line on standard error, if the run is held to one.
pub(crate) fn say_verdict(report: &Report) {
    if let Some(line) = verdict(report) {
        let _ = writeln!(io::stderr(), "tamis: {line}");
    }
}

/// The exit status that a report's gate asks for.
pub(crate) fn status(report: &Report) -> u8 {
    match report.verdict() {
        Verdict::Holds => 0,
        Verdict::Found(_) | Verdict::Policy(_) => GATE_FAILED,
        Verdict::Gaps(_) => NOT_IN_FULL,
    }
}

/// What people should know of a comparison with a baseline.
pub(crate) fn say_notes(notes: &[String]) {
    for note in notes {
        let _ = writeln!(io::stderr(), "tamis: the baseline: {note}");
    }
}

fn is_github() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Adds to the summary of the step, where GitHub wants it.
fn step_summary(report: &Report) -> Result<()> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else { return Ok(()) };
    let text = annotations::step_summary(report)?;
    let file = OpenOptions::new().append(true).create(true).open(&path);
    file.and_then(|mut file| file.write_all(&text)).context("writing the step summary, $GITHUB_STEP_SUMMARY")
}
