//! Taking a report into the record: what is new, what is seen again, what is gone.
//!
//! A finding is resolved when the run came to its end and its file was looked at in full and does not give it any more, or is
//! not there any more. What was left out, could not be read or was not reached proves nothing: those findings stay open.

use super::{Run, Store, Watched, milliseconds};
use crate::artifact::ArtifactPath;
use crate::database::DatabaseError;
use crate::finding::Finding;
use crate::identifier::Severity;
use crate::policy::PolicyFinding;
use crate::report::Report;
use crate::reports::{self, Style};
use crate::status::Status;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::HashSet;
use std::io::{self, Write};
use std::time::{Duration, SystemTime};

/// What a run changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// Findings seen for the first time.
    pub added: u64,
    /// Findings that had been resolved and are back.
    pub reopened: u64,
    /// Findings that are gone.
    pub resolved: u64,
    /// How severe the worst of those is that were added or are back, and that no rule hides.
    pub worst: Option<Severity>,
    /// The same of policy findings.
    pub policies: Counted,
}

/// What a run changed in policy findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Those seen for the first time.
    pub added: u64,
    /// Those that had been resolved and are back.
    pub reopened: u64,
    /// Those that are gone.
    pub resolved: u64,
}

impl Store {
    /// Takes a report in, all of it or nothing. `is_gone` says of a path of a file whether it is not there any more.
    pub fn record(
        &mut self,
        run: &Run,
        report: &Report,
        watched: &Watched,
        is_gone: &dyn Fn(&[u8]) -> bool,
        now: SystemTime,
        retention: Duration,
    ) -> Result<Changes, DatabaseError> {
        let mut record = || -> rusqlite::Result<Changes> {
            let transaction = self.database.connection.transaction()?;
            let mut entry =
                Entry { transaction: &transaction, run, now: milliseconds(now), changes: Changes::default() };
            entry.lines(report)?;
            if report.complete {
                entry.resolve(report, watched, is_gone)?;
            }
            entry.finish(report)?;
            entry.forget(retention)?;
            let changes = entry.changes;
            transaction.commit()?;
            Ok(changes)
        };
        record().map_err(|error| self.database.error(&error))
    }
}

struct Entry<'a> {
    transaction: &'a Transaction<'a>,
    run: &'a Run,
    now: i64,
    changes: Changes,
}

