//! What may be spent on one outermost file: bytes, members, time. Spent over all its levels, by however many workers.

use crate::limits::Limits;
use crate::status::Reason;
use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Below this, a file may be as compressible as it likes.
const RATIO_FROM: u64 = 64 << 20;

/// The budget of one outermost file.
pub struct Budget {
    limits: Limits,
    /// Set by a signal: everybody stops.
    stop: Arc<AtomicBool>,
    started: Instant,
    extracted: AtomicU64,
    members: AtomicU64,
    /// Bytes of the outermost file; of a stream, those that were read so far.
    size: AtomicU64,
    /// Whether the size was not known beforehand.
    is_stream: bool,
    /// Whether a limit on the sum of all members was passed: what was cut then depends on who came first.
    exceeded: AtomicBool,
}

impl Budget {
    /// A fresh budget; its time starts now. `size` is that of the file in bytes; none for a stream.
    pub fn new(limits: Limits, size: Option<u64>, stop: Arc<AtomicBool>) -> Self {
        Self {
            limits,
            stop,
            started: Instant::now(),
            extracted: AtomicU64::new(0),
            members: AtomicU64::new(0),
            size: AtomicU64::new(size.unwrap_or(0)),
            is_stream: size.is_none(),
            exceeded: AtomicBool::new(false),
        }
    }

    /// The limits it was made from.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether a limit on the sum of all members was passed.
    pub fn is_exceeded(&self) -> bool {
        self.exceeded.load(Ordering::Relaxed)
    }

    /// Why nothing more may be read, if so.
    pub(super) fn over(&self) -> Option<Reason> {
        if self.stop.load(Ordering::Relaxed) {
            Some(Reason::Interrupted)
        } else if self.started.elapsed() > self.limits.time {
            Some(Reason::TimeOut)
        } else {
            None
        }
    }

    /// Counts a member.
    pub(super) fn member(&self) -> Result<(), Reason> {
        let before = self.members.fetch_add(1, Ordering::Relaxed);
        self.check(before < self.limits.members, Reason::MembersOverLimit)?;
        self.over().map_or(Ok(()), Err)
    }

    /// Counts extracted bytes.
    fn extract(&self, count: u64) -> Result<(), Reason> {
        let sum = self.extracted.fetch_add(count, Ordering::Relaxed).saturating_add(count);
        self.check(sum <= self.limits.extracted, Reason::BytesExtractedOverLimit)?;
        let most = self.size.load(Ordering::Relaxed).max(1).saturating_mul(self.limits.ratio);
        self.check(sum <= RATIO_FROM || sum <= most, Reason::CompressionRatioOverLimit)?;
        self.over().map_or(Ok(()), Err)
    }

    fn check(&self, fits: bool, reason: Reason) -> Result<(), Reason> {
        if fits {
            return Ok(());
        }
        self.exceeded.store(true, Ordering::Relaxed);
        Err(reason)
    }
}

/// The error that a reader gives when a limit was passed.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.code())]
pub(super) struct LimitPassed(pub(super) Reason);

/// The outermost file's own bytes: counted for the ratio, and watched for time and interruption.
pub(super) struct Watched<'a, R> {
    inner: R,
    budget: &'a Budget,
}

impl<'a, R> Watched<'a, R> {
    pub(super) fn new(inner: R, budget: &'a Budget) -> Self {
        Self { inner, budget }
    }
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(reason) = self.budget.over() {
            return Err(io::Error::other(LimitPassed(reason)));
        }
        let count = self.inner.read(buffer)?;
        if self.budget.is_stream {
            self.budget.size.fetch_add(count as u64, Ordering::Relaxed);
        }
        Ok(count)
    }
}

impl<R: Seek> Seek for Watched<'_, R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

/// The limit that was passed last on this thread's way down, if any. Readers between may lose the error itself.
pub(super) type Passed = Rc<Cell<Option<Reason>>>;

/// Extracted bytes: each read is paid for.
pub(super) struct Metered<'a, R> {
    inner: R,
    budget: &'a Budget,
    passed: Passed,
    /// Bytes that this member may still give.
    left: u64,
    /// Bytes given so far.
    given: Rc<Cell<u64>>,
    /// The limit that ended it: no byte behind it is given, however often it is asked.
    ended: Option<Reason>,
}

impl<'a, R> Metered<'a, R> {
    pub(super) fn new(inner: R, budget: &'a Budget, passed: Passed) -> Self {
        Self { inner, budget, passed, left: budget.limits.member, given: Rc::default(), ended: None }
    }

    /// A counter of the bytes given.
    pub(super) fn given(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.given)
    }

    fn refuse(&mut self, reason: Reason) -> io::Error {
        self.ended = Some(reason);
        self.passed.set(Some(reason));
        io::Error::other(LimitPassed(reason))
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if let Some(reason) = self.ended {
            return Err(self.refuse(reason));
        }
        let count = self.inner.read(buffer)? as u64;
        if count > self.left {
            return Err(self.refuse(Reason::FileTooLarge));
        }
        if let Err(reason) = self.budget.extract(count) {
            return Err(self.refuse(reason));
        }
        self.left -= count;
        self.given.set(self.given.get() + count);
        Ok(count as usize)
    }
}
