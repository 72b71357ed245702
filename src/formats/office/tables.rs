//! The tables of an `OpenDocument` spreadsheet, row by row, with values as the sheet shows them.
//!
//! Repeated rows and cells are given once. Knows nothing of headers or places.

use super::cells::literals;
use super::grid::{Row, Rows};
use super::vocabulary::Vocabulary;
use super::xml::{Tag, Token, Xml};
use crate::formats::numbers::LONG_NUMBER;
use crate::formats::references::{decode_into, decoded};
use std::io::{self, Read};

/// Bytes of one cell, of the cells of a row that are given at once, and of what stands outside of cells.
const LONGEST_CELL: usize = 1 << 20;
const LONGEST_ROW: usize = 4 << 20;
const MOST_ASIDE: usize = 16 << 20;
/// Digits of a whole number that is more likely a number of something than an amount.
const LONGER_NUMBER: usize = 9;
/// Last column and row that a sheet can have.
const LAST_COLUMN: u32 = 1 << 14;
const LAST_ROW: u64 = 1 << 20;

/// The tables of a content part.
#[allow(clippy::struct_excessive_bools)] // where in the part it stands
pub(super) struct Tables<R> {
    xml: Xml<R>,
    row: Row,
    row_repeat: u64,
    /// The cell's column and how many columns it stands for.
    column: u32,
    repeat: u32,
    in_cell: bool,
    text: Vec<u8>,
    note: Vec<u8>,
    stored: String,
    /// Texts in the cell's formula.
    literals: Vec<String>,
    /// Tables inside the table, annotations, paragraphs that are open.
    depth: u32,
    in_note: bool,
    in_paragraph: bool,
    aside: Vec<u8>,
    /// Whether something was left out for its size.
    pub(super) is_cut: bool,
}

/// What came up.
enum Step {
    Nothing,
    TableBegins(String),
    TableEnds,
    RowEnds,
    End,
}

impl<R: Read> Tables<R> {
    pub(super) fn new(part: R) -> Self {
        Self {
            xml: Xml::new(part),
            row: Row::default(),
            row_repeat: 1,
            column: 0,
            repeat: 1,
            in_cell: false,
            text: Vec::new(),
            note: Vec::new(),
            stored: String::new(),
            literals: Vec::new(),
            depth: 0,
            in_note: false,
            in_paragraph: false,
            aside: Vec::new(),
            is_cut: false,
        }
    }

    /// Goes to the next table; its name.
    pub(super) fn next_table(&mut self) -> io::Result<Option<String>> {
        loop {
            match self.step()? {
                Step::TableBegins(name) => {
                    self.row = Row::default();
                    self.row_repeat = 1;
                    return Ok(Some(name));
                }
                Step::End => return Ok(None),
                _ => {}
            }
        }
    }

    /// What stands outside of cells.
    pub(super) fn into_aside(self) -> String {
        String::from_utf8_lossy(&self.aside).into_owned()
    }

    fn step(&mut self) -> io::Result<Step> {
        let Some(token) = self.xml.next()? else { return Ok(Step::End) };
        match token {
            Token::Start(tag) => {
                let begin = begin(&tag);
                if let Begin::Hint(hint) = &begin {
                    let hint = hint.clone();
                    self.lay(&hint, true);
                    return Ok(Step::Nothing);
                }
                return Ok(self.start(begin));
            }
            Token::End(name) => {
                let end = match name {
                    b"table" => End::Table,
                    b"table-row" => End::Row,
                    b"table-cell" | b"covered-table-cell" => End::Cell,
                    b"annotation" => End::Note,
                    b"p" | b"h" => End::Paragraph,
                    _ => End::Other,
                };
                return Ok(self.end(end));
            }
            Token::Text(raw) => {
                let mut text = Vec::with_capacity(raw.len());
                decode_into(raw, &mut text);
                self.lay(&text, false);
            }
            Token::Verbatim(raw) => {
                let text = raw.to_vec();
                self.lay(&text, false);
            }
        }
        Ok(Step::Nothing)
    }

