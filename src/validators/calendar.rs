//! Days that exist, for numbers that hold a date. It does not know whose date it is or how it was written.

use std::time::{SystemTime, UNIX_EPOCH};

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

#[cfg(test)]
mod tests {
    use super::{is_day, is_short_day, this_year};

    #[test]
    fn days_that_exist() {
        assert!(is_day(2000, 2, 29) && is_day(1999, 12, 31) && is_short_day(0, 2, 29) && is_short_day(99, 1, 31));
        assert!(!is_day(1900, 2, 29) && !is_day(2001, 4, 31) && !is_day(2001, 13, 1) && !is_day(2001, 1, 0));
        assert!(!is_short_day(1, 2, 29) && !is_short_day(100, 1, 1) && !is_short_day(50, 0, 1));
        assert!(this_year() > 2020);
    }
}
