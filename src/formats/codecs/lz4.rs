//! lz4: frames one behind the other, skippable ones and those of the old kind among them.
//!
//! Knows the frames; blocks and checksums are the crate's. It takes skippable frames for damage, so they are stepped over
//! here.

use lz4_flex::frame::FrameDecoder;
use std::io::{self, BufRead, ErrorKind, Read};

const FRAME: u32 = 0x184D_2204;
const LEGACY: u32 = 0x184C_2102;
/// What a block of the old kind holds at most, decoded, and the longest that it can be.
const LEGACY_BLOCK: usize = 8 << 20;
const LEGACY_PACKED: u32 = (LEGACY_BLOCK + LEGACY_BLOCK / 255 + 16) as u32;

/// Whether first bytes begin a frame; skippable ones are looked behind.
pub(super) fn begins(head: &[u8]) -> bool {
    let Some((mark, rest)) = super::behind_skippables(head).split_first_chunk::<4>() else { return false };
    match u32::from_le_bytes(*mark) {
        FRAME => rest.first().is_some_and(|flags| flags >> 6 == 1),
        LEGACY => true,
        _ => false,
    }
}

/// The frames as one stream.
pub(super) struct Frames<R: BufRead> {
    state: State<R>,
}

enum State<R: BufRead> {
    Between(R),
    Frame(Box<FrameDecoder<Marked<R>>>),
    Legacy { input: R, block: Vec<u8>, taken: usize },
    Ended,
    Failed,
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(input: R) -> Self {
        Self { state: State::Between(input) }
    }

    /// Finds the next frame.
    fn open(mut input: R) -> io::Result<State<R>> {
        loop {
            let Some(mark) = word(&mut input)? else { return Ok(State::Ended) };
            match mark {
                FRAME => {
                    let marked = Marked { mark: FRAME.to_le_bytes(), given: 0, flags: None, last: [1; 8], input };
                    return Ok(State::Frame(Box::new(FrameDecoder::new(marked))));
                }
                LEGACY => return Ok(State::Legacy { input, block: Vec::new(), taken: 0 }),
                _ if super::is_skippable(mark) => {
                    let length = u64::from(word(&mut input)?.ok_or_else(cut)?);
                    if io::copy(&mut input.by_ref().take(length), &mut io::sink())? < length {
                        return Err(cut());
                    }
                }
                _ => return Err(damaged()),
            }
        }
    }

    /// Decodes the next block of an old frame; what ends the frame begins another, or is the end.
    fn legacy(mut input: R) -> io::Result<State<R>> {
        let Some(length) = word(&mut input)? else { return Ok(State::Ended) };
        if length == LEGACY {
            return Ok(State::Legacy { input, block: Vec::new(), taken: 0 });
        }
        if length > LEGACY_PACKED {
            return Err(damaged());
        }
        let mut packed = Vec::new();
        input.by_ref().take(u64::from(length)).read_to_end(&mut packed)?;
        let mut block = vec![0; LEGACY_BLOCK];
        let count = lz4_flex::block::decompress_into(&packed, &mut block).map_err(|_| damaged())?;
        block.truncate(count);
        Ok(State::Legacy { input, block, taken: 0 })
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() {
            self.state = match std::mem::replace(&mut self.state, State::Failed) {
                State::Between(input) => Self::open(input)?,
                State::Frame(mut frame) => {
                    let count = frame.read(buffer)?;
                    if count == 0 {
                        // The decoder takes the end of the input for that of the frame.
                        let marked = frame.into_inner();
                        if !marked.is_ended() {
                            return Err(cut());
                        }
                        State::Between(marked.input)
                    } else {
                        self.state = State::Frame(frame);
                        return Ok(count);
                    }
                }
                State::Legacy { input, block, taken } if taken == block.len() => Self::legacy(input)?,
                State::Legacy { input, block, taken } => {
                    let count = buffer.len().min(block.len() - taken);
                    buffer[..count].copy_from_slice(&block[taken..taken + count]);
                    self.state = State::Legacy { input, block, taken: taken + count };
                    return Ok(count);
                }
                State::Ended => {
                    self.state = State::Ended;
                    return Ok(0);
                }
                State::Failed => return Err(damaged()),
            };
        }
        Ok(0)
    }
}

/// An input whose first four bytes were read already.
struct Marked<R> {
    mark: [u8; 4],
    given: usize,
    /// The byte behind the mark.
    flags: Option<u8>,
    /// The last bytes that were read.
    last: [u8; 8],
    input: R,
}

impl<R> Marked<R> {
    /// Whether the last bytes are the mark of a frame's end, with the checksum of its content if it has one.
    fn is_ended(&self) -> bool {
        const CHECKED: u8 = 4;
        let behind = if self.flags.is_some_and(|flags| flags & CHECKED != 0) { 4 } else { 0 };
        self.last[4 - behind..8 - behind] == [0; 4]
    }
}

impl<R: Read> Read for Marked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.mark.get(self.given..).unwrap_or_default();
        if left.is_empty() {
            let count = self.input.read(buffer)?;
            let read = &buffer[..count];
            self.flags = self.flags.or(read.first().copied());
            let kept = read.len().min(8);
            self.last.rotate_left(kept);
            self.last[8 - kept..].copy_from_slice(&read[read.len() - kept..]);
            return Ok(count);
        }
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.given += count;
        Ok(count)
    }
}

/// Four bytes as a number; none at the end.
fn word(input: &mut impl BufRead) -> io::Result<Option<u32>> {
    if input.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes).map_err(|error| if error.get_ref().is_none() { cut() } else { error })?;
    Ok(Some(u32::from_le_bytes(bytes)))
}

fn cut() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "the lz4 file is cut short")
}

fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "the lz4 data is damaged")
}
