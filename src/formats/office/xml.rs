//! XML as a stream of tokens: tags, and text in pieces, in any encoding.
//!
//! Made for hostile and damaged parts: memory is bounded by a tag (256 KiB) whatever the part holds, entities of a
//! document type are never expanded, tags need not match, and bytes that are no UTF-8 are given on as they are. XML
//! crates keep a whole text in memory and give up at the first fault. Knows no vocabulary.

use crate::formats::references::{self, decoded};
use std::io::{self, Read};
use std::ops::Range;

/// Bytes that are read at a time.
const CHUNK: usize = 32 << 10;
/// Longest tag; behind it, quotes in the tag are taken for damage.
const LONGEST_TAG: usize = 256 << 10;

/// A piece of XML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// An element begins. One without content ends right behind it.
    Start(Tag<'a>),
    /// An element ends; its name without prefix.
    End(&'a [u8]),
    /// Text with references in it; a long one comes in several pieces.
    Text(&'a [u8]),
    /// Text as it is.
    Verbatim(&'a [u8]),
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The element's name without its prefix.
    pub(super) name: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Tag<'a> {
    /// Attributes: names without prefix, values with references in them.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let mut rest = self.rest;
        std::iter::from_fn(move || {
            let equals = memchr::memchr(b'=', rest)?;
            let name = local(rest[..equals].trim_ascii());
            let value = rest[equals + 1..].trim_ascii_start();
            let (quote, value) = value.split_first()?;
            let end = memchr::memchr(*quote, value).unwrap_or(value.len());
            rest = value.get(end + 1..).unwrap_or_default();
            Some((name, &value[..end]))
        })
    }

    /// The value of an attribute, decoded.
    pub(super) fn attribute(&self, name: &[u8]) -> Option<String> {
        self.attributes().find(|(key, _)| *key == name).map(|(_, value)| decoded(value))
    }
}

/// A name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    memchr::memrchr(b':', name).map_or(name, |colon| &name[colon + 1..])
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Content,
    /// In a CDATA section.
    Verbatim,
    /// In something that ends with these bytes and is left out.
    Skipping(&'static [u8]),
    /// In a document type: open brackets.
    Doctype(u32),
}

/// The tokens of a part.
pub(super) struct Xml<R> {
    reader: R,
    buffer: Vec<u8>,
    at: usize,
    state: State,
    /// The name of an element without content that was just given.
    empty: Option<Range<usize>>,
    decoder: Option<encoding_rs::Decoder>,
    has_begun: bool,
    ended: bool,
    failed: Option<io::Error>,
    read: u64,
}

impl<R: Read> Xml<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            at: 0,
            state: State::Content,
            empty: None,
            decoder: None,
            has_begun: false,
            ended: false,
            failed: None,
            read: 0,
        }
    }

    /// Bytes of the part that were read.
    pub(super) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Gives an error back, to be given again.
    pub(super) fn fail(&mut self, error: io::Error) {
        self.failed = Some(error);
    }

    /// The next token; none at the end. An error comes once all before it was given, and after it comes the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Token<'_>>> {
        if let Some(name) = self.empty.take() {
            return Ok(Some(Token::End(&self.buffer[name])));
        }
        loop {
            if self.at >= self.buffer.len() && !self.fill() {
                return self.failed.take().map_or(Ok(None), Err);
            }
            match self.state {
                State::Skipping(end) => self.skip(end),
                State::Doctype(depth) => self.skip_doctype(depth),
                State::Verbatim => {
                    let (piece, is_last) = self.until(b"]]>");
                    if is_last {
                        self.state = State::Content;
                    }
                    if !piece.is_empty() {
                        return Ok(Some(Token::Verbatim(&self.buffer[piece])));
                    }
                }
                State::Content if self.buffer[self.at] != b'<' => {
                    let piece = self.text();
                    return Ok(Some(Token::Text(&self.buffer[piece])));
                }
                State::Content => {
                    if let Some(markup) = self.markup() {
                        return Ok(Some(self.token(markup)));
                    }
                }
            }
        }
    }

    /// Reads more behind what is there; false at the end.
    fn fill(&mut self) -> bool {
        self.buffer.drain(..self.at);
        self.at = 0;
        let before = self.buffer.len();
        while self.buffer.len() == before && !self.ended {
            let mut chunk = vec![0; CHUNK];
            let count = match self.reader.read(&mut chunk) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.failed = Some(error);
                    0
                }
            };
            self.read += count as u64;
            self.ended = count == 0;
            self.take(&chunk[..count]);
        }
        self.buffer.len() > before
    }

    /// Appends stored bytes as UTF-8.
    fn take(&mut self, bytes: &[u8]) {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.decoder = encoding_of(bytes).map(encoding_rs::Encoding::new_decoder);
        }
        let Some(decoder) = &mut self.decoder else { return self.buffer.extend_from_slice(bytes) };
        let most = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(CHUNK * 4);
        let start = self.buffer.len();
        self.buffer.resize(start + most, 0);
        let (_, _, written, _) = decoder.decode_to_utf8(bytes, &mut self.buffer[start..], self.ended);
        self.buffer.truncate(start + written);
    }

    /// Makes sure of some bytes from `at` on, if there are as many.
    fn ensure(&mut self, count: usize) {
        while self.buffer.len() - self.at < count && self.fill() {}
    }

    /// Text up to a tag, or as much as is there; no reference is cut.
    fn text(&mut self) -> Range<usize> {
        let end = loop {
            let end = self.end_of_text();
            match self.at + references::whole(&self.buffer[self.at..end]) {
                cut if cut == end || end < self.buffer.len() || self.ended => break end,
                cut if cut > self.at => break cut,
                _ => self.ensure(end - self.at + 1),
            }
        };
        let piece = self.at..end;
        self.at = end;
        piece
    }

    fn end_of_text(&self) -> usize {
        memchr::memchr(b'<', &self.buffer[self.at..]).map_or(self.buffer.len(), |found| self.at + found)
    }

    /// Bytes up to a mark, and whether the mark was found; if not, as many as are certainly before it.
    fn until(&mut self, mark: &[u8]) -> (Range<usize>, bool) {
        self.ensure(mark.len());
        let start = self.at;
        if let Some(found) = memchr::memmem::find(&self.buffer[start..], mark) {
            self.at = start + found + mark.len();
            return (start..start + found, true);
        }
        let kept = if self.buffer.len() - start < mark.len() { 0 } else { mark.len() - 1 };
        self.at = self.buffer.len() - kept;
        (start..self.at, false)
    }

    fn skip(&mut self, end: &'static [u8]) {
        if self.until(end).1 {
            self.state = State::Content;
        }
    }

    fn skip_doctype(&mut self, depth: u32) {
        let byte = self.buffer[self.at];
        self.at += 1;
        self.state = match (byte, depth) {
            (b'[', _) => State::Doctype(depth.saturating_add(1)),
            (b']', _) => State::Doctype(depth.saturating_sub(1)),
            (b'>', 0) => State::Content,
            _ => State::Doctype(depth),
        };
    }

    /// What stands at a `<`; none if nothing is to be given for it.
    fn markup(&mut self) -> Option<Markup> {
        const OPENINGS: [(&[u8], State); 4] = [
            (b"<!--", State::Skipping(b"-->")),
            (b"<![CDATA[", State::Verbatim),
            (b"<?", State::Skipping(b"?>")),
            (b"<!", State::Doctype(0)),
        ];
        self.ensure(9);
        let rest = &self.buffer[self.at..];
        if let Some((opening, state)) = OPENINGS.iter().find(|(opening, _)| rest.starts_with(opening)) {
            self.at += opening.len();
            self.state = *state;
            return None;
        }
        let next = rest.get(1).copied().unwrap_or(b' ');
        if next == b'/' || next.is_ascii_alphabetic() || next == b'_' || !next.is_ascii() {
            return self.tag(next == b'/');
        }
        self.at += 1;
        Some(Markup::Stray(self.at - 1..self.at))
    }

    fn tag(&mut self, is_end: bool) -> Option<Markup> {
        let mut length = tag_length(&self.buffer[self.at..]);
        while length.is_none() && self.buffer.len() - self.at < LONGEST_TAG && self.fill() {
            length = tag_length(&self.buffer[self.at..]);
        }
        let plain = || memchr::memchr(b'>', &self.buffer[self.at..]).map(|at| at + 1);
        let Some(length) = length.or_else(plain) else {
            // No tag, then: one that is cut short, or something that only began like one.
            if self.ended {
                self.failed.get_or_insert_with(|| io::Error::from(io::ErrorKind::UnexpectedEof));
                self.at = self.buffer.len();
                return None;
            }
            // Nor can what begins before the last `<` be one: looking at each would take the square of the time.
            let from = self.at;
            let last = memchr::memrchr(b'<', &self.buffer[from + 1..]);
            self.at = last.map_or(self.buffer.len(), |found| from + 1 + found);
            return Some(Markup::Stray(from..self.at));
        };
        let start = self.at + 1;
        let end = self.at + length - 1;
        self.at += length;
        Some(if is_end { Markup::End(start + 1..end) } else { Markup::Start(start..end) })
    }

    fn token(&mut self, markup: Markup) -> Token<'_> {
        match markup {
            Markup::Stray(piece) => Token::Verbatim(&self.buffer[piece]),
            Markup::End(piece) => Token::End(local(self.buffer[piece].trim_ascii())),
            Markup::Start(Range { start, mut end }) => {
                let is_empty = self.buffer[start..end].ends_with(b"/");
                end -= usize::from(is_empty);
                let tag = &self.buffer[start..end];
                let name_end = tag.iter().position(u8::is_ascii_whitespace).unwrap_or(tag.len());
                let name = local(&tag[..name_end]);
                if is_empty {
                    self.empty = Some(start + name_end - name.len()..start + name_end);
                }
                Token::Start(Tag { name, rest: &tag[name_end..] })
            }
        }
    }
}

