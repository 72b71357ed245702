//! Lays the text of elements: paragraphs as lines, and what hangs on a paragraph (notes, comments, text boxes, field codes,
//! deleted words) behind it, so that it cuts nothing in two.
//!
//! Which element means what is in [`super::vocabulary`]. Knows no places.

use super::vocabulary::{Kind, Vocabulary};
use super::xml::Tag;
use crate::formats::references::decode_into;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Elements inside one another whose kind is remembered.
const DEPTH: usize = 256;
/// Bytes that wait for the end of their paragraph.
const MOST_ASIDE: usize = 1 << 20;
/// Different values of attributes that are remembered, to give each once.
const MOST_SEEN: usize = 4096;
/// Characters before a deletion that are given with it: the keyword may stand there.
pub(super) const CONTEXT: usize = 40;

/// Text under way.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) text: Vec<u8>,
    /// What comes before the next text.
    pending: Option<u8>,
    /// How much waited when it began.
    mark: usize,
}

impl Flow {
    fn separate(&mut self, byte: u8) {
        // A break is not undone by a space, nor a row by a cell.
        self.pending = match (self.pending, byte) {
            (Some(before), b' ') => Some(before),
            _ => Some(byte),
        };
    }

    /// Makes sure that what comes next is on a line of its own, unless something else was to come before it.
    fn need_line(&mut self) {
        self.pending.get_or_insert(b'\n');
    }

    fn begin(&mut self) {
        if let Some(byte) = self.pending.take()
            && !self.text.is_empty()
            && !(byte == b'\n' && self.text.ends_with(b"\n"))
        {
            self.text.push(byte);
        }
    }
}

/// Lays text by a vocabulary's rules.
pub(super) struct Layout {
    vocabulary: Vocabulary,
    /// The kinds of the open elements, and how many more are open than are remembered.
    open: Vec<Kind>,
    deeper: u64,
    /// The text itself, then asides inside one another.
    pub(super) flows: Vec<Flow>,
    /// What waits for the end of the paragraph.
    waiting: Vec<u8>,
    /// Deleted words, and codes of fields.
    deleted: Vec<u8>,
    code: Vec<u8>,
    /// The first of two versions of the same content.
    choice: Option<Vec<u8>>,
    seen: HashSet<u64>,
    /// Whether the next text was just named.
    is_named: bool,
}

impl Layout {
    pub(super) fn new(vocabulary: Vocabulary) -> Self {
        Self {
            vocabulary,
            open: Vec::new(),
            deeper: 0,
            flows: vec![Flow::default()],
            waiting: Vec::new(),
            deleted: Vec::new(),
            code: Vec::new(),
            choice: None,
            seen: HashSet::new(),
            is_named: false,
        }
    }

    fn flow(&mut self) -> &mut Flow {
        if self.flows.is_empty() {
            self.flows.push(Flow::default());
        }
        let last = self.flows.len() - 1;
        &mut self.flows[last]
    }

    pub(super) fn start(&mut self, tag: &Tag<'_>) {
        let parent = self.open.last().copied().unwrap_or(Kind::Loose);
        let kind = self.vocabulary.kind(tag.name, parent);
        match kind {
            Kind::Paragraph | Kind::Row => self.flow().need_line(),
            Kind::Break => self.flow().separate(b'\n'),
            Kind::Tab => self.flow().separate(b'\t'),
            Kind::Space => self.flow().separate(b' '),
            Kind::Hyphen => lay(b"-", true, self.flow()),
            Kind::Aside | Kind::Choice | Kind::Fallback if self.open.len() < DEPTH => {
                let mark = self.waiting.len();
                self.flows.push(Flow { mark, ..Flow::default() });
            }
            Kind::FieldEnd => self.flush_code(),
            _ => {}
        }
        for (name, value) in tag.attributes() {
            if self.vocabulary.is_text(tag.name, name, value) {
                self.attribute(value);
            } else if self.vocabulary.is_name(tag.name, name) {
                let flow = self.flow();
                flow.separate(b'\n');
                flow.begin();
                decode_into(value, &mut flow.text);
                flow.text.extend_from_slice(b": ");
                self.is_named = true;
            }
        }
        if self.open.len() < DEPTH {
            self.open.push(kind);
        } else {
            self.deeper += 1;
        }
    }

    pub(super) fn end(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(kind) = self.open.pop() else { return };
        match kind {
            Kind::Paragraph => self.end_paragraph(),
            Kind::Cell => self.flow().separate(b'\t'),
            Kind::Row => self.flow().separate(b'\n'),
            Kind::Aside | Kind::Choice | Kind::Fallback => self.end_aside(kind),
            _ => {}
        }
    }

