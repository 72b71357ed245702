//! Numbers as a sheet shows them: dates, percent, leading zeros, separators, in the patterns of number formats.
//!
//! A number that a format would hide or round is given in full: what is stored is what can leak. Knows no cells: all
//! workbooks, old and new, have the same codes.

mod dates;

use dates::{Piece, date, show_date};

/// Digits from which on a whole number may be a number of something: an account, a person.
pub(super) const LONG_NUMBER: usize = 7;

/// And from which on it is more likely that than an amount, though its format has decimals: a Social Security number has 9.
const LONGER_NUMBER: f64 = 1e8;
/// Whole numbers below it are held to the last digit.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// What a number format does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NumberFormat {
    /// As it is.
    General,
    /// Percent, digits in a pattern.
    Digits(Pattern),
    /// A date or time in pieces.
    Date(Vec<Piece>),
}

/// A pattern of digits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Pattern {
    /// Places before the point, in order; literals between them.
    whole: Vec<Slot>,
    decimals: usize,
    has_thousands: bool,
    is_percent: bool,
    suffix: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// A digit that is shown even if it is zero.
    Zero,
    /// One that is not.
    Digit,
    Literal(char),
}

impl NumberFormat {
    /// A format by its number, if it is one that needs no code. Where the shown form depends on a country, the
    /// international form is given.
    pub(super) fn built_in(id: u32) -> Self {
        Self::parse(match id {
            1 => "0",
            2 => "0.00",
            3 | 37 | 38 => "#,##0",
            4 | 39 | 40 => "#,##0.00",
            9 => "0%",
            10 => "0.00%",
            14 | 27..=31 | 34..=36 | 50..=54 | 57 | 58 => "yyyy-mm-dd",
            15 => "d-mmm-yy",
            16 => "d-mmm",
            17 => "mmm-yy",
            18 | 19 => "h:mm:ss AM/PM",
            20 | 32 | 55 => "h:mm",
            21 | 33 | 46 | 56 => "h:mm:ss",
            22 => "yyyy-mm-dd h:mm",
            45 | 47 => "mm:ss",
            _ => return Self::General,
        })
    }

    /// A format by its code. The first section counts: it is the one for positive numbers.
    pub(super) fn parse(code: &str) -> Self {
        let symbols = symbols(code);
        let is =
            |set: &str| symbols.iter().any(|s| matches!(s, Symbol::Code(c) if set.contains(c.to_ascii_lowercase())));
        if symbols.is_empty() || is("@eg?/") && !is("ymdh") {
            return Self::General;
        }
        if is("ymdhs") {
            return Self::Date(date(&symbols));
        }
        if is("0#") { Self::Digits(pattern(&symbols)) } else { Self::General }
    }

    /// A number as it is shown, of one that is stored as text. `epoch`: day 0 as days before 1970.
    pub(super) fn show(&self, stored: &str, epoch: i64) -> String {
        let Ok(number) = stored.trim().parse::<f64>() else { return stored.to_owned() };
        self.laid(number, epoch).unwrap_or_else(|| plain(stored, number))
    }

    /// The same of a number that is stored as one.
    pub(super) fn show_number(&self, number: f64, epoch: i64) -> String {
        self.laid(number, epoch).unwrap_or_else(|| general(number))
    }

    /// The number in the format; none where there is none, or it would hide digits.
    fn laid(&self, number: f64, epoch: i64) -> Option<String> {
        match self {
            _ if !number.is_finite() => None,
            Self::Date(pieces) => show_date(pieces, number, epoch),
            Self::Digits(pattern) => pattern.show(number),
            Self::General => None,
        }
    }
}

