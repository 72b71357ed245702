//! What the layout of a page left out: the parser puts a page's text in order by rules that now and then lose a line
//! (turned pages, pages that are tagged in part, text beside the page) or change one (two boxes of digits become a
//! decimal number). So the characters are laid out a second time, by their places alone, and lines that the text does
//! not hold are added to it.
//!
//! Also joins what stands in a row of boxes, one character in each. Knows nothing of PDF.

use memchr::memmem;
use pdf_oxide::layout::TextChar;
use std::collections::BTreeMap;

/// Characters of one page that are laid out.
const CHARACTERS: usize = 1 << 20;
/// Lines that are looked up, times the bytes of text in which they are; beyond it all lines are added.
const EFFORT: usize = 1 << 30;
/// Distances, in sizes of the font: between words, between words that may belong to other columns, and between columns.
const WORD: f32 = 0.2;
const APART: f32 = 0.8;
const COLUMN: f32 = 2.5;
/// Characters that a row of boxes holds at least.
const BOXES: usize = 8;
/// And at most.
const MOST_BOXES: usize = 64;

/// One character where it stands, along its line.
struct Glyph {
    symbol: char,
    from: f32,
    to: f32,
    size: f32,
}

/// Lines that `text` does not hold, and rows of boxes. Empty for most pages.
pub(super) fn overlooked(characters: &[TextChar], text: &str) -> String {
    let known = key(text.chars());
    let known = known.as_bytes();
    let mut missing = String::new();
    let mut spent = 0;
    let lines = lines(&characters[..characters.len().min(CHARACTERS)]);
    let mut before: &[Glyph] = &[];
    for piece in lines.iter().flat_map(|line| cut(line, COLUMN)) {
        if let Some(joined) = boxes(piece) {
            // What the boxes are for stands over them or to their left; a number there is one of its own.
            if !before.iter().any(|glyph| glyph.symbol.is_ascii_digit()) {
                missing.push_str(&written(before));
                missing.push(' ');
            }
            missing.push_str(&joined);
            missing.push('\n');
        }
        before = piece;
        spent += known.len();
        if spent <= EFFORT && has(known, piece) {
            continue;
        }
        missing.push_str(&written(piece));
        missing.push('\n');
    }
    missing
}

/// The lines of a page from top to bottom, for each direction of writing.
fn lines(characters: &[TextChar]) -> Vec<Vec<Glyph>> {
    let mut directions: BTreeMap<i32, Vec<(f32, Glyph)>> = BTreeMap::new();
    for character in characters {
        let degrees = character.rotation_degrees.round();
        let (up, right) = degrees.to_radians().sin_cos();
        let from = character.origin_x * right + character.origin_y * up;
        let across = character.origin_y * right - character.origin_x * up;
        let size = character.font_size.abs().max(0.1);
        if !(from.is_finite() && across.is_finite() && size.is_finite()) {
            continue;
        }
        let width = character.advance_width.abs().clamp(0.0, size * 2.0);
        let glyph = Glyph { symbol: character.char, from, to: from + width, size };
        directions.entry(degrees as i32).or_default().push((across, glyph));
    }
    let mut all = Vec::new();
    for mut glyphs in directions.into_values() {
        glyphs.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut line: Vec<Glyph> = Vec::new();
        let mut level = f32::INFINITY;
        for (across, glyph) in glyphs {
            if level - across > glyph.size * 0.3 {
                all.push(std::mem::take(&mut line));
                level = across;
            }
            line.push(glyph);
        }
        all.push(line);
    }
    for line in &mut all {
        line.sort_by(|a, b| a.from.total_cmp(&b.from));
        // What is printed twice to look bold is one text.
        line.dedup_by(|b, a| a.symbol == b.symbol && b.from - a.from < a.size * 0.1);
    }
    all
}

/// A line cut where nothing stands for as many sizes of the font.
fn cut(line: &[Glyph], sizes: f32) -> impl Iterator<Item = &[Glyph]> {
    line.chunk_by(move |a, b| gap(a, b) <= a.size.max(b.size) * sizes)
}

fn gap(a: &Glyph, b: &Glyph) -> f32 {
    b.from - a.to
}

/// Whether a text holds all words of a piece; digits near each other are one word.
fn has(known: &[u8], piece: &[Glyph]) -> bool {
    let goes_on = |a: &Glyph, b: &Glyph| {
        let are_digits = a.symbol.is_ascii_digit() && b.symbol.is_ascii_digit();
        are_digits || gap(a, b) <= a.size.max(b.size) * APART
    };
    piece.chunk_by(goes_on).all(|part| {
        let key = key(part.iter().map(|glyph| glyph.symbol));
        key.chars().count() < 3 || memmem::find(known, key.as_bytes()).is_some()
    })
}

/// What of a text is compared: letters, digits, and points between digits.
fn key(text: impl Iterator<Item = char>) -> String {
    let mut key = String::new();
    let mut point = false;
    for symbol in text.filter(|c| !c.is_whitespace()) {
        match symbol {
            '.' => {
                point = key.ends_with(|c: char| c.is_ascii_digit());
                continue;
            }
            '\u{FB00}' => key.push_str("ff"),
            '\u{FB01}' => key.push_str("fi"),
            '\u{FB02}' => key.push_str("fl"),
            '\u{FB03}' => key.push_str("ffi"),
            '\u{FB04}' => key.push_str("ffl"),
            '@' => key.push('@'),
            _ if symbol.is_alphanumeric() => {
                if point && symbol.is_ascii_digit() {
                    key.push('.');
                }
                key.push(symbol);
            }
            _ => {}
        }
        point = false;
    }
    key
}

/// A piece of a line as it is read.
fn written(piece: &[Glyph]) -> String {
    let mut text = String::new();
    for (index, glyph) in piece.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| piece.get(index));
        let is_apart = before.is_some_and(|before| gap(before, glyph) > before.size.max(glyph.size) * WORD);
        if is_apart && !text.ends_with(' ') && glyph.symbol != ' ' {
            text.push(' ');
        }
        text.push(glyph.symbol);
    }
    text
}

/// What stands in a row of boxes: single digits and capital letters at equal distances that are wider than words'.
fn boxes(piece: &[Glyph]) -> Option<String> {
    let row: Vec<&Glyph> = piece.iter().filter(|glyph| !glyph.symbol.is_whitespace()).collect();
    let is_code = |glyph: &&Glyph| glyph.symbol.is_ascii_digit() || glyph.symbol.is_ascii_uppercase();
    let digits = row.iter().filter(|glyph| glyph.symbol.is_ascii_digit()).count();
    if row.len() < BOXES || row.len() > MOST_BOXES || !row.iter().all(is_code) || digits * 2 < row.len() {
        return None;
    }
    let steps = f32::from(u8::try_from(row.len() - 1).ok()?);
    let step = (row.last()?.from - row.first()?.from) / steps;
    let is_row = row.windows(2).all(|pair| match pair {
        [a, b] => (b.from - a.from - step).abs() < step * 0.15 && gap(a, b) > a.size * 0.3,
        _ => false,
    });
    is_row.then(|| row.iter().map(|glyph| glyph.symbol).collect())
}
