//! The words that an identifier ignores, and what tells most matches from them without comparing one. Knows no identifier.

use crate::identifier::Texts;
use std::sync::OnceLock;

/// Words that make a match none.
#[derive(Debug, Default)]
pub(super) struct Ignored {
    words: Texts,
    /// What tells most matches from them, once a match asks.
    tables: OnceLock<Tables>,
}

/// First and last bytes that are looked at.
const FEW: usize = 4;

/// A word without separators of no more bytes is not asked for.
const SHORTEST: usize = 3;

/// A bit for each value that [`FEW`] bytes are mixed to.
type Bits = Box<[u64; MIXED / 64]>;
const MIXED: usize = 1 << u16::BITS;

#[derive(Debug)]
struct Tables {
    /// In order.
    words: Vec<String>,
    /// What words begin with; whether one is too short for that.
    beginnings: Bits,
    has_short: bool,
    /// The words without separators, in order, and what they end with.
    bare: Vec<String>,
    endings: Bits,
    /// How long those are: bits by length in characters, what is longer as the last.
    lengths: u64,
}

/// One more byte behind those that were mixed before; the last few count. Of digits each four have their own value.
#[inline]
fn mix(before: u16, byte: u8) -> u16 {
    before << 4 ^ u16::from(byte)
}

fn mixed(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |mixed, byte| mix(mixed, *byte))
}

#[inline]
fn is_set(bits: &Bits, mixed: u16) -> bool {
    bits[usize::from(mixed / 64)] >> (mixed % 64) & 1 == 1
}

fn set(bits: &mut Bits, mixed: u16) {
    bits[usize::from(mixed / 64)] |= 1 << (mixed % 64);
}

impl Tables {
    fn new(words: &Texts) -> Self {
        let none = || Box::new([0; MIXED / 64]);
        let mut tables = Self {
            words: words.iter().map(str::to_owned).collect(),
            beginnings: none(),
            has_short: false,
            bare: words.iter().map(|word| bare(word).collect()).filter(|w: &String| w.len() > SHORTEST).collect(),
            endings: none(),
            lengths: 0,
        };
        for word in &tables.words {
            match word.as_bytes().first_chunk::<FEW>() {
                Some(few) => set(&mut tables.beginnings, mixed(few)),
                None => tables.has_short = true,
            }
        }
        tables.words.sort_unstable();
        tables.bare.sort_unstable();
        for word in &tables.bare {
            tables.lengths |= 1 << word.chars().count().min(63);
            set(&mut tables.endings, mixed(word.as_bytes()));
        }
        tables
    }

    /// Whether a match holds one of the words, or is one but for separators. With a short word among them, it may.
    fn may_hold(&self, matched: &str) -> bool {
        let (mut all, mut values, mut count) = (0, 0, 0usize);
        for (place, byte) in matched.bytes().enumerate() {
            all = mix(all, byte);
            if byte.is_ascii_alphanumeric() {
                values = mix(values, byte);
                count += 1;
            }
            if is_set(&self.beginnings, all) {
                let here = matched.as_bytes().get(place.wrapping_sub(FEW - 1)..).unwrap_or_default();
                if self.begin(here) {
                    return true;
                }
            }
        }
        let may_be = !matched.is_ascii() || (self.lengths >> count.min(63) & 1 == 1 && is_set(&self.endings, values));
        self.has_short || (may_be && self.bare.binary_search_by(|word| word.chars().cmp(bare(matched))).is_ok())
    }

    /// Whether one of the words that are not short begins a text.
    fn begin(&self, text: &[u8]) -> bool {
        let Some(few) = text.first_chunk::<FEW>() else { return false };
        let from = self.words.partition_point(|word| word.as_bytes() < &few[..]);
        let mut alike = self.words[from..].iter().map(String::as_bytes).take_while(|word| word.starts_with(few));
        alike.any(|word| text.starts_with(word))
    }
}

impl Ignored {
    pub(super) fn new(words: &Texts) -> Self {
        Self { words: words.clone(), tables: OnceLock::new() }
    }

    /// Whether one of the words makes the match one to be ignored.
    pub(super) fn hold(&self, matched: &str) -> bool {
        if self.words.is_empty() {
            return false;
        }
        let tables = self.tables.get_or_init(|| Tables::new(&self.words));
        tables.may_hold(matched) && (!tables.has_short || self.word(matched).is_some())
    }

    /// The word that makes the match one to be ignored: it holds the word, or is the word but for its separators.
    pub(super) fn word(&self, matched: &str) -> Option<&str> {
        if self.words.is_empty() || !self.tables.get_or_init(|| Tables::new(&self.words)).may_hold(matched) {
            return None;
        }
        let held = self.words.iter().find(|word| matched.contains(word));
        let is_same =
            |word: &&str| bare(word).eq(bare(matched)) && bare(word).map(char::len_utf8).sum::<usize>() > SHORTEST;
        held.or_else(|| self.words.iter().find(is_same))
    }
}

fn bare(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::{Ignored, bare};

    fn ignored(words: &[&str]) -> Ignored {
        Ignored::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>().into())
    }

    #[test]
    fn words_are_held_or_written_otherwise() {
        let words = ignored(&["078-05-1120"]);
        assert!(words.word("078-05-1120").is_some());
        assert!(words.word("078 05 1120").is_some());
        assert!(words.word("x078-05-1120").is_some());
        assert!(words.word("078-05-1121").is_none());
        assert!(words.word("078 05 1120 1").is_none());
    }

    #[test]
    fn the_tables_leave_out_nothing() {
        let texts = [
            "",
            "a",
            "ab1",
            "a-b-1",
            "x ab1",
            "4111 1111 1111 1111",
            "41111111",
            "é-été",
            "été",
            "xétéx",
            "Straße 5",
            "straße5",
        ];
        for several in [
            &["ab1"][..],
            &["4111-1111", "é/été"],
            &["4111111111111111", "été", "straße 5"],
            &["abcd", "1111"],
            &["4111 2", "4111 1111", "4112", "4111 1", "4111-11-11"],
        ] {
            let words = ignored(several);
            for text in texts {
                let is_same = |word: &&&str| {
                    let word: String = bare(word).collect();
                    word.len() > 3 && word == bare(text).collect::<String>()
                };
                let expected =
                    several.iter().find(|word| text.contains(**word)).or_else(|| several.iter().find(is_same));
                assert_eq!(words.word(text), expected.copied(), "{text} of {several:?}");
                assert_eq!(words.hold(text), expected.is_some(), "{text} of {several:?}");
            }
        }
    }
}
