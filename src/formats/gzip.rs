//! gzip: one or more deflate streams, each with a header and a checksum, read as one.
//!
//! Knows nothing of what is inside. flate2's reader is not used: it stops for good at the first wrong checksum and takes
//! padding between members for damage.

use super::inflate::Inflate;
use super::{Content, Format, Nesting, ReadError, Sink};
use crate::status::Reason;
use flate2::Crc;
use std::io::{self, BufRead, BufReader, Read};

const MAGIC: &[u8] = &[0x1f, 0x8b, 8];
const BUFFER: usize = 32 << 10;

/// The format.
pub(super) struct Gzip;

impl Format for Gzip {
    fn name(&self) -> &'static str {
        "gzip"
    }

    fn media_type(&self) -> &'static str {
        "application/gzip"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["gz", "tgz", "svgz"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Compression
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        content.head().starts_with(MAGIC)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let mut reader = Members::new(BufReader::with_capacity(BUFFER, content));
        if sink.stream(&mut reader).is_continue() && reader.has_garbage {
            sink.partial(Reason::Malformed, "bytes that are not gzip follow the compressed data");
        }
        Ok(())
    }
}

enum State {
    Header,
    Data,
    Ended,
}

/// The members of a gzip file as one stream. Ends with an error if any of them was damaged.
struct Members<R> {
    data: Inflate<R>,
    state: State,
    crc: Crc,
    /// A member whose checksum was wrong. The rest is read all the same, so this is said at the end.
    has_wrong_sum: bool,
    /// Whether something else stands behind the last member.
    has_garbage: bool,
}

impl<R: BufRead> Members<R> {
    fn new(input: R) -> Self {
        let data = Inflate::new(input);
        Self { data, state: State::Header, crc: Crc::new(), has_wrong_sum: false, has_garbage: false }
    }

    /// Reads the checksum and length behind a member, and finds the next one.
    fn close_member(&mut self) -> io::Result<()> {
        let mut trailer = [0; 8];
        self.data.input().read_exact(&mut trailer).map_err(named_cut)?;
        let (sum, length) = trailer.split_at(4);
        let is_right = sum == self.crc.sum().to_le_bytes() && length == self.crc.amount().to_le_bytes();
        self.has_wrong_sum |= !is_right;
        self.state = if self.finds_member()? { State::Header } else { State::Ended };
        Ok(())
    }

    /// Steps over padding with zeros; whether another member follows.
    fn finds_member(&mut self) -> io::Result<bool> {
        let input = self.data.input();
        loop {
            let chunk = input.fill_buf()?;
            let zeros = chunk.iter().take_while(|byte| **byte == 0).count();
            match chunk.get(zeros) {
                Some(byte) => {
                    let is_member = Some(byte) == MAGIC.first();
                    input.consume(zeros);
                    self.has_garbage = !is_member;
                    return Ok(is_member);
                }
                None if zeros == 0 => return Ok(false),
                None => input.consume(zeros),
            }
        }
    }

    /// Reads a member's header; false if it is none.
    fn open_member(&mut self) -> io::Result<bool> {
        let input = self.data.input();
        let mut header = [0; 10];
        input.read_exact(&mut header).map_err(named_cut)?;
        if !header.starts_with(MAGIC) {
            return Ok(false);
        }
        let flags = header[3];
        if flags & 4 != 0 {
            let mut length = [0; 2];
            input.read_exact(&mut length).map_err(named_cut)?;
            skip(input, u64::from(u16::from_le_bytes(length)))?;
        }
        if flags & 8 != 0 {
            skip_string(input)?;
        }
        if flags & 16 != 0 {
            skip_string(input)?;
        }
        if flags & 2 != 0 {
            skip(input, 2)?;
        }
        self.data.restart();
        self.crc.reset();
        Ok(true)
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::Header => {
                    let is_member = self.open_member()?;
                    self.has_garbage = !is_member;
                    self.state = if is_member { State::Data } else { State::Ended };
                }
                State::Data => {
                    let count = self.data.read(buffer)?;
                    if count > 0 {
                        self.crc.update(&buffer[..count]);
                        return Ok(count);
                    }
                    self.close_member()?;
                }
                State::Ended if self.has_wrong_sum => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "a checksum of the gzip file does not match",
                    ));
                }
                State::Ended => return Ok(0),
            }
        }
    }
}

