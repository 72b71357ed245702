//! ar archives, and with them Debian packages: members behind fixed headers, with the long names of GNU and BSD.
//!
//! The tables of symbols that linkers want are passed over: they only repeat names. Knows nothing of what is in members.

use super::{Content, Format, Member, Nesting, ReadError, Sink};
use std::io::{self, BufRead, BufReader, Read};
use std::time::{Duration, SystemTime};

const MAGIC: &[u8] = b"!<arch>\n";
const HEADER: usize = 60;
/// Bytes of the table of long names, and of one name.
const NAMES: u64 = 16 << 20;
const NAME: u64 = 4096;

/// The format.
pub(super) struct Ar;

impl Format for Ar {
    fn name(&self) -> &'static str {
        "ar"
    }

    fn media_type(&self) -> &'static str {
        "application/x-archive"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ar", "a", "deb", "udeb"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Archive
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let head = content.head();
        head.starts_with(MAGIC) && (head.len() == MAGIC.len() || head.get(66..68) == Some(b"`\n"))
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let mut input = BufReader::with_capacity(64 << 10, content);
        input.read_exact(&mut [0; 8])?;
        let mut names = Vec::new();
        while !input.fill_buf()?.is_empty() {
            let mut header = [0; HEADER];
            input.read_exact(&mut header)?;
            if header[58..] != *b"`\n" {
                return Err(ReadError::Malformed("a header of a member is damaged".to_owned()));
            }
            let size = number(&header[48..58]).ok_or_else(|| ReadError::Malformed("a size is damaged".to_owned()))?;
            let mut data = (&mut input).take(size);
            let name = header[..16].trim_ascii_end();
            if name == b"//" {
                data.by_ref().take(NAMES).read_to_end(&mut names)?;
            } else if !matches!(name, b"/" | b"/SYM64/" | b"__.SYMDEF" | b"__.SYMDEF SORTED") {
                let name = full_name(name, &names, &mut data)?;
                let modified =
                    number(&header[16..28]).map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
                if sink.member(&Member { name: &name, modified }, &mut Whole(&mut data)).is_break() {
                    return Ok(());
                }
            }
            io::copy(&mut data, &mut io::sink())?;
            if data.limit() > 0 {
                return Err(ReadError::Malformed("the archive is cut short".to_owned()));
            }
            // Members begin at even places.
            if size % 2 == 1 {
                (&mut input).take(1).read_to_end(&mut Vec::new())?;
            }
        }
        Ok(())
    }
}

/// The name of a member: in the header, in the table of GNU, or in front of the data as BSD puts it.
fn full_name(name: &[u8], names: &[u8], data: &mut impl Read) -> io::Result<Vec<u8>> {
    if let Some(length) = name.strip_prefix(b"#1/").and_then(number) {
        let mut name = Vec::new();
        data.take(length.min(NAME)).read_to_end(&mut name)?;
        name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
        return Ok(name);
    }
    let at = name.strip_prefix(b"/").and_then(number).and_then(|at| usize::try_from(at).ok());
    let name = match at.and_then(|at| names.get(at..)) {
        Some(rest) => rest.split(|byte| *byte == b'\n').next().unwrap_or(rest),
        None => name,
    };
    Ok(name.strip_suffix(b"/").unwrap_or(name).to_vec())
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text.trim_ascii()).ok()?.parse().ok()
}

/// Data that must be there to its end: a cut is an error of the member.
pub(super) struct Whole<'d, R>(pub(super) &'d mut io::Take<R>);

impl<R: Read> Read for Whole<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        if count == 0 && self.0.limit() > 0 && !buffer.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends inside the member"));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::recording::Recording;

    fn member(name: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 1, 0, 0, 644, data.len());
        let mut all = [header.as_bytes(), data].concat();
        if data.len() % 2 == 1 {
            all.push(b'\n');
        }
        all
    }

    fn archive() -> Vec<u8> {
        [
            MAGIC.to_vec(),
            member("/", b"\0\0\0\0"),
            member("//", b"a name that is long/\nother/\n"),
            member("short/", b"one"),
            member("/0", b"two"),
            member("#1/8", b"bsd.name3"),
        ]
        .concat()
    }

    #[test]
    fn members_have_their_names() {
        let (recording, result) = Recording::of_stream(&Ar, &archive());
        result.unwrap();
        assert_eq!(recording.names(), ["short", "a name that is long", "bsd.name"]);
        let bytes: Vec<_> = recording.members.iter().map(|member| member.bytes.as_slice()).collect();
        assert_eq!(bytes, [b"one", b"two", &b"3"[..]]);
    }

    #[test]
    fn cuts_and_wrong_bytes_end_well() {
        let bytes = archive();
        for at in 8..bytes.len() {
            let (recording, _) = Recording::of(&Ar, &bytes[..at]);
            assert!(recording.members.len() <= 3);
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            let _ = Recording::of(&Ar, &damaged);
        }
        assert!(Recording::of(&Ar, &bytes[..bytes.len() - 2]).0.members[2].error.is_some());
    }
}
