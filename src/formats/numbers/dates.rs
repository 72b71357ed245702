//! Days and times in the patterns of number formats.
//!
//! Knows the letters of a pattern, and nothing of digits or cells.

use super::Symbol;
use crate::formats::calendar::{LAST_DAY, civil, day_of, month_name, weekday};

/// A piece of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Piece {
    Literal(char),
    Year(usize),
    Month(usize),
    Day(usize),
    Hour(usize),
    Minute(usize),
    Second(usize),
    Noon,
}

/// The pieces of a date's pattern.
pub(super) fn date(symbols: &[Symbol]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some(symbol) = symbols.get(at) {
        let code = match symbol {
            Symbol::Code(c) => c.to_ascii_lowercase(),
            Symbol::Literal(c) => {
                pieces.push(Piece::Literal(*c));
                at += 1;
                continue;
            }
        };
        let run =
            symbols[at..].iter().take_while(|s| matches!(s, Symbol::Code(c) if c.to_ascii_lowercase() == code)).count();
        let last = pieces.iter().rev().find(|piece| !matches!(piece, Piece::Literal(_)));
        let next = symbols[at + run..].iter().find_map(|s| match s {
            Symbol::Code(c) if c.is_ascii_alphabetic() => Some(c.to_ascii_lowercase()),
            _ => None,
        });
        let mut length = run;
        pieces.push(match code {
            'y' => Piece::Year(run),
            'm' if matches!(last, Some(Piece::Hour(_))) || next == Some('s') => Piece::Minute(run),
            'm' => Piece::Month(run),
            'd' => Piece::Day(run),
            'h' => Piece::Hour(run),
            's' => Piece::Second(run),
            'a' => {
                let is_long = matches!(symbols.get(at + 1), Some(Symbol::Code('m' | 'M')));
                length = if is_long { 5 } else { 3 };
                Piece::Noon
            }
            other => {
                length = 1;
                Piece::Literal(other)
            }
        });
        at += length;
    }
    pieces
}

/// A day and its time as a pattern shows them; none where it is no day.
pub(super) fn show_date(pieces: &[Piece], serial: f64, epoch: i64) -> Option<String> {
    if !(0.0..LAST_DAY).contains(&serial) {
        return None;
    }
    let mut day = serial.floor() as i64;
    let mut seconds = ((serial - serial.floor()) * 86_400.0).round() as i64;
    if seconds >= 86_400 {
        day += 1;
        seconds = 0;
    }
    let day = day_of(day, epoch);
    let (year, month, of_month) = civil(day);
    let has_noon = pieces.contains(&Piece::Noon);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let shown_hour = if has_noon { (hour + 11) % 12 + 1 } else { hour };
    let mut text = String::new();
    let two = |number: i64, width: usize| if width > 1 { format!("{number:02}") } else { number.to_string() };
    for piece in pieces {
        let shown = match piece {
            Piece::Literal(c) => c.to_string(),
            Piece::Year(width) if *width <= 2 => format!("{:02}", year.rem_euclid(100)),
            Piece::Year(_) => format!("{year:04}"),
            Piece::Month(width) if *width == 3 => month_name(month).chars().take(3).collect(),
            Piece::Month(width) if *width > 3 => month_name(month).to_owned(),
            Piece::Month(width) => two(month, *width),
            Piece::Day(3) => weekday(day).chars().take(3).collect(),
            Piece::Day(width) if *width > 3 => weekday(day).to_owned(),
            Piece::Day(width) => two(of_month, *width),
            Piece::Hour(width) => two(shown_hour, *width),
            Piece::Minute(width) => two(minute, *width),
            Piece::Second(width) => two(second, *width),
            Piece::Noon => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        };
        text.push_str(&shown);
    }
    Some(text)
}
