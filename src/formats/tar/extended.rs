//! What extended headers (pax) say of the member behind them.
//!
//! Knows the few keys that matter to reading; the others are stepped over.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The settings for one member, or for all that follow.
#[derive(Debug, Clone, Default)]
pub(super) struct Extended {
    pub(super) name: Option<Vec<u8>>,
    /// Where the member leads, if it is a link.
    pub(super) target: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) modified: Option<SystemTime>,
    pub(super) sparse: Sparse,
}

/// What is said of a sparse file, in the three ways that GNU tar has had.
#[derive(Debug, Clone, Default)]
pub(super) struct Sparse {
    /// The name of the file; the other one is a made-up one.
    pub(super) name: Option<Vec<u8>>,
    /// The length with its holes.
    pub(super) size: Option<u64>,
    /// Offset and length of each piece (versions 0.0 and 0.1).
    pub(super) map: Vec<(u64, u64)>,
    /// Whether the map stands in front of the data (version 1.0).
    pub(super) has_map_in_data: bool,
}

impl Sparse {
    /// Whether it is a sparse file at all.
    pub(super) fn has_map(&self) -> bool {
        self.has_map_in_data || !self.map.is_empty()
    }
}

impl Extended {
    /// Takes over what the records say. False if they are damaged; those before the damage count.
    pub(super) fn read(&mut self, mut records: &[u8]) -> bool {
        while records.first().is_some_and(|byte| *byte != 0) {
            let Some((key, value, rest)) = record(records) else { return false };
            if !self.set(key, value) {
                return false;
            }
            records = rest;
        }
        true
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> bool {
        match key {
            b"path" => self.name = Some(value.to_vec()),
            b"linkpath" => self.target = Some(value.to_vec()),
            b"size" => self.size = decimal(value).or(self.size),
            b"mtime" => self.modified = time(value).or(self.modified),
            b"GNU.sparse.name" => self.sparse.name = Some(value.to_vec()),
            b"GNU.sparse.size" | b"GNU.sparse.realsize" => self.sparse.size = decimal(value),
            b"GNU.sparse.major" => self.sparse.has_map_in_data = value == b"1",
            b"GNU.sparse.offset" => match decimal(value) {
                Some(offset) => self.sparse.map.push((offset, 0)),
                None => return false,
            },
            b"GNU.sparse.numbytes" => match (decimal(value), self.sparse.map.last_mut()) {
                (Some(length), Some(piece)) => piece.1 = length,
                _ => return false,
            },
            b"GNU.sparse.map" => match map(value) {
                Some(map) => self.sparse.map = map,
                None => return false,
            },
            _ => return true,
        }
        // A number that is none is damage.
        !matches!(key, b"size" | b"GNU.sparse.size" | b"GNU.sparse.realsize") || decimal(value).is_some()
    }
}

/// The first record: `length key=value\n`, where the length counts itself. Key, value, and the bytes behind.
fn record(records: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = records.iter().position(|byte| *byte == b' ')?;
    let length = usize::try_from(decimal(&records[..space])?).ok()?;
    let (record, rest) = records.split_at_checked(length)?;
    let record = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    Some((&record[..equals], &record[equals + 1..], rest))
}

/// A map in one line: offset, length, offset, length, with commas.
fn map(value: &[u8]) -> Option<Vec<(u64, u64)>> {
    let numbers = value.split(|byte| *byte == b',').map(decimal).collect::<Option<Vec<_>>>()?;
    let (pieces, rest) = numbers.as_chunks();
    rest.is_empty().then(|| pieces.iter().map(|[offset, length]| (*offset, *length)).collect())
}

/// A number in digits alone.
pub(super) fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        sum.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// Seconds since 1970, with a fraction or without, negative or not.
fn time(value: &[u8]) -> Option<SystemTime> {
    let mut parts = value.strip_prefix(b"-").unwrap_or(value).splitn(2, |byte| *byte == b'.');
    let seconds = decimal(parts.next()?)?;
    let fraction = parts.next().unwrap_or_default();
    let digits = fraction.iter().copied().chain(std::iter::repeat(b'0')).take(9).collect::<Vec<_>>();
    let distance = Duration::new(seconds, u32::try_from(decimal(&digits)?).ok()?);
    if value.starts_with(b"-") { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_up_to_the_damage() {
        let mut extended = Extended::default();
        assert!(extended.read(b"12 path=a/b\n9 size=7\n17 mtime=1.25000\n13 comment=x\n\0\0"));
        assert_eq!(extended.name.as_deref(), Some(&b"a/b"[..]));
        assert_eq!(extended.size, Some(7));
        assert_eq!(extended.modified, UNIX_EPOCH.checked_add(Duration::from_millis(1250)));
        for damaged in
            ["12 path=a/b", "3 path=a/b\n", "x path=a\n", "99999999999999999999 a=b\n", "9 size=x\n", "0 a=b\n"]
        {
            assert!(!Extended::default().read(damaged.as_bytes()), "{damaged}");
        }
    }

    #[test]
    fn sparse_maps_come_in_pairs_or_in_one_line() {
        let mut pairs = Extended::default();
        assert!(pairs.read(
            b"23 GNU.sparse.offset=0\n25 GNU.sparse.numbytes=5\n23 GNU.sparse.offset=9\n25 GNU.sparse.numbytes=1\n"
        ));
        let mut line = Extended::default();
        assert!(line.read(b"26 GNU.sparse.map=0,5,9,1\n"));
        assert_eq!(pairs.sparse.map, [(0, 5), (9, 1)]);
        assert_eq!(line.sparse.map, pairs.sparse.map);
        assert!(!Extended::default().read(b"24 GNU.sparse.map=0,5,9\n"));
    }
}
