//! Names on the paths through a text (JSON, YAML, markup, sections of settings), each path once, under a small number.
//!
//! Knows names, not places. The table is bounded: beyond [`FULL`] paths a name is kept without those above it, and beyond
//! twice that not at all.

/// Paths that are kept whole.
const FULL: usize = 65_536;
/// Bytes of a name that are kept.
pub(in crate::formats) const LONGEST: usize = 4096;
/// Places looked at for one name: names chosen to collide cost no more than this.
const PROBES: usize = 64;

/// The number of no path: nothing stands above.
pub(in crate::formats) const ROOT: u32 = 0;
/// The parent of names whose own path is not kept. Never given to a field.
const LOST: u32 = u32::MAX;

#[derive(Clone)]
struct Entry {
    parent: u32,
    name: Box<[u8]>,
    /// The first eight bytes of the name, with noughts behind a shorter one, and a mask of them.
    head: (u64, u64),
    /// Whether it would stand in quotes as it is.
    is_plain: bool,
}

impl Entry {
    fn new(parent: u32, name: &[u8]) -> Self {
        let mut eight = [0; 8];
        let length = name.len().min(8);
        eight[..length].copy_from_slice(&name[..length]);
        let mask = if length == 8 { u64::MAX } else { (1 << (length * 8)) - 1 };
        let is_plain = !name.iter().any(|b| matches!(b, b'"' | b'\\' | b'\n'));
        Self { parent, name: name.into(), head: (u64::from_le_bytes(eight), mask), is_plain }
    }
}

/// The paths seen so far.
#[derive(Default, Clone)]
pub(in crate::formats) struct Labels {
    entries: Vec<Entry>,
    /// Open hash table of numbers; 0 is empty. Its length is a power of two.
    slots: Vec<u32>,
    /// The number that was last asked for, and by number what came behind it: records have their names in one order.
    last: u32,
    behind: Vec<u32>,
}

/// What became of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) struct Interned {
    /// Its number, or [`ROOT`] if it has none.
    pub(in crate::formats) label: u32,
    /// Whether all names on the path are known by the number.
    pub(in crate::formats) exact: bool,
}

impl Labels {
    /// The number of the path `parent` with one more name.
    pub(in crate::formats) fn intern(&mut self, parent: Interned, name: &[u8]) -> Interned {
        let exact = parent.exact && name.len() <= LONGEST;
        let name = &name[..name.len().min(LONGEST)];
        if parent.exact
            && let Some(label) = self.find_or_add(parent.label, name, FULL)
        {
            return Interned { label, exact };
        }
        Interned { label: self.find_or_add(LOST, name, 2 * FULL).unwrap_or(ROOT), exact: false }
    }

    /// The name that came behind the last one before, if it stands at the start of a text under `parent`, with a quote behind
    /// it: its number, and its length in bytes.
    #[inline]
    pub(in crate::formats) fn expected(&mut self, parent: Interned, text: &[u8]) -> Option<(Interned, usize)> {
        let expected = *self.behind.get(self.last as usize)?;
        let entry = self.entry(expected)?;
        let (head, mask) = entry.head;
        let (name, eight) = (&*entry.name, u64::from_le_bytes(*text.first_chunk()?));
        let stands = parent.exact
            && entry.parent == parent.label
            && entry.is_plain
            && eight & mask == head
            && text.get(name.len()) == Some(&b'"')
            && (name.len() <= 8 || text[8..name.len()] == name[8..]);
        let length = stands.then_some(name.len())?;
        self.last = expected;
        Some((Interned { label: expected, exact: true }, length))
    }

    /// The names of a path, outermost first.
    pub(in crate::formats) fn names(&self, label: u32) -> Vec<String> {
        let mut names = Vec::new();
        let mut entry = self.entry(label);
        while let Some(Entry { parent, name, .. }) = entry {
            names.push(String::from_utf8_lossy(name).into_owned());
            entry = self.entry(*parent);
        }
        names.reverse();
        names
    }

