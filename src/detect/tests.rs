//! The fast engine against the naive one: on made and random texts, cut at every border.

mod hexadecimal;
mod lines;

use super::keywords::Keywords;
use super::naive::{Pieces, Reference};
use super::scan::{Found, Scanner, Wanted};
use super::{Detector, Helpers, Session, Settings, SharedText};
use crate::artifact::ArtifactPath;
use crate::identifier::{DataIdentifier, custom, managed};
use crate::validators::CLUES;
use proptest::prelude::*;
use std::sync::Arc;

/// The longest match in these tests: the naive engine tries every end.
const MOST: usize = 48;

const SET: &str = r##"
[[identifier]]
id = "DIGITS"
category = "PERSONAL_INFORMATION"
keywords = ["ssn", "social security", "n°", "#id"]
borders = "number"
patterns = [{ regex = '\b\d{3}-\d{2}-\d{4}\b' }, { regex = '\b\d{9}\b' }]
[[identifier]]
id = "CARD"
keywords = ["card", "pan"]
validator = "luhn"
patterns = [{ regex = '\b\d(?:[ -]?\d){5,11}\b', requires_keyword = true }]
[[identifier]]
id = "CARD_FREE"
keywords = ["card", "pan"]
validator = "luhn"
patterns = [{ regex = '\b\d(?:[ -]?\d){5,11}\b', forbids_keyword = true }]
[[identifier]]
id = "LETTERS_FIRST"
regex = '\b[A-Z]{2}\d{2}(?: ?\d{2}){1,3}\b'
[[identifier]]
id = "TOKEN"
regex = '\bsk_[a-z0-9]{4,}'
borders = "token"
[[identifier]]
id = "INNER"
regex = '--KEY [a-z]+'
[[identifier]]
id = "INNER_DIGITS"
borders = "number"
regex = '\+1\)?[ -]?\d{2,4}'
[[identifier]]
id = "WINDOWED"
keywords = ["code"]
maximum_match_distance = 20
regex = '[A-Z]{4,6}'
[[identifier]]
id = "ANYWHERE"
regex = '[a-z]\d[a-z]'
[[identifier]]
id = "LONG_RUN"
regex = '[a-z0-9]+@[a-z]+'
[[identifier]]
id = "LONG_RUN_NEAR"
keywords = ["code"]
patterns = [{ regex = '[a-z0-9. ]+@[0-9]+', requires_keyword = true }]
"##;

fn set() -> Vec<Arc<DataIdentifier>> {
    custom("set.toml", SET, &[]).unwrap()
}

/// Both engines over one set; the fast one with windows of several sizes, each fed in pieces.
struct Pair<'i> {
    reference: Reference<'i>,
    fast: Vec<(Detector, usize)>,
}

impl<'i> Pair<'i> {
    fn new(identifiers: &'i [Arc<DataIdentifier>]) -> Self {
        let detector = |window: usize| {
            let mut detector = Detector::new(identifiers.to_vec(), Settings::default());
            detector.window = window;
            detector.longest_match = MOST;
            detector
        };
        let sizes = [(1 << 20, 1 << 20), (1, 1), (7, 3), (64, 50), (100, 1000)];
        let fast = sizes.into_iter().map(|(window, piece)| (detector(window), piece)).collect();
        Self { reference: Reference::new(identifiers), fast }
    }

    fn agrees(&self, source: &Pieces) {
        let expected: Vec<_> =
            self.reference.find(source, MOST).into_iter().map(|(id, s, e, k)| (id, s, e, k.is_some())).collect();
        for (detector, piece) in &self.fast {
            let (window, text) = (detector.window, String::from_utf8_lossy(&source.text));
            let found_alone = found(detector, source, *piece);
            assert_eq!(found_alone, expected, "window {window}, piece {piece}, text {text:?}");
            let helped = found_by(
                Session::new(detector, ArtifactPath::file("x")).helped_by(Some(&Eager(detector))),
                source,
                *piece,
            );
            assert_eq!(helped, expected, "with help, window {window}, piece {piece}, text {text:?}");
        }
    }
}

/// A helper who does what there is to do when called: each window is inspected before the one before is settled.
struct Eager<'d>(&'d Detector);

impl Helpers for Eager<'_> {
    fn count(&self) -> usize {
        1
    }

    fn call(&self, text: Arc<SharedText>) {
        self.0.help(&text);
    }
}

/// Helpers that are threads.
struct Threads<'s, 'e>(&'s std::thread::Scope<'s, 'e>, &'s Detector);

impl Helpers for Threads<'_, '_> {
    fn count(&self) -> usize {
        3
    }

    fn call(&self, text: Arc<SharedText>) {
        let detector = self.1;
        self.0.spawn(move || detector.help(&text));
    }
}

