//! XML and HTML: text stands under the names of the elements around it, an attribute's value under its own name as well.
//!
//! Nothing is ever refused, no declared entity is resolved and no schema known: tags that do not fit are running text like
//! the rest. References to characters are given as what they stand for.

mod elements;
mod heads;
mod tag;

use super::ranges::{Named, read};
use super::{Content, Format, ReadError, Sink, text::TEXT};
use crate::decode::{Decoded, Encoding, head_text};
use crate::text::TextSource;
use elements::Elements;
use std::io::Read;

/// XML, in whatever vocabulary.
pub(super) static XML: Markup = Markup { html: false };
/// HTML. The same format: it has a media type of its own, and elements that are never closed.
pub(super) static HTML: Markup = Markup { html: true };

/// See [`XML`] and [`HTML`].
#[derive(Debug)]
pub(super) struct Markup {
    html: bool,
}

const XML_NAMES: &[&str] =
    &["xml", "xsd", "xsl", "xslt", "svg", "plist", "rss", "atom", "kml", "gpx", "wsdl", "config"];
const HTML_NAMES: &[&str] = &["html", "htm", "xhtml", "shtml", "vue"];

impl Format for Markup {
    fn name(&self) -> &'static str {
        if self.html { "html" } else { "xml" }
    }

    fn media_type(&self) -> &'static str {
        if self.html { "text/html" } else { "application/xml" }
    }

    fn extensions(&self) -> &'static [&'static str] {
        if self.html { HTML_NAMES } else { XML_NAMES }
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        is_html(content) == Some(self.html) && TEXT.recognizes(content)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        read(content, sink, Elements::new(self.html))
    }
}

/// The text of HTML that lies in something else.
pub(super) fn html<'r>(decoded: Decoded<impl Read + 'r>) -> impl TextSource + 'r {
    Named::new(decoded, Elements::new(true))
}

/// Whether a content that starts like markup is HTML; none if it starts like something else.
fn is_html(content: &Content<'_>) -> Option<bool> {
    let head = content.head();
    let encoding = Encoding::guess_wide(&head[..head.len().min(1024)]);
    let text = head_text(&head[..head.len().min(4 << 10)], encoding);
    let text = text.trim_ascii_start();
    if text.first() != Some(&b'<') {
        return None;
    }
    let starts = |start: &[u8]| text.get(..start.len()).is_some_and(|t| t.eq_ignore_ascii_case(start));
    let extension = content.extension();
    if starts(b"<!doctype html") || starts(b"<html") || HTML_NAMES.contains(&extension.as_str()) {
        return Some(true);
    }
    let closes = || memchr::memmem::find(text, b"</").is_some() || memchr::memmem::find(text, b"/>").is_some();
    let is_element = text.get(1).is_some_and(|b| tag::starts_name(*b)) && closes();
    (starts(b"<?xml") || starts(b"<!--") || starts(b"<!doctype") || is_element).then_some(false)
}

#[cfg(test)]
mod tests;
