//! Postal codes of eight countries, and the regions they belong to. Knows nothing of streets.

/// From the first to the last.
type Ranges = &'static [(u16, u16)];
type State = (&'static str, &'static str, Ranges);

/// States of the USA: abbreviation, name, and the ranges of the first three digits of their ZIP codes.
const STATES: &[State] = &[
    ("AL", "alabama", &[(350, 369)]),
    ("AK", "alaska", &[(995, 999)]),
    ("AZ", "arizona", &[(850, 865)]),
    ("AR", "arkansas", &[(716, 729)]),
    ("CA", "california", &[(900, 961)]),
    ("CO", "colorado", &[(800, 816)]),
    ("CT", "connecticut", &[(60, 69)]),
    ("DE", "delaware", &[(197, 199)]),
    ("DC", "district of columbia", &[(200, 205), (569, 569)]),
    ("FL", "florida", &[(320, 349)]),
    ("GA", "georgia", &[(300, 319), (398, 399)]),
    ("HI", "hawaii", &[(967, 968)]),
    ("ID", "idaho", &[(832, 838)]),
    ("IL", "illinois", &[(600, 629)]),
    ("IN", "indiana", &[(460, 479)]),
    ("IA", "iowa", &[(500, 528)]),
    ("KS", "kansas", &[(660, 679)]),
    ("KY", "kentucky", &[(400, 427)]),
    ("LA", "louisiana", &[(700, 714)]),
    ("ME", "maine", &[(39, 49)]),
    ("MD", "maryland", &[(206, 219)]),
    ("MA", "massachusetts", &[(10, 27), (55, 55)]),
    ("MI", "michigan", &[(480, 499)]),
    ("MN", "minnesota", &[(550, 567)]),
    ("MS", "mississippi", &[(386, 397)]),
    ("MO", "missouri", &[(630, 658)]),
    ("MT", "montana", &[(590, 599)]),
    ("NE", "nebraska", &[(680, 693)]),
    ("NV", "nevada", &[(889, 898)]),
    ("NH", "new hampshire", &[(30, 38)]),
    ("NJ", "new jersey", &[(70, 89)]),
    ("NM", "new mexico", &[(870, 884)]),
    ("NY", "new york", &[(5, 5), (63, 63), (100, 149)]),
    ("NC", "north carolina", &[(270, 289)]),
    ("ND", "north dakota", &[(580, 588)]),
    ("OH", "ohio", &[(430, 459)]),
    ("OK", "oklahoma", &[(730, 749)]),
    ("OR", "oregon", &[(970, 979)]),
    ("PA", "pennsylvania", &[(150, 196)]),
    ("RI", "rhode island", &[(28, 29)]),
    ("SC", "south carolina", &[(290, 299)]),
    ("SD", "south dakota", &[(570, 577)]),
    ("TN", "tennessee", &[(370, 385)]),
    ("TX", "texas", &[(750, 799), (885, 885)]),
    ("UT", "utah", &[(840, 847)]),
    ("VT", "vermont", &[(50, 59)]),
    ("VA", "virginia", &[(201, 201), (220, 246)]),
    ("WA", "washington", &[(980, 994)]),
    ("WV", "west virginia", &[(247, 268)]),
    ("WI", "wisconsin", &[(530, 549)]),
    ("WY", "wyoming", &[(820, 831)]),
    ("PR", "puerto rico", &[(6, 9)]),
    ("VI", "virgin islands", &[(8, 8)]),
    ("GU", "guam", &[(969, 969)]),
    ("AE", "", &[(90, 98)]),
    ("AA", "", &[(340, 340)]),
    ("AP", "", &[(962, 966)]),
];

/// Areas of the United Kingdom.
const AREAS: &str = " AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX \
    FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL \
    OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS \
    WV YO ZE ";

fn number(code: &str, digits: usize) -> Option<u32> {
    (code.len() == digits && code.bytes().all(|b| b.is_ascii_digit())).then(|| code.parse().ok())?
}

/// Whether the words before a ZIP code end with the state it lies in; how many words the state takes.
pub(super) fn usa(before: &[&str], zip: &str) -> Option<usize> {
    let (five, four) = zip.split_once('-').unwrap_or((zip, "0000"));
    let prefix = u16::try_from(number(five, 5)? / 100).ok()?;
    number(four, 4)?;
    let lies_in = |ranges: &[(u16, u16)]| ranges.iter().any(|(low, high)| (*low..=*high).contains(&prefix));
    let last = before.last()?.trim_end_matches('.');
    if let Some((_, _, ranges)) = STATES.iter().find(|(short, _, _)| *short == last) {
        return lies_in(ranges).then_some(1);
    }
    (1..=3).find(|count| {
        let words = before.len().checked_sub(*count).and_then(|from| before.get(from..)).unwrap_or_default();
        let name = words.join(" ").to_lowercase();
        !name.is_empty() && STATES.iter().any(|(_, full, ranges)| *full == name && lies_in(ranges))
    })
}

