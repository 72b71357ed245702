//! AWS secret access keys, which have neither prefix nor checksum: what tells 40 random characters from a path, a hash or a name.

use super::secret::{is_vowel, no_placeholder, reads_like_words};

/// Whether a text is like an AWS secret access key: 40 random characters of the Base64 alphabet.
///
/// Each limit lies so far from what random keys have that all of them together refuse fewer than one key in 100,000.
pub(super) fn aws_secret(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |kind: fn(&u8) -> bool| bytes.iter().any(kind);
    let pairs = |fits: fn(u8, u8) -> bool| bytes.windows(2).filter(|w| matches!(w, [a, b] if fits(*a, *b))).count();
    bytes.len() == 40
        && bytes.iter().all(|b| class(*b) != Class::Other)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && bytes.iter().filter(|b| matches!(b, b'/' | b'+')).count() <= 9
        && distinct(bytes) >= 18
        && pairs(|a, b| class(a) != class(b)) >= 10
        && (pairs(|a, b| a.is_ascii_lowercase() && b.is_ascii_lowercase()) <= 21 || has_few_vowels(bytes))
        && !reads_like_words(bytes)
        && !begins_like_path(text)
        && no_placeholder(text)
}

/// Whether the first two of three parts between slashes are lower case alone, as in the path of a file or class.
fn begins_like_path(text: &str) -> bool {
    let is_folder = |part: &str| part.len() >= 3 && part.bytes().all(|b| b.is_ascii_lowercase());
    let mut parts = text.splitn(3, '/');
    parts.next().is_some_and(is_folder) && parts.next().is_some_and(is_folder) && parts.next().is_some()
}

/// Whether fewer than three in ten characters are vowels: words have more.
fn has_few_vowels(bytes: &[u8]) -> bool {
    bytes.iter().filter(|b| is_vowel(**b)).count() * 10 < bytes.len() * 3
}

#[derive(PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Sign,
    Other,
}

fn class(byte: u8) -> Class {
    match byte {
        b'a'..=b'z' => Class::Lower,
        b'A'..=b'Z' => Class::Upper,
        b'0'..=b'9' => Class::Digit,
        b'+' | b'/' => Class::Sign,
        _ => Class::Other,
    }
}

/// How many different ASCII characters there are.
pub(super) fn distinct(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|b| b.is_ascii()).fold(0u128, |seen, b| seen | 1 << (b & 0x7F)).count_ones()
}

#[cfg(test)]
mod tests {
    use super::aws_secret;

    #[test]
    fn secret_access_keys() {
        for valid in ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYqBvWzTpLkN", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbRuQsDgXeHm"] {
            assert!(aws_secret(valid), "{valid}");
        }
        for wrong in [
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
            "src/main/java/com/acme/Widget2FactoryBea",
            "javax/crypto/spec/DHGenParameterSpec9Xq2",
            "SomethingLikeALongerFunctionName2OfAFile",
            "aA1aA1aA1aA1aA1aA1aA1aA1aA1aA1aA1aA1aA1a",
            "SomethingLikeALongerFunctionNameOfTheFil",
            // The published example, and one character less.
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYqBvWzTpLk",
            "",
        ] {
            assert!(!aws_secret(wrong), "{wrong}");
        }
    }
}
