//! Which of some patterns' matches can have digits, letters and other bytes where a word has them: one look-up that most digit words
//! do not pass. Knows nothing of what else decides.

use super::classes::within;
use super::openings::{Among, Openings};
use wide::u8x16;

/// First bytes whose classes are looked at.
pub(super) const BYTES: usize = 8;

/// A word of so many bytes is long: of hexadecimal digits, a key and no number of a request.
pub(super) const LONG: usize = 24;

/// The classes of a word's first bytes: from the lowest bit on which are digits, in the higher half which are letters. A nought that
/// is the first of all is marked as both: numbers from abroad begin with it, and few others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head(u16);

/// A bit for every head.
#[derive(Debug)]
pub(super) struct Heads(Box<[u64; 1024]>);

/// What heads tell of words that are short, and of all.
#[derive(Debug)]
pub(super) struct HeadsByLength {
    all: Heads,
    of_short: Heads,
}

impl HeadsByLength {
    /// Of these patterns.
    pub(super) fn new(openings: &Openings, among: &Among) -> Self {
        let short = openings.in_shorter_words(among, LONG);
        Self { all: Heads::new(openings, among), of_short: Heads::new(openings, &short) }
    }

    /// Whether a match can begin with a head, where `is_long` tells whether the word has [`LONG`] bytes or more.
    #[inline]
    pub(super) fn can_be(&self, head: Head, is_long: impl FnOnce() -> bool) -> bool {
        self.all.can_be(head) && (self.of_short.can_be(head) || is_long())
    }
}

/// By place and class: patterns that can have a byte of the class there.
type ByClass = [[Vec<(u16, u64)>; CLASSES]; BYTES];

/// Digits, letters, other bytes, and noughts.
const CLASSES: usize = 4;

impl Heads {
    /// Of these patterns.
    pub(super) fn new(openings: &Openings, among: &Among) -> Self {
        let others: [fn(&u8) -> bool; CLASSES] =
            [u8::is_ascii_digit, u8::is_ascii_alphabetic, |byte| !byte.is_ascii_alphanumeric(), |_| false];
        let mut first = others;
        (first[0], first[3]) = (|byte: &u8| matches!(byte, b'1'..=b'9'), |byte: &u8| *byte == b'0');
        let blocks = || among.blocks().iter();
        let by_class: ByClass = std::array::from_fn(|place| {
            let classes = if place == 0 { first } else { others };
            classes.map(|class| blocks().map(|block| (block.0, openings.possible_at(*block, place, class))).collect())
        });
        let mut heads = Self(Box::new([0; 1024]));
        heads.add(&by_class, among.blocks(), 0, 0);
        heads
    }

    /// Adds all that the patterns that are left can have from a place on.
    fn add(&mut self, by_class: &ByClass, left: &[(u16, u64)], place: usize, head: usize) {
        let Some(classes) = by_class.get(place) else {
            self.0[head / 64] |= 1 << (head % 64);
            return;
        };
        let (digit, letter) = (1 << place, 1 << (place + BYTES));
        for (can, bit) in classes.iter().zip([digit, letter, 0, digit | letter]) {
            let can = left.iter().zip(can).map(|(left, can)| (left.0, left.1 & can.1));
            let can: Vec<(u16, u64)> = can.collect();
            if can.iter().any(|(_, bits)| *bits != 0) {
                self.add(by_class, &can, place + 1, head | bit);
            }
        }
    }

    /// Whether a match can begin with a head.
    #[inline]
    pub(super) fn can_be(&self, head: Head) -> bool {
        let head = usize::from(head.0);
        self.0[head / 64] >> (head % 64) & 1 == 1
    }
}

impl Head {
    /// Of a word with this first byte, where these are digits and these are letters, from the lowest bit on.
    #[inline]
    pub(super) fn new(first: u8, digits: u64, letters: u64) -> Self {
        let letters = letters as u8 | u8::from(first == b'0');
        Self(u16::from(digits as u8) | u16::from(letters) << BYTES)
    }

    /// Of the bytes that a text begins with.
    pub(super) fn of(text: &[u8]) -> Self {
        let last = || {
            let mut sixteen = [0; 16];
            sixteen.iter_mut().zip(text).for_each(|(place, byte)| *place = *byte);
            sixteen
        };
        let head = text.first_chunk().copied().unwrap_or_else(last);
        let x = u8x16::new(head);
        let letters = within(x | u8x16::splat(0x20), b'a', b'z').to_bitmask();
        Self::new(head[0], u64::from(within(x, b'0', b'9').to_bitmask()), u64::from(letters))
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Heads};
    use crate::detect::openings::{Opening, Openings};
    use crate::dialect::parse;
    use crate::shape::Shape;

    #[test]
    fn what_can_begin_is_told_by_classes() {
        let shapes =
            [r"\b[1-9]\d{2}-\d{2}-\d{4}\b", r"\b[A-Z]{2}\d{4}\b", r"\b00 \d{3}"].map(|r| Shape::of(&parse(r).unwrap()));
        let opening = |(n, shape): (u16, &Shape)| Opening::new(n, shape, shape.at_word_start, false);
        let openings = Openings::new([(0..).zip(&shapes).map(opening).collect()]);
        let heads = Heads::new(&openings, &openings.among(|_| true));
        for text in ["123-45-6789", "999.00.1234", "AB1234", "ab1234,", "AB1234 12", "00 123", "00-1234"] {
            assert!(heads.can_be(Head::of(text.as_bytes())), "{text}");
        }
        for text in
            ["123-4", "12-345-678", "12 345", "012-34-5678", "0a 123", "1234", "A1234", "AB12345", "AB1234x", "", "é"]
        {
            assert!(!heads.can_be(Head::of(text.as_bytes())), "{text}");
        }
    }
}