    fn start(&mut self, begin: Begin) -> Step {
        match begin {
            Begin::Table(name) => {
                self.depth = self.depth.saturating_add(1);
                if self.depth == 1 {
                    return Step::TableBegins(name);
                }
            }
            Begin::Row(repeat) if self.depth == 1 && !self.in_cell => {
                self.row.number = self.row.number.saturating_add(self.row_repeat).min(LAST_ROW);
                self.row_repeat = repeat;
                self.column = 0;
                self.repeat = 1;
            }
            Begin::Cell { repeat, stored, literals } if self.depth == 1 && !self.in_cell => {
                self.column = self.column.saturating_add(self.repeat).min(LAST_COLUMN);
                self.repeat = repeat;
                self.stored = stored;
                self.literals = literals;
                self.in_cell = true;
            }
            Begin::Note => self.in_note = true,
            Begin::Paragraph => {
                self.in_paragraph = true;
                let text = self.target();
                if !text.is_empty() && !text.ends_with(b"\n") {
                    text.push(b'\n');
                }
            }
            Begin::Gap(gap) => self.lay(gap, true),
            _ => {}
        }
        Step::Nothing
    }

    fn end(&mut self, end: End) -> Step {
        match end {
            End::Table => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.end_cell();
                    return Step::TableEnds;
                }
            }
            End::Cell if self.depth == 1 => self.end_cell(),
            End::Row if self.depth == 1 => {
                self.end_cell();
                return Step::RowEnds;
            }
            End::Note => self.in_note = false,
            End::Paragraph => self.in_paragraph = false,
            _ => {}
        }
        Step::Nothing
    }

    fn target(&mut self) -> &mut Vec<u8> {
        match (self.in_cell, self.in_note) {
            (true, true) => &mut self.note,
            (true, false) => &mut self.text,
            _ => &mut self.aside,
        }
    }

    fn lay(&mut self, text: &[u8], always: bool) {
        let is_blank = text.trim_ascii().is_empty();
        if is_blank && !always && !self.in_paragraph {
            return;
        }
        let most = if self.in_cell { LONGEST_CELL } else { MOST_ASIDE };
        let is_loose = !self.in_paragraph && !is_blank;
        let into = self.target();
        if into.len() + text.len() > most {
            self.is_cut = true;
            return;
        }
        into.extend_from_slice(text);
        if is_loose {
            into.push(b'\n');
        }
    }

    fn end_cell(&mut self) {
        if !std::mem::take(&mut self.in_cell) {
            return;
        }
        self.in_note = false;
        let text = String::from_utf8_lossy(&self.text).trim_end_matches('\n').to_owned();
        let note = String::from_utf8_lossy(&self.note).into_owned();
        self.text.clear();
        self.note.clear();
        let stored = std::mem::take(&mut self.stored);
        for literal in std::mem::take(&mut self.literals) {
            if !text.contains(&literal) && !stored.contains(&literal) {
                self.row.push(self.column, literal);
            }
        }
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let is_number = stored.parse::<f64>().is_ok();
        // Rounded for show, or not shown at all.
        let is_hidden = match is_number {
            _ if text.is_empty() => true,
            true => digits(&stored).len() >= LONG_NUMBER && !digits(&text).contains(&digits(&stored)),
            false => !text.contains(&stored),
        };
        if is_hidden {
            self.row.push(self.column, stored);
            self.row.push(self.column, note);
            self.row.push(self.column, text);
            return;
        }
        let is_cut = stored.len() >= LONG_NUMBER && is_number && is_grouped(&text, &stored);
        self.row.push(self.column, note);
        self.row.push(self.column, if is_cut { stored } else { text });
    }
}

/// Whether a text is a whole number in groups of three: its separators would cut a number of something.
fn is_grouped(text: &str, stored: &str) -> bool {
    // Decimals of zero are no reason to cut a number that is too long for an amount.
    let is_longer = stored.len() >= LONGER_NUMBER;
    let text = text
        .rsplit_once([',', '.'])
        .filter(|(_, end)| is_longer && matches!(*end, "0" | "00"))
        .map_or(text, |split| split.0);
    let mut groups = text.split([',', '.', '\'', ' ', '\u{a0}', '\u{202f}']);
    let first = groups.next().unwrap_or_default().to_owned();
    groups.try_fold(first, |all, group| (group.len() == 3).then(|| all + group)).is_some_and(|all| all == stored)
}