    /// The last name of a path.
    pub(in crate::formats) fn name(&self, label: u32) -> &[u8] {
        self.entry(label).map_or(b"", |entry| &entry.name)
    }

    /// How many there are.
    pub(in crate::formats) fn count(&self) -> usize {
        self.entries.len()
    }

    fn entry(&self, label: u32) -> Option<&Entry> {
        self.entries.get((label as usize).checked_sub(1)?)
    }

    fn find_or_add(&mut self, parent: u32, name: &[u8], most: usize) -> Option<u32> {
        let expected = self.behind.get(self.last as usize).copied().unwrap_or(ROOT);
        let is_expected = self.entry(expected).is_some_and(|entry| entry.parent == parent && *entry.name == *name);
        let found = if is_expected { expected } else { self.look_up(parent, name, most)? };
        if !is_expected {
            let last = self.last as usize;
            self.behind.resize(self.behind.len().max(last + 1), ROOT);
            self.behind[last] = found;
        }
        self.last = found;
        Some(found)
    }

    fn look_up(&mut self, parent: u32, name: &[u8], most: usize) -> Option<u32> {
        if self.entries.len() * 2 >= self.slots.len() {
            self.enlarge();
        }
        let mask = self.slots.len() - 1;
        let first = hash(parent, name);
        for probe in 0..PROBES {
            let slot = (first as usize).wrapping_add(probe) & mask;
            let label = self.slots[slot];
            match self.entry(label) {
                Some(entry) if entry.parent == parent && *entry.name == *name => return Some(label),
                Some(_) => {}
                None if self.entries.len() < most => {
                    self.entries.push(Entry::new(parent, name));
                    self.slots[slot] = self.entries.len() as u32;
                    return Some(self.slots[slot]);
                }
                None => return None,
            }
        }
        None
    }

    fn enlarge(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        self.slots = vec![0; size];
        for (index, entry) in self.entries.iter().enumerate() {
            let first = hash(entry.parent, &entry.name) as usize;
            // No limit here: what was found once must be found again, or it would get a second number.
            let free =
                (0..size).map(|probe| first.wrapping_add(probe) & (size - 1)).find(|slot| self.slots[*slot] == 0);
            if let Some(slot) = free {
                self.slots[slot] = index as u32 + 1;
            }
        }
    }
}

/// Eight bytes at a time; names are short, and the last eight may hold some of those before once more.
fn hash(parent: u32, name: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut state = u64::from(parent).wrapping_mul(FACTOR) ^ name.len() as u64;
    let mut add = |bytes: u64| state = (state.rotate_left(23) ^ bytes).wrapping_mul(FACTOR);
    if let Some(last) = name.last_chunk::<8>() {
        name.as_chunks::<8>().0.iter().for_each(|eight| add(u64::from_le_bytes(*eight)));
        add(u64::from_le_bytes(*last));
    } else if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        add(u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32);
    } else {
        add(name.iter().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)));
    }
    state ^ (state >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: Interned = Interned { label: ROOT, exact: true };

    #[test]
    fn a_path_has_one_number() {
        let mut labels = Labels::default();
        let a = labels.intern(TOP, b"a");
        let b = labels.intern(a, b"b");
        assert_eq!((a.label, b.label), (1, 2));
        assert_eq!(labels.intern(a, b"b"), b);
        assert_ne!(labels.intern(TOP, b"b"), b);
        assert_eq!(labels.names(b.label), ["a", "b"]);
        assert_eq!(labels.names(ROOT), Vec::<String>::new());
    }

    #[test]
    fn the_table_is_bounded_and_keeps_the_innermost_name() {
        let mut labels = Labels::default();
        let mut last = TOP;
        for n in 0..200_000 {
            let parent = labels.intern(TOP, format!("id{n}").as_bytes());
            last = labels.intern(parent, b"ssn");
        }
        assert!(!last.exact);
        assert_eq!(labels.names(last.label), ["ssn"]);
        assert!(labels.entries.len() <= 2 * FULL);
    }
}
