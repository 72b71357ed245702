//! The `jsonl` report: JSON Lines, one object a line, for streams and for `jq -c`.
//!
//! Every line has a `type`. The lines come in this order:
//!
//! | `type` | line |
//! |---|---|
//! | `SensitiveData:File/…` | a finding, exactly as in the `json` report |
//! | `Policy:File/…` | a policy finding, exactly as in the `json` report |
//! | `skipped` | an object that was not inspected in full, with the fields of a `skipped` row of the `json` report |
//! | `baselined`, `absent` | with `--baseline`: its `finding` is one that the baseline knows, or knew and that is gone |
//! | `summary` | always the last line: `schemaVersion`, `complete`, `tool`, `scan` and `summary` of the `json` report |
//!
//! A reader that meets no `summary` line has a file that was cut short. Each line is written with one call.

use super::json::escape::Escaping;
use super::json::finding::{FindingRow, PolicyRow, Run};
use super::json::{SCHEMA_VERSION, ScanRow, SkippedRow, SummaryRow, ToolRow};
use super::{ReportFormat, Style};
use crate::report::Report;
use serde::Serialize;
use std::io::{self, Write};

/// One JSON object a line.
pub(crate) struct JsonLines;

impl ReportFormat for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl"]
    }

    fn write(&self, report: &Report, _style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut lines = Lines::new(out);
        let run = Run::of(report);
        for finding in &report.findings {
            lines.write(&FindingRow::of(finding, &run))?;
        }
        for found in &report.policy_findings {
            lines.write(&PolicyRow::of(found, &run))?;
        }
        for skipped in &report.skipped {
            lines.write(&SkippedLine { kind: "skipped", row: SkippedRow::of(skipped) })?;
        }
        for (kind, findings) in [("baselined", &report.baselined), ("absent", &report.absent)] {
            for finding in findings {
                lines.write(&KnownLine { kind, finding: FindingRow::of(finding, &run) })?;
            }
        }
        lines.write(&SummaryLine::of(report))?;
        lines.finish()
    }
}

#[derive(Serialize)]
struct SkippedLine<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    row: SkippedRow<'a>,
}

/// A finding of the baseline: not among the findings.
#[derive(Serialize)]
struct KnownLine<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    finding: FindingRow<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SummaryLine<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    schema_version: &'static str,
    complete: bool,
    tool: ToolRow<'a>,
    scan: ScanRow<'a>,
    summary: SummaryRow,
}

impl<'a> SummaryLine<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            kind: "summary",
            schema_version: SCHEMA_VERSION,
            complete: report.complete,
            tool: ToolRow::of(report),
            scan: ScanRow::of(report),
            summary: SummaryRow::of(report),
        }
    }
}

/// The last line alone: what a notification is told.
pub fn summary_line(report: &Report) -> Vec<u8> {
    let mut line = Vec::new();
    // Into memory, of plain data: it cannot fail.
    let mut lines = Lines::new(&mut line);
    let _ = lines.write(&SummaryLine::of(report)).and_then(|()| lines.finish());
    line
}

/// Writes each value as one line with one call, so that a reader of a pipe never gets half of one.
pub(crate) struct Lines<'a> {
    out: &'a mut dyn Write,
    /// The line at hand, before and after characters that are unsafe to show were escaped.
    plain: Vec<u8>,
    line: Vec<u8>,
}

impl<'a> Lines<'a> {
    /// Onto an output.
    pub(crate) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, plain: Vec::new(), line: Vec::new() }
    }

    /// Writes one line.
    pub(crate) fn write(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.plain.clear();
        serde_json::to_writer(&mut self.plain, value)?;
        self.plain.push(b'\n');
        self.line.clear();
        Escaping(&mut self.line).write_all(&self.plain)?;
        self.out.write_all(&self.line)
    }

    /// Writes no more.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonLines, Lines};
    use crate::reports::{ReportFormat, Style, fixture};
    use serde_json::Value;
    use std::io::{self, Write};

    #[test]
    fn the_fixed_report() {
        fixture::expect(&JsonLines, Style::default(), "report.jsonl.expected");
    }

    #[test]
    fn findings_are_those_of_the_document_and_the_summary_is_last() {
        let report = fixture::report();
        let text = fixture::written(&JsonLines, &report, Style::default());
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let document: Value =
            serde_json::from_str(&fixture::written(&super::super::json::Json, &report, Style::default())).unwrap();
        assert_eq!(lines.len(), report.findings.len() + report.skipped.len() + 1);
        assert_eq!(&lines[..report.findings.len()], document["findings"].as_array().unwrap().as_slice());
        let mut first_skipped = lines[report.findings.len()].clone();
        assert_eq!(first_skipped.as_object_mut().unwrap().remove("type"), Some("skipped".into()));
        assert_eq!(first_skipped, document["skipped"][0]);
        let last = lines.last().unwrap();
        assert_eq!((&last["type"], &last["complete"]), (&"summary".into(), &true.into()));
        for part in ["tool", "scan", "summary", "schemaVersion"] {
            assert_eq!(last[part], document[part]);
        }
    }

    #[test]
    fn each_line_is_one_call() {
        struct Calls(Vec<Vec<u8>>);
        impl Write for Calls {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.push(bytes.to_vec());
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut calls = Calls(Vec::new());
        JsonLines.write(&fixture::report(), Style::default(), &mut calls).unwrap();
        assert!(calls.0.iter().all(|call| call.split(|b| *b == b'\n').count() == 2 && call.ends_with(b"\n")));
    }

    #[test]
    fn a_closed_pipe_is_returned() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert_eq!(Lines::new(&mut Closed).write(&1).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        for format in crate::reports::REPORTS {
            let error = format.write(&fixture::report(), Style::default(), &mut Closed).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{}", format.name());
        }
    }
}
