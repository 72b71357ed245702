//! Images: what is written beside the picture (EXIF, XMP, IPTC, comments), not the picture itself.
//!
//! Each container has a walker of its own in this folder. An image with text in its metadata is told as read in part, one
//! without as not inspected. Knows nothing of pixels; damage in the metadata ends it quietly, since the image is told anyway.

mod boxes;
mod exif;
mod gif;
mod iptc;
mod jpeg;
mod png;
mod riff;

use super::markup::XML;
use super::{Content, Document, Format, ReadError, Sink};
use crate::status::Reason;
use encoding_rs::WINDOWS_1252;
use std::io::{self, Read};

/// Bytes of one piece of metadata, and of all text in an image.
const LONGEST: u64 = 8 << 20;
const MOST: usize = 16 << 20;

/// A kind of image.
pub(super) struct Image {
    name: &'static str,
    media_type: &'static str,
    extensions: &'static [&'static str],
    begins: fn(&[u8]) -> bool,
    walk: fn(&mut Content<'_>, &mut Metadata) -> io::Result<()>,
}

/// JPEG.
pub(super) static JPEG: Image = Image {
    name: "jpeg",
    media_type: "image/jpeg",
    extensions: &["jpg", "jpeg", "jpe", "jfif"],
    // Three bytes alone could begin a number or a key.
    begins: |head| head.starts_with(b"\xFF\xD8\xFF") && matches!(head.get(3), Some(0xC0..=0xCF | 0xDB..=0xFE)),
    walk: jpeg::walk,
};
/// PNG.
pub(super) static PNG: Image = Image {
    name: "png",
    media_type: "image/png",
    extensions: &["png", "apng"],
    begins: |head| head.starts_with(png::MAGIC),
    walk: png::walk,
};
/// GIF.
pub(super) static GIF: Image =
    Image { name: "gif", media_type: "image/gif", extensions: &["gif"], begins: gif::begins, walk: gif::walk };
/// TIFF and `BigTIFF`, and the raw files of cameras that are TIFF.
pub(super) static TIFF: Image = Image {
    name: "tiff",
    media_type: "image/tiff",
    extensions: &["tif", "tiff", "dng", "nef", "cr2", "arw"],
    begins: |head| [&b"II*\0"[..], b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|mark| head.starts_with(mark)),
    walk: |content, found| exif::read(content.spool()?.0, found),
};
/// `WebP`.
pub(super) static WEBP: Image = Image {
    name: "webp",
    media_type: "image/webp",
    extensions: &["webp"],
    begins: |head| head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
    walk: riff::walk,
};
/// HEIF and AVIF.
pub(super) static HEIF: Image = Image {
    name: "heif",
    media_type: "image/heif",
    extensions: &["heic", "heif", "avif"],
    begins: boxes::begins,
    walk: boxes::walk,
};

impl Format for Image {
    fn name(&self) -> &'static str {
        self.name
    }

    fn media_type(&self) -> &'static str {
        self.media_type
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        (self.begins)(content.head())
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let mut found = Metadata::default();
        let outcome = (self.walk)(content, &mut found);
        let has_text = !found.text.is_empty() || !found.packets.is_empty();
        if has_text {
            sink.partial(Reason::UnsupportedFormat, "its metadata was read, the image itself was not");
        }
        if found.give(sink)? {
            match outcome {
                Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error.into()),
                _ if !has_text => return Err(ReadError::Unsupported(Reason::UnsupportedFormat, String::new())),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The text found in an image.
#[derive(Default)]
struct Metadata {
    /// A line for each field: its name and its value.
    text: String,
    /// XMP, each a document of XML.
    packets: Vec<Vec<u8>>,
    /// Bytes of both.
    size: usize,
}

impl Metadata {
    /// Adds a field, unless it is empty.
    fn field(&mut self, name: &str, value: &str) {
        let value = value.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        self.size += name.len() + value.len();
        if value.is_empty() || self.size > MOST {
            return;
        }
        if !name.is_empty() {
            self.text.push_str(name);
            self.text.push_str(": ");
        }
        self.text.push_str(value);
        self.text.push('\n');
    }

    /// Adds a packet of XMP.
    fn packet(&mut self, bytes: Vec<u8>) {
        self.size += bytes.len();
        if !bytes.trim_ascii().is_empty() && self.size <= MOST {
            self.packets.push(bytes);
        }
    }

    /// Gives it all; whether to go on.
    fn give(self, sink: &mut dyn Sink) -> Result<bool, ReadError> {
        if !self.text.is_empty() {
            let mut document = Document::new();
            document.push(&self.text);
            document.stands_for(self.text.len() as u64);
            if sink.text(&mut document)?.is_break() {
                return Ok(false);
            }
        }
        for packet in self.packets {
            XML.read(&mut Content::memory(b"", packet), sink)?;
        }
        Ok(true)
    }
}

/// Bytes as text: UTF-8, else the usual encoding of Western Europe.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Reads so many bytes of metadata, or steps over them if they are too many.
fn piece(input: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    if length > LONGEST {
        skip(input, length)?;
        return Ok(Vec::new());
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Steps over so many bytes.
fn skip(input: &mut impl Read, length: u64) -> io::Result<()> {
    let copied = io::copy(&mut input.take(length), &mut io::sink())?;
    if copied < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

fn array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
