//! One content of a repository, read when its turn comes.

use super::super::{Bytes, Opened, Unopened};
use super::lineage::{Attempt, Lineage};
use super::lines::added;
use super::store::{Problem, Store, caught, read};
use crate::artifact::Artifact;
use crate::limits::Limits;
use crate::plan::Scope;
use crate::status::{Reason, Status};
use gix::objs::Kind;
use gix::{ObjectId, Repository};
use std::convert::Infallible;
use std::fmt;
use std::io::Cursor;
use std::sync::{Arc, Condvar, Mutex, PoisonError, TryLockError};

/// Bytes of contents that are held at a time, by all workers together; a larger one is held alone.
const HELD: u64 = 256 << 20;
/// The largest content that is read, in bytes: the store gives contents whole.
const LARGEST: u64 = 2 << 30;

/// A content of a repository.
#[derive(Clone)]
pub struct Blob {
    pub(super) store: Arc<Store>,
    pub(super) id: ObjectId,
    /// What stood at its path before, where only what was added since counts.
    pub(super) before: Option<ObjectId>,
    /// What it may build on, where many are read in order.
    pub(super) lineage: Option<Arc<Mutex<Lineage>>>,
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blob").field(&self.id).finish()
    }
}

/// The bytes of a content, which others may build on.
#[derive(Debug)]
pub struct Memory(Arc<Vec<u8>>);

impl AsRef<[u8]> for Memory {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Blob {
    /// Reads the content. Its size is known from then on.
    pub(in super::super) fn open(
        &self,
        artifact: &mut Artifact,
        scope: &Scope,
        limits: &Limits,
    ) -> Result<Opened, Unopened> {
        let mut admit = |size: u64| {
            artifact.size = size;
            let authored = artifact.git.as_ref().and_then(|git| git.authored);
            if let Some(rule) = scope.leaves_out_by(size, authored) {
                return Err(Unopened::LeftOut(rule.to_owned()));
            }
            too_large(size, limits).map_or(Ok(()), |status| Err(Unopened::Skipped(status)))
        };
        match self.in_order(&mut admit) {
            Attempt::Read(bytes, share) => {
                return Ok(Opened { content: Bytes::Memory(Cursor::new(Memory(bytes)), share), lines: None });
            }
            Attempt::Refused(why) => return Err(why),
            Attempt::Unknown => {}
        }
        self.store.with(|repository| {
            let size_now = size(repository, &self.id).map_err(|problem| Unopened::Skipped(problem.into()))?;
            admit(size_now)?;
            let before = self.before.and_then(|id| Some((id, size(repository, &id).ok()?)));
            let share = Share::wait(size_now.saturating_add(before.map_or(0, |(_, size)| size)));
            let bytes = content(repository, &self.id).map_err(|problem| Unopened::Skipped(problem.into()))?;
            // Without what stood there before, everything counts.
            let before = before.filter(|(_, size)| *size <= LARGEST).and_then(|(id, _)| content(repository, &id).ok());
            let lines = before.and_then(|before| added(&before, &bytes));
            Ok(Opened { content: Bytes::Memory(Cursor::new(Memory(Arc::new(bytes))), share), lines })
        })
    }

    /// Reads it along with those that build on the same.
    fn in_order(&self, admit: &mut dyn FnMut(u64) -> Result<(), Unopened>) -> Attempt<Share, Unopened> {
        let Some(lineage) = self.lineage.as_ref().filter(|_| self.before.is_none()) else { return Attempt::Unknown };
        // Who holds it may wait for memory: nobody waits for him.
        let mut lineage = match lineage.try_lock() {
            Ok(lineage) => lineage,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Attempt::Unknown,
        };
        let share = |size| admit(size).map(|()| Share::wait(size));
        let read = || Ok::<_, Infallible>(Some(lineage.read(self.store.packs(), &self.id, share)));
        caught(read).unwrap_or(Attempt::Unknown)
    }
}

fn size(repository: &Repository, id: &ObjectId) -> Result<u64, Problem> {
    caught(|| repository.try_find_header(*id)).map(|header| header.size())
}

fn content(repository: &Repository, id: &ObjectId) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    match read(repository, id, &mut bytes)? {
        Kind::Blob => Ok(bytes),
        _ => Err(Problem::Damaged),
    }
}

fn too_large(size: u64, limits: &Limits) -> Option<Status> {
    let most = limits.file_size.unwrap_or(LARGEST).min(LARGEST);
    let detail = match most {
        LARGEST => format!("contents larger than {LARGEST} bytes are not read from a repository: scan the file"),
        most => format!("larger than {most} bytes"),
    };
    (size > most).then_some(Status::Skipped(Reason::FileTooLarge, detail))
}

/// A share of the memory that all contents have together; given back when dropped.
#[derive(Debug)]
pub struct Share(u64);

static SHARED: (Mutex<u64>, Condvar) = (Mutex::new(0), Condvar::new());

impl Share {
    /// Waits until there is room. Who holds a share never waits for another, so this ends.
    fn wait(size: u64) -> Self {
        let mut held = SHARED.0.lock().unwrap_or_else(PoisonError::into_inner);
        while *held > 0 && held.saturating_add(size) > HELD {
            held = SHARED.1.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        *held += size;
        Self(size)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        *SHARED.0.lock().unwrap_or_else(PoisonError::into_inner) -= self.0;
        SHARED.1.notify_all();
    }
}
