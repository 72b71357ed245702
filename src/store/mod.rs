//! The record: runs, objects, findings and policy findings, when each was first and last seen, and when it was resolved. One `SQLite` file.
//!
//! A series is what runs are compared within: a job, or scans of the same targets. What is known of a finding is the line
//! that the `jsonl` report writes of it, so no matched text is in here. It takes a `Report`; scanning knows nothing of it.

mod read;
mod record;
mod watch;

pub use read::{Query, RunCounts, Stored, export};
pub use record::{Changes, Counted};
pub use watch::Watched;

use crate::database::{Database, DatabaseError, Kind};
use rusqlite::{OptionalExtension, params};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long what was seen last is kept, unless somebody says otherwise; Macie's 90 days.
pub const RETENTION: Duration = Duration::from_hours(90 * 24);

/// The file. Times are milliseconds from 1970.
const KIND: Kind = Kind {
    name: "findings store",
    // "tamf"
    application_id: 0x7461_6d66,
    versions: &[
        "
        CREATE TABLE series (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            job TEXT,
            targets TEXT NOT NULL      -- JSON
        );
        CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            series INTEGER NOT NULL REFERENCES series (id),
            started INTEGER NOT NULL,
            finished INTEGER,
            slot INTEGER,              -- the moment of the schedule that it ran for
            result TEXT NOT NULL,      -- RUNNING, COMPLETE, INTERRUPTED, FAILED
            objects INTEGER NOT NULL DEFAULT 0,
            partial INTEGER NOT NULL DEFAULT 0,
            skipped INTEGER NOT NULL DEFAULT 0,
            high INTEGER NOT NULL DEFAULT 0,
            medium INTEGER NOT NULL DEFAULT 0,
            low INTEGER NOT NULL DEFAULT 0,
            suppressed INTEGER NOT NULL DEFAULT 0,
            added INTEGER NOT NULL DEFAULT 0,
            resolved INTEGER NOT NULL DEFAULT 0,
            summary TEXT               -- the last line of the jsonl report
        );
        CREATE TABLE object (
            id INTEGER PRIMARY KEY,
            series INTEGER NOT NULL REFERENCES series (id),
            path BLOB NOT NULL,
            embedded BLOB NOT NULL,    -- empty for the file itself
            gap TEXT,                  -- the line of the jsonl report, if it was not inspected in full
            last_seen INTEGER NOT NULL,
            last_run INTEGER NOT NULL,
            UNIQUE (series, path, embedded)
        );
        CREATE TABLE finding (
            id INTEGER PRIMARY KEY,
            series INTEGER NOT NULL REFERENCES series (id),
            uid TEXT NOT NULL,         -- the finding's own id
            object INTEGER NOT NULL REFERENCES object (id),
            severity INTEGER NOT NULL,
            archived INTEGER NOT NULL,
            document TEXT NOT NULL,    -- the line of the jsonl report
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            last_run INTEGER NOT NULL,
            resolved INTEGER,
            UNIQUE (series, uid)
        );
        ",
        "
        ALTER TABLE run ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE finding ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX run_of_series ON run (series);
        CREATE INDEX finding_of_object ON finding (object);
        ",
        "
        CREATE TABLE policy (
            id INTEGER PRIMARY KEY,
            series INTEGER NOT NULL REFERENCES series (id),
            uid TEXT NOT NULL,         -- the policy finding's own id
            path BLOB NOT NULL,
            severity INTEGER NOT NULL,
            document TEXT NOT NULL,    -- the line of the jsonl report
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            last_run INTEGER NOT NULL,
            resolved INTEGER,
            reopened INTEGER NOT NULL DEFAULT 0,
            UNIQUE (series, uid)
        );
        ALTER TABLE run ADD COLUMN policies INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE run ADD COLUMN policies_added INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE run ADD COLUMN policies_reopened INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE run ADD COLUMN policies_resolved INTEGER NOT NULL DEFAULT 0;
        ",
    ],
};
const MEND: &str = "the next run begins a new one, which knows nothing of earlier findings";

/// What runs are compared within.
#[derive(Debug, Clone)]
pub struct Series {
    /// The job, if it is one.
    pub job: Option<String>,
    /// Tells it from others of that name: the configuration file of the job.
    pub of: String,
    /// The targets as typed.
    pub targets: Vec<String>,
}

impl Series {
    fn key(&self) -> String {
        match &self.job {
            Some(job) => serde_json::json!([job, self.of]).to_string(),
            None => serde_json::json!([self.of, self.targets]).to_string(),
        }
    }
}

