//! What starts at a `<`: one tag, comment or section, as bytes. Which elements are open is not known here.

use std::ops::Range;

/// Longest tag, in bytes; a `<` whose tag is longer is a character like others.
const LONGEST: usize = 64 << 10;
/// Bytes that tell all kinds of markup apart.
const TELLING: usize = 9;

/// What starts at a `<`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// `<name attributes>`: its name, and where its attributes stand.
    Open { name: Range<usize>, attributes: Range<usize>, length: usize, empty: bool },
    /// `</name>`.
    Close { name: Range<usize>, length: usize },
    /// A comment, instruction or declaration: where its content starts, and what ends it.
    Aside { length: usize, end: &'static [u8] },
    /// `<![CDATA[`.
    Data { length: usize },
    /// Nothing: the `<` stands for itself.
    Text,
    /// More text is needed to tell.
    Unknown,
}

/// The markup at the start of a text, which is a `<`; `last`: nothing follows the text.
pub(super) fn markup(text: &[u8], last: bool) -> Markup {
    if text.len() < TELLING && !last {
        return Markup::Unknown;
    }
    match text {
        [_, b'!', b'-', b'-', ..] => Markup::Aside { length: 4, end: b"-->" },
        [_, b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => Markup::Data { length: 9 },
        [_, b'!', ..] => Markup::Aside { length: 2, end: b">" },
        [_, b'?', ..] => Markup::Aside { length: 2, end: b"?>" },
        [_, b'/', first, ..] if starts_name(*first) => match end(text, last) {
            Ok(end) => Markup::Close { name: 2..2 + name(&text[2..end]), length: end + 1 },
            Err(other) => other,
        },
        [_, first, ..] if starts_name(*first) => match end(text, last) {
            Ok(end) => {
                let empty = text[end - 1] == b'/';
                let behind = 1 + name(&text[1..end]);
                let attributes = behind..(end - usize::from(empty)).max(behind);
                Markup::Open { name: 1..behind, attributes, length: end + 1, empty }
            }
            Err(other) => other,
        },
        _ => Markup::Text,
    }
}

/// Whether a byte can start a name.
pub(super) fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':') || !byte.is_ascii()
}

fn name(text: &[u8]) -> usize {
    text.iter().take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'/' | b'=' | b'"' | b'\'' | b'>')).count()
}

/// Where the `>` of a tag stands; quotes hide it.
fn end(text: &[u8], last: bool) -> Result<usize, Markup> {
    let near = &text[..text.len().min(LONGEST)];
    let mut at = 1;
    while let Some(found) = near.get(at..).and_then(|rest| memchr::memchr3(b'>', b'"', b'\'', rest)) {
        at += found;
        let quote = near[at];
        // An apostrophe in a tag opens nothing unless it stands behind a `=`.
        let opens = quote != b'>' && near[..at].trim_ascii_end().last() == Some(&b'=');
        match quote {
            b'>' => return Ok(at),
            _ if !opens => at += 1,
            _ => match memchr::memchr(quote, &near[at + 1..]) {
                Some(close) => at += close + 2,
                None => break,
            },
        }
    }
    Err(if text.len() < LONGEST && !last { Markup::Unknown } else { Markup::Text })
}

/// The attributes of a tag: where each name and value stands.
pub(super) fn attributes(text: &[u8], within: &Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = within.start;
    let blank = |at: usize| text[at..within.end].iter().take_while(|b| b.is_ascii_whitespace()).count();
    while at < within.end {
        at += blank(at);
        let start = at;
        at += name(&text[at..within.end]);
        let key = start..at;
        at += blank(at);
        if key.is_empty() || text[at..within.end].first() != Some(&b'=') {
            // A name without a value, or a stray byte.
            at += usize::from(key.is_empty());
            continue;
        }
        at += 1;
        at += blank(at);
        let value = match &text[at..within.end] {
            [quote @ (b'"' | b'\''), rest @ ..] => {
                let length = memchr::memchr(*quote, rest).unwrap_or(rest.len());
                at + 1..at + 1 + length
            }
            rest => at..at + rest.iter().take_while(|b| !b.is_ascii_whitespace()).count(),
        };
        at = (value.end + 1).min(within.end).max(at);
        found.push((key, value));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_markup() {
        let open = Markup::Open { name: 1..2, attributes: 2..9, length: 11, empty: true };
        assert_eq!(markup(b"<a b=\"/>\"/>", true), open);
        assert_eq!(markup(b"</ns:a >", true), Markup::Close { name: 2..6, length: 8 });
        assert_eq!(markup(b"<!-- x -->", true), Markup::Aside { length: 4, end: b"-->" });
        assert_eq!(markup(b"<![CDATA[x", true), Markup::Data { length: 9 });
        assert_eq!(markup(b"<?xml ?>", true), Markup::Aside { length: 2, end: b"?>" });
        for text in ["< 5", "<5>", "<", "<a b", "<a b=\"c>", "</"] {
            assert_eq!(markup(text.as_bytes(), true), Markup::Text, "{text}");
        }
        assert_eq!(markup(b"<a b=\"ccccccccccc", false), Markup::Unknown);
        assert!(matches!(markup(b"<a it's>", true), Markup::Open { .. }));
    }

    #[test]
    fn attributes_are_names_and_values() {
        let text = b" a=\"1\" b = '2 3' c d=4/5 =6 e=\"";
        let found: Vec<_> = attributes(text, &(0..text.len())).into_iter().map(|(k, v)| (&text[k], &text[v])).collect();
        let expected: [(&[u8], &[u8]); 4] = [(b"a", b"1"), (b"b", b"2 3"), (b"d", b"4/5"), (b"e", b"")];
        assert_eq!(found, expected);
    }
}
