//! Areas: the targets of a scan, and the topmost folders of each, with what was counted there. What Macie says of a bucket
//! is said of these.
//!
//! Plain data, and the rule by which a path belongs to one. What was found in an area is counted from the findings, by
//! `report`; so an area knows only what the findings do not say.

use std::collections::{BTreeMap, HashMap};
use std::time::SystemTime;

/// Folders of one target that are told apart; the sums of the others are in their target alone.
pub const MOST_FOLDERS: usize = 1000;

/// What was counted in a target, or in one of its topmost folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Area {
    /// The target as typed.
    pub target: String,
    /// The folder, as raw bytes; empty for the files that lie in none. None for the target as a whole.
    pub folder: Option<Vec<u8>>,
    /// Files and members.
    pub objects: u64,
    /// Those of which something was inspected.
    pub classified: u64,
    /// Those inspected in part.
    pub partial: u64,
    /// Those not inspected at all.
    pub skipped: u64,
    /// Bytes of the files on disk.
    pub bytes: u64,
    /// Bytes inspected, after decompression.
    pub bytes_classified: u64,
    /// When a file of it last changed.
    pub changed: Option<SystemTime>,
    /// Of a target: folders that are not told apart, for there are more than [`MOST_FOLDERS`].
    pub more_folders: u64,
}

impl Area {
    /// Adds what was counted in another.
    pub fn add(&mut self, more: &Self) {
        for (sum, more) in [
            (&mut self.objects, more.objects),
            (&mut self.classified, more.classified),
            (&mut self.partial, more.partial),
            (&mut self.skipped, more.skipped),
            (&mut self.bytes, more.bytes),
            (&mut self.bytes_classified, more.bytes_classified),
            (&mut self.more_folders, more.more_folders),
        ] {
            *sum = sum.saturating_add(more);
        }
        self.changed = self.changed.max(more.changed);
    }
}

/// Areas of several reports as one list: those of one target or folder are summed, in the order of the targets.
pub fn merged<'a>(targets: &[String], areas: impl IntoIterator<Item = &'a Area>) -> Vec<Area> {
    let mut all: BTreeMap<(usize, Option<Vec<u8>>), Area> = BTreeMap::new();
    for area in areas {
        let Some(target) = targets.iter().position(|target| *target == area.target) else { continue };
        let sum = all.entry((target, area.folder.clone())).or_insert_with(|| Area {
            target: area.target.clone(),
            folder: area.folder.clone(),
            ..Area::default()
        });
        sum.add(area);
    }
    all.into_values().collect()
}

/// The rule by which a path belongs to a target, and to a folder of it.
#[derive(Debug)]
pub struct Targets {
    /// Each without a slash at its end, and the slashes in it.
    prefixes: Vec<(Vec<u8>, usize)>,
}

impl Targets {
    /// Of the targets of a scan, as typed.
    pub fn new(targets: &[String]) -> Self {
        let prefix = |target: &String| {
            let prefix = target.trim_end_matches('/').as_bytes().to_vec();
            let slashes = memchr::memchr_iter(b'/', &prefix).count();
            (prefix, slashes)
        };
        Self { prefixes: targets.iter().map(prefix).collect() }
    }

    /// The index of the target that a path lies in, the innermost of several, and the topmost folder there; empty for a
    /// file that lies in none. With one target paths begin below it; with several, with their target.
    pub fn place<'p>(&self, path: &'p [u8]) -> (usize, &'p [u8]) {
        if self.prefixes.len() < 2 {
            return (0, topmost(path));
        }
        let fitting = self.prefixes.iter().enumerate().filter_map(|(index, (prefix, slashes))| {
            let end = memchr::memchr_iter(b'/', path).nth(*slashes);
            let begins = &path[..end.unwrap_or(path.len())];
            // Targets that are not UTF-8 are repeated with replacement characters.
            let is_same =
                begins == prefix.as_slice() || String::from_utf8_lossy(begins).as_bytes() == prefix.as_slice();
            is_same.then(|| (prefix.len(), index, end.map_or(&path[path.len()..], |end| &path[end + 1..])))
        });
        // The first of two targets that are the same.
        let innermost = fitting.max_by_key(|(length, index, _)| (*length, std::cmp::Reverse(*index)));
        innermost.map_or_else(|| (0, topmost(path)), |(_, index, below)| (index, topmost(below)))
    }
}

/// The topmost folder of a path, that of a path from the root with its slash; empty when it lies in none.
fn topmost(path: &[u8]) -> &[u8] {
    let rooted = usize::from(path.starts_with(b"/"));
    let slash = path.iter().skip(rooted).position(|byte| *byte == b'/');
    slash.map(|slash| &path[..slash + rooted]).unwrap_or_default()
}

/// Counts areas as files come along.
#[derive(Debug)]
pub struct Tally {
    names: Vec<String>,
    targets: Targets,
    /// Of each target where its folders are in `rows`.
    folders: Vec<HashMap<Vec<u8>, usize>>,
    rows: Vec<(usize, Area)>,
}

