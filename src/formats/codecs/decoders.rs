//! The decoders of bzip2, xz, lzma, lzip and zstd, all fed in the same way.
//!
//! Knows their limits of memory: what asks for more is refused as damage would be.

use super::pump::{Decoder, State, Step};
use lzma_rust2::{Action, LzipStream, LzmaStream, Status, StreamResult, XzStream};
use zstd::stream::raw::Operation;

/// Memory for a dictionary, in KiB: twice what the strongest presets of the programs ask for.
const MEMORY: u32 = 160 << 10;
/// Bytes decoded in one call: what such a call decodes before it meets damage can be lost.
const PIECE: usize = 4 << 10;

/// bzip2: any number of streams.
pub(super) struct Bzip2(bzip2::Decompress);

pub(in crate::formats) fn bzip2() -> Box<dyn Decoder> {
    Box::new(Bzip2(bzip2::Decompress::new(false)))
}

impl Decoder for Bzip2 {
    fn step(&mut self, input: &[u8], output: &mut [u8], _: bool) -> Step {
        // Streams of programs that write to blocks are filled up with zeros.
        if self.0.total_in() == 0 && input.first() == Some(&0) {
            let zeros = input.iter().take_while(|byte| **byte == 0).count();
            return Step { read: zeros, written: 0, state: State::Between };
        }
        let (read, written) = (self.0.total_in(), self.0.total_out());
        let result = self.0.decompress(input, output);
        let (read, written) = ((self.0.total_in() - read) as usize, (self.0.total_out() - written) as usize);
        let state = match result {
            Ok(bzip2::Status::StreamEnd) => {
                self.0 = bzip2::Decompress::new(false);
                State::Between
            }
            Ok(_) => State::Going,
            Err(_) => State::Failed,
        };
        Step { read, written, state }
    }
}

