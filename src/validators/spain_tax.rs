//! Tax numbers of Spain: of foreigners (NIE), of people (NIF) and of companies (CIF).
//!
//! All may carry `ES` in front, as in a VAT number, and hyphens about their letters. The DNI itself is in `spain`.

use super::spain::dni;

/// The check digit's letter, where a company has one.
const COMPANY_LETTERS: &[u8; 10] = b"JABCDEFGHI";

/// Whether a text is a NIE: X, Y or Z, seven digits, and the control letter of the DNI.
pub(super) fn nie(text: &str) -> bool {
    let Some((first, digits, last)) = parts(text) else { return false };
    let stand_in = match first {
        b'X' => '0',
        b'Y' => '1',
        b'Z' => '2',
        _ => return false,
    };
    digits.bytes().any(|b| b != b'0') && dni(&format!("{stand_in}{digits}{}", char::from(last)))
}

/// Whether a text is a person's NIF: a DNI, a NIE, or K, L or M (children, Spaniards abroad, foreigners without a NIE), seven
/// digits and the control letter.
pub(super) fn nif(text: &str) -> bool {
    let special = |(first, digits, last): (u8, String, u8)| {
        b"KLM".contains(&first) && digits.bytes().any(|b| b != b'0') && dni(&format!("0{digits}{}", char::from(last)))
    };
    dni(without_country(text)) || nie(text) || parts(text).is_some_and(special)
}

/// Whether a text is a CIF: a letter for the kind of company, seven digits, and a check digit or the letter for it.
pub(super) fn cif(text: &str) -> bool {
    let Some((kind, digits, last)) = parts(text) else { return false };
    let sum: u32 = digits.bytes().enumerate().map(|(at, byte)| worth(at, u32::from(byte - b'0'))).sum();
    let check = (10 - sum % 10) % 10;
    let by_digit = u32::from(last) == u32::from(b'0') + check;
    let by_letter = COMPANY_LETTERS.get(check as usize) == Some(&last);
    let checked = match kind {
        b'A' | b'B' | b'E' | b'H' => by_digit || (by_letter && digits.starts_with("00")),
        b'N' | b'P' | b'Q' | b'R' | b'S' | b'W' => by_letter,
        b'C' | b'D' | b'F' | b'G' | b'J' | b'U' | b'V' => by_digit || by_letter,
        _ => false,
    };
    checked && digits.bytes().any(|b| b != b'0')
}

/// What a digit adds: the first, third and so on are doubled, and the digits of the result summed.
fn worth(at: usize, digit: u32) -> u32 {
    match at % 2 {
        0 => digit * 2 / 10 + digit * 2 % 10,
        _ => digit,
    }
}

fn without_country(text: &str) -> &str {
    let rest = text.strip_prefix("ES").or_else(|| text.strip_prefix("es")).unwrap_or(text);
    rest.strip_prefix([' ', '-']).unwrap_or(rest)
}

/// First letter, seven digits, and the last symbol, in capitals. The seven may be dotted as `12.345.67`, so that with a check
/// digit they read `12.345.678`.
fn parts(text: &str) -> Option<(u8, String, u8)> {
    let upper = without_country(text).to_ascii_uppercase();
    let (first, rest) = upper.split_at_checked(1)?;
    let rest = rest.strip_prefix([' ', '-']).unwrap_or(rest);
    let (rest, last) = rest.split_at_checked(rest.len().checked_sub(1)?)?;
    let rest = rest.strip_suffix([' ', '-']).unwrap_or(rest);
    let bytes = rest.as_bytes();
    let dotted = bytes.len() == 9 && bytes.get(2) == Some(&b'.') && bytes.get(6) == Some(&b'.');
    let digits = if dotted { rest.replace('.', "") } else { rest.to_owned() };
    let fits = digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit());
    let (first, last) = (first.bytes().next()?, last.bytes().next()?);
    (fits && first.is_ascii_uppercase() && last.is_ascii_alphanumeric()).then_some((first, digits, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreigners() {
        for valid in ["X-2482300W", "X2482300W", "X-2482300-W", "x2482300w", "X1234567L", "ESX2482300W"] {
            assert!(nie(valid), "{valid}");
        }
        for wrong in ["X2482300A", "Y2482300W", "X248230W", "X0000000T", "W2482300W", "X2482300", "X", "ES", ""] {
            assert!(!nie(wrong), "{wrong}");
        }
    }

    #[test]
    fn people() {
        for valid in ["54362315K", "ES54362315K", "es-54362315-K", "X2482300W", "K1234567L", "M1234567L"] {
            assert!(nif(valid), "{valid}");
        }
        for wrong in ["54362315Z", "K1234567M", "K0000000T", "N1234567L", "ES00000000T", "ES", ""] {
            assert!(!nif(wrong), "{wrong}");
        }
    }

    #[test]
    fn companies() {
        for valid in ["J99216582", "B58378431", "ES B-58378431", "B-58.378.431", "J9921658B", "b58378431", "P2807900B"]
        {
            assert!(cif(valid), "{valid}");
        }
        for wrong in [
            "J99216583",
            "B5837843A",
            "P28079002",
            "B58378430",
            "I58378431",
            "B5837843",
            "A00000000",
            "B58.37.8431",
            "",
        ] {
            assert!(!cif(wrong), "{wrong}");
        }
    }
}
