//! What a workbook says besides its cells: names, rules for input, links to other workbooks with the values kept of them,
//! titles of charts, connections, and the values that a pivot table was made from.
//!
//! Strings are found by their shape, wherever in a record they stand. Knows no record's other fields.

use super::super::bytes::{coded, f64_at, runs, slice, u16_at, utf16};
use super::biff::{self, Raw};
use crate::formats::numbers::general;
use std::fmt::Write as _;

/// Records with texts for people: names, external names, who writes, scenarios, values of pivot tables and connections,
/// other workbooks, rules of input, titles of charts, hints, page headers, tables, connections, notes on names, rules of
/// looks.
const TEXTS: [u16; 19] = [
    0x0018, 0x0023, 0x005B, 0x005C, 0x00AF, STRING, 0x01AE, 0x01B1, 0x01BE, 0x0800, 0x0872, 0x0876, 0x0877, 0x0878,
    0x087A, 0x0894, 0x089C, 0x009E, 0x100D,
];
/// The values of a pivot table, and what was kept of the cells of another workbook.
const STRING: u16 = 0x00CD;
const NUMBER: u16 = 0x00C9;
const WHOLE: u16 = 0x00CC;
const DATE: u16 = 0x00CE;
const KEPT: u16 = 0x005A;
/// Who wrote the workbook.
const WRITER: u16 = 0x005C;
/// A name: its length stands apart from it.
const NAME: u16 = 0x0018;
const NAME_LENGTH_AT: usize = 3;
const NAME_AT: usize = 14;
/// Records of drawings.
pub(super) const DRAWINGS: [u16; 2] = [0x00EB, 0x00EC];
/// Shortest string behind a length of two bytes, and of one; shortest text in a formula.
const SHORTEST: usize = 2;
const SHORTEST_SHORT: usize = 4;
/// Where the formula begins in its record: since Excel 5, in 3 and 4, in 2.
pub(super) const FORMULA_AT: usize = 22;
pub(super) const OLD_FORMULA_AT: usize = 18;
pub(super) const FIRST_FORMULA_AT: usize = 17;
/// The sign of a text in it.
const TEXT: u8 = 0x17;
/// Bytes of any value but a string.
const STORED: usize = 8;
/// Bytes of a cache that are read into text.
const MOST: usize = 64 << 20;

/// The texts of a record, one a line; empty if it is of a kind without any.
pub(super) fn texts(kind: u16, body: &[u8], code_page: Option<u16>) -> String {
    if kind == KEPT {
        return kept(body, code_page);
    }
    if !TEXTS.contains(&kind) {
        return String::new();
    }
    // Some programs write the name of who wrote it without its length.
    let runs = if code_page.is_some() || kind == WRITER { runs(body) } else { String::new() };
    if code_page.is_some() || !runs.is_empty() {
        return runs;
    }
    if kind == NAME {
        let count = usize::from(body.get(NAME_LENGTH_AT).copied().unwrap_or(0));
        let (name, end) = characters(body, NAME_AT, count).unwrap_or_default();
        return format!("{name}\n{}", strings(slice(body, end.max(NAME_AT), usize::MAX)));
    }
    strings(body)
}

/// Characters of Unicode behind their flag, and where they end; none if they are no text.
fn characters(body: &[u8], at: usize, count: usize) -> Option<(String, usize)> {
    let flag = *body.get(at)?;
    let end = at + 1 + count * (1 + usize::from(flag));
    let bytes = body.get(at + 1..end)?;
    let text = match flag {
        0 => coded(bytes, 28_591),
        1 => utf16(bytes),
        _ => return None,
    };
    let is_other =
        |c: char| (c.is_control() && !c.is_whitespace()) || matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}');
    (!text.contains(is_other)).then_some((text, end))
}

/// Strings anywhere in the bytes: behind a length of two bytes, or of one.
fn strings(body: &[u8]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < body.len() {
        let (long, short) = (usize::from(u16_at(body, at)), usize::from(body[at]));
        let found = if long >= SHORTEST { characters(body, at + 2, long) } else { None };
        match found.or_else(|| if short >= SHORTEST_SHORT { characters(body, at + 1, short) } else { None }) {
            Some((found, end)) => {
                text.push_str(&found);
                text.push('\n');
                at = end;
            }
            None => at += 1,
        }
    }
    text
}

