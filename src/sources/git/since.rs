//! What a branch adds: the changes from what it has in common with a revision to its last commit, as a merge request shows.
//!
//! Contents are read whole, so that keywords and column names are there; only added and changed lines count.

use super::store::commit;
use super::trees::{Change, compare};
use super::{Entry, Found, Naming};
use crate::artifact::Artifact;
use crate::status::{Reason, Status};
use gix::{ObjectId, Repository};
use std::collections::HashMap;

/// What to do about a revision that is not there.
const FETCH: &str = "fetch it, and the history up to it (GitHub: actions/checkout with `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`; else `git fetch --unshallow`)";

/// The two trees that are compared.
#[derive(Debug)]
pub(super) struct Since {
    base: ObjectId,
    head: ObjectId,
}

impl Since {
    /// Finds what HEAD and a revision have in common.
    pub(super) fn resolve(repository: &Repository, revision: &str) -> Result<Self, String> {
        let tree = |id: ObjectId| {
            let commit = repository.find_commit(id).map_err(|error| error.to_string());
            commit.and_then(|commit| commit.tree_id().map(gix::Id::detach).map_err(|error| error.to_string()))
        };
        let theirs = commit(repository, revision)
            .map_err(|error| format!("--since {revision}: no such revision here ({error}); {FETCH}"))?;
        let ours = commit(repository, "HEAD").map_err(|error| format!("--since: HEAD has no commit ({error})"))?;
        let base = match repository.merge_base(theirs, ours) {
            Ok(Some(base)) => base.detach(),
            Ok(None) | Err(_) if repository.is_shallow().unwrap_or(true) => {
                return Err(format!(
                    "--since {revision}: the clone is too shallow to tell what it has in common with HEAD; {FETCH}"
                ));
            }
            Ok(None) => return Err(format!("--since {revision}: it has no commit in common with HEAD; name another")),
            Err(error) => return Err(format!("--since {revision}: the history cannot be read ({error}); {FETCH}")),
        };
        let (base, head) = (tree(base), tree(ours));
        let damaged = |error: String| format!("--since {revision}: a commit cannot be read ({error}); see `git fsck`");
        Ok(Self { base: base.map_err(damaged)?, head: head.map_err(damaged)? })
    }

    /// New and changed files.
    pub(super) fn found(&self, repository: &Repository, naming: &Naming<'_>, go_on: &dyn Fn() -> bool) -> Vec<Found> {
        let changes = compare(repository, Some(self.base), Some(self.head), go_on);
        let mut found: Vec<Found> = Vec::new();
        for (path, problem) in &changes.lost {
            found.extend(naming.place.relative(path).or(Some(b".")).map(|path| naming.lost(path, *problem)));
        }
        if changes.is_cut {
            let status = Status::Skipped(Reason::MembersOverLimit, "too many paths to compare".to_owned());
            found.push(Found::Skipped(Artifact::default(), status));
        }
        for change in renamed(changes.changed, changes.gone) {
            let Some(relative) = naming.place.relative(&change.path) else { continue };
            let Change { mode, id, before, .. } = change;
            found.push(naming.found(relative, &Entry { mode, id, before, commit: None, is_version: false }));
        }
        found
    }
}

/// Finds out which new paths are old ones under another name: those of the same content have no added lines and are left
/// out, those of the same file name are compared with it.
fn renamed(changed: Vec<Change>, gone: Vec<(Vec<u8>, ObjectId)>) -> Vec<Change> {
    let mut left: HashMap<ObjectId, Vec<Vec<u8>>> = HashMap::new();
    for (path, id) in gone {
        left.entry(id).or_default().push(path);
    }
    let mut kept = changed;
    let mut is_moved = |change: &Change| {
        change.before.is_none() && left.get_mut(&change.id).is_some_and(|paths| paths.pop().is_some())
    };
    kept.retain(|change| !is_moved(change));
    let file_name = |path: &[u8]| path.rsplit(|b| *b == b'/').next().unwrap_or_default().to_vec();
    let mut names: HashMap<Vec<u8>, Vec<ObjectId>> = HashMap::new();
    for (id, path) in left.iter().flat_map(|(id, paths)| paths.iter().map(move |path| (id, path))) {
        names.entry(file_name(path)).or_default().push(*id);
    }
    for change in kept.iter_mut().filter(|change| change.before.is_none()) {
        if let Some([one]) = names.get(&file_name(&change.path)).map(Vec::as_slice) {
            change.before = Some(*one);
        }
    }
    kept
}
