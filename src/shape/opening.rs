//! The bytes that can stand at each of the first places of a match: enough to leave most patterns out before an automaton runs.
//!
//! Read off the syntax tree place by place, whatever way led there, so it may let through what does not match; it never
//! leaves out what does.

use super::{ByteSet, WORD, is_word};
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};
use regex_syntax::utf8::Utf8Sequences;

/// So many bytes are looked at.
pub(crate) const DEPTH: usize = 16;

/// The sets of the first places, as many as the shortest match has bytes, [`DEPTH`] at most. One more where a match of that
/// length ends with a word: behind it stands no more of the word, unless the match goes on.
pub(super) fn of(hir: &Hir) -> Vec<ByteSet> {
    let mut places = Places([ByteSet::default(); DEPTH]);
    let ends = places.walk(hir, Offsets(1));
    let shortest = ends.0.trailing_zeros() as usize;
    let suffix = hir.properties().look_set_suffix();
    let border = suffix.contains(Look::WordAscii) || suffix.contains(Look::WordEndAscii);
    let last = shortest.checked_sub(1).and_then(|last| places.0.get(last));
    let ends_word = border && last.is_some_and(|set| set.iter().all(is_word));
    if let Some(behind) = places.0.get_mut(shortest).filter(|_| ends_word) {
        behind.extend(&ByteSet(WORD.0.map(|bits| !bits)));
    }
    places.0.into_iter().take(shortest + usize::from(ends_word)).collect()
}

/// Offsets from the start of a match, as bits; those beyond [`DEPTH`] do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Offsets(u32);

impl Offsets {
    fn behind(self, bytes: usize) -> Self {
        let shift = bytes.min(DEPTH + 1) as u32;
        Self((self.0 << shift) & ((1 << (DEPTH + 1)) - 1))
    }

    fn join(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn iter(self) -> impl Iterator<Item = usize> {
        (0..DEPTH).filter(move |at| self.0 >> at & 1 == 1)
    }
}

struct Places([ByteSet; DEPTH]);

impl Places {
    /// Adds what stands where from each of `starts` on; gives back where it can end.
    fn walk(&mut self, hir: &Hir, starts: Offsets) -> Offsets {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => starts,
            HirKind::Literal(literal) => {
                for (at, byte) in literal.0.iter().take(DEPTH).enumerate() {
                    let mut set = ByteSet::default();
                    set.insert(*byte);
                    self.add(starts.behind(at), &set);
                }
                starts.behind(literal.0.len())
            }
            HirKind::Class(Class::Bytes(class)) => {
                let mut set = ByteSet::default();
                class.iter().for_each(|r| set.insert_range(r.start(), r.end()));
                self.add(starts, &set);
                starts.behind(1)
            }
            HirKind::Class(Class::Unicode(class)) => self.characters(class, starts),
            HirKind::Repetition(repetition) => {
                let mut now = starts;
                for _ in 0..repetition.min {
                    let next = self.walk(&repetition.sub, now);
                    if next == now {
                        break;
                    }
                    now = next;
                }
                let mut ends = now;
                for _ in repetition.min..repetition.max.unwrap_or(u32::MAX) {
                    now = self.walk(&repetition.sub, now);
                    if now.join(ends) == ends {
                        break;
                    }
                    ends = ends.join(now);
                }
                ends
            }
            HirKind::Capture(capture) => self.walk(&capture.sub, starts),
            HirKind::Concat(parts) => parts.iter().fold(starts, |at, part| self.walk(part, at)),
            HirKind::Alternation(parts) => {
                parts.iter().fold(Offsets(0), |ends, part| ends.join(self.walk(part, starts)))
            }
        }
    }

    fn add(&mut self, at: Offsets, set: &ByteSet) {
        at.iter().for_each(|at| self.0[at].extend(set));
    }

    /// By the length of a character, the sets of its bytes.
    fn characters(&mut self, class: &ClassUnicode, starts: Offsets) -> Offsets {
        if class.ranges().last().is_none_or(|last| last.end().is_ascii()) {
            let mut set = ByteSet::default();
            class.iter().for_each(|r| set.insert_range(r.start() as u8, r.end() as u8));
            self.add(starts, &set);
            return if set == ByteSet::default() { Offsets(0) } else { starts.behind(1) };
        }
        let mut sets = [[ByteSet::default(); 4]; 4];
        for range in class.iter() {
            for sequence in Utf8Sequences::new(range.start(), range.end()) {
                let bytes = sequence.as_slice();
                for (set, range) in sets[bytes.len() - 1].iter_mut().zip(bytes) {
                    set.insert_range(range.start, range.end);
                }
            }
        }
        let mut ends = Offsets(0);
        for (length, sets) in (1..).zip(&sets) {
            if sets[0] == ByteSet::default() {
                continue;
            }
            for (at, set) in sets.iter().take(length).enumerate() {
                self.add(starts.behind(at), set);
            }
            ends = ends.join(starts.behind(length));
        }
        ends
    }
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::dialect::parse;

    /// For each place, the bytes of `sample` that can stand there.
    fn opening(regex: &str, sample: &str) -> Vec<String> {
        let sets = of(&parse(regex).unwrap());
        sets.iter().map(|set| sample.chars().filter(|c| set.contains(*c as u8)).collect()).collect()
    }

    #[test]
    fn place_by_place() {
        assert_eq!(opening(r"\b4\d(?:[ -]?\d){2}\b", "45 -x"), ["4", "45", "45 -", "45 -"]);
        assert_eq!(opening(r"\b\d{2}\b", "4 -x"), ["4", "4", " -"]);
        assert_eq!(opening(r"\b\d{2}-\b", "4 -x"), ["4", "4", "-"]);
        assert_eq!(opening("(?:ab|c)d?e", "abcde"), ["ac", "bde"]);
        assert_eq!(opening("(?:a|bc){2,3}", "abcd"), ["ab", "abc"]);
        assert_eq!(opening("x{20}", "x").len(), 16);
        assert_eq!(opening("(?:|a)(?:|b)*c", "abc"), ["abc"]);
        assert_eq!(opening("é1", "\u{c3}1"), ["\u{c3}", "", "1"]);
    }
}
