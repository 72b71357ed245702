//! The Australian tax file number.

use super::written::{Written, is_one_digit};

const NINE: [u32; 9] = [1, 4, 3, 7, 5, 8, 6, 9, 10];
/// Numbers of eight digits are old; sources disagree whether these weights or the first eight of the others are theirs.
const EIGHT: [u32; 8] = [10, 7, 8, 4, 6, 3, 5, 1];

/// Whether a text is a tax file number: nine digits, or eight of old, whose weighted sum is a multiple of 11.
pub(super) fn tfn(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" -") else { return false };
    let form = written.is_plain() || written.is_grouped(&[3, 3]);
    let sum =
        |digits: &[u8], weights: &[u32]| -> u32 { digits.iter().zip(weights).map(|(d, w)| u32::from(*d) * w).sum() };
    let checked = |digits: &[u8], weights: &[u32]| sum(digits, weights).is_multiple_of(11) && !is_one_digit(digits);
    let nine = || written.digits::<9>().is_some_and(|digits| checked(&digits, &NINE));
    let eight = || written.digits::<8>().is_some_and(|digits| checked(&digits, &NINE) || checked(&digits, &EIGHT));
    form && (nine() || eight())
}

#[cfg(test)]
mod tests {
    use super::tfn;

    #[test]
    fn tax_files() {
        for valid in ["123 456 782", "123456782", "123-456-782", "876543210", "87654321"] {
            assert!(tfn(valid), "{valid}");
        }
        for digit in ["0", "1", "3", "4", "5", "6", "7", "8", "9"] {
            assert!(!tfn(&format!("12345678{digit}")), "{digit}");
        }
        for wrong in ["999 999 999", "000000000", "12 345 6782", "123 456-782", "1234567", "1234567820", ""] {
            assert!(!tfn(wrong), "{wrong}");
        }
    }
}
