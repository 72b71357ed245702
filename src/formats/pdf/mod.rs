//! PDF: text page by page, then what no page shows (information, metadata, forms, outlines, scripts) and attachments.
//!
//! The parser is not ours and recurses, so it runs in a reader process. Knows nothing of fonts or layout.

mod objects;
mod overlooked;
mod replaced;
mod wholeness;

use super::{Content, Document, Format, Member, Nesting, PlaceKind, ReadError, Sink};
use crate::location::{Place, Position};
use crate::status::Reason;
use crate::text::{Block, Field, TextSource};
use memchr::memmem;
use objects::Gathered;
use overlooked::overlooked;
use pdf_oxide::PdfDocument;
use pdf_oxide::converters::ConversionOptions;
use pdf_oxide::error::Error;
use pdf_oxide::layout::TextChar;
use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use wholeness::{Streams, are_objects_whole, has_end};

/// Bytes of a file that is read.
const LARGEST: u64 = 400 << 20;
/// Pages that are read.
const PAGES: usize = 100_000;
/// Bytes that are looked at for the mark.
const MARK_WITHIN: usize = 1024;

/// PDF.
pub static PDF: Pdf = Pdf;

/// See [`PDF`].
#[derive(Debug)]
pub struct Pdf;

impl Format for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }

    fn media_type(&self) -> &'static str {
        "application/pdf"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["pdf"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Document
    }

    fn place(&self) -> PlaceKind {
        PlaceKind::Page
    }

    fn is_isolated(&self) -> bool {
        true
    }

    fn forget(&self) {
        // Keyed by hashes that a made file could collide.
        pdf_oxide::fonts::global_cache::clear_global_font_cache();
        pdf_oxide::clear_cmap_cache();
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let head = content.head();
        let start = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        if start.starts_with(b"%PDF-") {
            return true;
        }
        // Readers accept junk before the mark; a text that only speaks of it has no objects.
        let near = &head[..head.len().min(MARK_WITHIN)];
        memmem::find(near, b"%PDF-").is_some() && memmem::find(head, b" obj").is_some()
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let passwords = content.passwords();
        if content.length()? > LARGEST {
            let detail = format!("larger than {} MiB: the parser holds a PDF twice", LARGEST >> 20);
            return Err(ReadError::Unsupported(Reason::FileTooLarge, detail));
        }
        // The parser keeps them, so there should be no second copy.
        let (bytes, broken) = content.take_all()?;
        let size = bytes.len() as u64;
        let has_end = has_end(&bytes);
        let has_objects = are_objects_whole(&bytes);
        let mut document = PdfDocument::from_bytes(bytes).map_err(|error| refusal(&error))?;
        // It keeps the file twice, and needs the second copy for writing alone.
        document.source_bytes = Vec::new();
        unlock(&document, passwords.all())?;
        let count = document.page_count().map_err(|error| refusal(&error))?;
        let mut pages = Pages::new(&document, count.min(PAGES), size);
        let flow = sink.text(&mut pages)?;
        let Pages { gaps, mut gathered, .. } = pages;
        if !has_end && broken.is_none() {
            // The parser makes what it can of a file that is cut short, and does not say so.
            sink.partial(Reason::Malformed, "its end is missing");
        }
        if !has_objects && !document.is_encrypted() {
            sink.partial(Reason::Malformed, "some of its objects are damaged");
        }
        gaps.report(sink);
        if count > PAGES {
            sink.partial(Reason::FileTooLarge, &format!("more than {PAGES} pages"));
        }
        if flow.is_continue() {
            rest(&document, &mut gathered, sink)?;
        }
        broken.map_or(Ok(()), |error| Err(error.again().into()))
    }
}

/// What an error of the parser means. Its own words may quote the file.
fn refusal(error: &Error) -> ReadError {
    match error {
        Error::EncryptedPdf => encrypted(),
        Error::UnexpectedEof => ReadError::Malformed("ends too early".to_owned()),
        _ => ReadError::Malformed("not a readable PDF".to_owned()),
    }
}

fn encrypted() -> ReadError {
    ReadError::Unsupported(Reason::EncryptedDocument, String::new())
}

/// Opens an encrypted document with the empty password or one of the list.
fn unlock(document: &PdfDocument, passwords: &[Vec<u8>]) -> Result<(), ReadError> {
    // Without the right password the parser gives empty text and no error.
    if !document.is_encrypted() || document.is_authenticated() {
        return Ok(());
    }
    let none: &[u8] = b"";
    let opens = std::iter::once(none)
        .chain(passwords.iter().map(Vec::as_slice))
        .any(|password| document.authenticate(password).unwrap_or(false));
    if opens { Ok(()) } else { Err(encrypted()) }
}

