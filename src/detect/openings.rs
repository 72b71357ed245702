//! Which of many patterns can begin at a place, by the first bytes there: a few look-ups in place of as many automata.
//!
//! Patterns are bits of words of 64. For each byte and each of the first places there is a word that tells which patterns can
//! have that byte there; what is left when the words of a text's bytes are joined by `and` may match, all else cannot. Bytes
//! that no pattern tells apart share their words: so few are left that they stay in the nearest cache.
//! A word's table is built when a text first asks for it.

use crate::shape::{ByteSet, DEPTH, Shape};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// So many places are looked up before it is asked whether any pattern is left.
const STEP: usize = 4;
/// A shortest match of so many bytes, or more, is taken for one of so many.
const LENGTHS: usize = 64;

/// Stands for any small hexadecimal digit.
pub(super) const HEXADECIMAL: u8 = b'0';

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
    /// The bytes of a word that a match begins with, at least.
    word: usize,
    begins_word: bool,
    stands_alone: bool,
}

impl Opening {
    /// `stands_alone`: of a longer number or date it is no part.
    pub(super) fn new(number: u16, shape: &Shape, begins_word: bool, stands_alone: bool) -> Self {
        let Shape { shortest, word, .. } = *shape;
        Self { number, places: shape.opening.clone(), shortest, word, begins_word, stands_alone }
    }
}

impl Opening {
    /// The bytes that a match can begin with.
    fn first(&self) -> ByteSet {
        self.places.first().copied().unwrap_or(ByteSet::ALL)
    }
}

#[derive(Debug)]
struct Table {
    /// By byte: the number of its class.
    classes: [u8; 256],
    /// By class and place: the patterns that can have its bytes there. One that can have ended before has every byte.
    rows: Vec<[u64; DEPTH]>,
    /// By place: the patterns that can have a digit there, or a small hexadecimal one.
    digits: [u64; DEPTH],
    hexadecimal: [u64; DEPTH],
    /// By the bytes that are left of a text: the patterns that are short enough.
    short: [u64; LENGTHS + 1],
    /// The patterns that can begin inside a word.
    inside_words: u64,
    /// The patterns that can begin inside a longer number or date.
    inside_numbers: u64,
}

