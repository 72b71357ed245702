//! Sparse files: pieces of data, and holes that read as zeros.
//!
//! Knows the three kinds of maps; a map that cannot be right is refused, and the data is then read as it is stored.

use super::header::{BLOCK, Header, number};
use super::source::{Data, Source};
use std::io::{self, Read};

/// Pieces of one file that are read; GNU tar writes one for each run of data.
const MOST_PIECES: usize = 1 << 20;

/// Where the pieces of a file belong: offset and length, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Map {
    pub(super) pieces: Vec<(u64, u64)>,
    /// The length of the file with its holes.
    pub(super) size: u64,
}

impl Map {
    /// Whether the pieces are in order, inside of the file, and are all that is stored.
    pub(super) fn fits(&self, stored: u64) -> bool {
        let end = self.pieces.iter().try_fold(
            0_u64,
            |at, (offset, length)| {
                if *offset < at { None } else { offset.checked_add(*length) }
            },
        );
        let sum = self.pieces.iter().try_fold(0_u64, |sum, (_, length)| sum.checked_add(*length));
        end.is_some_and(|end| end <= self.size) && sum == Some(stored)
    }

    /// The map in an old GNU header and the blocks that continue it, which are read. None if it is damaged.
    pub(super) fn of_header(header: &Header<'_>, source: &mut Source<'_>) -> io::Result<Option<Self>> {
        let mut pieces = Vec::new();
        let mut is_right = add_pieces(header.field(386, 96), &mut pieces);
        let mut goes_on = header.field(482, 1) != [0];
        while goes_on {
            let Some(block) = source.block()? else { return Ok(None) };
            is_right = is_right && add_pieces(&block[..504], &mut pieces);
            goes_on = block[504] != 0;
        }
        let size = number(header.field(483, 12)).filter(|_| is_right);
        Ok(size.map(|size| Self { pieces, size }))
    }

    /// The map in front of the data: decimal numbers one a line, up to the next block. None if it is damaged.
    pub(super) fn of_data(data: &mut Data<'_, '_>, size: u64) -> io::Result<Option<Self>> {
        let mut numbers: Vec<u64> = Vec::new();
        let mut current: Option<u64> = None;
        let mut block = [0; BLOCK];
        loop {
            data.read_exact(&mut block)?;
            for byte in block {
                match (byte, current) {
                    (b'0'..=b'9', _) => {
                        let shifted = current.unwrap_or(0).checked_mul(10);
                        current = shifted.and_then(|number| number.checked_add(u64::from(byte - b'0')));
                        if current.is_none() {
                            return Ok(None);
                        }
                    }
                    (b'\n', Some(number)) => {
                        numbers.push(number);
                        current = None;
                    }
                    _ => return Ok(None),
                }
                let Some((count, pairs)) = numbers.split_first() else { continue };
                if *count > MOST_PIECES as u64 {
                    return Ok(None);
                }
                if pairs.len() as u64 == count * 2 {
                    let pieces = pairs.as_chunks().0.iter().map(|[offset, length]| (*offset, *length)).collect();
                    return Ok(Some(Self { pieces, size }));
                }
            }
        }
    }
}

/// Adds the pieces in a row of pairs of 12-byte numbers; false if they are damaged or too many.
fn add_pieces(fields: &[u8], pieces: &mut Vec<(u64, u64)>) -> bool {
    for pair in fields.chunks_exact(24) {
        let (offset, length) = pair.split_at(12);
        if offset.starts_with(&[0]) || length.starts_with(&[0]) {
            break;
        }
        let (Some(offset), Some(length)) = (number(offset), number(length)) else { return false };
        if pieces.len() == MOST_PIECES {
            return false;
        }
        pieces.push((offset, length));
    }
    true
}

/// A sparse file with its holes.
pub(super) struct Holes<R> {
    data: R,
    pieces: std::vec::IntoIter<(u64, u64)>,
    /// The piece that comes next or is being read: where it goes on, and how much is left of it.
    piece: (u64, u64),
    at: u64,
    size: u64,
}

impl<R: Read> Holes<R> {
    pub(super) fn new(data: R, map: Map) -> Self {
        Self { data, pieces: map.pieces.into_iter(), piece: (0, 0), at: 0, size: map.size }
    }
}

impl<R: Read> Read for Holes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.1 == 0 {
            let end = (self.size, u64::MAX);
            self.piece = self.pieces.next().unwrap_or(end);
        }
        let (start, left) = self.piece;
        if self.at < start {
            let count = buffer.len().min(usize::try_from(start - self.at).unwrap_or(usize::MAX));
            buffer[..count].fill(0);
            self.at += count as u64;
            return Ok(count);
        }
        let size = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self.data.read(&mut buffer[..size])?;
        self.at = self.at.saturating_add(count as u64);
        self.piece = (self.at, left - count as u64);
        Ok(count)
    }
}
