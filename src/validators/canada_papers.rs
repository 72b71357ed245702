//! Canadian papers without a check digit: passport and permanent resident card.

use super::date::date_of_birth;
use super::written::{Written, is_one_digit};

/// Whether a text has the form of a passport number: two letters and six digits, or since 2023 a letter, six digits and two letters.
pub(super) fn passport(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = match bytes {
        [a, b, digits @ ..] if digits.len() == 6 && a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => digits,
        [a, digits @ .., b, c] if digits.len() == 6 && [a, b, c].iter().all(|l| l.is_ascii_alphabetic()) => digits,
        _ => return false,
    };
    digits.iter().all(u8::is_ascii_digit) && !is_one_digit(digits)
}

/// Whether a text has the form of the number of a permanent resident card (two letters, seven to ten digits) or of a client (eight
/// or ten digits, in fours from the right or without hyphens).
pub(super) fn permanent_resident(text: &str) -> bool {
    let Some(written) = Written::parse(text, b"-") else { return false };
    let symbols = written.symbols();
    let letters = symbols.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let Some((_, digits)) = symbols.split_at_checked(letters) else { return false };
    let form = match (letters, digits.len()) {
        (2, 7..=10) => written.is_plain(),
        // A date in eight digits is likelier a date.
        (0, 8) => written.is_grouped(&[4]) || (written.is_plain() && !date_of_birth(text)),
        (0, 10) => written.is_plain() || written.is_grouped(&[2, 4]),
        _ => false,
    };
    form && digits.iter().all(u8::is_ascii_digit) && !is_one_digit(digits)
}

#[cfg(test)]
mod tests {
    use super::{passport, permanent_resident};

    #[test]
    fn passports() {
        for valid in ["BA123456", "A123456BC", "gk407215"] {
            assert!(passport(valid), "{valid}");
        }
        for wrong in
            ["B1234567", "BA12345", "BA1234567", "A123456B", "BA000000", "A111111BC", "123456BC", "ABC12345", ""]
        {
            assert!(!passport(wrong), "{wrong}");
        }
    }

    #[test]
    fn residents() {
        for valid in ["RA0302123456", "PA0412345", "1104-7829", "11047829", "11-0478-2930", "1104782930"] {
            assert!(permanent_resident(valid), "{valid}");
        }
        for wrong in [
            "R0302123456",
            "RA030212",
            "RA03021234567",
            "RA0000000000",
            "110-47829",
            "110478293",
            "20240115",
            "1104-7829-30",
            "",
        ] {
            assert!(!permanent_resident(wrong), "{wrong}");
        }
    }
}
