//! Words for streets in six languages. Knows nothing of postal codes.

use super::super::pairs::Pairs;
use arrayvec::ArrayVec;
use std::sync::OnceLock;

/// What stands behind or inside a street's name, where the house number comes first: English, with a capital.
#[rustfmt::skip] // One word a line would be 300 lines.
const ENGLISH: &[&str] = &[
    "access", "alley", "alleyway", "amble", "anchorage", "annex", "approach", "arcade", "artery", "av", "ave",
    "avenue", "avenues", "basin", "bayou", "beach", "bend", "block", "bluff", "bluffs", "blvd", "bottom",
    "boulevard", "boulevarde", "brace", "brae", "branch", "break", "bridge", "broadway", "brook", "brooks", "brow",
    "buildings", "burg", "burgs", "bypass", "byway", "camp", "canyon", "cape", "causeway", "center", "centers",
    "centre", "centreway", "chase", "cir", "circle", "circles", "circlet", "circuit", "circus", "cl", "cliff",
    "cliffs", "close", "club", "colonnade", "common", "concourse", "copse", "corner", "corners", "corso", "course",
    "court", "courts", "courtyard", "cove", "coves", "creek", "cres", "crescent", "crest", "cross", "crossing",
    "crossroad", "crossroads", "crossway", "cruiseway", "ct", "curve", "cutting", "dale", "dam", "dell",
    "deviation", "dip", "distributor", "divide", "dr", "drift", "drive", "drives", "driveway", "drv", "edge",
    "elbow", "embankment", "end", "entrance", "esplanade", "estate", "estates", "expressway", "extension",
    "extensions", "fairway", "fall", "falls", "ferry", "field", "fields", "firetrail", "flat", "flats", "fold",
    "follow", "footway", "ford", "fords", "foreshore", "forest", "forge", "forges", "fork", "forks", "formation",
    "fort", "freeway", "front", "frontage", "gap", "garden", "gardens", "gate", "gates", "gateway", "gdns", "glade",
    "glen", "glens", "gr", "grange", "green", "greens", "ground", "grove", "groves", "gully", "harbor", "harbors",
    "haven", "heights", "hey", "highroad", "highway", "hill", "hills", "hollow", "hwy", "inlet", "interchange",
    "intersection", "island", "islands", "isle", "junction", "junctions", "key", "keys", "knoll", "knolls", "lake",
    "lakes", "land", "landing", "lane", "laneway", "lea", "lees", "light", "lights", "line", "link", "ln", "lock",
    "locks", "lodge", "lookout", "loop", "lower", "mall", "manor", "manors", "mead", "meadow", "meadows", "meander",
    "mew", "mews", "mill", "mills", "mission", "motorway", "mount", "mountain", "mountains", "neck", "nook",
    "nursery", "orchard", "outlook", "oval", "overpass", "parade", "park", "parklands", "parks", "parkway",
    "parkways", "part", "pass", "passage", "path", "pathway", "pde", "piazza", "pike", "pine", "pines", "pkwy",
    "pl", "place", "plain", "plains", "plateau", "plaza", "plazas", "pocket", "point", "points", "port", "ports",
    "prairie", "promenade", "quad", "quadrangle", "quadrant", "quay", "quays", "radial", "ramble", "ramp", "ranch",
    "range", "rapid", "rapids", "rd", "reach", "reserve", "rest", "retreat", "ride", "ridge", "ridges", "ridgeway",
    "ring", "rise", "river", "riverway", "riviera", "road", "roads", "roadside", "roadway", "ronde", "rosebowl",
    "rotary", "round", "route", "row", "rte", "rue", "run", "shoal", "shoals", "shore", "shores", "side", "siding",
    "skyway", "slip", "slope", "sound", "spinney", "spring", "springs", "spur", "spurs", "sq", "square", "squares",
    "st", "stairs", "station", "steps", "strand", "stravenue", "stream", "street", "streets", "strip", "subway",
    "summit", "tarn", "ter", "terrace", "terrance", "thoroughfare", "throughway", "tollway", "top", "tor", "towers",
    "trace", "track", "trafficway", "trail", "trailer", "trails", "triangle", "trl", "trunkway", "tunnel", "turn",
    "turnpike", "underpass", "union", "unions", "vale", "vales", "valley", "valleys", "via", "viaduct", "view",
    "views", "village", "villages", "villas", "ville", "vista", "wade", "walk", "walks", "walkway", "wall", "way",
    "ways", "well", "wells", "wharf", "wynd", "yard",
];

