//! Starts that the clues of validators give away: capitals that begin a given name, digits that begin a house number or a postal code.
//!
//! A clue is asked at places that the scan finds in passing. It leaves out no start at which the validator could accept a text.

use super::Compiled;
use super::classes::Classes;
use super::gates::joined_before;
use super::scan::Start;
use crate::identifier::Borders;
use crate::shape::{ByteSet, Shape, is_word};
use crate::validators::{
    Alphanumerics, Clue, ClueAt, MOST_OF_A_NAME, house_numbers, may_be_name, may_open_with_number,
};

/// Which bytes of a block are data, and where those begin that reach up to it without a gap.
#[derive(Debug, Clone, Copy)]
pub(super) struct Data {
    pub(super) bits: u64,
    pub(super) before: usize,
}

impl Data {
    /// Since where all is data, up to a place of the block that begins at `base`; the place is counted from there, up to 64.
    pub(super) fn since(self, base: usize, place: usize) -> usize {
        let gaps = !self.bits & (1u64.checked_shl(place as u32).unwrap_or(0).wrapping_sub(1));
        gaps.checked_ilog2().map_or(self.before, |last| base + last as usize + 1)
    }

    /// Where the first byte behind a place is that is none, if the block that begins at `base` has it.
    fn end(self, base: usize, at: usize) -> Option<usize> {
        let length = (!(self.bits >> (at - base))).trailing_zeros() as usize;
        Some(at + length).filter(|end| *end < base + 64)
    }
}

/// The clues of one set of patterns.
#[derive(Debug, Default)]
pub(super) struct Clues {
    capital: Vec<Entry>,
    house_number: Vec<Entry>,
    five_digits: Vec<Entry>,
    before: usize,
}

#[derive(Debug)]
struct Entry {
    pattern: u16,
    clue: Clue,
    first: ByteSet,
    /// What a match can hold.
    alphabet: ByteSet,
    stands_alone: bool,
}

impl Entry {
    /// Where the first match can start that has its clue at a place, not before `from`.
    fn reaches_back(&self, text: &[u8], from: usize, at: usize) -> usize {
        let first = at.saturating_sub(self.clue.before).max(from).min(at);
        let between = text.get(first..at).unwrap_or_default();
        first + between.iter().rposition(|byte| !self.alphabet.contains(*byte)).map_or(0, |last| last + 1)
    }
}

impl Clues {
    /// Adds the clue of a pattern, if it has one.
    pub(super) fn add(&mut self, pattern: u16, compiled: &Compiled) {
        let Some(clue) = compiled.clue else { return };
        let list = match clue.at {
            ClueAt::Capital => &mut self.capital,
            ClueAt::HouseNumber => &mut self.house_number,
            ClueAt::FiveDigits => &mut self.five_digits,
        };
        let stands_alone = compiled.borders == Borders::Number;
        let Shape { first, alphabet, .. } = compiled.shape;
        list.push(Entry { pattern, clue, first, alphabet, stands_alone });
        self.before = self.before.max(clue.before);
    }

    /// How far behind a range the clue of a match that starts in it can stand.
    pub(super) fn before(&self) -> usize {
        self.before
    }

    /// Asks at the places of a block that `mask` tells.
    /// `letters` are all letters of the block.
    pub(super) fn capitals(&self, text: &[u8], base: usize, (mask, letters): (u64, u64), starts: &mut Vec<Start>) {
        if self.capital.is_empty() {
            return;
        }
        for at in places(base, mask) {
            let count = (!(letters >> (at - base))).trailing_zeros() as usize;
            // Alphanumerics that go on behind the block are looked at there.
            if at + count < base + 64 && !may_be_name(text.get(at + count..).unwrap_or_default()) {
                continue;
            }
            let here = text.get(at..).unwrap_or_default();
            for entry in &self.capital {
                if here.first().is_some_and(|byte| entry.first.contains(*byte)) && (entry.clue.shows)(here) {
                    starts.push(Start { at: at as u32, pattern: entry.pattern });
                }
            }
        }
    }

    /// The same at the starts of numbers.
    pub(super) fn numbers(
        &self,
        text: &[u8],
        base: usize,
        (mask, classes): (u64, &Classes),
        data: Data,
        range: (usize, usize),
        starts: &mut Vec<Start>,
    ) {
        if mask == 0 {
            return;
        }
        let houses = if self.house_number.is_empty() {
            0
        } else {
            // Few blocks are less than one.
            let block = text.get(base..).and_then(<[u8]>::first_chunk);
            block.map_or(mask, |block| house_numbers(block, mask, alphanumerics(classes)))
        };
        // What stands behind the block is not known: it is taken for what fits.
        let more = (1..5).fold(mask, |mask, n| mask & (classes.digit >> n | !0 << (64 - n)));
        let five = more & (!(classes.digit >> 5) | !0 << 59);
        self.ask_numbers(text, base, (houses, five), data, range, starts);
    }

