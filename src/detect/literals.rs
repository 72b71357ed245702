//! Literals that can stand anywhere, inside words too: few, and found at the speed of memory as long as they are few.
//!
//! Literals with a beginning in common are looked for by that beginning. Knows nothing of patterns but their numbers.

use super::scan::{PatternLiteral, Start};
use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::{Finder, FinderBuilder};

/// So many passes over a text are cheaper than one automaton.
const PASSES: usize = 8;

/// The literals, and how they are looked for.
#[derive(Debug)]
pub(super) enum Literals {
    /// By what those of a group begin with.
    Few(Vec<Group>),
    /// All at once; the automaton's patterns are the list's entries.
    Many(Box<AhoCorasick>, Vec<PatternLiteral>),
}

/// Literals with a beginning in common.
#[derive(Debug)]
pub(super) struct Group {
    finder: Finder<'static>,
    literals: Vec<PatternLiteral>,
    /// Where those begin whose second byte is a number or more; none is shorter than two bytes.
    seconds: Vec<u16>,
}

impl Group {
    fn new(literals: Vec<PatternLiteral>) -> Self {
        let prefix = literals.iter().map(|(_, l)| l.as_ref()).reduce(common).unwrap_or_default();
        let second = |l: &PatternLiteral| l.1.get(1).map_or(0, |b| usize::from(*b));
        let seconds = (0..=256).map(|byte| literals.partition_point(|l| second(l) < byte) as u16).collect();
        Self { finder: FinderBuilder::new().build_forward(prefix).into_owned(), literals, seconds }
    }

    /// Those that stand at the start of a text.
    fn at(&self, text: &[u8]) -> impl Iterator<Item = &PatternLiteral> {
        let second = text.get(1).map_or(0, |b| usize::from(*b));
        let few = &self.literals[usize::from(self.seconds[second])..usize::from(self.seconds[second + 1])];
        let third = text.get(2);
        let fits = move |literal: &[u8]| literal.get(2).is_none_or(|byte| Some(byte) == third);
        few.iter().filter(move |(_, literal)| fits(literal) && text.starts_with(literal.as_ref()))
    }
}

impl Literals {
    pub(super) fn new(mut all: Vec<PatternLiteral>) -> Self {
        all.sort_by(|a, b| a.1.cmp(&b.1));
        let groups: Vec<Vec<PatternLiteral>> =
            all.chunk_by(|a, b| a.1.first() == b.1.first()).map(<[PatternLiteral]>::to_vec).collect();
        if groups.len() > PASSES {
            let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(all.iter().map(|(_, l)| l));
            if let Ok(automaton) = automaton {
                return Self::Many(Box::new(automaton), all);
            }
        }
        Self::Few(groups.into_iter().map(Group::new).collect())
    }

    /// Adds the literals that begin in `from..to`.
    pub(super) fn find(&self, text: &[u8], (from, to): (usize, usize), starts: &mut Vec<Start>) {
        if from >= to {
            return;
        }
        let mut add = |at: usize, (pattern, _): &PatternLiteral| {
            starts.push(Start { at: at as u32, pattern: *pattern });
        };
        match self {
            Self::Few(groups) => {
                for group in groups {
                    let finder = &group.finder;
                    let hits = finder.find_iter(&text[from..text.len().min(to + finder.needle().len())]);
                    for at in overlapping(finder, text, hits.map(|hit| from + hit), to) {
                        group.at(&text[at..]).for_each(|literal| add(at, literal));
                    }
                }
            }
            Self::Many(automaton, literals) => {
                let behind = text.len().min(to + automaton.max_pattern_len());
                for hit in automaton.find_overlapping_iter(&text[from..behind]) {
                    let at = from + hit.start();
                    if at < to {
                        add(at, &literals[hit.pattern().as_usize()]);
                    }
                }
            }
        }
    }
}

/// The hits before `to`, and those that overlap one: a finder goes on behind what it found.
fn overlapping<'t>(
    finder: &'t Finder<'static>,
    text: &'t [u8],
    hits: impl Iterator<Item = usize> + 't,
    to: usize,
) -> impl Iterator<Item = usize> + 't {
    let needle = finder.needle();
    hits.flat_map(move |hit| (hit..hit + needle.len()).filter(move |at| *at == hit || text[*at..].starts_with(needle)))
        .filter(move |at| *at < to)
}

fn common<'l>(a: &'l [u8], b: &[u8]) -> &'l [u8] {
    let length = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    &a[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(literals: &[&str], text: &str, range: (usize, usize)) -> Vec<(usize, u16)> {
        let all = (0..).zip(literals).map(|(n, l)| (n, l.as_bytes().to_vec().into())).collect();
        let mut starts = Vec::new();
        Literals::new(all).find(text.as_bytes(), range, &mut starts);
        let mut found: Vec<_> = starts.iter().map(|s| (s.at as usize, s.pattern)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn every_literal_at_every_place() {
        let few = ["--", "---x", "+1", "$a$"];
        let many = ["--", "---x", "+1", "$a$", "b", "c", "d", "e", "f", "g"];
        let text = "----x +1+1 $a$a$ -- abc";
        for literals in [&few[..], &many] {
            let plain: Vec<(usize, u16)> = (2..20)
                .flat_map(|at| (0..).zip(literals).map(move |(n, l)| (at, n, l)))
                .filter(|(at, _, l)| text[*at..].starts_with(**l))
                .map(|(at, n, _)| (at, n))
                .collect();
            assert_eq!(found(literals, text, (2, 20)), plain);
        }
    }
}
