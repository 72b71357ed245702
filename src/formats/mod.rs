//! File formats: one file for each, the trait [`Format`], and the list [`FORMATS`].
//!
//! A format recognises its files by content and gives what is in them to a [`Sink`]: text, members, or both. It knows
//! nothing of depth, limits, identifiers or findings; `open` implements the sink once, and all of that is there.

mod ar;
mod avro;
mod calendar;
mod ciphers;
mod codecs;
pub mod compound;
mod content;
mod cpio;
pub mod csv;
mod document;
mod drawn;
mod embedded;
mod gzip;
mod image;
mod inflate;
pub mod json;
mod labels;
mod lfs;
mod links;
mod mail;
mod markup;
mod mbox;
mod numbers;
mod office;
mod orc;
mod pages;
mod parquet;
mod paths;
pub mod pdf;
mod ranges;
#[cfg(test)]
pub(crate) mod recording;
mod records;
mod references;
mod rpm;
mod rtf;
mod settings;
mod sevenz;
mod shown;
mod sqlite;
mod tar;
pub mod text;
mod tnef;
mod yaml;
mod zip;

pub(crate) use ciphers::base64;
pub use content::{Broken, Clock, Content, Passwords, ReadSeek};
pub(crate) use document::Document;
pub use text::media_type_of;

use crate::status::Reason;
use crate::text::TextSource;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::time::SystemTime;

/// How a format counts as an archive level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// Text or a document: no level.
    Leaf,
    /// A document that may have files embedded, which lie one level deeper; its own text is read at any level.
    Document,
    /// Holds named members: one level.
    Archive,
    /// One compressed stream without a name of its own: one level, together with a tar right inside it.
    Compression,
}

/// The kind of place that a format's occurrences have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// A line and a column of text.
    Line,
    /// A cell of a table.
    Cell,
    /// A field of a record.
    Record,
    /// A page of a document.
    Page,
    /// Its members have places of their own kinds.
    Member,
}

impl PlaceKind {
    /// Macie's array of such places in a finding.
    pub fn array(self) -> Option<&'static str> {
        match self {
            Self::Line => Some("lineRanges"),
            Self::Cell => Some("cells"),
            Self::Record => Some("records"),
            Self::Page => Some("pages"),
            Self::Member => None,
        }
    }

    /// The same for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Line => "line and column",
            Self::Cell => "cell: row, column and its name",
            Self::Record => "JSON path, record and line",
            Self::Page => "page",
            Self::Member => "path in the archive, then the place in that file",
        }
    }
}

/// Reads one kind of file. Gives text and members to the sink; decides nothing else.
pub trait Format: Sync {
    /// Short name, as users know it: `zip`.
    fn name(&self) -> &'static str;

    /// Media type of its files.
    fn media_type(&self) -> &'static str;

    /// Usual file name extensions, without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// Whether it counts as an archive level.
    fn nesting(&self) -> Nesting {
        Nesting::Leaf
    }

    /// The kind of place that it gives. By itself: lines for what holds text, members for what holds files.
    fn place(&self) -> PlaceKind {
        match self.nesting() {
            Nesting::Leaf | Nesting::Document => PlaceKind::Line,
            Nesting::Archive | Nesting::Compression => PlaceKind::Member,
        }
    }

    /// Whether it is read in a process of its own: its parser is not ours, and a hostile file could end it.
    fn is_isolated(&self) -> bool {
        false
    }

    /// Drops what its parser keeps in this process from one file for the next.
    fn forget(&self) {}

    /// The name of a file beside it that is read along with it, by its own name. Such a file is one of the scan, too.
    fn companion<'n>(&self, _name: &'n [u8]) -> Option<&'n [u8]> {
        None
    }

    /// Whether the content is of this format. Content decides; the name only where content cannot.
    fn recognizes(&self, content: &mut Content<'_>) -> bool;

    /// Reads the content to its end, or as far as it goes: what came before an error has been given to the sink.
    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError>;
}

/// Every format; the order is the priority.
pub static FORMATS: &[&dyn Format] = &[
    &lfs::Lfs,
    &office::DOCX,
    &office::XLSX,
    &office::PPTX,
    &office::ODT,
    &office::ODS,
    &office::ODP,
    &office::EPUB,
    &rtf::Rtf,
    &pdf::PDF,
    &compound::ENCRYPTED_OFFICE,
    &compound::DOC,
    &compound::XLS,
    &compound::PPT,
    &compound::MSG,
    &compound::COMPOUND,
    &zip::Zip,
    &gzip::Gzip,
    &codecs::BZIP2,
    &codecs::XZ,
    &codecs::ZSTD,
    &codecs::LZ4,
    &codecs::LZIP,
    &codecs::COMPRESS,
    &tar::Tar,
    &codecs::LZMA,
    &sevenz::SevenZ,
    &ar::Ar,
    &cpio::Cpio,
    &rpm::Rpm,
    &image::JPEG,
    &image::PNG,
    &image::GIF,
    &image::TIFF,
    &image::WEBP,
    &image::HEIF,
    &sqlite::Sqlite,
    &sqlite::Wal,
    &parquet::Parquet,
    &orc::Orc,
    &avro::Avro,
    &mbox::Mbox,
    &mail::Mail,
    &tnef::Tnef,
    &json::JSON,
    &json::JSON_LINES,
    &markup::XML,
    &markup::HTML,
    &csv::CSV,
    &csv::TSV,
    &yaml::Yaml,
    &settings::Settings,
    &drawn::Drawn,
    &text::TEXT,
];

/// Where a format puts what it finds. `Break` means: enough, stop quietly and return `Ok`.
pub trait Sink {
    /// The text of the artifact itself. May be called several times (a document's body and notes).
    fn text(&mut self, source: &mut dyn TextSource) -> Result<ControlFlow<()>, ReadError>;

    /// A member with a name. An error while its content is read is the member's own and is dealt with by the sink;
    /// `unread` on return says nothing: the format positions itself.
    fn member(&mut self, member: &Member<'_>, content: &mut dyn Read) -> ControlFlow<()>;

    /// The one stream inside a compressed file.
    fn stream(&mut self, content: &mut dyn Read) -> ControlFlow<()>;

    /// A member that cannot be read, and why.
    fn skip_member(&mut self, member: &Member<'_>, reason: Reason, detail: &str) -> ControlFlow<()>;

    /// The artifact itself was not read in full, though reading goes on.
    fn partial(&mut self, reason: Reason, detail: &str);
}

/// What an archive says of a member.
#[derive(Debug, Clone, Copy, Default)]
pub struct Member<'a> {
    /// Its path in the archive: raw bytes, `/` between folders. A label, never a path on disk.
    pub name: &'a [u8],
    /// Last modification, if the archive says.
    pub modified: Option<SystemTime>,
}

/// Why reading stopped early.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes are not what the format demands. The text says what, without quoting content.
    #[error("{0}")]
    Malformed(String),
    /// No reader knows this variant.
    #[error("{1}")]
    Unsupported(Reason, String),
    /// The content itself could not be read on; a limit that was passed also comes this way.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The format of a name.
pub fn named(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().find(|format| format.name() == name).copied()
}

/// The format of a content: the first in [`FORMATS`] that recognises it.
pub fn recognize(content: &mut Content<'_>) -> Option<&'static dyn Format> {
    FORMATS.iter().find(|format| format.recognizes(content)).copied()
}

/// Bytes of a record as text, if they are text: UTF-8 without control characters but a few.
fn readable(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    (text.chars().filter(|c| is_control(*c)).count() * 20 <= bytes.len()).then_some(text)
}
