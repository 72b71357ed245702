//! The tokens of a JSON text as fields, found piece by piece without recursion.
//!
//! Takes one value or many, one behind the other. What is not strictly JSON is `lenient`'s business.

use super::escape::{Escape, escape, special};
use super::frame::{Frame, ITSELF, LINES};
use super::paths::{Nodes, Way};
use crate::decode::{Edits, Raw, lay};
use crate::formats::labels::{Interned, LONGEST, Labels, ROOT};
use crate::text::{Block, Field, Label};

/// Deepest nesting that is followed.
const DEEPEST: usize = 256;

/// Names in a notebook whose arrays are the lines of one text.
const TEXTS: [&[u8]; 5] = [b"source", b"text", b"text/plain", b"text/html", b"text/markdown"];

/// What the bytes at hand are part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Outside all values.
    Top,
    /// Before a value; of an array that just opened when `first`, and then it may close as well.
    Value {
        first: bool,
    },
    /// Before a name; of an object that just opened when `first`.
    Key {
        first: bool,
    },
    Colon,
    /// Behind a value in a container.
    After,
    String {
        key: bool,
        quote: u8,
    },
    /// In a number longer than is checked.
    Number,
    /// In a comment; up to the end of the line, or not.
    Comment {
        line: bool,
    },
    /// Behind an error.
    Plain,
}

/// Why the rest of a text is plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Syntax,
    Depth,
}

/// What is wrong with a text: what the first time, on which line, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) why: Broken,
    pub(super) line: u64,
    pub(super) times: u64,
}

/// Finds tokens; knows where in the structure it is.
pub(super) struct Tokens {
    pub(super) labels: Labels,
    pub(super) nodes: Nodes,
    pub(super) damage: Option<Damage>,
    /// Bare words that no dialect knows.
    pub(super) loose: u64,
    /// Behind an error: whether another record may follow.
    pub(super) several: bool,
    /// What the comment at hand stands in.
    pub(super) resume: State,
    /// Up to this raw offset, line breaks in a string are part of it.
    pub(super) closes_at: u64,
    /// In a notebook, where running text is kept as arrays of lines: raw offset behind the last string.
    pub(super) notebook: Option<u64>,
    /// Values at the top that began.
    pub(super) values: u64,
    /// Whether a value at the top went over a line break, or two stood on one line.
    pub(super) spread: bool,
    /// Whether records count by lines.
    pub(super) by_line: bool,
    /// Line breaks so far, and up to the last value at the top.
    pub(super) lines: u64,
    pub(super) last_line: Option<u64>,
    pub(super) state: State,
    pub(super) stack: Vec<Frame>,
    /// Open containers at most.
    pub(super) deepest: usize,
    /// The field at hand, its end left open.
    pub(super) field: Field,
    /// Node of the value at hand, when it has one of its own.
    pub(super) own: Option<u64>,
    /// The last name, where it is not the raw text of one piece.
    pub(super) key: Vec<u8>,
}

/// One call's work: what is read, and where it goes.
pub(super) struct Run<'a> {
    pub(super) raw: &'a Raw<'a>,
    pub(super) edits: &'a mut Edits,
    pub(super) block: &'a mut Block,
    pub(super) at: usize,
    /// Raw bytes up to here are in the block.
    copied: usize,
    /// Where the name at hand starts, if it is plain and all in this piece.
    key_from: Option<usize>,
    /// Where this piece of the text starts.
    start: u64,
}

impl<'a> Run<'a> {
    fn new(raw: &'a Raw<'a>, edits: &'a mut Edits, block: &'a mut Block) -> Self {
        let start = edits.text_of(raw.at);
        Self { raw, edits, block, at: 0, copied: 0, key_from: None, start }
    }

    pub(super) fn text_at(&self, at: usize) -> u64 {
        self.edits.text_of(self.raw.at + at as u64)
    }

    fn flush(&mut self) {
        self.block.push(&self.raw.text[self.copied..self.at]);
        self.copied = self.at;
    }
}

impl Tokens {
    pub(super) fn new(by_line: bool) -> Self {
        Self {
            labels: Labels::default(),
            nodes: Nodes::default(),
            damage: None,
            loose: 0,
            several: false,
            resume: State::Top,
            closes_at: 0,
            notebook: None,
            values: 0,
            spread: false,
            by_line,
            lines: 0,
            last_line: None,
            state: State::Top,
            stack: Vec::new(),
            deepest: DEEPEST,
            field: Field { start: 0, end: 0, label: Label::NONE, text: 0, id: LINES },
            own: None,
            key: Vec::new(),
        }
    }

    /// Whether all containers are closed.
    pub(super) fn is_closed(&self) -> bool {
        self.stack.is_empty()
    }

    /// Gives raw text to the block as far as tokens are certain; returns how many bytes.
    pub(super) fn scan(&mut self, raw: &Raw<'_>, edits: &mut Edits, block: &mut Block) -> usize {
        let mut run = Run::new(raw, edits, block);
        self.go(&mut run);
        run.flush();
        match self.state {
            State::String { key, .. } => {
                self.give(&mut run);
                if key {
                    self.keep_key(&run);
                }
            }
            State::Number | State::Comment { .. } | State::Plain => self.give(&mut run),
            _ => {}
        }
        run.at
    }

