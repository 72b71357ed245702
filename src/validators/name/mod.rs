//! Full names of people, weighed by how common their words are as names and as ordinary words. Sees the matched text alone.
//!
//! [`full`] needs no help: given name and surname are both known, or the given name is very common. [`labelled`] stands near a
//! keyword or under a column name and asks for less. [`titled`] begins with `Mr`, `Frau` and the like and asks for shape alone.

mod blocks;
mod table;
mod word;

use super::pairs::Pairs;
use arrayvec::ArrayVec;
pub use word::goes_on;
use word::{Case, Word};

/// The most words of a name.
const WORDS: usize = 6;

/// Companies, prizes, saints and places that have the shape of a name, in lower case.
const NOBODY: &[&str] = &[
    "calvin klein",
    "charles schwab",
    "christian dior",
    "dolce gabbana",
    "eli lilly",
    "ernst young",
    "estee lauder",
    "goldman sachs",
    "harley davidson",
    "hugo boss",
    "jack daniel's",
    "jack daniels",
    "jack daniel",
    "jim beam",
    "john deere",
    "johnnie walker",
    "johnny walker",
    "levi strauss",
    "louis vuitton",
    "mercedes benz",
    "merriam webster",
    "morgan stanley",
    "mary jane",
    "philip morris",
    "ralph lauren",
    "smith wesson",
    "tommy hilfiger",
    "virgin mary",
    "warner bros",
    "wells fargo",
    "ray ban",
    "marks spencer",
    "martha stewart living",
    "jane street",
    "victoria's secret",
    "jim crow",
    "uncle sam",
    "jane doe",
    "john doe",
    "max mustermann",
    "erika mustermann",
    "joe bloggs",
    "hong kong",
    "sao paulo",
    "são paulo",
    "rio grande",
    "costa rica",
    "buenos aires",
    "el salvador",
    "sierra leone",
    "merrill lynch",
    "crystal palace",
    "aston villa",
    "aston martin",
    "alfa romeo",
    "roland garros",
    "monte carlo",
    "virginia tech",
    "mini cooper",
    "notting hill",
    "piper jaffray",
    "lorem ipsum",
    "dallas cowboys",
    "gene therapy",
    "julia set",
    "monty python",
    "visual basic",
];

/// A name that convinces without a keyword: `Maria Garcia`, `John F. Kennedy`, `Ludwig van Beethoven`.
pub(super) fn full(text: &str) -> bool {
    full_opens(text.as_bytes()) && words(text).is_some_and(|words| is_full(text, &words))
}

fn is_full(text: &str, words: &[Word]) -> bool {
    let [first, between @ .., last] = words else { return false };
    if first.case == Case::Initial {
        return is_initialled(between, last);
    }
    if first.case != Case::Capital || !matches!(last.case, Case::Capital | Case::Upper) || last.length < 2 {
        return false;
    }
    if words.iter().any(Word::against) || !between.iter().all(fits_between) {
        return false;
    }
    if is_nobody(text) {
        return false;
    }
    let given = first.given().saturating_sub(if first.ordinary() { 3 } else { 0 });
    if first.particle {
        return false;
    }
    let surname = last.last().saturating_sub(if last.ordinary() { 4 } else { 0 });
    if last.last() > 0 {
        return given >= 1
            && surname >= 1
            && given + surname >= if first.ordinary() || last.ordinary() { 7 } else { 5 };
    }
    if last.length < 4 || last.case != Case::Capital || last.ordinary() {
        return false;
    }
    if last.given() > 0 {
        return given >= 6 && last.given() >= 5;
    }
    let sure = between.iter().any(|w| w.particle) || has_ending(text);
    given >= if sure { 3 } else { 5 }
}

/// What follows a first initial: `J. Garcia`, `J. R. R. Tolkien`.
fn is_initialled(between: &[Word], last: &Word) -> bool {
    last.case == Case::Capital
        && last.last() >= 4
        && !last.ordinary()
        && !last.against()
        && between.iter().all(|w| w.particle || w.case == Case::Initial)
}

/// Endings that few words but surnames have.
const ENDINGS: &[&str] = &[
    "auer", "bauer", "bach", "berg", "berger", "burg", "dottir", "eau", "ault", "elli", "enko", "etti", "ewicz", "ez",
    "hofer", "huber", "ić", "iak", "ini", "inho", "ino", "kamp", "ling", "mann", "meier", "meyer", "müller", "oglu",
    "opoulos", "ova", "owicz", "owski", "ić", "sen", "shvili", "ska", "ski", "son", "sson", "stein", "stra", "strand",
    "ström", "czyk", "ucci", "vić", "wski", "yan", "zzi", "ová", "nen", "ckx", "aert", "ers",
];

fn has_ending(text: &str) -> bool {
    ENDINGS.iter().any(|ending| text.ends_with(ending))
}

/// Whether a text begins as one that [`full`] accepts.
pub(super) fn full_opens(text: &[u8]) -> bool {
    word::begins_with_given(text)
}

fn fits_between(word: &Word) -> bool {
    word.particle
        || word.case == Case::Initial
        || (word.case == Case::Capital && !word.is_mere_word() && (word.given() > 0 || word.last() > 0))
}

/// Whether a text begins as one that [`labelled`] accepts.
pub(super) fn labelled_opens(text: &[u8]) -> bool {
    word::begins_with_no_mere_word(text)
}