/// The texts in quotes of a cell's formula.
pub(super) fn literals(body: &[u8], formula_at: usize, code_page: Option<u16>) -> Vec<String> {
    let formula = slice(body, formula_at, usize::MAX);
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(TEXT, formula.get(at..).unwrap_or_default()) {
        let start = at + found + 1;
        at = start;
        let count = usize::from(formula.get(start).copied().unwrap_or(0));
        let text = match code_page {
            _ if count < SHORTEST_SHORT => None,
            Some(page) => {
                formula.get(start + 1..start + 1 + count).map(|bytes| (coded(bytes, page), start + 1 + count))
            }
            None => characters(formula, start + 1, count),
        };
        if let Some((text, end)) = text.filter(|(text, _)| !text.contains(char::is_control)) {
            all.push(text);
            at = end;
        }
    }
    all
}

/// Cells of another workbook: first and last column, row, then a value for each.
fn kept(body: &[u8], code_page: Option<u16>) -> String {
    let mut text = String::new();
    let mut at = 4;
    while let Some(kind) = body.get(at) {
        at += 1;
        match (kind, code_page) {
            (1, _) => text.push_str(&general(f64_at(body, at))),
            (2, None) => {
                let count = usize::from(u16_at(body, at));
                let Some((value, end)) = characters(body, at + 2, count) else { break };
                text.push_str(&value);
                at = end.max(STORED) - STORED;
            }
            (2, Some(page)) => {
                let count = usize::from(body.get(at).copied().unwrap_or(0));
                text.push_str(&coded(slice(body, at + 1, count), page));
                at = (at + 1 + count).max(STORED) - STORED;
            }
            (0 | 4 | 0x10, _) => {}
            _ => break,
        }
        at += STORED;
        text.push('\n');
    }
    text
}

/// The values of a pivot table's cache, one a line.
pub(super) fn cache(stream: &[u8]) -> String {
    let mut text = String::new();
    let (mut at, mut is_cut) = (0, false);
    while let Some(Raw { kind, parts }) = biff::next(stream, &mut at, &mut is_cut) {
        let body = parts.first().and_then(|(start, end)| stream.get(*start..*end)).unwrap_or_default();
        match kind {
            STRING => text.push_str(strings(body).trim_end()),
            NUMBER => text.push_str(&general(f64_at(body, 0))),
            WHOLE => text.push_str(&u16_at(body, 0).cast_signed().to_string()),
            DATE => {
                let day = body.get(4).copied().unwrap_or(0);
                // Writing to a string cannot fail.
                let _ = write!(text, "{:04}-{:02}-{day:02}", u16_at(body, 0), u16_at(body, 2));
            }
            _ => continue,
        }
        if text.len() > MOST {
            break;
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_either_length_and_width() {
        let mut body = vec![7, 0, 9, 0, 0];
        body.extend(b"Enter SSN");
        body.extend([1, 0, 0, 0, 3, 0, 1]);
        body.extend("Größe".encode_utf16().take(3).flat_map(u16::to_le_bytes));
        body.extend(b"\x05\x00title\xFF");
        assert_eq!(texts(0x01BE, &body, None), "Enter SSN\nGrö\ntitle\n");
        assert_eq!(texts(0x0201, &body, None), "");
        let name = b"\0\0\0\x05\0\0\0\0\0\0\0\0\0\0\0staff\x17\x08\0in quote";
        assert_eq!(texts(NAME, name, None), "staff\nin quote\n");
    }

    #[test]
    fn texts_of_formulas_and_other_workbooks() {
        let mut formula = vec![0; FORMULA_AT];
        formula.extend(b"\x17\x05\0first\x17\x02\0ab\x17\x06\0second\x1e");
        assert_eq!(literals(&formula, FORMULA_AT, None), ["first", "second"]);
        let mut cells = vec![3, 0, 1, 0, 1];
        cells.extend(536_904_399_f64.to_le_bytes());
        cells.extend(b"\x02\x03\0\0Ann\x00\0\0\0\0\0\0\0\0\x02\x02\0\0Bo");
        assert_eq!(texts(KEPT, &cells, None), "536904399\nAnn\n\nBo\n");
        for end in 0..cells.len() {
            let _ = texts(KEPT, &cells[..end], None);
            let _ = texts(KEPT, &cells[..end], Some(1252));
        }
    }

    #[test]
    fn values_of_a_pivot_table() {
        let mut stream = Vec::new();
        let mut record = |kind: u16, body: &[u8]| {
            stream.extend(kind.to_le_bytes());
            stream.extend((body.len() as u16).to_le_bytes());
            stream.extend(body);
        };
        record(STRING, b"\x03\0\0Ann");
        record(NUMBER, &4_111_111_111_111_111_f64.to_le_bytes());
        record(WHOLE, &[0xFE, 0xFF]);
        record(DATE, &[0xBC, 0x07, 5, 0, 17, 0, 0, 0]);
        assert_eq!(cache(&stream), "Ann\n4111111111111111\n-2\n1980-05-17\n");
    }
}
