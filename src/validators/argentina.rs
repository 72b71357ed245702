//! Argentine numbers: identity document (DNI), taxpayers (CUIT, CUIL) and the transport card SUBE. The document has no check digit.

use super::layout::thousands;
use super::luhn::luhn;
use super::written::{Written, is_one_digit, value};

/// Whether a text has the form of an identity document: seven or eight digits, with dots between thousands or none.
pub(super) fn dni(text: &str) -> bool {
    thousands(text)
        .is_some_and(|digits| matches!(digits.len(), 7 | 8) && digits.first() != Some(&0) && !is_one_digit(&digits))
}

/// Whether a text is a person's CUIT or CUIL: 20 and 23 to 27, the document's number and a check digit.
pub(super) fn person(text: &str) -> bool {
    cuit(text).is_some_and(|kind| matches!(kind, 20 | 23..=27))
}

/// Whether a text is an organization's CUIT: 30, 33, 34, or 50, 51, 55 for those abroad, eight digits and a check digit.
pub(super) fn organization(text: &str) -> bool {
    cuit(text).is_some_and(|kind| matches!(kind, 30 | 33 | 34 | 50 | 51 | 55))
}

/// The kind of taxpayer, if the check digit is right.
fn cuit(text: &str) -> Option<u32> {
    let written = Written::parse(text, b"- ")?;
    let digits = written.digits::<11>()?;
    let [a, b, number @ .., check] = &digits;
    let weights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2u32];
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let expected = match 11 - sum % 11 {
        11 => 0,
        10 => 9,
        digit => digit,
    };
    let grouped = written.is_plain() || written.is_grouped(&[2, 8]);
    (grouped && u32::from(*check) == expected && !is_one_digit(number)).then(|| value(&[*a, *b]))
}

/// Whether a text is a SUBE card: sixteen digits from 6061, in fours or without separators, with a Luhn digit.
pub(super) fn sube(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" -") else { return false };
    let Some(digits) = written.digits::<16>() else { return false };
    (written.is_plain() || written.is_in_fours())
        && digits.starts_with(&[6, 0, 6, 1])
        && digits.iter().skip(4).any(|digit| *digit != 0)
        && luhn(text)
}

#[cfg(test)]
mod tests {
    use super::{dni, organization, person, sube};

    #[test]
    fn documents() {
        for valid in ["20.123.456", "20123456", "5.123.456", "5123456"] {
            assert!(dni(valid), "{valid}");
        }
        for wrong in [
            "99999999",
            "99.999.999",
            "00.000.000",
            "00000000",
            "201.234.56",
            "20123.456",
            "123.456",
            "120.123.456",
            "",
        ] {
            assert!(!dni(wrong), "{wrong}");
        }
    }

    #[test]
    fn taxpayers() {
        for valid in ["20-05536168-2", "20055361682", "20 05536168 2"] {
            assert!(person(valid) && !organization(valid), "{valid}");
        }
        for digit in ["0", "1", "3", "4", "5", "6", "7", "8", "9"] {
            assert!(!person(&format!("20-05536168-{digit}")), "{digit}");
        }
        // The tax agency's own number.
        assert!(organization("33-69345023-9") && !person("33-69345023-9"));
        for wrong in
            ["33-69345023-8", "20-0553616-82", "20-05536168 2", "00-00000000-0", "21-05536168-2", "2005536168", ""]
        {
            assert!(!person(wrong) && !organization(wrong), "{wrong}");
        }
    }

    #[test]
    fn transport_cards() {
        for valid in ["6061267812345674", "6061 2678 1234 5674", "6061-2678-1234-5674"] {
            assert!(sube(valid), "{valid}");
        }
        for wrong in
            ["6061267812345671", "6062267812345674", "6061 26781234 5674", "6061000000000000", "606126781234567", ""]
        {
            assert!(!sube(wrong), "{wrong}");
        }
    }
}