    pub(super) fn text(&mut self, raw: &[u8], is_raw: bool) {
        let kind = self.open.last().copied().unwrap_or(Kind::Loose);
        match kind {
            Kind::Dropped => {}
            Kind::Deleted => self.delete(raw, is_raw),
            Kind::Code => {
                append(raw, is_raw, &mut self.code);
                if self.code.len() > MOST_ASIDE {
                    self.flush_code();
                }
            }
            Kind::Joined | Kind::Paragraph | Kind::Cell | Kind::Aside => {
                self.flush_deleted();
                let collapses = self.vocabulary.collapses();
                let flow = self.flow();
                if collapses {
                    collapse(raw, is_raw, flow);
                } else {
                    lay(raw, is_raw, flow);
                }
                self.bound();
            }
            _ => {
                if raw.trim_ascii().is_empty() {
                    return;
                }
                let is_named = std::mem::take(&mut self.is_named);
                let flow = self.flow();
                if !is_named {
                    flow.separate(b'\n');
                }
                lay(raw, is_raw, flow);
                flow.separate(b'\n');
                self.bound();
            }
        }
    }

    /// Gives the value of an attribute once, behind the paragraph.
    fn attribute(&mut self, value: &[u8]) {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        let is_known = !self.seen.insert(hasher.finish());
        if self.seen.len() > MOST_SEEN {
            self.seen.clear();
        }
        if !is_known && !value.trim_ascii().is_empty() {
            decode_into(value, &mut self.waiting);
            self.waiting.push(b'\n');
            self.settle();
        }
    }

    fn delete(&mut self, raw: &[u8], is_raw: bool) {
        if self.deleted.is_empty() {
            let context = context(&self.flow().text).to_vec();
            self.deleted = context;
        }
        append(raw, is_raw, &mut self.deleted);
        if self.deleted.len() > MOST_ASIDE {
            self.flush_deleted();
        }
    }

    fn flush_deleted(&mut self) {
        if !self.deleted.is_empty() {
            self.waiting.append(&mut self.deleted);
            self.waiting.push(b'\n');
            self.settle();
        }
    }

    fn flush_code(&mut self) {
        if !self.code.is_empty() {
            self.waiting.append(&mut self.code);
            self.waiting.push(b'\n');
            self.settle();
        }
    }

    fn end_paragraph(&mut self) {
        self.flush_deleted();
        self.flush_code();
        self.flow().separate(b'\n');
        if self.flows.len() <= 1 {
            self.give_waiting();
        }
    }

    /// What waits is given at once when no paragraph is open, or when it is too much to wait.
    fn settle(&mut self) {
        let in_paragraph = self.open.iter().any(|kind| matches!(kind, Kind::Paragraph | Kind::Joined));
        if (!in_paragraph && self.flows.len() <= 1) || self.waiting.len() > MOST_ASIDE {
            self.give_waiting();
        }
    }

    fn give_waiting(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        if let Some(flow) = self.flows.first_mut() {
            flow.separate(b'\n');
            flow.begin();
            flow.text.append(&mut waiting);
            flow.pending = None;
        }
    }

    fn end_aside(&mut self, kind: Kind) {
        self.flush_deleted();
        if self.flows.len() <= 1 {
            return;
        }
        let Some(flow) = self.flows.pop() else { return };
        if !flow.text.is_empty() {
            self.waiting.extend_from_slice(&flow.text);
            self.waiting.push(b'\n');
        }
        let mark = flow.mark.min(self.waiting.len());
        match kind {
            Kind::Choice => self.choice = Some(self.waiting[mark..].to_vec()),
            Kind::Fallback if self.choice.as_deref() == Some(&self.waiting[mark..]) => self.waiting.truncate(mark),
            _ => {}
        }
        self.settle();
    }

    /// Lets go of an aside that is too long to wait.
    fn bound(&mut self) {
        if self.flows.len() > 1 && self.flow().text.len() > MOST_ASIDE {
            let text = std::mem::take(&mut self.flow().text);
            self.waiting.extend_from_slice(&text);
            self.give_waiting();
        }
    }

    pub(super) fn finish(&mut self) {
        self.flush_deleted();
        self.flush_code();
        while self.flows.len() > 1 {
            self.end_aside(Kind::Aside);
        }
        self.give_waiting();
        self.flow().pending = Some(b'\n');
        self.flow().begin();
    }
}

fn append(raw: &[u8], is_raw: bool, into: &mut Vec<u8>) {
    if is_raw { into.extend_from_slice(raw) } else { decode_into(raw, into) }
}

fn lay(raw: &[u8], is_raw: bool, flow: &mut Flow) {
    if !raw.is_empty() {
        flow.begin();
        append(raw, is_raw, &mut flow.text);
    }
}

/// Lays text in which any white space is one space.
fn collapse(raw: &[u8], is_raw: bool, flow: &mut Flow) {
    for (index, word) in raw.split(u8::is_ascii_whitespace).enumerate() {
        if index > 0 && flow.pending.is_none() && !flow.text.is_empty() {
            flow.separate(b' ');
        }
        lay(word, is_raw, flow);
    }
}

/// The last words of a line, behind the last one that could be data itself.
fn context(text: &[u8]) -> &[u8] {
    let line = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
    let mut start = text.len().saturating_sub(CONTEXT).max(line);
    while start < text.len() && text[start] & 0xC0 == 0x80 {
        start += 1;
    }
    let tail = &text[start..];
    let data = tail.iter().rposition(|b| b.is_ascii_digit() || *b == b'@').map_or(0, |at| at + 1);
    &tail[data..]
}
