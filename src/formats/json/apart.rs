//! Stretches of a long JSON text that others read: each begins and ends at a border, so where in the structure it is, is known
//! without what stands before it, but for how many elements or records that was.
//!
//! Where one does not end as it should, or has anything in it that is not plain JSON or is called what nothing was before, it is
//! read again in its turn. So a wrong guess costs time and nothing else. Those behind it are not lost if it ends at a border.

use super::borders::{Border, Level};
use super::frame::{Frame, ITSELF, LINES, MEMBER};
use super::paths::{Nodes, Step, Way};
use super::tokens::{State, Tokens};
use crate::decode::{Edits, Raw};
use crate::text::{Block, Field, PIECE, Stretch};
use std::fmt;

/// Raw bytes of a stretch at most. The fuzzer's texts are short.
pub(super) const LONGEST: usize = if cfg!(fuzzing) { 1 << 10 } else { 256 << 10 };
/// What it is worth to trust in borders, at first and at most; one that is as foreseen adds one to it.
const TRUST: u32 = 16;
const MOST: u32 = 64;
/// What a stretch costs that is not as foreseen, and one that does not end so.
const READ_AGAIN: u32 = 4;
const OPEN: u32 = 16;
/// Where there is no trust left none is given for so many raw bytes, and for twice as many the next time.
const PAUSE: u64 = 1 << 20;

/// A stretch that is read apart.
pub(super) struct Apart {
    /// Until it is read; then it may be the block's.
    raw: Vec<u8>,
    /// Raw offsets of its first byte, and behind its last.
    pub(super) at: u64,
    pub(super) end: u64,
    /// Offset in the text.
    start: u64,
    pub(super) edits: Edits,
    pub(super) tokens: Tokens,
    level: Level,
    /// Names that were known.
    names: usize,
}

impl fmt::Debug for Apart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the raw text from {} to {}", self.at, self.end)
    }
}

impl Apart {
    /// The stretch of a text at a raw offset; in the room of another, if there is one.
    fn new(spare: Option<Box<Self>>, (at, raw): (u64, &[u8]), edits: &Edits, level: Level, text: &Tokens) -> Box<Self> {
        let mut new = spare.unwrap_or_else(|| {
            let tokens = Tokens::new(text.by_line);
            Box::new(Self { raw: Vec::new(), at, end: 0, start: 0, edits: Edits::default(), tokens, level, names: 0 })
        });
        new.raw.clear();
        raw.chunks(PIECE).for_each(|piece| new.raw.extend_from_slice(piece));
        (new.at, new.end, new.start) = (at, at + raw.len() as u64, edits.text_of(at));
        (new.level, new.edits) = (level, edits.of_stretch());
        // Names only come in, so where there are as many as there were, they are the same.
        if new.names != text.labels.count() || new.tokens.labels.count() != new.names {
            new.tokens.labels = text.labels.clone();
            new.names = text.labels.count();
        }
        new.tokens.begin_apart(level, text);
        new
    }
}

impl Stretch for Apart {
    fn start(&self) -> u64 {
        self.start
    }

    fn read(&mut self, block: &mut Block) -> bool {
        let used = self.tokens.scan_whole(&mut self.raw, self.at, &mut self.edits, block);
        self.at + used as u64 == self.end
            && self.tokens.labels.count() == self.names
            && self.tokens.ends_apart(self.level)
    }
}

impl Tokens {
    /// Begins as others stand at a border, with their names.
    fn begin_apart(&mut self, level: Level, others: &Self) {
        self.nodes.clear();
        self.stack.clear();
        (self.damage, self.loose, self.closes_at, self.values, self.lines, self.last_line) = (None, 0, 0, 0, 0, None);
        self.spread = false;
        (self.state, self.deepest) = (State::Top, others.deepest);
        if let (Level::Elements { depth, .. }, Some(array)) = (level, others.stack.last()) {
            // It stands for what is around the array as well.
            let node = self.nodes.open(u64::MAX, Way::Record(0), 0);
            self.stack.push(Frame::new(false, array.label, node));
            self.state = State::Value { first: false };
            self.deepest = others.deepest + 1 - depth;
        }
    }

    /// Whether a stretch ended at a border as well, with nothing in it that depends on what was before.
    fn ends_apart(&self, level: Level) -> bool {
        let is_at_border = match level {
            Level::Records => self.state == State::Top,
            Level::Elements { .. } => {
                self.state == State::Value { first: false } && self.stack.len() == 1 && self.stack[0].node == 0
            }
        };
        is_at_border && self.damage.is_none() && self.closes_at == 0
    }

    /// Elements of the array at hand so far, or records.
    fn count(&self, level: Level) -> u64 {
        match level {
            Level::Elements { .. } => self.stack.last().map_or(0, |array| array.index),
            Level::Records if self.by_line => self.lines,
            Level::Records => self.values,
        }
    }

    /// Goes on behind a stretch that begins here.
    fn pass(&mut self, level: Level, apart: &Self) {
        if let (Level::Elements { .. }, Some(array)) = (level, self.stack.last_mut()) {
            array.index += apart.count(level);
        }
        self.last_line = apart.last_line.map(|line| self.lines + line).or(self.last_line);
        self.lines += apart.lines;
        self.values += apart.values;
        self.loose += apart.loose;
        self.spread |= apart.spread;
    }
}

