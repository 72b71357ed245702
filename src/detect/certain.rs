//! What an automaton found in one field goes for all fields of its form whose digits are alike where that makes a difference to it:
//! in those it need not be run again.
//!
//! Knows nothing of gates: an end is only where a match may end.

use super::automaton::{Automaton, States};
use super::form::BESIDE;
use regex_automata::Anchored;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::start;
use std::iter::once;

/// The most places at which a digit may make a difference; it must be looked at there.
const PLACES: usize = 4;
/// All ten digits, as bits.
const ALL: u16 = (1 << 10) - 1;

/// The ends of a pattern's matches from one place of fields on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ends {
    /// As bits, by offset from the field's start.
    pub(super) ends: u64,
    /// Offsets of digits, and which of them, as bits, lead to these ends.
    digits: Box<[(u8, u16)]>,
}

impl Ends {
    /// Whether it is certain that there are none.
    pub(super) fn is_nothing(&self) -> bool {
        self.ends == 0 && self.digits.is_empty()
    }

    /// The place and the digits there, as bits, with which there are certainly none.
    pub(super) fn nothing_by_one(&self) -> Option<(u8, u16)> {
        match *self.digits {
            [one] if self.ends == 0 => Some(one),
            _ => None,
        }
    }

    /// Leaves out those that are none, whatever the digits.
    pub(super) fn retain(&mut self, is_end: impl Fn(usize) -> bool) {
        self.ends &= (0..64).filter(|end| is_end(*end)).fold(0, |all, end| all | 1 << end);
    }

    /// Whether they are those of a field, which is of the same form.
    #[inline]
    pub(super) fn are_of(&self, field: &[u8]) -> bool {
        self.digits.iter().all(|(place, digits)| bit(field[usize::from(*place)]) & digits != 0)
    }
}

/// A digit as a bit.
#[inline]
fn bit(digit: u8) -> u16 {
    1 << (digit.wrapping_sub(b'0') & 15)
}

impl Automaton {
    /// Where the matches end that begin at `at` of fields like this one, which is no longer than 63 bytes; none if too many
    /// digits make a difference.
    pub(super) fn ends_in_form(&self, states: &mut Option<States>, field: &[u8], at: usize) -> Option<Ends> {
        let dfa = self.dfa()?;
        let cache = states.get_or_insert_with(|| States::new(dfa)).cache();
        let clears = cache.clear_count();
        let ends = ends(dfa, cache, field, at)?;
        // States that were forgotten on the way were not compared with others.
        (cache.clear_count() == clears).then_some(ends)
    }
}

fn ends(dfa: &DFA, cache: &mut Cache, field: &[u8], at: usize) -> Option<Ends> {
    let mut digits = Vec::new();
    let mut state = start(dfa, cache, field, at)?;
    let mut ends = 0;
    for (place, byte) in field.iter().enumerate().skip(at) {
        let next = dfa.next_state(cache, state, *byte).ok()?;
        if byte.is_ascii_digit() {
            let mut alike = 0;
            for digit in b'0'..=b'9' {
                let leads_there = dfa.next_state(cache, state, digit).ok()? == next;
                alike |= if leads_there { bit(digit) } else { 0 };
            }
            if alike != ALL {
                digits.push((place as u8, alike));
            }
        }
        if digits.len() > PLACES || next.is_quit() {
            return None;
        }
        if next.is_dead() {
            return Some(Ends { ends, digits: digits.into() });
        }
        ends |= if next.is_match() { 1 << place } else { 0 };
        state = next;
    }
    let mut is_match = |byte: u8| Some(dfa.next_state(cache, state, byte).ok()?.is_match());
    let ends_there = is_match(BESIDE[0])?;
    for byte in BESIDE {
        (is_match(*byte)? == ends_there).then_some(())?;
    }
    ends |= if ends_there { 1 << field.len() } else { 0 };
    Some(Ends { ends, digits: digits.into() })
}

