//! The Chilean number of a person or taxpayer (RUN, RUT).

use super::date::date_of_birth;
use super::layout::{digits, layout};
use super::written::is_one_digit;

/// Whether a text is a RUT: seven or eight digits and a check character modulo 11, `12.345.678-5`, `12345678-5` or `123456785`.
pub(super) fn rut(text: &str) -> bool {
    let Some(check) = text.bytes().last() else { return false };
    let Some((body, _)) = text.split_at_checked(text.len() - 1) else { return false };
    if !matches!(
        layout(body).as_str(),
        "0.000.000-" | "00.000.000-" | "0000000-" | "00000000-" | "0000000" | "00000000"
    ) {
        return false;
    }
    let digits = digits(body);
    let sum: u32 = digits.iter().rev().zip((2..=7).cycle()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let expected = match 11 - sum % 11 {
        10 => b'K',
        11 => b'0',
        digit => b'0' + digit as u8,
    };
    // Versions and file names hold dates: `20240115-1`, `20240318`.
    let dated = date_of_birth(body.trim_end_matches('-')) || date_of_birth(text);
    !dated && check.to_ascii_uppercase() == expected && digits.first() != Some(&0) && !is_one_digit(&digits)
}

#[cfg(test)]
mod tests {
    use super::rut;

    #[test]
    fn unique_roles() {
        for valid in ["76.086.428-5", "12531909-2", "125319092", "76086428-5", "9.810.111-K", "9.810.111-k"] {
            assert!(rut(valid), "{valid}");
        }
        for wrong in [
            "76.086.428-4",
            "76.086.428-K",
            "00000000-K",
            "00.000.000-0",
            "11.111.111-1",
            "76.086428-5",
            "76-086-428-5",
            "6.428-5",
            "176.086.428-5",
            "0.086.428-5",
            "20220630-1",
            "20240318",
            "K",
            "é",
            "",
        ] {
            assert!(!rut(wrong), "{wrong}");
        }
    }
}
