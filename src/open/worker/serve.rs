//! The reader process: reads one file after another with the format asked for, and answers with what it gives.
//!
//! It is the same program, started by [`super::Workers`]. It holds no identifiers and opens no file of the user's; what it is sent, it
//! parses, and if that kills it, one file is lost. No file changes what another comes to: see [`super::limits`].

use super::limits::{Limits, begin_file};
use super::places::Sent;
use super::wire::{Answer, Chunk, Failure, Request, WireField, receive, send};
use crate::formats::{self, Content, Member, Passwords, ReadError, Sink};
use crate::status::Reason;
use crate::text::{Block, Field, TextSource};
use std::collections::HashSet;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tempfile::{SpooledData, SpooledTempFile};

/// Bytes of a member sent at a time.
const CHUNK: usize = 256 << 10;
/// Content up to this size is held in memory, in bytes.
const IN_MEMORY: usize = 64 << 20;
/// Stack of the reading thread, in bytes: parsers that recurse get far before they are lost.
pub(super) const STACK: usize = 64 << 20;

/// Serves requests until standard input ends, or until this process is no longer as good as new. Never fails: whoever
/// asked sees the answers stop.
pub fn serve(input: impl Read + Send, output: impl Write + Send) {
    let (mut input, mut output) = (BufReader::new(input), BufWriter::new(output));
    let limits = Limits::set();
    loop {
        // Each on a thread of its own: what a parser keeps with its thread goes with it.
        let stays = std::thread::scope(|scope| {
            let serving = || one(&mut input, &mut output, &limits);
            let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, serving);
            thread.is_ok_and(|thread| thread.join().is_ok_and(|served| served.unwrap_or(false)))
        });
        if !stays {
            return;
        }
    }
}

/// Serves one request; whether there may be another.
fn one(input: &mut impl Read, output: &mut impl Write, limits: &Limits) -> io::Result<bool> {
    let request: Request = receive(input)?;
    let format = formats::named(&request.format);
    let outcome = {
        let received = receive_all(input)?;
        let companion = if request.has_companion { Some(receive_all(input)?) } else { None };
        let mut sink = Sending { output, failed: None };
        let outcome = match (format, received) {
            (Some(format), Received::Whole { bytes, length }) => {
                begin_file(length);
                let mut content = content_of(&request.name, bytes);
                content.set_passwords(&Passwords::new(request.passwords));
                if let Some(Received::Whole { bytes: SpooledData::InMemory(bytes), .. }) = companion {
                    content.set_beside(move |_| Some(bytes.get_ref().clone()));
                }
                catch_unwind(AssertUnwindSafe(|| format.read(&mut content, &mut sink)))
            }
            (_, Received::NoRoom) => {
                let detail = "no room for a copy in the folder for temporary files";
                Ok(Err(ReadError::Unsupported(Reason::ReadFailed, detail.to_owned())))
            }
            (None, _) => Ok(Ok(())),
        };
        if let Some(error) = sink.failed {
            return Err(error);
        }
        outcome
    };
    if let Some(format) = format {
        format.forget();
    }
    let stays = outcome.is_ok() && limits.is_as_new();
    let failure = match outcome {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(failure(error)),
        Err(_) => Some(Failure::Panicked),
    };
    send(output, &Answer::Done { failure, stays })?;
    output.flush()?;
    Ok(stays)
}

/// What was sent of a file.
enum Received {
    /// All of it, and how many bytes that are.
    Whole { bytes: SpooledData, length: u64 },
    /// More than could be kept.
    NoRoom,
}

/// Receives bytes that come in chunks: into memory, or into an unlinked temporary file if they are many.
fn receive_all(input: &mut impl Read) -> io::Result<Received> {
    let mut spool = SpooledTempFile::new(IN_MEMORY);
    let (mut length, mut has_room) = (0, true);
    loop {
        let chunk: Chunk = receive(input)?;
        if chunk.bytes.is_empty() {
            break;
        }
        length += chunk.bytes.len() as u64;
        has_room = has_room && spool.write_all(&chunk.bytes).is_ok();
    }
    if !has_room {
        return Ok(Received::NoRoom);
    }
    spool.rewind()?;
    Ok(Received::Whole { bytes: spool.into_inner(), length })
}

