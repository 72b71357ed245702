//! The run lengths in which ORC writes bytes, bits and integers (both versions). Each run is held, at most 512 values.
//!
//! A run that is damaged ends its column: none is returned from then on. Source: the ORC v1 specification.

use super::streams::Stream;
use std::vec;

/// Bytes in runs.
pub(super) struct Bytes<'s> {
    stream: Stream<'s>,
    left: u32,
    /// The byte of a run of equal ones; none for bytes that are written out.
    repeated: Option<u8>,
}

impl<'s> Bytes<'s> {
    pub(super) fn new(stream: Stream<'s>) -> Self {
        Self { stream, left: 0, repeated: None }
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        if self.left == 0 {
            let header = self.stream.byte()?.cast_signed();
            (self.left, self.repeated) = if header < 0 {
                (u32::from(header.unsigned_abs()), None)
            } else {
                (u32::from(header.unsigned_abs()) + 3, Some(self.stream.byte()?))
            };
        }
        self.left -= 1;
        self.repeated.or_else(|| self.stream.byte())
    }
}

/// Bits in bytes in runs, the highest first.
pub(super) struct Bits<'s> {
    bytes: Bytes<'s>,
    byte: u8,
    left: u32,
}

impl<'s> Bits<'s> {
    pub(super) fn new(stream: Stream<'s>) -> Self {
        Self { bytes: Bytes::new(stream), byte: 0, left: 0 }
    }

    pub(super) fn next(&mut self) -> Option<bool> {
        if self.left == 0 {
            self.byte = self.bytes.next()?;
            self.left = 8;
        }
        self.left -= 1;
        Some(self.byte >> self.left & 1 == 1)
    }
}

/// Which integers a stream holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Signed,
    Unsigned,
}

/// Integers in runs.
pub(super) struct Integers<'s> {
    stream: Stream<'s>,
    is_second: bool,
    sign: Sign,
    run: vec::IntoIter<i64>,
}

impl<'s> Integers<'s> {
    /// `is_second`: the second version of runs.
    pub(super) fn new(stream: Stream<'s>, is_second: bool, sign: Sign) -> Self {
        Self { stream, is_second, sign, run: Vec::new().into_iter() }
    }

    pub(super) fn next(&mut self) -> Option<i64> {
        if let Some(value) = self.run.next() {
            return Some(value);
        }
        let run = if self.is_second { self.second()? } else { self.first()? };
        self.run = run.into_iter();
        self.run.next()
    }

    fn signed(&self, value: u64) -> i64 {
        match self.sign {
            Sign::Signed => unzigzag(value),
            Sign::Unsigned => value.cast_signed(),
        }
    }

    fn first(&mut self) -> Option<Vec<i64>> {
        let header = self.stream.byte()?.cast_signed();
        if header < 0 {
            let mut values = Vec::new();
            for _ in 0..header.unsigned_abs() {
                match self.stream.varint() {
                    Some(value) => values.push(self.signed(value)),
                    None => break,
                }
            }
            return Some(values);
        }
        let step = i64::from(self.stream.byte()?.cast_signed());
        let base = self.stream.varint()?;
        let base = self.signed(base);
        Some((0..i64::from(header) + 3).map(|index| base.wrapping_add(step.wrapping_mul(index))).collect())
    }

    fn second(&mut self) -> Option<Vec<i64>> {
        let head = self.stream.byte()?;
        if head >> 6 == 0 {
            let value = self.big_endian(u32::from(head >> 3 & 7) + 1)?;
            return Some(vec![self.signed(value); usize::from(head & 7) + 3]);
        }
        let count = usize::from(head & 1) << 8 | usize::from(self.stream.byte()?);
        let (count, code) = (count + 1, u32::from(head >> 1 & 31));
        match head >> 6 {
            1 => {
                let values = self.packed(count, width(code));
                Some(values.into_iter().map(|value| self.signed(value)).collect())
            }
            2 => self.patched(count, width(code)),
            _ => self.deltas(count, if code == 0 { 0 } else { width(code) }),
        }
    }

    fn big_endian(&mut self, bytes: u32) -> Option<u64> {
        let mut value = 0;
        for _ in 0..bytes {
            value = value << 8 | u64::from(self.stream.byte()?);
        }
        Some(value)
    }

    /// Values of so many bits, their highest first; fewer if the stream ends.
    fn packed(&mut self, count: usize, width: u32) -> Vec<u64> {
        let mut values = Vec::with_capacity(count);
        let (mut byte, mut left) = (0, 0);
        for _ in 0..count {
            let mut value = 0_u64;
            let mut missing = width;
            while missing > 0 {
                if left == 0 {
                    let Some(next) = self.stream.byte() else { return values };
                    (byte, left) = (next, 8);
                }
                let part = missing.min(left);
                let bits = u64::from(byte) >> (left - part) & ((1 << part) - 1);
                value = value << part | bits;
                left -= part;
                missing -= part;
            }
            values.push(value);
        }
        values
    }

