//! Mexican numbers: the population key (CURP) and the taxpayer numbers (RFC). All hold a date and end in a check character.
//!
//! About one RFC in seventy was issued with a wrong check character; those are not found.

use super::date::date_of_birth;

/// The values of characters in a CURP.
const CURP_ALPHABET: &str = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";
/// The values of characters in an RFC.
const RFC_ALPHABET: &str = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ";
/// The states of birth; `NE` is abroad.
const STATES: &str =
    "AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NE NL NT OC PL QR QT SL SP SR TC TL TS VZ YN ZS";

/// Whether a text is a CURP: letters of the name, date of birth, sex, state, consonants of the name, a mark of the century, a check digit.
pub(super) fn curp(text: &str) -> bool {
    let symbols = text.to_ascii_uppercase();
    let Ok(bytes) = <[u8; 18]>::try_from(symbols.as_bytes()) else { return false };
    let [a, vowel, b, c, _, _, _, _, _, _, sex, _, _, consonants @ .., century, check] = &bytes;
    let date = symbols.get(4..10).unwrap_or_default();
    let state = symbols.get(11..13).unwrap_or_default();
    let name = [a, b, c].iter().all(|letter| letter.is_ascii_uppercase()) && b"AEIOUX".contains(vowel);
    let born = match century {
        b'0'..=b'9' => exists("19", date),
        b'A'..=b'Z' => exists("20", date),
        _ => false,
    };
    let is_consonant = |letter: &u8| letter.is_ascii_uppercase() && !b"AEIOU".contains(letter);
    let values = symbols.chars().take(17).zip((2..=18).rev()).map(|(c, weight)| value(CURP_ALPHABET, c) * weight);
    name && born
        && b"HMX".contains(sex)
        && STATES.split(' ').any(|known| known == state)
        && consonants.iter().all(is_consonant)
        && check.is_ascii_digit()
        && (10 - values.sum::<u32>() % 10) % 10 == u32::from(check - b'0')
}

/// Whether a text is the RFC of a person: four letters, a date, two letters or digits, a check character.
pub(super) fn rfc_person(text: &str) -> bool {
    rfc(text, 4)
}

/// Whether a text is the RFC of an organization: three letters, a date, two letters or digits, a check character.
pub(super) fn rfc_organization(text: &str) -> bool {
    rfc(text, 3)
}

/// Hyphens or spaces may stand around the date.
fn rfc(text: &str, letters: usize) -> bool {
    let Some(symbols) = joined(text, letters) else { return false };
    let date: String = symbols.iter().skip(letters).take(6).collect();
    let is_name = |c: &char| c.is_ascii_uppercase() || matches!(c, 'Ñ' | '&');
    // An organization has a character less: a space stands in for it.
    let padding = (letters == 3).then_some(&' ');
    let values = padding.into_iter().chain(&symbols).take(12).zip((2..=13).rev());
    let sum: u32 = values.map(|(c, weight)| value(RFC_ALPHABET, *c) * weight).sum();
    let expected = match 11 - sum % 11 {
        11 => Some('0'),
        10 => Some('A'),
        digit => char::from_digit(digit, 10),
    };
    symbols.len() == letters + 9
        && symbols.iter().take(letters).all(is_name)
        && (exists("19", &date) || exists("20", &date))
        && symbols.iter().skip(letters + 6).all(char::is_ascii_alphanumeric)
        && symbols.last().copied() == expected
}

/// The characters in upper case, without a separator before and behind the date.
fn joined(text: &str, letters: usize) -> Option<Vec<char>> {
    let mut symbols: Vec<char> = text.chars().flat_map(char::to_uppercase).collect();
    for at in [letters, letters + 6] {
        if matches!(symbols.get(at)?, '-' | ' ') {
            symbols.remove(at);
        }
    }
    Some(symbols)
}

fn exists(century: &str, date: &str) -> bool {
    date.bytes().all(|b| b.is_ascii_digit()) && date_of_birth(&format!("{century}{date}"))
}

fn value(alphabet: &str, symbol: char) -> u32 {
    alphabet.chars().zip(0..).find(|(c, _)| *c == symbol).map_or(0, |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::{curp, rfc_organization, rfc_person};

    #[test]
    fn population_keys() {
        for valid in ["BOXW310820HNERXN09", "boxw310820hnerxn09"] {
            assert!(curp(valid), "{valid}");
        }
        for digit in ["0", "1", "2", "3", "4", "5", "6", "7", "8"] {
            assert!(!curp(&format!("BOXW310820HNERXN0{digit}")), "{digit}");
        }
        for wrong in [
            "BOXW311320HNERXN09",
            "BOXW310820ZNERXN09",
            "BOXW310820HZZRXN09",
            "BOXW310820HNERAN09",
            "BRXW310820HNERXN09",
            "BOXW310820HNERXN0",
            "ÑOXW310820HNERXN0",
            "",
        ] {
            assert!(!curp(wrong), "{wrong}");
        }
    }

    #[test]
    fn taxpayers() {
        for valid in ["GODE561231GR8", "GODE-561231-GR8", "gode 561231 gr8"] {
            assert!(rfc_person(valid) && !rfc_organization(valid), "{valid}");
        }
        for valid in ["MAB9307148T4", "MAB-930714-8T4"] {
            assert!(rfc_organization(valid) && !rfc_person(valid), "{valid}");
        }
        for wrong in [
            "GODE561231GR7",
            "GODE561331GR8",
            "VACE460910SX6",
            "GODE561231GR",
            "GODE561231",
            "GODE--561231GR8",
            "1ODE561231GR8",
            "MAB9307148T5",
            "MAB9302308T4",
            "ÑÑ",
            "",
        ] {
            assert!(!rfc_person(wrong) && !rfc_organization(wrong), "{wrong}");
        }
    }
}
