//! Which elements are open, and so which names stand over a piece of text. How a tag is written is not known here.

use super::heads::Heads;
use super::tag::{Markup, attributes, markup};
use crate::decode::{Raw, lay};
use crate::formats::labels::{Interned, Labels, ROOT};
use crate::formats::ranges::Grammar;
use crate::text::{Field, Label};

/// Deepest nesting that is followed.
const DEEPEST: usize = 256;
/// Longest value of an attribute `name` or `key` that names what it stands beside, in bytes.
const LONGEST_NAME: usize = 120;
/// Elements of HTML that hold nothing, and elements that end where the next of their kind begins.
const VOID: &[&[u8]] = &[
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"source", b"track", b"wbr",
];
const REPEATED: &[&[u8]] = &[b"p", b"li", b"td", b"th", b"tr", b"dt", b"dd", b"option"];
/// Elements of HTML whose content is no markup.
const OPAQUE: &[&[u8]] = &[b"script", b"style"];

struct Element {
    name: Box<[u8]>,
    path: Interned,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In text: where it starts, if anything but white space came.
    Text(Option<u64>),
    /// At a `<`.
    Markup,
    /// In a comment or the like, up to this.
    Aside(&'static [u8]),
    /// In a data section: where its text starts.
    Data(u64),
}

/// Follows elements as they open and close.
pub(super) struct Elements {
    html: bool,
    labels: Labels,
    open: Vec<Element>,
    /// Elements opened beyond the deepest.
    beyond: u64,
    state: State,
    /// The tables of HTML that are open.
    heads: Heads,
}

impl Elements {
    pub(super) fn new(html: bool) -> Self {
        Self {
            html,
            labels: Labels::default(),
            open: Vec::new(),
            beyond: 0,
            state: State::Text(None),
            heads: Heads::default(),
        }
    }

    fn path(&self) -> Interned {
        self.open.last().map_or(Interned { label: ROOT, exact: true }, |element| element.path)
    }

    /// Whether the innermost element holds no markup but its own end.
    fn is_opaque(&self) -> bool {
        self.html && self.open.last().is_some_and(|element| OPAQUE.contains(&&*element.name))
    }

    fn give(ranges: &mut Vec<Field>, start: u64, end: u64, label: u32) {
        if label != ROOT && end > start {
            lay(ranges, Field { start, end, label: Label(label), text: 0, id: 0 });
        }
    }

    /// Goes through text up to the next `<`; returns how many bytes.
    fn text(&mut self, text: &[u8], at: u64, start: Option<u64>, ranges: &mut Vec<Field>) -> usize {
        let length = memchr::memchr(b'<', text).unwrap_or(text.len());
        let blank = text[..length].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let start = start.or((blank < length).then_some(at + blank as u64));
        if let Some(start) = start {
            Self::give(ranges, start, at + length as u64, self.path().label);
            self.heads.text(&text[..length]);
        }
        self.state = if length < text.len() { State::Markup } else { State::Text(start) };
        length
    }

    /// Handles what starts at a `<`; none when more text is needed.
    fn markup(&mut self, text: &[u8], raw: (u64, bool), ranges: &mut Vec<Field>) -> Option<usize> {
        let (at, last) = raw;
        let mut found = markup(text, last);
        let is_end = match &found {
            Markup::Unknown => true,
            Markup::Close { name, .. } => {
                self.open.last().is_some_and(|element| element.name.eq_ignore_ascii_case(&text[name.clone()]))
            }
            _ => false,
        };
        if self.is_opaque() && !is_end {
            found = Markup::Text;
        }
        self.state = State::Text(None);
        Some(match found {
            Markup::Unknown => {
                self.state = State::Markup;
                return None;
            }
            Markup::Text => {
                self.state = State::Text(Some(at));
                Self::give(ranges, at, at + 1, self.path().label);
                1
            }
            Markup::Aside { length, end } => {
                self.state = State::Aside(end);
                length
            }
            Markup::Data { length } => {
                self.state = State::Data(at + length as u64);
                length
            }
            Markup::Close { name, length } => {
                self.close(&text[name]);
                length
            }
            Markup::Open { name, attributes: within, length, empty } => {
                let path = self.begin(&text[name.clone()]);
                let path = self.attributes(text, &within, path, at, ranges);
                if !empty {
                    self.enter(&text[name], path);
                }
                length
            }
        })
    }

