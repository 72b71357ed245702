//! Numbers of American health care: prescribers, providers, Medicare members, procedures and drugs.
//!
//! Only the prescriber's and the provider's have a check digit. No directory is held here: whether a code is in use is not known.

use super::layout::{digits, layout};
use super::luhn::luhn;
use super::usa::ssn;
use super::written::{Written, is_one_digit, value};

/// Whether a text is a DEA registration: a kind of registrant, an initial or `9`, six digits and their check digit; a hospital adds
/// the code of its prescriber behind a hyphen.
pub(super) fn dea(text: &str) -> bool {
    let registration = text.split_once('-').map_or(text, |(registration, _)| registration);
    let [kind, initial, number @ ..] = registration.as_bytes() else { return false };
    let Ok(number) = <[u8; 7]>::try_from(number) else { return false };
    if !number.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let [front @ .., check] = number.map(|byte| u32::from(byte - b'0'));
    let sum: u32 = front.iter().zip([1, 2].iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    b"ABCDEFGHJKLMPRSTUX".contains(&kind.to_ascii_uppercase())
        && (initial.is_ascii_alphabetic() || *initial == b'9')
        && sum % 10 == check
        && !is_one_digit(&number)
}

/// Whether a text is a National Provider Identifier: ten digits from 1 or 2, with a Luhn digit over them behind `80840`.
pub(super) fn npi(text: &str) -> bool {
    let number = text.as_bytes();
    number.len() == 10
        && number.iter().all(u8::is_ascii_digit)
        && matches!(number.first(), Some(b'1' | b'2'))
        && luhn(&format!("80840{text}"))
        && !is_one_digit(number)
}

/// Whether a text has the form of a Medicare Beneficiary Identifier, `1AA1-AA1-AA11` or without hyphens.
pub(super) fn mbi(text: &str) -> bool {
    let Some(written) = Written::parse(text, b"- ") else { return false };
    let symbols = written.symbols();
    let fits = |(symbol, kind): (&u8, &u8)| match kind {
        b'1' => (b'1'..=b'9').contains(symbol),
        b'0' => symbol.is_ascii_digit(),
        b'A' => is_mbi_letter(*symbol),
        _ => symbol.is_ascii_digit() || is_mbi_letter(*symbol),
    };
    (written.is_plain() || written.is_grouped(&[4, 3]))
        && symbols.len() == 11
        && symbols.iter().zip(b"1A?0A?0AA00").all(fits)
}

/// Letters that look like digits are left out.
fn is_mbi_letter(symbol: u8) -> bool {
    symbol.is_ascii_alphabetic() && !b"SLOIBZ".contains(&symbol.to_ascii_uppercase())
}

/// The first letters of beneficiary codes, with the second characters that each can have; `-` stands for none.
const BENEFICIARIES: &[(u8, &[u8])] = &[
    (b'A', b"-"),
    (b'B', b"-123456789ADGHJKLNPQRTWY"),
    (b'C', b"123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    (b'D', b"-123456789ACDGHJKLMNPQRSTVWXYZ"),
    (b'E', b"-123456789ABCDFGHJKM"),
    (b'F', b"12345678"),
    (b'H', b"ABC"),
    (b'J', b"1234"),
    (b'K', b"123456789ABCDEFGHJLM"),
    (b'M', b"-1"),
    (b'T', b"-23456789ABCDEFGHJKLMNPQRSTUVWXYZ"),
    (b'W', b"-123456789BCFGJRT"),
];

/// What stands before the number of a railroad worker or his family.
const RAILROAD: [&str; 15] =
    ["A", "CA", "H", "JA", "MA", "MH", "PA", "PD", "PH", "WA", "WCA", "WCD", "WCH", "WD", "WH"];

/// Whether a text has the form of a Health Insurance Claim Number: a Social Security number with a beneficiary code behind it,
/// or a railroad code with that or six digits behind it.
pub(super) fn hicn(text: &str) -> bool {
    let Some(written) = Written::parse(text, b"- ") else { return false };
    let symbols = written.symbols().to_ascii_uppercase();
    let letters = symbols.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let Some((code, number)) = symbols.split_at_checked(letters) else { return false };
    if letters > 0 {
        let grouped = written.breaks_only_between(&[letters]) || written.is_grouped(&[letters, 3, 2]);
        return grouped && RAILROAD.iter().any(|known| known.as_bytes() == code) && is_railroad_number(number);
    }
    let Some((number, code)) = symbols.split_at_checked(9) else { return false };
    let grouped = written.breaks_only_between(&[9]) || written.is_grouped(&[3, 2, 4]) || written.is_grouped(&[3, 2]);
    grouped && is_ssn(number) && is_beneficiary(code)
}

fn is_railroad_number(number: &[u8]) -> bool {
    match number.len() {
        6 => number.iter().all(u8::is_ascii_digit) && !is_one_digit(number),
        9 => is_ssn(number),
        _ => false,
    }
}

fn is_ssn(number: &[u8]) -> bool {
    std::str::from_utf8(number).is_ok_and(ssn)
}

fn is_beneficiary(code: &[u8]) -> bool {
    let (first, second) = match code {
        [first] => (first, b'-'),
        [first, second] => (first, *second),
        _ => return false,
    };
    BENEFICIARIES.iter().any(|(known, seconds)| known == first && seconds.contains(&second))
}

/// The blocks of five digits that the American Medical Association has given out.
const PROCEDURES: [(u32, u32); 5] =
    [(100, 1999), (10_004, 69_990), (70_010, 79_999), (80_047, 89_398), (90_281, 99_607)];

/// The blocks of four digits behind each letter of the codes of Medicare.
const SUPPLIES: &[(u8, u32, u32)] = &[
    (b'A', 21, 9999),
    (b'B', 4034, 9999),
    (b'C', 1000, 9999),
    (b'D', 100, 9999),
    (b'E', 100, 9999),
    (b'G', 8, 9999),
    (b'H', 1, 2999),
    (b'J', 100, 9999),
    (b'K', 1, 1999),
    (b'L', 100, 9999),
    (b'M', 1, 1999),
    (b'P', 2028, 9999),
    (b'Q', 35, 9999),
    (b'R', 70, 99),
    (b'S', 12, 9999),
    (b'T', 1000, 5999),
    (b'U', 1, 99),
    (b'V', 2020, 5999),
];

/// Whether a text is in a block of procedure codes: five digits, four digits and a letter, or a letter and four digits; up to two modifiers may follow.
pub(super) fn procedure_code(text: &str) -> bool {
    let mut parts = text.split('-');
    let code = parts.next().unwrap_or_default();
    let is_modifier =
        |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    parts.all(is_modifier) && is_procedure(code.as_bytes())
}

fn is_procedure(code: &[u8]) -> bool {
    let [first, middle @ .., last] = code else { return false };
    if middle.len() != 3 || !middle.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = |bytes: &[u8]| value(&bytes.iter().map(|b| b.wrapping_sub(b'0')).collect::<Vec<u8>>());
    match (first, last) {
        (b'0'..=b'9', b'0'..=b'9') => PROCEDURES.iter().any(|(from, to)| (from..=to).contains(&&number(code))),
        (b'0'..=b'9', b'A' | b'F' | b'M' | b'T' | b'U') => number(code.get(..4).unwrap_or_default()) > 0,
        (letter, b'0'..=b'9') => {
            let number = number(code.get(1..).unwrap_or_default());
            SUPPLIES.iter().any(|(known, from, to)| known == letter && (from..=to).contains(&&number))
        }
        _ => false,
    }
}

/// Whether a text has the form of a National Drug Code: labeler, product and package, ten or eleven digits with hyphens, or eleven without.
pub(super) fn drug_code(text: &str) -> bool {
    let digits = digits(text);
    let labeler = digits.get(..4).unwrap_or_default();
    matches!(layout(text).as_str(), "0000-0000-00" | "00000-000-00" | "00000-0000-0" | "00000-0000-00" | "00000000000")
        && value(labeler) != 0
        && !is_one_digit(&digits)
}

#[cfg(test)]
mod tests {
    use super::{dea, drug_code, hicn, mbi, npi, procedure_code};

    #[test]
    fn prescribers() {
        for valid in ["AB1234563", "BB1388568", "F91234563", "ab1234563", "F91234563-001AB"] {
            assert!(dea(valid), "{valid}");
        }
        for digit in ["0", "1", "2", "4", "5", "6", "7", "8", "9"] {
            assert!(!dea(&format!("AB123456{digit}")), "{digit}");
        }
        for wrong in ["IB1234563", "A81234563", "AB0000000", "AB123456", "AB12345633", "1B1234563", "AB1234562-001", ""]
        {
            assert!(!dea(wrong), "{wrong}");
        }
    }

    #[test]
    fn providers() {
        for valid in ["1234567893", "1245319599"] {
            assert!(npi(valid), "{valid}");
        }
        for wrong in
            ["1234567890", "1234567894", "3234567893", "123456789", "12345678931", "2222222222", "123456789x", ""]
        {
            assert!(!npi(wrong), "{wrong}");
        }
    }

    #[test]
    fn medicare_members() {
        for valid in ["1EG4-TE5-MK72", "1EG4TE5MK73", "2ac3 cd4 ef56"] {
            assert!(mbi(valid), "{valid}");
        }
        for wrong in [
            "0EG4TE5MK73",
            "1SG4TE5MK73",
            "1EGATE5MK73",
            "1EG4-TE5MK73",
            "1EG4 TE5-MK73",
            "1EG4TE5MK7",
            "1EG4TE5LK73",
            "",
        ] {
            assert!(!mbi(wrong), "{wrong}");
        }
    }

    #[test]
    fn claims() {
        for valid in [
            "536-90-4399-A",
            "536-90-4399A",
            "536904399B2",
            "536-90-4399-C1",
            "536904399TA",
            "WCA536904399",
            "A 403281",
            "MA-536-90-4399",
        ] {
            assert!(hicn(valid), "{valid}");
        }
        for wrong in [
            "000-12-3456-A",
            "666-12-3456-A",
            "123-45-6789-A",
            "536904399",
            "536904399Z",
            "536904399A1",
            "536904399G",
            "53690-4399-A",
            "XA536904399",
            "A40328",
            "A000000",
            "",
        ] {
            assert!(!hicn(wrong), "{wrong}");
        }
    }

    #[test]
    fn procedures() {
        for valid in
            ["J1885", "G0008", "A4206", "99213", "99213-25", "0001F", "0042T", "0001A", "L1832-RT", "99285-25-LT"]
        {
            assert!(procedure_code(valid), "{valid}");
        }
        for wrong in [
            "I1885",
            "R0123",
            "U9999",
            "00000",
            "00099",
            "09999",
            "99999",
            "0000T",
            "0001B",
            "J188",
            "J18855",
            "99213-255",
            "99213-",
            "abcde",
            "",
        ] {
            assert!(!procedure_code(wrong), "{wrong}");
        }
    }

    #[test]
    fn drugs() {
        for valid in ["0777-3105-02", "50242-040-62", "60575-4112-1", "00777-3105-02", "00777310502"] {
            assert!(drug_code(valid), "{valid}");
        }
        for wrong in [
            "0000-3105-02",
            "777-3105-02",
            "0777-3105-2",
            "50242-040-6",
            "0777310502",
            "1111-1111-11",
            "0777-310502",
            "",
        ] {
            assert!(!drug_code(wrong), "{wrong}");
        }
    }
}
