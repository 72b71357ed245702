//! Excel's binary workbooks: records in place of XML. Cells are read as the sheet shows them; of every other record the
//! texts are read, whatever it is.
//!
//! Nothing of a record is trusted but that it ends where it says. Source: [MS-XLSB].

use super::cells::{Book, Sheet};
use super::grid::{Row, Rows};
use crate::formats::numbers::NumberFormat;
use crate::formats::pages;
use std::collections::HashMap;
use std::io::{self, BufReader, Read};

/// Bytes of a record that are looked at, of texts put aside, and of a row's cells that are given at once.
const LONGEST: u64 = 1 << 20;
const MOST_ASIDE: usize = 16 << 20;
const LONGEST_ROW: usize = 4 << 20;
/// Characters of a text that is found in a record of an unknown kind.
const SHORTEST_TEXT: usize = 2;
const LONGEST_TEXT: usize = 32_767;
const LAST_COLUMN: u32 = 1 << 14;
const LAST_ROW: u32 = 1 << 20;
const MOST_STYLES: usize = 1 << 16;

/// Kinds of records.
mod kind {
    pub(super) const ROW: u32 = 0;
    pub(super) const RK: u32 = 2;
    pub(super) const BOOL: u32 = 4;
    pub(super) const REAL: u32 = 5;
    pub(super) const TEXT: u32 = 6;
    pub(super) const SHARED: u32 = 7;
    pub(super) const FORMULA_TEXT: u32 = 8;
    pub(super) const FORMULA_REAL: u32 = 9;
    pub(super) const FORMULA_BOOL: u32 = 10;
    pub(super) const LAST_CELL: u32 = 11;
    pub(super) const STRING: u32 = 19;
    pub(super) const FORMAT: u32 = 44;
    pub(super) const STYLE: u32 = 47;
    pub(super) const RICH_TEXT: u32 = 62;
    pub(super) const WORKBOOK: u32 = 153;
    pub(super) const SHEET: u32 = 156;
    pub(super) const PAGES: u32 = 479;
    pub(super) const CELL_STYLES: u32 = 617;
    pub(super) const CELL_STYLES_END: u32 = 618;
}

/// The records of a part.
pub(super) struct Records<R> {
    input: BufReader<R>,
    body: Vec<u8>,
    read: u64,
}

impl<R: Read> Records<R> {
    pub(super) fn new(part: R) -> Self {
        Self { input: BufReader::new(part), body: Vec::new(), read: 0 }
    }

    /// Kind and body of the next record; none at the end.
    fn next(&mut self) -> io::Result<Option<(u32, &[u8])>> {
        let Some(low) = self.byte()? else { return Ok(None) };
        let mut kind = u32::from(low);
        if low & 0x80 != 0 {
            kind = (kind & 0x7F) | u32::from(self.needed()?) << 7;
        }
        let mut length = 0_u64;
        for shift in [0, 7, 14, 21] {
            let byte = self.needed()?;
            length |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        self.body.clear();
        let kept = self.input.by_ref().take(length.min(LONGEST)).read_to_end(&mut self.body)? as u64;
        let skipped = io::copy(&mut self.input.by_ref().take(length - kept), &mut io::sink())?;
        self.read += kept + skipped;
        if kept + skipped < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some((kind, &self.body)))
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let mut byte = [0];
        let count = self.input.read(&mut byte)?;
        self.read += count as u64;
        Ok((count == 1).then_some(byte[0]))
    }

