//! `SQLite` databases, read by `SQLite` itself: every table, each value a cell under the names of its table and column.
//!
//! The row is the rowid where a table has one that is positive, else the ordinal. Text in BLOBs counts as text; a BLOB that
//! is a file of its own kind is a member. Virtual tables are read as the tables that hold their data. A write-ahead log
//! beside the file is a file of its own ([`wal`]): what only stands there is found there. An encrypted database has no header;
//! it is told by its name and by bytes without any pattern. Knows nothing of SQL but SELECT.

mod log;
mod pages;
mod rows;
mod wal;

pub(super) use wal::Wal;

use super::embedded::Embedded;
use super::{Content, Format, Nesting, PlaceKind, ReadError, Sink};
use crate::status::Reason;
use rows::read_tables;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::io::{self, Cursor, Read, SeekFrom};

const MAGIC: &[u8] = b"SQLite format 3\0";
/// Databases up to this size are held by `SQLite` in memory; larger ones in a temporary file.
const IN_MEMORY: u64 = 64 << 20;

/// The format.
pub(super) struct Sqlite;

impl Format for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.sqlite3"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["sqlite", "sqlite3", "db", "db3"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Document
    }

    fn place(&self) -> PlaceKind {
        PlaceKind::Cell
    }

    fn is_isolated(&self) -> bool {
        true
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        content.head().starts_with(MAGIC)
            || (self.extensions().contains(&content.extension().as_str()) && is_random(content.head()))
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        if !content.head().starts_with(MAGIC) {
            let detail = "no header and no pattern: an encrypted database";
            return Err(ReadError::Unsupported(Reason::EncryptedDocument, detail.to_owned()));
        }
        let (reader, broken) = content.spool()?;
        let length = reader.seek(SeekFrom::End(0))?;
        reader.seek(SeekFrom::Start(0))?;
        let mut header = [0; 100];
        reader.read_exact(&mut header)?;
        if mend(&mut header, length) {
            sink.partial(Reason::Malformed, "the database is cut short");
        }
        let whole = Cursor::new(header).chain(reader);
        let (connection, _file) = open(whole, length).map_err(|()| malformed())?;
        let mut embedded = Embedded::new();
        if read_tables(&connection, None, &mut embedded, sink)?.is_break() {
            return Ok(());
        }
        if !embedded.give(sink)? {
            return Ok(());
        }
        broken.map_or(Ok(()), |error| Err(error.again().into()))
    }
}

fn malformed() -> ReadError {
    ReadError::Malformed("the database cannot be opened".to_owned())
}

/// Makes a header one that can be read from memory: no write-ahead log, no more pages than there are. Whether pages lack.
fn mend(header: &mut [u8; 100], length: u64) -> bool {
    header[18] = 1;
    header[19] = 1;
    let size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size.max(512)),
    };
    let pages = u32::from_be_bytes([header[28], header[29], header[30], header[31]]);
    let there = length.div_ceil(size);
    let is_short = u64::from(pages) > length / size;
    if is_short {
        header[28..32].copy_from_slice(&u32::try_from(there).unwrap_or(u32::MAX).to_be_bytes());
    }
    is_short
}

/// A connection, and the file that it needs.
fn open(mut from: impl Read, length: u64) -> Result<(Connection, Option<tempfile::NamedTempFile>), ()> {
    let opened = if length <= IN_MEMORY {
        let mut connection = Connection::open_in_memory().map_err(drop)?;
        connection.deserialize_read_exact("main", from, length as usize, true).map_err(drop)?;
        (connection, None)
    } else {
        use rusqlite::OpenFlags;
        let mut file = tempfile::NamedTempFile::new().map_err(drop)?;
        io::copy(&mut from, file.as_file_mut()).map_err(drop)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let address = format!("file:{}?immutable=1", file.path().to_str().ok_or(())?);
        (Connection::open_with_flags(address, flags).map_err(drop)?, Some(file))
    };
    let connection = &opened.0;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(drop)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).map_err(drop)?;
    connection.execute_batch("PRAGMA cell_size_check = ON").map_err(drop)?;
    Ok(opened)
}

/// Whether bytes are spread as evenly as those of a cipher are, and make whole pages.
fn is_random(head: &[u8]) -> bool {
    const LEAST: usize = 1024;
    if head.len() < LEAST || !head.len().is_multiple_of(512) {
        return false;
    }
    let mut counts = [0_u64; 256];
    for byte in head {
        counts[usize::from(*byte)] += 1;
    }
    // Chi-squared of 255 degrees of freedom is over 420 once in 10^10 times; text and tables give thousands.
    let size = head.len() as u64;
    let squares: u64 = counts.iter().map(|count| (256 * count).abs_diff(size).pow(2)).sum();
    squares < 420 * 256 * size
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::recording::Recording;

    fn database(wal: bool) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        if wal {
            let _: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).unwrap();
        }
        connection
            .execute_batch(
                "CREATE TABLE \"odd \"\" name\" (id INTEGER PRIMARY KEY, ssn TEXT, note BLOB, price REAL);
                 CREATE TABLE pairs (a TEXT PRIMARY KEY, b) WITHOUT ROWID;
                 INSERT INTO pairs VALUES ('first', 2), ('second', NULL);
                 INSERT INTO \"odd \"\" name\" VALUES (7, '536-90-4399', x'4d7573746572', 1.5);
                 INSERT INTO \"odd \"\" name\" VALUES (9, NULL, x'1f8b080000000000000303000000000000000000', 2);",
            )
            .unwrap();
        for n in 0..2000 {
            connection.execute("INSERT INTO pairs VALUES (?, ?)", (format!("key {n}"), "x".repeat(50))).unwrap();
        }
        drop(connection);
        std::fs::read(path).unwrap()
    }

    #[test]
    fn tables_are_read_with_their_names() {
        for wal in [false, true] {
            let (recording, result) = Recording::of(&Sqlite, &database(wal));
            result.unwrap();
            let text = String::from_utf8(recording.text).unwrap();
            for piece in ["\n536-90-4399\n", "\nMuster\n", "\n1.5\n", "\nfirst\n2\n", "key 1999"] {
                assert!(text.contains(piece), "{piece}");
            }
            assert_eq!(recording.members.len(), 1);
            assert_eq!(recording.members[0].name, b"odd \" name/note/9");
            assert_eq!(recording.partials, []);
        }
    }

    #[test]
    fn damage_costs_what_is_damaged() {
        let bytes = database(false);
        let (recording, result) = Recording::of(&Sqlite, &bytes[..bytes.len() * 3 / 4]);
        result.unwrap();
        assert!(String::from_utf8_lossy(&recording.text).contains("536-90-4399"));
        assert_eq!(recording.partials[0].0, Reason::Malformed);
        for at in (0..bytes.len()).step_by(997) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            let _ = Recording::of(&Sqlite, &damaged);
            let _ = Recording::of(&Sqlite, &bytes[..at]);
        }
    }
}
