//! zip: members found by the central directory, and by the headers in front of them where the directory does not list
//! them, lists them differently, or is lost.
//!
//! Knows the methods of `methods.rs` and the encryptions of `encryption.rs`; other members are named, not read. The `zip` crate is not used
//! for reading: it shows one of two members with the same name, none that the directory leaves out, and nothing of an
//! archive without a directory. A second reader beside it would be needed for those, so there is one for all. The tests
//! build their archives with the crate.
//!
//! What stands in front of an archive (a self-extractor, a text) is given as a member called `(stub)`, what stands between
//! or behind its parts as `(gap at …)`, the comment of the archive as `(comment)`, and that of a member as `(comment) NAME`.

mod data;
mod directory;
mod encryption;
mod header;
mod index;
mod methods;
mod old;
mod views;
mod walk;

pub(super) use index::{Index, any_name};

use self::data::{Check, Data, Outcome, Section};
use self::directory::{Directory, Entries, read_at};
use self::encryption::{CODE, Cipher, Lock};
use self::header::{Header, LOCAL};
use self::methods::Packed;
use self::views::{Misplaced, View};
use self::walk::Extents;
use super::links::{Links, SYMBOLIC_LINK};
use super::text::is_textual;
use super::{Broken, Content, Format, Member, Nesting, Passwords, ReadError, ReadSeek, Sink, media_type_of};
use crate::status::Reason;
use memchr::memmem;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, SeekFrom};
use std::ops::{ControlFlow, Range};

/// The format.
pub(super) struct Zip;

/// What precedes the first member of an archive in several volumes, or of one that was meant to be.
const SPANNED: [&[u8]; 2] = [b"PK\x07\x08", b"PK00"];

