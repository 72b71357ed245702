//! Reading the record: findings by criteria, counts of runs, and a report of them for any form that reports have.

use super::{Counted, Run, Store, milliseconds, moment};
use crate::database::DatabaseError;
use crate::finding::Finding;
use crate::identifier::DataIdentifier;
use crate::policy::PolicyFinding;
use crate::report::{FindingCounts, PastRun, Report};
use crate::saved::{self, SavedError};
use crate::suppress::{fits_all, fits_all_of_policy};
use crate::suppression::Condition;
use rusqlite::params;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

/// Which findings.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Only those of this job.
    pub job: Option<String>,
    /// Only those whose ID begins so.
    pub id: Option<String>,
    /// Only those first seen after this.
    pub since: Option<SystemTime>,
    /// Those that are resolved too.
    pub resolved: bool,
    /// All must hold.
    pub conditions: Vec<Condition>,
}

/// A finding of the record, or a policy finding.
#[derive(Debug, Clone)]
pub struct Stored<F = Finding> {
    /// What was found when it was seen last.
    pub finding: F,
    /// The job that found it, if one did.
    pub job: Option<String>,
    /// The targets of the run that saw it last.
    pub targets: Vec<String>,
    /// The line of the `jsonl` report.
    pub document: String,
    /// When it was seen first.
    pub first_seen: SystemTime,
    /// When it was seen last.
    pub last_seen: SystemTime,
    /// When it was gone, if it is.
    pub resolved: Option<SystemTime>,
    /// How often it came back.
    pub reopened: u64,
    series: i64,
}

/// What a run counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCounts {
    /// The job, if it was one.
    pub job: Option<String>,
    /// When it began.
    pub started: SystemTime,
    /// `RUNNING`, `COMPLETE`, `INTERRUPTED` or `FAILED`.
    pub result: String,
    /// Objects in scope.
    pub objects: u64,
    /// Findings of high severity.
    pub high: u64,
    /// Findings of medium severity.
    pub medium: u64,
    /// Findings of low severity.
    pub low: u64,
    /// Findings that a rule suppressed.
    pub suppressed: u64,
    /// Findings seen for the first time.
    pub added: u64,
    /// Findings that came back.
    pub reopened: u64,
    /// Findings that were gone.
    pub resolved: u64,
    /// Policy findings.
    pub policies: u64,
    /// What changed in those.
    pub policy_changes: Counted,
}

/// Why the record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A line in it.
    #[error(transparent)]
    Line(#[from] SavedError),
}

/// Rows of one run, which say more together with its summary.
#[derive(Default)]
struct Group {
    summary: String,
    rows: Vec<Row>,
}

struct Row {
    document: String,
    job: Option<String>,
    times: [i64; 2],
    resolved: Option<i64>,
    reopened: i64,
    series: i64,
}

impl Store {
    /// The findings that fit, ordered by path. `known` are the identifiers at hand; others are made up from what was said of
    /// them.
    pub fn findings(&self, query: &Query, known: &[Arc<DataIdentifier>]) -> Result<Vec<Stored>, ReadError> {
        let groups = self.groups(query, "finding").map_err(|error| self.database.error(&error))?;
        let mut all = stored(groups, known, |report| report.findings)?;
        all.retain(|stored| fits_all(&query.conditions, &stored.finding));
        all.sort_by(|a, b| {
            let path = |stored: &Stored| stored.finding.classification.artifact.path.clone();
            path(a).cmp(&path(b)).then_with(|| a.series.cmp(&b.series))
        });
        Ok(all)
    }

    /// The policy findings that fit, ordered by path and kind.
    pub fn policies(&self, query: &Query) -> Result<Vec<Stored<PolicyFinding>>, ReadError> {
        let groups = self.groups(query, "policy").map_err(|error| self.database.error(&error))?;
        let mut all = stored(groups, &[], |report| report.policy_findings)?;
        all.retain(|stored| fits_all_of_policy(&query.conditions, &stored.finding));
        all.sort_by(|a, b| {
            let key = |stored: &Stored<PolicyFinding>| {
                (stored.finding.artifact.path.file.clone(), stored.finding.kind, stored.series)
            };
            key(a).cmp(&key(b))
        });
        Ok(all)
    }

