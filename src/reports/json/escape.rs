//! Bytes and characters that JSON text cannot hold, or should not: Base64 for names that are not UTF-8, `\u` for what
//! could steer a terminal that the JSON is shown on.

use super::super::printable::is_unprintable;
use crate::artifact::ArtifactPath;
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

/// Writes JSON; characters that are unsafe to show leave as `\uXXXX`, which means the same.
///
/// They can only stand inside strings, so no knowledge of the syntax is needed. Expects whole characters in each call,
/// as `serde_json` gives them.
pub(crate) struct Escaping<W>(pub(crate) W);

/// Writes a value as indented JSON, and a line break. What is written is looked at in large pieces, not token by token.
pub(crate) fn write_pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    const PIECE: usize = 1 << 16;
    // It passes on whole writes, and with them whole characters.
    let mut out = BufWriter::with_capacity(PIECE, Escaping(out));
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// JSON with what is unsafe to show escaped.
pub(super) fn escaped(text: Vec<u8>) -> io::Result<Vec<u8>> {
    if std::str::from_utf8(&text).is_ok_and(|text| first_unsafe(text).is_none()) {
        return Ok(text);
    }
    let mut safe = Vec::with_capacity(text.len() * 2);
    Escaping(&mut safe).write_all(&text)?;
    Ok(safe)
}

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.0.write_all(bytes)?;
            return Ok(bytes.len());
        };
        let mut rest = text;
        while let Some((at, unsafe_one)) = first_unsafe(rest) {
            let (before, after) = rest.split_at(at);
            self.0.write_all(before.as_bytes())?;
            for unit in unsafe_one.encode_utf16(&mut [0; 2]) {
                write!(self.0, "\\u{unit:04x}")?;
            }
            rest = after.get(unsafe_one.len_utf8()..).unwrap_or_default();
        }
        self.0.write_all(rest.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The first character that is unsafe to show, and where it stands in bytes.
fn first_unsafe(text: &str) -> Option<(usize, char)> {
    const PIECE: usize = 64;
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        // `serde_json` has escaped the control characters of ASCII but one; a line break is layout.
        while bytes.get(at..at + PIECE).is_some_and(|piece| piece.iter().fold(0, |most, b| (*b).max(most)) < 0x7f) {
            at += PIECE;
        }
        if at == bytes.len() {
            return None;
        }
        let end = (at + PIECE..bytes.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(bytes.len());
        let piece = text.get(at..end)?;
        if let Some((place, c)) = piece.char_indices().find(|(_, c)| *c != '\n' && is_unprintable(*c)) {
            return Some((at + place, c));
        }
        at = end;
    }
}

/// A name as text, and the raw bytes in Base64 when the text could not hold them.
pub(crate) struct Name<'a> {
    /// The text; U+FFFD where bytes are not UTF-8.
    pub(crate) text: Cow<'a, str>,
    /// All the bytes, only when some are not UTF-8.
    pub(crate) base64: Option<String>,
}

impl<'a> Name<'a> {
    /// Of bytes that live as long as the report.
    pub(crate) fn borrowed(bytes: &'a [u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let base64 = matches!(text, Cow::Owned(_)).then(|| base64(bytes));
        Self { text, base64 }
    }

    /// Of bytes that were put together for this row.
    pub(crate) fn owned(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self { text: Cow::Owned(text), base64: None },
            Err(error) => {
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Self { text: Cow::Owned(text), base64: Some(base64(error.as_bytes())) }
            }
        }
    }
}

/// How a member's path falls into levels, where `!/` alone would not tell it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Levels<'a> {
    /// Bytes of each level's name; only where a name holds `!/` itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    level_bytes: Option<Vec<usize>>,
    /// Which of the members of one name each level is, from 0; only where it is not the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    level_ordinals: Option<&'a [u64]>,
}

impl<'a> Levels<'a> {
    /// Of a path.
    pub(crate) fn of(path: &'a ArtifactPath) -> Self {
        let is_odd = path.members.iter().any(|name| name.windows(2).any(|pair| pair == b"!/"));
        let is_later = path.ordinals.iter().any(|ordinal| *ordinal > 0);
        Self {
            level_bytes: is_odd.then(|| path.members.iter().map(Vec::len).collect()),
            level_ordinals: is_later.then_some(&*path.ordinals),
        }
    }
}

/// Standard Base64 (RFC 4648) with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let digit = |bits: u32| match (bits & 0x3f) as u8 {
        n @ 0..26 => (b'A' + n) as char,
        n @ 26..52 => (b'a' + n - 26) as char,
        n @ 52..62 => (b'0' + n - 52) as char,
        62 => '+',
        _ => '/',
    };
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        text.push(digit(bits >> 18));
        text.push(digit(bits >> 12));
        text.push(if chunk.len() > 1 { digit(bits >> 6) } else { '=' });
        text.push(if chunk.len() > 2 { digit(bits) } else { '=' });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Escaping, Name, base64};
    use std::io::Write;

    #[test]
    fn base64_is_the_standard_one() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (bytes, text) in cases {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xbf]), "+/+/");
    }

    #[test]
    fn names_keep_their_bytes() {
        let name = Name::borrowed(b"caf\xe9");
        assert_eq!((name.text.as_ref(), name.base64.as_deref()), ("caf\u{fffd}", Some("Y2Fm6Q==")));
        let name = Name::owned("café\u{fffd}".into());
        assert_eq!((name.text.as_ref(), name.base64), ("café\u{fffd}", None));
    }

    #[test]
    fn unsafe_characters_are_escaped_and_mean_the_same() {
        let text = "é \u{9b}31m \u{202e}x\u{7f} \u{e0041}\n";
        let mut json = Vec::new();
        serde_json::to_writer(Escaping(&mut json), text).unwrap();
        assert_eq!(String::from_utf8(json.clone()).unwrap(), r#""é \u009b31m \u202ex\u007f \udb40\udc41\n""#);
        assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
        for before in 0..200 {
            let (mut json, text) = (Vec::new(), format!("{}\u{202e}{text}", "aé".repeat(before)));
            serde_json::to_writer(Escaping(&mut json), &text).unwrap();
            assert!(!json.windows(3).any(|w| w == "\u{202e}".as_bytes()));
            assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
        }
        let mut plain = Vec::new();
        Escaping(&mut plain).write_all("é\n{}\n".as_bytes()).unwrap();
        assert_eq!(plain, "é\n{}\n".as_bytes());
    }
}
