//! The rows of the file, and the table of them in memory: 24 bytes for each object, whatever its path, and as much for an index.
//!
//! Paths and stamps are kept as hashes with keys of this process, so nobody can make two files look like one.

use super::{Recall, Stamp};
use crate::database::{Database, DatabaseError};
use rusqlite::{Connection, Transaction, params};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// The columns, in the order of [`Row::read`].
pub(super) const COLUMNS: &str =
    "path, size, modified, changed, inode, device, bytes, outcome, reason, content, detail, checksum";

/// A row of the table `object`.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) path: Vec<u8>,
    pub(super) stamp: Stamp,
    pub(super) outcome: String,
    pub(super) reason: Option<String>,
    pub(super) bytes: u64,
    pub(super) content: Option<[u8; 32]>,
    pub(super) detail: Option<i64>,
}

impl Row {
    pub(super) fn new(
        path: &[u8],
        stamp: Stamp,
        outcome: &str,
        reason: Option<&str>,
        bytes: u64,
        content: Option<[u8; 32]>,
    ) -> Self {
        let (outcome, reason) = (outcome.to_owned(), reason.map(str::to_owned));
        Self { path: path.to_vec(), stamp, outcome, reason, bytes, content, detail: None }
    }

    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let number = |index: usize| row.get::<_, i64>(index).map(i64::cast_unsigned);
        Ok(Self {
            path: row.get(0)?,
            stamp: Stamp {
                size: number(1)?,
                modified: row.get(2)?,
                changed: row.get(3)?,
                inode: number(4)?,
                device: number(5)?,
            },
            bytes: number(6)?,
            outcome: row.get(7)?,
            reason: row.get(8)?,
            content: row.get(9)?,
            detail: row.get(10)?,
        })
    }

    pub(super) fn write(&self, transaction: &Transaction<'_>, detail: Option<i64>) -> rusqlite::Result<()> {
        let stamp = &self.stamp;
        transaction.execute(
            &format!("INSERT INTO object ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"),
            params![
                self.path,
                stamp.size.cast_signed(),
                stamp.modified,
                stamp.changed,
                stamp.inode.cast_signed(),
                stamp.device.cast_signed(),
                self.bytes.cast_signed(),
                self.outcome,
                self.reason,
                self.content,
                detail,
                self.sum(detail).cast_signed(),
            ],
        )?;
        Ok(())
    }

    fn sum(&self, detail: Option<i64>) -> u64 {
        let texts = [
            self.path.as_slice(),
            self.outcome.as_bytes(),
            self.reason.as_deref().unwrap_or_default().as_bytes(),
            self.content.as_ref().map_or(&[], |content| content.as_slice()),
        ];
        sum_of(texts, &self.stamp, self.bytes, detail)
    }
}

/// The checksum of a row: of path, outcome, reason and content, and of its numbers.
fn sum_of(texts: [&[u8]; 4], stamp: &Stamp, bytes: u64, detail: Option<i64>) -> u64 {
    let (modified, changed) = (stamp.modified.cast_unsigned(), stamp.changed.cast_unsigned());
    let detail = detail.unwrap_or_default().cast_unsigned();
    checksum(texts, [stamp.size, modified, changed, stamp.inode, stamp.device, bytes, detail])
}

/// A checksum against bits that flip (FNV-1a, a word at a time for numbers); no protection against people.
pub(super) fn checksum<const T: usize, const N: usize>(texts: [&[u8]; T], numbers: [u64; N]) -> u64 {
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    let mut take = |value: u64| sum = (sum ^ value).wrapping_mul(PRIME) ^ (sum >> 29);
    for text in texts {
        for byte in text {
            take(u64::from(*byte));
        }
        take(text.len() as u64);
    }
    numbers.into_iter().for_each(take);
    sum
}

/// What is known of an object, packed.
#[derive(Debug, Clone, Copy)]
struct Entry {
    path: u64,
    stamp: u64,
    /// Bytes above the flags.
    bytes: u64,
}

const SEEN: u64 = 1;
const DETAIL: u64 = 2;
const BEFORE: u64 = 4;
const FLAGS: u32 = 3;

