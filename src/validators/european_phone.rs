//! Telephone numbers of France, Germany, Italy, Spain and the United Kingdom: which beginnings and lengths their plans know,
//! and how each country sets the groups apart. That tells the countries from one another where a number has no country code.
//!
//! Whether a number is in service is not known here; numbers kept for fiction have the form of any other.

use super::dialled::Dialled;

/// A French number: nine digits behind the zero, in pairs.
pub(super) fn france(text: &str) -> bool {
    const GROUPS: [&[usize]; 4] = [&[9], &[1, 2, 2, 2, 2], &[3, 2, 2, 2], &[3, 3, 3]];
    any(text, b"33", |whole| {
        let Some(number) = whole.without_trunk() else { return false };
        let known = matches!(
            number.digits.as_slice(),
            [b'1'..=b'6' | b'9', ..] | [b'7', b'3'..=b'9', ..] | [b'8', b'0' | b'1' | b'2' | b'9', ..]
        );
        let groups = number.groups();
        let usual = GROUPS.contains(&groups.as_slice()) || (number.international && *groups == [1, 8]);
        // Hundreds set apart are for the special numbers and mobile ones.
        let thirds = *groups == [3, 3, 3] && matches!(number.digits.first(), Some(b'1'..=b'5'));
        known && number.digits.len() == 9 && usual && !thirds && !number.is_filler()
    })
}

/// A Spanish number: nine digits without a trunk zero.
pub(super) fn spain(text: &str) -> bool {
    const GROUPS: [&[usize]; 6] = [&[9], &[3, 3, 3], &[3, 2, 2, 2], &[2, 3, 2, 2], &[2, 7], &[3, 6]];
    any(text, b"34", |number| {
        let known = matches!(
            number.digits.as_slice(),
            [b'6', ..]
                | [b'7', b'0'..=b'4', ..]
                | [b'8' | b'9', b'1'..=b'8', ..]
                | [b'8', b'0', b'0' | b'3' | b'6' | b'7', ..]
                | [b'9', b'0', b'0' | b'1' | b'2' | b'5' | b'9', ..]
        );
        known && number.digits.len() == 9 && GROUPS.contains(&number.groups().as_slice()) && !number.is_filler()
    })
}

/// A British number: nine or ten digits behind the zero.
pub(super) fn uk(text: &str) -> bool {
    any(text, b"44", |whole| whole.without_trunk().is_some_and(|number| is_british(&number)))
}

fn is_british(number: &Dialled) -> bool {
    let length = number.digits.len();
    let short = matches!(number.digits.as_slice(), [b'1', b'2'..=b'9', ..] | [b'8', b'0', ..]);
    let areas: &[usize] = match number.digits.as_slice() {
        [b'1', b'1', b'3'..=b'8', ..]
        | [b'1', b'2'..=b'6' | b'9', b'1', ..]
        | [b'3', b'0', b'0' | b'3' | b'6', ..]
        | [b'3', b'3' | b'4' | b'7', ..]
        | [b'5', b'5' | b'6', ..]
        | [b'8', b'0', b'0' | b'8', ..]
        | [b'8', b'4', b'2'..=b'5', ..]
        | [b'8', b'7', b'0'..=b'3', ..]
        | [b'9', b'0' | b'1' | b'8', ..] => &[3],
        // Some villages have five digits; to list them all would not tell more.
        [b'1', b'2'..=b'9', b'0' | b'2'..=b'9', ..] => &[4, 5],
        [b'2', b'0', b'3' | b'4' | b'7' | b'8', ..]
        | [b'2', b'3', b'8' | b'9', ..]
        | [b'2', b'4', b'7', ..]
        | [b'2', b'8', b'2'..=b'9', ..]
        | [b'2', b'9', b'2', ..] => &[2],
        [b'7', b'0' | b'3' | b'4' | b'5' | b'7' | b'8' | b'9', ..] | [b'7', b'6', b'2', b'4', ..] => &[4, 3],
        _ => return false,
    };
    let single = number.groups().last() == Some(&1);
    (length == 10 || (length == 9 && short))
        && areas.iter().any(|area| number.has_area(*area))
        && !single
        && !number.is_filler()
}

