//! Rich Text Format: the text with notes, comments, headers, fields, properties and hidden words; pictures and objects as
//! members.
//!
//! Groups that hold no text (fonts, colours, styles) are skipped, all others are read, known or not. Iterative: groups
//! beyond a depth are counted, not kept.

mod controls;
mod words;

use super::{Content, Document, Format, Member, Nesting, ReadError, Sink};
use crate::status::Reason;
use encoding_rs::Encoding;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Cursor};
use std::ops::ControlFlow;
use words::Destination;

/// Groups inside one another that are kept.
const DEPTH: usize = 256;
/// Bytes of text that are given at once, at a line's end.
const MOST_TEXT: usize = 16 << 20;
/// Bytes that wait for the end of their line.
const MOST_ASIDE: usize = 1 << 20;
/// Bytes of an embedded object.
const MOST_OBJECT: usize = 64 << 20;
/// Fonts that are remembered.
const MOST_FONTS: usize = 1 << 16;
/// Longest control word.
const LONGEST_WORD: usize = 32;

/// The format.
pub(super) struct Rtf;

impl Format for Rtf {
    fn name(&self) -> &'static str {
        "rtf"
    }

    fn media_type(&self) -> &'static str {
        "application/rtf"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rtf"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Document
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        content.head().starts_with(b"{\\rtf")
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        Reader::new(BufReader::new(content)).read(sink)
    }
}

/// What holds in a group.
#[derive(Debug, Clone, Copy)]
struct Group {
    destination: Destination,
    encoding: &'static Encoding,
    /// Characters that stand for a Unicode one for those who do not know it.
    fallback: u32,
    /// The font that a font table is describing.
    font: i32,
}

struct Reader<R> {
    input: R,
    group: Group,
    outer: Vec<Group>,
    deeper: u64,
    /// Whether the group began with a star, and whether its first word is still to come.
    is_starred: bool,
    is_fresh: bool,
    document: Document,
    /// Notes, comments, codes of fields: they stand behind the line that they hang on, so that they cut nothing in two.
    aside: String,
    read: u64,
    fonts: HashMap<i32, &'static Encoding>,
    default: &'static Encoding,
    /// Bytes that wait to be decoded, and half a UTF-16 pair.
    bytes: Vec<u8>,
    high: Option<u16>,
    /// Fallback characters still to be left out.
    skip: u32,
    hex: Vec<u8>,
    half: Option<u8>,
    members: u64,
    is_cut: bool,
}

impl<R: BufRead> Reader<R> {
    fn new(input: R) -> Self {
        let default = encoding_rs::WINDOWS_1252;
        Self {
            input,
            group: Group { destination: Destination::Text, encoding: default, fallback: 1, font: 0 },
            outer: Vec::new(),
            deeper: 0,
            is_starred: false,
            is_fresh: false,
            document: Document::new(),
            aside: String::new(),
            read: 0,
            fonts: HashMap::new(),
            default,
            bytes: Vec::new(),
            high: None,
            skip: 0,
            hex: Vec::new(),
            half: None,
            members: 0,
            is_cut: false,
        }
    }

    fn read(&mut self, sink: &mut dyn Sink) -> Result<(), ReadError> {
        loop {
            let byte = match self.byte() {
                Ok(Some(byte)) => byte,
                Ok(None) => break,
                Err(error) => {
                    let _ = self.give(sink)?;
                    return Err(error.into());
                }
            };
            let flow = match byte {
                b'{' => {
                    self.open();
                    ControlFlow::Continue(())
                }
                b'}' => self.close(sink),
                b'\\' => self.control()?,
                b'\r' | b'\n' | 0 => ControlFlow::Continue(()),
                byte => {
                    self.literal(byte);
                    ControlFlow::Continue(())
                }
            };
            if flow.is_break() {
                return Ok(());
            }
            if self.document.len() > MOST_TEXT && self.bytes.is_empty() && self.give(sink)?.is_break() {
                return Ok(());
            }
        }
        let is_open = !self.outer.is_empty() || self.deeper > 0;
        while !self.outer.is_empty() {
            self.deeper = 0;
            if self.close(sink).is_break() {
                return Ok(());
            }
        }
        let _ = self.give(sink)?;
        if self.is_cut {
            sink.partial(Reason::FileTooLarge, "an embedded object is too large");
        }
        if is_open { Err(ReadError::Malformed("the document ends inside of a group".to_owned())) } else { Ok(()) }
    }

