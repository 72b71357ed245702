//! The records of a workbook stream ([MS-XLS]): a kind, a body, and the bodies of the records that continue it.
//!
//! Knows the two ways strings are written, and nothing of cells.

use super::super::bytes::{coded, u16_at, u32_at, utf16};

/// A record that continues the one before.
const CONTINUE: u16 = 0x003C;
/// Strings of one workbook.
const STRINGS: usize = 1 << 22;

/// A record: where its body and each continuation lie.
pub(super) struct Raw {
    pub(super) kind: u16,
    pub(super) parts: Vec<(usize, usize)>,
}

/// Reads the record at a place and moves behind it; none at the end. The flag is set where the stream ends too early.
pub(super) fn next(stream: &[u8], at: &mut usize, is_cut: &mut bool) -> Option<Raw> {
    let (kind, body) = one(stream, at, is_cut)?;
    let mut parts = vec![body];
    while u16_at(stream, *at) == CONTINUE
        && let Some((_, body)) = one(stream, at, is_cut)
    {
        parts.push(body);
    }
    Some(Raw { kind, parts })
}

fn one(stream: &[u8], at: &mut usize, is_cut: &mut bool) -> Option<(u16, (usize, usize))> {
    let start = at.checked_add(4)?;
    if start > stream.len() {
        return None;
    }
    let (kind, length) = (u16_at(stream, *at), usize::from(u16_at(stream, *at + 2)));
    *is_cut |= start + length > stream.len();
    let end = stream.len().min(start + length);
    *at = end;
    Some((kind, (start, end)))
}

/// A string as cells and names have it: in one body.
pub(super) fn string(body: &[u8], at: usize, has_short_length: bool, code_page: Option<u16>) -> String {
    let (count, at) = if has_short_length {
        (usize::from(body.get(at).copied().unwrap_or(0)), at + 1)
    } else {
        (usize::from(u16_at(body, at)), at + 2)
    };
    let rest = |at: usize, length: usize| super::super::bytes::slice(body, at, length);
    match code_page {
        Some(code_page) => coded(rest(at, count), code_page),
        None if body.get(at).copied().unwrap_or(0) & 1 != 0 => utf16(rest(at + 1, count * 2)),
        None => narrow(rest(at + 1, count)),
    }
}

/// Characters below 256, one byte each.
fn narrow(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Reads on over the borders of continued records.
pub(super) struct Continued<'s> {
    stream: &'s [u8],
    parts: &'s [(usize, usize)],
    part: usize,
    at: usize,
}

impl<'s> Continued<'s> {
    pub(super) fn new(stream: &'s [u8], parts: &'s [(usize, usize)]) -> Self {
        Self { stream, parts, part: 0, at: parts.first().map_or(0, |(start, _)| *start) }
    }

    fn left(&self) -> usize {
        self.parts.get(self.part).map_or(0, |(_, end)| end.saturating_sub(self.at))
    }

    /// Moves to the next part; false if there is none.
    fn turn(&mut self) -> bool {
        self.part += 1;
        match self.parts.get(self.part) {
            Some((start, _)) => {
                self.at = *start;
                true
            }
            None => false,
        }
    }

    fn skip(&mut self, mut count: usize) {
        while count > 0 {
            let step = count.min(self.left());
            (self.at, count) = (self.at + step, count - step);
            if count > 0 && !self.turn() {
                return;
            }
        }
    }

    fn head(&mut self, length: usize) -> Option<&'s [u8]> {
        while self.left() == 0 {
            if !self.turn() {
                return None;
            }
        }
        let bytes = self.stream.get(self.at..self.at + length.min(self.left()))?;
        self.at += bytes.len();
        Some(bytes)
    }

    /// Characters from here on; in each part behind the first a flag says anew how wide they are.
    fn characters(&mut self, mut count: usize, mut is_wide: bool) -> String {
        let mut text = String::new();
        while count > 0 {
            if self.left() == 0 {
                if !self.turn() {
                    break;
                }
                is_wide = self.stream.get(self.at).copied().unwrap_or(0) & 1 != 0;
                self.at += 1;
                continue;
            }
            let width = 1 + usize::from(is_wide);
            let taken = count.min(self.left() / width);
            if taken == 0 {
                // Half a character stands at the border.
                self.at += self.left();
                continue;
            }
            let bytes = self.stream.get(self.at..self.at + taken * width).unwrap_or_default();
            text.push_str(&if is_wide { utf16(bytes) } else { narrow(bytes) });
            (self.at, count) = (self.at + taken * width, count - taken);
        }
        text
    }

    /// The strings of the shared table.
    pub(super) fn shared(&mut self) -> Vec<String> {
        let count = self.head(8).map_or(0, |head| u32_at(head, 4) as usize).min(STRINGS);
        let mut strings = Vec::new();
        while strings.len() < count
            && let Some(head) = self.head(3)
        {
            let (length, flags) = (usize::from(u16_at(head, 0)), head.get(2).copied().unwrap_or(0));
            let runs = if flags & 8 != 0 { self.head(2).map_or(0, |b| usize::from(u16_at(b, 0))) } else { 0 };
            let extended = if flags & 4 != 0 { self.head(4).map_or(0, |b| u32_at(b, 0) as usize) } else { 0 };
            strings.push(self.characters(length, flags & 1 != 0));
            self.skip(runs * 4 + extended);
        }
        strings
    }

    /// The text of a box: the first part tells how long it is, the next ones hold it.
    pub(super) fn text_box(&mut self) -> String {
        let count = self.head(18).map_or(0, |head| usize::from(u16_at(head, 10)));
        self.at = self.parts.get(self.part).map_or(0, |(_, end)| *end);
        self.characters(count, false)
    }
}
