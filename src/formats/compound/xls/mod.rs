//! Excel workbooks, BIFF2 to BIFF8 ([MS-XLS], and its forerunners): every cell of every sheet, hidden ones too, with its place; comments at
//! their cells; text boxes, page headers and links as text.
//!
//! Reads the stream from its start to its end, so sheets that no table lists are read as well. Knows no formulas, only
//! their results.

mod asides;
mod biff;
mod heads;
mod locked;
mod old;

use super::bytes::{f64_at, slice, u16_at, u32_at};
use super::container::Container;
use super::{encrypted, sealed_properties};
use crate::formats::ReadError;
use crate::formats::calendar::{EPOCH_1900, EPOCH_1904};
use crate::formats::numbers::NumberFormat;
use crate::formats::pages;
use crate::formats::records::{Record, Records, Value};
use crate::location::Place;
use biff::{Continued, Raw};
use heads::Heads;
use old::Age;
pub(super) use old::is_bare;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;

/// Kinds of records.
mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000A;
    pub(super) const HEADER: u16 = 0x0014;
    pub(super) const FOOTER: u16 = 0x0015;
    pub(super) const NOTE: u16 = 0x001C;
    pub(super) const DATE_1904: u16 = 0x0022;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const OBJECT: u16 = 0x005D;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MANY_RK: u16 = 0x00BD;
    pub(super) const RICH_STRING: u16 = 0x00D6;
    pub(super) const EXTENDED_FORMAT: u16 = 0x00E0;
    pub(super) const SHARED_STRINGS: u16 = 0x00FC;
    pub(super) const SHARED_LABEL: u16 = 0x00FD;
    pub(super) const TEXT_BOX: u16 = 0x01B6;
    pub(super) const LINK: u16 = 0x01B8;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const STRING: u16 = 0x0207;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// Cells of a row that are given at once: more than a sheet has columns come from damage, and may repeat a long string.
const CELLS: usize = 1024;
/// Sheets whose names count.
const SHEETS: usize = 4096;
/// Storages of pivot tables, since Excel 97 and before.
const CACHES: [&str; 2] = ["_SX_DB_CUR", "_SX_DB"];
/// The version of BIFF8 in the first record.
const BIFF8: u16 = 0x0600;
/// Opens the workbook in a storage.
pub(super) fn open(container: &mut Container<'_>, within: &str, passwords: &[Vec<u8>]) -> Result<Workbook, ReadError> {
    let name = if container.has(&format!("{within}Workbook")) { "Workbook" } else { "Book" };
    let mut stream = container.stream(&format!("{within}{name}"))?.unwrap_or_default();
    let mut aside = String::new();
    if let Some(lock) = locked::lock(&stream) {
        let key = lock.and_then(|lock| lock.open(passwords)).ok_or_else(encrypted)?;
        locked::decrypt(&mut stream, &key);
        aside = sealed_properties(container, within, &key)?;
    } else {
        aside.push_str(&caches(container, within)?);
    }
    Ok(Workbook { aside, ..Workbook::new(stream) })
}

/// Opens a workbook that is its stream alone.
pub(super) fn open_bare(mut stream: Vec<u8>, passwords: &[Vec<u8>]) -> Result<Workbook, ReadError> {
    if let Some(lock) = locked::lock(&stream) {
        let key = lock.and_then(|lock| lock.open(passwords)).ok_or_else(encrypted)?;
        locked::decrypt(&mut stream, &key);
    }
    let mut workbook = Workbook::new(stream);
    // There is no container that would tell how long it is.
    workbook.is_cut |= !workbook.has_end;
    Ok(workbook)
}

/// The values that pivot tables were made from. They are locked with the workbook.
fn caches(container: &mut Container<'_>, within: &str) -> Result<String, ReadError> {
    let mut text = String::new();
    for storage in CACHES {
        let storage = format!("{within}{storage}");
        let paths: Vec<String> = container.streams_in(&storage).map(|entry| entry.path.clone()).collect();
        for path in paths {
            text.push_str(&asides::cache(&container.stream(&path)?.unwrap_or_default()));
        }
    }
    Ok(text)
}

