//! Numbers of the United States: Social Security and passport.
//!
//! Neither has a check digit. Single specimens are ignore words of the identifiers; ranges and fillers are refused here.

use super::written::{Written, is_one_digit, value};

/// Whether a text has the form of an issued Social Security number: `536-90-4399`, `536 90 4399` or `536904399`.
pub(super) fn ssn(text: &str) -> bool {
    let Some(written) = Written::parse(text, b"- ") else { return false };
    let Some(digits) = written.digits::<9>() else { return false };
    let ([area @ .., _, _, _, _, _, _], [_, _, _, group @ .., _, _, _, _], [_, _, _, _, _, serial @ ..]) =
        (&digits, &digits, &digits);
    let area = value(area);
    (written.is_plain() || written.is_grouped(&[3, 2]))
        && area != 0
        && area != 666
        && area < 900
        && value(group) != 0
        && value(serial) != 0
        && !is_one_digit(&digits)
        && value(&digits) != 123_456_789
}

/// Whether a text has the form of a passport number: nine digits, or a letter and eight digits.
pub(super) fn passport(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = match bytes.split_first() {
        Some((first, rest)) if first.is_ascii_alphabetic() && rest.len() == 8 => rest,
        _ if bytes.len() == 9 => bytes,
        _ => return false,
    };
    digits.iter().all(u8::is_ascii_digit) && !is_one_digit(digits) && digits != b"123456789"
}

#[cfg(test)]
mod tests {
    use super::{passport, ssn};

    #[test]
    fn social_security_numbers() {
        for valid in ["536-90-4399", "536 90 4399", "536904399", "899-99-9999", "001-01-0001"] {
            assert!(ssn(valid), "{valid}");
        }
        for wrong in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "987-65-4320",
            "536-00-4399",
            "536-90-0000",
            "555-55-5555",
            "123-45-6789",
            "536-90 4399",
            "53-690-4399",
            "536-904399",
            "53690439",
            "5369043990",
            "",
        ] {
            assert!(!ssn(wrong), "{wrong}");
        }
    }

    #[test]
    fn passports() {
        for valid in ["340007237", "A12345678", "c03005988"] {
            assert!(passport(valid), "{valid}");
        }
        for wrong in ["000000000", "111111111", "123456789", "A00000000", "AB2345678", "34000723", "A1204567", ""] {
            assert!(!passport(wrong), "{wrong}");
        }
    }
}
