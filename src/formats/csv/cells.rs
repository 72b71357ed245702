//! The cells of a table as fields of a text.
//!
//! The text is the table's own, with doubled quotes made single; quotes and delimiters stand in the gaps between cells.
//! A cell's number is its row and column, so that no table of cells is kept.

use super::sniff::Dialect;
use crate::decode::{Decoded, Edited, Edits, Raw, lay};
use crate::location::{Place, Position};
use crate::text::{Block, Field, Label, TextSource};
use std::io::{self, Read};
use wide::u8x16;

/// Longest quoted cell, in bytes and in lines; a quote that closes later is a character like others.
const LONGEST: usize = 1 << 20;
const MOST_LINES: usize = 1000;
/// Bits of a field's number for the column.
const COLUMN_BITS: u32 = 24;
const LAST_COLUMN: u64 = (1 << COLUMN_BITS) - 1;
/// The number of the text above the table (titles, comments): one value, located by its lines.
const ABOVE: u64 = u64::MAX;

/// A table that is read from front to back.
pub(super) struct Table<R> {
    text: Edited<R>,
    cells: Cells,
}

impl<R: Read> Table<R> {
    pub(super) fn new(decoded: Decoded<R>, dialect: Dialect) -> Self {
        Self { text: Edited::new(decoded), cells: Cells::new(dialect) }
    }
}

impl<R: Read> TextSource for Table<R> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        self.text.fill(|raw, edits| self.cells.scan(raw, edits, block))
    }

    fn has_fields(&self) -> bool {
        true
    }

    fn names(&self, label: Label) -> Vec<String> {
        let index = (label.0 as usize).checked_sub(1);
        index.and_then(|index| self.cells.dialect.header.get(index)).into_iter().cloned().collect()
    }

    fn place(&mut self, field: &Field) -> Place {
        let (row, column) = (field.id >> COLUMN_BITS, field.id & LAST_COLUMN);
        if field.id == ABOVE || self.cells.is_header(row) {
            return Place::Lines;
        }
        let column_name = self.names(field.label).pop().filter(|name| !name.is_empty());
        Place::Cell { sheet: None, row, column, column_name }
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        self.text.position(start, end)
    }

    fn release(&mut self, offset: u64) {
        self.text.release(offset);
    }

    fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a cell.
    Start,
    /// In a cell without quotes, or behind one with them: up to a delimiter all is data. Where its field starts.
    Bare(Option<u64>),
    /// Behind a closing quote.
    Behind,
}

/// What became of an opening quote.
enum Quoted {
    /// The index of the closing one, and whether there are doubled ones before it.
    Closed(usize, bool),
    /// It is a character like others.
    Literal,
    /// More text is needed.
    Unknown,
}

/// Which cell is at hand.
#[derive(Debug, Clone, Copy)]
struct Cell {
    row: u64,
    column: u64,
    /// So many columns of the row have names; from which row on the table's columns do, and how many.
    named: u64,
    first_named: u64,
    names: u64,
}

impl Cell {
    /// All columns from [`LAST_COLUMN`] on count as that one.
    #[inline]
    fn next_column(&mut self) {
        self.column = self.column.wrapping_add(1).min(LAST_COLUMN);
    }

    #[inline]
    fn next_row(&mut self) {
        self.row += 1;
        self.column = 1;
        self.named = if self.row >= self.first_named { self.names } else { 0 };
    }

    /// The field of it.
    #[inline]
    fn field(&self, start: u64, end: u64) -> Field {
        let label = if self.column <= self.named { Label(self.column as u32) } else { Label::NONE };
        Field { start, end, label, text: 0, id: self.row << COLUMN_BITS | self.column }
    }
}

/// Whether a byte that breaks rows is a line feed and part of the break before it.
fn is_rest(text: &[u8], at: usize) -> bool {
    text[at] == b'\n' && text.get(at.wrapping_sub(1)) == Some(&b'\r')
}

/// Finds cells; knows where in the table it is.
struct Cells {
    dialect: Dialect,
    /// Bytes that end a bare cell.
    stops: [bool; 256],
    state: State,
    /// Bytes before the table that are still to come.
    skip: usize,
    cell: Cell,
    /// The row ended in a carriage return: a line feed right behind is part of the same break.
    returned: bool,
    /// Bytes behind the opening quote that were searched in vain.
    searched: usize,
    doubled: bool,
}

