//! What can begin at a word start: keywords and literals, looked up by their first bytes in tables for all of them, so that the
//! cost does not grow with their number. What the tables let through is compared.

use super::keywords::{Keyword, Keywords};
use super::scan::{Found, PatternLiteral, Start};
use super::tree::{Reached, Tree, settle};
use crate::shape::signs;

/// Letters of a word that a keyword is looked up by.
const LETTERS: u32 = 5;

/// What [`hash`] is below.
const SLOTS: usize = 1 << 16;
/// Slots whose literals are gone through together: it holds hardly more than one.
const DRAWER: usize = 64;

/// A bit for each slot.
type Bits = Box<[u64; SLOTS / 64]>;

/// The tables.
#[derive(Debug)]
pub(super) struct Probe {
    /// Which beginnings of words ([`Word`]) begin a keyword.
    words: Bits,
    keywords: Tree,
    /// Which triples begin a literal, and the literals by the slot of theirs; by slot, roughly, the first of them.
    triples: Bits,
    entries: Vec<Entry>,
    first_entry: Vec<u32>,
    literals: Vec<PatternLiteral>,
    /// Whether a keyword begins with a letter beyond ASCII.
    pub(super) beyond_ascii: bool,
}

/// The first letters of a word, read as eight bytes; the highest bit of each byte tells its class.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// How many letters of ASCII it begins with, up to eight.
    letters: u32,
    /// Where a word begins inside them: a capital behind a small letter, or before one.
    humps: u64,
}

impl Word {
    #[inline]
    fn of(eight: u64) -> Self {
        const ONES: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x80 * ONES;
        let seven = (eight | (0x20 * ONES)) & !HIGH;
        // Nothing is carried from byte to byte.
        let reaches = |byte: u64| seven.wrapping_add((0x80 - byte) * ONES);
        let letter = reaches(0x61) & !reaches(0x7B) & !eight & HIGH;
        let letters = (letter ^ HIGH).trailing_zeros() / 8;
        let (upper, lower) = (letter & !(eight << 2), letter & (eight << 2));
        let lead = eight & (eight << 1) & HIGH;
        let humps = upper & ((lower << 8) | ((upper << 8) & ((lower | lead) >> 8)));
        Self { letters, humps: humps & MASKS[letters as usize] }
    }

    /// The letters before each hump, and all.
    fn lengths(self) -> impl Iterator<Item = u32> {
        let mut humps = self.humps;
        let before = std::iter::from_fn(move || {
            let hump = (humps != 0).then(|| humps.trailing_zeros() / 8)?;
            humps &= humps - 1;
            Some(hump)
        });
        before.chain([self.letters])
    }
}

/// Where the tree of keywords goes on behind the beginnings of words: of each slot the last that was asked for.
#[derive(Debug, Default)]
pub(super) struct Beginnings {
    slots: Vec<Beginning>,
}

#[derive(Debug, Clone, Default)]
struct Beginning {
    /// None in an empty slot: no word begins with nothing.
    key: u64,
    reached: Box<[Reached]>,
}

impl Beginnings {
    const SLOTS: usize = 1 << 10;

    fn reached(&mut self, tree: &Tree, keywords: &Keywords, key: u64, letters: u32) -> &[Reached] {
        if self.slots.is_empty() {
            self.slots.resize(Self::SLOTS, Beginning::default());
        }
        let slot = &mut self.slots[hash(key) % Self::SLOTS];
        if slot.key != key {
            let letters = key.to_le_bytes().into_iter().take(letters.min(LETTERS) as usize).collect::<Vec<u8>>();
            *slot = Beginning { key, reached: tree.behind(keywords, &letters) };
        }
        &slot.reached
    }
}

/// A literal that may stand at a place, and as much of it as one comparison can tell.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Up to eight first bytes, and which bits of them count.
    opening: (u64, u64),
    literal: u32,
}

impl Entry {
    fn new(opening: &[u8], literal: u32) -> Self {
        let length = opening.len().min(8);
        let mut bytes = [0; 8];
        bytes[..length].copy_from_slice(&opening[..length]);
        let mask = if length == 8 { u64::MAX } else { (1 << (length * 8)) - 1 };
        Self { opening: (u64::from_le_bytes(bytes) & mask, mask), literal }
    }
}

impl Entry {
    fn slot(&self) -> usize {
        hash(triple_key(self.opening.0))
    }
}

fn hash(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as usize
}

/// By letters: the bytes of a word that count; of a character beyond ASCII its first two. Beyond [`LETTERS`] they are the same.
const MASKS: [u64; 9] = {
    const ALL: u64 = 0xFF_FFFF_FFFF;
    [0xFFFF, 0xFF, 0xFFFF, 0xFF_FFFF, 0xFFFF_FFFF, ALL, ALL, ALL, ALL]
};

/// The key of a word's first letters, so many of them, small.
#[inline]
fn word_key(eight: u64, letters: u32) -> u64 {
    (eight | 0x20_2020_2020) & MASKS[letters as usize]
}

fn triple_key(eight: u64) -> u64 {
    eight & 0xFF_FFFF
}

#[inline]
fn bit(bits: &Bits, index: usize) -> bool {
    bits[index / 64 % (SLOTS / 64)] >> (index & 63) & 1 == 1
}

