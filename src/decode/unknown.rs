//! Encodings that are known by sight but not decoded: their ASCII is read as it is, and the rest is said to be missing.

use encoding_rs::DecoderResult;

/// Encoded characters without which a text is not UTF-7.
const ENOUGH: usize = 2;

/// The name of the encoding, if the first bytes of a text are in one that is not decoded.
pub(crate) fn undecoded(head: &[u8]) -> Option<&'static str> {
    if is_iso_2022_kr(head) {
        return Some("ISO-2022-KR");
    }
    (memchr::memchr(b'+', head).is_some() && head.is_ascii() && is_utf7(head)).then_some("UTF-7")
}

/// Whether a text begins with the designation of the Korean character set, which must stand before all of it.
pub(crate) fn is_iso_2022_kr(head: &[u8]) -> bool {
    head.starts_with(b"\x1B$)C")
}

/// Whether each `+` of a text begins characters in Base64 that only UTF-7 writes like that.
fn is_utf7(head: &[u8]) -> bool {
    if [&b"+/v8"[..], b"+/v9", b"+/v+", b"+/v/"].iter().any(|mark| head.starts_with(mark)) {
        return true;
    }
    let mut characters = 0;
    for at in memchr::memchr_iter(b'+', head) {
        let rest = &head[at + 1..];
        let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')).count();
        // `+-` is a plus; what the end of the head cuts proves nothing.
        if (length == 0 && rest.first() == Some(&b'-')) || length == rest.len() {
            continue;
        }
        // A plus inside a sequence begins none.
        if at > 0 && head[..at].last().is_some_and(u8::is_ascii_alphanumeric) && length > 0 && rest[length] != b'-' {
            return false;
        }
        match decoded(&rest[..length]) {
            Some(count) => characters += count,
            None => return false,
        }
    }
    characters >= ENOUGH
}

/// How many characters beyond ASCII a sequence holds; none if it is not one.
fn decoded(sequence: &[u8]) -> Option<usize> {
    let (mut bits, mut width, mut bytes) = (0_u32, 0, Vec::new());
    for byte in sequence {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFF_FFFF;
        width += 6;
        if width >= 16 {
            width -= 16;
            bytes.extend(((bits >> width) as u16).to_be_bytes());
        }
    }
    // What is left over is less than a digit of Base64, and zero.
    if bytes.is_empty() || width >= 6 || bits & ((1 << width) - 1) != 0 {
        return None;
    }
    let mut text = String::with_capacity(bytes.len() * 3);
    let mut decoder = encoding_rs::UTF_16BE.new_decoder_without_bom_handling();
    let (result, _) = decoder.decode_to_string_without_replacement(&bytes, &mut text, true);
    let is_whole = result == DecoderResult::InputEmpty && !text.chars().any(|c| c.is_ascii_alphanumeric() || c == '\0');
    is_whole.then(|| text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::undecoded;

    #[test]
    fn encodings_are_known_by_sight() {
        assert_eq!(undecoded(b"\x1B$)C\nssn \x0E0!\x0F 5"), Some("ISO-2022-KR"));
        for text in ["Gr+APYA3w-e und +AMQ-pfel", "+/v8-name", "+ZeVnLIqe- 1 +- 2 +AOk-"] {
            assert_eq!(undecoded(text.as_bytes()), Some("UTF-7"), "{text}");
        }
        for text in
            ["", "1 + 1", "+1 555-010-9999, +1 555-010-9998", "a+b-c, d+e-f", "c++", "+44-20 +4420- +ABC-", "x+y=z"]
        {
            assert_eq!(undecoded(text.as_bytes()), None, "{text}");
        }
    }
}
