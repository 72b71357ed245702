//! Write-ahead logs of `SQLite`: what was written to a database and does not stand in its file yet.
//!
//! With the database beside it, or where the log holds all of it, the two are put together and the rows that the file does not
//! have are read under the names of their tables and columns. Elsewhere (an archive) the values of its pages are read
//! without names, and that is said. Nothing is written: neither file changes, and no lock is taken.

use super::super::embedded::{Binary, Embedded, kind_of};
use super::super::records::{Record, RecordText, Records, Value};
use super::super::{ReadSeek, readable};
use super::log::{Log, MAGIC};
use super::pages::{self, Stored, StoredRow};
use super::rows::{Known, has_tables, known_rows, read_tables};
use crate::formats::{Content, Format, Nesting, PlaceKind, ReadError, Sink};
use crate::location::Place;
use crate::status::Reason;
use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::ops::ControlFlow;

/// Bytes of a database that is put together: it is held in memory up to three times.
const LARGEST: usize = 96 << 20;
const SUFFIX: &[u8] = b"-wal";

/// The format.
pub(in crate::formats) struct Wal;

impl Format for Wal {
    fn name(&self) -> &'static str {
        "sqlite-wal"
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.sqlite3-wal"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["db-wal", "sqlite-wal", "sqlite3-wal"]
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

    fn companion<'n>(&self, name: &'n [u8]) -> Option<&'n [u8]> {
        name.strip_suffix(SUFFIX)
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let head = content.head();
        head.starts_with(MAGIC) && head.get(3).is_some_and(|byte| matches!(byte, 0x82 | 0x83))
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let name = content.name().to_vec();
        let file = self.companion(&name).and_then(|name| content.beside(name));
        let (reader, broken) = content.spool()?;
        let log = Log::read(reader)?.ok_or_else(|| ReadError::Malformed("no header of a log".to_owned()))?;
        if log.is_cut {
            sink.partial(Reason::Malformed, "the log is cut short");
        }
        if log.is_damaged {
            sink.partial(Reason::Malformed, "a checksum of the log is wrong");
        }
        if read_log(&log, reader, file, sink)?.is_break() {
            return Ok(());
        }
        broken.map_or(Ok(()), |error| Err(error.again().into()))
    }
}