/// A cell on its way: what it holds.
struct Cell {
    column: u16,
    text: String,
    is_text: bool,
}

/// The cells of one row of one sheet.
#[expect(clippy::struct_field_names, reason = "a row has a number, as Excel counts")]
struct Row {
    sheet: u32,
    row: u32,
    /// Whether these are cells; comments are not.
    is_data: bool,
    cells: Vec<Cell>,
}

/// A workbook being read.
pub(super) struct Workbook {
    stream: Vec<u8>,
    at: usize,
    /// Name of the sheet that begins at an offset.
    sheets: BTreeMap<usize, String>,
    names: Vec<String>,
    strings: Vec<String>,
    patterns: HashMap<u16, NumberFormat>,
    age: Age,
    /// The number format of each cell format.
    formats: Vec<u16>,
    /// Day 0 of its dates.
    epoch: i64,
    /// Of the strings, where they are not Unicode.
    code_page: Option<u16>,
    heads: Heads,
    ready: VecDeque<Row>,
    row: Option<Row>,
    /// The cell of a formula whose text follows.
    awaited: Option<(u16, u16)>,
    object: u16,
    /// Who wrote the last comment.
    author: String,
    /// Texts of boxes by the number of their object, until a comment claims them.
    boxes: BTreeMap<u16, String>,
    aside: String,
    is_cut: bool,
    /// Whether the last record is the end of a part.
    has_end: bool,
    has_cells: bool,
}

impl Workbook {
    fn new(stream: Vec<u8>) -> Self {
        let begin = u16_at(&stream, 0);
        let age = Age::of(begin);
        let is_unicode = age == Age::Known && u16_at(&stream, 4) >= BIFF8;
        let mut workbook = Self {
            at: 0,
            sheets: BTreeMap::new(),
            names: vec![String::new()],
            strings: Vec::new(),
            patterns: HashMap::new(),
            age,
            formats: Vec::new(),
            epoch: EPOCH_1900,
            code_page: if is_unicode { None } else { Some(1252) },
            heads: Heads::default(),
            ready: VecDeque::new(),
            row: None,
            awaited: None,
            object: 0,
            author: String::new(),
            boxes: BTreeMap::new(),
            aside: String::new(),
            is_cut: begin != kind::BEGIN && age == Age::Known,
            has_end: false,
            has_cells: false,
            stream,
        };
        workbook.globals();
        workbook
    }

    /// Whether the stream ended too early, or had lost its shape.
    pub(super) fn is_damaged(&self) -> bool {
        self.is_cut
    }

    /// Whether any cell was read.
    pub(super) fn has_cells(&self) -> bool {
        self.has_cells
    }

    /// Text that stands in no cell.
    pub(super) fn take_aside(&mut self) -> String {
        std::mem::take(&mut self.aside)
    }

    /// What cells need to know, wherever in the stream it stands.
    fn globals(&mut self) {
        let stream = std::mem::take(&mut self.stream);
        let (mut at, mut is_cut) = (0, false);
        while let Some(raw) = biff::next(&stream, &mut at, &mut is_cut) {
            let body = body(&stream, &raw);
            // Zeros may follow it.
            self.has_end = raw.kind == kind::END || (self.has_end && raw.kind == 0);
            match raw.kind {
                kind::CODE_PAGE if self.code_page.is_some() => self.code_page = Some(old::code_page(u16_at(body, 0))),
                kind::DATE_1904 if u16_at(body, 0) != 0 => self.epoch = EPOCH_1904,
                // Each is a place where reading may go back to.
                kind::BOUND_SHEET if self.sheets.len() < SHEETS && self.age == Age::Known => {
                    let name = biff::string(body, 6, true, self.code_page);
                    self.sheets.insert(u32_at(body, 0) as usize, name);
                }
                kind if self.age != Age::Known && self.old_global(kind, body) => {}
                kind::FORMAT => {
                    let pattern = biff::string(body, 2, self.code_page.is_some(), self.code_page);
                    self.patterns.insert(u16_at(body, 0), NumberFormat::parse(&pattern));
                }
                kind::EXTENDED_FORMAT => self.formats.push(u16_at(body, 2)),
                kind::SHARED_STRINGS => self.strings = Continued::new(&stream, &raw.parts).shared(),
                _ => {}
            }
        }
        self.is_cut |= is_cut;
        self.stream = stream;
    }

