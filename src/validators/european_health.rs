//! The number of the European health insurance card.
//!
//! Twenty digits: 80, the country's number, the institution, the card's own. The countries agreed on no check digit.

use super::written::{Written, is_one_digit, value};

/// ISO 3166 numbers of the European Union, the EEA, Switzerland and the United Kingdom.
const COUNTRIES: [u32; 32] = [
    40, 56, 100, 191, 196, 203, 208, 233, 246, 250, 276, 300, 348, 352, 372, 380, 428, 438, 440, 442, 470, 528, 578,
    616, 620, 642, 703, 705, 724, 752, 756, 826,
];
/// What Finnish cards begin with: country and institution.
const FINLAND: [u8; 8] = [2, 4, 6, 8, 0, 2, 4, 6];

/// Whether a text is the number of a card of any country but Finland, whose cards have an identifier of their own.
pub(super) fn card(text: &str) -> bool {
    issued(text).is_some_and(|digits| {
        let [_, _, issuer @ .., _, _, _, _, _, _, _, _, _, _] = &digits;
        let [country @ .., _, _, _, _, _] = issuer;
        *issuer != FINLAND && COUNTRIES.contains(&value(country))
    })
}

/// Whether a text is the number of a Finnish card.
pub(super) fn finland(text: &str) -> bool {
    issued(text).is_some_and(|digits| {
        let [_, _, issuer @ .., _, _, _, _, _, _, _, _, _, _] = &digits;
        *issuer == FINLAND
    })
}

/// The digits, if they begin with 80, stand in usual groups and do not end in a filler.
fn issued(text: &str) -> Option<[u8; 20]> {
    let written = Written::parse(text, b" -")?;
    let digits = written.digits::<20>()?;
    let [m1, m2, _, _, _, _, _, _, _, _, own @ ..] = &digits;
    let grouped = written.is_in_fours() || written.breaks_only_between(&[2, 3, 5, 5]);
    ((*m1, *m2) == (8, 0) && grouped && !is_one_digit(own)).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::{card, finland};

    #[test]
    fn cards() {
        for valid in
            ["80276001011234567890", "80 276 00101 1234567890", "8027 6001 0112 3456 7890", "80380 00090 01234 56789"]
        {
            assert!(card(valid), "{valid}");
        }
        for wrong in [
            "81276001011234567890",
            "80999001011234567890",
            "80276001010000000000",
            "8027600101123456789",
            "802 760 01011234567890",
            "80 276-00101 1234567890",
            "80246802460000000001",
            "",
        ] {
            assert!(!card(wrong), "{wrong}");
        }
        assert!(finland("80246802460000000001") && finland("8024680246 0000000001"));
        assert!(!finland("80246802450000000001") && !finland("80246802460000000000") && !finland(""));
    }
}