    fn needed(&mut self) -> io::Result<u8> {
        self.byte()?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// A text with its length before it, and where it ends; none where there is none.
fn text(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let count = word(bytes, at)?;
    if count == u32::MAX {
        return Some((String::new(), at + 4));
    }
    let end = (at + 4).checked_add(usize::try_from(count).ok()?.checked_mul(2)?)?;
    let units: Vec<u16> = bytes.get(at + 4..end)?.as_chunks::<2>().0.iter().map(|b| u16::from_le_bytes(*b)).collect();
    Some((String::from_utf16_lossy(&units), end))
}

/// The sheets that the workbook lists (the id of each part, and a name), and whether it counts from 1904.
pub(super) fn workbook(bytes: &[u8]) -> (Vec<(Vec<String>, String)>, bool) {
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    let mut records = Records::new(bytes);
    while let Ok(Some((kind, body))) = records.next() {
        match kind {
            kind::WORKBOOK => from_1904 = word(body, 0).is_some_and(|flags| flags & 1 == 1),
            kind::SHEET => {
                if let Some((id, end)) = text(body, 8)
                    && let Some((name, _)) = text(body, end)
                {
                    sheets.push((vec![id], name));
                }
            }
            _ => {}
        }
    }
    (sheets, from_1904)
}

/// The number format of each style of cells.
pub(super) fn styles(bytes: &[u8]) -> Vec<NumberFormat> {
    let mut codes = HashMap::new();
    let mut formats = Vec::new();
    let mut in_cells = false;
    let mut records = Records::new(bytes);
    while let Ok(Some((kind, body))) = records.next() {
        match kind {
            kind::FORMAT => {
                if let (Some(id), Some((code, _))) = (half(body, 0), text(body, 2)) {
                    codes.insert(id, NumberFormat::parse(&code));
                }
            }
            kind::CELL_STYLES => in_cells = true,
            kind::CELL_STYLES_END => in_cells = false,
            kind::STYLE if in_cells && formats.len() < MOST_STYLES => {
                let id = half(body, 2).unwrap_or(0);
                formats.push(codes.get(&id).cloned().unwrap_or_else(|| NumberFormat::built_in(id.into())));
            }
            _ => {}
        }
    }
    formats
}

/// The strings that cells refer to, one after the other.
pub(super) fn strings(part: impl Read) -> impl Iterator<Item = String> {
    let mut records = Records::new(part);
    std::iter::from_fn(move || {
        loop {
            match records.next() {
                // A byte says whether runs and readings follow.
                Ok(Some((kind::STRING, body))) => return Some(text(body, 1).unwrap_or_default().0),
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return None,
            }
        }
    })
}

/// The texts in a part that is no sheet, each on a line, and the error that ended it.
pub(super) fn texts(part: impl Read) -> (String, Option<io::Error>) {
    let mut all = String::new();
    let mut records = Records::new(part);
    loop {
        match records.next() {
            Ok(Some((_, body))) if all.len() < MOST_ASIDE => texts_in(body, &mut all),
            Ok(Some(_)) => {}
            Ok(None) => return (all, None),
            Err(error) => return (all, Some(error)),
        }
    }
}

/// Whatever looks like a text with its length before it.
fn texts_in(body: &[u8], into: &mut String) {
    let mut at = 0;
    while at + 4 + 2 * SHORTEST_TEXT <= body.len() {
        let count = word(body, at).map_or(0, |count| count as usize);
        let found = (SHORTEST_TEXT..=LONGEST_TEXT).contains(&count).then(|| text(body, at)).flatten();
        let is_text = |text: &str| !text.contains(|c: char| (c.is_control() && !c.is_whitespace()) || c == '\u{FFFD}');
        match found.filter(|(text, _)| is_text(text)) {
            Some((text, end)) => {
                into.push_str(&text);
                into.push('\n');
                at = end;
            }
            None => at += 1,
        }
    }
}

/// The rows of a sheet.
pub(super) struct SheetRecords<'a, R> {
    records: Records<R>,
    book: &'a mut Book,
    row: Row,
    /// The number of the row that begins.
    next: u64,
    aside: String,
    is_cut: bool,
    failed: Option<io::Error>,
}

impl<'a, R: Read> SheetRecords<'a, R> {
    pub(super) fn new(part: R, book: &'a mut Book) -> Self {
        let records = Records::new(part);
        Self { records, book, row: Row::default(), next: 1, aside: String::new(), is_cut: false, failed: None }
    }

