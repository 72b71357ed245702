//! Running text that repeats its phrases, as logs do: what is known of one leaves out nothing.

use super::{Detector, PEOPLE, Pieces, Settings, WORDS, is_of_people, managed, same, set};
use crate::validators::{CLUES, ClueAt, MOST_OF_A_NAME, may_open_with_number};
use proptest::prelude::*;

/// So many lines in turn of these, whose digits are others in most of them; of their words some are left out now and then.
fn lines(kinds: &[Vec<usize>], words: &[&str], digits: &[u8], count: usize) -> Vec<u8> {
    let (mut text, mut digits) = (Vec::new(), digits.iter().cycle());
    for (row, kind) in kinds.iter().cycle().take(count).enumerate() {
        let start = text.len();
        for (at, word) in kind.iter().enumerate() {
            let is_left_out = row % 7 == 3 && at % 5 == row % 5;
            text.extend_from_slice(if is_left_out { b" " } else { words[*word].as_bytes() });
            // Most words stand by themselves.
            text.extend_from_slice(if at % 4 == 3 { b"" } else { b" " });
        }
        for byte in text[start..].iter_mut().filter(|byte| byte.is_ascii_digit() && row % 3 > 0) {
            *byte = digits.next().copied().unwrap_or(*byte);
        }
        text.extend_from_slice(if row % 5 == 4 { b"\r\n" } else { b"\n" });
    }
    text
}

fn kinds(words: usize) -> impl Strategy<Value = Vec<Vec<usize>>> {
    proptest::collection::vec(proptest::collection::vec(0..words, 0..8), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn random_lines(kinds in kinds(WORDS.len()), digits in proptest::collection::vec(b'0'..=b'9', 97)) {
        same(&set(), &Pieces { text: lines(&kinds, WORDS, &digits, 16), ..Pieces::default() });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn random_lines_of_people(kinds in kinds(PEOPLE.len()), digits in proptest::collection::vec(b'0'..=b'9', 97)) {
        let people: Vec<_> = managed().unwrap().into_iter().filter(|i| is_of_people(i)).collect();
        same(&people, &Pieces { text: lines(&kinds, PEOPLE, &digits, 12), ..Pieces::default() });
    }
}

/// The examples of all identifiers, again and again: what is repeated gives what it gave.
#[test]
fn managed_examples_again_and_again() {
    let managed = managed().unwrap();
    let examples = managed.iter().flat_map(|i| i.examples.matching.iter().chain(i.examples.no_match.iter()));
    let lines: Vec<String> = examples.filter(|t| t.len() < 200).map(|text| format!("12 ms {text}\n")).collect();
    let text: String = lines.chunks(50).map(|lines| lines.concat().repeat(4)).collect();
    let found = |from: usize| {
        let settings = Settings { max_occurrences: usize::MAX, ..Settings::default() };
        let mut detector = Detector::new(managed.clone(), settings);
        detector.phrases_from = from;
        super::found(&detector, &Pieces { text: text.clone().into_bytes(), ..Pieces::default() }, 1 << 16)
    };
    let expected = found(usize::MAX);
    assert!(expected.len() > 1000 && found(0) == expected);
}

/// What is told of a text that ends with a blank goes for whatever stands behind it.
#[test]
fn what_stands_behind_a_phrase_makes_no_difference() {
    let behind: Vec<String> =
        PEOPLE.iter().flat_map(|a| ["", " ", ", ", "-"].map(|sign| format!("{a}{sign}Smith 3 Avenue 5"))).collect();
    let clues = |at: ClueAt| CLUES.iter().map(|(_, clue)| clue).filter(move |clue| clue.at == at);
    let (mut none, mut all) = (0, 0);
    let texts = PEOPLE.iter().flat_map(|first| PEOPLE.iter().map(move |second| format!("{first} {second}")));
    for text in texts.flat_map(|text| ["", ",", "\n"].map(|sign| format!("{text}{sign} "))) {
        for behind in &behind {
            let whole = format!("{text}{behind}");
            for clue in clues(ClueAt::Capital).chain(clues(ClueAt::FiveDigits)) {
                let most = [text.as_bytes(), MOST_OF_A_NAME].concat();
                (none, all) = (none + usize::from(!(clue.shows)(&most)), all + 1);
                assert!((clue.shows)(&most) || !(clue.shows)(whole.as_bytes()), "{whole:?}");
            }
            for clue in clues(ClueAt::HouseNumber) {
                assert!(may_open_with_number(text.as_bytes()) || !(clue.shows)(whole.as_bytes()), "{whole:?}");
            }
        }
    }
    assert!(none > 0 && none < all, "{none} of {all}");
}
