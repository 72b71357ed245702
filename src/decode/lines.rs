//! The decoded text still in use, and the lines and columns in it, counted only when asked for.
//!
//! Offsets here are bytes of decoded text from its start. What the text was before decoding is not known here.

use crate::text::PIECE;

/// How much more is dropped than is moved then. Where others read stretches of a text, the rest is long.
const PAID: usize = 3;

/// A piece of the text from some offset to the end of what was decoded so far.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// `bytes[dropped..filled]` is the window; what lies behind is room for the next read.
    bytes: Vec<u8>,
    dropped: usize,
    filled: usize,
    /// Absolute offset of `bytes[0]`.
    base: u64,
    mark: Mark,
}

/// A place up to which lines and characters are counted.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: u64,
    line: u64,
    column: u64,
}

impl Default for Mark {
    fn default() -> Self {
        Self { offset: 0, line: 1, column: 1 }
    }
}

impl Window {
    /// Absolute offset behind the last byte.
    pub(super) fn end(&self) -> u64 {
        self.base + self.filled as u64
    }

    /// The text from an absolute offset to the end; what was released is gone.
    pub(super) fn from(&self, offset: u64) -> &[u8] {
        &self.bytes[self.index(offset)..self.filled]
    }

    /// Room for `size` bytes behind the text; [`Self::grow`] says how many were written.
    pub(super) fn room(&mut self, size: usize) -> &mut [u8] {
        let end = self.filled + size;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        &mut self.bytes[self.filled..end]
    }

    /// Takes the first bytes of the room into the text.
    pub(super) fn grow(&mut self, written: usize) {
        self.filled = (self.filled + written).min(self.bytes.len());
    }

    /// Line and column of the character at an offset. Offsets never decrease from call to call.
    pub(super) fn locate(&mut self, offset: u64) -> (u64, u64) {
        self.advance(offset);
        let mark = self.ahead(offset);
        (mark.line, mark.column)
    }

    /// The line of the character at an offset; counts from the last call of [`Self::locate`].
    pub(super) fn line(&self, offset: u64) -> u64 {
        let (from, to) = (self.index(self.mark.offset), self.index(offset));
        self.mark.line + breaks(&self.bytes[..self.filled], from, to)
    }

    /// Drops the text before an offset, counting what is in it.
    pub(super) fn release(&mut self, offset: u64) {
        self.advance(offset);
        self.dropped = self.index(self.mark.offset);
        // Moving the rest to the front is paid for by what was dropped.
        if self.dropped >= (self.filled - self.dropped) * PAID {
            let rest = self.filled - self.dropped;
            for to in (0..rest).step_by(PIECE) {
                let from = self.dropped + to;
                self.bytes.copy_within(from..self.filled.min(from + PIECE), to);
            }
            (self.base, self.filled, self.dropped) = (self.base + self.dropped as u64, rest, 0);
        }
    }

    /// Moves the mark to an offset, or a little before it where a character or a CRLF may be cut there.
    fn advance(&mut self, offset: u64) {
        let text = &self.bytes[..self.filled];
        let mut to = self.index(offset);
        for _ in 0..4 {
            // The character may have begun up to three bytes earlier, or may go on behind the end.
            if to > 0 && (to == text.len() || text.get(to).is_some_and(|b| is_continuation(*b))) {
                to -= 1;
            }
        }
        if to > 0 && text.get(to - 1) == Some(&b'\r') {
            to -= 1;
        }
        let to = self.base + to as u64;
        if to > self.mark.offset {
            self.mark = self.ahead(to);
        }
    }

    /// Where the mark would be at an offset.
    fn ahead(&self, offset: u64) -> Mark {
        let text = &self.bytes[..self.filled];
        let (from, to) = (self.index(self.mark.offset), self.index(offset));
        let Mark { line, column, .. } = self.mark;
        match last_break(text, from, to) {
            None => Mark { offset, line, column: column + characters(text.get(from..to).unwrap_or_default()) },
            Some(after) => {
                Mark { offset, line: line + breaks(text, from, to), column: 1 + characters(&text[after..to]) }
            }
        }
    }

