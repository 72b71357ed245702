//! Numbers of France: social security (NIR, also called INSEE number), identity card, tax (SPI) and the health card's own.
//!
//! The identity card's numbers have no check digit outside its machine-readable zone, nor has the health card's: there,
//! only the structure is looked at. A NIR without its key is not believed, for nothing then tells it from a timestamp.

use super::written::{Written, is_one_digit, value};

/// Whether a text is a NIR with its key: sex, year, month, department, commune, order, key: `2 95 10 99 126 111 93`.
pub(super) fn nir(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" .-") else { return false };
    let Ok(symbols) = <[u8; 15]>::try_from(written.symbols()) else { return false };
    // Corsica: 2A counts as 19 and 2B as 18.
    let [.., d1, d2, _, _, _, _, _, _, _, _] = symbols;
    let corsican = match (d1, d2.to_ascii_uppercase()) {
        (b'2', b'A') => Some([1, 9]),
        (b'2', b'B') => Some([1, 8]),
        _ => None,
    };
    let mut digits = symbols.map(|b| b.wrapping_sub(b'0'));
    if let (Some(stand_in), Some(place)) = (corsican, digits.get_mut(5..7)) {
        place.copy_from_slice(&stand_in);
    }
    if digits.iter().any(|digit| *digit > 9) || !written.breaks_only_between(&[1, 2, 2, 2, 3, 3]) {
        return false;
    }
    let [sex, _, _, m1, m2, p1, p2, c1, c2, c3, o1, o2, o3, k1, k2] = digits;
    let number = digits.iter().take(13).fold(0, |sum: u64, digit| sum * 10 + u64::from(*digit));
    matches!(sex, 1..=4 | 7 | 8)
        // From 20 on the month is not known: the civil register does not say it.
        && matches!(value(&[m1, m2]), 1..=12 | 20 | 30..=42 | 50..=99)
        && (p1, p2) != (0, 0)
        && (c1, c2, c3) != (0, 0, 0)
        && (o1, o2, o3) != (0, 0, 0)
        && u64::from(value(&[k1, k2])) == 97 - number % 97
}

/// Whether a text has the form of an identity card's number: of 1988 to 2021 year, month, department and serial in twelve
/// digits, or of the present card nine capitals and digits without vowels.
pub(super) fn identity_card(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" ") else { return false };
    if let Some(digits) = written.digits::<12>() {
        let [y1, y2, m1, m2, p1, p2, _, serial @ ..] = digits;
        return (written.is_plain() || written.is_in_fours())
            && matches!(value(&[y1, y2]), 88..=99 | 0..=21)
            && matches!(value(&[m1, m2]), 1..=12)
            && matches!(value(&[p1, p2]), 1..=95 | 97..=99)
            && serial.iter().any(|digit| *digit != 0);
    }
    let symbols = written.symbols();
    let count = symbols.iter().filter(|b| b.is_ascii_digit()).count();
    written.is_plain()
        && matches!(symbols, [b'A'..=b'Z', .., b'0'..=b'9'] if symbols.len() == 9)
        && symbols.iter().all(|b| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"AEIOU".contains(b)))
        && (2..=7).contains(&count)
}

/// Whether a text is a tax number (SPI): ten digits, and their remainder modulo 511 in three: `30 23 217 600 053`.
pub(super) fn tax(text: &str) -> bool {
    let Some(written) = Written::parse(text, b" ") else { return false };
    let Some(digits) = written.digits::<13>() else { return false };
    let [first, ..] = digits;
    let number = digits.iter().take(10).fold(0, |sum: u64, digit| sum * 10 + u64::from(*digit));
    let [.., k1, k2, k3] = digits;
    (written.is_plain() || written.is_grouped(&[2, 2, 3, 3]))
        && first <= 3
        && number != 0
        && u64::from(value(&[k1, k2, k3])) == number % 511
}

/// Whether a text is what stands on a health card: the holder's NIR, or the card's own number of 21 digits in 10-10-1.
pub(super) fn health_card(text: &str) -> bool {
    let own = |written: Written| {
        let digits = written.digits::<21>()?;
        let [front @ .., _] = &digits;
        Some(written.breaks_only_between(&[10, 10]) && !is_one_digit(front))
    };
    nir(text) || Written::parse(text, b" ").and_then(own).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn social_security() {
        for valid in [
            "2 95 10 99 126 111 93",
            "295109912611193",
            "253072B07300470",
            "253072A07300443",
            "2951099126111 93",
            "2.95.10.99.126.111.93",
        ] {
            assert!(nir(valid), "{valid}");
        }
        for wrong in [
            "2 95 10 99 126 111 92",
            "295109912611194",
            "253072A07300470",
            "253072C07300443",
            "295 109 912 611 193",
            "2951099126111",
            "000000000000097",
            "5 95 10 99 126 111 93",
            "",
        ] {
            assert!(!nir(wrong), "{wrong}");
        }
    }

    #[test]
    fn each_digit_counts() {
        let number = "295109912611193";
        for at in 0..number.len() {
            let mut changed = number.as_bytes().to_vec();
            changed[at] = if changed[at] == b'9' { b'0' } else { changed[at] + 1 };
            let changed = String::from_utf8(changed).unwrap();
            assert!(!nir(&changed), "{changed}");
        }
    }

    #[test]
    fn cards() {
        for valid in ["880692310285", "1204 7535 0412", "X4RTBPFW4", "D2H6862M2"] {
            assert!(identity_card(valid), "{valid}");
        }
        for wrong in
            ["881392310285", "450692310285", "880600310285", "880692300000", "X4RTBPFWA", "X4RTAPFW4", "123456789"]
        {
            assert!(!identity_card(wrong), "{wrong}");
        }
        assert!(health_card("8025000001 0012345678 9") && health_card("2 95 10 99 126 111 93"));
        assert!(!health_card("000000000000000000000") && !health_card("80250000010012345678"));
        assert!(!health_card("80250 000010012345678 9"));
    }

    #[test]
    fn taxpayers() {
        for valid in ["30 23 217 600 053", "3023217600053", "0701987765493"] {
            assert!(tax(valid), "{valid}");
        }
        for wrong in ["30 23 217 600 054", "3023217600153", "0000000000000", "302 32 176 00 053", "4023217600053", ""] {
            assert!(!tax(wrong), "{wrong}");
        }
    }
}
