//! The headers of a mail or of a part of one: their text, and what they say of the part.
//!
//! Knows what of headers matters for reading; which data stands in them is not known here.

use super::body::{Stop, delimiter};
use super::lines::{Line, Lines};
use super::places::{Mark, ShortText};
use super::transfer::{Shape, Transfer};
use super::utf7;
use super::words::{self, Structured};
use memchr::memmem;
use std::io::BufRead;

/// Bytes of headers that are held; what follows is read as a body.
const LONGEST: u64 = 1 << 20;

/// Headers that mails have, in lower case; those in the first list are found in nothing else.
const STRONG: &[&str] = &["message-id", "mime-version", "received", "return-path", "delivered-to", "dkim-signature"];
const USUAL: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "sender",
    "reply-to",
    "in-reply-to",
    "references",
    "content-type",
    "content-transfer-encoding",
    "x-mailer",
    "list-id",
    "authentication-results",
    "thread-topic",
    "importance",
];

/// Texts inside a mail that are read as running text; others have a format of their own.
const TEXTS: &[&str] = &[
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/calendar",
    "text/directory",
    "text/vcard",
    "text/x-vcard",
    "text/markdown",
    "text/x-amp-html",
    "text/watch-html",
    "text/rfc822-headers",
    "text",
    "",
];

/// The headers of one entity.
#[derive(Default)]
pub(super) struct Head {
    pub(super) text: ShortText,
    content_type: Structured,
    disposition: Structured,
    pub(super) transfer: Transfer,
    /// What ended the mail or the part before its body began.
    pub(super) stop: Option<Stop>,
}

impl Head {
    /// Reads headers up to the empty line behind them.
    pub(super) fn read<R: BufRead>(lines: &mut Lines<R>, boundaries: &[Vec<u8>]) -> Self {
        let mut head = Self::default();
        let mut header: Vec<Line> = Vec::new();
        loop {
            let mut line = Line::default();
            let stop = match lines.next(&mut line) {
                Ok(true) => delimiter(&line, boundaries),
                Ok(false) => Some(Stop::End),
                // The headers before it count; the error comes again when the body is read.
                Err(_) => break,
            };
            head.text.read += line.bytes.len() as u64;
            if stop.is_some() {
                head.stop = stop;
                break;
            }
            let is_first = header.is_empty() && head.text.text.is_empty();
            if line.text().is_empty() {
                break;
            }
            let goes_on = line.before > 0 || matches!(line.bytes.first(), Some(b' ' | b'\t'));
            if !goes_on {
                head.take(&header);
                header.clear();
                let begins = is_header(line.text()) || (is_first && is_envelope(line.text()));
                if !begins {
                    lines.hold(line);
                    break;
                }
            }
            header.push(line);
            if head.text.read > LONGEST {
                break;
            }
        }
        head.take(&header);
        head
    }

    /// Takes one header with its continuations.
    fn take(&mut self, header: &[Line]) {
        let Some(first) = header.first() else { return };
        let has_words = header.iter().any(|line| memmem::find(&line.bytes, b"=?").is_some());
        if has_words {
            self.decode(header);
        } else {
            self.copy(header);
        }
        let Some(colon) = first.bytes.iter().position(|byte| *byte == b':') else { return };
        let value = || {
            let mut whole = first.text().get(colon + 1..).unwrap_or_default().to_vec();
            header[1..].iter().for_each(|line| whole.extend_from_slice(line.text()));
            whole
        };
        match first.bytes[..colon].to_ascii_lowercase().as_slice() {
            b"content-type" => self.content_type = Structured::parse(&value()),
            b"content-disposition" => self.disposition = Structured::parse(&value()),
            b"content-transfer-encoding" => self.transfer = Transfer::named(&Structured::parse(&value()).value),
            _ => {}
        }
    }

    fn mark(&mut self, line: &Line, column: usize) {
        self.text.marks.push(Mark {
            at: self.text.text.len() as u64,
            line: line.number,
            column: line.before + column as u64 + 1,
            offset: line.offset + column as u64,
            is_packed: false,
        });
    }

    /// The header as it stands.
    fn copy(&mut self, header: &[Line]) {
        for line in header {
            self.mark(line, 0);
            self.text.text.push_str(&words::lossy(line.text()));
            self.text.text.push('\n');
        }
    }

    /// The header on one line, with its encoded words decoded. Words of one character set may share a character.
    fn decode(&mut self, header: &[Line]) {
        let mut pending: Option<(String, Vec<u8>)> = None;
        for line in header {
            let text = line.text();
            let mut at = 0;
            while at < text.len() {
                let found = memmem::find(&text[at..], b"=?").map(|found| at + found);
                let word = found.and_then(|start| Some((start, words::word(&text[start..])?)));
                let plain_end = match (&word, found) {
                    (Some((start, _)), _) => *start,
                    (None, Some(start)) => start + 2,
                    (None, None) => text.len(),
                };
                let plain = &text[at..plain_end];
                let joins = word.is_some() && pending.is_some() && plain.trim_ascii().is_empty();
                if !joins && !plain.is_empty() {
                    self.flush(&mut pending);
                    self.mark(line, at);
                    self.text.text.push_str(&words::lossy(plain));
                }
                at = plain_end;
                if let Some((start, word)) = word {
                    at = start + word.length;
                    let is_same = matches!(&pending, Some((charset, _)) if *charset == word.charset);
                    if !is_same {
                        self.flush(&mut pending);
                        self.mark(line, start);
                        pending = Some((word.charset, Vec::new()));
                    }
                    if let Some((_, bytes)) = &mut pending {
                        bytes.extend(word.bytes);
                    }
                }
            }
        }
        self.flush(&mut pending);
        self.text.text.push('\n');
    }

