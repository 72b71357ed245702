//! The answers of a reader process, given to the sink as if its format ran here.
//!
//! Trusts nothing: what the reader sends is as hostile as the file that it read.

use super::places::{Told, WirePlace};
use super::wire::{Answer, Chunk, Failure, WireField, receive};
use crate::formats::{Document, Member, ReadError, Sink};
use crate::location::{Place, Position};
use crate::status::Reason;
use crate::text::{Block, Field, Label, TextSource};
use std::collections::{HashMap, VecDeque};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

/// The most text of one document that is held, in bytes.
const LONGEST: usize = 256 << 20;

/// How the answers ended.
pub(super) enum Flow {
    /// The sink had enough.
    Enough,
    /// The reader is done with the file.
    Done {
        /// What it came to.
        outcome: Result<(), ReadError>,
        /// Whether it can be given another.
        stays: bool,
    },
}

/// Gives all answers to the sink. An error means that the reader is lost.
pub(super) fn relay(from: &mut impl Read, sink: &mut dyn Sink) -> io::Result<Flow> {
    loop {
        let flow = match receive(from)? {
            Answer::Text { has_fields } => match text(from, sink, has_fields)? {
                Ok(flow) => flow,
                Err(error) => return Ok(Flow::Done { outcome: Err(error), stays: false }),
            },
            Answer::Member { name } => member(from, sink, &name)?,
            Answer::Skip { name, reason, detail } => {
                let member = Member { name: &name, modified: None };
                sink.skip_member(&member, reason_of(&reason), &detail)
            }
            Answer::Partial { reason, detail } => {
                sink.partial(reason_of(&reason), &detail);
                ControlFlow::Continue(())
            }
            Answer::Done { failure, stays } => {
                return Ok(Flow::Done { outcome: failure.map_or(Ok(()), |f| Err(error_of(f))), stays });
            }
            Answer::Names { .. }
            | Answer::Name { .. }
            | Answer::Block { .. }
            | Answer::TextEnd { .. }
            | Answer::Chunk(_) => {
                return Err(unexpected());
            }
        };
        if flow.is_break() {
            return Ok(Flow::Enough);
        }
    }
}

fn unexpected() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "an answer out of turn")
}

fn reason_of(code: &str) -> Reason {
    Reason::ALL.iter().copied().find(|reason| reason.code() == code).unwrap_or(Reason::ParserFailed)
}

fn error_of(failure: Failure) -> ReadError {
    match failure {
        Failure::Malformed(detail) => ReadError::Malformed(detail),
        Failure::Unsupported { reason, detail } => ReadError::Unsupported(reason_of(&reason), detail),
        Failure::Panicked => ReadError::Unsupported(Reason::ParserFailed, "the reader failed".to_owned()),
    }
}

/// What a text came to: whether to go on, or the error that is the file's own.
type TextFlow = Result<ControlFlow<()>, ReadError>;

fn text(from: &mut impl Read, sink: &mut dyn Sink, has_fields: bool) -> io::Result<TextFlow> {
    let mut remote = RemoteText::new(from, has_fields);
    let mut first = Block::default();
    remote.receive_into(&mut first)?;
    let is_table =
        matches!(first.fields.first().map(|f| remote.place_of(f)), Some(Place::Cell { .. } | Place::Record { .. }));
    if is_table {
        remote.pending = Some(first);
        let flow = sink.text(&mut remote);
        return match remote.lost.take() {
            Some(error) => Err(error),
            None => Ok(flow),
        };
    }
    let mut document = Document::new();
    let mut page = None;
    loop {
        append(&mut document, &first, has_fields, &mut page);
        if remote.ended || document.len() > LONGEST {
            break;
        }
        first = Block { base: first.end(), ..Block::default() };
        if let Err(error) = remote.receive_into(&mut first) {
            // The reader is lost; what it had read is not.
            document.stands_for(document.len() as u64);
            let _ = sink.text(&mut document);
            return Err(error);
        }
    }
    if document.len() > LONGEST {
        sink.partial(Reason::FileTooLarge, "its text is too long");
        let _ = sink.text(&mut document);
        return Ok(Ok(ControlFlow::Break(())));
    }
    document.stands_for(remote.read);
    Ok(sink.text(&mut document))
}

/// Puts a piece of a document's text to its page.
fn append(document: &mut Document, block: &Block, has_pages: bool, page: &mut Option<u64>) {
    let all = String::from_utf8_lossy(&block.text);
    if !has_pages {
        return document.push(&all);
    }
    for field in &block.fields {
        let bounds = |offset: u64| offset.saturating_sub(block.base).min(block.text.len() as u64) as usize;
        let Some(text) = all.get(bounds(field.start)..bounds(field.end)) else { continue };
        // Pages without text are no fields; they count all the same.
        while page.is_none_or(|known| known < field.id) && page.unwrap_or(0) < 1 << 24 {
            document.begin_page();
            *page = Some(page.map_or(0, |known| known + 1));
        }
        document.push(text);
    }
}

