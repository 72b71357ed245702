//! The members of a zip as a list to choose from, for formats that are zips inside: found as for an archive, in the
//! directory and by the headers in front of them, but read when and in what order the format likes.
//!
//! Knows nothing of what the members mean.

use super::super::{Broken, Member, ReadError, ReadSeek, Sink};
use super::data::{Check, Data, Outcome, Section};
use super::header::{self, Header};
use super::methods::Packed;
use super::{Archive, Given};
use crate::status::Reason;
use crate::text::TextSource;
use std::io::{self, Read, SeekFrom};
use std::ops::{ControlFlow, Range};
use std::time::SystemTime;

/// Members that are kept in mind; a document with more is no document.
const MOST: usize = 200_000;
/// Bytes that are decoded to find the ends of members that do not say where they end.
const MOST_DECODED: u64 = 1 << 30;

/// A member: where it is and how it is packed.
pub(super) struct Part {
    header: Header,
    data: Range<u64>,
    check: Check,
}

/// The members of a zip.
pub(in crate::formats) struct Index<'r> {
    archive: Archive<'r>,
    parts: Vec<Part>,
    /// What was wrong with the archive as such.
    damage: Option<(Reason, String)>,
}

impl<'r> Index<'r> {
    /// Finds the members; `broken`: what ended the file too early.
    pub(in crate::formats) fn new(reader: &'r mut dyn ReadSeek, broken: Option<Broken>) -> Result<Self, ReadError> {
        let length = reader.seek(SeekFrom::End(0))?;
        let mut archive = Archive::new(reader, length, broken);
        archive.index = Some(Vec::new());
        let mut sink = Search { damage: None, left: MOST_DECODED };
        let _ = archive.read(&mut sink)?;
        let parts = archive.index.take().unwrap_or_default();
        if parts.len() >= MOST {
            sink.partial(Reason::MembersOverLimit, "more parts than any document has");
        }
        Ok(Self { archive, parts, damage: sink.damage })
    }

    /// What was wrong with the archive as such.
    pub(in crate::formats) fn damage(&self) -> Option<&(Reason, String)> {
        self.damage.as_ref()
    }

    /// How many members there are.
    pub(in crate::formats) fn len(&self) -> usize {
        self.parts.len()
    }

    /// A member's name; empty if there is no such member.
    pub(in crate::formats) fn name(&self, index: usize) -> &[u8] {
        self.parts.get(index).map_or(&[], |part| &part.header.name)
    }

    /// When a member was changed last.
    pub(in crate::formats) fn modified(&self, index: usize) -> Option<SystemTime> {
        self.parts.get(index).and_then(|part| part.header.modified)
    }

    /// Whether a member is a folder.
    pub(in crate::formats) fn is_folder(&self, index: usize) -> bool {
        self.parts.get(index).is_some_and(|part| part.header.is_folder())
    }

    /// The content of a member, or why it cannot be read.
    pub(in crate::formats) fn open(&mut self, index: usize) -> Result<impl Read + '_, (Reason, String)> {
        let Some(part) = self.parts.get(index) else {
            return Err((Reason::Malformed, "there is no such part".to_owned()));
        };
        if part.header.is_encrypted() {
            return Err((Reason::EncryptedDocument, "the part is encrypted".to_owned()));
        }
        let section = Section::new(self.archive.reader, part.data.clone(), None);
        let method = part.header.method;
        if Packed::is_known(method) {
            return Ok(Data::new(&part.header, section, part.check, None));
        }
        let name = header::method_name(method).map_or_else(|| format!("method {method}"), str::to_owned);
        Err((Reason::UnsupportedCompression, name))
    }
}

impl Archive<'_> {
    /// Notes a member for the index, if one is being made. Where its end is not known, the sink reads on to it.
    pub(super) fn note(&mut self, header: &Header, data: Range<u64>, check: Check) -> Option<Given> {
        let parts = self.index.as_mut()?;
        if parts.len() >= MOST {
            return Some(Given { flow: ControlFlow::Break(()), outcome: None, position: data.start });
        }
        let end = data.end;
        parts.push(Part { header: header.clone(), data, check });
        let is_known = matches!(check, Check::Known { .. });
        is_known.then_some(Given { flow: ControlFlow::Continue(()), outcome: Some(Outcome::Ended), position: end })
    }
}