impl Cells {
    fn new(dialect: Dialect) -> Self {
        let mut stops = [false; 256];
        for byte in [b'\n', b'\r', dialect.delimiter] {
            stops[usize::from(byte)] = true;
        }
        let first = dialect.above + 1;
        let cell = Cell { row: first, column: 1, named: 0, first_named: first + 1, names: dialect.header.len() as u64 };
        let skip = dialect.start;
        Self { dialect, stops, state: State::Start, skip, cell, returned: false, searched: 0, doubled: false }
    }

    fn is_header(&self, row: u64) -> bool {
        row == self.dialect.above + 1 && !self.dialect.header.is_empty()
    }

    /// Gives raw text to the block as far as cells are certain; returns how many bytes.
    fn scan(&mut self, raw: &Raw<'_>, edits: &mut Edits, block: &mut Block) -> usize {
        let text = raw.text;
        let mut at = self.skip.min(text.len());
        if at > 0 {
            let end = raw.at + at as u64;
            lay(&mut block.fields, Field { start: 0, end, label: Label::NONE, text: 0, id: ABOVE });
            self.skip -= at;
        }
        let mut copied = 0;
        loop {
            if self.state == State::Start {
                at += self.plain(&text[at..], edits.text_of(raw.at + at as u64), &mut block.fields);
            }
            let Some(&byte) = text.get(at) else { break };
            match self.state {
                State::Start => {
                    if std::mem::take(&mut self.returned) && byte == b'\n' {
                        at += 1;
                        continue;
                    }
                    match self.open(raw, at) {
                        Some((_, Quoted::Unknown)) => break,
                        None | Some((_, Quoted::Literal)) => self.state = State::Bare(None),
                        Some((open, Quoted::Closed(close, doubled))) => {
                            let start = edits.text_of(raw.at + open as u64 + 1);
                            if doubled {
                                copied = self.undouble(raw, open + 1..close, copied, edits, block);
                            }
                            let end = edits.text_of(raw.at + close as u64);
                            self.give(block, start, end);
                            at = close + 1;
                            self.state = State::Behind;
                        }
                    }
                }
                State::Bare(start) => {
                    let end = at + self.bare(&text[at..]);
                    let start = start.unwrap_or_else(|| edits.text_of(raw.at + at as u64));
                    self.give(block, start, edits.text_of(raw.at + end as u64));
                    self.state = State::Bare(Some(start));
                    at = end;
                    if let Some(&stop) = text.get(at) {
                        self.stop(stop);
                        at += 1;
                    }
                }
                State::Behind if byte == b' ' => at += 1,
                State::Behind if self.stops[usize::from(byte)] => {
                    self.stop(byte);
                    at += 1;
                }
                State::Behind => self.state = State::Bare(None),
            }
        }
        block.push(&text[copied..at]);
        at
    }

    /// Takes bare cells, each with what ends it, as long as they are whole and nothing is odd about them: how many bytes.
    fn plain(&mut self, text: &[u8], offset: u64, fields: &mut Vec<Field>) -> usize {
        let is_odd = |byte: &u8| *byte == self.dialect.quote || *byte == b' ' || self.returned && *byte == b'\n';
        if text.first().is_some_and(is_odd) {
            return 0;
        }
        let (delimiter, mut cell) = (self.dialect.delimiter, self.cell);
        let (mut start, mut begins) = (offset, 1);
        for (number, chunk) in text.as_chunks::<64>().0.iter().enumerate() {
            let (mut stops, odd) = self.stops_in(chunk);
            let odd = odd & (stops << 1 | begins);
            begins = stops >> 63;
            stops &= (odd & odd.wrapping_neg()).wrapping_sub(1);
            // Nothing in the chunk is beyond its end, so what is added below does not overflow.
            let base = offset + (number * 64 + 64) as u64 - 64;
            while stops != 0 {
                let stop = stops.trailing_zeros() as usize;
                stops &= stops - 1;
                let end = base.wrapping_add(stop as u64);
                if start < end {
                    fields.push(cell.field(start, end));
                }
                start = end.wrapping_add(1);
                if chunk[stop] == delimiter {
                    cell.next_column();
                } else if !is_rest(text, number * 64 + stop) {
                    cell.next_row();
                }
            }
            if odd != 0 {
                break;
            }
        }
        let taken = (start - offset) as usize;
        if let Some(last) = text.get(taken.wrapping_sub(1)) {
            self.returned = *last == b'\r';
        }
        self.cell = cell;
        taken
    }