fn member(from: &mut impl Read, sink: &mut dyn Sink, name: &[u8]) -> io::Result<ControlFlow<()>> {
    let mut content = RemoteMember { from, chunk: Vec::new(), at: 0, ended: false };
    let flow = sink.member(&Member { name, modified: None }, &mut content);
    if flow.is_continue() {
        while !content.ended {
            content.next()?;
        }
    }
    Ok(flow)
}

struct RemoteMember<'a, R> {
    from: &'a mut R,
    chunk: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> RemoteMember<'_, R> {
    fn next(&mut self) -> io::Result<()> {
        let Answer::Chunk(Chunk { bytes }) = receive(self.from)? else { return Err(unexpected()) };
        self.ended = bytes.is_empty();
        (self.chunk, self.at) = (bytes, 0);
        Ok(())
    }
}

impl<R: Read> Read for RemoteMember<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() {
            if self.ended {
                return Ok(0);
            }
            self.next()?;
        }
        let count = buffer.len().min(self.chunk.len() - self.at);
        buffer[..count].copy_from_slice(&self.chunk[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// A table that comes in pieces.
struct RemoteText<'a, R> {
    from: &'a mut R,
    has_fields: bool,
    names: HashMap<u32, Vec<String>>,
    told: Told,
    /// Number, end so far and place of each field that may still be asked for.
    places: VecDeque<(u64, u64, WirePlace<Rc<str>>)>,
    pending: Option<Block>,
    read: u64,
    ended: bool,
    /// The text broke off in the reader.
    broken: bool,
    /// Why the reader is lost.
    lost: Option<io::Error>,
}

impl<'a, R: Read> RemoteText<'a, R> {
    fn new(from: &'a mut R, has_fields: bool) -> Self {
        Self {
            from,
            has_fields,
            names: HashMap::new(),
            told: Told::default(),
            places: VecDeque::new(),
            pending: None,
            read: 0,
            ended: false,
            broken: false,
            lost: None,
        }
    }

    /// Appends the next piece; at the end none.
    fn receive_into(&mut self, block: &mut Block) -> io::Result<()> {
        loop {
            match receive(self.from)? {
                Answer::Names { label, names } => {
                    self.names.insert(label, names);
                }
                Answer::Name { number, name } => self.told.learn(number, &name),
                Answer::Block { text, fields } => {
                    block.text.extend_from_slice(text.as_bytes());
                    for field in fields {
                        self.lay(block, &field);
                    }
                    return Ok(());
                }
                Answer::TextEnd { read, broken } => {
                    (self.ended, self.broken, self.read) = (true, broken, read);
                    return Ok(());
                }
                _ => return Err(unexpected()),
            }
        }
    }

    fn lay(&mut self, block: &mut Block, wire: &WireField) {
        let end = wire.end.min(block.end());
        if let Some(last) = block.fields.last_mut()
            && last.id == wire.id
        {
            last.end = last.end.max(end);
            if let Some((_, known, _)) = self.places.back_mut() {
                *known = last.end;
            }
            return;
        }
        let behind = block.fields.last().map_or(block.base, |f| f.end);
        if wire.start < behind.min(wire.end) || wire.start >= end {
            return;
        }
        block.fields.push(Field { start: wire.start, end, label: Label(wire.label), text: 0, id: wire.id });
        self.places.push_back((wire.id, end, self.told.place(wire.place)));
    }

    fn place_of(&self, field: &Field) -> Place {
        // A field that goes on is known by the end that it has so far.
        let from = self.places.partition_point(|(_, end, _)| *end <= field.start);
        let known = self.places.range(from..).find(|(id, ..)| *id == field.id);
        known.map_or(Place::Lines, |(_, _, place)| place.into())
    }
}

impl<R: Read> TextSource for RemoteText<'_, R> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        if let Some(first) = self.pending.take() {
            block.push(&first.text);
            block.fields.extend(first.fields);
            return Ok(!self.ended);
        }
        if self.ended {
            return Ok(false);
        }
        if let Err(error) = self.receive_into(block) {
            self.lost = Some(error);
            self.ended = true;
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the reader process died of it"));
        }
        Ok(!self.ended)
    }

    fn has_fields(&self) -> bool {
        self.has_fields
    }

    fn names(&self, label: Label) -> Vec<String> {
        self.names.get(&label.0).cloned().unwrap_or_default()
    }

    fn place(&mut self, field: &Field) -> Place {
        self.place_of(field)
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        Position { length: end - start, ..Position::default() }
    }

    fn release(&mut self, offset: u64) {
        while self.places.front().is_some_and(|(_, end, _)| *end <= offset) {
            self.places.pop_front();
        }
    }

    fn bytes_read(&self) -> u64 {
        self.read
    }
}
