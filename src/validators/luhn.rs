//! The Luhn check digit (ISO/IEC 7812-1, annex B).
//!
//! It does not know prefixes, lengths or separators: those belong to the numbers that use it.

/// Whether the digits of `text` end in a valid Luhn check digit. Other characters are skipped.
pub(super) fn luhn(text: &str) -> bool {
    let mut sum = 0u32;
    let mut count = 0usize;
    for digit in text.bytes().rev().filter(u8::is_ascii_digit).map(|b| u32::from(b - b'0')) {
        sum = (sum + value(digit, count % 2 == 1)) % 10;
        count += 1;
    }
    count > 1 && sum == 0
}

/// What a digit adds: every second one from the right is doubled, and the digits of the result summed.
fn value(digit: u32, doubled: bool) -> u32 {
    match (doubled, digit) {
        (false, d) => d,
        (true, d) if d > 4 => 2 * d - 9,
        (true, d) => 2 * d,
    }
}

#[cfg(test)]
mod tests {
    use super::luhn;

    #[test]
    fn published_numbers() {
        for valid in ["79927398713", "4111 1111 1111 1111", "378282246310005", "00"] {
            assert!(luhn(valid), "{valid}");
        }
        for wrong in ["79927398710", "4111 1111 1111 1112", "0", "", "abc"] {
            assert!(!luhn(wrong), "{wrong}");
        }
    }
}
