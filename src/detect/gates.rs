//! The gates that a candidate passes before it is a match, cheap ones first. Each is a plain question about text.
//!
//! The order does not change what matches, for all must let it through; it is the order in which `identifiers test` names them.

use super::CHARACTER;
use super::characters::{at_most, char_before, count};
use super::keywords::{Hit, Keywords};
use crate::identifier::{Borders, Proximity};
use crate::shape::is_word;
use std::cmp::Reverse;

/// How far before a match the `://` of its address may stand, in bytes. No more than a window keeps.
const ADDRESS: usize = 64;

/// A match of no more bytes is short.
const SHORT: usize = 256;

/// Why a candidate is no match: the first gate that stopped it, the later ones being the closer misses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dropped {
    /// It begins inside an earlier match of the same pattern.
    InsideEarlier,
    /// It goes on beyond the end of its field.
    LeavesField,
    /// What stands beside it makes it a part of something longer.
    Borders,
    /// Its validator says no.
    Validator,
    /// It is or holds a word that the identifier ignores.
    IgnoreWord,
    /// No keyword is near, and one is needed.
    NoKeyword,
    /// A keyword is near, and none may be.
    KeywordNear(Near),
}

impl Dropped {
    /// How many gates it had passed.
    pub(super) fn passed(self) -> u8 {
        match self {
            Self::InsideEarlier => 0,
            Self::LeavesField => 1,
            Self::Borders => 2,
            Self::Validator => 3,
            Self::IgnoreWord => 4,
            Self::NoKeyword | Self::KeywordNear(_) => 5,
        }
    }
}

/// Whether what stands beside the match lets it be one.
pub(super) fn borders(kind: Borders, text: &[u8], start: usize, end: usize) -> bool {
    match kind {
        Borders::None => true,
        Borders::Number => stands_alone(text, start, end) && !in_uuid(text, start, end),
        Borders::Token => {
            let (before, behind) = (start.checked_sub(1).and_then(|i| text.get(i)), text.get(end));
            let slashes = before == Some(&b'/') || behind == Some(&b'/');
            let parted = !joins(before) && !joins(behind) && behind != Some(&b'=');
            parted && (!slashes || is_segment(text, start, end))
        }
    }
}

/// Whether [`borders`] lets some match begin at `start`, as far as the byte before it and a number tell.
#[inline]
pub(super) fn may_begin(kind: Borders, text: &[u8], start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|i| text.get(i));
    match kind {
        Borders::None => true,
        Borders::Number => !before.is_some_and(|b| is_word(*b)) && !joined_before(text, start),
        Borders::Token => !joins(before),
    }
}

/// Whether [`borders`] lets some match end at `end`, as far as the byte there tells.
#[inline]
pub(super) fn may_end(kind: Borders, text: &[u8], end: usize) -> bool {
    let behind = text.get(end);
    match kind {
        Borders::None => true,
        Borders::Number => !behind.is_some_and(|b| is_word(*b)),
        Borders::Token => !joins(behind) && behind != Some(&b'='),
    }
}

/// Whether [`borders`] looks at nothing of a text but a match's field and the byte on either side of it, where no byte beside a field
/// belongs to a value.
pub(super) fn stay_in_field(kind: Borders) -> bool {
    match kind {
        Borders::None | Borders::Number => true,
        Borders::Token => false,
    }
}

