//! What a branch adds: the changes from what it has in common with a revision to its last commit, as a merge request shows.
//!
//! Contents are read whole, so that keywords and column names are there; only added and changed lines count.

use super::renames::renamed;
use super::store::commit;
use super::trees::{Change, compare};
use super::{Entry, Found, Naming};
use crate::artifact::Artifact;
use crate::status::{Reason, Status};
use gix::{ObjectId, Repository};

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
        for change in renamed(repository, changes.changed, changes.gone) {
            let Some(relative) = naming.place.relative(&change.path) else { continue };
            let Change { mode, id, before, .. } = change;
            found.push(naming.found(relative, &Entry { mode, id, before, commit: None, is_version: false }));
        }
        found
    }
}
