//! The old Office files and their kin: Word, Excel, `PowerPoint` and Outlook files in a compound container, and new Office
//! files that are encrypted into one.
//!
//! Which it is, is told by the names of the streams; the oldest are one stream without a container (`bare`). Each kind has
//! a reader of its own; documents embedded in others are read with them. What no structure leads to is looked for in the
//! raw bytes.

mod bare;
pub(super) mod bytes;
mod container;
mod doc;
mod drawing;
mod encryption;
mod legacy;
mod macros;
mod msg;
mod ppt;
mod properties;
pub(super) mod rtf;
mod xls;

use super::records::RecordText;
use super::{Content, Document, Format, Member, Nesting, PlaceKind, ReadError, Sink};
use crate::status::Reason;
use container::{Container, Entry, Kind};
use encryption::Package;
use std::io::{Read, SeekFrom};
use std::ops::ControlFlow;

/// Word to 2003.
pub static DOC: Compound = Compound { holds: Holds::Word };
/// Excel to 2003.
pub static XLS: Compound = Compound { holds: Holds::Excel };
/// `PowerPoint` 97 to 2003.
pub static PPT: Compound = Compound { holds: Holds::PowerPoint };
/// Outlook messages.
pub static MSG: Compound = Compound { holds: Holds::Message };
/// Encrypted docx, xlsx, pptx.
pub static ENCRYPTED_OFFICE: Compound = Compound { holds: Holds::Package };
/// Any other compound file.
pub static COMPOUND: Compound = Compound { holds: Holds::Other };

/// Bytes of a damaged file that are looked through for text.
const SALVAGED: u64 = 256 << 20;
/// Bytes of text that are taken from a compound file of an unknown kind.
const UNKNOWN: usize = 64 << 20;
/// Documents inside a document.
const EMBEDDED: usize = 1000;

/// Streams that are a file, and the beginnings of the names of those that are beside one.
const FILES: [&str; 3] = ["Package", "CONTENTS", "\u{1}Ole10Native"];
const AROUND: [&str; 5] = ["\u{1}CompObj", "\u{1}Ole", "\u{2}OlePres", "\u{3}ObjInfo", "\u{3}EPRINT"];

/// What a compound file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Word,
    Excel,
    PowerPoint,
    Message,
    Package,
    Other,
}

/// Streams by which kinds are told apart, in the order of weight.
const TELLING: [(&str, Holds); 6] = [
    ("EncryptedPackage", Holds::Package),
    ("WordDocument", Holds::Word),
    ("Workbook", Holds::Excel),
    ("Book", Holds::Excel),
    ("PowerPoint Document", Holds::PowerPoint),
    ("__properties_version1.0", Holds::Message),
];

impl Holds {
    fn within(container: &Container<'_>, storage: &str) -> Self {
        let told = TELLING.iter().find(|(name, _)| container.has(&format!("{storage}{name}")));
        told.map_or(Self::Other, |(_, holds)| *holds)
    }
}

/// A compound file of one kind.
#[derive(Debug)]
pub struct Compound {
    holds: Holds,
}

