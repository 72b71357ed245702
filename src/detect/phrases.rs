//! Phrases: some words of running text up to a blank, as lines of a log repeat them. Where anything may begin in one is told once,
//! whatever its digits are and whatever stands behind it; when it comes up again, only there is looked.
//!
//! A phrase decides nothing: it may name places that come to nothing, and leaves out none. Digit words in it that only a keyword
//! gives a meaning are looked at if one stands near (`near_words`). What no phrase can be made of (a word in which digits and
//! hexadecimal letters alternate is another one each time) is searched as any text is.

use super::alike::{first_bytes, halves, noughts};
use super::classes::{Before, Classes, within};
use super::keywords::{Hit, Keywords};
use super::phrase::{EVERYWHERE, Marks};
use super::scan::{Found, Scanner, Stretch};
use super::searched::BLOCK;
use wide::u8x16;

/// The longest phrase, in bytes.
const LONGEST: usize = BLOCK;
/// Phrases that are remembered; a power of two.
const SLOTS: usize = 1 << 11;
/// When so many keywords are kept, all begins anew.
const MOST_HITS: usize = 1 << 16;
/// A phrase is told when it comes up for this time: telling it costs as much as searching some.
const FAMILIAR: u8 = if cfg!(test) { 2 } else { 4 };
/// So many must have been known for each that is told, beyond the first [`AT_ONCE`].
const WORTH: u64 = 32;
const AT_ONCE: u64 = 512;
/// Where fewer than a third of a window's phrases are known, so many windows are left out; twice as many if it is so again.
const LEFT_OUT: u32 = 8;
const MOST_LEFT_OUT: u32 = 1 << 10;
/// Where hardly any of the first so many are known, the rest of the window is left out as well.
const AT_FIRST: u64 = 512;
/// Windows of fewer bytes are not looked through: files of sources hold nothing that repeats, and finding that out costs a tree a
/// tenth (measured).
pub(super) const LEAST: usize = if cfg!(test) { 64 } else { 256 << 10 };

/// The bytes of a phrase with noughts for digits, and zeros behind.
type Key = [[u8; 16]; LONGEST / 16];

#[derive(Debug, Clone)]
struct Slot {
    key: Key,
    /// Bytes.
    length: u8,
    /// How often it came up of late.
    uses: u8,
    known: Known,
    /// The slots of the phrases that came behind it last: next to it, and behind what is searched; with their bytes.
    next: [(u16, u8); 2],
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
    const EMPTY: Self =
        Self { key: [[0; 16]; LONGEST / 16], length: 0, uses: 0, known: Known::Nothing, next: [(0, 0); 2] };
}

/// The phrases that came up of late.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    /// Which text.
    text: u64,
    slots: Vec<Slot>,
    /// By slot.
    marks: Vec<Marks>,
    /// Keywords of phrases; offsets are from where these begin.
    hits: Vec<Hit>,
    /// The last that was known, and whether something was searched since.
    last: (usize, bool),
    /// Windows that are still to be left out, and how many it will be the next time.
    left_out: u32,
    to_leave_out: u32,
    /// Phrases that were told, and how often one was known.
    telling: u64,
    known: u64,
}

impl Phrases {
    /// Whether the next window of a text is looked through for them.
    pub(super) fn are_asked_for(&mut self, number: u64) -> bool {
        if self.text != number {
            (self.text, self.left_out, self.to_leave_out) = (number, 0, LEFT_OUT);
            // What another text repeated makes room soon, unless this one does too.
            self.slots.iter_mut().for_each(|slot| slot.uses >>= 4);
        }
        let is_left_out = self.left_out > 0;
        self.left_out = self.left_out.saturating_sub(1);
        !is_left_out
    }

    /// Makes room at the first.
    fn begin(&mut self) {
        if self.slots.is_empty() || self.hits.len() > MOST_HITS {
            self.slots.clear();
            self.hits.clear();
            self.slots.resize(SLOTS, Slot::EMPTY);
            self.marks.resize(SLOTS, Marks::default());
        }
        self.last.1 = true;
    }

