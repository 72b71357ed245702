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

/// What can stand behind a text, roughly: a bit for each letter, one for digits, one for all else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Next(u32);

impl Next {
    pub(super) const NOTHING: Self = Self(0);
    pub(super) const ANYTHING: Self = Self(u32::MAX);

    /// Whether it can be a byte, or the end.
    #[inline]
    pub(super) fn can_be(self, byte: Option<u8>) -> bool {
        self.0 & byte.map_or(u32::MAX, |byte| Self::of(byte).0) != 0
    }

    /// A byte of ASCII, or any that is none.
    #[inline]
    fn of(byte: u8) -> Self {
        Self(match byte.to_ascii_lowercase() {
            letter @ b'a'..=b'z' => 1 << (letter - b'a'),
            b'0'..=b'9' => 1 << 26,
            _ => 1 << 27,
        })
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What must stand behind a text for a folded keyword, or the rest of one, to stand at `at` and go on there; any digit may stand for
/// another. Nothing if the text tells that it does not, or stands there whole.
pub(super) fn goes_on_with(tokens: &[Token], text: &[u8], at: usize) -> Next {
    let (mut index, mut here) = (0, at);
    while let Some(wanted) = tokens.get(index).copied() {
        if here >= text.len() {
            return if wanted == b' ' || !wanted.is_ascii() { Next::ANYTHING } else { Next::of(wanted) };
        }
        if wanted == b' ' {
            let rest = &tokens[index + 1..];
            let behind = space_at(text, here).map(|space| goes_on_with(rest, text, here + space));
            return behind.unwrap_or_default().or(goes_on_with(rest, text, here));
        }
        let byte = text[here];
        if !byte.is_ascii() && !wanted.is_ascii() {
            // Rare: taken for what fits.
            return Next::ANYTHING;
        }
        if byte.to_ascii_lowercase() != wanted && !(byte.is_ascii_digit() && wanted.is_ascii_digit()) {
            return Next::NOTHING;
        }
        (index, here) = (index + 1, here + 1);
    }
    Next::NOTHING
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
    use super::{Next, SPACES, goes_on_with, space_at};

    #[test]
    fn what_spaces_begin_with() {
        for byte in 0..=255 {
            assert_eq!(space_at(&[byte, 0xA0], 0).is_some(), SPACES.contains(&byte), "{byte}");
        }
    }

    #[test]
    fn a_text_can_end_too_early() {
        for (keyword, text, next) in [
            ("social security", "social ", "sS"),
            ("social security", "social", "s -\t."),
            ("social security", "social secret ", ""),
            ("social security", "social\r", "s"),
            ("card", "card ", ""),
            ("card number", "cards ", ""),
            ("p45 form", "P60 ", "f"),
            ("tax id 1", "tax id ", "123"),
            ("número", "né", "abc1é"),
        ] {
            let found = goes_on_with(keyword.as_bytes(), text.as_bytes(), 0);
            let expected = |byte: &u8| next.as_bytes().contains(byte);
            for byte in b"abcs1 -".iter().chain(next.as_bytes()) {
                let is_rough = found == Next::ANYTHING || (!byte.is_ascii_alphanumeric() && !next.is_empty());
                assert!(found.can_be(Some(*byte)) == expected(byte) || is_rough, "{keyword}: {text:?} {byte}");
            }
            assert_eq!(found.can_be(None), !next.is_empty(), "{keyword}: {text:?}");
        }
    }
}
