//! The way back from text in which a format replaced pieces (escapes, doubled quotes) to the text as it was.
//!
//! Both are counted in bytes of decoded text from the start. Replacements never make the text longer.

use std::collections::VecDeque;

/// A piece that was replaced by a shorter one.
#[derive(Debug, Clone, Copy)]
struct Edit {
    /// Where the replacement starts in the new text.
    text: u64,
    /// Where the piece starts in the old text.
    raw: u64,
    text_length: u8,
    raw_length: u8,
}

/// The replacements in the window, in order.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    pieces: VecDeque<Edit>,
    /// How much longer the old text was up to the first of `pieces`, and up to the end.
    removed_before: u64,
    removed: u64,
}

impl Edits {
    /// The new text's offset for an old one that lies behind all edits so far.
    pub(crate) fn text_of(&self, raw: u64) -> u64 {
        raw - self.removed
    }

    /// Notes that the piece of `raw_length` bytes at `raw` became `text_length` bytes.
    pub(crate) fn push(&mut self, raw: u64, raw_length: u8, text_length: u8) {
        self.pieces.push_back(Edit { text: self.text_of(raw), raw, text_length, raw_length });
        self.removed += u64::from(raw_length.saturating_sub(text_length));
    }

    /// The old text's range for `start..end` of the new; pieces replaced are taken in whole.
    pub(crate) fn raw(&self, start: u64, end: u64) -> (u64, u64) {
        let (from, _) = self.byte(start);
        let (_, to) = self.byte(end.saturating_sub(1).max(start));
        (from, to)
    }

    /// Forgets what is only needed before an offset of the new text.
    pub(crate) fn release(&mut self, text: u64) {
        while let Some(edit) = self.pieces.front() {
            if edit.text + u64::from(edit.text_length) > text {
                break;
            }
            self.removed_before += u64::from(edit.raw_length.saturating_sub(edit.text_length));
            self.pieces.pop_front();
        }
    }

    /// The old text's range for one byte of the new.
    fn byte(&self, text: u64) -> (u64, u64) {
        let past = self.pieces.partition_point(|edit| edit.text <= text);
        let Some(edit) = past.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
            return (text + self.removed_before, text + self.removed_before + 1);
        };
        let (text_end, raw_end) = (edit.text + u64::from(edit.text_length), edit.raw + u64::from(edit.raw_length));
        if text < text_end {
            (edit.raw, raw_end)
        } else {
            (raw_end + (text - text_end), raw_end + (text - text_end) + 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_before_in_and_behind_edits() {
        // old: ab\ncd\u00e9ef   new: ab.cd..ef
        let mut edits = Edits::default();
        edits.push(2, 2, 1);
        edits.push(6, 6, 2);
        assert_eq!(edits.text_of(14), 9);
        for released in [0, 2] {
            edits.release(released);
            assert_eq!(edits.raw(2, 3), (2, 4));
            assert_eq!(edits.raw(3, 5), (4, 6));
            assert_eq!(edits.raw(4, 6), (5, 12));
            assert_eq!(edits.raw(7, 9), (12, 14));
        }
        edits.release(3);
        assert_eq!(edits.raw(3, 9), (4, 14));
        edits.release(9);
        assert_eq!(edits.raw(9, 10), (14, 15));
    }
}
