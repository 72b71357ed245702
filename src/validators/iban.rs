//! The International Bank Account Number (ISO 13616): each country's length and structure, and the check digits modulo 97.
//!
//! National check digits inside the account number are not looked at: the two in front cover them.

use super::written::Written;

/// Country code, and the fields behind the two check digits: `n` digits, `a` letters, `c` either.
const COUNTRIES: &[([u8; 2], &str)] = &[
    (*b"AD", "4n 4n 12c"),
    (*b"AE", "3n 16n"),
    (*b"AL", "8n 16c"),
    (*b"AT", "5n 11n"),
    (*b"AX", "6n 7n 1n"),
    (*b"AZ", "4a 20c"),
    (*b"BA", "3n 3n 8n 2n"),
    (*b"BE", "3n 7n 2n"),
    (*b"BG", "4a 4n 2n 8c"),
    (*b"BH", "4a 14c"),
    (*b"BL", "5n 5n 11c 2n"),
    (*b"BR", "8n 5n 10n 1a 1c"),
    (*b"BY", "4c 4n 16c"),
    (*b"CG", "5n 5n 11n 2n"),
    (*b"CH", "5n 12c"),
    (*b"CR", "4n 14n"),
    (*b"CY", "3n 5n 16c"),
    (*b"CZ", "4n 6n 10n"),
    (*b"DE", "8n 10n"),
    (*b"DK", "4n 9n 1n"),
    (*b"DO", "4c 20n"),
    (*b"EE", "2n 2n 11n 1n"),
    (*b"EG", "4n 4n 17n"),
    (*b"ES", "4n 4n 1n 1n 10n"),
    (*b"FI", "6n 7n 1n"),
    (*b"FO", "4n 9n 1n"),
    (*b"FR", "5n 5n 11c 2n"),
    (*b"GB", "4a 6n 8n"),
    (*b"GE", "2a 16n"),
    (*b"GF", "5n 5n 11c 2n"),
    (*b"GI", "4a 15c"),
    (*b"GL", "4n 9n 1n"),
    (*b"GP", "5n 5n 11c 2n"),
    (*b"GR", "3n 4n 16c"),
    (*b"GT", "4c 20c"),
    (*b"HR", "7n 10n"),
    (*b"HU", "3n 4n 1n 15n 1n"),
    (*b"IE", "4a 6n 8n"),
    (*b"IL", "3n 3n 13n"),
    (*b"IQ", "4a 3n 12n"),
    (*b"IS", "4n 2n 6n 10n"),
    (*b"IT", "1a 5n 5n 12c"),
    (*b"JO", "4a 4n 18c"),
    (*b"KW", "4a 22c"),
    (*b"KZ", "3n 13c"),
    (*b"LB", "4n 20c"),
    (*b"LC", "4a 24c"),
    (*b"LI", "5n 12c"),
    (*b"LT", "5n 11n"),
    (*b"LU", "3n 13c"),
    (*b"LV", "4a 13c"),
    (*b"MC", "5n 5n 11c 2n"),
    (*b"MD", "20c"),
    (*b"ME", "3n 13n 2n"),
    (*b"MF", "5n 5n 11c 2n"),
    (*b"MK", "3n 10c 2n"),
    (*b"MQ", "5n 5n 11c 2n"),
    (*b"MR", "5n 5n 11n 2n"),
    (*b"MT", "4a 5n 18c"),
    (*b"MU", "4a 2n 2n 12n 3n 3a"),
    (*b"NC", "5n 5n 11c 2n"),
    (*b"NL", "4a 10n"),
    (*b"NO", "4n 6n 1n"),
    (*b"PF", "5n 5n 11c 2n"),
    (*b"PK", "4a 16c"),
    (*b"PL", "8n 16n"),
    (*b"PM", "5n 5n 11c 2n"),
    (*b"PS", "4a 21c"),
    (*b"PT", "4n 4n 11n 2n"),
    (*b"QA", "4a 4n 17c"),
    (*b"RE", "5n 5n 11c 2n"),
    (*b"RO", "4a 16c"),
    (*b"RS", "3n 13n 2n"),
    (*b"SA", "2n 18c"),
    (*b"SC", "4a 2n 2n 16n 3a"),
    (*b"SE", "3n 16n 1n"),
    (*b"SI", "5n 8n 2n"),
    (*b"SK", "4n 6n 10n"),
    (*b"SM", "1a 5n 5n 12c"),
    (*b"SN", "2c 22n"),
    (*b"ST", "8n 11n 2n"),
    (*b"SV", "4c 20n"),
    (*b"TF", "5n 5n 11c 2n"),
    (*b"TL", "3n 14n 2n"),
    (*b"TN", "2n 3n 13n 2n"),
    (*b"TR", "5n 1n 16c"),
    (*b"UA", "6n 19c"),
    (*b"VG", "4a 16n"),
    (*b"WF", "5n 5n 11c 2n"),
    (*b"XK", "4n 10n 2n"),
    (*b"YT", "5n 5n 11c 2n"),
];

/// The structure of each country's account numbers.
static STRUCTURES: [Structure; COUNTRIES.len()] = {
    let mut structures = [Structure { fields: [(0, Kind::Either); MOST], count: 0 }; COUNTRIES.len()];
    let mut at = 0;
    while at < COUNTRIES.len() {
        structures[at] = Structure::of(COUNTRIES[at].1.as_bytes());
        at += 1;
    }
    structures
};

/// The most fields of an account number.
const MOST: usize = 6;