impl Entry<'_> {
    /// Findings and gaps, each as the line that the `jsonl` report writes of it.
    fn lines(&mut self, report: &Report) -> rusqlite::Result<()> {
        let Some(format) = reports::named("jsonl") else { return Ok(()) };
        let mut lines = Lines { entry: self, report, number: 0, failure: None };
        let written = format.write(report, Style::default(), &mut lines);
        match (lines.failure, written) {
            (Some(failure), _) => Err(failure),
            (None, Err(error)) => Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
            (None, Ok(())) => Ok(()),
        }
    }

    fn object(&self, path: &ArtifactPath, gap: Option<&str>) -> rusqlite::Result<i64> {
        self.transaction.query_row(
            "INSERT INTO object (series, path, embedded, gap, last_seen, last_run) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (series, path, embedded) DO UPDATE SET last_seen = excluded.last_seen,
                gap = CASE WHEN last_run = excluded.last_run THEN coalesce(excluded.gap, gap) ELSE excluded.gap END,
                last_run = excluded.last_run
             RETURNING id",
            params![self.run.series, path.file, path.embedded().unwrap_or_default(), gap, self.now, self.run.id],
            |row| row.get(0),
        )
    }

    fn finding(&mut self, finding: &Finding, document: &str) -> rusqlite::Result<()> {
        let object = self.object(&finding.classification.artifact.path, None)?;
        let sql = "SELECT resolved IS NOT NULL FROM finding WHERE series = ?1 AND uid = ?2";
        let was_resolved: Option<bool> =
            self.transaction.query_row(sql, params![self.run.series, finding.id], |row| row.get(0)).optional()?;
        self.changes.added += u64::from(was_resolved.is_none());
        self.changes.reopened += u64::from(was_resolved == Some(true));
        if was_resolved != Some(false) && !finding.archived {
            self.changes.worst = self.changes.worst.max(Some(finding.severity));
        }
        self.transaction.execute(
            "INSERT INTO finding
                (series, uid, object, severity, archived, document, first_seen, last_seen, last_run)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)
             ON CONFLICT (series, uid) DO UPDATE SET
                object = excluded.object, severity = excluded.severity, archived = excluded.archived,
                document = excluded.document, last_seen = max(first_seen, excluded.last_seen),
                last_run = excluded.last_run, reopened = reopened + (resolved IS NOT NULL), resolved = NULL",
            params![
                self.run.series,
                finding.id,
                object,
                finding.severity.score(),
                finding.archived,
                document,
                self.now,
                self.run.id
            ],
        )?;
        Ok(())
    }

    fn policy(&mut self, found: &PolicyFinding, document: &str) -> rusqlite::Result<()> {
        let sql = "SELECT resolved IS NOT NULL FROM policy WHERE series = ?1 AND uid = ?2";
        let was_resolved: Option<bool> =
            self.transaction.query_row(sql, params![self.run.series, found.id], |row| row.get(0)).optional()?;
        self.changes.policies.added += u64::from(was_resolved.is_none());
        self.changes.policies.reopened += u64::from(was_resolved == Some(true));
        self.transaction.execute(
            "INSERT INTO policy (series, uid, path, severity, document, first_seen, last_seen, last_run)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)
             ON CONFLICT (series, uid) DO UPDATE SET
                severity = excluded.severity, document = excluded.document,
                last_seen = max(first_seen, excluded.last_seen), last_run = excluded.last_run,
                reopened = reopened + (resolved IS NOT NULL), resolved = NULL",
            params![
                self.run.series,
                found.id,
                found.artifact.path.file,
                found.severity.score(),
                document,
                self.now,
                self.run.id
            ],
        )?;
        Ok(())
    }

    fn resolve(&mut self, report: &Report, watched: &Watched, is_gone: &dyn Fn(&[u8]) -> bool) -> rusqlite::Result<()> {
        let gaps: HashSet<&[u8]> = report
            .skipped
            .iter()
            .filter(|row| row.classification.status != Status::Complete)
            .map(|row| row.classification.artifact.path.file.as_slice())
            .collect();
        let proves = |path: &[u8]| if watched.has_met(path) { !gaps.contains(path) } else { is_gone(path) };
        self.changes.resolved += self.resolve_unseen(
            "finding",
            "object.path FROM finding JOIN object ON object.id = finding.object",
            &proves,
        )?;
        self.changes.policies.resolved += self.resolve_unseen("policy", "policy.path FROM policy", &proves)?;
        Ok(())
    }

    /// Resolves what this run did not see, where it proves that it is gone. `from` is where paths come from.
    fn resolve_unseen(&self, table: &str, from: &str, proves: &dyn Fn(&[u8]) -> bool) -> rusqlite::Result<u64> {
        let mut statement = self.transaction.prepare(&format!(
            "SELECT {table}.id, {from} WHERE {table}.series = ?1 AND resolved IS NULL AND {table}.last_run <> ?2"
        ))?;
        let rows = statement
            .query_map([self.run.series, self.run.id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let (unseen, mut number) = (rows.collect::<rusqlite::Result<Vec<_>>>()?, 0);
        for (id, _) in unseen.iter().filter(|(_, path)| proves(path)) {
            let sql = format!("UPDATE {table} SET resolved = max(first_seen, ?2) WHERE id = ?1");
            self.transaction.execute(&sql, [*id, self.now])?;
            number += 1;
        }
        Ok(number)
    }

    fn finish(&self, report: &Report) -> rusqlite::Result<()> {
        let (totals, counts) = (&report.totals, report.finding_counts());
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let result = if report.complete { "COMPLETE" } else { "INTERRUPTED" };
        self.transaction.execute(
            "UPDATE run SET finished = ?2, result = ?3, objects = ?4, partial = ?5, skipped = ?6, high = ?7, medium = ?8,
                low = ?9, suppressed = ?10, added = ?11, reopened = ?12, resolved = ?13, policies = ?14, policies_added = ?15,
                policies_reopened = ?16, policies_resolved = ?17 WHERE id = ?1",
            params![
                self.run.id,
                self.now,
                result,
                number(totals.objects),
                number(totals.partial),
                number(totals.skipped),
                number(counts.high as u64),
                number(counts.medium as u64),
                number(counts.low as u64),
                number(counts.suppressed as u64),
                number(self.changes.added),
                number(self.changes.reopened),
                number(self.changes.resolved),
                number(report.policy_findings.len() as u64),
                number(self.changes.policies.added),
                number(self.changes.policies.reopened),
                number(self.changes.policies.resolved),
            ],
        )?;
        Ok(())
    }

    /// Drops what was seen last before the time of retention: findings, objects and runs. Of each series the latest run that
    /// came to its end stays, for it says when the next one is due.
    fn forget(&self, retention: Duration) -> rusqlite::Result<()> {
        let kept = i64::try_from(retention.as_millis()).unwrap_or(i64::MAX);
        let before = self.now.saturating_sub(kept);
        self.transaction.execute("DELETE FROM finding WHERE max(last_seen, coalesce(resolved, 0)) < ?1", [before])?;
        self.transaction.execute("DELETE FROM policy WHERE max(last_seen, coalesce(resolved, 0)) < ?1", [before])?;
        self.transaction
            .execute("DELETE FROM object WHERE last_seen < ?1 AND id NOT IN (SELECT object FROM finding)", [before])?;
        self.transaction.execute(
            "DELETE FROM run WHERE started < ?1 AND id NOT IN (SELECT last_run FROM finding)
             AND id NOT IN (SELECT last_run FROM policy)
             AND id NOT IN (SELECT max(id) FROM run WHERE result = 'COMPLETE' GROUP BY series)
             AND id NOT IN (SELECT max(id) FROM run GROUP BY series)",
            [before],
        )?;
        Ok(())
    }

    fn line(&mut self, number: usize, report: &Report, line: &str) -> rusqlite::Result<()> {
        let mut before = 0;
        let mut at = |length: usize| {
            let index = number.checked_sub(before);
            before += length;
            index.filter(|index| *index < length)
        };
        if let Some(index) = at(report.findings.len()) {
            return self.finding(&report.findings[index], line);
        }
        if let Some(index) = at(report.policy_findings.len()) {
            return self.policy(&report.policy_findings[index], line);
        }
        if let Some(index) = at(report.skipped.len()) {
            return self.object(&report.skipped[index].classification.artifact.path, Some(line)).map(|_| ());
        }
        if let Some(index) = at(report.baselined.len()) {
            // What the baseline knows is there all the same.
            let row: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
            return self.finding(&report.baselined[index], &row["finding"].to_string());
        }
        if at(report.absent.len()).is_none() {
            let sql = "UPDATE run SET summary = ?2 WHERE id = ?1";
            self.transaction.execute(sql, params![self.run.id, line])?;
        }
        Ok(())
    }
}

/// Takes the lines of the report one by one: each comes with one call.
struct Lines<'a, 'e> {
    entry: &'a mut Entry<'e>,
    report: &'a Report,
    number: usize,
    failure: Option<rusqlite::Error>,
}

impl Write for Lines<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = std::str::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?;
        let taken = self.entry.line(self.number, self.report, line.trim_end());
        self.number += 1;
        taken.map(|()| bytes.len()).map_err(|error| {
            self.failure = Some(error);
            io::ErrorKind::Other.into()
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
