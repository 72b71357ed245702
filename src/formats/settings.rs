//! Settings: lines of `KEY=VALUE` (`.env`, properties, INI, TOML, shell) or `key: value`, each value under its key and the
//! section that it stands in.
//!
//! Knows no dialect: what the value means, what is quoted or escaped, is nothing to it. The lines stay running text.

use super::labels::{Interned, Labels, ROOT};
use super::ranges::{ByLine, LineGrammar, Span, read};
use super::{Content, Format, ReadError, Sink, text::TEXT};
use crate::decode::head_text;

/// See the module.
#[derive(Debug)]
pub(super) struct Settings;

/// Names of files that are settings whatever they hold.
const EXTENSIONS: &[&str] = &["env", "properties", "ini", "cfg", "conf", "toml"];
/// Longest key, in bytes, and in words.
const LONGEST_KEY: usize = 120;
const MOST_WORDS: usize = 4;
/// Lines that a value without its closing quote or bracket may go on for.
const MOST_LINES: usize = 200;
/// Lines that are looked at to tell settings by their content.
const SAMPLE: usize = 50;

impl Format for Settings {
    fn name(&self) -> &'static str {
        "settings"
    }

    fn media_type(&self) -> &'static str {
        "text/plain"
    }

    fn extensions(&self) -> &'static [&'static str] {
        EXTENSIONS
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        (is_named(content) || is_settings(content)) && TEXT.recognizes(content)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        read(content, sink, ByLine::new(Lines::default()))
    }
}

/// Whether the name is one of settings: `.env`, `.env.local`, `prod.env`, `my.ini`.
fn is_named(content: &Content<'_>) -> bool {
    let name = content.name().rsplit(|b| *b == b'/').next().unwrap_or_default();
    EXTENSIONS.contains(&content.extension().as_str()) || name == b".env" || name.starts_with(b".env.")
}

/// Whether nearly all of the first lines are settings. A text that is none is left after two or three.
fn is_settings(content: &Content<'_>) -> bool {
    let head = &content.head()[..content.head().len().min(8 << 10)];
    let text = head_text(head, content.encoding_wide());
    let (mut good, mut bad, mut plain) = (0_usize, 0_usize, 0_usize);
    for line in text.split(|b| *b == b'\n' || *b == b'\r').take(SAMPLE) {
        let line = line.trim_ascii();
        if line.is_empty() || matches!(line, [b'#' | b';', ..]) || section(line).is_some() {
            continue;
        }
        match pair(line) {
            Some(pair) if pair.is_plain && !pair.value.is_empty() => {
                good += 1;
                plain += usize::from(pair.separator == b'=');
            }
            _ => bad += 1,
        }
        if bad > 1 + good / 9 {
            return false;
        }
    }
    // A single `note: something` is prose; a single `KEY=VALUE` is not.
    good > 8 * bad && (good > 1 || plain > 0)
}

/// What a line that sets something says.
struct Pair<'a> {
    key: &'a [u8],
    /// Where in the line the value stands.
    value: std::ops::Range<usize>,
    separator: u8,
    /// Nothing about it is unusual: one word, and a space behind a colon.
    is_plain: bool,
}

/// The key and value on a line, if it has a key that reads like one.
fn pair(line: &[u8]) -> Option<Pair<'_>> {
    let start = line.len() - without_prefix(line).len();
    let rest = &line[start..];
    let near = &rest[..rest.len().min(LONGEST_KEY)];
    // A quoted key may hold a separator.
    let quoted = near.first().filter(|b| matches!(b, b'"' | b'\''));
    let from = quoted.and_then(|quote| memchr::memchr(*quote, &near[1..])).map_or(0, |at| at + 2);
    let at = from + near.get(from..)?.iter().position(|b| matches!(b, b'=' | b':'))?;
    let separator = rest[at];
    // `:=`, `+=`, `?=`, `=>`.
    let key = trim(&rest[..at]);
    let key = trim(key.strip_suffix(b"+").or(key.strip_suffix(b"?")).unwrap_or(key));
    let more = rest[at + 1..].iter().take_while(|b| matches!(b, b'=' | b'>')).count();
    let value = &rest[at + 1 + more..];
    let value_start = start + at + 1 + more + (value.len() - value.trim_ascii_start().len());
    let spaced = value.first().is_none_or(u8::is_ascii_whitespace);
    is_key(key).then(|| Pair {
        key,
        value: value_start..line.trim_ascii_end().len().max(value_start),
        separator,
        is_plain: more == 0 && !key.contains(&b' ') && (separator == b'=' || spaced),
    })
}

/// A line without what may stand before a key: a comment mark (what is set in a comment is data all the same), a command.
fn without_prefix(line: &[u8]) -> &[u8] {
    const COMMANDS: [&[u8]; 9] =
        [b"export ", b"set ", b"setenv ", b"declare -x ", b"ENV ", b"ARG ", b"const ", b"let ", b"var "];
    let mut rest = line.trim_ascii_start();
    while let [b'#' | b';' | b'!' | b'/', more @ ..] = rest {
        rest = more.trim_ascii_start();
    }
    let command = COMMANDS.iter().find_map(|command| rest.strip_prefix(*command));
    command.map_or(rest, <[u8]>::trim_ascii_start)
}

/// A key without white space and quotes around it.
fn trim(key: &[u8]) -> &[u8] {
    let key = key.trim_ascii();
    match key {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner,
        _ => key,
    }
}

fn is_key(key: &[u8]) -> bool {
    let fits = |b: &u8| b.is_ascii_alphanumeric() || !b.is_ascii() || b" _-./$[]@".contains(b);
    key.iter().any(|b| b.is_ascii_alphabetic() || !b.is_ascii())
        && key.iter().all(fits)
        && key.split(|b| *b == b' ').filter(|word| !word.is_empty()).count() <= MOST_WORDS
}