    /// The phrase that is foreseen at the beginning of some bytes, if it is there: its slot and its bytes.
    #[inline]
    fn foreseen(&mut self, bytes: Alike) -> Option<(usize, usize)> {
        let (last, is_apart) = self.last;
        let (next, length) = self.slots[last].next[usize::from(is_apart)];
        let slot = &self.slots[usize::from(next)];
        // Another may have come in its place.
        let is_there =
            slot.known != Known::Nothing && slot.length == length && bytes.first(usize::from(length)).is(&slot.key);
        is_there.then(|| {
            self.last = (usize::from(next), false);
            (usize::from(next), usize::from(length))
        })
    }

    /// The slot of a phrase of so many first bytes, if it is known.
    #[inline]
    fn recognise(
        &mut self,
        (scanner, keywords): (&Scanner, &Keywords),
        (bytes, text): (Alike, &[u8]),
        length: usize,
    ) -> Option<usize> {
        let key = bytes.first(length);
        let first = key.slot();
        let is_there = |number: &usize| {
            let slot = &self.slots[*number];
            usize::from(slot.length) == length && key.is(&slot.key)
        };
        let Some(number) = [first, first ^ 1].into_iter().find(is_there) else {
            self.take(first, key.0.map(u8x16::to_array), length);
            return None;
        };
        let slot = &mut self.slots[number];
        if slot.known == Known::Nothing {
            slot.uses = slot.uses.saturating_add(1);
            if slot.uses < FAMILIAR || self.telling > AT_ONCE + self.known / WORTH {
                return None;
            }
            self.telling += 1;
            let marks = scanner.tell(keywords, &text[..length], &mut self.hits);
            slot.known = if marks.are_none() { Known::Empty } else { Known::Marks };
            self.marks[number] = marks;
        }
        slot.uses |= 0x80;
        let (last, is_apart) = self.last;
        self.slots[last].next[usize::from(is_apart)] = (number as u16, length as u8);
        self.last = (number, false);
        Some(number)
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
            0 => *slot = Slot { key, length: length as u8, uses: 1, ..Slot::EMPTY },
            _ => slot.uses -= 1,
        }
    }
}

/// The bytes that a phrase can have, with noughts for digits.
#[derive(Clone, Copy)]
struct Alike([u8x16; LONGEST / 16]);

impl Alike {
    #[inline]
    fn of(bytes: &[u8; LONGEST]) -> Self {
        let [a, b, c, d] = *bytes.as_chunks::<16>().0 else { return Self([u8x16::ZERO; LONGEST / 16]) };
        Self([noughts(a), noughts(b), noughts(c), noughts(d)])
    }

    /// The first so many.
    #[inline]
    fn first(self, length: usize) -> Self {
        let (Self(all), first) = (self, first_bytes(length));
        Self([all[0] & first[0], all[1] & first[1], all[2] & first[2], all[3] & first[3]])
    }

    #[inline]
    fn is(self, key: &Key) -> bool {
        let same = |index: usize| self.0[index].simd_eq(u8x16::new(key[index]));
        (same(0) & same(1) & same(2) & same(3)).to_bitmask() == 0xFFFF
    }

    /// The slot that it belongs into.
    #[inline]
    fn slot(self) -> usize {
        const FACTORS: [u64; 4] =
            [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x27D4_EB2F_1656_67C5];
        let of = |sixteen: u8x16, factor: u64| {
            let [a, b] = halves(sixteen);
            (a ^ b.rotate_left(29)).wrapping_mul(factor)
        };
        let Self([a, b, c, d]) = self;
        let mixed = of(a, FACTORS[0]) ^ of(b, FACTORS[1]) ^ of(c, FACTORS[2]) ^ of(d, FACTORS[3]);
        ((mixed ^ (mixed >> 32)).wrapping_mul(FACTORS[0]) >> 48) as usize % SLOTS
    }
}