impl Format for Compound {
    fn name(&self) -> &'static str {
        match self.holds {
            Holds::Word => "doc",
            Holds::Excel => "xls",
            Holds::PowerPoint => "ppt",
            Holds::Message => "msg",
            Holds::Package => "encrypted-office",
            Holds::Other => "ole",
        }
    }

    fn media_type(&self) -> &'static str {
        match self.holds {
            Holds::Word => "application/msword",
            Holds::Excel => "application/vnd.ms-excel",
            Holds::PowerPoint => "application/vnd.ms-powerpoint",
            Holds::Message => "application/vnd.ms-outlook",
            Holds::Package => "application/encrypted",
            Holds::Other => "application/x-ole-storage",
        }
    }

    fn extensions(&self) -> &'static [&'static str] {
        match self.holds {
            Holds::Word => &["doc", "dot"],
            Holds::Excel => &["xls", "xlt", "xla"],
            Holds::PowerPoint => &["ppt", "pps", "pot"],
            Holds::Message => &["msg", "oft"],
            Holds::Package | Holds::Other => &[],
        }
    }

    fn nesting(&self) -> Nesting {
        Nesting::Document
    }

    fn place(&self) -> PlaceKind {
        match self.holds {
            Holds::Excel => PlaceKind::Cell,
            Holds::Package => PlaceKind::Member,
            _ => PlaceKind::Line,
        }
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        if !content.head().starts_with(container::MARK) {
            return bare::is(self.holds, content.head());
        }
        let Ok(reader) = content.look() else { return self.holds == Holds::Other };
        let holds = Container::open(reader).map_or(Holds::Other, |container| Holds::within(&container, ""));
        holds == self.holds
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let (passwords, clock) = (content.passwords(), content.clock());
        let is_bare = !content.head().starts_with(container::MARK);
        let (reader, broken) = content.spool()?;
        let size = reader.seek(SeekFrom::End(0))?;
        if is_bare {
            bare::read(self.holds, reader, passwords.all(), sink)?;
            return broken.map_or(Ok(()), |error| Err(error.again().into()));
        }
        let outcome = match Container::open(&mut *reader) {
            Ok(mut container) if self.holds == Holds::Package => {
                decrypted(&mut container, passwords.all(), &*clock, sink)?
            }
            Ok(mut container) => {
                let passwords = passwords.all();
                Reading { container: &mut container, sink: &mut *sink, passwords, size, gave: false }.all()?
            }
            Err(_) => Outcome::Broken,
        };
        if outcome == Outcome::Broken {
            // The tables are of no use: what is written anywhere in the file is better than nothing.
            let mut bytes = Vec::new();
            reader.seek(SeekFrom::Start(0))?;
            (&mut *reader).take(SALVAGED).read_to_end(&mut bytes)?;
            let mut text = Document::new();
            text.push(&bytes::runs(&bytes));
            text.stands_for(size);
            sink.partial(Reason::MalformedOffice, "damaged: runs of text were read without their order");
            let _ = sink.text(&mut text)?;
        }
        broken.map_or(Ok(()), |error| Err(error.again().into()))
    }
}

fn encrypted() -> ReadError {
    ReadError::Unsupported(Reason::EncryptedDocument, String::new())
}

fn decrypted(
    container: &mut Container<'_>,
    passwords: &[Vec<u8>],
    has_time: &dyn Fn() -> bool,
    sink: &mut dyn Sink,
) -> Result<Outcome, ReadError> {
    let info = container.stream("EncryptionInfo")?.unwrap_or_default();
    let package = container.stream("EncryptedPackage")?.unwrap_or_default();
    match encryption::open(&info, &package, passwords, has_time) {
        Package::Opened(bytes) => {
            let _ = sink.stream(&mut bytes.as_slice());
            if container.is_damaged() {
                sink.partial(Reason::MalformedOffice, "damaged");
            }
            Ok(Outcome::Done)
        }
        Package::Closed => Err(encrypted()),
        Package::Unknown => {
            Err(ReadError::Unsupported(Reason::EncryptedDocument, "an unknown way of encryption".to_owned()))
        }
    }
}

/// The properties that an encrypted document keeps in a stream of their own.
fn sealed_properties(container: &mut Container<'_>, within: &str, key: &legacy::Key) -> Result<String, ReadError> {
    let stream = container.stream(&format!("{within}encryption"))?.unwrap_or_default();
    Ok(legacy::summaries(key, &stream).iter().map(|set| properties::strings(set)).collect())
}

/// What a reader of one kind got out of its streams.
#[derive(Debug, Default)]
struct Opened {
    text: String,
    /// Files in it, with their names.
    members: Vec<(String, Vec<u8>)>,
    is_damaged: bool,
}

