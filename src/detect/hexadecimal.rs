//! Fields of small hexadecimal digits and hyphens alone: the numbers and hashes of records that tables and JSON are full of. In most
//! nothing can be: which patterns may have a match there, whatever the digits are, is told once for each label, length and place of
//! hyphens. Where one of them may begin, the field is searched as any other.

use super::alike::first_bits;
use super::automaton::{Automaton, States};
use super::classes::within;
use super::form::{BESIDE, Try, in_field};
use super::labels::Labelled;
use super::openings::Among;
use super::session::Scratch;
use super::{Compiled, Detector, gates, openings};
use crate::identifier::Borders;
use regex_automata::Anchored;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::start;
use std::collections::HashMap;
use wide::u8x16;

/// The longest field that is looked at, in bytes.
pub(super) const LONGEST: usize = 64;
const DIGITS: &[u8] = b"0123456789abcdef";
/// The most states that an automaton is followed through at once.
const STATES: usize = 32;
/// If more may begin, fields are searched at once.
const TRIES: usize = 16;
/// Lengths and places of hyphens that are remembered.
const SHAPES: usize = 1 << 10;

/// By byte: whether it can stand in such a field. A table, for nobody can foresee which digits are letters.
pub(super) static IS_THERE: [bool; 256] = {
    let mut is_there = [false; 256];
    let mut at = 0;
    while at < DIGITS.len() {
        is_there[DIGITS[at] as usize] = true;
        at += 1;
    }
    is_there[b'-' as usize] = true;
    is_there
};

/// Where the hyphens of a field of so many first bytes are, if all others are hexadecimal digits and some of these letters.
#[inline]
pub(super) fn hyphens(bytes: &[u8; LONGEST], length: usize) -> Option<u64> {
    let (mut digits, mut letters, mut hyphens) = (0, 0, 0);
    for (index, sixteen) in bytes.as_chunks::<16>().0.iter().enumerate() {
        let x = u8x16::new(*sixteen);
        let bits = |x: u8x16| u64::from(x.to_bitmask()) << (index * 16);
        digits |= bits(within(x, b'0', b'9'));
        letters |= bits(within(x, b'a', b'f'));
        hyphens |= bits(x.simd_eq(u8x16::splat(b'-')));
    }
    let all = first_bits(length);
    let is_one = (digits | letters | hyphens) & all == all && letters & all != 0;
    is_one.then_some(hyphens & all)
}

/// Of the patterns that are looked for under every label, what may begin in fields that are so long and have hyphens there.
#[derive(Debug, Default)]
pub(super) struct Shapes(HashMap<(usize, u64), Option<Vec<Try>>>);

impl Shapes {
    /// What may begin in such fields under a label; none if that is much. Told once for all labels, but for what these are keywords of.
    pub(super) fn tries(
        &mut self,
        detector: &Detector,
        labelled: &Labelled,
        shape: (usize, u64),
        caches: &mut Vec<Option<States>>,
    ) -> Option<Box<[Try]>> {
        if self.0.len() > SHAPES {
            self.0.clear();
        }
        let told = self.0.entry(shape).or_insert_with(|| {
            let among = in_field(detector, &Labelled::default(), detector.keywords.hexadecimal().iter().copied());
            tries(detector, &among, shape, caches)
        });
        let mut all = told.clone()?;
        for among in [&labelled.patterns.words, &labelled.patterns.anywhere] {
            all.extend(tries(detector, among, shape, caches)?);
        }
        (all.len() <= TRIES).then(|| all.into())
    }
}

/// What of these may begin in such fields; none if that is much.
fn tries(
    detector: &Detector,
    among: &Among,
    (length, hyphens): (usize, u64),
    caches: &mut Vec<Option<States>>,
) -> Option<Vec<Try>> {
    let byte = |at: usize| if hyphens >> at & 1 == 1 { b'-' } else { openings::HEXADECIMAL };
    let field: Vec<u8> = (0..length).map(byte).collect();
    let (openings, mut tries) = (&detector.openings, Vec::new());
    for (at, (block, bits)) in (0..length).flat_map(|at| among.blocks().iter().map(move |block| (at, *block))) {
        let is_inside = at > 0 && field[at - 1] != b'-';
        let bits = if is_inside { openings.inside_words((block, bits)) } else { bits };
        let bits = openings.possible_in_hexadecimal((block, bits), &field[at..], length - at);
        let mut left = 0;
        for (bit, pattern) in openings.bits_and_numbers((block, bits)) {
            let states = Scratch::slot(caches, usize::from(pattern));
            let Compiled { automaton, borders, .. } = &detector.patterns[usize::from(pattern)];
            left |= if automaton.may_match_in_hexadecimal(states, *borders, &field, at) { bit } else { 0 };
        }
        if left != 0 {
            tries.push(Try { at: at as u8, block, bits: left });
        }
        if tries.len() > TRIES {
            return None;
        }
    }
    Some(tries)
}

