//! Values without quotes: numbers, `true`, `false`, `null`, and the bare words that only dialects know.

use super::escape::{is_number, numeric};
use super::tokens::{Broken, Run, State, Tokens};

/// Longest number that is checked; a longer one passes by its characters.
const LONGEST_NUMBER: usize = 1024;
/// Bare words that dialects and serialisers write for values.
const WORDS: [&[u8]; 9] =
    [b"NaN", b"Infinity", b"-Infinity", b"+Infinity", b"-NaN", b"undefined", b"None", b"True", b"False"];

impl Tokens {
    /// Reads a number, `true`, `false` or `null` from its first byte on; false when more text is needed.
    pub(super) fn literal(&mut self, run: &mut Run<'_>) -> bool {
        let rest = &run.raw.text[run.at..];
        let words: [&[u8]; 3] = [b"true", b"false", b"null"];
        let length = match words.iter().find(|word| word[0] == rest[0]) {
            Some(word) if !run.raw.last && word.starts_with(rest) => return false,
            Some(word) if rest.starts_with(word) => word.len(),
            Some(_) => 0,
            None => {
                let length = numeric(rest);
                if length < LONGEST_NUMBER && length == rest.len() && !run.raw.last {
                    return false;
                }
                if length >= LONGEST_NUMBER {
                    self.begin_value(run, 0);
                    self.state = State::Number;
                    return true;
                }
                if is_number(&rest[..length]) { length } else { 0 }
            }
        };
        let strict = length > 0 && !rest.get(length).is_some_and(u8::is_ascii_alphanumeric);
        if !strict && self.stack.is_empty() {
            self.fail(run, Broken::Syntax);
            return true;
        }
        if !strict {
            return self.bare(run);
        }
        self.begin_value(run, 0);
        run.at += length;
        self.give(run);
        self.end_value(run);
        true
    }

    pub(super) fn number(&mut self, run: &mut Run<'_>) -> bool {
        run.at += numeric(&run.raw.text[run.at..]);
        if run.at < run.raw.text.len() {
            self.give(run);
            self.end_value(run);
        }
        true
    }

    /// Takes a word without quotes as a value; false when more text is needed.
    pub(super) fn bare(&mut self, run: &mut Run<'_>) -> bool {
        let rest = &run.raw.text[run.at..];
        let is_word = |b: &u8| b.is_ascii_alphanumeric() || !b.is_ascii() || b"_+-.$:".contains(b);
        let length = rest.iter().take(LONGEST_NUMBER).take_while(|b| is_word(b)).count();
        if length == rest.len() && length < LONGEST_NUMBER && !run.raw.last {
            return false;
        }
        if length == 0 || length == LONGEST_NUMBER {
            self.fail(run, Broken::Syntax);
            return true;
        }
        self.loose += u64::from(!WORDS.contains(&&rest[..length]));
        self.begin_value(run, 0);
        run.at += length;
        self.give(run);
        self.end_value(run);
        true
    }
}
