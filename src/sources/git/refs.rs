//! References: everything that the repository holds on to.
//!
//! All of `refs/` (branches, tags, remotes, notes, what else), every stash and not only the last, and the HEAD of every
//! worktree.

use gix::{ObjectId, Repository};

/// An object that something holds on to.
#[derive(Debug)]
pub(super) struct Tip {
    /// What it is called, for objects that have no other name.
    pub(super) name: Vec<u8>,
    pub(super) id: ObjectId,
}

/// What is held on to; and the names of references that cannot be read.
pub(super) fn tips(repository: &Repository) -> Result<(Vec<Tip>, Vec<Vec<u8>>), String> {
    let mut tips = Vec::new();
    let mut lost = Vec::new();
    let references = repository.references().map_err(|error| error.to_string())?;
    for reference in references.all().map_err(|error| error.to_string())? {
        match reference {
            // One that names another reference holds on to nothing of its own.
            Ok(reference) => tips.extend(
                reference.try_id().map(|id| Tip { name: reference.name().as_bstr().to_vec(), id: id.detach() }),
            ),
            Err(_) => lost.push(b"refs".to_vec()),
        }
    }
    tips.extend(stashes(repository));
    let head = |repository: &Repository| Some(Tip { name: b"HEAD".to_vec(), id: repository.head_id().ok()?.detach() });
    tips.extend(head(repository));
    tips.extend(repository.main_repo().ok().as_ref().and_then(head));
    for worktree in repository.worktrees().unwrap_or_default() {
        let other = worktree.into_repo_with_possibly_inaccessible_worktree().ok();
        tips.extend(other.as_ref().and_then(head));
    }
    Ok((tips, lost))
}

/// The last stash is a reference, those below it stand in its log.
fn stashes(repository: &Repository) -> Vec<Tip> {
    let Ok(Some(stash)) = repository.try_find_reference("refs/stash") else { return Vec::new() };
    let mut log = stash.log_iter();
    let Ok(Some(lines)) = log.all() else { return Vec::new() };
    lines.filter_map(|line| Some(Tip { name: b"refs/stash".to_vec(), id: line.ok()?.new_oid() })).collect()
}