/// zstd: any number of frames, skippable ones among them.
struct Zstd(Option<zstd::stream::raw::Decoder<'static>>);

pub(in crate::formats) fn zstd() -> Box<dyn Decoder> {
    Box::new(Zstd(zstd::stream::raw::Decoder::new().ok()))
}

impl Decoder for Zstd {
    fn step(&mut self, input: &[u8], output: &mut [u8], _: bool) -> Step {
        const FAILED: Step = Step { read: 0, written: 0, state: State::Failed };
        let Some(decoder) = &mut self.0 else { return FAILED };
        match decoder.run_on_buffers(input, output) {
            Ok(status) => {
                let state = if status.remaining == 0 { State::Between } else { State::Going };
                Step { read: status.bytes_read, written: status.bytes_written, state }
            }
            Err(_) => FAILED,
        }
    }
}

/// The family of lzma: one call for all of them, and how many bytes came out of it even if it failed.
struct Lzma<S> {
    stream: S,
    process: fn(&mut S, &[u8], &mut [u8], Action) -> Option<StreamResult>,
    total: fn(&S) -> u64,
    after: State,
}

impl<S> Decoder for Lzma<S> {
    fn step(&mut self, input: &[u8], output: &mut [u8], at_end: bool) -> Step {
        let room = output.len().min(PIECE);
        let before = (self.total)(&self.stream);
        let action = if at_end { Action::Finish } else { Action::Run };
        if let Some(result) = (self.process)(&mut self.stream, input, &mut output[..room], action) {
            let state = if result.status == Status::StreamEnd { self.after } else { State::Going };
            return Step { read: result.bytes_consumed, written: result.bytes_produced, state };
        }
        let written = ((self.total)(&self.stream).saturating_sub(before) as usize).min(room);
        Step { read: 0, written, state: State::Failed }
    }
}

/// xz; `joined`: streams behind the first one are read as well.
pub(in crate::formats) fn xz(joined: bool) -> Box<dyn Decoder> {
    Box::new(Lzma {
        stream: XzStream::new_mem_limit(joined, MEMORY),
        process: |stream, input, output, action| stream.process(input, output, action).ok(),
        total: XzStream::total_out,
        after: State::Ended,
    })
}

pub(super) fn lzip() -> Box<dyn Decoder> {
    Box::new(Lzma {
        stream: LzipStream::new_mem_limit(true, MEMORY),
        process: |stream, input, output, action| stream.process(input, output, action).ok(),
        total: LzipStream::total_out,
        after: State::Ended,
    })
}

fn lzma_of(stream: LzmaStream) -> Box<dyn Decoder> {
    Box::new(Lzma {
        stream,
        process: |stream, input, output, action| stream.process(input, output, action).ok(),
        total: LzmaStream::total_out,
        after: State::Ended,
    })
}

pub(super) fn lzma() -> Box<dyn Decoder> {
    lzma_of(LzmaStream::new_mem_limit(MEMORY, None))
}

/// lzma inside a zip (APPNOTE 5.8.8): version, length of the properties, properties, and the data with or without a mark
/// at its end. It is shown to the decoder as a file of its own.
struct LzmaOfZip {
    /// What was read so far of the head.
    head: Vec<u8>,
    size: Option<u64>,
    decoder: Option<Box<dyn Decoder>>,
}

/// `size`: bytes of the content if known; then a mark at the end may be left out.
pub(in crate::formats) fn lzma_of_zip(size: Option<u64>) -> Box<dyn Decoder> {
    Box::new(LzmaOfZip { head: Vec::new(), size, decoder: None })
}

impl LzmaOfZip {
    const HEAD: usize = 9;

    /// Makes the decoder of the head; none if that is damaged.
    fn begin(&self) -> Option<Box<dyn Decoder>> {
        let [_, _, 5, 0, properties @ ..] = self.head.as_slice() else { return None };
        let size = self.size.unwrap_or(u64::MAX).to_le_bytes();
        let file = [properties, &size].concat();
        let mut decoder = lzma();
        let step = decoder.step(&file, &mut [], false);
        (step.state == State::Going && step.read == file.len()).then_some(decoder)
    }
}

impl Decoder for LzmaOfZip {
    fn step(&mut self, input: &[u8], output: &mut [u8], at_end: bool) -> Step {
        if let Some(decoder) = &mut self.decoder {
            return decoder.step(input, output, at_end);
        }
        let read = input.len().min(Self::HEAD - self.head.len());
        self.head.extend_from_slice(&input[..read]);
        let mut state = State::Going;
        if self.head.len() == Self::HEAD {
            self.decoder = self.begin();
            state = if self.decoder.is_some() { State::Going } else { State::Failed };
        }
        Step { read, written: 0, state }
    }
}

/// Deflate with a window of 64 KiB.
struct Deflate64(Box<deflate64::InflaterManaged>);

pub(in crate::formats) fn deflate64() -> Box<dyn Decoder> {
    Box::new(Deflate64(Box::new(deflate64::InflaterManaged::new())))
}

impl Decoder for Deflate64 {
    fn step(&mut self, input: &[u8], output: &mut [u8], _: bool) -> Step {
        let result = self.0.inflate(input, output);
        let state = match (result.data_error, self.0.finished()) {
            (true, _) => State::Failed,
            (false, true) => State::Ended,
            (false, false) => State::Going,
        };
        Step { read: result.bytes_consumed, written: result.bytes_written, state }
    }
}

/// The first stream alone of a decoder that would go on with another.
struct OneStream(Box<dyn Decoder>);

pub(in crate::formats) fn one_stream(decoder: Box<dyn Decoder>) -> Box<dyn Decoder> {
    Box::new(OneStream(decoder))
}

impl Decoder for OneStream {
    fn step(&mut self, input: &[u8], output: &mut [u8], at_end: bool) -> Step {
        let step = self.0.step(input, output, at_end);
        Step { state: if step.state == State::Between { State::Ended } else { step.state }, ..step }
    }
}
