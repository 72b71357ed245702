//! One content of a repository, read when its turn comes.

use super::super::{Bytes, Opened, Unopened};
use super::lines::added;
use super::store::{Problem, Store, caught, read};
use crate::artifact::Artifact;
use crate::limits::Limits;
use crate::plan::Scope;
use crate::status::{Reason, Status};
use gix::objs::Kind;
use gix::{ObjectId, Repository};
use std::io::Cursor;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Bytes of contents that are held at a time, by all workers together; a larger one is held alone.
const HELD: u64 = 256 << 20;
/// The largest content that is read, in bytes: the store gives contents whole.
const LARGEST: u64 = 2 << 30;

/// A content of a repository.
#[derive(Debug, Clone)]
pub struct Blob {
    pub(super) store: Arc<Store>,
    pub(super) id: ObjectId,
    /// What stood at its path before, where only what was added since counts.
    pub(super) before: Option<ObjectId>,
}

impl Blob {
    /// Reads the content. Its size is known from then on.
    pub(in super::super) fn open(
        &self,
        artifact: &mut Artifact,
        scope: &Scope,
        limits: &Limits,
    ) -> Result<Opened, Unopened> {
        self.store.with(|repository| {
            artifact.size = size(repository, &self.id).map_err(|problem| Unopened::Skipped(problem.into()))?;
            let authored = artifact.git.as_ref().and_then(|git| git.authored);
            if let Some(rule) = scope.leaves_out_by(artifact.size, authored) {
                return Err(Unopened::LeftOut(rule.to_owned()));
            }
            if let Some(status) = too_large(artifact.size, limits) {
                return Err(Unopened::Skipped(status));
            }
            let before = self.before.and_then(|id| Some((id, size(repository, &id).ok()?)));
            let share = Share::wait(artifact.size.saturating_add(before.map_or(0, |(_, size)| size)));
            let bytes = content(repository, &self.id).map_err(|problem| Unopened::Skipped(problem.into()))?;
            // Without what stood there before, everything counts.
            let before = before.filter(|(_, size)| *size <= LARGEST).and_then(|(id, _)| content(repository, &id).ok());
            let lines = before.and_then(|before| added(&before, &bytes));
            Ok(Opened { content: Bytes::Memory(Cursor::new(bytes), share), lines })
        })
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