/// A run that began.
#[derive(Debug)]
pub struct Run {
    id: i64,
    series: i64,
    /// When it began.
    pub began: SystemTime,
}

/// The latest run of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// When it began.
    pub started: SystemTime,
    /// When it ended; none while it runs, or when it was killed.
    pub finished: Option<SystemTime>,
    /// `RUNNING`, `COMPLETE`, `INTERRUPTED` or `FAILED`.
    pub result: String,
    /// Findings of high, medium and low severity.
    pub findings: [u64; 3],
    /// Findings that were new.
    pub added: u64,
    /// Findings that were gone.
    pub resolved: u64,
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens a store, or begins one.
    pub fn open(path: &Path) -> Result<Self, DatabaseError> {
        Ok(Self { database: Database::open(path, KIND, MEND)? })
    }

    /// Begins a run, for a moment of its schedule if it has one.
    pub fn begin(
        &mut self,
        series: &Series,
        slot: Option<SystemTime>,
        now: SystemTime,
    ) -> Result<(Run, Watched), DatabaseError> {
        let begin = || -> rusqlite::Result<(Run, Watched)> {
            let connection = &self.database.connection;
            let targets = serde_json::json!(series.targets).to_string();
            connection.execute(
                "INSERT INTO series (key, job, targets) VALUES (?1, ?2, ?3)
                 ON CONFLICT (key) DO UPDATE SET targets = excluded.targets",
                params![series.key(), series.job, targets],
            )?;
            let id: i64 =
                connection.query_row("SELECT id FROM series WHERE key = ?1", [series.key()], |row| row.get(0))?;
            connection.execute(
                "INSERT INTO run (series, started, slot, result) VALUES (?1, ?2, ?3, 'RUNNING')",
                params![id, milliseconds(now), slot.map(milliseconds)],
            )?;
            let run = Run { id: connection.last_insert_rowid(), series: id, began: now };
            let mut statement = connection.prepare(
                "SELECT DISTINCT path FROM object JOIN finding ON finding.object = object.id
                 WHERE object.series = ?1 AND resolved IS NULL
                 UNION SELECT path FROM policy WHERE series = ?1 AND resolved IS NULL",
            )?;
            let paths = statement.query_map([id], |row| row.get::<_, Vec<u8>>(0))?;
            Ok((run, Watched::new(paths.collect::<rusqlite::Result<_>>()?)))
        };
        begin().map_err(|error| self.database.error(&error))
    }

    /// Ends a run that came to no result.
    pub fn fail(&mut self, run: &Run, now: SystemTime) -> Result<(), DatabaseError> {
        let sql = "UPDATE run SET result = 'FAILED', finished = ?2 WHERE id = ?1";
        let ended = self.database.connection.execute(sql, params![run.id, milliseconds(now)]);
        ended.map(|_| ()).map_err(|error| self.database.error(&error))
    }

    /// The moment of the schedule that a series last ran for and came to its end.
    pub fn last_slot(&self, series: &Series) -> Result<Option<SystemTime>, DatabaseError> {
        let sql = "SELECT slot FROM run JOIN series ON series.id = run.series
                   WHERE key = ?1 AND result = 'COMPLETE' AND slot IS NOT NULL ORDER BY run.id DESC LIMIT 1";
        let slot = self.database.connection.query_row(sql, [series.key()], |row| row.get(0)).optional();
        slot.map(|slot| slot.map(moment)).map_err(|error| self.database.error(&error))
    }

    /// The latest run of a series.
    pub fn last_run(&self, series: &Series) -> Result<Option<LastRun>, DatabaseError> {
        let sql = "SELECT started, finished, result, high, medium, low, added, run.resolved
                   FROM run JOIN series ON series.id = run.series WHERE key = ?1 ORDER BY run.id DESC LIMIT 1";
        let read = |row: &rusqlite::Row<'_>| {
            let number = |index: usize| row.get::<_, i64>(index).map(i64::unsigned_abs);
            Ok(LastRun {
                started: moment(row.get(0)?),
                finished: row.get::<_, Option<i64>>(1)?.map(moment),
                result: row.get(2)?,
                findings: [number(3)?, number(4)?, number(5)?],
                added: number(6)?,
                resolved: number(7)?,
            })
        };
        let run = self.database.connection.query_row(sql, [series.key()], read).optional();
        run.map_err(|error| self.database.error(&error))
    }
}

fn milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn moment(milliseconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(milliseconds.max(0).unsigned_abs())
}

#[cfg(test)]
mod tests;
