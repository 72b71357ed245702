//! A sheet as records: rows of cells with the names that a header row gives the columns.
//!
//! Looks ahead some rows to find the header. Knows nothing of where rows come from.

use crate::formats::csv::header_names;
use crate::formats::records::{Record, Records, Value};
use crate::location::Place;
use std::collections::VecDeque;
use std::io;

/// Rows, and bytes of memory in them, that are looked at for a header.
const ROWS: usize = 16;
const BYTES: usize = 1 << 20;

/// A row on its way. A very long one may come in several pieces with the same number.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// From 1.
    pub(super) number: u64,
    /// Column from 1, text; a column may come twice.
    pub(super) cells: Vec<(u32, String)>,
    size: usize,
}

impl Row {
    /// Adds a cell unless it is empty.
    pub(super) fn push(&mut self, column: u32, text: String) {
        if !text.is_empty() {
            self.size += text.len() + size_of::<(u32, String)>();
            self.cells.push((column, text));
        }
    }

    /// Bytes in memory.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The cells so far, as a row to be given.
    pub(super) fn take(&mut self) -> Self {
        self.size = 0;
        Self { number: self.number.max(1), cells: std::mem::take(&mut self.cells), size: 0 }
    }
}

/// Where rows come from.
pub(super) trait Rows {
    /// The next row that has cells; none at the end. An error comes after the last row before it.
    fn next_row(&mut self) -> io::Result<Option<Row>>;

    /// Bytes read so far.
    fn bytes_read(&self) -> u64;
}

/// The records of one sheet.
pub(super) struct Grid<R> {
    rows: R,
    sheet: String,
    ahead: VecDeque<Row>,
    /// The error that ended looking ahead.
    failed: Option<io::Error>,
    has_looked: bool,
    has_ended: bool,
    /// The row of the header, the column of its first name, and the names.
    header: Option<(u64, u32, Vec<String>)>,
}

impl<R: Rows> Grid<R> {
    pub(super) fn new(rows: R, sheet: &str) -> Self {
        Self {
            rows,
            sheet: sheet.to_owned(),
            ahead: VecDeque::new(),
            failed: None,
            has_looked: false,
            has_ended: false,
            header: None,
        }
    }

    /// Where the rows came from.
    pub(super) fn into_rows(self) -> R {
        self.rows
    }

    fn look_ahead(&mut self) {
        let mut size = 0;
        while self.ahead.len() < ROWS && size < BYTES {
            match self.rows.next_row() {
                Ok(Some(row)) => {
                    size += row.size();
                    self.ahead.push_back(row);
                }
                Ok(None) => {
                    self.has_ended = true;
                    break;
                }
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        self.header = find_header(&self.ahead);
    }

    fn next_row(&mut self) -> io::Result<Option<Row>> {
        if let Some(row) = self.ahead.pop_front() {
            return Ok(Some(row));
        }
        if let Some(error) = self.failed.take() {
            self.has_ended = true;
            return Err(error);
        }
        if self.has_ended { Ok(None) } else { self.rows.next_row() }
    }

    fn column_name(&self, column: u32) -> Option<&String> {
        let (_, first, names) = self.header.as_ref()?;
        names.get(column.checked_sub(*first)? as usize).filter(|name| !name.is_empty())
    }
}

/// The first row that looks like a header, is as wide as most rows, and has nothing but titles above it.
fn find_header(rows: &VecDeque<Row>) -> Option<(u64, u32, Vec<String>)> {
    let widest = rows.iter().map(|row| row.cells.len()).max()?;
    let (at, row) = rows.iter().enumerate().find(|(_, row)| row.cells.len() * 10 >= widest * 6)?;
    let first = row.cells.iter().map(|(column, _)| *column).min()?;
    let last = row.cells.iter().map(|(column, _)| *column).max()?;
    // Nothing below it: no table.
    if at + 1 >= rows.len() {
        return None;
    }
    let mut cells = vec![Vec::new(); (last - first) as usize + 1];
    for (column, text) in &row.cells {
        cells[(column - first) as usize] = text.clone().into_bytes();
    }
    // Names far apart are those of several tables, or of none.
    let names = if cells.len() > row.cells.len() * 2 { None } else { header_names(&cells, cells.len() == 1) };
    names.or_else(|| names_of_tables(&cells)).map(|names| (row.number, first, names))
}

/// The names over tables that stand side by side: each must read like names by itself.
fn names_of_tables(cells: &[Vec<u8>]) -> Option<Vec<String>> {
    const FEWEST: usize = 3;
    let mut names = Vec::new();
    for run in cells.chunk_by(|one, other| one.is_empty() == other.is_empty()) {
        let found = if run.len() < FEWEST || run[0].is_empty() { None } else { header_names(run, true) };
        names.extend(found.unwrap_or_else(|| vec![String::new(); run.len()]));
    }
    names.iter().any(|name| !name.is_empty()).then_some(names)
}

impl<R: Rows> Records for Grid<R> {
    fn next(&mut self, into: &mut Record) -> io::Result<bool> {
        if !std::mem::replace(&mut self.has_looked, true) {
            self.look_ahead();
        }
        let Some(row) = self.next_row()? else { return Ok(false) };
        into.begin(row.number);
        let is_below = self.header.as_ref().is_some_and(|(header, ..)| row.number > *header);
        for (column, text) in &row.cells {
            // Column 0 is what stands under no name; the real one goes along for the place.
            let named = if is_below && self.column_name(*column).is_some() { *column } else { 0 };
            into.push_detailed(named, *column, text);
        }
        Ok(true)
    }

    fn names(&self, column: u32) -> Vec<String> {
        self.column_name(column).filter(|_| column > 0).into_iter().cloned().collect()
    }

    fn place(&self, value: &Value) -> Place {
        Place::Cell {
            sheet: Some(self.sheet.clone()),
            row: value.record,
            column: u64::from(value.detail),
            column_name: self.names(value.column).pop(),
        }
    }

    fn bytes_read(&self) -> u64 {
        self.rows.bytes_read()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(first: &[(u32, &str)]) -> Option<Vec<String>> {
        let row = |number, cells: &[(u32, &str)]| {
            let cells = cells.iter().map(|(column, text)| (*column, (*text).to_owned())).collect();
            Row { number, cells, size: 0 }
        };
        let rows = [row(1, first), row(2, &[(1, "Ann"), (2, "7")])];
        find_header(&rows.into_iter().collect()).map(|(.., names)| names)
    }

    #[test]
    fn tables_side_by_side_have_their_names() {
        let both = header(&[(1, "Name"), (2, "Card"), (3, "Note"), (13, "Th"), (14, "Other")]).unwrap();
        assert_eq!((both.len(), both[1].as_str(), both[5].as_str(), both[12].as_str()), (14, "Card", "", ""));
        assert_eq!(header(&[(1, "Invoice"), (2, "John"), (12, "Date")]), None);
    }
}