    /// Where bare cells end, as bits, and where what makes a cell odd that begins with it.
    #[inline]
    fn stops_in(&self, text: &[u8; 64]) -> (u64, u64) {
        let Dialect { delimiter, quote, .. } = self.dialect;
        let (mut stops, mut odd) = (0, 0);
        for (index, sixteen) in text.as_chunks::<16>().0.iter().enumerate() {
            let x = u8x16::new(*sixteen);
            let is = |sign: u8| x.simd_eq(u8x16::splat(sign));
            let bits = |x: u8x16| u64::from(x.to_bitmask()) << (index * 16);
            stops |= bits(is(delimiter) | is(b'\n') | is(b'\r'));
            odd |= bits(is(quote) | is(b' '));
        }
        (stops, odd)
    }

    /// Moves to the next cell, or the next row.
    fn stop(&mut self, byte: u8) {
        self.state = State::Start;
        self.returned = byte == b'\r';
        if byte == self.dialect.delimiter {
            self.cell.next_column();
        } else {
            self.cell.next_row();
        }
    }

    /// Bytes up to the end of a bare cell. Most cells are shorter than it takes to start a vector search.
    fn bare(&self, text: &[u8]) -> usize {
        const SHORT: usize = 16;
        let short = &text[..text.len().min(SHORT)];
        short.iter().position(|b| self.stops[usize::from(*b)]).unwrap_or_else(|| {
            let rest = &text[short.len()..];
            short.len() + memchr::memchr3(self.dialect.delimiter, b'\n', b'\r', rest).unwrap_or(rest.len())
        })
    }

    fn give(&self, block: &mut Block, start: u64, end: u64) {
        if start < end {
            lay(&mut block.fields, self.cell.field(start, end));
        }
    }

    /// The opening quote at the start of a cell, a single space before it allowed, and what becomes of it.
    fn open(&mut self, raw: &Raw<'_>, at: usize) -> Option<(usize, Quoted)> {
        let quote = self.dialect.quote;
        let byte = raw.text[at];
        let open = match raw.text.get(at + 1) {
            _ if byte == quote => at,
            _ if byte != b' ' || self.dialect.delimiter == b' ' => return None,
            Some(next) if *next == quote => at + 1,
            None if !raw.last => return Some((at, Quoted::Unknown)),
            _ => return None,
        };
        let quoted = self.close(raw, open);
        if !matches!(quoted, Quoted::Unknown) {
            self.searched = 0;
            self.doubled = false;
        }
        Some((open, quoted))
    }

    fn close(&mut self, raw: &Raw<'_>, open: usize) -> Quoted {
        let text = raw.text;
        let first = open + 1;
        let mut from = first + self.searched;
        loop {
            let rest = text.get(from..).unwrap_or_default();
            let found = memchr::memchr(self.dialect.quote, rest).map(|at| from + at);
            let length = found.unwrap_or(text.len()) - first;
            if length > LONGEST {
                return Quoted::Literal;
            }
            let Some(close) = found.filter(|close| close + 1 < text.len() || raw.last) else {
                self.searched = length;
                return if raw.last { Quoted::Literal } else { Quoted::Unknown };
            };
            if text.get(close + 1) != Some(&self.dialect.quote) {
                // So many lines need so many bytes: short cells are not counted.
                let long = length > MOST_LINES && memchr::memchr_iter(b'\n', &text[first..close]).count() > MOST_LINES;
                return if long { Quoted::Literal } else { Quoted::Closed(close, self.doubled) };
            }
            self.doubled = true;
            from = close + 2;
        }
    }

    /// Copies up to the end of a quoted cell, doubled quotes made single; returns up to where.
    fn undouble(
        &self,
        raw: &Raw<'_>,
        cell: std::ops::Range<usize>,
        mut copied: usize,
        edits: &mut Edits,
        block: &mut Block,
    ) -> usize {
        let mut from = cell.start;
        while let Some(at) = memchr::memchr(self.dialect.quote, &raw.text[from..cell.end]) {
            let at = from + at;
            block.push(&raw.text[copied..=at]);
            edits.push(raw.at + at as u64, 2, 1);
            from = at + 2;
            copied = from;
        }
        copied
    }
}
