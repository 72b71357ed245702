//! One pass over a window that finds where anything can be: keywords, and starts of matches.
//!
//! Sixty-four bytes at a time become bit masks of their classes; word starts and digit words fall out of shifts. A word
//! start is looked up by its first three bytes in one table for all keywords and all literals, so the cost does not grow
//! with the number of identifiers. What is found here is only a candidate: automata and gates decide.

use super::classes::{Before, Classes};
use super::clues::{Clues, Data};
use super::forms::Forms;
use super::heads::{self, Head, HeadsByLength};
use super::keywords::{Hit, Keyword, Keywords};
use super::literals::Literals;
use super::openings::{Among, Openings};
use super::probe::{Beginnings, Probe};
use super::searched::{BLOCK, Everything, Fields, Searched};
use super::tree::Tree;
use crate::shape::{ByteSet, is_word};
use crate::text::Block;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// Sixty-four bytes of a text, or less at its end, of which some are searched.
#[derive(Debug)]
pub(super) struct Stretch<'c> {
    /// Offset in the window.
    pub(super) base: usize,
    /// The bytes that are searched, as bits.
    pub(super) which: u64,
    pub(super) run: Data,
    pub(super) classes: &'c Classes,
    pub(super) before: Before,
}

/// A place where a match of a pattern may begin; ordered by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Start {
    /// Offset in the window.
    pub(super) at: u32,
    /// Number of the pattern.
    pub(super) pattern: u16,
}

/// Where a digit word begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Offset in the window.
    pub(super) at: u32,
    pub(super) head: Head,
    /// Whether a match that needs no keyword may begin there.
    pub(super) is_free: bool,
}

/// In a text of fewer bytes every digit word is taken for one where a match may begin.
const SHORT: usize = 4 << 10;

/// Word starts that are looked up together.
const TOGETHER: usize = 1024;

/// The tables for one set of identifiers.
#[derive(Debug)]
pub(super) struct Scanner {
    pub(super) probe: Probe,
    pub(super) digit_words: bool,
    letters_first: bool,
    pub(super) openings: Arc<Openings>,
    /// Digit words that need no keyword.
    pub(super) free_words: Among,
    heads: OnceLock<HeadsByLength>,
    anywhere: Option<(ByteSet, bool)>,
    pub(super) literals: Literals,
    /// Keywords that no word start gives away: they begin with a digit or a sign. And their first and second bytes.
    odd: (ByteSet, ByteSet, Tree),
    pub(super) clues: Clues,
}

/// A pattern's number, and a literal that its matches begin with.
pub(super) type PatternLiteral = (u16, Cow<'static, [u8]>);

/// What the scanner must look for besides keywords.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Digit words at all, and whether some begin with letters.
    pub(super) digit_words: bool,
    /// See above.
    pub(super) letters_first: bool,
    /// Those that need no keyword.
    pub(super) free_words: Among,
    /// First bytes of patterns that can begin anywhere, and whether all of them begin words.
    pub(super) anywhere: Option<(ByteSet, bool)>,
    /// Literals with a word in them that begins at their start or behind signs, with their patterns.
    pub(super) word_literals: Vec<PatternLiteral>,
    /// Literals wherever they stand, with their patterns.
    pub(super) literals: Vec<PatternLiteral>,
    /// Clues, with their patterns.
    pub(super) clues: Clues,
}

impl Scanner {
    pub(super) fn new(keywords: &Keywords, openings: Arc<Openings>, wanted: Wanted) -> Self {
        let mut odd = (ByteSet::default(), ByteSet::default(), Tree::new(keywords, Keyword::is_odd));
        for (_, keyword) in keywords.iter().filter(|(_, k)| k.is_odd()) {
            keyword.beginnings(&mut |beginning: &[u8]| beginning.iter().take(1).for_each(|b| odd.0.insert(*b)));
            odd.1.extend(&keyword.second_bytes());
        }
        Self {
            odd,
            probe: Probe::new(keywords, wanted.word_literals),
            digit_words: wanted.digit_words,
            letters_first: wanted.letters_first,
            openings,
            free_words: wanted.free_words,
            heads: OnceLock::new(),
            anywhere: wanted.anywhere,
            literals: Literals::new(wanted.literals),
            clues: wanted.clues,
        }
    }

    /// Finds all keywords in `text`, and the starts in `from..to`.
    pub(super) fn scan(&self, keywords: &Keywords, text: &[u8], range: (usize, usize), found: &mut Found) {
        self.scan_searched(keywords, text, range, Everything, found);
        self.literals.find(text, range, &mut found.starts);
        self.finish(keywords, text, range, found);
    }

    /// The same in a text that is cut into fields: what is in none is no data, and what is in a field of a known form is known.
    /// Between them starts may be found as well.
    pub(super) fn scan_fields(
        &self,
        keywords: &Keywords,
        block: &Block,
        forms: &Forms,
        range: (usize, usize),
        found: &mut Found,
    ) {
        let text = block.text.as_slice();
        self.scan_searched(keywords, text, range, Fields::new(forms), found);
        for (low, high) in Fields::new(forms).stretches() {
            self.literals.find(text, (low.max(range.0), high.min(range.1)), &mut found.starts);
        }
        self.finish(keywords, text, range, found);
    }

