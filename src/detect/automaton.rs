//! Patterns as lazy automata that are run from one start and tell every end.
//!
//! An automaton is compiled when its first candidate comes up; its states are made as text asks for them, and kept by the worker.

use crate::dialect;
use crate::identifier::DataIdentifier;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::Hir;
use std::sync::{Arc, OnceLock};

/// Bytes of states that a worker keeps for one automaton.
const STATES: usize = 1 << 20;

/// One or more patterns, each as an identifier's n-th, parsed and compiled on first use.
#[derive(Debug)]
pub(super) struct Automaton {
    patterns: Vec<(Arc<DataIdentifier>, usize)>,
    dfa: OnceLock<Option<DFA>>,
}

impl Automaton {
    pub(super) fn new(patterns: Vec<(Arc<DataIdentifier>, usize)>) -> Self {
        Self { patterns, dfa: OnceLock::new() }
    }

    fn dfa(&self) -> Option<&DFA> {
        let compile = || {
            // Each pattern was parsed, and held to the size limit, when it was loaded or built in.
            let parse = |(identifier, index): &(Arc<DataIdentifier>, usize)| {
                identifier.patterns.get(*index).and_then(|p| dialect::parse(&p.regex).ok())
            };
            let nfa = dialect::compile(&self.patterns.iter().map(parse).collect::<Option<Vec<Hir>>>()?, None).ok()?;
            let config =
                Config::new().match_kind(MatchKind::All).cache_capacity(STATES).skip_cache_capacity_check(true);
            DFA::builder().configure(config).build_from_nfa(nfa).ok()
        };
        self.dfa.get_or_init(compile).as_ref()
    }

    /// Puts every (pattern, end) of the matches that begin at `start` into `ends`, ends ascending; no match is longer than `most`.
    ///
    /// `text` is the window: what stands before `start` is seen by a leading word boundary. Returns how many bytes it took
    /// to know.
    pub(super) fn ends(
        &self,
        cache: &mut Option<Cache>,
        text: &[u8],
        (start, most): (usize, usize),
        ends: &mut Vec<(u16, usize)>,
    ) -> usize {
        let Some(dfa) = self.dfa() else { return 0 };
        let cache = cache.get_or_insert_with(|| dfa.create_cache());
        let input = Input::new(text).range(start..).anchored(Anchored::Yes);
        let Ok(mut state) = dfa.start_state_forward(cache, &input) else { return 0 };
        let last = text.len().min(start + most);
        for (at, byte) in text.iter().enumerate().take(last).skip(start) {
            let Ok(next) = dfa.next_state(cache, state, *byte) else { return at - start };
            state = next;
            if state.is_tagged() {
                if state.is_match() {
                    collect(dfa, cache, state, at, ends);
                } else if state.is_dead() || state.is_quit() {
                    return at - start;
                }
            }
        }
        // A match is known one byte late: one more step tells whether one ends at `last`.
        let step = match text.get(last) {
            Some(byte) => dfa.next_state(cache, state, *byte),
            None => dfa.next_eoi_state(cache, state),
        };
        if let Ok(state) = step
            && state.is_match()
        {
            collect(dfa, cache, state, last, ends);
        }
        last - start
    }

    /// Where the first match ends of all that begin at `start` or later; none if there is no match up to the end of the
    /// text. No match that begins there can end before.
    pub(super) fn first_end(&self, cache: &mut Option<Cache>, text: &[u8], start: usize) -> Option<usize> {
        // What cannot be told may end anywhere.
        let Some(dfa) = self.dfa() else { return Some(start) };
        let cache = cache.get_or_insert_with(|| dfa.create_cache());
        let input = Input::new(text).range(start..).earliest(true);
        dfa.try_search_fwd(cache, &input).map_or(Some(start), |found| found.map(|half| half.offset()))
    }
}

fn collect(dfa: &DFA, cache: &Cache, state: LazyStateID, end: usize, ends: &mut Vec<(u16, usize)>) {
    for index in 0..dfa.match_len(cache, state) {
        ends.push((dfa.match_pattern(cache, state, index).as_u32() as u16, end));
    }
}

#[cfg(test)]
mod tests {
    use super::Automaton;
    use crate::identifier::custom;
    use std::sync::Arc;

    fn ends(regexes: &[&str], text: &str, start: usize) -> Vec<(u16, usize)> {
        let patterns = regexes.iter().map(|r| format!("{{ regex = '{r}' }}")).collect::<Vec<_>>().join(",");
        let file = format!("[[identifier]]\nid = 'X'\npatterns = [{patterns}]");
        let identifier = custom("x", &file, &[]).unwrap().remove(0);
        let automaton = Automaton::new((0..regexes.len()).map(|i| (Arc::clone(&identifier), i)).collect());
        let mut ends = Vec::new();
        automaton.ends(&mut None, text.as_bytes(), (start, 100), &mut ends);
        ends
    }

    #[test]
    fn every_end_of_every_pattern() {
        assert_eq!(ends(&[r"\b\d{2,4}", r"\b\d+\b"], "x 12345", 2), [(0, 4), (0, 5), (0, 6), (1, 7)]);
        assert_eq!(ends(&[r"\b\d{2}"], "a12", 1), []);
        assert_eq!(ends(&["ab"], "xxab", 2), [(0, 4)]);
    }

    #[test]
    fn the_first_end_of_all_matches() {
        let identifier = custom("x", "[[identifier]]\nid = 'X'\nregex = '[a-z]+@[a-z]+'", &[]).unwrap().remove(0);
        let automaton = Automaton::new(vec![(identifier, 0)]);
        let first = |text: &str, start| automaton.first_end(&mut None, text.as_bytes(), start);
        assert_eq!(first("no one, ann@x.example", 0), Some(13));
        assert_eq!(first("ann@x.example", 2), Some(5));
        assert_eq!(first("ann@x.example", 3), None);
    }
}
