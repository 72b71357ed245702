//! The content of one zip member: its part of the file, decoded and checked.
//!
//! Reads no headers: it is told where the data begins, how it is packed, and what must come out.

use super::super::{Broken, ReadSeek};
use super::encryption::{CODE, Cipher};
use super::header::{DESCRIPTOR, Header, Numbers};
use super::methods::Packed;
use flate2::{Crc, Decompress};
use std::io::{self, BufRead, ErrorKind, Read, SeekFrom};
use std::ops::Range;

const BUFFER: u64 = 32 << 10;

/// A part of a file. Seeks when it is first read, so that it can be made for a place that does not exist.
pub(super) struct Section<'r> {
    reader: &'r mut dyn ReadSeek,
    buffer: Vec<u8>,
    taken: usize,
    /// Where the byte behind the buffer stands in the file.
    position: u64,
    end: u64,
    /// Why it ends before its time, where the file itself could not be read on.
    broken: Option<Broken>,
    has_begun: bool,
    /// What decrypts it.
    cipher: Option<Cipher>,
}

impl<'r> Section<'r> {
    pub(super) fn new(reader: &'r mut dyn ReadSeek, part: Range<u64>, broken: Option<Broken>) -> Self {
        let Range { start, end } = part;
        Self {
            reader,
            buffer: Vec::new(),
            taken: 0,
            position: start,
            end: end.max(start),
            broken,
            has_begun: false,
            cipher: None,
        }
    }

    /// The same, to be decrypted.
    pub(super) fn encrypted(self, cipher: Option<Cipher>) -> Self {
        Self { cipher, ..self }
    }

    /// Ends decryption where it stands; whether the code that must stand there does.
    fn passes_code(&mut self) -> io::Result<bool> {
        let Some(cipher) = self.cipher.take() else { return Ok(true) };
        let position = self.position();
        let code = cipher.code();
        self.end = self.end.saturating_add(code.map_or(0, |_| CODE as u64));
        self.go_to(position);
        let Some(code) = code else { return Ok(true) };
        let mut bytes = Vec::new();
        self.take(CODE as u64).read_to_end(&mut bytes)?;
        Ok(bytes == code)
    }

    /// Where the next byte stands in the file.
    pub(super) fn position(&self) -> u64 {
        self.position - (self.buffer.len() - self.taken) as u64
    }

    fn go_to(&mut self, position: u64) {
        self.buffer.clear();
        self.taken = 0;
        self.position = position.min(self.end);
        self.has_begun = false;
    }

    /// Whether all of it was read.
    pub(super) fn is_spent(&self) -> bool {
        self.position() >= self.end
    }
}

impl BufRead for Section<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken == self.buffer.len() && self.position < self.end {
            if !self.has_begun {
                self.reader.seek(SeekFrom::Start(self.position))?;
                self.has_begun = true;
            }
            let size = BUFFER.min(self.end - self.position) as usize;
            self.taken = 0;
            self.buffer.clear();
            self.buffer.resize(size, 0);
            let result = self.reader.read(&mut self.buffer);
            let count = *result.as_ref().unwrap_or(&0);
            self.buffer.truncate(count);
            self.position += count as u64;
            if let Some(cipher) = &mut self.cipher {
                cipher.decrypt(&mut self.buffer);
            }
            result?;
        }
        if let Some(broken) = self.broken.as_ref().filter(|_| self.taken == self.buffer.len() && self.is_spent()) {
            return Err(broken.again());
        }
        Ok(&self.buffer[self.taken..])
    }

    fn consume(&mut self, count: usize) {
        let taken = (self.taken + count).min(self.buffer.len());
        if let Some(cipher) = &mut self.cipher {
            cipher.used(self.taken, taken);
        }
        self.taken = taken;
    }
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let chunk = self.fill_buf()?;
        let count = chunk.len().min(buffer.len());
        buffer[..count].copy_from_slice(&chunk[..count]);
        self.consume(count);
        Ok(count)
    }
}

/// What is known of the content beforehand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Check {
    /// Its checksum and length; it fills its section.
    Known { crc: u32, size: u64 },
    /// They stand behind the data, in the same section.
    Behind,
    /// Nothing: its end is a guess.
    Missing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// The end of the data was found.
    Ended(Option<&'static str>),
    Failed,
}

/// What became of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The data came to its end, whatever its checksum.
    Ended,
    /// The data is damaged.
    Failed,
    /// Nobody read it to its end.
    Unread,
}

