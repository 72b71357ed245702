//! The end record of a zip archive and its central directory, read entry by entry.
//!
//! Knows nothing of members' data. Keeps 256 KiB of the directory, whatever its size.

use super::super::ReadSeek;
use super::header::{END, END64, ENTRY, ENTRY_SIZE, Header, LOCAL, Numbers};
use memchr::memmem;
use std::io::{self, Read, SeekFrom};
use std::ops::Range;

/// Bytes of the end record without its comment.
const END_SIZE: usize = 22;
/// Bytes at the end of a file in which the end record must be.
const TAIL: u64 = END_SIZE as u64 + 0xffff;
/// More than one entry can take (46 and three times 65,535).
const CHUNK: usize = 256 << 10;

/// What an end record says.
struct End {
    entries: u64,
    size: u64,
    offset: u64,
    comment: u64,
    /// Whether it is the end of an archive in one volume, which all but split ones are.
    is_single: bool,
}

impl End {
    /// The record at the start of the bytes.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let record = bytes.get(..END_SIZE).filter(|record| record.starts_with(END))?;
        let numbers = Numbers(record);
        Some(Self {
            entries: u64::from(numbers.u16(10)),
            size: u64::from(numbers.u32(12)),
            offset: u64::from(numbers.u32(16)),
            comment: u64::from(numbers.u16(20)),
            is_single: numbers.u16(4) == numbers.u16(6) && numbers.u16(8) == numbers.u16(10),
        })
    }

    fn needs_64_bits(&self) -> bool {
        self.entries == 0xffff || self.size == u64::from(u32::MAX) || self.offset == u64::from(u32::MAX)
    }
}

/// Whether the last bytes of a file end a zip archive that has a directory. Four bytes alone do not: the record must
/// fit, and the directory must be where it says.
pub(super) fn ends_archive(tail: &[u8], may_be_followed: bool) -> bool {
    // The last of the four bytes is in hardly any text: it is looked for alone.
    let ends = memchr::memrchr_iter(END[3], tail).filter_map(|last| last.checked_sub(3));
    ends.filter(|at| tail[*at..].starts_with(END)).any(|at| {
        let Some(end) = tail.get(at..).and_then(End::parse) else { return false };
        let left = (tail.len() - at - END_SIZE) as u64;
        let closes = end.comment == left || (may_be_followed && end.comment < left);
        if !closes || end.entries == 0 || !end.is_single {
            return false;
        }
        if end.needs_64_bits() {
            return tail[..at].windows(4).any(|bytes| bytes == END64);
        }
        let is_plausible = end.size / ENTRY_SIZE as u64 >= end.entries;
        is_plausible
            && match (at as u64).checked_sub(end.size) {
                Some(start) => tail[start as usize..].starts_with(ENTRY),
                None => memmem::find(&tail[..at], ENTRY).is_some(),
            }
    })
}

/// Where the central directory is.
#[derive(Debug)]
pub(super) struct Directory {
    /// Its first byte.
    pub(super) start: u64,
    /// Behind its last entry.
    pub(super) end: u64,
    /// Where the comment behind the end record begins.
    pub(super) comment: u64,
    /// Behind the end record and its comment.
    pub(super) close: u64,
    /// What must be added to its offsets, because something stands in front of the archive.
    pub(super) shift: u64,
}

impl Directory {
    /// Finds the last end record that has a directory.
    pub(super) fn find(reader: &mut dyn ReadSeek, length: u64) -> io::Result<Option<Self>> {
        let base = length.saturating_sub(TAIL);
        let tail = read_at(reader, base, TAIL as usize)?;
        let begins_with_member = read_at(reader, 0, LOCAL.len())? == LOCAL;
        for at in memmem::rfind_iter(&tail, END) {
            let Some(end) = tail.get(at..).and_then(End::parse) else { continue };
            let found = Self::at(reader, base + at as u64, &end)?;
            let Some(directory) = found else { continue };
            // Between a member's header and other bytes, it is the end of an archive stored in that member.
            let is_inner = begins_with_member && directory.shift > 0 && directory.close < length;
            if directory.close <= length && !is_inner {
                return Ok(Some(directory));
            }
        }
        Ok(None)
    }

