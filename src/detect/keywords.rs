//! Keywords: what counts as one in running text and in labels, whatever automaton looks for it; how one is written says `spelling`.
//!
//! Case does not count. A space in a keyword stands for nothing, one space, `_`, `-`, a tab, a no-break space or one line break.
//! In running text a keyword begins and ends at a word border: no letter or digit beside it, a camelCase hump, or, at its
//! end, a plural `s` or a digit. In a label a keyword of six letters or more also counts inside an unbroken compound.

use super::characters::fold;
use super::spelling::{Next, Token, ends, goes_on_with};
use crate::identifier::DataIdentifier;
use crate::shape::ByteSet;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Letters from which on a keyword counts inside a compound.
const COMPOUND_LETTERS: usize = 6;

/// One keyword, and the identifiers that use it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keyword<'k> {
    /// Its characters, folded.
    pub(super) folded: &'k str,
    /// As the first identifier spells it.
    pub(super) text: &'k str,
    /// Numbers of the identifiers, ascending.
    pub(super) users: &'k [u16],
    /// Whether it counts only as the whole name of a field.
    pub(super) is_field_name: bool,
}

/// Where the parts of a keyword are: thousands are read at every start, so that they have no memory of their own.
#[derive(Debug)]
struct Row {
    folded: Span,
    text: Span,
    users: Span,
    is_field_name: bool,
}

/// From where to where.
#[derive(Debug, Clone, Copy, Default)]
struct Span(u32, u32);

impl Span {
    fn range(self) -> Range<usize> {
        self.0 as usize..self.1 as usize
    }
}

/// Keywords without their spaces, by their first bytes.
#[derive(Debug)]
struct Compounds {
    text: String,
    /// The first bytes as a number, the whole, and which keyword it is.
    list: Vec<(u64, Span, u16)>,
}

/// Every keyword once.
#[derive(Debug, Default)]
pub(super) struct Keywords {
    rows: Vec<Row>,
    /// What the rows point into.
    texts: String,
    users: Vec<u16>,
    /// The keywords by their folded text.
    sorted: Vec<u16>,
    /// The longest that any keyword can be in a text, in bytes.
    longest: usize,
    /// The field names, folded.
    field_names: HashMap<String, u16>,
    compounds: OnceLock<Compounds>,
    with_digits: OnceLock<Vec<Vec<Token>>>,
    hexadecimal: OnceLock<Vec<u16>>,
}

