//! Whether a text is a table, which bytes separate and quote its cells, and which of its first rows names the columns.
//!
//! Judges the first bytes only. What stands above the header (a title, a comment) is no row of the table, but counts as one.

use super::header::{is_convincing, is_data, is_evident, is_title, names};
use super::rows::{Placed, Row, Rows, is_blank, placed, quote};

/// How a table is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Between cells.
    pub(super) delimiter: u8,
    /// Around cells.
    pub(super) quote: u8,
    /// Bytes of text before the first row of the table (`sep=;`, titles, comments, blank lines).
    pub(super) start: usize,
    /// Rows of the file in them.
    pub(super) above: u64,
    /// The names of the columns; empty when the first row is data.
    pub(super) header: Vec<String>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: b',', quote: b'"', start: 0, above: 0, header: Vec::new() }
    }
}

impl Dialect {
    /// The same, with a first row of data.
    pub(super) fn without_header(self) -> Self {
        Self { header: Vec::new(), ..self }
    }
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at.
const ROWS: usize = 84;
/// Rows above a header, at most.
const ABOVE: usize = 20;

/// The dialect of a table by the first bytes of its text, or none where it is not sure to be one. `whole`: the text is
/// all there is. `extension`: in lower case.
pub(super) fn sniff(text: &[u8], whole: bool, extension: &str) -> Option<Dialect> {
    if let Some((delimiter, start)) = declared(text) {
        let found = named(&text[start..], whole, &[delimiter]);
        // Excel shows the line to nobody: the row behind it is the first.
        return found.map(|found| Dialect { start: start + found.start, ..found });
    }
    match extension {
        "csv" | "txt.csv" => named(text, whole, &DELIMITERS),
        "tsv" | "tab" => named(text, whole, b"\t,;|"),
        "psv" => named(text, whole, b"|,;\t"),
        _ => {
            let line = first_line(text);
            let may_part = |delimiter: &&u8| line.is_none_or(|line| memchr::memchr2(**delimiter, b'"', line).is_some());
            DELIMITERS.iter().filter(may_part).find_map(|delimiter| unnamed(text, whole, *delimiter))
        }
    }
}

/// The delimiter that a first line `sep=;` declares (blank lines before it aside), and the bytes up to the next line.
fn declared(text: &[u8]) -> Option<(u8, usize)> {
    let blank = text.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
    let quotes = usize::from(text.get(blank) == Some(&b'"'));
    let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, rest @ ..] = &text[blank + quotes..] else {
        return None;
    };
    let rest = if quotes == 1 { rest.strip_prefix(b"\"")? } else { rest };
    let end = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    (!delimiter.is_ascii_alphanumeric() && *delimiter != b'"').then(|| (*delimiter, text.len() - rest.len() + end))
}

/// A table by its name: most rows have the same number of cells. Of the delimiters that fit equally well, the first.
fn named(text: &[u8], whole: bool, delimiters: &[u8]) -> Option<Dialect> {
    let quote = quote(text);
    let mut best: Option<(usize, usize, Vec<Placed>, u8)> = None;
    for &delimiter in delimiters {
        let rows = placed(text, delimiter, quote, whole, ROWS);
        let Some((score, width)) = score(&rows) else { continue };
        if score >= 60 && best.as_ref().is_none_or(|(other, ..)| score > *other) {
            best = Some((score, width, rows, delimiter));
        }
    }
    let Some((_, width, rows, delimiter)) = best else { return column(text, whole, delimiters[0], quote) };
    let dialect = Dialect { delimiter, quote, ..Dialect::default() };
    Some(match header(&rows, width) {
        Some((at, header)) => Dialect { start: rows[at].start, above: rows[at].above, header, ..dialect },
        None => dialect,
    })
}

/// The most usual number of cells, and how many of a hundred rows have it. Rows above what may be a header do not count.
fn score(rows: &[Placed]) -> Option<(usize, usize)> {
    let rows: Vec<&Row> = rows.iter().filter(|placed| !placed.is_comment).map(|placed| &placed.row).collect();
    let count = |width: usize| rows.iter().filter(|row| row.len() == width).count();
    let width = rows.iter().map(|row| row.len()).filter(|w| *w > 1).max_by_key(|w| count(*w))?;
    let first = rows.iter().position(|row| row.len() == width && !is_title(row))?;
    let is_table = first <= ABOVE && count(width) > 1 && is_convincing(rows[first]);
    let above = if is_table { first } else { 0 };
    Some((count(width) * 100 / (rows.len() - above), width))
}

