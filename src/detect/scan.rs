//! One pass over a window that finds where anything can be: keywords, and starts of matches.
//!
//! Sixty-four bytes at a time become bit masks of their classes; word starts and digit words fall out of shifts. A word
//! start is looked up by its first three bytes in one table for all keywords and all literals, so the cost does not grow
//! with the number of identifiers. What is found here is only a candidate: automata and gates decide.

use super::clues::Clues;
use super::keywords::{Hit, Keyword, Keywords};
use super::literals::Literals;
use super::tree::Tree;
use crate::shape::{ByteSet, is_word, signs};
use std::borrow::Cow;

/// Which patterns to try at a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Try {
    /// All patterns that are digit words.
    DigitWords,
    /// All patterns that can begin anywhere and need no keyword.
    Anywhere,
    /// This pattern.
    Pattern(u16),
}

/// A place where a match may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// Offset in the window.
    pub(super) at: u32,
    /// What to try there.
    pub(super) what: Try,
}

impl Start {
    /// Orders by position, then by kind.
    fn key(self) -> u64 {
        let kind = match self.what {
            Try::DigitWords => 0,
            Try::Anywhere => 1,
            Try::Pattern(pattern) => 2 + u64::from(pattern),
        };
        u64::from(self.at) << 32 | kind
    }
}

/// The tables for one set of identifiers.
#[derive(Debug)]
pub(super) struct Scanner {
    probe: Probe,
    digit_words: bool,
    letters_first: bool,
    anywhere: Option<(ByteSet, bool)>,
    literals: Literals,
    /// Keywords that no word start gives away: they begin with a digit or a sign. And their first bytes.
    odd: (ByteSet, Tree),
    clues: Clues,
}

/// A pattern's number, and a literal that its matches begin with.
pub(super) type PatternLiteral = (u16, Cow<'static, [u8]>);

/// What the scanner must look for besides keywords.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Digit words at all, and whether some begin with letters.
    pub(super) digit_words: bool,
    /// See above.
    pub(super) letters_first: bool,
    /// First bytes of patterns that can begin anywhere, and whether all of them begin words.
    pub(super) anywhere: Option<(ByteSet, bool)>,
    /// Literals with a word in them that begins at their start or behind signs, with their patterns.
    pub(super) word_literals: Vec<PatternLiteral>,
    /// Literals wherever they stand, with their patterns.
    pub(super) literals: Vec<PatternLiteral>,
    /// Clues, with their patterns.
    pub(super) clues: Clues,
}

impl Scanner {
    pub(super) fn new(keywords: &Keywords, wanted: Wanted) -> Self {
        let mut odd = (ByteSet::default(), Tree::new(keywords, Keyword::is_odd));
        for (_, keyword) in keywords.iter().filter(|(_, k)| k.is_odd()) {
            keyword.beginnings().iter().filter_map(|b| b.first()).for_each(|b| odd.0.insert(*b));
        }
        Self {
            odd,
            probe: Probe::new(keywords, wanted.word_literals),
            digit_words: wanted.digit_words,
            letters_first: wanted.letters_first,
            anywhere: wanted.anywhere,
            literals: Literals::new(wanted.literals),
            clues: wanted.clues,
        }
    }

    /// Finds all keywords in `text`, and the starts in `from..to`. Hits come by position; starts by position and kind, each once.
    pub(super) fn scan(&self, keywords: &Keywords, text: &[u8], range: (usize, usize), found: &mut Found) {
        found.hits.clear();
        found.starts.clear();
        found.others.clear();
        let mut before = Before::default();
        for (number, chunk) in text.chunks(64).enumerate() {
            let mut block = [0; 64];
            block[..chunk.len()].copy_from_slice(chunk);
            let classes = Classes::of(&block);
            let base = number * 64;
            self.words(keywords, text, base, &classes, before, found);
            // A word's first digit can stand a few letters behind the range.
            if self.digit_words && base + 64 > range.0 && base < range.1 + 9 {
                self.digits(text, base, &classes, before, found);
            }
            if base + 64 > range.0 && base < range.1.saturating_add(self.clues.before()) {
                let behind_word = ((classes.letter | classes.digit | classes.under) << 1) | before.word;
                self.clues.capitals(text, base, (classes.upper | classes.lead) & !behind_word, &mut found.others);
                self.clues.digits(text, base, classes.digit & !behind_word, range, &mut found.others);
            }
            before = Before::of(&classes);
        }
        self.rest(text, range, found);
        self.odd_keywords(keywords, text, found);
        for starts in [&mut found.starts, &mut found.others] {
            starts.retain(|s| (range.0..range.1).contains(&(s.at as usize)));
        }
        found.merge();
    }

