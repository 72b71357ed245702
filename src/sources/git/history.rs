//! The history: every content that the repository ever held, each once, with the oldest commit that holds it and its path
//! there.
//!
//! Two passes. The first goes through the commits, oldest first, and reads each tree once; it keeps a table of ids and names,
//! no contents. The second reads the contents pack by pack, each behind what it builds on there.

use super::super::Found;
use super::commits::{Commit, Reached, reach};
use super::lineage::Lineage;
use super::packs::{Packs, Turn};
use super::refs::tips;
use super::store::{Problem, Store, read};
use super::trees::{at, entries};
use super::{Entry, Named, Naming, Place};
use crate::plan::Scope;
use crate::status::{Reason, Status};
use gix::hashtable::HashSet;
use gix::objs::tree::{EntryKind, EntryMode};
use gix::objs::{Kind, TagRefIter};
use gix::revision::plumbing::Spec;
use gix::{ObjectId, Repository};
use std::sync::{Arc, Mutex};

/// Contents that one worker reads one after the other: so many, and the rest of their family.
const TOGETHER: usize = 64;
/// But no more than so many: the next worker unpacks once more what they build on.
const MOST_TOGETHER: usize = 256;
/// The folder of a path that stands in none.
const TOP: u32 = 0;

/// Which part of the history is read.
#[derive(Debug)]
pub(super) struct History {
    tips: Vec<ObjectId>,
    hidden: Vec<ObjectId>,
    /// Contents and trees that something holds on to without a commit.
    loose: Vec<(Vec<u8>, ObjectId, Kind)>,
    /// What should be there and is not, under a name.
    lost: Vec<(Vec<u8>, Problem)>,
}

impl History {
    /// Finds the commits to begin with: of all references, or of a revision or range.
    pub(super) fn resolve(repository: &Repository, range: Option<&str>) -> Result<Self, String> {
        let mut history = Self { tips: Vec::new(), hidden: Vec::new(), loose: Vec::new(), lost: Vec::new() };
        let Some(range) = range else {
            let (tips, lost) = tips(repository).map_err(|error| format!("--history: {error}"))?;
            history.lost = lost.into_iter().map(|name| (name, Problem::Damaged)).collect();
            for tip in tips {
                history.begin(repository, tip.name, tip.id);
            }
            return Ok(history);
        };
        let wrong = |error: String| format!("--history={range}: no such revision or range here ({error})");
        let spec = repository.rev_parse(range).map_err(|error| wrong(error.to_string()))?.detach();
        let (from, to) = match spec {
            Spec::Include(id) => (None, id),
            Spec::Range { from, to } => (Some(from), to),
            _ => return Err(format!("--history={range}: name a revision, or a range as `A..B`")),
        };
        history.begin(repository, range.as_bytes().to_vec(), to);
        if let Some(from) = from {
            let commit = repository.find_object(from).and_then(gix::Object::peel_to_commit);
            history.hidden.push(commit.map_err(|error| wrong(error.to_string()))?.id);
        }
        Ok(history)
    }

    /// Begins with what a reference names; a tag leads on to what it is on.
    fn begin(&mut self, repository: &Repository, name: Vec<u8>, id: ObjectId) {
        let mut buffer = Vec::new();
        let mut id = id;
        loop {
            match read(repository, &id, &mut buffer) {
                Ok(Kind::Commit) => return self.tips.push(id),
                Ok(Kind::Tag) => match TagRefIter::from_bytes(&buffer, repository.object_hash()).target_id() {
                    Ok(target) if target != id => id = target,
                    _ => return self.lost.push((name, Problem::Damaged)),
                },
                Ok(kind) => return self.loose.push((name, id, kind)),
                Err(problem) => return self.lost.push((name, problem)),
            }
        }
    }

