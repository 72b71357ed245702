//! Characters in bytes that are mostly UTF-8: decoding one, folding its case, and counting them. A stray byte counts as one character.

/// The character at `at` and its length in bytes; none at the end or on a stray byte.
pub(super) fn char_at(text: &[u8], at: usize) -> Option<(char, usize)> {
    let first = *text.get(at)?;
    if first < 0x80 {
        return Some((char::from(first), 1));
    }
    let width = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let character = std::str::from_utf8(text.get(at..at + width)?).ok()?.chars().next()?;
    Some((character, width))
}

/// The character that ends right before `at`; none at the start or behind a stray byte.
pub(super) fn char_before(text: &[u8], at: usize) -> Option<char> {
    let last = *text.get(at.checked_sub(1)?)?;
    if last < 0x80 {
        return Some(char::from(last));
    }
    let start = (at.saturating_sub(4)..at).rev().find(|i| text[*i] & 0xC0 != 0x80)?;
    char_at(text, start).filter(|(_, width)| start + width == at).map(|(c, _)| c)
}

/// Simple case folding, one character to one.
pub(super) fn fold(c: char) -> char {
    // Most text beyond ASCII is in scripts whose rule is simple, or that have no case.
    match u32::from(c) {
        0..0x80 => return c.to_ascii_lowercase(),
        code @ 0x410..=0x42F => return char::from_u32(code + 0x20).unwrap_or(c),
        0x430..=0x45F | 0x590..=0x109F | 0x3000..=0x9FFF | 0xAC00..=0xD7AF => return c,
        _ => {}
    }
    by_list(c)
}

fn by_list(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Whether words of a character's script stand without spaces between them, or take endings without one, so that a keyword in it has no borders.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF     // Thai, Lao
        | 0x1000..=0x109F   // Myanmar
        | 0x1100..=0x11FF | 0xAC00..=0xD7AF // Hangul
        | 0x1780..=0x17FF   // Khmer
        | 0x3040..=0x30FF   // Hiragana, Katakana
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x20000..=0x3FFFF) // Han
}

/// Characters in a piece of text.
pub(super) fn count(text: &[u8]) -> usize {
    text.iter().filter(|b| **b & 0xC0 != 0x80).count()
}

/// Whether a piece of text has at most `limit` characters.
pub(super) fn at_most(text: &[u8], limit: usize) -> bool {
    text.len() <= limit || (text.len() <= limit * 4 && count(text) <= limit)
}

#[cfg(test)]
mod tests {
    use super::{by_list, fold};

    #[test]
    fn the_short_ways_fold_as_the_list_does() {
        for c in '\0'..=char::MAX {
            assert_eq!(fold(c), by_list(c), "{c:?}");
        }
    }
}
