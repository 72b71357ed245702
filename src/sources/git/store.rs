//! A repository's object store, for any number of workers.

use super::super::path_bytes;
use super::packs::Packs;
use crate::status::{Reason, Status};
use gix::bstr::BStr;
use gix::objs::{Find, Kind};
use gix::odb::pack::cache::lru::MemoryCappedHashmap;
use gix::sec::trust;
use gix::{ObjectId, Repository, ThreadSafeRepository};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Bytes of unpacked objects that each worker remembers: deltas build on them.
const REMEMBERED: usize = 64 << 20;

/// An open repository.
pub(super) struct Store {
    shared: ThreadSafeRepository,
    /// Views that no worker uses at the moment, each with what it remembers.
    idle: Mutex<Vec<Repository>>,
    packs: OnceLock<Packs>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.shared.git_dir()).finish()
    }
}

/// Why an object cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// The store has none of that id.
    Missing,
    /// It has one, but that cannot be read.
    Damaged,
}

impl From<Problem> for Status {
    fn from(problem: Problem) -> Self {
        let detail = match problem {
            Problem::Missing => "missing",
            Problem::Damaged => "damaged",
        };
        Self::Skipped(Reason::ObjectMissing, detail.to_owned())
    }
}

/// Only the repository's own settings, whoever it belongs to; and objects as they are, whatever replaces them.
fn options() -> gix::open::Options {
    gix::open::Options::isolated().config_overrides(["core.useReplaceRefs=false"])
}

impl Store {
    /// The repository that holds a folder.
    pub(super) fn open(folder: &Path) -> Result<Self, String> {
        let upwards = gix::discover::upwards::Options { cross_fs: true, ..Default::default() };
        let trusted = trust::Mapping { full: options(), reduced: options() };
        let shared = ThreadSafeRepository::discover_opts(folder, upwards, trusted)
            .map_err(|error| format!("no git repository that can be read, here or in a folder above ({error})"))?;
        Ok(Self { shared, idle: Mutex::default(), packs: OnceLock::new() })
    }

    /// The path in the repository of something on disk; empty for the whole of it, and for what is not in its worktree.
    pub(super) fn path_of(&self, canonical: &Path) -> Vec<u8> {
        let worktree = self.shared.work_dir().and_then(|folder| folder.canonicalize().ok());
        let git = self.shared.git_dir().canonicalize().ok();
        if git.is_some_and(|git| canonical.starts_with(git)) {
            return Vec::new();
        }
        let below = worktree.as_deref().and_then(|folder| canonical.strip_prefix(folder).ok());
        below.map(path_bytes).unwrap_or_default()
    }

    /// The packs, as they are when they are first asked for.
    pub(super) fn packs(&self) -> &Packs {
        self.packs.get_or_init(|| self.with(Packs::of))
    }

    /// Lends a view of the repository that no other worker has.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Repository) -> T) -> T {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let repository = idle.unwrap_or_else(|| {
            let mut repository = self.shared.to_thread_local();
            repository.objects.set_pack_cache(|| Box::new(MemoryCappedHashmap::new(REMEMBERED)));
            repository
        });
        let result = work(&repository);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(repository);
        result
    }
}

/// Reads an object into a buffer.
pub(super) fn read(repository: &Repository, id: &ObjectId, buffer: &mut Vec<u8>) -> Result<Kind, Problem> {
    caught(|| repository.objects.try_find(id, buffer).map(|found| found.map(|object| object.kind)))
}

/// What a look into the store gives. What makes it panic is damaged, like what it refuses.
pub(super) fn caught<T, E>(look: impl FnOnce() -> Result<Option<T>, E>) -> Result<T, Problem> {
    match catch_unwind(AssertUnwindSafe(look)) {
        Ok(Ok(Some(found))) => Ok(found),
        Ok(Ok(None)) => Err(Problem::Missing),
        Ok(Err(_)) | Err(_) => Err(Problem::Damaged),
    }
}

/// The commit that a name means: a branch, a tag, an id, `HEAD~2`.
pub(super) fn commit(repository: &Repository, name: &str) -> Result<ObjectId, String> {
    let found = repository.rev_parse_single(BStr::new(name)).map_err(|error| error.to_string())?;
    let object = found.object().map_err(|error| error.to_string())?;
    let commit = object.peel_to_commit().map_err(|error| error.to_string())?;
    Ok(commit.id)
}
