//! Driving licences of the European countries whose numbers have a check digit, or hold a name or a date.
//!
//! The numbers of the other countries are plain digits and have no place here.

use super::calendar::{is_day, is_short_day, part, this_year};
use super::luhn::luhn;
use super::security_code::is_counting;
use super::spain::dni;
use super::written::{Written, is_one_digit, value};

/// The check characters of a Finnish identity code by the remainder modulo 31.
const FINNISH: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// Whether a text is a British licence number: five letters of the surname filled up with 9; decade, month (50 more for
/// women), day and year of birth; initials; a digit and two check characters that only the agency can compute. The
/// two digits of the issue may follow.
pub(super) fn uk_licence(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" ") else { return false };
    let Some((number, issue)) = written.symbols().split_at_checked(16) else { return false };
    let [surname @ .., decade, m, n, d, e, year, first, second, _, _, _] = number else { return false };
    let letters = surname.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let padded = surname.iter().skip(letters).all(|b| *b == b'9');
    let digits = [*decade, *m, *n, *d, *e, *year];
    if letters < 2 || !padded || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let [decade, m, n, d, e, year] = digits.map(|b| b - b'0');
    let month = value(&[m, n]);
    let born = is_short_day(value(&[decade, year]), if month > 50 { month - 50 } else { month }, value(&[d, e]));
    let initials = first.is_ascii_alphabetic() && (second.is_ascii_alphabetic() || *second == b'9');
    let issued = issue.is_empty() || (issue.len() == 2 && issue.iter().all(u8::is_ascii_alphanumeric));
    let grouped = written.is_plain() || written.breaks_only_between(&[5, 6, 5]);
    born && initials && issued && grouped
}

/// Whether a text is a German licence number: authority, serial number, check digit modulo 11 and the copy's number.
pub(super) fn germany_licence(text: &str) -> bool {
    let Ok(number) = <[u8; 11]>::try_from(text.as_bytes()) else { return false };
    let number = number.map(|b| b.to_ascii_uppercase());
    let [_, a, b, _, _, _, _, _, _, check, _] = number;
    let sum: u32 = number.iter().zip((1..=9).rev()).map(|(byte, weight)| thirty_six(*byte) * weight).sum();
    let expected = match (sum % 11) as u8 {
        10 => b'X',
        digit => b'0' + digit,
    };
    let shape = number.iter().all(u8::is_ascii_alphanumeric) && a.is_ascii_digit() && b.is_ascii_digit();
    shape && check == expected && sum > 0 && !is_one_digit(&number)
}

/// The value of a digit or letter: A is 10, Z is 35.
fn thirty_six(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or(0)
}

/// Whether a text is a French licence number: twelve digits that begin with year, month and department of the file, or
/// the card's own number since 2013: year, two letters and five digits.
pub(super) fn france_licence(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" ") else { return false };
    if let Some(digits) = written.digits::<12>() {
        let [_, _, m, n, d, e, rest @ ..] = digits;
        let well_written = written.is_plain() || written.is_grouped(&[6]) || written.is_grouped(&[2, 2, 2, 3]);
        return well_written
            && (1..=12).contains(&value(&[m, n]))
            && (d, e) != (0, 0)
            && !is_one_digit(&rest)
            && !is_counting(text);
    }
    let [y, z, a, b, rest @ ..] = written.symbols() else { return false };
    let digits = [y, z].into_iter().chain(rest).all(u8::is_ascii_digit);
    digits
        && rest.len() == 5
        && [a, b].into_iter().all(u8::is_ascii_uppercase)
        && (13..=this_year() % 100).contains(&value(&[y.wrapping_sub(b'0'), z.wrapping_sub(b'0')]))
        && !is_one_digit(rest)
        && written.is_plain()
}

/// Whether a text is a Spanish licence number, which is the holder's DNI or NIE with its control letter.
pub(super) fn spain_licence(text: &str) -> bool {
    let foreign = |(letter, digit): (char, char)| {
        let rest = text.strip_prefix([letter, letter.to_ascii_lowercase()])?;
        let rest = rest.strip_prefix(['-', ' ']).unwrap_or(rest);
        Some(dni(&format!("{digit}{rest}")))
    };
    dni(text) || [('X', '0'), ('Y', '1'), ('Z', '2')].into_iter().any(|pair| foreign(pair) == Some(true))
}

