//! Mailing addresses of Australia, Canada, France, Germany, Italy, Spain, the United Kingdom and the USA: a street and a house
//! number, a place, and a postal code that its country or state has. Sees the matched text alone.

mod outlook;
mod postcodes;
mod streets;

pub use outlook::{Alphanumerics, house_numbers};
use streets::Country;

/// The most words between a house number and the word for its street.
const NAME: usize = 6;
/// The most bytes of an address behind its house number.
const REST: usize = 250;
/// In fewer bytes it is soon told whether there is a digit.
const SHORT: usize = 64;
/// The most bytes between the start of an address that begins with its street and its postal code.
pub(super) const BEFORE_CODE: usize = 90;

/// The words of an address, commas, line breaks and brackets left out.
fn words(text: &str) -> Vec<&str> {
    text.split([' ', ',', '\n', '\r', '\t', '(', ')', ';']).filter(|w| !matches!(*w, "" | "-" | "–")).collect()
}

fn is_place(word: &&str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2
        && word.starts_with(char::is_uppercase)
        && !word.contains(|c: char| c.is_ascii_digit())
        && !is_unit(word)
}

fn is_unit(word: &str) -> bool {
    matches!(
        word.trim_end_matches('.').to_lowercase().as_str(),
        "apt" | "suite" | "ste" | "unit" | "flat" | "floor" | "bureau"
    )
}

/// `221B Baker Street, London NW1 6XE`, `12 rue de la Paix, 75002 Paris`: the house number comes first.
pub(super) fn number_first(text: &str) -> bool {
    if !number_first_opens(text.as_bytes()) {
        return false;
    }
    let words = words(text);
    let kind = (1..words.len().min(NAME + 2))
        .find(|at| words.get(*at).is_some_and(|w| streets::is_kind(w.as_bytes(), is_first(&words, *at))));
    kind.is_some_and(|kind| ends_with_place(&words, kind + 1))
}

/// Whether a word stands right behind the number; `bis` and `ter` belong to it.
fn is_first(words: &[&str], at: usize) -> bool {
    at == 1 || (at == 2 && words.get(1).is_some_and(|word| streets::NUMBERS.contains(word)))
}

/// `PO Box 123, Springfield, IL 62704` and what it is called elsewhere.
pub(super) fn box_number(text: &str) -> bool {
    let words = words(text);
    let Some(number) = words.iter().position(|w| w.starts_with(|c: char| c.is_ascii_digit())) else { return false };
    ends_with_place(&words, number + 1)
        || [Country::Germany, Country::Italy, Country::Spain].iter().any(|c| ends_with_code(&words, number, *c))
}

/// Whether the words from `from` on hold a place, and end as an address of a country that puts the number first.
fn ends_with_place(words: &[&str], from: usize) -> bool {
    let [.., last] = words else { return false };
    let place = |end: usize| words.get(from..end).is_some_and(|between| between.iter().any(is_place));
    let before =
        |count: usize| words.len().checked_sub(count).and_then(|at| words.get(at)).copied().unwrap_or_default();
    if let Some(state) = postcodes::usa(words.get(..words.len() - 1).unwrap_or_default(), last) {
        return place(words.len().saturating_sub(1 + state));
    }
    if postcodes::australia(before(2), last) || postcodes::united_kingdom(before(2), last) {
        return place(words.len().saturating_sub(2));
    }
    if postcodes::canada(last) {
        return place(words.len().saturating_sub(1));
    }
    if last.len() == 3 && postcodes::canada(&format!("{}{last}", before(2))) {
        return place(words.len().saturating_sub(2));
    }
    let code = words.iter().rposition(|w| postcodes::france(w.strip_prefix("F-").unwrap_or(w)));
    code.is_some_and(|code| code >= from && words.get(code + 1).is_some_and(is_place))
}

/// `Hauptstraße 5, 10115 Berlin`, `Via Roma 10, 00184 Roma`, `Calle Mayor 5, 3º B, 28013 Madrid`: the street comes first.
pub(super) fn street_first(text: &str) -> bool {
    if !shows_code(text.as_bytes()) || !street_first_opens(text.as_bytes()) {
        return false;
    }
    let words = words(text);
    let Some(number) = words.iter().skip(1).position(|w| is_house(w)).map(|at| at + 1) else { return false };
    let mut countries = words.first().map(|w| streets::begins_street(w)).unwrap_or_default();
    // A number can be a part of the name: `Straße des 17. Juni 135`.
    let german = |at: usize| words.get(at).is_some_and(|w| streets::ends_street(w));
    if number <= NAME && ((0..number).any(german)) {
        countries.push(Country::Germany);
    }
    number <= NAME && countries.iter().any(|country| ends_with_code(&words, number, *country))
}

