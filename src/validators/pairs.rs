//! The two bytes that words of a list begin or end with: most texts are told from all of them by these. Of each byte the lowest five
//! bits count, in which capitals of ASCII are like small letters, so a pair may be held that no word has.

/// By first byte: the second ones, as bits.
pub(super) struct Pairs([u32; 32]);

impl Pairs {
    /// Those that words of these lists begin with; all have two bytes.
    pub(super) const fn beginning(lists: &[&[&str]]) -> Self {
        Self::of(lists, false)
    }

    /// Those that they end with.
    pub(super) const fn ending(lists: &[&[&str]]) -> Self {
        Self::of(lists, true)
    }

    const fn of(lists: &[&[&str]], ends: bool) -> Self {
        let mut pairs = [0; 32];
        let mut list = 0;
        while list < lists.len() {
            let mut at = 0;
            while at < lists[list].len() {
                let word = lists[list][at].as_bytes();
                let place = if ends { word.len() - 2 } else { 0 };
                pairs[(word[place] & 31) as usize] |= 1 << (word[place + 1] & 31);
                at += 1;
            }
            list += 1;
        }
        Self(pairs)
    }

    /// Whether a word may have these two.
    #[inline]
    pub(super) fn hold(&self, first: u8, second: u8) -> bool {
        self.0[usize::from(first & 31)] >> (second & 31) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn words_are_told_by_two_bytes() {
        static WORDS: &[&[&str]] = &[&["via", "rue"], &["straße"]];
        let (begin, end) = (Pairs::beginning(WORDS), Pairs::ending(WORDS));
        assert!(begin.hold(b'V', b'i') && begin.hold(b'r', b'U') && begin.hold(b's', b't'));
        assert!(!begin.hold(b'i', b'a') && !begin.hold(b'v', b'u'));
        assert!(end.hold(b'i', b'A') && end.hold(0x9F, b'e') && !end.hold(b'v', b'i'));
    }
}