fn found(detector: &Detector, source: &Pieces, piece: usize) -> Vec<(String, usize, usize, bool)> {
    found_by(Session::new(detector, ArtifactPath::file("x")), source, piece)
}

fn found_by(mut session: Session<'_>, source: &Pieces, piece: usize) -> Vec<(String, usize, usize, bool)> {
    session.text(&mut Pieces { piece, ..source.clone() }, &|| true).unwrap();
    let mut found: Vec<_> = session
        .finish()
        .into_iter()
        .flat_map(|d| {
            let id = d.identifier.id.clone();
            d.occurrences.into_iter().map(move |o| {
                let start = o.position.offset as usize;
                (id.clone(), start, start + o.position.length as usize, o.keyword.is_some())
            })
        })
        .collect();
    found.sort_by_key(|f| (f.1, f.2, f.0.clone()));
    found
}

#[test]
fn threads_find_what_one_finds() {
    let settings = Settings { max_occurrences: usize::MAX, ..Settings::default() };
    let mut detector = Detector::new(set(), settings);
    detector.window = 1000;
    let line = "SSN: 123-45-6789, 123456789 card 4111 1111 1112 AB12 34 56 aa1b2c3d x@y code ABCDEF no break here ";
    let mut source = Pieces { text: line.repeat(3000).into_bytes(), ..Pieces::default() };
    source.text.extend(line.replace(' ', ".").repeat(300).into_bytes());
    let alone = found(&detector, &source, 777);
    assert!(alone.len() > 15_000);
    for _ in 0..5 {
        let helped = std::thread::scope(|scope| {
            let threads = Threads(scope, &detector);
            found_by(Session::new(&detector, ArtifactPath::file("x")).helped_by(Some(&threads)), &source, 777)
        });
        assert!(helped == alone);
    }
}

fn same(identifiers: &[Arc<DataIdentifier>], source: &Pieces) {
    Pair::new(identifiers).agrees(source);
}

#[test]
fn made_texts() {
    for text in [
        "SSN: 123-45-6789, and 123456789 far from any of it; customerSSN=987654321",
        "card 4111 1111 1112 and sk_abcd1234 sk_abcd- AB12 34 56 --KEY abc code ABCDEF GHIJ x1y",
        "123-45-6789 is the number with the ssn behind it; company 123456789; 378282 24631",
        "é123456789 “ssn” 123456789 n° 987654321\r\nsocial\r\nsecurity 111-22-3333 #id 123456789",
        "aa1b2c3d sk_sk_abcd 4111111111111111 pan4111111 pan 411111 1111",
    ] {
        let source = Pieces { text: text.as_bytes().to_vec(), ..Pieces::default() };
        assert!(!Reference::new(&set()).find(&source, MOST).is_empty(), "{text}");
        same(&set(), &source);
    }
}

const WORDS: &[&str] = &[
    "ssn",
    "SSN",
    "social security",
    "social_security",
    "card",
    "PAN",
    "company",
    "code",
    "customerCode",
    "n°",
    "#id",
    "é",
    "123-45-6789",
    "123456789",
    "12",
    "3",
    "4111111",
    "411111 1111",
    "AB1234",
    "AB12 34",
    "sk_",
    "abcd12",
    "--KEY x",
    "+1 234",
    "+1",
    "QWERTY",
    "a1b",
    "ab12cd34ef56gh",
    "@x",
    "@7",
    " ",
    " ",
    " ",
    ",",
    "\n",
    "\r\n",
    "-",
    ".",
    ":",
    "=",
    "_",
    "0",
    "7",
    "s",
    "日本",
    "\u{0}",
    "            ",
    "....................",
];

