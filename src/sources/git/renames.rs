//! Which new paths are old ones under another name, as git tells it: the same content; else the same file name; else the
//! content that is most alike, if half of it is (`git help diff`, `--find-renames`).
//!
//! Knows trees' changes and contents, nothing of commits.

use super::store::read;
use super::trees::Change;
use gix::objs::Kind;
use gix::{ObjectId, Repository};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Pairs that are compared at most: `diff.renameLimit` of git, squared.
const PAIRS: usize = 1000 * 1000;
/// Bytes of a content that is compared, and of all of them.
const LARGEST: usize = 8 << 20;
const ALL: usize = 512 << 20;
/// Bytes of a line that count as one piece: a text without lines is compared all the same.
const PIECE: usize = 64;

/// Leaves out what only moved, and says of the rest what it was.
pub(super) fn renamed(repository: &Repository, changed: Vec<Change>, gone: Vec<(Vec<u8>, ObjectId)>) -> Vec<Change> {
    let mut left: HashMap<ObjectId, Vec<Vec<u8>>> = HashMap::new();
    for (path, id) in gone {
        left.entry(id).or_default().push(path);
    }
    let mut kept = changed;
    let mut is_moved = |change: &Change| {
        change.before.is_none() && left.get_mut(&change.id).is_some_and(|paths| paths.pop().is_some())
    };
    kept.retain(|change| !is_moved(change));
    let mut left: Vec<(Vec<u8>, ObjectId)> =
        left.into_iter().flat_map(|(id, paths)| paths.into_iter().map(move |path| (path, id))).collect();
    left.sort_unstable();
    by_name(&mut kept, &mut left);
    by_content(repository, &mut kept, &left);
    kept
}

/// Takes the only content that is gone from a path of the same file name.
fn by_name(kept: &mut [Change], left: &mut Vec<(Vec<u8>, ObjectId)>) {
    let file_name = |path: &[u8]| path.rsplit(|b| *b == b'/').next().unwrap_or_default().to_vec();
    let mut names: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
    for (index, (path, _)) in left.iter().enumerate() {
        names.entry(file_name(path)).or_default().push(index);
    }
    let mut taken = vec![false; left.len()];
    for change in kept.iter_mut().filter(|change| change.before.is_none()) {
        if let Some([one]) = names.get(&file_name(&change.path)).map(Vec::as_slice) {
            change.before = Some(left[*one].1);
            taken[*one] = true;
        }
    }
    let mut taken = taken.into_iter();
    left.retain(|_| taken.next() != Some(true));
}

/// Takes the content that is gone and most alike, each once.
fn by_content(repository: &Repository, kept: &mut [Change], left: &[(Vec<u8>, ObjectId)]) {
    let new: Vec<usize> = (0..kept.len()).filter(|index| kept[*index].before.is_none()).collect();
    if new.is_empty() || left.is_empty() || new.len().saturating_mul(left.len()) > PAIRS {
        return;
    }
    let (hasher, mut spent) = (RandomState::new(), 0);
    let mut pieces = |id: &ObjectId| {
        let mut bytes = Vec::new();
        let is_read = spent < ALL && read(repository, id, &mut bytes) == Ok(Kind::Blob);
        spent += bytes.len();
        if is_read && bytes.len() <= LARGEST { Pieces::of(&bytes, &hasher) } else { Pieces::default() }
    };
    let old: Vec<Pieces> = left.iter().map(|(_, id)| pieces(id)).collect();
    let mut pairs = Vec::new();
    for index in new {
        let own = pieces(&kept[index].id);
        for (before, old) in old.iter().enumerate() {
            let alike = own.alike(old);
            if alike * 2 >= own.size.max(old.size) && alike > 0 {
                // In thousandths of the larger one.
                pairs.push((std::cmp::Reverse(alike * 1000 / own.size.max(old.size)), index, before));
            }
        }
    }
    pairs.sort_unstable();
    let mut taken = vec![false; left.len()];
    for (_, index, before) in pairs {
        if kept[index].before.is_none() && !std::mem::replace(&mut taken[before], true) {
            kept[index].before = Some(left[before].1);
        }
    }
}

/// A content as a set of pieces, each with the bytes that it makes up.
#[derive(Debug, Default)]
struct Pieces {
    /// By hash.
    bytes: Vec<(u64, usize)>,
    size: usize,
}

impl Pieces {
    fn of(content: &[u8], hasher: &RandomState) -> Self {
        let lines = content.split_inclusive(|byte| *byte == b'\n');
        let mut bytes: Vec<(u64, usize)> =
            lines.flat_map(|line| line.chunks(PIECE)).map(|piece| (hasher.hash_one(piece), piece.len())).collect();
        bytes.sort_unstable();
        bytes.dedup_by(|next, sum| {
            let is_same = next.0 == sum.0;
            sum.1 += if is_same { next.1 } else { 0 };
            is_same
        });
        Self { bytes, size: content.len() }
    }

    /// Bytes that both have.
    fn alike(&self, other: &Self) -> usize {
        if self.size.min(other.size) * 2 < self.size.max(other.size) {
            return 0;
        }
        let (mut sum, mut others) = (0, other.bytes.iter().peekable());
        for (hash, bytes) in &self.bytes {
            while others.next_if(|(known, _)| known < hash).is_some() {}
            sum += others.peek().filter(|(known, _)| known == hash).map_or(0, |(_, known)| *known.min(bytes));
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::Pieces;
    use std::hash::RandomState;

    #[test]
    fn half_of_the_larger_one_is_alike() {
        let hasher = RandomState::new();
        let alike = |a: &str, b: &str| Pieces::of(a.as_bytes(), &hasher).alike(&Pieces::of(b.as_bytes(), &hasher));
        assert_eq!(alike("a\nb\nc\n", "c\nx\na\n"), 4);
        assert_eq!(alike("a\na\na\n", "a\nb\na\n"), 4);
        assert_eq!(alike("same", "same"), 4);
        assert_eq!(alike("a\n", "a\nb\nc\nd\n"), 0, "too different in size");
        assert_eq!(alike("", "a"), 0);
    }
}