/// A number without a format: whole ones without a point, others with at most 15 digits.
pub(super) fn general(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < WHOLE {
        return format!("{number:.0}");
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

/// A number without exponent.
fn plain(stored: &str, number: f64) -> String {
    if !number.is_finite() {
        return stored.to_owned();
    }
    if stored.bytes().any(|b| b.eq_ignore_ascii_case(&b'e')) && number.abs() < 1e22 {
        return format!("{number}");
    }
    // Stored with 17 digits, 0.1 is 0.10000000000000001.
    if stored.len() > 17 && stored.contains('.') { format!("{number}") } else { stored.trim().to_owned() }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    /// A letter or sign with a meaning.
    Code(char),
    Literal(char),
}

/// The symbols of the first section of a code.
fn symbols(code: &str) -> Vec<Symbol> {
    const LONGEST: usize = 255;
    let mut all = Vec::new();
    let mut rest = code.chars().take(LONGEST);
    while let Some(character) = rest.next() {
        match character {
            ';' => break,
            '"' => all.extend(rest.by_ref().take_while(|c| *c != '"').map(Symbol::Literal)),
            '\\' => all.extend(rest.next().map(Symbol::Literal)),
            // Space as wide as the next character; the next one repeated.
            '_' | '*' => {
                rest.next();
            }
            '[' => {
                let inner: String = rest.by_ref().take_while(|c| *c != ']').collect();
                // Elapsed time; colours, conditions and languages are left out.
                if !inner.is_empty() && inner.chars().all(|c| matches!(c, 'h' | 'H' | 'm' | 'M' | 's' | 'S')) {
                    all.extend(inner.chars().map(Symbol::Code));
                }
            }
            ' ' | '$' | '-' | '+' | '(' | ')' | ':' | '!' | '^' | '&' | '\'' | '~' | '{' | '}' | '<' | '>' | '=' => {
                all.push(Symbol::Literal(character));
            }
            _ => all.push(Symbol::Code(character)),
        }
    }
    all
}

fn pattern(symbols: &[Symbol]) -> Pattern {
    let mut pattern = Pattern::default();
    let mut is_behind_point = false;
    let digits: Vec<usize> = (0..symbols.len()).filter(|at| is_digit(symbols[*at])).collect();
    let (first, last) = (digits.first().copied().unwrap_or(0), digits.last().copied().unwrap_or(0));
    for (at, symbol) in symbols.iter().enumerate() {
        match symbol {
            Symbol::Code('.') if at >= first && at <= last => is_behind_point = true,
            Symbol::Code(',') if at > first && at < last => pattern.has_thousands = true,
            Symbol::Code(',') => {}
            Symbol::Code('%') => {
                pattern.is_percent = true;
                pattern.suffix.push('%');
            }
            symbol if is_digit(*symbol) && is_behind_point => pattern.decimals += 1,
            Symbol::Code('0') => pattern.whole.push(Slot::Zero),
            Symbol::Code('#') => pattern.whole.push(Slot::Digit),
            Symbol::Code(c) | Symbol::Literal(c) if at > last => pattern.suffix.push(*c),
            Symbol::Code(c) | Symbol::Literal(c) => pattern.whole.push(Slot::Literal(*c)),
        }
    }
    pattern
}

fn is_digit(symbol: Symbol) -> bool {
    matches!(symbol, Symbol::Code('0' | '#'))
}

impl Pattern {
    /// The number in the pattern; none where that would hide digits of it.
    fn show(&self, number: f64) -> Option<String> {
        const MOST: f64 = 1e15;
        let scaled = if self.is_percent { number * 100.0 } else { number };
        let is_longer = scaled.fract() == 0.0 && scaled.abs() >= LONGER_NUMBER;
        let decimals = if is_longer { 0 } else { self.decimals.min(30) };
        let shown = format!("{:.decimals$}", scaled.abs());
        let rounded: f64 = shown.parse().ok()?;
        // Rounded amounts are still amounts; whole numbers must keep every digit.
        if scaled.abs() >= MOST || (decimals == 0 && !self.is_percent && rounded.total_cmp(&scaled.abs()).is_ne()) {
            return None;
        }
        let (whole, behind) = shown.split_once('.').unwrap_or((&shown, ""));
        // Separators would cut a whole number of so many digits, which may be no amount, into three.
        let is_long = decimals == 0 && whole.len() >= LONG_NUMBER;
        let mut text = self.place(whole, is_long);
        if !behind.is_empty() {
            text.push('.');
            text.push_str(behind);
        }
        text.push_str(&self.suffix);
        let is_zero = rounded == 0.0;
        Some(if number < 0.0 && !is_zero { format!("-{text}") } else { text })
    }

    /// Digits from the right into their places.
    fn place(&self, whole: &str, is_long: bool) -> String {
        let mut digits: Vec<char> = whole.chars().rev().collect();
        if digits == ['0'] {
            digits.clear();
        }
        let mut reversed = Vec::new();
        let mut used = 0;
        let first = self.whole.iter().position(|slot| !matches!(slot, Slot::Literal(_))).unwrap_or(0);
        for (at, slot) in self.whole.iter().enumerate().rev() {
            match slot {
                Slot::Literal(literal) if at < first || used < digits.len() || self.has_zero_before(at) => {
                    reversed.push(*literal);
                }
                Slot::Literal(_) => {}
                Slot::Zero | Slot::Digit => {
                    let digit = digits.get(used).copied().or((*slot == Slot::Zero).then_some('0'));
                    if let Some(digit) = digit {
                        self.push(digit, used, is_long, &mut reversed);
                    }
                    used += 1;
                    if at == first {
                        while let Some(digit) = digits.get(used) {
                            self.push(*digit, used, is_long, &mut reversed);
                            used += 1;
                        }
                    }
                }
            }
        }
        reversed.into_iter().rev().collect()
    }

    fn has_zero_before(&self, at: usize) -> bool {
        self.whole[..at].contains(&Slot::Zero)
    }

    fn push(&self, digit: char, used: usize, is_long: bool, reversed: &mut Vec<char>) {
        if self.has_thousands && !is_long && used > 0 && used.is_multiple_of(3) {
            reversed.push(',');
        }
        reversed.push(digit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::calendar::{EPOCH_1900, EPOCH_1904};

    fn shown(code: &str, stored: &str) -> String {
        NumberFormat::parse(code).show(stored, EPOCH_1900)
    }

    #[test]
    fn numbers_are_shown_in_their_patterns() {
        let cases = [
            ("General", "4111111111111111", "4111111111111111"),
            ("General", "4.111111111111111E15", "4111111111111111"),
            ("00000", "501", "00501"),
            ("000-00-0000", "78051120", "078-05-1120"),
            ("[<=9999999]###-####;(###) ###-####", "5550123", "555-0123"),
            ("#,##0.00", "1234567.5", "1,234,567.50"),
            ("0%", "0.15", "15%"),
            ("0.0%", "0.155", "15.5%"),
            ("\"No. \"0", "7", "No. 7"),
            ("0.00E+00", "536904399", "536904399"),
            ("0", "0.25", "0.25"),
            ("#", "0", ""),
            ("0;;;", "-12", "-12"),
            ("@", "012", "012"),
            ("$#,##0", "1234", "$1,234"),
            ("#,##0", "536904399", "536904399"),
            ("#,##0", "-536904399", "-536904399"),
            ("# ?/?", "0.5", "0.5"),
            ("#,##0.00", "12345678", "12,345,678.00"),
            ("#,##0.00", "536904399", "536904399"),
            ("0.00", "378282246310005", "378282246310005"),
            ("0.00", "12.5", "12.50"),
            ("000\\-00\\-0000", "12345678", "012-34-5678"),
            ("(000) 000-0000", "2025550123", "(202) 555-0123"),
        ];
        for (code, stored, right) in cases {
            assert_eq!(shown(code, stored), right, "{code} {stored}");
        }
    }

    #[test]
    fn numbers_that_are_stored_as_such_are_shown_alike() {
        let shown = |code: &str, number: f64| NumberFormat::parse(code).show_number(number, EPOCH_1900);
        assert_eq!(shown("General", 0.1 + 0.2), "0.3");
        assert_eq!(shown("#,##0.00", 4_111_111_111_111_111.0), "4111111111111111");
        assert_eq!(shown("0.00", 12.5), "12.50");
        assert_eq!(shown("m/d/yyyy", f64::NAN), "NaN");
        assert_eq!(shown(&"0".repeat(60_000), 1.0).len(), 255);
    }

    #[test]
    fn dates_are_shown_in_their_patterns() {
        let cases = [
            ("yyyy-mm-dd", "29356", "1980-05-15"),
            ("dd/mm/yyyy", "29356", "15/05/1980"),
            ("mm/yy", "46388", "01/27"),
            ("d. mmmm yyyy", "29356", "15. May 1980"),
            ("[$-409]dddd, mmm d", "29356", "Thursday, May 15"),
            ("yyyy-mm-dd hh:mm:ss", "29356.75", "1980-05-15 18:00:00"),
            ("h:mm AM/PM", "0.75", "6:00 PM"),
            ("mm:ss", "0.5", "00:00"),
            ("yyyy-mm-dd", "1", "1900-01-01"),
            ("yyyy-mm-dd", "-3", "-3"),
            ("yyyy-mm-dd", "1e300", "1e300"),
        ];
        for (code, stored, right) in cases {
            assert_eq!(shown(code, stored), right, "{code} {stored}");
        }
        assert_eq!(NumberFormat::built_in(14).show("27894", EPOCH_1904), "1980-05-15");
    }

    #[test]
    fn any_code_and_number_is_shown() {
        for code in [
            "",
            "\"",
            "\\",
            "[",
            "_",
            "*",
            "ammm",
            "a/p",
            "00.00.00,,",
            "%%%",
            "0.#####################################",
        ] {
            for number in ["", "x", "1e308", "-1e308", "NaN", "inf", "0", "-0", "99999999999", "1.7976931348623157e308"]
            {
                let _ = shown(code, number);
            }
        }
    }
}