    fn give(&mut self, sink: &mut dyn Sink) -> Result<ControlFlow<()>, ReadError> {
        self.flush();
        self.give_aside();
        let mut document = std::mem::replace(&mut self.document, Document::new());
        document.stands_for(std::mem::take(&mut self.read));
        sink.text(&mut document)
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.input.consume(1);
            self.read += 1;
        }
        Ok(byte)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf() {
                Ok(buffer) => return Ok(buffer.first().copied()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn open(&mut self) {
        self.flush();
        self.skip = 0;
        if self.outer.len() < DEPTH {
            self.outer.push(self.group);
        } else {
            self.deeper += 1;
        }
        self.is_fresh = true;
        self.is_starred = false;
    }

    fn close(&mut self, sink: &mut dyn Sink) -> ControlFlow<()> {
        self.flush();
        self.skip = 0;
        self.is_fresh = false;
        if self.deeper > 0 {
            self.deeper -= 1;
            return ControlFlow::Continue(());
        }
        let Some(outer) = self.outer.pop() else { return ControlFlow::Continue(()) };
        let inner = std::mem::replace(&mut self.group, outer);
        if inner.destination == outer.destination {
            return ControlFlow::Continue(());
        }
        match inner.destination {
            Destination::Picture | Destination::Object => self.give_member(inner.destination, sink),
            Destination::Aside => {
                self.end_aside();
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        }
    }

    /// Ends the line of what hangs on a line, and gives it where no line is open.
    fn end_aside(&mut self) {
        if !self.aside.is_empty() && !self.aside.ends_with('\n') {
            self.aside.push('\n');
        }
        if self.document.is_at_line_start() || self.aside.len() > MOST_ASIDE {
            self.give_aside();
        }
    }

    fn give_aside(&mut self) {
        if !self.aside.is_empty() {
            self.document.end_line();
            self.document.push(&std::mem::take(&mut self.aside));
        }
    }

    fn lay(&mut self, text: &str) {
        if self.group.destination == Destination::Aside {
            self.aside.push_str(text);
            if self.aside.len() > MOST_ASIDE {
                self.give_aside();
            }
            return;
        }
        self.document.push(text);
        if self.document.is_at_line_start() {
            self.give_aside();
        }
    }

    fn give_member(&mut self, destination: Destination, sink: &mut dyn Sink) -> ControlFlow<()> {
        let bytes = std::mem::take(&mut self.hex);
        self.half = None;
        if bytes.is_empty() {
            return ControlFlow::Continue(());
        }
        self.members += 1;
        let kind = if destination == Destination::Picture { "picture" } else { "object" };
        let name = format!("{kind}{}", self.members);
        sink.member(&Member { name: name.as_bytes(), modified: None }, &mut Cursor::new(bytes))
    }

    /// A character that stands for itself.
    fn literal(&mut self, byte: u8) {
        match self.group.destination {
            Destination::Skipped | Destination::Fonts => {}
            Destination::Picture | Destination::Object => self.digit(byte),
            Destination::Text | Destination::Aside => {
                self.is_fresh = false;
                if self.skip > 0 {
                    self.skip -= 1;
                } else {
                    self.bytes.push(byte);
                    if self.bytes.len() >= 4096 {
                        self.flush();
                    }
                }
            }
        }
    }

    fn digit(&mut self, byte: u8) {
        let Some(digit) = char::from(byte).to_digit(16) else { return };
        let digit = digit as u8;
        match self.half.take() {
            None => self.half = Some(digit),
            Some(high) if self.hex.len() < MOST_OBJECT => self.hex.push(high << 4 | digit),
            Some(_) => self.is_cut = true,
        }
    }

    /// Decodes the bytes that wait.
    fn flush(&mut self) {
        self.high = None;
        if !self.bytes.is_empty() {
            let mut bytes = std::mem::take(&mut self.bytes);
            let (text, _) = self.group.encoding.decode_without_bom_handling(&bytes);
            self.lay(&text);
            bytes.clear();
            self.bytes = bytes;
        }
    }

    fn is_text(&self) -> bool {
        matches!(self.group.destination, Destination::Text | Destination::Aside)
    }

    fn push(&mut self, text: &str) {
        self.flush();
        if self.is_text() {
            self.lay(text);
        }
    }
}

#[cfg(test)]
mod tests;