    /// Reads on until a row is complete; false at the end.
    fn more(&mut self) -> bool {
        let stream = std::mem::take(&mut self.stream);
        while self.ready.is_empty() {
            let start = self.at;
            let Some(raw) = biff::next(&stream, &mut self.at, &mut self.is_cut) else {
                self.end_row();
                self.end_sheet();
                break;
            };
            // A length that is wrong leads past a sheet's beginning: there it can be read again.
            if let Some((begin, _)) = self.sheets.range(start + 1..self.at).next() {
                (self.at, self.is_cut) = (*begin, true);
                continue;
            }
            if let Some(name) = self.sheets.get(&start) {
                let name = name.clone();
                self.end_row();
                self.end_sheet();
                self.put_aside(&name);
                self.names.push(name);
            }
            if self.age == Age::Known || !self.old_record(&stream, &raw) {
                self.record(&stream, &raw);
            }
        }
        self.stream = stream;
        !self.ready.is_empty()
    }

    fn record(&mut self, stream: &[u8], raw: &Raw) {
        let body = body(stream, raw);
        let (row, column, format) = (u16_at(body, 0), u16_at(body, 2), u16_at(body, 4));
        match raw.kind {
            kind::SHARED_LABEL => match self.strings.get(u32_at(body, 6) as usize).cloned() {
                Some(text) => self.cell(row, column, text, true),
                None => self.is_cut = true,
            },
            kind::LABEL | kind::RICH_STRING => {
                self.cell(row, column, biff::string(body, 6, false, self.code_page), true);
            }
            kind::RK => self.number(row, column, format, rk(u32_at(body, 6))),
            kind::MANY_RK => {
                for (index, cell) in slice(body, 4, body.len().saturating_sub(6)).chunks_exact(6).enumerate() {
                    let column = column.saturating_add(index as u16);
                    self.number(row, column, u16_at(cell, 0), rk(u32_at(cell, 2)));
                }
            }
            kind::FORMULA => self.formula(row, column, body, asides::FORMULA_AT),
            kind::NUMBER => self.number(row, column, format, f64_at(body, 6)),
            kind::STRING => {
                if let Some((row, column)) = self.awaited.take() {
                    self.cell(row, column, biff::string(body, 0, false, self.code_page), true);
                }
            }
            kind::OBJECT => self.object = u16_at(body, 6),
            kind::TEXT_BOX => {
                let text = Continued::new(stream, &raw.parts).text_box();
                self.boxes.insert(self.object, text);
            }
            kind::NOTE => self.note(row, column, body),
            kind::HEADER | kind::FOOTER if !body.is_empty() => {
                let text = biff::string(body, 0, self.code_page.is_some(), self.code_page);
                self.put_aside(&pages::plain(&text));
            }
            kind::LINK => self.put_aside(&super::bytes::runs(body)),
            kind if asides::DRAWINGS.contains(&kind) => {
                let whole: Vec<u8> =
                    raw.parts.iter().flat_map(|(start, end)| slice(stream, *start, end - start)).copied().collect();
                self.put_aside(&super::drawing::texts(&whole));
            }
            kind => self.put_aside(&asides::texts(kind, body, self.code_page)),
        }
    }

    fn literals(&mut self, row: u16, column: u16, body: &[u8], formula_at: usize) {
        for text in asides::literals(body, formula_at, self.code_page) {
            self.cell(row, column, text, true);
        }
    }

    /// A formula: what came of it, which may follow, and the texts in it.
    fn formula(&mut self, row: u16, column: u16, body: &[u8], formula_at: usize) {
        self.literals(row, column, body, formula_at);
        if u16_at(body, 12) == 0xFFFF {
            self.awaited = (body.get(6) == Some(&0)).then_some((row, column));
        } else {
            self.number(row, column, u16_at(body, 4), f64_at(body, 6));
        }
    }

