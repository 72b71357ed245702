//! The first places of a detection in words, padded so that masks and keywords stand in columns.

use crate::finding::Occurrence;
use crate::location::{Place, Position};
use crate::reports::columns::{COLUMNS, fit, width};
use crate::reports::json::column_letters;
use crate::reports::numbers::count;
use crate::reports::printable::shortened;

/// Places of one type in one object that are listed.
const MOST_PLACES: usize = 5;
/// Characters of a name, a path or a text that are shown.
const LONGEST_NAME: usize = 80;
/// Cells of a mask that are shown.
const LONGEST_MASK: usize = 24;
/// What a keyword is called, where there is room to say it.
const LABEL: &str = "keyword: ";
/// Cells that a keyword needs to be of use.
const LEAST_KEYWORD: usize = 8;
/// Cells that a place has, however much stands behind it.
const LEAST_PLACE: usize = 17;
/// Characters of matched text that are shown, when it is shown at all.
const LONGEST_TEXT: usize = 128;

/// One line of the list; all of it is safe to show.
pub(super) struct Row {
    /// Where.
    pub(super) place: String,
    /// Cells of the longest place.
    pub(super) place_width: usize,
    /// The mask, or the matched text when it was asked for.
    pub(super) text: String,
    /// Cells of the longest text.
    pub(super) text_width: usize,
    /// The keyword that was near, in words.
    pub(super) keyword: Option<String>,
}

/// The first few occurrences, in eighty columns: the place and the mask have their room first, the keyword what is left.
pub(super) fn rows(occurrences: &[Occurrence]) -> Vec<Row> {
    let mut rows: Vec<Row> = occurrences.iter().take(MOST_PLACES).map(row).collect();
    let widest = |cells: fn(&Row) -> usize| rows.iter().map(cells).max().unwrap_or_default();
    let text_width = widest(|row| width(&row.text));
    // Four blanks before, and two between each.
    let room = COLUMNS.saturating_sub(4 + 2 + text_width);
    let place_width = widest(|row| width(&row.place)).min(room.max(LEAST_PLACE));
    let left = room.saturating_sub(place_width + 2);
    let named = widest(|row| row.keyword.as_deref().map_or(0, |keyword| width(keyword) + LABEL.len() + 2));
    for row in &mut rows {
        row.place = fit(&row.place, place_width);
        (row.place_width, row.text_width) = (place_width, text_width);
        row.keyword = row.keyword.take().and_then(|keyword| match left {
            left if named <= left => Some(format!("({LABEL}{keyword})")),
            0..LEAST_KEYWORD => None,
            left => Some(format!("({})", fit(&keyword, left - 2))),
        });
    }
    rows
}

fn row(occurrence: &Occurrence) -> Row {
    let (text, longest) = match &occurrence.revealed {
        Some(text) => (text, LONGEST_TEXT),
        None => (&occurrence.masked, LONGEST_MASK),
    };
    Row {
        place: place(&occurrence.place, &occurrence.position),
        place_width: 0,
        text: fit(&shortened(text, LONGEST_TEXT).to_string(), longest),
        text_width: 0,
        keyword: occurrence.keyword.as_ref().map(|keyword| shortened(keyword, LONGEST_NAME).to_string()),
    }
}

/// Where, in words.
pub(in crate::reports) fn place(place: &Place, position: &Position) -> String {
    match place {
        Place::Lines => lines(position),
        Place::Cell { sheet, row, column, column_name } => {
            let sheet = sheet.as_ref().map(|s| format!("{}!", shortened(s, LONGEST_NAME))).unwrap_or_default();
            let name = column_name.as_ref().map(|n| format!(" \"{}\"", shortened(n, LONGEST_NAME))).unwrap_or_default();
            format!("cell {sheet}{}{row}{name}", column_letters(*column))
        }
        Place::Page { number } => format!("page {}", count(*number)),
        Place::Record { index, json_path } => record(*index, json_path.as_deref(), position.line),
    }
}

fn lines(position: &Position) -> String {
    let (line, end) = (count(position.line), position.end_line);
    match (position.column, end > position.line) {
        (0, _) if position.line == 0 => "somewhere in it".to_owned(),
        (column, false) => format!("line {line}, column {}", count(column)),
        (column, true) => format!("lines {line}-{}, column {}", count(end), count(column)),
    }
}

/// Record 0 is the only one of a JSON document: with a line there is no need to name it.
fn record(index: u64, json_path: Option<&str>, line: u64) -> String {
    let number = match (index, line) {
        (0, 1..) => format!("line {}", count(line)),
        (_, 1..) => format!("record {}, line {}", count(index), count(line)),
        (_, 0) => format!("record {}", count(index)),
    };
    match json_path {
        Some(path) => format!("{} ({number})", shortened(path, LONGEST_NAME)),
        None => number,
    }
}

#[cfg(test)]
mod tests {
    use super::place;
    use crate::location::{Place, Position};

    #[test]
    fn places_are_said_in_words() {
        let at = |line, end_line, column| Position { line, end_line, column, offset: 0, length: 1 };
        let record = |index| Place::Record { index, json_path: Some("$.a.b".to_owned()) };
        assert_eq!(place(&Place::Lines, &at(1_200, 1_200, 5)), "line 1,200, column 5");
        assert_eq!(place(&Place::Lines, &at(7, 8, 9)), "lines 7-8, column 9");
        assert_eq!(place(&Place::Page { number: 3 }, &at(0, 0, 0)), "page 3");
        assert_eq!(place(&record(3), &at(0, 0, 0)), "$.a.b (record 3)");
        assert_eq!(place(&record(3), &at(4, 4, 1)), "$.a.b (record 3, line 4)");
        assert_eq!(place(&record(0), &at(4, 4, 1)), "$.a.b (line 4)");
        assert_eq!(place(&Place::Record { index: 2, json_path: None }, &at(0, 0, 0)), "record 2");
    }

    #[test]
    fn names_in_places_are_escaped() {
        let cell = Place::Cell {
            sheet: Some("S\u{1b}".to_owned()),
            row: 5,
            column: 28,
            column_name: Some("a\u{202e}\nb".to_owned()),
        };
        assert_eq!(place(&cell, &Position::default()), r#"cell S\x1b!AB5 "a\u{202e}\nb""#);
    }
}