fn skip(input: &mut impl Read, count: u64) -> io::Result<()> {
    if io::copy(&mut input.take(count), &mut io::sink())? < count { Err(cut()) } else { Ok(()) }
}

/// Steps over a string and the zero that ends it.
fn skip_string(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            return Err(cut());
        }
        let zero = chunk.iter().position(|byte| *byte == 0);
        let count = zero.map_or(chunk.len(), |zero| zero + 1);
        input.consume(count);
        if zero.is_some() {
            return Ok(());
        }
    }
}

/// The end of the input, in words; any other error as it is.
fn named_cut(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof && error.get_ref().is_none() { cut() } else { error }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the gzip file is cut short")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::recording::{Recorded, Recording};
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Text that does not pack well, so that damage is somewhere in the middle.
    fn text() -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            state >> 16
        };
        (0..40_000).flat_map(|_| format!("{:x} ", next()).into_bytes()).collect()
    }

    fn read(bytes: &[u8]) -> (Recorded, usize) {
        let (mut recording, result) = Recording::of_stream(&Gzip, bytes);
        result.unwrap();
        (recording.streams.remove(0), recording.partials.len())
    }

    #[test]
    fn members_are_one_stream_and_padding_is_nothing() {
        let mut bytes = [gzip(b"one "), gzip(b""), gzip(b"two")].concat();
        for padding in [0, 1, 512] {
            bytes.resize(bytes.len() + padding, 0);
            let (stream, partials) = read(&bytes);
            assert_eq!((stream.bytes.as_slice(), stream.error, partials), (&b"one two"[..], None, 0));
        }
        bytes.extend(gzip(b" three"));
        assert_eq!(read(&bytes).0.bytes, b"one two three");
    }

    #[test]
    fn optional_header_fields_are_stepped_over() {
        let plain = gzip(b"content");
        let mut bytes = plain[..10].to_vec();
        bytes[3] = 2 | 4 | 8 | 16;
        bytes.extend(b"\x03\x00abcname\0comment\0\x12\x34");
        bytes.extend(&plain[10..]);
        assert_eq!(read(&bytes).0.bytes, b"content");
    }

    #[test]
    fn garbage_behind_is_told() {
        for garbage in [&b"garbage"[..], b"\0\0x", b"\x1f\x8b\x07and ten bytes"] {
            let (stream, partials) = read(&[&gzip(b"one"), garbage].concat());
            assert_eq!((stream.bytes.as_slice(), stream.error, partials), (&b"one"[..], None, 1));
        }
    }

    #[test]
    fn a_wrong_checksum_is_told_at_the_end() {
        let mut bytes = gzip(b"one ");
        let sum = bytes.len() - 8;
        bytes[sum] ^= 1;
        bytes.extend(gzip(b"two"));
        let (stream, _) = read(&bytes);
        assert_eq!(stream.bytes, b"one two");
        assert!(stream.error.is_some());
    }

    #[test]
    fn what_comes_before_damage_comes_out() {
        let text = text();
        let bytes = gzip(&text);
        let half = bytes.len() / 2;
        let (stream, _) = read(&bytes[..half]);
        assert!(text.starts_with(&stream.bytes) && stream.error.is_some());
        assert!(stream.bytes.len() > text.len() * 49 / 100, "{} of {}", stream.bytes.len(), text.len());

        // Code 3 of a block's type does not exist: the damage is where the next block begins.
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&text).unwrap();
        encoder.flush().unwrap();
        let mut damaged = encoder.get_ref().clone();
        damaged.extend([0x07; 64]);
        let (stream, _) = read(&damaged);
        assert_eq!(stream.bytes.len(), text.len());
        assert!(stream.error.is_some());
    }

    #[test]
    fn any_cut_or_wrong_byte_ends_well() {
        let bytes = [gzip(b"alpha "), gzip(b"beta")].concat();
        for cut in MAGIC.len()..bytes.len() {
            let (stream, _) = read(&bytes[..cut]);
            assert!(b"alpha beta".starts_with(&stream.bytes), "cut at {cut}");
            assert_eq!(stream.error.is_none(), cut == gzip(b"alpha ").len(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[at] ^= flip;
                read(&bytes);
            }
        }
    }

    #[test]
    fn content_decides() {
        assert!(Gzip.recognizes(&mut Content::memory(b"x.txt", gzip(b""))));
        assert!(!Gzip.recognizes(&mut Content::memory(b"x.gz", b"\x1f\x8b text".to_vec())));
    }
}
