//! Raw deflate as a reader that gives every byte it decoded before it gives an error.
//!
//! flate2's own readers drop what they decoded in the call that meets the damage. Knows nothing of zip or gzip.

use flate2::{Decompress, FlushDecompress, Status};
use std::io::{self, BufRead, Read};

enum State {
    Running,
    Ended,
    /// Nothing more can be decoded, and why; said again whenever it is asked for more.
    Failed(io::ErrorKind, &'static str),
}

/// Decodes one deflate stream and stops right behind it.
pub(super) struct Inflate<R> {
    input: R,
    decoder: Decompress,
    state: State,
}

impl<R: BufRead> Inflate<R> {
    /// A decoder at the start of a stream without a zlib or gzip header.
    pub(super) fn new(input: R) -> Self {
        Self::with(input, Decompress::new(false))
    }

    /// The same with a decoder that was used before: 40 KiB that are allocated for every member anew leave holes.
    pub(super) fn with(input: R, mut decoder: Decompress) -> Self {
        decoder.reset(false);
        Self { input, decoder, state: State::Running }
    }

    /// The decoder, to be used again.
    pub(super) fn into_decoder(self) -> Decompress {
        self.decoder
    }

    /// The input, which stands right behind the stream once that has ended.
    pub(super) fn input(&mut self) -> &mut R {
        &mut self.input
    }

    /// The input, for looking only.
    pub(super) fn input_ref(&self) -> &R {
        &self.input
    }

    /// Makes ready for another stream in the same input.
    pub(super) fn restart(&mut self) {
        self.decoder.reset(false);
        self.state = State::Running;
    }

    fn fail(&mut self, kind: io::ErrorKind, text: &'static str) {
        self.state = State::Failed(kind, text);
    }
}

impl<R: BufRead> Read for Inflate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::Running => {}
                State::Ended => return Ok(0),
                State::Failed(kind, text) => return Err(io::Error::new(kind, text)),
            }
            let chunk = self.input.fill_buf()?;
            let at_end = chunk.is_empty();
            let (read, written) = (self.decoder.total_in(), self.decoder.total_out());
            let flush = if at_end { FlushDecompress::Finish } else { FlushDecompress::None };
            let result = self.decoder.decompress(chunk, buffer, flush);
            let read = (self.decoder.total_in() - read) as usize;
            let written = (self.decoder.total_out() - written) as usize;
            self.input.consume(read);
            match result {
                Ok(Status::StreamEnd) => self.state = State::Ended,
                Ok(_) if written > 0 || read > 0 => {}
                Ok(_) if at_end => self.fail(io::ErrorKind::UnexpectedEof, "the compressed data is cut short"),
                Ok(_) | Err(_) => self.fail(io::ErrorKind::InvalidData, "the compressed data is damaged"),
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}
