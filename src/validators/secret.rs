//! Secrets without a checksum: what tells a random value from a placeholder, a counter or a word.
//!
//! The prefix that names the provider is part of the text and is not known here. The limits lie far enough from what random
//! values have that fewer than one in a thousand is refused.

use super::token::distinct;

/// A stretch of letters and digits that is judged by itself, and the least that a whole text needs.
const STRETCH: usize = 20;
/// The shortest text that can hold a secret, in letters and digits.
const SHORTEST: usize = 12;
/// The longest period that counts as repetition.
const PERIOD: usize = 32;
/// Words of six letters and more: no random value has them, whatever the case.
const WORDS: [&str; 10] = [
    "example",
    "placeholder",
    "changeme",
    "redacted",
    "insert",
    "replace",
    "01234567",
    "12345678",
    "abcdefgh",
    "deadbeef",
];
/// Shorter words: in one case only, for a random value may have them in mixed case.
const SHORT_WORDS: [&str; 10] = ["your", "YOUR", "xxxx", "XXXX", "fake", "FAKE", "dummy", "DUMMY", "sample", "SAMPLE"];

/// Whether a text can be random over hexadecimal or base 36: letters and digits, no placeholder.
pub(super) fn random(text: &str) -> bool {
    let key = key(text);
    key.iter().any(u8::is_ascii_digit) && key.iter().any(u8::is_ascii_alphabetic) && no_placeholder(text)
}

/// Whether a text can be random over base 62 or 64: lower case, upper case and digits alternate as they do by chance.
pub(super) fn mixed(text: &str) -> bool {
    let key = key(text);
    let changes = key.windows(2).filter(|w| w.first().copied().map(class) != w.last().copied().map(class)).count();
    changes >= key.len() / 5 && no_placeholder(text)
}

/// Whether nothing in a text is a placeholder word, a run, a counter, a repetition or of very few characters.
pub(super) fn no_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let all = alphanumeric(text);
    let varied = |stretch: &[u8]| distinct(stretch) >= 7 && !is_regular(stretch);
    all.len() >= SHORTEST
        && !WORDS.iter().any(|word| lower.contains(word))
        && !SHORT_WORDS.iter().any(|word| text.contains(word))
        && varied(&all)
        && stretches(text).filter(|s| s.len() >= STRETCH).all(varied)
}

/// Whether three in five characters follow from earlier ones: by a step of none or one, or by repetition.
fn is_regular(stretch: &[u8]) -> bool {
    let share = |distance: usize, fits: fn(u8, u8) -> bool| {
        let pairs = || stretch.iter().zip(stretch.iter().skip(distance));
        pairs().filter(|(a, b)| fits(**a, **b)).count() * 5 >= pairs().count() * 3
    };
    let near = |a: u8, b: u8| a.abs_diff(b) <= 1;
    share(1, near) || share(2, near) || (3..=PERIOD.min(stretch.len() / 2)).any(|d| share(d, |a, b| a == b))
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
        assert!(!random("prefix-internationalisationframework"), "no digit");
    }
}