    /// Asks at numbers that may be a house's, and at those of five digits.
    pub(super) fn ask_numbers(
        &self,
        text: &[u8],
        base: usize,
        (houses, five): (u64, u64),
        data: Data,
        range: (usize, usize),
        starts: &mut Vec<Start>,
    ) {
        ask(&self.house_number, text, (base, houses), data, range, starts);
        ask(&self.five_digits, text, (base, five), data, range, starts);
    }

    /// Those of the words that `mask` tells at which a clue may show in a text of one block at most, which ends with a blank,
    /// whatever stands behind it.
    pub(super) fn may_be_capitals(&self, text: &[u8], mask: u64) -> u64 {
        let with_most = [text, MOST_OF_A_NAME].concat();
        let shows = |at: &usize| {
            let here = &with_most[*at..];
            self.capital.iter().any(|entry| entry.first.contains(here[0]) && (entry.clue.shows)(here))
        };
        bits(places(0, mask).filter(shows))
    }

    /// Those of the numbers that `mask` tells that may be a house's or a place's, as above. Which digits they have makes no
    /// difference.
    pub(super) fn may_be_numbers(&self, text: &[u8], mask: u64) -> Numbers {
        let with_most = [text, MOST_OF_A_NAME].concat();
        let may_be_house = |at: &usize| !self.house_number.is_empty() && may_open_with_number(&text[*at..]);
        let may_be_code = |at: &usize| self.five_digits.iter().any(|entry| (entry.clue.shows)(&with_most[*at..]));
        let number = text.strip_suffix(b" ").or(text.strip_suffix(b"\n")).unwrap_or_default();
        let is_last = |at: &usize| number.get(*at..).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit));
        Numbers {
            houses: bits(places(0, mask).filter(may_be_house)),
            codes: bits(places(0, mask).filter(may_be_code)),
            last: bits(places(0, mask).filter(is_last)),
        }
    }

    /// Whether no number that stands before a text, a blank between them, is a house's or a place's, whatever stands behind it.
    pub(super) fn is_no_street(&self, text: &[u8]) -> bool {
        let with_number = [b"12345 ", text].concat();
        let shows = |entry: &Entry| (entry.clue.shows)(&with_number);
        !may_open_with_number(&with_number) && !self.five_digits.iter().any(shows)
    }
}

/// Numbers of a text, as bits by offset.
pub(super) struct Numbers {
    /// Those that may be a house's, and a place's.
    pub(super) houses: u64,
    pub(super) codes: u64,
    /// The one that stands before the blank at the end.
    pub(super) last: u64,
}

fn alphanumerics(classes: &Classes) -> Alphanumerics {
    Alphanumerics { digits: classes.digit, letters: classes.letter, capitals: classes.upper }
}

/// A match can start before its clue, but lies in data alone; what starts outside of `range` is left out.
fn ask(
    list: &[Entry],
    text: &[u8],
    (base, mask): (usize, u64),
    data: Data,
    range: (usize, usize),
    starts: &mut Vec<Start>,
) {
    for at in places(base, mask) {
        let here = text.get(at..data.end(base, at).unwrap_or(text.len())).unwrap_or_default();
        for entry in list {
            let is_joined = entry.stands_alone && entry.clue.before == 0 && joined_before(text, at);
            if is_joined || !(entry.clue.shows)(here) {
                continue;
            }
            let from = data.since(base, at - base);
            for start in entry.reaches_back(text, from, at).max(range.0)..(at + 1).min(range.1) {
                let begins_word = start == 0 || !text.get(start - 1).is_some_and(|b| is_word(*b));
                let opens =
                    |text: &[u8]| text.first().is_some_and(|b| entry.first.contains(*b)) && (entry.clue.opens)(text);
                if begins_word && text.get(start..).is_some_and(opens) {
                    starts.push(Start { at: start as u32, pattern: entry.pattern });
                }
            }
        }
    }
}

/// Places of a block as a mask.
pub(super) fn bits(places: impl Iterator<Item = usize>) -> u64 {
    places.fold(0, |all, at| all | 1 << at)
}

/// The places of a block that a mask tells, ascending.
pub(super) fn places(base: usize, mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = base + (mask != 0).then(|| mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(at)
    })
}
