//! The list of names and of words that are none, by folded word. Knows nothing of how names are put together.
//!
//! The list is `identifiers/lists/names.txt`. It is read when a text first asks; a bitmap of the given names answers most questions at once.

use std::sync::OnceLock;

static LIST: &str = include_str!("../../../identifiers/lists/names.txt");

/// The longest word that is looked up, in letters.
pub(super) const LONGEST: usize = 24;
/// Places of the table: a power of two, and twice the words at least.
const PLACES: usize = 1 << 16;
/// Bits of the bitmap.
const BITS: usize = 1 << 17;

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

struct Table {
    /// Offsets into the list, plus one; 0 is a free place.
    places: Vec<u32>,
    given: Vec<u64>,
}

/// The letters of a word, lower case, without accents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folded {
    letters: [u8; LONGEST],
    length: usize,
}

impl Folded {
    pub(super) fn new() -> Self {
        Self { letters: [0; LONGEST], length: 0 }
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

fn hash(word: &[u8]) -> usize {
    let mixed = word.iter().fold(0xCBF2_9CE4u32, |h, b| (h ^ u32::from(*b)).wrapping_mul(0x0100_0193));
    (mixed ^ (mixed >> 15)) as usize
}

/// A line of the list: the word, and what is known of it.
fn entry(line: &str) -> Option<(&str, Known)> {
    let (word, facts) = line.split_once(' ')?;
    Some((word, known(facts.as_bytes())?))
}

/// Two digits and a mark, if there is one.
fn known(facts: &[u8]) -> Option<Known> {
    let [given, last, rest @ ..] = facts else { return None };
    let mark = rest.first();
    Some(Known {
        given: given.wrapping_sub(b'0').min(9),
        last: last.wrapping_sub(b'0').min(9),
        ordinary: mark == Some(&b'*'),
        against: mark == Some(&b'!'),
    })
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { places: vec![0; PLACES], given: vec![0; BITS / 64] };
        let mut offset = 0;
        for line in LIST.split_inclusive('\n') {
            if let Some((word, known)) = entry(line.trim_end()).filter(|_| !line.starts_with('#')) {
                let number = hash(word.as_bytes());
                let mut place = number % PLACES;
                while table.places[place] != 0 {
                    place = (place + 1) % PLACES;
                }
                table.places[place] = offset as u32 + 1;
                if known.given > 0 {
                    table.given[number % BITS / 64] |= 1 << (number % 64);
                }
            }
            offset += line.len();
        }
        table
    })
}

/// What is known of a word; none if it is in no list.
pub(super) fn look_up(word: &Folded) -> Option<Known> {
    let (table, letters) = (table(), word.letters());
    let mut place = hash(letters) % PLACES;
    loop {
        let offset = (*table.places.get(place)? as usize).checked_sub(1)?;
        let behind = LIST.as_bytes().get(offset..)?.strip_prefix(letters);
        if let Some([b' ', facts @ ..]) = behind {
            return known(facts);
        }
        place = (place + 1) % PLACES;
    }
}

/// Whether a word is a given name; quick for most that are none.
pub(super) fn is_given(word: &Folded) -> bool {
    let number = hash(word.letters());
    let bits = table().given.get(number % BITS / 64).copied().unwrap_or(0);
    bits >> (number % 64) & 1 == 1 && look_up(word).is_some_and(|k| k.given > 0)
}

#[cfg(test)]
mod tests {
    use super::{Folded, LIST, PLACES, entry, is_given, look_up};

    fn folded(word: &str) -> Folded {
        let mut folded = Folded::new();
        assert!(word.bytes().all(|b| folded.push(b)), "{word}");
        folded
    }

    #[test]
    fn every_line_is_found() {
        let lines: Vec<&str> = LIST.lines().filter(|l| !l.starts_with('#')).collect();
        assert!(lines.len() * 2 <= PLACES, "{} words fill the table too far", lines.len());
        for line in lines {
            let (word, known) = entry(line).unwrap();
            assert!(word.bytes().all(|b| b.is_ascii_lowercase()), "{line}");
            assert_eq!(look_up(&folded(word)), Some(known), "{line}");
            assert_eq!(is_given(&folded(word)), known.given > 0, "{line}");
        }
        assert_eq!(look_up(&folded("qzxqzx")), None);
        assert_eq!(look_up(&folded("")), None);
    }
}
