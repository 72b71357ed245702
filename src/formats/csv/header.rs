//! Whether a row names the columns. A value must never pass for a column's name: names are printed.

use super::rows::Row;
use std::collections::HashSet;

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

/// What a cell could be, were its row a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Name,
    /// A date or a small number: a column may be called so, but far more often it is data.
    Doubtful,
    /// Nothing but data.
    Data,
}

/// The names of the columns, if the row gives them; `below`: the rows that follow. What looks like data names nothing.
pub(super) fn names(row: &Row, below: &[&Row]) -> Option<Vec<String>> {
    let kind_of = |column: usize| match kind(&row[column]) {
        Kind::Doubtful if is_numbered(&row[column]) && !is_like_those_below(row, column, below) => Kind::Name,
        kind => kind,
    };
    let kinds: Vec<Kind> = (0..row.len()).map(kind_of).collect();
    let count = |kind: Kind| kinds.iter().filter(|k| **k == kind).count();
    let (blank, doubtful, name) = (count(Kind::Blank), count(Kind::Doubtful), count(Kind::Name));
    let usual = (0..row.len()).filter(|c| kinds[*c] == Kind::Name && is_usual_column(row, *c, below)).count();
    let half_blank = blank * 2 > row.len() || (blank * 2 == row.len() && usual == 0);
    if count(Kind::Data) > 0 || name == 0 || half_blank {
        return None;
    }
    if doubtful > 0 {
        let evident = (0..row.len()).any(|c| kinds[c] == Kind::Name && is_data_column(row, c, below));
        let alike = (0..row.len()).any(|c| kinds[c] == Kind::Doubtful && is_like_those_below(row, c, below));
        let sure = if alike { usual > 1 && usual * 2 >= name } else { usual > 0 || evident };
        if doubtful > name || !sure {
            return None;
        }
    }
    let named = |(cell, kind): (&Vec<u8>, &Kind)| match kind {
        Kind::Name => String::from_utf8_lossy(cell).trim().trim_start_matches('#').trim_start().to_owned(),
        _ => String::new(),
    };
    Some(row.iter().zip(&kinds).map(named).collect())
}

/// Whether a cell is data, whatever stands around it.
pub(super) fn is_data(cell: &[u8]) -> bool {
    matches!(kind(cell), Kind::Data | Kind::Doubtful)
}

/// Whether the first row can only be a header, by a usual name or by the data under a name.
pub(super) fn is_evident(row: &Row, below: &[&Row]) -> (bool, bool) {
    let columns = || 0..row.len();
    (columns().any(|c| is_usual(&row[c])), columns().any(|c| is_data_column(row, c, below)))
}

/// Whether a row reads like names of columns, rather than prose, code or settings.
pub(super) fn is_convincing(row: &Row) -> bool {
    let name = |cell: &Vec<u8>| {
        cell.first().is_some_and(|b| b.is_ascii_alphabetic() || !b.is_ascii() || *b == b'_' || *b == b'#')
            && cell.iter().all(|b| b.is_ascii_alphanumeric() || !b.is_ascii() || b"_-. ()/#%&'".contains(b))
            && !cell.ends_with(b".")
            && cell.split(|b| *b == b' ').count() <= 4
    };
    let mut seen = HashSet::new();
    let mut names = row.iter().filter(|cell| kind(cell) == Kind::Name).peekable();
    names.peek().is_some() && names.all(|cell| name(cell) && seen.insert(cell.to_ascii_lowercase()))
}

/// Whether a row is a title over a table: nothing but its first cell says anything.
pub(super) fn is_title(row: &Row) -> bool {
    row.iter().skip(1).all(|cell| cell.trim_ascii().is_empty())
}

fn kind(cell: &[u8]) -> Kind {
    if cell.trim_ascii().is_empty() {
        return Kind::Blank;
    }
    let digits = cell.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = cell.iter().filter(|b| b.is_ascii_alphabetic() || !b.is_ascii()).count();
    let runs = || cell.split(|b| !b.is_ascii_digit());
    let long = runs().any(|run| run.len() >= 4 && !is_year(run));
    // Random tokens: long, letters and digits mixed, nothing between words.
    let token = cell.len() >= 16 && digits > 1 && letters > 1 && !cell.iter().any(|b| b"_-. ".contains(b));
    if is_date(cell) {
        Kind::Doubtful
    } else if digits >= 7
        || cell.contains(&b'@')
        || token
        || String::from_utf8_lossy(cell).chars().count() > LONGEST_NAME
    {
        Kind::Data
    } else if long || (digits > 0 && letters == 0 && !is_year(cell)) {
        Kind::Doubtful
    } else {
        Kind::Name
    }
}

