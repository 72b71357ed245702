//! The container of the old Office files ([MS-CFB]): storages and streams in sectors, found by chains.
//!
//! Reads what is left of a damaged one: a chain that breaks goes on with the next sector, an entry outside the tree is
//! put to the root. Knows nothing of what streams hold.

use super::bytes::{u16_at, u32_at, u64_at};
use crate::formats::ReadSeek;
use std::collections::{HashMap, HashSet};
use std::io::{self, Read, SeekFrom};
use std::rc::Rc;

/// The first bytes of every container.
pub(super) const MARK: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// The longest stream that is read, in bytes.
const LONGEST: u64 = 256 << 20;
/// Streams below this size lie in the mini stream.
const MINI_BELOW: u64 = 4096;
const MINI_SHIFT: u32 = 6;
/// Entries of a directory, bytes of one, and numbers from which on they are none.
const ENTRIES: usize = 1 << 18;
const ENTRY_BYTES: usize = 128;
const RUBBISH: usize = 1 << 24;
/// How deep storages may lie in each other, and bytes that the paths of all entries may have.
const DEPTH: usize = 256;
const PATHS: usize = 64 << 20;
/// Entries may share their sectors; all streams together are no longer than this many times the file, and this much more.
const TIMES: u64 = 4;
const MORE: u64 = 1 << 20;
/// The last sector number that is one.
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Storage,
    Stream,
}

/// A storage or a stream.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its path from the root, levels joined by `/`; the root itself has none.
    pub(super) path: String,
    pub(super) kind: Kind,
    start: u32,
    size: u64,
}

impl Entry {
    /// The storage that it lies in.
    pub(super) fn parent(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// Its own name.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit_once('/').map_or(&self.path, |(_, name)| name)
    }
}

/// An open container.
pub(super) struct Container<'r> {
    reader: &'r mut dyn ReadSeek,
    shift: u32,
    sectors: u32,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    /// The mini stream, once it was needed.
    mini: Option<Vec<u8>>,
    root: (u32, u64),
    /// By path.
    entries: Vec<Entry>,
    /// The streams by their paths in lower case.
    index: HashMap<String, usize>,
    /// Bytes that streams may still have.
    left: u64,
    is_damaged: bool,
}

impl<'r> Container<'r> {
    /// Opens a container. Whatever of its tables can be read is used; an error means that there is nothing to use.
    pub(super) fn open(reader: &'r mut dyn ReadSeek) -> io::Result<Self> {
        let size = reader.seek(SeekFrom::End(0))?;
        let mut header = [0; 512];
        reader.seek(SeekFrom::Start(0))?;
        reader.read_exact(&mut header)?;
        let shift = u32::from(u16_at(&header, 30));
        if !header.starts_with(MARK) || !matches!(shift, 9 | 12) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let sectors = u32::try_from((size >> shift).min(u64::from(LAST_SECTOR))).unwrap_or(LAST_SECTOR);
        let mut container = Self {
            reader,
            shift,
            sectors,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini: None,
            root: (END_OF_CHAIN, 0),
            entries: Vec::new(),
            index: HashMap::new(),
            left: size.saturating_mul(TIMES).saturating_add(MORE),
            is_damaged: false,
        };
        container.load_fat(&header)?;
        let mini_fat = container.chain(u32_at(&header, 60), u64::from(sectors) << shift)?;
        container.mini_fat = words(&mini_fat);
        let directory = container.chain(u32_at(&header, 48), (ENTRIES * 128) as u64)?;
        container.load_directory(&directory);
        Ok(container)
    }

    /// All entries but the root.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether something was found broken so far.
    pub(super) fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Whether there is a stream of this path; upper and lower case are one.
    pub(super) fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    fn find(&self, path: &str) -> Option<&Entry> {
        self.entries.get(*self.index.get(&path.to_ascii_lowercase())?)
    }

    /// The streams that lie right in a storage.
    pub(super) fn streams_in<'c>(&'c self, storage: &'c str) -> impl Iterator<Item = &'c Entry> {
        let before = if storage.is_empty() { String::new() } else { format!("{storage}/") };
        let from = self.entries.partition_point(|entry| entry.path < before);
        let below = self.entries[from..].iter().take_while(move |entry| entry.path.starts_with(&before));
        below.filter(move |entry| entry.kind == Kind::Stream && entry.parent() == storage)
    }

    /// The content of a stream, as far as it can be had; none if there is no such stream.
    pub(super) fn stream(&mut self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(entry) = self.find(path) else { return Ok(None) };
        let (start, size) = (entry.start, entry.size);
        let is_mini = size < MINI_BELOW;
        let most = LONGEST.min(self.left);
        self.is_damaged |= size > most;
        let size = size.min(most);
        let bytes = if is_mini { self.mini_chain(start, size)? } else { self.whole_chain(start, size)? };
        self.left = self.left.saturating_sub(bytes.len() as u64);
        Ok(Some(bytes))
    }

    fn whole_chain(&mut self, start: u32, size: u64) -> io::Result<Vec<u8>> {
        let bytes = self.chain(start, size)?;
        self.is_damaged |= (bytes.len() as u64) < size;
        Ok(bytes)
    }

    fn mini_chain(&mut self, start: u32, size: u64) -> io::Result<Vec<u8>> {
        let mini = if let Some(mini) = self.mini.take() {
            mini
        } else {
            let (start, size) = self.root;
            self.whole_chain(start, size.min(LONGEST))?
        };
        let mut bytes = Vec::new();
        let mut sector = start;
        while (bytes.len() as u64) < size && sector <= LAST_SECTOR {
            let from = (sector as usize) << MINI_SHIFT;
            let Some(piece) =
                mini.get(from..mini.len().min(from + (1 << MINI_SHIFT))).filter(|piece| !piece.is_empty())
            else {
                break;
            };
            bytes.extend_from_slice(piece);
            sector = match self.mini_fat.get(sector as usize) {
                Some(next) if *next <= LAST_SECTOR || *next == END_OF_CHAIN => *next,
                _ => sector + 1,
            };
        }
        self.mini = Some(mini);
        self.is_damaged |= (bytes.len() as u64) < size;
        bytes.truncate(size as usize);
        Ok(bytes)
    }

