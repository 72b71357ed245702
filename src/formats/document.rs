//! A text that a format puts together in memory from the parts of a document: running text, or text by pages.
//!
//! Lines, columns and offsets are those of the text put together: a document's own bytes have none that a reader could
//! look up. Knows nothing of any document format.

use crate::location::{Place, Position};
use crate::text::{Block, Field, Label, TextSource};
use std::io;

/// Bytes given at a time.
const PIECE: usize = 256 << 10;

/// The text of a document. A format appends to it, then gives it to its sink.
#[derive(Default)]
pub(crate) struct Document {
    text: String,
    /// Where each page starts; empty for running text.
    pages: Vec<usize>,
    given: usize,
    /// Bytes of the artifact that the text came from.
    read: u64,
    /// Where lines were counted to: an offset, its line and the offset of that line's start.
    counted: (usize, u64, usize),
}

impl Document {
    /// An empty text.
    pub(crate) fn new() -> Self {
        Self { counted: (0, 1, 0), ..Self::default() }
    }

    /// Bytes of text so far.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no text yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends text as it is.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Whether all text so far was given.
    pub(crate) fn is_given(&self) -> bool {
        self.given == self.text.len()
    }

    /// Whether what comes next begins a line.
    pub(crate) fn is_at_line_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }

    /// Ends the line, unless it is empty.
    pub(crate) fn end_line(&mut self) {
        if !self.is_at_line_start() {
            self.text.push('\n');
        }
    }

    /// Begins the next page. A match, and its keywords, lie within one page.
    pub(crate) fn begin_page(&mut self) {
        self.end_line();
        self.pages.push(self.text.len());
    }

    /// Says how many bytes of the artifact the text stands for.
    pub(crate) fn stands_for(&mut self, bytes: u64) {
        self.read = bytes;
    }

    /// The page (from 0) that holds an offset, and its bounds.
    fn page(&self, offset: usize) -> Option<(usize, usize, usize)> {
        let index = self.pages.partition_point(|start| *start <= offset).checked_sub(1)?;
        let end = self.pages.get(index + 1).copied().unwrap_or(self.text.len());
        Some((index, self.pages[index], end))
    }

    fn line(&mut self, offset: usize) -> (u64, usize) {
        let (at, line, start) = self.counted;
        let from = self.page(offset).map_or(0, |(_, start, _)| start);
        // On another page lines are counted anew.
        let (at, mut line, mut start) = if from > at || offset < at { (from, 1, from) } else { (at, line, start) };
        for (index, _) in self.text.as_bytes()[at..offset].iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
            line += 1;
            start = at + index + 1;
        }
        self.counted = (offset, line, start);
        (line, start)
    }
}

impl TextSource for Document {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        let from = self.given;
        let mut end = self.text.len().min(from + PIECE);
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        block.text.extend_from_slice(&self.text.as_bytes()[from..end]);
        self.given = end;
        let mut at = from;
        while at < end
            && let Some((index, start, stop)) = self.page(at)
        {
            let cut = stop.min(end) as u64;
            match block.fields.last_mut() {
                Some(last) if last.id == index as u64 => last.end = cut,
                _ => {
                    block.fields.push(Field {
                        start: start as u64,
                        end: cut,
                        label: Label::NONE,
                        text: 0,
                        id: index as u64,
                    });
                }
            }
            at = stop;
        }
        Ok(end < self.text.len())
    }

    fn has_fields(&self) -> bool {
        !self.pages.is_empty()
    }

    fn place(&mut self, field: &Field) -> Place {
        Place::Page { number: field.id + 1 }
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        let (from, to) = ((start as usize).min(self.text.len()), (end as usize).min(self.text.len()));
        let (line, line_start) = self.line(from);
        let column = self.text.get(line_start..from).map_or(0, |before| before.chars().count() as u64) + 1;
        let breaks = memchr::memchr_iter(b'\n', &self.text.as_bytes()[from..to]).count() as u64;
        Position { line, end_line: line + breaks, column, offset: start, length: end - start }
    }

    fn release(&mut self, _: u64) {}

    fn bytes_read(&self) -> u64 {
        self.read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_fields_with_their_own_lines() {
        let mut document = Document::new();
        for text in ["one\ntwo", "", "three\nfour é x"] {
            document.begin_page();
            document.push(text);
        }
        let mut block = Block::default();
        while document.fill(&mut block).unwrap() {}
        let pages: Vec<_> = block.fields.iter().map(|f| (f.id, f.start, f.end)).collect();
        assert_eq!(pages, [(0, 0, 8), (2, 8, 23)]);
        let at = |needle: &str| String::from_utf8_lossy(&block.text).find(needle).unwrap() as u64;
        let (two, x) = (at("two"), at("x"));
        let position = document.position(two, two + 3);
        assert_eq!((position.line, position.column), (2, 1));
        let position = document.position(x, x + 1);
        assert_eq!((position.line, position.column, position.offset), (2, 8, x));
    }

    #[test]
    fn long_pages_are_extended_from_piece_to_piece() {
        let mut document = Document::new();
        document.begin_page();
        document.push(&"é".repeat(PIECE));
        document.begin_page();
        document.push("end");
        let mut block = Block::default();
        while document.fill(&mut block).unwrap() {}
        let ends: Vec<_> = block.fields.iter().map(|f| (f.start, f.end)).collect();
        let first = 2 * PIECE as u64 + 1;
        assert_eq!(ends, [(0, first), (first, first + 3)]);
    }
}