/// Whether a postal code and a place stand near enough to the start.
fn shows_code(text: &[u8]) -> bool {
    let begins_word = |at: &usize| {
        let before = at.checked_sub(1).and_then(|i| text.get(i));
        !before.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    (0..=BEFORE_CODE).filter(begins_word).any(|at| code_shows(text.get(at..).unwrap_or_default()))
}

/// Whether a code of that country stands behind the house number, and a place behind the code.
fn ends_with_code(words: &[&str], number: usize, country: Country) -> bool {
    let valid = |code: &str| match country {
        Country::Germany => postcodes::germany(code.strip_prefix("D-").unwrap_or(code)),
        Country::Italy => postcodes::italy(code.strip_prefix("I-").unwrap_or(code)),
        Country::Spain => postcodes::spain(code.strip_prefix("E-").unwrap_or(code)),
    };
    let Some(code) = words.iter().rposition(|w| valid(w)) else { return false };
    code > number && code - number <= 7 && words.get(code + 1).is_some_and(is_place)
}

fn is_house(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let rest = word.get(digits..).unwrap_or_default();
    matches!(word, "s/n" | "S/N" | "snc" | "SNC")
        || ((1..=4).contains(&digits)
            && rest.len() <= 5
            && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-')))
}

/// Whether a text begins with a house number, and a word for a street follows on the same line.
pub(super) fn number_first_opens(text: &[u8]) -> bool {
    let Some(number) = house_number(text) else { return false };
    let head = text.get(..text.len().min(96)).unwrap_or_default();
    let behind = behind_number(head, number);
    // Every postal code holds digits; where little text is left that is told first.
    let holds_digits = || text.iter().skip(number).take(REST).any(u8::is_ascii_digit);
    if behind.len() < SHORT && !holds_digits() {
        return false;
    }
    street_follows(behind) == Street::Follows && holds_digits()
}

/// Whether [`number_first_opens`] may be true of a text that begins with this one.
pub fn may_open_with_number(text: &[u8]) -> bool {
    house_number(text).is_some_and(|number| street_follows(behind_number(text, number)) != Street::None)
}

/// The bytes of the house number that a text begins with, which another word may follow.
fn house_number(text: &[u8]) -> Option<usize> {
    let number = text.iter().take(15).take_while(|b| IN_NUMBER[usize::from(**b)]).count();
    // Behind most numbers stands something else.
    let is_one = number <= 14 && matches!(text.get(number), Some(b' ' | b'\n' | b',' | b'\r'));
    let digits = || text.iter().take(number).take_while(|b| b.is_ascii_digit()).count();
    (is_one && (1..=6).contains(&digits())).then_some(number)
}

/// What stands behind a house number and its comma.
fn behind_number(text: &[u8], number: usize) -> &[u8] {
    let is = |at: usize, byte: u8| text.get(at) == Some(&byte);
    let mut at = number + usize::from(is(number, b','));
    at += usize::from(is(at, b'\r'));
    text.get(at..).unwrap_or_default()
}

/// What stands behind a house number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Street {
    Follows,
    /// None, whatever else does.
    None,
    /// The text ends before it is told.
    Unknown,
}

/// Whether a word for a street is among the first words of a text, each behind a blank.
fn street_follows(text: &[u8]) -> Street {
    let is = |at: usize, byte: u8| text.get(at) == Some(&byte);
    let (mut at, mut first) = (0, true);
    for _ in 0..=NAME {
        // A flat's number can stand on its own line.
        if !(is(at, b' ') || first && is(at, b'\n')) {
            return if at < text.len() { Street::None } else { Street::Unknown };
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let word = rest.get(..rest.iter().take_while(|b| IN_WORD[usize::from(**b)]).count()).unwrap_or_default();
        if word.is_empty() {
            return if rest.is_empty() { Street::Unknown } else { Street::None };
        }
        // What stands in quotes may be told from them later.
        let signs = word.iter().rev().take_while(|b| matches!(b, b'\'' | b'#' | b'-')).count();
        if streets::is_kind(word.get(..word.len() - signs).unwrap_or_default(), first) {
            return Street::Follows;
        }
        if word.len() == rest.len() {
            return Street::Unknown;
        }
        first = first && streets::NUMBERS.iter().any(|number| number.as_bytes() == word);
        at += 1 + word.len();
        at += usize::from(first && is(at, b','));
    }
    Street::None
}

/// By byte: whether a word of a street's name can hold it, and whether a house number can.
static IN_WORD: [bool; 256] = table(true);
static IN_NUMBER: [bool; 256] = table(false);

const fn table(of_word: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        let sign =
            if of_word { b >= 0x80 || matches!(b, b'\'' | b'.' | b'#' | b'-') } else { matches!(b, b'/' | b'-') };
        table[byte] = b.is_ascii_alphanumeric() || sign;
        byte += 1;
    }
    table
}

/// Whether a text begins with five digits and a place, as a postal code does.
pub(super) fn code_shows(text: &[u8]) -> bool {
    let digits = text.iter().take(6).take_while(|b| b.is_ascii_digit()).count();
    let rest = text.get(5..).unwrap_or_default();
    let place = rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b" ").and_then(<[u8]>::first);
    digits == 5 && place.is_some_and(|b| b.is_ascii_uppercase() || *b >= 0xC3)
}

