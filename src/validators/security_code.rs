//! Numbers so short or so plain that only fillers can be told from them: card verification codes, account numbers, and the
//! numbers of passports and licences that have no check digit.

use super::written::is_one_digit;

/// Whether a text can be a card verification code: three digits, or the four of American Express; neither zeros nor a year of these decades.
pub(super) fn card_security_code(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let is_year = text.len() == 4 && matches!(text.get(..3), Some("199" | "200" | "201" | "202" | "203" | "204"));
    digits && matches!(text.len(), 3 | 4) && !is_year && text.bytes().any(|b| b != b'0')
}

/// Whether a text can be the number of a bank account in Canada or the United States: 9 to 17 digits that are no filler.
pub(super) fn bank_account(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits && (9..=17).contains(&text.len()) && !is_one_digit(text.as_bytes()) && !is_counting(text)
}

/// Whether a number without a check digit can be one that was given to somebody: its digits are no filler.
pub(super) fn serial_number(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    !digits.is_empty() && !is_one_digit(digits.as_bytes()) && !is_counting(&digits)
}

/// Whether each digit is one more than the digit before, round the corner to 0: a number that was typed to fill a field.
pub(super) fn is_counting(text: &str) -> bool {
    text.as_bytes().windows(2).all(|w| match w {
        [a, b] => *b == if *a == b'9' { b'0' } else { a.saturating_add(1) },
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::{bank_account, card_security_code, serial_number};

    #[test]
    fn codes() {
        for valid in ["123", "789", "0417", "9041", "001"] {
            assert!(card_security_code(valid), "{valid}");
        }
        for wrong in ["000", "0000", "2026", "1999", "12", "12345", "12a", ""] {
            assert!(!card_security_code(wrong), "{wrong}");
        }
    }

    #[test]
    fn serial_numbers() {
        assert!(serial_number("AB4071523") && serial_number("528301746") && serial_number("A 10"));
        assert!(
            !serial_number("AB1111111")
                && !serial_number("AB 234 567 8")
                && !serial_number("ABC")
                && !serial_number("")
        );
    }

    #[test]
    fn accounts() {
        for valid in ["483920175", "0000000048392017", "48392017564738291"] {
            assert!(bank_account(valid), "{valid}");
        }
        for wrong in
            ["48392017", "483920175647382910", "000000000", "111111111111", "123456789", "1234567890", "48392017a", ""]
        {
            assert!(!bank_account(wrong), "{wrong}");
        }
    }
}