    /// The same with raw text that is to end between two tokens, and an empty block; where nothing is replaced in it, it becomes
    /// the block's without being copied.
    pub(super) fn scan_whole(&mut self, raw: &mut Vec<u8>, at: u64, edits: &mut Edits, block: &mut Block) -> usize {
        let piece = Raw { text: raw, at, last: false };
        let mut run = Run::new(&piece, edits, block);
        self.go(&mut run);
        let used = run.at;
        if run.copied == 0 && used == raw.len() {
            std::mem::swap(raw, &mut block.text);
        } else {
            run.flush();
        }
        used
    }

    /// Goes from token to token as far as they are certain.
    fn go(&mut self, run: &mut Run<'_>) {
        while let Some(&byte) = run.raw.text.get(run.at) {
            if self.straight(run) {
                continue;
            }
            let certain = match self.state {
                State::String { key, quote } => self.string(run, key, quote),
                State::Number => self.number(run),
                State::Comment { line } => self.comment(run, line),
                State::Plain => self.plain(run),
                _ if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') => {
                    self.space(run);
                    true
                }
                _ if byte == b'/' => self.open_comment(run),
                _ => self.token(run, byte),
            };
            if !certain {
                break;
            }
        }
    }

    /// Handles the first byte of a token; false when more text is needed.
    fn token(&mut self, run: &mut Run<'_>, byte: u8) -> bool {
        let object = self.stack.last().is_some_and(|frame| frame.object);
        match (self.state, byte) {
            (State::Top | State::Value { .. }, b'{' | b'[') => self.open(run, byte == b'{'),
            (State::Top, b'"') | (State::Value { .. }, b'"' | b'\'') => self.open_string(run, byte),
            (State::Top | State::Value { .. }, b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => return self.literal(run),
            (State::Value { first: true }, b']') | (State::Key { .. }, b'}') => self.close(run),
            (State::Value { .. }, b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'$' | b'+' | b'.') => return self.bare(run),
            // A comma may stand behind the last value.
            (State::After | State::Value { first: false }, b']') if !object => self.close(run),
            (State::After, b'}') if object => self.close(run),
            (State::After, b',') => self.comma(run),
            (State::Key { .. }, b'"' | b'\'') => self.open_key(run, byte),
            (State::Colon, b':') => {
                run.at += 1;
                self.state = State::Value { first: false };
            }
            _ => self.fail(run, Broken::Syntax),
        }
        true
    }

    pub(super) fn comma(&mut self, run: &mut Run<'_>) {
        self.state = match self.stack.last_mut() {
            Some(frame) => {
                frame.index += 1;
                frame.behind_comma()
            }
            None => State::Value { first: false },
        };
        run.at += 1;
    }

    fn open_key(&mut self, run: &mut Run<'_>, quote: u8) {
        let label = self.stack.last().map_or(ROOT, |frame| frame.label.label);
        run.at += 1;
        self.field = Field { start: run.text_at(run.at), end: 0, label: Label(label), text: 0, id: LINES };
        self.key.clear();
        run.key_from = Some(run.at);
        self.state = State::String { key: true, quote };
    }

    fn open_string(&mut self, run: &mut Run<'_>, quote: u8) {
        let joined = self.join_lines(run);
        self.begin_value(run, 1);
        self.field.start = joined.unwrap_or(self.field.start);
        self.state = State::String { key: false, quote };
    }

    /// Goes through a string's content; false when more text is needed.
    fn string(&mut self, run: &mut Run<'_>, key: bool, quote: u8) -> bool {
        let rest = &run.raw.text[run.at..];
        let Some(length) = special(rest, quote) else {
            run.at = run.raw.text.len();
            return true;
        };
        run.at += length;
        match rest[length] {
            byte if byte == quote => {
                if !key && self.must_see_more(run) {
                    return false;
                }
                self.notebook = self.notebook.map(|_| run.raw.at + run.at as u64);
                if key {
                    self.end_key(run);
                    self.give(run);
                } else {
                    self.give(run);
                    self.end_value(run);
                }
                run.at += 1;
            }
            b'\\' => match escape(&rest[length..], run.raw.last) {
                Escape::Unknown => return false,
                Escape::None => run.at += 1,
                Escape::Character(raw_length, c) => {
                    run.flush();
                    let mut utf8 = [0; 4];
                    let utf8 = c.encode_utf8(&mut utf8).as_bytes();
                    run.edits.push(run.raw.at + run.at as u64, raw_length, utf8.len() as u8);
                    run.block.text.extend_from_slice(utf8);
                    run.at += usize::from(raw_length);
                    run.copied = run.at;
                    run.key_from = None;
                }
            },
            _ => match self.goes_on(run, quote).map(|goes_on| goes_on && !key) {
                None => return false,
                Some(true) => {
                    self.lines += 1;
                    self.spread = true;
                    run.at += 1;
                }
                Some(false) => {
                    self.give(run);
                    self.fail(run, Broken::Syntax);
                }
            },
        }
        true
    }

    /// Whether another line of a running text may follow this one beyond the piece.
    fn must_see_more(&self, run: &Run<'_>) -> bool {
        let is_running = self.stack.last().is_some_and(|frame| frame.is_running);
        let rest = run.raw.text.get(run.at + 1..).unwrap_or_default();
        let is_between = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',');
        is_running && !run.raw.last && rest.len() < usize::from(u8::MAX) && rest.iter().all(is_between)
    }

    /// Takes what stands between two lines of a running text out of the way; where the text begins, if it did.
    fn join_lines(&mut self, run: &mut Run<'_>) -> Option<u64> {
        let follows = self.stack.last().is_some_and(|frame| frame.is_running && frame.index > 0);
        let from = self.notebook.filter(|_| follows)?.checked_sub(run.raw.at)?;
        let from = usize::try_from(from).ok().filter(|from| *from >= run.copied)?;
        let open = run.at + 1;
        let length = u8::try_from(open - from).ok()?;
        run.at = from;
        run.flush();
        run.edits.push(run.raw.at + from as u64, length, 0);
        (run.at, run.copied) = (open - 1, open);
        Some(self.field.start)
    }

    /// Gives the value at hand, which opens at an offset, a node; its number, and its label. Counts records.
    #[inline]
    fn open_node(&mut self, at: u64) -> (u64, Interned) {
        let Some(frame) = self.stack.last() else {
            let index = if self.by_line { self.lines } else { self.values };
            self.spread |= self.last_line == Some(self.lines);
            self.values += 1;
            let node = self.nodes.open(u64::MAX, Way::Record(index), at);
            return (node, Interned { label: ROOT, exact: true });
        };
        let way = frame.way().unwrap_or(Way::Own);
        let node = self.nodes.open(frame.node, way, at);
        if way == Way::Own {
            self.nodes.keep_name(node, &self.key);
        }
        (node, frame.value)
    }

    /// Starts the field of a value that begins `skip` bytes further on.
    pub(super) fn begin_value(&mut self, run: &mut Run<'_>, skip: usize) {
        run.at += skip;
        let start = run.text_at(run.at);
        let known = self.stack.last().and_then(|frame| Some((frame.value, frame.id()?)));
        let (label, id) = known.unwrap_or_else(|| {
            let (node, label) = self.open_node(start);
            self.own = Some(node);
            (label, node << 32 | u64::from(ITSELF))
        });
        self.field = Field { start, end: start, label: Label(label.label), text: 0, id };
    }

    pub(super) fn end_value(&mut self, run: &Run<'_>) {
        if let Some(node) = self.own.take() {
            self.nodes.close(node, run.text_at(run.at));
        }
        self.state = self.behind_value();
    }

    /// What stands behind a value that ended.
    pub(super) fn behind_value(&mut self) -> State {
        if !self.stack.is_empty() {
            return State::After;
        }
        self.last_line = Some(self.lines);
        State::Top
    }

    pub(super) fn open(&mut self, run: &mut Run<'_>, object: bool) {
        if self.stack.len() >= self.deepest {
            return self.fail(run, Broken::Depth);
        }
        let (node, label) = self.open_node(run.text_at(run.at));
        let is_running = self.notebook.is_some() && !object && TEXTS.contains(&self.labels.name(label.label));
        let frame = Frame { is_running, ..Frame::new(object, label, node) };
        self.state = frame.behind_opening();
        self.stack.push(frame);
        run.at += 1;
    }

    pub(super) fn close(&mut self, run: &mut Run<'_>) {
        if let Some(frame) = self.stack.pop() {
            self.nodes.close(frame.node, run.text_at(run.at));
        }
        run.at += 1;
        self.end_value(run);
    }

    /// Gives the field at hand as far as it goes.
    pub(super) fn give(&self, run: &mut Run<'_>) {
        let end = run.text_at(run.at);
        if end > self.field.start {
            lay(&mut run.block.fields, Field { end, ..self.field });
        }
    }

    /// Keeps the part of a name that is in this piece.
    fn keep_key(&mut self, run: &Run<'_>) {
        let from = self.field.start.max(run.start).saturating_sub(run.block.base);
        let part = run.block.text.get(from as usize..).unwrap_or_default();
        let room = (LONGEST + 1).saturating_sub(self.key.len());
        self.key.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn end_key(&mut self, run: &mut Run<'_>) {
        let plain = run.key_from.take().map(|from| &run.raw.text[from..run.at]);
        if plain.is_none() {
            run.flush();
            self.keep_key(run);
        }
        if let Some(frame) = self.stack.last_mut() {
            frame.value = self.labels.intern(frame.label, plain.unwrap_or(&self.key));
            // The names of a path are all in its number.
            self.field.text = if frame.value.exact { frame.value.label } else { 0 };
            if let Some(plain) = plain.filter(|_| !frame.value.exact) {
                self.key.extend_from_slice(&plain[..plain.len().min(LONGEST)]);
            }
        }
        self.state = State::Colon;
    }
}
