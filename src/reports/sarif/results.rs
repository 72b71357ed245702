//! The results of a SARIF run: which findings are in it, and what each says.

use super::artifact;
use super::rules::{Rules, level};
use crate::artifact::ArtifactPath;
use crate::finding::{Acceptance, BaselineState, Detection, Finding, Occurrence, digest};
use crate::identifier::Severity;
use crate::report::Report;
use crate::reports::shown::{FullPath, summary};
use crate::reports::uri::Root;
use serde_json::{Value, json};
use std::cmp::Reverse;

/// Results of a run that GitHub takes; one more, and it refuses the file.
const MOST_RESULTS: usize = 25_000;

/// One identifier in one object.
pub(super) struct Row<'a> {
    /// The finding it belongs to.
    pub(super) finding: &'a Finding,
    /// What was found.
    pub(super) detection: &'a Detection,
    /// How bad that many are.
    severity: Severity,
}

/// The rows that are written.
pub(super) struct Chosen<'a> {
    /// In the order of the report.
    pub(super) rows: Vec<Row<'a>>,
    /// Rows over the limit.
    pub(super) left_out: usize,
}

impl<'a> Chosen<'a> {
    /// All of a report, or the most severe as far as the limit allows; what a rule suppressed goes first.
    pub(super) fn of(report: &'a Report) -> Self {
        let all = report.findings.iter().chain(&report.baselined).chain(&report.absent);
        let rows = all.flat_map(|finding| {
            finding.classification.detections.iter().map(move |detection| Row {
                finding,
                detection,
                severity: detection.identifier.severity(detection.count).unwrap_or(finding.severity),
            })
        });
        let mut rows: Vec<(usize, Row<'a>)> = rows.enumerate().collect();
        let left_out = rows.len().saturating_sub(MOST_RESULTS);
        if left_out > 0 {
            rows.sort_by_key(|(_, row)| (row.finding.archived, is_known(row.finding), Reverse(row.severity)));
            rows.truncate(MOST_RESULTS);
            rows.sort_by_key(|(at, _)| *at);
        }
        Self { rows: rows.into_iter().map(|(_, row)| row).collect(), left_out }
    }
}

/// One result.
pub(super) fn result(row: &Row, report: &Report, rules: &Rules, root: &Root) -> Value {
    let path = &row.finding.classification.artifact.path;
    let identifier = &row.detection.identifier;
    let first = row.detection.occurrences.first().filter(|_| path.members.is_empty());
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": artifact(&path.file, root),
        "region": region(first),
    } });
    if let Some(logical) = logical(path) {
        location["logicalLocations"] = logical;
    }
    // GitHub knows an alert by this alone. Its own hash is over the line, which is the personal data; ours is over the
    // path and the identifier, and so outlives edits of the file.
    let hash = digest(&[b"sarif", row.finding.id.as_bytes(), identifier.id.as_bytes()]);
    let mut result = json!({
        "ruleId": identifier.id,
        "ruleIndex": rules.index(&identifier.id),
        "level": level(row.severity),
        "message": { "text": summary(row.finding, row.detection) },
        "locations": [location],
        "partialFingerprints": { "primaryLocationLineHash": format!("{hash}:1") },
    });
    if row.finding.archived {
        let justification = row.finding.hidden_by.as_deref().map_or_else(|| justification(report), reason);
        result["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": justification }]);
    }
    if let Some(state) = row.finding.baseline {
        result["baselineState"] = state.word().into();
    }
    if row.finding.baseline == Some(BaselineState::Absent) {
        // Readers that do not know the state must not take it for a problem.
        (result["kind"], result["level"]) = ("informational".into(), "none".into());
    }
    result
}

/// A member of an archive; nothing for a file.
pub(super) fn logical(path: &ArtifactPath) -> Option<Value> {
    let name = FullPath(path).to_string();
    (!path.members.is_empty()).then(|| json!([{ "fullyQualifiedName": name, "kind": "member" }]))
}

/// From the first character to behind the last. What has no line is the first character of the file.
fn region(first: Option<&Occurrence>) -> Value {
    let first = first.filter(|o| o.position.line > 0);
    let (line, column) = first.map_or((1, 1), |o| (o.position.line, o.position.column.max(1)));
    let end_line = first.map_or(line, |o| o.position.end_line.max(line));
    let end_column = match first {
        Some(occurrence) if end_line == line => {
            column.saturating_add((occurrence.masked.chars().count() as u64).max(1))
        }
        // How far it goes on its last line is not known: one character at least.
        _ if end_line > line => 2,
        _ => column.saturating_add(1),
    };
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// Whether the baseline has it.
fn is_known(finding: &Finding) -> bool {
    matches!(finding.baseline, Some(BaselineState::Unchanged | BaselineState::Absent))
}

fn reason(acceptance: &Acceptance) -> String {
    format!("{}: {}", acceptance.rule, acceptance.reason)
}

/// The reason of the rule, when only one can have hidden the finding.
fn justification(report: &Report) -> String {
    let mut rules = report.suppressions.iter().filter(|rule| rule.findings > 0);
    match (rules.next(), rules.next()) {
        (Some(rule), None) => format!("{}: {}", rule.rule, rule.reason),
        _ => "A suppression rule accepts it.".to_owned(),
    }
}