    fn put_aside(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.aside.push_str(text.trim());
            self.aside.push('\n');
        }
    }

    fn number(&mut self, row: u16, column: u16, format: u16, value: f64) {
        self.show(row, column, self.formats.get(usize::from(format)).copied().unwrap_or(0), value);
    }

    /// A number in the number format of this number.
    fn show(&mut self, row: u16, column: u16, number: u16, value: f64) {
        let format = self.patterns.entry(number).or_insert_with(|| NumberFormat::built_in(number.into()));
        let text = format.show_number(value, self.epoch);
        self.cell(row, column, text, false);
    }

    fn cell(&mut self, row: u16, column: u16, text: String, is_text: bool) {
        if text.is_empty() {
            return;
        }
        let sheet = (self.names.len() - 1) as u32;
        let row = u32::from(row);
        if self.row.as_ref().is_some_and(|open| (open.sheet, open.row) != (sheet, row)) {
            self.end_row();
        }
        let open = self.row.get_or_insert_with(|| Row { sheet, row, is_data: true, cells: Vec::new() });
        open.cells.push(Cell { column, text, is_text });
        let is_full = open.cells.len() >= CELLS;
        self.has_cells = true;
        if is_full {
            self.end_row();
        }
    }

    fn note(&mut self, row: u16, column: u16, body: &[u8]) {
        let text = if self.code_page.is_some() {
            biff::string(body, 4, false, self.code_page)
        } else {
            let author = biff::string(body, 8, false, None);
            if author != self.author {
                self.put_aside(&author);
                self.author = author;
            }
            self.boxes.remove(&u16_at(body, 6)).unwrap_or_default()
        };
        if !text.is_empty() {
            self.end_row();
            let cells = vec![Cell { column, text, is_text: true }];
            let sheet = (self.names.len() - 1) as u32;
            self.ready.push_back(Row { sheet, row: u32::from(row), is_data: false, cells });
        }
    }

    fn end_row(&mut self) {
        self.ready.extend(self.row.take());
    }

    fn end_sheet(&mut self) {
        for text in std::mem::take(&mut self.boxes).into_values() {
            self.put_aside(&text);
        }
    }
}

impl Records for Workbook {
    fn next(&mut self, into: &mut Record) -> io::Result<bool> {
        if self.ready.is_empty() && !self.more() {
            return Ok(false);
        }
        let Some(row) = self.ready.pop_front() else { return Ok(false) };
        into.begin(u64::from(row.sheet) << 32 | u64::from(row.row));
        // The last row of a sheet is given when the next one was begun.
        self.heads.enter(row.sheet);
        if row.is_data {
            self.heads.look_at(row.cells.iter().map(|cell| (cell.column, cell.text.as_str(), cell.is_text)));
        }
        for cell in &row.cells {
            into.push_detailed(self.heads.key(cell.column), u32::from(cell.column), &cell.text);
        }
        Ok(true)
    }

    fn names(&self, column: u32) -> Vec<String> {
        self.heads.name(column).map(str::to_owned).into_iter().collect()
    }

    fn place(&self, value: &Value) -> Place {
        let sheet = self.names.get((value.record >> 32) as usize).filter(|name| !name.is_empty()).cloned();
        Place::Cell {
            sheet,
            row: (value.record & 0xFFFF_FFFF) + 1,
            column: u64::from(value.detail) + 1,
            column_name: self.heads.name(value.column).map(str::to_owned),
        }
    }

    fn bytes_read(&self) -> u64 {
        self.at as u64
    }
}

fn body<'s>(stream: &'s [u8], raw: &Raw) -> &'s [u8] {
    raw.parts.first().and_then(|(start, end)| stream.get(*start..*end)).unwrap_or_default()
}

/// A number in 30 bits: whole, or the upper half of a floating point number; perhaps in hundredths.
fn rk(bits: u32) -> f64 {
    let value = if bits & 2 != 0 {
        f64::from(bits.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(bits & 0xFFFF_FFFC) << 32)
    };
    if bits & 1 != 0 { value / 100.0 } else { value }
}
