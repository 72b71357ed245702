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
mod views;
mod walk;

pub(super) use index::{Index, any_name};

use self::data::{Data, Outcome, Section};
use self::directory::{Directory, Entries, read_at};
use self::header::{Header, LOCAL};
use self::views::{Misplaced, View};
use self::walk::Extents;
use super::{Broken, Content, Format, Member, Nesting, ReadError, ReadSeek, Sink};
use crate::status::Reason;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::SeekFrom;
use std::ops::ControlFlow;

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
        let flow = Archive::new(reader, length, broken.clone()).read(sink)?;
        match broken {
            Some(error) if flow.is_continue() => Err(error.again().into()),
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
    /// Why there are no more, where the file could not be read on.
    broken: Option<Broken>,
    /// Bytes that may still be looked at a second time: for members inside what turned out to be none, and for which of
    /// two headers is right.
    second_looks: u64,
    /// The decoder of the member before.
    spare: Option<flate2::Decompress>,
    /// Listed members that were not found yet.
    misplaced: Misplaced,
    /// The data that was given, each with a hash of the name.
    given: HashMap<(u64, u64, u16), u64>,
    /// The members seen so far, while they are only listed.
    index: Option<Vec<index::Part>>,
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
    fn new(reader: &'r mut dyn ReadSeek, length: u64, broken: Option<Broken>) -> Self {
        const LEAST: u64 = 64 << 20;
        Self {
            reader,
            length,
            broken,
            second_looks: length.saturating_add(LEAST),
            spare: None,
            misplaced: Misplaced::default(),
            given: HashMap::new(),
            index: None,
        }
    }

    fn read(&mut self, sink: &mut dyn Sink) -> Flow {
        let mut listed = Extents::default();
        // A directory that shows in what broke off is that of an archive inside.
        let directory = if self.broken.is_some() { None } else { Directory::find(self.reader, self.length)? };
        match directory {
            Some(directory) => {
                listed.add(directory.start..directory.close);
                if self.read_listed(&directory, &mut listed, sink)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            // When the file itself could not be read on, that is the reason, not this.
            None if self.broken.is_none() => sink.partial(Reason::Malformed, "the central directory is missing"),
            None => {}
        }
        if self.read_unlisted(listed, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        Ok(std::mem::take(&mut self.misplaced).tell(sink))
    }

    /// Gives the members that the directory lists.
    fn read_listed(&mut self, directory: &Directory, listed: &mut Extents, sink: &mut dyn Sink) -> Flow {
        let mut entries = Entries::new(directory);
        while let Some(header) = entries.next(self.reader)? {
            if self.read_entry(header, directory.shift, listed, sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if !entries.is_done(self.reader)? {
            sink.partial(Reason::Malformed, "the central directory is damaged");
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Gives the member of a directory entry, unless it was given already or must be looked for.
    fn read_entry(&mut self, header: Header, shift: u64, listed: &mut Extents, sink: &mut dyn Sink) -> Flow {
        let place = match self.locate(&header, shift)? {
            Some(place) if place.is_named => place,
            other => {
                sink.partial(Reason::Malformed, "the directory is wrong of where a member is, or of its name");
                let kept = self.misplaced.keep(header, other.map(|place| place.start));
                return Ok(kept.map_or_else(|header| views::lost(&header, sink), ControlFlow::Continue));
            }
        };
        if place.differs() {
            sink.partial(Reason::Malformed, "the directory and the header of a member disagree");
        }
        let (views, end) = self.views(header, &place)?;
        let mut is_new = false;
        for view in views {
            if view.header.is_folder() {
                is_new = true;
                continue;
            }
            let mut hasher = DefaultHasher::new();
            view.header.name.hash(&mut hasher);
            let name = hasher.finish();
            let flow = match self.given.insert(view.key(), name) {
                None => {
                    is_new = true;
                    self.give(&view, view.end(), sink).flow
                }
                Some(other) => {
                    sink.partial(Reason::Malformed, "the directory lists the same data twice");
                    self.given.insert(view.key(), other);
                    let member = Member { name: &view.header.name, modified: view.header.modified };
                    let detail = "its data is that of another member, and was read there";
                    if other == name {
                        ControlFlow::Continue(())
                    } else {
                        sink.skip_member(&member, Reason::Malformed, detail)
                    }
                }
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        if is_new {
            listed.add(place.start..end.min(self.length));
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Gives one member to the sink, or says why it cannot be read.
    fn give(&mut self, view: &View, end: u64, sink: &mut dyn Sink) -> Given {
        let View { header, data, check } = view;
        let member = Member { name: &header.name, modified: header.modified };
        let unread = |flow| Given { flow, outcome: None, position: *data };
        if let Some(given) = self.note(header, *data..end.min(self.length), *check) {
            return given;
        }
        if header.is_encrypted() {
            return unread(sink.skip_member(&member, Reason::EncryptedArchive, "the member is encrypted"));
        }
        if let Some(kind) = header.special() {
            return unread(sink.skip_member(&member, Reason::NotARegularFile, kind));
        }
        let spare = if header.method == 8 { self.spare.take() } else { None };
        let broken = self.broken.clone().filter(|_| end > self.length);
        let section = Section::new(self.reader, *data..end.min(self.length), broken);
        let mut content = match header.method {
            0 => Data::stored(section, *check),
            8 => Data::deflated(section, *check, spare),
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
        Ok(sink.member(&member, &mut Section::new(self.reader, 0..end, None)))
    }
}

#[cfg(test)]
mod disagreement;
#[cfg(test)]
mod tests;
