//! Whether a text is a table, which bytes separate and quote its cells, and whether its first row names the columns.
//!
//! Judges the first bytes only. A value must never pass for a column's name: names are printed.

use std::collections::HashSet;

/// How a table is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Between cells.
    pub(super) delimiter: u8,
    /// Around cells.
    pub(super) quote: u8,
    /// Bytes of text before the first row (`sep=;`).
    pub(super) start: usize,
    /// The names of the columns; empty when the first row is data.
    pub(super) header: Vec<String>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: b',', quote: b'"', start: 0, header: Vec::new() }
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
const ROWS: usize = 64;
/// Longest name of a column, in characters: questions of a survey are names too.
const LONGEST_NAME: usize = 200;
/// Words in names of columns: a first row that has one is a header even above rows of words only.
#[rustfmt::skip]
const USUAL: &[&str] = &[
    "id", "name", "email", "mail", "phone", "tel", "mobile", "address", "street", "city", "zip", "postcode", "country", "state",
    "date", "dob", "birth", "birthday", "first", "last", "surname", "user", "username", "password", "account", "iban", "card", "number", "no",
    "ssn", "type", "status", "amount", "price", "description", "comment", "value", "key", "title", "company", "vorname", "nachname",
    "strasse", "ort", "plz", "telefon", "nom", "prenom", "adresse", "ville", "nombre", "apellido", "direccion", "ciudad",
];

type Row = Vec<Vec<u8>>;

/// The dialect of a table by the first bytes of its text, or none where it is not sure to be one. `whole`: the text is
/// all there is. `extension`: in lower case.
pub(super) fn sniff(text: &[u8], whole: bool, extension: &str) -> Option<Dialect> {
    if let Some((delimiter, start)) = declared(text) {
        return named(&text[start..], whole, &[delimiter]).map(|found| Dialect { start, ..found });
    }
    match extension {
        "csv" | "txt.csv" => named(text, whole, &DELIMITERS),
        "tsv" | "tab" => named(text, whole, b"\t,;|"),
        "psv" => named(text, whole, b"|,;\t"),
        _ => DELIMITERS.iter().find_map(|delimiter| unnamed(text, whole, *delimiter)),
    }
}

/// The delimiter that a first line `sep=;` declares, and the length of that line.
fn declared(text: &[u8]) -> Option<(u8, usize)> {
    let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, rest @ ..] = text else { return None };
    let end = match rest {
        [b'\r', b'\n', ..] => 7,
        [b'\r' | b'\n', ..] => 6,
        _ => return None,
    };
    (!delimiter.is_ascii_alphanumeric() && *delimiter != b'"').then_some((*delimiter, end))
}

/// A table by its name: most rows have the same number of cells. Of the delimiters that fit equally well, the first.
fn named(text: &[u8], whole: bool, delimiters: &[u8]) -> Option<Dialect> {
    let mut best: Option<(usize, Vec<Row>, u8, u8)> = None;
    let quote = quote(text);
    for &delimiter in delimiters {
        let rows: Vec<Row> = Rows { text, delimiter, quote, whole }.filter(|row| !is_blank(row)).take(ROWS).collect();
        let count = |width: usize| rows.iter().filter(|row| row.len() == width).count();
        let Some(width) = rows.iter().map(Vec::len).filter(|w| *w > 1).max_by_key(|w| count(*w)) else { continue };
        let score = count(width) * 100 / rows.len();
        if score >= 60 && best.as_ref().is_none_or(|(other, ..)| score > *other) {
            best = Some((score, rows, delimiter, quote));
        }
    }
    let Some((_, rows, delimiter, quote)) = best else { return column(text, whole, delimiters[0], quote) };
    let header = rows.first().filter(|row| is_header(row)).map(names).unwrap_or_default();
    // A blank line before the header is row 1, and then row 1 names nothing.
    let first = Rows { text, delimiter, quote, whole }.next()?;
    let header = if is_blank(&first) { Vec::new() } else { header };
    Some(Dialect { delimiter, quote, start: 0, header })
}

/// A table of one column, which only its name and its header can tell.
fn column(text: &[u8], whole: bool, delimiter: u8, quote: u8) -> Option<Dialect> {
    let mut rows = Rows { text, delimiter, quote, whole };
    let header = rows.next().filter(|row| is_header(row) && is_convincing(row))?;
    rows.next()?;
    Some(Dialect { delimiter, quote, start: 0, header: names(&header) })
}

/// A table by its content alone: all rows have the same number of cells, and the first can only be a header.
fn unnamed(text: &[u8], whole: bool, delimiter: u8) -> Option<Dialect> {
    let mut rows = Rows { text, delimiter, quote: b'"', whole };
    let header = rows.next().filter(|row| row.len() > 1 && is_header(row) && is_convincing(row))?;
    let mut data: Vec<Row> = Vec::new();
    while let Some(row) = rows.next().filter(|_| data.len() < ROWS) {
        if row.len() != header.len() && !(is_blank(&row) && rows.text.is_empty()) {
            return None;
        }
        if row.iter().all(|cell| !cell.is_empty() && cell.iter().all(|b| b"-=: ".contains(b))) {
            return None;
        }
        data.push(row);
    }
    data.retain(|row| !is_blank(row));
    let usual = header.iter().any(|cell| words(cell).any(|word| USUAL.contains(&word.as_str())));
    let evident =
        (0..header.len()).any(|column| is_data_column(&header[column], data.iter().filter_map(|row| row.get(column))));
    let spaced = data.iter().flat_map(|row| row.iter().skip(1)).filter(|cell| cell.first() == Some(&b' ')).count();
    let enough = data.len() > 1 || (data.len() == 1 && header.len() > 2 && usual);
    (enough && (usual || evident) && spaced * 2 <= data.len()).then(|| Dialect {
        delimiter,
        quote: b'"',
        start: 0,
        header: names(&header),
    })
}