/// Keys are hashes already.
#[derive(Debug, Default)]
struct Whole(u64);

impl Hasher for Whole {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// All that is known, by path. The walk comes upon most objects in the order of the file, so the next one is looked at first;
/// an index is made when that fails.
#[derive(Debug, Default)]
pub(super) struct Table {
    entries: Vec<Entry>,
    next: usize,
    index: Option<HashMap<u64, u32, BuildHasherDefault<Whole>>>,
    paths: RandomState,
    stamps: RandomState,
    seen: usize,
}

fn integer(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<i64> {
    Ok(row.get_ref(index)?.as_i64()?)
}

/// Reads the file. A row that is not what was written stops it.
pub(super) fn load(database: &Database) -> Result<Table, DatabaseError> {
    let mut table = Table::default();
    match table.read(&database.connection) {
        Ok(true) => Ok(table),
        Ok(false) => Err(database.damaged("a checksum does not fit")),
        Err(error) => Err(database.error(&error)),
    }
}

impl Table {
    fn read(&mut self, connection: &Connection) -> rusqlite::Result<bool> {
        let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM object"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let stamp = Stamp {
                size: integer(row, 1)?.cast_unsigned(),
                modified: integer(row, 2)?,
                changed: integer(row, 3)?,
                inode: integer(row, 4)?.cast_unsigned(),
                device: integer(row, 5)?.cast_unsigned(),
            };
            let bytes = integer(row, 6)?.cast_unsigned();
            let outcome = row.get_ref(7)?.as_str()?;
            let reason = row.get_ref(8)?.as_str_or_null()?.unwrap_or_default();
            let content = row.get_ref(9)?.as_blob_or_null()?.unwrap_or_default();
            let detail = row.get_ref(10)?.as_i64_or_null()?;
            let path = row.get_ref(0)?.as_blob()?;
            let texts = [path, outcome.as_bytes(), reason.as_bytes(), content];
            if sum_of(texts, &stamp, bytes, detail).cast_signed() != integer(row, 11)? {
                return Ok(false);
            }
            let entry = self.entry(path, &stamp, bytes, outcome == "BEFORE", detail.is_some());
            self.entries.push(entry);
        }
        Ok(true)
    }

    fn entry(&self, path: &[u8], stamp: &Stamp, bytes: u64, is_before: bool, has_detail: bool) -> Entry {
        let flags = if is_before { BEFORE } else { 0 } | if has_detail { DETAIL } else { 0 };
        let bytes = bytes.min(u64::MAX >> FLAGS) << FLAGS | flags;
        Entry { path: self.paths.hash_one(path), stamp: self.stamps.hash_one(stamp), bytes }
    }

    /// Where a path stands, by its hash.
    fn position(&mut self, path: u64) -> Option<usize> {
        if self.entries.get(self.next).is_none_or(|entry| entry.path != path) {
            let number = |(number, entry): (usize, &Entry)| (entry.path, u32::try_from(number).unwrap_or(u32::MAX));
            let index = self.index.get_or_insert_with(|| self.entries.iter().enumerate().map(number).collect());
            self.next = *index.get(&path)? as usize;
        }
        let found = self.next;
        self.next += 1;
        Some(found).filter(|found| *found < self.entries.len())
    }

    /// Takes what this run learned.
    pub(super) fn insert(&mut self, row: &Row, has_detail: bool) {
        let mut entry = self.entry(&row.path, &row.stamp, row.bytes, row.outcome == "BEFORE", has_detail);
        entry.bytes |= SEEN;
        let after = self.next;
        if let Some(position) = self.position(entry.path)
            && let Some(known) = self.entries.get_mut(position)
        {
            self.seen += usize::from(known.bytes & SEEN == 0);
            *known = entry;
        } else {
            if let (Some(index), Ok(number)) = (&mut self.index, u32::try_from(self.entries.len())) {
                index.insert(entry.path, number);
            }
            self.entries.push(entry);
            self.seen += 1;
        }
        // Workers tell what they learned long after the walk came by.
        self.next = after;
    }

