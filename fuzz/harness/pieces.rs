//! A reader that gives its bytes in pieces.

use std::io::{self, Read};

pub(crate) struct Pieces<'a> {
    left: &'a [u8],
    most: usize,
}

impl<'a> Pieces<'a> {
    /// At most `most` bytes at a time.
    pub(crate) fn new(bytes: &'a [u8], most: usize) -> Self {
        Self { left: bytes, most }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.most);
        self.left.read(&mut buffer[..most])
    }
}
