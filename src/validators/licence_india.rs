//! Driving licences of India: state, office, year of issue and a serial number of the office.
//!
//! Older numbers of single states look otherwise and are not known here.

use super::calendar::has_begun;
use super::written::is_one_digit;

/// Codes of states and territories, those of the past among them.
const STATES: &str = "AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ SK TN TR TS UA UK UP WB";

/// Whether a text is a licence: `MH-14-2011-0062821`, with hyphens, spaces or nothing between the parts.
pub(super) fn india_licence(text: &str) -> bool {
    let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '/')).collect();
    let part = |range| number.get(range).unwrap_or_default();
    let (state, office, year, serial) = (part(0..2), part(2..4), part(4..8), part(8..15));
    let digits = [office, year, serial].iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()));
    digits
        && number.len() == 15
        && STATES.split(' ').any(|known| known.eq_ignore_ascii_case(state))
        && office != "00"
        && year.parse().is_ok_and(|year: u32| year >= 1950 && has_begun(year))
        && !is_one_digit(serial.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::india_licence;

    #[test]
    fn licences() {
        for valid in ["MH-14-2011-0062821", "MH14 20110062821", "MH1420110062821", "dl-04-1999-0148213"] {
            assert!(india_licence(valid), "{valid}");
        }
        for wrong in [
            "XX-14-2011-0062821",
            "MH-00-2011-0062821",
            "MH-14-2111-0062821",
            "MH-14-1911-0062821",
            "MH-14-2011-0000000",
            "MH-14-2011-006282",
            "MH-14-2011-00628210",
            "MH-A4-2011-0062821",
            "",
        ] {
            assert!(!india_licence(wrong), "{wrong}");
        }
    }
}
