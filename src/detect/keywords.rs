//! Keywords: what counts as one in running text and in labels, whatever automaton looks for it.
//!
//! Case does not count. A space in a keyword stands for nothing, one space, `_`, `-`, a tab, a no-break space or one line break.
//! In running text a keyword begins and ends at a word border: no letter or digit beside it, a camelCase hump, or, at its
//! end, a plural `s` or a digit. In a label a keyword of six letters or more also counts inside an unbroken compound.

use super::characters::{char_at, char_before, fold, is_unspaced};
use crate::identifier::DataIdentifier;
use crate::shape::ByteSet;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Keywords of all identifiers, about.
const USUAL: usize = 2048;
/// Letters from which on a keyword counts inside a compound.
const COMPOUND_LETTERS: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Token {
    /// A character, folded.
    Char(char),
    /// A space, and what stands for one.
    Space,
}

/// One keyword, and the identifiers that use it.
#[derive(Debug)]
pub(super) struct Keyword {
    /// Its characters.
    pub(super) tokens: Vec<Token>,
    /// As the first identifier spells it.
    pub(super) text: String,
    /// Numbers of the identifiers, ascending.
    pub(super) users: Vec<u16>,
    /// Whether it counts only as the whole name of a field.
    pub(super) is_field_name: bool,
}

/// Keywords without their spaces, by their first bytes.
type Compounds = Vec<([u8; COMPOUND_LETTERS], Box<str>, u16)>;

/// Every keyword once.
#[derive(Debug, Default)]
pub(super) struct Keywords {
    list: Vec<Keyword>,
    /// The longest that any keyword can be in a text, in bytes.
    longest: usize,
    /// The field names, folded.
    field_names: HashMap<String, u16>,
    compounds: OnceLock<Compounds>,
    with_digits: OnceLock<Vec<Vec<Token>>>,
}

/// A keyword that stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// Offset of its first byte in the window.
    pub(super) start: u32,
    /// Offset behind its last byte.
    pub(super) end: u32,
    /// Which keyword.
    pub(super) keyword: u16,
}

impl Keywords {
    /// The keywords and field names of identifiers; an identifier's number is its place.
    pub(super) fn of(identifiers: &[Arc<DataIdentifier>]) -> Self {
        Self::new(identifiers.iter().map(|identifier| {
            let words = identifier.keywords.iter().map(|word| (word.as_str(), false));
            words.chain(identifier.field_names().map(|name| (name, true)))
        }))
    }

    /// Collects words, which are field names or not; the `i`-th are those of identifier `i`.
    pub(super) fn new<'a, W: Iterator<Item = (&'a str, bool)>>(words: impl IntoIterator<Item = W>) -> Self {
        let mut list: Vec<Keyword> = Vec::new();
        // The words, and the field names.
        let mut known: [HashMap<String, u16>; 2] = [HashMap::with_capacity(USUAL), HashMap::new()];
        for (user, words) in words.into_iter().enumerate() {
            for (word, is_field_name) in words {
                let known = &mut known[usize::from(is_field_name)];
                let folded = folded(word.trim());
                let index = known.get(&folded).copied().unwrap_or_else(|| {
                    let mut tokens = Vec::with_capacity(folded.len());
                    tokens.extend(folded.chars().map(|c| if c == ' ' { Token::Space } else { Token::Char(c) }));
                    list.push(Keyword { tokens, text: word.trim().to_owned(), users: Vec::new(), is_field_name });
                    let index = (list.len() - 1) as u16;
                    known.insert(folded, index);
                    index
                });
                let users = &mut list[usize::from(index)].users;
                if users.last() != Some(&(user as u16)) {
                    users.push(user as u16);
                }
            }
        }
        let [_, field_names] = known;
        let longest = list.iter().map(|k| k.tokens.len() * 4).max().unwrap_or(0);
        Self { list, longest, field_names, compounds: OnceLock::new(), with_digits: OnceLock::new() }
    }

    pub(super) fn get(&self, keyword: u16) -> &Keyword {
        &self.list[usize::from(keyword)]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, &Keyword)> {
        (0..).zip(&self.list)
    }

    /// The longest that any keyword can be in a text, in bytes.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Those that hold digits, with noughts for all of them.
    pub(super) fn with_digits(&self) -> &[Vec<Token>] {
        let is_digit = |token: &Token| matches!(token, Token::Char(c) if c.is_ascii_digit());
        let nought = |token: &Token| if is_digit(token) { Token::Char('0') } else { *token };
        self.with_digits.get_or_init(|| {
            let with = self.list.iter().filter(|k| !k.is_field_name && k.tokens.iter().any(is_digit));
            with.map(|keyword| keyword.tokens.iter().map(nought).collect()).collect()
        })
    }

    /// Whether a name is one that a pattern asks for.
    pub(super) fn is_field_name(&self, name: &str) -> bool {
        !self.field_names.is_empty() && self.field_names.contains_key(&folded(name))
    }

    /// The keywords of six letters or more that stand anywhere in a label, borders or not, and those that it is.
    pub(super) fn inside_label(&self, label: &str) -> Vec<u16> {
        let compounds = self.compounds.get_or_init(|| self.compounds());
        let folded = folded(label);
        let mut inside = Vec::new();
        for (at, beginning) in (0..).zip(folded.as_bytes().windows(COMPOUND_LETTERS)) {
            let first = compounds.partition_point(|(known, ..)| known.as_slice() < beginning);
            let alike = compounds[first..].iter().take_while(|(known, ..)| known == beginning);
            let stand = alike.filter(|(_, word, _)| folded.as_bytes()[at..].starts_with(word.as_bytes()));
            inside.extend(stand.map(|(.., number)| *number));
        }
        inside.extend(self.field_names.get(&folded));
        inside
    }

    fn compounds(&self) -> Compounds {
        let characters = |k: &Keyword| -> Vec<char> {
            k.tokens.iter().filter_map(|t| if let Token::Char(c) = t { Some(*c) } else { None }).collect()
        };
        let mut all = Compounds::with_capacity(self.list.len());
        for (number, keyword) in self.iter().filter(|(_, k)| !k.is_field_name && k.tokens.len() >= COMPOUND_LETTERS) {
            let characters = characters(keyword);
            if characters.iter().filter(|c| c.is_alphabetic()).count() >= COMPOUND_LETTERS {
                let mut text = String::with_capacity(characters.iter().map(|c| c.len_utf8()).sum());
                text.extend(characters);
                // Every letter has a byte at least.
                all.extend(text.as_bytes().first_chunk().copied().map(|first| (first, text.into_boxed_str(), number)));
            }
        }
        all.sort_unstable();
        all
    }
}

fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    folded.extend(text.chars().map(fold));
    folded
}

impl Keyword {
    /// Whether a word start gives the keyword away.
    pub(super) fn begins_with_letter(&self) -> bool {
        !self.is_field_name
            && matches!(self.tokens.first(), Some(Token::Char(c)) if !c.is_ascii() || c.is_ascii_alphabetic())
    }

    /// Whether it begins with a digit or a sign.
    pub(super) fn is_odd(&self) -> bool {
        !self.is_field_name && !self.begins_with_letter()
    }

    /// The bytes that can stand behind its first one.
    pub(super) fn second_bytes(&self) -> ByteSet {
        match self.tokens[..] {
            [Token::Char(first), Token::Char(second), ..] if first.is_ascii() && second.is_ascii() => {
                let mut bytes = ByteSet::default();
                bytes.insert(second.to_ascii_lowercase() as u8);
                bytes.insert(second.to_ascii_uppercase() as u8);
                bytes
            }
            _ => ByteSet::ALL,
        }
    }

    /// The end of this keyword if it stands at `at`, borders and all: what [`super::tree`] finds faster.
    #[cfg(test)]
    pub(super) fn end_at(&self, text: &[u8], at: usize) -> Option<usize> {
        if self.is_field_name {
            return None;
        }
        let end = ends(&self.tokens, text, at)?;
        begins(text, at).then_some(end)
    }

    /// How every form of the keyword begins in a text: its first letters of ASCII, small, up to five and with whatever follows
    /// them; where it begins with something else, that. A space stands for all that can be in its place.
    pub(super) fn beginnings(&self, each: &mut impl FnMut(&[u8])) {
        beginnings(&self.tokens, &mut [0; 8], 0, each);
    }
}

/// `so_far` are `length` letters, with room for one more character.
fn beginnings(tokens: &[Token], so_far: &mut [u8; 8], length: usize, each: &mut impl FnMut(&[u8])) {
    const ENOUGH: usize = 5;
    let (Some((token, rest)), true) = (tokens.split_first(), length < ENOUGH) else {
        each(&so_far[..length]);
        return;
    };
    match token {
        Token::Char(c) if c.is_ascii_lowercase() => {
            so_far[length] = *c as u8;
            beginnings(rest, so_far, length + 1, each);
        }
        Token::Char(c) => {
            let mut upper = c.to_uppercase();
            let upper = upper.next().filter(|_| !c.is_ascii() && upper.next().is_none());
            for c in [Some(*c), upper].into_iter().flatten() {
                let width = c.encode_utf8(&mut so_far[length..]).len();
                each(&so_far[..length + width]);
            }
        }
        Token::Space => {
            so_far[length] = b' ';
            each(&so_far[..=length]);
            beginnings(rest, so_far, length, each);
        }
    }
}

