//! What the magnetic stripe of a payment card holds: tracks 1 and 2 (ISO/IEC 7813).
//!
//! The discretionary data behind the service code is the issuer's, and so is the check character behind the end.

use super::card::credit_card;

/// Whether a text is track 1 (`%B…^NAME^…?`) or track 2 (`;…=…?`), sentinels or none, with a payment card's number.
pub(super) fn magnetic_stripe(text: &str) -> bool {
    let text = text.strip_suffix('?').unwrap_or(text);
    let text = text.strip_prefix(['%', ';']).unwrap_or(text);
    match text.strip_prefix(['B', 'b']) {
        Some(track) => first(track),
        None => second(text),
    }
}

fn first(track: &str) -> bool {
    let mut fields = track.splitn(3, '^');
    let (Some(number), Some(name), Some(rest)) = (fields.next(), fields.next(), fields.next()) else { return false };
    is_number(number)
        && (2..=26).contains(&name.len())
        && name.bytes().any(|b| b.is_ascii_alphabetic())
        && name.bytes().all(|b| (b' '..b'`').contains(&b) || b.is_ascii_lowercase())
        && ends_well(rest, '^', |b| (b' '..=b'z').contains(&b) && b != b'?')
}

fn second(track: &str) -> bool {
    let Some((number, rest)) = track.split_once(['=', 'D']) else { return false };
    is_number(number) && ends_well(rest, '=', |b| b.is_ascii_digit())
}

/// A card's number without separators. Twelve digits or fewer are no payment card.
fn is_number(number: &str) -> bool {
    number.bytes().all(|b| b.is_ascii_digit()) && credit_card(number)
}

/// Expiration as `YYMM` and service code, each of which may be replaced by the separator, then the issuer's own data.
fn ends_well(rest: &str, absent: char, own: fn(u8) -> bool) -> bool {
    let expiration = |four: &str| matches!(four.get(2..).and_then(|m| m.parse::<u32>().ok()), Some(1..=12));
    let rest = match (rest.strip_prefix(absent), rest.split_at_checked(4)) {
        (Some(rest), _) => rest,
        (None, Some((four, rest))) if is_digits(four) && expiration(four) => rest,
        _ => return false,
    };
    let rest = match (rest.strip_prefix(absent), rest.split_at_checked(3)) {
        (Some(rest), _) => rest,
        (None, Some((three, rest))) if is_digits(three) => rest,
        _ => return false,
    };
    rest.bytes().all(own)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::magnetic_stripe;

    #[test]
    fn tracks() {
        for valid in [
            "%B4111111111111111^DOE/JOHN^27121010000000000000?",
            "%B4111111111111111^DOE/JOHN A.MR^2712101?",
            "B4111111111111111^DOE/JOHN^^101XX",
            "%B4111111111111111^DOE/JOHN^2712^?",
            ";4111111111111111=27121010000000000000?",
            ";4111111111111111==101?",
            "4111111111111111=27121011234567890",
            "4111111111111111D2712101",
            ";378282246310005=2712101123?",
        ] {
            assert!(magnetic_stripe(valid), "{valid}");
        }
    }

    #[test]
    fn near_misses() {
        for wrong in [
            "%B4111111111111112^DOE/JOHN^27121010000000000000?", // check digit
            "%B4111111111111111^DOE/JOHN^27131010000000000000?", // month
            "%B4111111111111111^^27121010000000000000?",         // no name
            "%B4111111111111111^DOE/JOHN^271?",
            "%B4111111111111111^DOE/JOHN",
            ";4111111111111112=27121010000000000000?",
            ";4111111111111111=27001010000000000000?",
            ";4111111111111111=2712101AB?",
            ";4111 1111 1111 1111=2712101?",
            ";4111111111111111?",
            ";0000000000000000=2712101?",
            "B",
            "%",
            "?",
            "",
        ] {
            assert!(!magnetic_stripe(wrong), "{wrong}");
        }
    }
}