/// The sink of a search: reads members only as far as needed to know where they end.
struct Search {
    damage: Option<(Reason, String)>,
    /// Bytes that may still be decoded.
    left: u64,
}

impl Sink for Search {
    fn text(&mut self, _: &mut dyn TextSource) -> Result<ControlFlow<()>, ReadError> {
        Ok(ControlFlow::Continue(()))
    }

    fn member(&mut self, member: &Member<'_>, content: &mut dyn Read) -> ControlFlow<()> {
        if member.name == b"(stub)" || member.name.starts_with(b"(comment)") || member.name.starts_with(b"(gap") {
            self.partial(Reason::Malformed, "something stands in the file that is no part of the document");
            return ControlFlow::Continue(());
        }
        // Damage comes up again when the member is read in earnest.
        let read = io::copy(&mut content.take(self.left), &mut io::sink()).unwrap_or_default();
        self.left = self.left.saturating_sub(read);
        ControlFlow::Continue(())
    }

    fn stream(&mut self, _: &mut dyn Read) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn skip_member(&mut self, _: &Member<'_>, reason: Reason, detail: &str) -> ControlFlow<()> {
        // What cannot be read says so again when it is opened; what is not there never would.
        if reason == Reason::Malformed {
            self.partial(reason, detail);
        }
        ControlFlow::Continue(())
    }

    fn partial(&mut self, reason: Reason, detail: &str) {
        self.damage.get_or_insert((reason, detail.to_owned()));
    }
}

/// Names of members as far as the first and last bytes of a file show them, given to `each` until it returns true.
pub(in crate::formats) fn any_name(head: &[u8], tail: &[u8], each: &mut dyn FnMut(&[u8]) -> bool) -> bool {
    any_local(head, each) || any_listed(tail, each)
}

fn any_local(head: &[u8], each: &mut dyn FnMut(&[u8]) -> bool) -> bool {
    let mut at = 0;
    while let Some(rest) = head.get(at..)
        && let Some(start) = memchr::memmem::find(rest, header::LOCAL)
        && let Some(fixed) = rest.get(start..start + header::LOCAL_SIZE)
    {
        let numbers = header::Numbers(fixed);
        let (name_size, extra_size) = (usize::from(numbers.u16(26)), usize::from(numbers.u16(28)));
        let name_at = start + header::LOCAL_SIZE;
        if rest.get(name_at..name_at + name_size).is_some_and(&mut *each) {
            return true;
        }
        // Data of known length is stepped over: it may be an archive itself.
        let packed = if numbers.u16(6) & 8 == 0 { numbers.u32(18) as usize } else { 0 };
        at += (name_at + name_size + extra_size).saturating_add(packed);
    }
    false
}

fn any_listed(tail: &[u8], each: &mut dyn FnMut(&[u8]) -> bool) -> bool {
    let Some(end) = memchr::memmem::rfind(tail, header::END) else { return false };
    let size = header::Numbers(&tail[end..]).u32(12) as usize;
    // A directory larger than the tail is cut in front: the first whole entry in view is as good as any.
    let from = end.saturating_sub(size);
    let view = &tail[from..end];
    let Some(first) = memchr::memmem::find(view, header::ENTRY) else { return false };
    let mut rest = &view[first..];
    while rest.starts_with(header::ENTRY) && rest.len() >= header::ENTRY_SIZE {
        let numbers = header::Numbers(rest);
        let lengths = [numbers.u16(28), numbers.u16(30), numbers.u16(32)].map(usize::from);
        if rest.get(header::ENTRY_SIZE..header::ENTRY_SIZE + lengths[0]).is_some_and(&mut *each) {
            return true;
        }
        rest = rest.get(header::ENTRY_SIZE + lengths.iter().sum::<usize>()..).unwrap_or_default();
    }
    false
}
