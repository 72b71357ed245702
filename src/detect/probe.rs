//! What can begin at a word start: keywords and literals, looked up by their first bytes in tables for all of them, so that the
//! cost does not grow with their number. What the tables let through is compared.

use super::keywords::{Keyword, Keywords};
use super::scan::{Found, PatternLiteral, Start};
use super::tree::Tree;
use crate::shape::signs;

/// The tables.
#[derive(Debug)]
pub(super) struct Probe {
    /// Which five bytes begin a keyword, or three or two where it can be shorter: so few that most words are done with here.
    long: Vec<u64>,
    short: Vec<u64>,
    pairs: Vec<u64>,
    keywords: Tree,
    /// Which triples begin a literal; `entries` of hash `h` are at `slots[h]..slots[h + 1]`.
    literal_triples: Vec<u64>,
    slots: Vec<u32>,
    entries: Vec<Entry>,
    literals: Vec<PatternLiteral>,
    /// Whether a keyword begins with a letter beyond ASCII.
    pub(super) beyond_ascii: bool,
}

/// A literal that may stand at a place, and as much of it as one comparison can tell.
#[derive(Debug, Clone, Copy)]
struct Entry {
    key: [u8; 3],
    /// Up to eight first bytes, and which bits of them count.
    opening: (u64, u64),
    literal: u32,
}

impl Entry {
    fn new(key: [u8; 3], opening: &[u8], literal: u32) -> Self {
        let length = opening.len().min(8);
        let mut bytes = [0; 8];
        bytes[..length].copy_from_slice(&opening[..length]);
        let mask = if length == 8 { u64::MAX } else { (1 << (length * 8)) - 1 };
        Self { key: folded(key), opening: (u64::from_le_bytes(bytes) & mask, mask), literal }
    }
}

fn folded(bytes: [u8; 3]) -> [u8; 3] {
    bytes.map(|b| b | 0x20)
}

fn hash(key: [u8; 3]) -> usize {
    let number = u32::from_le_bytes([key[0], key[1], key[2], 0]);
    (number.wrapping_mul(0x9E37_79B1) >> 16) as usize
}

/// Of the first five of eight bytes, ASCII case folded away.
fn hash_five(eight: u64) -> usize {
    (((eight | 0x20_2020_2020) << 24).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as usize
}

fn pair(key: [u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(key))
}

fn bit(bits: &[u64], index: usize) -> bool {
    bits[index >> 6] >> (index & 63) & 1 == 1
}

impl Probe {
    pub(super) fn new(keywords: &Keywords, literals: Vec<PatternLiteral>) -> Self {
        let [mut pairs, mut short, mut long, mut literal_triples] = [(); 4].map(|()| vec![0u64; 1024]);
        let set = |bits: &mut Vec<u64>, index: usize| bits[index >> 6] |= 1 << (index & 63);
        let mut beyond_ascii = false;
        for (_, keyword) in keywords.iter().filter(|(_, k)| k.begins_with_letter()) {
            keyword.beginnings(&mut |beginning: &[u8]| {
                beyond_ascii |= beginning[0] >= 0x80;
                let mut eight = [0; 8];
                eight[..beginning.len()].copy_from_slice(beginning);
                match *beginning {
                    [_, _, _, _, _, ..] => set(&mut long, hash_five(u64::from_le_bytes(eight))),
                    [a, b, c, ..] => set(&mut short, hash(folded([a, b, c]))),
                    [a, b] => set(&mut pairs, pair([a | 0x20, b | 0x20])),
                    [a] => (0..=255).for_each(|b| set(&mut pairs, pair([a | 0x20, b | 0x20]))),
                    [] => {}
                }
            });
        }
        let mut entries: Vec<Entry> = Vec::new();
        for (number, (_, literal)) in (0..).zip(&literals) {
            let word = &literal[signs(literal)..];
            if let [a, b, c, ..] = word[..] {
                entries.push(Entry::new([a, b, c], word, number));
            }
        }
        entries.sort_by_key(|e| (hash(e.key), e.key));
        let mut slots = vec![0u32; (1 << 16) + 1];
        for entry in &entries {
            let i = hash(entry.key);
            set(&mut literal_triples, i);
            slots[i + 1] += 1;
        }
        for i in 0..1 << 16 {
            slots[i + 1] += slots[i];
        }
        let keywords = Tree::new(keywords, Keyword::begins_with_letter);
        Self { long, short, pairs, keywords, literal_triples, slots, entries, literals, beyond_ascii }
    }

    pub(super) fn look_up(&self, keywords: &Keywords, text: &[u8], at: usize, found: &mut Found) {
        let mut eight = [0; 8];
        match text.get(at..at + 8) {
            Some(bytes) => eight.copy_from_slice(bytes),
            None => eight[..text.len() - at].copy_from_slice(&text[at..]),
        }
        let key = folded([eight[0], eight[1], eight[2]]);
        let index = hash(key);
        if bit(&self.long, hash_five(u64::from_le_bytes(eight)))
            || bit(&self.short, index)
            || bit(&self.pairs, pair([key[0], key[1]]))
        {
            self.keywords.look_up(keywords, text, at, &mut found.hits);
        }
        if bit(&self.literal_triples, index) {
            let opening = u64::from_le_bytes(eight);
            let entries = &self.entries[self.slots[index] as usize..self.slots[index + 1] as usize];
            for entry in entries.iter().filter(|e| opening & e.opening.1 == e.opening.0) {
                let (pattern, literal) = &self.literals[entry.literal as usize];
                if let Some(start) = at.checked_sub(signs(literal))
                    && text[start..].starts_with(literal)
                {
                    found.starts.push(Start { at: start as u32, pattern: *pattern });
                }
            }
        }
    }
}
