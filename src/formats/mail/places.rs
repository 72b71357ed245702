//! Where decoded bytes stand in the mail: marks at the places where the way back changes, and texts that have them.
//!
//! Knows nothing of what is decoded, or how.

use crate::location::Position;
use crate::text::{Block, Label, TextSource};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;

/// From here on, up to the next mark, decoded bytes follow each other as they stand in the mail.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    /// Decoded bytes before it.
    pub(super) at: u64,
    /// Its line, column and offset in the mail.
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) offset: u64,
    /// Whether three bytes stand there as four characters.
    pub(super) is_packed: bool,
}

impl Mark {
    /// Bytes in the mail for decoded bytes behind the mark.
    fn stored(&self, bytes: u64) -> u64 {
        if self.is_packed { bytes.saturating_mul(4).div_ceil(3) } else { bytes }
    }
}

/// The marks of a text, as far as they may be asked for.
#[derive(Debug, Default)]
pub(super) struct Marks(VecDeque<Mark>);

impl Marks {
    pub(super) fn push(&mut self, mark: Mark) {
        self.0.push_back(mark);
    }

    fn find(&self, at: u64) -> Mark {
        let index = self.0.partition_point(|mark| mark.at <= at);
        self.0.get(index.saturating_sub(1)).copied().unwrap_or_default()
    }

    fn release(&mut self, at: u64) {
        while self.0.get(1).is_some_and(|next| next.at <= at) {
            self.0.pop_front();
        }
    }

    /// Where decoded bytes stand in the mail.
    pub(super) fn position(&self, start: u64, end: u64) -> Position {
        let last = end.saturating_sub(1).max(start);
        let (from, to) = (self.find(start), self.find(last));
        let into = from.stored(start.saturating_sub(from.at));
        let offset = from.offset + into;
        let behind = to.offset + to.stored(last.saturating_sub(to.at) + 1);
        Position {
            line: from.line,
            end_line: to.line,
            column: from.column + into,
            offset,
            length: behind.saturating_sub(offset),
        }
    }
}

/// How the places of a part are found.
pub(super) enum Way {
    /// It stands in the mail as it is, from this line and offset on.
    Shifted { line: u64, offset: u64 },
    /// It was decoded.
    Marked(Rc<RefCell<Marks>>),
}

/// The text of a part of the body.
pub(super) struct PartText<S> {
    pub(super) text: S,
    pub(super) way: Way,
}

impl<S: TextSource> TextSource for PartText<S> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        self.text.fill(block)
    }

    fn has_ranges(&self) -> bool {
        self.text.has_ranges()
    }

    fn names(&self, label: Label) -> Vec<String> {
        self.text.names(label)
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        let found = self.text.position(start, end);
        match &self.way {
            Way::Shifted { line, offset } => Position {
                line: found.line + line - 1,
                end_line: found.end_line + line - 1,
                offset: found.offset + offset,
                ..found
            },
            Way::Marked(marks) => marks.borrow().position(found.offset, found.offset + found.length),
        }
    }

    fn release(&mut self, offset: u64) {
        // The detector goes on from there, so its own offset is the next that is asked for.
        if let Way::Marked(marks) = &self.way {
            let stored = self.text.position(offset, offset).offset;
            marks.borrow_mut().release(stored);
        }
        self.text.release(offset);
    }

    fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }
}

/// A short text in memory, with marks by its own bytes.
#[derive(Default)]
pub(super) struct ShortText {
    pub(super) text: String,
    pub(super) marks: Marks,
    /// Bytes of the mail that it stands for.
    pub(super) read: u64,
    pub(super) is_given: bool,
}

impl TextSource for ShortText {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        if !self.is_given {
            block.text.extend_from_slice(self.text.as_bytes());
            self.is_given = true;
            return Ok(true);
        }
        Ok(false)
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        self.marks.position(start, end)
    }

    fn release(&mut self, _: u64) {}

    fn bytes_read(&self) -> u64 {
        self.read
    }
}
