//! The parts of a document that is a zip: found by name, read under one limit for all, each given once.
//!
//! Knows nothing of what is in a part.

use super::prose::{Progress, Prose};
use super::sealed::Seals;
use super::vocabulary::Vocabulary;
use crate::formats::{Clock, Content, Member, Passwords, ReadError, Sink, zip::Index};
use crate::status::Reason;
use crate::text::TextSource;
use flate2::read::DeflateDecoder;
use std::collections::HashMap;
use std::io::{self, Read, SeekFrom};
use std::ops::ControlFlow;

/// Bytes that all parts together may have, and how many for each byte of the file once they are over 64 MiB.
const MOST: u64 = 4 << 30;
const RATIO: u64 = 1000;
const RATIO_FROM: u64 = 64 << 20;
/// Bytes of a part that is read whole: lists of parts, styles, relationships.
const MOST_SMALL: u64 = 32 << 20;

/// `Break` where the sink has had enough.
pub(super) type Flow = Result<ControlFlow<()>, ReadError>;

/// An opened document.
pub(super) struct Package<'r> {
    index: Index<'r>,
    /// Parts by their name in lower case, as names are compared.
    names: HashMap<Vec<u8>, usize>,
    is_taken: Vec<bool>,
    allowance: Allowance,
    progress: Progress,
    passwords: Passwords,
    clock: Clock,
    /// What is encrypted, and the password that opens it.
    seals: Seals,
    password: Vec<u8>,
}

/// The content of a part, or why it cannot be read.
type Opened<'a> = Result<Box<dyn Read + 'a>, (Reason, String)>;

/// What may still be unpacked.
struct Allowance {
    left: u64,
    reason: Reason,
    is_spent: bool,
}

/// A part under the limit.
pub(super) struct Part<'a, R> {
    inner: R,
    allowance: &'a mut Allowance,
}

impl<R: Read> Read for Part<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.allowance.is_spent {
            return Err(io::Error::other("the document is too large"));
        }
        let count = self.inner.read(buffer)?;
        match self.allowance.left.checked_sub(count as u64) {
            Some(left) => self.allowance.left = left,
            None => self.allowance.is_spent = true,
        }
        Ok(count)
    }
}

impl<'r> Package<'r> {
    /// Finds the parts of a document, and the error that cut the file short, if any.
    pub(super) fn open(content: &'r mut Content<'_>) -> Result<(Self, Option<io::Error>), ReadError> {
        let (passwords, clock) = (content.passwords(), content.clock());
        let (reader, broken) = content.spool()?;
        let length = reader.seek(SeekFrom::End(0))?;
        let by_ratio = length.saturating_mul(RATIO).max(RATIO_FROM);
        let reason = if by_ratio < MOST { Reason::OfficeRatioOverLimit } else { Reason::OfficeSizeOverLimit };
        let index = Index::new(reader, broken.clone())?;
        let mut names = HashMap::new();
        for at in 0..index.len() {
            names.entry(index.name(at).to_ascii_lowercase()).or_insert(at);
        }
        let is_taken = vec![false; index.len()];
        let allowance = Allowance { left: by_ratio.min(MOST), reason, is_spent: false };
        let package = Self {
            index,
            names,
            is_taken,
            allowance,
            progress: Progress::default(),
            passwords,
            clock,
            seals: Seals::new(),
            password: Vec::new(),
        };
        Ok((package, broken.map(|broken| broken.again())))
    }

    /// Says what was wrong with the file as such.
    pub(super) fn report_damage(&self, sink: &mut dyn Sink) {
        if let Some((reason, detail)) = self.index.damage() {
            sink.partial(*reason, detail);
        }
    }

