//! How a keyword is written in running text: case, what stands for its spaces, the borders at which it begins and ends. Knows one
//! keyword at a time, and nothing of who uses it.

use super::characters::{char_at, char_before, fold, is_unspaced};

/// A byte of a folded keyword. A space stands for all that can be in its place.
pub(super) type Token = u8;

/// The bytes that what stands for a space can begin with.
pub(super) const SPACES: &[u8] = b" _-\t\n\r\xC2";

/// How many bytes stand for a space at `at`, if any do.
pub(super) fn space_at(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b' ' | b'_' | b'-' | b'\t' | b'\n' => Some(1),
        b'\r' => Some(if text.get(at + 1) == Some(&b'\n') { 2 } else { 1 }),
        0xC2 if text.get(at + 1) == Some(&0xA0) => Some(2),
        _ => None,
    }
}

/// Where a folded keyword, or the rest of one, ends when it stands at `at` and ends at a border. Of several ends, the first that
/// has a border.
pub(super) fn ends(tokens: &[Token], text: &[u8], at: usize) -> Option<usize> {
    let (mut index, mut here) = (0, at);
    while let Some(wanted) = tokens.get(index).copied() {
        if wanted == b' ' {
            let rest = &tokens[index + 1..];
            let behind = space_at(text, here).and_then(|space| ends(rest, text, here + space));
            return behind.or_else(|| ends(rest, text, here));
        }
        let byte = *text.get(here)?;
        // A letter that only folds to one of ASCII is another letter.
        if byte.is_ascii() || wanted.is_ascii() {
            if byte.to_ascii_lowercase() != wanted {
                return None;
            }
            (index, here) = (index + 1, here + 1);
        } else {
            let ((c, width), (wanted, length)) = (char_at(text, here)?, char_at(tokens, index)?);
            if fold(c) != wanted {
                return None;
            }
            (index, here) = (index + length, here + width);
        }
    }
    border_behind(text, here).then_some(here)
}

/// Whether a text ends before it is told that a folded keyword, or the rest of one, does not stand at `at`; any digit may stand
/// for another.
pub(super) fn runs_out(tokens: &[Token], text: &[u8], at: usize) -> bool {
    let (mut index, mut here) = (0, at);
    while let Some(wanted) = tokens.get(index).copied() {
        if here >= text.len() {
            return true;
        }
        if wanted == b' ' {
            let rest = &tokens[index + 1..];
            let behind = space_at(text, here).is_some_and(|space| runs_out(rest, text, here + space));
            return behind || runs_out(rest, text, here);
        }
        let byte = text[here];
        if !byte.is_ascii() && !wanted.is_ascii() {
            // Rare: taken for what fits.
            return true;
        }
        if byte.to_ascii_lowercase() != wanted && !(byte.is_ascii_digit() && wanted.is_ascii_digit()) {
            return false;
        }
        (index, here) = (index + 1, here + 1);
    }
    false
}

/// Whether a keyword may begin at `at`.
pub(super) fn begins(text: &[u8], at: usize) -> bool {
    let Some((c, width)) = char_at(text, at) else { return false };
    let Some(before) = char_before(text, at) else { return true };
    if !c.is_alphanumeric() || !before.is_alphanumeric() || is_unspaced(c) {
        return true;
    }
    let next_is_lower = || char_at(text, at + width).is_some_and(|(next, _)| next.is_lowercase());
    c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_lower()))
}

/// Whether a keyword may end right before `at`.
pub(super) fn border_behind(text: &[u8], at: usize) -> bool {
    let (Some(last), Some((next, width))) = (char_before(text, at), char_at(text, at)) else { return true };
    if !last.is_alphanumeric() || !next.is_alphanumeric() || next.is_numeric() || is_unspaced(last) {
        return true;
    }
    let second = char_at(text, at + width).map(|(c, _)| c);
    if matches!(next, 's' | 'S') {
        let after_plural = second.is_none_or(|c| !c.is_alphanumeric() || (next == 's' && c.is_uppercase()));
        if after_plural {
            return true;
        }
    }
    next.is_uppercase() && (last.is_lowercase() || second.is_some_and(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::{SPACES, runs_out, space_at};

    #[test]
    fn what_spaces_begin_with() {
        for byte in 0..=255 {
            assert_eq!(space_at(&[byte, 0xA0], 0).is_some(), SPACES.contains(&byte), "{byte}");
        }
    }

    #[test]
    fn a_text_can_end_too_early() {
        for (keyword, text, ends_early) in [
            ("social security", "social ", true),
            ("social security", "social", true),
            ("social security", "social secret ", false),
            ("social security", "social\r", true),
            ("card", "card ", false),
            ("card number", "cards ", false),
            ("p45 form", "P60 ", true),
            ("número", "né", true),
        ] {
            assert_eq!(runs_out(keyword.as_bytes(), text.as_bytes(), 0), ends_early, "{keyword}: {text:?}");
        }
    }
}