/// Where a run begins, whatever stands before the field, or whichever digit before a place in it; none if that makes a difference.
fn start(dfa: &DFA, cache: &mut Cache, field: &[u8], at: usize) -> Option<LazyStateID> {
    let before: Vec<Option<u8>> = match at.checked_sub(1).map(|before| field[before]) {
        Some(b'0'..=b'9') => (b'0'..=b'9').map(Some).collect(),
        Some(byte) => vec![Some(byte)],
        None => once(None).chain(BESIDE.iter().copied().map(Some)).collect(),
    };
    let mut state = None;
    for before in before {
        let config = start::Config::new().look_behind(before).anchored(Anchored::Yes);
        let begins = dfa.start_state(cache, &config).ok()?;
        (*state.get_or_insert(begins) == begins).then_some(())?;
    }
    state
}

#[cfg(test)]
mod tests {
    use super::{Automaton, BESIDE};
    use crate::identifier::custom;

    fn automaton(regex: &str) -> Automaton {
        let file = format!("[[identifier]]\nid = 'X'\nregex = '{regex}'");
        Automaton::new(custom("x", &file, &[]).unwrap().remove(0), 0)
    }

    #[test]
    fn digits_are_looked_at_where_they_make_a_difference() {
        for (regex, field, at, ends, digits) in [
            (r"\b\d{3}-\d{4}\b", "123-4567", 0, 1 << 8, &[][..]),
            (r"\b\d{3}-\d{2,4}", "123-4567", 0, 0b1_1100_0000, &[]),
            (r"\b\d{3}-\d{4}\b", "123-45678", 0, 0, &[]),
            (r"\b[2-9]\d{2}", "312", 0, 1 << 3, &[(0, 0b11_1111_1100)]),
            (r"\b[2-9]\d{2}", "112", 0, 0, &[(0, 0b11)]),
            (r"\b4?\d{2}x", "12x", 0, 1 << 3, &[(0, 0b11_1110_1111)]),
            (r"\b\d{3}", "a123", 1, 0, &[]),
        ] {
            let found = automaton(regex).ends_in_form(&mut None, field.as_bytes(), at).unwrap();
            assert_eq!((found.ends, &*found.digits), (ends, digits), "{regex} {field}");
        }
        assert_eq!(automaton("1234567890").ends_in_form(&mut None, b"1234567890", 0), None);
    }

    #[test]
    fn they_are_those_of_every_field() {
        let forms = ["000-0000", "+0 000 000 0000", "00.00.0000", "x0 00,00", "0000000000000000", "00a0-0"];
        let regexes = [
            r"\b\d{3}[ -]\d{3,4}\b",
            r"\d[\d .-]{3,9}\d",
            r"\+1? ?\d{3}",
            r"\b[a-x][1-4]\b",
            r"(?:0|\d\d)+",
            r"\b\d+$",
            r"\b(?:4\d{3}|5[1-5]\d\d)",
        ];
        let mut known = 0;
        for (n, (form, regex)) in forms.iter().flat_map(|form| regexes.map(|regex| (form, regex))).enumerate() {
            let (automaton, mut states) = (automaton(regex), None);
            let field = |digit: usize| -> Vec<u8> {
                let bytes = form.bytes().enumerate();
                let other =
                    |(i, b)| if b == b'0' { b'0' + ((i * 7 + digit * (i + 3) + digit / 10) % 10) as u8 } else { b };
                bytes.map(other).collect()
            };
            for (at, first) in (0..form.len()).flat_map(|at| [0, 1, 4].map(|first| (at, first))) {
                let Some(ends) = automaton.ends_in_form(&mut states, &field(first), at) else { continue };
                for digit in (0..100).filter(|digit| ends.are_of(&field(*digit))) {
                    let (before, behind) = (BESIDE[digit % BESIDE.len()], BESIDE[(digit + n) % BESIDE.len()]);
                    let text = [&[before][..], &field(digit), &[behind, b'1']].concat();
                    let mut found = Vec::new();
                    automaton.ends(&mut None, (&text, 1), (at + 1, form.len() - at), &mut found);
                    let found = found.iter().fold(0, |all, end| all | 1_u64 << (end - 1));
                    assert_eq!(found, ends.ends, "{regex} {}", String::from_utf8_lossy(&text));
                    known += 1;
                }
            }
        }
        assert!(known > 10_000, "{known}");
    }
}
