//! Brazilian telephone numbers: area code and eight digits, or nine for mobiles. Whether a number is in service is not known.

use super::layout::{digits, layout};
use super::phone::nanp;
use super::written::is_one_digit;

/// The area codes that exist, by their first digit.
const AREAS: [&str; 10] =
    ["", "123456789", "12478", "1234578", "123456789", "1345", "123456789", "134579", "123456789", "123456789"];

/// Whether a text is a number with an area code, and the country's code or not: `+55 11 96123-4567`, `(11) 2345-6789`,
/// `11961234567`, or one that is dialled without an area code everywhere: `0800 123 4567`.
pub(super) fn brazil_phone(text: &str) -> bool {
    is_nationwide(text) || is_of_an_area(text)
}

/// `0800`, `0300` or `0500`, and six or seven digits.
fn is_nationwide(text: &str) -> bool {
    const FORMS: [&str; 9] = [
        "0000 00 0000",
        "0000 000 0000",
        "0000-00-0000",
        "0000-000-0000",
        "0000 000-0000",
        "0000.00.0000",
        "0000.000.0000",
        "0000000000",
        "00000000000",
    ];
    let number = digits(text);
    matches!(number.as_slice(), [0, 3 | 5 | 8, 0, 0, rest @ ..] if !is_one_digit(rest))
        && FORMS.contains(&layout(text).as_str())
}

fn is_of_an_area(text: &str) -> bool {
    let abroad = text.strip_prefix("+55").or_else(|| text.strip_prefix("0055"));
    let national = abroad.map_or(text, |rest| rest.strip_prefix([' ', '-', '.']).unwrap_or(rest));
    let number = digits(national);
    let trunk = number.first() == Some(&0);
    let Some((area, line)) = number.get(usize::from(trunk)..).and_then(|digits| digits.split_at_checked(2)) else {
        return false;
    };
    let in_use = match line {
        [9, _, rest @ ..] if line.len() == 9 => !is_one_digit(rest),
        [2..=5 | 7, ..] if line.len() == 8 => !is_one_digit(line),
        _ => false,
    };
    let is_area =
        matches!(area, [a, b] if AREAS.get(usize::from(*a)).is_some_and(|codes| codes.bytes().any(|c| c == b'0' + b)));
    // Ten digits in a row that can be a number of North America are more often that, and those from 16 on the seconds of a clock.
    let plain = abroad.is_none() && national.len() == 10;
    let foreign = plain && (nanp(national) || matches!(area, [1, 6 | 7]));
    in_use && is_area && is_laid_out(national, line.len() == 9, trunk) && !foreign
}

fn is_laid_out(national: &str, mobile: bool, trunk: bool) -> bool {
    let one_less = |text: &'static str| move |rest: &str| rest.strip_suffix(text).map(str::to_owned);
    let bare = |rest: &str| rest.strip_suffix([' ', '-', '.']).unwrap_or(rest).to_owned();
    let block = one_less("0000");
    let line = block(&layout(national)).map(|rest| bare(&rest)).and_then(|rest| block(&rest));
    let nine = |rest: String| if mobile { one_less("0")(&bare(&rest)) } else { Some(rest) };
    let area = line.and_then(nine).map(|rest| bare(&rest));
    let forms: &[&str] = if trunk { &["000", "(000)", "0(00)", "0 (00)"] } else { &["00", "(00)"] };
    area.is_some_and(|area| forms.contains(&area.as_str()))
}

#[cfg(test)]
mod tests {
    use super::brazil_phone;

    #[test]
    fn usual_ways_to_write_it() {
        for valid in [
            "+55 11 96123-4567",
            "+5511961234567",
            "+55 (11) 96123-4567",
            "+55-11-96123-4567",
            "0055 11 2345-6789",
            "(11) 2345-6789",
            "(11)96123-4567",
            "11961234567",
            "11 9 6123-4567",
            "(011) 2345-6789",
            "011 96123-4567",
            "(21) 2345-6789",
            "21.2345.6789",
            "1123456789",
            "0800 12 0075",
            "0800-123-4567",
            "08001234567",
        ] {
            assert!(brazil_phone(valid), "{valid}");
        }
    }

    #[test]
    fn near_misses() {
        for wrong in [
            "+55 10 96123-4567",
            "+55 23 2345-6789",
            "+55 11 86123-4567",
            "+55 11 1345-6789",
            "+55 11 6123-456",
            "+54 11 96123-4567",
            "2125551234",
            "1722345678",
            "(11 96123-4567",
            "11) 96123-4567",
            "11 961234-567",
            "11  96123-4567",
            "(11) 99999-9999",
            "96123-4567",
            "0800 0000000",
            "0700 123 4567",
            "+55",
            "é",
            "",
        ] {
            assert!(!brazil_phone(wrong), "{wrong}");
        }
    }
}