fn content_of(name: &[u8], bytes: SpooledData) -> Content<'static> {
    match bytes {
        SpooledData::InMemory(bytes) => Content::memory(name, bytes.into_inner()),
        SpooledData::OnDisk(file) => Content::seekable(name, file),
    }
}

fn failure(error: ReadError) -> Failure {
    match error {
        ReadError::Malformed(detail) => Failure::Malformed(detail),
        ReadError::Unsupported(reason, detail) => Failure::Unsupported { reason: reason.code().to_owned(), detail },
        // The content is in memory: what goes wrong in it is damage.
        ReadError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Failure::Malformed("ends too early".to_owned())
        }
        ReadError::Io(_) => Failure::Malformed("damaged data".to_owned()),
    }
}

/// The sink that sends on what a format gives.
struct Sending<'o, W> {
    output: &'o mut W,
    failed: Option<io::Error>,
}

impl<W: Write> Sending<'_, W> {
    fn answer(&mut self, answer: &Answer) -> ControlFlow<()> {
        match send(self.output, answer) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn blocks(&mut self, source: &mut dyn TextSource) -> io::Result<()> {
        let mut block = Block::default();
        let (mut labelled, mut names) = (HashSet::new(), Sent::default());
        loop {
            let more = source.fill(&mut block);
            for field in &block.fields {
                if labelled.insert(field.label) {
                    let names = source.names(field.label);
                    send(self.output, &Answer::Names { label: field.label.0, names })?;
                }
            }
            names.begin();
            let wire = |f: &Field| WireField {
                start: f.start,
                end: f.end,
                label: f.label.0,
                id: f.id,
                place: names.place(f.label.0, source.place(f)),
            };
            let fields = block.fields.iter().map(wire).collect();
            for (number, name) in names.fresh.drain(..) {
                send(self.output, &Answer::Name { number, name })?;
            }
            let text = String::from_utf8_lossy(&block.text).into_owned();
            send(self.output, &Answer::Block { text, fields })?;
            // What was read before a parser dies must not die with it.
            self.output.flush()?;
            block.base = block.end();
            block.text.clear();
            // The last field may go on in the next piece.
            let last = block.fields.pop().filter(|f| f.end >= block.base);
            block.fields.clear();
            block.fields.extend(last);
            source.release(block.base);
            if !more? {
                return Ok(());
            }
        }
    }
}

impl<W: Write> Sink for Sending<'_, W> {
    fn text(&mut self, source: &mut dyn TextSource) -> Result<ControlFlow<()>, ReadError> {
        let has_fields = source.has_fields();
        if self.answer(&Answer::Text { has_fields }).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        let outcome = self.blocks(source);
        let flow = self.answer(&Answer::TextEnd { read: source.bytes_read(), broken: outcome.is_err() });
        outcome?;
        Ok(flow)
    }

    fn member(&mut self, member: &Member<'_>, content: &mut dyn Read) -> ControlFlow<()> {
        self.answer(&Answer::Member { name: member.name.to_vec() })?;
        loop {
            let mut bytes = Vec::new();
            // A member that breaks off ends there; its reader is told by the format's own error.
            let _ = content.take(CHUNK as u64).read_to_end(&mut bytes);
            let is_last = bytes.is_empty();
            self.answer(&Answer::Chunk(Chunk { bytes }))?;
            if is_last {
                return ControlFlow::Continue(());
            }
        }
    }

    fn stream(&mut self, content: &mut dyn Read) -> ControlFlow<()> {
        self.member(&Member::default(), content)
    }

    fn skip_member(&mut self, member: &Member<'_>, reason: Reason, detail: &str) -> ControlFlow<()> {
        let reason = reason.code().to_owned();
        self.answer(&Answer::Skip { name: member.name.to_vec(), reason, detail: detail.to_owned() })
    }

    fn partial(&mut self, reason: Reason, detail: &str) {
        let _ = self.answer(&Answer::Partial { reason: reason.code().to_owned(), detail: detail.to_owned() });
    }
}