    /// Goes through what is searched of a text.
    #[inline]
    fn scan_searched(
        &self,
        keywords: &Keywords,
        text: &[u8],
        range: (usize, usize),
        mut searched: impl Searched,
        found: &mut Found,
    ) {
        found.clear();
        let heads = self.heads(text);
        let (mut before, mut since, mut base) = (Before::default(), 0, 0);
        while base < text.len() {
            let run = Data { bits: searched.bits(base), before: since };
            let (data, chunk) = (run.bits, &text[base..text.len().min(base + BLOCK)]);
            since = run.since(base, BLOCK);
            if data == 0 {
                // Of what is left out only the end counts.
                let last = searched.next(base).saturating_sub(BLOCK).clamp(base, text.len());
                before = Before::default();
                (base, since) = (last + BLOCK, last + BLOCK);
                if let Some(block) = text.get(last..base).filter(|block| block.last().is_some_and(|b| is_word(*b))) {
                    before = Before::of(&Classes::of_all(block), before);
                }
                continue;
            }
            let classes = Classes::of_all(chunk);
            let stretch = Stretch { base, which: data, run, classes: &classes, before };
            self.search(keywords, text, &stretch, (heads, range), found);
            before = Before::of(&classes, before);
            base += BLOCK;
        }
        self.look_up(keywords, text, found);
    }

    /// What tells of most digit words that nothing begins with them; not worth its making in a short text.
    pub(super) fn heads(&self, text: &[u8]) -> Option<&HeadsByLength> {
        (text.len() >= SHORT).then(|| self.heads.get_or_init(|| HeadsByLength::new(&self.openings, &self.free_words)))
    }

    /// Finds what begins in a stretch of a text, but for keywords and literals: of them the places are noted.
    #[expect(clippy::inline_always, reason = "measured: texts take a tenth longer without")]
    #[inline(always)]
    pub(super) fn search(
        &self,
        keywords: &Keywords,
        text: &[u8],
        stretch: &Stretch<'_>,
        (heads, range): (Option<&HeadsByLength>, (usize, usize)),
        found: &mut Found,
    ) {
        let &Stretch { base, which: data, run, classes, before } = stretch;
        let next = text.get(base + BLOCK).is_some_and(|byte| byte.is_ascii_lowercase() || *byte >= 0xC0);
        let starts = word_starts(data, classes, (before, next), self.probe.beyond_ascii);
        self.words(keywords, text, base, starts, found);
        // A word's first digit can stand a few letters behind the range.
        if self.digit_words && base + BLOCK > range.0 && base < range.1 + 9 {
            self.digits(text, (base, data), heads, (classes, before), found);
        }
        if self.asks_clues(base, range) {
            let behind_word = ((classes.letter | classes.digit | classes.under) << 1) | before.word;
            let begins = data & !behind_word;
            let capitals = ((classes.upper | classes.lead) & begins, classes.letter);
            let first = found.starts.len();
            self.clues.capitals(text, base, capitals, &mut found.starts);
            let numbers = (classes.digit & begins, classes);
            self.clues.numbers(text, base, numbers, run, range, &mut found.starts);
            found.starts[first..].sort_unstable();
        }
    }

    /// Whether a clue in the block that begins at `base` can be that of a match that starts in the range.
    #[inline]
    pub(super) fn asks_clues(&self, base: usize, range: (usize, usize)) -> bool {
        base + BLOCK > range.0 && base < range.1.saturating_add(self.clues.before())
    }

    /// Adds what is found in a pass of its own, and puts all in order.
    pub(super) fn finish(&self, keywords: &Keywords, text: &[u8], range: (usize, usize), found: &mut Found) {
        self.anywhere(text, range, found);
        self.odd_keywords(keywords, text, found);
        let within = |at: u32| (range.0..range.1).contains(&(at as usize));
        found.words.retain(|word| within(word.at));
        found.starts.retain(|start| within(start.at));
        // Long parts of it are in order, which this makes use of.
        found.starts.sort();
        found.starts.dedup();
    }

    /// Takes the word starts of a block up, with its humps; many are looked up together.
    #[inline]
    pub(super) fn words(
        &self,
        keywords: &Keywords,
        text: &[u8],
        base: usize,
        (mut starts, humps): (u64, u64),
        found: &mut Found,
    ) {
        // The first letters of a word go on into one more block at most.
        found.humps |= humps != 0;
        if found.places.len() >= TOGETHER {
            self.look_up(keywords, text, found);
            found.humps = humps != 0;
        }
        while starts != 0 {
            found.places.push(base as u32 + starts.trailing_zeros());
            starts &= starts - 1;
        }
    }

