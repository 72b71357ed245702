//! Plain text, in any encoding: the last format in the list, which takes all that is not binary.
//!
//! Knows no structure: the text is one value, and lines are found when they are asked for.

mod magic;

pub use magic::media_type_of;
pub(super) use magic::{is_binary_behind, is_textual};

use super::{Content, Format, ReadError, Sink};
use crate::decode::{Decoded, undecoded};
use crate::location::Position;
use crate::status::Reason;
use crate::text::{Block, TextSource};
use std::io::{self, Read};

/// Plain text.
pub static TEXT: Text = Text;

/// See [`TEXT`].
#[derive(Debug)]
pub struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn media_type(&self) -> &'static str {
        "text/plain"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt", "text", "log", "sql"]
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        content.once(|content| {
            media_type_of(content.head()).is_none() && magic::is_textual_in(content.head(), content.encoding_wide())
        })
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        admit(content, sink);
        // Enough or not: there is nothing else to read.
        let _ = sink.text(&mut plain(content))?;
        Ok(())
    }
}

/// Says so if the text is in an encoding of which only the ASCII is understood.
pub(super) fn admit(content: &Content<'_>, sink: &mut dyn Sink) {
    if let Some(encoding) = undecoded(content.head()) {
        let detail = format!("text in {encoding}: only what is ASCII in it was understood");
        sink.partial(Reason::UnsupportedFormat, &detail);
    }
}

/// The text of a content as one value without structure, in whatever encoding it is.
pub fn plain<'a>(content: &'a mut Content<'_>) -> impl TextSource + 'a {
    let encoding = content.encoding();
    running(Decoded::new(content, encoding))
}

/// A decoded text as one value without structure.
pub(super) fn running<'r>(decoded: Decoded<impl Read + 'r>) -> impl TextSource + 'r {
    Plain { decoded }
}

/// Decoded text, as it is.
struct Plain<R> {
    decoded: Decoded<R>,
}

impl<R: Read> TextSource for Plain<R> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        let end = self.decoded.end();
        let more = self.decoded.more()?;
        block.push(self.decoded.text(end));
        Ok(more)
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        self.decoded.position(start, end)
    }

    fn release(&mut self, offset: u64) {
        self.decoded.release(offset);
    }

    fn bytes_read(&self) -> u64 {
        self.decoded.bytes_read()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Encoding;

    #[test]
    fn gives_the_text_and_its_places() {
        let content = Content::memory(b"a.txt", "\u{feff}x\r\nö secret".as_bytes().to_vec());
        let mut plain = Plain { decoded: Decoded::new(content, Encoding::guess("\u{feff}x".as_bytes())) };
        let mut block = Block::default();
        while plain.fill(&mut block).unwrap() {}
        assert_eq!(block.text, "x\r\nö secret".as_bytes());
        let position = plain.position(6, 12);
        assert_eq!(position, Position { line: 2, end_line: 2, column: 3, offset: 9, length: 6 });
    }

    #[test]
    fn takes_text_and_leaves_binary() {
        assert!(TEXT.recognizes(&mut Content::memory(b"", Vec::new())));
        assert!(TEXT.recognizes(&mut Content::memory(b"x.png", b"not an image".to_vec())));
        assert!(!TEXT.recognizes(&mut Content::memory(b"x.txt", b"\x89PNG\r\n\x1a\n\0\0".to_vec())));
    }
}
