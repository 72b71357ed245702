//! The way back from transcoded text to the bytes as stored.
//!
//! Knows the stored bytes of the window, and checkpoints where a fresh decoder gives the same text as the running one.
//! What lies between two checkpoints is decoded again, byte by byte, only when it is asked for.

use super::encoding::{Charset, unit};
use encoding_rs::Decoder;
use std::collections::VecDeque;

/// Bytes as stored between checkpoints, where the text allows.
pub(super) const PIECE: usize = 512;
/// Bytes as stored after which a checkpoint is made even where a character may be cut: only damaged text has no
/// better place for so long.
const FORCED: u64 = 64 << 10;

/// A place where text and stored bytes correspond.
#[derive(Debug, Clone, Copy)]
struct Checkpoint {
    text: u64,
    stored: u64,
}

/// One decoded character: where it starts in the text, and its stored bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Character {
    text: u64,
    from: u64,
    to: u64,
}

/// The stored bytes of the window, and how to find a character's among them.
pub(super) struct Origin {
    charset: Charset,
    stored: Vec<u8>,
    /// Absolute offset of `stored[0]`.
    base: u64,
    checkpoints: VecDeque<Checkpoint>,
    escapes: Escapes,
    /// Characters of the checkpoint interval that was asked for last.
    expanded: Vec<Character>,
    expanded_from: Option<u64>,
}

impl Origin {
    /// The text starts at stored byte `mark`, behind the byte order mark.
    pub(super) fn new(charset: Charset, mark: u64) -> Self {
        Self {
            charset,
            stored: Vec::new(),
            base: mark,
            checkpoints: VecDeque::from([Checkpoint { text: 0, stored: mark }]),
            escapes: Escapes::Ascii,
            expanded: Vec::new(),
            expanded_from: None,
        }
    }

    /// Takes stored bytes that follow those so far.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.stored.extend_from_slice(bytes);
    }

    /// Absolute offset behind the stored bytes.
    pub(super) fn end(&self) -> u64 {
        self.base + self.stored.len() as u64
    }

    /// The next piece from an absolute offset on, and whether a checkpoint may follow it.
    pub(super) fn piece(&mut self, from: u64) -> (&[u8], bool) {
        let start = self.index(from);
        let piece = &self.stored[start..self.stored.len().min(start + PIECE)];
        let clean = match self.charset {
            Charset::Utf8 => Some(piece.len()),
            Charset::Utf16 { big } => clean_utf16(piece, (from - self.checkpoints[0].stored) % 2 == 1, big),
            Charset::Utf32 { .. } => Some(piece.len() / 4 * 4),
            Charset::Legacy(e) if e.is_single_byte() => Some(piece.len()),
            Charset::Legacy(e) if e == encoding_rs::ISO_2022_JP => self.escapes.clean(piece),
            // Bytes up to the space are never the second of a character.
            Charset::Legacy(_) => piece.iter().rposition(|b| *b <= b' ').map(|at| at + 1),
        };
        match clean {
            Some(length) => (&piece[..length], true),
            None => (piece, false),
        }
    }

    /// Notes that text and stored bytes were decoded up to here; a checkpoint where that is clean.
    pub(super) fn decoded(&mut self, text: u64, stored: u64, clean: bool) {
        let last = self.checkpoints.back().map_or(0, |c| c.stored);
        if stored > last && (clean || stored - last >= FORCED) {
            self.checkpoints.push_back(Checkpoint { text, stored });
        }
    }

    /// Absolute offsets of the stored bytes of the text `start..end`.
    pub(super) fn stored(&mut self, start: u64, end: u64) -> (u64, u64) {
        let from = self.character(start).from;
        let to = self.character(end.saturating_sub(1).max(start)).to;
        (from, to.max(from))
    }

    /// Drops what is only needed for text before an offset.
    pub(super) fn release(&mut self, text: u64) {
        let past = self.checkpoints.partition_point(|c| c.text <= text).saturating_sub(1);
        self.checkpoints.drain(..past);
        let Some(first) = self.checkpoints.front() else { return };
        let drop = self.index(first.stored);
        if drop * 2 >= self.stored.len() {
            self.stored.drain(..drop);
            self.base += drop as u64;
        }
    }

    /// The character that the byte at a text offset belongs to.
    fn character(&mut self, text: u64) -> Character {
        let next = self.checkpoints.partition_point(|c| c.text <= text);
        let Some(from) = next.checked_sub(1).and_then(|at| self.checkpoints.get(at)).copied() else {
            return Character { text, from: self.base, to: self.base };
        };
        let to = self.checkpoints.get(next).map(|c| c.stored);
        // The last interval still grows, so it is never taken from the last time.
        if self.expanded_from != Some(from.stored) || to.is_none() {
            self.expand(from, to.unwrap_or_else(|| self.end()));
            self.expanded_from = to.map(|_| from.stored);
        }
        let at = self.expanded.partition_point(|c| c.text <= text).saturating_sub(1);
        let nothing = Character { text, from: from.stored, to: from.stored };
        self.expanded.get(at).copied().unwrap_or(nothing)
    }

    fn expand(&mut self, from: Checkpoint, to: u64) {
        self.expanded.clear();
        let bytes = &self.stored[self.index(from.stored)..self.index(to)];
        let mut emit = Emit { text: from.text, start: from.stored, characters: &mut self.expanded };
        if let Charset::Utf32 { big } = self.charset {
            let mut stored = from.stored;
            for unit in bytes.chunks(4) {
                stored += unit.len() as u64;
                emit.characters(utf32(unit, big).encode_utf8(&mut [0; 4]).as_bytes(), stored);
            }
            return;
        }
        let Some(mut decoder) = decoder(self.charset) else { return };
        let mut buffer = [0; 32];
        let mut stored = from.stored;
        for byte in bytes {
            stored += 1;
            let (_, _, written, _) = decoder.decode_to_utf8(std::slice::from_ref(byte), &mut buffer, false);
            emit.characters(&buffer[..written], stored);
        }
        let (_, _, written, _) = decoder.decode_to_utf8(&[], &mut buffer, true);
        emit.characters(&buffer[..written], stored);
    }

    fn index(&self, stored: u64) -> usize {
        usize::try_from(stored.saturating_sub(self.base)).unwrap_or(usize::MAX).min(self.stored.len())
    }
}

