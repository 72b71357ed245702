//! The bytes of one part of a mail, decoded, up to the line that ends it.
//!
//! Knows boundaries, and nothing of headers.

use super::lines::{Line, Lines};
use super::places::Marks;
use super::transfer::{Decoder, Shape, Transfer};
use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// What ended a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// The end of the mail.
    End,
    /// A boundary of a multipart around it, by level, and whether it closes that.
    Delimiter { level: usize, closes: bool },
    /// The beginning of a file in uuencode, and its name.
    Uu(Vec<u8>),
    /// Its end.
    UuEnd,
    /// The sink has had enough.
    Enough,
}

/// The boundary that a line is, if any; the innermost first.
pub(super) fn delimiter(line: &Line, boundaries: &[Vec<u8>]) -> Option<Stop> {
    if line.before > 0 || !line.bytes.starts_with(b"--") {
        return None;
    }
    let text = line.text().trim_ascii_end();
    let text = text.strip_prefix(b"--")?;
    let level = boundaries.iter().rposition(|boundary| {
        text.strip_prefix(boundary.as_slice()).is_some_and(|rest| rest.is_empty() || rest == b"--")
    })?;
    Some(Stop::Delimiter { level, closes: text.len() > boundaries.get(level).map_or(0, Vec::len) })
}

/// A part being read.
pub(super) struct Body<'m, R> {
    lines: &'m mut Lines<R>,
    boundaries: &'m [Vec<u8>],
    decoder: Decoder,
    line: Line,
    out: Vec<u8>,
    taken: usize,
    /// Bytes decoded before those in `out`.
    done: u64,
    marks: Rc<RefCell<Marks>>,
    stop: Option<Stop>,
    /// Whether an encrypted text stands in it.
    pub(super) is_encrypted: bool,
}

impl<'m, R: BufRead> Body<'m, R> {
    pub(super) fn new(lines: &'m mut Lines<R>, boundaries: &'m [Vec<u8>], transfer: Transfer, shape: Shape) -> Self {
        Self {
            lines,
            boundaries,
            decoder: Decoder::new(transfer, shape),
            line: Line::default(),
            out: Vec::new(),
            taken: 0,
            done: 0,
            marks: Rc::default(),
            stop: None,
            is_encrypted: false,
        }
    }

    /// The places of what was decoded.
    pub(super) fn marks(&self) -> Rc<RefCell<Marks>> {
        Rc::clone(&self.marks)
    }

    /// Reads to the end of the part; what ended it.
    pub(super) fn finish(&mut self) -> io::Result<Stop> {
        loop {
            if let Some(stop) = self.stop.take() {
                return Ok(stop);
            }
            self.advance()?;
        }
    }

    /// Reads one line.
    fn advance(&mut self) -> io::Result<()> {
        self.done += self.out.len() as u64;
        self.out.clear();
        self.taken = 0;
        if !self.lines.next(&mut self.line)? {
            self.stop = Some(Stop::End);
            return Ok(());
        }
        self.stop = delimiter(&self.line, self.boundaries).or_else(|| self.uu());
        if matches!(self.stop, Some(Stop::Uu(_))) && !self.is_uu_next()? {
            self.stop = None;
        }
        if self.stop.is_none() {
            let mut marks = self.marks.borrow_mut();
            self.decoder.line(&self.line, &mut self.out, self.done, &mut marks);
            self.is_encrypted |= self.out.starts_with(b"-----BEGIN PGP MESSAGE-----")
                || self.out.ends_with(b"\n-----BEGIN PGP MESSAGE-----");
        }
        Ok(())
    }

    /// Whether the next line is one of uuencode: its first character tells its length.
    fn is_uu_next(&mut self) -> io::Result<bool> {
        let mut next = Line::default();
        if !self.lines.next(&mut next)? {
            return Ok(false);
        }
        let text = next.text();
        let bytes = text.first().map_or(0, |first| usize::from(first.wrapping_sub(32) & 63));
        let length = bytes.div_ceil(3) * 4 + 1;
        let is_code = text.iter().all(|byte| (32..=96).contains(byte));
        let is_uu = !text.is_empty() && is_code && (length.saturating_sub(4)..=length + 2).contains(&text.len());
        self.lines.hold(next);
        Ok(is_uu)
    }

    /// Whether the line begins or ends a file in uuencode.
    fn uu(&self) -> Option<Stop> {
        if self.line.before > 0 {
            return None;
        }
        let text = self.line.text();
        match self.decoder.transfer {
            Transfer::Uu if text.trim_ascii() == b"end" || text.is_empty() => Some(Stop::UuEnd),
            Transfer::Identity => {
                let (mode, name) = text.strip_prefix(b"begin ")?.split_at_checked(3)?;
                let name = name.strip_prefix(b" ")?.trim_ascii();
                let is_mode = mode.iter().all(|byte| matches!(byte, b'0'..=b'7'));
                (is_mode && !name.is_empty()).then(|| Stop::Uu(name.to_vec()))
            }
            _ => None,
        }
    }
}

impl<R: BufRead> Read for Body<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.out.len() {
            if self.stop.is_some() || buffer.is_empty() {
                return Ok(0);
            }
            self.advance()?;
        }
        let count = buffer.len().min(self.out.len() - self.taken);
        buffer[..count].copy_from_slice(&self.out[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}
