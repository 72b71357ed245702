//! A git repository to fill, made with gix: no `git` program is needed.

use crate::harness::{Folder, Ran};
use gix::ObjectId;
use gix::objs::tree::EntryKind;
use std::fs;

/// A value that a scan finds, and another. Both are made up.
pub(crate) const ONE: &str = "ssn: 536-90-4399";
pub(crate) const TWO: &str = "ssn: 412-65-3308";

/// The options of every scan here: one kind of data, and the result.
pub(crate) const SCAN: [&str; 5] = ["scan", "--format", "json", "--identifiers", "USA_SOCIAL_SECURITY_NUMBER"];

/// A repository with a worktree that stays empty: nothing that is scanned may come from there.
pub(crate) struct Repository {
    pub(crate) folder: Folder,
    pub(crate) git: gix::Repository,
    /// Seconds since 1970 of the next commit.
    time: i64,
}

/// A name for whoever writes, which no result may hold.
pub(crate) const AUTHOR: &str = "Wanda Nobody";

impl Repository {
    pub(crate) fn new() -> Self {
        let folder = Folder::new();
        let git = gix::init(folder.path()).unwrap();
        fs::write(git.git_dir().join("HEAD"), "ref: refs/heads/main\n").unwrap();
        Self { folder, git, time: 1_700_000_000 }
    }

    pub(crate) fn blob(&self, content: &str) -> ObjectId {
        self.git.write_blob(content).unwrap().detach()
    }

    /// A tree of files.
    pub(crate) fn tree(&self, files: &[(&str, &str)]) -> ObjectId {
        let mut tree = self.git.empty_tree().edit().unwrap();
        for (path, content) in files {
            tree.upsert(*path, EntryKind::Blob, self.blob(content)).unwrap();
        }
        tree.write().unwrap().detach()
    }

    /// A commit of nothing but a tree, an hour after the last one; no reference names it.
    pub(crate) fn commit_of(&mut self, tree: ObjectId, parents: &[ObjectId]) -> ObjectId {
        self.time += 3600;
        let time = gix::date::Time::new(self.time, 0);
        let who = gix::actor::Signature { name: AUTHOR.into(), email: "wanda@example.com".into(), time };
        let commit = gix::objs::Commit {
            tree,
            parents: parents.iter().copied().collect(),
            author: who.clone(),
            committer: who,
            encoding: None,
            message: "a change".into(),
            extra_headers: Vec::new(),
        };
        self.git.write_object(&commit).unwrap().detach()
    }

    /// A commit of these files and no others, on the branch.
    pub(crate) fn commit(&mut self, files: &[(&str, &str)]) -> ObjectId {
        let parent = self.git.head_id().ok().map(gix::Id::detach);
        let tree = self.tree(files);
        let commit = self.commit_of(tree, parent.as_slice());
        self.point("refs/heads/main", commit);
        commit
    }

    /// Lets a reference name an object. Written by hand, as a file.
    pub(crate) fn point(&self, reference: &str, id: ObjectId) {
        let path = self.git.git_dir().join(reference);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{id}\n")).unwrap();
    }

    /// Makes an index of these files and no others.
    pub(crate) fn stage(&self, files: &[(&str, &str)]) -> gix::index::File {
        let tree = self.tree(files);
        let mut index = self.git.index_from_tree(&tree).unwrap();
        index.write(gix::index::write::Options::default()).unwrap();
        index
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.folder.run(&[&SCAN[..], args].concat())
    }

    /// Where an object lies that is in no pack.
    pub(crate) fn loose(&self, id: ObjectId) -> std::path::PathBuf {
        let hex = id.to_string();
        self.git.git_dir().join("objects").join(&hex[..2]).join(&hex[2..])
    }
}
