//! One 512-byte header of a tar archive, taken apart.
//!
//! Knows bytes only: reads nothing, trusts no number.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Bytes of a block.
pub(super) const BLOCK: usize = 512;

/// A block.
pub(super) type Block = [u8; BLOCK];

const POSIX_MAGIC: &[u8] = b"ustar\x0000";
const GNU_MAGIC: &[u8] = b"ustar  \0";

/// A block whose checksum is right and whose size can be read.
pub(super) struct Header<'a>(&'a Block);

impl<'a> Header<'a> {
    /// The header in a block; none if there is none.
    pub(super) fn parse(block: &'a Block) -> Option<Self> {
        let header = Self(block);
        let sum = number(header.field(148, 8))?;
        let is_sum = |byte: usize| (148..156).contains(&byte);
        let bytes = || block.iter().enumerate().map(move |(at, byte)| if is_sum(at) { b' ' } else { *byte });
        let unsigned: u64 = bytes().map(u64::from).sum();
        // Some old writers added the bytes up as signed ones.
        let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
        let is_right = sum == unsigned || u64::try_from(signed) == Ok(sum);
        (is_right && number(header.field(124, 12)).is_some()).then_some(header)
    }

    /// Whether a block begins a tar archive. Eight bytes of magic are proof enough where the sum is wrong.
    pub(super) fn begins_archive(block: &'a Block) -> bool {
        let magic = &block[257..265];
        if magic == POSIX_MAGIC || magic == GNU_MAGIC {
            return true;
        }
        Self::parse(block).is_some_and(|header| magic.starts_with(b"ustar") || header.is_sane_old_one())
    }

    /// Whether all fields of a header without magic are what they should be.
    fn is_sane_old_one(&self) -> bool {
        let numbers = [(100, 8), (108, 8), (116, 8), (136, 12)];
        let has_numbers = numbers.iter().all(|(at, size)| number(self.field(*at, *size)).is_some());
        has_numbers && !self.short_name().is_empty() && matches!(self.kind(), 0 | b'0'..=b'7')
    }

    /// Bytes at a fixed place of the block.
    pub(super) fn field(&self, at: usize, size: usize) -> &'a [u8] {
        self.0.get(at..at + size).unwrap_or_default()
    }

    /// The type flag.
    pub(super) fn kind(&self) -> u8 {
        self.0[156]
    }

    /// Whether the fields behind the link's name are those of GNU tar.
    pub(super) fn is_gnu(&self) -> bool {
        self.field(257, 8) == GNU_MAGIC
    }

    fn short_name(&self) -> &'a [u8] {
        text(self.field(0, 100))
    }

    /// The name, with its prefix.
    pub(super) fn name(&self) -> Vec<u8> {
        let prefix = text(self.field(345, 155));
        if self.field(257, 6) == b"ustar\0" && !prefix.is_empty() {
            [prefix, self.short_name()].join(&b'/')
        } else {
            self.short_name().to_vec()
        }
    }

    /// Where it leads, if it is a link.
    pub(super) fn target(&self) -> &'a [u8] {
        text(self.field(157, 100))
    }

    /// Bytes of data behind the header.
    pub(super) fn size(&self) -> u64 {
        number(self.field(124, 12)).unwrap_or(0)
    }

    pub(super) fn modified(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(number(self.field(136, 12))?))
    }
}

/// Bytes up to the first zero.
pub(super) fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or(field)
}

/// A number: octal digits, or binary if the first bit is set. Nothing at all is zero; negative ones are none.
pub(super) fn number(field: &[u8]) -> Option<u64> {
    match field.split_first()? {
        (0x80, rest) => rest.iter().try_fold(0_u64, |sum, byte| sum.checked_mul(256)?.checked_add(u64::from(*byte))),
        (0x81.., _) => None,
        _ => {
            let digits = text(field).trim_ascii();
            digits.iter().try_fold(0_u64, |sum, byte| {
                let digit = byte.checked_sub(b'0').filter(|digit| *digit < 8)?;
                sum.checked_mul(8)?.checked_add(u64::from(digit))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"  17 \0\0"), Some(0o17));
        assert_eq!(number(b"\0\0\0\0"), Some(0));
        assert_eq!(number(b"\x80\0\0\x01\x02"), Some(258));
        assert_eq!(number(b"8"), None);
        assert_eq!(number(b"\xff\xff\xff\xff"), None);
        assert_eq!(number(&[b'7'; 40]), None);
        assert_eq!(number(&[0x80, 255, 255, 255, 255, 255, 255, 255, 255, 255]), None);
        assert_eq!(number(b""), None);
    }

    #[test]
    fn zeros_are_no_header() {
        assert!(Header::parse(&[0; BLOCK]).is_none());
        assert!(!Header::begins_archive(&[0; BLOCK]));
    }
}