/// How many bytes stand for a space at `at`, if any do.
pub(super) fn space_at(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b' ' | b'_' | b'-' | b'\t' | b'\n' => Some(1),
        b'\r' => Some(if text.get(at + 1) == Some(&b'\n') { 2 } else { 1 }),
        0xC2 if text.get(at + 1) == Some(&0xA0) => Some(2),
        _ => None,
    }
}

/// Where the tokens end when they stand at `at` and end at a border. Of several ends, the first that has a border.
pub(super) fn ends(tokens: &[Token], text: &[u8], at: usize) -> Option<usize> {
    let mut here = at;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Char(wanted) => {
                let byte = *text.get(here)?;
                if byte.is_ascii() || wanted.is_ascii() {
                    // A letter that only folds to one of ASCII is another letter.
                    if char::from(byte.to_ascii_lowercase()) != *wanted {
                        return None;
                    }
                    here += 1;
                } else {
                    let (c, width) = char_at(text, here)?;
                    if fold(c) != *wanted {
                        return None;
                    }
                    here += width;
                }
            }
            Token::Space => {
                let rest = &tokens[index + 1..];
                let behind = space_at(text, here).and_then(|space| ends(rest, text, here + space));
                return behind.or_else(|| ends(rest, text, here));
            }
        }
    }
    border_behind(text, here).then_some(here)
}

/// Whether a keyword may begin at `at`.
pub(super) fn begins(text: &[u8], at: usize) -> bool {
    let Some((c, width)) = char_at(text, at) else { return false };
    let Some(before) = char_before(text, at) else { return true };
    if !c.is_alphanumeric() || !before.is_alphanumeric() || is_unspaced(c) {
        return true;
    }
    let next_is_lower = || char_at(text, at + width).is_some_and(|(next, _)| next.is_lowercase());
    c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_lower()))
}

/// Whether a keyword may end right before `at`.
pub(super) fn border_behind(text: &[u8], at: usize) -> bool {
    let (Some(last), Some((next, width))) = (char_before(text, at), char_at(text, at)) else { return true };
    if !last.is_alphanumeric() || !next.is_alphanumeric() || next.is_numeric() || is_unspaced(last) {
        return true;
    }
    let second = char_at(text, at + width).map(|(c, _)| c);
    if matches!(next, 's' | 'S') {
        let after_plural = second.is_none_or(|c| !c.is_alphanumeric() || (next == 's' && c.is_uppercase()));
        if after_plural {
            return true;
        }
    }
    next.is_uppercase() && (last.is_lowercase() || second.is_some_and(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::Keywords;

    fn stands(keyword: &str, text: &str) -> bool {
        let keywords = Keywords::new([[(keyword, false)].into_iter()]);
        (0..text.len()).any(|at| keywords.get(0).end_at(text.as_bytes(), at).is_some())
    }

    fn labels(keyword: &str, text: &str) -> bool {
        !Keywords::new([[(keyword, false)].into_iter()]).inside_label(text).is_empty() || stands(keyword, text)
    }

    #[test]
    fn borders() {
        for text in ["SSN: 1", "customerSSN", "ssns", "ssn2", "my_ssn_x", "ssnValue", "USSsn", "SSNValue", "“ssn”"]
        {
            assert!(stands("ssn", text), "{text}");
        }
        for (keyword, text) in
            [("pan", "company"), ("dob", "adobe"), ("ssn", "ssnx"), ("sin", "since"), ("ssn", "2ssn")]
        {
            assert!(!stands(keyword, text), "{keyword} in {text}");
        }
    }

    #[test]
    fn spaces() {
        for text in ["social security", "SocialSecurity", "social_security", "SOCIAL-SECURITY", "social\r\nsecurity"] {
            assert!(stands("social security", text), "{text}");
        }
        assert!(!stands("social security", "social  security"));
        assert!(stands("cc #", "cc#12"));
        assert!(stands("número de cuenta", "NÚMERO DE CUENTA"));
        assert!(stands("身份证", "我的身份证号码"));
    }

    #[test]
    fn compounds_count_in_labels_alone() {
        assert!(labels("credit card", "mycreditcard"));
        assert!(labels("personalausweis", "Personalausweisnummer"));
        assert!(!labels("pan", "company"));
        assert!(labels("pan", "pan_number"));
        assert!(!stands("credit card", "mycreditcard"));
    }
}
