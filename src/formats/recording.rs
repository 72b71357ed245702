//! A sink for tests of formats: keeps all that a format gives. Knows no limits but the two set on it.

use super::{Content, Format, Member, ReadError, Sink};
use crate::status::Reason;
use crate::text::{Block, TextSource};
use std::io::{ErrorKind, Read};
use std::ops::ControlFlow;
use std::time::SystemTime;

/// A member, or the stream of a compressed file, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Recorded {
    /// Its name; empty for a stream.
    pub name: Vec<u8>,
    /// Its modification time.
    pub modified: Option<SystemTime>,
    /// What could be read of it.
    pub bytes: Vec<u8>,
    /// The error that ended it.
    pub error: Option<(ErrorKind, String)>,
}

/// Everything that a format gave.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    /// Members in order.
    pub members: Vec<Recorded>,
    /// The streams of compressed files.
    pub streams: Vec<Recorded>,
    /// Members that were not read, with reason and detail.
    pub skipped: Vec<(Vec<u8>, Reason, String)>,
    /// What was said of the archive itself.
    pub partials: Vec<(Reason, String)>,
    /// The text of the artifact itself.
    pub text: Vec<u8>,
    /// Bytes of each member that are read; all if none.
    pub member_limit: Option<u64>,
    /// Members after which it has had enough.
    pub break_after: Option<usize>,
}

impl Recording {
    /// Reads bytes in memory with a format.
    pub(crate) fn of(format: &dyn Format, bytes: &[u8]) -> (Self, Result<(), ReadError>) {
        let mut recording = Self::default();
        let result = format.read(&mut Content::memory(b"test", bytes.to_vec()), &mut recording);
        (recording, result)
    }

    /// Reads bytes that come as a stream, in pieces of seven bytes.
    pub(crate) fn of_stream(format: &dyn Format, bytes: &[u8]) -> (Self, Result<(), ReadError>) {
        let mut recording = Self::default();
        let result = format.read(&mut Content::stream(b"test", Trickle(bytes)), &mut recording);
        (recording, result)
    }

    /// Names of the members in order, lossily.
    pub(crate) fn names(&self) -> Vec<String> {
        self.members.iter().map(|member| String::from_utf8_lossy(&member.name).into_owned()).collect()
    }

    /// The first member of a name.
    pub(crate) fn member(&self, name: &str) -> Option<&Recorded> {
        self.members.iter().find(|member| member.name == name.as_bytes())
    }

    fn record(&self, content: &mut dyn Read) -> Recorded {
        let mut recorded = Recorded::default();
        let mut content = content.take(self.member_limit.unwrap_or(u64::MAX));
        if let Err(error) = content.read_to_end(&mut recorded.bytes) {
            recorded.error = Some((error.kind(), error.to_string()));
        }
        recorded
    }

    fn flow(&self) -> ControlFlow<()> {
        match self.break_after {
            Some(count) if self.members.len() + self.skipped.len() >= count => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

impl Sink for Recording {
    fn text(&mut self, source: &mut dyn TextSource) -> Result<ControlFlow<()>, ReadError> {
        let mut block = Block::default();
        let outcome = loop {
            match source.fill(&mut block) {
                Ok(true) => {}
                other => break other,
            }
        };
        self.text.append(&mut block.text);
        outcome?;
        Ok(self.flow())
    }

    fn member(&mut self, member: &Member<'_>, content: &mut dyn Read) -> ControlFlow<()> {
        let read = self.record(content);
        self.members.push(Recorded { name: member.name.to_vec(), modified: member.modified, ..read });
        self.flow()
    }

    fn stream(&mut self, content: &mut dyn Read) -> ControlFlow<()> {
        let read = self.record(content);
        self.streams.push(read);
        self.flow()
    }

    fn skip_member(&mut self, member: &Member<'_>, reason: Reason, detail: &str) -> ControlFlow<()> {
        self.skipped.push((member.name.to_vec(), reason, detail.to_string()));
        self.flow()
    }

    fn partial(&mut self, reason: Reason, detail: &str) {
        self.partials.push((reason, detail.to_string()));
    }
}

struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(7);
        self.0.read(&mut buffer[..count])
    }
}