/// Some of the patterns of [`Openings`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Among {
    /// Numbers of blocks, ascending, with bits of each.
    blocks: Vec<(u16, u64)>,
    /// The bytes that any of them can begin with.
    first: ByteSet,
}

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
        let mut all = Among::default();
        for (number, block) in (0..).zip(&self.blocks) {
            let mut bits = 0;
            for (bit, pattern) in block.patterns.iter().enumerate().filter(|(_, p)| test(p.number)) {
                bits |= 1 << bit;
                all.first.extend(&pattern.first());
            }
            if bits != 0 {
                all.blocks.push((number, bits));
            }
        }
        all
    }

    /// Those of some patterns that can begin with a word of fewer bytes.
    pub(super) fn in_shorter_words(&self, among: &Among, bytes: usize) -> Among {
        let mut some = Among { first: among.first, ..Among::default() };
        for (block, bits) in &among.blocks {
            let patterns = self.blocks[usize::from(*block)].patterns.iter().enumerate();
            let can = patterns.filter(|(_, pattern)| pattern.word < bytes).fold(0, |can, (bit, _)| can | 1 << bit);
            some.blocks.push((*block, bits & can));
        }
        some
    }

    /// The numbers and places of all patterns.
    pub(super) fn each(&self) -> impl Iterator<Item = (u16, Among)> {
        (0..).zip(&self.blocks).flat_map(|(number, block)| {
            (0..)
                .zip(&block.patterns)
                .map(move |(bit, p): (u32, _)| (p.number, Among { blocks: vec![(number, 1 << bit)], first: p.first() }))
        })
    }

    /// The patterns of a block's `bits` that can begin where `text` does, and are no longer than `most` bytes.
    #[inline]
    pub(super) fn possible(&self, (block, bits): (u16, u64), text: &[u8], most: usize) -> u64 {
        self.table(block).possible(bits, text, most)
    }

    /// The same if each digit of the text may be any other, and what stands behind it anything, up to `most` bytes.
    pub(super) fn possible_in_form(&self, (block, bits): (u16, u64), text: &[u8], most: usize) -> u64 {
        let table = self.table(block);
        table.possible_in(bits, text, most, |byte| byte.is_ascii_digit().then_some(&table.digits))
    }

    /// The same of a text with [`HEXADECIMAL`] where small hexadecimal digits stand.
    pub(super) fn possible_in_hexadecimal(&self, (block, bits): (u16, u64), text: &[u8], most: usize) -> u64 {
        let table = self.table(block);
        table.possible_in(bits, text, most, |byte| (byte == HEXADECIMAL).then_some(&table.hexadecimal))
    }

    /// The place of a text whose digit tells most of whether any of a block's `bits` begins where it does, and the digits, as bits,
    /// that one of them can have there; none if it has no digits.
    pub(super) fn telling_digit(&self, (block, bits): (u16, u64), text: &[u8]) -> Option<(u8, u16)> {
        let table = self.table(block);
        let can_be = |place: usize, digit: u8| table.row(b'0' + digit)[place] & bits != 0;
        let places = (0..DEPTH).zip(text).filter(|(_, byte)| byte.is_ascii_digit());
        let told = places.map(|(place, _)| {
            (place as u8, (0..10).filter(|digit| can_be(place, *digit)).fold(0, |all, digit| all | 1 << digit))
        });
        told.min_by_key(|(_, digits): &(u8, u16)| digits.count_ones())
    }

    /// Those that can have a byte of a class at a place.
    pub(super) fn possible_at(&self, (block, bits): (u16, u64), place: usize, is_of_class: fn(&u8) -> bool) -> u64 {
        let table = self.table(block);
        (0..=255).filter(is_of_class).fold(0, |all, byte| all | table.row(byte)[place]) & bits
    }

    /// Each of a block's `bits`, with its number.
    pub(super) fn bits_and_numbers(&self, (block, bits): (u16, u64)) -> impl Iterator<Item = (u64, u16)> {
        (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| (1 << bit, self.pattern(block, bit)))
    }

    /// The numbers of a block's `bits`.
    pub(super) fn numbers(&self, (block, mut bits): (u16, u64)) -> impl Iterator<Item = u16> {
        std::iter::from_fn(move || {
            let bit = (bits != 0).then(|| bits.trailing_zeros())?;
            bits &= bits - 1;
            Some(self.pattern(block, bit))
        })
    }

    /// Of a block's `bits`, the patterns that can begin inside a word.
    pub(super) fn inside_words(&self, (block, bits): (u16, u64)) -> u64 {
        bits & self.table(block).inside_words
    }

    /// Of a block's `bits`, the patterns that can begin inside a longer number or date.
    #[inline]
    pub(super) fn inside_numbers(&self, (block, bits): (u16, u64)) -> u64 {
        bits & self.table(block).inside_numbers
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
        self.blocks.is_empty()
    }

    /// Whether any can begin with a byte.
    #[inline]
    pub(super) fn can_begin(&self, byte: u8) -> bool {
        self.first.contains(byte)
    }

    /// The blocks, each with its bits.
    pub(super) fn blocks(&self) -> &[(u16, u64)] {
        &self.blocks
    }

    pub(super) fn clear(&mut self) {
        self.blocks.clear();
        self.first = ByteSet::default();
    }

    /// Adds the patterns of another.
    pub(super) fn extend(&mut self, other: &Self) {
        self.first.extend(&other.first);
        for (block, bits) in &other.blocks {
            match self.blocks.binary_search_by_key(block, |(known, _)| *known) {
                Ok(at) => self.blocks[at].1 |= bits,
                Err(at) => self.blocks.insert(at, (*block, *bits)),
            }
        }
    }
}

