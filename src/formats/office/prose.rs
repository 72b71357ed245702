//! The text of an XML part in reading order, and where it stands in the document's text as a whole.
//!
//! How it is laid is in [`super::layout`]. Memory holds the window.

use super::layout::{CONTEXT, Layout};
use super::vocabulary::Vocabulary;
use super::xml::{Token, Xml};
use crate::location::Position;
use crate::text::{Block, TextSource};
use std::io::{self, Read};

/// Bytes of text given at a time, and bytes of XML read for it at most.
const PIECE: usize = 64 << 10;
const MOST_XML: u64 = 1 << 20;

/// Where the texts of several parts stand in the document's text as a whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    line: u64,
    offset: u64,
}

impl Default for Progress {
    fn default() -> Self {
        Self { line: 1, offset: 0 }
    }
}

/// The text of one part.
pub(super) struct Prose<R> {
    xml: Xml<R>,
    layout: Layout,
    /// Where the part's text starts.
    base: Progress,
    /// The text from `kept_at` on, for lines and columns.
    kept: Vec<u8>,
    kept_at: u64,
    /// Where lines were counted to (in `kept`), the line there, and characters since its start.
    counted: usize,
    line: u64,
    column: u64,
    has_ended: bool,
}

impl<R: Read> Prose<R> {
    pub(super) fn new(reader: R, vocabulary: Vocabulary, base: Progress) -> Self {
        Self {
            xml: Xml::new(reader),
            layout: Layout::new(vocabulary),
            base,
            kept: Vec::new(),
            kept_at: 0,
            counted: 0,
            line: base.line,
            column: 0,
            has_ended: false,
        }
    }

    /// Where the next part's text starts.
    pub(super) fn progress(&mut self) -> Progress {
        self.count_to(self.kept.len());
        Progress { line: self.line, offset: self.base.offset + self.kept_at + self.kept.len() as u64 }
    }

    fn count_to(&mut self, end: usize) {
        for byte in self.kept.get(self.counted..end).unwrap_or_default() {
            if *byte == b'\n' {
                self.line += 1;
                self.column = 0;
            } else if byte & 0xC0 != 0x80 {
                self.column += 1;
            }
        }
        self.counted = self.counted.max(end.min(self.kept.len()));
    }

    fn step(&mut self) -> io::Result<bool> {
        match self.xml.next() {
            Ok(Some(Token::Start(tag))) => self.layout.start(&tag),
            Ok(Some(Token::End(_))) => self.layout.end(),
            Ok(Some(Token::Text(raw))) => self.layout.text(raw, false),
            Ok(Some(Token::Verbatim(raw))) => self.layout.text(raw, true),
            Ok(None) => {
                self.layout.finish();
                return Ok(false);
            }
            Err(error) => {
                self.layout.finish();
                return Err(error);
            }
        }
        Ok(true)
    }

    /// The flow's text so far, but for the end of a line that a deletion may need.
    fn give(&mut self, block: &mut Block, all: bool) {
        let Some(flow) = self.layout.flows.first_mut() else { return };
        let keep = if all { 0 } else { CONTEXT.min(flow.text.len()) };
        let given = flow.text.len() - keep;
        block.push(&flow.text[..given]);
        self.kept.extend_from_slice(&flow.text[..given]);
        flow.text.drain(..given);
    }
}

impl<R: Read> TextSource for Prose<R> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        let from = self.xml.bytes_read();
        while !self.has_ended {
            let step = self.step();
            if !matches!(step, Ok(true)) {
                self.has_ended = true;
                self.give(block, true);
                return step;
            }
            let length = self.layout.flows.first().map_or(0, |flow| flow.text.len());
            if length >= PIECE || self.xml.bytes_read() - from > MOST_XML {
                self.give(block, false);
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        let from = start.saturating_sub(self.kept_at) as usize;
        self.count_to(from);
        let to = (end.saturating_sub(self.kept_at) as usize).min(self.kept.len());
        let text = self.kept.get(from..to).unwrap_or_default();
        let breaks = memchr::memchr_iter(b'\n', text).count() as u64;
        Position {
            line: self.line,
            end_line: self.line + breaks,
            column: self.column + 1,
            offset: self.base.offset + start,
            length: end - start,
        }
    }

    fn release(&mut self, offset: u64) {
        let count = (offset.saturating_sub(self.kept_at) as usize).min(self.kept.len());
        self.count_to(count);
        self.kept.drain(..count);
        self.counted -= count.min(self.counted);
        self.kept_at += count as u64;
    }

    fn bytes_read(&self) -> u64 {
        self.xml.bytes_read()
    }
}
