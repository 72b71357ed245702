//! Phrases: some words of running text up to a blank, as lines of a log repeat them. Where anything may begin in one is told once,
//! whatever its digits are and whatever stands behind it; when it comes up again, only there is looked.
//!
//! A phrase decides nothing: it may name places that come to nothing, and leaves out none. Digit words in it that only a keyword
//! gives a meaning are looked at if one stands near (`near_words`). What no phrase can be made of (a word in which digits and
//! hexadecimal letters alternate is another one each time) is searched as any text is.

use super::alike::{alike, alike_in};
use super::classes::{Before, Classes};
use super::clues::Data;
use super::gates::joined_before;
use super::heads::Head;
use super::keywords::Keywords;
use super::scan::{Found, Scanner, Stretch, Word, word_starts};
use super::searched::BLOCK;
use wide::u8x16;

/// Phrases that are remembered; a power of two.
const SLOTS: usize = 1 << 11;
/// A phrase is told when it comes up for this time: telling it costs as much as searching some.
const FAMILIAR: u8 = if cfg!(test) { 2 } else { 4 };
/// So many must have been known for each that is told, beyond the first [`AT_ONCE`].
const WORTH: u64 = 32;
const AT_ONCE: u64 = 512;
/// Where fewer than a third of a window's phrases are known, so many windows are left out; twice as many if it is so again.
const LEFT_OUT: u32 = 8;
const MOST_LEFT_OUT: u32 = 1 << 10;
/// In a shorter text hardly any comes up often, in bytes.
pub(super) const LEAST: usize = if cfg!(test) { 64 } else { 32 << 10 };

/// The digits of a phrase as noughts.
type Key = [u64; BLOCK / 8];

/// Places of a phrase where something may be; bit `i` is byte `i`.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    /// Words that may begin a keyword or a literal, and whether they may have humps.
    starts: u64,
    humps: bool,
    /// Digit words that may begin a match that needs no keyword, and all others.
    free: u64,
    words: u64,
    /// Words that may be a clue, and all letters.
    capitals: u64,
    letters: u64,
    /// Numbers that may be one: of a house, of a place.
    houses: u64,
    codes: u64,
}

impl Marks {
    fn is_empty(&self) -> bool {
        self.starts | self.free | self.capitals | self.houses | self.codes == 0
    }
}

#[derive(Debug, Clone)]
struct Slot {
    key: Key,
    /// Bytes.
    length: u8,
    /// How often it came up of late.
    uses: u8,
    known: Known,
    /// The slots of the phrases that came behind it last: next to it, and behind what is searched.
    next: [u16; 2],
}

/// What is known of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    /// Nothing can begin in it, and no digit word does.
    Empty,
    /// See its marks.
    Marks,
}

impl Slot {
    const EMPTY: Self = Self { key: [0; BLOCK / 8], length: 0, uses: 0, known: Known::Nothing, next: [0; 2] };
}

/// The phrases that came up of late.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    /// Which text.
    text: u64,
    slots: Vec<Slot>,
    /// By slot.
    marks: Vec<Marks>,
    /// Windows that are still to be left out, and how many it will be the next time.
    left_out: u32,
    to_leave_out: u32,
    /// Phrases that were told, and how often one was known.
    telling: u64,
    known: u64,
    /// The last that was known, and whether something was searched since.
    last: (usize, bool),
}

/// What to do with the next bytes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// So many are a phrase.
    Phrase(usize),
    /// So many must be searched.
    Other(usize),
}

impl Phrases {
    /// Whether the next window of a text is looked through for them.
    pub(super) fn are_asked_for(&mut self, number: u64) -> bool {
        if self.text != number {
            (self.text, self.left_out, self.to_leave_out) = (number, 0, LEFT_OUT);
        }
        let is_left_out = self.left_out > 0;
        self.left_out = self.left_out.saturating_sub(1);
        !is_left_out
    }

    /// The phrase that is foreseen at the beginning of some bytes, if it is there: its slot.
    #[inline]
    fn foreseen(&mut self, bytes: &[u8; BLOCK]) -> Option<usize> {
        let (last, is_apart) = self.last;
        let next = usize::from(self.slots[last].next[usize::from(is_apart)]);
        let slot = &self.slots[next];
        let is_there = slot.known != Known::Nothing && same(&slot.key, &key(bytes, usize::from(slot.length)));
        is_there.then(|| {
            self.last = (next, false);
            next
        })
    }

