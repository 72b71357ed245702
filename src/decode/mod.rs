//! Stored bytes to UTF-8 text, piece by piece, with the exact place of every piece of it.
//!
//! UTF-8 is given on as it is; everything else is transcoded, with a way back kept for the window in use. Lines and
//! columns are counted only when asked for. Fields, escapes and formats are not known here.

mod edited;
mod edits;
mod encoding;
mod fields;
mod lines;
mod origin;
mod unknown;

pub(crate) use edited::{Edited, Raw};
pub(crate) use edits::Edits;
pub(crate) use encoding::{Charset, Encoding, is_mostly_utf8};
pub(crate) use fields::lay;
pub(crate) use unknown::{is_iso_2022_kr, undecoded};

use crate::location::Position;
use lines::Window;
use origin::{Origin, PIECE};
use std::borrow::Cow;
use std::io::{self, Read};

/// Stored bytes that are read at a time, at first and at most: most files are small.
const FIRST: usize = 16 << 10;
const CHUNK: usize = 256 << 10;

/// The text of a stream, read on demand and kept until it is released.
///
/// Offsets are bytes of decoded text from its start, without a byte order mark.
pub(crate) struct Decoded<R> {
    reader: R,
    /// Bytes of the next read, and of the largest.
    next: usize,
    chunk: usize,
    /// Bytes of a byte order mark that are still to be left out.
    mark: usize,
    mark_length: u64,
    read: u64,
    window: Window,
    transcoder: Option<Transcoder>,
    failed: Option<io::Error>,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    /// The text of a reader that stands at the start of the content.
    pub(crate) fn new(reader: R, encoding: Encoding) -> Self {
        Self::with_chunk(reader, encoding, CHUNK)
    }

    /// Reads `chunk` bytes at a time.
    pub(crate) fn with_chunk(reader: R, encoding: Encoding, chunk: usize) -> Self {
        let mark_length = encoding.mark as u64;
        Self {
            reader,
            next: chunk.clamp(1, FIRST),
            chunk: chunk.max(1),
            mark: encoding.mark,
            mark_length,
            read: 0,
            window: Window::default(),
            transcoder: Transcoder::new(encoding.charset, mark_length),
            failed: None,
            ended: false,
        }
    }

    /// Reads and decodes more; false at the end. An error comes only once all text before it was given.
    pub(crate) fn more(&mut self) -> io::Result<bool> {
        let before = self.window.end();
        while self.window.end() == before {
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            if self.ended {
                return Ok(false);
            }
            self.read_chunk();
        }
        Ok(true)
    }

    /// The text from an offset to the end of what was decoded so far.
    pub(crate) fn text(&self, from: u64) -> &[u8] {
        self.window.from(from)
    }

    /// Offset behind what was decoded so far.
    pub(crate) fn end(&self) -> u64 {
        self.window.end()
    }

    /// Where the text `start..end` stands; `start` never decreases from call to call.
    pub(crate) fn position(&mut self, start: u64, end: u64) -> Position {
        let (line, column) = self.window.locate(start);
        let end_line = self.window.line(end.saturating_sub(1).max(start));
        let (from, to) = match &mut self.transcoder {
            Some(transcoder) => transcoder.origin.stored(start, end),
            None => (start + self.mark_length, end.max(start) + self.mark_length),
        };
        Position { line, end_line, column, offset: from, length: to - from }
    }

    /// Drops the text before an offset.
    pub(crate) fn release(&mut self, offset: u64) {
        self.window.release(offset);
        if let Some(transcoder) = &mut self.transcoder {
            transcoder.origin.release(offset);
        }
    }

    /// Stored bytes read so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Reads up to a chunk. Ends and errors are noted, not returned: what came before them counts first.
    fn read_chunk(&mut self) {
        let size = self.next;
        self.next = (size * 2).min(self.chunk);
        let room = match &mut self.transcoder {
            None => self.window.room(size),
            Some(transcoder) => {
                transcoder.buffer.resize(size, 0);
                transcoder.buffer.as_mut_slice()
            }
        };
        let (count, end) = read_full(&mut self.reader, room);
        let skipped = self.mark.min(count);
        room.copy_within(skipped..count, 0);
        match end {
            Ok(ended) => self.ended = ended,
            Err(error) => (self.ended, self.failed) = (true, Some(error)),
        }
        self.read += count as u64;
        self.mark -= skipped;
        match &mut self.transcoder {
            None => self.window.grow(count - skipped),
            Some(transcoder) => transcoder.decode(count - skipped, self.ended, &mut self.window),
        }
    }
}

/// Reads until the room is full: how many bytes came, and whether the end did, or an error.
fn read_full(reader: &mut impl Read, room: &mut [u8]) -> (usize, io::Result<bool>) {
    let mut count = 0;
    while count < room.len() {
        match reader.read(&mut room[count..]) {
            Ok(0) => return (count, Ok(true)),
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (count, Err(error)),
        }
    }
    (count, Ok(false))
}

/// The text of the first bytes of a content: a last character that is cut may be missing or U+FFFD.
pub(crate) fn head_text(head: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    if encoding.charset == Charset::Utf8 {
        return Cow::Borrowed(head.get(encoding.mark..).unwrap_or_default());
    }
    let mut decoded = Decoded::new(head, encoding);
    while decoded.more().unwrap_or(false) {}
    Cow::Owned(decoded.text(0).to_vec())
}

/// Decodes what is not UTF-8 and notes the way back.
struct Transcoder {
    charset: Charset,
    decoder: Option<encoding_rs::Decoder>,
    origin: Origin,
    /// Stored bytes up to here are decoded.
    done: u64,
    buffer: Vec<u8>,
}

impl Transcoder {
    fn new(charset: Charset, mark: u64) -> Option<Self> {
        (charset != Charset::Utf8).then(|| Self {
            charset,
            decoder: origin::decoder(charset),
            origin: Origin::new(charset, mark),
            done: mark,
            buffer: Vec::new(),
        })
    }

    /// Decodes the first bytes of the buffer; `last`: nothing follows.
    fn decode(&mut self, count: usize, last: bool, window: &mut Window) {
        self.origin.push(&self.buffer[..count]);
        while self.done < self.origin.end() {
            let (piece, clean) = self.origin.piece(self.done);
            if piece.is_empty() {
                break;
            }
            let length = piece.len() as u64;
            match (self.charset, &mut self.decoder) {
                (Charset::Utf32 { big }, _) => piece.chunks(4).for_each(|unit| put(window, origin::utf32(unit, big))),
                (_, Some(decoder)) => run(decoder, piece, false, window),
                _ => {}
            }
            self.done += length;
            self.origin.decoded(window.end(), self.done, clean);
        }
        if last {
            match &mut self.decoder {
                Some(decoder) => run(decoder, &[], true, window),
                None if self.done < self.origin.end() => put(window, char::REPLACEMENT_CHARACTER),
                None => {}
            }
        }
    }
}

fn put(window: &mut Window, c: char) {
    let length = c.encode_utf8(window.room(4)).len();
    window.grow(length);
}

/// Decodes one piece to its end.
fn run(decoder: &mut encoding_rs::Decoder, mut piece: &[u8], last: bool, window: &mut Window) {
    loop {
        // Three bytes of text for one stored, and what was pending: enough for every encoding.
        let (result, read, written, _) = decoder.decode_to_utf8(piece, window.room(PIECE * 4), last);
        window.grow(written);
        piece = piece.get(read..).unwrap_or_default();
        if result == encoding_rs::CoderResult::InputEmpty {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
