//! A pattern as a lazy automaton that is run from one start and tells every end.
//!
//! An automaton is compiled when its first candidate comes up; its states are made as text asks for them, and kept by the worker.

use crate::dialect;
use crate::identifier::DataIdentifier;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::{Anchored, Input, MatchKind};
use std::sync::{Arc, OnceLock};

/// After so many bytes a run looks whether an earlier one knows what comes.
const STRIDE: usize = 256;
/// Bytes of states that a worker keeps for one automaton.
const STATES: usize = 1 << 20;

/// A pattern, as an identifier's n-th, parsed and compiled on first use.
#[derive(Debug)]
pub(super) struct Automaton {
    pattern: (Arc<DataIdentifier>, usize),
    /// Elsewhere, for most patterns never have one.
    dfa: OnceLock<Option<Box<DFA>>>,
}

impl Automaton {
    pub(super) fn new(identifier: Arc<DataIdentifier>, index: usize) -> Self {
        Self { pattern: (identifier, index), dfa: OnceLock::new() }
    }

    /// None where it cannot be compiled.
    pub(super) fn dfa(&self) -> Option<&DFA> {
        let compile = || {
            // The pattern was parsed, and held to the size limit, when it was loaded or built in.
            let (identifier, index) = &self.pattern;
            let tree = dialect::parse(&identifier.patterns.get(*index)?.regex).ok()?;
            let nfa = dialect::compile(std::slice::from_ref(&tree), None).ok()?;
            let config =
                Config::new().match_kind(MatchKind::All).cache_capacity(STATES).skip_cache_capacity_check(true);
            DFA::builder().configure(config).build_from_nfa(nfa).map(Box::new).ok()
        };
        self.dfa.get_or_init(compile).as_deref()
    }

    /// Puts every end of the matches that begin at `start` into `ends`, ascending; no match is longer than `most`.
    ///
    /// `text` is the window: what stands before `start` is seen by a leading word boundary. `pass` is another number for
    /// every text.
    pub(super) fn ends(
        &self,
        states: &mut Option<States>,
        (text, pass): (&[u8], u64),
        (start, most): (usize, usize),
        ends: &mut Vec<usize>,
    ) {
        let Some(dfa) = self.dfa() else { return };
        let (cache, barren) = &mut *states.get_or_insert_with(|| States::new(dfa)).0;
        let mut run = Run::begin(barren, pass, cache.clear_count());
        let input = Input::new(text).range(start..).anchored(Anchored::Yes);
        let Ok(mut state) = dfa.start_state_forward(cache, &input) else { return };
        let last = text.len().min(start + most);
        let mut at = start;
        while at < last {
            let Some(byte) = text.get(at) else { return };
            let Ok(next) = dfa.next_state(cache, state, *byte) else { return };
            state = next;
            if state.is_tagged() {
                if state.is_match() {
                    ends.push(at);
                    run.passed.clear();
                } else if state.is_dead() || state.is_quit() {
                    return run.end(barren, (at, None), cache.clear_count());
                }
            }
            at += 1;
            if at.is_multiple_of(STRIDE) {
                match barren.from(at, state, last) {
                    Some((_, None)) => return,
                    Some((end, Some(there))) => (at, state) = (end, there),
                    None => run.passed.push((at, state)),
                }
            }
        }
        run.end(barren, (last, Some(state)), cache.clear_count());
        // A match is known one byte late: one more step tells whether one ends at `last`.
        let step = match text.get(last) {
            Some(byte) => dfa.next_state(cache, state, *byte),
            None => dfa.next_eoi_state(cache, state),
        };
        if let Ok(state) = step
            && state.is_match()
        {
            ends.push(last);
        }
    }
}

/// What a worker keeps for one automaton.
#[derive(Debug)]
pub(super) struct States(Box<(Cache, Barren)>);

impl States {
    pub(super) fn new(dfa: &DFA) -> Self {
        Self(Box::new((dfa.create_cache(), Barren::default())))
    }

    pub(super) fn cache(&mut self) -> &mut Cache {
        &mut self.0.0
    }
}

/// A stretch of text in which a run found nothing: a run from a later start that comes into it in the same state would find
/// nothing either, and goes on behind it. So a careless pattern on a hostile text (`(a|aa)+$` on a million `a`) costs a
/// stretch for each start, not the longest match.
#[derive(Debug, Default)]
struct Barren {
    pass: u64,
    /// How often the cache was cleared: states of another count are others.
    clears: usize,
    /// The states in which the run passed the strides, by position.
    passed: Vec<(usize, LazyStateID)>,
    /// Where it ended, and in which state; none when it died there.
    end: (usize, Option<LazyStateID>),
}

impl Barren {
    /// Where a run in this state goes on, if it need not go on here; never beyond `last`.
    fn from(&self, at: usize, state: LazyStateID, last: usize) -> Option<(usize, Option<LazyStateID>)> {
        let first = self.passed.first()?.0;
        let (_, known) = self.passed.get(at.checked_sub(first)? / STRIDE)?;
        (*known == state && self.end.0 > at && self.end.0 <= last).then_some(self.end)
    }
}

/// A run, and the strides that it passed since its last match.
struct Run {
    pass: u64,
    clears: usize,
    passed: Vec<(usize, LazyStateID)>,
}

impl Run {
    fn begin(barren: &mut Barren, pass: u64, clears: usize) -> Self {
        if barren.pass != pass || barren.clears != clears {
            *barren = Barren { pass, clears, ..Barren::default() };
        }
        Self { pass, clears, passed: Vec::new() }
    }

    /// Remembers the stretch, if it is one and its states are still known.
    fn end(self, barren: &mut Barren, end: (usize, Option<LazyStateID>), clears: usize) {
        let Some((first, _)) = self.passed.first() else { return };
        if clears != self.clears {
            barren.passed.clear();
            return;
        }
        // What came behind a jump belongs to the stretch that was jumped over.
        let is_whole = self.passed.iter().zip((*first..).step_by(STRIDE)).all(|((at, _), expected)| *at == expected);
        if is_whole {
            *barren = Barren { pass: self.pass, clears, passed: self.passed, end };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Automaton;
    use crate::identifier::custom;

    fn ends(regex: &str, text: &str, start: usize) -> Vec<usize> {
        let file = format!("[[identifier]]\nid = 'X'\nregex = '{regex}'");
        let automaton = Automaton::new(custom("x", &file, &[]).unwrap().remove(0), 0);
        let mut ends = Vec::new();
        automaton.ends(&mut None, (text.as_bytes(), 1), (start, 100), &mut ends);
        ends
    }

    #[test]
    fn every_end() {
        assert_eq!(ends(r"\b\d{2,4}", "x 12345", 2), [4, 5, 6]);
        assert_eq!(ends(r"\b\d+\b", "x 12345", 2), [7]);
        assert_eq!(ends(r"\b\d{2}", "a12", 1), [0; 0]);
        assert_eq!(ends("ab", "xxab", 2), [4]);
    }
}
