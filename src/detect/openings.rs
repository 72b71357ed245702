//! Which of many patterns can begin at a place, by the first bytes there: a few look-ups in place of as many automata.
//!
//! Patterns are bits of words of 64. For each of the first places and each byte there is a word that tells which patterns can
//! have that byte there; what is left when the words of a text's bytes are joined by `and` may match, all else cannot.
//! A word's table is built when a text first asks for it.

use crate::shape::{ByteSet, DEPTH, Shape};
use std::borrow::Cow;
use std::sync::OnceLock;

/// So many places are looked up before it is asked whether any pattern is left.
const STEP: usize = 4;
/// A shortest match of so many bytes, or more, is taken for one of so many.
const LENGTHS: usize = 64;

/// The openings of a list of patterns.
#[derive(Debug, Default)]
pub(super) struct Openings {
    blocks: Vec<Block>,
}

/// Up to 64 patterns.
#[derive(Debug)]
struct Block {
    patterns: Vec<Opening>,
    table: OnceLock<Table>,
}

/// How the matches of one pattern begin.
#[derive(Debug)]
pub(super) struct Opening {
    number: u16,
    places: Cow<'static, [ByteSet]>,
    shortest: usize,
    begins_word: bool,
}

impl Opening {
    pub(super) fn new(number: u16, shape: &Shape, begins_word: bool) -> Self {
        Self { number, places: shape.opening.clone(), shortest: shape.shortest, begins_word }
    }
}

#[derive(Debug)]
struct Table {
    /// By place and byte: the patterns that can have it there. One that can have ended before has every byte.
    places: Vec<[u64; 256]>,
    /// By the bytes that are left of a text: the patterns that are short enough.
    short: [u64; LENGTHS + 1],
    /// The patterns that can begin inside a word.
    inside_words: u64,
}

/// Some of the patterns of [`Openings`]: numbers of blocks, ascending, with bits of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Among(Vec<(u16, u64)>);

impl Openings {
    /// Takes groups of patterns; what is often asked for together should be one group.
    pub(super) fn new(groups: impl IntoIterator<Item = Vec<Opening>>) -> Self {
        let mut blocks = Vec::new();
        for mut group in groups {
            while !group.is_empty() {
                let rest = group.split_off(group.len().min(64));
                blocks.push(Block { patterns: group, table: OnceLock::new() });
                group = rest;
            }
        }
        Self { blocks }
    }

    /// Those patterns that `test` lets through.
    pub(super) fn among(&self, test: impl Fn(u16) -> bool) -> Among {
        let bits = |block: &Block| {
            let bits = (0..).zip(&block.patterns).filter(|(_, p)| test(p.number));
            bits.fold(0, |all, (bit, _)| all | 1 << bit)
        };
        Among((0..).zip(&self.blocks).map(|(n, block)| (n, bits(block))).filter(|(_, bits)| *bits != 0).collect())
    }

    /// The numbers and places of all patterns.
    pub(super) fn each(&self) -> impl Iterator<Item = (u16, Among)> {
        (0..).zip(&self.blocks).flat_map(|(number, block)| {
            (0..).zip(&block.patterns).map(move |(bit, p): (u32, _)| (p.number, Among(vec![(number, 1 << bit)])))
        })
    }

    /// The patterns of a block's `bits` that can begin where `text` does, and end in it.
    #[inline]
    pub(super) fn possible(&self, (block, bits): (u16, u64), text: &[u8]) -> u64 {
        let table = self.table(block);
        let mut left = bits & table.short[text.len().min(LENGTHS)];
        if left == 0 {
            return 0;
        }
        let Some(head) = text.first_chunk::<DEPTH>() else {
            let rows = table.places.iter().zip(text);
            return rows.fold(left, |left, (row, byte)| left & row[usize::from(*byte)]);
        };
        for (rows, bytes) in table.places.as_chunks::<STEP>().0.iter().zip(head.as_chunks::<STEP>().0) {
            for (row, byte) in rows.iter().zip(bytes) {
                left &= row[usize::from(*byte)];
            }
            if left == 0 {
                break;
            }
        }
        left
    }

    /// Of a block's `bits`, the patterns that can begin inside a word.
    pub(super) fn inside_words(&self, (block, bits): (u16, u64)) -> u64 {
        bits & self.table(block).inside_words
    }

    /// The pattern of a bit.
    pub(super) fn pattern(&self, block: u16, bit: u32) -> u16 {
        self.blocks[usize::from(block)].patterns[bit as usize].number
    }

    #[inline]
    fn table(&self, block: u16) -> &Table {
        let block = &self.blocks[usize::from(block)];
        block.table.get_or_init(|| Table::new(&block.patterns))
    }
}

impl Among {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The blocks, each with its bits.
    pub(super) fn blocks(&self) -> &[(u16, u64)] {
        &self.0
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds the patterns of another.
    pub(super) fn extend(&mut self, other: &Self) {
        for (block, bits) in &other.0 {
            match self.0.binary_search_by_key(block, |(known, _)| *known) {
                Ok(at) => self.0[at].1 |= bits,
                Err(at) => self.0.insert(at, (*block, *bits)),
            }
        }
    }
}

impl Table {
    fn new(patterns: &[Opening]) -> Self {
        let mut table = Self { places: vec![[0; 256]; DEPTH], short: [0; LENGTHS + 1], inside_words: 0 };
        for (bit, pattern) in patterns.iter().enumerate() {
            let bit = 1 << bit;
            table.inside_words |= if pattern.begins_word { 0 } else { bit };
            table.short[pattern.shortest.min(LENGTHS)..].iter_mut().for_each(|bits| *bits |= bit);
            let (within, behind) = table.places.split_at_mut(pattern.places.len());
            for (row, set) in within.iter_mut().zip(&*pattern.places) {
                set.iter().for_each(|byte| row[usize::from(byte)] |= bit);
            }
            behind.as_flattened_mut().iter_mut().for_each(|bits| *bits |= bit);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::{Opening, Openings};
    use crate::dialect::parse;
    use crate::shape::Shape;

    #[test]
    fn what_can_begin_is_left() {
        let shapes: Vec<Shape> = [r"\b\d{3}-\d{2}", r"\b\d{6}", r"[a-f]\d{2}", r"\b\d{2}"]
            .iter()
            .map(|r| Shape::of(&parse(r).unwrap()))
            .collect();
        let opening = |(n, shape): (u16, &Shape)| Opening::new(n, shape, shape.at_word_start);
        let openings = Openings::new([(0..).zip(&shapes).map(opening).collect()]);
        let all = openings.among(|_| true).blocks()[0];
        for (text, left) in
            [("123-45", 0b1001), ("123456", 0b1010), ("12", 0b1000), ("b12", 0b100), ("", 0), ("1a2345", 0)]
        {
            assert_eq!(openings.possible(all, text.as_bytes()), left, "{text}");
        }
        assert_eq!(openings.inside_words(all), 0b100);
        let two = openings.among(|n| n > 1).blocks()[0];
        assert_eq!(openings.possible(two, b"123456"), 0b1000);
        assert_eq!(openings.pattern(0, 3), 3);
    }
}
