//! How a part of a mail was packed for its way (RFC 2045, and uuencode before it), undone line by line.
//!
//! Lenient as mail programs are: what is no code is passed over or kept as it is. Knows nothing of parts.

use super::lines::Line;
use super::places::{Mark, Marks};
use super::utf7::Utf7;
use crate::formats::ciphers::sextet;

/// The encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Transfer {
    /// 7bit, 8bit, binary: as it is.
    #[default]
    Identity,
    Quoted,
    Base64,
    Uu,
}

impl Transfer {
    /// The encoding of a `Content-Transfer-Encoding` header.
    pub(super) fn named(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "quoted-printable" => Self::Quoted,
            "base64" => Self::Base64,
            // `uuencode` marks its own beginning in the body.
            _ => Self::Identity,
        }
    }
}

/// How the text of a part is written, whatever it is packed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shape {
    pub(super) is_utf7: bool,
    /// Whether a line that ends in a space goes on in the next (RFC 3676), and whether that space is none of the text.
    pub(super) is_flowed: bool,
    pub(super) deletes_space: bool,
}

/// The decoder of one part.
#[derive(Default)]
pub(super) struct Decoder {
    pub(super) transfer: Transfer,
    shape: Shape,
    utf7: Utf7,
    /// Marks of quotation before the line that goes on in the next.
    goes_on: Option<usize>,
    base64: Base64,
    /// The line break that came last: it belongs to the part only if something follows.
    line_break: Vec<u8>,
    /// The beginning of an escape at the end of a piece of a line.
    carry: Vec<u8>,
}

impl Decoder {
    pub(super) fn new(transfer: Transfer, shape: Shape) -> Self {
        Self { transfer, shape, ..Self::default() }
    }

    /// Decodes a line. `done` is how many bytes were decoded before what is in `out`.
    pub(super) fn line(&mut self, line: &Line, out: &mut Vec<u8>, done: u64, marks: &mut Marks) {
        if !self.line_break.is_empty() {
            self.utf7.end(out);
        }
        out.append(&mut self.line_break);
        let skipped = self.join(line, out);
        let from = out.len();
        let mark = |at: usize, column: usize, is_packed| Mark {
            at: done + at as u64,
            line: line.number,
            column: line.before + column as u64 + 1,
            offset: line.offset + column as u64,
            is_packed,
        };
        match self.transfer {
            Transfer::Identity => {
                if self.shape != Shape::default() {
                    marks.push(mark(out.len(), skipped, false));
                }
                out.extend_from_slice(&line.text()[skipped..]);
                self.line_break.extend_from_slice(line.line_break());
            }
            Transfer::Base64 => {
                marks.push(mark(out.len(), 0, true));
                self.base64.decode(line.text(), out);
            }
            Transfer::Uu => {
                marks.push(mark(out.len(), 1, true));
                uu(line.text(), out);
            }
            Transfer::Quoted => {
                // Of UTF-7 in it, only lines have places.
                let is_plain = !self.shape.is_utf7;
                marks.push(mark(out.len(), skipped, false));
                self.quoted(line, skipped, out, |at, column| {
                    if is_plain {
                        marks.push(mark(at, column, false));
                    }
                });
            }
        }
        self.flow(line, from, out);
        if self.shape.is_utf7 {
            let packed = out.split_off(from);
            let is_plain = self.transfer == Transfer::Identity;
            self.utf7.decode(&packed, out, |at, column| {
                if is_plain {
                    marks.push(mark(at, skipped + column, false));
                }
            });
        }
    }

    /// Bytes at the start of a line that say no more than that it belongs to the one before.
    fn join(&mut self, line: &Line, out: &mut Vec<u8>) -> usize {
        let Some(depth) = self.goes_on.take() else { return 0 };
        let text = line.text();
        if quotation(text) != depth {
            out.push(b'\n');
            return 0;
        }
        // A space is put in front of what might be taken for something else.
        depth + usize::from(text.get(depth) == Some(&b' '))
    }

    /// Notes whether the line that was just decoded goes on in the next.
    fn flow(&mut self, line: &Line, from: usize, out: &mut Vec<u8>) {
        let Some(text) = out.get(from..).filter(|_| self.shape.is_flowed && !self.line_break.is_empty()) else {
            return;
        };
        let depth = quotation(line.text());
        let own = text.get(depth..).unwrap_or_default().trim_ascii_start();
        // Two dashes and a space stand before a signature.
        if text.ends_with(b" ") && own != b"-- " && line.before == 0 {
            self.goes_on = Some(depth);
            self.line_break.clear();
            if self.shape.deletes_space {
                out.pop();
            }
        }
    }

    fn quoted(&mut self, line: &Line, skipped: usize, out: &mut Vec<u8>, mut mark: impl FnMut(usize, usize)) {
        let ends = !line.line_break().is_empty();
        let mut text = &line.text()[skipped..];
        let joined;
        let carried = self.carry.len();
        if carried > 0 {
            joined = [&self.carry, text].concat();
            text = &joined;
            self.carry = Vec::new();
        }
        if ends {
            text = text.trim_ascii_end();
        } else if let Some(at) = text.iter().rev().take(2).position(|byte| *byte == b'=') {
            let cut = text.len() - at - 1;
            self.carry = text[cut..].to_vec();
            text = &text[..cut];
        }
        let is_soft = ends && text.ends_with(b"=");
        let text = if is_soft { &text[..text.len() - 1] } else { text };
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            at += 1;
            match (byte, text.get(at).copied().and_then(hex), text.get(at + 1).copied().and_then(hex)) {
                (b'=', Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    at += 2;
                    mark(out.len(), skipped + at.saturating_sub(carried));
                }
                _ => out.push(*byte),
            }
        }
        if !is_soft {
            self.line_break.extend_from_slice(line.line_break());
        }
    }
}

/// Marks of quotation at the start of a line.
fn quotation(text: &[u8]) -> usize {
    text.iter().take_while(|byte| **byte == b'>').count()
}

/// Base64 that comes in pieces.
#[derive(Default)]
pub(super) struct Base64 {
    bits: u32,
    count: u32,
}

impl Base64 {
    /// Decodes a piece; what is no code is passed over.
    pub(super) fn decode(&mut self, text: &[u8], out: &mut Vec<u8>) {
        for byte in text {
            let code = match byte {
                b'-' => Some(62),
                b'_' => Some(63),
                b'=' => {
                    self.count = 0;
                    continue;
                }
                _ => sextet(*byte),
            };
            let Some(code) = code else { continue };
            self.bits = self.bits << 6 | u32::from(code);
            self.count += 6;
            if self.count >= 8 {
                self.count -= 8;
                out.push((self.bits >> self.count) as u8);
            }
        }
    }
}

/// Decodes one line of uuencode: its first character says how many bytes it holds.
fn uu(text: &[u8], out: &mut Vec<u8>) {
    let code = |byte: &u8| u32::from(byte.wrapping_sub(32) & 63);
    let Some((first, rest)) = text.split_first() else { return };
    let mut left = code(first) as usize;
    for group in rest.chunks(4) {
        let bits = (0..4).fold(0, |bits, at| bits << 6 | group.get(at).map_or(0, code));
        let bytes = bits.to_be_bytes();
        let count = left.min(3);
        out.extend_from_slice(&bytes[1..=count]);
        left -= count;
    }
}

/// The value of a hexadecimal digit.
pub(super) fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}
