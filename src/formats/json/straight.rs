//! The straight way through containers: names and values that are plain and whole, one behind the other. Most of most texts.
//!
//! Decides nothing of its own. Before anything else (an escape, a dialect's word, the end of what is at hand) it stops, and
//! that is read as a token like any other.

use super::escape::special;
use super::tokens::{DEEPEST, Frame, LINES, Run, State, Tokens};
use crate::formats::labels::{Interned, LONGEST, Labels};
use crate::text::{Field, Label};
use wide::u8x16;

impl Tokens {
    /// Takes tokens as far as they are plain; whether there was one.
    pub(super) fn straight(&mut self, run: &mut Run<'_>) -> bool {
        let (text, fields, silent) = (run.raw.text, &mut run.block.fields, &run.block.silent);
        let shift = run.edits.text_of(run.raw.at + run.at as u64).wrapping_sub(run.at as u64);
        let field = |at: usize, length: usize, (label, text): (u32, u32), id: u64| {
            let start = shift.wrapping_add(at as u64);
            Field { start, end: start + length as u64, label: Label(label), text, id }
        };
        let (from, mut at, mut state) = (run.at, run.at, self.state);
        let is_between = matches!(state, State::Key { .. } | State::Colon | State::Value { .. } | State::After);
        if !is_between || self.notebook.is_some() {
            return false;
        }
        'containers: loop {
            let depth = self.stack.len();
            let Some(frame) = self.stack.last_mut() else { break };
            loop {
                if matches!(state, State::Key { .. }) {
                    let Some((value, length)) = name(&mut self.labels, &mut self.key, frame.label, text, at) else {
                        break;
                    };
                    frame.value = value;
                    // The names of a path are all in its number.
                    let number = if value.exact { value.label } else { 0 };
                    if length > 0 && !silent.contains(number) {
                        fields.push(field(at + 1, length, (frame.label.label, number), LINES));
                    }
                    at += length + 2;
                    state = State::Colon;
                }
                if state == State::Colon {
                    let Some(next) = behind(b':', text, at) else { break };
                    (at, state) = (next, State::Value { first: false });
                }
                if matches!(state, State::Value { .. }) {
                    if let Some(b'{' | b'[') = text.get(at)
                        && depth < DEEPEST
                        && let Some(way) = frame.way()
                    {
                        let object = text[at] == b'{';
                        let node = self.nodes.open(frame.node, way, shift.wrapping_add(at as u64));
                        let inner = Frame::new(object, frame.value, node);
                        state = inner.behind_opening();
                        self.stack.push(inner);
                        at += 1;
                        continue 'containers;
                    }
                    let Some((skip, length)) = plain(text, at) else { break };
                    let Some(id) = frame.id() else { break };
                    if length > 0 {
                        fields.push(field(at + skip, length, (frame.value.label, 0), id));
                    }
                    at += length + 2 * skip;
                    state = State::After;
                }
                // It is behind a value.
                if let Some(next) = behind(b',', text, at) {
                    at = next;
                    frame.index += 1;
                    state = frame.behind_comma();
                    continue;
                }
                if text.get(at) == Some(&frame.closing()) {
                    self.nodes.close(frame.node, shift.wrapping_add(at as u64));
                    self.stack.pop();
                    at += 1;
                    if self.stack.is_empty() {
                        self.last_line = Some(self.lines);
                        state = State::Top;
                    }
                    continue 'containers;
                }
                break;
            }
            let Some(next) = self.behind_space(text, at) else { break };
            at = next;
        }
        (run.at, self.state) = (at, state);
        at > from
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

/// The place behind a sign, if it stands at one, and behind the blanks that follow it.
///
/// As a loop it is a branch, which the processor foresees: what follows does not wait for it.
#[inline]
fn behind(sign: u8, text: &[u8], mut at: usize) -> Option<usize> {
    (*text.get(at)? == sign).then_some(())?;
    at += 1;
    while text.get(at) == Some(&b' ') {
        at += 1;
    }
    Some(at)
}

/// The name at the start of a text, with what it comes to as the next under `above`, and its length without quotes. In `kept` if no label holds it.
#[inline]
fn name(labels: &mut Labels, kept: &mut Vec<u8>, above: Interned, text: &[u8], at: usize) -> Option<(Interned, usize)> {
    let [b'"', text @ ..] = text.get(at..)? else { return None };
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
fn plain(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let text = text.get(at..)?;
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
