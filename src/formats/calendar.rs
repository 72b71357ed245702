//! Days as dates: what spreadsheets of all kinds count, and how their months and weekdays are called.
//!
//! Knows nothing of cells or patterns.

/// The names of the months.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// The names of the weekdays, from that of 1970-01-01 on.
const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

/// Day 0 of the calendar of 1900 that sheets count by, as days before 1970-01-01; and of the calendar of 1904.
pub(super) const EPOCH_1900: i64 = 25_569;
pub(super) const EPOCH_1904: i64 = 24_107;
/// The day behind the last that sheets show, 9999-12-31, in days of the calendar of 1900.
pub(super) const LAST_DAY: f64 = 2_958_466.0;

/// The name of a month, from 1.
pub(super) fn month_name(month: i64) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default()
}

/// The name of the weekday of a day counted from 1970-01-01.
pub(super) fn weekday(day: i64) -> &'static str {
    usize::try_from(day.rem_euclid(7)).ok().and_then(|day| WEEKDAYS.get(day)).copied().unwrap_or_default()
}

/// The day, counted from 1970-01-01, of a day that a sheet counts from an epoch. The calendar of 1900 has a day that never
/// was, its 60th.
pub(super) fn day_of(serial: i64, epoch: i64) -> i64 {
    serial + i64::from(epoch == EPOCH_1900 && serial < 60) - epoch
}

/// Year, month and day of a day counted from 1970-01-01.
pub(super) fn civil(days: i64) -> (i64, i64, i64) {
    // Years from March on, in cycles of 400.
    let days = days + 719_468;
    let (cycle, of_cycle) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_cycle - of_cycle / 1460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + cycle * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_either_calendar() {
        let date = |serial, epoch| civil(day_of(serial, epoch));
        assert_eq!((date(1, EPOCH_1900), date(61, EPOCH_1900)), ((1900, 1, 1), (1900, 3, 1)));
        assert_eq!((date(29_356, EPOCH_1900), date(27_894, EPOCH_1904)), ((1980, 5, 15), (1980, 5, 15)));
        assert_eq!((weekday(day_of(29_356, EPOCH_1900)), month_name(5), month_name(13)), ("Thursday", "May", ""));
        assert_eq!(civil(-1), (1969, 12, 31));
    }
}
