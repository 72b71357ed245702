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

mod alike;
mod automaton;
mod certain;
mod characters;
mod classes;
mod clues;
mod explain;
mod fields;
mod form;
mod forms;
mod gates;
mod heads;
mod hexadecimal;
mod ignored;
mod key;
mod keyworded;
mod keywords;
mod labels;
mod literals;
#[cfg(test)]
mod naive;
mod near_words;
mod openings;
mod pardons;
mod patience;
mod phrase;
mod phrases;
mod probe;
mod progress;
mod resolve;
mod sample;
mod scan;
mod searched;
mod session;
mod shared;
mod spelling;
mod stream;
#[cfg(test)]
mod tests;
mod tree;
mod vicinity;
mod window;

pub use explain::{Candidate, Explained, FarKeyword, Fate, NearKeyword, explain};
pub use resolve::Rule;
pub use session::Session;
pub use shared::{Helpers, SharedText};

use crate::allow_list::AllowList;
use crate::identifier::{Borders, DataIdentifier, KeywordRule, Pattern};
use crate::shape::{self, Anchor, ByteSet, Shape};
use crate::validators::{Clue, Validator};
use automaton::Automaton;
use ignored::Ignored;
use keyworded::{ByKeyword, Named, keyworded, named};
use keywords::Keywords;
use openings::{Among, Opening, Openings};
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

/// Bytes that a character can take.
const CHARACTER: usize = 4;

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
    openings: Arc<Openings>,
    /// Digit words that need no keyword: those that begin with a digit, those that begin with a letter.
    free_words: [Among; 2],
    /// The shortest match of one, in bytes.
    shortest_free_word: usize,
    /// Patterns that need no keyword and can begin anywhere.
    free_anywhere: Among,
    /// What the scanner finds by a literal or a clue.
    found: Among,
    /// By keyword: the patterns of all its users that need one.
    near: ByKeyword,
    /// Patterns for fields of certain names.
    named: Vec<Named>,
    /// The farthest that a keyword can be from a match, in characters.
    reach: usize,
    /// New text in a window, in bytes.
    window: usize,
    /// Windows of fewer bytes are not looked through for phrases.
    phrases_from: usize,
    /// What is longer is matched up to here, in bytes.
    longest_match: usize,
    idle: Mutex<Vec<Scratch>>,
}

#[derive(Debug)]
struct Compiled {
    identifier: u16,
    /// Which of the identifier's patterns.
    index: usize,
    /// Brief: literals and opening are the identifier's.
    shape: Shape,
    keyword: KeywordRule,
    borders: Borders,
    validator: Option<Validator>,
    /// The identifier's.
    precedence: i8,
    /// What shows that a match may begin, if the validator says so and a match begins a word.
    clue: Option<Clue>,
    automaton: Automaton,
}

impl Compiled {
    fn field_names<'i>(&self, identifiers: &'i [Arc<DataIdentifier>]) -> &'i [String] {
        &identifiers[usize::from(self.identifier)].patterns[self.index].field_names
    }

    fn shape_in_full<'i>(&self, identifiers: &'i [Arc<DataIdentifier>]) -> &'i Shape {
        &identifiers[usize::from(self.identifier)].patterns[self.index].shape
    }
}

impl Detector {
    /// Prepares a set of identifiers.
    pub fn new(identifiers: Vec<Arc<DataIdentifier>>, settings: Settings) -> Self {
        let patterns = patterns(&identifiers);
        let keywords = Keywords::of(&identifiers);
        let openings = Arc::new(openings(&patterns, &identifiers));
        let kind = |number: u16| Kind::of(&patterns[usize::from(number)]);
        let first =
            |number: u16, test: fn(&u8) -> bool| patterns[usize::from(number)].shape.first.iter().any(|b| test(&b));
        let free_word = |test: fn(&u8) -> bool| openings.among(|n| kind(n) == Kind::FreeWord && first(n, test));
        let free = patterns.iter().filter(|c| Kind::of(c) == Kind::FreeWord);
        let shortest_free_word = free.map(|c| c.shape.shortest).min().unwrap_or(usize::MAX);
        let keyworded = keyworded(&patterns, &openings, &identifiers);
        let free_words = [free_word(u8::is_ascii_digit), free_word(u8::is_ascii_alphabetic)];
        let mut wanted = wanted(&patterns, &identifiers);
        for words in &free_words {
            wanted.free_words.extend(words);
        }
        Self {
            shortest_free_word,
            free_words,
            free_anywhere: openings.among(|n| kind(n) == Kind::FreeAnywhere),
            found: openings.among(|n| kind(n) == Kind::Found),
            near: ByKeyword::new(&keywords, keyworded),
            named: named(&patterns, &openings, &identifiers),
            scanner: Scanner::new(&keywords, Arc::clone(&openings), wanted),
            openings,
            window: WINDOW,
            phrases_from: phrases::LEAST,
            longest_match: shape::LONGEST_MATCH,
            reach: identifiers.iter().map(|i| gates::reach(i.proximity)).max().unwrap_or(0),
            patterns,
            ignored: identifiers.iter().map(|i| Ignored::new(&i.ignore_words)).collect(),
            allowed: identifiers.iter().map(|i| allowed(i, &settings.allow)).collect(),
            idle: Mutex::default(),
            identifiers,
            settings,
            keywords,
        }
    }