/// The same in French: it stands right behind the number, capital or not.
const FRENCH: &[&str] = &[
    "allee",
    "allée",
    "allées",
    "avenue",
    "av",
    "ave",
    "bd",
    "boul",
    "boulevard",
    "bld",
    "chemin",
    "ch",
    "cité",
    "clos",
    "côte",
    "cours",
    "esplanade",
    "faubourg",
    "fbg",
    "hameau",
    "impasse",
    "imp",
    "montée",
    "montee",
    "parvis",
    "passage",
    "place",
    "pl",
    "promenade",
    "quai",
    "rang",
    "résidence",
    "rond-point",
    "route",
    "rte",
    "rue",
    "ruelle",
    "sente",
    "sentier",
    "square",
    "traverse",
    "venelle",
    "villa",
    "voie",
];

/// Words that belong to the house number before them.
pub(super) const NUMBERS: &[&str] = &["bis", "ter", "quater"];

/// Italian: stands in front.
const ITALIAN: &[&str] = &[
    "borgo",
    "contrada",
    "corso",
    "c.so",
    "frazione",
    "largo",
    "località",
    "lungarno",
    "lungomare",
    "lungotevere",
    "p.za",
    "p.zza",
    "p.le",
    "piazza",
    "piazzale",
    "piazzetta",
    "rotonda",
    "salita",
    "stretto",
    "strada",
    "traversa",
    "v.le",
    "via",
    "viale",
    "vicolo",
    "canale",
    "incrocio",
];

/// Spanish and Catalan: stands in front.
const SPANISH: &[&str] = &[
    "acceso",
    "alameda",
    "av",
    "avda",
    "avenida",
    "avinguda",
    "c/",
    "calle",
    "callejón",
    "camino",
    "camí",
    "carrer",
    "carretera",
    "cañada",
    "cuesta",
    "ctra",
    "glorieta",
    "pasadizo",
    "pasaje",
    "paseo",
    "passeig",
    "pg",
    "plaza",
    "plaça",
    "pza",
    "polígono",
    "rambla",
    "ronda",
    "rúa",
    "travesía",
    "urbanización",
    "urb",
    "vial",
    "via",
    "vía",
    "pº",
];

/// German words for streets, alone or at the end of a longer word.
const GERMAN: &[&str] = &[
    "straße",
    "strasse",
    "str",
    "weg",
    "platz",
    "allee",
    "gasse",
    "ring",
    "damm",
    "ufer",
    "chaussee",
    "steig",
    "stieg",
    "pfad",
    "markt",
    "graben",
    "wall",
    "berg",
    "hof",
    "garten",
    "gärten",
    "kamp",
    "feld",
    "brücke",
    "promenade",
    "park",
    "zeile",
    "twiete",
    "tor",
    "anger",
    "stiege",
    "höhe",
    "grund",
    "winkel",
    "bogen",
    "linden",
    "wiese",
    "wiesen",
    "acker",
    "bruch",
    "busch",
    "heide",
    "blick",
    "eck",
    "aue",
    "tal",
    "bach",
    "siedlung",
    "kai",
    "reihe",
    "leite",
    "rain",
    "halde",
    "wald",
];

/// Countries whose addresses begin with the street.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Country {
    Germany,
    Italy,
    Spain,
}

fn plain(word: &str) -> String {
    word.trim_end_matches(['.', ',']).to_lowercase()
}

/// Whether a word names a kind of street in English, or, right behind the number, in French.
pub(super) fn is_kind(word: &[u8], first: bool) -> bool {
    static BY_LETTER: OnceLock<[ByLetter; 2]> = OnceLock::new();
    let begins_large = word.first().is_some_and(u8::is_ascii_uppercase);
    if !begins_large && !first || !may_begin_kind(word) {
        return false;
    }
    let ends = word.iter().rev().take_while(|b| matches!(b, b'.' | b',')).count();
    let plain = word.get(..word.len() - ends).unwrap_or_default();
    let is = |kind: &&str| kind.len() == plain.len() && kind.as_bytes().eq_ignore_ascii_case(plain);
    let [english, french] = BY_LETTER.get_or_init(|| [by_letter(ENGLISH), by_letter(FRENCH)]);
    let letter = letter(plain);
    (begins_large && english[letter].iter().any(is)) || (first && french[letter].iter().any(is))
}

