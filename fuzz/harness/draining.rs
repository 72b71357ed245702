//! A sink that reads all it is given, up to 4 MiB in all, and then says that it has had enough. It asks for every name
//! and place, and holds the source to its contract.

use crate::digest::Digest;
use std::collections::VecDeque;
use std::io::Read;
use std::ops::ControlFlow;
use tamis::formats::{Content, Format, Member, ReadError, Sink};
use tamis::location::Position;
use tamis::status::Reason;
use tamis::text::{Block, Field, Stretch, TakenBack, TextSource};

const CAP: u64 = 4 << 20;
/// A position is asked for every so many bytes of a text without fields.
const STEP: u64 = 61;
/// So many fields are asked for their names and places, each.
const MANY: u64 = 500;
/// Seeds hold it where data stands: it may be in no message.
pub(crate) const SECRET: &str = "536-90-4399";

/// What a format gave: the same input must give the same.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Draining {
    bytes: u64,
    texts: Digest,
    fields: Digest,
    /// Offsets and numbers of fields. They may be others where others read stretches.
    numbers: Digest,
    members: Digest,
    notes: Digest,
    error: Option<String>,
    /// Whether stretches are read apart.
    is_apart: bool,
}

impl Draining {
    /// The same, but stretches of a text are read apart where it gives them away: but for what nobody sees it is the same.
    pub(crate) fn of_apart(format: &dyn Format, content: &mut Content<'_>) -> Self {
        let mut sink = Self { is_apart: true, ..Self::default() };
        let outcome = format.read(content, &mut sink);
        sink.error = outcome.err().map(|error| message(&error.to_string()));
        sink
    }

    /// What is the same, whoever read it.
    pub(crate) fn seen(&self) -> impl PartialEq + std::fmt::Debug {
        (self.texts.clone(), self.fields.clone(), self.members.clone(), self.notes.clone(), self.error.clone())
    }

    /// Whether all of it was read.
    pub(crate) fn is_whole(&self) -> bool {
        self.bytes < CAP
    }

    /// Everything that a format gives of a content.
    pub(crate) fn of(format: &dyn Format, content: &mut Content<'_>) -> Self {
        let mut sink = Self::default();
        let outcome = format.read(content, &mut sink);
        sink.error = outcome.err().map(|error| message(&error.to_string()));
        sink
    }