impl Tally {
    /// Begins with nothing.
    pub fn new(names: Vec<String>) -> Self {
        let (targets, folders) = (Targets::new(&names), vec![HashMap::new(); names.len().max(1)]);
        Self { names, targets, folders, rows: Vec::new() }
    }

    /// Where what lies at a path is counted.
    pub fn at(&mut self, path: &[u8]) -> &mut Area {
        let (target, folder) = self.targets.place(path);
        let index = self.folders[target].get(folder).copied().unwrap_or_else(|| {
            let name = self.names.get(target).cloned().unwrap_or_default();
            self.rows.push((target, Area { target: name, folder: Some(folder.to_vec()), ..Area::default() }));
            self.folders[target].insert(folder.to_vec(), self.rows.len() - 1);
            self.rows.len() - 1
        });
        &mut self.rows[index].1
    }

    /// The areas: each target, and behind it its folders by name. Of too many folders the largest are told apart.
    pub fn areas(self) -> Vec<Area> {
        let mut of: Vec<Vec<Area>> = vec![Vec::new(); self.names.len()];
        for (target, area) in self.rows {
            if let Some(rows) = of.get_mut(target) {
                rows.push(area);
            }
        }
        let mut all = Vec::new();
        for (target, mut rows) in self.names.into_iter().zip(of) {
            let mut whole = Area { target, ..Area::default() };
            for area in &rows {
                whole.add(area);
            }
            if rows.len() > MOST_FOLDERS {
                whole.more_folders = (rows.len() - MOST_FOLDERS) as u64;
                rows.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.folder.cmp(&b.folder)));
                rows.truncate(MOST_FOLDERS);
            }
            rows.sort_by(|a, b| a.folder.cmp(&b.folder));
            all.push(whole);
            all.append(&mut rows);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{Area, MOST_FOLDERS, Tally, Targets, merged};

    fn targets(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn paths_lie_in_targets_and_folders() {
        let one = Targets::new(&targets(&["/srv/x"]));
        assert_eq!(one.place(b"hr/2025/a.csv"), (0, &b"hr"[..]));
        assert_eq!(one.place(b"a.csv"), (0, &b""[..]));
        assert_eq!(one.place(b"/etc/passwd"), (0, &b"/etc"[..]));
        let several = Targets::new(&targets(&["a", "a/b/", "./c", "/", "d.zip", "caf\u{fffd}", "a"]));
        assert_eq!(several.place(b"a/x/y.txt"), (0, &b"x"[..]));
        assert_eq!(several.place(b"a/b/x/y.txt"), (1, &b"x"[..]));
        assert_eq!(several.place(b"a/bc/y.txt"), (0, &b"bc"[..]));
        assert_eq!(several.place(b"./c/y.txt"), (2, &b""[..]));
        assert_eq!(several.place(b"/etc/ssl/x"), (3, &b"etc"[..]));
        assert_eq!(several.place(b"d.zip"), (4, &b""[..]));
        assert_eq!(several.place(b"caf\xe9/n/x"), (5, &b"n"[..]));
        assert_eq!(several.place(b"elsewhere/x"), (0, &b"elsewhere"[..]));
        assert_eq!(Targets::new(&[]).place(b"a/b"), (0, &b"a"[..]));
    }

    #[test]
    fn folders_add_up_to_their_target() {
        let mut tally = Tally::new(targets(&["a", "b"]));
        for path in ["a/x/1", "a/x/2", "a/3", "b/y/z/4"] {
            let area = tally.at(path.as_bytes());
            area.objects += 1;
            area.bytes += 10;
        }
        let areas = tally.areas();
        let rows: Vec<_> =
            areas.iter().map(|area| (area.target.as_str(), area.folder.as_deref(), area.objects, area.bytes)).collect();
        let (none, x, y) = (Some(&b""[..]), Some(&b"x"[..]), Some(&b"y"[..]));
        let all = [("a", None, 3, 30), ("a", none, 1, 10), ("a", x, 2, 20), ("b", None, 1, 10), ("b", y, 1, 10)];
        assert_eq!(rows, all);
        let twice = merged(&targets(&["b", "a"]), areas.iter().chain(&areas));
        assert_eq!((twice[0].target.as_str(), twice[0].objects, twice[2].objects), ("b", 2, 6));
    }

    #[test]
    fn the_largest_of_too_many_folders_are_told_apart() {
        let mut tally = Tally::new(targets(&["a"]));
        for folder in 0..MOST_FOLDERS as u64 + 5 {
            tally.at(format!("{folder:05}/x").as_bytes()).bytes = folder;
        }
        let areas = tally.areas();
        assert_eq!((areas.len(), areas[0].more_folders), (MOST_FOLDERS + 1, 5));
        assert_eq!(areas[1].folder.as_deref(), Some(&b"00005"[..]));
        assert_eq!(Area::default().changed, None);
    }
}