/// The fields of an account number: how many symbols, of which kind.
#[derive(Clone, Copy)]
struct Structure {
    fields: [(usize, Kind); MOST],
    count: usize,
}

#[derive(Clone, Copy)]
enum Kind {
    Digits,
    Letters,
    Either,
}

impl Structure {
    /// Reads `4n 14c`. What is written otherwise does not compile.
    const fn of(written: &[u8]) -> Self {
        let mut structure = Self { fields: [(0, Kind::Either); MOST], count: 0 };
        let (mut at, mut size) = (0, 0);
        while at < written.len() {
            let kind = match written[at] {
                digit @ b'0'..=b'9' => {
                    size = size * 10 + (digit - b'0') as usize;
                    at += 1;
                    continue;
                }
                b'n' => Kind::Digits,
                b'a' => Kind::Letters,
                b'c' => Kind::Either,
                _ => panic!("no kind"),
            };
            structure.fields[structure.count] = (size, kind);
            structure.count += 1;
            assert!(size > 0 && (at + 1 == written.len() || written[at + 1] == b' '));
            (size, at) = (0, at + 2);
        }
        structure
    }

    fn fields(&self) -> &[(usize, Kind)] {
        self.fields.get(..self.count).unwrap_or_default()
    }

    fn holds(&self, account: &[u8]) -> bool {
        let mut rest = account;
        let fits = self.fields().iter().all(|(size, kind)| {
            let Some((symbols, behind)) = rest.split_at_checked(*size) else { return false };
            rest = behind;
            match kind {
                Kind::Digits => symbols.iter().all(u8::is_ascii_digit),
                Kind::Letters => symbols.iter().all(u8::is_ascii_alphabetic),
                Kind::Either => symbols.iter().all(u8::is_ascii_alphanumeric),
            }
        });
        fits && rest.is_empty()
    }
}

/// Whether a text is an IBAN of a known country, in one case, in groups of four, in the country's own fields, or without separators.
pub(super) fn iban(text: &str) -> bool {
    Written::parse(text, b" -").is_some_and(|written| {
        is_one_case(written.symbols()) && has_structure(&written) && mod_97(written.symbols()) == Some(1)
    })
}

fn is_one_case(symbols: &[u8]) -> bool {
    !(symbols.iter().any(u8::is_ascii_lowercase) && symbols.iter().any(u8::is_ascii_uppercase))
}

fn has_structure(written: &Written) -> bool {
    let [first, second, k1, k2, account @ ..] = written.symbols() else { return false };
    let country = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    let Ok(found) = COUNTRIES.binary_search_by(|(code, _)| code.cmp(&country)) else { return false };
    let Some(structure) = STRUCTURES.get(found) else { return false };
    let mut sizes = [4; MOST + 1];
    sizes.iter_mut().skip(1).zip(structure.fields()).for_each(|(size, field)| *size = field.0);
    structure.holds(account)
        && is_check((*k1, *k2))
        && account.iter().any(|b| (b'1'..=b'9').contains(b))
        && (written.is_in_fours() || written.breaks_only_between(sizes.get(..=structure.count).unwrap_or_default()))
}

/// The arithmetic gives 02 to 98 only.
fn is_check(digits: (u8, u8)) -> bool {
    digits.0.is_ascii_digit() && digits.1.is_ascii_digit() && !matches!(digits, (b'0', b'0' | b'1') | (b'9', b'9'))
}

/// The remainder modulo 97 with the first four characters moved to the end and letters read as 10 to 35.
fn mod_97(symbols: &[u8]) -> Option<u64> {
    /// No sum below grows over 64 bits with one more symbol.
    const ENOUGH: u64 = 1 << 56;
    let (front, account) = symbols.split_at_checked(4)?;
    let mut sum = 0;
    for symbol in [account, front].into_iter().flatten() {
        sum = match symbol {
            b'0'..=b'9' => sum * 10 + u64::from(symbol - b'0'),
            _ => sum * 100 + u64::from(char::from(*symbol).to_digit(36)?),
        };
        if sum >= ENOUGH {
            sum %= 97;
        }
    }
    Some(sum % 97)
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, iban};

    #[test]
    fn countries_are_sorted() {
        assert!(COUNTRIES.windows(2).all(|w| w[0].0 < w[1].0));
    }

    #[test]
    fn published_examples() {
        for valid in [
            "AL47 2121 1009 0000 0002 3569 8741",
            "GB29NWBK60161331926819",
            "gb29nwbk60161331926819",
            "GB29-NWBK-6016-1331-9268-19",
            "FR14 20041 01005 0500013M026 06",
            "IT60 X 05428 11101 000000123456",
            "MT84MALT011000012345MTLCAST001S",
            "MU17BOMM0101101030300200000MUR",
            "NO9386011117947",
            "SN15A12312341234123412341234",
        ] {
            assert!(iban(valid), "{valid}");
        }
    }

    #[test]
    fn near_misses() {
        for wrong in [
            "GB29NWBK60161331926818",      // check digits
            "GB29NWBK6016133192681",       // length
            "GB29NWB160161331926819",      // structure
            "Gb29NWBK60161331926819",      // mixed case
            "GB29 NWBK-6016 1331-9268 19", // mixed separators
            "GB2 9NWBK 601613 31926819",   // groups
            "ZZ29NWBK60161331926819",      // country
            "DE36000000000000000000",      // nothing but zeros
            "GB",
            "",
        ] {
            assert!(!iban(wrong), "{wrong}");
        }
    }
}