impl Opened {
    /// Nothing, for the streams make no sense.
    fn broken() -> Self {
        Self { is_damaged: true, ..Self::default() }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// Damaged, and nothing came out.
    Broken,
}

/// A compound file being read to the sink.
struct Reading<'a, 'r> {
    container: &'a mut Container<'r>,
    sink: &'a mut dyn Sink,
    passwords: &'a [Vec<u8>],
    size: u64,
    gave: bool,
}

impl Reading<'_, '_> {
    fn all(mut self) -> Result<Outcome, ReadError> {
        let main = Holds::within(self.container, "");
        let mut is_damaged = false;
        for storage in self.documents() {
            match self.document(&storage) {
                Ok((_, ControlFlow::Break(()))) => return Ok(Outcome::Done),
                Ok((damaged, _)) => is_damaged |= damaged,
                Err(error) if storage.is_empty() => return Err(error),
                Err(_) => {
                    let member = Member { name: storage.trim_end_matches('/').as_bytes(), modified: None };
                    let _ = self.sink.skip_member(&member, Reason::EncryptedDocument, "");
                }
            }
        }
        if self.properties()?.is_break() || self.packages()?.is_break() || self.macros()?.is_break() {
            return Ok(Outcome::Done);
        }
        is_damaged |= self.container.is_damaged();
        if is_damaged && !self.gave {
            return Ok(Outcome::Broken);
        }
        if is_damaged {
            self.sink.partial(Reason::MalformedOffice, "damaged");
        } else if main == Holds::Other && !self.is_all_read() {
            return self.unknown();
        }
        Ok(Outcome::Done)
    }

    /// Storages with documents, the root first; each name ends with `/`, but for the root's.
    fn documents(&self) -> Vec<String> {
        let storages = self.container.entries().iter().filter(|entry| entry.kind == Kind::Storage);
        let below = storages.map(|entry| format!("{}/", entry.path)).filter(|storage| {
            !matches!(Holds::within(self.container, storage), Holds::Other | Holds::Message | Holds::Package)
        });
        std::iter::once(String::new()).chain(below.take(EMBEDDED)).collect()
    }

    /// Reads the document in a storage; whether it is damaged.
    fn document(&mut self, storage: &str) -> Result<(bool, ControlFlow<()>), ReadError> {
        let opened = match Holds::within(self.container, storage) {
            Holds::Word => doc::read(self.container, storage, self.passwords)?,
            Holds::PowerPoint => ppt::read(self.container, storage, self.passwords)?,
            Holds::Message => msg::read(self.container)?,
            Holds::Excel => return self.workbook(storage),
            Holds::Package | Holds::Other => Opened::default(),
        };
        let mut flow = self.text(&opened.text)?;
        for (name, bytes) in opened.members {
            if flow.is_continue() {
                flow = self.member(&name, &bytes);
            }
        }
        Ok((opened.is_damaged, flow))
    }

    fn workbook(&mut self, storage: &str) -> Result<(bool, ControlFlow<()>), ReadError> {
        let mut cells = RecordText::new(xls::open(self.container, storage, self.passwords)?);
        let flow = self.sink.text(&mut cells)?;
        let mut workbook = cells.into_records();
        self.gave |= workbook.has_cells();
        let aside = workbook.take_aside();
        let flow = if flow.is_continue() { self.text(&aside)? } else { flow };
        Ok((workbook.is_damaged(), flow))
    }

    fn text(&mut self, text: &str) -> Result<ControlFlow<()>, ReadError> {
        if text.trim().is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        let mut document = Document::new();
        document.push(text);
        document.stands_for(if self.gave { 0 } else { self.size });
        self.gave = true;
        self.sink.text(&mut document)
    }

    fn member(&mut self, name: &str, bytes: &[u8]) -> ControlFlow<()> {
        self.gave = true;
        self.sink.member(&Member { name: name.as_bytes(), modified: None }, &mut &*bytes)
    }

    /// What is said of the document.
    fn properties(&mut self) -> Result<ControlFlow<()>, ReadError> {
        let is_set = |name: &str| name.starts_with('\u{5}') && name.ends_with("SummaryInformation");
        let streams =
            self.container.entries().iter().filter(|entry| entry.kind == Kind::Stream && is_set(entry.name()));
        let paths: Vec<String> = streams.map(|entry| entry.path.clone()).take(EMBEDDED).collect();
        let mut text = String::new();
        for path in paths {
            text.push_str(&properties::strings(&self.container.stream(&path)?.unwrap_or_default()));
        }
        self.text(&text)
    }