    fn index(&self, offset: u64) -> usize {
        let index = usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        index.clamp(self.dropped, self.filled)
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Line breaks that end in `text[from..to]`; the byte at `to` is looked at to tell CRLF from CR.
fn breaks(text: &[u8], from: usize, to: usize) -> u64 {
    let Some(part) = text.get(from..to) else { return 0 };
    let feeds = memchr::memchr_iter(b'\n', part).count();
    if memchr::memchr(b'\r', part).is_none() {
        return feeds as u64;
    }
    let next = text.get(from + 1..(to + 1).min(text.len())).unwrap_or_default();
    (feeds + lone_returns(part, next) + usize::from(next.len() < part.len() && part.last() == Some(&b'\r'))) as u64
}

/// Carriage returns in `part` with no line feed at the same index of `next`. Counted in bytes so that it vectorises.
fn lone_returns(part: &[u8], next: &[u8]) -> usize {
    let count = |(part, next): (&[u8], &[u8])| {
        let lone = part.iter().zip(next).map(|(b, n)| u8::from(*b == b'\r') & u8::from(*n != b'\n'));
        usize::from(lone.fold(0_u8, u8::wrapping_add))
    };
    part.chunks(255).zip(next.chunks(255)).map(count).sum()
}

/// Index behind the last line break that ends in `text[from..to]`.
fn last_break(text: &[u8], from: usize, to: usize) -> Option<usize> {
    let part = text.get(from..to)?;
    let mut end = part.len();
    loop {
        let at = memchr::memrchr2(b'\n', b'\r', &part[..end])?;
        if part[at] == b'\n' || text.get(from + at + 1) != Some(&b'\n') {
            return Some(from + at + 1);
        }
        end = at;
    }
}

/// Characters in a piece of text; each stray byte is one.
fn characters(part: &[u8]) -> u64 {
    let count = |valid: &[u8]| -> usize {
        let starts = |chunk: &[u8]| {
            usize::from(chunk.iter().map(|b| u8::from(!is_continuation(*b))).fold(0_u8, u8::wrapping_add))
        };
        valid.chunks(255).map(starts).sum()
    };
    if part.is_ascii() {
        return part.len() as u64;
    }
    if std::str::from_utf8(part).is_ok() {
        return count(part) as u64;
    }
    part.utf8_chunks().map(|chunk| (count(chunk.valid().as_bytes()) + chunk.invalid().len()) as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and column of every character, by the plain definition.
    fn expected(text: &str) -> Vec<(u64, u64, u64)> {
        let (mut line, mut column, mut previous) = (1, 1, ' ');
        let mut places = Vec::new();
        for (at, c) in text.char_indices() {
            if previous == '\n' || (previous == '\r' && c != '\n') {
                (line, column) = (line + 1, 1);
            }
            places.push((at as u64, line, column));
            (column, previous) = (column + 1, c);
        }
        places
    }

    fn window(text: &[u8]) -> Window {
        let mut window = Window::default();
        window.room(text.len()).copy_from_slice(text);
        window.grow(text.len());
        window
    }

    const TEXT: &str = "é\nab\r\ncd\ref\r\r\n\n😀日本 x\r\n\r\nend";

    #[test]
    fn lines_and_columns_are_those_of_the_definition() {
        for step in 0..8 {
            let mut window = window(TEXT.as_bytes());
            for (offset, line, column) in expected(TEXT) {
                assert_eq!(window.locate(offset), (line, column), "at {offset}");
                assert_eq!(window.line(offset), line);
                if step > 0 && offset % step == 0 {
                    window.release(offset);
                }
            }
        }
    }

    #[test]
    fn text_that_comes_byte_by_byte_and_is_released_at_once_counts_the_same() {
        let mut window = Window::default();
        let places = expected(TEXT);
        for (at, byte) in TEXT.bytes().enumerate() {
            window.room(1)[0] = byte;
            window.grow(1);
            if let Some((offset, line, column)) = places.iter().find(|(offset, ..)| *offset == at as u64) {
                assert_eq!(window.locate(*offset), (*line, *column), "at {at}");
            }
            window.release(at as u64 + 1);
        }
        assert!(window.bytes.len() < 16);
    }

    #[test]
    fn stray_bytes_are_a_character_each() {
        let mut window = window(b"a\xFF\x80\xC3\xA9\xE2\x82z");
        assert_eq!(window.locate(3), (1, 4));
        assert_eq!(window.locate(7), (1, 7));
    }
}
