//! Which of some patterns' matches can have digits, letters and other bytes where a word has them: one look-up that most digit words
//! do not pass. Knows nothing of what else decides.

use super::openings::{Among, Openings};

/// First bytes whose classes are looked at.
pub(super) const BYTES: usize = 8;

/// A bit for the classes of every head: which of its bytes are digits, and in the higher half which are letters.
#[derive(Debug)]
pub(super) struct Heads(Box<[u64; 1024]>);

/// By place and class: patterns that can have a byte of the class there.
type ByClass = [[Vec<(u16, u64)>; 3]; BYTES];

impl Heads {
    /// Of these patterns.
    pub(super) fn new(openings: &Openings, among: &Among) -> Self {
        let classes: [fn(&u8) -> bool; 3] =
            [u8::is_ascii_digit, u8::is_ascii_alphabetic, |byte| !byte.is_ascii_alphanumeric()];
        let blocks = || among.blocks().iter();
        let by_class: ByClass = std::array::from_fn(|place| {
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
        for (can, bit) in classes.iter().zip([1 << place, 1 << (place + BYTES), 0]) {
            let can = left.iter().zip(can).map(|(left, can)| (left.0, left.1 & can.1));
            let can: Vec<(u16, u64)> = can.collect();
            if can.iter().any(|(_, bits)| *bits != 0) {
                self.add(by_class, &can, place + 1, head | bit);
            }
        }
    }

    /// Whether a match can begin where these of the first bytes are digits and these are letters, from the lowest bit on.
    #[inline]
    pub(super) fn can_be(&self, digits: u8, letters: u8) -> bool {
        let head = usize::from(digits) | usize::from(letters) << BYTES;
        self.0[head / 64] >> (head % 64) & 1 == 1
    }

    /// Whether one can begin where a text does.
    pub(super) fn can_begin(&self, text: &[u8]) -> bool {
        let (mut digits, mut letters) = (0, 0);
        for (place, byte) in text.iter().take(BYTES).enumerate() {
            digits |= u8::from(byte.is_ascii_digit()) << place;
            letters |= u8::from(byte.is_ascii_alphabetic()) << place;
        }
        self.can_be(digits, letters)
    }
}

#[cfg(test)]
mod tests {
    use super::Heads;
    use crate::detect::openings::{Opening, Openings};
    use crate::dialect::parse;
    use crate::shape::Shape;

    #[test]
    fn what_can_begin_is_told_by_classes() {
        let shapes = [r"\b\d{3}-\d{2}-\d{4}\b", r"\b[A-Z]{2}\d{4}\b"].map(|r| Shape::of(&parse(r).unwrap()));
        let opening = |(n, shape): (u16, &Shape)| Opening::new(n, shape, shape.at_word_start, false);
        let openings = Openings::new([(0..).zip(&shapes).map(opening).collect()]);
        let heads = Heads::new(&openings, &openings.among(|_| true));
        for text in ["123-45-6789", "999.00.1234", "AB1234", "ab1234,", "AB1234 12"] {
            assert!(heads.can_begin(text.as_bytes()), "{text}");
        }
        for text in ["123-4", "12-345-678", "1234", "A1234", "AB12345", "AB1234x", "", "é"] {
            assert!(!heads.can_begin(text.as_bytes()), "{text}");
        }
    }
}
