//! Driver's licences of the Canadian provinces that write a date of birth into the number: Ontario, Quebec and Nova Scotia.
//!
//! The other provinces' numbers are plain and nothing can be said of them.

use super::calendar::is_short_day;
use super::written::Written;

/// Whether a text is a licence of Ontario: a letter and 14 digits, the last six `YYMMDD` with 50 on the month for women.
pub(super) fn ontario_licence(text: &str) -> bool {
    licence::<1, 14>(text, &[5, 5]).is_some_and(|[.., a, b, c, d, e, f]| {
        let month = pair(c, d);
        is_short_day(pair(a, b), if month > 50 { month - 50 } else { month }, pair(e, f))
    })
}

/// Whether a text is a licence of Quebec: a letter, four digits, `DDMMYY` and two digits.
pub(super) fn quebec_licence(text: &str) -> bool {
    licence::<1, 12>(text, &[5, 6])
        .is_some_and(|[_, _, _, _, a, b, c, d, e, f, ..]| is_short_day(pair(e, f), pair(c, d), pair(a, b)))
}

/// Whether a text is a licence of Nova Scotia: five letters of the surname, `DDMMYY` and three digits.
pub(super) fn nova_scotia_licence(text: &str) -> bool {
    licence::<5, 9>(text, &[5]).is_some_and(|[a, b, c, d, e, f, ..]| is_short_day(pair(e, f), pair(c, d), pair(a, b)))
}

/// The digits behind `LETTERS` letters, without separators or in these groups.
fn licence<const LETTERS: usize, const DIGITS: usize>(text: &str, groups: &[usize]) -> Option<[u8; DIGITS]> {
    let written = Written::parse(text, b" -")?;
    let (letters, digits) = written.symbols().split_at_checked(LETTERS)?;
    let digits: [u8; DIGITS] = digits.try_into().ok()?;
    let fits = letters.iter().all(u8::is_ascii_alphabetic) && digits.iter().all(u8::is_ascii_digit);
    (fits && (written.is_plain() || written.is_grouped(groups))).then(|| digits.map(|b| b - b'0'))
}

fn pair(tens: u8, ones: u8) -> u32 {
    u32::from(tens) * 10 + u32::from(ones)
}

#[cfg(test)]
mod tests {
    use super::{nova_scotia_licence, ontario_licence, quebec_licence};

    #[test]
    fn dates_of_birth() {
        for valid in ["S1234-56789-90315", "S12345678990315", "S1234-56789-95315", "S1234 56780 00229"] {
            assert!(ontario_licence(valid), "{valid}");
        }
        for wrong in [
            "S1234-56789-91315",
            "S1234-56789-90332",
            "S1234-56789-96315",
            "S1234-567899-0315",
            "11234-56789-90315",
            "S1234",
            "",
        ] {
            assert!(!ontario_licence(wrong), "{wrong}");
        }
        assert!(quebec_licence("T1234-150389-06") && quebec_licence("T123415038906"));
        assert!(!quebec_licence("T1234-320389-06") && !quebec_licence("T1234-151389-06") && !quebec_licence(""));
        assert!(nova_scotia_licence("SMITH150389001") && nova_scotia_licence("SMITH-150389001"));
        assert!(!nova_scotia_licence("SMITH310489001") && !nova_scotia_licence("SMIT1150389001"));
    }
}
