//! Pages on jobs and on the findings store: as text for people, as JSON for programs.

use super::catalogue::{Form, json};
use crate::policy::PolicyFinding;
use crate::reports::printable::printable;
use crate::schedule::{Due, Schedule};
use crate::store::{LastRun, RunCounts, Stored};
use chrono::{DateTime, Local, SecondsFormat};
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::SystemTime;

/// A job of `tamis job list`.
#[derive(Debug)]
pub struct JobRow {
    /// Its name.
    pub name: String,
    /// When it is due.
    pub schedule: Schedule,
    /// Its latest run, if it ever ran.
    pub last_run: Option<LastRun>,
    /// Whether it is due.
    pub due: Due<Local>,
}

/// A moment by the clock on the wall, with its distance from UTC.
pub fn wall_clock(moment: &DateTime<Local>) -> String {
    moment.format("%Y-%m-%d %H:%M %:z").to_string()
}

fn stamp(time: SystemTime) -> String {
    DateTime::<Local>::from(time).to_rfc3339_opts(SecondsFormat::Secs, false)
}

fn day(time: SystemTime) -> String {
    DateTime::<Local>::from(time).format("%Y-%m-%d").to_string()
}

/// Columns that are as wide as they must be.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(out, "{}", cells.join("  ").trim_end());
    }
    out
}

fn heads(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_uppercase()).collect()
}

/// The jobs: when each ran last, what came of it, when it runs next.
pub fn job_list(jobs: &[JobRow], form: Form) -> String {
    let result = |job: &JobRow| job.last_run.as_ref().map_or("never ran".to_owned(), |run| run.result.to_lowercase());
    if form == Form::Json {
        let row = |job: &JobRow| {
            json!({
                "name": job.name,
                "schedule": job.schedule.to_string(),
                "lastRun": job.last_run.as_ref().map(|run| json!({
                    "startedAt": stamp(run.started),
                    "finishedAt": run.finished.map(stamp),
                    "result": run.result,
                    "findings": { "high": run.findings[0], "medium": run.findings[1], "low": run.findings[2] },
                    "new": run.added,
                    "resolved": run.resolved,
                })),
                "due": matches!(job.due, Due::Now(_)),
                "nextRun": match &job.due {
                    Due::At(next) => Value::from(next.to_rfc3339_opts(SecondsFormat::Secs, false)),
                    Due::Now(_) | Due::Never => Value::Null,
                },
            })
        };
        return json(&jobs.iter().map(row).collect::<Vec<_>>());
    }
    let mut rows = vec![heads(&["job", "schedule", "last run", "result", "high", "medium", "low", "next run"])];
    for job in jobs {
        let last = job.last_run.as_ref();
        let count = |index: usize| last.map_or_else(String::new, |run| run.findings[index].to_string());
        rows.push(vec![
            printable(&job.name).to_string(),
            job.schedule.to_string(),
            last.map_or_else(|| "-".to_owned(), |run| wall_clock(&run.started.into())),
            result(job),
            count(0),
            count(1),
            count(2),
            match &job.due {
                Due::Now(_) => "due now".to_owned(),
                Due::At(next) => wall_clock(next),
                Due::Never => "-".to_owned(),
            },
        ]);
    }
    if jobs.is_empty() { "No jobs. Add one to tamis.toml: [[job]]\n".to_owned() } else { table(&rows) }
}

/// A finding as the result writes it, with its times in the record.
fn document<F>(stored: &Stored<F>) -> Value {
    let mut value: Value = serde_json::from_str(&stored.document).unwrap_or_default();
    value["createdAt"] = stamp(stored.first_seen).into();
    value["updatedAt"] = stamp(stored.resolved.unwrap_or(stored.last_seen)).into();
    value["record"] = json!({
        "job": stored.job,
        "firstSeen": stamp(stored.first_seen),
        "lastSeen": stamp(stored.last_seen),
        "resolvedAt": stored.resolved.map(stamp),
        "reopened": stored.reopened,
    });
    value
}