/// A word of an identifier.
struct Word {
    row: Row,
    user: u16,
    /// What words are sorted by before their texts are compared: the first bytes, as a number.
    key: u64,
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
            let words = identifier.keywords.iter().map(|word| (word, false));
            words.chain(identifier.field_names().map(|name| (name, true)))
        }))
    }

    /// Collects words, which are field names or not; the `i`-th are those of identifier `i`.
    pub(super) fn new<'a, W: Iterator<Item = (&'a str, bool)>>(words: impl IntoIterator<Item = W>) -> Self {
        let (mut texts, mut all) = (String::new(), Vec::new());
        for (user, words) in (0..).zip(words) {
            for (word, is_field_name) in words {
                all.push(Word::read(word.trim(), is_field_name, user, &mut texts));
            }
        }
        let firsts = firsts(&all, &texts);
        // A keyword's number is the place of its first word among such.
        let mut numbers: Vec<u16> = Vec::with_capacity(all.len());
        let mut rows: Vec<Row> = Vec::with_capacity(all.len());
        let mut counts: Vec<u32> = Vec::with_capacity(all.len());
        let mut longest = 0;
        let mut field_names = HashMap::new();
        for (place, first) in firsts.first.iter().enumerate() {
            let Word { row, .. } = &all[place];
            if *first as usize != place {
                let number = numbers[*first as usize];
                counts[usize::from(number)] += 1;
                numbers.push(number);
                continue;
            }
            let number = rows.len() as u16;
            let folded = &texts[row.folded.range()];
            if folded.len() * 4 > longest {
                longest = longest.max(folded.chars().count() * 4);
            }
            if row.is_field_name {
                field_names.insert(folded.to_owned(), number);
            }
            numbers.push(number);
            counts.push(1);
            rows.push(Row { users: Span::default(), ..*row });
        }
        let mut from = 0;
        for (row, count) in rows.iter_mut().zip(counts) {
            row.users = Span(from, from);
            from += count;
        }
        let mut users = vec![0; from as usize];
        for (word, number) in all.iter().zip(&numbers) {
            let span = &mut rows[usize::from(*number)].users;
            if span.range().next_back().is_none_or(|last| users[last] != word.user) {
                users[span.1 as usize] = word.user;
                span.1 += 1;
            }
        }
        let sorted = firsts.sorted.into_iter().map(|place| numbers[place as usize]).collect();
        let (compounds, with_digits, hexadecimal) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { rows, texts, users, sorted, longest, field_names, compounds, with_digits, hexadecimal }
    }

    pub(super) fn get(&self, keyword: u16) -> Keyword<'_> {
        let row = &self.rows[usize::from(keyword)];
        Keyword {
            folded: &self.texts[row.folded.range()],
            text: &self.texts[row.text.range()],
            users: &self.users[row.users.range()],
            is_field_name: row.is_field_name,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Numbers of the identifiers that use one, ascending.
    #[inline]
    pub(super) fn users(&self, keyword: u16) -> &[u16] {
        &self.users[self.rows[usize::from(keyword)].users.range()]
    }

    /// A keyword's characters, folded.
    #[inline]
    pub(super) fn folded(&self, keyword: u16) -> &[Token] {
        &self.texts.as_bytes()[self.rows[usize::from(keyword)].folded.range()]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, Keyword<'_>)> {
        (0..self.rows.len() as u16).map(|number| (number, self.get(number)))
    }

    /// The numbers of all, those that begin alike side by side.
    pub(super) fn sorted(&self) -> &[u16] {
        &self.sorted
    }

    /// The longest that any keyword can be in a text, in bytes.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Those that hold digits, with noughts for all of them.
    /// Whether a keyword with digits stands at a place of a text which has noughts for its digits, whatever they were.
    pub(super) fn one_with_digits_stands(&self, alike: &[u8], at: usize) -> bool {
        self.with_digits().iter().any(|tokens| ends(tokens, alike, at).is_some())
    }

    /// What must stand behind a text, which ends with a blank, for a keyword to begin at `at` and go on there; anything if digits
    /// make a difference to which do. `alike` is the text with noughts for digits.
    pub(super) fn go_on_with(&self, (text, alike): (&[u8], &[u8]), at: usize) -> Next {
        let first = text.get(at).filter(|byte| byte.is_ascii()).map(u8::to_ascii_lowercase);
        let Some(first) = first.filter(|_| !self.one_with_digits_stands(alike, at)) else { return Next::ANYTHING };
        let first_of = |number: &u16| self.folded(*number).first().copied();
        let low = self.sorted.partition_point(|number| first_of(number) < Some(first));
        let alike_first = self.sorted[low..].iter().take_while(|number| first_of(number) == Some(first));
        let all = alike_first.map(|number| goes_on_with(self.folded(*number), text, at));
        all.fold(Next::NOTHING, Next::or)
    }

    /// Those that can stand among small hexadecimal digits and hyphens.
    pub(super) fn hexadecimal(&self) -> &[u16] {
        let can_stand =
            |k: &Keyword| k.folded.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b' ' | b'-'));
        self.hexadecimal.get_or_init(|| self.iter().filter(|(_, k)| can_stand(k)).map(|(number, _)| number).collect())
    }

    fn with_digits(&self) -> &[Vec<Token>] {
        let nought = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
        self.with_digits.get_or_init(|| {
            let with = self.iter().filter(|(_, k)| !k.is_field_name && k.folded.bytes().any(|b| b.is_ascii_digit()));
            let mut all: Vec<Vec<Token>> = with.map(|(_, k)| k.folded.bytes().map(nought).collect()).collect();
            all.sort_unstable();
            all.dedup();
            all
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
            let beginning = key(beginning);
            let first = compounds.list.partition_point(|(known, ..)| *known < beginning);
            let alike = compounds.list[first..].iter().take_while(|(known, ..)| *known == beginning);
            let stand = alike
                .filter(|(_, word, _)| folded.as_bytes()[at..].starts_with(compounds.text[word.range()].as_bytes()));
            inside.extend(stand.map(|(.., number)| *number));
        }
        inside.extend(self.field_names.get(&folded));
        inside
    }

    fn compounds(&self) -> Compounds {
        let mut all =
            Compounds { text: String::with_capacity(self.texts.len()), list: Vec::with_capacity(self.rows.len()) };
        for (number, keyword) in self.iter().filter(|(_, k)| !k.is_field_name) {
            let letters = if keyword.folded.is_ascii() {
                keyword.folded.bytes().filter(u8::is_ascii_alphabetic).count()
            } else {
                keyword.folded.chars().filter(|c| c.is_alphabetic()).count()
            };
            if letters >= COMPOUND_LETTERS {
                let from = all.text.len();
                if keyword.folded.contains(' ') {
                    all.text.extend(keyword.folded.chars().filter(|c| *c != ' '));
                } else {
                    all.text.push_str(keyword.folded);
                }
                // Every letter has a byte at least.
                let first = all.text.as_bytes().get(from..from + COMPOUND_LETTERS).unwrap_or_default();
                all.list.push((key(first), Span(from as u32, all.text.len() as u32), number));
            }
        }
        let text = &all.text;
        all.list.sort_unstable_by(|one, other| {
            let whole = |span: Span| &text[span.range()];
            one.0.cmp(&other.0).then_with(|| (whole(one.1), one.2).cmp(&(whole(other.1), other.2)))
        });
        all
    }
}

