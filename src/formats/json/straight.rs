//! The straight way through containers: names and values that are plain and whole, one behind the other. Most of most texts.
//!
//! Decides nothing of its own. Before anything else (an escape, a dialect's word, the end of what is at hand) it stops, and
//! that is read as a token like any other.

use super::escape::special;
use super::frame::{Frame, LINES};
use super::paths::Way;
use super::tokens::{Run, State, Tokens};
use crate::formats::labels::{Interned, LONGEST, Labels};
use crate::text::{Field, Label, Silent};
use wide::u8x16;

impl Tokens {
    /// Takes tokens as far as they are plain; whether there was one.
    pub(super) fn straight(&mut self, run: &mut Run<'_>) -> bool {
        let is_between = matches!(self.state, State::Key { .. } | State::Colon | State::Value { .. } | State::After);
        if !is_between || self.notebook.is_some() {
            return false;
        }
        let (text, fields, silent) = (run.raw.text, &mut run.block.fields, &run.block.silent);
        let shift = run.edits.text_of(run.raw.at + run.at as u64).wrapping_sub(run.at as u64);
        let mut here = Here { text, shift, at: run.at, state: self.state };
        'containers: loop {
            let is_deepest = self.stack.len() >= self.deepest;
            let Some(frame) = self.stack.last_mut() else { break };
            loop {
                if matches!(here.state, State::Key { .. })
                    && !here.name(frame, (&mut self.labels, &mut self.key), (fields, silent))
                {
                    break;
                }
                if here.state == State::Colon && !here.sign(b':', State::Value { first: false }) {
                    break;
                }
                if matches!(here.state, State::Value { .. }) {
                    if let Some(way) = here.opens(frame, is_deepest) {
                        let node = self.nodes.open(frame.node, way, here.offset());
                        let inner = Frame::new(text[here.at] == b'{', frame.value, node);
                        here.pass(inner.behind_opening());
                        self.stack.push(inner);
                        continue 'containers;
                    }
                    if !here.value(frame, fields) {
                        break;
                    }
                }
                if here.sign(b',', frame.behind_comma()) {
                    frame.index += 1;
                    continue;
                }
                if text.get(here.at) == Some(&frame.closing()) {
                    self.nodes.close(frame.node, here.offset());
                    self.stack.pop();
                    here.pass(self.behind_value());
                    continue 'containers;
                }
                break;
            }
            let Some(next) = self.behind_space(text, here.at) else { break };
            here.at = next;
        }
        let is_further = here.at > run.at;
        (run.at, self.state) = (here.at, here.state);
        is_further
    }

    /// Takes the space between two tokens.
    pub(super) fn space(&mut self, run: &mut Run<'_>) {
        run.at = self.behind_space(run.raw.text, run.at).unwrap_or(run.at);
    }

    /// The place behind the space that stands at one, if any does.
    fn behind_space(&mut self, text: &[u8], at: usize) -> Option<usize> {
        let space = text[at..].iter().take_while(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t'));
        let mut next = at;
        for byte in space {
            next += 1;
            if *byte == b'\n' {
                self.lines += 1;
                self.spread |= !self.stack.is_empty();
            }
        }
        (next > at).then_some(next)
    }
}

/// Where the straight way has come to.
struct Here<'r> {
    text: &'r [u8],
    /// What is added to a place of it for its offset; it wraps.
    shift: u64,
    at: usize,
    state: State,
}

