//! Tables drawn with bars and hyphens, as database clients and Markdown write them: a cell stands under its column's name.
//!
//! The text around the tables, and the tables themselves, stay running text, located by lines.

use super::labels::{Interned, Labels, ROOT};
use super::ranges::{ByLine, LineGrammar, Span, read};
use super::{Content, Format, ReadError, Sink, text::TEXT};
use crate::decode::head_text;
use std::ops::Range;

/// See the module.
#[derive(Debug)]
pub(super) struct Drawn;

/// Lines in which the first table of a text must begin, unless its name says that there may be one anywhere.
const FIRST_LINES: usize = 12;
/// Longest line that can be a header, in bytes.
const LONGEST_HEADER: usize = 4 << 10;

impl Format for Drawn {
    fn name(&self) -> &'static str {
        "table"
    }

    fn media_type(&self) -> &'static str {
        "text/plain"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["md", "markdown"]
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let anywhere = matches!(content.extension().as_str(), "md" | "markdown");
        let head = content.head();
        let text = head_text(if anywhere { head } else { &head[..head.len().min(8 << 10)] }, content.encoding_wide());
        let most = if anywhere { usize::MAX } else { FIRST_LINES };
        has_table(&text, most) && TEXT.recognizes(content)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        read(content, sink, ByLine::new(Lines::default()))
    }
}

/// Whether a line with bars and then a rule come among so many lines.
fn has_table(text: &[u8], most: usize) -> bool {
    let mut has_bars = false;
    text.split(|b| matches!(b, b'\n' | b'\r')).filter(|line| !line.is_empty()).take(most).any(|line| {
        let is_under = has_bars && is_rule(line);
        has_bars = memchr::memchr(b'|', line).is_some() && !is_rule(line);
        is_under
    })
}

/// Whether a line only parts a header from its rows: `---+---`, `|:--|--:|`, `+====+`.
fn is_rule(line: &[u8]) -> bool {
    line.iter().all(|b| b"-+|=: \t".contains(b))
        && line.windows(2).any(|two| matches!(two, b"--" | b"=="))
        && line.iter().any(|b| matches!(b, b'+' | b'|'))
}

/// The cells of a line between its bars, without the white space around them.
fn cells(line: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    line.split(|b| *b == b'|').map(move |cell| {
        let from = start + cell.len() - cell.trim_ascii_start().len();
        let to = from + cell.trim_ascii().len();
        start += cell.len() + 1;
        from..to
    })
}

/// Takes lines, and knows the header of the table that they are in.
#[derive(Default)]
struct Lines {
    labels: Labels,
    /// The line before, if it can be a header.
    before: Vec<u8>,
    /// Labels of the columns; empty outside of tables.
    columns: Vec<u32>,
}

impl LineGrammar for Lines {
    fn line(&mut self, line: &[u8], spans: &mut Vec<Span>) {
        let has_bars = memchr::memchr(b'|', line).is_some();
        if is_rule(line) {
            if self.columns.is_empty() && !self.before.is_empty() {
                let top = Interned { label: ROOT, exact: true };
                let names: Vec<&[u8]> = cells(&self.before).map(|cell| &self.before[cell]).collect();
                self.columns = names.into_iter().map(|name| self.labels.intern(top, name).label).collect();
            }
            return self.before.clear();
        }
        self.before.clear();
        if !has_bars {
            return self.columns.clear();
        }
        if self.columns.is_empty() {
            self.before.extend_from_slice(line.get(..LONGEST_HEADER.min(line.len())).unwrap_or_default());
            return;
        }
        let cells = cells(line).zip(&self.columns).filter(|(cell, _)| !cell.is_empty());
        spans.extend(cells.map(|(part, label)| Span { part, label: *label }));
    }

    fn labels(&self) -> &Labels {
        &self.labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ranges::tests::shown;

    fn lines(text: &str) -> Vec<String> {
        shown(text, || ByLine::new(Lines::default()))
    }

    #[test]
    fn cells_stand_under_their_columns() {
        let expected = ["id > 1", "my ssn > 2", "id > 3"];
        for text in [
            " id | my ssn\n----+--------\n  1 | 2\n  3 |\n(2 rows)\n\n a | b\n",
            "+----+--------+\r\n| id | my ssn |\r\n+----+--------+\r\n| 1  | 2 |\r\n| 3 | |\r\n+----+--------+\r\n",
            "# Title\n\n| id | my ssn |\n|---|:--:|\n| 1 | 2 |\n| 3 | |\n\ntext | more\n",
        ] {
            assert_eq!(lines(text), expected, "{text}");
            assert!(Drawn.recognizes(&mut Content::memory(b"x", text.as_bytes().to_vec())), "{text}");
        }
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in ["", "a | b\nc | d\n", "a\n-----\nb\n", "+----+\nhello\n", "ls | wc -l\n--\n"] {
            assert_eq!(lines(text), Vec::<String>::new(), "{text}");
            assert!(!Drawn.recognizes(&mut Content::memory(b"x", text.as_bytes().to_vec())), "{text}");
        }
        let late = format!("{}| a |\n|---|\n| 1 |\n", "text\n".repeat(100));
        assert!(!Drawn.recognizes(&mut Content::memory(b"x", late.clone().into_bytes())));
        assert!(Drawn.recognizes(&mut Content::memory(b"x.md", late.into_bytes())));
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_the_same_ranges_in_any_pieces(text in "[a|+ \\-\r\né]{0,60}") {
            lines(&text);
        }
    }
}
