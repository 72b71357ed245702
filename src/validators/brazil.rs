//! The Brazilian taxpayer number of a person (CPF).

use super::written::is_one_digit;

/// Whether a text is a CPF: nine digits and two check digits modulo 11, written `123.456.789-09`, `123456789-09` or without separators.
pub(super) fn cpf(text: &str) -> bool {
    let shape = text.bytes().map(|b| if b.is_ascii_digit() { b'0' } else { b }).collect::<Vec<u8>>();
    if !matches!(shape.as_slice(), b"000.000.000-00" | b"000000000-00" | b"00000000000") {
        return false;
    }
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    let checked = |upto: usize| {
        let sum: u32 = digits.iter().take(upto).zip((2..=upto as u32 + 1).rev()).map(|(d, w)| u32::from(*d) * w).sum();
        digits.get(upto).is_some_and(|check| u32::from(*check) == sum * 10 % 11 % 10)
    };
    checked(9) && checked(10) && !is_one_digit(&digits)
}

#[cfg(test)]
mod tests {
    use super::cpf;

    #[test]
    fn taxpayers() {
        for valid in ["390.533.447-05", "39053344705", "390533447-05", "123.456.789-09"] {
            assert!(cpf(valid), "{valid}");
        }
        for wrong in
            ["390.533.447-06", "390.533.447-15", "390-533-447-05", "390.53344705", "111.111.111-11", "00000000000", ""]
        {
            assert!(!cpf(wrong), "{wrong}");
        }
    }
}