/// A word with the number of a standard or a form behind it: `iso7813`, `form 1099`.
fn is_numbered(cell: &[u8]) -> bool {
    let letters = cell.iter().take_while(|b| b.is_ascii_lowercase()).count();
    let number = cell[letters..].strip_prefix(b" ").unwrap_or(&cell[letters..]);
    let number = number.strip_prefix(b"_").or(number.strip_prefix(b"-")).unwrap_or(number);
    letters >= 3 && number.len() == 4 && number.iter().all(u8::is_ascii_digit)
}

/// A year, as the name of a column of figures.
fn is_year(cell: &[u8]) -> bool {
    cell.len() == 4 && (cell.starts_with(b"19") || cell.starts_with(b"20")) && cell.iter().all(u8::is_ascii_digit)
}

/// A full date, and maybe a time behind it.
fn is_date(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    let date = cell.split(|b| matches!(b, b' ' | b'T')).next().unwrap_or_default();
    let parts: Vec<&[u8]> = date.split(|b| b"-/.".contains(b)).collect();
    let [a, b, c] = parts.as_slice() else { return false };
    let short = |part: &[u8]| (1..=2).contains(&part.len());
    parts.iter().all(|part| part.iter().all(u8::is_ascii_digit))
        && short(b)
        && ((is_year(a) && short(c)) || (short(a) && (short(c) || is_year(c))))
        && cell[date.len()..].iter().all(|b| b.is_ascii_digit() || b" T:.Z+".contains(b))
        && cell.len() <= 32
}

fn words(cell: &[u8]) -> impl Iterator<Item = String> {
    let cell = String::from_utf8_lossy(cell).to_lowercase();
    cell.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn is_usual(cell: &[u8]) -> bool {
    words(cell).any(|word| USUAL.contains(&word.as_str()))
}

/// Whether a cell has a usual name, and none of those below it has: they would be of its kind.
fn is_usual_column(row: &Row, column: usize, below: &[&Row]) -> bool {
    is_usual(&row[column]) && !below.iter().filter_map(|row| row.get(column)).any(|cell| is_usual(cell))
}

/// Whether nearly all cells under a name without digits have digits or are addresses.
fn is_data_column(row: &Row, column: usize, below: &[&Row]) -> bool {
    let cells = || below.iter().filter_map(|row| row.get(column));
    let data = cells().filter(|cell| cell.iter().any(|b| b.is_ascii_digit() || *b == b'@')).count();
    !row[column].iter().any(u8::is_ascii_digit) && data > 0 && data * 10 >= cells().count() * 8
}

/// Whether most cells of a column are written like the one in the row, their digits aside.
fn is_like_those_below(row: &Row, column: usize, below: &[&Row]) -> bool {
    let shape = |cell: &[u8]| {
        let mut shape: Vec<u8> = cell.iter().map(|b| if b.is_ascii_digit() { b'0' } else { *b }).collect();
        shape.dedup();
        shape
    };
    let own = shape(&row[column]);
    let cells = || below.iter().filter_map(|row| row.get(column));
    cells().filter(|cell| shape(cell) == own).count() * 2 > cells().count()
}

#[cfg(test)]
mod tests {
    use super::names;
    use crate::formats::csv::rows::Row;

    fn row(text: &str) -> Row {
        text.split(',').map(|cell| cell.as_bytes().to_vec()).collect()
    }

    #[test]
    fn a_word_with_a_number_is_a_name_above_other_values() {
        let below = row("n1,%B3419748987^X/Y^301210?,ok");
        let named = names(&row("entry,iso7813,remark"), &[&below, &below]).unwrap();
        assert_eq!(named, ["entry", "iso7813", "remark"]);
        let below = row("n1,abc1235,ok");
        assert_eq!(names(&row("n0,abc1234,ok"), &[&below, &below]), None);
    }
}
