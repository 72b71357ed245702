//! Dates that can be somebody's day of birth: in digits or with a month's name, in eight languages.
//!
//! Day and month may stand in either order. Whether the date is anyone's birth is for the keywords to say.

use super::calendar::{has_begun, is_day, month, number};
use arrayvec::ArrayVec;

/// Words that stand behind a day or before a month or year.
const FILLERS: &str = "st nd rd th er º ª de del of";

/// The year of the first date of birth that is believed.
const FIRST_YEAR: u32 = 1900;

/// Whether a text is a calendar date from 1900 to the end of this year, a `DOB` that has grown together with it aside.
pub(super) fn date_of_birth(text: &str) -> bool {
    let text = without_time(text);
    let text =
        text.split_at_checked(3).filter(|(name, _)| name.eq_ignore_ascii_case("dob")).map_or(text, |(_, date)| date);
    let Some(parts) = split(text) else { return false };
    match parts.as_slice() {
        [Part::Number(compact)] => is_compact(compact),
        [Part::Number(a), Part::Number(b), Part::Number(c)] if same_separators(text) => is_numeric(a, b, c),
        [Part::Number(day), Part::Month(month), Part::Number(year)] => {
            is_named(year, *month, day) || is_named(day, *month, year)
        }
        [Part::Month(month), Part::Number(day), Part::Number(year)] => year.len() == 4 && is_named(year, *month, day),
        _ => false,
    }
}

/// The text before a time of day, as ISO 8601 joins it. One with fractions of a second is a clock's: nobody's birth is known so well.
fn without_time(text: &str) -> &str {
    match text.split_once('T') {
        Some((_, time)) if time.split_once('.').is_some_and(|(_, rest)| fraction(rest).any(|digit| digit != '0')) => {
            text
        }
        Some((date, _)) if date.ends_with(|c: char| c.is_ascii_digit()) => date,
        _ => text,
    }
}

fn fraction(text: &str) -> impl Iterator<Item = char> {
    text.chars().take_while(char::is_ascii_digit)
}

/// Day, month and year.
type Parts<'a> = ArrayVec<Part<'a>, 3>;

enum Part<'a> {
    Number(&'a str),
    Month(u32),
}

/// Numbers and month names in order; none if there is any other word, or more of them.
fn split(text: &str) -> Option<Parts<'_>> {
    let mut parts = Parts::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let of_kind = |c: char| {
            if first.is_ascii_digit() { c.is_ascii_digit() } else { first.is_alphabetic() && c.is_alphabetic() }
        };
        let end = rest.find(|c| !of_kind(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (token, after) = rest.split_at_checked(end)?;
        if first.is_ascii_digit() {
            parts.try_push(Part::Number(token)).ok()?;
        } else if first.is_alphabetic() && !FILLERS.split(' ').any(|filler| filler == token) {
            parts.try_push(Part::Month(month(token)?)).ok()?;
        }
        rest = after;
    }
    Some(parts)
}

fn same_separators(text: &str) -> bool {
    let mut separators = text.split(|c: char| c.is_ascii_digit()).filter(|s| !s.is_empty());
    let (first, second) = (separators.next(), separators.next());
    first.is_some_and(|separator| matches!(separator, "/" | "-" | "." | " " | ". ")) && first == second
}

fn is_compact(digits: &str) -> bool {
    let part = |range| digits.get(range).unwrap_or_default();
    let (first, second) = (number(part(0..2)), number(part(2..4)));
    digits.len() == 8
        && (is_date(part(0..4), number(part(4..6)), number(part(6..8)))
            || is_date(part(4..8), first, second)
            || is_date(part(4..8), second, first))
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
    let exists = |year| year >= FIRST_YEAR && has_begun(year) && is_day(year, month, day);
    match year.len() {
        4 => exists(number(year)),
        2 => exists(1900 + number(year)) || exists(2000 + number(year)),
        _ => false,
    }
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
            "1979-02-28T00:00:00.000Z",
            "29.02.2000",
            "3 7 1964",
            "15-03-89",
            "19890315",
            "15031989",
            "03151989",
            "DOB15031989",
            "15Mar1989",
            "15. 3. 1989",
            "15 października 1989",
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
            "32131989",
            "2026-01-28T09:12:44.318Z",
            "15031899",
            "dobe15031989",
            "March 15, 89",
            "2026",
            "15/03",
            "",
        ] {
            assert!(!date_of_birth(wrong), "{wrong}");
        }
    }
}
