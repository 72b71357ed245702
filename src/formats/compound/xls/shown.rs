//! Numbers as a sheet shows them: dates, and digits laid into a pattern (`000-00-0000`).
//!
//! Group separators are left out: they are looks. Knows no cells.

use crate::formats::calendar::{EPOCH_1900, EPOCH_1904, LAST_DAY, civil, day_of, month_name};

/// Whole numbers below it are held to the last digit.
const WHOLE: f64 = 9_007_199_254_740_992.0;
/// Characters of a pattern that count, as in Excel: a cell is no longer than that for its number.
const LONGEST: usize = 255;

/// The pattern of a built-in format.
pub(super) fn built_in(number: u16) -> &'static str {
    match number {
        1 | 37 | 38 => "0",
        2 | 39 | 40 => "0.00",
        9 => "0%",
        10 => "0.00%",
        14 | 27..=31 | 34..=36 | 50..=54 | 57 | 58 => "m/d/yyyy",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 | 32 | 55 => "h:mm",
        21 | 33 | 45..=47 | 56 => "h:mm:ss",
        22 => "m/d/yyyy h:mm",
        _ => "",
    }
}

/// A number by a pattern.
pub(super) fn shown(pattern: &str, value: f64, from_1904: bool) -> String {
    let parts = parts(pattern);
    let is_time = parts.iter().any(|part| matches!(part, Part::Time('y' | 'd' | 'h' | 's' | 'm', _)));
    if is_time && (0.0..LAST_DAY).contains(&value) {
        return date(&parts, value, if from_1904 { EPOCH_1904 } else { EPOCH_1900 });
    }
    let digits = parts.iter().filter(|part| matches!(part, Part::Digit)).count();
    let is_laid =
        parts.windows(3).any(|w| matches!(w, [Part::Digit, Part::Other('-' | ' ' | '/' | '(' | ')'), Part::Digit]));
    let zeros =
        parts.iter().take_while(|part| !matches!(part, Part::Point)).filter(|part| matches!(part, Part::Digit)).count();
    let is_whole = value.fract() == 0.0 && (0.0..1e15).contains(&value);
    if is_whole && is_laid {
        return laid(&parts, value, digits);
    }
    if is_whole && pattern.starts_with('0') && zeros > 1 && digits == zeros {
        return format!("{value:0zeros$}");
    }
    general(value)
}

/// A number without a pattern: whole ones without a point, others with at most 15 digits.
pub(super) fn general(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < WHOLE {
        return format!("{value:.0}");
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    format!("{rounded}")
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    /// A letter of a date, and how many of it.
    Time(char, usize),
    /// A place for a digit.
    Digit,
    Point,
    Other(char),
}

/// The parts of a pattern's first section.
fn parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars().take(LONGEST).peekable();
    while let Some(c) = chars.next() {
        match c {
            ';' => break,
            '"' => parts.extend(chars.by_ref().take_while(|c| *c != '"').map(Part::Other)),
            '\\' | '_' | '*' => {
                let next = chars.next().unwrap_or(' ');
                parts.push(Part::Other(if c == '\\' { next } else { ' ' }));
            }
            // A colour, a language, or elapsed hours.
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let first = inside.chars().next().map(|c| c.to_ascii_lowercase());
                if let Some(letter @ ('h' | 'm' | 's')) = first
                    && inside.chars().all(|c| c.eq_ignore_ascii_case(&letter))
                {
                    parts.push(Part::Time(letter, inside.len()));
                }
            }
            'G' | 'g' if chars.clone().take(6).collect::<String>().eq_ignore_ascii_case("eneral") => return Vec::new(),
            'A' | 'a' if chars.peek().is_some_and(|c| matches!(c, 'M' | 'm' | '/')) => {
                while chars.next_if(|c| matches!(c, 'M' | 'm' | '/' | 'P' | 'p')).is_some() {}
                parts.push(Part::Time('a', 2));
            }
            '0' | '#' | '?' => parts.push(Part::Digit),
            '.' => parts.push(Part::Point),
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                let mut count = 1;
                while chars.next_if(|next| next.eq_ignore_ascii_case(&c)).is_some() {
                    count += 1;
                }
                parts.push(Part::Time(c.to_ascii_lowercase(), count));
            }
            c => parts.push(Part::Other(c)),
        }
    }
    parts
}