/// An Italian number. Its zero belongs to it and is dialled from abroad too.
pub(super) fn italy(text: &str) -> bool {
    any(text, b"39", |number| match number.digits.as_slice() {
        [b'0', ..] => is_italian_line(number),
        [b'3', ..] => is_italian_mobile(number),
        [b'8', b'0', b'0', ..] | [b'1', b'9', b'9', ..] | [b'8', b'9' | b'4', b'0' | b'2' | b'9', ..] => {
            number.digits.len() == 9
                && matches!(number.groups().as_slice(), [9] | [3, 6] | [3, 3, 3])
                && !number.is_filler()
        }
        // Written with the zero in brackets dropped: `+39 2 1234 5678` is an error, and reaches nobody.
        _ => false,
    })
}

fn is_italian_line(number: &Dialled) -> bool {
    let area = match number.digits.as_slice() {
        [_, b'2' | b'6', ..] => 2,
        [_, b'1' | b'3' | b'4' | b'5' | b'7' | b'8' | b'9', b'0' | b'1' | b'5' | b'9', ..] => 3,
        [_, b'1' | b'3' | b'4' | b'5' | b'7' | b'8' | b'9', ..] => 4,
        _ => return false,
    };
    let longest = if number.international { 11 } else { 10 };
    let bracketed_zero =
        number.international && matches!(number.groups().as_slice(), [1, rest, ..] if rest + 1 == area);
    (8..=longest).contains(&number.digits.len())
        && number.digits.get(area).is_some_and(|first| *first != b'0')
        && (number.has_area(area) || bracketed_zero)
        && number.groups().last() != Some(&1)
        && !number.is_filler()
}

fn is_italian_mobile(number: &Dialled) -> bool {
    let groups = number.groups();
    let usual = matches!(
        groups.as_slice(),
        [9 | 10] | [3, 6 | 7] | [3, 3, 3 | 4] | [3, 2, 2, 2 | 3] | [3, 2, 3, 2] | [3, 3, 2, 2] | [3, 4, 3]
    );
    // 3-3-4 with hyphens or dots is how Americans write; many of their area codes are Italian prefixes too.
    let american = !number.international && number.hyphenated && *groups == [3, 3, 4];
    let length = number.digits.len();
    (length == 10 || (length == 9 && number.international))
        && (number.international || matches!(number.digits.as_slice(), [_, b'2'..=b'9', ..]))
        && usual
        && !american
        && !number.is_filler()
}

/// A German number: area code and line of many lengths.
pub(super) fn germany(text: &str) -> bool {
    any(text, b"49", |whole| {
        let Some(number) = whole.without_trunk() else { return false };
        let length = number.digits.len();
        let ends_alone = number.groups().last() == Some(&1) && !number.extended;
        if ends_alone || number.is_filler() {
            return false;
        }
        let (areas, lengths): (&[usize], _) = match number.digits.as_slice() {
            [b'1', b'5', ..] => (&[3, 4], 11..=11),
            [b'1', b'6', b'0' | b'2' | b'3', ..] | [b'1', b'7', ..] => (&[3], 10..=11),
            [b'8', b'0', b'0', ..] => (&[3], 10..=10),
            [b'1', b'8', b'0', b'1'..=b'7', ..] => (&[3, 4], 9..=11),
            [b'9', b'0', b'0', b'1' | b'3' | b'5', ..] => (&[3, 4], 10..=10),
            [b'1', b'3', b'7' | b'8', ..] => (&[3, 4], 8..=10),
            [b'7', b'0', b'0', ..] => (&[3], 11..=11),
            [b'3', b'2', ..] => (&[2], 11..=11),
            _ => return is_german_line(&number),
        };
        lengths.contains(&length) && areas.iter().any(|area| number.has_area(*area))
    })
}