    /// The bytes of a chain of sectors, up to a size.
    fn chain(&mut self, start: u32, size: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut sector = start;
        let mut left = self.sectors;
        while (bytes.len() as u64) < size && sector <= LAST_SECTOR && left > 0 {
            if self.sector(sector, &mut bytes)? == 0 {
                self.is_damaged = true;
                break;
            }
            left -= 1;
            sector = match self.fat.get(sector as usize) {
                Some(next) if *next <= LAST_SECTOR || *next == END_OF_CHAIN => *next,
                // Most files lie in one piece: where the table is broken, the next sector is the best guess.
                _ => {
                    self.is_damaged = true;
                    sector + 1
                }
            };
        }
        bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Ok(bytes)
    }

    /// Appends a sector; how many bytes of it there are.
    fn sector(&mut self, sector: u32, into: &mut Vec<u8>) -> io::Result<usize> {
        self.reader.seek(SeekFrom::Start((u64::from(sector) + 1) << self.shift))?;
        (&mut *self.reader).take(1 << self.shift).read_to_end(into)
    }

    fn load_fat(&mut self, header: &[u8]) -> io::Result<()> {
        let mut listed: Vec<u32> = words(&header[76..512]);
        let mut next = u32_at(header, 68);
        let mut seen = HashSet::new();
        while next <= LAST_SECTOR && next < self.sectors && seen.insert(next) {
            let mut sector = Vec::new();
            self.sector(next, &mut sector)?;
            let mut numbers = words(&sector);
            next = numbers.pop().unwrap_or(END_OF_CHAIN);
            listed.extend(numbers);
        }
        // A sector that is listed twice would make more table than there is file.
        let mut known = HashSet::new();
        for sector in listed.into_iter().filter(|sector| *sector != FREE) {
            if sector >= self.sectors || !known.insert(sector) {
                self.is_damaged = true;
                continue;
            }
            let mut bytes = Vec::new();
            self.sector(sector, &mut bytes)?;
            self.fat.extend(words(&bytes));
        }
        Ok(())
    }

    fn load_directory(&mut self, directory: &[u8]) {
        let mut directory = directory.to_vec();
        let whole = directory.len().next_multiple_of(ENTRY_BYTES);
        // An entry may have lost its end, and the rest of the directory with it.
        self.is_damaged |= whole != directory.len();
        directory.resize(whole, 0);
        let raw: Vec<&[u8]> = directory.chunks_exact(ENTRY_BYTES).collect();
        let Some(root) = raw.first() else { return };
        self.root = (u32_at(root, 116), self.size_of(root));
        let mut seen = HashSet::from([0_usize]);
        let mut open: Open = vec![(u32_at(root, 76) as usize, Rc::from(""), 0)];
        let (mut next, mut paths) = (1, PATHS);
        loop {
            while let Some((index, parent, depth)) = open.pop() {
                self.is_damaged |= (raw.len()..RUBBISH).contains(&index);
                let Some(entry) = raw.get(index).filter(|_| depth <= DEPTH && seen.insert(index)) else { continue };
                open.push((u32_at(entry, 68) as usize, Rc::clone(&parent), depth));
                open.push((u32_at(entry, 72) as usize, Rc::clone(&parent), depth));
                self.add(entry, &parent, depth, &mut open, &mut paths);
            }
            // What the tree does not reach belongs to the root, for want of better knowledge.
            let is_used = |index: &usize| !seen.contains(index) && matches!(raw[*index][66], 1 | 2);
            let Some(lost) = (next..raw.len()).find(is_used) else { break };
            next = lost + 1;
            self.is_damaged = true;
            open.push((lost, Rc::from(""), 0));
        }
        self.entries.sort_by(|a, b| a.path.cmp(&b.path));
        for (number, entry) in self.entries.iter().enumerate().filter(|(_, entry)| entry.kind == Kind::Stream) {
            self.index.entry(entry.path.to_ascii_lowercase()).or_insert(number);
        }
    }

    fn size_of(&self, entry: &[u8]) -> u64 {
        // Files of version 3 leave rubbish in the upper half.
        if self.shift == 9 { u64::from(u32_at(entry, 120)) } else { u64_at(entry, 120) }
    }

    fn add(&mut self, entry: &[u8], parent: &str, depth: usize, open: &mut Open, paths: &mut usize) {
        let kind = match entry[66] {
            1 => Kind::Storage,
            2 => Kind::Stream,
            _ => return,
        };
        let length = usize::from(u16_at(entry, 64)).saturating_sub(2).min(62);
        let units = entry[..length].chunks_exact(2).map(|pair| u16_at(pair, 0));
        let name: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        let name = name.replace('/', "_");
        let path = if parent.is_empty() { name } else { format!("{parent}/{name}") };
        let Some(left) = paths.checked_sub(path.len()) else {
            self.is_damaged = true;
            return;
        };
        *paths = left;
        if kind == Kind::Storage {
            open.push((u32_at(entry, 76) as usize, Rc::from(path.as_str()), depth + 1));
        }
        self.entries.push(Entry { path, kind, start: u32_at(entry, 116), size: self.size_of(entry) });
    }
}

/// Entries to be looked at: number, path of the storage that they lie in, how deep that is.
type Open = Vec<(usize, Rc<str>, usize)>;

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|word| u32_at(word, 0)).collect()
}
