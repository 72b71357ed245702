//! The blocks of a tar archive and the data between its headers, read forwards only.
//!
//! Knows nothing of what the headers say.

use super::header::{BLOCK, Block};
use std::io::{self, ErrorKind, Read};

/// The archive as it is read.
pub(super) struct Source<'r> {
    reader: Box<dyn Read + 'r>,
    /// Bytes that were looked at and not yet taken: a block at most.
    ahead: Vec<u8>,
    /// Whether the archive ended where more was promised.
    pub(super) is_cut: bool,
    /// The kind of the error with which reading failed.
    pub(super) failed: Option<ErrorKind>,
}

impl<'r> Source<'r> {
    pub(super) fn new(reader: impl Read + 'r) -> Self {
        Self { reader: Box::new(reader), ahead: Vec::new(), is_cut: false, failed: None }
    }

    /// The next block; none at the end.
    pub(super) fn block(&mut self) -> io::Result<Option<Block>> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.read(&mut block[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.is_cut |= filled > 0 && filled < BLOCK;
        Ok((filled == BLOCK).then_some(block))
    }

    /// The next block, which stays the next; none at the end.
    pub(super) fn peek(&mut self) -> io::Result<Option<Block>> {
        let block = self.block()?;
        if let Some(block) = block {
            self.ahead = block.to_vec();
        }
        Ok(block)
    }

    /// Reads on behind data of which `left` bytes were not read, and behind its padding.
    pub(super) fn skip(&mut self, left: u64, padding: u64) -> io::Result<()> {
        let mut buffer = [0; 8 << 10];
        let mut left = left.saturating_add(padding);
        while left > 0 {
            let size = left.min(buffer.len() as u64) as usize;
            match self.read(&mut buffer[..size]) {
                Ok(0) => {
                    self.is_cut = true;
                    return Ok(());
                }
                Ok(count) => left -= count as u64,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.ahead.is_empty() {
            let count = buffer.len().min(self.ahead.len());
            buffer[..count].copy_from_slice(&self.ahead[..count]);
            self.ahead.drain(..count);
            return Ok(count);
        }
        let result = self.reader.read(buffer);
        if let Err(error) = &result
            && error.kind() != ErrorKind::Interrupted
        {
            self.failed = Some(error.kind());
        }
        result
    }
}

/// The data behind one header.
pub(super) struct Data<'s, 'r> {
    pub(super) source: &'s mut Source<'r>,
    /// Bytes that were not read yet.
    pub(super) left: u64,
}

impl Read for Data<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.left.min(buffer.len() as u64) as usize;
        if size == 0 {
            return Ok(0);
        }
        let count = self.source.read(&mut buffer[..size])?;
        if count == 0 {
            self.source.is_cut = true;
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "the archive ends inside the member"));
        }
        self.left -= count as u64;
        Ok(count)
    }
}