    /// Looks up every word start of a block.
    fn words(&self, keywords: &Keywords, text: &[u8], base: usize, c: &Classes, before: Before, found: &mut Found) {
        let lower = c.letter & !c.upper;
        let behind_alnum = ((c.letter | c.digit) << 1) | before.alnum;
        // The letter behind a block's last is in the next block: taken for lower case, and verified later.
        let next_lower = (lower >> 1) | 1 << 63;
        let humps = c.upper & (((lower << 1) | before.lower) | (((c.upper << 1) | before.upper) & next_lower));
        let mut starts = (c.letter & !behind_alnum) | humps | (if self.probe.beyond_ascii { c.lead } else { 0 });
        while starts != 0 {
            let at = base + starts.trailing_zeros() as usize;
            starts &= starts - 1;
            self.probe.look_up(keywords, text, at, found);
        }
    }

    /// Finds the digit words that begin, or whose first digit stands, in a block.
    fn digits(&self, text: &[u8], base: usize, c: &Classes, before: Before, found: &mut Found) {
        let word = c.letter | c.digit | c.under;
        let plain = c.digit & !((word << 1) | before.word);
        let behind_letter = if self.letters_first { c.digit & ((c.letter << 1) | before.letter) } else { 0 };
        // Words do not overlap: in the order of their first digits they are in the order of their starts.
        let mut digits = plain | behind_letter;
        while digits != 0 {
            let bit = digits & digits.wrapping_neg();
            let at = base + digits.trailing_zeros() as usize;
            digits &= digits - 1;
            if plain & bit != 0 {
                found.starts.push(Start { at: at as u32, what: Try::DigitWords });
                continue;
            }
            let letters = text[at.saturating_sub(9)..at].iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
            let start = at - letters;
            if letters <= 8 && (start == 0 || !is_word(text[start - 1])) {
                found.starts.push(Start { at: start as u32, what: Try::DigitWords });
            }
        }
    }

    fn odd_keywords(&self, keywords: &Keywords, text: &[u8], found: &mut Found) {
        let (first, tree) = &self.odd;
        if first.is_empty() {
            return;
        }
        for at in (0..text.len()).filter(|at| first.contains(text[*at])) {
            tree.look_up(keywords, text, at, &mut found.hits);
        }
        found.hits.sort_unstable();
    }

    /// Starts that word borders do not give away; only patterns that need them pay for it.
    fn rest(&self, text: &[u8], (from, to): (usize, usize), found: &mut Found) {
        self.literals.find(text, (from, to), &mut found.others);
        if let Some((first, word_starts)) = &self.anywhere {
            for at in from..to.min(text.len()) {
                let inside = *word_starts && at > 0 && is_word(text[at - 1]);
                if first.contains(text[at]) && !inside {
                    found.others.push(Start { at: at as u32, what: Try::Anywhere });
                }
            }
        }
    }
}

/// What a pass found; reused from window to window.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Keywords, by position.
    pub(super) hits: Vec<Hit>,
    /// Starts, by position and kind, each once.
    pub(super) starts: Vec<Start>,
    /// Starts in no order, to be merged into the others.
    pub(super) others: Vec<Start>,
    merged: Vec<Start>,
}

impl Found {
    /// Merges what is in no order into what is.
    pub(super) fn merge(&mut self) {
        if self.others.is_empty() {
            return;
        }
        self.others.sort_unstable_by_key(|start| start.key());
        self.merged.clear();
        self.merged.reserve(self.starts.len() + self.others.len());
        let mut others = self.others.drain(..).peekable();
        for start in self.starts.drain(..) {
            while let Some(other) = others.next_if(|other| other.key() < start.key()) {
                self.merged.push(other);
            }
            self.merged.push(start);
        }
        self.merged.extend(others);
        self.merged.dedup();
        std::mem::swap(&mut self.starts, &mut self.merged);
    }
}

