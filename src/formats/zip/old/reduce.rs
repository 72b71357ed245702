//! Reduce (APPNOTE 5.2).

use super::{Bits, Next, damaged};
use std::io::{self, BufRead};

/// Bytes told by the one before them, around matches marked by an escape.
pub(super) struct Reduce {
    /// Bits of the first byte of a match that belong to its length.
    length_bits: u32,
    /// After each byte: the bytes that are likely.
    followers: Vec<Vec<u8>>,
    before: u8,
}

impl Reduce {
    pub(super) const ESCAPE: u8 = 144;

    pub(super) fn new(factor: u16, bits: &mut Bits<impl BufRead>) -> io::Result<Self> {
        let mut followers = vec![Vec::new(); 256];
        for set in followers.iter_mut().rev() {
            let count = bits.take(6)?;
            if count > 32 {
                return Err(damaged());
            }
            for _ in 0..count {
                set.push(bits.byte()?);
            }
        }
        Ok(Self { length_bits: 8 - u32::from(factor), followers, before: 0 })
    }

    fn byte(&mut self, bits: &mut Bits<impl BufRead>) -> io::Result<u8> {
        let set = &self.followers[usize::from(self.before)];
        self.before = if set.is_empty() || bits.take(1)? == 1 {
            bits.byte()?
        } else {
            let width = (set.len().next_power_of_two().trailing_zeros()).max(1);
            *set.get(bits.take(width)? as usize).ok_or_else(damaged)?
        };
        Ok(self.before)
    }

    pub(super) fn next(&mut self, bits: &mut Bits<impl BufRead>) -> io::Result<Next> {
        let byte = self.byte(bits)?;
        if byte != Self::ESCAPE {
            return Ok(Next::Byte(byte));
        }
        let first = usize::from(self.byte(bits)?);
        if first == 0 {
            return Ok(Next::Byte(Self::ESCAPE));
        }
        let most = (1 << self.length_bits) - 1;
        let mut length = first & most;
        if length == most {
            length += usize::from(self.byte(bits)?);
        }
        let distance = ((first >> self.length_bits) << 8) + usize::from(self.byte(bits)?) + 1;
        Ok(Next::Match { distance, length: length + 3 })
    }
}
