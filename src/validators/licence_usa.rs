//! Driver's licences of the fifty states and the District of Columbia.
//!
//! No state publishes a check digit. What is known is the number of letters and digits, how they are grouped on the card,
//! and for some states the Soundex code of the surname and the date of birth that the digits hold. A number's state is not
//! known, so one that fits any state passes; rows of one digit, counted-up digits and dates do not.

use super::calendar::{is_day, is_short_day, part};
use super::security_code::is_counting;
use super::written::{Written, is_one_digit};

/// Letters, digits, letters; where separators stand if there are any.
type Format = (usize, usize, usize, &'static [&'static [usize]]);

const FORMATS: &[Format] = &[
    (0, 6, 0, &[]),                                          // AL, AK, DE
    (0, 7, 0, &[]),                                          // AL, AK, DC, DE, GA, ME, RI, TN, TX, WV
    (0, 8, 0, &[&[2, 3]]), // AR, GA, LA, ME, NM, NY, OH, OR, PA (grouped), SC, SD, TN, TX, VT
    (0, 9, 0, &[&[3, 3], &[2, 3], &[6]]), // NY, CO and WY (grouped), and most others
    (0, 10, 0, &[&[4, 2]]), // IN (grouped), NC, NV, NY, SC, SD, UT, WY
    (0, 11, 0, &[]),       // SC
    (0, 12, 0, &[]),       // NC, NV, SD
    (0, 13, 0, &[]),       // MT
    (0, 14, 0, &[]),       // MT
    (0, 16, 0, &[]),       // NY
    (0, 7, 1, &[]),        // ME, VT
    (0, 8, 2, &[]),        // MO
    (0, 9, 1, &[]),        // MO
    (1, 6, 0, &[]),        // CO, NE, RI, WV
    (1, 6, 1, &[]),        // MO
    (1, 7, 0, &[]),        // CA, NE, NY
    (1, 8, 0, &[&[3, 2], &[3, 3]]), // KS and KY (grouped), AZ, HI, MA, MT, NE, NV, OH, VA
    (1, 9, 0, &[&[4, 2]]), // IN (grouped), ID, KY, MO, OK, VA
    (1, 10, 0, &[]),       // MI, VA
    (1, 11, 0, &[&[4, 4]]), // IL (grouped), VA
    (1, 12, 0, &[&[4, 3, 2, 3], &[1, 3, 3, 3], &[4, 3, 3]]), // FL, MD, MI, MN
    (1, 13, 0, &[&[4, 4, 4]]), // WI
    (1, 14, 0, &[&[5, 5]]), // NJ
    (1, 18, 0, &[]),       // NY
    (2, 5, 0, &[]),        // CO, WV
    (2, 6, 0, &[]),        // ID, OH
    (2, 6, 1, &[]),        // ID
    (2, 7, 0, &[]),        // MA, OH
    (3, 6, 0, &[&[3, 2]]), // ND
];

/// Whether a text has the form of a driver's licence number of some state.
pub(super) fn usa_drivers_license(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" -") else { return false };
    let symbols = written.symbols();
    let digits: Vec<u8> = symbols.iter().filter(|b| b.is_ascii_digit()).map(|b| b - b'0').collect();
    match runs(symbols).as_slice() {
        // Iowa, and Kansas of old.
        [0, 3, 2, 4, 0] | [1, 1, 1, 1, 1] => written.is_plain() && !is_one_digit(&digits),
        [0, 2, 3, 5, 0] => written.is_plain() && is_new_hampshire(&digits),
        [before, count, after] => {
            let fits = |(b, n, a, groups): &&Format| {
                (b, n, a) == (before, count, after)
                    && (written.is_plain() || groups.iter().any(|g| written.is_grouped(g)))
            };
            FORMATS.iter().any(|f| fits(&f))
                && !is_filler(&digits, *before == 0)
                && is_encoded(*before, &digits, &written)
        }
        _ => false,
    }
}

/// Lengths of the runs of letters and digits in turn, letters first and last.
fn runs(symbols: &[u8]) -> Vec<usize> {
    let mut lengths = vec![0];
    for symbol in symbols {
        // Odd places count digits.
        if symbol.is_ascii_digit() != lengths.len().is_multiple_of(2) {
            lengths.push(0);
        }
        if let Some(last) = lengths.last_mut() {
            *last += 1;
        }
    }
    if lengths.len().is_multiple_of(2) {
        lengths.push(0);
    }
    lengths
}

/// Whether digits are a row of one digit or, without letters, counted up, a round sum or a date of eight digits.
fn is_filler(digits: &[u8], alone: bool) -> bool {
    let text: String = digits.iter().map(|d| char::from(d + b'0')).collect();
    let round = digits.len() <= 8 && text.ends_with("000");
    is_one_digit(digits) || (alone && (is_counting(&text) || round || is_eight_digit_date(digits)))
}

