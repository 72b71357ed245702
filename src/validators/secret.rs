//! Secrets without a checksum: what tells a random value from a placeholder, a counter or a word.
//!
//! The prefix that names the provider is part of the text and is not known here. The limits lie far enough from what random
//! values have that fewer than one in 100,000 is refused.

use super::token::distinct;

/// A stretch of letters and digits that is judged by itself, and the least that a whole text needs.
const STRETCH: usize = 20;
/// The shortest text that can hold a secret, in letters and digits.
const SHORTEST: usize = 12;
/// The longest period that counts as repetition.
const PERIOD: usize = 32;
/// Equal characters in a row that no random value has; `A`, the zero of Base64, apart.
const RUN: usize = 8;
/// What no random value has, whatever the case.
const WORDS: [&str; 15] = [
    "example",
    "placeholder",
    "changeme",
    "redacted",
    "insert",
    "replace",
    "xxxxxx",
    "yourkey",
    "your_",
    "your-",
    "_here",
    "01234567",
    "12345678",
    "abcdefgh",
    "deadbeef",
];
/// Shorter words, which a random value may hold by chance: they count between separators.
const SHORT_WORDS: [&str; 10] = ["your", "YOUR", "fake", "FAKE", "dummy", "DUMMY", "sample", "SAMPLE", "xxxx", "XXXX"];

/// Whether a text can be random over hexadecimal or base 36: letters and digits, no placeholder.
pub(super) fn random(text: &str) -> bool {
    let key = key(text);
    let has_digit = key.iter().any(u8::is_ascii_digit);
    let vowels = key.iter().filter(|b| is_vowel(**b)).count();
    key.iter().any(u8::is_ascii_alphabetic) && (has_digit || vowels * 5 <= key.len() * 2) && no_placeholder(text)
}

/// Whether a text can be random over base 62 or 64: lower case, upper case and digits alternate as they do by chance.
pub(super) fn mixed(text: &str) -> bool {
    let key = key(text);
    let changes = key.windows(2).filter(|w| w.first().copied().map(class) != w.last().copied().map(class)).count();
    changes >= key.len() / 8 && !reads_like_words(&key) && no_placeholder(text)
}

/// Whether a longer text without a digit has the lower case and the vowels of words joined into one.
pub(super) fn reads_like_words(key: &[u8]) -> bool {
    let lower = key.windows(2).filter(|w| w.iter().all(u8::is_ascii_lowercase)).count();
    let vowels = key.iter().filter(|b| is_vowel(**b)).count();
    key.len() > STRETCH
        && !key.iter().any(u8::is_ascii_digit)
        && lower * 5 > key.len() * 3
        && vowels * 8 > key.len() * 3
}

/// Whether nothing in a text is a placeholder word, a run, a counter, a repetition or of very few characters.
pub(super) fn no_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let all = alphanumeric(text);
    let varied = |stretch: &[u8]| distinct(stretch) >= 7 && !is_regular(stretch);
    all.len() >= SHORTEST
        && !WORDS.iter().any(|word| lower.contains(word))
        && !stretches(text).any(|s| SHORT_WORDS.iter().any(|word| s == word.as_bytes()))
        && !has_run(text.as_bytes())
        && varied(&all)
        && stretches(text).filter(|s| s.len() >= STRETCH).all(varied)
}

fn has_run(bytes: &[u8]) -> bool {
    bytes.windows(RUN).any(|w| w.first().is_some_and(|first| *first != b'A' && w.iter().all(|b| b == first)))
}

/// Whether most characters follow from earlier ones: three in five by a step of none or one or by repetition, or four in
/// five by such a step over one between.
fn is_regular(stretch: &[u8]) -> bool {
    let fifths = |distance: usize, fits: fn(u8, u8) -> bool| {
        let pairs = || stretch.iter().zip(stretch.iter().skip(distance));
        pairs().filter(|(a, b)| fits(**a, **b)).count() * 5 / pairs().count().max(1)
    };
    let near = |a: u8, b: u8| a.abs_diff(b) <= 1;
    let near_in_any_case = |a: u8, b: u8| a.to_ascii_lowercase().abs_diff(b.to_ascii_lowercase()) <= 1;
    fifths(1, near) >= 3
        || fifths(2, near_in_any_case) >= 4
        || (2..=PERIOD.min(stretch.len() / 2)).any(|d| fifths(d, |a, b| a == b) >= 3)
}

pub(super) fn is_vowel(byte: u8) -> bool {
    matches!(byte.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u')
}

/// The part that is judged: the longest stretch, or all letters and digits where separators cut the value up.
fn key(text: &str) -> Vec<u8> {
    let longest = stretches(text).max_by_key(|s| s.len()).unwrap_or_default();
    if longest.len() >= STRETCH { longest.to_vec() } else { alphanumeric(text) }
}

fn stretches(text: &str) -> impl Iterator<Item = &[u8]> {
    text.as_bytes().split(|b| !b.is_ascii_alphanumeric())
}

fn alphanumeric(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).collect()
}