fn text() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(0..WORDS.len(), 0..60)
        .prop_map(|picks| picks.into_iter().flat_map(|i| WORDS[i].bytes()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn random_texts(text in text()) {
        same(&set(), &Pieces { text, ..Pieces::default() });
    }

    #[test]
    fn random_bytes(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        same(&set(), &Pieces { text, ..Pieces::default() });
    }

    #[test]
    fn random_fields(texts in proptest::collection::vec((text(), 0u32..5), 1..6)) {
        let names = ["ssn", "pan", "mysocialsecurity", "CODE"].map(String::from).to_vec();
        let mut source = Pieces { names, ..Pieces::default() };
        for (text, label) in texts {
            let start = source.text.len() + 1;
            source.text.push(b',');
            source.text.extend(text);
            if source.text.len() > start {
                source.fields.push((start, source.text.len(), label));
            }
        }
        same(&set(), &source);
    }

    /// Rows that differ in their digits: what is known of the form of a field leaves out nothing.
    #[test]
    fn random_tables(
        cells in proptest::collection::vec((proptest::collection::vec(0..WORDS.len(), 0..4), 0u32..5), 1..6),
        digits in proptest::collection::vec(b'0'..=b'9', 97),
    ) {
        let table = table(&cells, &digits, 60);
        same(&set(), &table);
        // Where nothing can begin anywhere, a source may leave out what is known to hold nothing.
        let set: Vec<_> = set().into_iter().filter(|i| !["ANYWHERE", "LONG_RUN"].contains(&i.id.as_str())).collect();
        same(&set, &table);
    }

    #[test]
    fn random_ranges(texts in proptest::collection::vec((text(), any::<bool>(), 0u32..5), 1..6)) {
        let names = ["ssn", "pan", "mysocialsecurity", "CODE"].map(String::from).to_vec();
        let mut source = Pieces { names, ranges: true, ..Pieces::default() };
        for (text, named, label) in texts {
            let start = source.text.len();
            source.text.extend(text);
            if named && source.text.len() > start {
                source.fields.push((start, source.text.len(), label));
            }
        }
        same(&set(), &source);
    }
}

/// So many rows of the same cells, of [`WORDS`] under a label, whose digits are others in each row.
fn table(cells: &[(Vec<usize>, u32)], digits: &[u8], rows: usize) -> Pieces {
    let names = ["ssn", "pan", "mysocialsecurity", "CODE"].map(String::from).to_vec();
    let mut source = Pieces { names, ..Pieces::default() };
    let mut digits = digits.iter().cycle();
    for row in 0..rows {
        for (number, (words, label)) in (1..).zip(cells) {
            let start = source.text.len() + 1;
            source.text.push(if *label == 4 { b'\n' } else { b',' });
            source.text.extend(words.iter().flat_map(|word| WORDS[*word].bytes()));
            // Some digits stay as they are: those of matches that need a checksum, or of words that hold digits.
            for byte in source.text[start..].iter_mut().filter(|b| b.is_ascii_digit() && row % 3 > 0) {
                *byte = digits.next().copied().unwrap_or(*byte);
            }
            if source.text.len() > start {
                source.fields.push((start, source.text.len(), *label));
                // Without digits the text is that of the row before.
                source.texts.push(if source.text[start..].iter().any(u8::is_ascii_digit) { 0 } else { number });
            }
        }
    }
    source
}

#[test]
fn digits_make_no_difference_to_a_clue() {
    for (name, clue) in CLUES {
        for first in PEOPLE {
            for second in PEOPLE {
                let text = format!("{first} {second}, 5b Main Street 3, 75002 Paris");
                let alike = text.replace(|c: char| c.is_ascii_digit(), "0");
                assert_eq!((clue.opens)(text.as_bytes()), (clue.opens)(alike.as_bytes()), "{name}: {text}");
            }
        }
    }
}

#[test]
fn a_long_run_without_a_match_takes_no_more_than_its_time() {
    let set = custom("set.toml", "[[identifier]]\nid = 'X'\nregex = '[\\w.-]+@[\\w.-]+'", &[]).unwrap();
    let detector = Detector::new(set, Settings::default());
    let source = Pieces { text: [vec![b'a'; 3 << 20], b" ann@x.example".to_vec()].concat(), ..Pieces::default() };
    let end = source.text.len();
    let found = found(&detector, &source, 1 << 16);
    assert_eq!(found, [("X".to_owned(), end - 13, end, false)]);
}

#[test]
fn names_over_a_range_count_and_its_borders_do_not() {
    let names = vec!["mysocialsecurity".to_owned()];
    let (far, text) = (".".repeat(60), "MY=123456789 and 12-3");
    let found = |text: &str, range: (usize, usize)| {
        let source = Pieces {
            text: text.as_bytes().to_vec(),
            fields: vec![(range.0, range.1, 1)],
            names: names.clone(),
            ranges: true,
            ..Pieces::default()
        };
        same(&set(), &source);
        Reference::new(&set()).find(&source, MOST).len()
    };
    assert_eq!(found(text, (3, 12)), 1, "the name is a keyword for what lies under it");
    assert_eq!(found(text, (3, 11)), 0, "a match that goes on behind the range is not under the name");
    assert_eq!(found(&format!("ssn{}123456789", &far[..20]), (20, 27)), 1, "a keyword and a match may cross borders");
    assert_eq!(found(&format!("{far}123456789{far}"), (0, 60)), 0);
    assert_eq!(found(&format!("{far}--KEY x{far}"), (0, 63)), 1);
}

/// Each identifier's examples, among the few next to it: the whole set at once would take minutes.
#[test]
fn managed_examples() {
    let managed = managed().unwrap();
    for among in managed.chunks(12) {
        let pair = Pair::new(among);
        let texts = among.iter().flat_map(|i| i.examples.matching.iter().chain(i.examples.no_match.iter()));
        for text in texts.filter(|t| t.len() < 200) {
            pair.agrees(&Pieces { text: text.as_bytes().to_vec(), ..Pieces::default() });
        }
    }
}

fn is_of_people(identifier: &DataIdentifier) -> bool {
    identifier.id == "NAME" || identifier.id == "ADDRESS"
}

const PEOPLE: &[&str] = &[
    "Maria",
    "García",
    "Élodie",
    "Jean-Pierre",
    "O'Brien",
    "MARIA",
    "GARCIA",
    "maria",
    "Smith",
    "Street",
    "Mr",
    "Frau Dr.",
    "von",
    "J.",
    "name",
    "customer",
    "the",
    "Xyzzios",
    "12",
    "5a",
    "221B",
    "Baker Street",
    "rue",
    "Amring",
    "Hauptstraße",
    "Via Roma",
    "Calle Mayor",
    "75002 Paris",
    "10115 Berlin",
    "00184 Roma",
    "NW1 6XE",
    "London",
    "NY 10001",
    "New York",
    "PO Box 7",
    ", ",
    " ",
    " ",
    " ",
    " ",
    ",",
    "\n",
    "\r\n",
    "-",
    ".",
    "_",
    "é",
    "\u{0}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The clues of validators leave out no start.
    #[test]
    fn random_people(picks in proptest::collection::vec(0..PEOPLE.len(), 0..40)) {
        let managed = managed().unwrap();
        let people: Vec<_> = managed.into_iter().filter(|i| is_of_people(i)).collect();
        let text = picks.into_iter().flat_map(|i| PEOPLE[i].bytes()).collect();
        same(&people, &Pieces { text, ..Pieces::default() });
    }
}

#[test]
fn clues_find_what_the_naive_engine_finds() {
    let managed = managed().unwrap();
    let people: Vec<_> = managed.into_iter().filter(|i| is_of_people(i)).collect();
    for text in [
        "Dear Mr Smith, Maria García and Élodie Dupont live at Amring 5, 10115 Berlin.",
        "name: maria garcia, 12 rue Foch, 75002 Paris\nPO Box 7, New York NY 10001",
        "xMaria Garcia _Maria Garcia ÉMaria Garcia Maria Garcia, Jean-Pierre O'Brien",
    ] {
        let source = Pieces { text: text.as_bytes().to_vec(), ..Pieces::default() };
        assert!(Reference::new(&people).find(&source, MOST).len() >= 2, "{text}");
        same(&people, &source);
    }
}

/// The tables of word beginnings leave out no keyword, in whatever case, between whatever neighbours, across whatever block.
#[test]
fn keywords_wherever_they_stand() {
    let keywords = Keywords::of(&managed().unwrap());
    let (scanner, mut found) = (Scanner::new(&keywords, Arc::default(), Wanted::default()), Found::default());
    let mixed = |word: &str, is_capital: fn(usize, char) -> bool| -> String {
        let mut before = ' ';
        let case = |(at, c): (usize, char)| {
            let capital = is_capital(at, std::mem::replace(&mut before, c));
            if capital { c.to_uppercase().collect::<String>() } else { c.to_lowercase().collect() }
        };
        word.chars().enumerate().map(case).collect()
    };
    let neighbours = [
        (" ", " "),
        ("x", ""),
        ("a", "Value"),
        ("_", "s"),
        ("X", "sX"),
        (".", "2"),
        ("9", "é"),
        ("é", "X"),
        ("", "Xé"),
    ];
    for (number, keyword) in keywords.iter() {
        let word = keyword.text;
        let forms = [
            mixed(word, |_, _| false),
            mixed(word, |_, _| true),
            mixed(word, |_, before| before == ' ').replace(' ', ""),
            mixed(word, |at, _| at % 2 == 1),
            mixed(word, |at, _| at == 2),
        ];
        let both = forms.iter().flat_map(|form| neighbours.map(|(before, behind)| format!("{before}{form}{behind} ")));
        let all: String = both.collect();
        for pad in [0, 21, 43] {
            let text = format!("{}{all}", ".".repeat(pad));
            scanner.scan(&keywords, text.as_bytes(), (0, 0), &mut found);
            let hits = found.hits.iter().filter(|hit| hit.keyword == number);
            let fast: Vec<(usize, usize)> = hits.map(|hit| (hit.start as usize, hit.end as usize)).collect();
            let at = |at| Some((at, keyword.end_at(text.as_bytes(), at)?));
            assert_eq!(fast, (0..text.len()).filter_map(at).collect::<Vec<_>>(), "{word}");
        }
    }
}