    /// The path of an element that begins.
    fn begin(&mut self, name: &[u8]) -> Interned {
        let name = self.spelled(name);
        if self.html && REPEATED.contains(&&*name) && self.open.last().is_some_and(|last| last.name == name) {
            self.open.pop();
        }
        let path = self.labels.intern(self.path(), &name);
        if !self.html {
            return path;
        }
        self.heads.begin(&name);
        // A cell stands under the name of its column, too.
        self.heads.column(&name).map_or(path, |column| self.labels.intern(path, column.as_bytes()))
    }

    /// Lays names over the values of attributes. An attribute `name` or `key` names what stands beside it and in its element.
    fn attributes(
        &mut self,
        text: &[u8],
        within: &std::ops::Range<usize>,
        element: Interned,
        at: u64,
        ranges: &mut Vec<Field>,
    ) -> Interned {
        let mut path = element;
        for (key, value) in attributes(text, within) {
            let (name, content) = (&text[key], &text[value.clone()]);
            let label = self.labels.intern(path, name).label;
            Self::give(ranges, at + value.start as u64, at + value.end as u64, label);
            let names = name.eq_ignore_ascii_case(b"name") || name.eq_ignore_ascii_case(b"key");
            if names && content.len() <= LONGEST_NAME {
                path = self.labels.intern(element, content);
            }
        }
        path
    }

    fn enter(&mut self, name: &[u8], path: Interned) {
        let name = self.spelled(name);
        if self.html && VOID.contains(&&*name) {
            return;
        }
        if self.open.len() < DEEPEST {
            self.open.push(Element { name, path });
        } else {
            self.beyond += 1;
        }
    }

    fn close(&mut self, name: &[u8]) {
        let name = self.spelled(name);
        self.heads.end(&name);
        // HTML leaves elements open: those beyond the deepest need not be closed either.
        if self.beyond > 0 && !self.html {
            self.beyond -= 1;
        } else if let Some(at) = self.open.iter().rposition(|element| element.name == name) {
            self.open.truncate(at);
        }
    }

    fn spelled(&self, name: &[u8]) -> Box<[u8]> {
        if self.html { name.to_ascii_lowercase().into() } else { name.into() }
    }

    /// Goes on to the end of a comment or data section: up to where its content goes, and up to where it does.
    fn until(text: &[u8], end: &[u8], last: bool) -> (usize, usize, bool) {
        match memchr::memmem::find(text, end) {
            Some(at) => (at, at + end.len(), true),
            None if last => (text.len(), text.len(), false),
            // The end may have begun.
            None => (text.len().saturating_sub(end.len() - 1), text.len().saturating_sub(end.len() - 1), false),
        }
    }
}

impl Grammar for Elements {
    fn scan(&mut self, raw: &Raw<'_>, ranges: &mut Vec<Field>) -> usize {
        let mut at = 0;
        while let Some(rest) = raw.text.get(at..).filter(|rest| !rest.is_empty()) {
            let here = raw.at + at as u64;
            at += match self.state {
                State::Text(start) => self.text(rest, here, start, ranges),
                State::Markup => match self.markup(rest, (here, raw.last), ranges) {
                    Some(length) => length,
                    None => break,
                },
                State::Aside(end) => {
                    let (_, length, closed) = Self::until(rest, end, raw.last);
                    if closed {
                        self.state = State::Text(None);
                    } else if length == 0 {
                        break;
                    }
                    length
                }
                State::Data(start) => {
                    let (content, length, closed) = Self::until(rest, b"]]>", raw.last);
                    Self::give(ranges, start, here + content as u64, self.path().label);
                    if closed {
                        self.state = State::Text(None);
                    } else if length == 0 {
                        break;
                    }
                    length
                }
            };
        }
        at
    }

    fn labels(&self) -> &Labels {
        &self.labels
    }

    fn has_references(&self) -> bool {
        true
    }
}