/// Gives stretches of a text away and takes them back.
pub(super) struct Ahead {
    /// Whether anybody asks for stretches.
    is_wanted: bool,
    border: Option<Border>,
    /// Whether what was read ends at a border, and up to which raw offset stretches were given away behind it.
    is_ready: bool,
    is_first: bool,
    given: u64,
    /// How much borders are trusted in.
    trust: u32,
    pauses: u32,
    /// Raw offset before which none is given.
    not_before: u64,
    #[expect(clippy::vec_box, reason = "they go out boxed and come back boxed")]
    spare: Vec<Box<Apart>>,
    /// The one that was taken back last, and how many elements or records were before it.
    current: Option<(Box<Apart>, u64)>,
}

impl Default for Ahead {
    fn default() -> Self {
        Self {
            is_wanted: false,
            border: None,
            is_ready: false,
            is_first: false,
            given: 0,
            trust: TRUST,
            pauses: 0,
            not_before: 0,
            spare: Vec::new(),
            current: None,
        }
    }
}

impl Ahead {
    /// How much of a raw text should be read so that it ends at a border. All of it where there is none; then borders look
    /// otherwise by now, and how is learned anew.
    pub(super) fn limit(&mut self, raw: &Raw<'_>, tokens: &Tokens) -> Option<usize> {
        self.leave_current();
        self.is_ready = false;
        let border = self.border.take().filter(|border| border.may_come(tokens))?;
        if !self.is_wanted || raw.at < self.not_before {
            return None;
        }
        let last = border.last_in(raw.text)?;
        self.border = Some(border);
        Some(last)
    }

    /// Is told what was read up to a raw offset, and whether that was up to a border. `learn` finds what borders look like.
    pub(super) fn look(
        &mut self,
        tokens: &Tokens,
        done: u64,
        is_limited: bool,
        learn: impl FnOnce() -> Option<Border>,
    ) {
        if is_limited {
            self.is_ready = self.border.as_ref().is_some_and(|border| border.is_at(tokens));
            (self.given, self.is_first) = (done, true);
            if !self.is_ready {
                self.border = None;
                self.doubt(OPEN, done);
            }
        } else if self.is_wanted && self.border.is_none() && done >= self.not_before {
            self.border = learn();
        }
    }

    /// The raw offset at which the next stretch begins, if one may be given.
    pub(super) fn next(&mut self, tokens: &Tokens) -> Option<u64> {
        self.is_wanted = tokens.notebook.is_none();
        self.is_ready.then_some(self.given)
    }

    /// Whether none was given since the text was read up to there.
    pub(super) fn is_first(&self) -> bool {
        self.is_first
    }

    /// The next stretch, if there is raw text up to a border. The text so far was read with these tokens.
    pub(super) fn give<'r>(
        &mut self,
        raw: impl FnOnce(&Border) -> Option<&'r [u8]>,
        edits: &Edits,
        tokens: &Tokens,
    ) -> Option<Box<Apart>> {
        let next = self.border.as_ref().and_then(|border| Some((border.level, raw(border)?)));
        (self.is_ready, self.is_first) = (next.is_some(), false);
        let (level, raw) = next?;
        let stretch = Apart::new(self.spare.pop(), (self.given, raw), edits, level, tokens);
        self.given = stretch.end;
        Some(stretch)
    }

    /// Takes a stretch back that is as foreseen.
    pub(super) fn take_back(&mut self, stretch: Box<Apart>, tokens: &mut Tokens) {
        self.leave_current();
        self.trust = MOST.min(self.trust + 1);
        let before = tokens.count(stretch.level);
        tokens.pass(stretch.level, &stretch.tokens);
        self.current = Some((stretch, before));
    }

    /// Leaves the one that was taken back last: its room is used again.
    pub(super) fn leave_current(&mut self) {
        self.spare.extend(self.current.take().map(|(stretch, _)| stretch));
    }

    /// Whether a stretch that was read again up to a raw offset ended as foreseen.
    pub(super) fn ended(&mut self, stretch: &Apart, done: u64, tokens: &Tokens) -> bool {
        let is_at_border = done == stretch.end && self.border.as_ref().is_some_and(|border| border.is_at(tokens));
        self.doubt(if is_at_border { READ_AGAIN } else { OPEN }, done);
        if !is_at_border {
            (self.border, self.is_ready) = (None, false);
        }
        is_at_border
    }

    /// The record, and the steps to a field of the stretch that was taken back last.
    pub(super) fn place(&self, field: &Field, tokens: &Tokens) -> Option<(u64, Vec<Step>)> {
        let (Apart { tokens: apart, level, .. }, before) =
            self.current.as_ref().map(|(stretch, n)| (&**stretch, *n))?;
        let (record, mut steps) = steps(&apart.nodes, field);
        let Level::Elements { array, .. } = *level else { return Some((before + record, steps)) };
        if let Some(Step::Index(index)) = steps.first_mut() {
            *index += before;
        }
        let mut whole = tokens.nodes.steps(array);
        whole.append(&mut steps);
        Some((tokens.nodes.record(array), whole))
    }

    /// Trusts less in borders. Those that were given are still taken back.
    fn doubt(&mut self, cost: u32, at: u64) {
        if let Some(left) = self.trust.checked_sub(cost) {
            self.trust = left;
            return;
        }
        (self.trust, self.is_ready) = (TRUST, false);
        self.not_before = at + (PAUSE << self.pauses.min(20));
        self.pauses += 1;
    }
}

/// The record, and the steps to a field that is a value.
pub(super) fn steps(nodes: &Nodes, field: &Field) -> (u64, Vec<Step>) {
    debug_assert_ne!(field.id, LINES);
    let node = nodes.widen((field.id >> 32) as u32);
    let last = match field.id as u32 {
        ITSELF => None,
        MEMBER => Some(Step::Name(field.label.0)),
        index => Some(Step::Index(u64::from(index))),
    };
    let mut steps = nodes.steps(node);
    steps.extend(last);
    (nodes.record(node), steps)
}
