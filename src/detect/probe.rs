//! What can begin at a word start: keywords and literals, looked up by their first bytes in tables for all of them, so that the
//! cost does not grow with their number. What the tables let through is compared.

use super::keywords::{Keyword, Keywords};
use super::scan::{Found, PatternLiteral, Start};
use super::tree::Tree;
use crate::shape::signs;

/// Letters of a word that a keyword is looked up by.
const LETTERS: u32 = 5;

/// The tables.
#[derive(Debug)]
pub(super) struct Probe {
    /// Which beginnings of words ([`Word`]) begin a keyword.
    words: Vec<u64>,
    keywords: Tree,
    /// Which triples begin a literal, and the literals by the slot of theirs.
    triples: Vec<u64>,
    entries: Vec<Entry>,
    literals: Vec<PatternLiteral>,
    /// Whether a keyword begins with a letter beyond ASCII.
    pub(super) beyond_ascii: bool,
}

/// How the letters go on at a word start: bit `i` tells of the byte `i + 1` behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead {
    /// ASCII letters.
    pub(super) letters: u64,
    /// Where a word begins inside: a capital behind a small letter, or before one.
    pub(super) humps: u64,
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

/// The key of a word's first letters, so many of them; of a character beyond ASCII its first two bytes.
fn word_key(eight: u64, letters: u32) -> u64 {
    const CASE: u64 = 0x20_2020_2020;
    match letters {
        0 => eight & 0xFFFF,
        _ => (eight | CASE) & (u64::MAX >> (64 - 8 * letters)),
    }
}

fn triple_key(eight: u64) -> u64 {
    eight & 0xFF_FFFF
}

fn bit(bits: &[u64], index: usize) -> bool {
    bits[index >> 6] >> (index & 63) & 1 == 1
}

impl Probe {
    pub(super) fn new(keywords: &Keywords, literals: Vec<PatternLiteral>) -> Self {
        let [mut words, mut triples] = [(); 2].map(|()| vec![0u64; 1024]);
        let set = |bits: &mut Vec<u64>, index: usize| bits[index >> 6] |= 1 << (index & 63);
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
        entries.sort_by_key(Entry::slot);
        for entry in &entries {
            set(&mut triples, entry.slot());
        }
        let keywords = Tree::new(keywords, Keyword::begins_with_letter);
        Self { words, keywords, triples, entries, literals, beyond_ascii }
    }

    /// Looks up what begins at `at`, where a word does.
    #[inline]
    pub(super) fn look_up(&self, keywords: &Keywords, text: &[u8], at: usize, ahead: Ahead, found: &mut Found) {
        let eight = match text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => last_eight(&text[at..]),
        };
        let letters = if eight & 0x80 == 0 { (1 + ahead.letters.trailing_ones()).min(LETTERS) } else { 0 };
        let humps = ahead.humps & (((1 << letters) >> 1) - u64::from(letters > 0));
        let may_be_keyword = humps != 0 || bit(&self.words, hash(word_key(eight, letters)));
        let slot = hash(triple_key(eight));
        let may_be_literal = bit(&self.triples, slot);
        if may_be_keyword | may_be_literal {
            if may_be_keyword && (humps == 0 || self.may_have_humps(eight, letters, humps)) {
                self.keywords.look_up(keywords, text, at, &mut found.hits);
            }
            if may_be_literal {
                self.literals_at(slot, text, at, eight, found);
            }
        }
    }

    /// Whether a word with humps in its first letters can be a keyword, all of it or up to the hump.
    fn may_have_humps(&self, eight: u64, letters: u32, humps: u64) -> bool {
        let known = |letters: u32| bit(&self.words, hash(word_key(eight, letters)));
        humps.count_ones() > 1 || known(letters) || known(1 + humps.trailing_zeros())
    }

    fn literals_at(&self, slot: usize, text: &[u8], at: usize, eight: u64, found: &mut Found) {
        let first = self.entries.partition_point(|e| e.slot() < slot);
        let here = self.entries[first..].iter().take_while(|e| e.slot() == slot);
        for entry in here.filter(|e| eight & e.opening.1 == e.opening.0) {
            let (pattern, literal) = &self.literals[entry.literal as usize];
            if let Some(start) = at.checked_sub(signs(literal))
                && text[start..].starts_with(literal)
            {
                found.starts.push(Start { at: start as u32, pattern: *pattern });
            }
        }
    }
}

/// The last bytes of a text, fewer than eight.
fn last_eight(rest: &[u8]) -> u64 {
    let mut eight = [0; 8];
    eight[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(eight)
}