    pub(super) fn look_up(&self, keywords: &Keywords, text: &[u8], found: &mut Found) {
        let mut places = std::mem::take(&mut found.places);
        self.probe.look_up(keywords, text, (&places, found.humps), found);
        places.clear();
        found.places = places;
        found.humps = false;
    }

    /// Finds the digit words that begin, or whose first digit stands, in the data of a block.
    pub(super) fn digits(
        &self,
        text: &[u8],
        (base, data): (usize, u64),
        heads: Option<&HeadsByLength>,
        (c, before): (&Classes, Before),
        found: &mut Found,
    ) {
        let word = c.letter | c.digit | c.under;
        let plain = c.digit & !((word << 1) | before.word);
        let behind_letters = if self.letters_first { c.behind_first_letters(before).0 & c.digit } else { 0 };
        let within_block = |at: usize| at >= base && at + heads::BYTES <= base + 64;
        let head = |at: usize| {
            if within_block(at) {
                Head::new(text[at], c.digit >> (at - base), c.letter >> (at - base))
            } else {
                Head::of(&text[at..])
            }
        };
        // Words do not overlap: in the order of their first digits they are in the order of their starts.
        let mut digits = (plain | behind_letters) & data;
        while digits != 0 {
            let bit = digits & digits.wrapping_neg();
            let mut at = base + digits.trailing_zeros() as usize;
            digits &= digits - 1;
            if plain & bit == 0 {
                let letters = text[at.saturating_sub(9)..at].iter().rev().take_while(|b| b.is_ascii_alphabetic());
                let letters = letters.count();
                if letters > 8 {
                    continue;
                }
                at -= letters;
            }
            let head = head(at);
            // Where it goes on to the block's end it is taken for long.
            let is_long = || {
                let within = (!word >> at.saturating_sub(base)).trailing_zeros() as usize;
                base.saturating_sub(at) + within >= heads::LONG
            };
            let is_free = heads.is_none_or(|heads| heads.can_be(head, is_long));
            found.words.push(Word { at: at as u32, head, is_free });
        }
    }

    fn odd_keywords(&self, keywords: &Keywords, text: &[u8], found: &mut Found) {
        let (first, second, tree) = &self.odd;
        if first.is_empty() {
            return;
        }
        let mut look_up = |at: usize| {
            if text.get(at + 1).is_none_or(|byte| second.contains(*byte)) {
                tree.look_up(keywords, text, at, &mut found.hits);
            }
        };
        match *first.iter().collect::<Vec<u8>>() {
            [a] => memchr::memchr_iter(a, text).for_each(look_up),
            [a, b] => memchr::memchr2_iter(a, b, text).for_each(look_up),
            _ => (0..text.len()).filter(|at| first.contains(text[*at])).for_each(&mut look_up),
        }
        found.hits.sort_unstable();
    }

    /// Where patterns may begin that can begin anywhere; only those pay for it.
    fn anywhere(&self, text: &[u8], (from, to): (usize, usize), found: &mut Found) {
        if let Some((first, word_starts)) = &self.anywhere {
            for at in from..to.min(text.len()) {
                let inside = *word_starts && at > 0 && is_word(text[at - 1]);
                if first.contains(text[at]) && !inside {
                    found.anywhere.push(at as u32);
                }
            }
        }
    }
}

/// Where words start in the data of a block, and its humps, which start words too: a capital behind a small letter, or between a
/// capital and what may be a small letter; `next` tells whether such stands behind the block.
#[inline]
pub(super) fn word_starts(data: u64, c: &Classes, (before, next): (Before, bool), beyond_ascii: bool) -> (u64, u64) {
    let lower = c.letter & !c.upper;
    let behind_alnum = ((c.letter | c.digit) << 1) | before.alnum;
    let next_lower = ((lower | c.lead) >> 1) | u64::from(next) << 63;
    let humps = c.upper & (((lower << 1) | before.lower) | (((c.upper << 1) | before.upper) & next_lower));
    let beyond_ascii = if beyond_ascii { c.lead } else { 0 };
    (((c.letter & !behind_alnum) | humps | beyond_ascii) & data, humps)
}

/// What a pass found; reused from window to window.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Keywords, by position.
    pub(super) hits: Vec<Hit>,
    /// Where digit words begin, ascending.
    pub(super) words: Vec<Word>,
    /// Where known phrases begin, ascending, and their digit words, as bits, that mean nothing but near a keyword.
    pub(super) quiet: Vec<(u32, u64)>,
    /// Where patterns may begin that can begin anywhere and need no keyword, ascending.
    pub(super) anywhere: Vec<u32>,
    /// Where single patterns may begin, by position, each once.
    pub(super) starts: Vec<Start>,
    /// Word starts that are not yet looked up, and whether their words may have humps.
    places: Vec<u32>,
    humps: bool,
    /// Room for those that are worth a look.
    pub(super) passed: Vec<u32>,
    pub(super) beginnings: Beginnings,
}

impl Found {
    pub(super) fn clear(&mut self) {
        self.hits.clear();
        self.words.clear();
        self.quiet.clear();
        self.anywhere.clear();
        self.starts.clear();
    }
}
