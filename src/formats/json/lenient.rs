//! What is not strictly JSON: comments, broken records, raw line breaks in strings. All of it is still looked at.
//!
//! Dialects that people write are understood; what no dialect allows is plain text, up to the next record if records stand on
//! lines of their own.

use super::frame::LINES;
use super::tokens::{Broken, Damage, Run, State, Tokens};
use crate::text::{Field, Label};

/// Bytes behind a raw line break in which its string must close, and bytes behind the quote that must show it.
const LOOK_AHEAD: usize = 4096;
const BEHIND: usize = 256;

impl Tokens {
    /// Begins a comment; false when more text is needed.
    pub(super) fn open_comment(&mut self, run: &mut Run<'_>) -> bool {
        let line = match run.raw.text.get(run.at + 1) {
            Some(b'/') => true,
            Some(b'*') => false,
            None if !run.raw.last => return false,
            _ => {
                self.fail(run, Broken::Syntax);
                return true;
            }
        };
        self.resume = self.state;
        self.state = State::Comment { line };
        self.field = Field { start: run.text_at(run.at), end: 0, label: Label::NONE, text: 0, id: LINES };
        run.at += 2;
        true
    }

    /// Goes through a comment; false when more text is needed.
    pub(super) fn comment(&mut self, run: &mut Run<'_>, line: bool) -> bool {
        let rest = &run.raw.text[run.at..];
        let end: &[u8] = if line { b"\n" } else { b"*/" };
        let found = memchr::memmem::find(rest, end);
        // The star of `*/` may be the last byte so far.
        let length = found.unwrap_or(if line || run.raw.last { rest.len() } else { rest.len() - 1 });
        self.lines += memchr::memchr_iter(b'\n', &rest[..length]).count() as u64;
        run.at += length;
        if found.is_none() {
            return length > 0;
        }
        run.at += if line { 0 } else { end.len() };
        self.give(run);
        self.state = self.resume;
        true
    }

    /// Whether a string goes on behind the raw line break at hand; none when more text is needed.
    pub(super) fn goes_on(&mut self, run: &Run<'_>, quote: u8) -> Option<bool> {
        let here = run.raw.at + run.at as u64;
        if here < self.closes_at {
            return Some(true);
        }
        if self.on_lines() {
            return Some(false);
        }
        let text = &run.raw.text[run.at..];
        let near = &text[..text.len().min(LOOK_AHEAD)];
        let mut at = 0;
        while let Some(found) = near.get(at..).and_then(|rest| memchr::memchr2(quote, b'\\', rest)) {
            at += found;
            if near[at] == b'\\' {
                at += 2;
                continue;
            }
            let behind = &text[at + 1..text.len().min(at + 1 + BEHIND)];
            return match behind.trim_ascii_start().first() {
                Some(next) => {
                    let closes = matches!(next, b',' | b'}' | b']');
                    self.closes_at = if closes { here + at as u64 } else { self.closes_at };
                    Some(closes)
                }
                None if behind.len() < BEHIND && !run.raw.last => None,
                None => Some(false),
            };
        }
        if text.len() < LOOK_AHEAD && !run.raw.last { None } else { Some(false) }
    }

    /// Whether records stand on lines of their own, as far as is known.
    pub(super) fn on_lines(&self) -> bool {
        self.by_line || (self.values > 1 && !self.spread)
    }

    /// From here on all is plain text, up to the next record if there are several.
    pub(super) fn fail(&mut self, run: &mut Run<'_>, why: Broken) {
        let line = self.lines + 1;
        self.damage.get_or_insert(Damage { why, line, times: 0 }).times += 1;
        self.several = self.by_line || self.values > 1;
        self.state = State::Plain;
        self.field = Field { start: run.text_at(run.at), end: 0, label: Label::NONE, text: 0, id: LINES };
    }

    /// Goes through plain text to its end, or to a line that begins like a record; false when more text is needed.
    pub(super) fn plain(&mut self, run: &mut Run<'_>) -> bool {
        let rest = &run.raw.text[run.at..];
        let Some(length) = memchr::memchr(b'\n', rest).filter(|_| self.several) else {
            run.at = run.raw.text.len();
            return true;
        };
        run.at += length;
        match rest.get(length + 1) {
            None if !run.raw.last => return false,
            Some(b'{' | b'[') => {
                self.give(run);
                self.abandon(run);
            }
            _ => {}
        }
        self.lines += 1;
        run.at += 1;
        true
    }

    /// Leaves all that is open, for a new record.
    fn abandon(&mut self, run: &Run<'_>) {
        let at = run.text_at(run.at);
        let open = self.stack.drain(..).map(|frame| frame.node).chain(self.own.take());
        open.for_each(|node| self.nodes.close(node, at));
        self.state = State::Top;
        self.last_line = None;
    }

    /// What kept the text from being understood in full, once all of it was read. Says no word of it.
    pub(super) fn complaint(&self) -> Option<(Broken, String)> {
        let is_cut =
            !self.stack.is_empty() || !matches!(self.state, State::Top | State::Number | State::Comment { .. });
        match self.damage {
            Some(Damage { why: Broken::Depth, .. }) => {
                let detail = "nested deeper than 256 levels; the rest was read as plain text";
                Some((Broken::Depth, detail.to_owned()))
            }
            Some(Damage { why, line, .. }) if !self.several => {
                let detail = format!("no valid JSON from line {line} on: that was read as plain text");
                Some((why, detail))
            }
            Some(Damage { why, line, times }) => {
                let detail = format!("{times} records are no valid JSON, the first on line {line}: read as plain text");
                Some((why, detail))
            }
            None => {
                is_cut.then(|| (Broken::Syntax, format!("ends in the middle of a value, on line {}", self.lines + 1)))
            }
        }
    }
}
