//! Stage: text to occurrences.
//!
//! One pass over each window ([`scan`]) finds keywords and the places where a match may begin. At these places, and only there,
//! lazy automata ([`automaton`]) tell every end of every pattern that can match; the gates ([`gates`]) let through what is
//! real; [`resolve`] decides between identifiers that claim the same text. [`session`] streams a text through all that.
//!
//! Exact means: for each pattern and each start, the matches that the regex has there, longest first; the first that passes
//! every gate is the match, and the search goes on at its end. A candidate that fails a gate consumes nothing. The naive
//! engine in `naive` does just that, and tests hold this one to it.
//!
//! Knows nothing of files and formats: text comes from a [`crate::text::TextSource`].

mod automaton;
mod characters;
mod clues;
mod explain;
mod gates;
mod keywords;
mod literals;
#[cfg(test)]
mod naive;
mod pardons;
mod resolve;
mod sample;
mod scan;
mod session;
#[cfg(test)]
mod tests;
mod tree;
mod window;

pub use explain::{Candidate, Explained, FarKeyword, Fate, NearKeyword, explain};
pub use resolve::Rule;
pub use session::Session;

use crate::allow_list::AllowList;
use crate::identifier::{Borders, DataIdentifier, KeywordRule, Pattern};
use crate::shape::{self, Anchor, ByteSet, Literals, Shape};
use crate::validators::Clue;
use automaton::Automaton;
use gates::Ignored;
use keywords::Keywords;
use scan::{Scanner, Wanted};
use session::Scratch;
use std::sync::{Arc, Mutex, PoisonError};

/// How matches are kept.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Occurrences kept for each identifier in each artifact; all are counted.
    pub max_occurrences: usize,
    /// Whether the matched text is kept.
    pub reveal: bool,
    /// Characters of revealed text, the match with what stands around it; 0 for the match alone. The match is then between
    /// [`MATCH_BEGINS`](crate::finding::MATCH_BEGINS) and [`MATCH_ENDS`](crate::finding::MATCH_ENDS).
    pub context: usize,
    /// Key of the fingerprints, if the user gave one.
    pub fingerprint_key: Option<[u8; 32]>,
    /// Matches that are known and meant.
    pub allow: Vec<Arc<AllowList>>,
    /// Whether a line marked `tamis:allow` is left alone.
    pub inline_marks: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_occurrences: 1000,
            reveal: false,
            context: 0,
            fingerprint_key: None,
            allow: Vec::new(),
            inline_marks: true,
        }
    }
}

/// New text in a window, in bytes: small enough for the caches, large against the overlap.
const WINDOW: usize = 256 << 10;

/// What to look for, ready for any number of threads. Automata are compiled when a text first needs them.
#[derive(Debug)]
pub struct Detector {
    identifiers: Vec<Arc<DataIdentifier>>,
    settings: Settings,
    keywords: Keywords,
    /// By identifier: the words that it ignores.
    ignored: Vec<Ignored>,
    /// By identifier: the allow lists that are asked about its matches.
    allowed: Vec<Vec<Arc<AllowList>>>,
    patterns: Vec<Compiled>,
    scanner: Scanner,
    /// Digit words that need no keyword: those that begin with a digit, those that begin with a letter.
    free_words: [Group; 2],
    /// Patterns that need no keyword and can begin anywhere.
    free_anywhere: Group,
    /// By identifier: its digit words that need a keyword.
    keyword_words: Vec<Vec<u16>>,
    /// By identifier: its patterns that need a keyword and can begin anywhere.
    keyword_anywhere: Vec<Vec<u16>>,
    /// By keyword: those patterns of all its users.
    anywhere_near: Vec<Vec<u16>>,
    /// By keyword: its users that have digit words that need a keyword.
    words_near: Vec<Vec<u16>>,
    /// The farthest that a keyword can be from a match, in bytes.
    reach: usize,
    /// The longest digit word that needs a keyword, in bytes.
    longest_word: usize,
    /// New text in a window, in bytes.
    window: usize,
    /// What is longer is matched up to here, in bytes.
    longest_match: usize,
    idle: Mutex<Vec<Scratch>>,
}

#[derive(Debug)]
struct Compiled {
    identifier: u16,
    /// Which of the identifier's patterns.
    index: usize,
    shape: Shape,
    keyword: KeywordRule,
    /// What shows that a match may begin, if the validator says so and a match begins a word.
    clue: Option<Clue>,
    automaton: Automaton,
}

/// Patterns that are run as one automaton.
#[derive(Debug, Default)]
struct Group {
    /// Which group, from 0: its automaton's states are kept behind those of the patterns.
    number: usize,
    members: Vec<u16>,
    first: ByteSet,
    automaton: Option<Automaton>,
}

impl Group {
    fn new(number: usize, members: Vec<u16>, patterns: &[Compiled], identifiers: &[Arc<DataIdentifier>]) -> Self {
        let mut first = ByteSet::default();
        let all = members.iter().map(|m| &patterns[usize::from(*m)]);
        all.clone().for_each(|c| first.extend(&c.shape.first));
        let regexes = all.map(|c| (Arc::clone(&identifiers[usize::from(c.identifier)]), c.index)).collect();
        Self { automaton: (!members.is_empty()).then(|| Automaton::new(regexes)), members, first, number }
    }
}