    /// Most values in few bits, and a list of what is missing at the top of the others.
    fn patched(&mut self, count: usize, bits: u32) -> Option<Vec<i64>> {
        let (third, fourth) = (self.stream.byte()?, self.stream.byte()?);
        let base_bytes = u32::from(third >> 5) + 1;
        let (patch_bits, gap_bits) = (width(u32::from(third & 31)), u32::from(fourth >> 5) + 1);
        let base = self.big_endian(base_bytes)?;
        let sign = 1_u64 << (base_bytes * 8 - 1);
        let base = if base & sign == 0 { base.cast_signed() } else { (base & (sign - 1)).cast_signed().wrapping_neg() };
        let mut values = self.packed(count, bits);
        let patches = self.packed(usize::from(fourth & 31), closest(patch_bits + gap_bits));
        let mut at = 0_usize;
        for patch in patches {
            let patch_mask = 1_u64.checked_shl(patch_bits).unwrap_or(0).wrapping_sub(1);
            at += patch.checked_shr(patch_bits).unwrap_or(0) as usize & 0xFF;
            let top = (patch & patch_mask).checked_shl(bits).unwrap_or(0);
            if let Some(value) = values.get_mut(at) {
                *value |= top;
            }
        }
        Some(values.into_iter().map(|value| base.wrapping_add(value.cast_signed())).collect())
    }

    /// The first value, the first step, and then steps in the same direction.
    fn deltas(&mut self, count: usize, bits: u32) -> Option<Vec<i64>> {
        let first = self.stream.varint()?;
        let mut value = self.signed(first);
        let mut values = vec![value];
        let step = unzigzag(self.stream.varint()?);
        if bits == 0 {
            values.extend((1_i64..).take(count - 1).map(|index| value.wrapping_add(step.wrapping_mul(index))));
            return Some(values);
        }
        if count > 1 {
            value = value.wrapping_add(step);
            values.push(value);
        }
        for delta in self.packed(count.saturating_sub(2), bits) {
            let delta = delta.cast_signed();
            value = if step < 0 { value.wrapping_sub(delta) } else { value.wrapping_add(delta) };
            values.push(value);
        }
        Some(values)
    }
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

/// Bits that a code of five bits stands for.
fn width(code: u32) -> u32 {
    match code {
        0..=23 => code + 1,
        24..=27 => 26 + (code - 24) * 2,
        _ => 40 + (code.min(31) - 28) * 8,
    }
}

/// Bits in which so many are written in a list of patches.
fn closest(bits: u32) -> u32 {
    match bits {
        0..=24 => bits.max(1),
        25..=32 => bits.next_multiple_of(2),
        _ => bits.next_multiple_of(8).min(64),
    }
}

#[cfg(test)]
mod tests {
    use super::super::streams::{File, Packing};
    use super::*;
    use std::io::Cursor;

    fn with<T>(bytes: &[u8], read: impl FnOnce(Stream<'_>) -> T) -> T {
        let mut cursor = Cursor::new(bytes.to_vec());
        let file = File::new(&mut cursor).unwrap();
        read(Stream::new(&file, Packing::new(0, 0).unwrap(), 0..bytes.len() as u64))
    }

    fn integers(bytes: &[u8], is_second: bool, sign: Sign) -> Vec<i64> {
        with(bytes, |stream| {
            let mut integers = Integers::new(stream, is_second, sign);
            std::iter::from_fn(|| integers.next()).collect()
        })
    }

    #[test]
    fn the_examples_of_the_specification() {
        let bytes = with(&[0x61, 0, 0xFE, 0x44, 0x45], |stream| {
            let mut bytes = Bytes::new(stream);
            std::iter::from_fn(|| bytes.next()).collect::<Vec<_>>()
        });
        assert_eq!(bytes, [vec![0; 100], vec![0x44, 0x45]].concat());
        let bits = with(&[0xFF, 0x80], |stream| {
            let mut bits = Bits::new(stream);
            std::iter::from_fn(|| bits.next()).collect::<Vec<_>>()
        });
        assert_eq!(bits, [true, false, false, false, false, false, false, false]);
        let first = |bytes: &[u8]| integers(bytes, false, Sign::Unsigned);
        assert_eq!(first(&[0x61, 0, 7]), [7; 100]);
        assert_eq!(first(&[0x61, 0xFF, 0x64]), (1..=100).rev().collect::<Vec<i64>>());
        assert_eq!(first(&[0xFB, 2, 3, 6, 7, 0xB]), [2, 3, 6, 7, 11]);
        let second = |bytes: &[u8]| integers(bytes, true, Sign::Unsigned);
        assert_eq!(second(&[0x0A, 0x27, 0x10]), [10_000; 5]);
        let direct = [0x5E, 3, 0x5C, 0xA1, 0xAB, 0x1E, 0xDE, 0xAD, 0xBE, 0xEF];
        assert_eq!(second(&direct), [23_713, 43_806, 57_005, 48_879]);
        let deltas = [0xC6, 9, 2, 2, 0x22, 0x42, 0x42, 0x46];
        assert_eq!(second(&deltas), [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
        let patched = [
            0x8E, 0x13, 0x2B, 0x21, 0x07, 0xD0, 0x1E, 0x00, 0x14, 0x70, 0x28, 0x32, 0x3C, 0x46, 0x50, 0x5A, 0x64, 0x6E,
            0x78, 0x82, 0x8C, 0x96, 0xA0, 0xAA, 0xB4, 0xBE, 0xFC, 0xE8,
        ];
        let mut expected = vec![2030, 2000, 2020, 1_000_000];
        expected.extend((2040..=2190).step_by(10));
        assert_eq!(second(&patched), expected);
    }

    #[test]
    fn any_bytes_end() {
        let mut state = 1_u64;
        for length in 0..2000 {
            let bytes: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            })
            .take(length % 97)
            .collect();
            for sign in [Sign::Signed, Sign::Unsigned] {
                assert!(integers(&bytes, length % 2 == 0, sign).len() <= 130 * 97 * 4);
            }
        }
    }
}