/// Whether a match is a part of an address between its slashes: `://` stands before it, and it has no slash of its own.
fn is_segment(text: &[u8], start: usize, end: usize) -> bool {
    let ends_address = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`');
    let before = text.get(start.saturating_sub(ADDRESS)..start).unwrap_or_default();
    let from = before.iter().rposition(ends_address).map_or(0, |at| at + 1);
    before.get(from..).is_some_and(|address| address.windows(3).any(|w| w == b"://"))
        && !text.get(start..end).is_some_and(|matched| matched.contains(&b'/'))
}

/// Whether a byte beside a token belongs to it; a slash may part it from an address.
fn joins(byte: Option<&u8>) -> bool {
    byte.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'_' | b'-'))
}

/// No letter, digit or `_` beside it, and no digit behind a dot or hyphen: so it is no part of a longer number, decimal, date or version.
fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    if char_before(text, start).is_some_and(is_part) {
        return false;
    }
    if super::characters::char_at(text, end).is_some_and(|(c, _)| is_part(c)) {
        return false;
    }
    let joins = |b: Option<&u8>| matches!(b, Some(b'-' | b'.'));
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    // A check letter behind a hyphen belongs to the number: `45213773-K`.
    let check_letter = text.get(end) == Some(&b'-')
        && text.get(end + 1).is_some_and(u8::is_ascii_alphabetic)
        && !text.get(end + 2).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let joined_behind = check_letter || joins(text.get(end)) && digit(text.get(end + 1));
    !joined_before(text, start) && !joined_behind
}

/// Whether what begins at `start` is joined to a number before it.
#[inline]
pub(super) fn joined_before(text: &[u8], start: usize) -> bool {
    let back = |n: usize| start.checked_sub(n).and_then(|i| text.get(i));
    matches!(back(1), Some(b'-' | b'.')) && back(2).is_some_and(u8::is_ascii_digit)
}

/// Whether the match lies in a UUID (8-4-4-4-12 hex digits).
fn in_uuid(text: &[u8], start: usize, end: usize) -> bool {
    const GROUPS: [usize; 5] = [0, 9, 14, 19, 24];
    const LENGTH: usize = 36;
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];
    // Hyphens first: nearly no number has them there.
    let is_uuid = |bytes: &[u8]| {
        HYPHENS.iter().all(|at| bytes[*at] == b'-')
            && bytes.iter().filter(|b| b.is_ascii_hexdigit()).count() == LENGTH - HYPHENS.len()
    };
    // Only in front of the first one may something else stand.
    let groups = if start > 0 && text[start - 1] == b'-' { &GROUPS[..] } else { &GROUPS[..1] };
    groups
        .iter()
        .filter_map(|offset| start.checked_sub(*offset))
        .any(|base| end <= base + LENGTH && text.get(base..base + LENGTH).is_some_and(is_uuid))
}

/// The nearest keyword of an identifier: which, and how many characters away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Near {
    /// Which keyword.
    pub(super) keyword: u16,
    /// Characters between it and the match; 0 for a label.
    pub(super) distance: u32,
    /// How many separators of a list stand between them.
    pub(super) separators: u32,
    /// How many identifiers share it: the fewer, the more it says.
    pub(super) shared: u16,
    /// Its length, in bytes: `uk passport` says more than `passport`.
    pub(super) length: u16,
}

impl Near {
    /// `gap` is what stands between keyword and match.
    pub(super) fn new(keywords: &Keywords, keyword: u16, gap: &[u8]) -> Self {
        let known = keywords.get(keyword);
        Self {
            keyword,
            distance: count(gap) as u32,
            separators: gap.iter().filter(|b| b",;|\n)]}".contains(b)).count() as u32,
            shared: known.users.len() as u16,
            length: known.text.len() as u16,
        }
    }

    /// Orders by evidence, the strongest first: the nearer, the longer (it holds the shorter that ends where it does), the one
    /// that fewer identifiers share. A separator
    /// counts as some characters: in `passport: 1, ssn: 2` the 1 belongs to the passport.
    pub(super) fn weakness(&self) -> (u32, Reverse<u16>, u16) {
        const SEPARATOR: u32 = 8;
        let apart = self.distance.saturating_add(self.separators.saturating_mul(SEPARATOR));
        (apart, Reverse(self.length), self.shared)
    }
}

/// The keyword of `user` nearest to the match, within its field and its reach; of equally near ones the most telling, then the one before the match.
/// `hits` may leave out what is out of reach before the match.
pub(super) fn nearest(
    hits: &[Hit],
    keywords: &Keywords,
    user: u16,
    proximity: Proximity,
    text: &[u8],
    (start, end): (usize, usize),
    field: (usize, usize),
) -> Option<Near> {
    let reach = reach(proximity) * CHARACTER;
    let is_his = |hit: &&Hit| {
        hit.start as usize >= field.0
            && hit.end as usize <= field.1
            && keywords.users(hit.keyword).binary_search(&user).is_ok()
    };
    let count = hits.iter().take_while(|h| (h.start as usize) < start).count();
    let before = hits[..count].iter().filter(|h| h.end as usize <= start).filter(is_his);
    let before = before.filter_map(|hit| {
        let gap = &text[hit.end as usize..start];
        let fits = match proximity {
            Proximity::Between(most) => at_most(gap, most as usize),
            Proximity::UpToEnd(most) => at_most(&text[hit.end as usize..end], most as usize),
        };
        fits.then(|| Near::new(keywords, hit.keyword, gap))
    });
    let best = before.min_by_key(Near::weakness);
    let Proximity::Between(most) = proximity else { return best };
    let behind = &hits[count..];
    // Few stand in a short match: looking at each is faster than halving.
    let first = match end - start {
        ..SHORT => behind.iter().take_while(|h| (h.start as usize) < end).count(),
        _ => behind.partition_point(|h| (h.start as usize) < end),
    };
    let after = behind[first..].iter().take_while(|h| h.start as usize <= end + reach).filter(is_his);
    let after = after.filter_map(|hit| {
        let gap = &text[end..hit.start as usize];
        at_most(gap, most as usize).then(|| Near::new(keywords, hit.keyword, gap))
    });
    best.into_iter().chain(after).min_by_key(Near::weakness)
}

/// How far a keyword can be from a match, in characters.
pub(super) fn reach(proximity: Proximity) -> usize {
    match proximity {
        Proximity::Between(most) | Proximity::UpToEnd(most) => most as usize,
    }
}

/// What a report may show of a match: no letter or digit but the last four, and none at all of a credential or of
/// fewer than eight.
pub(super) fn mask(matched: &str, secret: bool) -> String {
    const HIDDEN: usize = 16;
    const LONGEST: usize = 40;
    let is_value = |c: &char| c.is_alphanumeric();
    let values = matched.chars().filter(is_value).count();
    if secret || values > LONGEST {
        return "*".repeat(HIDDEN);
    }
    let shown = if values < 8 { 0 } else { 4 };
    let mut seen = 0;
    let masked = matched.chars().map(|c| {
        seen += usize::from(is_value(&c));
        match c {
            ' ' | '-' | '/' | '.' => c,
            _ if is_value(&c) && seen > values - shown => c,
            _ => '*',
        }
    });
    masked.collect()
}

#[cfg(test)]
mod tests {
    use super::{borders, mask};
    use crate::identifier::Borders;

    fn alone(text: &str, number: &str) -> bool {
        let start = text.find(number).unwrap();
        borders(Borders::Number, text.as_bytes(), start, start + number.len())
    }

    #[test]
    fn numbers_stand_alone() {
        for text in ["x 123456789.", "(123456789)", "é 123456789", "a-123456789", "123456789, 4", "a.123456789"] {
            assert!(alone(text, "123456789"), "{text}");
        }
        for text in
            ["é123456789", "1.123456789", "12-123456789", "123456789-1", "123456789-K", "123456789.5", "x_123456789"]
        {
            assert!(!alone(text, "123456789"), "{text}");
        }
        assert!(!alone("550e8400-e29b-41d4-a71f-446655440000", "446655440000"));
        assert!(!alone("12345678-e29b-41d4-a71f-446655440000", "12345678"));
    }

    #[test]
    fn tokens_stand_alone() {
        let token = |text: &str| {
            let start = text.find("abc").unwrap();
            borders(Borders::Token, text.as_bytes(), start, start + 3)
        };
        assert!(token("key=abc;"));
        assert!(token("\"abc\""));
        assert!(!token("/abc"));
        assert!(token("https://host.internal/abc/send"));
        assert!(!token("https://host.internal/ x/abc"));
        assert!(!token("https://host.internal/-abc"));
        assert!(!token("abc="));
    }

    #[test]
    fn masks_show_the_last_four_at_most() {
        assert_eq!(mask("536-90-4399", false), "***-**-4399");
        assert_eq!(mask("536904", false), "******");
        assert_eq!(mask("sk_live_abcdefgh", true), "****************");
        assert_eq!(mask("AB 12 34 56 C", false), "** ** *4 56 C");
    }
}