/// Which row names the columns of a table of so many, and the names.
fn header(rows: &[Placed], width: usize) -> Option<(usize, Vec<String>)> {
    let below = |at: usize| rows[at + 1..].iter().map(|placed| &placed.row).collect::<Vec<_>>();
    let told = |at: usize| names(&rows[at].row, &below(at)).map(|names| (at, names));
    let full = |at: &usize| rows[*at].row.len() == width && !is_title(&rows[*at].row) && !rows[*at].is_comment;
    let first_full = (0..rows.len().min(ABOVE)).find(full);
    if let Some(found) = first_full.and_then(told) {
        return Some(found);
    }
    // Pairs of words and values may look like rows of the table; then a blank line follows them.
    let apart = |at: &usize| *at > 0 && full(at) && rows[*at].above > rows[*at - 1].above + 1;
    let is_sure = |at: &usize| is_convincing(&rows[*at].row) && is_evident(&rows[*at].row, &below(*at)).0;
    if let Some(found) = (0..rows.len().min(ABOVE)).filter(apart).find(is_sure).and_then(told) {
        return Some(found);
    }
    let first = first_full.unwrap_or(rows.len());
    // A comment may be the header, and rows may be longer or shorter than it.
    let is_near = |at: &usize| {
        let row = &rows[*at].row;
        !is_title(row) && row.len().abs_diff(width) <= usize::from(!rows[*at].is_comment) && is_convincing(row)
    };
    (0..first.min(ABOVE)).rev().find(is_near).and_then(told)
}

/// A table of one column, or with rows of all lengths, which only its name and its header can tell.
fn column(text: &[u8], whole: bool, delimiter: u8, quote: u8) -> Option<Dialect> {
    let mut rows = placed(text, delimiter, quote, whole, ROWS);
    rows.retain(|placed| !placed.is_comment);
    let is_value = |placed: &Placed| placed.row.iter().any(|cell| is_data(cell));
    let first = rows.iter().position(is_value).filter(|first| {
        let values = rows[*first..].iter().filter(|placed| is_value(placed)).count();
        *first <= ABOVE && values * 10 >= (rows.len() - first) * 8
    });
    // Titles stand over the header, and the header right over the data, where the data can be told.
    let at = first.map_or(Some(0), |first| first.checked_sub(1))?;
    let Placed { start, above, row, .. } = rows.get(at)?;
    let below: Vec<&Row> = rows[at + 1..].iter().map(|placed| &placed.row).collect();
    if (below.is_empty() && whole) || !is_convincing(row) {
        return None;
    }
    Some(Dialect { delimiter, quote, start: *start, above: *above, header: names(row, &below)? })
}

/// The first line that says something and is no comment, if no quotation mark stands before it, which could begin a cell of
/// several lines.
fn first_line(text: &[u8]) -> Option<&[u8]> {
    let mut lines = text.split(|b| matches!(b, b'\n' | b'\r'));
    let says_nothing = |line: &&[u8]| line.trim_ascii().is_empty() || line.first() == Some(&b'#');
    let is_quoted = |line: &[u8]| memchr::memchr(b'"', line).is_some();
    loop {
        let line = lines.next()?;
        if !says_nothing(&line) {
            return Some(line);
        }
        if is_quoted(line) {
            return None;
        }
    }
}

