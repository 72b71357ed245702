//! Brazilian registers: companies (CNPJ), identity cards (RG) and postal codes (CEP).
//!
//! Each state numbers its identity cards in its own way. Only São Paulo's check character is published, so only a number without
//! dots has to carry it: with dots the number looks like nothing else.

use super::layout::{digits, layout, thousands};
use super::written::{is_one_digit, value};

/// Whether a text is a CNPJ: twelve digits, or capital letters and digits as given out since July 2026, and two check digits.
pub(super) fn cnpj(text: &str) -> bool {
    let shape = layout(text).replace('A', "0");
    if !matches!(shape.as_str(), "00.000.000/0000-00" | "00000000/0000-00" | "00000000000000") {
        return false;
    }
    // A digit counts as itself and a letter as what its code is above that of zero.
    let symbols: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b - b'0').collect();
    let usual = text.bytes().rev().take(2).all(|b| b.is_ascii_digit()) && !text.bytes().any(|b| b.is_ascii_lowercase());
    let checked = |upto: usize| {
        let front = symbols.iter().take(upto).rev();
        let sum: u32 = front.zip((2..=9).cycle()).map(|(symbol, weight)| u32::from(*symbol) * weight).sum();
        let expected = match sum % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        symbols.get(upto).is_some_and(|check| u32::from(*check) == expected)
    };
    usual && checked(12) && checked(13) && !is_one_digit(&symbols)
}

/// Whether a text has the form of an identity card: with dots between thousands, with the check character of São Paulo,
/// with the letters of Minas Gerais in front, or the ten digits and one of the national register.
pub(super) fn rg(text: &str) -> bool {
    if let Some(number) = text.strip_prefix("MG").map(|rest| rest.trim_start_matches(['-', ' '])) {
        return thousands(number).is_some_and(|digits| matches!(digits.len(), 7 | 8) && is_issued(&digits));
    }
    let Some(check) = text.bytes().last().map(|b| b.to_ascii_uppercase()) else { return false };
    let digits = digits(text);
    let body = if check == b'X' { digits.as_slice() } else { digits.split_last().map_or(&[][..], |(_, body)| body) };
    let (shape, ends) = (layout(text), check.is_ascii_digit() || check == b'X');
    let shape = shape.strip_suffix(['0', 'A']).unwrap_or_default();
    ends && match shape {
        "00.000.000-" | "0.000.000-" => is_issued(body),
        "00.000.00" | "0.000.00" | "0000000000-" => check != b'X' && is_issued(&digits),
        "00000000-" | "0000000-" | "00000000" => is_issued(body) && sao_paulo(body) == check,
        _ => false,
    }
}

fn is_issued(digits: &[u8]) -> bool {
    !is_one_digit(digits) && digits.iter().any(|digit| *digit != 0)
}

/// The check character of a number of seven or eight digits.
fn sao_paulo(body: &[u8]) -> u8 {
    let sum: u32 = body.iter().rev().zip(2..=9).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    match sum % 11 {
        10 => b'X',
        rest => b'0' + rest as u8,
    }
}

/// Whether a text has the form of a postal code: eight digits, `01310-100`, `01.310-100` or without separators.
pub(super) fn cep(text: &str) -> bool {
    let digits = digits(text);
    matches!(layout(text).as_str(), "00000-000" | "00.000-000" | "00000000")
        && value(&digits) >= 1_000_000
        && !is_one_digit(&digits)
}

#[cfg(test)]
mod tests {
    use super::{cep, cnpj, rg};

    #[test]
    fn companies() {
        for valid in [
            "16.727.230/0001-97",
            "16727230000197",
            "16727230/0001-97",
            "11.222.333/0001-81",
            "12.ABC.345/01DE-35",
            "12ABC34501DE35",
        ] {
            assert!(cnpj(valid), "{valid}");
        }
        for wrong in [
            "16.727.230/0001-98",
            "16.727.230/0001-87",
            "16.727.230/0002-97",
            "16.727.2300001-97",
            "00.000.000/0000-00",
            "11111111111111",
            "12.ABC.345/01DE-36",
            "12.abc.345/01de-35",
            "12.ABC.345/01DE-3A",
            "1672723000019",
            "é",
            "",
        ] {
            assert!(!cnpj(wrong), "{wrong}");
        }
    }

    #[test]
    fn identity_cards() {
        for valid in [
            "29.465.327-2",
            "29465327-2",
            "294653272",
            "3.021.415-4",
            "3021415-4",
            "41.208.653-X",
            "41.208.653",
            "MG-11.204.386",
            "MG 11204386",
            "1234567890-1",
        ] {
            assert!(rg(valid), "{valid}");
        }
        for wrong in [
            "29465327-3",
            "294653273",
            "11.111.111-1",
            "00.000.000-0",
            "29.465327-2",
            "29.465.32-7",
            "2946532",
            "29.465.327-Y",
            "29.465.32X",
            "MG-204.386",
            "X",
            "é",
            "",
        ] {
            assert!(!rg(wrong), "{wrong}");
        }
    }

    #[test]
    fn postal_codes() {
        for valid in ["01310-100", "01310100", "01.310-100", "99999-000"] {
            assert!(cep(valid), "{valid}");
        }
        for wrong in ["00310-100", "00000-000", "11111-111", "1310-100", "01310-1000", "013-10100", ""] {
            assert!(!cep(wrong), "{wrong}");
        }
    }
}