fn date(parts: &[Part], serial: f64, epoch: i64) -> String {
    let (year, month, day) = civil(day_of(serial.floor() as i64, epoch));
    let seconds = (serial.fract() * 86_400.0).round() as i64;
    let is_halved = parts.contains(&Part::Time('a', 2));
    let hour = seconds / 3600 % 24;
    let mut text = String::new();
    let mut is_clock = false;
    for (index, part) in parts.iter().enumerate() {
        let padded = |number: i64, count: usize| if count > 1 { format!("{number:02}") } else { number.to_string() };
        let of_seconds =
            || parts[index + 1..].iter().find_map(|p| if let Part::Time(c, _) = p { Some(*c) } else { None });
        match *part {
            Part::Time('y', count) if count > 2 => text.extend(format!("{year:04}").chars()),
            Part::Time('y', _) => text.extend(format!("{:02}", year % 100).chars()),
            Part::Time('m', count) if count < 3 && (is_clock || of_seconds() == Some('s')) => {
                text.push_str(&padded(seconds / 60 % 60, count));
            }
            Part::Time('m', count @ (1 | 2)) => text.push_str(&padded(month, count)),
            Part::Time('m', count) => {
                let name = month_name(month);
                text.push_str(if count == 3 { name.get(..3).unwrap_or(name) } else { name });
            }
            Part::Time('d', count @ (1 | 2)) => text.push_str(&padded(day, count)),
            Part::Time('h', count) => {
                let shown = if is_halved { (hour + 11) % 12 + 1 } else { hour };
                text.push_str(&padded(shown, count));
            }
            Part::Time('s', count) => text.push_str(&padded(seconds % 60, count)),
            Part::Time('a', _) => text.push_str(if hour < 12 { "AM" } else { "PM" }),
            Part::Other(c) if c != '@' => text.push(c),
            Part::Point => text.push('.'),
            // The name of a weekday is no part of a date.
            Part::Time(..) | Part::Digit | Part::Other(_) => {}
        }
        if let Part::Time(letter, _) = part {
            is_clock = *letter == 'h';
        }
    }
    text.trim().to_owned()
}

/// Digits laid into a pattern, from its end.
fn laid(parts: &[Part], value: f64, places: usize) -> String {
    let digits: Vec<char> = format!("{value:0places$}").chars().collect();
    // What is longer than the pattern stands before its first place.
    let mut left = digits.len();
    let mut text: Vec<char> = Vec::new();
    let first = parts.iter().position(|part| *part == Part::Digit).unwrap_or(0);
    for (index, part) in parts.iter().enumerate().rev() {
        match part {
            Part::Digit if index == first => {
                text.extend(digits[..left].iter().rev());
                left = 0;
            }
            Part::Digit => {
                left = left.saturating_sub(1);
                text.push(digits.get(left).copied().unwrap_or('0'));
            }
            Part::Other(c) if *c != ',' => text.push(*c),
            Part::Other(_) | Part::Point | Part::Time(..) => {}
        }
    }
    text.into_iter().rev().collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(shown("m/d/yyyy", 45_000.0, false), "3/15/2023");
        assert_eq!(shown("yyyy\\-mm\\-dd hh:mm:ss", 45_000.75, false), "2023-03-15 18:00:00");
        assert_eq!(shown("[$-407]d. mmmm yyyy;@", 1.0, false), "1. January 1900");
        assert_eq!(shown("dd/mm/yy", 43_538.0, true), "15/03/23");
        assert_eq!(shown("h:mm AM/PM", 0.5, false), "12:00 PM");
        assert_eq!(shown("m/d/yyyy", -1.0, false), "-1");
        assert_eq!(shown("m/d/yyyy", f64::NAN, false), "NaN");
    }

    #[test]
    fn digits() {
        assert_eq!(shown("000\\-00\\-0000", 12_345_678.0, false), "012-34-5678");
        assert_eq!(shown("(000) 000-0000", 2_025_550_123.0, false), "(202) 555-0123");
        assert_eq!(shown("00000", 501.0, false), "00501");
        assert_eq!(shown("#,##0.00", 4_111_111_111_111_111.0, false), "4111111111111111");
        assert_eq!(shown("General", 0.1 + 0.2, false), "0.3");
        assert_eq!(shown("0.00", 12.5, false), "12.5");
        assert_eq!(shown(&"0".repeat(60_000), 1.0, false).len(), LONGEST);
    }
}
