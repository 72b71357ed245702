//! What Outlook wraps a mail's rich form in ([MS-OXTNEF], usually `winmail.dat`): its strings as text; attachments, and bodies
//! that are no plain text, as members.
//!
//! Attributes follow each other, each with its length; most of what counts stands in lists of properties inside of some.
//! Knows the numbers of the properties that name and hold attachments and bodies, no others.

use super::compound::{bytes, rtf};
use super::{Content, Document, Format, Member, Nesting, ReadError, ReadSeek, Sink};
use crate::status::Reason;
use bytes::{coded, runs, slice, u16_at, u32_at, utf16};
use std::collections::HashSet;
use std::io::{Read, SeekFrom};
use std::ops::ControlFlow;

const MAGIC: &[u8] = &[0x78, 0x9F, 0x3E, 0x22];
/// Bytes before the first attribute, before the content of one, and behind it.
const BEGINNING: u64 = 6;
const HEAD: usize = 9;
const CHECKSUM: u64 = 2;
/// Bytes of an attribute that are held.
const HELD: u64 = 64 << 20;

/// Attributes.
const CODE_PAGE: u32 = 0x0006_9007;
const BODY: u32 = 0x0002_800C;
const PROPERTIES: u32 = 0x0006_9003;
const RECIPIENTS: u32 = 0x0006_9004;
const BEGIN_ATTACHMENT: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800F;
const ATTACHMENT: u32 = 0x0006_9005;
/// Kinds of attributes, in their upper half: names and addresses, strings, texts.
const TRIPLES: u32 = 0;
const STRING: u32 = 1;
const TEXT: u32 = 2;

/// Properties.
const PLAIN: u16 = 0x1000;
const HTML: u16 = 0x1013;
const RICH: u16 = 0x1009;
const OBJECT: u16 = 0x3701;
const FILE_NAMES: [u16; 2] = [0x3707, 0x3704];
/// Types of values, and the bit that says: several.
const NARROW: u16 = 0x001E;
const WIDE: u16 = 0x001F;
const BINARY: u16 = 0x0102;
const EMBEDDED: u16 = 0x000D;
const MANY: u16 = 0x1000;
/// What an attached message begins with: the number of its interface.
const MESSAGE: [u8; 16] = [7, 3, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];

/// The format.
pub(super) struct Tnef;

impl Format for Tnef {
    fn name(&self) -> &'static str {
        "tnef"
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.ms-tnef"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["tnef"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Document
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        content.head().starts_with(MAGIC)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let (reader, broken) = content.spool()?;
        let size = reader.seek(SeekFrom::End(0))?;
        let mut message = Message { code_page: 1252, ..Message::default() };
        let is_whole = message.gather(reader, size)?;
        if !is_whole && broken.is_none() {
            sink.partial(Reason::Malformed, "it ends too early, or an attribute is damaged");
        }
        let mut document = Document::new();
        document.push(&message.text);
        document.stands_for(size);
        if sink.text(&mut document)?.is_continue() {
            message.members(reader, sink)?;
        }
        broken.map_or(Ok(()), |error| Err(error.again().into()))
    }
}

/// What was found in a file.
#[derive(Default)]
struct Message {
    code_page: u16,
    text: String,
    seen: HashSet<String>,
    has_body: bool,
    html: Option<Vec<u8>>,
    rich: Option<Vec<u8>>,
    attachments: Vec<Attachment>,
    is_damaged: bool,
}

#[derive(Default)]
struct Attachment {
    name: String,
    /// Where its content is in the file, and how long.
    place: Option<(u64, u64)>,
    /// Its content, where that is a property.
    object: Option<Vec<u8>>,
}

/// A property: its number, the type of its values, the values.
type Property<'b> = (u16, u16, Vec<&'b [u8]>);

