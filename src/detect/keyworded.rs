//! Patterns that need a keyword, by the keyword or by the name of the field that brings them. Where they are tried is not known here.

use super::keywords::Keywords;
use super::openings::{Among, Openings};
use super::{Compiled, Detector, Kind, gates};
use crate::identifier::DataIdentifier;
use crate::shape::ByteSet;
use std::collections::HashMap;
use std::ops::Index;
use std::sync::Arc;

/// Patterns that need a keyword.
#[derive(Debug, Clone)]
pub(super) struct Keyworded {
    /// Digit words.
    pub(super) words: Among,
    /// How far from a keyword a match of these can be, in characters, and the longest, in bytes.
    pub(super) words_reach: usize,
    pub(super) longest_word: usize,
    /// Those that can begin anywhere.
    pub(super) anywhere: Among,
    /// How far from a keyword a match of these can be, in characters.
    pub(super) reach: usize,
    /// The longest match of these, in bytes, and the bytes that any can hold.
    pub(super) longest: usize,
    pub(super) alphabet: ByteSet,
    /// The shortest match, in bytes.
    pub(super) shortest: usize,
}

impl Default for Keyworded {
    fn default() -> Self {
        Self {
            words: Among::default(),
            words_reach: 0,
            longest_word: 0,
            anywhere: Among::default(),
            reach: 0,
            longest: 0,
            alphabet: ByteSet::default(),
            shortest: usize::MAX,
        }
    }
}

impl Keyworded {
    pub(super) fn extend(&mut self, other: &Self) {
        self.words.extend(&other.words);
        self.words_reach = self.words_reach.max(other.words_reach);
        self.longest_word = self.longest_word.max(other.longest_word);
        self.anywhere.extend(&other.anywhere);
        self.reach = self.reach.max(other.reach);
        self.longest = self.longest.max(other.longest);
        self.alphabet.extend(&other.alphabet);
        self.shortest = self.shortest.min(other.shortest);
    }

    /// Adds a pattern that is one of them, in its place.
    fn add(&mut self, compiled: &Compiled, place: &Among, identifiers: &[Arc<DataIdentifier>]) {
        let reach = gates::reach(identifiers[usize::from(compiled.identifier)].proximity);
        match Kind::of(compiled) {
            Kind::KeywordWord => {
                self.words.extend(place);
                self.words_reach = reach;
                self.longest_word = self.longest_word.max(compiled.shape.longest);
            }
            Kind::KeywordAnywhere => {
                self.anywhere.extend(place);
                self.reach = reach;
                self.longest = self.longest.max(compiled.shape.longest);
                self.alphabet.extend(&compiled.shape.alphabet);
            }
            _ => return,
        }
        self.shortest = self.shortest.min(compiled.shape.shortest);
    }
}

/// A pattern for fields of certain names: near a keyword alone it is nothing.
#[derive(Debug)]
pub(super) struct Named {
    /// Of which identifier, and which of its patterns.
    pub(super) pattern: (u16, usize),
    pub(super) patterns: Keyworded,
}

impl Named {
    /// Whether a field's innermost name is one of its own.
    pub(super) fn is_for(&self, detector: &Detector, name: &str) -> bool {
        let (identifier, index) = self.pattern;
        is_among(&detector.identifiers[usize::from(identifier)].patterns[index].field_names, name)
    }
}

/// Whether a name in lower case is among these.
pub(super) fn is_among(names: &[String], name: &str) -> bool {
    names.iter().any(|n| if n.is_ascii() { n.eq_ignore_ascii_case(name) } else { n.to_lowercase() == name })
}

/// By identifier: its patterns that need a keyword and no name.
pub(super) fn keyworded(
    patterns: &[Compiled],
    openings: &Openings,
    identifiers: &[Arc<DataIdentifier>],
) -> Vec<Keyworded> {
    let mut all = vec![Keyworded::default(); identifiers.len()];
    for (number, place) in openings.each() {
        let compiled = &patterns[usize::from(number)];
        if compiled.field_names(identifiers).is_empty() {
            all[usize::from(compiled.identifier)].add(compiled, &place, identifiers);
        }
    }
    all
}

/// Those that need a name.
pub(super) fn named(patterns: &[Compiled], openings: &Openings, identifiers: &[Arc<DataIdentifier>]) -> Vec<Named> {
    let with_names = |number: &u16| !patterns[usize::from(*number)].field_names(identifiers).is_empty();
    let named = openings.each().filter(|(number, _)| with_names(number));
    named
        .map(|(number, place)| {
            let compiled = &patterns[usize::from(number)];
            let mut named = Named { pattern: (compiled.identifier, compiled.index), patterns: Keyworded::default() };
            named.patterns.add(compiled, &place, identifiers);
            named
        })
        .collect()
}

/// The [`Keyworded`] of each keyword. Most have one user, and what is the same is there once.
#[derive(Debug)]
pub(super) struct ByKeyword {
    /// Those of each identifier, then those of several together.
    kinds: Vec<Keyworded>,
    by_keyword: Vec<u32>,
}

impl ByKeyword {
    /// `kinds` are those of each identifier.
    pub(super) fn new(keywords: &Keywords, mut kinds: Vec<Keyworded>) -> Self {
        let mut known: HashMap<&[u16], u32> = HashMap::new();
        let mut by_keyword = Vec::with_capacity(keywords.len());
        for number in 0..keywords.len() as u16 {
            let kind = match keywords.users(number) {
                [user] => u32::from(*user),
                users => *known.entry(users).or_insert_with(|| {
                    let mut all = Keyworded::default();
                    for user in users {
                        all.extend(&kinds[usize::from(*user)]);
                    }
                    kinds.push(all);
                    (kinds.len() - 1) as u32
                }),
            };
            by_keyword.push(kind);
        }
        Self { kinds, by_keyword }
    }

    pub(super) fn of_user(&self, identifier: u16) -> &Keyworded {
        &self.kinds[usize::from(identifier)]
    }
}

impl Index<usize> for ByKeyword {
    type Output = Keyworded;

    #[inline]
    fn index(&self, keyword: usize) -> &Keyworded {
        &self.kinds[self.by_keyword[keyword] as usize]
    }
}
