//! Trees: what a folder of a commit holds, and what differs between two.
//!
//! Iterative, and the number of paths is bounded: a few small trees that hold one another can stand for billions of paths.

use super::store::{Problem, read};
use gix::objs::tree::EntryMode;
use gix::objs::{Kind, TreeRefIter};
use gix::{ObjectId, Repository};
use std::collections::BTreeMap;

/// Paths that are compared; more than any real repository has.
const MOST_PATHS: usize = 10_000_000;

/// What a tree calls by one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Child {
    pub(super) name: Vec<u8>,
    pub(super) mode: EntryMode,
    pub(super) id: ObjectId,
}

/// What a tree holds, in its order.
pub(super) fn names(repository: &Repository, tree: &ObjectId) -> Result<Vec<Child>, Problem> {
    let mut all = Vec::new();
    entries(repository, tree, &mut Vec::new(), |name, mode, id| all.push(Child { name: name.to_vec(), mode, id }))?;
    Ok(all)
}

/// Gives name, mode and id of each thing that a tree holds, in its order, up to where it is damaged.
pub(super) fn entries(
    repository: &Repository,
    tree: &ObjectId,
    buffer: &mut Vec<u8>,
    mut take: impl FnMut(&[u8], EntryMode, ObjectId),
) -> Result<(), Problem> {
    // The empty tree is often in no store.
    if tree.is_empty_tree() {
        return Ok(());
    }
    if read(repository, tree, buffer)? != Kind::Tree {
        return Err(Problem::Damaged);
    }
    for entry in TreeRefIter::from_bytes(buffer, repository.object_hash()) {
        let entry = entry.map_err(|_| Problem::Damaged)?;
        take(entry.filename, entry.mode, entry.oid.to_owned());
    }
    Ok(())
}

/// What stands at a path below a tree; none if nothing does.
pub(super) fn at(repository: &Repository, tree: ObjectId, path: &[u8]) -> Result<Option<Child>, Problem> {
    let mut parts = path.split(|b| *b == b'/').peekable();
    let mut tree = tree;
    while let Some(part) = parts.next() {
        let Some(found) = names(repository, &tree)?.into_iter().find(|name| name.name == part) else {
            return Ok(None);
        };
        if parts.peek().is_none() {
            return Ok(Some(found));
        }
        if !found.mode.is_tree() {
            return Ok(None);
        }
        tree = found.id;
    }
    Ok(None)
}

/// A path that holds something else in the new tree than in the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) path: Vec<u8>,
    pub(super) mode: EntryMode,
    pub(super) id: ObjectId,
    /// The content that stood there, if one did.
    pub(super) before: Option<ObjectId>,
}

/// What differs between two trees.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// New and changed paths.
    pub(super) changed: Vec<Change>,
    /// Contents of paths that are gone, with the path.
    pub(super) gone: Vec<(Vec<u8>, ObjectId)>,
    /// Folders whose tree could not be read.
    pub(super) lost: Vec<(Vec<u8>, Problem)>,
    /// Whether there were more paths than are compared.
    pub(super) is_cut: bool,
}

/// Compares two trees; none is an empty one. `go_on` is asked now and then.
pub(super) fn compare(
    repository: &Repository,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
    go_on: &dyn Fn() -> bool,
) -> Changes {
    let mut changes = Changes::default();
    let mut open = vec![(Vec::new(), old, new)];
    while let Some((path, old, new)) = open.pop() {
        if !go_on() || changes.changed.len() + changes.gone.len() + open.len() > MOST_PATHS {
            changes.is_cut = true;
            break;
        }
        let list = |tree: Option<ObjectId>, lost: &mut Vec<_>| match tree.map(|id| names(repository, &id)) {
            None => Vec::new(),
            Some(Ok(names)) => names,
            Some(Err(problem)) => {
                lost.push((path.clone(), problem));
                Vec::new()
            }
        };
        let mut lost_before = Vec::new();
        let mut before: BTreeMap<Vec<u8>, Child> =
            list(old, &mut lost_before).into_iter().map(|name| (name.name.clone(), name)).collect();
        for name in list(new, &mut changes.lost) {
            let below = join(&path, &name.name);
            let known = before.remove(&name.name).filter(|known| known.mode.is_tree() == name.mode.is_tree());
            if known.as_ref().is_some_and(|known| known.id == name.id) {
                continue;
            }
            let before = known.map(|known| known.id);
            if name.mode.is_tree() {
                open.push((below, before, Some(name.id)));
            } else {
                changes.changed.push(Change { path: below, mode: name.mode, id: name.id, before });
            }
        }
        for (name, gone) in before {
            let below = join(&path, &name);
            if gone.mode.is_tree() {
                open.push((below, Some(gone.id), None));
            } else {
                changes.gone.push((below, gone.id));
            }
        }
    }
    changes
}

/// A name below a folder.
pub(super) fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() }
}
