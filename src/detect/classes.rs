//! Sixty-four bytes at a time as bit masks of their classes, by plain arithmetic that every processor has. Knows nothing of words.

/// What the last byte of the block before was, as bit 0.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    pub(super) alnum: u64,
    pub(super) letter: u64,
    pub(super) lower: u64,
    pub(super) upper: u64,
    pub(super) word: u64,
}

impl Before {
    pub(super) fn of(c: &Classes) -> Self {
        Self {
            alnum: (c.letter | c.digit) >> 63,
            letter: c.letter >> 63,
            lower: (c.letter & !c.upper) >> 63,
            upper: c.upper >> 63,
            word: (c.letter | c.digit | c.under) >> 63,
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

const fn each(byte: u8) -> u64 {
    0x0101_0101_0101_0101 * byte as u64
}

const HIGH: u64 = each(0x80);

/// Gathers the high bits of eight bytes into one byte.
fn gather(x: u64) -> u64 {
    ((x & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

impl Classes {
    /// Eight bytes in one word at a time.
    pub(super) fn of(block: &[u8; 64]) -> Self {
        let mut classes = Self::default();
        for (index, eight) in block.as_chunks::<8>().0.iter().enumerate() {
            let x = u64::from_le_bytes(*eight);
            let low = x & !HIGH;
            let folded = low | each(0x20);
            // The high bit of each byte of the sum says whether the byte is at least `c`; no byte carries into the next.
            let at_least = |y: u64, c: u8| y.wrapping_add(each(0x80 - c));
            let ascii = !x;
            let digit = at_least(low, b'0') & !at_least(low, b'9' + 1) & ascii;
            let letter = at_least(folded, b'a') & !at_least(folded, b'z' + 1) & ascii;
            let upper = at_least(low, b'A') & !at_least(low, b'Z' + 1) & ascii;
            let under = at_least(low, b'_') & !at_least(low, b'_' + 1) & ascii;
            let lead = x & (x << 1);
            let shift = index * 8;
            classes.digit |= gather(digit) << shift;
            classes.letter |= gather(letter) << shift;
            classes.upper |= gather(upper) << shift;
            classes.under |= gather(under) << shift;
            classes.lead |= gather(lead) << shift;
        }
        classes
    }
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
