//! What the fields of one form may hold, told from one of them. Nothing here depends on a digit but what says so.

use super::alike::{alike_in, first_bits};
use super::automaton::States;
use super::certain::Ends;
use super::gates::Near;
use super::keywords::Hit;
use super::labels::{Labelled, Labels};
use super::openings::Among;
use super::scan::Found;
use super::session::Scratch;
use super::{Compiled, Detector, gates};
use crate::shape::is_word;
use crate::text::{Block, Field};

/// Where the matches of its patterns end is looked into when it came up so often since; in the short texts of tests soon.
const USUAL: u8 = if cfg!(test) { 2 } else { 64 };

/// What can stand beside a field of a form; the last one only where the source numbers its texts.
pub(super) const BESIDE: &[u8] = b",:; \t|\n\r\"[]{}'";

/// A place in a field, and patterns of a block that may begin there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Try {
    pub(super) at: u8,
    pub(super) block: u16,
    pub(super) bits: u64,
}

/// Patterns to be tried in the fields of a form.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) which: Try,
    /// Where the matches end in most fields, if that is known; of one pattern then.
    pub(super) sure: Option<Sure>,
    /// Offset of a digit, and which of them, as bits, let any of the patterns begin.
    digit: (u8, u16),
}

/// What is the same of one pattern's matches in most fields of a form, from one place on.
#[derive(Debug, Clone)]
pub(super) struct Sure {
    pub(super) pattern: u16,
    /// The pattern's.
    pub(super) identifier: u16,
    pub(super) ends: Ends,
    pub(super) gates: Gates,
}

/// What is known of the gates that look at no digit.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gates {
    /// Nothing, or too little: no match passed them yet, or there is more than one end.
    Unknown,
    /// A match passed them, with the keyword near it, if any: so does every other.
    Passed(Option<Near>),
}

impl Attempt {
    fn new(detector: &Detector, field: &[u8], which: Try, sure: Option<Sure>) -> Self {
        let Try { at, block, bits } = which;
        let telling = detector.openings.telling_digit((block, bits), &field[usize::from(at)..]);
        Self { which, sure, digit: telling.map_or((0, u16::MAX), |(place, digits)| (at + place, digits)) }
    }

    /// Places of digits, and those of them, as bits, with which it may come to something.
    fn needs(&self) -> impl Iterator<Item = (u8, u16)> {
        let ends = self.sure.as_ref().map(|sure| &sure.ends);
        // What has no match because of one digit needs another.
        let other = ends.and_then(Ends::nothing_by_one).map(|(place, digits)| (place, !digits));
        [Some(self.digit), other].into_iter().flatten().filter(|(_, digits)| *digits != u16::MAX)
    }
}

/// Which attempts may come to something, by a digit at one place.
#[derive(Debug)]
struct Telling {
    place: u8,
    /// By digit: attempts, as bits.
    by_digit: [u64; 16],
}

impl Telling {
    /// At each place that tells anything of the first 64 attempts.
    fn all(attempts: &[Attempt]) -> Box<[Self]> {
        let mut all: Vec<Self> = Vec::new();
        for (number, attempt) in attempts.iter().take(64).enumerate() {
            for (place, digits) in attempt.needs() {
                let at = all.iter().position(|telling| telling.place == place).unwrap_or_else(|| {
                    all.push(Self { place, by_digit: [u64::MAX; 16] });
                    all.len() - 1
                });
                for (digit, attempts) in all[at].by_digit.iter_mut().enumerate() {
                    *attempts &= !(u64::from(digits >> digit & 1 == 0) << number);
                }
            }
        }
        all.into()
    }
}

/// What fields of a form may hold. Offsets are from the field's start.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// How often it came up.
    uses: u8,
    pub(super) hits: Box<[Hit]>,
    /// All that can begin there but for what can begin anywhere, by place.
    pub(super) tries: Box<[Attempt]>,
    telling: Box<[Telling]>,
}

impl Form {
    fn new(hits: Box<[Hit]>, tries: Vec<Attempt>) -> Self {
        Self { uses: 0, hits, telling: Telling::all(&tries), tries: tries.into() }
    }

    /// The attempts that may come to something in a field, as bits of the first 64; what is behind them may as well.
    #[inline]
    pub(super) fn promising(&self, field: &[u8]) -> u64 {
        let first = first_bits(self.tries.len());
        self.telling
            .iter()
            .fold(first, |left, telling| left & telling.by_digit[usize::from(field[usize::from(telling.place)] & 15)])
    }

