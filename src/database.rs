//! A database file of our own: made with mode 0600, told from foreign, newer and damaged ones, and never overwritten.
//!
//! Knows how such a file is opened and refused. What stands in it is the business of `state` and `store`.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What every database of `SQLite` begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// How long another program's look into the file is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A kind of file.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// What messages call it: `state file`.
    pub name: &'static str,
    /// The mark in its header (`PRAGMA application_id`).
    pub application_id: i32,
    /// For each version from 1 the SQL that makes it from the version before, the first one from nothing.
    pub versions: &'static [&'static str],
}

/// Why a file is not used. Each says the mend.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// Something else is in it.
    #[error("{}: is no {name} of tamis; it is left as it is: name another file", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it should have been.
        name: &'static str,
    },
    /// A later version of the program wrote it.
    #[error(
        "{}: was written by a newer tamis (version {found} of the {name}, this one knows {known}); use that one, or name another file", .path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// What it is.
        name: &'static str,
        /// Its version.
        found: i64,
        /// The latest version known here.
        known: usize,
    },
    /// It does not hold what was written.
    #[error("{}: the {name} is damaged ({detail}); move it away, and {mend}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What it is.
        name: &'static str,
        /// What is wrong with it.
        detail: String,
        /// What happens without it.
        mend: &'static str,
    },
    /// Another run has it.
    #[error("{}: is in use by another run; wait for its end, or name another file", .0.display())]
    Busy(PathBuf),
    /// The system refused.
    #[error("{}: the {name} cannot be used: {detail}; check the folder, its permissions and the free space", .path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What it is.
        name: &'static str,
        /// What the system says.
        detail: String,
    },
}

/// An open file, and its errors in its own words.
#[derive(Debug)]
pub struct Database {
    /// The connection.
    pub connection: Connection,
    kind: Kind,
    path: PathBuf,
    mend: &'static str,
}

impl Database {
    /// Opens a file, or makes it. `mend` ends the sentence of a damaged one: what happens when it is moved away.
    pub fn open(path: &Path, kind: Kind, mend: &'static str) -> Result<Self, DatabaseError> {
        let refused = |error: io::Error| DatabaseError::Refused {
            path: path.to_owned(),
            name: kind.name,
            detail: error.to_string(),
        };
        create(path).map_err(refused)?;
        if !may_be_ours(path, kind.application_id).map_err(refused)? {
            return Err(DatabaseError::Foreign { path: path.to_owned(), name: kind.name });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| DatabaseError::Refused {
            path: path.to_owned(),
            name: kind.name,
            detail: said(&error),
        })?;
        let mut database = Self { connection, kind, path: path.to_owned(), mend };
        let found = database.begin().map_err(|error| database.error(&error))?;
        match found {
            Found::Ours => {}
            Found::Foreign => return Err(DatabaseError::Foreign { path: path.to_owned(), name: kind.name }),
            Found::TooNew(found) => {
                let known = kind.versions.len();
                return Err(DatabaseError::TooNew { path: path.to_owned(), name: kind.name, found, known });
            }
        }
        close_to_others(path).map_err(refused)?;
        Ok(database)
    }

    /// An error of the database as a sentence about the file.
    pub fn error(&self, error: &rusqlite::Error) -> DatabaseError {
        let (path, name) = (self.path.clone(), self.kind.name);
        match error.sqlite_error_code() {
            // Without a code: other types or other tables than we wrote; somebody else was at it.
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) | None => self.damaged(&said(error)),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseError::Busy(path),
            Some(ErrorCode::Unknown) if said(error).contains("no such") => self.damaged(&said(error)),
            Some(_) => DatabaseError::Refused { path, name, detail: said(error) },
        }
    }

    /// The file is not what was written.
    pub fn damaged(&self, detail: &str) -> DatabaseError {
        let (path, name) = (self.path.clone(), self.kind.name);
        DatabaseError::Damaged { path, name, detail: detail.to_owned(), mend: self.mend }
    }

    fn begin(&mut self) -> rusqlite::Result<Found> {
        let connection = &mut self.connection;
        connection.busy_timeout(PATIENCE)?;
        // The file may have been prepared by somebody: nothing in it runs.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
        let number = |connection: &Connection, sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let mark = number(connection, "PRAGMA application_id")?;
        let version = number(connection, "PRAGMA user_version")?;
        let tables = number(connection, "SELECT count(*) FROM sqlite_schema")?;
        let is_new = mark == 0 && version == 0 && tables == 0;
        if !is_new && mark != i64::from(self.kind.application_id) {
            return Ok(Found::Foreign);
        }
        let Ok(known) = usize::try_from(version) else { return Ok(Found::Foreign) };
        if known > self.kind.versions.len() {
            return Ok(Found::TooNew(version));
        }
        // A write-ahead log needs memory that all readers share, which a network share has not.
        let journal = if is_on_network(&self.path) { "DELETE" } else { "WAL" };
        connection.query_row(&format!("PRAGMA journal_mode = {journal}"), [], |_| Ok(()))?;
        // A commit is on the disk when it returns: a power cut loses what came after it, no more.
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
        for (number, sql) in self.kind.versions.iter().enumerate().skip(known) {
            let transaction = connection.transaction()?;
            transaction.execute_batch(sql)?;
            transaction.pragma_update(None, "application_id", self.kind.application_id)?;
            transaction.pragma_update(None, "user_version", i64::try_from(number + 1).unwrap_or(i64::MAX))?;
            transaction.commit()?;
        }
        Ok(Found::Ours)
    }
}

