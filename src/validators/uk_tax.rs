//! References of the British tax office and of electoral rolls.
//!
//! Only the unique taxpayer reference has a check digit; the temporary and the electoral number are judged by their form.

use super::written::{Written, is_one_digit};

/// What short words in capitals could stand before a number of up to four digits.
const WORDS: [&[u8; 2]; 14] =
    [b"NO", b"NR", b"IN", b"OF", b"ON", b"AT", b"BY", b"TO", b"OR", b"AS", b"IS", b"UP", b"PO", b"ID"];

/// Whether a text is a unique taxpayer reference: ten digits, the first of them the check digit, with or without a K.
pub(super) fn utr(text: &str) -> bool {
    let bare = text.trim_start_matches(['K', 'k']).trim_end_matches(['K', 'k']).trim_matches(' ');
    let Some(written) = Written::parse(bare, b" ") else { return false };
    let Some(digits) = written.digits::<10>() else { return false };
    let [check, number @ ..] = &digits;
    let weights = [6, 7, 8, 9, 10, 5, 4, 3, 2];
    let sum: u32 = number.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    text.len() <= bare.len() + 2
        && (written.is_plain() || written.is_grouped(&[5]))
        && b"21987654321".get((sum % 11) as usize) == Some(&(check + b'0'))
        && !is_one_digit(number)
}

/// Whether a text is a temporary reference number: two digits, a letter, five digits.
pub(super) fn temporary_reference(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" ") else { return false };
    let [a, b, letter, rest @ ..] = written.symbols() else { return false };
    rest.len() == 5
        && letter.is_ascii_uppercase()
        && [a, b].into_iter().chain(rest).all(u8::is_ascii_digit)
        && rest.iter().any(|digit| *digit != b'0')
        && (written.is_plain() || written.is_grouped(&[2, 1]) || written.is_grouped(&[2, 1, 2]))
}

/// Whether a text has the form of a number on the electoral roll: two capitals and one to four digits.
pub(super) fn electoral(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" -") else { return false };
    let [a, b, digits @ ..] = written.symbols() else { return false };
    [a, b].into_iter().all(u8::is_ascii_uppercase)
        && (1..=4).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && digits.iter().any(|digit| *digit != b'0')
        && (written.is_plain() || (written.is_grouped(&[2]) && !WORDS.contains(&&[*a, *b])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taxpayers() {
        for valid in ["1955839661", "19558 39661", "1955839661K", "K1955839661"] {
            assert!(utr(valid), "{valid}");
        }
        for wrong in [
            "2955839661",
            "1955839662",
            "1955 839661",
            "195583966",
            "0000000000",
            "2000000000",
            "K",
            "KK1955839661K",
            "",
        ] {
            assert!(!utr(wrong), "{wrong}");
        }
        for valid in ["63T12345", "63 T 12345"] {
            assert!(temporary_reference(valid), "{valid}");
        }
        for wrong in ["63T00000", "6T12345", "63T1234", "63t12345", "63TT2345", ""] {
            assert!(!temporary_reference(wrong), "{wrong}");
        }
    }

    #[test]
    fn voters() {
        for valid in ["AB1234", "AB 12", "WX-7", "NO12"] {
            assert!(electoral(valid), "{valid}");
        }
        for wrong in ["AB12345", "AB0000", "NO 12", "IN 2024", "ab123", "A1234", "ABC12", "AB", ""] {
            assert!(!electoral(wrong), "{wrong}");
        }
    }
}