    /// Notes that one more field of it came up; whether it is time to [`sharpen`](Self::sharpen) it, which it is once.
    #[inline]
    pub(super) fn came_up(&mut self) -> bool {
        let is_told = self.uses >= USUAL;
        self.uses += u8::from(!is_told);
        !is_told && self.uses == USUAL
    }

    /// Finds out where the matches of the patterns end in fields like this one, and leaves out those that have none in any.
    pub(super) fn sharpen(
        &mut self,
        detector: &Detector,
        (text, (low, high)): (&[u8], (usize, usize)),
        caches: &mut Vec<Option<States>>,
    ) {
        let (mut tries, field) = (Vec::new(), &text[low..high]);
        for attempt in std::mem::take(&mut self.tries) {
            let Try { at, block, bits } = attempt.which;
            let place = low + usize::from(at);
            let possible = detector.openings.possible((block, bits), &text[place..], high - place);
            let mut left = bits;
            for (bit, pattern) in detector.openings.bits_and_numbers((block, bits)) {
                let states = Scratch::slot(caches, usize::from(pattern));
                let &Compiled { identifier, ref automaton, borders, .. } = &detector.patterns[usize::from(pattern)];
                let Some(mut ends) = automaton.ends_in_form(states, field, usize::from(at)) else { continue };
                ends.retain(|end| gates::may_end(borders, field, end));
                // What has no match because of its digits is most cheaply left out together with others.
                if possible & bit == 0 && !ends.is_nothing() {
                    continue;
                }
                left &= !bit;
                if !ends.is_nothing() {
                    let sure = Sure { pattern, identifier, ends, gates: Gates::Unknown };
                    tries.push(Attempt::new(detector, field, Try { at, block, bits: bit }, Some(sure)));
                }
            }
            if left != 0 {
                tries.push(Attempt::new(detector, field, Try { at, block, bits: left }, None));
            }
        }
        self.telling = Telling::all(&tries);
        self.tries = tries.into();
    }
}

/// The form of a field; none if a keyword that holds digits may stand in it.
pub(super) fn tell(
    detector: &Detector,
    (block, labels): (&Block, &Labels),
    (low, high): (usize, usize),
    field: &Field,
    found: &mut Found,
) -> Option<Form> {
    let text = &block.text[low..high];
    let alike = alike_in(text);
    if (0..text.len()).any(|at| detector.keywords.one_with_digits_stands(&alike, at)) {
        return None;
    }
    detector.scanner.scan(&detector.keywords, text, (0, 0), found);
    let among = in_field(detector, labels.get(field.label), found.hits.iter().map(|hit| hit.keyword));
    let places = (0..text.len()).flat_map(|at| among.blocks().iter().map(move |block| (at, *block)));
    let possible = places.map(|(at, block)| Try {
        at: at as u8,
        block: block.0,
        bits: may_begin(detector, (text, &alike), at, block),
    });
    let tries = possible.filter(|t| t.bits != 0).map(|which| Attempt::new(detector, text, which, None)).collect();
    Some(Form::new(found.hits.as_slice().into(), tries))
}

/// The patterns that are looked for in a field under a label if it holds these keywords, but for what can begin anywhere and needs
/// none.
pub(super) fn in_field(detector: &Detector, labelled: &Labelled, keywords: impl Iterator<Item = u16>) -> Among {
    let mut among = detector.scanner.free_words.clone();
    among.extend(&detector.found);
    let by_keyword = keywords.map(|keyword| &detector.near[usize::from(keyword)]);
    for patterns in by_keyword.chain([&labelled.patterns]) {
        among.extend(&patterns.words);
        among.extend(&patterns.anywhere);
    }
    among
}

/// The patterns of a block that may begin at a place of a field, whatever its digits are.
fn may_begin(detector: &Detector, (text, alike): (&[u8], &[u8]), at: usize, (block, mut bits): (u16, u64)) -> u64 {
    let openings = &detector.openings;
    if at > 0 && is_word(text[at - 1]) {
        bits = openings.inside_words((block, bits));
    }
    if gates::joined_before(text, at) {
        bits = openings.inside_numbers((block, bits));
    }
    bits = openings.possible_in_form((block, bits), &alike[at..], alike.len() - at);
    for (bit, pattern) in openings.bits_and_numbers((block, bits)) {
        let compiled = &detector.patterns[usize::from(pattern)];
        if compiled.clue.is_some_and(|clue| !(clue.opens)(&text[at..])) {
            bits &= !bit;
        }
    }
    bits
}
