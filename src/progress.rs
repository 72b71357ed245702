//! How a scan is getting on, on standard error: the progress bar on a terminal, or with `--verbose` what is read as what
//! and what is not, for people or as one JSON object a line. Paths, names of formats, reasons and counts; never content.

#![allow(clippy::print_stderr)]

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use tamis::artifact::ArtifactPath;
use tamis::cli::LogFormat;
use tamis::report::Report;
use tamis::reports::printable::printable;
use tamis::scan::Progress;
use tamis::status::Status;

/// Files and bytes so far; how many there will be is not known before the walk ends.
pub(crate) struct Bar {
    line: Option<ProgressBar>,
    bytes: AtomicU64,
    is_verbose: bool,
    format: LogFormat,
}

impl Bar {
    pub(crate) fn new(off: bool, is_verbose: bool, format: LogFormat) -> Self {
        // Lines and a bar would overwrite each other.
        let is_drawn = !off && !is_verbose && format == LogFormat::Text && stderr().is_terminal();
        let bar = is_drawn.then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} files, {msg}, {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self { line: bar, bytes: AtomicU64::new(0), is_verbose, format }
    }

    /// One that says nothing.
    pub(crate) fn quiet() -> Self {
        Self::new(true, false, LogFormat::Text)
    }

    /// A scan begins.
    pub(crate) fn start(&self, targets: &[String], identifiers: usize) {
        self.event(
            "info",
            "start",
            &json!({ "targets": targets, "identifiers": identifiers, "version": env!("CARGO_PKG_VERSION") }),
        );
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.line {
            bar.finish_and_clear();
        }
    }

    /// A scan ended.
    pub(crate) fn end(&self, report: &Report) {
        let (totals, counts) = (&report.totals, report.finding_counts());
        let words = json!({
            "scan": report.id,
            "complete": report.complete,
            "objects": totals.objects,
            "partial": totals.partial,
            "skipped": totals.skipped,
            "findings": { "high": counts.high, "medium": counts.medium, "low": counts.low, "suppressed": counts.suppressed },
            "policyFindings": report.policy_findings.len(),
            "durationSeconds": (report.duration.as_secs_f64() * 1000.0).round() / 1000.0,
        });
        self.event("info", "end", &words);
    }

    /// Something went wrong.
    pub(crate) fn complain(&self, error: &anyhow::Error) {
        match self.format {
            LogFormat::Text => crate::commands::complain(error),
            LogFormat::Json => {
                self.event("error", "error", &json!({ "message": printable(&format!("{error:#}")).to_string() }));
            }
        }
    }

    /// A line of JSON, if that is what messages are.
    fn event(&self, level: &str, event: &str, fields: &Value) {
        if self.format != LogFormat::Json {
            return;
        }
        let time = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
        let mut line = json!({ "time": time, "level": level, "event": event });
        if let (Value::Object(line), Value::Object(fields)) = (&mut line, fields) {
            line.extend(fields.clone());
        }
        let _ = stderr().write_all(format!("{line}\n").as_bytes());
    }
}

impl Progress for Bar {
    fn file(&self, size: u64) {
        if let Some(bar) = &self.line {
            let bytes = self.bytes.fetch_add(size, Ordering::Relaxed) + size;
            bar.inc(1);
            bar.set_message(HumanBytes(bytes).to_string());
        }
    }

    fn reading(&self, path: &ArtifactPath, format: &str) {
        match self.format {
            LogFormat::Text if self.is_verbose => say(path, &format!("read as {format}")),
            LogFormat::Json if self.is_verbose => {
                self.event("info", "file", &json!({ "path": shown(path), "format": format }));
            }
            _ => {}
        }
    }

    fn gap(&self, path: &ArtifactPath, status: &Status) {
        let Some(reason) = status.reason() else { return };
        let words = json!({
            "path": shown(path),
            "status": status.code(),
            "reason": reason.code(),
            "detail": printable(status.detail()).to_string(),
        });
        self.event("warning", "skipped", &words);
        if self.is_verbose && self.format == LogFormat::Text {
            let detail = if status.detail().is_empty() { String::new() } else { format!(": {}", status.detail()) };
            say(path, &format!("{} {}{detail}", status.code(), reason.code()));
        }
    }
}

/// A path with the way into it; nothing in it steers a terminal.
fn shown(path: &ArtifactPath) -> String {
    let file = [path.file.clone()].into_iter().chain(path.embedded()).collect::<Vec<_>>().join(&b"!/"[..]);
    printable(&file).to_string()
}

/// One line, written at once: lines of several workers do not mix.
fn say(path: &ArtifactPath, text: &str) {
    let _ = stderr().write_all(format!("tamis: {}: {}\n", shown(path), printable(text)).as_bytes());
}
