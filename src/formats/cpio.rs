//! cpio archives: the portable ASCII kinds (newc, crc, odc) and the old binary one, joined ones too.
//!
//! What follows the end of an archive and is none, as in the images that Linux boots from, is a member called `(rest)`.
//! Knows nothing of what is in members.

use super::ar::Whole;
use super::links::{Links, SYMBOLIC_LINK, without_dots};
use super::{Content, Format, Member, Nesting, ReadError, Sink};
use crate::status::Reason;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::time::{Duration, SystemTime};

/// Bytes of a name.
const NAME: u64 = 64 << 10;
/// Bytes of the path that a link holds.
const PATH: u64 = 4096;
const END: &[u8] = b"TRAILER!!!";

/// The format.
pub(super) struct Cpio;

impl Format for Cpio {
    fn name(&self) -> &'static str {
        "cpio"
    }

    fn media_type(&self) -> &'static str {
        "application/x-cpio"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["cpio"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Archive
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let mut head = content.head();
        let is_binary = Kind::of(head).is_some_and(|kind| matches!(kind, Kind::Binary { .. }));
        // Two bytes alone are no proof: the first name must be one.
        Header::read(&mut head)
            .is_ok_and(|header| header.is_some_and(|header| !is_binary || header.name.iter().all(|byte| *byte >= b' ')))
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let mut links = Links::default();
        let flow = read(&mut BufReader::with_capacity(64 << 10, content), &mut links, sink);
        // A link may stand in front of what it leads to.
        if flow.as_ref().is_ok_and(ControlFlow::is_break) || links.tell(sink).is_break() {
            return Ok(());
        }
        flow.map(|_| ())
    }
}

/// Reads the members; `Break` where the sink has had enough.
fn read(input: &mut impl BufRead, links: &mut Links, sink: &mut dyn Sink) -> Result<ControlFlow<()>, ReadError> {
    loop {
        let Some(header) = Header::read(input)? else {
            return Err(ReadError::Malformed("a header of a member is damaged".to_owned()));
        };
        if header.name == END {
            if !follows(input)? {
                return Ok(ControlFlow::Continue(()));
            }
            if Kind::of(input.fill_buf()?).is_some() {
                continue;
            }
            return Ok(sink.member(&Member { name: b"(rest)", modified: None }, input));
        }
        let mut data = input.take(header.size);
        let member = Member {
            name: &header.name,
            modified: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(header.modified)),
        };
        let flow = match header.mode & 0o170_000 {
            0o100_000 | 0 if header.size > 0 => sink.member(&member, &mut Whole(&mut data)),
            0o120_000 => link(&member, &mut data, links, sink)?,
            _ => ControlFlow::Continue(()),
        };
        if flow.is_break() {
            return Ok(flow);
        }
        if header.mode & 0o170_000 != 0o120_000 {
            links.name(without_dots(&header.name));
        }
        io::copy(&mut data, &mut io::sink())?;
        if data.limit() > 0 {
            return Err(ReadError::Malformed("the archive is cut short".to_owned()));
        }
        input.take(header.padding).read_to_end(&mut Vec::new())?;
    }
}

/// Keeps a link, whose data is where it leads, until all names are known.
fn link(
    member: &Member<'_>,
    data: &mut impl Read,
    links: &mut Links,
    sink: &mut dyn Sink,
) -> io::Result<ControlFlow<()>> {
    let mut target = Vec::new();
    data.take(PATH).read_to_end(&mut target)?;
    let link = Member { name: without_dots(member.name), ..*member };
    if data.read(&mut [0])? == 0 && links.link(&link, &target, SYMBOLIC_LINK) {
        return Ok(ControlFlow::Continue(()));
    }
    Ok(sink.skip_member(member, Reason::NotARegularFile, SYMBOLIC_LINK))
}

/// Steps over zeros; whether anything follows.
fn follows(input: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let chunk = input.fill_buf()?;
        let zeros = chunk.iter().take_while(|byte| **byte == 0).count();
        let (is_end, has_more) = (chunk.is_empty(), zeros < chunk.len());
        input.consume(zeros);
        if is_end || has_more {
            return Ok(has_more);
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    /// newc and crc.
    New,
    /// odc.
    Old,
    Binary {
        big: bool,
    },
}

impl Kind {
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'0', b'7', b'0', b'7', b'0', b'1' | b'2', ..] => Some(Self::New),
            [b'0', b'7', b'0', b'7', b'0', b'7', ..] => Some(Self::Old),
            [0xC7, 0x71, ..] => Some(Self::Binary { big: false }),
            [0x71, 0xC7, ..] => Some(Self::Binary { big: true }),
            _ => None,
        }
    }
}

