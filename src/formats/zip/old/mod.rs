//! The methods of PKZIP before 2.0 (APPNOTE 5.1 to 5.3): Shrink, Reduce and Implode. Archives of the time still lie in backups.
//!
//! Own, since the crate that knows them reads whole members. None of them marks its end: the size in the header does. All
//! tables are of fixed size; knows nothing of headers and checksums.

mod implode;
mod reduce;
mod shrink;
#[cfg(test)]
mod tests;

use implode::Implode;
use reduce::Reduce;
use shrink::Shrink;
use std::io::{self, BufRead, ErrorKind, Read};

/// Bytes that a match can lie back.
const WINDOW: usize = 8 << 10;

/// A member packed by one of them.
pub(super) struct Old<R> {
    bits: Bits<R>,
    method: Method,
    window: Box<[u8; WINDOW]>,
    /// Bytes given so far.
    given: usize,
    /// A match that is still to be copied: how far back, and how many bytes.
    copy: (usize, usize),
    /// Bytes that are still to come, where that is known.
    left: Option<u64>,
}

enum Method {
    /// Reads its tables first.
    Fresh {
        number: u16,
        flags: u16,
    },
    Shrink(Box<Shrink>),
    Reduce(Box<Reduce>),
    Implode(Box<Implode>),
    Failed,
}

/// What a method gives next.
enum Next {
    Byte(u8),
    Match { distance: usize, length: usize },
    End,
}

impl<R: BufRead> Old<R> {
    /// Whether a method is one of them.
    pub(super) fn is_one(method: u16) -> bool {
        (1..=6).contains(&method)
    }

    /// `size`: bytes of the content, where that is known.
    pub(super) fn new(input: R, number: u16, flags: u16, size: Option<u64>) -> Self {
        Self {
            bits: Bits { input, held: 0, count: 0 },
            method: Method::Fresh { number, flags },
            window: Box::new([0; WINDOW]),
            given: 0,
            copy: (0, 0),
            left: size,
        }
    }

    pub(super) fn input(&mut self) -> &mut R {
        &mut self.bits.input
    }

    pub(super) fn input_ref(&self) -> &R {
        &self.bits.input
    }

    fn next(&mut self) -> io::Result<Next> {
        if let Method::Fresh { number, flags } = self.method {
            self.method = Method::Failed;
            self.method = match number {
                1 => Method::Shrink(Box::new(Shrink::new())),
                6 => Method::Implode(Box::new(Implode::new(flags, &mut self.bits)?)),
                _ => Method::Reduce(Box::new(Reduce::new(number - 1, &mut self.bits)?)),
            };
        }
        let next = match &mut self.method {
            Method::Shrink(shrink) => shrink.next(&mut self.bits),
            Method::Reduce(reduce) => reduce.next(&mut self.bits),
            Method::Implode(implode) => implode.next(&mut self.bits),
            Method::Fresh { .. } | Method::Failed => Err(damaged()),
        };
        match next {
            // Without a size, the end of the input is the end.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && self.left.is_none() => Ok(Next::End),
            Err(error) => {
                self.method = Method::Failed;
                Err(error)
            }
            next => next,
        }
    }

    /// The next byte; none at the end.
    fn byte(&mut self) -> io::Result<Option<u8>> {
        while self.copy.1 == 0 {
            match self.next()? {
                Next::Byte(byte) => return Ok(Some(byte)),
                Next::Match { distance, length } => self.copy = (distance, length),
                Next::End => return Ok(None),
            }
        }
        self.copy.1 -= 1;
        // What lies before the start is zeros.
        Ok(Some(self.window[self.given.wrapping_sub(self.copy.0) % WINDOW]))
    }
}

impl<R: BufRead> Read for Old<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        while count < buffer.len() && self.left != Some(0) {
            match self.byte() {
                Ok(Some(byte)) => {
                    self.window[self.given % WINDOW] = byte;
                    self.given = self.given.wrapping_add(1);
                    self.left = self.left.map(|left| left - 1);
                    buffer[count] = byte;
                    count += 1;
                }
                Ok(None) => break,
                // It comes again when there is nothing before it.
                Err(_) if count > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }
}

fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "the compressed data is damaged")
}

/// The input as bits, the lowest of each byte first.
struct Bits<R> {
    input: R,
    /// Bits that were read and not taken yet, and how many.
    held: u32,
    count: u32,
}

impl<R: BufRead> Bits<R> {
    /// The next bits, 16 at most, as a number: the first is the lowest.
    fn take(&mut self, count: u32) -> io::Result<u32> {
        while self.count < count {
            let byte = *self.input.fill_buf()?.first().ok_or(ErrorKind::UnexpectedEof)?;
            self.input.consume(1);
            self.held |= u32::from(byte) << self.count;
            self.count += 8;
        }
        let value = self.held & ((1 << count) - 1);
        self.held >>= count;
        self.count -= count;
        Ok(value)
    }

    fn byte(&mut self) -> io::Result<u8> {
        Ok(self.take(8)? as u8)
    }
}