/// A table by its content alone: all rows have the same number of cells, and the first can only be a header.
fn unnamed(text: &[u8], whole: bool, delimiter: u8) -> Option<Dialect> {
    let mut rows = Rows { text, delimiter, quote: b'"', whole };
    let (mut start, mut above) = (0, 0);
    let head = loop {
        let row = rows.next()?;
        if !is_blank(&row) && text.get(start) != Some(&b'#') {
            break row;
        }
        (start, above) = (text.len() - rows.text.len(), above + 1);
    };
    if head.len() < 2 || !is_convincing(&head) {
        return None;
    }
    let mut data: Vec<Row> = Vec::new();
    while let Some(row) = rows.next().filter(|_| data.len() < ROWS) {
        // Database clients count the rows at the end.
        let is_end = rows.text.trim_ascii().is_empty();
        let is_count = is_end && row.len() == 1 && row[0].starts_with(b"(") && row[0].trim_ascii().ends_with(b")");
        if row.len() != head.len() && !(is_blank(&row) && is_end) && !is_count {
            return None;
        }
        if row.iter().all(|cell| !cell.is_empty() && cell.iter().all(|b| b"-=: ".contains(b))) {
            return None;
        }
        if !is_count {
            data.push(row);
        }
    }
    data.retain(|row| !is_blank(row));
    let below: Vec<&Row> = data.iter().collect();
    let header = names(&head, &below)?;
    let (usual, evident) = is_evident(&head, &below);
    let spaced = data.iter().flat_map(|row| row.iter().skip(1)).filter(|cell| cell.first() == Some(&b' ')).count();
    // A first cell longer than what is seen of the text leaves no row.
    let unseen = data.is_empty() && !whole && rows.text.is_empty();
    let enough = data.len() > 1 || ((data.len() == 1 || unseen) && head.len() > 2 && usual);
    (enough && (usual || evident) && spaced * 2 <= data.len()).then_some(Dialect {
        delimiter,
        quote: b'"',
        start,
        above,
        header,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Option<Dialect> {
        sniff(text.as_bytes(), true, "")
    }

    fn header(text: &str) -> Vec<String> {
        sniff(text.as_bytes(), true, "csv").unwrap().header
    }

    #[test]
    fn tables_are_known_by_content() {
        let cases = [
            ("name,email,ssn\nAnn,a@example.com,536-90-4399\nBob,b@example.com,536-90-4398\n", b','),
            ("Name;Straße;PLZ\r\nMüller;Königsallee 5;40212\r\nMeier;\"Am Hof; 3\";40213\r\n", b';'),
            ("id\tvalue\n1\tx\n2\ty\n", b'\t'),
            ("id|first name|card\n7|Ann|4111\n8|\"Bo\nb\"|4112\n", b'|'),
            ("first_name,last_name,city\nAnn,Lee,Rome\n", b','),
        ];
        for (text, delimiter) in cases {
            assert_eq!(content(text).map(|d| d.delimiter), Some(delimiter), "{text}");
        }
    }

    #[test]
    fn what_is_no_table_is_left_to_text() {
        let cases = [
            "Dear John,\n\nI hope, as ever, that you are well.\nYours, Ann\n",
            "Roses are red, my love\nViolets are blue, my dear\nSugar is sweet, and so\n",
            "2024-01-01\tINFO\tstarted\n2024-01-01\tINFO\tstopped\n2024-01-01\tWARN\tx\n",
            "int a,b;\nint c,d;\nint e,f;\n",
            "let a = 1;\nlet b = 2;\nlet c = 3;\n",
            "import os, sys\nimport re, json\nimport io, csv\n",
            "[section]\nkey=1,2\nother=3,4\n",
            "hosts=a,b\nports=1,2\nusers=x,y\n",
            "name | ssn\n--- | ---\nAnn | 536-90-4399\n",
            "| name | ssn |\n|---|---|\n| Ann | 1 |\n",
            "Smith,John\nDoe,Jane\nLee,Ann\n",
            "a@example.com,536-90-4399\nb@example.com,536-90-4398\nc@example.com,536-90-4397\n",
            "{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n",
            "one\ntwo\nthree\n",
            "",
        ];
        for text in cases {
            assert_eq!(content(text), None, "{text}");
        }
    }

    #[test]
    fn a_first_row_of_data_names_nothing() {
        assert_eq!(header("name,ssn\nAnn,1\n"), ["name", "ssn"]);
        assert_eq!(header("\"full name\",\"e-mail\"\r\nAnn,1\r\n"), ["full name", "e-mail"]);
        for text in [
            "Ann,536-90-4399\nBob,536-90-4398\n",
            "a@example.com,Ann\nb@example.com,Bob\n",
            ",,x\na,b,c\n",
            "Ann,12/3/85\nBob,1/1/86\n",
        ] {
            assert!(header(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn names_and_declarations_help() {
        assert_eq!(sniff(b"sep=|\r\na|b\r\n1|2\r\n", true, "csv").map(|d| (d.delimiter, d.start)), Some((b'|', 7)));
        assert_eq!(sniff(b"Ann,Lee\nBob,Day,x\nCid,Fox\nDan,Kay\n", true, "csv").map(|d| d.delimiter), Some(b','));
        assert_eq!(sniff(b"a b\nc d\n", true, "csv").map(|d| d.header.len()), Some(1));
        assert_eq!(sniff(b"Dear Sir, this is a letter.\nYours\n", true, "csv"), None);
        assert_eq!(sniff(b"'a','b'\n'1','2'\n'3','x,y'\n", true, "csv").map(|d| d.quote), Some(b'\''));
        assert_eq!(sniff(b"name,ssn\nAnn", false, "csv").map(|d| d.header.len()), Some(2));
    }
}