#[derive(Debug)]
struct Header {
    name: Vec<u8>,
    mode: u64,
    modified: u64,
    size: u64,
    /// Bytes behind the data.
    padding: u64,
}

impl Header {
    /// Reads a header with its name; none if it is none.
    fn read(input: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut magic = [0; 6];
        input.read_exact(&mut magic)?;
        let Some(kind) = Kind::of(&magic) else { return Ok(None) };
        let mut bytes = magic.to_vec();
        let length = match kind {
            Kind::New => 110,
            Kind::Old => 76,
            Kind::Binary { .. } => 26,
        };
        input.by_ref().take(length - 6).read_to_end(&mut bytes)?;
        let field = |start: usize, length: usize, radix| {
            let text = std::str::from_utf8(bytes.get(start..start + length)?).ok()?;
            u64::from_str_radix(text, radix).ok()
        };
        let word = |index: usize, big: bool| {
            let pair = <[u8; 2]>::try_from(bytes.get(index * 2..index * 2 + 2)?).ok()?;
            Some(u64::from(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }))
        };
        let long = |index, big| Some(word(index, big)? << 16 | word(index + 1, big)?);
        let numbers = || {
            Some(match kind {
                Kind::New => (field(14, 8, 16)?, field(46, 8, 16)?, field(94, 8, 16)?, field(54, 8, 16)?, 4),
                Kind::Old => (field(18, 6, 8)?, field(48, 11, 8)?, field(59, 6, 8)?, field(65, 11, 8)?, 1),
                Kind::Binary { big } => (word(3, big)?, long(8, big)?, word(10, big)?, long(11, big)?, 2),
            })
        };
        let Some((mode, modified, name_size, size, align)) = numbers() else { return Ok(None) };
        if name_size > NAME {
            return Ok(None);
        }
        let mut name = Vec::new();
        input.by_ref().take(name_size).read_to_end(&mut name)?;
        if (name.len() as u64) < name_size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
        let fill = |length: u64| (align - length % align) % align;
        input.by_ref().take(fill(length + name_size)).read_to_end(&mut Vec::new())?;
        Ok(Some(Self { name, mode, modified, size, padding: fill(size) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::recording::Recording;

    fn newc(name: &str, mode: u32, data: &[u8]) -> Vec<u8> {
        let zero = "00000000";
        let mut all = format!(
            "070701{zero}{mode:08x}{zero}{zero}{zero}{:08x}{:08x}{zero}{zero}{zero}{zero}{:08x}{zero}{name}\0",
            1,
            data.len(),
            name.len() + 1
        )
        .into_bytes();
        all.resize(all.len().next_multiple_of(4), 0);
        all.extend(data);
        all.resize(all.len().next_multiple_of(4), 0);
        all
    }

    fn odc(name: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("070707{:06o}{:06o}{:06o}", 0, 0, 0o100_644)
            + &format!(
                "{:06o}{:06o}{:06o}{:06o}{:011o}{:06o}{:011o}{name}\0",
                0,
                0,
                1,
                0,
                1,
                name.len() + 1,
                data.len()
            );
        [header.as_bytes(), data].concat()
    }

    #[test]
    fn members_of_joined_archives_and_the_rest() {
        let mut bytes =
            [newc("dir", 0o040_755, b""), newc("a/b.txt", 0o100_644, b"one"), newc("TRAILER!!!", 0, b"")].concat();
        bytes.resize(512, 0);
        bytes.extend([odc("old", b"two"), odc("TRAILER!!!", b"")].concat());
        assert!(Cpio.recognizes(&mut Content::memory(b"x", bytes.clone())));
        bytes.extend(b"\0\0more");
        let (recording, result) = Recording::of_stream(&Cpio, &bytes);
        result.unwrap();
        assert_eq!(recording.names(), ["a/b.txt", "old", "(rest)"]);
        assert_eq!(recording.members[1].bytes, b"two");
        for at in 0..bytes.len() {
            let _ = Recording::of(&Cpio, &bytes[..at]);
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x11;
            let _ = Recording::of(&Cpio, &damaged);
        }
    }
}