impl Message {
    /// Reads all attributes; whether the file ends behind one.
    fn gather(&mut self, reader: &mut dyn ReadSeek, size: u64) -> Result<bool, ReadError> {
        let mut at = BEGINNING;
        while at < size {
            reader.seek(SeekFrom::Start(at))?;
            let mut head = Vec::new();
            (&mut *reader).take(HEAD as u64).read_to_end(&mut head)?;
            let (id, length) = (u32_at(&head, 1), u64::from(u32_at(&head, 5)));
            let is_attribute = head.len() == HEAD && matches!(head[0], 1 | 2);
            if !is_attribute {
                return Ok(false);
            }
            let start = at + HEAD as u64;
            let there = length.min(size.saturating_sub(start));
            match id {
                BEGIN_ATTACHMENT => self.attachments.push(Attachment::default()),
                DATA => self.attachment().place = Some((start, there)),
                _ => {
                    let mut content = Vec::new();
                    (&mut *reader).take(there.min(HELD)).read_to_end(&mut content)?;
                    self.is_damaged |= there > HELD;
                    self.attribute(id, &content);
                }
            }
            if there < length {
                return Ok(false);
            }
            at = start + length + CHECKSUM;
        }
        Ok(at <= size + CHECKSUM && size >= BEGINNING && !self.is_damaged)
    }

    fn attachment(&mut self) -> &mut Attachment {
        if self.attachments.is_empty() {
            self.attachments.push(Attachment::default());
        }
        let last = self.attachments.len() - 1;
        &mut self.attachments[last]
    }

    fn attribute(&mut self, id: u32, content: &[u8]) {
        match (id, id >> 16) {
            (CODE_PAGE, _) => self.code_page = u16_at(content, 0),
            (PROPERTIES, _) => {
                self.properties(content, 0);
            }
            (RECIPIENTS, _) => {
                let mut at = 4;
                for _ in 0..u32_at(content, 0) {
                    match self.properties(content, at) {
                        Some(end) => at = end,
                        None => break,
                    }
                }
            }
            (ATTACHMENT, _) => self.properties_of_attachment(content),
            (TITLE, _) => self.attachment().name = without_end(&coded(content, self.code_page)),
            (_, STRING | TEXT) => {
                self.has_body |= id == BODY;
                self.say(&coded(content, self.code_page));
            }
            (_, TRIPLES) => self.say(&runs(content)),
            _ => {}
        }
    }

    /// Adds a text that was not there yet: a subject or an address stands in several places.
    fn say(&mut self, text: &str) {
        let text = without_end(text);
        let text = text.trim();
        if !text.is_empty() && self.seen.insert(text.to_owned()) {
            self.text.push_str(text);
            self.text.push('\n');
        }
    }

    /// Reads the properties of the message or of a recipient; where they end, unless they are damaged.
    fn properties(&mut self, content: &[u8], at: usize) -> Option<usize> {
        let (all, end) = properties(content, at);
        self.is_damaged |= end.is_none();
        for (id, kind, values) in all {
            for value in values {
                match (kind, id) {
                    (NARROW | WIDE, _) => {
                        self.has_body |= id == PLAIN;
                        self.say(&self.string(kind, value));
                    }
                    (BINARY, HTML) => self.html = Some(value.to_vec()),
                    (BINARY, RICH) => {
                        self.rich = rtf::decompressed(value);
                        self.is_damaged |= self.rich.is_none();
                    }
                    _ => {}
                }
            }
        }
        end
    }

    fn properties_of_attachment(&mut self, content: &[u8]) {
        let (all, end) = properties(content, 0);
        self.is_damaged |= end.is_none();
        for (id, kind, values) in all {
            let Some(value) = values.first() else { continue };
            match (kind, id) {
                (NARROW | WIDE, id) if FILE_NAMES.contains(&id) => {
                    let name = without_end(&self.string(kind, value));
                    // The first is the long one.
                    let is_better = id == FILE_NAMES[0] || self.attachment().name.is_empty();
                    if is_better && !name.is_empty() {
                        self.attachment().name = name;
                    }
                }
                (NARROW | WIDE, _) => self.say(&self.string(kind, value)),
                (BINARY | EMBEDDED, OBJECT) => {
                    // An object begins with the number of its interface; a message is a file of this format again.
                    let content = if kind == EMBEDDED { slice(value, 16, usize::MAX) } else { value };
                    let is_message = value.starts_with(&MESSAGE) && self.attachment().name.is_empty();
                    if is_message {
                        "message.tnef".clone_into(&mut self.attachment().name);
                    }
                    self.attachment().object = Some(content.to_vec());
                }
                _ => {}
            }
        }
    }