/// Whether any of these may begin in a field.
#[inline]
pub(super) fn may_begin(detector: &Detector, tries: &[Try], field: &[u8]) -> bool {
    tries.iter().any(|Try { at, block, bits }| {
        let rest = &field[usize::from(*at)..];
        detector.openings.possible((*block, *bits), rest, rest.len()) != 0
    })
}

/// What can stand at a place of such a field.
fn there(byte: u8) -> &'static [u8] {
    if byte == b'-' { b"-" } else { DIGITS }
}

impl Automaton {
    /// Whether a match may begin at `at` of a field like this one, whatever its digits are and whatever stands beside it.
    fn may_match_in_hexadecimal(&self, states: &mut Option<States>, borders: Borders, field: &[u8], at: usize) -> bool {
        let Some(dfa) = self.dfa() else { return true };
        let cache = states.get_or_insert_with(|| States::new(dfa)).cache();
        let clears = cache.clear_count();
        let has_none = has_none((dfa, cache), borders, field, at) == Some(true);
        // States that were forgotten on the way were followed no further.
        !has_none || cache.clear_count() != clears
    }
}

/// Whether it is certain that there is none.
fn has_none((dfa, cache): (&DFA, &mut Cache), borders: Borders, field: &[u8], at: usize) -> Option<bool> {
    let mut states: Vec<LazyStateID> = Vec::new();
    let before: Vec<Option<u8>> = match at.checked_sub(1) {
        Some(before) => there(field[before]).iter().copied().map(Some).collect(),
        None => std::iter::once(None).chain(BESIDE.iter().copied().map(Some)).collect(),
    };
    for byte in before {
        let config = start::Config::new().look_behind(byte).anchored(Anchored::Yes);
        states.push(dfa.start_state(cache, &config).ok()?);
    }
    for (place, byte) in field.iter().enumerate().skip(at) {
        // A match is known one byte late.
        let may_end = gates::may_end(borders, field, place);
        let mut next: Vec<LazyStateID> = Vec::new();
        states.sort_unstable();
        states.dedup();
        if states.len() > STATES {
            return None;
        }
        for (state, byte) in states.iter().flat_map(|state| there(*byte).iter().map(move |byte| (*state, *byte))) {
            let state = dfa.next_state(cache, state, byte).ok()?;
            if state.is_match() && may_end || state.is_quit() {
                return None;
            }
            if !state.is_dead() {
                next.push(state);
            }
        }
        states = next;
    }
    for state in states {
        for byte in BESIDE {
            if dfa.next_state(cache, state, *byte).ok()?.is_match() {
                return None;
            }
        }
        if dfa.next_eoi_state(cache, state).ok()?.is_match() {
            return None;
        }
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::{Automaton, LONGEST, hyphens};
    use crate::identifier::{Borders, custom};

    #[test]
    fn which_fields_are() {
        let of = |field: &str| {
            let mut bytes = [b'x'; LONGEST];
            bytes[..field.len()].copy_from_slice(field.as_bytes());
            hyphens(&bytes, field.len())
        };
        assert_eq!(of("ecf08068-766b"), Some(1 << 8));
        assert_eq!(of(&"a".repeat(64)), Some(0));
        for field in ["12345678-1234", "ECF08068", "ecg08068", "ecf 8068", ""] {
            assert_eq!(of(field), None, "{field}");
        }
    }

    #[test]
    fn what_may_match() {
        let none = Borders::None;
        for (regex, borders, field, at, may) in [
            (r"\b[0-9a-f]{8}-[0-9a-f]{4}\b", none, "00000000-0000", 0, true),
            (r"\b[0-9a-f]{8}-[0-9a-f]{4}\b", none, "00000000-00000", 0, false),
            (r"\b[0-9a-f]{32}-us\d{1,2}\b", none, "00000000000000000000000000000000", 0, false),
            (r"\b[0-9a-f]{12}\b", none, "00000000-000000000000", 9, true),
            (r"\b[0-9a-f]{12}\b", none, "00000000-000000000000", 10, false),
            (r"\b[A-Z]{2}\d{2}", none, "00000000", 0, false),
            (r"dea\d", none, "0000000", 3, true),
            (r"\d{8}$", none, "00000000", 0, true),
            (r"\b\d{6,7}", Borders::Number, "00000000", 0, false),
            (r"\b\d{6,8}", Borders::Number, "00000000", 0, true),
            (r"\b\d{4}", Borders::Number, "0000-000", 0, true),
            (r"\b\d{4}", Borders::Token, "0000-000", 0, false),
        ] {
            let file = format!("[[identifier]]\nid = 'X'\nregex = '{regex}'");
            let automaton = Automaton::new(custom("x", &file, &[]).unwrap().remove(0), 0);
            assert_eq!(
                automaton.may_match_in_hexadecimal(&mut None, borders, field.as_bytes(), at),
                may,
                "{regex} {field}"
            );
        }
    }
}
