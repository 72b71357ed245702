//! Colombian numbers: the citizenship card, which has no check digit, and the taxpayer numbers (NIT), which do.

use super::layout::thousands;
use super::written::is_one_digit;

/// Weights of a taxpayer number's digits, from the right.
const WEIGHTS: [u32; 10] = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43];

/// Whether a text has the form of a citizenship card: six to eight digits, or ten from 1, with dots between thousands or none.
pub(super) fn cedula(text: &str) -> bool {
    thousands(text).is_some_and(|digits| is_card(&digits))
}

fn is_card(digits: &[u8]) -> bool {
    let issued = match digits.len() {
        6..=8 => digits.first() != Some(&0),
        10 => digits.first() == Some(&1),
        _ => false,
    };
    issued && !is_one_digit(digits)
}

/// Whether a text is the NIT of a person: the citizenship card, or nine digits that no organization has, and a check digit.
pub(super) fn person(text: &str) -> bool {
    nit(text).is_some_and(|(digits, apart)| {
        let older = digits.len() == 9 && !is_organization(&digits);
        // Without anything before its last digit this may as well be an organization's number without its check digit.
        let ambiguous = !apart && digits.len() == 8 && digits.first().is_some_and(|first| *first >= 8);
        (older || is_card(&digits)) && !ambiguous
    })
}

/// Whether a text is the NIT of an organization: nine digits from 800 million on, and a check digit.
pub(super) fn organization(text: &str) -> bool {
    nit(text).is_some_and(|(digits, _)| is_organization(&digits))
}

fn is_organization(digits: &[u8]) -> bool {
    digits.len() == 9 && digits.first().is_some_and(|first| *first >= 8) && !is_one_digit(digits)
}

/// The digits before a right check digit, and whether something stands between them and it.
fn nit(text: &str) -> Option<(Vec<u8>, bool)> {
    let check = text.bytes().last().filter(u8::is_ascii_digit)?;
    let (body, _) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number = [" - ", "- ", " -", "-", " "].iter().find_map(|mark| body.strip_suffix(mark)).unwrap_or(body);
    let digits = thousands(number)?;
    let apart = number.len() < body.len();
    let sum: u32 = digits.iter().rev().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let expected = match sum % 11 {
        small @ (0 | 1) => small,
        rest => 11 - rest,
    };
    let usual = (apart || !number.contains('.')) && digits.len() <= 10 && digits.first() != Some(&0);
    (usual && u32::from(check - b'0') == expected && !is_one_digit(&digits)).then_some((digits, apart))
}

#[cfg(test)]
mod tests {
    use super::{cedula, organization, person};

    #[test]
    fn cards() {
        for valid in ["1.020.304.050", "1020304050", "79.412.308", "79412308", "412.308"] {
            assert!(cedula(valid), "{valid}");
        }
        assert!(cedula("7941230"));
        for wrong in ["2.020.304.050", "379.412.308", "79.412308", "0794123", "11111111", "12.308", "79,412,308", ""] {
            assert!(!cedula(wrong), "{wrong}");
        }
    }

    #[test]
    fn taxpayers() {
        assert!(person("213.123.432-1") && person("213123432-1") && person("2131234321"));
        assert!(!organization("213.123.432-1"));
        for digit in ["0", "2", "3", "4", "5", "6", "7", "8", "9"] {
            assert!(!person(&format!("213.123.432-{digit}")), "{digit}");
        }
        // The numbers of public bodies are public.
        for valid in ["800.197.268-4", "800197268-4", "8001972684", "899.999.034-1", "800197268 - 4"] {
            assert!(organization(valid) && !person(valid), "{valid}");
        }
        for wrong in [
            "800.197.268-5",
            "800.197268-4",
            "800197268--4",
            "000.000.000-0",
            "999.999.999-4",
            "800197268",
            "é",
            "-4",
            "",
        ] {
            assert!(!organization(wrong) && !person(wrong), "{wrong}");
        }
    }
}