impl Probe {
    pub(super) fn new(keywords: &Keywords, literals: Vec<PatternLiteral>) -> Self {
        let [mut words, mut triples] = [(); 2].map(|()| Bits::new([0; SLOTS / 64]));
        let set = |bits: &mut Bits, index: usize| bits[index >> 6] |= 1 << (index & 63);
        let mut beyond_ascii = false;
        for (_, keyword) in keywords.iter().filter(|(_, k)| k.begins_with_letter()) {
            keyword.beginnings(&mut |beginning: &[u8]| {
                beyond_ascii |= beginning[0] >= 0x80;
                let mut eight = [0; 8];
                eight[..beginning.len()].copy_from_slice(beginning);
                let letters = beginning.iter().take_while(|b| b.is_ascii_alphabetic()).count() as u32;
                set(&mut words, hash(word_key(u64::from_le_bytes(eight), letters)));
                if letters as usize == beginning.len() && letters < LETTERS {
                    // A plural ends it too.
                    eight[beginning.len()] = b's';
                    set(&mut words, hash(word_key(u64::from_le_bytes(eight), letters + 1)));
                }
            });
        }
        let mut entries: Vec<Entry> = Vec::new();
        for (number, (_, literal)) in (0..).zip(&literals) {
            let word = &literal[signs(literal)..];
            if word.len() >= 3 {
                entries.push(Entry::new(word, number));
            }
        }
        entries.sort_unstable_by_key(|entry| (entry.slot(), entry.literal));
        for entry in &entries {
            set(&mut triples, entry.slot());
        }
        let behind = |drawer: usize| entries.partition_point(|entry| entry.slot() < drawer * DRAWER) as u32;
        let first_entry = (0..=SLOTS / DRAWER).map(behind).collect();
        let keywords = Tree::new(keywords, Keyword::begins_with_letter);
        Self { words, keywords, triples, entries, first_entry, literals, beyond_ascii }
    }

    /// Looks up what begins at places where words do, ascending; `humps` tells whether they may have some.
    ///
    /// First all that the tables let through, without a branch on what is found: it is few, and nobody can foresee which.
    pub(super) fn look_up(&self, keywords: &Keywords, text: &[u8], (places, humps): (&[u32], bool), found: &mut Found) {
        let mut passed = std::mem::take(&mut found.passed);
        passed.resize(passed.len().max(places.len()), 0);
        let count = if humps {
            self.sift(text, places, &mut passed, |eight, word| self.begins_before_hump(eight, word))
        } else {
            self.sift(text, places, &mut passed, |_, _| false)
        };
        for at in passed.get(..count).unwrap_or_default() {
            self.look_at(keywords, text, *at as usize, found);
        }
        found.passed = passed;
    }

    /// Those of the places that the tables let through, and how many.
    #[inline]
    fn sift(&self, text: &[u8], places: &[u32], passed: &mut [u32], more: impl Fn(u64, Word) -> bool) -> usize {
        let mut count = 0_usize;
        for at in places {
            let eight = eight_at(text, *at as usize);
            let word = Word::of(eight);
            let is_keyword = bit(&self.words, hash(word_key(eight, word.letters)));
            let is_literal = bit(&self.triples, hash(triple_key(eight)));
            passed[count] = *at;
            count = count.wrapping_add(usize::from(is_keyword | is_literal | more(eight, word)));
        }
        count
    }

    /// Whether the letters before a hump begin a keyword.
    #[inline]
    fn begins_before_hump(&self, eight: u64, word: Word) -> bool {
        let (mut humps, mut begins) = (word.humps, false);
        while humps != 0 {
            begins |= bit(&self.words, hash(word_key(eight, humps.trailing_zeros() / 8)));
            humps &= humps - 1;
        }
        begins
    }

    /// Whether a keyword may begin at a word of a text that ends with a blank, and whether a literal may, whatever the digits are
    /// and whatever stands behind it.
    pub(super) fn may_begin(&self, text: &[u8], at: usize) -> (bool, bool) {
        let eight = eight_at(text, at);
        let is_told = text[at..].first_chunk::<3>().is_some_and(|three| !three.iter().any(u8::is_ascii_digit));
        let is_keyword = Word::of(eight).lengths().any(|letters| bit(&self.words, hash(word_key(eight, letters))));
        (is_keyword, !is_told || bit(&self.triples, hash(triple_key(eight))))
    }

    pub(super) fn look_at(&self, keywords: &Keywords, text: &[u8], at: usize, found: &mut Found) {
        let (eight, before) = (eight_at(text, at), found.hits.len());
        for letters in Word::of(eight).lengths() {
            let key = word_key(eight, letters);
            if bit(&self.words, hash(key)) {
                let reached = found.beginnings.reached(&self.keywords, keywords, key, letters);
                self.keywords.look_up_behind(reached, keywords, text, at, &mut found.hits);
            }
        }
        settle(text, at, before, &mut found.hits);
        let slot = hash(triple_key(eight));
        if bit(&self.triples, slot) {
            self.literals_at(slot, text, at, eight, found);
        }
    }

    fn literals_at(&self, slot: usize, text: &[u8], at: usize, eight: u64, found: &mut Found) {
        let [first, behind] = [slot / DRAWER, slot / DRAWER + 1].map(|drawer| self.first_entry[drawer] as usize);
        for entry in self.entries[first..behind].iter().filter(|e| eight & e.opening.1 == e.opening.0) {
            let (pattern, literal) = &self.literals[entry.literal as usize];
            if let Some(start) = at.checked_sub(signs(literal))
                && text[start..].starts_with(literal)
            {
                found.starts.push(Start { at: start as u32, pattern: *pattern });
            }
        }
    }
}

/// Eight bytes of a text, as far as it goes.
#[inline]
fn eight_at(text: &[u8], at: usize) -> u64 {
    match text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => last_eight(&text[at..]),
    }
}

/// The last bytes of a text, fewer than eight.
fn last_eight(rest: &[u8]) -> u64 {
    let mut eight = [0; 8];
    eight[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(eight)
}
