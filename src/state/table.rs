//! The rows of the file, and the table of them in memory: 32 bytes and a little room for each object, whatever its path.
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
    /// As written; not kept true.
    checksum: i64,
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
        Self { path: path.to_vec(), stamp, outcome, reason, bytes, content, detail: None, checksum: 0 }
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
            checksum: row.get(11)?,
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
        let stamp = &self.stamp;
        let texts = [
            self.path.as_slice(),
            self.outcome.as_bytes(),
            self.reason.as_deref().unwrap_or_default().as_bytes(),
            self.content.as_ref().map_or(&[], |content| content.as_slice()),
        ];
        let numbers = [
            stamp.size,
            stamp.modified.cast_unsigned(),
            stamp.changed.cast_unsigned(),
            stamp.inode,
            stamp.device,
            self.bytes,
            detail.unwrap_or_default().cast_unsigned(),
        ];
        checksum(texts, numbers)
    }
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

    fn write_u128(&mut self, value: u128) {
        self.0 = value as u64;
    }
}

/// All that is known, by path.
#[derive(Debug, Default)]
pub(super) struct Table {
    entries: HashMap<u128, Entry, BuildHasherDefault<Whole>>,
    keys: [RandomState; 3],
    seen: usize,
}

/// Reads the file. A row that is not what was written stops it.
pub(super) fn load(database: &Database) -> Result<Table, DatabaseError> {
    let mut table = Table::default();
    let read = |table: &mut Table| -> rusqlite::Result<bool> {
        let connection = &database.connection;
        let count: i64 = connection.query_row("SELECT count(*) FROM object", [], |row| row.get(0))?;
        table.entries.reserve(usize::try_from(count).unwrap_or(0));
        let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM object"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let row = Row::read(row)?;
            if row.sum(row.detail).cast_signed() != row.checksum {
                return Ok(false);
            }
            table.add(&row, row.detail.is_some(), 0);
        }
        Ok(true)
    };
    match read(&mut table) {
        Ok(true) => Ok(table),
        Ok(false) => Err(database.damaged("a checksum does not fit")),
        Err(error) => Err(database.error(&error)),
    }
}

impl Table {
    fn key(&self, path: &[u8]) -> u128 {
        u128::from(self.keys[0].hash_one(path)) << 64 | u128::from(self.keys[1].hash_one(path))
    }

    fn add(&mut self, row: &Row, has_detail: bool, flags: u64) -> Option<Entry> {
        let before = if row.outcome == "BEFORE" { BEFORE } else { 0 };
        let detail = if has_detail { DETAIL } else { 0 };
        let bytes = row.bytes.min(u64::MAX >> FLAGS) << FLAGS | before | detail | flags;
        let entry = Entry { stamp: self.keys[2].hash_one(row.stamp), bytes };
        self.entries.insert(self.key(&row.path), entry)
    }

    /// Takes what this run learned.
    pub(super) fn insert(&mut self, row: &Row, has_detail: bool) {
        let old = self.add(row, has_detail, SEEN);
        self.seen += usize::from(old.is_none_or(|entry| entry.bytes & SEEN == 0));
    }

    /// What is known of a path with this stamp, and whether anything is known of the path at all.
    pub(super) fn find(&mut self, path: &[u8], stamp: &Stamp) -> (Recall, bool) {
        let (key, stamp) = (self.key(path), self.keys[2].hash_one(stamp));
        let Some(entry) = self.entries.get_mut(&key) else { return (Recall::New, false) };
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
        let key = self.key(path);
        if let Some(entry) = self.entries.get_mut(&key) {
            self.seen += usize::from(entry.bytes & SEEN == 0);
            entry.bytes |= SEEN;
        }
    }

    /// Whether this run came upon everything.
    pub(super) fn is_all_seen(&self) -> bool {
        self.seen == self.entries.len()
    }

    /// Paths that this run did not come upon, or only with another stamp.
    pub(super) fn unseen(&self, connection: &Connection) -> rusqlite::Result<Vec<Vec<u8>>> {
        let mut statement = connection.prepare("SELECT path FROM object")?;
        let mut rows = statement.query([])?;
        let mut unseen = Vec::new();
        while let Some(row) = rows.next()? {
            let path = row.get_ref(0)?.as_blob()?;
            if self.entries.get(&self.key(path)).is_none_or(|entry| entry.bytes & SEEN == 0) {
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
        table.add(&Row::new(b"a", stamp(5), "COMPLETE", None, 5, None), false, 0);
        table.add(&Row::new(b"b", stamp(6), "PARTIAL", Some("X"), 6, None), true, 0);
        table.add(&Row::new(b"c", stamp(7), "BEFORE", None, 0, None), false, 0);
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