/// The bytes of a phrase that bytes begin with: up to a blank, before a word in which digits and hexadecimal letters stand side by
/// side, no further than the line. If there is none, the bytes up to the first blank.
#[inline]
fn phrase(bytes: &[u8; LONGEST]) -> Result<usize, usize> {
    let (mut blanks, mut line_ends, mut digits, mut letters) = (0_u64, 0_u64, 0, 0);
    for (index, sixteen) in bytes.as_chunks::<16>().0.iter().enumerate() {
        let x = u8x16::new(*sixteen);
        let bits = |x: u8x16| u64::from(x.to_bitmask()) << (index * 16);
        blanks |= bits(x.min(u8x16::splat(b' ')).simd_eq(x));
        line_ends |= bits(x.simd_eq(u8x16::splat(b'\n')));
        digits |= bits(within(x, b'0', b'9'));
        letters |= bits(within(x | u8x16::splat(0x20), b'a', b'f'));
    }
    let mixed = (letters & (digits << 1)) | (digits & (letters << 1));
    blanks &= below(line_ends) | (line_ends & line_ends.wrapping_neg());
    match (blanks & below(mixed)).checked_ilog2() {
        Some(last) => Ok(last as usize + 1),
        None => Err((blanks.trailing_zeros() as usize + 1).min(LONGEST)),
    }
}

/// Where a phrase can begin next, from behind some bytes that are none on.
#[inline]
fn behind_word(text: &[u8], at: usize) -> usize {
    let is_inside = text[at - 1] > b' ';
    let rest = if is_inside { text.get(at..).unwrap_or_default() } else { &[] };
    at + rest.iter().position(|byte| *byte <= b' ').map_or(rest.len(), |end| end + 1)
}

/// The bits below the lowest one of these; all if there is none.
#[inline]
fn below(bits: u64) -> u64 {
    bits.wrapping_sub(1) & !bits
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
        phrases.begin();
        // All up to `searched` is done with; from there to `at` no phrase is known.
        let (mut searched, mut at, mut known, mut unknown, mut waiting) = (0, 0, 0, 0, None);
        while let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk) {
            let bytes = Alike::of(block);
            let phrase = phrases.foreseen(bytes).ok_or(0).or_else(|_| {
                let length = phrase(block)?;
                let known = phrases.recognise((self, keywords), (bytes, block), length);
                unknown += u64::from(known.is_none());
                known.map(|slot| (slot, length)).ok_or(length)
            });
            if let Some(number) = waiting.take()
                && !phrase.is_ok_and(|(slot, _)| phrases.marks[slot].is_no_street)
            {
                self.ask_number(text, number, range, found);
            }
            match phrase {
                Ok((slot, length)) => {
                    if searched < at {
                        self.search_all(keywords, text, (searched, at), range, found);
                    }
                    if phrases.slots[slot].known == Known::Marks {
                        waiting = self.take_up(keywords, text, (at, &phrases.marks[slot], &phrases.hits), range, found);
                    }
                    at += length;
                    (known, searched) = (known + 1, at);
                }
                Err(length) => {
                    phrases.last.1 = true;
                    at = behind_word(text, at + length);
                    if unknown == AT_FIRST && known * 8 < unknown {
                        break;
                    }
                }
            }
        }
        if let Some(number) = waiting {
            self.ask_number(text, number, range, found);
        }
        self.search_all(keywords, text, (searched, text.len()), range, found);
        phrases.settle(known, unknown);
        self.look_up(keywords, text, found);
        if !found.hits.is_sorted() {
            found.hits.sort();
        }
        self.literals.find(text, range, &mut found.starts);
        self.finish(keywords, text, range, found);
    }

    /// Searches a part of a text that begins behind a blank and goes to its end, or up to behind one.
    #[inline(never)]
    fn search_all(
        &self,
        keywords: &Keywords,
        text: &[u8],
        (mut at, to): (usize, usize),
        range: (usize, usize),
        found: &mut Found,
    ) {
        let (heads, run, mut before) = (self.heads(text), EVERYWHERE, Before::default());
        while at < to {
            let classes = Classes::of_all(&text[at..text.len().min(at + BLOCK)]);
            let which = !0 >> (BLOCK - BLOCK.min(to - at));
            self.search(
                keywords,
                text,
                &Stretch { base: at, which, run, classes: &classes, before },
                (heads, range),
                found,
            );
            before = Before::of(&classes, before);
            at += BLOCK;
        }
    }
}
