//! The lines of a mail with their places: read forwards, cut where they are too long to be held.
//!
//! Knows nothing of what lines mean.

use memchr::memchr;
use std::io::{self, BufRead};

/// Bytes of a line that are held; longer ones come in pieces.
const LONGEST: usize = 64 << 10;

/// A line, or a piece of one.
#[derive(Debug, Default, Clone)]
pub(super) struct Line {
    /// With its line break.
    pub(super) bytes: Vec<u8>,
    /// Its number, from 1.
    pub(super) number: u64,
    /// Where its first byte stands in the file.
    pub(super) offset: u64,
    /// Bytes of the same line before it.
    pub(super) before: u64,
}

impl Line {
    /// The line without its line break.
    pub(super) fn text(&self) -> &[u8] {
        let bytes = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        bytes.strip_suffix(b"\r").unwrap_or(bytes)
    }

    /// The line break.
    pub(super) fn line_break(&self) -> &[u8] {
        &self.bytes[self.text().len()..]
    }
}

/// Lines on their way.
pub(super) struct Lines<R> {
    input: R,
    number: u64,
    offset: u64,
    before: u64,
    held: Option<Line>,
    /// Why reading failed; nothing comes after it.
    failed: Option<io::ErrorKind>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, number: 1, offset: 0, before: 0, held: None, failed: None }
    }

    /// Number and offset of the next line.
    pub(super) fn here(&self) -> (u64, u64) {
        self.held.as_ref().map_or((self.number, self.offset), |line| (line.number, line.offset))
    }

    /// Takes a line back: it is the next again.
    pub(super) fn hold(&mut self, line: Line) {
        self.held = Some(line);
    }

    /// The next line; false at the end.
    pub(super) fn next(&mut self, line: &mut Line) -> io::Result<bool> {
        if let Some(held) = self.held.take() {
            *line = held;
            return Ok(true);
        }
        if let Some(kind) = self.failed {
            return Err(kind.into());
        }
        line.bytes.clear();
        (line.number, line.offset, line.before) = (self.number, self.offset, self.before);
        while line.bytes.len() < LONGEST {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // What came before it counts first.
                Err(error) if line.bytes.is_empty() => {
                    self.failed = Some(error.kind());
                    return Err(error);
                }
                Err(_) => break,
            };
            let room = (LONGEST - line.bytes.len()).min(chunk.len());
            let end = memchr(b'\n', &chunk[..room]);
            let count = end.map_or(room, |at| at + 1);
            line.bytes.extend_from_slice(&chunk[..count]);
            self.input.consume(count);
            if end.is_some() || count == 0 {
                break;
            }
        }
        self.offset += line.bytes.len() as u64;
        if line.bytes.ends_with(b"\n") {
            self.number += 1;
            self.before = 0;
        } else {
            self.before += line.bytes.len() as u64;
        }
        Ok(!line.bytes.is_empty())
    }
}