fn path_of(stored: &Stored) -> String {
    let path = &stored.finding.classification.artifact.path;
    let whole = [path.file.clone()].into_iter().chain(path.embedded()).collect::<Vec<_>>().join(&b"!/"[..]);
    printable(&whole).to_string()
}

/// Findings, one a line.
pub fn finding_list(findings: &[Stored], form: Form) -> String {
    if form == Form::Json {
        return json(&findings.iter().map(document).collect::<Vec<_>>());
    }
    let mut rows = vec![heads(&["id", "severity", "first seen", "last seen", "state", "types", "path"])];
    for stored in findings {
        let finding = &stored.finding;
        let kind = |d: &crate::finding::Detection| format!("{} {}", d.identifier.id, d.count);
        let types: Vec<String> = finding.classification.detections.iter().map(kind).collect();
        rows.push(vec![
            finding.id.get(..12).unwrap_or(&finding.id).to_owned(),
            finding.severity.word().to_owned(),
            day(stored.first_seen),
            day(stored.last_seen),
            match (stored.resolved, finding.archived) {
                (Some(when), _) => format!("resolved {}", day(when)),
                (None, true) => "suppressed".to_owned(),
                (None, false) => "open".to_owned(),
            },
            printable(&types.join(", ")).to_string(),
            path_of(stored),
        ]);
    }
    if findings.is_empty() { "No findings.\n".to_owned() } else { table(&rows) }
}

/// Policy findings, one a line.
pub fn policy_list(findings: &[Stored<PolicyFinding>], form: Form) -> String {
    if form == Form::Json {
        return json(&findings.iter().map(document).collect::<Vec<_>>());
    }
    let mut rows = vec![heads(&["id", "severity", "first seen", "last seen", "state", "type", "path"])];
    for stored in findings {
        let found = &stored.finding;
        rows.push(vec![
            found.id.get(..12).unwrap_or(&found.id).to_owned(),
            found.severity.word().to_owned(),
            day(stored.first_seen),
            day(stored.last_seen),
            stored.resolved.map_or_else(|| "open".to_owned(), |when| format!("resolved {}", day(when))),
            found.kind.code().trim_start_matches("Policy:File/").to_owned(),
            printable(&found.artifact.path.file).to_string(),
        ]);
    }
    if findings.is_empty() { "No policy findings.\n".to_owned() } else { table(&rows) }
}

/// All that is known of a finding or a policy finding, in each series that has it.
pub fn finding_page<F>(findings: &[Stored<F>]) -> String {
    let documents: Vec<Value> = findings.iter().map(document).collect();
    match documents.as_slice() {
        [one] => json(one),
        several => json(&several),
    }
}

/// Counts of each run, oldest first.
pub fn trend(runs: &[RunCounts], form: Form) -> String {
    if form == Form::Json {
        let row = |run: &RunCounts| {
            json!({
                "job": run.job,
                "startedAt": stamp(run.started),
                "result": run.result,
                "objects": run.objects,
                "findings": { "high": run.high, "medium": run.medium, "low": run.low, "suppressed": run.suppressed },
                "new": run.added,
                "reopened": run.reopened,
                "resolved": run.resolved,
                "policyFindings": {
                    "total": run.policies,
                    "new": run.policy_changes.added,
                    "reopened": run.policy_changes.reopened,
                    "resolved": run.policy_changes.resolved,
                },
            })
        };
        return json(&runs.iter().map(row).collect::<Vec<_>>());
    }
    let names = ["run", "job", "result", "objects", "high", "medium", "low", "new", "reopened", "resolved", "policy"];
    let mut rows = vec![heads(&names)];
    for run in runs {
        let mut row = vec![
            wall_clock(&run.started.into()),
            run.job.as_deref().map_or_else(|| "-".to_owned(), |job| printable(job).to_string()),
            run.result.to_lowercase(),
        ];
        let counts = [run.objects, run.high, run.medium, run.low, run.added, run.reopened, run.resolved, run.policies];
        row.extend(counts.map(|count| count.to_string()));
        rows.push(row);
    }
    if runs.is_empty() { "No runs.\n".to_owned() } else { table(&rows) }
}