impl Detector {
    /// Prepares a set of identifiers.
    pub fn new(identifiers: Vec<Arc<DataIdentifier>>, settings: Settings) -> Self {
        let patterns = patterns(&identifiers);
        let keywords = Keywords::of(&identifiers);
        let needs_keyword = |c: &Compiled| c.keyword == KeywordRule::Required;
        let pick = |test: &dyn Fn(&Compiled) -> bool| -> Vec<u16> {
            (0..).zip(&patterns).filter(|(_, c)| test(c)).map(|(n, _)| n).collect()
        };
        let free_word = |first: fn(&u8) -> bool| {
            pick(&|c| {
                let begins = (0..=255).any(|b| first(&b) && c.shape.first.contains(b));
                c.shape.anchor == Anchor::DigitWord && !needs_keyword(c) && begins
            })
        };
        let (digits, letters) = (free_word(u8::is_ascii_digit), free_word(u8::is_ascii_alphabetic));
        let free_anywhere = pick(&|c| c.shape.anchor == Anchor::Anywhere && !needs_keyword(c));
        let by_identifier = |test: &dyn Fn(&Anchor) -> bool| -> Vec<Vec<u16>> {
            let mut lists = vec![Vec::new(); identifiers.len()];
            for number in pick(&|c| test(&c.shape.anchor) && needs_keyword(c)) {
                lists[usize::from(patterns[usize::from(number)].identifier)].push(number);
            }
            lists
        };
        let keyword_words = by_identifier(&|anchor| *anchor == Anchor::DigitWord);
        let keyword_anywhere = by_identifier(&|anchor| matches!(anchor, Anchor::Anywhere | Anchor::Literal(_)));
        let users = |test: &[Vec<u16>]| -> Vec<Vec<u16>> {
            let has = |user: &&u16| !test[usize::from(**user)].is_empty();
            keywords.iter().map(|(_, k)| k.users.iter().filter(has).copied().collect()).collect()
        };
        let patterns_of =
            |users: Vec<u16>| users.iter().flat_map(|u| keyword_anywhere[usize::from(*u)].clone()).collect();
        let longest = |n: &u16| patterns[usize::from(*n)].shape.longest;
        let scanner = Scanner::new(&keywords, wanted(&patterns, &free_anywhere));
        let group = |number, members| Group::new(number, members, &patterns, &identifiers);
        Self {
            free_words: [group(0, digits), group(1, letters)],
            free_anywhere: group(2, free_anywhere),
            longest_word: keyword_words.iter().flatten().map(longest).max().unwrap_or(0),
            anywhere_near: users(&keyword_anywhere).into_iter().map(patterns_of).collect(),
            words_near: users(&keyword_words),
            keyword_anywhere,
            keyword_words,
            window: WINDOW,
            longest_match: shape::LONGEST_MATCH,
            reach: identifiers.iter().map(|i| gates::reach(i.proximity)).max().unwrap_or(0),
            patterns,
            ignored: identifiers.iter().map(|i| Ignored::new(&i.ignore_words)).collect(),
            allowed: identifiers.iter().map(|i| allowed(i, &settings.allow)).collect(),
            idle: Mutex::default(),
            identifiers,
            settings,
            keywords,
            scanner,
        }
    }

    /// The identifiers that are looked for.
    pub fn identifiers(&self) -> &[Arc<DataIdentifier>] {
        &self.identifiers
    }

    fn scratch(&self) -> Scratch {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give_back(&self, scratch: Scratch) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }
}

fn allowed(identifier: &DataIdentifier, lists: &[Arc<AllowList>]) -> Vec<Arc<AllowList>> {
    let of_run = lists.iter().filter(|list| list.covers(&identifier.id));
    identifier.allow.iter().chain(of_run).map(Arc::clone).collect()
}

fn patterns(identifiers: &[Arc<DataIdentifier>]) -> Vec<Compiled> {
    let mut all = Vec::new();
    for (number, identifier) in (0..).zip(identifiers) {
        for (index, pattern) in identifier.patterns.iter().enumerate() {
            all.push(compiled(number, index, identifier, pattern));
        }
    }
    all
}

fn compiled(number: u16, index: usize, identifier: &Arc<DataIdentifier>, pattern: &Pattern) -> Compiled {
    let Pattern { keyword, borders, mut shape, clue, .. } = pattern.clone();
    let begins_word = shape.at_word_start || borders == Borders::Number;
    let clue = clue.filter(|_| begins_word);
    if clue.is_some() && keyword != KeywordRule::Required {
        shape.anchor = Anchor::Clue;
    }
    let automaton = Automaton::new(vec![(Arc::clone(identifier), index)]);
    Compiled { identifier: number, index, shape, keyword, clue, automaton }
}

fn wanted(patterns: &[Compiled], free_anywhere: &[u16]) -> Wanted {
    let mut wanted = Wanted::default();
    for (number, compiled) in (0..).zip(patterns) {
        let own = |literals: &Literals| literals.iter().map(|l| (number, l.clone())).collect::<Vec<_>>();
        match &compiled.shape.anchor {
            Anchor::DigitWord => {
                wanted.digit_words = true;
                wanted.letters_first |= (b'A'..=b'z').any(|b| compiled.shape.first.contains(b));
            }
            Anchor::WordLiteral(literals) => wanted.word_literals.extend(own(literals)),
            // What needs a keyword is looked for near keywords.
            Anchor::Literal(_) if compiled.keyword == KeywordRule::Required => {}
            Anchor::Literal(literals) => wanted.literals.extend(own(literals)),
            Anchor::Clue => wanted.clues.add(number, compiled),
            Anchor::Anywhere => {}
        }
    }
    if !free_anywhere.is_empty() {
        let mut first = ByteSet::default();
        let shapes = || free_anywhere.iter().map(|m| &patterns[usize::from(*m)].shape);
        shapes().for_each(|s| first.extend(&s.first));
        wanted.anywhere = Some((first, shapes().all(|s| s.at_word_start)));
    }
    wanted
}