/// The content of a member.
pub(super) struct Data<'r> {
    packed: Packed<'r>,
    check: Check,
    crc: Crc,
    given: u64,
    state: State,
}

impl<'r> Data<'r> {
    /// Packed by a method that [`Packed`] knows, with a decoder that may have been used before.
    pub(super) fn new(header: &Header, section: Section<'r>, check: Check, spare: Option<Decompress>) -> Self {
        let size = if let Check::Known { size, .. } = check { Some(size) } else { None };
        let packed = Packed::new(header, section, size, spare);
        Self { packed, check, crc: Crc::new(), given: 0, state: State::Reading }
    }

    /// The decoder, to be used again.
    pub(super) fn into_decoder(self) -> Option<Decompress> {
        self.packed.into_decoder()
    }

    /// What became of it so far.
    pub(super) fn outcome(&self) -> Outcome {
        match self.state {
            State::Ended(_) => Outcome::Ended,
            State::Failed => Outcome::Failed,
            State::Reading => Outcome::Unread,
        }
    }

    /// Checksum and length of what was read.
    pub(super) fn sum(&self) -> (u32, u64) {
        (self.crc.sum(), self.given)
    }

    /// Where in the file it was read to.
    pub(super) fn position(&self) -> u64 {
        self.packed.position()
    }

    /// What is wrong with content that has come to its end.
    fn fault(&mut self) -> io::Result<Option<&'static str>> {
        const WRONG_SUM: Option<&str> = Some("the member's checksum does not match");
        let (crc, given) = (self.crc.sum(), self.given);
        let Some(section) = self.packed.section() else { return Ok(WRONG_SUM) };
        let is_sealed = matches!(section.cipher, Some(Cipher::Aes(_)));
        let is_spent = section.is_spent();
        let is_at_end = is_spent || !matches!(self.check, Check::Known { .. });
        if is_at_end && !section.passes_code()? {
            return Ok(Some("the member's authentication code does not match"));
        }
        // With the code there may be no checksum.
        let is_right = |right: u32| right == crc || (is_sealed && right == 0);
        Ok(match self.check {
            Check::Known { .. } if !is_spent => Some("the member holds more than its compressed data"),
            Check::Known { size, .. } if size != given => Some("the member's length is not what its header says"),
            Check::Known { crc: right, .. } if !is_right(right) => WRONG_SUM,
            Check::Known { .. } => None,
            Check::Behind => {
                let fits = passes_descriptor(section, given, is_right)?;
                if fits { None } else { WRONG_SUM }
            }
            Check::Missing => Some("the end of the member is not marked"),
        })
    }
}

/// Steps over the checksum and sizes behind the data; whether they fit.
fn passes_descriptor(section: &mut Section<'_>, given: u64, is_right: impl Fn(u32) -> bool) -> io::Result<bool> {
    const LONGEST: u64 = 24;
    let at = section.position();
    let mut bytes = Vec::new();
    let broken = section.take(LONGEST).read_to_end(&mut bytes).err();
    let signature = if bytes.starts_with(DESCRIPTOR) { DESCRIPTOR.len() } else { 0 };
    let numbers = Numbers(bytes.get(signature..).unwrap_or_default());
    let length = if numbers.u64(12) == given && numbers.u32(8) != given as u32 { 20 } else { 12 };
    let fits = bytes.len() >= signature + 12 && is_right(numbers.u32(0));
    let next = if fits { at + (signature + length) as u64 } else { at };
    section.go_to(next);
    broken.filter(|_| !fits).map_or(Ok(fits), Err)
}

impl Read for Data<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.state {
            State::Ended(None) => return Ok(0),
            State::Ended(Some(fault)) => return Err(io::Error::new(ErrorKind::InvalidData, fault)),
            State::Reading | State::Failed if buffer.is_empty() => return Ok(0),
            State::Reading | State::Failed => {}
        }
        match self.packed.read(buffer) {
            Ok(0) => {
                let fault = self.fault()?;
                self.state = State::Ended(fault);
                fault.map_or(Ok(0), |fault| Err(io::Error::new(ErrorKind::InvalidData, fault)))
            }
            Ok(count) => {
                self.crc.update(&buffer[..count]);
                self.given = self.given.saturating_add(count as u64);
                Ok(count)
            }
            Err(error) => {
                self.state = State::Failed;
                Err(error)
            }
        }
    }
}
