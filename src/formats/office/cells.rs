//! The rows of a worksheet of Office Open XML, cell by cell, with values as the sheet shows them.
//!
//! Knows nothing of headers or places. What a sheet says besides its cells (page headers, hints, formulas of rules) is
//! put aside as text.

use super::grid::{Row, Rows};
use super::strings::Strings;
use super::vocabulary::Vocabulary;
use super::xml::{Tag, Token, Xml};
use crate::formats::numbers::NumberFormat;
use crate::formats::pages;
use crate::formats::references::{decode_into, decoded};
use std::io::{self, Read};

/// Bytes of one cell, of its formula, of the cells of a row that are given at once, and of what is put aside.
const LONGEST_CELL: usize = 1 << 20;
const LONGEST_FORMULA: usize = 32 << 10;
const LONGEST_ROW: usize = 4 << 20;
const MOST_ASIDE: usize = 16 << 20;
/// Last column and row that a sheet can have; more come from damage.
const LAST_COLUMN: u32 = 1 << 14;
const LAST_ROW: u64 = 1 << 20;
/// Shortest text in a formula that is given.
const SHORTEST_LITERAL: usize = 4;

/// What is known of the workbook.
pub(super) struct Book {
    pub(super) strings: Strings,
    /// The number format of each style of cells.
    pub(super) formats: Vec<NumberFormat>,
    /// Day 0 of its dates, as days before 1970.
    pub(super) epoch: i64,
}

/// A part of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    None,
    Value,
    Formula,
    /// Not part of a cell.
    Aside,
}

/// The cell being read.
#[derive(Default)]
struct Cell {
    column: u32,
    kind: Vec<u8>,
    style: usize,
    value: Vec<u8>,
    formula: Vec<u8>,
}

/// The rows of a sheet.
#[allow(clippy::struct_excessive_bools)] // where in the part it stands
pub(super) struct SheetRows<'a, R> {
    xml: Xml<R>,
    book: &'a mut Book,
    row: Row,
    cell: Cell,
    piece: Piece,
    in_cell: bool,
    in_phonetic: bool,
    in_data: bool,
    aside: Vec<u8>,
    /// Where in it a page header begins that is being read.
    page_at: Option<usize>,
    is_cut: bool,
}

/// A sheet, once its rows were read.
pub(super) trait Sheet: Rows {
    /// Whether something of the sheet was left out for its size.
    fn is_cut(&self) -> bool;

    /// What the sheet says besides its cells.
    fn into_aside(self) -> String;
}

impl<R: Read> Sheet for SheetRows<'_, R> {
    fn is_cut(&self) -> bool {
        self.is_cut
    }

    fn into_aside(self) -> String {
        String::from_utf8_lossy(&self.aside).into_owned()
    }
}

impl<'a, R: Read> SheetRows<'a, R> {
    pub(super) fn new(part: R, book: &'a mut Book) -> Self {
        Self {
            xml: Xml::new(part),
            book,
            row: Row::default(),
            cell: Cell::default(),
            piece: Piece::None,
            in_cell: false,
            in_phonetic: false,
            in_data: false,
            aside: Vec::new(),
            page_at: None,
            is_cut: false,
        }
    }

    /// Takes a token; true at the end of a row.
    fn step(&mut self) -> io::Result<Option<bool>> {
        let Some(token) = self.xml.next()? else { return Ok(None) };
        let mut ended = None;
        match token {
            Token::Start(tag) => {
                match tag.name {
                    b"sheetData" => self.in_data = true,
                    b"row" if self.in_data => begin_row(&mut self.row, &tag),
                    b"c" if self.in_data => {
                        self.in_cell = true;
                        begin_cell(&mut self.cell, &tag);
                    }
                    b"rPh" => self.in_phonetic = true,
                    b"v" | b"t" if self.in_cell && !self.in_phonetic => self.piece = Piece::Value,
                    b"f" if self.in_cell => self.piece = Piece::Formula,
                    _ if !self.in_data => {
                        self.page_at = is_page(tag.name).then_some(self.aside.len());
                        self.piece = Piece::Aside;
                    }
                    _ => {}
                }
                if !self.in_data {
                    hints(&tag, &mut self.aside, &mut self.is_cut);
                }
            }
            Token::End(name) => {
                self.piece = Piece::None;
                match name {
                    b"c" => ended = Some(false),
                    b"row" => ended = Some(true),
                    b"rPh" => self.in_phonetic = false,
                    b"sheetData" => self.in_data = false,
                    _ => {
                        if let Some(at) = self.page_at.take() {
                            let coded = String::from_utf8_lossy(&self.aside.split_off(at)).into_owned();
                            self.aside.extend_from_slice(pages::plain(&coded).as_bytes());
                        }
                    }
                }
            }
            Token::Text(raw) => {
                let text = decoded_bytes(raw);
                self.text(&text);
            }
            Token::Verbatim(raw) => {
                let raw = raw.to_vec();
                self.text(&raw);
            }
        }
        if ended.is_some() && self.in_cell {
            self.end_cell();
        }
        Ok(Some(ended == Some(true)))
    }

