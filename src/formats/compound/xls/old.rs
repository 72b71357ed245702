//! Workbooks of Excel 2 to 4: the records that only they have, or have in another form than Excel 5.
//!
//! Source: the forerunners of [MS-XLS], as OpenOffice.org documented them. What is the same is read in [`super`].

use super::super::bytes::{f64_at, u16_at};
use super::biff::{self, Raw};
use super::{Workbook, asides, body, kind};
use crate::formats::numbers::NumberFormat;

const WHOLE: u16 = 0x0002;
const NUMBER: u16 = 0x0003;
const LABEL: u16 = 0x0004;
const STRING: u16 = 0x0007;
const FORMAT: u16 = 0x001E;
const SHEET_HEADER: u16 = 0x008F;
const FORMULA_3: u16 = 0x0206;
const FORMULA_4: u16 = 0x0406;
const EXTENDED_FORMAT_3: u16 = 0x0243;
const EXTENDED_FORMAT_4: u16 = 0x0443;

/// The record that begins a stream, for each version that has one of its own, and how long it is at least.
const BEGINS: [(u16, u16); 4] = [(FIRST, 4), (0x0209, 6), (0x0409, 6), (kind::BEGIN, 8)];
const FIRST: u16 = 0x0009;
/// Longest in any version.
const LONGEST: u16 = 16;
/// What a stream holds: several parts, a sheet, a chart, macros, a workbook.
const PARTS: [u16; 5] = [0x0005, 0x0010, 0x0020, 0x0040, 0x0100];

/// How old a workbook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// Excel 2.
    First,
    /// Excel 3 and 4.
    Old,
    /// Since Excel 5.
    Known,
}

impl Age {
    /// By the first record's kind.
    pub(super) fn of(begin: u16) -> Self {
        match begin {
            FIRST => Self::First,
            kind::BEGIN => Self::Known,
            begin if BEGINS.iter().any(|(kind, _)| *kind == begin) => Self::Old,
            _ => Self::Known,
        }
    }
}

/// Whether a file begins as a workbook that is its stream alone.
pub(in super::super) fn is_bare(head: &[u8]) -> bool {
    let (begin, length) = (u16_at(head, 0), u16_at(head, 2));
    let is_begin = BEGINS.iter().any(|(kind, least)| begin == *kind && (*least..=LONGEST).contains(&length));
    is_begin && PARTS.contains(&u16_at(head, 6))
}

/// A code page by its number; Excel had two of its own.
pub(super) fn code_page(number: u16) -> u16 {
    match number {
        0x8000 => 10_000,
        0x8001 => 1252,
        number => number,
    }
}

impl Workbook {
    /// A record that tells how cells look; whether it is one.
    pub(super) fn old_global(&mut self, kind: u16, body: &[u8]) -> bool {
        match kind {
            // They are numbered in their order.
            FORMAT | kind::FORMAT => {
                let at = if kind == kind::FORMAT { 2 } else { 0 };
                let number = u16::try_from(self.patterns.len()).unwrap_or(u16::MAX);
                let code = biff::string(body, at, true, self.code_page);
                self.patterns.insert(number, NumberFormat::parse(&code));
            }
            EXTENDED_FORMAT_3 | EXTENDED_FORMAT_4 => {
                self.formats.push(u16::from(body.get(1).copied().unwrap_or(0)));
            }
            _ => return false,
        }
        true
    }

    /// A record with a cell; whether it is one.
    pub(super) fn old_record(&mut self, stream: &[u8], raw: &Raw) -> bool {
        let body = body(stream, raw);
        let (row, column) = (u16_at(body, 0), u16_at(body, 2));
        match raw.kind {
            SHEET_HEADER => {
                let name = biff::string(body, 4, true, self.code_page);
                self.end_row();
                self.put_aside(&name);
                self.names.push(name);
            }
            FORMULA_3 | FORMULA_4 => self.formula(row, column, body, asides::OLD_FORMULA_AT),
            kind if self.age == Age::First => return self.first_record(kind, body),
            _ => return false,
        }
        true
    }

    /// A cell of Excel 2: three bytes tell how it looks, so all that follows stands one byte later.
    fn first_record(&mut self, kind: u16, body: &[u8]) -> bool {
        let (row, column) = (u16_at(body, 0), u16_at(body, 2));
        // The number of the cell's format is in six bits of the second.
        let format = u16::from(body.get(5).copied().unwrap_or(0) & 0x3F);
        match kind {
            WHOLE => self.show(row, column, format, f64::from(u16_at(body, 7))),
            NUMBER => self.show(row, column, format, f64_at(body, 7)),
            LABEL => self.cell(row, column, biff::string(body, 7, true, self.code_page), true),
            STRING => {
                if let Some((row, column)) = self.awaited.take() {
                    self.cell(row, column, biff::string(body, 0, true, self.code_page), true);
                }
            }
            kind::FORMULA => {
                self.literals(row, column, body, asides::FIRST_FORMULA_AT);
                if u16_at(body, 13) == 0xFFFF {
                    self.awaited = Some((row, column));
                } else {
                    self.show(row, column, format, f64_at(body, 7));
                }
            }
            _ => return false,
        }
        true
    }
}
