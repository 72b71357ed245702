//! Sizes and durations as people type them.

use std::time::Duration;

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

#[cfg(test)]
mod tests {
    use super::{duration, size};
    use std::time::Duration;

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
    fn durations() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("10m"), Ok(Duration::from_mins(10)));
        assert!(duration("soon").is_err());
    }
}