    /// What is known of a path with this stamp, and whether anything is known of the path at all.
    pub(super) fn find(&mut self, path: &[u8], stamp: &Stamp) -> (Recall, bool) {
        let stamp = self.stamps.hash_one(stamp);
        let position = self.position(self.paths.hash_one(path));
        let Some(entry) = position.and_then(|position| self.entries.get_mut(position)) else {
            return (Recall::New, false);
        };
        if entry.stamp != stamp {
            return (Recall::New, true);
        }
        self.seen += usize::from(entry.bytes & SEEN == 0);
        entry.bytes |= SEEN;
        let known = match entry.bytes {
            bytes if bytes & BEFORE != 0 => Recall::Before,
            bytes if bytes & DETAIL != 0 => Recall::Detail,
            bytes => Recall::Clean(bytes >> FLAGS),
        };
        (known, true)
    }

    /// Notes that a path is there.
    pub(super) fn see(&mut self, path: &[u8]) {
        let after = self.next;
        if let Some(position) = self.position(self.paths.hash_one(path))
            && let Some(entry) = self.entries.get_mut(position)
        {
            self.seen += usize::from(entry.bytes & SEEN == 0);
            entry.bytes |= SEEN;
        }
        self.next = after;
    }

    /// Whether this run came upon everything.
    pub(super) fn is_all_seen(&self) -> bool {
        self.seen == self.entries.len()
    }

    /// Paths that this run did not come upon, or only with another stamp.
    pub(super) fn unseen(&mut self, connection: &Connection) -> rusqlite::Result<Vec<Vec<u8>>> {
        let mut statement = connection.prepare("SELECT path FROM object")?;
        let mut rows = statement.query([])?;
        let mut unseen = Vec::new();
        while let Some(row) = rows.next()? {
            let path = row.get_ref(0)?.as_blob()?;
            let position = self.position(self.paths.hash_one(path));
            if position.and_then(|position| self.entries.get(position)).is_none_or(|entry| entry.bytes & SEEN == 0) {
                unseen.push(path.to_vec());
            }
        }
        Ok(unseen)
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Table, checksum};
    use crate::artifact::Stamp;
    use crate::state::Recall;

    fn stamp(size: u64) -> Stamp {
        Stamp { size, modified: 1, changed: 2, inode: 3, device: 4 }
    }

    #[test]
    fn what_is_known_is_found_by_path_and_stamp() {
        let mut table = Table::default();
        for (path, number, before, detail) in [(b"a", 5, false, false), (b"b", 6, false, true), (b"c", 7, true, false)]
        {
            let entry = table.entry(path, &stamp(number), number, before, detail);
            table.entries.push(entry);
        }
        assert!(!table.is_all_seen());
        assert_eq!(table.find(b"a", &stamp(5)), (Recall::Clean(5), true));
        assert_eq!(table.find(b"b", &stamp(6)), (Recall::Detail, true));
        assert_eq!(table.find(b"c", &stamp(8)), (Recall::New, true));
        assert_eq!(table.find(b"d", &stamp(8)), (Recall::New, false));
        assert!(!table.is_all_seen());
        table.insert(&Row::new(b"c", stamp(8), "COMPLETE", None, 8, None), false);
        table.insert(&Row::new(b"d", stamp(8), "COMPLETE", None, 8, None), false);
        assert!(table.is_all_seen());
        assert_eq!(table.find(b"c", &stamp(8)), (Recall::Clean(8), true));
    }

    #[test]
    fn checksums_see_every_bit() {
        let row = Row::new(b"some/path.txt", stamp(5), "COMPLETE", None, 5, None);
        let sums: Vec<u64> = (0..64)
            .map(|bit| Row { bytes: row.bytes ^ (1 << bit), ..row.clone() }.sum(None))
            .chain((0..8).map(|bit| {
                let mut other = row.clone();
                other.path[3] ^= 1 << bit;
                other.sum(None)
            }))
            .collect();
        assert!(sums.iter().all(|sum| *sum != row.sum(None)));
        assert_ne!(row.sum(None), row.sum(Some(1)));
        assert_ne!(checksum([b"ab", b"c"], []), checksum([b"a", b"bc"], []));
    }
}
