//! The Luhn check digit (ISO/IEC 7812-1, annex B).
//!
//! It does not know prefixes, lengths or separators: those belong to the numbers that use it.

/// Whether the digits of `text` end in a valid Luhn check digit. Other characters are skipped.
pub(super) fn luhn(text: &str) -> bool {
    let (mut sum, mut count) = (0u32, 0usize);
    for digit in text.bytes().rev().filter(u8::is_ascii_digit) {
        sum += VALUES[count % 2][usize::from(digit - b'0')];
        count += 1;
    }
    count > 1 && sum.is_multiple_of(10)
}

/// What a digit adds: every second one from the right is doubled, and the digits of the result summed.
const VALUES: [[u32; 10]; 2] = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]];

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
