//! Links between the members of an archive: those that lead to a member are read in its place, the others are named.
//!
//! A link may stand in front of what it leads to, so nothing is known before the archive ends. Keeps hashes of names, and
//! the links themselves up to a bound.

use super::{Member, Sink};
use crate::status::Reason;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::time::SystemTime;

/// A second name of a member, which holds nothing itself.
pub(super) const HARD_LINK: &str = "hard link";
/// A path in the place of a content.
pub(super) const SYMBOLIC_LINK: &str = "symbolic link";

/// A link that waits for the end of the archive.
struct Link {
    name: Vec<u8>,
    modified: Option<SystemTime>,
    kind: &'static str,
}

/// The names and links of an archive so far.
#[derive(Default)]
pub(super) struct Links {
    /// Hashes of the names of files and folders.
    names: HashSet<u64>,
    /// Where each link leads, by hash of its own name; none if out of the archive.
    targets: HashMap<u64, Option<u64>>,
    all: Vec<Link>,
    /// Bytes that the links take.
    size: usize,
}

impl Links {
    /// Bytes of links that are kept.
    const MOST: usize = 32 << 20;
    /// Links that lead to links.
    const HOPS: usize = 40;

    /// Notes a file or a folder, and the folders that it is in.
    pub(super) fn name(&mut self, name: &[u8]) {
        let mut name = rooted(name.strip_suffix(b"/").unwrap_or(name));
        // Where a folder is known, so are those around it.
        while self.names.insert(hash(name)) {
            let Some(slash) = name.iter().rposition(|byte| *byte == b'/') else { return };
            name = &name[..slash];
        }
    }

    /// Notes a link; false if there is no room.
    pub(super) fn link(&mut self, member: &Member<'_>, target: &[u8], kind: &'static str) -> bool {
        self.size += member.name.len() + 128;
        if self.size > Self::MOST {
            return false;
        }
        let folder = if kind == HARD_LINK { &b""[..] } else { folder(member.name) };
        self.targets.insert(hash(rooted(member.name)), resolved(folder, target).map(|path| hash(&path)));
        self.all.push(Link { name: member.name.to_vec(), modified: member.modified, kind });
        true
    }

    /// Names the links that lead to no member.
    pub(super) fn tell(&mut self, sink: &mut dyn Sink) -> ControlFlow<()> {
        for link in std::mem::take(&mut self.all) {
            if self.leads_inside(hash(rooted(&link.name))) {
                continue;
            }
            let member = Member { name: &link.name, modified: link.modified };
            sink.skip_member(&member, Reason::NotARegularFile, link.kind)?;
        }
        ControlFlow::Continue(())
    }

    fn leads_inside(&self, link: u64) -> bool {
        let mut at = link;
        for _ in 0..Self::HOPS {
            match self.targets.get(&at) {
                Some(Some(target)) if self.names.contains(target) => return true,
                Some(Some(target)) => at = *target,
                _ => return false,
            }
        }
        false
    }
}

fn hash(name: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

/// A name as it is under the archive's root.
fn rooted(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_prefix(b"/") {
        name = rest;
    }
    name
}

fn folder(name: &[u8]) -> &[u8] {
    name.iter().rposition(|byte| *byte == b'/').map_or(b"", |slash| &name[..slash])
}

/// A name without the `./` in front.
pub(super) fn without_dots(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_prefix(b"./") {
        name = rest;
    }
    name
}

/// Where a target leads from a folder, without `.` and `..`; none if out of the archive, or to all of it. The root is the
/// archive's own: a layer of an image or a backup is unpacked to be one.
fn resolved(folder: &[u8], target: &[u8]) -> Option<Vec<u8>> {
    let folder = if target.starts_with(b"/") { b"" } else { folder };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in folder.split(|byte| *byte == b'/').chain(without_dots(target).split(|byte| *byte == b'/')) {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_from_their_folder() {
        let path = |folder: &str, target: &str| {
            resolved(folder.as_bytes(), target.as_bytes()).map(|path| String::from_utf8(path).unwrap())
        };
        assert_eq!(path("a/b", "../c.txt").as_deref(), Some("a/c.txt"));
        assert_eq!(path("", "./c.txt").as_deref(), Some("c.txt"));
        assert_eq!(path("a", "b//./c").as_deref(), Some("a/b/c"));
        assert_eq!(path("a", "../../c"), None);
        assert_eq!(path("a", "/c/d").as_deref(), Some("c/d"));
        assert_eq!(path("a", "/../c"), None);
        assert_eq!(path("a", ".."), None);
    }
}
