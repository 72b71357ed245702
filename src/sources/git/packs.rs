//! Where objects lie in the packs, and in what order they are read fastest: each behind what its delta builds on.
//!
//! An order and places, nothing more: what is in no pack that can be read has none and comes last.

use gix::odb::pack::data::entry::Header;
use gix::odb::pack::{data, index};
use gix::{ObjectId, Repository};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

/// All packs of a repository, and of those that it borrows from.
pub(super) struct Packs(Vec<Pack>);

/// A pack: its table of contents, and the contents once they are asked for.
struct Pack {
    index: index::File<gix::odb::pack::MMap>,
    path: PathBuf,
    data: OnceLock<Option<data::File>>,
}

impl Pack {
    fn data(&self) -> Option<&data::File> {
        let open = || data::File::at(self.path.with_extension("pack"), self.index.object_hash()).ok();
        self.data.get_or_init(open).as_ref()
    }

    /// Where the object lies that the one at a place builds on; none if it stands by itself, or cannot be told.
    fn base(&self, at: u64) -> Option<u64> {
        base(&self.data()?.entry(at).ok()?.header, at, &self.index)
    }
}

/// The place of the object that an entry builds on, if that is in its pack.
fn base(header: &Header, at: u64, index: &index::File<gix::odb::pack::MMap>) -> Option<u64> {
    match header {
        Header::OfsDelta { base_distance } => at.checked_sub(*base_distance),
        Header::RefDelta { base_id } => index.lookup(base_id).map(|number| index.pack_offset_at_index(number)),
        _ => None,
    }
}

/// A place: the number of a pack, and the bytes before the object in it.
pub(super) type Place = (usize, u64);

/// Where an object comes in the order of reading: the number of its family, and among all. A family is what builds on one
/// object, step by step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    rank: usize,
    pub(super) family: usize,
}

impl Packs {
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
        let open = |path: PathBuf| {
            let index = index::File::at(&path, repository.object_hash()).ok()?;
            Some(Pack { index, path, data: OnceLock::new() })
        };
        Self(folders.into_iter().flat_map(indices).filter_map(open).collect())
    }

    /// The place of an object.
    pub(super) fn place(&self, id: &ObjectId) -> Option<Place> {
        let found = self.0.iter().enumerate().find_map(|(number, pack)| Some((number, pack.index.lookup(id)?, pack)));
        found.map(|(number, at, pack)| (number, pack.index.pack_offset_at_index(at)))
    }

    /// The contents of a pack.
    pub(super) fn data(&self, number: usize) -> Option<&data::File> {
        self.0.get(number)?.data()
    }

    /// The place that an entry builds on, if that is in its pack.
    pub(super) fn base(&self, (number, at): Place, header: &Header) -> Option<u64> {
        base(header, at, &self.0.get(number)?.index)
    }

    /// When to read each of these objects: pack by pack, and in it family by family, bases before what builds on them.
    pub(super) fn turns(&self, ids: &[ObjectId]) -> Vec<Turn> {
        let mut places: Vec<Vec<(u64, usize)>> = vec![Vec::new(); self.0.len()];
        let mut turns = vec![Turn { rank: usize::MAX, family: usize::MAX }; ids.len()];
        for (number, id) in ids.iter().enumerate() {
            if let Some((pack, at)) = self.place(id) {
                places[pack].push((at, number));
            }
        }
        let (mut rank, mut family) = (0, 0);
        for (pack, mut wanted) in self.0.iter().zip(places) {
            wanted.sort_unstable();
            let nodes = nodes(pack, &wanted);
            let children = |at: u64| {
                let start = nodes.partition_point(|(base, _)| *base < at);
                start..start + nodes[start..].partition_point(|(base, _)| *base == at)
            };
            let mut open = vec![children(ROOTS)];
            while let Some(next) = open.last_mut() {
                let Some((base, at)) = next.next().map(|number| nodes[number]) else {
                    open.pop();
                    continue;
                };
                family += usize::from(base == ROOTS);
                rank += 1;
                let first = wanted.partition_point(|(place, _)| *place < at);
                for (_, number) in wanted[first..].iter().take_while(|(place, _)| *place == at) {
                    turns[*number] = Turn { rank, family };
                }
                open.push(children(at));
            }
        }
        turns
    }
}

/// Stands for the base of what has none: no object is at the very start of a pack.
const ROOTS: u64 = 0;

/// The objects wanted and all that they build on, each behind the place of its base, sorted.
fn nodes(pack: &Pack, wanted: &[(u64, usize)]) -> Vec<(u64, u64)> {
    let is_wanted = |at: u64| wanted.binary_search_by_key(&at, |(place, _)| *place).is_ok();
    let mut nodes: Vec<(u64, u64)> = Vec::with_capacity(wanted.len());
    let mut others: BTreeMap<u64, u64> = BTreeMap::new();
    for (at, _) in wanted {
        let mut base = pack.base(*at).unwrap_or(ROOTS);
        nodes.push((base, *at));
        while base != ROOTS && !is_wanted(base) && !others.contains_key(&base) {
            let below = pack.base(base).unwrap_or(ROOTS);
            others.insert(base, below);
            base = below;
        }
    }
    nodes.extend(others.into_iter().map(|(at, base)| (base, at)));
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
