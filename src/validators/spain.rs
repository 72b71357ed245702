//! The Spanish national identity number (DNI).

/// The control letter by the number's remainder modulo 23.
const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// Whether a text is a DNI: eight digits, in groups `12.345.678` or none, and their control letter, alone or behind a space or hyphen.
pub(super) fn dni(text: &str) -> bool {
    let Some(letter) = text.bytes().last().filter(u8::is_ascii_alphabetic) else { return false };
    let number = text.strip_suffix(char::from(letter)).unwrap_or_default();
    let number = number.strip_suffix([' ', '-']).unwrap_or(number);
    let bytes = number.as_bytes();
    let dotted = bytes.len() == 10 && bytes.get(2) == Some(&b'.') && bytes.get(6) == Some(&b'.');
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if digits != 8 || !(bytes.len() == 8 || dotted) {
        return false;
    }
    let value = number.bytes().filter(u8::is_ascii_digit).fold(0usize, |sum, b| sum * 10 + usize::from(b - b'0'));
    value != 0 && value != 99_999_999 && LETTERS.get(value % 23) == Some(&letter.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::dni;

    #[test]
    fn identity_numbers() {
        for valid in ["54362315K", "54362315-K", "54362315 k", "54.362.315-K", "12345678Z"] {
            assert!(dni(valid), "{valid}");
        }
        for wrong in
            ["54362315L", "00000000T", "99999999R", "99.999.999-R", "5436231K", "543.62315K", "54362315", "K", ""]
        {
            assert!(!dni(wrong), "{wrong}");
        }
    }
}