/// Collects characters as a decoder gives them.
struct Emit<'a> {
    text: u64,
    start: u64,
    characters: &'a mut Vec<Character>,
}

impl Emit<'_> {
    /// Takes what the decoder gave when the stored bytes up to `stored` were in. Of two characters at once, the second
    /// is the last byte, which the first turned out not to contain.
    fn characters(&mut self, written: &[u8], stored: u64) {
        let starts = |b: &&u8| **b & 0xC0 != 0x80;
        let mut left = written.iter().filter(starts).count();
        for byte in written {
            if byte & 0xC0 != 0x80 {
                left -= 1;
                let to = if left == 0 { stored } else { (stored - 1).max(self.start) };
                self.characters.push(Character { text: self.text, from: self.start, to });
                self.start = to;
            }
            self.text += 1;
        }
    }
}

/// A decoder for what is not given on as it is, nor decoded here.
pub(super) fn decoder(charset: Charset) -> Option<Decoder> {
    let encoding = match charset {
        Charset::Utf8 | Charset::Utf32 { .. } => return None,
        Charset::Utf16 { big: true } => encoding_rs::UTF_16BE,
        Charset::Utf16 { big: false } => encoding_rs::UTF_16LE,
        Charset::Legacy(encoding) => encoding,
    };
    Some(encoding.new_decoder_without_bom_handling())
}

/// The character in four bytes; U+FFFD for what is none, and for fewer bytes.
pub(super) fn utf32(unit: &[u8], big: bool) -> char {
    let value = <[u8; 4]>::try_from(unit).map(|b| if big { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) });
    value.ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Length of the longest start of a piece that ends between two characters. `odd`: the piece starts inside a unit.
fn clean_utf16(piece: &[u8], odd: bool, big: bool) -> Option<usize> {
    let end = piece.len() - (piece.len() + usize::from(odd)) % 2;
    let is_lead = |end: usize| end < 2 || (0xD800..0xDC00).contains(&unit(&piece[end - 2..end], big));
    [end, end.saturating_sub(2)].into_iter().find(|end| !is_lead(*end))
}

/// Which set ISO-2022-JP is in; only in ASCII is a fresh decoder's state the running one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    Ascii,
    Other,
    Escape,
    Bracket,
}

impl Escapes {
    /// Length of the longest start of a piece that ends in ASCII; the state is moved over that, or else the whole piece.
    fn clean(&mut self, piece: &[u8]) -> Option<usize> {
        let mut clean = None;
        for (at, byte) in piece.iter().enumerate() {
            *self = match (*self, byte) {
                (_, 0x1B) => Self::Escape,
                (Self::Escape, b'(') => Self::Bracket,
                (Self::Bracket, b'B') | (Self::Ascii, _) => Self::Ascii,
                _ => Self::Other,
            };
            if *self == Self::Ascii && *byte <= b' ' {
                clean = Some(at + 1);
            }
        }
        if clean.is_some() {
            *self = Self::Ascii;
        }
        clean
    }
}
