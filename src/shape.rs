//! Where can a match of a pattern start? Read off its syntax tree, the same way for managed and custom patterns.
//!
//! It is read once: by the build script for managed patterns, by the loader for custom ones. The answer decides how the scanner looks for candidates; it never decides what matches.

#[path = "shape/opening.rs"] // The build script reads this file from another folder.
mod opening;
#[path = "shape/word.rs"]
mod word;

#[allow(unused_imports)] // Of the build script.
pub(crate) use opening::DEPTH;
use regex_syntax::hir::{Class, Hir, HirKind, Look, literal};
use regex_syntax::utf8::Utf8Sequences;
use std::borrow::Cow;

/// The longest match, in bytes: what is longer is matched up to here. A private RSA key of 16,384 bits takes 12,500.
pub(crate) const LONGEST_MATCH: usize = 16 << 10;

/// The most letters before the first digit of a digit word.
const LETTERS: usize = 8;
/// The most literals that one pattern may add to the scanner's tables.
const LITERALS: usize = 64;

/// Literals of which every match begins with one.
pub(crate) type Literals = Cow<'static, [Cow<'static, [u8]>]>;

/// How candidates for a pattern are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// At the start of a word that is up to eight letters and then a digit.
    DigitWord,
    /// At one of these literals, where the word that is in it begins: at its first byte, or behind signs that the literal begins with.
    WordLiteral(Literals),
    /// At one of these literals, wherever it stands.
    Literal(Literals),
    /// Where the clue of its validator shows.
    Clue,
    /// At any byte that can begin a match.
    Anywhere,
}

impl Anchor {
    /// Its literals; none of an anchor that has none.
    pub(crate) fn literals(&self) -> &[Cow<'static, [u8]>] {
        match self {
            Self::WordLiteral(literals) | Self::Literal(literals) => literals,
            Self::DigitWord | Self::Clue | Self::Anywhere => &[],
        }
    }
}

/// What is known of a pattern before it is compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    /// How candidates are found.
    pub(crate) anchor: Anchor,
    /// The bytes that a match can begin with.
    pub(crate) first: ByteSet,
    /// The bytes that a match can hold at all.
    pub(crate) alphabet: ByteSet,
    /// The bytes that can stand at each of its first places: as many as the shortest match has, [`DEPTH`] at most; and right
    /// behind it, if a word ends there.
    pub(crate) opening: Cow<'static, [ByteSet]>,
    /// Whether a match begins where an ASCII word does.
    pub(crate) at_word_start: bool,
    /// With how many bytes of the ASCII word class a match begins at least.
    pub(crate) word: usize,
    /// The shortest match in bytes.
    pub(crate) shortest: usize,
    /// The longest match in bytes, capped.
    pub(crate) longest: usize,
}

impl Shape {
    /// Reads a pattern.
    pub(crate) fn of(hir: &Hir) -> Self {
        let (first, _) = first_bytes(hir);
        let prefix = hir.properties().look_set_prefix();
        let border = prefix.contains(Look::WordAscii) || prefix.contains(Look::WordStartAscii);
        let at_word_start = border && first.iter().all(is_word);
        let longest = hir.properties().maximum_len().unwrap_or(LONGEST_MATCH).min(LONGEST_MATCH);
        let shortest = hir.properties().minimum_len().unwrap_or(0);
        let (opening, word) = (opening::of(hir).into(), word::of(hir).0);
        let mut alphabet = ByteSet::default();
        add_bytes(hir, &mut alphabet);
        Self { anchor: anchor(hir, at_word_start), first, alphabet, opening, at_word_start, word, shortest, longest }
    }

    /// The same without its literals and its opening: a copy costs nothing.
    pub(crate) fn brief(&self) -> Self {
        let anchor = match &self.anchor {
            Anchor::WordLiteral(_) => Anchor::WordLiteral(Cow::Borrowed(&[])),
            Anchor::Literal(_) => Anchor::Literal(Cow::Borrowed(&[])),
            Anchor::DigitWord => Anchor::DigitWord,
            Anchor::Clue => Anchor::Clue,
            Anchor::Anywhere => Anchor::Anywhere,
        };
        Self { anchor, opening: Cow::Borrowed(&[]), ..*self }
    }
}

/// The bytes of the ASCII word class.
const WORD: ByteSet = ByteSet([0x03FF << 48, 0x07FF_FFFE_87FF_FFFE, 0, 0]);

/// Whether a byte is of the ASCII word class, as `\b` sees it.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn anchor(hir: &Hir, at_word_start: bool) -> Anchor {
    if at_word_start && matches!(lead(hir), Some(Lead::Digit(letters)) if letters <= LETTERS) {
        return Anchor::DigitWord;
    }
    let Some(literals) = literals(hir) else { return Anchor::Anywhere };
    let shortest = literals.iter().map(|l| l.len()).min().unwrap_or(0);
    let has_word = |literal: &Cow<'static, [u8]>| {
        let signs = signs(literal);
        let word = literal.get(signs..).unwrap_or_default();
        (signs > 0 || at_word_start) && word.len() >= 3 && word.first().is_some_and(u8::is_ascii_alphabetic)
    };
    let rare_first = literals.iter().all(|l| l.first().is_some_and(|b| !b.is_ascii_alphanumeric()));
    match shortest {
        3.. if literals.iter().all(has_word) => Anchor::WordLiteral(literals),
        3.. => Anchor::Literal(literals),
        2 if rare_first => Anchor::Literal(literals),
        _ => Anchor::Anywhere,
    }
}

