//! Which lines of a text were added or changed.
//!
//! Lines end as everywhere in this program: with CRLF, LF or a lone CR. So the numbers are those of a match's position.

use crate::location::Lines;
use imara_diff::{Algorithm, Diff, InternedInput};

/// Larger contents are not compared, in bytes: all their lines count.
const LARGEST: usize = 64 << 20;

/// The lines of `after` that are not in `before`; none where lines mean nothing, and all that is found counts.
pub(super) fn added(before: &[u8], after: &[u8]) -> Option<Lines> {
    if !has_lines(before) || !has_lines(after) || before.len().max(after.len()) > LARGEST {
        return None;
    }
    let mut input = InternedInput::default();
    input.update_before(split(before));
    input.update_after(split(after));
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_lines(&input);
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for index in (0..input.after.len() as u32).filter(|index| diff.is_added(*index)) {
        let line = u64::from(index) + 1;
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == line => *last = line,
            _ => ranges.push((line, line)),
        }
    }
    Some(Lines::new(ranges))
}

/// Whether it is a text whose lines are those that a match is placed on. Archives and pictures have bytes that texts do
/// not; what is shown of a PDF or RTF file has other lines than the file.
fn has_lines(bytes: &[u8]) -> bool {
    let is_control = |b: &u8| *b < 0x20 && !matches!(*b, b'\t' | b'\n' | 0x0b | 0x0c | b'\r' | 0x1b);
    !bytes.iter().any(is_control) && !bytes.starts_with(b"%PDF") && !bytes.starts_with(b"{\\rt")
}

/// Lines with what ends them.
fn split(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let end = match memchr::memchr2(b'\n', b'\r', bytes) {
            Some(at) if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') => at + 2,
            Some(at) => at + 1,
            None => bytes.len(),
        };
        let (line, rest) = bytes.split_at(end);
        bytes = rest;
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::added;
    use crate::location::Lines;

    fn lines(before: &str, after: &str) -> Option<Lines> {
        added(before.as_bytes(), after.as_bytes())
    }

    #[test]
    fn added_and_changed_lines_count() {
        assert_eq!(lines("a\nb\nc\n", "a\nB\nc\nd\n"), Some(Lines::new(vec![(2, 2), (4, 4)])));
        assert_eq!(lines("a\nb\nc\n", "b\n"), Some(Lines::default()));
        assert_eq!(lines("a\rb\r", "a\rx\ry\rb\r"), Some(Lines::new(vec![(2, 3)])));
        assert_eq!(lines("a\nb\n", "a\r\nb\r\n"), Some(Lines::new(vec![(1, 2)])), "another line end is a change");
        assert_eq!(lines("", "a\nb"), Some(Lines::new(vec![(1, 2)])));
    }

    #[test]
    fn what_has_no_lines_counts_as_a_whole() {
        assert_eq!(lines("a\n", "a\0b\n"), None);
        assert_eq!(lines("%PDF-1.4\na\n", "%PDF-1.4\nb\n"), None);
        assert_eq!(lines("{\\rtf1 a}", "{\\rtf1 b}"), None);
    }
}