    fn string(&self, kind: u16, value: &[u8]) -> String {
        if kind == WIDE { utf16(value) } else { coded(value, self.code_page) }
    }

    /// Gives attachments, and a body that there is in no plain form.
    fn members(self, reader: &mut dyn ReadSeek, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let bodies = [("body.html", self.html), ("body.rtf", self.rich)];
        let body = bodies.into_iter().find_map(|(name, bytes)| bytes.map(|bytes| (name, bytes)));
        if let Some((name, bytes)) = body.filter(|_| !self.has_body)
            && sink.member(&Member { name: name.as_bytes(), modified: None }, &mut bytes.as_slice()).is_break()
        {
            return Ok(());
        }
        for (number, attachment) in (1..).zip(self.attachments) {
            let name = if attachment.name.is_empty() { format!("attachment{number}") } else { attachment.name };
            let member = Member { name: name.as_bytes(), modified: None };
            let flow = match (attachment.place, attachment.object) {
                // The place of an object holds a word for programs that know none.
                (_, Some(bytes)) => sink.member(&member, &mut bytes.as_slice()),
                (Some((start, length)), None) => {
                    reader.seek(SeekFrom::Start(start))?;
                    sink.member(&member, &mut (&mut *reader).take(length))
                }
                (None, None) => ControlFlow::Continue(()),
            };
            if flow.is_break() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Without the zero that ends a string, and with lines as they are elsewhere.
fn without_end(text: &str) -> String {
    text.replace('\0', "").replace("\r\n", "\n").replace('\r', "\n")
}

/// The properties at a place, as far as they can be read, and where they end.
fn properties(content: &[u8], at: usize) -> (Vec<Property<'_>>, Option<usize>) {
    let mut all = Vec::new();
    let mut at = at + 4;
    if at > content.len() {
        return (all, None);
    }
    for _ in 0..u32_at(content, at - 4) {
        match property(content, &mut at) {
            Some(property) => all.push(property),
            None => return (all, None),
        }
    }
    (all, Some(at))
}

fn property<'b>(content: &'b [u8], at: &mut usize) -> Option<Property<'b>> {
    let mut take = |length: usize| {
        let bytes = content.get(*at..at.checked_add(length)?)?;
        // Each begins at a multiple of four.
        *at += length.next_multiple_of(4);
        Some(bytes)
    };
    let head = take(4)?;
    let (kind, id) = (u16_at(head, 0), u16_at(head, 2));
    if id >= 0x8000 {
        // It has a name: a set, and in it a number or a string.
        take(16)?;
        let is_string = u32_at(take(4)?, 0) == 1;
        let number = u32_at(take(4)?, 0);
        if is_string {
            take(number as usize)?;
        }
    }
    let single = kind & !MANY;
    let fixed = match single {
        2 | 3 | 4 | 0x0A | 0x0B => Some(4),
        5 | 6 | 7 | 0x14 | 0x40 => Some(8),
        0x48 => Some(16),
        NARROW | WIDE | BINARY | EMBEDDED => None,
        _ => return None,
    };
    let count = if kind & MANY != 0 || fixed.is_none() { u32_at(take(4)?, 0) } else { 1 };
    let mut values = Vec::new();
    for _ in 0..count {
        let length = match fixed {
            Some(length) => length,
            None => u32_at(take(4)?, 0) as usize,
        };
        values.push(take(length)?);
    }
    Some((id, single, values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::recording::Recording;

    fn attribute(level: u8, id: u32, content: &[u8]) -> Vec<u8> {
        let sum: u16 = content.iter().fold(0, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        let length = (content.len() as u32).to_le_bytes();
        [&[level][..], &id.to_le_bytes(), &length, content, &sum.to_le_bytes()].concat()
    }

    fn list(properties: &[(u16, u16, &[u8])]) -> Vec<u8> {
        let mut bytes = (properties.len() as u32).to_le_bytes().to_vec();
        for (id, kind, value) in properties {
            bytes.extend(kind.to_le_bytes());
            bytes.extend(id.to_le_bytes());
            bytes.extend([1, 0, 0, 0]);
            bytes.extend((value.len() as u32).to_le_bytes());
            bytes.extend(*value);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    fn file(attributes: &[Vec<u8>]) -> Vec<u8> {
        [MAGIC, &[1, 0], &attributes.concat()].concat()
    }

    fn wide(text: &str) -> Vec<u8> {
        format!("{text}\0").encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn sample() -> Vec<u8> {
        let inner = file(&[attribute(1, BODY, b"inner\0")]);
        file(&[
            attribute(1, CODE_PAGE, &[0xE2, 4, 0, 0, 0, 0, 0, 0]),
            attribute(1, 0x0001_8004, b"Gr\xFC\xDFe\0"),
            attribute(
                1,
                PROPERTIES,
                &list(&[(0x0037, WIDE, &wide("Grüße")), (HTML, BINARY, b"<p>rich"), (0x3001, NARROW, b"Ann\0")]),
            ),
            attribute(1, RECIPIENTS, &[&[1, 0, 0, 0][..], &list(&[(0x3003, WIDE, &wide("a@example.com"))])].concat()),
            attribute(2, BEGIN_ATTACHMENT, &[0; 14]),
            attribute(2, DATA, b"content"),
            attribute(2, TITLE, b"A~1.TXT\0"),
            attribute(2, ATTACHMENT, &list(&[(0x3707, WIDE, &wide("a long name.txt"))])),
            attribute(2, BEGIN_ATTACHMENT, &[0; 14]),
            attribute(2, ATTACHMENT, &list(&[(OBJECT, EMBEDDED, &[&MESSAGE[..], &inner].concat())])),
        ])
    }

    #[test]
    fn strings_bodies_and_attachments() {
        let (recording, outcome) = Recording::of(&Tnef, &sample());
        outcome.unwrap();
        assert_eq!(recording.partials, []);
        assert_eq!(String::from_utf8(recording.text.clone()).unwrap(), "Grüße\nAnn\na@example.com\n");
        assert_eq!(recording.names(), ["body.html", "a long name.txt", "message.tnef"]);
        let contents: Vec<&[u8]> = recording.members.iter().map(|member| member.bytes.as_slice()).collect();
        assert_eq!(contents[..2], [&b"<p>rich"[..], b"content"]);
        assert!(contents[2].starts_with(MAGIC));
    }

    #[test]
    fn a_plain_body_is_enough() {
        let rich = list(&[(HTML, BINARY, b"<p>rich")]);
        let bytes = file(&[attribute(1, BODY, b"plain\r\ntext\0"), attribute(1, PROPERTIES, &rich)]);
        let (recording, outcome) = Recording::of(&Tnef, &bytes);
        outcome.unwrap();
        assert_eq!((recording.text.as_slice(), recording.members.len()), (&b"plain\ntext\n"[..], 0));
    }

    #[test]
    fn a_cut_is_told_and_any_byte_may_be_another() {
        let whole = sample();
        let ends: Vec<usize> =
            (0..whole.len()).filter(|cut| Recording::of(&Tnef, &whole[..*cut]).0.partials.is_empty()).collect();
        // Behind an attribute nothing says that there were more of them.
        assert!(ends.len() <= 3 * 11, "{ends:?}");
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                let _ = Recording::of(&Tnef, &flipped);
            }
        }
    }
}
