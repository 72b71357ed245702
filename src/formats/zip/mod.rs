//! zip: members found by the central directory, and by the headers in front of them where the directory does not list
//! them, lists them differently, or is lost.
//!
//! Knows stored and deflated data; other methods and encrypted members are named, not read. The `zip` crate is not used
//! for reading: it shows one of two members with the same name, none that the directory leaves out, and nothing of an
//! archive without a directory. A second reader beside it would be needed for those, so there is one for all. The tests
//! build their archives with the crate.
//!
//! What stands in front of an archive (a self-extractor, a text) is given as a member called `(stub)`.

mod data;
mod directory;
mod header;
mod index;
mod walk;

pub(super) use index::{Index, any_name};

use self::data::{Check, Data, Outcome, Section};
use self::directory::{Directory, Entries, read_at};
use self::header::{Header, LOCAL, LOCAL_SIZE, Numbers};
use self::walk::Extents;
use super::{Content, Format, Member, Nesting, ReadError, ReadSeek, Sink};
use crate::status::Reason;
use std::io::SeekFrom;
use std::ops::{ControlFlow, Range};

/// The format.
pub(super) struct Zip;

/// What precedes the first member of an archive in several volumes, or of one that was meant to be.
const SPANNED: [&[u8]; 2] = [b"PK\x07\x08", b"PK00"];