    /// The first pass.
    pub(super) fn collect(
        self,
        repository: &Repository,
        packs: &Packs,
        place: &Place,
        go_on: &dyn Fn() -> bool,
    ) -> Collected {
        let Reached { commits, lost, is_shallow } = reach(repository, &self.tips, &self.hidden, go_on);
        let mut collected = Collected { is_shallow, ..Collected::default() };
        let commit_name = |id: ObjectId| format!("commit {id}").into_bytes();
        collected.lost = self.lost;
        collected.lost.extend(lost.into_iter().map(|(id, problem)| (commit_name(id), problem)));
        if !self.hidden.is_empty() {
            collected.pass_over(repository, place, &commits, &self.hidden);
        }
        for (number, commit) in commits.iter().enumerate() {
            if !go_on() {
                break;
            }
            collected.root(repository, place, commit.tree, number as u32);
        }
        if place.below.is_empty() {
            for (name, id, kind) in self.loose {
                collected.without_commit(repository, &name, id, kind);
            }
        }
        collected.commits = commits.into_iter().map(|commit| (commit.id, commit.authored)).collect();
        collected.order(packs);
        collected
    }
}

/// A content and where it was first.
#[derive(Debug)]
struct Kept {
    id: ObjectId,
    mode: EntryMode,
    /// Number of the folder, and of the commit; that of none is the largest.
    folder: u32,
    commit: u32,
    /// Where its name stands among all.
    name: (usize, u32),
    /// When it is read.
    turn: Turn,
}

/// The table that the first pass makes.
#[derive(Debug, Default)]
pub(super) struct Collected {
    seen: HashSet<ObjectId>,
    /// Names of files and folders, one after the other.
    names: Vec<u8>,
    /// Each folder's own folder and name; the first has neither.
    folders: Vec<(u32, (usize, u32))>,
    blobs: Vec<Kept>,
    /// Id and time of each commit.
    commits: Vec<(ObjectId, Option<i64>)>,
    lost: Vec<(Vec<u8>, Problem)>,
    is_shallow: bool,
}

impl Collected {
    fn name(&mut self, name: &[u8]) -> (usize, u32) {
        let start = self.names.len();
        self.names.extend_from_slice(name);
        (start, name.len() as u32)
    }

    fn text(&self, (start, length): (usize, u32)) -> &[u8] {
        self.names.get(start..start + length as usize).unwrap_or_default()
    }

    /// The path of a name in a folder.
    fn path(&self, folder: u32, name: (usize, u32)) -> Vec<u8> {
        let mut parts = vec![self.text(name)];
        let mut folder = folder;
        while let Some((above, name)) = self.folders.get(folder as usize).filter(|_| folder != TOP) {
            parts.push(self.text(*name));
            folder = *above;
        }
        parts.reverse();
        parts.join(&b'/')
    }

    /// Reads the tree of a commit as far as the target goes and its parts are new.
    fn root(&mut self, repository: &Repository, place: &Place, tree: ObjectId, commit: u32) {
        if self.folders.is_empty() {
            self.folders.push((TOP, (0, 0)));
        }
        if place.below.is_empty() {
            return self.tree(repository, tree, TOP, commit);
        }
        match at(repository, tree, &place.below) {
            Ok(Some(found)) if place.is_file && !found.mode.is_tree() => {
                self.content(&found.name, found.mode, found.id, TOP, commit);
            }
            Ok(Some(found)) if found.mode.is_tree() && !place.is_file => {
                self.tree(repository, found.id, TOP, commit);
            }
            Ok(_) => {}
            Err(problem) => self.lose(b".".to_vec(), tree, problem),
        }
    }

    fn tree(&mut self, repository: &Repository, tree: ObjectId, folder: u32, commit: u32) {
        let mut open = vec![(tree, folder)];
        let mut buffer = Vec::new();
        while let Some((tree, folder)) = open.pop() {
            if !self.seen.insert(tree) {
                continue;
            }
            // Nearly all that a tree holds is known already: no list is made of it.
            let taken = entries(repository, &tree, &mut buffer, |name, mode, id| {
                if !mode.is_tree() {
                    self.content(name, mode, id, folder, commit);
                } else if !self.seen.contains(&id) {
                    let text = self.name(name);
                    self.folders.push((folder, text));
                    open.push((id, (self.folders.len() - 1) as u32));
                }
            });
            if let Err(problem) = taken {
                let path = self.path(folder, (0, 0));
                self.lost.push((path, problem));
            }
        }
    }

    fn content(&mut self, name: &[u8], mode: EntryMode, id: ObjectId, folder: u32, commit: u32) {
        if self.seen.insert(id) {
            let name = self.name(name);
            self.blobs.push(Kept { id, mode, folder, commit, name, turn: Turn::default() });
        }
    }