enum Found {
    Ours,
    Foreign,
    TooNew(i64),
}

/// What `SQLite` says, without the code.
fn said(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(text)) => text.clone(),
        other => other.to_string(),
    }
}

/// Makes the file if it is not there, for its owner alone.
fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Whether a file may be one of ours by its header, without `SQLite`: that would take a few bytes for an empty file, and write
/// back the log of a foreign one.
fn may_be_ours(path: &Path, mark: i32) -> io::Result<bool> {
    if !fs::metadata(path)?.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    File::open(path)?.take(72).read_to_end(&mut head)?;
    // The mark may still stand in the log alone.
    let marked = head.get(68..72).is_none_or(|bytes| bytes == [0; 4] || bytes == mark.to_be_bytes());
    Ok(head.is_empty() || head.starts_with(MAGIC) && marked)
}

#[cfg(unix)]
fn close_to_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = fs::metadata(path)?.permissions();
    let of_others = permissions.mode() & 0o077;
    if of_others == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether a file lies on a network share. The numbers are those of `statfs(2)`.
#[cfg(target_os = "linux")]
fn is_on_network(path: &Path) -> bool {
    const NFS: u64 = 0x6969;
    const SMB: u64 = 0x517b;
    const SMB2: u64 = 0xfe53_4d42;
    const CIFS: u64 = 0xff53_4d42;
    const AFS: u64 = 0x5346_414f;
    const CEPH: u64 = 0x00c3_6400;
    const NINE_P: u64 = 0x0102_1997;
    const FUSE: u64 = 0x6573_5546;
    const LUSTRE: u64 = 0x0bd0_0bd0;
    const GFS2: u64 = 0x0116_1970;
    let shares = [NFS, SMB, SMB2, CIFS, AFS, CEPH, NINE_P, FUSE, LUSTRE, GFS2];
    #[expect(clippy::cast_sign_loss, reason = "the same bits, of whichever type the system has")]
    rustix::fs::statfs(path).is_ok_and(|system| shares.contains(&(system.f_type as u64 & 0xffff_ffff)))
}

#[cfg(not(target_os = "linux"))]
fn is_on_network(_: &Path) -> bool {
    false
}

/// A file beside the database that one run holds. The system lets go of it when the run ends, however it ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held until it is dropped")] File);

impl Lock {
    /// Takes the lock of a database; none when another run has it.
    pub fn take(database: &Path) -> io::Result<Option<Self>> {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(PathBuf::from(path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Database, DatabaseError, Kind, Lock};
    use std::fs;
    use std::path::Path;

    const ONE: Kind = Kind { name: "test file", application_id: 7, versions: &["CREATE TABLE a (b INTEGER)"] };
    const TWO: Kind =
        Kind { versions: &["CREATE TABLE a (b INTEGER)", "ALTER TABLE a ADD COLUMN c INTEGER DEFAULT 5"], ..ONE };

    fn refusal(path: &Path, kind: Kind) -> String {
        let before = fs::read(path).unwrap();
        let error = Database::open(path, kind, "start anew").unwrap_err().to_string();
        assert_eq!(fs::read(path).unwrap(), before, "it is left as it is");
        error
    }

    #[test]
    fn versions_are_migrated_and_later_ones_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let database = Database::open(&path, ONE, "").unwrap();
        database.connection.execute("INSERT INTO a VALUES (1)", []).unwrap();
        drop(database);
        let database = Database::open(&path, TWO, "").unwrap();
        let sum: i64 = database.connection.query_row("SELECT b + c FROM a", [], |row| row.get(0)).unwrap();
        assert_eq!(sum, 6);
        drop(database);
        assert!(refusal(&path, ONE).contains("written by a newer tamis"));
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    }

    #[test]
    fn foreign_and_damaged_files_are_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        for content in ["hello", "SQLite format 4\0", "{}"] {
            fs::write(&path, content).unwrap();
            assert!(refusal(&path, ONE).contains("is no test file"), "{content}");
        }
        fs::write(&path, "SQLite format 3\0 and no more than that").unwrap();
        assert!(refusal(&path, ONE).contains("damaged"));
        fs::remove_file(&path).unwrap();
        let other = Kind { application_id: 8, ..ONE };
        drop(Database::open(&path, other, "").unwrap());
        assert!(refusal(&path, ONE).contains("is no test file"));
        fs::write(&path, "").unwrap();
        assert!(Database::open(&path, ONE, "").is_ok(), "an empty file is a new one");
        assert!(matches!(Database::open(folder.path(), ONE, ""), Err(DatabaseError::Foreign { .. })));
    }

    #[test]
    fn one_run_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let held = Lock::take(&path).unwrap();
        assert!(held.is_some() && Lock::take(&path).unwrap().is_none());
        drop(held);
        assert!(Lock::take(&path).unwrap().is_some());
    }
}