/// Gives what belongs to no page: text, then attachments.
fn rest(document: &PdfDocument, gathered: &mut Gathered, sink: &mut dyn Sink) -> Result<(), ReadError> {
    gathered.whole(document);
    let mut text = gathered.take_text();
    if !text.is_empty() && sink.text(&mut text)?.is_break() {
        return Ok(());
    }
    for (name, bytes) in gathered.attachments(document) {
        let member = Member { name: name.as_bytes(), modified: None };
        let flow = match bytes {
            Some(bytes) => sink.member(&member, &mut bytes.as_slice()),
            None => sink.skip_member(&member, Reason::Malformed, "the attachment could not be decoded"),
        };
        if flow == ControlFlow::Break(()) {
            return Ok(());
        }
    }
    if let Some(gap) = gathered.gap() {
        sink.partial(Reason::Malformed, gap);
    }
    Ok(())
}

/// Pages without (all of) their text.
#[derive(Default)]
struct Gaps {
    failed: Vec<usize>,
    broken: Vec<usize>,
    images: usize,
}

impl Gaps {
    fn report(&self, sink: &mut dyn Sink) {
        let mut tell = |pages: &[usize], what: &str| {
            let Some(first) = pages.first() else { return };
            let detail = match pages.len() {
                1 => format!("page {} could not be {what}", first + 1),
                count => format!("{count} pages could not be {what}, the first is page {}", first + 1),
            };
            sink.partial(Reason::Malformed, &detail);
        };
        tell(&self.failed, "read");
        tell(&self.broken, "read in full");
        if self.images > 0 {
            let pages =
                if self.images == 1 { "1 page holds".to_owned() } else { format!("{} pages hold", self.images) };
            sink.partial(
                Reason::UnsupportedFormat,
                &format!("{pages} images and no text: what they show was not read"),
            );
        }
    }
}

/// The text of the pages, each read when its turn comes: what a page that kills the parser costs is the pages behind it.
struct Pages<'d> {
    document: &'d PdfDocument,
    options: ConversionOptions,
    text: Document,
    count: usize,
    next: usize,
    gathered: Gathered,
    streams: Streams,
    gaps: Gaps,
}

impl<'d> Pages<'d> {
    fn new(document: &'d PdfDocument, count: usize, size: u64) -> Self {
        let options = ConversionOptions { extract_tables: true, include_artifacts: true, ..Default::default() };
        let mut text = Document::new();
        text.stands_for(size);
        let (gathered, streams, gaps) = (Gathered::new(document), Streams::default(), Gaps::default());
        Self { document, options, text, count, next: 0, gathered, streams, gaps }
    }

    fn page(&mut self, index: usize) {
        let read = || self.document.extract_text_with_options(index, &self.options);
        let text = catch_unwind(AssertUnwindSafe(read)).ok().and_then(Result::ok);
        self.text.begin_page();
        let are_whole = || self.streams.are_whole(self.document, index);
        let is_whole = catch_unwind(AssertUnwindSafe(are_whole)).unwrap_or(false);
        match (&text, is_whole) {
            (None, _) => self.gaps.failed.push(index),
            (Some(_), false) => self.gaps.broken.push(index),
            _ => {}
        }
        let text = text.unwrap_or_default();
        self.text.push(&text);
        self.text.end_line();
        let characters = || self.document.extract_chars(index);
        let mut text = text;
        if let Ok(Ok(characters)) = catch_unwind(AssertUnwindSafe(characters)) {
            self.overlooked(&characters, &mut text);
        }
        let replaced = || replaced::glyphs(self.document, index);
        if let Ok(Some(characters)) = catch_unwind(AssertUnwindSafe(replaced)) {
            self.overlooked(&characters, &mut text);
        }
        let notes = || self.gathered.page(self.document, index, &text);
        match catch_unwind(AssertUnwindSafe(notes)) {
            Ok(notes) => {
                self.text.push(&notes.text);
                self.text.end_line();
                self.gaps.images += usize::from(text.trim().is_empty() && notes.has_images);
            }
            Err(_) => self.gaps.failed.push(index),
        }
    }

    /// Gives lines that the text does not hold, and adds them to it.
    fn overlooked(&mut self, characters: &[TextChar], text: &mut String) {
        let lines = overlooked(characters, text);
        self.text.push(&lines);
        self.text.end_line();
        text.push_str(&lines);
    }
}

impl TextSource for Pages<'_> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        if self.next < self.count && self.text.is_given() {
            self.page(self.next);
            self.next += 1;
        }
        Ok(self.text.fill(block)? || self.next < self.count)
    }

    fn has_fields(&self) -> bool {
        true
    }

    fn place(&mut self, field: &Field) -> Place {
        self.text.place(field)
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        self.text.position(start, end)
    }

    fn release(&mut self, offset: u64) {
        self.text.release(offset);
    }

    fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }
}
