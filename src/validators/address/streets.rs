//! Words for streets in six languages. Knows nothing of postal codes.

/// What stands behind or inside a street's name, where the house number comes first: English, with a capital.
const ENGLISH: &[&str] = &[
    "alley", "arcade", "ave", "avenue", "av", "bend", "blvd", "boulevard", "bridge", "broadway", "buildings", "bypass", "causeway",
    "cir", "circle", "circuit", "close", "common", "court", "cove", "cres", "crescent", "crossing", "ct", "cl", "dr", "drive",
    "drv", "embankment", "esplanade", "estate", "expressway", "freeway", "gardens", "gdns", "glen", "green", "grove", "gr",
    "heights", "highway", "hill", "hwy", "junction", "landing", "lane", "ln", "loop", "manor", "meadow", "meadows", "mews",
    "mount", "outlook", "parade", "park", "parkway", "parkways", "path", "pde", "pike", "pkwy", "pl", "place", "plaza", "point", "quay",
    "rd", "ridge", "rise", "road", "route", "row", "rte", "run", "sq", "square", "st", "street", "ter", "terrace", "trail",
    "trl", "turnpike", "vale", "via", "view", "villas", "walk", "way", "wharf", "yard",
];

/// The same in French: it stands right behind the number, capital or not.
const FRENCH: &[&str] = &[
    "allee", "allée", "allées", "avenue", "av", "ave", "bd", "boul", "boulevard", "bld", "chemin", "ch", "cité", "clos", "côte",
    "cours", "esplanade", "faubourg", "fbg", "hameau", "impasse", "imp", "montée", "montee", "parvis", "passage", "place",
    "pl", "promenade", "quai", "rang", "résidence", "rond-point", "route", "rte", "rue", "ruelle", "sente", "sentier",
    "square", "traverse", "venelle", "villa", "voie",
];

/// Italian: stands in front.
const ITALIAN: &[&str] = &[
    "borgo", "contrada", "corso", "c.so", "frazione", "largo", "località", "lungarno", "lungomare", "lungotevere", "p.za",
    "p.zza", "p.le", "piazza", "piazzale", "piazzetta", "rotonda", "salita", "stretto", "strada", "traversa", "v.le", "via",
    "viale", "vicolo", "canale", "incrocio",
];

/// Spanish and Catalan: stands in front.
const SPANISH: &[&str] = &[
    "acceso", "alameda", "av", "avda", "avenida", "avinguda", "c/", "calle", "callejón", "camino", "camí", "carrer", "carretera",
    "cañada", "cuesta", "ctra", "glorieta", "pasadizo", "pasaje", "paseo", "passeig", "pg", "plaza", "plaça", "pza", "polígono",
    "rambla", "ronda", "rúa", "travesía", "urbanización", "urb", "vial", "via", "vía", "pº",
];

/// German words for streets, alone or at the end of a longer word.
const GERMAN: &[&str] = &[
    "straße", "strasse", "str", "weg", "platz", "allee", "gasse", "ring", "damm", "ufer", "chaussee", "steig", "stieg", "pfad",
    "markt", "graben", "wall", "berg", "hof", "garten", "gärten", "kamp", "feld", "brücke", "promenade", "park", "zeile", "twiete",
    "tor", "anger", "stiege", "höhe", "grund", "winkel", "bogen", "linden", "wiese", "wiesen", "acker", "bruch", "busch", "heide",
    "blick", "eck", "aue", "tal", "bach", "siedlung", "kai", "reihe", "leite", "rain", "halde", "wald",
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
pub(super) fn is_kind(word: &str, first: bool) -> bool {
    if word.len() > 16 {
        return false;
    }
    let plain = plain(word);
    (word.starts_with(|c: char| c.is_ascii_uppercase()) && ENGLISH.contains(&plain.as_str()))
        || (first && FRENCH.contains(&plain.as_str()))
}

/// The countries in which an address can begin with this word.
pub(super) fn begins_street(word: &str) -> Vec<Country> {
    let plain = plain(word);
    let mut countries = Vec::new();
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
    let plain = plain(word);
    word.len() <= 48 && GERMAN.iter().any(|kind| plain.ends_with(kind)) && word.starts_with(|c: char| c.is_alphabetic())
}