impl Word {
    /// Adds a word's texts; one that is small already is there once.
    fn read(word: &str, is_field_name: bool, user: u16, texts: &mut String) -> Self {
        let add = |text: &str, texts: &mut String| {
            let from = texts.len() as u32;
            texts.push_str(text);
            Span(from, texts.len() as u32)
        };
        let is_small = word.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
        let text = add(word, texts);
        let folded = if is_small { text } else { add(&folded(word), texts) };
        let key = key(&texts.as_bytes()[folded.range()]);
        Self { row: Row { folded, text, users: Span::default(), is_field_name }, user, key }
    }
}

/// What of some words is the same.
struct Firsts {
    /// Of each word the first that is the same.
    first: Vec<u32>,
    /// Those that are the first, by their texts.
    sorted: Vec<u32>,
}

fn firsts(words: &[Word], texts: &str) -> Firsts {
    let mut by_text: Vec<(u64, u32)> = words.iter().map(|word| word.key).zip(0..).collect();
    let word = |place: &u32| &words[*place as usize];
    let whole = |word: &Word| (&texts.as_bytes()[word.row.folded.range()], word.row.is_field_name);
    by_text.sort_unstable_by(|(key, one), (other_key, other)| {
        let order = || whole(word(one)).cmp(&whole(word(other))).then(one.cmp(other));
        key.cmp(other_key).then_with(order)
    });
    let (mut first, mut sorted) = (vec![0; words.len()], Vec::<u32>::with_capacity(words.len()));
    for (_, place) in &by_text {
        let same = sorted.last().filter(|last| whole(word(last)) == whole(word(place)));
        let known = same.copied().unwrap_or(*place);
        if same.is_none() {
            sorted.push(*place);
        }
        first[*place as usize] = known;
    }
    Firsts { first, sorted }
}

/// The first eight bytes as a number that sorts as they do.
fn key(bytes: &[u8]) -> u64 {
    let mut eight = [0; 8];
    let length = bytes.len().min(8);
    eight[..length].copy_from_slice(&bytes[..length]);
    u64::from_be_bytes(eight)
}

fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    folded.extend(text.chars().map(fold));
    folded
}

impl Keyword<'_> {
    /// Whether a word start gives the keyword away.
    pub(super) fn begins_with_letter(&self) -> bool {
        !self.is_field_name && self.folded.bytes().next().is_some_and(|b| !b.is_ascii() || b.is_ascii_alphabetic())
    }

    /// Whether it begins with a digit or a sign.
    pub(super) fn is_odd(&self) -> bool {
        !self.is_field_name && !self.begins_with_letter()
    }

    /// The bytes that can stand behind its first one.
    pub(super) fn second_bytes(&self) -> ByteSet {
        match self.folded.as_bytes() {
            [first, second, ..] if [first, second].iter().all(|b| b.is_ascii() && **b != b' ') => {
                let mut bytes = ByteSet::default();
                bytes.insert(second.to_ascii_lowercase());
                bytes.insert(second.to_ascii_uppercase());
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
        let end = ends(self.folded.as_bytes(), text, at)?;
        super::spelling::begins(text, at).then_some(end)
    }

    /// How every form of the keyword begins in a text: its first letters of ASCII, small, up to five and with whatever follows
    /// them; where it begins with something else, that. A space stands for all that can be in its place.
    pub(super) fn beginnings(&self, each: &mut impl FnMut(&[u8])) {
        beginnings(self.folded, &mut [0; 8], 0, each);
    }
}

/// `so_far` are `length` letters, with room for one more character.
fn beginnings(folded: &str, so_far: &mut [u8; 8], length: usize, each: &mut impl FnMut(&[u8])) {
    const ENOUGH: usize = 5;
    let mut rest = folded.chars();
    let (Some(c), true) = (rest.next(), length < ENOUGH) else {
        each(&so_far[..length]);
        return;
    };
    match c {
        'a'..='z' => {
            so_far[length] = c as u8;
            beginnings(rest.as_str(), so_far, length + 1, each);
        }
        ' ' => {
            so_far[length] = b' ';
            each(&so_far[..=length]);
            beginnings(rest.as_str(), so_far, length, each);
        }
        c => {
            let mut upper = c.to_uppercase();
            let upper = upper.next().filter(|_| !c.is_ascii() && upper.next().is_none());
            for c in [Some(c), upper].into_iter().flatten() {
                let width = c.encode_utf8(&mut so_far[length..]).len();
                each(&so_far[..length + width]);
            }
        }
    }
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