/// Whether a word that names a kind may begin with the first three bytes of this one.
fn may_begin_kind(word: &[u8]) -> bool {
    static BEGINNINGS: [u64; 512] = {
        let mut beginnings = [0; 512];
        let mut at = 0;
        while at < ENGLISH.len() + FRENCH.len() {
            let kind = if at < ENGLISH.len() { ENGLISH[at] } else { FRENCH[at - ENGLISH.len()] }.as_bytes();
            let third = if kind.len() > 2 { kind[2] } else { 0 };
            let beginning = beginning(kind[0], kind[1], third);
            beginnings[beginning / 64] |= 1 << (beginning % 64);
            at += 1;
        }
        beginnings
    };
    // A kind of two letters ends there, or a dot follows.
    let third = word.get(2).copied().filter(|b| !matches!(b, b'.' | b',')).unwrap_or(0);
    let &[first, second, ..] = word else { return false };
    let beginning = beginning(first, second, third);
    BEGINNINGS[beginning / 64] >> (beginning % 64) & 1 == 1
}

/// Three bytes as a number below 32,768: of each the lowest five bits, in which capitals are like small letters.
const fn beginning(first: u8, second: u8, third: u8) -> usize {
    (first as usize & 31) << 10 | (second as usize & 31) << 5 | (third as usize & 31)
}

/// Whether a word that names a kind without a capital, or belongs to a house number, may begin with two bytes.
#[inline]
pub(super) fn may_begin_small([first, second]: [u8; 2]) -> bool {
    static BEGINNINGS: Pairs = Pairs::beginning(&[FRENCH, NUMBERS]);
    BEGINNINGS.hold(first, second)
}

/// The kinds with each first letter: it is asked for every word behind a number.
type ByLetter = [Vec<&'static str>; 32];

fn by_letter(kinds: &[&'static str]) -> ByLetter {
    let mut lists: ByLetter = Default::default();
    for kind in kinds {
        lists[letter(kind.as_bytes())].push(*kind);
    }
    lists
}

fn letter(word: &[u8]) -> usize {
    word.first().map_or(0, |b| usize::from(b & 31))
}

/// Whether an address may begin with the word for a street that begins with two bytes, capitals or not.
pub(super) fn may_begin_street([first, second]: [u8; 2]) -> bool {
    static BEGINNINGS: Pairs = Pairs::beginning(&[ITALIAN, SPANISH]);
    // What is no small letter of ASCII can be a large one of something else.
    second >= 0x80 || BEGINNINGS.hold(first, second)
}

/// The countries in which an address can begin with this word.
pub(super) fn begins_street(word: &str) -> ArrayVec<Country, 3> {
    let mut countries = ArrayVec::new();
    if !word.as_bytes().first_chunk().is_some_and(|two| may_begin_street(*two)) {
        return countries;
    }
    let plain = plain(word);
    if ITALIAN.contains(&plain.as_str()) {
        countries.push(Country::Italy);
    }
    if SPANISH.contains(&plain.as_str()) || plain.starts_with("c/") {
        countries.push(Country::Spain);
    }
    countries
}

/// Whether a German street's name can end with this word.
pub(super) fn ends_street(word: &str) -> bool {
    if word.len() > 48 || !may_end_street(word.as_bytes()) {
        return false;
    }
    let begins_with_letter = word.starts_with(char::is_alphabetic);
    // Most words are of ASCII, and need no copy.
    if word.is_ascii() {
        let bare = word.trim_end_matches(['.', ',']).as_bytes();
        let ends = |kind: &&str| {
            let end = bare.len().checked_sub(kind.len()).and_then(|at| bare.get(at..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(kind.as_bytes()))
        };
        return begins_with_letter && GERMAN.iter().any(ends);
    }
    let plain = plain(word);
    begins_with_letter && GERMAN.iter().any(|kind| plain.ends_with(kind))
}

/// The same by the last two letters, if they are of ASCII.
fn may_end_street(word: &[u8]) -> bool {
    static ENDINGS: Pairs = Pairs::ending(&[GERMAN]);
    let signs = word.iter().rev().take_while(|b| matches!(b, b'.' | b',')).count();
    let Some([.., first, second]) = word.get(..word.len() - signs) else { return false };
    !(first.is_ascii() && second.is_ascii()) || ENDINGS.hold(*first, *second)
}