/// Lower case, upper case, digit.
fn class(byte: u8) -> (bool, bool) {
    (byte.is_ascii_lowercase(), byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::{mixed, no_placeholder, random};
    use crate::validators::Validator;
    use crate::validators::token::aws_secret;

    const HEX: &str = "0123456789abcdef";
    const BASE_32: &str = "abcdefghijklmnopqrstuvwxyz234567";
    const BASE_36: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
    const UPPER_36: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const BASE_62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const BASE_64: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";
    const URL_SAFE: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
    /// A million of each refuse a dozen at most; of so many, one may be.
    const ROUNDS: usize = 20_000;

    /// Random values of the alphabets and lengths that the identifiers have.
    #[test]
    fn hardly_a_random_value_is_refused() {
        let kinds: [(Validator, &str, usize, &str); 17] = [
            (aws_secret, BASE_64, 40, ""),
            (mixed, URL_SAFE, 20, "glpat-"),
            (mixed, URL_SAFE, 22, ""),
            (mixed, BASE_62, 24, ""),
            (mixed, URL_SAFE, 27, "dckr_pat_"),
            (mixed, BASE_62, 32, ""),
            (mixed, LETTERS, 34, "hf_"),
            (mixed, URL_SAFE, 35, "AIza"),
            (mixed, URL_SAFE, 93, "sk-ant-api03-"),
            (mixed, BASE_64, 300, "FwoGZXIvYXdz"),
            (random, HEX, 32, ""),
            (random, HEX, 40, "sbp_"),
            (random, HEX, 146, "v1.0-"),
            (random, BASE_36, 26, "da2-"),
            (random, UPPER_36, 27, "NRAK-"),
            (random, BASE_36, 30, ""),
            (random, BASE_32, 52, ""),
        ];
        let mut state = 1u64;
        for (valid, alphabet, length, prefix) in kinds {
            let mut refused = Vec::new();
            for _ in 0..ROUNDS {
                let value: String = prefix.chars().chain((0..length).map(|_| symbol(&mut state, alphabet))).collect();
                if !valid(&value) {
                    refused.push(value);
                }
            }
            assert!(refused.len() <= 1, "{length} of {alphabet}: {} {refused:?}", refused.len());
        }
    }

    /// The generator `SplitMix64`.
    fn symbol(state: &mut u64, alphabet: &str) -> char {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (*state ^ *state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        char::from(alphabet.as_bytes()[((mixed ^ mixed >> 31) % alphabet.len() as u64) as usize])
    }

    #[test]
    fn values_that_can_be_random() {
        for value in [
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "prefix-1b4e28ba-2fa1-41d2-883f-0016d3cca427",
            "prefix_7k2m9x4q8w3e6r1t5y0u2i7o9p4a6s8d",
        ] {
            assert!(random(value), "{value}");
        }
        for value in [
            "prefix_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17",
            "prefix-a1-B2c_D3eF4gH5-jKqWv_8ZxYt",
            "p_kWvTbQzXcRmNpLsHdFgJyUiOeAqSwDxZ",
        ] {
            assert!(mixed(value), "{value}");
        }
    }

    #[test]
    fn placeholders() {
        for text in [
            "prefix_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "prefix_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            "prefix_00000000000000000000000000000000",
            "prefix_0123456789abcdef0123456789abcdef",
            "prefix_abcdefghijklmnopqrstuvwxyz0123456789",
            "prefix_a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
            "prefix_fedcba9876543210fedcba9876543210",
            "prefix_7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3a",
            "prefix_YourTokenGoesHere4A9spHcVY5ncnsDk_your",
            "prefix_Q7EXAMPLEw9spHcVY5ncnsDkxkJ0mLq17",
            "prefix_YOUR_API_KEY_7q2nZt5Vd8Kf1Hs",
            "prefix_4eC39Hqxxxxxxxxxxxxxxx7dc8Kf1Hs",
            "AKIAXXXXXXXXXXXXXXXX",
            "your_key_here_and_nothing_else",
            "prefix",
            "",
        ] {
            assert!(!random(text) && !mixed(text) && !no_placeholder(text), "{text}");
        }
    }

    #[test]
    fn words_are_not_mixed() {
        assert!(!mixed("prefix_some_rather_long_name_of_a_variable"));
        assert!(!mixed("prefix-internationalisationframework1"));
        assert!(!random("prefix-authorisationouterframeworkvalue"), "no digit");
        assert!(!mixed("prefix_SomewhatReasonableConfigurationValue"));
    }
}
