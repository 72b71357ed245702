//! The Luhn check digit (ISO/IEC 7812-1, annex B).
//!
//! It does not know prefixes, lengths or separators: those belong to the numbers that use it.

/// Whether the digits of `text` end in a valid Luhn check digit. Other characters are skipped.
pub(super) fn luhn(text: &str) -> bool {
    if let Some(sum) = text.as_bytes().try_into().ok().and_then(sum_of_sixteen) {
        return sum.is_multiple_of(10);
    }
    let (mut sum, mut count) = (0u32, 0usize);
    for digit in text.bytes().rev().filter(u8::is_ascii_digit) {
        sum += VALUES[count % 2][usize::from(digit - b'0')];
        count += 1;
    }
    count > 1 && sum.is_multiple_of(10)
}

/// The sum over sixteen digits, as most cards have, all at once; none if something else is among them.
fn sum_of_sixteen(bytes: &[u8; 16]) -> Option<u8> {
    let (mut sum, mut most) = (0u8, 0u8);
    for (place, byte) in bytes.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        most = most.max(digit);
        let doubled = digit.wrapping_mul(2);
        let doubled = if doubled > 9 { doubled.wrapping_sub(9) } else { doubled };
        sum = sum.wrapping_add(if place % 2 == 0 { doubled } else { digit });
    }
    (most <= 9).then_some(sum)
}

/// What a digit adds: every second one from the right is doubled, and the digits of the result summed.
const VALUES: [[u32; 10]; 2] = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]];

#[cfg(test)]
mod tests {
    use super::luhn;

    #[test]
    fn published_numbers() {
        for valid in ["79927398713", "4111 1111 1111 1111", "4012888888881881", "378282246310005", "00"] {
            assert!(luhn(valid), "{valid}");
        }
        for wrong in ["79927398710", "4111 1111 1111 1112", "4012888888881882", "401288888888188x", "0", "", "abc"] {
            assert!(!luhn(wrong), "{wrong}");
        }
    }
}
