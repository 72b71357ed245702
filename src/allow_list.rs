//! Allow lists: texts that are known and meant, so that a match which is one of them is not reported.
//!
//! A list is words, one a line, and lines that begin with `regex:`. An entry stands for a whole match, never for a part of
//! one; the case of words does not count. Which matches a list is asked about is the detector's business.

use crate::dialect;
use crate::mistake::Mistake;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::{Anchored, Input, MatchKind};
use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// What a line begins with that is a regex.
const REGEX: &str = "regex:";
/// The longest entry in bytes: no match is longer.
const LONGEST: usize = crate::shape::LONGEST_MATCH;
/// The longest regex in bytes.
const LONGEST_REGEX: usize = 256 << 10;
/// Bytes that the regexes of a list may take together once compiled.
const COMPILED: usize = 10 << 20;

/// A list, ready to be asked by any number of threads.
pub struct AllowList {
    /// What results call it: the file as given, or the identifier that it belongs to.
    pub name: String,
    /// IDs of the identifiers whose matches it is asked about; all when empty.
    pub identifiers: Vec<String>,
    /// Folded.
    words: HashSet<String>,
    regexes: Option<Regexes>,
    /// Number of regexes.
    patterns: usize,
    /// Another one for other entries. It could be guessed from: it is never written anywhere.
    version: [u8; 32],
}

struct Regexes {
    dfa: DFA,
    cache: Mutex<Cache>,
}

impl fmt::Debug for AllowList {
    /// Without its entries: they may be real values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AllowList({}: {} words, {} regexes)", self.name, self.words.len(), self.patterns)
    }
}

impl AllowList {
    /// Reads a list file. Blank lines are skipped, and so are lines that are `#` alone or begin with `# `.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistake> {
        let lines = (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(text).lines());
        let is_entry = |line: &&str| !line.is_empty() && *line != "#" && !line.starts_with("# ");
        let entries = lines.map(|(number, line)| (number, line.trim())).filter(|(_, line)| is_entry(line));
        Self::of(file, file, entries)
    }

    /// A list of entries, each with its line in a file.
    pub fn of<'e>(name: &str, file: &str, entries: impl Iterator<Item = (usize, &'e str)>) -> Result<Self, Mistake> {
        let mistake = |line: usize, problem: &str| Mistake { file: file.to_owned(), line, problem: problem.to_owned() };
        let (mut words, mut trees, mut first) = (HashSet::new(), Vec::new(), 1);
        let mut version = blake3::Hasher::new();
        for (line, entry) in entries {
            version.update(entry.as_bytes()).update(b"\n");
            if let Some(regex) = entry.strip_prefix(REGEX) {
                if regex.len() > LONGEST_REGEX {
                    return Err(mistake(line, "regex: longer than 256 KiB; split it into several"));
                }
                let tree = dialect::check(regex.trim()).map_err(|why| mistake(line, &format!("{REGEX} {why}")))?;
                if trees.is_empty() {
                    first = line;
                }
                trees.push(tree);
            } else if entry.len() > LONGEST {
                return Err(mistake(line, "entry: longer than any match (16 KiB); remove it"));
            } else {
                words.insert(fold(entry));
            }
        }
        if words.is_empty() && trees.is_empty() {
            return Err(mistake(1, "holds no entry; add words, one a line, or `regex:` lines, or drop the list"));
        }
        let patterns = trees.len();
        let regexes = (patterns > 0).then(|| Regexes::new(&trees)).transpose();
        let regexes = regexes.map_err(|why| mistake(first, &format!("{REGEX} the list's regexes are {why}")))?;
        Ok(Self {
            name: name.to_owned(),
            identifiers: Vec::new(),
            words,
            regexes,
            patterns,
            version: version.finalize().into(),
        })
    }

    /// A digest of its entries, for a hash that has a key.
    pub(crate) fn version(&self) -> [u8; 32] {
        self.version
    }

    /// Whether it is asked about the matches of an identifier.
    pub fn covers(&self, id: &str) -> bool {
        self.identifiers.is_empty() || self.identifiers.iter().any(|known| known.eq_ignore_ascii_case(id))
    }

    /// Whether a match is one of its entries.
    pub fn allows(&self, matched: &str) -> bool {
        (!self.words.is_empty() && self.words.contains(&fold(matched)))
            || self.regexes.as_ref().is_some_and(|regexes| regexes.fit(matched.as_bytes()))
    }
}

impl Regexes {
    fn new(trees: &[regex_syntax::hir::Hir]) -> Result<Self, String> {
        let nfa = dialect::compile(trees, Some(COMPILED))?;
        let config = DFA::config().match_kind(MatchKind::All).skip_cache_capacity_check(true);
        let dfa =
            DFA::builder().configure(config).build_from_nfa(nfa).map_err(|_| "too large; shorten them".to_owned())?;
        let cache = Mutex::new(dfa.create_cache());
        Ok(Self { dfa, cache })
    }

    /// Whether one of them matches from the first byte to the last.
    fn fit(&self, text: &[u8]) -> bool {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(mut state) = self.dfa.start_state_forward(&mut cache, &Input::new(text).anchored(Anchored::Yes)) else {
            return false;
        };
        for byte in text {
            match self.dfa.next_state(&mut cache, state, *byte) {
                Ok(next) if !next.is_dead() && !next.is_quit() => state = next,
                _ => return false,
            }
        }
        self.dfa.next_eoi_state(&mut cache, state).is_ok_and(|state| state.is_match())
    }
}

/// Case folded away, and blanks at the ends.
fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::AllowList;
    use std::fmt::Write;
    use std::time::{Duration, Instant};

    #[test]
    fn entries_stand_for_whole_matches() {
        let list =
            AllowList::parse("a.txt", "\u{feff}536-90-4399\r\n\n# a comment\n#1\nÉTÉ\nregex: 0{3}-\\d+\n").unwrap();
        for allowed in ["536-90-4399", "été", "#1", "000-12"] {
            assert!(list.allows(allowed), "{allowed}");
        }
        for other in ["536-90-4398", "1536-90-4399", "", "a comment", "x000-12", "000-12x", "000-"] {
            assert!(!list.allows(other), "{other}");
        }
        assert!(!format!("{list:?}").contains("4399"));
    }

    #[test]
    fn a_mistake_names_its_line() {
        let wrong = |text: &str| AllowList::parse("a.txt", text).unwrap_err().to_string();
        assert!(wrong("a\nregex: (b\n").starts_with("a.txt:2: regex: unclosed group"));
        assert!(wrong("# nothing\n\n").starts_with("a.txt:1: holds no entry"));
        assert!(wrong(&format!("a\n{}", "b".repeat(20_000))).starts_with("a.txt:2: entry: longer"));
    }

    #[test]
    fn a_hundred_thousand_words_are_read_at_once() {
        let mut text = String::new();
        (0..100_000).for_each(|n| writeln!(text, "Value-{n:06}").unwrap());
        let began = Instant::now();
        let list = AllowList::parse("a.txt", &text).unwrap();
        assert!((0..100_000).all(|n| list.allows(&format!("VALUE-{n:06}"))));
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }
}
