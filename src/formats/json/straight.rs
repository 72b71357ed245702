//! The straight way through containers: names and values that are plain and whole, one behind the other. Most of most texts.
//!
//! Decides nothing of its own. Before anything else (an escape, a dialect's word, the end of what is at hand) it stops, and
//! that is read as a token like any other.

use super::escape::special;
use super::tokens::{LINES, Run, State, Tokens};
use crate::formats::labels::{Interned, LONGEST, Labels};
use crate::text::{Field, Label};
use wide::u8x16;

impl Tokens {
    /// Takes tokens as far as they are plain; whether there was one.
    pub(super) fn straight(&mut self, run: &mut Run<'_>) -> bool {
        if self.notebook.is_some() {
            return false;
        }
        let mut is_first = true;
        while let (Some(frame), Some(&byte)) = (self.stack.last(), run.raw.text.get(run.at)) {
            let is_space = matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
            match self.state {
                State::Key { .. } | State::Value { .. } | State::Colon | State::After if is_space => self.space(run),
                State::Value { .. } if matches!(byte, b'{' | b'[') => self.open(run, byte == b'{'),
                State::Key { .. } | State::Value { .. } => {
                    if !self.members(run) {
                        break;
                    }
                }
                State::After if byte == b',' => self.comma(run),
                State::After if byte == if frame.object { b'}' } else { b']' } => self.close(run),
                State::Colon if byte == b':' => {
                    self.state = State::Value { first: false };
                    run.at += 1;
                }
                _ => break,
            }
            is_first = false;
        }
        !is_first
    }

    /// Takes the space between two tokens.
    pub(super) fn space(&mut self, run: &mut Run<'_>) {
        let space = run.raw.text[run.at..].iter().take_while(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t'));
        for byte in space {
            run.at += 1;
            if *byte == b'\n' {
                self.lines += 1;
                self.spread |= !self.stack.is_empty();
            }
        }
    }

    /// Takes members of an object, or elements of an array, up to one that is a container or not plain; false if the first is.
    fn members(&mut self, run: &mut Run<'_>) -> bool {
        let (text, fields, silent) = (run.raw.text, &mut run.block.fields, &run.block.silent);
        let shift = run.edits.text_of(run.raw.at + run.at as u64).wrapping_sub(run.at as u64);
        let field = |at: usize, length: usize, (label, text): (u32, u32), id: u64| {
            let start = shift.wrapping_add(at as u64);
            Field { start, end: start + length as u64, label: Label(label), text, id }
        };
        let Self { stack, labels, key, state, .. } = self;
        let Some(frame) = stack.last_mut() else { return false };
        let (from, mut at) = (run.at, run.at);
        loop {
            if matches!(state, State::Key { .. }) {
                let Some((value, length)) = name(labels, key, frame.label, &text[at..]) else { break };
                frame.value = value;
                // The names of a path are all in its number.
                let number = if value.exact { value.label } else { 0 };
                if length > 0 && !silent.contains(number) {
                    fields.push(field(at + 1, length, (frame.label.label, number), LINES));
                }
                at += length + 2;
                *state = State::Colon;
                let Some(length) = sign(b':', &text[at..]) else { break };
                at += length;
                *state = State::Value { first: false };
            }
            let Some((skip, length)) = plain(&text[at..]) else { break };
            let Some(id) = frame.id() else { break };
            if length > 0 {
                fields.push(field(at + skip, length, (frame.value.label, 0), id));
            }
            at += length + 2 * skip;
            *state = State::After;
            let Some(length) = sign(b',', &text[at..]) else { break };
            at += length;
            frame.index += 1;
            *state = frame.behind_comma();
        }
        run.at = at;
        at > from
    }
}

/// How many bytes a sign and the blank that may follow it are.
#[inline]
fn sign(sign: u8, text: &[u8]) -> Option<usize> {
    let follows = *text.first()? == sign;
    follows.then(|| 1 + usize::from(text.get(1) == Some(&b' ')))
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