/// An element that begins.
enum Begin {
    Table(String),
    Row(u64),
    Cell {
        repeat: u32,
        stored: String,
        literals: Vec<String>,
    },
    Note,
    Paragraph,
    /// White space as an element.
    Gap(&'static [u8]),
    /// Text in an attribute.
    Hint(Vec<u8>),
    Other,
}

/// An element that ends.
#[derive(Clone, Copy)]
enum End {
    Table,
    Row,
    Cell,
    Note,
    Paragraph,
    Other,
}

fn begin(tag: &Tag<'_>) -> Begin {
    let number = |name: &[u8]| tag.attribute(name).and_then(|value| value.parse::<u64>().ok()).unwrap_or(1);
    match tag.name {
        b"table" => Begin::Table(tag.attribute(b"name").unwrap_or_default()),
        b"table-row" => Begin::Row(number(b"number-rows-repeated")),
        b"table-cell" | b"covered-table-cell" => {
            let stored = [&b"string-value"[..], b"value", b"date-value"].iter().find_map(|name| tag.attribute(name));
            let repeat = u32::try_from(number(b"number-columns-repeated")).unwrap_or(LAST_COLUMN);
            let formula = tag.attribute(b"formula").unwrap_or_default();
            let literals = literals(&formula).collect();
            Begin::Cell { repeat, stored: stored.unwrap_or_default(), literals }
        }
        b"annotation" => Begin::Note,
        b"p" | b"h" => Begin::Paragraph,
        b"s" => Begin::Gap(b" "),
        b"tab" => Begin::Gap(b"\t"),
        b"line-break" => Begin::Gap(b"\n"),
        _ => {
            let is_text = |(name, value): &(&[u8], &[u8])| Vocabulary::Open.is_text(tag.name, name, value);
            let mut hint = Vec::new();
            for (_, value) in tag.attributes().filter(is_text) {
                hint.extend_from_slice(b"\n");
                hint.extend_from_slice(decoded(value).as_bytes());
                hint.push(b'\n');
            }
            if hint.is_empty() { Begin::Other } else { Begin::Hint(hint) }
        }
    }
}

/// The rows of the table that was gone to.
pub(super) struct TableRows<'a, R> {
    tables: &'a mut Tables<R>,
    has_ended: bool,
    /// Bytes of the part that were read before.
    before: u64,
}

impl<'a, R: Read> TableRows<'a, R> {
    pub(super) fn new(tables: &'a mut Tables<R>) -> Self {
        let before = tables.xml.bytes_read();
        Self { tables, has_ended: false, before }
    }
}

impl<R: Read> Rows for TableRows<'_, R> {
    fn next_row(&mut self) -> io::Result<Option<Row>> {
        while !self.has_ended {
            let step = self.tables.step();
            let is_row = matches!(step, Ok(Step::RowEnds)) || self.tables.row.size() > LONGEST_ROW;
            self.has_ended = matches!(step, Ok(Step::End | Step::TableEnds) | Err(_));
            if (is_row || self.has_ended) && !self.tables.row.cells.is_empty() {
                let row = self.tables.row.take();
                if let Err(error) = step {
                    self.has_ended = false;
                    self.tables.xml.fail(error);
                }
                return Ok(Some(row));
            }
            step?;
        }
        Ok(None)
    }

    fn bytes_read(&self) -> u64 {
        self.tables.xml.bytes_read() - self.before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_given_without_what_groups_them() {
        for (text, stored, right) in [
            ("536,904,399", "536904399", true),
            ("536\u{202f}904\u{202f}399", "536904399", true),
            ("536-90-4399", "536904399", false),
            ("5369 0439", "53690439", false),
            ("536,904,399.00", "536904399", true),
            ("36,904,399.00", "36904399", false),
        ] {
            assert_eq!(is_grouped(text, stored), right, "{text}");
        }
        let xml = r#"<table name="t"><table-row><table-cell value="536904399"><p>536,904,399</p></table-cell></table-row></table>"#;
        let mut tables = Tables::new(xml.as_bytes());
        assert!(tables.next_table().unwrap().is_some());
        let row = TableRows::new(&mut tables).next_row().unwrap().unwrap();
        assert_eq!(row.cells, [(1, "536904399".to_owned())]);
    }
}