    fn text(&mut self, text: &[u8]) {
        let (into, most) = match self.piece {
            Piece::None => return,
            Piece::Value => (&mut self.cell.value, LONGEST_CELL),
            Piece::Formula => (&mut self.cell.formula, LONGEST_FORMULA),
            Piece::Aside => (&mut self.aside, MOST_ASIDE),
        };
        if into.len() + text.len() > most {
            self.is_cut = true;
            return;
        }
        into.extend_from_slice(text);
        if self.piece == Piece::Aside && !text.trim_ascii().is_empty() {
            into.push(b'\n');
        }
    }

    fn end_cell(&mut self) {
        self.in_cell = false;
        let cell = &mut self.cell;
        let stored = String::from_utf8_lossy(&cell.value).into_owned();
        let text = match cell.kind.as_slice() {
            b"s" => stored.trim().parse().ok().and_then(|number| self.book.strings.get(number)).unwrap_or(stored),
            b"str" | b"inlineStr" | b"d" | b"e" => stored,
            b"b" => if stored.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            _ => match self.book.formats.get(cell.style) {
                Some(format) => format.show(&stored, self.book.epoch),
                None => NumberFormat::General.show(&stored, self.book.epoch),
            },
        };
        for literal in literals(&String::from_utf8_lossy(&cell.formula)) {
            if !text.contains(&literal) {
                self.row.push(cell.column, literal);
            }
        }
        self.row.push(cell.column, text);
    }
}

fn begin_row(row: &mut Row, tag: &Tag<'_>) {
    let number = tag.attribute(b"r").and_then(|r| r.parse().ok()).filter(|r| (1..=LAST_ROW).contains(r));
    row.number = number.unwrap_or(row.number + 1);
}

fn begin_cell(cell: &mut Cell, tag: &Tag<'_>) {
    let mut column = None;
    cell.kind.clear();
    cell.value.clear();
    cell.formula.clear();
    cell.style = 0;
    for (name, value) in tag.attributes() {
        match name {
            b"r" => column = column_of(value),
            b"t" => cell.kind.extend_from_slice(&value[..value.len().min(16)]),
            b"s" => cell.style = std::str::from_utf8(value).ok().and_then(|s| s.parse().ok()).unwrap_or(0),
            _ => {}
        }
    }
    cell.column = column.unwrap_or(cell.column + 1).min(LAST_COLUMN);
}

/// Whether an element is the header or footer of pages.
fn is_page(name: &[u8]) -> bool {
    [&b"odd"[..], b"even", b"first"]
        .iter()
        .any(|page| name.strip_prefix(*page).is_some_and(|rest| matches!(rest, b"Header" | b"Footer")))
}

/// The column of a reference such as `AB12`.
fn column_of(reference: &[u8]) -> Option<u32> {
    let letters = reference.iter().take_while(|b| b.is_ascii_alphabetic());
    let column = letters.take(4).fold(0, |sum, b| sum * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    (1..=LAST_COLUMN).contains(&column).then_some(column)
}

/// Texts in attributes of what is no cell.
fn hints(tag: &Tag<'_>, aside: &mut Vec<u8>, is_cut: &mut bool) {
    for (name, value) in tag.attributes() {
        if Vocabulary::Office.is_text(tag.name, name, value) || (tag.name == b"hyperlink" && name == b"display") {
            if aside.len() + value.len() > MOST_ASIDE {
                *is_cut = true;
                return;
            }
            aside.extend_from_slice(decoded(value).as_bytes());
            aside.push(b'\n');
        }
    }
}

fn decoded_bytes(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    decode_into(raw, &mut bytes);
    bytes
}

/// The texts in quotes of a formula.
pub(super) fn literals(formula: &str) -> impl Iterator<Item = String> {
    formula.split('"').skip(1).step_by(2).filter(|text| text.chars().count() >= SHORTEST_LITERAL).map(str::to_owned)
}

impl<R: Read> Rows for SheetRows<'_, R> {
    fn next_row(&mut self) -> io::Result<Option<Row>> {
        loop {
            let outcome = self.step();
            let is_at_end = !matches!(outcome, Ok(Some(_)));
            let is_complete = matches!(outcome, Ok(Some(true))) || is_at_end || self.row.size() > LONGEST_ROW;
            if is_complete && !self.row.cells.is_empty() {
                let row = self.row.take();
                if let Ok(Some(true)) = outcome {
                    self.cell.column = 0;
                }
                // An error or the end comes again when the next row is asked for.
                if let Err(error) = outcome {
                    self.xml.fail(error);
                }
                return Ok(Some(row));
            }
            if let Ok(Some(true)) = outcome {
                self.cell.column = 0;
            }
            if outcome?.is_none() {
                return Ok(None);
            }
        }
    }

    fn bytes_read(&self) -> u64 {
        self.xml.bytes_read()
    }
}
