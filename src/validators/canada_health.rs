//! Health insurance numbers of the Canadian provinces and territories.
//!
//! British Columbia's and Ontario's have a known check digit and Quebec's holds a date. The other provinces publish a length only:
//! theirs are as strong as the keyword beside them.

use super::date::date_of_birth;
use super::luhn::luhn;
use super::written::{Written, is_one_digit};

/// Weights of the second to the ninth digit of a number of British Columbia.
const BRITISH_COLUMBIA: [u32; 8] = [2, 4, 8, 5, 10, 9, 7, 3];

/// Whether a text has the form of a health number of any province.
pub(super) fn health_number(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" -") else { return false };
    let symbols = written.symbols();
    let grouped = |forms: &[&[usize]]| written.is_plain() || forms.iter().any(|form| written.is_grouped(form));
    let letters = symbols.iter().filter(|b| b.is_ascii_alphabetic()).count();
    if letters > 0 {
        return match (symbols, letters) {
            // The version of the card may follow: one letter or two.
            (_, 1 | 2) if symbols.len() == 10 + letters => {
                let number = symbols.get(..10).unwrap_or_default();
                all_digits(number) && grouped(&[&[4, 3, 3], &[10]]) && ontario(number)
            }
            ([_, _, _, _, date @ ..], 4) => all_digits(date) && grouped(&[&[4, 4]]) && quebec(date),
            ([letter, number @ ..], 1) => {
                b"NDMT".contains(&letter.to_ascii_uppercase())
                    && number.len() == 7
                    && all_digits(number)
                    && grouped(&[&[1]])
                    && !is_one_digit(number)
            }
            _ => false,
        };
    }
    let form = match symbols.len() {
        // Eight digits are Prince Edward Island's, or a date, which is likelier.
        8 => written.is_plain() && !date_of_birth(text),
        9 => grouped(&[&[3, 3], &[5]]) && symbols != b"123456789",
        10 => grouped(&[&[4, 3]]) && (british_columbia(symbols) || ontario(symbols) || nova_scotia(symbols)),
        12 => grouped(&[&[3, 3, 3], &[4, 4]]),
        _ => false,
    };
    form && !is_one_digit(symbols)
}

fn all_digits(symbols: &[u8]) -> bool {
    symbols.iter().all(u8::is_ascii_digit)
}

fn british_columbia(number: &[u8]) -> bool {
    let [b'9', middle @ .., check] = number else { return false };
    let sum: u32 =
        middle.iter().zip(BRITISH_COLUMBIA).map(|(b, weight)| u32::from(b.wrapping_sub(b'0')) * weight).sum();
    (11 - sum % 11) % 11 == u32::from(check.wrapping_sub(b'0'))
}

fn ontario(number: &[u8]) -> bool {
    number.first() != Some(&b'0') && std::str::from_utf8(number).is_ok_and(luhn) && !is_one_digit(number)
}

/// They begin with zeros.
fn nova_scotia(number: &[u8]) -> bool {
    number.first() == Some(&b'0')
}

/// Year, month and day of birth, the month with 50 added for women, and two digits more.
fn quebec(number: &[u8]) -> bool {
    let [y1, y2, m1, m2, d1, d2, _, _] = number else { return false };
    let month = if *m1 >= b'5' { m1.wrapping_sub(5) } else { *m1 };
    let on = |century: &str| {
        let date: String = [*y1, *y2, month, *m2, *d1, *d2].map(char::from).iter().collect();
        date_of_birth(&format!("{century}{date}"))
    };
    on("19") || on("20")
}

#[cfg(test)]
mod tests {
    use super::health_number;

    #[test]
    fn british_columbia_and_ontario() {
        for valid in [
            "9698658215",
            "9698 658 215",
            "9698-658-215",
            "1234567897",
            "1234-567-897-AB",
            "1234567897AB",
            "1234567897 AB",
            "1234-567-897-K",
            "1234567897K",
        ] {
            assert!(health_number(valid), "{valid}");
        }
        for wrong in [
            "9698658214",
            "969-865-8215",
            "9698 658-215",
            "1234567896",
            "1234567896AB",
            "1234567897ABC",
            "2222222222",
            "",
        ] {
            assert!(!health_number(wrong), "{wrong}");
        }
    }

    #[test]
    fn other_provinces() {
        for valid in [
            "TREM 8503 1418",
            "trem85531418",
            "0012 345 678",
            "61742-9305",
            "617 429 305",
            "N4130756",
            "604217398551",
            "60421739",
        ] {
            assert!(health_number(valid), "{valid}");
        }
        for wrong in [
            "TREM 8513 1418",
            "TREM 8503 4018",
            "TREM85031",
            "123456789",
            "000000000",
            "19890315",
            "X4130756",
            "N0000000",
            "6174293",
            "61742930512",
            "000000000000",
        ] {
            assert!(!health_number(wrong), "{wrong}");
        }
    }
}
