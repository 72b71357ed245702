//! Shrink (APPNOTE 5.1).

use super::{Bits, Next, damaged};
use std::io::{self, BufRead};

/// LZW with codes of 9 to 13 bits, whose unused ones can be freed.
pub(super) struct Shrink {
    width: u32,
    /// Of each code the one in front of its last byte; [`FREE`] if it is not in use, [`ROOT`] for single bytes.
    parent: [u16; CODES],
    last: [u8; CODES],
    /// Where the search for a free code begins.
    newest: usize,
    before: Option<usize>,
    first: u8,
    /// Bytes of a code, the last one first.
    pending: Vec<u8>,
}

const CODES: usize = 1 << 13;
const CONTROL: usize = 256;
const ROOT: u16 = 256;
const FREE: u16 = u16::MAX;

impl Shrink {
    pub(super) fn new() -> Self {
        let mut parent = [FREE; CODES];
        parent[..CONTROL].fill(ROOT);
        let mut last = [0; CODES];
        for (value, byte) in (0..=u8::MAX).zip(&mut last) {
            *byte = value;
        }
        Self { width: 9, parent, last, newest: CONTROL, before: None, first: 0, pending: Vec::new() }
    }

    pub(super) fn next(&mut self, bits: &mut Bits<impl BufRead>) -> io::Result<Next> {
        loop {
            if let Some(byte) = self.pending.pop() {
                return Ok(Next::Byte(byte));
            }
            let code = bits.take(self.width)? as usize;
            if code != CONTROL {
                self.unfold(code)?;
                continue;
            }
            match bits.take(self.width)? {
                1 if self.width < 13 => self.width += 1,
                2 => self.clear(),
                _ => return Err(damaged()),
            }
        }
    }

    /// Frees all codes that no other begins with.
    fn clear(&mut self) {
        let mut is_used = [false; CODES];
        for parent in self.parent.iter().filter(|parent| **parent != FREE) {
            is_used[usize::from(*parent)] = true;
        }
        for (parent, _) in self.parent.iter_mut().zip(is_used).skip(CONTROL + 1).filter(|(_, is_used)| !is_used) {
            *parent = FREE;
        }
        self.newest = CONTROL;
    }

    /// Puts the bytes of a code into `pending`, and gives the next free code its meaning.
    fn unfold(&mut self, code: usize) -> io::Result<()> {
        let mut at = code;
        loop {
            if self.pending.len() > CODES {
                return Err(damaged()); // It begins with itself.
            }
            if self.parent[at] == FREE {
                // The code that is about to be made: what was before, and its first byte.
                self.pending.push(self.first);
                at = self.before.filter(|before| self.parent[*before] != FREE).ok_or_else(damaged)?;
                continue;
            }
            self.pending.push(self.last[at]);
            if self.parent[at] == ROOT {
                break;
            }
            at = usize::from(self.parent[at]);
        }
        self.first = self.last[at];
        if let Some(before) = self.before {
            let free = (self.newest + 1..CODES).find(|code| self.parent[*code] == FREE);
            self.newest = free.unwrap_or(CODES);
            if let Some(free) = free {
                self.parent[free] = before as u16;
                self.last[free] = self.first;
            }
        }
        self.before = Some(code);
        Ok(())
    }
}