/// Whether a text begins with a word for a street, or with words that end with one before a number.
pub(super) fn street_first_opens(text: &[u8]) -> bool {
    // A name that ends with such a word has a capital.
    let &[first, second, ..] = text else { return false };
    if first.is_ascii() && !first.is_ascii_uppercase() && !streets::may_begin_street([first, second]) {
        return false;
    }
    let head = text.get(..text.len().min(BEFORE_CODE + 6)).unwrap_or_default();
    let head = match std::str::from_utf8(head) {
        Ok(head) => head,
        Err(error) => std::str::from_utf8(head.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default(),
    };
    let mut words = head.split([' ', ',', '\n', '\r', '\t', '(', ')', ';']);
    let Some(first) = words.next().filter(|w| w.starts_with(char::is_alphabetic)) else { return false };
    if !streets::begins_street(first).is_empty() {
        return true;
    }
    first.starts_with(char::is_uppercase)
        && std::iter::once(first).chain(words).take(NAME + 2).any(streets::ends_street)
}

#[cfg(test)]
mod tests {
    use super::{box_number, code_shows, number_first, number_first_opens, street_first, street_first_opens};

    const NUMBER_FIRST: &[&str] = &[
        "221B Baker Street, London NW1 6XE",
        "1600 Pennsylvania Ave NW, Washington, DC 20500",
        "12 rue de la Paix, 75002 Paris",
        "350 Fifth Avenue, Suite 21, New York, NY 10118-0110",
        "12/34 George Street, Sydney NSW 2000",
        "290 Bremner Blvd, Toronto, ON M5V 3L9",
        "12 bis, avenue du Général Leclerc\n69003 Lyon Cedex 03",
        "10 High Street\nLittle Town\nKent\nTN1 2AB",
        "5 Main St Springfield Illinois 62704",
        "30\nKelly Parkway\nPort Kate\nEX8 2BQ",
        "1234 rue Sherbrooke Ouest, bureau 500, Montréal (Québec) H3A 1B1",
        "8, place de l'Église, 13001 Marseille",
    ];
    const STREET_FIRST: &[&str] = &[
        "Hauptstraße 5, 10115 Berlin",
        "Via Roma 10, 00184 Roma",
        "Calle Mayor 5, 3º B, 28013 Madrid",
        "Am Alten Markt 3\n14467 Potsdam",
        "Straße des 17. Juni 135, 10623 Berlin",
        "c/ Gran Vía, 12, 08010 Barcelona",
        "Piazza del Duomo, 1 - 20121 Milano (MI)",
        "Berliner Str. 12a, D-60311 Frankfurt am Main",
        "Avda. de la Constitución s/n, 41001 Sevilla",
        "Piazza Anita, 34\n37135, Verona (VR)",
    ];

    #[test]
    fn addresses() {
        for text in NUMBER_FIRST {
            assert!(number_first(text), "{text}");
            assert!(number_first_opens(text.as_bytes()), "{text}");
        }
        for text in STREET_FIRST {
            assert!(street_first(text), "{text}");
            assert!(street_first_opens(text.as_bytes()), "{text}");
        }
        for text in [
            "PO Box 123, Springfield, IL 62704",
            "Postfach 12 34, 10115 Berlin",
            "BP 123, 75002 Paris",
            "GPO Box 9, Sydney NSW 2001",
        ] {
            assert!(box_number(text), "{text}");
        }
        assert!(code_shows("10115 Berlin".as_bytes()) && !code_shows(b"101150 Berlin") && !code_shows(b"10115"));
    }

    #[test]
    fn words_for_streets_are_known_by_two_letters() {
        for word in ["Via", "VÍA", "vía", "c/Mayor", "PZA.", "Pº", "C.SO", "località"] {
            assert!(street_first_opens(format!("{word} Mayor 5").as_bytes()), "{word}");
        }
        for word in ["Hauptstraße", "HAUPTSTRASSE", "Bergstr.", "LANGSTRAẞE", "Am Gärten,", "Auf HÖHE", "Weg"] {
            assert!(street_first_opens(format!("{word} 5").as_bytes()), "{word}");
        }
        for word in ["info", "Infos", "x", "INFO", "Zé", "é"] {
            assert!(!street_first_opens(format!("{word} 5").as_bytes()), "{word}");
        }
    }

    #[test]
    fn near_misses() {
        for text in [
            "1600 Pennsylvania Ave NW, Washington, DC 90210",
            "221B Baker Street, London QQ1 6XE",
            "12 rue de la Paix, 99002 Paris",
            "5 Main St, IL 62704",
            "200 OK in Springfield, IL 62704",
            "3 things to do in Sydney NSW 2000",
            "12 Main Street",
            "",
        ] {
            assert!(!number_first(text), "{text}");
        }
        for text in [
            "Kapitel 5, 10115 Berlin",
            "Hauptstraße 5, 00115 Berlin",
            "Hauptstraße, 10115 Berlin",
            "Via Roma 10, 00184",
            "via mail 10115 Berlin",
        ] {
            assert!(!street_first(text), "{text}");
        }
        assert!(!box_number("PO Box 123"));
    }
}
