//! Numbers of the United Kingdom: National Insurance and NHS.

use super::written::{Written, is_one_digit};

/// Prefixes that are not used, or used for administration only.
const UNUSED_PREFIXES: [&[u8; 2]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];

/// Whether a text has the form of an allocated National Insurance number: `AB 12 34 56 C`, `AB 123456 C`, hyphens or none.
pub(super) fn nino(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" -") else { return false };
    let [first, second, digits @ .., suffix] = written.symbols() else { return false };
    let prefix = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    (written.is_plain() || written.is_grouped(&[2, 2, 2, 2]) || written.is_grouped(&[2, 6]) || written.is_grouped(&[8]))
        && prefix.iter().all(u8::is_ascii_uppercase)
        && !b"DFIQUV".contains(&prefix[0])
        && !b"DFIOQUV".contains(&prefix[1])
        && !UNUSED_PREFIXES.contains(&&prefix)
        && digits.len() == 6
        && digits.iter().all(u8::is_ascii_digit)
        && digits.iter().any(|digit| *digit != b'0')
        && (b'A'..=b'D').contains(&suffix.to_ascii_uppercase())
}

/// Whether a text is an NHS number: ten digits with a check digit modulo 11, in groups 3-3-4 or none.
pub(super) fn nhs(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" -") else { return false };
    let Some(digits) = written.digits::<10>() else { return false };
    // The check digit's own weight is 1: the whole sum is then a multiple of 11, and the digit 10 cannot occur.
    let sum: u32 = digits.iter().zip((1..=10).rev()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    (written.is_plain() || written.is_grouped(&[3, 3])) && sum.is_multiple_of(11) && !is_one_digit(&digits)
}

#[cfg(test)]
mod tests {
    use super::{nhs, nino};

    #[test]
    fn national_insurance() {
        for valid in ["AB123456C", "AB 12 34 56 C", "ab-12-34-56-c", "JG 103759 A", "TW987654A", "AB123456 C"] {
            assert!(nino(valid), "{valid}");
        }
        for wrong in [
            "QQ123456C",
            "DA123456A",
            "AO123456A",
            "BG123456A",
            "TN123456A",
            "ZZ123456A",
            "AB123456E",
            "AB12345C",
            "AB1234567C",
            "AB 12-34 56 C",
            "AB000000A",
            "A1123456C",
            "",
        ] {
            assert!(!nino(wrong), "{wrong}");
        }
    }

    #[test]
    fn health_service() {
        for valid in ["943 476 5870", "943-476-5870", "9434765870", "9434765919", "9990548609"] {
            assert!(nhs(valid), "{valid}");
        }
        for wrong in ["943 476 5871", "9434 765 870", "943 476-5870", "943476587", "0000000000", "4444444444", ""] {
            assert!(!nhs(wrong), "{wrong}");
        }
    }
}
