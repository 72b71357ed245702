//! A text matched against identifiers, cut where it comes.

use std::sync::{Arc, OnceLock};
use tamis::artifact::ArtifactPath;
use tamis::detect::{Detector, Session, Settings};
use tamis::identifier::{DataIdentifier, custom, managed, select};
use tamis::location::Position;
use tamis::text::{Block, TextSource};

/// Characters of a match that its mask may show.
const SHOWN: usize = 4;
/// The detector's window, in bytes; the fuzzed text is laid over its border.
const WINDOW: usize = 256 << 10;
/// Farther than any keyword reaches and any match is long.
const APART: usize = 20_000;

/// A detector of all identifiers.
pub(crate) fn detector() -> &'static Detector {
    static ALL: OnceLock<Detector> = OnceLock::new();
    ALL.get_or_init(|| Detector::new(managed().expect("they load"), Settings::default()))
}

/// Text in pieces, whose positions are its offsets.
struct Pieces<'a> {
    parts: [&'a [u8]; 2],
    piece: usize,
    read: u64,
}

impl TextSource for Pieces<'_> {
    fn fill(&mut self, block: &mut Block) -> std::io::Result<bool> {
        let part = if self.parts[0].is_empty() { 1 } else { 0 };
        let count = self.piece.min(self.parts[part].len());
        block.text.extend_from_slice(&self.parts[part][..count]);
        self.parts[part] = &self.parts[part][count..];
        self.read += count as u64;
        Ok(count > 0)
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        Position { line: 1, end_line: 1, column: start, offset: start, length: end - start }
    }

    fn release(&mut self, _: u64) {}

    fn bytes_read(&self) -> u64 {
        self.read
    }
}

/// A match: identifier, offset, length, keyword, mask.
type Match = (String, u64, u64, Option<String>, String);

fn found(detector: &Detector, before: usize, text: &[u8], piece: usize) -> Vec<Match> {
    static FILLER: [u8; WINDOW + APART] = [b'\n'; WINDOW + APART];
    let mut source = Pieces { parts: [&FILLER[..before], text], piece, read: 0 };
    let mut session = Session::new(detector, ArtifactPath::file("fuzz"));
    session.text(&mut source, &|| true).expect("the source has no errors");
    let mut all = Vec::new();
    for detection in session.finish() {
        assert!(detection.count >= detection.occurrences.len() as u64);
        for occurrence in detection.occurrences {
            let Position { offset, length, .. } = occurrence.position;
            let start = offset.checked_sub(before as u64).expect("the filler holds no match") as usize;
            mask(&text[start..start + length as usize], &occurrence.masked);
            assert!(occurrence.revealed.is_none());
            let id = detection.identifier.id.clone();
            all.push((id, start as u64, length, occurrence.keyword, occurrence.masked));
        }
    }
    all
}

fn mask(matched: &[u8], masked: &str) {
    let values = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let most = if values(&String::from_utf8_lossy(matched)) < 8 { 0 } else { SHOWN };
    assert!(values(masked) <= most, "a mask that shows {} characters", values(masked));
}

/// Matches the bytes against all identifiers: at the start, in pieces, and across the border of a window. The matches must
/// be the same. The first two bytes say where the borders are.
pub(crate) fn detected(bytes: &[u8]) {
    let [piece, shift, text @ ..] = bytes else { return };
    let detector = detector();
    let piece = 1 + usize::from(*piece);
    let whole = found(detector, APART, text, WINDOW);
    assert_eq!(whole, found(detector, APART, text, piece), "in pieces of {piece}");
    let before = WINDOW - usize::from(*shift).min(text.len());
    assert_eq!(whole, found(detector, before, text, WINDOW), "behind {before} bytes");
}

/// Loads the bytes as a file of custom identifiers, and matches them against what would be slow for a backtracking engine.
/// As a selection, they may only be refused.
pub(crate) fn loaded(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let all = detector().identifiers();
    let _ = select(all, text);
    let Ok(identifiers) = custom("fuzz.toml", text, all) else { return };
    let again = custom("fuzz.toml", text, all).expect("the same twice");
    let settings = Settings { max_occurrences: 50, ..Settings::default() };
    let detectors = [identifiers, again].map(|set: Vec<Arc<DataIdentifier>>| Detector::new(set, settings.clone()));
    let hostile: Vec<u8> = [text.as_bytes(), &[b'a'; 1536], &[b'1'; 1536], b"ab1-".repeat(512).as_slice()].concat();
    let outcomes =
        [(&detectors[0], WINDOW), (&detectors[1], 61)].map(|(detector, piece)| found(detector, 0, &hostile, piece));
    assert_eq!(outcomes[0], outcomes[1], "whole and in pieces");
}