    fn flush(&mut self, pending: &mut Option<(String, Vec<u8>)>) {
        if let Some((charset, bytes)) = pending.take() {
            self.text.text.push_str(&words::decode(&charset, &bytes));
        }
    }

    /// The boundary between the parts of a multipart.
    pub(super) fn boundary(&self) -> Option<&str> {
        self.content_type.value.starts_with("multipart/").then(|| self.content_type.parameter("boundary"))?
    }

    /// The name of an attachment.
    pub(super) fn file_name(&self) -> Option<&str> {
        self.disposition.parameter("filename").or_else(|| self.content_type.parameter("name"))
    }

    /// Whether the part is read as text of the mail itself.
    pub(super) fn is_text(&self) -> bool {
        let kind = self.kind();
        let is_report = kind.starts_with("message/") && !self.is_message();
        let is_text = TEXTS.contains(&kind) || kind.starts_with("multipart/");
        is_report || (is_text && self.file_name().is_none() && self.disposition.value != "attachment")
    }

    /// What is to be done with its text once it is unpacked.
    pub(super) fn shape(&self) -> Shape {
        let is = |name: &str, value: &str| {
            self.content_type.parameter(name).is_some_and(|given| given.trim().eq_ignore_ascii_case(value))
        };
        let is_text = self.kind().starts_with("text/");
        Shape {
            is_utf7: is_text && self.content_type.parameter("charset").is_some_and(utf7::is_utf7),
            is_flowed: self.kind() == "text/plain" && is("format", "flowed"),
            deletes_space: is("delsp", "yes"),
        }
    }

    /// Whether the part is text with tags.
    pub(super) fn is_html(&self) -> bool {
        matches!(self.kind(), "text/html" | "text/x-amp-html" | "text/watch-html")
    }

    /// Whether the part is a mail.
    pub(super) fn is_message(&self) -> bool {
        matches!(self.kind(), "message/rfc822" | "message/global" | "message/news")
    }

    /// Whether the part is encrypted as a whole.
    pub(super) fn is_encrypted(&self) -> bool {
        matches!(self.kind(), "application/pkcs7-mime" | "application/x-pkcs7-mime")
            && self.content_type.parameter("smime-type").is_none_or(|kind| kind.contains("enveloped"))
    }

    /// Whether one of its parts is encrypted.
    pub(super) fn holds_encrypted(&self) -> bool {
        self.kind() == "multipart/encrypted"
    }

    /// The media type.
    pub(super) fn kind(&self) -> &str {
        &self.content_type.value
    }

    /// The character set, if it is said and known. What is said to be ASCII is guessed.
    pub(super) fn charset(&self) -> Option<&'static encoding_rs::Encoding> {
        let name = self.content_type.parameter("charset")?;
        let encoding = encoding_rs::Encoding::for_label(name.trim().as_bytes())?;
        (!name.to_ascii_lowercase().contains("ascii")).then_some(encoding)
    }
}

/// Whether a line is a header.
fn is_header(line: &[u8]) -> bool {
    const LONGEST_NAME: usize = 76;
    let name = line.iter().take(LONGEST_NAME + 1).position(|byte| *byte == b':').map(|colon| &line[..colon]);
    name.is_some_and(|name| {
        let name = name.trim_ascii_end();
        !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
    })
}

/// Whether a line may stand in front of the headers: what a mailbox or a mail program puts there.
fn is_envelope(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        || line.starts_with(b">From ")
        || (!line.is_empty() && line.iter().all(u8::is_ascii_digit))
}

/// Whether first bytes are the headers of a mail.
pub(super) fn begins_mail(head: &[u8], by_name: bool) -> bool {
    let (mut strong, mut usual) = (Vec::new(), Vec::new());
    let mut lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).peekable();
    if by_name && lines.peek().is_some_and(|line| is_envelope(line.trim_ascii_end())) {
        lines.next();
    }
    let mut has_end = false;
    for (index, line) in lines.take(400).enumerate() {
        if line.is_empty() {
            has_end = index > 0;
            break;
        }
        if index > 0 && matches!(line.first(), Some(b' ' | b'\t')) {
            continue;
        }
        if !is_header(line) {
            break;
        }
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        let lower = String::from_utf8_lossy(name).trim_end().to_ascii_lowercase();
        let is_written_so = name.first().is_some_and(u8::is_ascii_uppercase);
        if STRONG.contains(&lower.as_str()) && !strong.contains(&lower) {
            strong.push(lower);
        } else if USUAL.contains(&lower.as_str()) && (is_written_so || by_name) && !usual.contains(&lower) {
            usual.push(lower);
        }
    }
    let known = strong.len() + usual.len();
    let is_short_mail = has_end && ["from", "subject"].iter().all(|name| usual.iter().any(|known| known == name));
    (by_name && known >= 1) || (!strong.is_empty() && known >= 3) || (is_short_mail && known >= 3)
}
