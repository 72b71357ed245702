//! Sixty-four bytes at a time as bit masks of their classes, by instructions that every processor of a kind has. Knows nothing of words.

use wide::u8x16;

/// What the last byte of the block before was, as bit 0.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    pub(super) alnum: u64,
    pub(super) lower: u64,
    pub(super) upper: u64,
    pub(super) word: u64,
    /// The letters that a word begins with went on to its end.
    first_letters: u64,
}

impl Before {
    /// What the last byte of a block was; `before` is of the block before it.
    pub(super) fn of(c: &Classes, before: Self) -> Self {
        Self {
            alnum: (c.letter | c.digit) >> 63,
            lower: (c.letter & !c.upper) >> 63,
            upper: c.upper >> 63,
            word: (c.letter | c.digit | c.under) >> 63,
            first_letters: u64::from(c.behind_first_letters(before).1),
        }
    }
}

/// Bit `i` tells the class of byte `i` of a block.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Classes {
    pub(super) digit: u64,
    pub(super) letter: u64,
    pub(super) upper: u64,
    pub(super) under: u64,
    /// First bytes of characters beyond ASCII.
    pub(super) lead: u64,
}

impl Classes {
    /// Where something else follows the letters that a word begins with; and whether they go on to the end of the block.
    pub(super) fn behind_first_letters(&self, before: Before) -> (u64, bool) {
        let begins = self.letter & !(((self.letter | self.digit | self.under) << 1) | before.word);
        // What is added at a run's first letter is carried through it.
        let (sum, carried) = self.letter.overflowing_add(begins);
        let (sum, carried_on) = sum.overflowing_add(before.first_letters);
        (sum & !self.letter, carried | carried_on)
    }

    /// Of a block, or less at the end of a text.
    #[inline]
    pub(super) fn of_all(bytes: &[u8]) -> Self {
        bytes.first_chunk().map_or_else(|| Self::of_last(bytes), Self::of)
    }

    /// Of less than a block.
    #[inline(never)]
    fn of_last(bytes: &[u8]) -> Self {
        let mut block = [0; 64];
        block[..bytes.len()].copy_from_slice(bytes);
        Self::of(&block)
    }

    /// Sixteen bytes at a time.
    pub(super) fn of(block: &[u8; 64]) -> Self {
        let mut classes = Self::default();
        for (index, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
            let x = u8x16::new(*sixteen);
            let bits = |x: u8x16| u64::from(x.to_bitmask()) << (index * 16);
            classes.digit |= bits(within(x, b'0', b'9'));
            classes.letter |= bits(within(x | u8x16::splat(0x20), b'a', b'z'));
            classes.upper |= bits(within(x, b'A', b'Z'));
            classes.under |= bits(x.simd_eq(u8x16::splat(b'_')));
            classes.lead |= bits(x.max(u8x16::splat(0xC0)).simd_eq(x));
        }
        classes
    }
}

/// Which bytes lie between two, these included.
#[inline]
pub(super) fn within(x: u8x16, low: u8, high: u8) -> u8x16 {
    x.max(u8x16::splat(low)).min(u8x16::splat(high)).simd_eq(x)
}

#[cfg(test)]
mod tests {
    use super::Classes;
    use crate::shape::is_word;

    #[test]
    fn classes_of_every_byte() {
        for base in (0..=255u8).step_by(64) {
            let mut block = [0; 64];
            (0..64).for_each(|i| block[usize::from(i)] = base + i);
            let c = Classes::of(&block);
            for (i, b) in block.iter().enumerate() {
                let bit = |mask: u64| mask >> i & 1 == 1;
                assert_eq!(bit(c.digit), b.is_ascii_digit(), "{b}");
                assert_eq!(bit(c.letter), b.is_ascii_alphabetic(), "{b}");
                assert_eq!(bit(c.upper), b.is_ascii_uppercase(), "{b}");
                assert_eq!(bit(c.lead), *b >= 0xC0, "{b}");
                assert_eq!(bit(c.letter | c.digit | c.under), is_word(*b), "{b}");
            }
        }
    }
}