impl Here<'_> {
    #[inline]
    fn offset(&self) -> u64 {
        self.shift.wrapping_add(self.at as u64)
    }

    /// Passes one byte.
    #[inline]
    fn pass(&mut self, state: State) {
        (self.at, self.state) = (self.at + 1, state);
    }

    /// The field of some bytes, from so many further on.
    #[inline]
    fn field(&self, skip: usize, length: usize, (label, text): (u32, u32), id: u64) -> Field {
        let start = self.offset() + skip as u64;
        Field { start, end: start + length as u64, label: Label(label), text, id }
    }

    /// Takes a name of an object; false if none is here that is plain.
    #[inline]
    fn name(
        &mut self,
        frame: &mut Frame,
        (labels, kept): (&mut Labels, &mut Vec<u8>),
        (fields, silent): (&mut Vec<Field>, &Silent),
    ) -> bool {
        let Some((value, length)) = name(labels, kept, frame.label, &self.text[self.at..]) else { return false };
        frame.value = value;
        // The names of a path are all in its number.
        let number = if value.exact { value.label } else { 0 };
        if length > 0 && !silent.contains(number) {
            fields.push(self.field(1, length, (frame.label.label, number), LINES));
        }
        (self.at, self.state) = (self.at + length + 2, State::Colon);
        true
    }

    /// Takes a string, number or word; false if none is here that is plain.
    #[inline]
    fn value(&mut self, frame: &Frame, fields: &mut Vec<Field>) -> bool {
        let Some((skip, length)) = plain(&self.text[self.at..]) else { return false };
        let Some(id) = frame.id() else { return false };
        if length > 0 {
            fields.push(self.field(skip, length, (frame.value.label, 0), id));
        }
        (self.at, self.state) = (self.at + length + 2 * skip, State::After);
        true
    }

    /// How the container that opens here is reached from the one around it; none if none does that may be opened as it is.
    #[inline]
    fn opens(&self, frame: &Frame, is_deepest: bool) -> Option<Way> {
        matches!(self.text.get(self.at)?, b'{' | b'[').then_some(())?;
        frame.way().filter(|_| !is_deepest)
    }

    /// Takes a sign and the blanks behind it; false if it is not here.
    ///
    /// The blanks as a loop are a branch, which the processor foresees: what follows does not wait for them.
    #[inline]
    fn sign(&mut self, sign: u8, state: State) -> bool {
        if self.text.get(self.at) != Some(&sign) {
            return false;
        }
        self.pass(state);
        while self.text.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        true
    }
}

/// The name at the start of a text, with what it comes to as the next under `above`, and its length without quotes. In `kept` if no label holds it.
#[inline]
fn name(labels: &mut Labels, kept: &mut Vec<u8>, above: Interned, text: &[u8]) -> Option<(Interned, usize)> {
    let [b'"', text @ ..] = text else { return None };
    if let Some(expected) = labels.expected(above, text) {
        return Some(expected);
    }
    let length = string(text)?;
    let value = labels.intern(above, &text[..length]);
    if !value.exact {
        kept.clear();
        kept.extend_from_slice(&text[..length.min(LONGEST)]);
    }
    Some((value, length))
}

/// The plain string, number or word at the start of a text: how many bytes its quote has, and it without quotes.
#[inline]
fn plain(text: &[u8]) -> Option<(usize, usize)> {
    let word = |word: &[u8]| text.starts_with(word).then_some(word.len());
    let length = match text.first()? {
        b'"' => return Some((1, string(&text[1..])?)),
        b'-' | b'0'..=b'9' => number(text)?,
        b't' => word(b"true")?,
        b'f' => word(b"false")?,
        b'n' => word(b"null")?,
        _ => return None,
    };
    BEHIND[usize::from(*text.get(length)?)].then_some((0, length))
}

/// How long a string is that ends in a text, and says what it says without an escape.
#[inline]
fn string(text: &[u8]) -> Option<usize> {
    special(text, b'"').filter(|at| text[*at] == b'"')
}

/// How long a number is that is no longer than most, and has no exponent.
#[inline]
fn number(text: &[u8]) -> Option<usize> {
    let sixteen = text.first_chunk::<16>()?;
    let x = u8x16::new(*sixteen);
    let digits = x.max(u8x16::splat(b'0')).min(u8x16::splat(b'9')).simd_eq(x).to_bitmask();
    let run = |from: usize| (!(digits >> from)).trailing_zeros() as usize;
    let sign = usize::from(sixteen[0] == b'-');
    let end = sign + run(sign);
    let is_whole = end == sign + 1 || (end > sign && sixteen[sign] != b'0');
    match sixteen.get(end)? {
        _ if !is_whole => None,
        b'.' => Some(end + 1 + Some(run(end + 1)).filter(|fraction| *fraction > 0)?),
        _ => Some(end),
    }
}

/// By byte: whether it may stand behind a value.
static BEHIND: [bool; 256] = {
    let signs = b",}] \n\r\t";
    let mut behind = [false; 256];
    let mut at = 0;
    while at < signs.len() {
        behind[signs[at] as usize] = true;
        at += 1;
    }
    behind
};
