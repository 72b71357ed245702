//! The inside of JSON's strings and numbers. Where they stand is not known here.

use wide::u8x16;

/// What a backslash in a string starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// So many bytes that stand for a character.
    Character(u8, char),
    /// No escape: the backslash stands for itself, as in a Windows path that somebody pasted.
    None,
    /// More text is needed to tell.
    Unknown,
}

/// The escape at the start of a text; `last`: nothing follows the text.
pub(super) fn escape(text: &[u8], last: bool) -> Escape {
    let c = match text.get(1) {
        Some(c @ (b'"' | b'\\' | b'/' | b'\'')) => char::from(*c),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text, last),
        Some(_) => return Escape::None,
        None => return if last { Escape::None } else { Escape::Unknown },
    };
    Escape::Character(2, c)
}

fn unicode(text: &[u8], last: bool) -> Escape {
    // Room for a surrogate pair, so that the answer does not depend on how much is there.
    if text.len() < 12 && !last {
        return Escape::Unknown;
    }
    let Some(first) = text.get(2..6).and_then(hex) else { return Escape::None };
    let second = match text.get(6..12) {
        Some([b'\\', b'u', digits @ ..]) => hex(digits),
        _ => None,
    };
    let pair = second.filter(|_| (0xD800..0xDC00).contains(&first)).filter(|low| (0xDC00..0xE000).contains(low));
    match pair.and_then(|low| char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00))) {
        Some(c) => Escape::Character(12, c),
        None => Escape::Character(6, char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)),
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))
}

/// Whether bytes are a JSON number.
pub(super) fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

/// Index of the first byte that ends a string, starts an escape, or may not stand in a string. Most strings are shorter
/// than it takes to start a vector search: their first bytes are looked at by sixteen.
#[inline]
pub(super) fn special(text: &[u8], quote: u8) -> Option<usize> {
    let first = text.first_chunk::<16>().map_or(0, |sixteen| {
        let x = u8x16::new(*sixteen);
        let is = |byte: u8| x.simd_eq(u8x16::splat(byte));
        (is(quote) | is(b'\\') | is(b'\n')).to_bitmask()
    });
    if first != 0 {
        return Some(first.trailing_zeros() as usize);
    }
    let done = if text.len() < 16 { 0 } else { 16 };
    Some(done + memchr::memchr3(quote, b'\\', b'\n', &text[done..])?)
}

/// Bytes at the start that numbers are made of.
pub(super) fn numeric(text: &[u8]) -> usize {
    text.iter().take_while(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let one = |text: &str| escape(text.as_bytes(), true);
        assert_eq!(one(r"\n"), Escape::Character(2, '\n'));
        assert_eq!(one(r"\u00e9"), Escape::Character(6, 'é'));
        assert_eq!(one(r"\ud83d\ude00"), Escape::Character(12, '😀'));
        assert_eq!(one(r"\ud83dx"), Escape::Character(6, '\u{fffd}'));
        assert_eq!(one(r"\ud83d\u0041"), Escape::Character(6, '\u{fffd}'));
        assert_eq!(one(r"\ude00"), Escape::Character(6, '\u{fffd}'));
        assert_eq!(one(r"\u12"), Escape::None);
        assert_eq!(one(r"\Users"), Escape::None);
        assert_eq!(escape(br"\ud83d\u", false), Escape::Unknown);
    }

    #[test]
    fn numbers() {
        for good in ["0", "-0", "12", "1.5", "-1.5e10", "1E+2", "0.1e-3"] {
            assert!(is_number(good.as_bytes()), "{good}");
        }
        for bad in ["", "-", "01", "1.", ".5", "1e", "2024-01-01", "1e5x", "+1"] {
            assert!(!is_number(bad.as_bytes()), "{bad}");
        }
    }
}