/// How many ASCII signs a literal begins with.
pub(crate) fn signs(literal: &[u8]) -> usize {
    literal.iter().take_while(|b| b.is_ascii() && !b.is_ascii_alphanumeric()).count()
}

/// Literals of which every match begins with one; none if there is no short list of them.
fn literals(hir: &Hir) -> Option<Literals> {
    if let Some(plain) = plain_literal(hir) {
        return Some(vec![Cow::Owned(plain.to_vec())].into());
    }
    let mut extractor = literal::Extractor::new();
    extractor.kind(literal::ExtractKind::Prefix).limit_total(LITERALS);
    let mut seq = extractor.extract(hir);
    seq.minimize_by_preference();
    let found = seq.literals()?;
    (!found.is_empty()).then(|| found.iter().map(|l| Cow::Owned(l.as_bytes().to_vec())).collect())
}

/// What a pattern begins with as it is written, if there is a word in it: to draw in what can follow would only make more of it.
fn plain_literal(hir: &Hir) -> Option<&[u8]> {
    let HirKind::Concat(parts) = hir.kind() else { return None };
    let first = parts.iter().find(|part| !matches!(part.kind(), HirKind::Look(_)))?;
    let HirKind::Literal(literal) = first.kind() else { return None };
    let word = literal.0.get(signs(&literal.0)..)?;
    (word.len() >= 3 && word.first().is_some_and(u8::is_ascii_alphabetic)).then_some(&literal.0)
}

enum Lead {
    /// Up to so many letters, on every path, and nothing else yet.
    Letters(usize),
    /// Up to so many letters, then a digit, on every path.
    Digit(usize),
}

fn lead(hir: &Hir) -> Option<Lead> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(Lead::Letters(0)),
        HirKind::Literal(literal) => lead_of_literal(&literal.0),
        HirKind::Class(class) => lead_of_class(class),
        HirKind::Repetition(repetition) => match lead(&repetition.sub)? {
            Lead::Digit(letters) if repetition.min > 0 => Some(Lead::Digit(letters)),
            Lead::Digit(letters) => Some(Lead::Letters(letters)),
            Lead::Letters(letters) => {
                let times = repetition.max? as usize;
                Some(Lead::Letters(letters.checked_mul(times).filter(|n| *n <= LETTERS)?))
            }
        },
        HirKind::Capture(capture) => lead(&capture.sub),
        HirKind::Concat(parts) => {
            let mut letters = 0;
            for part in parts {
                match lead(part)? {
                    Lead::Digit(more) => return Some(Lead::Digit(letters + more)),
                    Lead::Letters(more) => letters += more,
                }
            }
            Some(Lead::Letters(letters))
        }
        HirKind::Alternation(parts) => {
            let (mut most, mut all_digit) = (0, true);
            for part in parts {
                match lead(part)? {
                    Lead::Digit(letters) => most = most.max(letters),
                    Lead::Letters(letters) => {
                        most = most.max(letters);
                        all_digit = false;
                    }
                }
            }
            Some(if all_digit { Lead::Digit(most) } else { Lead::Letters(most) })
        }
    }
}

fn lead_of_literal(bytes: &[u8]) -> Option<Lead> {
    let letters = bytes.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    match bytes.get(letters) {
        None => Some(Lead::Letters(letters)),
        Some(byte) if byte.is_ascii_digit() => Some(Lead::Digit(letters)),
        Some(_) => None,
    }
}

fn lead_of_class(class: &Class) -> Option<Lead> {
    let (mut digit, mut letter) = (false, false);
    let set = first_of_class(class);
    for byte in set.iter() {
        digit |= byte.is_ascii_digit();
        letter |= byte.is_ascii_alphabetic();
        if !byte.is_ascii_alphanumeric() {
            return None;
        }
    }
    match (digit, letter) {
        (true, false) => Some(Lead::Digit(0)),
        (_, true) => Some(Lead::Letters(1)),
        (false, false) => None,
    }
}

/// Adds all bytes that a match can hold.
fn add_bytes(hir: &Hir, set: &mut ByteSet) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => literal.0.iter().for_each(|b| set.insert(*b)),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().for_each(|r| set.insert_range(r.start(), r.end()));
        }
        HirKind::Class(Class::Unicode(class)) => {
            for range in class.iter() {
                if let Ok(start) = u8::try_from(range.start())
                    && start.is_ascii()
                {
                    set.insert_range(start, u8::try_from(range.end()).unwrap_or(0x7F).min(0x7F));
                }
                if !range.end().is_ascii() {
                    set.insert_range(0x80, 0xFF);
                }
            }
        }
        HirKind::Repetition(repetition) => add_bytes(&repetition.sub, set),
        HirKind::Capture(capture) => add_bytes(&capture.sub, set),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|part| add_bytes(part, set)),
    }
}

