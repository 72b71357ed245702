//! What is known of objects from earlier runs, so that what did not change is not read again: one `SQLite` file.
//!
//! An object is a file on disk with all that is in it. What was found in it is kept as it was found, before any rule or
//! threshold judged it; no matched text is in there, only masks. Knows nothing of walking and reading: `scan` asks, and tells.

mod basis;
mod kept;
mod table;

pub use basis::Basis;
pub use kept::Kept;

use crate::artifact::{Artifact, Stamp};
use crate::database::{Database, DatabaseError, Kind, Lock};
use crate::identifier::DataIdentifier;
use crate::status::{Reason, Status};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use table::{Row, Table};

/// The file.
const KIND: Kind = Kind {
    name: "state file",
    // "tams"
    application_id: 0x7461_6d73,
    versions: &["
        CREATE TABLE basis (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE object (
            path BLOB PRIMARY KEY,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL, -- nanoseconds from 1970
            changed INTEGER NOT NULL,  -- the same
            inode INTEGER NOT NULL,
            device INTEGER NOT NULL,
            bytes INTEGER NOT NULL,    -- inspected, if nothing else is to be told
            outcome TEXT NOT NULL,     -- COMPLETE, PARTIAL, SKIPPED; BEFORE: there when the job began, and not read
            reason TEXT,
            content BLOB,              -- keyed hash, where one was asked for
            detail INTEGER,            -- what was found, if anything
            checksum INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE detail (id INTEGER PRIMARY KEY, kept TEXT NOT NULL, checksum INTEGER NOT NULL);
    "],
};
const MEND: &str = "the next run begins a new one and reads everything";

/// Changes that wait to be written together, or their bytes, or for how long.
const BATCH: usize = 500;
const BATCH_BYTES: usize = 4 << 20;
const BATCH_TIME: Duration = Duration::from_secs(1);

/// What is to be done with the file.
#[derive(Debug, Clone, Copy)]
pub struct Use {
    /// Whether content is compared too, by hash.
    pub rehash: bool,
    /// Whether what is there in the first run is left alone until it changes.
    pub only_changes: bool,
    /// When this run began.
    pub began: SystemTime,
}

/// An open file of what is known.
#[derive(Debug)]
pub struct State {
    table: Mutex<Table>,
    file: Mutex<Writer>,
    identifiers: HashMap<String, Arc<DataIdentifier>>,
    key: [u8; 32],
    how: Use,
    /// Whether this is the first run of one that leaves alone what is there.
    is_first: bool,
    has_failed: AtomicBool,
    _lock: Lock,
}

/// What is known of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recall {
    /// Nothing, or of another version of it: it is to be read.
    New,
    /// It is unchanged, was inspected in full, and holds nothing; bytes that were inspected.
    Clean(u64),
    /// It is unchanged, and there is more to tell: [`State::remember`] does.
    Detail,
    /// It was there before the job began, and did not change.
    Before,
    /// Its content is to be compared: [`State::compare`] does.
    Compare,
}

#[derive(Debug)]
struct Writer {
    database: Database,
    pending: Vec<Change>,
    bytes: usize,
    since: Instant,
    failure: Option<DatabaseError>,
}

#[derive(Debug)]
struct Change {
    row: Row,
    kept: Option<String>,
}

impl State {
    /// Takes the lock that a run holds on a file; none when another run does.
    pub fn lock(path: &Path) -> Result<Option<Lock>, DatabaseError> {
        Lock::take(path).map_err(|error| DatabaseError::Refused {
            path: path.to_owned(),
            name: KIND.name,
            detail: error.to_string(),
        })
    }

    /// Opens a file, or begins one. Everything in it is checked before it is believed.
    pub fn open(
        path: &Path,
        lock: Lock,
        basis: &Basis<'_>,
        identifiers: &[Arc<DataIdentifier>],
        how: Use,
    ) -> Result<Self, DatabaseError> {
        let mut database = Database::open(path, KIND, MEND)?;
        let begun = basis.settle(&mut database.connection, how.only_changes).map_err(|error| database.error(&error))?;
        let table = table::load(&database)?;
        Ok(Self {
            table: Mutex::new(table),
            file: Mutex::new(Writer { database, pending: Vec::new(), bytes: 0, since: Instant::now(), failure: None }),
            identifiers: identifiers.iter().map(|i| (i.id.clone(), Arc::clone(i))).collect(),
            key: begun.key,
            how,
            is_first: begun.is_first,
            has_failed: AtomicBool::new(false),
            _lock: lock,
        })
    }

    /// What is known of a file as it is now.
    pub fn recall(&self, artifact: &Artifact) -> Recall {
        let Some(stamp) = artifact.stamp else { return Recall::New };
        let (known, is_here) = self.table().find(&artifact.path.file, &stamp);
        match known {
            Recall::New if self.is_first && !is_here && !stamp.is_fresh(self.how.began) => {
                self.put(Row::new(&artifact.path.file, stamp, "BEFORE", None, 0, None), None);
                Recall::Before
            }
            Recall::Before => Recall::Before,
            Recall::New if !is_here => Recall::New,
            _ if self.how.rehash => Recall::Compare,
            known => known,
        }
    }

    /// What was found in an unchanged file. None when that cannot be told any more: then it is to be read.
    pub fn remember(&self, artifact: &Artifact) -> Option<Kept> {
        let text = self.writer().detail(&artifact.path.file).ok()??;
        Kept::parse(&text, artifact, &self.identifiers)
    }

    /// Whether contents are compared.
    pub fn compares(&self) -> bool {
        self.how.rehash
    }

    /// The hash of a content, keyed, so that who holds it alone cannot test guesses.
    pub fn content(&self, reader: impl std::io::Read) -> std::io::Result<[u8; 32]> {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update_reader(reader)?;
        Ok(hasher.finalize().into())
    }

    /// What was found in a file whose content is the same as it was; its stamp need not be. None if it is another.
    pub fn compare(&self, artifact: &Artifact, content: &[u8; 32]) -> Option<Kept> {
        let mut row = self.writer().row(&artifact.path.file).ok()??;
        let stamp = artifact.stamp?;
        if row.content.as_ref() != Some(content) || row.stamp.size != stamp.size {
            return None;
        }
        let kept = if row.detail.is_some() { self.remember(artifact)? } else { Kept::clean(artifact, row.bytes) };
        if row.stamp != stamp && !stamp.is_fresh(self.how.began) {
            row.stamp = stamp;
            let text = if row.detail.is_some() { self.writer().detail(&artifact.path.file).ok()? } else { None };
            self.put(row, text);
        } else {
            self.table().see(&artifact.path.file);
        }
        Some(kept)
    }

    /// Keeps what was found in a file, unless it may have changed since or the next run may see more in it.
    pub fn learn(&self, artifact: &Artifact, kept: &Kept, content: Option<[u8; 32]>) {
        let Some(stamp) = artifact.stamp.filter(|stamp| !stamp.is_fresh(self.how.began)) else { return };
        if kept.objects.iter().filter_map(|object| object.status.reason()).any(is_passing) {
            return;
        }
        let own = kept.objects.iter().find(|object| object.artifact.container.is_none());
        let status = own.map_or(&Status::Complete, |object| &object.status);
        let bytes = own.map_or(0, |object| object.bytes);
        let reason = status.reason().map(Reason::code);
        let row = Row::new(&artifact.path.file, stamp, status.code(), reason, bytes, content);
        let text = if kept.is_clean() { None } else { Some(kept.text()) };
        self.put(row, text);
    }

    /// Writes what is left. After a `complete` run what it did not come upon is forgotten.
    pub fn finish(&self, complete: bool) -> Result<(), DatabaseError> {
        let mut writer = self.writer();
        writer.flush();
        if complete && writer.failure.is_none() {
            let outcome = self.tidy(&mut writer);
            if let Err(error) = outcome {
                writer.failure = Some(writer.database.error(&error));
            }
        }
        writer.failure.take().map_or(Ok(()), Err)
    }

    fn tidy(&self, writer: &mut Writer) -> rusqlite::Result<()> {
        let mut table = self.table();
        let unseen = if table.is_all_seen() { Vec::new() } else { table.unseen(&writer.database.connection)? };
        let transaction = writer.database.connection.transaction()?;
        for path in unseen {
            forget(&transaction, &path)?;
        }
        transaction.execute("DELETE FROM basis WHERE name = 'first run'", [])?;
        transaction.commit()
    }

    fn put(&self, row: Row, kept: Option<String>) {
        self.table().insert(&row, kept.is_some());
        if self.has_failed.load(Ordering::Relaxed) {
            return;
        }
        let mut writer = self.writer();
        writer.bytes += row.path.len() + kept.as_ref().map_or(0, String::len);
        writer.pending.push(Change { row, kept });
        if writer.pending.len() >= BATCH || writer.bytes >= BATCH_BYTES || writer.since.elapsed() >= BATCH_TIME {
            writer.flush();
            self.has_failed.store(writer.failure.is_some(), Ordering::Relaxed);
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the next run may see more although the file is the same.
fn is_passing(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::PermissionDenied
            | Reason::NoLongerAvailable
            | Reason::Changed
            | Reason::ReadFailed
            | Reason::TimeOut
            | Reason::Interrupted
            | Reason::ParserFailed
    )
}

impl Writer {
    /// Writes what waits in one transaction. After a failure nothing is written any more: the file keeps its last good state.
    fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        (self.bytes, self.since) = (0, Instant::now());
        if self.failure.is_some() || pending.is_empty() {
            return;
        }
        if let Err(error) = self.write(&pending) {
            self.failure = Some(self.database.error(&error));
        }
    }

    fn write(&mut self, pending: &[Change]) -> rusqlite::Result<()> {
        let transaction = self.database.connection.transaction()?;
        for Change { row, kept } in pending {
            forget(&transaction, &row.path)?;
            let detail = match kept {
                None => None,
                Some(text) => {
                    let checksum = table::checksum([text.as_bytes()], []).cast_signed();
                    transaction
                        .execute("INSERT INTO detail (kept, checksum) VALUES (?1, ?2)", params![text, checksum])?;
                    Some(transaction.last_insert_rowid())
                }
            };
            row.write(&transaction, detail)?;
        }
        transaction.commit()
    }

    /// The row of a path, as written.
    fn row(&mut self, path: &[u8]) -> rusqlite::Result<Option<Row>> {
        self.flush_of(path);
        let sql = format!("SELECT {} FROM object WHERE path = ?1", table::COLUMNS);
        self.database.connection.query_row(&sql, [path], Row::read).optional()
    }

    /// The text of what was found at a path; none if it is not what was written.
    fn detail(&mut self, path: &[u8]) -> rusqlite::Result<Option<String>> {
        let sql = "SELECT kept, checksum FROM detail WHERE id = (SELECT detail FROM object WHERE path = ?1)";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?));
        let found = self.database.connection.query_row(sql, [path], read).optional()?;
        Ok(found
            .filter(|(text, sum)| table::checksum([text.as_bytes()], []).cast_signed() == *sum)
            .map(|(text, _)| text))
    }

    /// What waits for a path must be written before it is asked for.
    fn flush_of(&mut self, path: &[u8]) {
        if self.pending.iter().any(|change| change.row.path == path) {
            self.flush();
        }
    }
}

fn forget(transaction: &Transaction<'_>, path: &[u8]) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM detail WHERE id = (SELECT detail FROM object WHERE path = ?1)", [path])?;
    transaction.execute("DELETE FROM object WHERE path = ?1", [path]).map(|_| ())
}