fn is_eight_digit_date(digits: &[u8]) -> bool {
    let date = |year: (usize, usize), month: usize, day: usize| {
        let year = part(digits, year.0, year.1);
        (1900..2050).contains(&year) && is_day(year, part(digits, month, 2), part(digits, day, 2))
    };
    digits.len() == 8 && (date((0, 4), 4, 6) || date((4, 4), 0, 2) || date((4, 4), 2, 0))
}

/// Whether name and birth are encoded as the states do that encode them.
fn is_encoded(letters: usize, digits: &[u8], written: &Written) -> bool {
    let grouped = |sizes: &[usize]| written.is_grouped(sizes);
    match (letters, digits.len()) {
        (1, 11) if grouped(&[4, 4]) => is_soundex(digits) && is_day_code(part(digits, 8, 3), 31, 600), // IL
        (1, 12) if grouped(&[4, 3, 2, 3]) => is_soundex(digits) && is_day_code(part(digits, 8, 3), 40, 500), // FL
        (1, 12) => is_soundex(digits),
        (1, 13) => is_soundex(digits) && is_day_code(part(digits, 8, 3), 40, 500), // WI
        (1, 14) => matches!(part(digits, 9, 2), 1..=12 | 51..=62), // NJ: month of birth, plus 50 for women
        _ => true,
    }
}

/// Whether the first three digits can be a Soundex code: 0 to 6, and nothing but zeros behind a zero.
fn is_soundex(digits: &[u8]) -> bool {
    let code = digits.get(..3).unwrap_or(&[9]);
    code.iter().all(|d| *d <= 6) && code.windows(2).all(|w| w.first() != Some(&0) || w.last() == Some(&0))
}

/// Whether a code is (month - 1) * `step` + day, with an addition for women.
fn is_day_code(code: u32, step: u32, women: u32) -> bool {
    let code = if code > women { code - women } else { code };
    // The year is of no account: some year has the day.
    code > 0 && is_day(2000, (code - 1) / step + 1, (code - 1) % step + 1)
}

/// `MM` name `YYDDN`.
fn is_new_hampshire(digits: &[u8]) -> bool {
    is_short_day(part(digits, 2, 2), part(digits, 0, 2), part(digits, 4, 2))
}

#[cfg(test)]
mod tests {
    use super::{runs, usa_drivers_license};

    #[test]
    fn runs_of_letters_and_digits() {
        assert_eq!(runs(b"A12"), [1, 2, 0]);
        assert_eq!(runs(b"12"), [0, 2, 0]);
        assert_eq!(runs(b"12A"), [0, 2, 1]);
        assert_eq!(runs(b"01ABC23"), [0, 2, 3, 2, 0]);
        assert_eq!(runs(b"AB"), [2]);
    }

    #[test]
    fn numbers_of_the_states() {
        for valid in [
            "F255-921-50-094-0", // Florida, by Alan De Smet's example
            "F25592150094",      // Illinois
            "F255-9215-0094",    // Illinois
            "F255-9215-0094-01", // Wisconsin
            "M-520-123-456-789", // Maryland
            "M 520 123 456 789", // Michigan
            "A1234 56780 51234", // New Jersey
            "A1234567",          // California
            "12 345 670",        // Pennsylvania
            "512 094 486",       // New York
            "K12-34-5679",       // Kansas
            "H12-345-679",       // Kentucky
            "4821-57-3390",      // Indiana
            "94-018-3321",       // Colorado
            "482157-339",        // Wyoming
            "07SMJ89151",        // New Hampshire
            "482AB1573",         // Iowa
            "ABC-89-4821",       // North Dakota
            "AB482157C",         // Idaho
            "SA4821573",         // Massachusetts
            "4821573A",          // Vermont
            "48215739",
        ] {
            assert!(usa_drivers_license(valid), "{valid}");
        }
    }

    #[test]
    fn near_misses() {
        for wrong in [
            "F275-921-50-094-0", // no Soundex code
            "F205-921-50-094-0", // a digit behind the zero
            "F255-921-50-039-0", // the 39th of January
            "F255-9215-0400",    // the 28th of a 13th month
            "F255-9215-0494-01", // a 13th month
            "A1234 56789 13234", // month 91
            "13SMJ89151",        // month 13
            "07SMJ89321",        // the 32nd
            "19890315",
            "03151989",
            "1234567",
            "123456789",
            "0000000",
            "A1111111",
            "500000",
            "512-09-4486",
            "202-555-0143",
            "12345",
            "48215733905482157",
            "ABCD1234",
            "A12-34567",
            "CALIFORN",
            "",
        ] {
            assert!(!usa_drivers_license(wrong), "{wrong}");
        }
    }
}