fn read_log(
    log: &Log,
    reader: &mut dyn ReadSeek,
    file: Option<Vec<u8>>,
    sink: &mut dyn Sink,
) -> Result<ControlFlow<()>, ReadError> {
    let mut embedded = Embedded::new();
    let mut nameless = BTreeMap::new();
    match log.database(reader, file.as_deref(), LARGEST)?.and_then(|whole| open(whole).ok()).filter(has_tables) {
        Some(connection) => {
            let known = file.and_then(|file| open(file).ok()).map_or_else(Known::new, |c| known_rows(&c));
            if read_tables(&connection, Some(&known), &mut embedded, sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        None if log.committed.is_empty() => {}
        None => {
            let detail = "its database is not beside it: values are read without the names of their columns";
            sink.partial(Reason::Unparsable, detail);
            nameless.clone_from(&log.committed);
        }
    }
    if !log.open.is_empty() {
        sink.partial(Reason::Unparsable, "a transaction was not finished: values are read without their names");
        nameless.extend(log.open.iter().map(|(page, at)| (*page, *at)));
    }
    if !nameless.is_empty() {
        let rows = Nameless {
            log,
            reader,
            left: nameless.into_iter().collect(),
            rows: Vec::new(),
            embedded: &mut embedded,
            read: 0,
        };
        if sink.text(&mut RecordText::new(rows))?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(if embedded.give(sink)? { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
}

/// Opens a database that is in memory.
fn open(mut whole: Vec<u8>) -> Result<rusqlite::Connection, ()> {
    let header = whole.first_chunk_mut().ok_or(())?;
    super::mend(header, u64::MAX);
    let length = whole.len() as u64;
    super::open(Cursor::new(whole), length).map(|(connection, _)| connection)
}

/// The values of single pages.
struct Nameless<'l> {
    log: &'l Log,
    reader: &'l mut dyn ReadSeek,
    /// Pages that are still to be read, with their places.
    left: std::collections::VecDeque<(u32, u64)>,
    /// Rows of the page before, the last one first.
    rows: Vec<StoredRow>,
    embedded: &'l mut Embedded,
    read: u64,
}

impl Nameless<'_> {
    /// The next row, if there is one.
    fn row(&mut self) -> io::Result<Option<StoredRow>> {
        while self.rows.is_empty() {
            let Some((number, at)) = self.left.pop_front() else { return Ok(None) };
            let page = self.log.page(self.reader, at)?;
            self.read += page.len() as u64;
            let (log, reader) = (self.log, &mut *self.reader);
            let mut more = |number: u32| {
                let at = log.open.get(&number).or_else(|| log.committed.get(&number))?;
                log.page(reader, *at).ok()
            };
            self.rows = pages::rows(&page, number == 1, &mut more);
            self.rows.reverse();
        }
        Ok(self.rows.pop())
    }
}

impl Records for Nameless<'_> {
    fn next(&mut self, into: &mut Record) -> io::Result<bool> {
        let Some(row) = self.row()? else { return Ok(false) };
        let number = row.number.unsigned_abs();
        into.begin(number);
        for (column, value) in row.values.iter().enumerate() {
            let column = column as u32;
            match value {
                Stored::Null => {}
                Stored::Integer(number) => into.push(column, &number.to_string()),
                Stored::Real(number) => into.push(column, &number.to_string()),
                Stored::Text(bytes) => into.push(column, &String::from_utf8_lossy(bytes)),
                Stored::Blob(bytes) => match kind_of(bytes) {
                    Binary::Text(text) => into.push(column, text),
                    Binary::File => self.embedded.keep(format!("{number}/{column}"), bytes),
                    Binary::Neither => into.push(column, readable(bytes).unwrap_or_default()),
                },
            }
        }
        Ok(true)
    }

    fn names(&self, _: u32) -> Vec<String> {
        Vec::new()
    }

    fn place(&self, value: &Value) -> Place {
        Place::Cell { sheet: None, row: value.record, column: u64::from(value.column) + 1, column_name: None }
    }

    fn bytes_read(&self) -> u64 {
        self.read
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::recording::Recording;
    use rusqlite::Connection;

    /// A database with a row in its file, and a log with another: the file, and the log.
    fn database() -> (Vec<u8>, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        let _: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).unwrap();
        let first = "CREATE TABLE people (id INTEGER PRIMARY KEY, ssn TEXT, note); CREATE INDEX i ON people (note);
             INSERT INTO people VALUES (1, '536-90-4399', 'in the file');
             CREATE TABLE other (a); INSERT INTO other VALUES ('never touched'); PRAGMA wal_checkpoint(TRUNCATE);";
        connection.execute_batch(first).unwrap();
        let note = "long ".repeat(3000);
        connection.execute("INSERT INTO people VALUES (7, '536-90-4400', ?)", [note]).unwrap();
        let file = std::fs::read(&path).unwrap();
        (file, std::fs::read(folder.path().join("a.db-wal")).unwrap())
    }

    fn read(log: &[u8], file: Option<&[u8]>) -> Recording {
        let mut content = Content::memory(b"a.db-wal", log.to_vec());
        content.set_beside(|name: &[u8]| file.filter(|_| name == b"a.db").map(<[u8]>::to_vec));
        let mut recording = Recording::default();
        Wal.read(&mut content, &mut recording).unwrap();
        recording
    }

    #[test]
    fn rows_that_only_the_log_has_are_read() {
        let (file, log) = database();
        let beside = read(&log, Some(&file));
        let text = String::from_utf8_lossy(&beside.text);
        assert!(text.contains("\n536-90-4400\n") && text.contains(&"long ".repeat(3000)), "{text}");
        assert!(!text.contains("536-90-4399"), "{text}");
        assert_eq!(beside.partials, []);
        let alone = read(&log, None);
        let text = String::from_utf8_lossy(&alone.text);
        assert!(text.contains("536-90-4400") && text.contains(&"long ".repeat(3000)), "{text}");
        assert_eq!(alone.partials[0].0, Reason::Unparsable);
    }

    #[test]
    fn a_cut_or_damaged_log_says_so() {
        let (file, log) = database();
        for at in (33..log.len()).step_by(211) {
            assert!(!read(&log[..at], Some(&file)).partials.is_empty(), "cut at {at}");
            for file in [None, Some(file.as_slice())] {
                let mut damaged = log.clone();
                damaged[at] ^= 0x10;
                assert!(!read(&damaged, file).partials.is_empty(), "flipped at {at}");
            }
        }
    }
}