impl Table {
    #[inline]
    fn possible(&self, bits: u64, text: &[u8], most: usize) -> u64 {
        let mut left = bits & self.short[most.min(LENGTHS)];
        if left == 0 {
            return 0;
        }
        let Some(head) = text.first_chunk::<DEPTH>() else {
            for (place, byte) in text.iter().enumerate() {
                left &= self.row(*byte)[place];
                if left == 0 {
                    break;
                }
            }
            return left;
        };
        for (step, bytes) in head.as_chunks::<STEP>().0.iter().enumerate() {
            for (place, byte) in bytes.iter().enumerate() {
                left &= self.row(*byte)[step * STEP + place];
            }
            if left == 0 {
                break;
            }
        }
        left
    }

    /// By place: the patterns that can have a byte there.
    #[inline]
    fn row(&self, byte: u8) -> &[u64; DEPTH] {
        &self.rows[usize::from(self.classes[usize::from(byte)])]
    }

    /// The same where some bytes stand for others too, with their rows.
    fn possible_in<'r>(
        &'r self,
        bits: u64,
        text: &[u8],
        most: usize,
        row: impl Fn(u8) -> Option<&'r [u64; DEPTH]>,
    ) -> u64 {
        let mut left = bits & self.short[most.min(LENGTHS)];
        for (place, byte) in text.iter().take(DEPTH).enumerate() {
            if left == 0 {
                break;
            }
            left &= row(*byte).unwrap_or_else(|| self.row(*byte))[place];
        }
        left
    }

    fn new(patterns: &[Opening]) -> Self {
        let mut table = Self {
            classes: [0; 256],
            rows: Vec::new(),
            digits: [0; DEPTH],
            hexadecimal: [0; DEPTH],
            short: [0; LENGTHS + 1],
            inside_words: 0,
            inside_numbers: 0,
        };
        let (mut rows, mut ended) = (vec![[0; DEPTH]; 256], [0; DEPTH]);
        for (bit, pattern) in patterns.iter().enumerate() {
            let bit = 1 << bit;
            table.inside_words |= if pattern.begins_word { 0 } else { bit };
            table.inside_numbers |= if pattern.stands_alone { 0 } else { bit };
            table.short[pattern.shortest.min(LENGTHS)..].iter_mut().for_each(|bits| *bits |= bit);
            for (place, set) in pattern.places.iter().enumerate() {
                set.iter().for_each(|byte| rows[usize::from(byte)][place] |= bit);
            }
            ended[pattern.places.len()..].iter_mut().for_each(|bits| *bits |= bit);
        }
        for row in &mut rows {
            row.iter_mut().zip(ended).for_each(|(bits, ended)| *bits |= ended);
        }
        for row in &rows[usize::from(b'0')..=usize::from(b'9')] {
            table.digits.iter_mut().zip(row).for_each(|(all, bits)| *all |= bits);
        }
        table.hexadecimal = table.digits;
        for row in &rows[usize::from(b'a')..=usize::from(b'f')] {
            table.hexadecimal.iter_mut().zip(row).for_each(|(all, bits)| *all |= bits);
        }
        table.classify(rows);
        table
    }

    /// Keeps each row once; there are no more than bytes.
    fn classify(&mut self, rows: Vec<[u64; DEPTH]>) {
        let mut known = HashMap::new();
        for (class, row) in self.classes.iter_mut().zip(rows) {
            *class = *known.entry(row).or_insert_with(|| {
                self.rows.push(row);
                (self.rows.len() - 1) as u8
            });
        }
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
        let opening = |(n, shape): (u16, &Shape)| Opening::new(n, shape, shape.at_word_start, n == 0);
        let openings = Openings::new([(0..).zip(&shapes).map(opening).collect()]);
        let all = openings.among(|_| true).blocks()[0];
        for (text, left) in
            [("123-45", 0b1001), ("123456", 0b1010), ("12", 0b1000), ("b12", 0b100), ("", 0), ("1a2345", 0)]
        {
            assert_eq!(openings.possible(all, text.as_bytes(), text.len()), left, "{text}");
        }
        assert_eq!(openings.inside_words(all), 0b100);
        assert_eq!(openings.inside_numbers(all), 0b1110);
        let two = openings.among(|n| n > 1).blocks()[0];
        assert_eq!(openings.possible(two, b"123456", 6), 0b1000);
        assert_eq!(openings.pattern(0, 3), 3);
    }
}
