//! CSV and TSV: tables in text. Each cell is a value under its column's name.
//!
//! When in doubt a file is no table: in a text, keywords count wherever they stand; in a table only in the cell and
//! over it.

mod cells;
mod header;
mod rows;
mod sniff;

use super::{Content, Format, PlaceKind, ReadError, Sink};
use crate::decode::{Decoded, Encoding, head_text};
use cells::Table;
use sniff::{Dialect, sniff};

/// Tables whose cells are separated by commas, semicolons or bars.
pub static CSV: Csv = Csv { tabs: false };
/// Tables whose cells are separated by tabs. The same format: it has a media type of its own.
pub static TSV: Csv = Csv { tabs: true };

/// See [`CSV`] and [`TSV`].
#[derive(Debug)]
pub struct Csv {
    tabs: bool,
}

impl Format for Csv {
    fn name(&self) -> &'static str {
        if self.tabs { "tsv" } else { "csv" }
    }

    fn media_type(&self) -> &'static str {
        if self.tabs { "text/tab-separated-values" } else { "text/csv" }
    }

    fn place(&self) -> PlaceKind {
        PlaceKind::Cell
    }

    fn extensions(&self) -> &'static [&'static str] {
        if self.tabs { &["tsv", "tab"] } else { &["csv", "psv"] }
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        if !super::text::TEXT.recognizes(content) {
            return false;
        }
        content.once(delimiter).is_some_and(|delimiter| (delimiter == b'\t') == self.tabs)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let encoding = content.encoding();
        let dialect = dialect(content, encoding)
            .or_else(|| dialect(content, content.encoding_wide()).map(Dialect::without_header))
            .unwrap_or_default();
        let _ = sink.text(&mut Table::new(Decoded::new(content, encoding), dialect))?;
        Ok(())
    }
}

/// What separates the cells of a table. Delimiters, quotes and line breaks are ASCII: the older encodings need not be told
/// apart for them.
fn delimiter(content: &Content<'_>) -> Option<u8> {
    dialect(content, content.encoding_wide()).map(|dialect| dialect.delimiter)
}

fn dialect(content: &Content<'_>, encoding: Encoding) -> Option<Dialect> {
    sniff(&head_text(content.head(), encoding), content.is_whole(), &content.extension())
}

/// The names that a row gives the columns of a table, if it is a header. `is_column`: the table has one column only, so
/// that the row must read like a name.
pub(super) fn header_names(row: &[Vec<u8>], is_column: bool) -> Option<Vec<String>> {
    let row = row.to_vec();
    header::names(&row, &[]).filter(|_| !is_column || header::is_convincing(&row))
}

#[cfg(test)]
pub(crate) mod tests;
