//! Where a long JSON text can be cut unread: between two records, or between two elements of one array.
//!
//! How such a border looks (the comma, the bracket, the first name behind it) is learned from text that was read. Looks at
//! bytes alone, so a border that it finds is a guess, which the tokens confirm or do not.

use super::tokens::{State, Tokens};
use crate::text::Mark;
use memchr::memmem::{self, FinderRev};

/// Elements, or records, before it is worth while.
const MANY: u64 = 8;
/// Bytes of space, and of a name, that a border may have.
const BEFORE: usize = 64;
const BEHIND: usize = 128;

/// What a text is cut between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Values that stand in no other, on lines of their own.
    Records,
    /// Elements of an array: how many containers are open there, and its number.
    Elements { depth: usize, array: u64 },
}

/// How the borders of a text look.
pub(super) struct Border {
    pub(super) level: Level,
    text: FinderRev<'static>,
    /// Bytes of it that stand before the cut.
    cut: usize,
}

impl Border {
    /// The border before the value at hand, once there were many like it. `raw_at` gives the raw text around the place where a
    /// container opened, of so many bytes before it, and the place in it.
    pub(super) fn learn<'r>(
        tokens: &Tokens,
        raw_at: impl FnOnce(u64, usize) -> Option<(&'r [u8], usize)>,
    ) -> Option<Self> {
        let (level, value) = if tokens.values > MANY {
            (Level::Records, tokens.stack.first()?)
        } else {
            let is_long = |frame: &&super::frame::Frame| !frame.object && !frame.is_running && frame.index >= MANY;
            let depth = tokens.stack.iter().position(|frame| is_long(&frame))? + 1;
            (Level::Elements { depth, array: tokens.stack[depth - 1].node }, tokens.stack.get(depth)?)
        };
        let (text, at) = raw_at(tokens.nodes.opened(value.node)?, BEFORE)?;
        let (from, cut) = before(level, &text[..at])?;
        let behind = behind(&text[at..])?;
        Some(Self { level, text: FinderRev::new(&text[from..at + behind]).into_owned(), cut })
    }

    /// Where the last border of a text is.
    pub(super) fn last_in(&self, raw: &[u8]) -> Option<usize> {
        self.text.rfind(raw).map(|at| at + self.cut)
    }

    /// Whether tokens have come to one.
    pub(super) fn is_at(&self, tokens: &Tokens) -> bool {
        match self.level {
            Level::Records => tokens.state == State::Top,
            Level::Elements { depth, .. } => {
                tokens.state == State::Value { first: false } && tokens.stack.len() == depth && self.may_come(tokens)
            }
        }
    }

    /// Whether there can be more of them.
    pub(super) fn may_come(&self, tokens: &Tokens) -> bool {
        match self.level {
            Level::Records => true,
            Level::Elements { depth, array } => tokens.stack.get(depth - 1).is_some_and(|frame| frame.node == array),
        }
    }
}

/// Where a border begins in the text before a value, and its bytes up to the cut.
fn before(level: Level, text: &[u8]) -> Option<(usize, usize)> {
    let space = text.len() - text.trim_ascii_end().len();
    if level == Level::Records {
        let line = memchr::memrchr(b'\n', text)?;
        return (line + space >= text.len()).then_some((line, 1));
    }
    let comma = text.len().checked_sub(space + 1).filter(|comma| text[*comma] == b',')?;
    let is_behind_bracket = comma.checked_sub(1).is_some_and(|before| matches!(text[before], b'}' | b']'));
    Some(if is_behind_bracket { (comma - 1, 2) } else { (comma, 1) })
}

/// How many bytes from the start of a value on belong to a border: the bracket, and the first name behind it.
fn behind(text: &[u8]) -> Option<usize> {
    let text = &text[..text.len().min(BEHIND)];
    match text {
        [b'[', ..] => Some(1),
        [b'{', inner @ ..] => {
            let inner = inner.trim_ascii_start();
            let name = inner.strip_prefix(b"\"")?;
            let quote = memchr::memchr2(b'"', b'\\', name).filter(|at| name[*at] == b'"')?;
            Some(text.len() - name.len() + quote + 1)
        }
        _ => None,
    }
}

/// Raw bytes that an escape of one byte of text may have.
const ESCAPE: usize = 6;

/// Raw bytes behind a border that [`is_clear`] looks at.
pub(super) fn looked_at(mark: &Mark) -> usize {
    (mark.before + mark.bytes.len()) * ESCAPE
}

/// Whether no mark that counts for what is on the other side is near a border of a raw text; nor what may hide one.
pub(super) fn is_clear(raw: &[u8], border: usize, mark: &Mark) -> bool {
    let near = |times: usize| {
        let (behind, before) = (mark.behind + mark.bytes.len(), mark.before + mark.bytes.len());
        &raw[border.saturating_sub(behind * times)..raw.len().min(border + before * times)]
    };
    let has_escapes = memchr::memchr(b'\\', near(1)).is_some();
    let near = near(if has_escapes { ESCAPE } else { 1 });
    // A backslash and what of ASCII it may stand for.
    let mut escapes = memmem::find_iter(near, b"\\u00");
    memmem::find(near, mark.bytes).is_none()
        && escapes.all(|at| near.get(at + 4).is_some_and(|digit| !matches!(digit, b'2'..=b'7')))
}

#[cfg(test)]
mod tests {
    use super::{Level, before, behind, is_clear};
    use crate::text::Mark;

    #[test]
    fn a_border_is_a_comma_a_bracket_and_the_first_name() {
        let elements = Level::Elements { depth: 1, array: 0 };
        assert_eq!(before(elements, b"[{\"a\":1},\n "), Some((7, 2)));
        assert_eq!(before(elements, b"[1 , "), Some((3, 1)));
        assert_eq!(before(elements, b"["), None);
        assert_eq!(before(Level::Records, b"{}\n{}\r\n  "), Some((6, 1)));
        assert_eq!(before(Level::Records, b"{}\n{} "), None);
        assert_eq!(behind(b"{ \"id\": 1}"), Some(6));
        assert_eq!(behind(b"[[1"), Some(1));
        assert_eq!(behind(b"{\"a\\n\": 1}"), None);
        assert_eq!(behind(b"12,"), None);
    }

    #[test]
    fn a_border_is_clear_where_no_mark_is_near() {
        let mark = Mark { bytes: b"mark", behind: 10, before: 20 };
        let text = |at: usize, word: &str| format!("{}{word}{}", "x".repeat(at), "x".repeat(600)).into_bytes();
        let clear = |at, word| is_clear(&text(at, word), 200, &mark);
        for (first, last, is) in [(0, 182, true), (187, 220, false), (230, 400, true)] {
            assert!((first..last).all(|at| clear(at, "mark") == is), "{first}");
        }
        assert!(clear(240, "mark"));
        assert!(!clear(201, "\\n.....................mark"), "text is shorter than what it was made of");
        assert!(!clear(201, "\\u006dark") && clear(201, "\\u00e9"));
    }
}
