//! The index: what the next commit would hold and the last one does not.
//!
//! What is in the worktree does not matter. A path that is only announced (`git add --intent-to-add`) has no content yet.

use super::store::Problem;
use super::trees::{Child, join, names};
use super::{Entry, Found, Naming};
use gix::index::decode::Options;
use gix::index::entry::{Flags, Mode, Stage};
use gix::index::extension::Tree;
use gix::{ObjectId, Repository};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// An index that was read, and the tree of the last commit.
pub(super) struct Staged {
    index: Option<gix::index::File>,
    head: Option<ObjectId>,
}

impl std::fmt::Debug for Staged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Staged").field("head", &self.head).finish_non_exhaustive()
    }
}

impl Staged {
    /// Reads the index: the repository's own, or the one that a hook was told of if it lies in the repository's folder.
    pub(super) fn read(repository: &Repository, told: Option<&Path>) -> Result<Self, String> {
        let own = repository.index_path();
        if repository.workdir().is_none() && !own.exists() {
            return Err("--staged: a bare repository has no index; use --history, or scan a clone".to_owned());
        }
        let path = told.and_then(|told| within(repository, told)).unwrap_or(own);
        let read = |path: PathBuf| gix::index::File::at(path, repository.object_hash(), true, Options::default());
        let index = path.exists().then(|| read(path)).transpose();
        let index = index.map_err(|error| format!("--staged: the index cannot be read ({error}); see `git status`"))?;
        let is_unborn = repository.head().is_ok_and(|head| head.is_unborn());
        let head = match repository.head_tree_id() {
            Ok(tree) => Some(tree.detach()),
            Err(_) if is_unborn => None,
            Err(error) => return Err(format!("--staged: the last commit cannot be read ({error}); see `git fsck`")),
        };
        Ok(Self { index, head })
    }

    /// What is new or changed.
    pub(super) fn found(&self, repository: &Repository, naming: &Naming<'_>) -> Vec<Found> {
        let Some(index) = &self.index else { return Vec::new() };
        let mut head = Head::default();
        if let Some(tree) = self.head {
            head.compare(repository, tree, index.tree());
        }
        let mut found: Vec<Found> = Vec::new();
        for (path, problem) in &head.lost {
            found.extend(naming.place.relative(path).map(|path| naming.lost(path, *problem)));
        }
        let mut same = Same::default();
        for entry in index.entries() {
            let path: &[u8] = entry.path(index);
            let Some(relative) = naming.place.relative(path) else { continue };
            if entry.flags.contains(Flags::INTENT_TO_ADD) || same.has(&head.same, path) {
                continue;
            }
            // A sparse index has whole folders as entries, and they are as in the last commit.
            let Some(mode) = entry.mode.to_tree_entry_mode().filter(|_| entry.mode != Mode::DIR) else { continue };
            if head.names.get(path).is_some_and(|known| known.id == entry.id) {
                continue;
            }
            let is_version = entry.stage() != Stage::Unconflicted;
            let entry = Entry { mode, id: entry.id, before: None, commit: None, is_version };
            found.push(naming.found(relative, &entry));
        }
        found
    }
}

/// The path, if it lies in the repository's own folder: nobody else's environment names our index.
fn within(repository: &Repository, told: &Path) -> Option<PathBuf> {
    let told = told.canonicalize().ok()?;
    let folders = [repository.git_dir(), repository.common_dir()];
    folders.iter().any(|folder| folder.canonicalize().is_ok_and(|folder| told.starts_with(folder))).then_some(told)
}

/// What the last commit holds, as far as it is not known beforehand to be in the index too.
#[derive(Default)]
struct Head {
    /// Folders with a `/` at the end that are the same in both.
    same: HashSet<Vec<u8>>,
    /// Contents of all other folders.
    names: HashMap<Vec<u8>, Child>,
    lost: Vec<(Vec<u8>, Problem)>,
}

impl Head {
    /// Goes down only where the index does not say that it holds the very same tree.
    fn compare(&mut self, repository: &Repository, tree: ObjectId, known: Option<&Tree>) {
        let mut open = vec![(Vec::new(), tree, known)];
        while let Some((path, tree, known)) = open.pop() {
            if known.is_some_and(|known| known.num_entries.is_some() && known.id == tree) {
                self.same.insert(if path.is_empty() { path } else { [&path, &b"/"[..]].concat() });
                continue;
            }
            match names(repository, &tree) {
                Err(problem) => self.lost.push((path, problem)),
                Ok(all) => {
                    for name in all {
                        let below = join(&path, &name.name);
                        if name.mode.is_tree() {
                            let child = known.and_then(|k| k.children.iter().find(|c| c.name[..] == name.name[..]));
                            open.push((below, name.id, child));
                        } else {
                            self.names.insert(below, name);
                        }
                    }
                }
            }
        }
    }
}

/// Finds the folder around a path that is the same, and remembers it: entries of one folder follow one another.
#[derive(Default)]
struct Same(Option<Vec<u8>>);

impl Same {
    fn has(&mut self, folders: &HashSet<Vec<u8>>, path: &[u8]) -> bool {
        if self.0.as_ref().is_some_and(|folder| path.starts_with(folder)) {
            return true;
        }
        let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at + 1);
        self.0 = std::iter::once(0).chain(ends).find_map(|end| folders.get(&path[..end]).cloned());
        self.0.is_some()
    }
}
