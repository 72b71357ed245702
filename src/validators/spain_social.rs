//! The Spanish social security number (NUSS), also called number of affiliation (NAF).

use super::written::{Written, is_one_digit};

/// Whether a text is one: province 2, number 7 or 8, check 2, with `/`, a space or a hyphen between them or nothing.
pub(super) fn social_security(text: &str) -> bool {
    let Some(written) = Written::parse(text, b"/ -") else { return false };
    let symbols = written.symbols();
    let length = symbols.len();
    if !(11..=12).contains(&length) || !symbols.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let value = |bytes: &[u8]| bytes.iter().fold(0u64, |sum, b| sum * 10 + u64::from(b - b'0'));
    let (Some(province), Some(number), Some(check)) =
        (symbols.get(..2), symbols.get(2..length - 2), symbols.get(length - 2..))
    else {
        return false;
    };
    // A number below ten million is written with seven digits behind the province, or with a zero that does not count.
    let places = if value(number) < 10_000_000 { 10_000_000 } else { 100_000_000 };
    (written.is_plain() || written.is_grouped(&[2, number.len()]))
        && matches!(value(province), 1..=53 | 66)
        && !is_one_digit(number)
        && (value(province) * places + value(number)) % 97 == value(check)
}

#[cfg(test)]
mod tests {
    use super::social_security;

    #[test]
    fn numbers() {
        for valid in ["281234567840", "28/12345678/40", "28 12345678 40", "28-12345678-40"] {
            assert!(social_security(valid), "{valid}");
        }
        for wrong in [
            "281234567841",
            "281234567940",
            "991234567840",
            "28/1234567840",
            "28/12345678-40",
            "280000000000",
            "2812345678",
            "",
        ] {
            assert!(!social_security(wrong), "{wrong}");
        }
        // With and without the zero that does not count.
        assert!(social_security("080123456774") && social_security("08123456774"));
    }
}