/// Whether a text is a Finnish licence number, which is the holder's identity code: `DDMMYY`, the century's sign, a number
/// from 002 to 899 and a check character modulo 31.
pub(super) fn finland_licence(text: &str) -> bool {
    let Some((day, rest)) = text.split_at_checked(6) else { return false };
    let [sign, number @ .., check] = rest.as_bytes() else { return false };
    let digits: Vec<u8> = day.bytes().chain(number.iter().copied()).map(|b| b.wrapping_sub(b'0')).collect();
    let century = match sign.to_ascii_uppercase() {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return false,
    };
    digits.len() == 9
        && digits.iter().all(|d| *d <= 9)
        && is_day(century + part(&digits, 4, 2), part(&digits, 2, 2), part(&digits, 0, 2))
        && (2..=899).contains(&part(&digits, 6, 3))
        && FINNISH.get((value(&digits) % 31) as usize) == Some(&check.to_ascii_uppercase())
}

/// Whether a text is a Swedish licence number, which is the holder's personal number: a date of birth, three digits and a
/// Luhn digit.
pub(super) fn sweden_licence(text: &str) -> bool {
    let Some(written) = Written::parse(text, b"-+") else { return false };
    let bytes = written.symbols();
    let well_written = written.is_plain() || written.is_grouped(&[bytes.len().saturating_sub(4)]);
    let number = match bytes {
        [b'1', b'9', number @ ..] | [b'2', b'0', number @ ..] if number.len() == 10 => number,
        number => number,
    };
    let digits: Vec<u8> = number.iter().map(|b| b.wrapping_sub(b'0')).collect();
    well_written
        && digits.len() == 10
        && digits.iter().all(|d| *d <= 9)
        && is_short_day(part(&digits, 0, 2), part(&digits, 2, 2), part(&digits, 4, 2))
        && std::str::from_utf8(number).is_ok_and(luhn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(valid: fn(&str) -> bool, right: &[&str], wrong: &[&str]) {
        for text in right {
            assert!(valid(text), "{text}");
        }
        for text in wrong {
            assert!(!valid(text), "{text}");
        }
    }

    #[test]
    fn united_kingdom() {
        all(
            uk_licence,
            &["MORGA657054SM9IJ", "MORGA657054SM9IJ 35", "MORGA 657054 SM9IJ", "LEE99803159A99KX", "morga657054sm9ij"],
            &[
                "MORGA673054SM9IJ",
                "MORGA657324SM9IJ",
                "MORGA657054SM9I",
                "M9999657054SM9IJ",
                "MORG9A57054SM9IJ",
                "MO9GA657054SM9IJ",
                "MORGA6570549M9IJ",
                "MORGA663054SM9IJ",
                "",
            ],
        );
    }

    #[test]
    fn germany() {
        // The specimen of the regulation, and a number with the same check.
        all(
            germany_licence,
            &["B072RRE2I55", "J010000SD51", "b072rre2i55"],
            &["B072RRE2I65", "B072RRE2J55", "B072RRE2I5", "B072RRE2I555", "BX72RRE2I55", "00000000000", ""],
        );
    }

    #[test]
    fn france() {
        all(
            france_licence,
            &["210692106990", "210692 106990", "21 06 92 106 990", "14AA48213", "940375201846"],
            &[
                "211392106990",
                "210092106990",
                "210600106990",
                "21069210699",
                "99AA48213",
                "12AA48213",
                "14aa48213",
                "14A482137",
                "210692000000",
                "",
            ],
        );
    }

    #[test]
    fn spain() {
        all(
            spain_licence,
            &["54362315K", "54362315-K", "X2482300W", "X-2482300W", "x2482300w"],
            &["54362315L", "X2482300A", "W2482300W", "00000000T", "99999999R", "X", ""],
        );
    }

    #[test]
    fn finland() {
        all(
            finland_licence,
            &["131052-308T", "131052A308T", "131052Y308T", "131052-308t"],
            &[
                "131052-308U",
                "321052-308T",
                "131352-308T",
                "131052-900T",
                "131052-001T",
                "131052/308T",
                "131052308T",
                "",
            ],
        );
    }

    #[test]
    fn sweden() {
        all(
            sweden_licence,
            &["880320-0016", "8803200016", "19880320-0016", "198803200016", "880320+0016"],
            &["880320-0017", "881320-0016", "880332-0016", "88032-00016", "880320-001", "18880320-0016", ""],
        );
    }
}
