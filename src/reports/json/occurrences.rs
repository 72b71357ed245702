//! Occurrences in Macie's five arrays, and what we say beyond them.

use crate::finding::Occurrence;
use crate::location::Place;
use serde::Serialize;
use std::borrow::Cow;

/// Macie's arrays; those that do not apply are null.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Occurrences<'a> {
    cells: Option<Vec<Cell<'a>>>,
    line_ranges: Option<Vec<LineRange>>,
    offset_ranges: Option<Vec<LineRange>>,
    pages: Option<Vec<Page>>,
    records: Option<Vec<Record<'a>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the contract's names")]
struct Cell<'a> {
    row: Option<u64>,
    column: Option<u64>,
    column_name: Option<&'a str>,
    cell_reference: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineRange {
    start: Option<u64>,
    end: Option<u64>,
    start_column: Option<u64>,
}

/// Macie reserves the two ranges.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the contract's names")]
struct Page {
    page_number: Option<u64>,
    line_range: Option<LineRange>,
    offset_range: Option<LineRange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    json_path: Option<Cow<'a, str>>,
    record_index: u64,
}

/// How a format writes a `JSONPath`: whole, or shortened.
pub(crate) type PathStyle = fn(&str) -> Option<Cow<'_, str>>;

impl<'a> Occurrences<'a> {
    /// Sorts occurrences into the arrays.
    pub(crate) fn of(occurrences: &'a [Occurrence], path_style: PathStyle) -> Self {
        let mut all = Self::default();
        for occurrence in occurrences {
            match &occurrence.place {
                Place::Lines => all.line_ranges.get_or_insert_default().push(LineRange::of(occurrence)),
                Place::Cell { sheet, row, column, column_name } => {
                    all.cells.get_or_insert_default().push(Cell {
                        row: known(*row),
                        column: known(*column),
                        column_name: column_name.as_deref(),
                        cell_reference: sheet.as_ref().map(|s| format!("{s}!{}{row}", column_letters(*column))),
                    });
                }
                Place::Page { number } => {
                    let page = Page { page_number: known(*number), line_range: None, offset_range: None };
                    all.pages.get_or_insert_default().push(page);
                }
                Place::Record { index, json_path } => {
                    let json_path = json_path.as_deref().and_then(path_style);
                    all.records.get_or_insert_default().push(Record { json_path, record_index: *index });
                }
            }
        }
        all
    }
}

impl LineRange {
    fn of(occurrence: &Occurrence) -> Self {
        let position = &occurrence.position;
        Self {
            start: known(position.line),
            end: known(position.end_line.max(position.line)),
            start_column: known(position.column),
        }
    }
}

/// Which of the arrays a place is in.
fn kind(place: &Place) -> &'static str {
    match place {
        Place::Lines => "lineRanges",
        Place::Cell { .. } => "cells",
        Place::Page { .. } => "pages",
        Place::Record { .. } => "records",
    }
}

/// Numbers that count from 1 are 0 where a format cannot say (a page has no lines).
fn known(number: u64) -> Option<u64> {
    (number > 0).then_some(number)
}

/// A workbook's name for a column from 1: A to Z, AA to ZZ, and so on.
pub(crate) fn column_letters(column: u64) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        rest -= 1;
        letters.push((b'A' + (rest % 26) as u8) as char);
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// One occurrence, exact to the character. Line, column, offset and length are null where the format cannot say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Match<'a> {
    /// Only where the places of one list are of several kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'static str>,
    line: Option<u64>,
    /// Only where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u64>,
    column: Option<u64>,
    offset: Option<u64>,
    length: Option<u64>,
    masked: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    keyword: Option<&'a str>,
    confidence: &'static str,
    fingerprint: &'a str,
}

impl<'a> Match<'a> {
    /// A row for each occurrence, in their order.
    pub(crate) fn all(occurrences: &'a [Occurrence]) -> Vec<Self> {
        let mut kinds = occurrences.iter().map(|occurrence| kind(&occurrence.place));
        let first = kinds.next();
        let mixed = kinds.any(|kind| Some(kind) != first);
        let row =
            |occurrence: &'a Occurrence| Self { place: mixed.then(|| kind(&occurrence.place)), ..Self::of(occurrence) };
        occurrences.iter().map(row).collect()
    }

    /// All that is known of an occurrence.
    fn of(occurrence: &'a Occurrence) -> Self {
        let position = &occurrence.position;
        let length = known(position.length);
        Self {
            place: None,
            line: known(position.line),
            end_line: (position.end_line != position.line).then_some(position.end_line),
            column: known(position.column),
            offset: length.map(|_| position.offset),
            length,
            masked: &occurrence.masked,
            value: occurrence.revealed.as_deref(),
            keyword: occurrence.keyword.as_deref(),
            confidence: occurrence.confidence.word(),
            fingerprint: &occurrence.fingerprint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::column_letters;

    #[test]
    fn columns_are_named_as_in_a_workbook() {
        let cases = [
            (1, "A"),
            (3, "C"),
            (26, "Z"),
            (27, "AA"),
            (52, "AZ"),
            (53, "BA"),
            (702, "ZZ"),
            (703, "AAA"),
            (16_384, "XFD"),
        ];
        for (number, letters) in cases {
            assert_eq!(column_letters(number), letters);
        }
        assert_eq!(column_letters(0), "");
        assert!(!column_letters(u64::MAX).is_empty());
    }
}
