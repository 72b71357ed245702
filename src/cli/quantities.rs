//! Sizes, durations and moments as people type them.

use std::time::{Duration, SystemTime};

/// Bytes: `500`, `10k`, `1.5M`, `3GiB`, `3GB`. Letters alone and with `iB` are powers of 1024, with `B` of 1000.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let wrong = || "must be a size such as `500`, `10M`, `3GiB` or `3GB`".to_owned();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let unit = unit.trim().to_ascii_lowercase();
    let (letter, base) = match unit.strip_suffix("ib") {
        Some(letter) => (letter, 1024u64),
        None => match unit.strip_suffix('b') {
            Some(letter) => (letter, 1000),
            None => (unit.as_str(), 1024),
        },
    };
    let power = match letter {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        _ => return Err(wrong()),
    };
    // Exact for all that people type: a whole number of units, or a few decimals of one.
    #[allow(clippy::cast_precision_loss, clippy::cast_sign_loss)]
    let bytes = (number * base.pow(power) as f64) as u64;
    if bytes < 1 << 62 { Ok(bytes) } else { Err(wrong()) }
}

/// A duration: `30s`, `10m`, `1h 30m`; a bare number is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    humantime::parse_duration(text).map_err(|_| "must be a duration such as `30s`, `10m` or `1h`".to_owned())
}

/// A moment in UTC: a day, a time, or so long ago.
pub(super) fn moment(text: &str) -> Result<SystemTime, String> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let time = humantime::parse_rfc3339_weak(&whole).ok();
    let ago = || SystemTime::now().checked_sub(humantime::parse_duration(text).ok()?);
    time.or_else(ago).ok_or_else(|| "must be a time such as `2026-01-31T08:00:00Z`, or an age such as `7d`".to_owned())
}

/// A part of a whole: `2/5`.
pub(super) fn shard(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    let right = parts.filter(|(part, of)| (1..=*of).contains(part));
    right.ok_or_else(|| "must be a part and how many there are, such as `1/4` to `4/4`".to_owned())
}

/// A share: `10`, `2.5`, `10%`.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').parse().ok().filter(|share| *share > 0.0 && *share <= 100.0);
    number.ok_or_else(|| "must be a percentage above 0, and 100 at most".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{duration, moment, percent, shard, size};
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    #[test]
    fn moments() {
        assert_eq!(moment("1970-01-02"), Ok(UNIX_EPOCH + Duration::from_hours(24)));
        assert_eq!(moment("1970-01-01T00:01:00Z"), Ok(UNIX_EPOCH + Duration::from_mins(1)));
        let week = SystemTime::now().duration_since(moment("7d").unwrap()).unwrap();
        assert!(week > Duration::from_hours(167) && week < Duration::from_hours(169));
        assert!(moment("soon").is_err() && moment("2026-13-01").is_err());
    }

    #[test]
    fn sizes() {
        assert_eq!(size("500"), Ok(500));
        assert_eq!(size("10k"), Ok(10 << 10));
        assert_eq!(size("1.5M"), Ok(3 << 19));
        assert_eq!(size("3GiB"), Ok(3 << 30));
        assert_eq!(size("3GB"), Ok(3_000_000_000));
        assert!(size("x").is_err());
        assert!(size("1Q").is_err());
    }

    #[test]
    fn shares() {
        assert_eq!((shard("1/1"), shard("4/5")), (Ok((1, 1)), Ok((4, 5))));
        assert!(["0/3", "4/3", "1", "a/b", "1/0", "/"].iter().all(|text| shard(text).is_err()));
        assert_eq!((percent("10%"), percent("2.5")), (Ok(10.0), Ok(2.5)));
        assert!(["0", "101", "NaN", "-1", "", "inf"].iter().all(|text| percent(text).is_err()));
    }

    #[test]
    fn durations() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("10m"), Ok(Duration::from_mins(10)));
        assert!(duration("soon").is_err());
    }
}
