//! How words are read, fast and slowly.

use super::{Case, Folded, Word, any_word, begins_with_given, case, first_word};

#[test]
fn cases() {
    for word in ["Maria", "McDonald", "O'Brien", "D’Angelo", "Jean-Pierre", "Élodie", "DeLuca", "Łukasz"] {
        assert_eq!(case(word), Case::Capital, "{word}");
    }
    assert_eq!(case("MARÍA"), Case::Upper);
    assert_eq!(case("maría"), Case::Lower);
    assert_eq!(case("FooBar"), Case::Other);
    assert_eq!(case("iPhone"), Case::Other);
}

#[test]
fn plain_words_are_read_like_any() {
    let pieces =
        ["", "a", "B", "Mc", "Mac", "De", "di", "VON", "smith", "Jones", "O", "la", "degli", "X", "john", "-", "."];
    for n in 0..pieces.len().pow(3) {
        let piece = |by: usize| pieces[n / by % pieces.len()];
        let word = [piece(1), piece(17), piece(289)].concat();
        let read = |word: Option<Word>| word.map(|w| (w.case, w.known, w.particle, w.length));
        if let Some(plain) = Word::plain(word.as_bytes()) {
            assert_eq!(read(Some(plain)), read(Word::any(&word)), "{word}");
        }
    }
}

#[test]
fn accents_do_not_count() {
    for word in ["José", "Jose", "JOSÉ", "José-Luis", "Jürgen", "Élodie"] {
        assert!(Word::new(word).unwrap().given() > 3, "{word}");
    }
    assert!(Word::new("Müller").unwrap().last() > 3);
    assert!(Word::new("O'Brien").unwrap().last() > 3);
    assert!(Word::new("Foo.").is_none());
    assert!(Word::new("F00").is_none());
}

#[test]
fn words_are_read_at_once_as_letter_by_letter() {
    let pieces = ["a", "Bc", "z", "É", "'", "’", "-", " ", ",", ".", "(", "5", "{", "`", "@", "abcdefgh", "\u{100}"];
    for n in 0..pieces.len().pow(3) {
        let piece = |by: usize| pieces[n / by % pieces.len()];
        let all = [piece(1), piece(17), piece(289)].concat();
        for text in [all.clone() + " and what follows it", all.repeat(6), "x".repeat(13) + &all + "................"] {
            let [fast, slow] = [first_word, any_word].map(|read| read(text.as_bytes()));
            let plain = |word: Option<(Folded, usize)>| word.map(|(word, end)| (word.letters().to_vec(), end));
            assert_eq!(plain(fast), plain(slow), "{text}");
        }
    }
}

#[test]
fn openings() {
    for text in ["Maria Garcia", "Élodie D", "JOHN Smith", "Jean-Pierre X"] {
        assert!(begins_with_given(text.as_bytes()), "{text}");
    }
    for text in
        ["Maria", "Maria,", "The Garcia", "Maria (", "", "\u{c3}", "Maria-", "Mariaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa X"]
    {
        assert!(!begins_with_given(text.as_bytes()), "{text}");
    }
}
