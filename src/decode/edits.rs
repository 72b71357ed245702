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

/// The replacements in the window, in order. One of nothing by nothing tells of a gap before it.
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

    /// For a stretch behind all edits so far, by itself: its text begins where it would if none were made before it any more.
    pub(crate) fn of_stretch(&self) -> Self {
        Self { pieces: VecDeque::new(), removed_before: self.removed, removed: self.removed }
    }

    /// Takes up those of the next stretch, which goes to an old offset.
    pub(crate) fn take_up(&mut self, stretch: &mut Self, to: u64) {
        self.pieces.append(&mut stretch.pieces);
        self.removed = stretch.removed;
        self.go_on_behind(stretch, to);
    }

    /// Goes on behind a stretch, which goes to an old offset. What was made shorter in it is a gap in the new text: stretches that
    /// were read at the same time all begin where they were told to.
    pub(crate) fn go_on_behind(&mut self, stretch: &Self, to: u64) {
        let removed = stretch.removed_before;
        if self.removed != removed {
            self.removed = removed;
            self.pieces.push_back(Edit { text: to - removed, raw: to, text_length: 0, raw_length: 0 });
        }
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
            self.removed_before = edit.raw + u64::from(edit.raw_length) - edit.text - u64::from(edit.text_length);
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

    #[test]
    fn stretches_begin_where_they_were_told_to() {
        // old: a\n|b\nc\n|\td|\ne   new: a.|b.c.  |.d |.e
        let mut edits = Edits::default();
        edits.push(1, 2, 1);
        let (mut first, mut second) = (edits.of_stretch(), edits.of_stretch());
        assert_eq!(first.text_of(3), 2);
        first.push(4, 2, 1);
        first.push(7, 2, 1);
        assert_eq!(second.text_of(9), 8);
        second.push(9, 2, 1);
        edits.take_up(&mut first, 9);
        edits.take_up(&mut second, 12);
        edits.push(12, 2, 1);
        for released in [0, 3, 8, 11] {
            edits.release(released);
            for (text, raw) in [(2, 3), (3, 4), (4, 6), (5, 7), (8, 9), (9, 11), (11, 12), (12, 14)] {
                if text >= released {
                    assert_eq!(edits.raw(text, text).0, raw, "of {text}, released up to {released}");
                }
            }
        }
    }
}