    fn drain(&mut self, content: &mut dyn Read) -> ControlFlow<()> {
        let mut buffer = [0; 4096];
        while self.bytes < CAP {
            match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    self.bytes += count as u64;
                    self.members.add(&buffer[..count]);
                }
                Err(error) => {
                    self.members.thing(&message(&error.to_string()));
                    break;
                }
            }
        }
        self.flow()
    }

    fn flow(&self) -> ControlFlow<()> {
        if self.bytes < CAP { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

impl Sink for Draining {
    fn text(&mut self, source: &mut dyn TextSource) -> Result<ControlFlow<()>, ReadError> {
        let mut text = Text { sink: self, block: Block::default(), fields: 0, asked: 0, last: Position::default() };
        let outcome = text.read(source);
        text.finish(source, true);
        outcome?;
        Ok(self.flow())
    }

    fn member(&mut self, member: &Member<'_>, content: &mut dyn Read) -> ControlFlow<()> {
        self.members.thing(member);
        self.drain(content)
    }

    fn stream(&mut self, content: &mut dyn Read) -> ControlFlow<()> {
        self.members.thing(&"stream");
        self.drain(content)
    }

    fn skip_member(&mut self, member: &Member<'_>, reason: Reason, detail: &str) -> ControlFlow<()> {
        self.notes.thing(&(member, reason, message(detail)));
        self.flow()
    }

    fn partial(&mut self, reason: Reason, detail: &str) {
        self.notes.thing(&(reason, message(detail)));
    }
}

/// A message that a person may see: it quotes no data.
fn message(text: &str) -> String {
    assert!(!text.contains(SECRET), "data in a message");
    text.to_owned()
}

/// One text on its way.
struct Text<'a> {
    sink: &'a mut Draining,
    block: Block,
    /// Fields so far.
    fields: u64,
    /// Offset behind the last position that was asked for.
    asked: u64,
    last: Position,
}

impl Text<'_> {
    fn read(&mut self, source: &mut dyn TextSource) -> std::io::Result<()> {
        // Empty blocks are allowed, but not for ever.
        let mut empty = 0;
        while self.sink.bytes < CAP {
            let before = self.block.text.len();
            if !source.fill(&mut self.block)? {
                break;
            }
            let stretch = if self.sink.is_apart && source.has_fields() { source.stretch(None) } else { None };
            let new = self.block.text.len() - before;
            empty = if new == 0 { empty + 1 } else { 0 };
            assert!(empty < 100_000, "no text, and no end of it");
            self.sink.bytes += new as u64;
            self.sink.texts.add(&self.block.text[before..]);
            self.finish(source, stretch.is_some());
            if stretch.is_some() {
                self.read_apart(stretch, source);
            }
        }
        Ok(())
    }

    /// Takes stretches, two at a time, until there are none, or one is not as foreseen.
    fn read_apart(&mut self, mut next: Option<Box<dyn Stretch>>, source: &mut dyn TextSource) {
        let mut waiting = VecDeque::new();
        loop {
            waiting.extend(next.take());
            if waiting.len() == 1 {
                next = source.stretch(None);
                if next.is_some() {
                    continue;
                }
            }
            let Some(mut stretch) = waiting.pop_front() else { return };
            let start = stretch.start();
            assert!(start >= self.block.end(), "a stretch goes back");
            self.block = Block { base: start, ..Block::default() };
            self.asked = start;
            let is_as_foreseen = stretch.read(&mut self.block);
            let end = match source.take_back(stretch, is_as_foreseen, &mut self.block) {
                TakenBack::AsForeseen(end) | TakenBack::ReadAgain(end) => end,
                TakenBack::Open => {
                    self.sink.bytes += self.block.text.len() as u64;
                    self.sink.texts.add(&self.block.text);
                    return self.finish(source, false);
                }
            };
            assert!(end >= self.block.end(), "a stretch is too long");
            self.sink.bytes += self.block.text.len() as u64;
            self.sink.texts.add(&self.block.text);
            self.finish(source, true);
            self.block = Block { base: end, ..Block::default() };
            source.release(end);
        }
    }

    /// Takes what is complete: at the end all, else all but the last field, which may go on.
    fn finish(&mut self, source: &mut dyn TextSource, is_end: bool) {
        let names_only = source.has_ranges();
        let has_fields = names_only || source.has_fields();
        assert!(has_fields || self.block.fields.is_empty(), "fields of a text that has none");
        let keep = usize::from(!is_end);
        let done = self.block.fields.len().saturating_sub(keep);
        let fields: Vec<Field> = self.block.fields.drain(..done).collect();
        for field in fields {
            self.field(source, &field);
        }
        if !source.has_fields() {
            let until = if names_only { self.asked } else { self.block.end() };
            while self.asked + STEP <= until {
                self.position(source, self.asked, self.asked + 7);
                self.asked += STEP;
            }
        }
        let open = self.block.fields.first().map_or(self.block.end(), |field| field.start);
        let from = if source.has_fields() { open } else { open.min(self.asked) };
        let gone = from.saturating_sub(self.block.base) as usize;
        self.block.text.drain(..gone);
        self.block.base += gone as u64;
        source.release(self.block.base);
    }

    fn field(&mut self, source: &mut dyn TextSource, field: &Field) {
        assert!(field.start <= field.end && field.end <= self.block.end(), "a field outside of its text");
        assert!(field.start >= self.asked, "fields that overlap or go back");
        let Field { start, end, label, text, id } = *field;
        [start, end, id].iter().for_each(|number| self.sink.numbers.number(*number));
        [label.0, text].iter().for_each(|number| self.sink.fields.number(u64::from(*number)));
        // Of a great many, some are enough.
        self.fields += 1;
        if self.fields < MANY || self.fields.is_multiple_of(STEP) {
            self.sink.fields.thing(&source.names(label));
            self.sink.fields.thing(&source.place(field));
        }
        self.position(source, field.start, field.end);
        self.asked = field.end;
    }

    fn position(&mut self, source: &mut dyn TextSource, start: u64, end: u64) {
        let position = source.position(start, end);
        assert!(position.end_line >= position.line, "it ends before it begins");
        assert!(position.line >= self.last.line || position.line == 0, "lines that go back");
        let Position { line, end_line, column, offset, length } = position;
        [line, end_line, column, offset, length].iter().for_each(|number| self.sink.fields.number(*number));
        self.last = position;
    }
}
