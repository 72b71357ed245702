//! Where objects lie in the packs. Reading them in that order is fast: a delta stands near what it builds on.
//!
//! An order and nothing more: what is in no pack that can be read comes last.

use gix::odb::pack::index::File;
use gix::{ObjectId, Repository};
use std::path::PathBuf;

/// The tables of contents of all packs.
pub(super) struct Packs(Vec<File<gix::odb::pack::MMap>>);

impl Packs {
    /// Of a repository, and of those that it borrows from.
    pub(super) fn of(repository: &Repository) -> Self {
        let objects = repository.common_dir().join("objects");
        let mut folders = vec![objects.clone()];
        folders.extend(gix::odb::alternate::resolve(objects, repository.current_dir()).unwrap_or_default());
        let indices = |folder: PathBuf| -> Vec<PathBuf> {
            let entries = std::fs::read_dir(folder.join("pack")).into_iter().flatten().flatten();
            let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
            paths.retain(|path| path.extension().is_some_and(|extension| extension == "idx"));
            paths.sort();
            paths
        };
        let paths = folders.into_iter().flat_map(indices);
        Self(paths.filter_map(|path| File::at(path, repository.object_hash()).ok()).collect())
    }

    /// The number of the pack that holds an object, and where in it.
    pub(super) fn place(&self, id: &ObjectId) -> (usize, u64) {
        let found = self.0.iter().enumerate().find_map(|(number, pack)| Some((number, pack.lookup(id)?, pack)));
        found.map_or((usize::MAX, 0), |(number, at, pack)| (number, pack.pack_offset_at_index(at)))
    }
}
