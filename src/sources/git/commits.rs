//! Commits: which are reachable, and which of them came first.

use super::store::{Problem, read};
use gix::hashtable::{HashMap, HashSet};
use gix::objs::{CommitRef, Kind};
use gix::{ObjectId, Repository};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A commit, as far as it matters here. Who wrote it is not kept.
#[derive(Debug)]
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
    pub(super) parents: Vec<ObjectId>,
    /// When it was made and when it was written, in seconds since 1970.
    committed: i64,
    pub(super) authored: Option<i64>,
}

/// What is reachable.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// Parents before children; among those that may come next the oldest first.
    pub(super) commits: Vec<Commit>,
    /// Commits that should be there and are not.
    pub(super) lost: Vec<(ObjectId, Problem)>,
    /// Whether a shallow clone ends the history.
    pub(super) is_shallow: bool,
}

/// Reads a commit.
fn commit(repository: &Repository, id: ObjectId, buffer: &mut Vec<u8>) -> Result<Commit, Problem> {
    if read(repository, &id, buffer)? != Kind::Commit {
        return Err(Problem::Damaged);
    }
    let commit = CommitRef::from_bytes(buffer, repository.object_hash()).map_err(|_| Problem::Damaged)?;
    let authored = commit.author().ok().and_then(|author| author.time().ok());
    Ok(Commit {
        id,
        tree: commit.tree(),
        parents: commit.parents().collect(),
        committed: commit.time().map_or(0, |time| time.seconds),
        authored: authored.map(|time| time.seconds),
    })
}

/// All commits that can be reached from `tips` but not from `hidden`. `go_on` is asked now and then.
pub(super) fn reach(
    repository: &Repository,
    tips: &[ObjectId],
    hidden: &[ObjectId],
    go_on: &dyn Fn() -> bool,
) -> Reached {
    let ends: HashSet<ObjectId> = match repository.shallow_commits() {
        Ok(Some(commits)) => commits.iter().copied().collect(),
        _ => HashSet::default(),
    };
    let mut known: HashSet<ObjectId> = HashSet::default();
    let mut reached = Reached::default();
    let mut buffer = Vec::new();
    let mut open: Vec<ObjectId> = hidden.to_vec();
    while let Some(id) = open.pop().filter(|_| go_on()) {
        if known.insert(id)
            && !ends.contains(&id)
            && let Ok(commit) = commit(repository, id, &mut buffer)
        {
            open.extend(commit.parents);
        }
    }
    open.extend(tips);
    while let Some(id) = open.pop().filter(|_| go_on()) {
        if !known.insert(id) {
            continue;
        }
        match commit(repository, id, &mut buffer) {
            Ok(commit) if ends.contains(&id) => {
                reached.is_shallow = true;
                reached.commits.push(Commit { parents: Vec::new(), ..commit });
            }
            Ok(commit) => {
                open.extend(&commit.parents);
                reached.commits.push(commit);
            }
            Err(problem) => reached.lost.push((id, problem)),
        }
    }
    reached.lost.sort_unstable_by_key(|(id, _)| *id);
    order(&mut reached.commits);
    reached
}

/// Puts parents before children, and otherwise the oldest first.
fn order(commits: &mut Vec<Commit>) {
    // A damaged store may hold a circle: what is left of it comes by age too.
    commits.sort_unstable_by_key(|commit| (commit.committed, commit.id));
    let numbers: HashMap<ObjectId, usize> = commits.iter().enumerate().map(|(n, commit)| (commit.id, n)).collect();
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); commits.len()];
    let mut waiting: Vec<usize> = vec![0; commits.len()];
    for (number, commit) in commits.iter().enumerate() {
        for parent in commit.parents.iter().filter_map(|id| numbers.get(id)) {
            children[*parent].push(number as u32);
            waiting[number] += 1;
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        (0..commits.len()).filter(|number| waiting[*number] == 0).map(Reverse).collect();
    let mut place = vec![usize::MAX; commits.len()];
    let mut next = 0;
    while let Some(Reverse(number)) = ready.pop() {
        place[number] = next;
        next += 1;
        for child in &children[number] {
            let child = *child as usize;
            waiting[child] -= 1;
            if waiting[child] == 0 {
                ready.push(Reverse(child));
            }
        }
    }
    let mut placed: Vec<(usize, Commit)> = place.into_iter().zip(std::mem::take(commits)).collect();
    placed.sort_by_key(|(place, _)| *place);
    commits.extend(placed.into_iter().map(|(_, commit)| commit));
}