/// The name of a section, `[name]` or `[[name]]`.
fn section(line: &[u8]) -> Option<&[u8]> {
    let inner = line.trim_ascii().strip_prefix(b"[")?;
    let inner = inner.strip_prefix(b"[").unwrap_or(inner);
    let name = &inner[..memchr::memchr(b']', inner)?];
    (is_key(name) && !name.contains(&b'[')).then_some(name)
}

const TOP: Interned = Interned { label: ROOT, exact: true };

/// Takes settings line by line.
pub(super) struct Lines {
    labels: Labels,
    section: Interned,
    /// The value of an earlier line goes on: under which label, up to a line with which mark, and for how many lines at most.
    open: Option<(u32, &'static [u8], usize)>,
}

impl Default for Lines {
    fn default() -> Self {
        Self { labels: Labels::default(), section: TOP, open: None }
    }
}

impl LineGrammar for Lines {
    fn line(&mut self, line: &[u8], spans: &mut Vec<Span>) {
        if let Some((label, mark, left)) = self.open {
            spans.push(Span { part: 0..line.len(), label });
            let goes_on = if mark == b"\\" { line.ends_with(mark) } else { memchr::memmem::find(line, mark).is_none() };
            self.open = (goes_on && left > 0).then(|| (label, mark, left - 1));
            return;
        }
        if let Some(name) = section(line) {
            let parts = name.split(|b| *b == b'.').map(trim);
            self.section = parts.fold(TOP, |above, part| self.labels.intern(above, part));
            return;
        }
        let Some(pair) = pair(line) else { return };
        let label = self.labels.intern(self.section, pair.key).label;
        self.open = continuation(line, &line[pair.value.clone()]).map(|mark| (label, mark, MOST_LINES));
        spans.push(Span { part: pair.value, label });
    }

    fn labels(&self) -> &Labels {
        &self.labels
    }
}

/// The mark that ends a value which does not end on its line.
fn continuation(line: &[u8], value: &[u8]) -> Option<&'static [u8]> {
    const PAIRS: [(&[u8], &[u8]); 8] = [
        (b"\"\"\"", b"\"\"\""),
        (b"'''", b"'''"),
        (b"\"", b"\""),
        (b"'", b"'"),
        (b"`", b"`"),
        (b"[", b"]"),
        (b"(", b")"),
        (b"{", b"}"),
    ];
    if line.ends_with(b"\\") {
        return Some(b"\\");
    }
    let (open, close) = PAIRS.iter().find(|(open, _)| value.starts_with(open))?;
    memchr::memmem::find(&value[open.len()..], close).is_none().then_some(*close)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ranges::tests::shown;

    fn lines(text: &str) -> Vec<String> {
        shown(text, || ByLine::new(Lines::default()))
    }

    #[test]
    fn values_stand_under_their_keys_and_sections() {
        let text =
            "# a comment\nMYCARD=4006 \r\nexport DB_SSN=\"x\"\n\n[client.main]\nuser = Ann\n\"odd key\": 1\nno pair\n";
        let expected = ["MYCARD > 4006", "DB_SSN > \"x\"", "client.main.user > Ann", "client.main.odd key > 1"];
        assert_eq!(lines(text), expected);
        assert_eq!(lines("a+=1\nb := 2\n'c' => 3\n#D=4\n12:00\na b c d e: 5\n"), ["a > 1", "b > 2", "c > 3", "D > 4"]);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(crate::formats::ranges::tests::ranges(&utf16, || ByLine::new(Lines::default())).len(), 4);
    }

    #[test]
    fn values_go_on_over_lines() {
        assert_eq!(lines("a = \"one\ntwo\" # x\nb=1"), ["a > \"one", "a > two\" # x", "b > 1"]);
        assert_eq!(lines("a = [\n 1,\n]\nb=1"), ["a > [", "a >  1,", "a > ]", "b > 1"]);
        assert_eq!(lines("a=1,\\\r\n 2\r\nb=3"), ["a > 1,\\", "a >  2", "b > 3"]);
        let endless = format!("a='x\n{}b=1\n", "y\n".repeat(1000));
        assert_eq!(lines(&endless).last().unwrap(), "b > 1");
    }

    #[test]
    fn a_very_long_line_is_one_value() {
        let text = format!("first=1\rlong={}\r\nlast=2", "é".repeat(20_000));
        let found = lines(&text);
        assert_eq!((found.len(), found[1].len(), found[2].as_str()), (3, 40_000 + 7, "last > 2"));
    }

    #[test]
    fn settings_are_known_by_name_or_by_content() {
        let is = |name: &str, text: &str| {
            Settings.recognizes(&mut Content::memory(name.as_bytes(), text.as_bytes().to_vec()))
        };
        for name in [".env", "app/.env.local", "prod.env", "a.ini", "x.properties", "Cargo.toml"] {
            assert!(is(name, "anything"), "{name}");
        }
        for text in ["A=1", "# x\nA=1\nexport B=2\n\n[c]\nd=3\n", "name: Ann\nssn: 1\n"] {
            assert!(is("x", text), "{text}");
        }
        for text in ["", "Dear Ann,\nhow are you?", "note: this", "int a = 1;\nfoo();\nbar();\n", "a,b\n1,2\n"] {
            assert!(!is("x", text), "{text}");
        }
        assert!(!is("a.conf", "\u{0}\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_the_same_ranges_in_any_pieces(text in "[a=:\\[\\]\"'\\\\# \r\né]{0,60}") {
            lines(&text);
        }
    }
}