/// Whether a state of Australia has that code.
pub(super) fn australia(state: &str, code: &str) -> bool {
    let Some(code) = number(code, 4) else { return false };
    match state {
        "NSW" => matches!(code, 1000..=2599 | 2619..=2899 | 2921..=2999),
        "ACT" => matches!(code, 200..=299 | 2600..=2618 | 2900..=2920),
        "VIC" => matches!(code, 3000..=3999 | 8000..=8999),
        "QLD" => matches!(code, 4000..=4999 | 9000..=9999),
        "SA" => matches!(code, 5000..=5999),
        "WA" => matches!(code, 6000..=6999),
        "TAS" => matches!(code, 7000..=7999),
        "NT" => matches!(code, 800..=999),
        _ => false,
    }
}

/// Canada's codes: letters and digits by turns; D, F, I, O, Q and U are not used, nor W and Z in front.
pub(super) fn canada(code: &str) -> bool {
    let fits = |(at, b): (usize, u8)| match at {
        0 => b"ABCEGHJKLMNPRSTVXY".contains(&b),
        2 | 4 => b"ABCEGHJKLMNPRSTVWXYZ".contains(&b),
        _ => b.is_ascii_digit(),
    };
    code.len() == 6 && code.bytes().enumerate().all(fits)
}

/// The United Kingdom's: area, district, and behind the space a digit and two letters, none of them C, I, K, M, O or V.
pub(super) fn united_kingdom(outward: &str, inward: &str) -> bool {
    let area: String = outward.chars().take_while(char::is_ascii_uppercase).collect();
    let district = outward.get(area.len()..).unwrap_or_default().as_bytes();
    let known = !area.is_empty() && AREAS.contains(&format!(" {area} "));
    let numbered = matches!(district, [a] | [a, _] if a.is_ascii_digit())
        && district.iter().skip(1).all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    let inner = |b: &u8| b.is_ascii_uppercase() && !b"CIKMOV".contains(b);
    known && numbered && matches!(inward.as_bytes(), [d, a, b] if d.is_ascii_digit() && inner(a) && inner(b))
}

/// The department comes first: 01 to 95, and overseas.
pub(super) fn france(code: &str) -> bool {
    number(code, 5).is_some_and(|n| matches!(n, 1000..=95999 | 97100..=98899))
}

/// 00, 05, 43 and 62 begin no code.
pub(super) fn germany(code: &str) -> bool {
    number(code, 5).is_some_and(|n| matches!(n, 1001..=99998) && !matches!(n / 1000, 5 | 43 | 62))
}

pub(super) fn italy(code: &str) -> bool {
    number(code, 5).is_some_and(|n| matches!(n, 10..=98168))
}

/// The province comes first: 01 to 52.
pub(super) fn spain(code: &str) -> bool {
    number(code, 5).is_some_and(|n| matches!(n, 1001..=52999))
}

#[cfg(test)]
mod tests {
    use super::{australia, canada, france, germany, italy, spain, united_kingdom, usa};

    #[test]
    fn codes_lie_in_their_regions() {
        assert_eq!(usa(&["Washington", "DC"], "20500"), Some(1));
        assert_eq!(usa(&["New", "York"], "10001-1234"), Some(2));
        assert_eq!(usa(&["Springfield", "IL"], "90210"), None);
        assert_eq!(usa(&[], "90210"), None);
        assert!(australia("NSW", "2000") && !australia("VIC", "2000") && !australia("NSW", "200"));
        assert!(canada("M5V2T6") && !canada("D5V2T6") && !canada("M5V2T"));
        assert!(united_kingdom("NW1", "6XE") && united_kingdom("EC1A", "1BB"));
        assert!(!united_kingdom("QQ1", "6XE") && !united_kingdom("NW1", "6CE") && !united_kingdom("NW", "6XE"));
        assert!(france("75002") && !france("96000") && !france("7500"));
        assert!(germany("10115") && !germany("05115") && !germany("00115"));
        assert!(italy("00184") && !italy("99000"));
        assert!(spain("28013") && !spain("53001"));
    }
}
