//! The Indian Aadhaar number, and its Verhoeff check digit.

use super::written::Written;

/// Verhoeff's permutation of positions, applied repeatedly.
const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// Whether a text is an Aadhaar number: twelve digits, in groups of four or none, the first from 2 to 9, not a palindrome.
pub(super) fn aadhaar(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" -") else { return false };
    let Some(digits) = written.digits::<12>() else { return false };
    (written.is_plain() || written.is_in_fours())
        && digits.first().is_some_and(|first| *first >= 2)
        && !digits.iter().eq(digits.iter().rev())
        && verhoeff(&digits)
}

/// Whether the last digit is the Verhoeff check digit of the others.
fn verhoeff(digits: &[u8]) -> bool {
    digits.iter().rev().enumerate().fold(0, |sum, (position, digit)| dihedral(sum, permuted(*digit, position))) == 0
}

fn permuted(digit: u8, position: usize) -> u8 {
    // The permutation has order 8.
    (0..position % 8).fold(digit, |d, _| PERMUTATION.get(usize::from(d)).copied().unwrap_or(d))
}

/// Multiplication in the dihedral group of order 10: 0 to 4 are rotations, 5 to 9 reflections.
fn dihedral(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

#[cfg(test)]
mod tests {
    use super::{aadhaar, verhoeff};

    #[test]
    fn verhoeff_by_the_book() {
        assert!(verhoeff(&[2, 3, 6, 3]));
        assert!(!verhoeff(&[2, 3, 6, 4]) && !verhoeff(&[3, 2, 6, 3]));
    }

    #[test]
    fn aadhaar_numbers() {
        for valid in ["234123412346", "2341 2341 2346", "2341-2341-2346"] {
            assert!(aadhaar(valid), "{valid}");
        }
        for wrong in
            ["234123412347", "134123412346", "2341 2341-2346", "23412 341 2346", "222222222222", "23412341234", ""]
        {
            assert!(!aadhaar(wrong), "{wrong}");
        }
    }
}
