//! Vehicle identification numbers (ISO 3779, ISO 3780, and 49 CFR 565 for the check digit).
//!
//! Position 9 is a check digit where the law of the maker's region wants one: North America and China. Elsewhere makers
//! put there what they like, so those numbers have their structure alone. Which codes are assigned to a maker is not known here.

use super::written::is_one_digit;

/// What each position weighs; the ninth is the check digit itself.
const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/// Whether a text is a vehicle identification number: 17 characters without I, O and Q, the last four of them digits.
pub(super) fn vin(text: &str) -> bool {
    let Ok(number) = <[u8; 17]>::try_from(text.as_bytes()) else { return false };
    let number = number.map(|b| b.to_ascii_uppercase());
    let values = number.map(value);
    let mixed = number.iter().any(u8::is_ascii_digit) && number.iter().any(u8::is_ascii_alphabetic);
    let [region, second, ..] = number;
    values.iter().all(Option::is_some)
        && mixed
        && region != b'0'
        && number.iter().skip(13).all(u8::is_ascii_digit)
        && !number.get(11..).is_some_and(|serial| serial.iter().all(|b| *b == b'0'))
        && !number.get(3..).is_some_and(is_one_digit)
        && (!has_check_digit(region, second) || number.get(8) == Some(&check_digit(values)))
}

/// Whether the region of a manufacturer obliges it to put a check digit: 1, 4, 5 and 7F to 70 are the United States,
/// 2 Canada, 3 Mexico and its neighbours, L China.
fn has_check_digit(region: u8, second: u8) -> bool {
    matches!(region, b'1'..=b'5' | b'L') || (region == b'7' && !matches!(second, b'A'..=b'E'))
}

fn check_digit(values: [Option<u32>; 17]) -> u8 {
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value.unwrap_or(0) * weight).sum();
    match (sum % 11) as u8 {
        10 => b'X',
        digit => b'0' + digit,
    }
}

/// What a character counts in the sum; none for characters that no number holds.
fn value(byte: u8) -> Option<u32> {
    Some(match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'H' => u32::from(byte - b'A') + 1,
        b'J'..=b'N' => u32::from(byte - b'J') + 1,
        b'P' => 7,
        b'R' => 9,
        b'S'..=b'Z' => u32::from(byte - b'S') + 2,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::vin;

    #[test]
    fn published_numbers() {
        for valid in [
            "1M8GDM9AXKP042788",
            "1HGCM82633A004352",
            "1hgcm82633a004352",
            "5YJSA1DG9DFP14705",
            "LJCPCBLCX11000237",
            "WVWZZZ1JZ3W386752",
            "7A8DK1C0812345678",
        ] {
            assert!(vin(valid), "{valid}");
        }
    }

    #[test]
    fn near_misses() {
        for wrong in [
            "1M8GDM9A1KP042788",  // check digit
            "1HGCM82643A004352",  // check digit
            "LJCPCBLC011000237",  // check digit, China
            "7SADK1C0812345678",  // check digit, United States
            "WVWZZZ1JZ3W38675",   // length
            "WVWZZZ1JZ3W3867522", // length
            "WVWZZZ1JZ3O386752",  // letter O
            "WVWZZZ1JZ3W38675A",  // the end is no number
            "0VWZZZ1JZ3W386752",  // no region
            "WVWZZZ1JZ3W000000",
            "11111111111111111",
            "12345678901234567",
            "",
        ] {
            assert!(!vin(wrong), "{wrong}");
        }
    }

    #[test]
    fn every_changed_digit_is_noticed_in_north_america() {
        let number = "1HGCM82633A004352";
        for at in 9..17 {
            let mut changed = number.as_bytes().to_vec();
            changed[at] = if changed[at] == b'7' { b'6' } else { b'7' };
            assert!(!vin(std::str::from_utf8(&changed).unwrap()), "{at}");
        }
    }
}
