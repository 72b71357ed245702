//! What changed between two results: new, gone, unchanged. In text, JSON and Markdown.
//!
//! Takes a report that was held against an older one. One row for each identifier in each object.

use super::json::escape::write_pretty;
use super::json::finding::{FindingRow, Run};
use super::json::{SCHEMA_VERSION, ScanRow};
use super::markdown::{code, plain};
use super::numbers::count;
use super::printable::printable;
use super::shown::{FullPath, first_place};
use super::verdict::verdict;
use crate::finding::{Detection, Finding};
use crate::report::Report;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// Rows of what did not change that are listed for people.
const MOST_UNCHANGED: usize = 100;
/// Rows of a comment.
const MOST_ROWS: usize = 250;

/// Form of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffForm {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a comment.
    Markdown,
}

/// Writes what changed.
pub fn write(report: &Report, form: DiffForm, out: &mut dyn Write) -> io::Result<()> {
    match form {
        DiffForm::Text => text(report, out),
        DiffForm::Json => write_pretty(out, &Document::of(report)),
        DiffForm::Markdown => markdown(report, out),
    }?;
    out.flush()
}

/// The three lists: their name, and their findings.
fn lists(report: &Report) -> [(&'static str, Vec<&Finding>); 3] {
    let open = report.findings.iter().filter(|finding| !finding.archived).collect();
    [("new", open), ("gone", report.absent.iter().collect()), ("unchanged", report.baselined.iter().collect())]
}

fn rows<'a>(findings: &[&'a Finding]) -> Vec<(&'a Finding, &'a Detection)> {
    let of = |finding: &&'a Finding| -> Vec<(&'a Finding, &'a Detection)> {
        finding.classification.detections.iter().map(|detection| (*finding, detection)).collect()
    };
    findings.iter().flat_map(of).collect()
}

fn severity(finding: &Finding, detection: &Detection) -> &'static str {
    detection.identifier.severity(detection.count).unwrap_or(finding.severity).word()
}

fn text(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut numbers = Vec::new();
    for (name, findings) in lists(report) {
        let rows = rows(&findings);
        let most = if name == "unchanged" { MOST_UNCHANGED } else { usize::MAX };
        for (finding, detection) in rows.iter().take(most) {
            let (what, path) = (&detection.identifier.name, FullPath(&finding.classification.artifact.path));
            write!(
                out,
                "{name:9}  {:6}  {path}: {} × {}",
                severity(finding, detection),
                count(detection.count),
                printable(what)
            )?;
            match first_place(detection) {
                Some(place) => writeln!(out, ", first at {place}")?,
                None => writeln!(out)?,
            }
        }
        if rows.len() > most {
            writeln!(out, "{name:9}  ... and {} more", count((rows.len() - most) as u64))?;
        }
        numbers.push(format!("{} {name}", count(rows.len() as u64)));
    }
    writeln!(out, "{}.", numbers.join(", "))?;
    incomplete(report).map_or(Ok(()), |line| writeln!(out, "{line}"))?;
    verdict(report).map_or(Ok(()), |line| writeln!(out, "{line}"))
}

fn incomplete(report: &Report) -> Option<&'static str> {
    (!report.complete).then_some("The later scan was interrupted: what it did not reach shows as gone.")
}

fn markdown(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let numbers = lists(report).map(|(name, findings)| format!("{} {name}", count(rows(&findings).len() as u64)));
    writeln!(out, "### Findings: {}", numbers.join(", "))?;
    for (name, findings) in lists(report).into_iter().filter(|(name, _)| *name != "unchanged") {
        let rows = rows(&findings);
        if rows.is_empty() {
            continue;
        }
        writeln!(
            out,
            "\n**{}**\n\n| severity | what | count | where |\n|---|---|--:|---|",
            if name == "new" { "New" } else { "Gone" }
        )?;
        for (finding, detection) in rows.iter().take(MOST_ROWS) {
            let path = code(&FullPath(&finding.classification.artifact.path).to_string());
            let place = first_place(detection).map(|place| format!(", {}", plain(&place))).unwrap_or_default();
            let (what, number) = (plain(&detection.identifier.name), count(detection.count));
            writeln!(out, "| {} | {what} | {number} | {path}{place} |", severity(finding, detection))?;
        }
        if rows.len() > MOST_ROWS {
            writeln!(out, "\n... and {} more.", count((rows.len() - MOST_ROWS) as u64))?;
        }
    }
    incomplete(report).map_or(Ok(()), |line| writeln!(out, "\n**{line}**"))?;
    verdict(report).map_or(Ok(()), |line| writeln!(out, "\n{line}"))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    scan: ScanRow<'a>,
    summary: Numbers,
    new: Rows<'a>,
    gone: Rows<'a>,
    unchanged: Rows<'a>,
}

/// Identifiers in objects, as the rows of the other forms.
#[derive(Serialize)]
struct Numbers {
    new: usize,
    gone: usize,
    unchanged: usize,
}

/// Some of a report's findings.
struct Rows<'a>(&'a Report, Vec<&'a Finding>);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let run = Run::of(self.0);
        serializer.collect_seq(self.1.iter().map(|finding| FindingRow::of(finding, &run)))
    }
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        let [new, gone, unchanged] = lists(report).map(|(_, findings)| findings);
        let number = |findings: &[&Finding]| rows(findings).len();
        Self {
            schema_version: SCHEMA_VERSION,
            scan: ScanRow::of(report),
            summary: Numbers { new: number(&new), gone: number(&gone), unchanged: number(&unchanged) },
            new: Rows(report, new),
            gone: Rows(report, gone),
            unchanged: Rows(report, unchanged),
        }
    }
}
