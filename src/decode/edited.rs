//! Text that a format changes on its way: what was read but not yet given, and the way back for what was.

use super::{Decoded, Edits};
use crate::location::Position;
use std::io::{self, Read};

/// Raw text that is still to be given: from `at` on; all of it when `last`.
pub(crate) struct Raw<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) at: u64,
    pub(crate) last: bool,
}

/// Decoded text, and the edits that a format made in it.
pub(crate) struct Edited<R> {
    decoded: Decoded<R>,
    edits: Edits,
    /// Up to here the raw text was given.
    done: u64,
    /// No more raw text will come.
    ended: bool,
    failed: Option<io::Error>,
}

impl<R: Read> Edited<R> {
    pub(crate) fn new(decoded: Decoded<R>) -> Self {
        Self { decoded, edits: Edits::default(), done: 0, ended: false, failed: None }
    }

    /// Reads until `scan` can give some of the raw text (it returns how many bytes); false at the end. An error comes
    /// only once all text before it was given, as if it ended there.
    pub(crate) fn fill(&mut self, mut scan: impl FnMut(&Raw<'_>, &mut Edits) -> usize) -> io::Result<bool> {
        loop {
            self.more();
            let raw = Raw { text: self.decoded.text(self.done), at: self.done, last: self.ended };
            let used = scan(&raw, &mut self.edits);
            self.done += used as u64;
            if used > 0 {
                return Ok(true);
            }
            if self.ended {
                return self.failed.take().map_or(Ok(false), Err);
            }
        }
    }

    /// Reads ahead, so many bytes of raw text from an offset on if there are as many.
    pub(crate) fn read_ahead(&mut self, from: u64, bytes: usize) {
        while !self.ended && self.decoded.end() < from + bytes as u64 {
            self.more();
        }
    }

    /// The raw text from an offset on, as far as it is read; none if it is not needed any more.
    pub(crate) fn raw(&self, from: u64) -> Option<&[u8]> {
        let text = self.decoded.text(from);
        (from + text.len() as u64 == self.decoded.end()).then_some(text)
    }

    /// Raw offset up to which the text was given.
    pub(crate) fn done(&self) -> u64 {
        self.done
    }

    /// The edits that were made.
    pub(crate) fn edits(&self) -> &Edits {
        &self.edits
    }

    /// Takes a stretch for given that was read by itself, with its edits, up to a raw offset; where the text goes on.
    pub(crate) fn take_up(&mut self, stretch: &mut Edits, to: u64) -> u64 {
        self.edits.take_up(stretch, to);
        self.done = to;
        self.edits.text_of(to)
    }

    /// Gives the raw text of a stretch again, up to a raw offset.
    pub(crate) fn read_again(&mut self, to: u64, scan: impl FnOnce(&Raw<'_>, &mut Edits) -> usize) {
        let text = self.decoded.text(self.done);
        let text = &text[..text.len().min((to - self.done) as usize)];
        self.done += scan(&Raw { text, at: self.done, last: false }, &mut self.edits) as u64;
    }

    /// Goes on behind a stretch that was read again; where the text does.
    pub(crate) fn go_on_behind(&mut self, stretch: &Edits, to: u64) -> u64 {
        self.edits.go_on_behind(stretch, to);
        self.edits.text_of(to)
    }

    fn more(&mut self) {
        match self.decoded.more() {
            Ok(more) => self.ended |= !more,
            Err(error) => (self.ended, self.failed) = (true, Some(error)),
        }
    }

    /// Where the edited text `start..end` stands; `start` never decreases from call to call.
    pub(crate) fn position(&mut self, start: u64, end: u64) -> Position {
        let (from, to) = self.edits.raw(start, end);
        self.decoded.position(from, to)
    }

    /// Drops what is only needed for edited text before an offset.
    pub(crate) fn release(&mut self, offset: u64) {
        let (raw, _) = self.edits.raw(offset, offset);
        self.decoded.release(raw.min(self.done));
        self.edits.release(offset);
    }

    /// Stored bytes read so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.decoded.bytes_read()
    }
}
