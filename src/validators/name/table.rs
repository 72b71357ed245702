//! The list of names and of words that are none, by folded word. Knows nothing of how names are put together.
//!
//! The list is `identifiers/lists/names.txt`; the build script packs it, so nothing is read or built when a scan starts.

use super::blocks::{Blocks, LONGEST, Letters, hash};
use wide::u8x16;

static LIST: Blocks<'static> = Blocks {
    words: include_bytes!(concat!(env!("OUT_DIR"), "/names.words")),
    given: include_bytes!(concat!(env!("OUT_DIR"), "/names.given")),
    starts: include_bytes!(concat!(env!("OUT_DIR"), "/names.starts")),
    entries: include_bytes!(concat!(env!("OUT_DIR"), "/names.entries")),
};

/// What is known of a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// How common it is as a given name, 0 to 9: each step is nearly three times as many people.
    pub(super) given: u8,
    /// How common it is as a surname.
    pub(super) last: u8,
    /// Whether it is an ordinary word as well.
    pub(super) ordinary: bool,
    /// Whether it speaks against a name: a street, a month, a company.
    pub(super) against: bool,
}

/// The letters of a word, lower case, without accents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folded {
    letters: Letters,
    length: usize,
}

impl Folded {
    pub(super) fn new() -> Self {
        Self { letters: [0; LONGEST], length: 0 }
    }

    /// Of the first so many of sixteen bytes, which are letters in lower case.
    #[inline]
    pub(super) fn of(sixteen: u8x16, length: usize) -> Self {
        // Written out: what makes such an array is not always done when the program is built.
        const PLACES: u8x16 = u8x16::new([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
        let length = length.min(16);
        let is_behind = PLACES.max(u8x16::splat(length as u8)).simd_eq(PLACES);
        let sixteen = (sixteen & !is_behind).to_array();
        let mut letters = [0; LONGEST];
        if let Some(first) = letters.first_chunk_mut() {
            *first = sixteen;
        }
        Self { letters, length }
    }

    /// Adds a letter in lower case; false when there is no room.
    pub(super) fn push(&mut self, letter: u8) -> bool {
        let Some(place) = self.letters.get_mut(self.length) else { return false };
        *place = letter;
        self.length += 1;
        true
    }

    pub(super) fn letters(&self) -> &[u8] {
        self.letters.get(..self.length).unwrap_or_default()
    }
}

/// What is known of a word; none if it is in no list.
pub(super) fn look_up(word: &Folded) -> Option<Known> {
    known(word.letters(), hash(&word.letters))
}

fn known(letters: &[u8], hash: u32) -> Option<Known> {
    let (facts, mark) = LIST.find(letters, hash)?;
    Some(Known { given: facts / 10, last: facts % 10, ordinary: mark == 1, against: mark == 2 })
}

/// Whether a word is a given name; quick for most that are none.
#[inline]
pub(super) fn is_given(word: &Folded) -> bool {
    let hash = hash(&word.letters);
    LIST.may_be_given(hash) && known(word.letters(), hash).is_some_and(|k| k.given > 0)
}

#[cfg(test)]
mod tests {
    use super::{Folded, Known, is_given, look_up};

    static LIST: &str = include_str!("../../../identifiers/lists/names.txt");

    fn folded(word: &str) -> Folded {
        let mut folded = Folded::new();
        assert!(word.bytes().all(|b| folded.push(b)), "{word}");
        folded
    }

    #[test]
    fn every_line_is_found() {
        for line in LIST.lines().filter(|l| !l.starts_with('#')) {
            let (word, facts) = line.split_once(' ').unwrap();
            let digit = |at: usize| facts.as_bytes()[at] - b'0';
            let mark = facts.get(2..).unwrap();
            let known = Known { given: digit(0), last: digit(1), ordinary: mark == "*", against: mark == "!" };
            assert!(word.bytes().all(|b| b.is_ascii_lowercase()), "{line}");
            assert_eq!(look_up(&folded(word)), Some(known), "{line}");
            assert_eq!(is_given(&folded(word)), known.given > 0, "{line}");
        }
        assert_eq!(look_up(&folded("qzxqzx")), None);
        assert_eq!(look_up(&folded("")), None);
    }
}
