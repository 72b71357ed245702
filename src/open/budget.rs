//! What may be spent on one outermost file: bytes, members, time. Spent over all its levels, by however many workers.

use crate::limits::Limits;
use crate::status::Reason;
use std::cell::Cell;
use std::error::Error;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
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
    /// The limit on the sum of all members that was passed: what was cut then depends on who came first.
    spent: OnceLock<Reason>,
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
            spent: OnceLock::new(),
        }
    }

    /// The limits it was made from.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether a limit on the sum of all members was passed.
    pub fn is_exceeded(&self) -> bool {
        self.spent.get().is_some()
    }

    /// Why nothing more may be read of anything in the file, if so.
    pub(super) fn stopped(&self) -> Option<Reason> {
        self.spent.get().copied().or_else(|| self.over())
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

    /// The same of time and signals, as an error.
    pub(super) fn may_go_on(&self) -> io::Result<()> {
        self.over().map_or(Ok(()), |reason| Err(io::Error::other(LimitPassed(reason))))
    }

    /// Counts a member.
    pub(super) fn member(&self) -> Result<(), Reason> {
        if let Some(reason) = self.stopped() {
            return Err(reason);
        }
        let before = self.members.fetch_add(1, Ordering::Relaxed);
        if before < self.limits.members { Ok(()) } else { Err(self.spend(Reason::MembersOverLimit)) }
    }

    /// Counts extracted bytes: how many of them may be given, and why no more.
    fn extract(&self, count: u64) -> (u64, Option<Reason>) {
        let before = self.extracted.fetch_add(count, Ordering::Relaxed);
        let in_sum = self.limits.extracted.saturating_sub(before);
        let most = self.size.load(Ordering::Relaxed).max(1).saturating_mul(self.limits.ratio).max(RATIO_FROM);
        let in_ratio = most.saturating_sub(before);
        if count > in_sum.min(in_ratio) {
            let reason =
                if in_sum <= in_ratio { Reason::BytesExtractedOverLimit } else { Reason::CompressionRatioOverLimit };
            return (in_sum.min(in_ratio), Some(self.spend(reason)));
        }
        self.over().map_or((count, None), |reason| (0, Some(reason)))
    }

    /// Notes that a limit on the sum was passed. The first one is the reason.
    fn spend(&self, reason: Reason) -> Reason {
        *self.spent.get_or_init(|| reason)
    }
}

/// The error that a reader gives when a limit was passed.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.code())]
pub(super) struct LimitPassed(pub(super) Reason);

impl LimitPassed {
    /// The limit that an error tells of, however it is wrapped.
    pub(super) fn reason_in(error: &io::Error) -> Option<Reason> {
        let mut cause: Option<&(dyn Error + 'static)> = error.get_ref().map(|cause| cause as _);
        while let Some(error) = cause {
            if let Some(Self(reason)) = error.downcast_ref() {
                return Some(*reason);
            }
            cause = error.source();
        }
        None
    }
}

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
        self.budget.may_go_on()?;
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

/// How a limit cut an artifact short.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    pub(super) reason: Reason,
    /// Bytes that it gave before.
    pub(super) given: u64,
    /// Whether it was not its own bytes that passed the limit, but those of the archive around it.
    is_around: bool,
}

impl Cut {
    /// What a person should know beyond the reason.
    pub(super) fn detail(self) -> String {
        let Self { given, is_around, .. } = self;
        let cause = if is_around { ": the archive around it was read no further" } else { "" };
        format!("reading stopped after {given} bytes{cause}")
    }
}

/// Where a reader leaves word that a limit cut it. Readers around it may lose the error itself.
pub(super) type CutShort = Rc<Cell<Option<Cut>>>;

/// Extracted bytes: each read is paid for. Gives every byte up to the limit, so that what is read does not depend on the
/// size of the pieces.
pub(super) struct Metered<'a, R> {
    inner: R,
    budget: &'a Budget,
    /// Bytes that this member may still give.
    left: u64,
    /// Bytes given so far.
    given: Rc<Cell<u64>>,
    /// The limit that ended it: no byte behind it is given, however often it is asked.
    cut: CutShort,
}

impl<'a, R> Metered<'a, R> {
    pub(super) fn new(inner: R, budget: &'a Budget) -> Self {
        Self { inner, budget, left: budget.limits.member, given: Rc::default(), cut: Rc::default() }
    }

    /// A counter of the bytes given.
    pub(super) fn given(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.given)
    }

    /// Where it leaves word of the limit that cuts it.
    pub(super) fn cut(&self) -> CutShort {
        Rc::clone(&self.cut)
    }

    fn end(&self, reason: Reason, is_around: bool) {
        self.cut.set(Some(Cut { reason, given: self.given.get(), is_around }));
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if let Some(Cut { reason, .. }) = self.cut.get() {
            return Err(io::Error::other(LimitPassed(reason)));
        }
        let count = self.inner.read(buffer).inspect_err(|error| {
            if let Some(reason) = LimitPassed::reason_in(error) {
                self.end(reason, true);
            }
        })?;
        let allowed = self.left.min(count as u64);
        let (paid, over) = self.budget.extract(allowed);
        self.left -= paid;
        self.given.set(self.given.get() + paid);
        let own = (allowed < count as u64).then_some(Reason::FileTooLarge);
        if let Some(reason) = over.or(own) {
            self.end(reason, false);
            if paid == 0 {
                return Err(io::Error::other(LimitPassed(reason)));
            }
        }
        Ok(paid as usize)
    }
}
