//! Source: a git repository. One file for each of what is read of it: the index, what a revision lacks, the history.
//!
//! Reads the object store itself: no program is started, nothing is written, no setting of the repository, the user or the
//! environment is acted upon but the format of the store. A repository that belongs to somebody else is read as any other.

mod blob;
mod commits;
mod history;
mod lineage;
mod lines;
mod packs;
mod refs;
mod renames;
mod since;
mod staged;
mod store;
mod trees;

pub use blob::{Blob, Memory, Share};

use super::{Found, Origin, bytes_path, path_bytes};
use crate::artifact::{Artifact, ArtifactPath, Stored};
use crate::plan::{Scope, Source};
use crate::status::{Reason, Status};
use gix::ObjectId;
use gix::objs::tree::{EntryKind, EntryMode};
use lineage::Lineage;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::Store;

/// A target of a scan: a repository, or a part of one.
#[derive(Debug)]
pub(super) struct Target {
    store: Arc<Store>,
    place: Place,
    errand: Errand,
}

/// What is read of the repository.
#[derive(Debug)]
enum Errand {
    Staged(Box<staged::Staged>),
    Since(since::Since),
    History(history::History),
}

/// Which paths of the repository a target means, and what they are called.
#[derive(Debug)]
struct Place {
    /// The target as typed, where there are several.
    label: Option<Vec<u8>>,
    /// The target's path in the repository; empty for all of it.
    below: Vec<u8>,
    /// Whether that is a file.
    is_file: bool,
}

impl Place {
    /// The path relative to the target; none for what lies outside.
    fn relative<'p>(&self, path: &'p [u8]) -> Option<&'p [u8]> {
        if self.below.is_empty() {
            return Some(path);
        }
        match path.strip_prefix(&self.below[..])? {
            b"" => self.is_file.then(|| path.rsplit(|b| *b == b'/').next().unwrap_or(path)),
            rest => rest.strip_prefix(b"/").filter(|_| !self.is_file),
        }
    }

    /// A path that is relative to the target, as the report calls it.
    fn shown(&self, relative: &[u8]) -> Vec<u8> {
        match &self.label {
            None => relative.to_vec(),
            Some(label) if self.is_file => label.clone(),
            Some(label) => path_bytes(&bytes_path(label).join(bytes_path(relative))),
        }
    }
}

/// A content of a repository at a path.
struct Entry {
    mode: EntryMode,
    id: ObjectId,
    /// What stood there before, where only what was added counts.
    before: Option<ObjectId>,
    /// The oldest commit that holds it, and when that was written.
    commit: Option<(ObjectId, Option<i64>)>,
    /// Whether others of the scan may have the same path.
    is_version: bool,
}

impl Target {
    /// Opens the repository around a target and finds what is asked of it; or says what is wrong and what to do.
    pub(super) fn open(target: &Path, label: Option<Vec<u8>>, source: &Source) -> Result<Self, String> {
        if target == Path::new("-") {
            return Err("standard input holds no repository; name a folder".to_owned());
        }
        let canonical = target.canonicalize().map_err(|error| error.to_string())?;
        let is_file = !canonical.is_dir();
        let store = Store::open(if is_file { canonical.parent().unwrap_or(&canonical) } else { &canonical })?;
        let below = store.path_of(&canonical);
        let is_file = is_file && !below.is_empty();
        let errand = store.with(|repository| match source {
            Source::Since(revision) => since::Since::resolve(repository, revision).map(Errand::Since),
            Source::History(range) => history::History::resolve(repository, range.as_deref()).map(Errand::History),
            Source::Staged { index } => {
                staged::Staged::read(repository, index.as_deref()).map(|staged| Errand::Staged(Box::new(staged)))
            }
            Source::Folders { .. } => Err("not a source of a repository".to_owned()),
        })?;
        Ok(Self { store: Arc::new(store), place: Place { label, below, is_file }, errand })
    }

    /// Everything that is asked of the repository.
    pub(super) fn found(self, scope: &Scope, go_on: &dyn Fn() -> bool) -> Box<dyn Iterator<Item = Found> + Send> {
        let Self { store, place, errand } = self;
        let naming = Naming { store: &store, place: &place, scope };
        match errand {
            Errand::Staged(staged) => {
                let found: Vec<Found> = store.with(|repository| staged.found(repository, &naming));
                Box::new(found.into_iter())
            }
            Errand::Since(since) => {
                let found: Vec<Found> = store.with(|repository| since.found(repository, &naming, go_on));
                Box::new(found.into_iter())
            }
            Errand::History(history) => {
                let collected = store.with(|repository| history.collect(repository, store.packs(), &place, go_on));
                collected.found(store, place, scope.clone())
            }
        }
    }
}

/// What became of an entry.
enum Named {
    File(Artifact, Origin),
    /// No file: a submodule, or something that is out of scope.
    Told(Found),
}

/// Makes files of entries: the same for all that is read of a repository.
struct Naming<'a> {
    store: &'a Arc<Store>,
    place: &'a Place,
    scope: &'a Scope,
}

impl Naming<'_> {
    /// A file, or what is to be said of it. The path is relative to the target.
    fn name(&self, relative: &[u8], entry: &Entry) -> Named {
        if let Some(rule) = self.scope.leaves_out(&bytes_path(relative)) {
            return Named::Told(Found::LeftOut(rule.to_owned()));
        }
        if let Some(rule) = self.scope.leaves_to_others(&self.place.shown(relative)) {
            return Named::Told(Found::LeftOut(rule));
        }
        let authored = entry.commit.and_then(|(_, seconds)| time(seconds?));
        let mut path = ArtifactPath::file(self.place.shown(relative));
        let blob = entry.id.to_string();
        if entry.is_version {
            path.version.clone_from(&blob);
        }
        let commit = entry.commit.map(|(id, _)| id.to_string());
        let mode = match entry.mode.kind() {
            EntryKind::Blob => Some(0o644),
            EntryKind::BlobExecutable => Some(0o755),
            _ => None,
        };
        let git = Some(Box::new(Stored { blob, commit, authored }));
        let artifact = Artifact { path, mode, git, ..Artifact::default() };
        if entry.mode.is_commit() {
            let status = Status::Skipped(Reason::Submodule, format!("at {}", entry.id.to_hex_with_len(10)));
            return Named::Told(Found::Skipped(artifact, status));
        }
        let blob = Blob { store: Arc::clone(self.store), id: entry.id, before: entry.before, lineage: None };
        Named::File(artifact, Origin::Blob(blob))
    }

    /// The same as one thing that was found.
    fn found(&self, relative: &[u8], entry: &Entry) -> Found {
        match self.name(relative, entry) {
            Named::File(artifact, origin) => Found::file(artifact, origin),
            Named::Told(found) => found,
        }
    }

    /// An object that could not be read, under a name that says where it is missed.
    fn lost(&self, relative: &[u8], problem: store::Problem) -> Found {
        let relative = relative.strip_suffix(b"/").unwrap_or(relative);
        let path = ArtifactPath::file(self.place.shown(if relative.is_empty() { b"." } else { relative }));
        Found::Skipped(Artifact { path, ..Artifact::default() }, problem.into())
    }
}

impl Origin {
    /// The same, read along with others of its lineage.
    fn read_with(self, lineage: &Arc<Mutex<Lineage>>) -> Self {
        match self {
            Self::Blob(blob) => Self::Blob(Blob { lineage: Some(Arc::clone(lineage)), ..blob }),
            other @ Self::Disk(_) => other,
        }
    }
}

/// Seconds since 1970 as a time; none before.
fn time(seconds: i64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}