impl Format for Zip {
    fn name(&self) -> &'static str {
        "zip"
    }

    fn media_type(&self) -> &'static str {
        "application/zip"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["zip", "jar", "war", "ear", "apk", "ipa", "whl", "xpi", "nupkg"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Archive
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let head = content.head();
        let unmarked = SPANNED.iter().find_map(|marker| head.strip_prefix(*marker)).unwrap_or(head);
        if unmarked.starts_with(LOCAL) || head.starts_with(header::END) {
            return true;
        }
        // A signature may follow the archive in a signed program, and nowhere else.
        let is_program = [&b"MZ"[..], b"\x7fELF", b"#!"].iter().any(|magic| head.starts_with(magic));
        directory::ends_archive(content.tail(), is_program)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let (reader, broken) = content.spool()?;
        let length = reader.seek(SeekFrom::End(0))?;
        let flow = Archive::new(reader, length).read(sink, broken.is_none())?;
        match broken {
            Some(error) if flow.is_continue() => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// `Break` where the sink has had enough.
type Flow = Result<ControlFlow<()>, ReadError>;

struct Archive<'r> {
    reader: &'r mut dyn ReadSeek,
    /// Bytes of the file.
    length: u64,
    /// Bytes that may still be looked at a second time for members inside what turned out to be none.
    second_looks: u64,
    /// The decoder of the member before.
    spare: Option<flate2::Decompress>,
    /// The members seen so far, while they are only listed.
    index: Option<Vec<index::Part>>,
}

/// Where the directory's view of a member is in the file.
struct Place {
    /// From its local header to behind its data.
    whole: Range<u64>,
    data: u64,
    /// Whether the local header describes the same.
    is_agreed: bool,
}

/// What came of a member.
struct Given {
    flow: ControlFlow<()>,
    /// None if it was not read.
    outcome: Option<Outcome>,
    /// Where in the file it was read to.
    position: u64,
}

impl<'r> Archive<'r> {
    fn new(reader: &'r mut dyn ReadSeek, length: u64) -> Self {
        const LEAST: u64 = 64 << 20;
        Self { reader, length, second_looks: length.saturating_add(LEAST), spare: None, index: None }
    }

    fn read(&mut self, sink: &mut dyn Sink, is_whole: bool) -> Flow {
        let mut listed = Extents::default();
        match Directory::find(self.reader, self.length)? {
            Some(directory) => {
                listed.add(directory.start..directory.close);
                if self.read_listed(&directory, &mut listed, sink)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            // When the file itself could not be read on, that is the reason, not this.
            None if is_whole => sink.partial(Reason::Malformed, "the central directory is missing"),
            None => {}
        }
        self.read_unlisted(listed, sink)
    }

    /// Gives the members that the directory lists.
    fn read_listed(&mut self, directory: &Directory, listed: &mut Extents, sink: &mut dyn Sink) -> Flow {
        let mut entries = Entries::new(directory);
        while let Some(header) = entries.next(self.reader)? {
            let Some(place) = self.locate(&header, directory.shift)? else {
                let member = Member { name: &header.name, modified: header.modified };
                if sink.skip_member(&member, Reason::Malformed, "it is not where the directory says").is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                continue;
            };
            // Where the two headers differ, the member is read once as each of them says.
            if place.is_agreed {
                listed.add(place.whole.clone());
            }
            if header.is_folder() {
                continue;
            }
            let check = Check::Known { crc: header.crc, size: header.size };
            if self.give(&header, place.data..place.whole.end, check, sink).flow.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if !entries.is_done(self.reader)? {
            sink.partial(Reason::Malformed, "the central directory is damaged");
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Finds a listed member by its local header; none if there is no header.
    fn locate(&mut self, header: &Header, shift: u64) -> Result<Option<Place>, ReadError> {
        for start in [header.offset.checked_add(shift), Some(header.offset)].into_iter().flatten() {
            if start >= self.length {
                continue;
            }
            let fixed = read_at(self.reader, start, LOCAL_SIZE)?;
            if fixed.len() < LOCAL_SIZE || !fixed.starts_with(LOCAL) {
                continue;
            }
            let numbers = Numbers(&fixed);
            let extra_at = start + LOCAL_SIZE as u64 + u64::from(numbers.u16(26));
            let extra_size = numbers.u16(28);
            let data = (extra_at + u64::from(extra_size)).min(self.length);
            // Only the sizes count here, and they are in the extra fields only if they are large.
            let has_wide_size = numbers.u32(18) == u32::MAX && extra_at < self.length;
            let extra =
                if has_wide_size { read_at(self.reader, extra_at, usize::from(extra_size))? } else { Vec::new() };
            let is_agreed = header.agrees_with(&Header::local(&fixed, b"", &extra));
            let end = data.saturating_add(header.packed).min(self.length);
            return Ok(Some(Place { whole: start..end, data, is_agreed }));
        }
        Ok(None)
    }

    /// Gives one member to the sink, or says why it cannot be read.
    fn give(&mut self, header: &Header, data: Range<u64>, check: Check, sink: &mut dyn Sink) -> Given {
        let member = Member { name: &header.name, modified: header.modified };
        let unread = |flow| Given { flow, outcome: None, position: data.start };
        if let Some(given) = self.note(header, &data, check) {
            return given;
        }
        if header.is_encrypted() {
            return unread(sink.skip_member(&member, Reason::EncryptedArchive, "the member is encrypted"));
        }
        if let Some(kind) = header.special() {
            return unread(sink.skip_member(&member, Reason::NotARegularFile, kind));
        }
        let spare = if header.method == 8 { self.spare.take() } else { None };
        let section = Section::new(self.reader, data.start, data.end);
        let mut content = match header.method {
            0 => Data::stored(section, check),
            8 => Data::deflated(section, check, spare),
            method => {
                let number = format!("method {method}");
                let name = header::method_name(method).unwrap_or(&number);
                return unread(sink.skip_member(&member, Reason::UnsupportedCompression, name));
            }
        };
        let flow = sink.member(&member, &mut content);
        let given = Given { flow, outcome: Some(content.outcome()), position: content.position() };
        let used = content.into_decoder();
        self.spare = used.or(self.spare.take());
        given
    }

    /// Gives what stands in front of the archive, unless it is only the mark of a volume.
    fn give_stub(&mut self, end: u64, sink: &mut dyn Sink) -> Flow {
        if end == 0 || (end == 4 && SPANNED.contains(&read_at(self.reader, 0, 4)?.as_slice())) {
            return Ok(ControlFlow::Continue(()));
        }
        let member = Member { name: b"(stub)", modified: None };
        Ok(sink.member(&member, &mut Section::new(self.reader, 0, end)))
    }
}

#[cfg(test)]
mod tests;
