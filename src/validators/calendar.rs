//! Days that exist, and what months are called in eight languages. It does not know whose date it is or how it was written.

use std::time::{SystemTime, UNIX_EPOCH};

/// The months as they are called, without accents: in English; in German, French, Spanish, Italian, Portuguese, Dutch and Polish.
const MONTHS: [(&str, &str); 12] = [
    ("jan january", "januar janner janvier janv enero ene gennaio gen genn janeiro januari styczen stycznia"),
    ("feb february", "februar febr fevrier fevr fev febrero febbraio febb fevereiro februari luty lutego"),
    ("mar march", "marz maerz mrz mars marzo marco maart mrt marzec marca"),
    ("apr april", "avril avr abril abr aprile kwiecien kwietnia"),
    ("may", "mai mayo maggio mag maio mei maj maja"),
    ("jun june", "juni juin junio giugno giu junho czerwiec czerwca"),
    ("jul july", "juli juillet juil julio luglio lug julho lipiec lipca"),
    ("aug august", "aout agosto ago augustus sierpien sierpnia"),
    ("sep sept september", "septembre septiembre set setiembre settembre sett setembro wrzesien wrzesnia"),
    ("oct october", "oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika"),
    ("nov november", "novembre noviembre novembro listopad listopada"),
    ("dec december", "dezember dez decembre diciembre dic dicembre dezembro grudzien grudnia"),
];

/// The number of a month by its name or abbreviation in any of the languages, accents or none.
pub(super) fn month(word: &str) -> Option<u32> {
    let folded: String = word.chars().flat_map(char::to_lowercase).map(unaccented).collect();
    numbered(|(english, others)| english.split(' ').chain(others.split(' ')).any(|name| name == folded))
}

/// The same in English alone.
pub(super) fn english_month(word: &str) -> Option<u32> {
    numbered(|(english, _)| english.split(' ').any(|name| name.eq_ignore_ascii_case(word)))
}

fn numbered(is_it: impl Fn(&(&str, &str)) -> bool) -> Option<u32> {
    MONTHS.iter().zip(1..).find(|(names, _)| is_it(names)).map(|(_, number)| number)
}

fn unaccented(letter: char) -> char {
    match letter {
        'ä' | 'à' | 'á' | 'ã' => 'a',
        'é' | 'è' => 'e',
        'û' => 'u',
        'ç' => 'c',
        'ń' => 'n',
        'ś' => 's',
        'ź' => 'z',
        other => other,
    }
}

/// Whether the day exists.
pub(super) fn is_day(year: u32, month: u32, day: u32) -> bool {
    (1..=days(year, month)).contains(&day)
}

/// Whether the day exists in this century or the last, of which the year tells two digits.
pub(super) fn is_short_day(year: u32, month: u32, day: u32) -> bool {
    year < 100 && (is_day(1900 + year, month, day) || is_day(2000 + year, month, day))
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

/// Whether a year has begun by the clock.
pub(super) fn has_begun(year: u32) -> bool {
    // Nobody asks a clock about most years.
    const BEGUN: u32 = 2025;
    year <= BEGUN || year <= this_year()
}

/// The year of the clock; 1970 if the clock is wrong.
pub(super) fn this_year() -> u32 {
    // The mean Gregorian year in seconds: right but for hours around New Year.
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    1970 + u32::try_from(seconds / 31_556_952).unwrap_or(0)
}

/// The value of some digits of a number; those that are not there do not count.
pub(super) fn part(digits: &[u8], from: usize, count: usize) -> u32 {
    digits.iter().skip(from).take(count).fold(0, |sum: u32, d| sum.saturating_mul(10).saturating_add(u32::from(*d)))
}

/// The value of digits; something that is no month, day or year for what is none.
pub(super) fn number(digits: &str) -> u32 {
    digits.parse().unwrap_or(u32::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::{english_month, is_day, is_short_day, month, this_year};

    #[test]
    fn months_by_name() {
        assert_eq!([month("März"), month("AOÛT"), month("października"), month("sept")], [3, 8, 10, 9].map(Some));
        assert_eq!(
            [english_month("Feb"), english_month("SEPT"), english_month("mai"), month("foo")],
            [Some(2), Some(9), None, None]
        );
    }

    #[test]
    fn days_that_exist() {
        assert!(is_day(2000, 2, 29) && is_day(1999, 12, 31) && is_short_day(0, 2, 29) && is_short_day(99, 1, 31));
        assert!(!is_day(1900, 2, 29) && !is_day(2001, 4, 31) && !is_day(2001, 13, 1) && !is_day(2001, 1, 0));
        assert!(!is_short_day(1, 2, 29) && !is_short_day(100, 1, 1) && !is_short_day(50, 0, 1));
        assert!(this_year() > 2020);
    }
}
