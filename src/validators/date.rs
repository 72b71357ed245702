//! Dates that can be somebody's day of birth: in digits or with a month's name, in seven languages.
//!
//! Day and month may stand in either order. Whether the date is anyone's birth is for the keywords to say.

use std::time::{SystemTime, UNIX_EPOCH};

/// The months as they are called, without accents: English, German, French, Spanish, Italian, Portuguese, Dutch.
const MONTHS: [&str; 12] = [
    "jan january januar janner janvier janv enero ene gennaio gen genn janeiro januari",
    "feb february februar febr fevrier fevr fev febrero febbraio febb fevereiro februari",
    "mar march marz maerz mars marzo marco maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juillet juil julio luglio lug julho",
    "aug august aout agosto ago augustus",
    "sep sept september septembre septiembre set setiembre settembre sett setembro",
    "oct october oktober okt octobre octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec december dezember dez decembre diciembre dic dicembre dezembro",
];

/// Words that stand behind a day or before a month or year.
const FILLERS: &str = "st nd rd th er º ª de del of";

/// The year of the first date of birth that is believed.
const FIRST_YEAR: u32 = 1900;

/// Whether a text is a calendar date from 1900 to the end of this year.
pub(super) fn date_of_birth(text: &str) -> bool {
    let Some(parts) = split(without_time(text)) else { return false };
    match parts.as_slice() {
        [Part::Number(compact)] => is_compact(compact),
        [Part::Number(a), Part::Number(b), Part::Number(c)] if same_separators(without_time(text)) => {
            is_numeric(a, b, c)
        }
        [Part::Number(day), Part::Month(month), Part::Number(year)] => {
            is_named(year, *month, day) || is_named(day, *month, year)
        }
        [Part::Month(month), Part::Number(day), Part::Number(year)] => year.len() == 4 && is_named(year, *month, day),
        _ => false,
    }
}

/// The text before a time of day, as ISO 8601 joins it.
fn without_time(text: &str) -> &str {
    match text.split_once('T') {
        Some((date, _)) if date.ends_with(|c: char| c.is_ascii_digit()) => date,
        _ => text,
    }
}

enum Part<'a> {
    Number(&'a str),
    Month(u32),
}

/// Numbers and month names in order; none if there is any other word.
fn split(text: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let of_kind = |c: char| {
            if first.is_ascii_digit() { c.is_ascii_digit() } else { first.is_alphabetic() && c.is_alphabetic() }
        };
        let end = rest.find(|c| !of_kind(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (token, after) = rest.split_at_checked(end)?;
        if first.is_ascii_digit() {
            parts.push(Part::Number(token));
        } else if first.is_alphabetic() && !FILLERS.split(' ').any(|filler| filler == token) {
            parts.push(Part::Month(month(token)?));
        }
        rest = after;
    }
    Some(parts)
}

fn month(word: &str) -> Option<u32> {
    let folded: String = word.chars().flat_map(char::to_lowercase).map(unaccented).collect();
    MONTHS.iter().zip(1..).find(|(names, _)| names.split(' ').any(|name| name == folded)).map(|(_, number)| number)
}

fn unaccented(letter: char) -> char {
    match letter {
        'ä' | 'à' | 'á' | 'ã' => 'a',
        'é' | 'è' => 'e',
        'û' => 'u',
        'ç' => 'c',
        other => other,
    }
}

fn same_separators(text: &str) -> bool {
    let mut separators = text.split(|c: char| c.is_ascii_digit()).filter(|s| !s.is_empty());
    let (first, second) = (separators.next(), separators.next());
    first.is_some_and(|separator| matches!(separator, "/" | "-" | "." | " ")) && first == second
}

fn is_compact(digits: &str) -> bool {
    let part = |range| digits.get(range).unwrap_or_default();
    digits.len() == 8 && is_date(part(0..4), number(part(4..6)), number(part(6..8)))
}

fn is_numeric(a: &str, b: &str, c: &str) -> bool {
    let short = |part: &str| part.len() <= 2;
    match (a.len(), c.len()) {
        (4, _) => short(b) && short(c) && is_date(a, number(b), number(c)),
        (1..=2, 2 | 4) => short(b) && (is_date(c, number(b), number(a)) || is_date(c, number(a), number(b))),
        _ => false,
    }
}

/// A date with a named month; `year` is behind or before it.
fn is_named(year: &str, month: u32, day: &str) -> bool {
    day.len() <= 2 && is_date(year, month, number(day))
}

/// Whether the day exists in a year that is written with four digits, or with two and lies in either century.
fn is_date(year: &str, month: u32, day: u32) -> bool {
    let exists = |year| (FIRST_YEAR..=this_year()).contains(&year) && (1..=days(year, month)).contains(&day);
    match year.len() {
        4 => exists(number(year)),
        2 => exists(1900 + number(year)) || exists(2000 + number(year)),
        _ => false,
    }
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    }
}

fn this_year() -> u32 {
    // The mean Gregorian year in seconds: right but for hours around New Year.
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    1970 + u32::try_from(seconds / 31_556_952).unwrap_or(0)
}

/// The value; something that is no month, day or year for what is none.
fn number(digits: &str) -> u32 {
    digits.parse().unwrap_or(u32::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::date_of_birth;

    #[test]
    fn real_dates() {
        for valid in [
            "03/15/1989",
            "15/03/1989",
            "1979-02-28",
            "1979-02-28T00:00:00Z",
            "29.02.2000",
            "3 7 1964",
            "15-03-89",
            "19890315",
            "12 May 1984",
            "March 15, 1989",
            "Mar. 15 1989",
            "15th of March 1989",
            "15-MAR-1989",
            "15-Mar-89",
            "15. März 1989",
            "1er août 1990",
            "15 de março de 1989",
            "7 febbraio 1971",
            "3 mei 1966",
            "31 Dezember 1999",
            "1989 Mar 15",
        ] {
            assert!(date_of_birth(valid), "{valid}");
        }
    }

    #[test]
    fn near_misses() {
        for wrong in [
            "1990-13-45",
            "31/02/1990",
            "29.02.1900",
            "29.02.2001",
            "15/03/2150",
            "15/03/1899",
            "15/03-1989",
            "13/13/1989",
            "00/03/1989",
            "89-03-15-1",
            "15/03/989",
            "31 June 1989",
            "15 Foo 1989",
            "19891332",
            "March 15, 89",
            "2026",
            "15/03",
            "",
        ] {
            assert!(!date_of_birth(wrong), "{wrong}");
        }
    }
}