/// The bytes that a match can begin with, and whether it can be empty.
fn first_bytes(hir: &Hir) -> (ByteSet, bool) {
    let mut set = ByteSet::default();
    let empty = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            literal.0.first().into_iter().for_each(|b| set.insert(*b));
            false
        }
        HirKind::Class(class) => {
            set = first_of_class(class);
            false
        }
        HirKind::Repetition(repetition) => {
            let (sub, empty) = first_bytes(&repetition.sub);
            set.extend(&sub);
            empty || repetition.min == 0
        }
        HirKind::Capture(capture) => return first_bytes(&capture.sub),
        HirKind::Concat(parts) => parts.iter().all(|part| {
            let (sub, empty) = first_bytes(part);
            set.extend(&sub);
            empty
        }),
        HirKind::Alternation(parts) => parts.iter().fold(false, |any, part| {
            let (sub, empty) = first_bytes(part);
            set.extend(&sub);
            any || empty
        }),
    };
    (set, empty)
}

/// The bytes that a character of a class can begin with.
fn first_of_class(class: &Class) -> ByteSet {
    let mut set = ByteSet::default();
    match class {
        Class::Bytes(class) => class.iter().for_each(|r| set.insert_range(r.start(), r.end())),
        Class::Unicode(class) => {
            for range in class.iter() {
                if range.end().is_ascii() {
                    set.insert_range(range.start() as u8, range.end() as u8);
                    continue;
                }
                for sequence in Utf8Sequences::new(range.start(), range.end()) {
                    let first = sequence.as_slice()[0];
                    set.insert_range(first.start, first.end);
                }
            }
        }
    }
    set
}

/// A set of byte values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ByteSet(pub(crate) [u64; 4]);

impl ByteSet {
    /// Every byte.
    #[allow(dead_code)] // Of the build script.
    pub(crate) const ALL: Self = Self([u64::MAX; 4]);

    pub(crate) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    /// Adds the bytes from `start` to `end`, both among them.
    pub(crate) fn insert_range(&mut self, start: u8, end: u8) {
        for (word, low) in self.0.iter_mut().zip([0_u8, 64, 128, 192]) {
            let (from, to) = (start.max(low), end.min(low + 63));
            if from <= to {
                *word |= u64::MAX >> (63 - (to - from)) << (from - low);
            }
        }
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(word, more)| *word |= more);
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        [0_u8, 64, 128, 192].into_iter().zip(self.0).flat_map(|(base, mut word)| {
            std::iter::from_fn(move || {
                let byte = base + (word != 0).then(|| word.trailing_zeros() as u8)?;
                word &= word - 1;
                Some(byte)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Anchor, ByteSet, Literals, Shape, WORD, is_word};
    use crate::dialect::parse;

    fn anchor(regex: &str) -> Anchor {
        Shape::of(&parse(regex).unwrap()).anchor
    }

    #[test]
    fn sets_of_bytes() {
        assert!((0..=255).all(|byte| WORD.contains(byte) == is_word(byte)));
        for (start, end) in [(0, 255), (63, 64), (7, 7), (100, 200), (128, 191)] {
            let mut set = ByteSet::default();
            set.insert_range(start, end);
            assert!((0..=255).all(|byte| set.contains(byte) == (start..=end).contains(&byte)), "{start} to {end}");
        }
    }

    #[test]
    fn digit_words() {
        for regex in [
            r"\b\d{3}-\d{2}-\d{4}\b",
            r"\b(?:[A-Z]{2})?\d{9}\b",
            r"(?i)\b[a-z]{2} ?\d{2}",
            r"\bGB\d{2}[A-Z]{4}",
            r"\b(?:AL\d{2}|AD\d{2})x",
            r"\b[A-Z0-9]\d{8}\b",
        ] {
            let expected = if regex.contains("[a-z]{2} ?") { Anchor::Anywhere } else { Anchor::DigitWord };
            assert_eq!(anchor(regex), expected, "{regex}");
        }
    }

    fn one(literal: &'static str) -> Literals {
        vec![literal.as_bytes().into()].into()
    }

    #[test]
    fn literals() {
        assert_eq!(anchor(r"\bsk_live_\w{24}"), Anchor::WordLiteral(one("sk_live_")));
        assert_eq!(anchor("-----BEGIN [A-Z ]+"), Anchor::WordLiteral(one("-----BEGIN ")));
        assert_eq!(anchor("BEGIN [A-Z ]+"), Anchor::Literal(one("BEGIN ")));
        assert_eq!(anchor(r"\bkey-\d{6}"), Anchor::WordLiteral(one("key-")));
        assert!(matches!(anchor(r"\+1\d{10}"), Anchor::Literal(l) if l.len() == 10 && *l[0] == *b"+10"));
        assert_eq!(anchor("[A-Z]{8}"), Anchor::Anywhere);
        assert_eq!(anchor(r"\d{6}"), Anchor::Anywhere);
    }
}