    /// Takes a record; whether it began a row, none at the end.
    fn step(&mut self) -> io::Result<Option<bool>> {
        let Some((kind, body)) = self.records.next()? else { return Ok(None) };
        match kind {
            kind::ROW => {
                let number = word(body, 0).filter(|row| *row < LAST_ROW);
                self.next = number.map_or(self.next + 1, |row| u64::from(row) + 1);
                return Ok(Some(true));
            }
            kind::ROW..=kind::LAST_CELL | kind::RICH_TEXT => {
                if let Some((column, text)) = cell(kind, body, self.book) {
                    self.row.push(column, text);
                }
            }
            kind::PAGES => {
                let mut coded = String::new();
                texts_in(body, &mut coded);
                self.aside.push_str(&pages::plain(&coded));
            }
            _ if self.aside.len() < MOST_ASIDE => texts_in(body, &mut self.aside),
            _ => self.is_cut = true,
        }
        Ok(Some(false))
    }
}

/// Column from 1 and text of a cell.
fn cell(kind: u32, body: &[u8], book: &mut Book) -> Option<(u32, String)> {
    let column = word(body, 0)?.min(LAST_COLUMN - 1) + 1;
    let style = (word(body, 4)? & 0xFF_FFFF) as usize;
    let number = |value: f64, book: &Book| {
        let format = book.formats.get(style).unwrap_or(&NumberFormat::General);
        format.show_number(value, book.epoch)
    };
    let text = match kind {
        kind::RK => number(compact(word(body, 8)?), book),
        kind::REAL | kind::FORMULA_REAL => number(f64::from_le_bytes(*body.get(8..)?.first_chunk()?), book),
        kind::BOOL | kind::FORMULA_BOOL => if *body.get(8)? == 1 { "TRUE" } else { "FALSE" }.to_owned(),
        kind::TEXT | kind::FORMULA_TEXT => text(body, 8)?.0,
        kind::RICH_TEXT => text(body, 9)?.0,
        kind::SHARED => book.strings.get(word(body, 8)? as usize)?,
        _ => return None,
    };
    Some((column, text))
}

/// A number in 30 bits: two say whether it is whole, and whether it is to be divided by 100.
fn compact(bits: u32) -> f64 {
    let value =
        if bits & 2 == 2 { f64::from(bits.cast_signed() >> 2) } else { f64::from_bits(u64::from(bits & !3) << 32) };
    if bits & 1 == 1 { value / 100.0 } else { value }
}

impl<R: Read> Rows for SheetRecords<'_, R> {
    fn next_row(&mut self) -> io::Result<Option<Row>> {
        loop {
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            let number = self.next;
            let outcome = self.step();
            let ends_row = !matches!(outcome, Ok(Some(false))) || self.row.size() > LONGEST_ROW;
            let is_at_end = matches!(outcome, Ok(None));
            self.failed = outcome.err();
            if ends_row && !self.row.cells.is_empty() {
                self.row.number = number;
                return Ok(Some(self.row.take()));
            }
            if is_at_end {
                return Ok(None);
            }
        }
    }

    fn bytes_read(&self) -> u64 {
        self.records.read
    }
}

impl<R: Read> Sheet for SheetRecords<'_, R> {
    fn is_cut(&self) -> bool {
        self.is_cut
    }

    fn into_aside(self) -> String {
        self.aside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_numbers_are_read() {
        assert_eq!(compact(0x3FF0_0000).to_bits(), 1.0_f64.to_bits());
        assert_eq!(compact((123 << 2) | 2).to_bits(), 123.0_f64.to_bits());
        assert_eq!(compact((12_345 << 2) | 3).to_bits(), 123.45_f64.to_bits());
        assert_eq!(compact(((-5_i32).cast_unsigned() << 2) | 2).to_bits(), (-5.0_f64).to_bits());
    }

    #[test]
    fn texts_are_found_anywhere_in_a_record() {
        let wide = |text: &str| -> Vec<u8> {
            let units: Vec<u16> = text.encode_utf16().collect();
            let length = (units.len() as u32).to_le_bytes();
            length.into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
        };
        let body = [vec![7, 0, 0, 0, 1], wide("SSN: 536-90-4399"), vec![0xFF; 9], wide("Größe"), vec![3]].concat();
        let mut found = String::new();
        texts_in(&body, &mut found);
        assert_eq!(found, "SSN: 536-90-4399\nGröße\n");
    }
}
