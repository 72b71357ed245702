//! The part of a text that is read and still needed, and where it is cut into windows. Knows nothing of what is found in them.

use super::Detector;
use super::labels::Reader;
use super::shared::Cut;
use super::window::Progress;
use crate::text::{Block, TextSource};
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
    pub(super) spare: Vec<Block>,
    /// Matches that start before are found, or a window in which they are is shared.
    pub(super) from: u64,
}

impl Text {
    /// At the start of a text; the block's room is used again.
    pub(super) fn new(detector: &Detector, mut block: Block) -> Self {
        block.text.clear();
        block.fields.clear();
        block.base = 0;
        Self { block, reader: Reader::default(), progress: Progress::new(detector), spare: Vec::new(), from: 0 }
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

    /// The window up to `limit`, for others.
    pub(super) fn window(&mut self, limit: u64, ahead: usize, behind: usize, source: &dyn TextSource) -> Cut {
        let base = self.from.saturating_sub(behind as u64).max(self.block.base);
        let offset = |at: u64| (at - self.block.base) as usize;
        let end = self.block.end().min(limit + ahead as u64);
        let fields = &self.block.fields;
        let within = fields.partition_point(|f| f.end <= base)..fields.partition_point(|f| f.start < end);
        let mut block = self.spare.pop().unwrap_or_default();
        block.base = base;
        block.text.clear();
        block.text.extend_from_slice(&self.block.text[offset(base)..offset(end)]);
        block.fields.clear();
        block.fields.extend_from_slice(&fields[within]);
        if let Some(last) = block.fields.last_mut() {
            last.end = last.end.min(end);
        }
        Cut {
            block,
            has_fields: source.has_fields(),
            has_ranges: source.has_ranges(),
            labels: Arc::clone(&self.reader.labels),
            range: ((self.from - base) as usize, (limit - base) as usize),
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