    /// The slot of a phrase, if it is known.
    #[inline]
    fn recognise(&mut self, scanner: &Scanner, bytes: &[u8; BLOCK], length: usize) -> Option<usize> {
        let key = key(bytes, length);
        let first = slot(&key);
        for number in [first, first ^ 1] {
            let slot = &mut self.slots[number];
            if usize::from(slot.length) == length && same(&slot.key, &key) {
                if slot.known == Known::Nothing {
                    slot.uses = slot.uses.saturating_add(1);
                    if slot.uses < FAMILIAR || self.telling > AT_ONCE + self.known / WORTH {
                        return None;
                    }
                    self.telling += 1;
                    let marks = scanner.tell(&bytes[..length]);
                    slot.known = if marks.is_empty() && marks.words == 0 { Known::Empty } else { Known::Marks };
                    self.marks[number] = marks;
                }
                slot.uses |= 0x80;
                let (last, is_apart) = self.last;
                self.slots[last].next[usize::from(is_apart)] = number as u16;
                self.last = (number, false);
                return Some(number);
            }
        }
        self.take(first, key, length);
        None
    }

    /// Judges by a window whether the next ones are worth it.
    fn settle(&mut self, known: u64, unknown: u64) {
        self.known += known;
        if known * 2 < unknown {
            self.left_out = self.to_leave_out;
            self.to_leave_out = (self.to_leave_out * 2).min(MOST_LEFT_OUT);
        } else {
            self.to_leave_out = LEFT_OUT;
        }
    }

    /// Puts a new phrase in the place of one that did not come up lately.
    fn take(&mut self, first: usize, key: Key, length: usize) {
        let [a, b] = [first, first ^ 1].map(|slot| self.slots[slot].uses);
        let number = if a <= b { first } else { first ^ 1 };
        let slot = &mut self.slots[number];
        match slot.uses {
            0 => *slot = Slot { key, length: length as u8, uses: 1, known: Known::Nothing, next: [0; 2] },
            _ => slot.uses -= 1,
        }
    }
}

impl Piece {
    /// The first bytes of a text that begin behind a blank: up to a blank, no further than the line.
    #[inline]
    fn of(bytes: &[u8; BLOCK]) -> Self {
        let Signs { mut blanks, line_ends, mixed } = Signs::of(bytes);
        blanks &= below(line_ends) | (line_ends & line_ends.wrapping_neg());
        match (blanks & below(mixed)).checked_ilog2() {
            Some(last) => Self::Phrase(last as usize + 1),
            None => Self::Other((blanks.trailing_zeros() as usize + 1).min(BLOCK)),
        }
    }
}

/// The bits below the lowest one of these; all if there is none.
#[inline]
fn below(bits: u64) -> u64 {
    bits.wrapping_sub(1) & !bits
}

/// Bit `i` is byte `i`.
struct Signs {
    /// Blanks and all else up to them.
    blanks: u64,
    line_ends: u64,
    /// Where a digit and a hexadecimal letter stand side by side.
    mixed: u64,
}

impl Signs {
    #[inline]
    fn of(bytes: &[u8; BLOCK]) -> Self {
        let (mut blanks, mut line_ends, mut digits, mut letters) = (0, 0, 0, 0);
        for (index, sixteen) in bytes.as_chunks::<16>().0.iter().enumerate() {
            let x = u8x16::new(*sixteen);
            let within = |x: u8x16, low: u8, high: u8| x.max(u8x16::splat(low)).min(u8x16::splat(high)).simd_eq(x);
            let bits = |x: u8x16| u64::from(x.to_bitmask()) << (index * 16);
            blanks |= bits(x.min(u8x16::splat(b' ')).simd_eq(x));
            line_ends |= bits(x.simd_eq(u8x16::splat(b'\n')));
            digits |= bits(within(x, b'0', b'9'));
            letters |= bits(within(x | u8x16::splat(0x20), b'a', b'f'));
        }
        Self { blanks, line_ends, mixed: (letters & (digits << 1)) | (digits & (letters << 1)) }
    }
}

#[inline]
fn key(bytes: &[u8; BLOCK], length: usize) -> Key {
    let mut key = [0; BLOCK / 8];
    for (index, sixteen) in bytes.as_chunks::<16>().0.iter().enumerate() {
        let [a, b] = alike(*sixteen, length.saturating_sub(index * 16).min(16));
        (key[index * 2], key[index * 2 + 1]) = (a, b);
    }
    key
}

