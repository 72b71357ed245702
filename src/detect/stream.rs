//! The part of a text that is read and still needed, and where it is cut into windows. Knows nothing of what is found in them.

use super::Detector;
use super::labels::Reader;
use super::progress::Progress;
use super::shared::Cut;
use crate::text::{Block, Stretch, TextSource};
use std::io;
use std::sync::Arc;

/// How far before the end of a window it is looked for a place to cut, in bytes.
const BACK: usize = 4 << 10;

/// A text under inspection.
pub(super) struct Text {
    /// What is read and still needed.
    pub(super) block: Block,
    pub(super) reader: Reader,
    pub(super) progress: Progress,
    /// Windows that were settled: room for others.
    pub(super) spare: Vec<(Block, Progress)>,
    pub(super) undecided: Undecided,
    /// Matches that start before are found, or a window in which they are is shared.
    pub(super) from: u64,
}

impl Text {
    /// At the start of a text; the block's room is used again.
    pub(super) fn new(detector: &Detector, mut block: Block) -> Self {
        block.text.clear();
        block.fields.clear();
        block.silent.clear();
        block.base = 0;
        Self {
            block,
            reader: Reader::default(),
            progress: Progress::new(detector),
            spare: Vec::new(),
            undecided: Undecided::default(),
            from: 0,
        }
    }

    /// Where the window ends that begins at `from`: far enough before the end of what is read, and where hardly any match
    /// goes on: at a field, behind a line.
    pub(super) fn cut(&self, ahead: usize, has_fields: bool) -> u64 {
        let limit = self.block.end().saturating_sub(ahead as u64);
        let low = self.from.max(limit.saturating_sub(BACK as u64));
        if limit <= low {
            return limit.max(self.from);
        }
        let cut = if has_fields {
            let next = self.block.fields.partition_point(|f| f.start <= limit);
            next.checked_sub(1).and_then(|last| self.block.fields.get(last)).map(|f| f.start)
        } else {
            let back = &self.block.text[(low - self.block.base) as usize..(limit - self.block.base) as usize];
            let found = memchr::memrchr(b'\n', back).or_else(|| memchr::memrchr(b' ', back));
            found.map(|at| low + at as u64 + 1)
        };
        cut.filter(|cut| *cut > low).unwrap_or(limit)
    }

    /// The window up to `limit`, for others. What is still needed of its text stays: `behind` bytes before the limit, and all
    /// behind it.
    pub(super) fn window(&mut self, limit: u64, behind: usize, source: &dyn TextSource) -> Cut {
        let base = limit.saturating_sub(behind as u64).max(self.block.base);
        let (mut rest, room) = self.spare.pop().unwrap_or_default();
        rest.base = base;
        rest.text.clear();
        rest.push(&self.block.text[(base - self.block.base) as usize..]);
        rest.fields.clear();
        rest.fields.extend_from_slice(&self.block.fields[self.block.fields.partition_point(|f| f.end <= base)..]);
        // What is known stays with who reads.
        std::mem::swap(&mut rest.silent, &mut self.block.silent);
        let block = std::mem::replace(&mut self.block, rest);
        Cut {
            range: ((self.from - block.base) as usize, (limit - block.base) as usize),
            block,
            room,
            has_fields: source.has_fields(),
            has_ranges: source.has_ranges(),
            labels: Arc::clone(&self.reader.labels),
            stretch: None,
            is_closed: limit == self.block.end(),
        }
    }

    /// A window that is not read.
    pub(super) fn unread(&mut self, stretch: Box<dyn Stretch>) -> Cut {
        let (mut block, room) = self.spare.pop().unwrap_or_default();
        block.silent.clear();
        block.silent.extend(&self.block.silent);
        Cut {
            block,
            room,
            has_fields: true,
            has_ranges: false,
            labels: Arc::clone(&self.reader.labels),
            range: (0, 0),
            stretch: Some(stretch),
            is_closed: true,
        }
    }

    /// Goes on with a block that is read and not inspected.
    pub(super) fn go_on_with(&mut self, block: Block) {
        self.from = block.base;
        let before = std::mem::replace(&mut self.block, block);
        self.block.silent.extend(&before.silent);
    }

    /// Goes on at an offset, with nothing read.
    pub(super) fn go_on_at(&mut self, offset: u64) {
        self.block.text.clear();
        self.block.fields.clear();
        (self.block.base, self.from) = (offset, offset);
    }
}

/// The text of matches that are found and not decided, where windows leave when they are settled.
#[derive(Debug, Default)]
pub(super) struct Undecided(Block);

impl Undecided {
    /// The text from an offset to the end of a window: the window's own, if that goes back so far.
    pub(super) fn with<'b>(&'b mut self, window: &'b Block, from: u64) -> &'b Block {
        if from >= window.base || self.0.text.is_empty() {
            return window;
        }
        self.0.text.truncate((window.base - self.0.base) as usize);
        self.0.text.extend_from_slice(&window.text);
        &self.0
    }

    /// Keeps what [`Undecided::with`] gave of a window from an offset on; nothing if none is given.
    pub(super) fn keep(&mut self, window: &Block, from: Option<u64>) {
        let Some(from) = from else { return self.0.text.clear() };
        if from >= window.base || self.0.text.is_empty() {
            self.0.base = from.max(window.base);
            self.0.text.clear();
            self.0.text.extend_from_slice(&window.text[(self.0.base - window.base) as usize..]);
        } else {
            discard(&mut self.0, from);
        }
    }
}

/// Reads until the window reaches `target` or enough was read, the text ends (false) or breaks (false, with the error).
pub(super) fn fill(
    source: &mut dyn TextSource,
    block: &mut Block,
    target: u64,
    go_on: &dyn Fn() -> bool,
) -> (bool, Option<io::Error>) {
    // A source of empty records can be long without a byte of text.
    while block.end() < target && go_on() {
        match source.fill(block) {
            Ok(true) => {}
            Ok(false) => return (false, None),
            Err(error) => return (false, Some(error)),
        }
    }
    (true, None)
}

/// Drops what stands before `needed`.
pub(super) fn discard(block: &mut Block, needed: u64) {
    let count = needed.saturating_sub(block.base) as usize;
    block.text.drain(..count);
    block.base += count as u64;
    let gone = block.fields.partition_point(|f| f.end <= block.base);
    block.fields.drain(..gone);
}