enum Markup {
    Start(Range<usize>),
    End(Range<usize>),
    /// A `<` that begins nothing.
    Stray(Range<usize>),
}

/// Bytes of a tag with its brackets; quotes may hold brackets.
fn tag_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        let found = at + memchr::memchr3(b'>', b'"', b'\'', bytes.get(at..)?)?;
        let quote = bytes[found];
        if quote == b'>' {
            return Some(found + 1);
        }
        at = found + 1 + memchr::memchr(quote, &bytes[found + 1..])? + 1;
    }
}

/// The encoding of a part by its first bytes; none for UTF-8.
fn encoding_of(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    match head {
        [0xFF, 0xFE, ..] | [b'<', 0, _, 0, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] | [0, b'<', 0, _, ..] => Some(encoding_rs::UTF_16BE),
        [0xEF, 0xBB, 0xBF, ..] => Some(encoding_rs::UTF_8),
        _ => {
            let declaration = &head[..memchr::memmem::find(head, b"?>").filter(|_| head.starts_with(b"<?xml"))?];
            let tag = Tag { name: b"xml", rest: &declaration[5..] };
            let label = tag.attribute(b"encoding")?;
            encoding_rs::Encoding::for_label(label.as_bytes())
                .filter(|e| ![encoding_rs::UTF_8, encoding_rs::UTF_16LE, encoding_rs::UTF_16BE].contains(e))
        }
    }
}

#[cfg(test)]
mod tests;
