//! Expiration dates of payment cards: month and year, or a whole date, in digits or with an English month's name.
//!
//! It does not know whether the date is a card's: the keywords say that.

use super::calendar::{english_month, is_day, number, this_year};

/// A card is valid for ten years at most; an expired one stays on file, and some issuers look further ahead.
const YEARS_BACK: u32 = 10;
const YEARS_AHEAD: u32 = 20;

/// Whether a text is a month from ten years ago to twenty years ahead: `02/26`, `2026-02`, `Feb 2026`, `26-Feb`, `02/14/2026`, `expY=2026, expM=02`.
pub(super) fn card_expiration(text: &str) -> bool {
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| !w.is_empty()).collect();
    if words.first().is_some_and(|word| word.get(..3).is_some_and(|exp| exp.eq_ignore_ascii_case("exp"))) {
        return matches!(numbers.as_slice(), [a, b] if is_month_of(a, b) || is_month_of(b, a));
    }
    match (words.as_slice(), numbers.as_slice()) {
        ([], [month, year]) if month.len() <= 2 => is_month_of(month, year),
        ([], [year, month]) => year.len() == 4 && month.len() == 2 && is_month_of(month, year),
        ([], [a, b, c]) if a.len() == 4 => is_date(a, b, c),
        ([], [a, b, c]) => is_date(c, a, b) || is_date(c, b, a),
        ([name], [year]) => english_month(name).is_some() && is_year(year),
        ([name], [day, year]) => english_month(name).is_some_and(|month| day.len() <= 2 && is_named(year, month, day)),
        _ => false,
    }
}

fn is_month_of(month: &str, year: &str) -> bool {
    month.len() <= 2 && (1..=12).contains(&number(month)) && is_year(year)
}

fn is_date(year: &str, month: &str, day: &str) -> bool {
    month.len() <= 2 && day.len() <= 2 && is_named(year, number(month), day)
}

fn is_named(year: &str, month: u32, day: &str) -> bool {
    is_year(year) && is_day(full(year), month, number(day))
}

fn is_year(year: &str) -> bool {
    let now = this_year();
    matches!(year.len(), 2 | 4) && (now.saturating_sub(YEARS_BACK)..=now + YEARS_AHEAD).contains(&full(year))
}

/// A year of two digits is one of this century.
fn full(year: &str) -> u32 {
    if year.len() == 2 { number(year).saturating_add(2000) } else { number(year) }
}

#[cfg(test)]
mod tests {
    use super::{card_expiration, this_year};

    #[test]
    fn dates_of_this_year() {
        let (y, s) = (this_year(), this_year() % 100);
        for valid in [
            format!("02/{y}"),
            format!("2-{y}"),
            format!("02/{s}"),
            format!("{y}-02"),
            format!("{y}/02"),
            format!("Feb {y}"),
            format!("FEBRUARY, {y}"),
            format!("Sept {y}"),
            format!("{s}-Feb"),
            format!("Feb-{s}"),
            format!("02/14/{y}"),
            format!("14/02/{y}"),
            format!("02/14/{s}"),
            format!("{y}-02-14"),
            format!("14-Feb-{y}"),
            format!("expY={y}, expM=02"),
            format!("exp_month=02&exp_year={y}"),
        ] {
            assert!(card_expiration(&valid), "{valid}");
        }
    }

    #[test]
    fn near_misses() {
        for wrong in [
            "13/2030",
            "00/2030",
            "02/1999",
            "02/2090",
            "02/90",
            "2030-13",
            "2030-2",
            "02/30/2030",
            "Foo 2030",
            "Febru 2030",
            "32 Feb 2030",
            "expY=2030, expM=13",
            "expM=02",
            "2030",
            "1/2/3/2030",
            "",
        ] {
            assert!(!card_expiration(wrong), "{wrong}");
        }
    }
}
