//! The Canadian Social Insurance Number.

use super::luhn::luhn;
use super::written::{Written, is_one_digit};

/// Whether a text can be an issued Social Insurance Number: nine digits with a Luhn digit, in threes or without separators.
pub(super) fn sin(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" -") else { return false };
    let Some(digits) = written.digits::<9>() else { return false };
    // 0 is for the tax agency's own use, 8 for business numbers.
    let issued = digits.first().is_some_and(|first| !matches!(first, 0 | 8)) && !is_one_digit(&digits);
    issued && (written.is_plain() || written.is_grouped(&[3, 3])) && luhn(text)
}

#[cfg(test)]
mod tests {
    use super::sin;

    #[test]
    fn social_insurance() {
        for valid in ["123-456-782", "123 456 782", "123456782"] {
            assert!(sin(valid), "{valid}");
        }
        for wrong in ["123-456-783", "046 454 286", "123-45-6782", "123 456-782", "000000000", "12345678", ""] {
            assert!(!sin(wrong), "{wrong}");
        }
    }
}