    /// A part by its name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.names.get(name.trim_start_matches('/').to_ascii_lowercase().as_bytes()).copied()
    }

    /// Parts that were not given yet, by name: numbers in names by their value.
    pub(super) fn rest(&self) -> Vec<usize> {
        let mut rest: Vec<usize> =
            (0..self.index.len()).filter(|at| !self.is_taken[*at] && !self.index.is_folder(*at)).collect();
        rest.sort_by_cached_key(|at| (natural(self.index.name(*at)), *at));
        rest
    }

    /// The name of a part, lossily.
    pub(super) fn name(&self, at: usize) -> String {
        String::from_utf8_lossy(self.index.name(at)).into_owned()
    }

    /// Marks a part as given.
    pub(super) fn take(&mut self, at: usize) {
        if let Some(is_taken) = self.is_taken.get_mut(at) {
            *is_taken = true;
        }
    }

    /// Whether a part was given.
    pub(super) fn is_taken(&self, at: usize) -> bool {
        self.is_taken.get(at).copied().unwrap_or(true)
    }

    /// The content of a part; it then counts as given.
    pub(super) fn read(&mut self, at: usize) -> Result<Part<'_, impl Read + '_>, (Reason, String)> {
        self.take(at);
        let inner = opened(&mut self.index, &self.seals, &self.password, at)?;
        Ok(Part { inner, allowance: &mut self.allowance })
    }

    /// Says whether there is time for another.
    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Passwords to try.
    pub(super) fn passwords(&self) -> Passwords {
        self.passwords.clone()
    }

    /// The bytes of a part as they are, encrypted or not.
    pub(super) fn raw(&mut self, at: usize) -> Opened<'_> {
        Ok(Box::new(self.index.open(at)?))
    }

    /// Says what is encrypted, and what opens it.
    pub(super) fn unseal(&mut self, seals: Seals, password: Vec<u8>) {
        (self.seals, self.password) = (seals, password);
    }

    /// A small part as bytes, as far as it goes. It does not count as given.
    pub(super) fn peek(&mut self, name: &str) -> Vec<u8> {
        let Some(at) = self.find(name) else { return Vec::new() };
        let was_taken = self.is_taken(at);
        let mut bytes = Vec::new();
        if let Ok(part) = self.read(at) {
            // What could be read is used; the damage is told when the part's text is given.
            let _ = part.take(MOST_SMALL).read_to_end(&mut bytes);
        }
        self.is_taken[at] = was_taken;
        bytes
    }

    /// What became of a part's text: damage and limits are told, and only a limit ends the document.
    pub(super) fn settle(&self, outcome: Flow, sink: &mut dyn Sink) -> Flow {
        if self.allowance.is_spent {
            sink.partial(self.allowance.reason, "not all parts were read");
            return Ok(ControlFlow::Break(()));
        }
        match outcome {
            Err(ReadError::Io(_)) => {
                sink.partial(Reason::Malformed, "a part of the document is damaged");
                Ok(ControlFlow::Continue(()))
            }
            other => other,
        }
    }

    /// Gives the text of a part.
    pub(super) fn prose(&mut self, at: usize, vocabulary: Vocabulary, sink: &mut dyn Sink) -> Flow {
        let base = self.progress;
        let part = match self.read(at) {
            Ok(part) => part,
            Err((reason, detail)) => {
                sink.partial(reason, &detail);
                return Ok(ControlFlow::Continue(()));
            }
        };
        let mut prose = Prose::new(part, vocabulary, base);
        let outcome = sink.text(&mut prose);
        let progress = prose.progress();
        drop(prose);
        self.progress = progress;
        self.settle(outcome, sink)
    }

    /// Gives text that was put together, as if it were one more part.
    pub(super) fn text(&mut self, source: &mut dyn TextSource, sink: &mut dyn Sink) -> Flow {
        let outcome = sink.text(source);
        self.settle(outcome, sink)
    }

    /// Gives a part as a member.
    pub(super) fn member(&mut self, at: usize, sink: &mut dyn Sink) -> ControlFlow<()> {
        self.take(at);
        let name = self.index.name(at).to_vec();
        let member = Member { name: &name, modified: self.index.modified(at) };
        match opened(&mut self.index, &self.seals, &self.password, at) {
            Ok(mut content) => sink.member(&member, &mut content),
            Err((reason, detail)) => sink.skip_member(&member, reason, &detail),
        }
    }
}

/// The content of a part, decrypted if it is encrypted: then what is in the zip is packed once more.
fn opened<'a>(index: &'a mut Index<'_>, seals: &Seals, password: &[u8], at: usize) -> Opened<'a> {
    let seal = seals.get(&index.name(at).to_ascii_lowercase()).cloned();
    let content = index.open(at)?;
    let Some(seal) = seal else { return Ok(Box::new(content)) };
    match seal.open(content, password) {
        Some(unsealed) => Ok(Box::new(DeflateDecoder::new(unsealed))),
        None => Err((Reason::EncryptedDocument, "the part is encrypted in a way that is not known here".to_owned())),
    }
}

/// A name for sorting: runs of digits padded.
fn natural(name: &[u8]) -> Vec<u8> {
    const WIDTH: usize = 10;
    let mut key = Vec::new();
    let mut digits = Vec::new();
    for byte in name.iter().chain(std::iter::once(&b'/')) {
        if byte.is_ascii_digit() {
            digits.push(*byte);
            continue;
        }
        key.resize(key.len() + if digits.is_empty() { 0 } else { WIDTH.saturating_sub(digits.len()) }, b'0');
        key.append(&mut digits);
        key.push(*byte);
    }
    key
}