fn is_german_line(number: &Dialled) -> bool {
    let areas: &[usize] = match number.digits.as_slice() {
        [b'3' | b'4', b'0', ..] | [b'6' | b'8', b'9', ..] => &[2],
        [b'2', b'0', b'1' | b'2' | b'3' | b'8' | b'9', ..]
        | [b'9', b'0', b'6', ..]
        | [b'2', b'1', b'2' | b'4', ..]
        | [b'2', b'2', b'8', ..]
        | [b'2', b'3', b'4', ..]
        | [b'3', b'3' | b'4' | b'5' | b'6' | b'7' | b'8' | b'9', b'5', ..]
        | [b'3', b'4', b'0', ..]
        | [b'2'..=b'9', b'1'..=b'9', b'1', ..] => &[3],
        [b'3', b'3'..=b'9', ..] => &[4, 5],
        [b'2'..=b'9', b'0'..=b'9', ..] => &[4],
        _ => return false,
    };
    let begins = |area: &usize| number.digits.get(*area).is_some_and(|first| *first != b'0');
    // Germans set the area code apart. Run together, a number that the British plan reads as well is left to that.
    let may_be_british = number.is_plain() && !number.international && is_british(number);
    (7..=11).contains(&number.digits.len())
        && areas.iter().any(|area| number.has_area(*area) && begins(area))
        && !may_be_british
}

fn any(text: &str, country: &[u8], known: impl Fn(&Dialled) -> bool) -> bool {
    Dialled::readings(text, country).any(|number| known(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(rule: fn(&str) -> bool, valid: &[&str], wrong: &[&str]) {
        for text in valid {
            assert!(rule(text), "{text}");
        }
        for text in wrong {
            assert!(!rule(text), "{text}");
        }
    }

    #[test]
    fn french() {
        let valid = ["01 99 00 12 34", "01.99.00.12.34", "0199001234", "+33 1 99 00 12 34", "+33 (0)1 99 00 12 34"];
        hold(france, &valid, &["01 9900 1234", "01 99 00 12 3", "07 09 00 12 34", "08 33 00 12 34", "199001234"]);
        let valid = ["+33639980012", "0033 6 39 98 00 12", "33639980012", "0800 123 456", "+33) 6 39 98 00 12"];
        hold(france, &valid, &["06 00 00 00 00", "+34 639980012", "0033 0 00", "01 99-00", ""]);
    }

    #[test]
    fn german() {
        let valid =
            ["030 23125 123", "030/23125123", "(030) 23125-0", "0171 3920012", "+49 171 3920012", "03302 499123"];
        hold(germany, &valid, &["03 023125123", "0151 123456", "0161 1234567", "030 012345", "0171 39200", "030 1234"]);
        let valid =
            ["+49 (0)30 23125123", "0049 30 23125123", "015228817386", "033051 12345", "089 1234-567", "491713920012"];
        hold(germany, &valid, &["07700900123", "020 7946 0018", "01 99 00 12 34", "+49 1", "0", ""]);
    }

    #[test]
    fn italian() {
        let valid =
            ["02 1234 5678", "02/12345678", "0212345678", "+39 02 1234 5678", "+39 (0)2 1234 5678", "0444 123456"];
        hold(
            italy,
            &valid,
            &["021 2345678", "02 0234 5678", "02 123", "020 7946 0018", "+39 2 1234 5678", "01632960123"],
        );
        let valid =
            ["+39 312 345 6789", "340 1234567", "3401234567", "+39 340 123 4567", "393401234567", "800 123 456"];
        hold(
            italy,
            &valid,
            &["312 345 6789", "347-345-6789", "347.345.6789", "302 345 6789", "34 01234567", "3333333333", ""],
        );
    }

    #[test]
    fn spanish() {
        let valid = ["612 34 56 78", "912 345 678", "91 234 56 78", "612345678", "+34 612345678", "0034 612 34 56 78"];
        hold(spain, &valid, &["512 345 678", "612 3456 78", "61234567", "790 123 456", "909-12", "666666666", ""]);
    }

    #[test]
    fn british() {
        let valid = ["020 7946 0018", "(020) 7946 0018", "+44 20 7946 0018", "+44 (0)20 7946 0018", "0121 496 0123"];
        hold(
            uk,
            &valid,
            &["02 079460018", "020 1946 0018", "0207946001", "0171 946 0018", "0612 345 6789", "04123 123456"],
        );
        let valid = ["07700 900123", "07700900123", "01632 960123", "0044 7700 900123", "447700900123", "016977 2345"];
        hold(uk, &valid, &["07600 900123", "07000000000", "0770 0", "20 7946 0018", "+1 20 7946 0018", ""]);
    }
}
