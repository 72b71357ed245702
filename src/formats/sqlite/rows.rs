//! The rows of a database's tables, as `SQLite` gives them: all of them, or those that another database does not have.
//!
//! Knows nothing of files, pages or logs.

use super::super::embedded::{Binary, Embedded, kind_of};
use super::super::readable;
use super::super::records::{Record, RecordText, Records, Value};
use crate::formats::{ReadError, Sink};
use crate::location::Place;
use crate::status::Reason;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Rows};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::ops::ControlFlow;

/// Rows that are known already: hashes, by table.
pub(super) type Known = HashMap<String, HashSet<u64>>;

/// Rows that are kept at most, to tell which are new: 10 million take 160 MiB.
const KNOWN: usize = 10_000_000;

/// Reads all tables, or of them what `known` does not have. `Break` where the sink has enough.
pub(super) fn read_tables(
    connection: &Connection,
    known: Option<&Known>,
    embedded: &mut Embedded,
    sink: &mut dyn Sink,
) -> Result<ControlFlow<()>, ReadError> {
    let tables = tables(connection).map_err(|_| super::malformed())?;
    for table in tables {
        let known = known.and_then(|known| known.get(&table));
        match read_table(connection, &table, known, embedded, sink)? {
            Outcome::Read => {}
            Outcome::Damaged => sink.partial(Reason::Malformed, "a table is damaged"),
            Outcome::Enough => return Ok(ControlFlow::Break(())),
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The rows of all tables, to be known. What cannot be read is not.
pub(super) fn known_rows(connection: &Connection) -> Known {
    let mut all = Known::new();
    let mut count = 0;
    for table in tables(connection).unwrap_or_default() {
        let Ok((mut statement, columns)) = select(connection, &table) else { continue };
        let Ok(mut rows) = statement.query([]) else { continue };
        let known = all.entry(table).or_default();
        while let Ok(Some(row)) = rows.next() {
            if count == KNOWN {
                return all;
            }
            count += 1;
            known.insert(hash_of(row, columns.len()));
        }
    }
    all
}

/// Whether the schema can be read.
pub(super) fn has_tables(connection: &Connection) -> bool {
    tables(connection).is_ok()
}

/// The tables that hold data, the schema among them: it holds defaults and comments.
fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'create virtual%'";
    let mut statement = connection.prepare(sql)?;
    let names = statement.query_map([], |row| row.get_ref(0).map(|name| text_of(name).into_owned()))?;
    let mut all = vec!["sqlite_schema".to_owned()];
    for name in names {
        all.push(name?);
    }
    Ok(all)
}

enum Outcome {
    Read,
    Damaged,
    Enough,
}

/// What gives the rows of a table, the rowid first, and the names of the other columns.
fn select<'c>(connection: &'c Connection, table: &str) -> rusqlite::Result<(rusqlite::Statement<'c>, Vec<String>)> {
    let name = table.replace('"', "\"\"");
    let with_rowid = connection.prepare(&format!("SELECT _rowid_, * FROM \"{name}\""));
    let statement = with_rowid.or_else(|_| connection.prepare(&format!("SELECT NULL, * FROM \"{name}\"")))?;
    let columns = statement.column_names().skip(1).map(str::to_owned).collect();
    Ok((statement, columns))
}

fn read_table(
    connection: &Connection,
    table: &str,
    known: Option<&HashSet<u64>>,
    embedded: &mut Embedded,
    sink: &mut dyn Sink,
) -> Result<Outcome, ReadError> {
    let Ok((mut statement, columns)) = select(connection, table) else { return Ok(Outcome::Damaged) };
    let Ok(rows) = statement.query([]) else { return Ok(Outcome::Damaged) };
    let cells = Cells { table: table.to_owned(), columns, rows, known, count: 0, read: 0, embedded, failed: false };
    let mut text = RecordText::new(cells);
    let flow = sink.text(&mut text);
    let failed = text.into_records().failed;
    match flow {
        Ok(flow) if flow.is_break() => return Ok(Outcome::Enough),
        Err(error) if !failed => return Err(error),
        _ => {}
    }
    Ok(if failed { Outcome::Damaged } else { Outcome::Read })
}

fn hash_of(row: &Row<'_>, columns: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    for column in 0..=columns {
        match row.get_ref(column) {
            Ok(ValueRef::Integer(number)) => (1, number).hash(&mut hasher),
            Ok(ValueRef::Real(number)) => (2, number.to_bits()).hash(&mut hasher),
            Ok(ValueRef::Text(bytes)) => (3, bytes).hash(&mut hasher),
            Ok(ValueRef::Blob(bytes)) => (4, bytes).hash(&mut hasher),
            Ok(ValueRef::Null) | Err(_) => 0.hash(&mut hasher),
        }
    }
    hasher.finish()
}

/// The cells of one table.
struct Cells<'s> {
    table: String,
    columns: Vec<String>,
    rows: Rows<'s>,
    /// Rows that are left out.
    known: Option<&'s HashSet<u64>>,
    count: u64,
    read: u64,
    embedded: &'s mut Embedded,
    failed: bool,
}

impl Records for Cells<'_> {
    fn next(&mut self, into: &mut Record) -> io::Result<bool> {
        let row = loop {
            let row = match self.rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => return Ok(false),
                Err(_) => {
                    self.failed = true;
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "a damaged table"));
                }
            };
            self.count += 1;
            if !self.known.is_some_and(|known| known.contains(&hash_of(row, self.columns.len()))) {
                break row;
            }
        };
        let rowid = match row.get_ref(0) {
            Ok(ValueRef::Integer(rowid)) => Some(rowid),
            _ => None,
        };
        let positive = rowid.and_then(|rowid| u64::try_from(rowid).ok()).filter(|rowid| *rowid > 0);
        let number = positive.unwrap_or(self.count);
        into.begin(number);
        for column in 0..self.columns.len() {
            let Ok(value) = row.get_ref(column + 1) else { continue };
            let ValueRef::Blob(bytes) = value else {
                let text = text_of(value);
                self.read += text.len() as u64;
                into.push(column as u32, &text);
                continue;
            };
            self.read += bytes.len() as u64;
            match kind_of(bytes) {
                Binary::Text(text) => into.push(column as u32, text),
                Binary::File => {
                    let number = rowid.map_or_else(|| number.to_string(), |rowid| rowid.to_string());
                    self.embedded.keep(format!("{}/{}/{number}", self.table, self.columns[column]), bytes);
                }
                Binary::Neither => {}
            }
        }
        Ok(true)
    }

    fn names(&self, column: u32) -> Vec<String> {
        let column = self.columns.get(column as usize);
        [Some(&self.table), column].into_iter().flatten().cloned().collect()
    }

    fn place(&self, value: &Value) -> Place {
        Place::Cell {
            sheet: Some(self.table.clone()),
            row: value.record,
            column: u64::from(value.column) + 1,
            column_name: self.columns.get(value.column as usize).cloned(),
        }
    }

    fn bytes_read(&self) -> u64 {
        self.read
    }
}

/// A value as text, as far as it is text; empty for NULL.
fn text_of(value: ValueRef<'_>) -> Cow<'_, str> {
    match value {
        ValueRef::Null => Cow::Borrowed(""),
        ValueRef::Integer(number) => Cow::Owned(number.to_string()),
        ValueRef::Real(number) => Cow::Owned(number.to_string()),
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes),
        ValueRef::Blob(bytes) => Cow::Borrowed(readable(bytes).unwrap_or_default()),
    }
}