    /// The sources of macros.
    fn macros(&mut self) -> Result<ControlFlow<()>, ReadError> {
        let macros = macros::read(self.container)?;
        if macros.is_cut {
            self.sink.partial(Reason::OfficeSizeOverLimit, "not all macros were read");
        }
        for (name, source) in macros.modules {
            if self.member(&name, source.as_bytes()).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.text(&macros.text)
    }

    /// Looks for text in a file of a kind that has no reader: the control of a form, a saved view, a database.
    fn unknown(mut self) -> Result<Outcome, ReadError> {
        let is_content = |entry: &Entry| entry.kind == Kind::Stream && !FILES.contains(&entry.name());
        let streams = self.container.entries().iter().filter(|entry| is_content(entry));
        let paths: Vec<String> = streams.map(|entry| entry.path.clone()).collect();
        let mut text = String::new();
        for path in paths {
            text.push_str(&bytes::runs(&self.container.stream(&path)?.unwrap_or_default()));
            if text.len() > UNKNOWN {
                break;
            }
        }
        let detail = "a compound file of a kind that is not read";
        if text.trim().is_empty() {
            return Err(ReadError::Unsupported(Reason::UnsupportedFormat, detail.to_owned()));
        }
        let flow = self.text(&text)?;
        if flow.is_continue() {
            self.sink
                .partial(Reason::UnsupportedFormat, &format!("{detail}: runs of text were read without their order"));
        }
        Ok(Outcome::Done)
    }

    /// Whether it is an embedded file or a project of macros, with nothing left that could hold text: what surrounds the
    /// file says of what kind it is, and shows a picture of it. Of a directory that was cut short, neither is left.
    fn is_all_read(&self) -> bool {
        let streams = || self.container.entries().iter().filter(|entry| entry.kind == Kind::Stream);
        let is_content = |entry: &Entry| FILES.contains(&entry.name()) || macros::is_part(self.container, &entry.path);
        let is_around =
            |name: &str| AROUND.iter().any(|around| name.starts_with(around)) || name.ends_with("SummaryInformation");
        streams().any(is_content) && streams().all(|entry| is_content(entry) || is_around(entry.name()))
    }

    /// Files embedded as they are: new Office files and PDF, and whatever was dropped into a document.
    fn packages(&mut self) -> Result<ControlFlow<()>, ReadError> {
        let is_file = |name: &str| FILES.contains(&name);
        let streams =
            self.container.entries().iter().filter(|entry| entry.kind == Kind::Stream && is_file(entry.name()));
        let paths: Vec<String> = streams.map(|entry| entry.path.clone()).collect();
        for path in paths {
            let bytes = self.container.stream(&path)?.unwrap_or_default();
            let (name, from) = native(&bytes).filter(|_| path.ends_with("Ole10Native")).unwrap_or_default();
            let name = if name.is_empty() { path.replace('\u{1}', "") } else { format!("{}/{name}", parent(&path)) };
            let content = bytes.get(from..).unwrap_or_default();
            if !content.is_empty() && self.member(name.trim_start_matches('/'), content).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The label of a dropped file, and where its bytes begin: sizes, label and paths stand before.
fn native(bytes: &[u8]) -> Option<(String, usize)> {
    let text = |at: usize| {
        let rest = bytes.get(at..)?;
        let length = rest.iter().position(|byte| *byte == 0)?;
        Some((bytes::coded(&rest[..length], 1252), at + length + 1))
    };
    let (label, at) = text(6)?;
    let (_, at) = text(at)?;
    // Two numbers, a length and a temporary path.
    let at = at.checked_add(8)?.checked_add(bytes::u32_at(bytes, at + 4) as usize)?;
    let from = at.checked_add(4)?;
    let label = label.rsplit(['\\', '/']).next().unwrap_or_default().to_owned();
    (from <= bytes.len()).then_some((label, from))
}

#[cfg(test)]
mod tests;
