//! `OpenDocument` files that are one XML file instead of a zip of several: the same elements, with metadata, styles and
//! content one behind the other, and pictures and other files in base64.
//!
//! Knows how such a file is recognised; its text is laid as that of the parts of a package.

use super::opendocument::give_tables;
use super::prose::{Progress, Prose};
use super::vocabulary::Vocabulary;
use super::xml::{Token, Xml};
use crate::formats::ciphers::base64;
use crate::formats::{Content, Member, ReadError, ReadSeek, Sink};
use crate::status::Reason;
use memchr::memmem;
use std::io::{self, Read, SeekFrom};
use std::ops::ControlFlow;

/// Bytes at the beginning in which the root element stands.
const ROOT_WITHIN: usize = 8 << 10;
/// Bytes at the end in which it is closed.
const END_WITHIN: u64 = 4 << 10;
/// Bytes of an embedded file, in base64.
const MOST: usize = 256 << 20;

/// Whether a file begins with the root element of such a document, of a media type that starts like this.
pub(super) fn has_type(head: &[u8], media_type: &[u8]) -> bool {
    let head = &head[..head.len().min(ROOT_WITHIN)];
    let Some(root) = memmem::find(head, b"<office:document") else { return false };
    let Some(at) = memmem::find(&head[root..], b"office:mimetype=") else { return false };
    let value = head.get(root + at + b"office:mimetype=".len() + 1..).unwrap_or_default();
    value.starts_with(media_type)
}

/// Reads such a document: its text, then the files in it.
pub(super) fn read(content: &mut Content<'_>, is_workbook: bool, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let (reader, broken) = content.spool()?;
    let has_end = has_end(reader)?;
    reader.seek(SeekFrom::Start(0))?;
    let flow = if is_workbook {
        give_tables(&mut *reader, sink)?
    } else {
        sink.text(&mut Prose::new(&mut *reader, Vocabulary::Open, Progress::default()))?
    };
    if flow.is_continue() {
        reader.seek(SeekFrom::Start(0))?;
        files(reader, sink)?;
    }
    if !has_end && broken.is_none() {
        sink.partial(Reason::Malformed, "its end is missing");
    }
    broken.map_or(Ok(()), |error| Err(error.again().into()))
}

/// Whether the root element ends: text may be cut short anywhere, a document may not.
fn has_end(reader: &mut dyn ReadSeek) -> io::Result<bool> {
    let length = reader.seek(SeekFrom::End(0))?;
    reader.seek(SeekFrom::Start(length.saturating_sub(END_WITHIN)))?;
    let mut end = Vec::new();
    reader.take(END_WITHIN).read_to_end(&mut end)?;
    Ok(memmem::find(&end, b"</office:document>").is_some())
}

/// Gives the files that stand in the document.
fn files(reader: impl Read, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let mut xml = Xml::new(reader);
    let mut coded: Option<String> = None;
    let mut count = 0_u64;
    loop {
        let token = xml.next()?;
        match &token {
            Some(Token::Start(tag)) => coded = (tag.name == b"binary-data").then(String::new),
            Some(Token::Text(text) | Token::Verbatim(text)) => {
                if let Some(coded) = coded.as_mut().filter(|coded| coded.len() < MOST) {
                    coded.extend(text.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte)));
                }
            }
            Some(Token::End(_)) | None => {
                let has_ended = token.is_none();
                if let Some(coded) = coded.take().filter(|coded| !coded.is_empty()) {
                    count += 1;
                    if file(&format!("object{count}"), &coded, has_ended, sink).is_break() {
                        return Ok(());
                    }
                }
                if has_ended {
                    return Ok(());
                }
            }
        }
    }
}

fn file(name: &str, coded: &str, is_cut: bool, sink: &mut dyn Sink) -> ControlFlow<()> {
    let member = Member { name: name.as_bytes(), modified: None };
    if is_cut || coded.len() >= MOST {
        sink.partial(Reason::Malformed, "a file in it is cut short");
    }
    sink.member(&member, &mut base64(coded).as_slice())
}