    fn lose(&mut self, path: Vec<u8>, id: ObjectId, problem: Problem) {
        if self.seen.insert(id) {
            self.lost.push((path, problem));
        }
    }

    /// Something that a reference holds on to by itself; it is called as the reference.
    fn without_commit(&mut self, repository: &Repository, name: &[u8], id: ObjectId, kind: Kind) {
        if self.folders.is_empty() {
            self.folders.push((TOP, (0, 0)));
        }
        if kind == Kind::Tree {
            return self.tree(repository, id, TOP, u32::MAX);
        }
        self.content(name, EntryKind::Blob.into(), id, TOP, u32::MAX);
    }

    /// What a range begins with is known: the trees of the commits that it is cut off at.
    fn pass_over(&mut self, repository: &Repository, place: &Place, commits: &[Commit], hidden: &[ObjectId]) {
        let inside: HashSet<ObjectId> = commits.iter().map(|commit| commit.id).collect();
        let parents = commits.iter().flat_map(|commit| &commit.parents);
        let borders: std::collections::BTreeSet<ObjectId> =
            parents.chain(hidden).filter(|id| !inside.contains(*id)).copied().collect();
        for border in borders {
            if let Ok(tree) = repository.find_commit(border).and_then(|commit| Ok(commit.tree_id()?.detach())) {
                self.root(repository, place, tree, u32::MAX);
            }
        }
        self.blobs.clear();
        self.lost.clear();
    }

    /// Puts the contents in the order of reading.
    fn order(&mut self, packs: &Packs) {
        let ids: Vec<ObjectId> = self.blobs.iter().map(|blob| blob.id).collect();
        for (blob, turn) in self.blobs.iter_mut().zip(packs.turns(&ids)) {
            blob.turn = turn;
        }
        self.blobs.sort_unstable_by_key(|blob| (blob.turn, blob.id));
    }

    /// The second pass: the contents in that order, some at a time.
    pub(super) fn found(
        mut self,
        store: Arc<Store>,
        place: Place,
        scope: Scope,
    ) -> Box<dyn Iterator<Item = Found> + Send> {
        self.seen = HashSet::default();
        let mut told = self.told(&store, &place, &scope).into_iter();
        let mut blobs = std::mem::take(&mut self.blobs).into_iter().peekable();
        let mut waiting: Vec<Found> = Vec::new();
        let mut submodules = std::collections::BTreeSet::new();
        Box::new(std::iter::from_fn(move || {
            let naming = Naming { store: &store, place: &place, scope: &scope };
            loop {
                if let Some(found) = told.next().or_else(|| waiting.pop()) {
                    return Some(found);
                }
                blobs.peek()?;
                let lineage = Arc::<Mutex<Lineage>>::default();
                let (mut files, mut count, mut family) = (Vec::with_capacity(TOGETHER), 0, usize::MAX);
                while let Some(kept) =
                    blobs.next_if(|kept| count < TOGETHER || (count < MOST_TOGETHER && family == kept.turn.family))
                {
                    (count, family) = (count + 1, kept.turn.family);
                    let path = self.path(kept.folder, kept.name);
                    // A submodule is one row, however often it moved on.
                    if kept.mode.is_commit() && !submodules.insert(path.clone()) {
                        continue;
                    }
                    let commit = self.commits.get(kept.commit as usize).copied();
                    let entry = Entry { mode: kept.mode, id: kept.id, before: None, commit, is_version: true };
                    match naming.name(&path, &entry) {
                        Named::File(artifact, origin) => files.push((artifact, origin.read_with(&lineage))),
                        Named::Told(found) => waiting.push(found),
                    }
                }
                if !files.is_empty() {
                    return Some(Found::Files(files));
                }
            }
        }))
    }

    /// What has to be said before: what is not there.
    fn told(&mut self, store: &Arc<Store>, place: &Place, scope: &Scope) -> Vec<Found> {
        let naming = Naming { store, place, scope };
        let lost = std::mem::take(&mut self.lost);
        let mut told: Vec<Found> = lost.iter().map(|(name, problem)| naming.lost(name, *problem)).collect();
        if self.is_shallow {
            let artifact = super::super::unknown(place.shown(b".git/shallow"));
            told.push(Found::Skipped(artifact, Status::Skipped(Reason::Shallow, String::new())));
        }
        told
    }
}
