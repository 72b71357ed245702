//! Mailboxes (mbox): each message is a member, with the line that begins it.
//!
//! Knows the lines between messages, nothing of what is in them.

use super::{Content, Format, Member, Nesting, PlaceKind, ReadError, Sink};
use memchr::memchr;
use std::io::{self, BufRead, BufReader, Read};

const BUFFER: usize = 64 << 10;
/// Bytes of a line that tell whether it begins a message.
const LONGEST: usize = 1024;

/// The format.
pub(super) struct Mbox;

impl Format for Mbox {
    fn name(&self) -> &'static str {
        "mbox"
    }

    fn media_type(&self) -> &'static str {
        "application/mbox"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["mbox", "mbx"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Archive
    }

    fn place(&self) -> PlaceKind {
        PlaceKind::Member
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let head = content.head();
        let mut lines = head.split(|byte| *byte == b'\n');
        let begins = lines.next().is_some_and(begins_message);
        let next = lines.next().unwrap_or_default();
        let name = next.iter().position(|byte| *byte == b':').map(|colon| &next[..colon]);
        let is_header = name.is_some_and(|name| !name.is_empty() && name.iter().all(u8::is_ascii_graphic));
        // A message of a mailbox begins as the mailbox does.
        begins && (is_header || next.starts_with(b">From ")) && content.extension() != "eml"
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let mut mailbox = Mailbox {
            input: BufReader::with_capacity(BUFFER, content),
            line: Vec::new(),
            taken: 0,
            before: Before::Empty,
            count: 0,
            state: State::Open,
            failed: None,
        };
        while !mailbox.is_done() {
            mailbox.count += 1;
            mailbox.state = State::Open;
            let name = format!("{}.eml", mailbox.count);
            if sink.member(&Member { name: name.as_bytes(), modified: None }, &mut mailbox).is_break() {
                return Ok(());
            }
            io::copy(&mut mailbox, &mut io::sink())?;
        }
        Ok(())
    }
}

/// Whether a line begins a message: `From`, an address, and a date with a time and a year.
fn begins_message(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let rest = rest.trim_ascii();
    if rest.len() > LONGEST || rest.ends_with(b"Mon Sep 17 00:00:00 2001") {
        // The date that git writes over every patch.
        return false;
    }
    let words = || rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let is_year = |word: &[u8]| word.len() == 4 && matches!(word, [b'1' | b'2', b'0' | b'9', ..]) && digits(word);
    let is_time = |word: &[u8]| {
        let mut parts = word.split(|byte| *byte == b':');
        parts.clone().count() >= 2 && parts.all(|part| !part.is_empty() && part.len() <= 2 && digits(part))
    };
    words().any(is_year) && words().any(is_time) && words().count() >= 4
}

fn digits(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_digit)
}

/// What stands in front of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// An empty line, or nothing.
    Empty,
    /// Another line.
    Text,
    /// The beginning of the same line.
    Itself,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The message may go on.
    Open,
    /// The line that is held begins the next.
    Closed,
    Ended,
}

/// A mailbox; as a reader, the message that it stands in.
struct Mailbox<R> {
    input: R,
    line: Vec<u8>,
    taken: usize,
    before: Before,
    count: u64,
    state: State,
    failed: Option<io::ErrorKind>,
}

impl<R: BufRead> Mailbox<R> {
    fn is_done(&self) -> bool {
        self.state == State::Ended
    }

    /// Reads a line, or a piece of a long one.
    fn advance(&mut self) -> io::Result<()> {
        if let Some(kind) = self.failed {
            return Err(kind.into());
        }
        self.before = match (self.line.ends_with(b"\n"), self.line.trim_ascii().is_empty()) {
            (true, true) if self.before != Before::Itself => Before::Empty,
            (true, _) => Before::Text,
            (false, _) if self.line.is_empty() => self.before,
            (false, _) => Before::Itself,
        };
        self.line.clear();
        self.taken = 0;
        loop {
            let chunk = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.failed = Some(error.kind());
                    return if self.line.is_empty() { Err(error) } else { Ok(()) };
                }
                Ok(chunk) => chunk,
            };
            let end = memchr(b'\n', chunk);
            let count = end.map_or(chunk.len(), |at| at + 1);
            self.line.extend_from_slice(&chunk[..count]);
            self.input.consume(count);
            if end.is_some() || count == 0 || self.line.len() >= BUFFER {
                return Ok(());
            }
        }
    }
}

impl<R: BufRead> Read for Mailbox<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.line.len() {
            if self.state != State::Open || buffer.is_empty() {
                return Ok(0);
            }
            let is_first = self.line.is_empty();
            self.advance()?;
            if self.line.is_empty() {
                self.state = State::Ended;
            } else if self.before == Before::Empty && begins_message(&self.line) && !is_first {
                self.state = State::Closed;
                return Ok(0);
            }
        }
        if self.state == State::Closed {
            return Ok(0);
        }
        let count = buffer.len().min(self.line.len() - self.taken);
        buffer[..count].copy_from_slice(&self.line[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::recording::Recording;

    const BOX: &str = "From a@example.com Thu Jan  1 00:00:01 2026\nSubject: one\n\nFrom here on it is text.\n\n\
        From the start: text\nx\nFrom b@example.com Thu Jan  1 00:00:01 2026\n\n\
        From c@example.com Thu Jan  1 00:00:02 2026\nSubject: two\n\nlast\n";

    #[test]
    fn messages_are_members() {
        assert!(Mbox.recognizes(&mut Content::memory(b"inbox", BOX.as_bytes().to_vec())));
        for read in [Recording::of, Recording::of_stream] {
            let (recording, result) = read(&Mbox, BOX.as_bytes());
            result.unwrap();
            assert_eq!(recording.names(), ["1.eml", "2.eml"]);
            let all: Vec<u8> = recording.members.iter().flat_map(|member| member.bytes.clone()).collect();
            assert_eq!(all, BOX.as_bytes());
            assert!(recording.members[1].bytes.starts_with(b"From c@"));
        }
    }

    #[test]
    fn patches_and_messages_are_no_mailboxes() {
        let patch = "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.com>\n";
        assert!(!Mbox.recognizes(&mut Content::memory(b"0001.patch", patch.as_bytes().to_vec())));
        assert!(!Mbox.recognizes(&mut Content::memory(b"1.eml", BOX.as_bytes().to_vec())));
        assert!(!Mbox.recognizes(&mut Content::memory(b"a.txt", b"From the start\nto: the end".to_vec())));
    }
}
