//! The logical types of records as text: dates, times, decimals, UUIDs.
//!
//! Knows numbers and bytes; how a format stores them is its own business.

/// How a value is shown: what its logical type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Plain,
    Date,
    /// Units in a second.
    Time(u32),
    Timestamp(u32),
    /// Digits behind the point.
    Decimal(u32),
    Uuid,
}

/// A number as its type shows it.
pub(super) fn number(value: i64, shown: Shown) -> String {
    match shown {
        Shown::Date => date(value),
        Shown::Time(units) => time(value.rem_euclid(86_400 * i64::from(units)), units),
        Shown::Timestamp(units) => {
            let day = 86_400 * i64::from(units);
            format!("{} {}", date(value.div_euclid(day)), time(value.rem_euclid(day), units))
        }
        Shown::Plain | Shown::Decimal(_) | Shown::Uuid => value.to_string(),
    }
}

/// Days since 1970 as a date; beyond the years of four digits as a number. The algorithm of civil calendars by eras.
fn date(days: i64) -> String {
    if !(-719_162..=2_932_896).contains(&days) {
        return days.to_string();
    }
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn time(units_of_day: i64, units: u32) -> String {
    let seconds = units_of_day / i64::from(units);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Bytes as their type shows them; none if it does not.
pub(super) fn bytes(bytes: &[u8], shown: Shown) -> Option<String> {
    match shown {
        Shown::Decimal(scale) if !bytes.is_empty() && bytes.len() <= 16 => Some(decimal(bytes, scale as usize)),
        Shown::Uuid if bytes.len() == 16 => {
            let hex = format!("{:032x}", u128::from_be_bytes(bytes.try_into().ok()?));
            Some([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
        }
        _ => None,
    }
}

/// A number in two's complement, its greatest byte first, with a point.
fn decimal(bytes: &[u8], scale: usize) -> String {
    let fill = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { 0xFF } else { 0 };
    let mut whole = [fill; 16];
    whole[16 - bytes.len()..].copy_from_slice(bytes);
    fixed(i128::from_be_bytes(whole), scale)
}

/// A number with so many digits behind the point.
pub(super) fn fixed(value: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let sign = if value < 0 { "-" } else { "" };
    let (before, behind) = digits.split_at(digits.len() - scale);
    if scale == 0 { format!("{sign}{digits}") } else { format!("{sign}{before}.{behind}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logical_types_are_shown() {
        assert_eq!(number(0, Shown::Date), "1970-01-01");
        assert_eq!(number(-1, Shown::Date), "1969-12-31");
        assert_eq!(number(11_016, Shown::Date), "2000-02-29");
        assert_eq!(number(2_932_896, Shown::Date), "9999-12-31");
        assert_eq!(number(i64::MIN, Shown::Date), i64::MIN.to_string());
        assert_eq!(number(-1, Shown::Timestamp(1000)), "1969-12-31 23:59:59");
        assert!(number(i64::MAX, Shown::Timestamp(1000)).len() > 10);
        assert_eq!(number(3_723_000, Shown::Time(1000)), "01:02:03");
        assert_eq!(bytes(&[0x04, 0xD2], Shown::Decimal(2)).unwrap(), "12.34");
        assert_eq!(bytes(&[0xFF], Shown::Decimal(3)).unwrap(), "-0.001");
        assert_eq!(bytes(&[0xFF; 16], Shown::Uuid).unwrap(), "ffffffff-ffff-ffff-ffff-ffffffffffff");
        assert_eq!(bytes(&[0xFF; 3], Shown::Plain), None);
    }
}
