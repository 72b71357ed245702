//! Where in an artifact an occurrence stands. Macie's kinds of place, and a position that is exact to the character.
//!
//! Plain data: how a place is found is the business of the text source that gave the text.

/// An exact position in the artifact's own bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// Line of the first character, from 1. CRLF, LF and a lone CR each end a line.
    pub line: u64,
    /// Line of the last character, from 1.
    pub end_line: u64,
    /// Column of the first character on its line, in characters, from 1.
    pub column: u64,
    /// Byte offset of the first character in the artifact as stored (after decompression, before decoding), from 0.
    pub offset: u64,
    /// Length in bytes in the artifact as stored.
    pub length: u64,
}

/// Some lines of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines(Vec<(u64, u64)>);

impl Lines {
    /// From ranges of lines, first and last, from 1 and in order.
    pub fn new(ranges: Vec<(u64, u64)>) -> Self {
        Self(ranges)
    }

    /// Whether what stands at a position is on one of them. What has no line is on all.
    pub fn hold(&self, position: &Position) -> bool {
        if position.line == 0 {
            return true;
        }
        let next = self.0.partition_point(|(_, last)| *last < position.line);
        self.0.get(next).is_some_and(|(first, _)| *first <= position.end_line.max(position.line))
    }
}

/// The kind of place, with Macie's meaning of each field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Place {
    /// A range of lines of a text: the position says which.
    Lines,
    /// A cell of a table.
    Cell {
        /// The sheet of a workbook; none for CSV and TSV.
        sheet: Option<String>,
        /// Row from 1; the header is row 1.
        row: u64,
        /// Column from 1.
        column: u64,
        /// The name that the header gives the column; none where there is no header.
        column_name: Option<String>,
    },
    /// A page of a document.
    Page {
        /// Page from 1.
        number: u64,
    },
    /// A field of a record.
    Record {
        /// Record from 0 (the line for JSON Lines; 0 for one JSON document).
        index: u64,
        /// `JSONPath` to the field; none when an element name on the path holds sensitive data.
        json_path: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::{Lines, Position};

    #[test]
    fn a_match_is_on_a_line_when_any_part_of_it_is() {
        let lines = Lines::new(vec![(3, 4), (7, 7)]);
        let held = |line, end_line| lines.hold(&Position { line, end_line, ..Position::default() });
        assert!(!held(1, 2) && held(2, 3) && held(3, 3) && held(4, 6) && !held(5, 6) && held(5, 9) && !held(8, 8));
        assert!(held(0, 0), "a page has no line");
        assert!(!Lines::default().hold(&Position { line: 1, end_line: 1, ..Position::default() }));
    }
}
