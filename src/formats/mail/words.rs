//! What is encoded in the headers of a mail: words in other character sets (RFC 2047), and parameters of structured
//! headers with their continuations (RFC 2231).
//!
//! Knows no header by name.

use super::transfer::{Base64, hex};
use super::utf7;
use memchr::memmem;
use std::collections::BTreeMap;

/// An encoded word: its character set, its bytes, and how long it is as it stands.
pub(super) struct Word {
    pub(super) charset: String,
    pub(super) bytes: Vec<u8>,
    pub(super) length: usize,
}

/// The encoded word at the start of a text that begins with `=?`.
pub(super) fn word(text: &[u8]) -> Option<Word> {
    const LONGEST: usize = 2048;
    let text = &text[..text.len().min(LONGEST)];
    let inner = text.strip_prefix(b"=?")?;
    let (charset, rest) = split(inner)?;
    let (encoding, rest) = split(rest)?;
    let end = memmem::find(rest, b"?=")?;
    let data = &rest[..end];
    let bytes = match encoding {
        b"B" | b"b" => {
            let mut bytes = Vec::new();
            Base64::default().decode(data, &mut bytes);
            bytes
        }
        b"Q" | b"q" => quoted(data),
        _ => return None,
    };
    // A language may stand behind the character set.
    let charset = charset.split(|byte| *byte == b'*').next().unwrap_or(charset);
    let length = text.len() - rest.len() + end + 2;
    Some(Word { charset: String::from_utf8_lossy(charset).into_owned(), bytes, length })
}

fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == b'?')?;
    Some((&text[..at], &text[at + 1..]))
}

fn quoted(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut at = 0;
    while let Some(byte) = data.get(at) {
        at += 1;
        match (byte, data.get(at).copied().and_then(hex), data.get(at + 1).copied().and_then(hex)) {
            (b'=', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                at += 2;
            }
            (b'_', ..) => bytes.push(b' '),
            _ => bytes.push(*byte),
        }
    }
    bytes
}

/// Bytes in a character set by its name; what has none that is known is guessed.
pub(super) fn decode(charset: &str, bytes: &[u8]) -> String {
    if utf7::is_utf7(charset) {
        return lossy(&utf7::decoded(bytes));
    }
    let known = encoding_rs::Encoding::for_label(charset.trim().as_bytes());
    match known {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => lossy(bytes),
    }
}

/// Bytes of a header: UTF-8, or else Windows-1252.
pub(super) fn lossy(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// A text with the encoded words in it decoded: a name, a value.
pub(super) fn decoded(text: &[u8]) -> String {
    let mut all = String::new();
    let mut at = 0;
    while let Some(found) = memmem::find(&text[at..], b"=?") {
        let start = at + found;
        let between = &text[at..start];
        if let Some(word) = word(&text[start..]) {
            if !between.trim_ascii().is_empty() || at == 0 {
                all.push_str(&lossy(between));
            }
            all.push_str(&decode(&word.charset, &word.bytes));
            at = start + word.length;
        } else {
            all.push_str(&lossy(&text[at..start + 2]));
            at = start + 2;
        }
    }
    all.push_str(&lossy(&text[at..]));
    all
}

/// A structured header: its value in lower case, and its parameters by name in lower case.
#[derive(Debug, Default)]
pub(super) struct Structured {
    pub(super) value: String,
    parameters: BTreeMap<String, String>,
}

impl Structured {
    /// Parses a header's value.
    pub(super) fn parse(text: &[u8]) -> Self {
        let mut parts = pieces(text).into_iter();
        let value = parts.next().unwrap_or_default();
        let value = String::from_utf8_lossy(value.trim_ascii()).to_ascii_lowercase();
        let mut sections: BTreeMap<String, BTreeMap<u32, (bool, Vec<u8>)>> = BTreeMap::new();
        for part in parts.take(256) {
            let Some(equals) = part.iter().position(|byte| *byte == b'=') else { continue };
            let name = String::from_utf8_lossy(part[..equals].trim_ascii()).to_ascii_lowercase();
            let is_extended = name.ends_with('*');
            let name = name.trim_end_matches('*');
            let (name, number) = match name.split_once('*').map(|(name, n)| (name, n.parse())) {
                Some((name, Ok(number))) => (name, number),
                _ => (name, 0),
            };
            sections
                .entry(name.to_owned())
                .or_default()
                .insert(number, (is_extended, unquoted(part[equals + 1..].trim_ascii())));
        }
        let parameters = sections.into_iter().map(|(name, all)| (name, joined(all))).collect();
        Self { value, parameters }
    }

    /// A parameter by its name.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// The sections of one parameter as one text.
fn joined(sections: BTreeMap<u32, (bool, Vec<u8>)>) -> String {
    let mut charset = None;
    let mut bytes = Vec::new();
    for (number, (is_extended, section)) in sections {
        if !is_extended {
            bytes.extend(section);
            continue;
        }
        let mut rest = section.as_slice();
        if number == 0 {
            let mut quotes = section.splitn(3, |byte| *byte == b'\'');
            if let (Some(name), Some(_), Some(text)) = (quotes.next(), quotes.next(), quotes.next()) {
                charset = Some(String::from_utf8_lossy(name).into_owned());
                rest = text;
            }
        }
        percent(rest, &mut bytes);
    }
    match charset {
        Some(charset) => decode(&charset, &bytes),
        None => decoded(&bytes),
    }
}

fn percent(text: &[u8], bytes: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match (byte, text.get(at).copied().and_then(hex), text.get(at + 1).copied().and_then(hex)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                at += 2;
            }
            _ => bytes.push(*byte),
        }
    }
}

/// A header's value cut at the semicolons that are in no quotes.
fn pieces(text: &[u8]) -> Vec<&[u8]> {
    let mut all = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b';' if !quoted => {
                all.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    all.push(&text[start..]);
    all
}

fn unquoted(text: &[u8]) -> Vec<u8> {
    let Some(inner) = text.strip_prefix(b"\"") else {
        // A comment may follow; a name without quotes may hold spaces all the same.
        return text.to_vec();
    };
    let mut bytes = Vec::new();
    let mut escaped = false;
    for byte in inner {
        match byte {
            b'\\' if !escaped => escaped = true,
            b'"' if !escaped => break,
            _ => {
                escaped = false;
                bytes.push(*byte);
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_joined() {
        assert_eq!(decoded(b"=?UTF-8?B?TcO8bGxlcg==?="), "Müller");
        assert_eq!(decoded(b"a =?iso-8859-1?q?M=FCl?=\r\n =?ISO-8859-1*de?Q?ler_x?= b"), "a Müller x b");
        for odd in ["=?", "=?x?=", "=?utf-8?X?a?=", "=?utf-8?B?", "a =?= b"] {
            assert_eq!(decoded(odd.as_bytes()), odd);
        }
    }

    #[test]
    fn parameters_are_found_in_every_form() {
        let header = Structured::parse(
            b" Attachment; filename*0*=UTF-8''M%C3%BCl; filename*1=\"ler; x.pdf\"; size=\"7\"; odd; =; n=\"a\\\"b\"",
        );
        assert_eq!(header.value, "attachment");
        assert_eq!(header.parameter("filename"), Some("Müller; x.pdf"));
        assert_eq!(header.parameter("n"), Some("a\"b"));
        let header = Structured::parse(b"image/png; name=\"=?utf-8?q?=C3=A4.png?=\"");
        assert_eq!(header.parameter("name"), Some("ä.png"));
    }
}