/// Formats that may hold an archive as it is, in front of something else.
const AROUND: [&dyn Format; 3] = [&super::tar::Tar, &super::ar::Ar, &super::cpio::Cpio];

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
        // Nor may anything else, unless it is no text and no file of a known kind.
        let front = memmem::find(head, LOCAL).map(|at| &head[..at]);
        let is_unknown = front.is_some_and(|front| !is_textual(front)) && media_type_of(head).is_none();
        let is_unknown = is_unknown && !AROUND.iter().any(|format| format.recognizes(content));
        directory::ends_archive(content.tail(), is_program || is_unknown)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let passwords = content.passwords();
        let (reader, broken) = content.spool()?;
        let length = reader.seek(SeekFrom::End(0))?;
        let flow = Archive { passwords, ..Archive::new(reader, length, broken.clone()) }.read(sink)?;
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
    passwords: Passwords,
    /// Which password opened a member last.
    proven: usize,
    links: Links,
    /// Whether the sink left the member before unread: where that ends is not known.
    is_left_unread: bool,
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
            passwords: Passwords::default(),
            proven: 0,
            links: Links::default(),
            is_left_unread: false,
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
                if self.read_listed(&directory, &mut listed, sink)?.is_break()
                    || self.give_part(b"(comment)", directory.comment..directory.close, sink).is_break()
                {
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
        if std::mem::take(&mut self.misplaced).tell(sink).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        Ok(self.links.tell(sink))
    }

    /// Gives the members that the directory lists.
    fn read_listed(&mut self, directory: &Directory, listed: &mut Extents, sink: &mut dyn Sink) -> Flow {
        let mut entries = Entries::new(directory);
        while let Some((header, comment)) = entries.next(self.reader)? {
            let name = if comment.is_empty() { Vec::new() } else { [b"(comment) ", header.name.as_slice()].concat() };
            let flow = self.read_entry(header, directory.shift, listed, sink)?;
            let comments = Member { name: &name, modified: None };
            if flow.is_break() || (!comment.is_empty() && sink.member(&comments, &mut comment.as_slice()).is_break()) {
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
        let sums = header.sums();
        let (views, end) = self.views(header, &place)?;
        let mut is_new = false;
        for view in views {
            if view.header.is_folder() {
                self.links.name(&view.header.name);
                is_new = true;
                continue;
            }
            let mut hasher = DefaultHasher::new();
            view.header.name.hash(&mut hasher);
            let name = hasher.finish();
            let flow = match self.given.insert(view.key(), name) {
                None => {
                    is_new = true;
                    self.give(&view, view.end(), sink)?.flow
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
            let end = self.behind_sums(sums, end)?;
            listed.add(place.start..end.min(self.length));
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Gives one member to the sink, or says why it cannot be read.
    fn give(&mut self, view: &View, end: u64, sink: &mut dyn Sink) -> io::Result<Given> {
        let View { header, data, check } = view;
        let member = Member { name: &header.name, modified: header.modified };
        let unread = |flow| Ok(Given { flow, outcome: None, position: *data });
        if let Some(given) = self.note(header, *data..end.min(self.length), *check) {
            return Ok(given);
        }
        let special = header.special();
        if let Some(kind) = special.filter(|kind| *kind != SYMBOLIC_LINK) {
            return unread(sink.skip_member(&member, Reason::NotARegularFile, kind));
        }
        let method = header.packing();
        if !Packed::is_known(method) {
            let number = format!("method {method}");
            let name = header::method_name(method).unwrap_or(&number);
            return unread(sink.skip_member(&member, Reason::UnsupportedCompression, name));
        }
        let key = if header.is_encrypted() { self.key(view, end)? } else { None };
        if header.is_encrypted() && key.is_none() {
            return unread(sink.skip_member(&member, Reason::EncryptedArchive, "the member is encrypted"));
        }
        let mut content = self.open(view, end, key);
        if special.is_some() {
            let mut flow = ControlFlow::Continue(());
            let mut target = Vec::new();
            let is_whole = (&mut content).take(header::LONGEST_PATH).read_to_end(&mut target).is_ok();
            let (outcome, position) = (content.outcome(), content.position());
            drop(content);
            if !is_whole || !self.links.link(&member, &target, SYMBOLIC_LINK) {
                flow = sink.skip_member(&member, Reason::NotARegularFile, SYMBOLIC_LINK);
            }
            return Ok(Given { flow, outcome: Some(outcome), position });
        }
        let flow = sink.member(&member, &mut content);
        let given = Given { flow, outcome: Some(content.outcome()), position: content.position() };
        let used = content.into_decoder();
        self.spare = used.or(self.spare.take());
        self.links.name(&header.name);
        Ok(given)
    }

    /// The content of a member whose method is known.
    fn open(&mut self, view: &View, end: u64, cipher: Option<Cipher>) -> Data<'_> {
        let View { header, data, check } = view;
        let broken = self.broken.clone().filter(|_| end > self.length);
        let mut part = *data..end.min(self.length);
        if let Some(lock) = Lock::of(header).filter(|_| cipher.is_some()) {
            part.start = part.start.saturating_add(lock.head() as u64);
            let has_code = matches!((lock, check), (Lock::Aes { .. }, Check::Known { .. }));
            part.end = part.end.saturating_sub(if has_code { CODE as u64 } else { 0 });
        }
        let spare = if header.packing() == 8 { self.spare.take() } else { None };
        Data::new(header, Section::new(self.reader, part, broken).encrypted(cipher), *check, spare)
    }

    /// Tries the passwords on a member, the last one that was right first. The few bytes that tell wrong ones are right by
    /// chance once in 256 times for the old encryption; there the content decides.
    fn key(&mut self, view: &View, end: u64) -> io::Result<Option<Cipher>> {
        let Some(lock) = Lock::of(&view.header) else { return Ok(None) };
        if view.header.packing() == 0 && !matches!(view.check, Check::Known { .. }) {
            return Ok(None); // Nothing says where it ends.
        }
        let passwords = self.passwords.clone();
        let all = passwords.all();
        let head = if all.is_empty() { Vec::new() } else { read_at(self.reader, view.data, lock.head())? };
        let proven = self.proven.min(all.len());
        for index in (proven..all.len()).chain(0..proven) {
            let Some(cipher) = all.get(index).and_then(|password| lock.open(&head, password)) else { continue };
            let is_sure = matches!(cipher, Cipher::Aes(_));
            if is_sure || self.probe_with(view, end, Some(cipher.clone()))?.is_none_or(|probe| probe.is_right) {
                self.proven = index;
                return Ok(Some(cipher));
            }
        }
        Ok(None)
    }

    /// Where the sizes end that stand behind a member's data, if they are there and say the same as the header.
    fn behind_sums(&mut self, sums: header::Sums, end: u64) -> io::Result<u64> {
        if !sums.are_behind || end >= self.length {
            return Ok(end);
        }
        Ok(end + sums.length(&read_at(self.reader, end, header::Sums::LONGEST)?))
    }

    /// Gives what stands in front of the archive, unless it is only the mark of a volume.
    fn give_stub(&mut self, end: u64, sink: &mut dyn Sink) -> Flow {
        if end == 4 && SPANNED.contains(&read_at(self.reader, 0, 4)?.as_slice()) {
            return Ok(ControlFlow::Continue(()));
        }
        Ok(self.give_part(b"(stub)", 0..end, sink))
    }

    /// Gives a part of the file that is no member, under a name of our own.
    fn give_part(&mut self, name: &[u8], part: Range<u64>, sink: &mut dyn Sink) -> ControlFlow<()> {
        if part.is_empty() {
            return ControlFlow::Continue(());
        }
        let member = Member { name, modified: None };
        sink.member(&member, &mut Section::new(self.reader, part, None))
    }
}

#[cfg(test)]
mod disagreement;
#[cfg(test)]
mod packing;
#[cfg(test)]
mod tests;
