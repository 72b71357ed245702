//! What may be in one phrase, told from it alone: from its words, whatever its digits are and whatever stands behind it.

use super::alike::alike_in;
use super::classes::{Before, Classes};
use super::clues::{Data, bits, places};
use super::gates::joined_before;
use super::heads::Head;
use super::keywords::{Hit, Keywords};
use super::scan::{Found, Scanner, Word, word_starts};
use super::searched::BLOCK;
use super::spelling::Next;

/// Places of a phrase where something may be; bit `i` is byte `i`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    /// Which of the keywords of all phrases are its keywords: the first, and how many.
    hits: (u32, u32),
    /// Words that may begin a keyword or a literal, and those that do only if a keyword goes on behind the phrase, and with what;
    /// whether they may have humps.
    starts: u64,
    open: u64,
    goes_on_with: Next,
    humps: bool,
    /// Bytes of the phrase.
    length: u8,
    /// Digit words that may begin a match that needs no keyword, and all others.
    free: u64,
    words: u64,
    /// Words that may be a clue, and all letters.
    capitals: u64,
    letters: u64,
    /// Numbers that may be one: of a house, of a place; and the one of which only what stands behind the phrase tells.
    houses: u64,
    codes: u64,
    last_number: u64,
    /// Whether none stands behind a number that this stands behind.
    pub(super) is_no_street: bool,
}

/// Numbers that may be one of a house, or of a place, from an offset on, as bits.
pub(super) type Waiting = (usize, (u64, u64));

/// All of a running text is data.
pub(super) const EVERYWHERE: Data = Data { bits: !0, before: 0 };

impl Marks {
    pub(super) fn are_none(&self) -> bool {
        self.starts | self.open | self.free | self.words | self.capitals | self.houses | self.codes == 0
            && self.hits.1 == 0
    }
}

impl Scanner {
    /// Takes up what may be in a known phrase, which begins at `at`. A number of which only what stands behind the phrase tells
    /// whether it is one of a house or a place is given back.
    pub(super) fn take_up(
        &self,
        keywords: &Keywords,
        text: &[u8],
        (at, marks, hits): (usize, &Marks, &[Hit]),
        range: (usize, usize),
        found: &mut Found,
    ) -> Option<Waiting> {
        if marks.hits.1 != 0 {
            let (first, count) = (marks.hits.0 as usize, marks.hits.1 as usize);
            let behind = |hit: &Hit| Hit { start: hit.start + at as u32, end: hit.end + at as u32, ..*hit };
            found.hits.extend(hits[first..first + count].iter().map(behind));
        }
        let behind = text.get(at + usize::from(marks.length)).copied();
        let open = if marks.goes_on_with.can_be(behind) { marks.open } else { 0 };
        if marks.starts | open != 0 {
            self.words(keywords, text, at, (marks.starts | open, marks.humps.into()), found);
        }
        if at + BLOCK > range.0 && at < range.1 {
            if marks.words != 0 {
                found.quiet.push((at as u32, marks.words));
            }
            let free = places(at, marks.free);
            found.words.extend(free.map(|at| Word { at: at as u32, head: Head::of(&text[at..]), is_free: true }));
        }
        if marks.capitals | marks.houses | marks.codes == 0 || !self.asks_clues(at, range) {
            return None;
        }
        let first = found.starts.len();
        self.clues.capitals(text, at, (marks.capitals, marks.letters), &mut found.starts);
        let (houses, codes, last) = (marks.houses, marks.codes, marks.last_number);
        self.clues.ask_numbers(text, at, (houses & !last, codes & !last), EVERYWHERE, range, &mut found.starts);
        found.starts[first..].sort_unstable();
        (last != 0).then_some((at, (houses & last, codes & last)))
    }

    pub(super) fn ask_number(&self, text: &[u8], (at, numbers): Waiting, range: (usize, usize), found: &mut Found) {
        self.clues.ask_numbers(text, at, numbers, EVERYWHERE, range, &mut found.starts);
    }

    /// Where in a phrase, which ends with a blank, anything may begin.
    pub(super) fn tell(&self, keywords: &Keywords, phrase: &[u8], hits: &mut Vec<Hit>) -> Marks {
        let classes = Classes::of_all(phrase);
        let all = !0 >> (BLOCK - phrase.len());
        let (starts, humps) = word_starts(all, &classes, (Before::default(), false), self.probe.beyond_ascii);
        let begins = all & !((classes.letter | classes.digit | classes.under) << 1);
        let numbers = self.clues.may_be_numbers(phrase, classes.digit & begins);
        let capitals = self.clues.may_be_capitals(phrase, (classes.upper | classes.lead) & begins);
        let mut marks = Marks {
            humps: humps != 0,
            capitals,
            letters: classes.letter,
            houses: numbers.houses,
            codes: numbers.codes,
            last_number: numbers.last,
            is_no_street: self.clues.is_no_street(phrase),
            length: phrase.len() as u8,
            ..Marks::default()
        };
        let (mut found, alike) = (Found::default(), alike_in(phrase));
        for at in places(0, starts) {
            let (is_keyword, is_literal) = self.probe.may_begin(phrase, at);
            let told = found.hits.len();
            let next = if is_keyword { keywords.go_on_with((phrase, &alike), at) } else { Next::NOTHING };
            if is_keyword && !is_literal {
                self.probe.look_at(keywords, phrase, at, &mut found);
            }
            if is_literal || next == Next::ANYTHING || (next != Next::NOTHING && found.hits.len() > told) {
                found.hits.truncate(told);
                marks.starts |= 1 << at;
            } else if next != Next::NOTHING {
                marks.open |= 1 << at;
                marks.goes_on_with = marks.goes_on_with.or(next);
            }
        }
        marks.hits = (hits.len() as u32, found.hits.len() as u32);
        hits.append(&mut found.hits);
        if self.digit_words {
            self.digits(phrase, (0, all), None, (&classes, Before::default()), &mut found);
            let words = || found.words.iter().map(|word| word.at as usize);
            marks.free = bits(words().filter(|at| self.may_be_free(&alike, *at)));
            marks.words = bits(words()) & !marks.free;
        }
        marks
    }

    /// Whether a match that needs no keyword may begin with a digit word, whatever its digits are.
    fn may_be_free(&self, alike: &[u8], at: usize) -> bool {
        let joined = joined_before(alike, at);
        self.free_words.blocks().iter().any(|&(block, bits)| {
            let bits = if joined { self.openings.inside_numbers((block, bits)) } else { bits };
            self.openings.possible_in_form((block, bits), &alike[at..], usize::MAX) != 0
        })
    }
}
