//! What git ignores: `.gitignore` files from the top of the repository down, and `.git/info/exclude`.
//!
//! Knows the rules of the repository alone, not those of a user's own settings: a scan must not depend on who runs it.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::{Path, PathBuf};

/// The rules that hold where a walk is. Folders are entered before what is in them, in the order of the walk.
#[derive(Debug)]
pub(super) struct Ignored {
    /// The folder that the walk began in, as the walk names it and as it is.
    root: (PathBuf, PathBuf),
    /// Folders from the outermost on, each with its rules.
    layers: Vec<(PathBuf, Gitignore)>,
}

impl Ignored {
    /// The rules that hold in a folder: its own, and those of the folders above it in its repository.
    pub(super) fn above(root: &Path) -> Self {
        let absolute = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let top = absolute.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&absolute);
        let mut layers = Vec::new();
        let mut exclude = GitignoreBuilder::new(top);
        // In a linked worktree or a submodule `.git` is a file: then there is no such folder, and no such rule.
        let _ = exclude.add(top.join(".git/info/exclude"));
        layers.extend(exclude.build().ok().map(|rules| (top.to_owned(), rules)));
        let below: Vec<&Path> = absolute.ancestors().take_while(|folder| folder.starts_with(top)).collect();
        layers.extend(below.iter().rev().map(|folder| ((*folder).to_owned(), rules_of(folder))));
        Self { root: (root.to_owned(), absolute.clone()), layers }
    }

    /// The rule that leaves a file or folder out, as counts name it. The nearest that fits decides.
    pub(super) fn rule(&mut self, path: &Path, is_folder: bool) -> Option<String> {
        let path = self.root.1.join(path.strip_prefix(&self.root.0).ok()?);
        while self.layers.last().is_some_and(|(folder, _)| !path.starts_with(folder)) {
            self.layers.pop();
        }
        for (_, rules) in self.layers.iter().rev() {
            match rules.matched(&path, is_folder) {
                Match::Ignore(glob) => return Some(format!("gitignore {}", glob.original())),
                Match::Whitelist(_) => break,
                Match::None => {}
            }
        }
        if is_folder {
            let rules = rules_of(&path);
            if !rules.is_empty() {
                self.layers.push((path, rules));
            }
        }
        None
    }
}

/// The rules of one folder. A line that is no glob is no rule, as for git.
fn rules_of(folder: &Path) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    let file = folder.join(".gitignore");
    // A link, or anything else that is no file, is none to git either.
    if file.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
        let _ = builder.add(file);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
