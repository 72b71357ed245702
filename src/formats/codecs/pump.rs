//! A decoder that is fed as a reader: every byte it decoded is given before the error that ended it.
//!
//! Knows no encoding.

use std::io::{self, BufRead, ErrorKind, Read};

/// What a decoder did with the input that it was shown.
pub(in crate::formats) struct Step {
    pub(in crate::formats) read: usize,
    pub(in crate::formats) written: usize,
    pub(in crate::formats) state: State,
}

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum State {
    /// More data; the end of the input would be too early.
    Going,
    /// A stream ended; another may follow, and the end of the input would be right.
    Between,
    /// All is decoded.
    Ended,
    /// Damage, or more memory than is allowed.
    Failed,
}

/// Decodes what it is fed.
pub(in crate::formats) trait Decoder {
    /// Decodes some of `input` into `output`; `at_end`: nothing will follow.
    fn step(&mut self, input: &[u8], output: &mut [u8], at_end: bool) -> Step;
}

/// A decoder over its input.
pub(in crate::formats) struct Pump<R> {
    input: R,
    decoder: Box<dyn Decoder>,
    state: State,
    fault: &'static str,
}

impl<R: BufRead> Pump<R> {
    pub(in crate::formats) fn new(input: R, decoder: Box<dyn Decoder>) -> Self {
        Self { input, decoder, state: State::Going, fault: "the compressed data is damaged" }
    }

    /// The input, which stands right behind the data once that has ended.
    pub(in crate::formats) fn input(&mut self) -> &mut R {
        &mut self.input
    }

    /// The input, for looking only.
    pub(in crate::formats) fn input_ref(&self) -> &R {
        &self.input
    }
}

impl<R: BufRead> Read for Pump<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() {
            match self.state {
                State::Ended => return Ok(0),
                State::Failed => return Err(io::Error::new(ErrorKind::InvalidData, self.fault)),
                State::Going | State::Between => {}
            }
            let chunk = self.input.fill_buf()?;
            let at_end = chunk.is_empty();
            if at_end && self.state == State::Between {
                self.state = State::Ended;
                continue;
            }
            let step = self.decoder.step(chunk, buffer, at_end);
            self.input.consume(step.read);
            self.state = step.state;
            if step.read == 0 && step.written == 0 && matches!(self.state, State::Going | State::Between) {
                self.state = State::Failed;
                if at_end {
                    self.fault = "the compressed data is cut short";
                }
            }
            if step.written > 0 {
                return Ok(step.written);
            }
        }
        Ok(0)
    }
}
