//! Implode (APPNOTE 5.3).

use super::{Bits, Next, damaged};
use std::io::{self, BufRead};

/// Matches and bytes in Shannon-Fano codes.
pub(super) struct Implode {
    literals: Option<Tree>,
    lengths: Tree,
    distances: Tree,
    /// Bits of a distance that stand outside of its code.
    low_bits: u32,
}

impl Implode {
    pub(super) fn new(flags: u16, bits: &mut Bits<impl BufRead>) -> io::Result<Self> {
        let literals = if flags & 4 == 0 { None } else { Some(Tree::read(256, bits)?) };
        let lengths = Tree::read(64, bits)?;
        let distances = Tree::read(64, bits)?;
        Ok(Self { literals, lengths, distances, low_bits: if flags & 2 == 0 { 6 } else { 7 } })
    }

    pub(super) fn next(&mut self, bits: &mut Bits<impl BufRead>) -> io::Result<Next> {
        if bits.take(1)? == 1 {
            return Ok(Next::Byte(match &self.literals {
                Some(tree) => tree.value(bits)? as u8,
                None => bits.byte()?,
            }));
        }
        let low = bits.take(self.low_bits)? as usize;
        let distance = (self.distances.value(bits)? << self.low_bits) + low + 1;
        let mut length = self.lengths.value(bits)?;
        if length == 63 {
            length += usize::from(bits.byte()?);
        }
        Ok(Next::Match { distance, length: length + if self.literals.is_some() { 3 } else { 2 } })
    }
}

/// A code whose words are those of the canonical one of the same lengths, with all bits turned over.
struct Tree {
    /// How many words there are of each length.
    counts: [usize; 17],
    /// The values, by the length of their words and then by size.
    values: Vec<usize>,
}

impl Tree {
    /// Reads the lengths of the words of values from 0 on.
    fn read(size: usize, bits: &mut Bits<impl BufRead>) -> io::Result<Self> {
        let mut lengths = Vec::new();
        for _ in 0..=bits.byte()? {
            let run = bits.byte()?;
            lengths.extend(std::iter::repeat_n(usize::from(run & 15) + 1, usize::from(run >> 4) + 1));
        }
        if lengths.len() != size {
            return Err(damaged());
        }
        let mut counts = [0; 17];
        for length in &lengths {
            counts[*length] += 1;
        }
        let mut values: Vec<usize> = (0..size).collect();
        values.sort_by_key(|value| lengths[*value]);
        Ok(Self { counts, values })
    }

    fn value(&self, bits: &mut Bits<impl BufRead>) -> io::Result<usize> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code = code << 1 | (bits.take(1)? as usize ^ 1);
            first <<= 1;
            if code < first + count {
                return self.values.get(index + code.wrapping_sub(first)).copied().ok_or_else(damaged);
            }
            index += count;
            first += count;
        }
        Err(damaged())
    }
}
