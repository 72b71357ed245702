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

pub(in crate::formats) fn xz() -> Box<dyn Decoder> {
    Box::new(Lzma {
        stream: XzStream::new_mem_limit(true, MEMORY),
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