    /// The identifiers that are looked for.
    pub fn identifiers(&self) -> &[Arc<DataIdentifier>] {
        &self.identifiers
    }

    /// Bytes before a match that may be looked at.
    fn behind(&self) -> usize {
        self.reach * CHARACTER + self.keywords.longest() + pardons::BEFORE
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
    let mut all = Vec::with_capacity(identifiers.iter().map(|i| i.patterns.len()).sum());
    for (number, identifier) in (0..).zip(identifiers) {
        for (index, pattern) in identifier.patterns.iter().enumerate() {
            all.push(compiled(number, index, identifier, pattern));
        }
    }
    all
}

fn compiled(number: u16, index: usize, identifier: &Arc<DataIdentifier>, pattern: &Pattern) -> Compiled {
    let Pattern { keyword, borders, validator, clue, .. } = *pattern;
    let mut shape = pattern.shape.brief();
    let begins_word = shape.at_word_start || borders == Borders::Number;
    let clue = clue.filter(|_| begins_word);
    if clue.is_some() && keyword != KeywordRule::Required {
        shape.anchor = Anchor::Clue;
    }
    let automaton = Automaton::new(Arc::clone(identifier), index);
    let precedence = identifier.precedence;
    Compiled { identifier: number, index, shape, keyword, borders, validator, precedence, clue, automaton }
}

/// Which patterns are asked for together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Digit words that need no keyword.
    FreeWord,
    /// What needs no keyword and can begin anywhere.
    FreeAnywhere,
    /// Digit words that need one.
    KeywordWord,
    /// What needs one and no word start gives away.
    KeywordAnywhere,
    /// What the scanner finds by a literal or a clue.
    Found,
}

impl Kind {
    fn of(compiled: &Compiled) -> Self {
        match (&compiled.shape.anchor, compiled.keyword == KeywordRule::Required) {
            (Anchor::DigitWord, false) => Self::FreeWord,
            (Anchor::DigitWord, true) => Self::KeywordWord,
            (Anchor::Anywhere, false) => Self::FreeAnywhere,
            (Anchor::Anywhere | Anchor::Literal(_), true) => Self::KeywordAnywhere,
            _ => Self::Found,
        }
    }
}

/// The patterns by kind.
fn openings(patterns: &[Compiled], identifiers: &[Arc<DataIdentifier>]) -> Openings {
    let mut groups: [Vec<Opening>; 5] = Default::default();
    for (number, compiled) in (0..).zip(patterns) {
        let group = match Kind::of(compiled) {
            Kind::FreeWord => 0,
            Kind::FreeAnywhere => 1,
            Kind::KeywordWord => 2,
            Kind::KeywordAnywhere => 3,
            Kind::Found => 4,
        };
        let begins_word = compiled.shape.at_word_start || compiled.clue.is_some();
        let stands_alone = compiled.borders == Borders::Number;
        let shape = compiled.shape_in_full(identifiers);
        groups[group].push(Opening::new(number, shape, begins_word, stands_alone));
    }
    Openings::new(groups)
}

fn wanted(patterns: &[Compiled], identifiers: &[Arc<DataIdentifier>]) -> Wanted {
    let mut wanted = Wanted::default();
    for (number, compiled) in (0..).zip(patterns) {
        let own = |anchor: &Anchor| {
            let literals = anchor.literals().iter();
            literals.map(|l| (number, l.clone())).collect::<Vec<_>>()
        };
        let in_full = &compiled.shape_in_full(identifiers).anchor;
        match &compiled.shape.anchor {
            Anchor::DigitWord => {
                wanted.digit_words = true;
                wanted.letters_first |= (b'A'..=b'z').any(|b| compiled.shape.first.contains(b));
            }
            Anchor::WordLiteral(_) => wanted.word_literals.extend(own(in_full)),
            // What needs a keyword is looked for near keywords.
            Anchor::Literal(_) | Anchor::Anywhere if compiled.keyword == KeywordRule::Required => {}
            Anchor::Literal(_) => wanted.literals.extend(own(in_full)),
            Anchor::Clue => wanted.clues.add(number, compiled),
            Anchor::Anywhere => {
                let (first, word_starts) = wanted.anywhere.get_or_insert((ByteSet::default(), true));
                first.extend(&compiled.shape.first);
                *word_starts &= compiled.shape.at_word_start;
            }
        }
    }
    wanted
}
