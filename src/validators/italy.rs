//! The Italian codice fiscale.
//!
//! Companies have one too, of eleven digits: that is their VAT number, and no number of a person.

use super::written::{Written, value};

/// What characters at odd places (from 1) add to the control letter: by digit, or by place in the alphabet.
const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
/// The letters that stand for digits where two people would get the same code (omocodia), in order of the digits.
const STAND_INS: &[u8; 10] = b"LMNPQRSTUV";
/// The months, in order.
const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
/// The most days of each month.
const DAYS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Whether a text is a person's codice fiscale, in one word or in groups of 3-3-5-5: surname, name, year, month, day and
/// sex, place, control letter.
pub(super) fn codice_fiscale(text: &str) -> bool {
    let Some(written) = Written::parse(&text.to_ascii_uppercase(), b" -") else { return false };
    let Ok(symbols) = <[u8; 16]>::try_from(written.symbols()) else { return false };
    let [surname @ .., _, _, _, _, _, _, _, _, _, _, _, _, _] = &symbols;
    let [_, _, _, name @ .., _, _, _, _, _, _, _, _, _, _] = &symbols;
    let [_, _, _, _, _, _, y1, y2, month, d1, d2, place, p1, p2, p3, _] = symbols;
    let digits = [y1, y2, d1, d2, p1, p2, p3].map(digit);
    let [Some(_), Some(_), Some(d1), Some(d2), Some(p1), Some(p2), Some(p3)] = digits else { return false };
    // Women's days are counted from 41.
    let day = match value(&[d1, d2]) {
        day @ 41.. => day - 40,
        day => day,
    };
    let days = MONTHS.iter().zip(DAYS).find(|(letter, _)| **letter == month).map_or(0, |(_, days)| days);
    (written.is_plain() || written.is_grouped(&[3, 3, 5]))
        && is_abbreviated(surname)
        && is_abbreviated(name)
        && (1..=days).contains(&day)
        && matches!(place, b'A'..=b'M' | b'Z')
        && (p1, p2, p3) != (0, 0, 0)
        && is_controlled(&symbols)
}

/// A digit, or the digit that a letter stands for.
fn digit(symbol: u8) -> Option<u8> {
    if symbol.is_ascii_digit() {
        return Some(symbol - b'0');
    }
    (0..).zip(STAND_INS).find(|(_, letter)| **letter == symbol).map(|(digit, _)| digit)
}

/// Three letters: consonants first, then vowels, then X to fill up.
fn is_abbreviated(letters: &[u8]) -> bool {
    let is_vowel = |b: &u8| b"AEIOU".contains(b);
    let rest = letters.iter().skip_while(|b| !is_vowel(b)).skip_while(|b| is_vowel(b));
    letters.iter().all(u8::is_ascii_uppercase) && rest.into_iter().all(|b| *b == b'X')
}

/// Whether the last symbol is the control letter of the others.
fn is_controlled(symbols: &[u8]) -> bool {
    let Some((control, rest)) = symbols.split_last() else { return false };
    let place = |symbol: &u8| match symbol {
        b'0'..=b'9' => usize::from(symbol - b'0'),
        letter => usize::from(letter.saturating_sub(b'A')),
    };
    let worth = |(at, symbol): (usize, &u8)| match at % 2 {
        0 => ODD.get(place(symbol)).copied().unwrap_or(0),
        _ => place(symbol) as u32,
    };
    let sum: u32 = rest.iter().enumerate().map(worth).sum();
    u32::from(*control) == u32::from(b'A') + sum % 26
}

#[cfg(test)]
mod tests {
    use super::{codice_fiscale, is_abbreviated};

    #[test]
    fn people() {
        for valid in
            ["RCCMNL83S18D969H", "MRTMTT25D09F205Z", "rccmnl83s18d969h", "RCC MNL 83S18 D969H", "RCC-MNL-83S18-D969H"]
        {
            assert!(codice_fiscale(valid), "{valid}");
        }
        for wrong in [
            "RCCMNL83S18D969I",
            "RCCMNL83S19D969H",
            "RCCMNL83S32D969H",
            "RCCMNL83F18D969H",
            "RCCMNL83S18D000H",
            "RCCMNL83S18D969",
            "RCCM NL83S18 D969H",
            "1CCMNL83S18D969H",
            "",
        ] {
            assert!(!codice_fiscale(wrong), "{wrong}");
        }
    }

    #[test]
    fn each_symbol_counts() {
        let code = "MRTMTT25D09F205Z";
        for at in 0..code.len() {
            let mut changed = code.as_bytes().to_vec();
            changed[at] = if matches!(changed[at], b'9' | b'Z') { changed[at] - 1 } else { changed[at] + 1 };
            let changed = String::from_utf8(changed).unwrap();
            assert!(!codice_fiscale(&changed), "{changed}");
        }
    }

    #[test]
    fn abbreviations() {
        for name in [b"RSS", b"FOX", b"AIX", b"FUI", b"OXX", b"AIO"] {
            assert!(is_abbreviated(name));
        }
        for name in [b"ARS", b"FOB", b"AXI", b"R1S"] {
            assert!(!is_abbreviated(name));
        }
    }
}
