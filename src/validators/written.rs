//! A number as people write it: its letters and digits, and where separators stand between them.
//!
//! It refuses doubled, mixed, leading and trailing separators. It does not know what any number means.

/// The longest number there is: an IBAN has at most 34 characters.
const LONGEST: usize = 40;

/// Letters and digits of a text, with the places of the one separator it uses.
pub(super) struct Written {
    symbols: [u8; LONGEST],
    length: usize,
    /// Bit n: a separator stands before symbol n.
    breaks: u64,
}

impl Written {
    /// Reads a text of ASCII letters, digits and single separators, all of them the same one of `separators`.
    pub(super) fn parse(text: &str, separators: &[u8]) -> Option<Self> {
        let mut written = Self { symbols: [0; LONGEST], length: 0, breaks: 0 };
        let (mut separator, mut pending) = (None, false);
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() {
                *written.symbols.get_mut(written.length)? = byte;
                written.breaks |= u64::from(pending) << written.length;
                written.length += 1;
                pending = false;
            } else {
                let fits = separators.contains(&byte) && separator.is_none_or(|known| known == byte);
                if !fits || pending || written.length == 0 {
                    return None;
                }
                separator = Some(byte);
                pending = true;
            }
        }
        (!pending && written.length > 0).then_some(written)
    }

    /// Letters and digits, in the case they were written in.
    pub(super) fn symbols(&self) -> &[u8] {
        self.symbols.get(..self.length).unwrap_or_default()
    }

    /// The values of exactly `N` digits; none if there are letters or another number of digits.
    pub(super) fn digits<const N: usize>(&self) -> Option<[u8; N]> {
        let symbols: [u8; N] = self.symbols().try_into().ok()?;
        symbols.iter().all(u8::is_ascii_digit).then(|| symbols.map(|b| b - b'0'))
    }

    /// Whether there is no separator at all.
    pub(super) fn is_plain(&self) -> bool {
        self.breaks == 0
    }

    /// Whether separators stand exactly between groups of these sizes; the last group is what remains.
    pub(super) fn is_grouped(&self, sizes: &[usize]) -> bool {
        self.breaks == bits(sizes)
    }

    /// Whether separators stand between groups of four, everywhere.
    pub(super) fn is_in_fours(&self) -> bool {
        self.breaks == (4..self.length).step_by(4).fold(0, |all, at| all | 1 << at)
    }

    /// Whether separators stand only between groups of these sizes, not necessarily everywhere.
    pub(super) fn breaks_only_between(&self, sizes: &[usize]) -> bool {
        self.breaks & !bits(sizes) == 0
    }
}

/// The places between groups of these sizes, as bits.
fn bits(sizes: &[usize]) -> u64 {
    let mut at = 0usize;
    sizes.iter().fold(0, |all, size| {
        at += size;
        all | 1u64.checked_shl(at as u32).unwrap_or(0)
    })
}

/// Whether a number is one digit over and over, all zeros among them: a filler.
pub(super) fn is_one_digit(digits: &[u8]) -> bool {
    digits.windows(2).all(|w| w.first() == w.last())
}

/// The value of some digits. They are few: nine at most.
pub(super) fn value(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum: u32, d| sum.wrapping_mul(10).wrapping_add(u32::from(*d)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_single_and_all_alike() {
        let parse = |text| Written::parse(text, b" -").map(|w| w.symbols().to_vec());
        assert_eq!(parse("12-34"), Some(b"1234".to_vec()));
        for refused in ["", "-", "1-", "-1", "1--2", "1-2 3", "1.2", "é1"] {
            assert_eq!(parse(refused), None, "{refused}");
        }
        assert!(Written::parse(&"1".repeat(41), b"").is_none());
    }

    #[test]
    fn groups() {
        let written = Written::parse("123-45-6789", b"-").unwrap();
        assert!(written.is_grouped(&[3, 2]) && !written.is_grouped(&[3]) && !written.is_plain());
        assert!(written.breaks_only_between(&[3, 2, 2]) && !written.breaks_only_between(&[3]));
        assert_eq!(written.digits::<9>(), Some([1, 2, 3, 4, 5, 6, 7, 8, 9]));
        assert_eq!(written.digits::<8>(), None);
        assert!(Written::parse("1234 5678 9", b" ").unwrap().is_in_fours());
    }
}
