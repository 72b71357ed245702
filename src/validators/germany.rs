//! Numbers of Germany: identity card, passport and tax.
//!
//! Cards and passports are often written without their check digit; then only the alphabet and the first letter tell.

use super::spain_tax::nie;
use super::written::{Written, is_one_digit};

/// Whether a text is the number of an identity card: of the present card nine characters, with or without their check digit,
/// or of the card before 2010 nine digits with it. Nine characters that a check letter proves to be Spain's are Spain's.
pub(super) fn identity_card(text: &str) -> bool {
    let all_digits = text.bytes().all(|b| b.is_ascii_digit());
    if all_digits {
        text.len() == 10 && is_checked(text.as_bytes())
    } else {
        is_serial(text, b"LMNPRTVWXY") && !nie(text)
    }
}

/// Whether a text is the number of a passport: nine characters, with or without their check digit.
pub(super) fn passport(text: &str) -> bool {
    is_serial(text, b"CFGHJK")
}

/// A serial number in the alphabet without vowels and without letters that look like digits. Where the check digit is
/// missing, there must be a second letter: eight digits behind the first are how the United States number theirs.
fn is_serial(text: &str, first_letters: &[u8]) -> bool {
    let symbols = text.as_bytes();
    let letters = symbols.iter().filter(|b| b.is_ascii_uppercase()).count();
    let digits = symbols.iter().filter(|b| b.is_ascii_digit()).count();
    symbols.first().is_some_and(|first| first_letters.contains(first))
        && symbols.iter().all(|b| b.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(b))
        && digits >= 2
        && match symbols.len() {
            9 => letters >= 2,
            10 => is_checked(symbols),
            _ => false,
        }
}

/// Whether the last of the symbols is the check digit of those before it (ICAO 9303: weights 7, 3, 1).
fn is_checked(symbols: &[u8]) -> bool {
    let Some((check, serial)) = symbols.split_last() else { return false };
    let value = |symbol: &u8| match symbol {
        b'0'..=b'9' => u32::from(symbol - b'0'),
        b'A'..=b'Z' => u32::from(symbol - b'A') + 10,
        _ => 0,
    };
    let sum: u32 = serial.iter().zip([7, 3, 1].iter().cycle()).map(|(symbol, weight)| value(symbol) * weight).sum();
    check.is_ascii_digit() && u32::from(check - b'0') == sum % 10 && !is_one_digit(serial)
}

/// Whether a text is a tax identification number: eleven digits with a check digit (ISO 7064, mod 11,10), of whose first ten
/// exactly one digit occurs twice or three times: `36 574 261 809`.
pub(super) fn tax(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" /-") else { return false };
    let Some(digits) = written.digits::<11>() else { return false };
    let [number @ .., check] = &digits;
    let mut counts = [0u32; 10];
    for digit in number {
        if let Some(count) = counts.get_mut(usize::from(*digit)) {
            *count += 1;
        }
    }
    let repeated: Vec<u32> = counts.into_iter().filter(|count| *count > 1).collect();
    let in_a_row = number.windows(3).any(is_one_digit);
    let product = number.iter().fold(10, |product: u32, digit| {
        let sum = (u32::from(*digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (written.is_plain() || written.is_grouped(&[2, 3, 3]))
        && number.first() != Some(&0)
        && matches!(repeated.as_slice(), [2 | 3])
        && !in_a_row
        && u32::from(*check) == (11 - product) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_and_passports() {
        for valid in ["T220001293", "L01X00T471", "L01X00T47", "LZ6311T47", "2406055684"] {
            assert!(identity_card(valid), "{valid}");
        }
        for wrong in [
            "T220001294",
            "T22000129",
            "L01X00T472",
            "L01X00T4",
            "L01X00T47A",
            "C01X00T47",
            "L01B00T47",
            "LOLX00T47",
            "LLLLLLLLL",
            "X1234567L", // a Spanish NIE
            "123456789",
            "0000000000",
            "",
        ] {
            assert!(!identity_card(wrong), "{wrong}");
        }
        assert!(passport("C01X00T478") && passport("C01X00T47"));
        for wrong in ["C01X00T479", "C03005988", "A01X00T47", "C01X00A47", "C01X00T4", "c01x00t47", ""] {
            assert!(!passport(wrong), "{wrong}");
        }
    }

    #[test]
    fn taxpayers() {
        for valid in ["36 574 261 809", "36574261809", "86095742719", "65929970489", "57549285017", "25768131411"] {
            assert!(tax(valid), "{valid}");
        }
        for wrong in [
            "36 574 261 808",
            "36574261890",
            "06574261809",
            "365 742 618 09",
            "11111111111",
            "12345678903",
            "3657426180",
            "",
        ] {
            assert!(!tax(wrong), "{wrong}");
        }
    }
}
