//! YAML: what stands behind a key, or indented under it, stands under its name.
//!
//! Goes by lines and indentation alone, which is what people write; flow collections, anchors and block scalars are
//! running text under the keys around them. Nothing is ever refused.

use super::labels::{Interned, Labels, ROOT};
use super::ranges::{ByLine, LineGrammar, Span, read};
use super::{Content, Format, ReadError, Sink, text::TEXT};

/// See the module.
#[derive(Debug)]
pub(super) struct Yaml;

/// Deepest nesting of keys that is followed.
const DEEPEST: usize = 128;
/// Longest key, in bytes.
const LONGEST_KEY: usize = 200;

impl Format for Yaml {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn media_type(&self) -> &'static str {
        "application/yaml"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["yaml", "yml"]
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let starts = [&b"---\n"[..], b"---\r\n", b"%YAML "].iter().any(|start| content.head().starts_with(start));
        let named = matches!(content.extension().as_str(), "yaml" | "yml");
        (named || (starts && content.extension().is_empty())) && TEXT.recognizes(content)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        read(content, sink, ByLine::new(Lines::default()))
    }
}

/// Takes YAML line by line.
#[derive(Default)]
pub(super) struct Lines {
    labels: Labels,
    /// The keys around the line at hand: how far each is indented, and the path that ends with it.
    keys: Vec<(usize, Interned)>,
}

impl Lines {
    fn above(&self) -> Interned {
        self.keys.last().map_or(Interned { label: ROOT, exact: true }, |(_, path)| *path)
    }

    fn leave(&mut self, is_left: impl Fn(usize) -> bool) {
        while self.keys.last().is_some_and(|(indent, _)| is_left(*indent)) {
            self.keys.pop();
        }
    }
}

impl LineGrammar for Lines {
    fn line(&mut self, line: &[u8], spans: &mut Vec<Span>) {
        let end = line.trim_ascii_end().len();
        let mut indent = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if indent >= end || line[indent] == b'#' {
            return;
        }
        if line.starts_with(b"---") || line.starts_with(b"...") {
            return self.keys.clear();
        }
        let mut in_list = false;
        while let [b'-', b' ' | b'\t', ..] | [b'-'] = &line[indent..end] {
            // An item of a list may stand right under the key of the list.
            self.leave(|key| key > indent);
            in_list = true;
            indent += 1;
            indent += line[indent..end].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        }
        let Some((key, behind)) = key(&line[indent..end]) else {
            if !in_list {
                self.leave(|key| key >= indent);
            }
            let label = self.above().label;
            return spans.extend((label != ROOT).then_some(Span { part: indent..end, label }));
        };
        self.leave(|key| key >= indent);
        let path = self.labels.intern(self.above(), key);
        if self.keys.len() < DEEPEST {
            self.keys.push((indent, path));
        }
        let value = indent + behind;
        let start = value + (line[value..end].len() - line[value..end].trim_ascii_start().len());
        spans.push(Span { part: start..end, label: path.label });
    }

    fn labels(&self) -> &Labels {
        &self.labels
    }
}

/// The key at the start of a text, and where what follows its colon begins.
fn key(text: &[u8]) -> Option<(&[u8], usize)> {
    let is_end = |at: usize| text.get(at + 1).is_none_or(|b| matches!(b, b' ' | b'\t'));
    let (key, colon) = match text {
        [quote @ (b'"' | b'\''), rest @ ..] => {
            let close = memchr::memchr(*quote, rest)?;
            let spaces = rest[close + 1..].iter().take_while(|b| **b == b' ').count();
            (&rest[..close], close + 2 + spaces)
        }
        [b'{' | b'[' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`' | b',' | b'?', ..] => return None,
        _ => {
            let near = &text[..text.len().min(LONGEST_KEY)];
            let colon = memchr::memchr_iter(b':', near).find(|at| is_end(*at))?;
            (text[..colon].trim_ascii(), colon)
        }
    };
    (text.get(colon) == Some(&b':') && is_end(colon) && !key.is_empty() && key.len() <= LONGEST_KEY)
        .then_some((key, colon + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ranges::tests::shown;

    fn lines(text: &str) -> Vec<String> {
        shown(text, || ByLine::new(Lines::default()))
    }

    #[test]
    fn values_stand_under_the_keys_around_them() {
        let text = "# c\ncustomer:\n  name: Ann  # x\n  ids:\n  - ssn: 1\n    tax: 2\n  - 3\n  last: 4\nend: 5\n";
        let expected = [
            "customer.name > Ann  # x",
            "customer.ids.ssn > 1",
            "customer.ids.tax > 2",
            "customer.ids > 3",
            "customer.last > 4",
            "end > 5",
        ];
        assert_eq!(lines(text), expected);
        assert_eq!(lines(&text.replace('\n', "\r\n")), expected);
    }

    #[test]
    fn scalars_of_several_lines_and_documents() {
        assert_eq!(lines("key: |\n  one\n\n  two\nnext: 1\n"), ["key > |", "key > one", "key > two", "next > 1"]);
        assert_eq!(lines("a:\n  b: 1\n---\n  c: 2\n"), ["a.b > 1", "c > 2"]);
        assert_eq!(lines("ssns:\n- 1\n- - 2\n"), ["ssns > 1", "ssns > 2"]);
        assert_eq!(lines("\"odd: key\": 1\n'x' : 2\nurl: http://x:1\n"), ["odd: key > 1", "x > 2", "url > http://x:1"]);
        assert_eq!(lines("plain\n- item\n12:30\n"), Vec::<String>::new());
    }

    #[test]
    fn nesting_is_bounded() {
        let text: Vec<String> = (0..2000).map(|n| " ".repeat(n) + "k:\n").collect();
        let text = text.concat();
        lines(&text);
        let mut grammar = Lines::default();
        text.lines().for_each(|line| grammar.line(line.as_bytes(), &mut Vec::new()));
        assert_eq!(grammar.keys.len(), DEEPEST);
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_the_same_ranges_in_any_pieces(text in "[a:\\-\"'#|{ \r\né]{0,60}") {
            lines(&text);
        }
    }
}