/// Whether nearly all cells under a name without digits have digits or are addresses.
fn is_data_column<'a>(name: &[u8], cells: impl Iterator<Item = &'a Vec<u8>>) -> bool {
    let (mut all, mut data) = (0, 0);
    for cell in cells {
        all += 1;
        data += usize::from(cell.iter().any(|b| b.is_ascii_digit() || *b == b'@'));
    }
    !name.iter().any(u8::is_ascii_digit) && data * 10 >= all * 8
}

fn words(cell: &[u8]) -> impl Iterator<Item = String> {
    let cell = String::from_utf8_lossy(cell).to_lowercase();
    cell.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn is_blank(row: &Row) -> bool {
    row.len() == 1 && row[0].trim_ascii().is_empty()
}

/// See [`super::header_names`].
pub(super) fn header_names(row: &[Vec<u8>], is_column: bool) -> Option<Vec<String>> {
    let row = row.to_vec();
    (is_header(&row) && (!is_column || is_convincing(&row))).then(|| names(&row))
}

/// Whether no cell of a row looks like data, so that it may name columns.
fn is_header(row: &Row) -> bool {
    let empty = row.iter().filter(|cell| cell.trim_ascii().is_empty()).count();
    empty * 2 < row.len() && !row.iter().any(|cell| is_data(cell))
}

fn is_data(cell: &[u8]) -> bool {
    let digits = cell.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = cell.iter().filter(|b| b.is_ascii_alphabetic() || !b.is_ascii()).count();
    let run = cell.split(|b| !b.is_ascii_digit()).map(<[u8]>::len).max().unwrap_or(0);
    // Random tokens: long, letters and digits mixed, nothing between words.
    let token = cell.len() >= 16 && digits > 1 && letters > 1 && !cell.iter().any(|b| b"_-. ".contains(b));
    String::from_utf8_lossy(cell).chars().count() > LONGEST_NAME
        || (run >= 4 && !is_year(cell))
        || digits >= 7
        || cell.contains(&b'@')
        || (digits > 0 && letters == 0 && !is_year(cell))
        || token
}

/// A year, as the name of a column of figures.
fn is_year(cell: &[u8]) -> bool {
    cell.len() == 4 && (cell.starts_with(b"19") || cell.starts_with(b"20")) && cell.iter().all(u8::is_ascii_digit)
}

/// Whether a row reads like names of columns, rather than prose, code or settings.
fn is_convincing(row: &Row) -> bool {
    let name = |cell: &Vec<u8>| {
        cell.first().is_some_and(|b| b.is_ascii_alphabetic() || !b.is_ascii() || *b == b'_' || *b == b'#')
            && cell.iter().all(|b| b.is_ascii_alphanumeric() || !b.is_ascii() || b"_-. ()/#%&'".contains(b))
            && !cell.ends_with(b".")
            && cell.split(|b| *b == b' ').count() <= 4
    };
    let mut seen = HashSet::new();
    row.iter().all(|cell| name(cell) && seen.insert(cell.to_ascii_lowercase()))
}

fn names(row: &Row) -> Vec<String> {
    row.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
}

/// The quote: an apostrophe where it stands around cells in several lines and no quotation mark does.
fn quote(text: &[u8]) -> u8 {
    let edges = |mark: u8| {
        let quoted = |line: &&[u8]| {
            line.trim_ascii().len() > 1 && line.first() == Some(&mark) && line.trim_ascii_end().last() == Some(&mark)
        };
        text.split(|b| *b == b'\n' || *b == b'\r').take(20).filter(quoted).count()
    };
    if !text.contains(&b'"') && edges(b'\'') > 1 { b'\'' } else { b'"' }
}

/// The rows of a piece of text, unquoted, as long as they are whole.
struct Rows<'a> {
    text: &'a [u8],
    delimiter: u8,
    quote: u8,
    whole: bool,
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let mut row = vec![Vec::new()];
        let (mut quoted, mut at) = (false, 0);
        if self.text.is_empty() {
            return None;
        }
        while let Some(&byte) = self.text.get(at) {
            at += 1;
            let cell = row.last_mut()?;
            if byte == self.quote && quoted && self.text.get(at) == Some(&byte) {
                cell.push(byte);
                at += 1;
            } else if byte == self.quote && (quoted || cell.trim_ascii().is_empty()) {
                if !quoted {
                    cell.clear();
                }
                quoted = !quoted;
            } else if quoted {
                cell.push(byte);
            } else if byte == self.delimiter {
                row.push(Vec::new());
            } else if byte == b'\n' || byte == b'\r' {
                at += usize::from(byte == b'\r' && self.text.get(at) == Some(&b'\n'));
                self.text = &self.text[at..];
                return Some(row);
            } else {
                cell.push(byte);
            }
        }
        self.text = &[];
        // The end of the head cuts a row, and so does a quote that never closes.
        (self.whole && !quoted).then_some(row)
    }
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
