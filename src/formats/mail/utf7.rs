//! UTF-7 (RFC 2152): runs of Base64 between `+` and `-` that hold UTF-16, the rest as it is. Gives UTF-8.
//!
//! Comes in pieces, and holds a few bits between them. Knows nothing of mail.

use crate::formats::ciphers::sextet;

/// The names of the character set, in lower case.
const NAMES: [&str; 4] = ["utf-7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7", "csutf7"];

/// Whether a character set of this name is UTF-7.
pub(super) fn is_utf7(name: &str) -> bool {
    NAMES.contains(&name.trim().to_ascii_lowercase().as_str())
}

/// A whole text. What stands in it outside of runs and is no UTF-8 stays as it is.
pub(super) fn decoded(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Utf7::default().decode(bytes, &mut out, |_, _| {});
    out
}

/// A decoder between two pieces.
#[derive(Default)]
pub(super) struct Utf7 {
    run: Option<Run>,
}

/// A run of Base64.
#[derive(Default)]
struct Run {
    bits: u32,
    count: u32,
    /// The first half of a character of two units.
    high: Option<u16>,
    is_empty: bool,
}

impl Utf7 {
    /// Decodes a piece. `behind` is told where text goes on behind a run: bytes of `out`, and bytes of the piece.
    pub(super) fn decode(&mut self, bytes: &[u8], out: &mut Vec<u8>, mut behind: impl FnMut(usize, usize)) {
        for (at, byte) in bytes.iter().enumerate() {
            let Some(run) = &mut self.run else {
                match byte {
                    b'+' => self.run = Some(Run { is_empty: true, ..Run::default() }),
                    _ => out.push(*byte),
                }
                continue;
            };
            if let Some(code) = sextet(*byte) {
                run.is_empty = false;
                run.push(code, out);
                continue;
            }
            let is_plus = run.is_empty && *byte == b'-';
            self.end(out);
            if is_plus {
                out.push(b'+');
            } else if *byte != b'-' {
                behind(out.len(), at);
                out.push(*byte);
                continue;
            }
            behind(out.len(), at + 1);
        }
    }

    /// Ends a run, as the end of a line does.
    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        if self.run.take().is_some_and(|run| run.high.is_some()) {
            put(char::REPLACEMENT_CHARACTER, out);
        }
    }
}

impl Run {
    fn push(&mut self, code: u8, out: &mut Vec<u8>) {
        self.bits = self.bits << 6 | u32::from(code);
        self.count += 6;
        if self.count < 16 {
            return;
        }
        self.count -= 16;
        let unit = (self.bits >> self.count) as u16;
        let units = self.high.take().into_iter().chain([unit]);
        if (0xD800..0xDC00).contains(&unit) {
            if units.count() == 2 {
                put(char::REPLACEMENT_CHARACTER, out);
            }
            self.high = Some(unit);
            return;
        }
        for symbol in char::decode_utf16(units) {
            put(symbol.unwrap_or(char::REPLACEMENT_CHARACTER), out);
        }
    }
}

fn put(symbol: char, out: &mut Vec<u8>) {
    out.extend_from_slice(symbol.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_decoded() {
        let cases: [(&str, &str); 8] = [
            ("Hi Mom +Jjo-!", "Hi Mom ☺!"),
            ("A+ImIDkQ.", "A≢Α."),
            ("+ZeVnLIqe-", "日本語"),
            ("1 +- 1 +AD0- 2", "1 + 1 = 2"),
            ("a+AEA-b", "a@b"),
            ("+2D3eAA- x", "😀 x"),
            ("+2D0- x", "\u{FFFD} x"),
            ("M+APw-ller+", "Müller"),
        ];
        for (packed, text) in cases {
            assert_eq!(String::from_utf8(decoded(packed.as_bytes())).unwrap(), text, "{packed}");
        }
    }

    #[test]
    fn pieces_give_what_the_whole_gives() {
        let packed = b"x +ZeVnLIqe- y +2D3eAA z";
        for cut in 0..packed.len() {
            let (mut decoder, mut out) = (Utf7::default(), Vec::new());
            decoder.decode(&packed[..cut], &mut out, |_, _| {});
            decoder.decode(&packed[cut..], &mut out, |_, _| {});
            assert_eq!(out, decoded(packed));
        }
    }
}
