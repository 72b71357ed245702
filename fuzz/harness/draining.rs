//! A sink that reads all it is given, up to 4 MiB in all, and then says that it has had enough. It asks for every name
//! and place, and holds the source to its contract.

use crate::digest::Digest;
use std::io::Read;
use std::ops::ControlFlow;
use tamis::formats::{Content, Format, Member, ReadError, Sink};
use tamis::location::Position;
use tamis::status::Reason;
use tamis::text::{Block, Field, TextSource};

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
    members: Digest,
    notes: Digest,
    error: Option<String>,
}

impl Draining {
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
            let new = self.block.text.len() - before;
            empty = if new == 0 { empty + 1 } else { 0 };
            assert!(empty < 100_000, "no text, and no end of it");
            self.sink.bytes += new as u64;
            self.sink.texts.add(&self.block.text[before..]);
            self.finish(source, false);
        }
        Ok(())
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
        let Field { start, end, label, id } = *field;
        [start, end, u64::from(label.0), id].iter().for_each(|number| self.sink.fields.number(*number));
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