#[inline]
fn same(a: &Key, b: &Key) -> bool {
    a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[inline]
fn slot(key: &Key) -> usize {
    const FACTORS: [u64; 4] =
        [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x27D4_EB2F_1656_67C5];
    let pairs = key.as_chunks::<2>().0.iter().zip(FACTORS);
    let mixed = pairs.fold(0, |mixed, ([a, b], factor)| mixed ^ (a ^ b.rotate_left(29)).wrapping_mul(factor));
    ((mixed ^ (mixed >> 32)).wrapping_mul(FACTORS[0]) >> 48) as usize % SLOTS
}

impl Scanner {
    /// Finds all keywords in a running text, and the starts in `range`; in what it repeats only where they may be.
    pub(super) fn scan_phrases(
        &self,
        keywords: &Keywords,
        text: &[u8],
        range: (usize, usize),
        phrases: &mut Phrases,
        found: &mut Found,
    ) {
        found.clear();
        let (heads, all) = (self.heads(text), Data { bits: !0, before: 0 });
        if phrases.slots.is_empty() {
            phrases.slots.resize(SLOTS, Slot::EMPTY);
            phrases.marks.resize(SLOTS, Marks::default());
        }
        let (mut at, mut inside, mut known, mut unknown) = (0, None, 0_u64, 0_u64);
        while at < text.len() {
            let rest = &text[at..];
            let mut length = BLOCK;
            if let (Some(block), None) = (rest.first_chunk::<BLOCK>(), inside) {
                let slot = phrases.foreseen(block).or_else(|| match Piece::of(block) {
                    Piece::Phrase(bytes) => {
                        length = bytes;
                        let slot = phrases.recognise(self, block, length);
                        unknown += u64::from(slot.is_none());
                        slot
                    }
                    Piece::Other(bytes) => {
                        length = bytes;
                        None
                    }
                });
                if let Some(slot) = slot {
                    known += 1;
                    if phrases.slots[slot].known == Known::Marks {
                        self.take_up(keywords, text, (at, &phrases.marks[slot]), range, found);
                    }
                    at += usize::from(phrases.slots[slot].length);
                    continue;
                }
            } else {
                length =
                    rest.iter().take(BLOCK).position(|byte| *byte <= b' ').map_or(BLOCK, |at| at + 1).min(rest.len());
            }
            phrases.last.1 = true;
            let classes = Classes::of_all(&rest[..rest.len().min(BLOCK)]);
            let before = inside.take().unwrap_or_default();
            let stretch = Stretch { base: at, which: !0 >> (BLOCK - length), run: all, classes: &classes, before };
            self.search(keywords, text, &stretch, (heads, range), found);
            if rest[length - 1] > b' ' {
                inside = Some(Before::of(&classes, before));
            }
            at += length;
        }
        phrases.settle(known, unknown);
        self.look_up(keywords, text, found);
        self.literals.find(text, range, &mut found.starts);
        self.finish(keywords, text, range, found);
    }

    /// Takes up what may be in a known phrase, which begins at `at`.
    fn take_up(
        &self,
        keywords: &Keywords,
        text: &[u8],
        (at, marks): (usize, &Marks),
        range: (usize, usize),
        found: &mut Found,
    ) {
        if marks.starts != 0 {
            self.words(keywords, text, at, (marks.starts, u64::from(marks.humps)), found);
        }
        if at + BLOCK > range.0 && at < range.1 {
            if marks.words != 0 {
                found.quiet.push((at as u32, marks.words));
            }
            let mut free = marks.free;
            while free != 0 {
                let at = at + free.trailing_zeros() as usize;
                free &= free - 1;
                found.words.push(Word { at: at as u32, head: Head::of(&text[at..]), is_free: true });
            }
        }
        if marks.capitals | marks.houses | marks.codes != 0 && self.asks_clues(at, range) {
            let all = Data { bits: !0, before: 0 };
            let first = found.starts.len();
            self.clues.capitals(text, at, (marks.capitals, marks.letters), &mut found.starts);
            self.clues.ask_numbers(text, at, (marks.houses, marks.codes), all, range, &mut found.starts);
            found.starts[first..].sort_unstable();
        }
    }

    /// Where in a phrase, which ends with a blank, anything may begin.
    fn tell(&self, phrase: &[u8]) -> Marks {
        let classes = Classes::of_all(phrase);
        let data = !0 >> (BLOCK - phrase.len());
        let (starts, humps) = word_starts(data, &classes, (Before::default(), false), self.probe.beyond_ascii);
        let mut marks = Marks { letters: classes.letter, humps: humps != 0, ..Marks::default() };
        let places = |mask: u64| (0..phrase.len()).filter(move |at| mask >> at & 1 == 1);
        marks.starts = places(starts).filter(|at| self.probe.may_begin(phrase, *at)).fold(0, |all, at| all | 1 << at);
        if self.digit_words {
            let mut found = Found::default();
            self.digits(phrase, (0, data), None, (&classes, Before::default()), &mut found);
            let alike = alike_in(phrase);
            for at in found.words.iter().map(|word| word.at as usize) {
                let list = if self.may_be_free(&alike, at) { &mut marks.free } else { &mut marks.words };
                *list |= 1 << at;
            }
        }
        let begins = data & !((classes.letter | classes.digit | classes.under) << 1);
        marks.capitals = self.clues.may_be_capitals(phrase, (classes.upper | classes.lead) & begins);
        (marks.houses, marks.codes) = self.clues.may_be_numbers(phrase, classes.digit & begins);
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