/// A name near a keyword: one of its words is a known name in its role. Also `Garcia, Maria`, `MARIA GARCIA` and `maria garcia`.
pub(super) fn labelled(text: &str) -> bool {
    labelled_opens(text.as_bytes()) && is_labelled(text) && !is_nobody(text)
}

fn is_labelled(text: &str) -> bool {
    if let Some((last, given)) = text.split_once(", ") {
        let (Some(last), Some(given)) = (words(last), words(given)) else { return false };
        let all: Vec<Word> = given.iter().chain(last.iter()).copied().collect();
        return all.first().is_some_and(|w| w.case != Case::Lower) && in_order(&all);
    }
    let Some(mut all) = words(text) else { return false };
    if in_order(&all) {
        return true;
    }
    // `GARCIA Maria`: the surname is set apart by its capitals.
    let surname_first = all.first().is_some_and(|w| w.case == Case::Upper && w.length > 1);
    all.rotate_left(1);
    surname_first && in_order(&all)
}

fn in_order(words: &[Word]) -> bool {
    let [first, between @ .., last] = words else { return false };
    let mere = |w: &Word| w.against() || (w.is_mere_word() && !w.particle);
    if words.iter().any(mere) || last.length < 2 || last.particle || (first.particle && first.case == Case::Lower) {
        return false;
    }
    let (given, surname) = (first.given(), last.last());
    let cases = [first.case, last.case];
    if cases.contains(&Case::Other) {
        return false;
    }
    if cases.contains(&Case::Lower) {
        let known = |w: &Word| w.particle || w.given() > 0 || w.last() > 0;
        return cases == [Case::Lower; 2] && between.iter().all(known) && is_without_capitals(first, last);
    }
    if !between.iter().all(|w| w.particle || w.case != Case::Lower) {
        return false;
    }
    if first.case == Case::Upper && last.case == Case::Upper {
        return is_without_capitals(first, last);
    }
    if first.case == Case::Initial {
        return surname >= 4 && !last.ordinary();
    }
    if first.ordinary() && last.ordinary() {
        return given >= 6 && surname >= 5;
    }
    (given >= 3 && !first.ordinary() && last.length >= 3)
        || (surname >= 3 && !last.ordinary())
        || (given >= 4 && surname >= 4)
}

/// Whether the lists alone say that it is a name: where capitals do not tell, most texts of that kind are words.
fn is_without_capitals(first: &Word, last: &Word) -> bool {
    let (given, surname) = (first.given(), last.last());
    if first.ordinary() {
        return given >= 5 && surname >= 5 && !last.ordinary();
    }
    if last.ordinary() {
        return given >= 3 && surname >= 5 && given + surname >= 12;
    }
    if surname > 0 {
        return given >= 3 && given + surname >= 6;
    }
    if last.given() > 0 {
        return given >= 6 && last.given() >= 5;
    }
    last.length >= 4 && given >= 5
}

/// A name behind a title; whether it is a known one does not count, but a word that is none does.
pub(super) fn titled(text: &str) -> bool {
    let mut rest = text;
    while let Some((word, behind)) = rest.split_once(' ')
        && is_title(word)
    {
        rest = behind;
    }
    let Some(words) = words(rest) else { return false };
    let [first, between @ .., last] = &*words else { return false };
    let shaped = |w: &Word| matches!(w.case, Case::Capital | Case::Upper);
    let fits = |w: &Word| w.particle || w.case == Case::Initial || shaped(w);
    (shaped(first) || first.case == Case::Initial)
        && shaped(last)
        && last.length >= 2
        && between.iter().all(fits)
        && !words.iter().any(|w| w.against() || w.is_mere_word() && !w.particle)
}

/// Titles, in lower case and without the dot.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "sir",
    "dame",
    "lord",
    "lady",
    "rev",
    "herr",
    "herrn",
    "frau",
    "monsieur",
    "madame",
    "mademoiselle",
    "mme",
    "mlle",
    "señor",
    "señora",
    "señorita",
    "sr",
    "sra",
    "don",
    "doña",
    "signor",
    "signora",
    "sig",
    "dott",
    "dottssa",
    "avv",
    "ing",
    "senhor",
    "senhora",
    "doutor",
    "doutora",
    "dra",
    "med",
    "dottore",
    "dottoressa",
    "dhr",
    "mevr",
    "mevrouw",
    "pani",
    "fröken",
];

fn is_title(word: &str) -> bool {
    TITLES.contains(&word.replace('.', "").to_lowercase().as_str())
}

/// The words of a text, a blank between them.
type Words = ArrayVec<Word, WORDS>;

fn words(text: &str) -> Option<Words> {
    let mut words = Words::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        // Names are short: it is found sooner than a search would begin.
        let blank = text.bytes().position(|byte| byte == b' ');
        let (word, behind) = blank.map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])));
        words.try_push(Word::new(word)?).ok()?;
        rest = behind;
    }
    Some(words)
}

/// Whether it begins as one of [`NOBODY`].
fn is_nobody(text: &str) -> bool {
    static BEGINNINGS: Pairs = Pairs::beginning(&[NOBODY]);
    let &[first, second, ..] = text.as_bytes() else { return false };
    BEGINNINGS.hold(first, second)
        && NOBODY.iter().filter(|nobody| nobody.as_bytes().first() == Some(&first.to_ascii_lowercase())).any(|nobody| {
            text.split_at_checked(nobody.len()).is_some_and(|(head, rest)| {
                nobody.eq_ignore_ascii_case(head) && (rest.is_empty() || rest.starts_with(' '))
            })
        })
}

#[cfg(test)]
mod tests;
