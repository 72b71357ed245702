//! Mail: the headers and texts of a message, decoded, and its attachments and inner messages as members.
//!
//! One pass forwards over the lines, with the boundaries of the multiparts around in a list: nothing recurses, and a mail
//! of any size is held in pieces. Every place is one in the file: what was packed for its way has the place where it
//! stands packed. A text that is sent in two forms (plain and HTML) is read in both: what stands in it stands at two places.
//! Reads web archives (MHTML) as well, which are mails. Knows nothing of what attachments are.

mod body;
mod head;
mod lines;
mod places;
mod transfer;
mod utf7;
mod words;

use super::markup::html;
use super::text::running;
use super::{Content, Format, Member, Nesting, ReadError, Sink, media_type_of};
use crate::decode::{Charset, Decoded, Encoding};
use crate::status::Reason;
use body::{Body, Stop};
use head::Head;
use lines::Lines;
use places::{PartText, Way};
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use transfer::{Shape, Transfer};

/// Multiparts inside each other.
const DEEPEST: usize = 64;
const BUFFER: usize = 64 << 10;

/// The format.
pub(super) struct Mail;

impl Format for Mail {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn media_type(&self) -> &'static str {
        "message/rfc822"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["eml", "emlx", "mht", "mhtml"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Document
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let by_name = self.extensions().contains(&content.extension().as_str());
        head::begins_mail(content.head(), by_name)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let lines = Lines::new(BufReader::with_capacity(BUFFER, content));
        Reader { lines, boundaries: Vec::new(), parts: 0 }.read(sink)
    }
}

struct Reader<R> {
    lines: Lines<R>,
    /// The boundaries of the multiparts around, outermost first.
    boundaries: Vec<Vec<u8>>,
    parts: u64,
}

impl<R: BufRead> Reader<R> {
    fn read(&mut self, sink: &mut dyn Sink) -> Result<(), ReadError> {
        loop {
            let head = Head::read(&mut self.lines, &self.boundaries);
            let mut stop = self.entity(head, sink)?;
            loop {
                match stop {
                    Stop::End | Stop::Enough => return Ok(()),
                    Stop::Delimiter { level, closes: false } => {
                        self.boundaries.truncate(level + 1);
                        break;
                    }
                    // What follows is text in the part around.
                    Stop::Delimiter { level, closes: true } => {
                        self.boundaries.truncate(level);
                        stop = self.part(&Head::default(), sink)?;
                    }
                    Stop::Uu(name) => stop = self.file(&name, sink)?,
                    Stop::UuEnd => stop = self.part(&Head::default(), sink)?,
                }
            }
        }
    }

    /// Reads what headers announce: a part, or what stands in front of the first part of a multipart.
    fn entity(&mut self, mut head: Head, sink: &mut dyn Sink) -> Result<Stop, ReadError> {
        if !head.text.text.is_empty() && sink.text(&mut head.text)?.is_break() {
            return Ok(Stop::Enough);
        }
        if let Some(stop) = head.stop {
            return Ok(stop);
        }
        if head.holds_encrypted() {
            sink.partial(Reason::EncryptedDocument, "a part of it is encrypted");
        }
        match head.boundary() {
            Some(boundary) if self.boundaries.len() < DEEPEST => {
                self.boundaries.push(boundary.trim_end().as_bytes().to_vec());
                self.part(&Head::default(), sink)
            }
            Some(_) => {
                sink.partial(Reason::NestingLevelOverLimit, "parts nested too deep; they were read as text");
                self.part(&head, sink)
            }
            None => self.part(&head, sink),
        }
    }

    /// Gives one part: as text, or as a member.
    fn part(&mut self, head: &Head, sink: &mut dyn Sink) -> Result<Stop, ReadError> {
        self.parts += 1;
        let (line, offset) = self.lines.here();
        let name = self.name(head);
        let shape = head.shape();
        let mut body = Body::new(&mut self.lines, &self.boundaries, head.transfer, shape);
        let way = match head.transfer {
            Transfer::Identity if shape == Shape::default() => Way::Shifted { line, offset },
            _ => Way::Marked(body.marks()),
        };
        let member = Member { name: name.as_bytes(), modified: None };
        let mut content = Content::stream(name.as_bytes(), &mut body);
        let is_text = head.is_text() && media_type_of(content.head()).is_none();
        let flow = if head.is_encrypted() {
            sink.skip_member(&member, Reason::EncryptedDocument, "the part is encrypted")
        } else if content.is_whole() && content.head().trim_ascii().is_empty() {
            ControlFlow::Continue(())
        } else if is_text {
            let encoding = encoding(head, content.head());
            let decoded = Decoded::new(&mut content, encoding);
            if head.is_html() {
                sink.text(&mut PartText { text: html(decoded), way })?
            } else {
                sink.text(&mut PartText { text: running(decoded), way })?
            }
        } else {
            sink.member(&member, &mut content)
        };
        drop(content);
        Self::close(body, flow, sink)
    }

    /// Gives a file in uuencode as a member.
    fn file(&mut self, name: &[u8], sink: &mut dyn Sink) -> Result<Stop, ReadError> {
        self.parts += 1;
        let mut body = Body::new(&mut self.lines, &self.boundaries, Transfer::Uu, Shape::default());
        let flow = sink.member(&Member { name, modified: None }, &mut body.by_ref());
        Self::close(body, flow, sink)
    }

    fn close(mut body: Body<'_, R>, flow: ControlFlow<()>, sink: &mut dyn Sink) -> Result<Stop, ReadError> {
        if flow.is_break() {
            return Ok(Stop::Enough);
        }
        let stop = body.finish()?;
        if body.is_encrypted {
            sink.partial(Reason::EncryptedDocument, "an encrypted text stands in it");
        }
        Ok(stop)
    }

    /// The name of a part: its own, or one by its number and kind.
    fn name(&self, head: &Head) -> String {
        match head.file_name() {
            Some(name) if head.is_message() && !name.to_ascii_lowercase().ends_with(".eml") => format!("{name}.eml"),
            Some(name) => name.to_owned(),
            None => format!("part-{}{}", self.parts, extension(head)),
        }
    }
}

/// The extension for a part without a name.
fn extension(head: &Head) -> Cow<'static, str> {
    if head.is_message() {
        return ".eml".into();
    }
    let subtype = head.kind().split_once('/').map_or("", |(_, subtype)| subtype);
    match subtype {
        "plain" => ".txt".into(),
        "octet-stream" | "" => "".into(),
        _ if subtype.len() <= 8 && subtype.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            format!(".{subtype}").into()
        }
        _ => "".into(),
    }
}

/// How the text of a part is encoded: as it says, unless it plainly is something else.
fn encoding(head: &Head, first: &[u8]) -> Encoding {
    let guess = Encoding::guess_wide(first);
    if guess.mark > 0 {
        return guess;
    }
    let charset = match head.charset() {
        Some(said) if said == encoding_rs::UTF_8 || said == encoding_rs::REPLACEMENT => return Encoding::guess(first),
        Some(said) if said == encoding_rs::UTF_16LE => Charset::Utf16 { big: false },
        Some(said) if said == encoding_rs::UTF_16BE => Charset::Utf16 { big: true },
        Some(said) => Charset::Legacy(said),
        None => return Encoding::guess(first),
    };
    Encoding { charset, mark: 0 }
}

#[cfg(test)]
mod tests;