/// What the last byte of the block before was, as bit 0.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    alnum: u64,
    letter: u64,
    lower: u64,
    upper: u64,
    word: u64,
}

impl Before {
    fn of(c: &Classes) -> Self {
        Self {
            alnum: (c.letter | c.digit) >> 63,
            letter: c.letter >> 63,
            lower: (c.letter & !c.upper) >> 63,
            upper: c.upper >> 63,
            word: (c.letter | c.digit | c.under) >> 63,
        }
    }
}

/// Bit `i` tells the class of byte `i` of a block.
#[derive(Debug, Clone, Copy, Default)]
struct Classes {
    digit: u64,
    letter: u64,
    upper: u64,
    under: u64,
    /// First bytes of characters beyond ASCII.
    lead: u64,
}

const fn each(byte: u8) -> u64 {
    0x0101_0101_0101_0101 * byte as u64
}

const HIGH: u64 = each(0x80);

/// Gathers the high bits of eight bytes into one byte.
fn gather(x: u64) -> u64 {
    ((x & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

impl Classes {
    /// Eight bytes in one word at a time: plain arithmetic that every processor has.
    fn of(block: &[u8; 64]) -> Self {
        let mut classes = Self::default();
        for (index, eight) in block.as_chunks::<8>().0.iter().enumerate() {
            let x = u64::from_le_bytes(*eight);
            let low = x & !HIGH;
            let folded = low | each(0x20);
            // The high bit of each byte of the sum says whether the byte is at least `c`; no byte carries into the next.
            let at_least = |y: u64, c: u8| y.wrapping_add(each(0x80 - c));
            let ascii = !x;
            let digit = at_least(low, b'0') & !at_least(low, b'9' + 1) & ascii;
            let letter = at_least(folded, b'a') & !at_least(folded, b'z' + 1) & ascii;
            let upper = at_least(low, b'A') & !at_least(low, b'Z' + 1) & ascii;
            let under = at_least(low, b'_') & !at_least(low, b'_' + 1) & ascii;
            let lead = x & (x << 1);
            let shift = index * 8;
            classes.digit |= gather(digit) << shift;
            classes.letter |= gather(letter) << shift;
            classes.upper |= gather(upper) << shift;
            classes.under |= gather(under) << shift;
            classes.lead |= gather(lead) << shift;
        }
        classes
    }
}

/// What can begin at a word start: keywords and literals by their first two or three bytes, ASCII case folded away.
#[derive(Debug)]
struct Probe {
    /// Which pairs and triples of bytes begin a keyword: so few that most words are done with here.
    pairs: Vec<u64>,
    triples: Vec<u64>,
    keywords: Tree,
    /// Which triples begin a literal; `entries` of hash `h` are at `slots[h]..slots[h + 1]`.
    literal_triples: Vec<u64>,
    slots: Vec<u32>,
    entries: Vec<Entry>,
    literals: Vec<PatternLiteral>,
    beyond_ascii: bool,
}

/// A literal that may stand at a place, and as much of it as one comparison can tell.
#[derive(Debug, Clone, Copy)]
struct Entry {
    key: [u8; 3],
    /// Up to eight first bytes, and which bits of them count.
    opening: (u64, u64),
    literal: u32,
}

impl Entry {
    fn new(key: [u8; 3], opening: &[u8], literal: u32) -> Self {
        let length = opening.len().min(8);
        let mut bytes = [0; 8];
        bytes[..length].copy_from_slice(&opening[..length]);
        let mask = if length == 8 { u64::MAX } else { (1 << (length * 8)) - 1 };
        Self { key: folded(key), opening: (u64::from_le_bytes(bytes) & mask, mask), literal }
    }
}

fn folded(bytes: [u8; 3]) -> [u8; 3] {
    bytes.map(|b| b | 0x20)
}

fn hash(key: [u8; 3]) -> usize {
    let number = u32::from_le_bytes([key[0], key[1], key[2], 0]);
    (number.wrapping_mul(0x9E37_79B1) >> 16) as usize
}

fn pair(key: [u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(key))
}

fn bit(bits: &[u64], index: usize) -> bool {
    bits[index >> 6] >> (index & 63) & 1 == 1
}

impl Probe {
    fn new(keywords: &Keywords, literals: Vec<PatternLiteral>) -> Self {
        let (mut pairs, mut triples, mut literal_triples) = (vec![0; 1024], vec![0; 1024], vec![0; 1024]);
        let set = |bits: &mut Vec<u64>, index: usize| bits[index >> 6] |= 1 << (index & 63);
        let mut beyond_ascii = false;
        for (_, keyword) in keywords.iter().filter(|(_, k)| k.begins_with_letter()) {
            for beginning in keyword.beginnings() {
                beyond_ascii |= beginning[0] >= 0x80;
                match beginning[..] {
                    [a, b, c] => set(&mut triples, hash(folded([a, b, c]))),
                    [a, b] => set(&mut pairs, pair([a | 0x20, b | 0x20])),
                    [a] => (0..=255).for_each(|b| set(&mut pairs, pair([a | 0x20, b | 0x20]))),
                    _ => {}
                }
            }
        }
        let mut entries: Vec<Entry> = Vec::new();
        for (number, (_, literal)) in (0..).zip(&literals) {
            let word = &literal[signs(literal)..];
            if let [a, b, c, ..] = word[..] {
                entries.push(Entry::new([a, b, c], word, number));
            }
        }
        entries.sort_by_key(|e| (hash(e.key), e.key));
        let mut slots = vec![0u32; (1 << 16) + 1];
        for entry in &entries {
            let i = hash(entry.key);
            set(&mut literal_triples, i);
            slots[i + 1] += 1;
        }
        for i in 0..1 << 16 {
            slots[i + 1] += slots[i];
        }
        let keywords = Tree::new(keywords, Keyword::begins_with_letter);
        Self { pairs, triples, keywords, literal_triples, slots, entries, literals, beyond_ascii }
    }

    fn look_up(&self, keywords: &Keywords, text: &[u8], at: usize, found: &mut Found) {
        let mut eight = [0; 8];
        match text.get(at..at + 8) {
            Some(bytes) => eight.copy_from_slice(bytes),
            None => eight[..text.len() - at].copy_from_slice(&text[at..]),
        }
        let key = folded([eight[0], eight[1], eight[2]]);
        let index = hash(key);
        if bit(&self.triples, index) || bit(&self.pairs, pair([key[0], key[1]])) {
            self.keywords.look_up(keywords, text, at, &mut found.hits);
        }
        if bit(&self.literal_triples, index) {
            let opening = u64::from_le_bytes(eight);
            let entries = &self.entries[self.slots[index] as usize..self.slots[index + 1] as usize];
            for entry in entries.iter().filter(|e| opening & e.opening.1 == e.opening.0) {
                let (pattern, literal) = &self.literals[entry.literal as usize];
                if let Some(start) = at.checked_sub(signs(literal))
                    && text[start..].starts_with(literal)
                {
                    found.others.push(Start { at: start as u32, what: Try::Pattern(*pattern) });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Classes, is_word};

    #[test]
    fn classes_of_every_byte() {
        for base in (0..=255u8).step_by(64) {
            let mut block = [0; 64];
            (0..64).for_each(|i| block[usize::from(i)] = base + i);
            let c = Classes::of(&block);
            for (i, b) in block.iter().enumerate() {
                let bit = |mask: u64| mask >> i & 1 == 1;
                assert_eq!(bit(c.digit), b.is_ascii_digit(), "{b}");
                assert_eq!(bit(c.letter), b.is_ascii_alphabetic(), "{b}");
                assert_eq!(bit(c.upper), b.is_ascii_uppercase(), "{b}");
                assert_eq!(bit(c.lead), *b >= 0xC0, "{b}");
                assert_eq!(bit(c.letter | c.digit | c.under), is_word(*b), "{b}");
            }
        }
    }
}
