//! Tokens without a checksum: what can be told from how varied their characters are.

/// Whether a text is like an AWS secret access key: 40 random characters of the Base64 alphabet.
///
/// The limits lie three standard deviations or more from what random keys have; paths, hashes and joined words are beyond them.
pub(super) fn aws_secret(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |kind: fn(&u8) -> bool| bytes.iter().any(kind);
    let changes = bytes.windows(2).filter(|w| w.first().copied().map(class) != w.last().copied().map(class)).count();
    bytes.len() == 40
        && bytes.iter().all(|b| class(*b) != Class::Other)
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && bytes.iter().filter(|b| matches!(b, b'/' | b'+')).count() <= 7
        && !bytes.iter().all(u8::is_ascii_hexdigit)
        && distinct(bytes) >= 20
        && changes >= 13
        && bytes.windows(2).filter(|w| w.iter().all(u8::is_ascii_lowercase)).count() <= 16
}

/// Whether the key part of a token is varied enough to be no placeholder such as `xxxxxxxx` or `your_key_here`.
///
/// The key part is what follows the last `_`, or everything; it has to hold ten different characters, and a digit or
/// as much change between upper and lower case as words joined in camelCase do not have.
pub(super) fn varied(text: &str) -> bool {
    let key = text.rsplit('_').find(|part| part.len() >= 16).unwrap_or(text).as_bytes();
    let placeholder = ["EXAMPLE", "example", "YOUR", "your", "XXXX", "xxxx"];
    let changes = key.windows(2).filter(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase()).count();
    distinct(key) >= 10
        && (key.iter().any(u8::is_ascii_digit) || changes >= 4)
        && !placeholder.iter().any(|word| text.contains(word))
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
    use super::{aws_secret, varied};

    #[test]
    fn secret_access_keys() {
        // The published examples, which the identifier ignores by name.
        for valid in ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"] {
            assert!(aws_secret(valid), "{valid}");
        }
        for wrong in [
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
            "src/main/java/com/acme/Widget2FactoryBea",
            "SomethingLikeALongerFunctionName2OfAFile",
            "aA1aA1aA1aA1aA1aA1aA1aA1aA1aA1aA1aA1aA1a",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE",
            "",
        ] {
            assert!(!aws_secret(wrong), "{wrong}");
        }
    }

    #[test]
    fn placeholders() {
        assert!(varied("prefix_test_4eC39HqLyjWDarjtT1zdp7dc"));
        assert!(varied("AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6"));
        for wrong in
            ["prefix_live_xxxxxxxxxxxxxxxxxxxxxxxx", "prefix_live_YOURKEY12345678901234567", "000000000000000000", ""]
        {
            assert!(!varied(wrong), "{wrong}");
        }
    }
}