    fn at(reader: &mut dyn ReadSeek, at: u64, end: &End) -> io::Result<Option<Self>> {
        let comment = at + END_SIZE as u64;
        let close = comment + end.comment;
        if end.needs_64_bits()
            && let Some((at64, end64)) = find_end64(reader, at)?
        {
            let found = Self::before(reader, at64, &end64, comment..close)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Self::before(reader, at, end, comment..close)
    }

    /// The directory that stands right before its end record, or else where the record says.
    fn before(reader: &mut dyn ReadSeek, at: u64, end: &End, tail: Range<u64>) -> io::Result<Option<Self>> {
        let Range { start: comment, end: close } = tail;
        if end.size == 0 && end.entries == 0 {
            return Ok(Some(Self { start: at, end: at, comment, close, shift: 0 }));
        }
        if let Some(start) = at.checked_sub(end.size)
            && read_at(reader, start, 4)? == ENTRY
        {
            return Ok(Some(Self { start, end: at, comment, close, shift: start.saturating_sub(end.offset) }));
        }
        let is_there = end.offset < at && read_at(reader, end.offset, 4)? == ENTRY;
        Ok(is_there.then_some(Self { start: end.offset, end: at, comment, close, shift: 0 }))
    }
}

/// The 64-bit end record of an end record at `at`: where its locator says, or right before the locator.
fn find_end64(reader: &mut dyn ReadSeek, at: u64) -> io::Result<Option<(u64, End)>> {
    const LOCATOR_SIZE: u64 = 20;
    const END64_SIZE: u64 = 56;
    let Some(locator_at) = at.checked_sub(LOCATOR_SIZE) else { return Ok(None) };
    let locator = read_at(reader, locator_at, LOCATOR_SIZE as usize)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    for at in [Some(Numbers(&locator).u64(8)), locator_at.checked_sub(END64_SIZE)].into_iter().flatten() {
        if at >= locator_at {
            continue;
        }
        let record = read_at(reader, at, END64_SIZE as usize)?;
        if record.starts_with(END64) {
            let numbers = Numbers(&record);
            let (entries, size, offset) = (numbers.u64(32), numbers.u64(40), numbers.u64(48));
            return Ok(Some((at, End { entries, size, offset, comment: 0, is_single: true })));
        }
    }
    Ok(None)
}

/// Goes through the entries of a directory.
pub(super) struct Entries {
    /// The bytes in view, and how many of them are done with.
    buffer: Vec<u8>,
    taken: usize,
    /// Where the byte behind the buffer stands in the file.
    position: u64,
    end: u64,
}

impl Entries {
    pub(super) fn new(directory: &Directory) -> Self {
        Self { buffer: Vec::new(), taken: 0, position: directory.start, end: directory.end }
    }

    /// The next entry, and what is noted of the member; none at the end of the directory or where it is damaged.
    pub(super) fn next(&mut self, reader: &mut dyn ReadSeek) -> io::Result<Option<(Header, Vec<u8>)>> {
        let fixed = self.view(reader, ENTRY_SIZE)?;
        if fixed.len() < ENTRY_SIZE || !fixed.starts_with(ENTRY) {
            return Ok(None);
        }
        let numbers = Numbers(fixed);
        let lengths = [numbers.u16(28), numbers.u16(30), numbers.u16(32)].map(usize::from);
        let size = ENTRY_SIZE + lengths.iter().sum::<usize>();
        let entry = self.view(reader, size)?;
        let (fixed, rest) = entry.split_at(ENTRY_SIZE.min(entry.len()));
        let (name, rest) = rest.split_at(lengths[0].min(rest.len()));
        let (extra, comment) = rest.split_at(lengths[1].min(rest.len()));
        let (header, comment) = (Header::entry(fixed, name, extra), comment.to_vec());
        self.taken += size.min(self.buffer.len() - self.taken);
        Ok(Some((header, comment)))
    }

    /// Whether the last entry ended where the directory ends; a digital signature may stand there.
    pub(super) fn is_done(&mut self, reader: &mut dyn ReadSeek) -> io::Result<bool> {
        let rest = self.view(reader, 4)?;
        Ok(rest.is_empty() || rest == b"PK\x05\x05" || rest == END64)
    }

    /// The next bytes, `count` of them if there are as many.
    fn view(&mut self, reader: &mut dyn ReadSeek, count: usize) -> io::Result<&[u8]> {
        if self.buffer.len() - self.taken < count && self.position < self.end {
            self.buffer.drain(..self.taken);
            self.taken = 0;
            let left = usize::try_from(self.end - self.position).unwrap_or(usize::MAX);
            let more = read_at(reader, self.position, CHUNK.min(left))?;
            self.position = if more.is_empty() { self.end } else { self.position + more.len() as u64 };
            self.buffer.extend(more);
        }
        let rest = &self.buffer[self.taken..];
        Ok(&rest[..count.min(rest.len())])
    }
}

/// Up to `count` bytes from a place in the file; fewer at its end.
pub(super) fn read_at(reader: &mut dyn ReadSeek, at: u64, count: usize) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::with_capacity(count.min(CHUNK));
    reader.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}
