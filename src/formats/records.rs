//! Tables and records as text: a format gives one record after another, and this cuts it into fields with names and places.
//!
//! Memory holds the records of one window, whatever the size of the table. Knows nothing of any file format.

use crate::location::{Place, Position};
use crate::text::{Block, Field, Label, TextSource};
use std::collections::VecDeque;
use std::io;

/// Bytes of text from which on a block is given.
const PIECE: usize = 128 << 10;
/// Records that are read in one call, should they be empty.
const RECORDS: usize = 64 << 10;

/// Records that come one at a time.
pub(super) trait Records {
    /// Puts the values of the next record into `into`; false when there was none left.
    fn next(&mut self, into: &mut Record) -> io::Result<bool>;

    /// The names over the values of a column, outermost first. Constant once a value of the column was given.
    fn names(&self, column: u32) -> Vec<String>;

    /// The place of a value.
    fn place(&self, value: &Value) -> Place;

    /// Bytes of the artifact read so far.
    fn bytes_read(&self) -> u64;
}

/// Where a value stands: the numbers that its format gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    /// The record's own number (a row, an index).
    pub(super) record: u64,
    /// Which column, from 0: the key to its names.
    pub(super) column: u32,
    /// The format's own, for its place (an index in a list); 0 if it has no use for it.
    pub(super) detail: u32,
}

/// The values of one record on their way.
#[derive(Debug, Default)]
pub(super) struct Record {
    number: u64,
    text: Vec<u8>,
    /// Where each value ends in `text`, and what it is.
    values: Vec<(usize, Value)>,
}

impl Record {
    /// Begins a record with its number.
    pub(super) fn begin(&mut self, number: u64) {
        self.number = number;
        self.text.clear();
        self.values.clear();
    }

    /// Adds a value.
    pub(super) fn push(&mut self, column: u32, text: &str) {
        self.push_detailed(column, 0, text);
    }

    /// Adds a value with a number of the format's own.
    pub(super) fn push_detailed(&mut self, column: u32, detail: u32, text: &str) {
        if !text.is_empty() {
            self.text.extend_from_slice(text.as_bytes());
            self.values.push((self.text.len(), Value { record: self.number, column, detail }));
        }
    }

    /// Where its values stand, in order.
    #[cfg(test)]
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.values.iter().map(|(_, value)| value)
    }
}

/// The text of some records.
pub(super) struct RecordText<R> {
    records: R,
    record: Record,
    /// The values of the window: each value's number is its place in the list, counted from `first`.
    values: VecDeque<(u64, Value)>,
    first: u64,
    ended: bool,
}

impl<R: Records> RecordText<R> {
    /// The text of records from the first on.
    pub(super) fn new(records: R) -> Self {
        Self { records, record: Record::default(), values: VecDeque::new(), first: 0, ended: false }
    }

    /// The records, when their text was read.
    pub(super) fn into_records(self) -> R {
        self.records
    }

    /// Appends the record's values, each on its own line: a gap between two fields is no data.
    fn lay(&mut self, block: &mut Block) {
        let mut from = 0;
        for (end, value) in &self.record.values {
            let start = block.end();
            block.text.extend_from_slice(&self.record.text[from..*end]);
            let field = Field {
                start,
                end: block.end(),
                label: Label(value.column + 1),
                text: 0,
                id: self.first + self.values.len() as u64,
            };
            block.fields.push(field);
            self.values.push_back((field.end, *value));
            block.text.push(b'\n');
            from = *end;
        }
    }
}

impl<R: Records> TextSource for RecordText<R> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        let target = block.end() + PIECE as u64;
        for _ in 0..RECORDS {
            if self.ended || block.end() >= target {
                break;
            }
            self.record.begin(0);
            self.ended = !self.records.next(&mut self.record)?;
            if !self.ended {
                self.lay(block);
            }
        }
        Ok(!self.ended)
    }

    fn has_fields(&self) -> bool {
        true
    }

    fn names(&self, label: Label) -> Vec<String> {
        label.0.checked_sub(1).map(|column| self.records.names(column)).unwrap_or_default()
    }

    fn place(&mut self, field: &Field) -> Place {
        let index = field.id.saturating_sub(self.first) as usize;
        self.values.get(index).map_or(Place::Lines, |(_, value)| self.records.place(value))
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        Position { length: end - start, ..Position::default() }
    }

    fn release(&mut self, offset: u64) {
        while self.values.front().is_some_and(|(end, _)| *end <= offset) {
            self.values.pop_front();
            self.first += 1;
        }
    }

    fn bytes_read(&self) -> u64 {
        self.records.bytes_read()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Squares(u64);

    impl Records for Squares {
        fn next(&mut self, into: &mut Record) -> io::Result<bool> {
            self.0 += 1;
            into.begin(self.0);
            into.push(0, &format!("{}", self.0));
            into.push(1, "");
            into.push(2, &format!("{}", self.0 * self.0));
            Ok(self.0 <= 40_000)
        }

        fn names(&self, column: u32) -> Vec<String> {
            vec![["n", "none", "square"][column as usize].to_owned()]
        }

        fn place(&self, value: &Value) -> Place {
            let column_name = self.names(value.column).pop();
            Place::Cell { sheet: None, row: value.record, column: u64::from(value.column) + 1, column_name }
        }

        fn bytes_read(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn values_keep_their_names_and_places_from_window_to_window() {
        let mut text = RecordText::new(Squares(0));
        let mut block = Block::default();
        let mut seen = 0;
        loop {
            let more = text.fill(&mut block).unwrap();
            for field in std::mem::take(&mut block.fields) {
                let value = &block.text[(field.start - block.base) as usize..(field.end - block.base) as usize];
                let value: u64 = String::from_utf8_lossy(value).parse().unwrap();
                let Place::Cell { row, column, column_name, .. } = text.place(&field) else { panic!() };
                assert_eq!(value, if column == 1 { row } else { row * row });
                assert_eq!(column_name, text.names(field.label).pop());
                seen += 1;
            }
            text.release(block.end());
            block.base = block.end();
            block.text.clear();
            if !more {
                break;
            }
        }
        assert_eq!(seen, 80_000);
    }
}
