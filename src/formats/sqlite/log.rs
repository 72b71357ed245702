//! The frames of a write-ahead log (sqlite.org/fileformat2.html, section 4): which page stands where, and what is whole.
//!
//! Knows nothing of what is in a page. Frames that were left over from before the last checkpoint are passed over: the
//! database has their content, or newer one.

use super::super::ReadSeek;
use std::collections::BTreeMap;
use std::io::{self, SeekFrom};

/// The first three bytes; the lowest bit of the fourth says how checksums are made.
pub(super) const MAGIC: &[u8] = b"\x37\x7F\x06";
const HEADER: usize = 32;
const FRAME: usize = 24;

/// The frames of a log.
#[derive(Default)]
pub(super) struct Log {
    /// Bytes of a page.
    pub(super) page_size: usize,
    /// Pages of the database after the last commit.
    pub(super) pages: u32,
    /// Where the newest committed content of each page stands, by number from 1.
    pub(super) committed: BTreeMap<u32, u64>,
    /// The same of transactions that were not committed.
    pub(super) open: BTreeMap<u32, u64>,
    /// Whether a checksum or a number is wrong.
    pub(super) is_damaged: bool,
    /// Whether it ends in a frame.
    pub(super) is_cut: bool,
}

impl Log {
    /// Reads the log's frames; none if it is no log.
    pub(super) fn read(reader: &mut dyn ReadSeek) -> io::Result<Option<Self>> {
        reader.seek(SeekFrom::Start(0))?;
        let mut header = [0; HEADER];
        if fill(reader, &mut header)? < HEADER || !header.starts_with(MAGIC) {
            return Ok(None);
        }
        let page_size = word(&header, 8) as usize;
        if !page_size.is_power_of_two() || !(512..=65_536).contains(&page_size) {
            return Ok(None);
        }
        let is_big = header[3] & 1 == 1;
        let mut sums = checksum((0, 0), &header[..24], is_big);
        let mut salts = (word(&header, 16), word(&header, 20));
        let mut log = Self { page_size, ..Self::default() };
        log.is_damaged = sums != (word(&header, 24), word(&header, 28));
        let mut frame = vec![0; FRAME + page_size];
        let mut at = HEADER as u64;
        let mut has_old = false;
        loop {
            let count = fill(reader, &mut frame)?;
            let own = (word(&frame, 8), word(&frame, 12));
            if log.is_damaged && at == HEADER as u64 && count >= FRAME {
                salts = own;
            }
            if count < frame.len() {
                log.is_cut = count > 0 && (count < FRAME || own == salts);
                break;
            }
            // Both change at a checkpoint, and behind frames of an earlier time there are none of this one.
            if own.0 == salts.0 || own.1 == salts.1 {
                log.is_damaged |= has_old || own != salts;
                sums = checksum(checksum(sums, &frame[..8], is_big), &frame[FRAME..], is_big);
                let said = (word(&frame, 16), word(&frame, 20));
                log.is_damaged |= sums != said;
                sums = said;
                log.add(word(&frame, 0), word(&frame, 4), at + FRAME as u64);
            } else {
                has_old = true;
            }
            at += frame.len() as u64;
        }
        Ok(Some(log))
    }

    fn add(&mut self, page: u32, commit: u32, at: u64) {
        if page == 0 {
            self.is_damaged = true;
            return;
        }
        self.open.insert(page, at);
        if commit > 0 {
            self.committed.append(&mut self.open);
            self.pages = commit;
        }
    }

    /// The content of a page.
    pub(super) fn page(&self, reader: &mut dyn ReadSeek, at: u64) -> io::Result<Vec<u8>> {
        let mut page = vec![0; self.page_size];
        reader.seek(SeekFrom::Start(at))?;
        reader.read_exact(&mut page)?;
        Ok(page)
    }

    /// The database after the last commit: its file, with the log's pages in their places. None where pages are in neither, or
    /// where it is larger than `most` bytes.
    pub(super) fn database(
        &self,
        reader: &mut dyn ReadSeek,
        file: Option<&[u8]>,
        most: usize,
    ) -> io::Result<Option<Vec<u8>>> {
        let size = self.page_size * self.pages as usize;
        if self.pages == 0 || size > most {
            return Ok(None);
        }
        let file = file.unwrap_or_default();
        let mut whole = file[..file.len().min(size)].to_vec();
        let there = (whole.len() / self.page_size) as u32;
        if (there + 1..=self.pages).any(|page| !self.committed.contains_key(&page)) {
            return Ok(None);
        }
        whole.resize(size, 0);
        for (page, at) in self.committed.range(1..=self.pages) {
            let start = self.page_size * (*page as usize - 1);
            whole[start..start + self.page_size].copy_from_slice(&self.page(reader, *at)?);
        }
        Ok(Some(whole))
    }
}

/// Four bytes, the highest first; zero where there are none.
pub(super) fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// Reads until the buffer is full or the input ends; how many bytes there were.
fn fill(reader: &mut dyn ReadSeek, buffer: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while count < buffer.len() {
        match reader.read(&mut buffer[count..])? {
            0 => break,
            more => count += more,
        }
    }
    Ok(count)
}

/// The log's running checksum, over whole pairs of words.
fn checksum((mut low, mut high): (u32, u32), bytes: &[u8], is_big: bool) -> (u32, u32) {
    for pair in bytes.chunks_exact(8) {
        let [first, second] = [0, 4].map(|at| {
            let value = word(pair, at);
            if is_big { value } else { value.swap_bytes() }
        });
        low = low.wrapping_add(first).wrapping_add(high);
        high = high.wrapping_add(second).wrapping_add(low);
    }
    (low, high)
}
