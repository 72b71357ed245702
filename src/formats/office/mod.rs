//! Office documents that are zips of XML: Word, Excel and `PowerPoint` since 2007, `OpenDocument`, and EPUB.
//!
//! Each kind has a reader of its own in this folder; here is what they have in common: how they are recognised, and that
//! every part is given to the sink in some way, as text or as a member. Parts are read as streams: no document is held.

mod binary;
mod books;
mod cells;
mod flat;
mod grid;
mod layout;
mod ooxml;
mod opendocument;
mod package;
mod prose;
mod relations;
mod sealed;
mod strings;
mod tables;
mod vocabulary;
mod workbook;
mod xml;

use super::{Content, Format, Nesting, PlaceKind, ReadError, Sink, zip};
use package::{Flow, Package};

/// Word documents.
pub(super) static DOCX: Office = Office {
    name: "docx",
    media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    extensions: &["docx", "docm", "dotx", "dotm"],
    place: PlaceKind::Line,
    signs: Signs::Folder(b"word/"),
    read: ooxml::read_document,
};
/// Excel workbooks.
pub(super) static XLSX: Office = Office {
    name: "xlsx",
    media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    extensions: &["xlsx", "xlsm", "xltx", "xltm", "xlam", "xlsb"],
    place: PlaceKind::Cell,
    signs: Signs::Folder(b"xl/"),
    read: workbook::read,
};
/// `PowerPoint` presentations.
pub(super) static PPTX: Office = Office {
    name: "pptx",
    media_type: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    extensions: &["pptx", "pptm", "potx", "potm", "ppsx", "ppsm"],
    place: PlaceKind::Line,
    signs: Signs::Folder(b"ppt/"),
    read: ooxml::read_presentation,
};
/// `OpenDocument` texts.
pub(super) static ODT: Office = Office {
    name: "odt",
    media_type: "application/vnd.oasis.opendocument.text",
    extensions: &["odt", "ott", "odm", "fodt"],
    place: PlaceKind::Line,
    signs: Signs::Type(b"application/vnd.oasis.opendocument.text"),
    read: opendocument::read,
};
/// `OpenDocument` spreadsheets.
pub(super) static ODS: Office = Office {
    name: "ods",
    media_type: "application/vnd.oasis.opendocument.spreadsheet",
    extensions: &["ods", "ots", "fods"],
    place: PlaceKind::Cell,
    signs: Signs::Type(b"application/vnd.oasis.opendocument.spreadsheet"),
    read: opendocument::read_workbook,
};
/// `OpenDocument` presentations, drawings and the rest.
pub(super) static ODP: Office = Office {
    name: "odp",
    media_type: "application/vnd.oasis.opendocument.presentation",
    extensions: &["odp", "otp", "odg", "otg", "odf", "odb", "fodp", "fodg"],
    place: PlaceKind::Line,
    signs: Signs::Type(b"application/vnd.oasis.opendocument."),
    read: opendocument::read,
};
/// Books.
pub(super) static EPUB: Office = Office {
    name: "epub",
    media_type: "application/epub+zip",
    extensions: &["epub"],
    place: PlaceKind::Line,
    signs: Signs::Type(b"application/epub+zip"),
    read: books::read,
};

/// How a kind of document is told from other zips.
enum Signs {
    /// The folder of its parts, in a package with a list of types or relationships.
    Folder(&'static [u8]),
    /// The start of its media type, which stands in the first member.
    Type(&'static [u8]),
}

/// A kind of document.
pub(super) struct Office {
    name: &'static str,
    media_type: &'static str,
    extensions: &'static [&'static str],
    place: PlaceKind,
    signs: Signs,
    read: fn(&mut Package<'_>, &mut dyn Sink) -> Flow,
}

impl Format for Office {
    fn name(&self) -> &'static str {
        self.name
    }

    fn media_type(&self) -> &'static str {
        self.media_type
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn nesting(&self) -> Nesting {
        Nesting::Document
    }

    fn place(&self) -> PlaceKind {
        self.place
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        if !content.head().starts_with(b"PK\x03\x04") {
            return matches!(self.signs, Signs::Type(media_type) if flat::has_type(content.head(), media_type));
        }
        match self.signs {
            Signs::Type(media_type) => {
                has_type(content.head(), media_type) || (self.name == "epub" && has_container(content))
            }
            Signs::Folder(folder) => has_folder(content, folder),
        }
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        if matches!(self.signs, Signs::Type(media_type) if flat::has_type(content.head(), media_type)) {
            return flat::read(content, self.place == PlaceKind::Cell, sink);
        }
        let (mut package, broken) = Package::open(content)?;
        let flow = (self.read)(&mut package, sink)?;
        if flow.is_break() {
            return Ok(());
        }
        package.report_damage(sink);
        broken.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Whether the first member is called `mimetype` and holds a type, not compressed, as the standards demand.
fn has_type(head: &[u8], media_type: &[u8]) -> bool {
    const NAME_AT: usize = 30;
    let Some(rest) = head.get(NAME_AT..).and_then(|name| name.strip_prefix(b"mimetype")) else { return false };
    // Extra fields may come between.
    let extra = head.get(28..30).map_or(0, |b| usize::from(u16::from_le_bytes([b[0], b[1]])));
    rest.get(extra..).is_some_and(|value| value.starts_with(media_type))
}

/// Whether the names show a book, though its type does not stand where it should.
fn has_container(content: &mut Content<'_>) -> bool {
    let head = content.head().to_vec();
    let (mut is_there, mut has_list) = (false, false);
    zip::any_name(&head, content.tail(), &mut |name| {
        is_there |= name == b"META-INF/container.xml";
        has_list |= name.ends_with(b".opf");
        is_there && has_list
    })
}

/// Whether the names show a package with this folder.
fn has_folder(content: &mut Content<'_>, folder: &[u8]) -> bool {
    let head = content.head().to_vec();
    let (mut is_package, mut is_there) = (false, false);
    zip::any_name(&head, content.tail(), &mut |name| {
        is_package |= name.eq_ignore_ascii_case(b"[Content_Types].xml") || name == b"_rels/.rels";
        is_there |= name.len() > folder.len() && name[..folder.len()].eq_ignore_ascii_case(folder);
        is_package && is_there
    })
}
#[cfg(test)]
mod tests;