    /// The rows of a table that fit, `finding` or `policy`, by the run that saw them last.
    fn groups(&self, query: &Query, table: &str) -> rusqlite::Result<BTreeMap<i64, Group>> {
        let mut statement = self.database.connection.prepare(&format!(
            "SELECT last_run, summary, document, job, first_seen, last_seen, {table}.resolved, {table}.reopened,
                {table}.series
             FROM {table} JOIN series ON series.id = {table}.series JOIN run ON run.id = last_run
             WHERE (?1 IS NULL OR job = ?1) AND (?2 IS NULL OR first_seen > ?2) AND (?3 OR {table}.resolved IS NULL)
                AND (?4 IS NULL OR substr(uid, 1, length(?4)) = ?4)
             ORDER BY {table}.id"
        ))?;
        let since = query.since.map(milliseconds);
        let mut rows = statement.query(params![query.job, since, query.resolved, query.id])?;
        let mut groups: BTreeMap<i64, Group> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let group = groups.entry(row.get(0)?).or_default();
            group.summary = row.get(1)?;
            group.rows.push(Row {
                document: row.get(2)?,
                job: row.get(3)?,
                times: [row.get(4)?, row.get(5)?],
                resolved: row.get(6)?,
                reopened: row.get(7)?,
                series: row.get(8)?,
            });
        }
        Ok(groups)
    }

    /// Counts of each run, oldest first; of one job, or of all that there are. So that a report can draw them.
    pub fn trend(&self, job: Option<&str>) -> Result<Vec<RunCounts>, DatabaseError> {
        let read = || -> rusqlite::Result<Vec<RunCounts>> {
            let mut statement = self.database.connection.prepare(
                "SELECT job, started, result, objects, high, medium, low, suppressed, added, reopened, run.resolved,
                    policies, policies_added, policies_reopened, policies_resolved
                 FROM run JOIN series ON series.id = run.series WHERE ?1 IS NULL OR job = ?1 ORDER BY run.id",
            )?;
            let rows = statement.query_map([job], |row| {
                let number = |index: usize| row.get::<_, i64>(index).map(i64::unsigned_abs);
                Ok(RunCounts {
                    job: row.get(0)?,
                    started: moment(row.get(1)?),
                    result: row.get(2)?,
                    objects: number(3)?,
                    high: number(4)?,
                    medium: number(5)?,
                    low: number(6)?,
                    suppressed: number(7)?,
                    added: number(8)?,
                    reopened: number(9)?,
                    resolved: number(10)?,
                    policies: number(11)?,
                    policy_changes: Counted { added: number(12)?, reopened: number(13)?, resolved: number(14)? },
                })
            })?;
            rows.collect()
        };
        read().map_err(|error| self.database.error(&error))
    }

    /// What the earlier runs of a run's series found, oldest first; those that came to their end.
    pub fn past(&self, run: &Run) -> Result<Vec<PastRun>, DatabaseError> {
        let read = || -> rusqlite::Result<Vec<PastRun>> {
            let mut statement = self.database.connection.prepare(
                "SELECT started, high, medium, low, suppressed FROM run
                 WHERE series = ?1 AND id < ?2 AND result = 'COMPLETE' ORDER BY id",
            )?;
            let rows = statement.query_map([run.series, run.id], |row| {
                let number = |index: usize| row.get::<_, i64>(index).map(|number| usize::try_from(number).unwrap_or(0));
                let findings =
                    FindingCounts { high: number(1)?, medium: number(2)?, low: number(3)?, suppressed: number(4)? };
                Ok(PastRun { started: moment(row.get(0)?), findings })
            })?;
            rows.collect()
        };
        read().map_err(|error| self.database.error(&error))
    }

    /// The summaries of the latest runs that came to an end, one of each series, and the gaps that they met; latest first.
    fn latest(&self, job: Option<&str>) -> rusqlite::Result<Vec<String>> {
        let connection = &self.database.connection;
        let mut statement = connection.prepare(
            "SELECT run.id, summary FROM run JOIN series ON series.id = run.series
             WHERE run.id IN (SELECT max(id) FROM run WHERE summary IS NOT NULL GROUP BY series)
                AND (?1 IS NULL OR job = ?1) ORDER BY run.id DESC",
        )?;
        let runs = statement.query_map([job], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        let mut gaps =
            connection.prepare("SELECT gap FROM object WHERE last_run = ?1 AND gap IS NOT NULL ORDER BY id")?;
        let mut all = Vec::new();
        for run in runs {
            let (id, summary) = run?;
            let mut lines = String::new();
            for gap in gaps.query_map([id], |row| row.get::<_, String>(0))? {
                lines.push_str(&gap?);
                lines.push('\n');
            }
            all.push(lines + &summary);
        }
        Ok(all)
    }
}

/// What the lines of these groups say, each run's read together with its summary.
fn stored<F>(
    groups: BTreeMap<i64, Group>,
    known: &[Arc<DataIdentifier>],
    of: fn(Report) -> Vec<F>,
) -> Result<Vec<Stored<F>>, ReadError> {
    let mut all = Vec::new();
    for group in groups.into_values() {
        let mut lines = String::new();
        for row in &group.rows {
            lines.push_str(&row.document);
            lines.push('\n');
        }
        lines.push_str(&group.summary);
        let report = saved::read("the findings store", lines.as_bytes(), known)?;
        let targets = report.targets.clone();
        for (finding, row) in of(report).into_iter().zip(group.rows) {
            all.push(Stored {
                finding,
                job: row.job,
                targets: targets.clone(),
                document: row.document,
                first_seen: moment(row.times[0]),
                last_seen: moment(row.times[1]),
                resolved: row.resolved.map(moment),
                reopened: row.reopened.unsigned_abs(),
                series: row.series,
            });
        }
    }
    Ok(all)
}

/// A report of what the record holds: these findings and policy findings, and the counts and gaps of the latest run of each series. None when
/// nothing ran yet.
pub fn export(store: &Store, query: &Query, known: &[Arc<DataIdentifier>]) -> Result<Option<Report>, ReadError> {
    let (findings, policies) = (store.findings(query, known)?, store.policies(query)?);
    let latest = store.latest(query.job.as_deref()).map_err(|error| store.database.error(&error))?;
    let mut whole: Option<Report> = None;
    for lines in latest {
        let report = saved::read("the findings store", lines.as_bytes(), known)?;
        let Some(all) = &mut whole else {
            whole = Some(report);
            continue;
        };
        all.totals.add(&report.totals);
        // Paths of several series begin below one target each: they do not say which.
        all.areas.clear();
        all.complete &= report.complete;
        all.targets.extend(report.targets);
        all.skipped.extend(report.skipped);
    }
    if let Some(all) = &mut whole {
        all.skipped.sort_by(|a, b| a.classification.artifact.path.cmp(&b.classification.artifact.path));
        all.policy_findings = policies.into_iter().map(|stored| stored.finding).collect();
        all.findings = findings.into_iter().map(|stored| stored.finding).collect();
    }
    Ok(whole)
}
