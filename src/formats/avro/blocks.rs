//! The blocks of an Avro file, unpacked; after damage the next one is found by the marker between them.
//!
//! Knows nothing of the values in a block.

use super::super::codecs::{Pump, bzip2, xz, zstd};
use super::super::inflate::Inflate;
use memchr::memmem;
use std::io::{self, BufRead, Read};

/// Bytes of a block as stored, and decoded: both are held. What is stored as it is may be as long as what is decoded.
const STORED: u64 = 64 << 20;
const DECODED: u64 = 256 << 20;
const MARKER: usize = 16;
/// Bytes that are read again after damage. Beyond that, what was read of a damaged block is passed over whole: a file of
/// nothing but damage would take the square of its time.
const AGAIN: u64 = 256 << 20;

/// How blocks are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Null,
    Deflate,
    Snappy,
    Zstandard,
    Bzip2,
    Xz,
}

impl Codec {
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"null" | b"" => Self::Null,
            b"deflate" => Self::Deflate,
            b"snappy" => Self::Snappy,
            b"zstandard" => Self::Zstandard,
            b"bzip2" => Self::Bzip2,
            b"xz" => Self::Xz,
            _ => return None,
        })
    }

    /// Unpacks a block; what came before damage, and whether it is whole.
    fn unpack(self, stored: Vec<u8>) -> (Vec<u8>, bool) {
        let mut out = Vec::new();
        let input = stored.as_slice();
        let mut reader: Box<dyn Read + '_> = match self {
            Self::Null => return (stored, true),
            Self::Snappy => return unsnap(&stored),
            Self::Deflate => Box::new(Inflate::new(input)),
            Self::Zstandard => Box::new(Pump::new(input, zstd())),
            Self::Bzip2 => Box::new(Pump::new(input, bzip2())),
            Self::Xz => Box::new(Pump::new(input, xz(true))),
        };
        let result = reader.by_ref().take(DECODED).read_to_end(&mut out);
        (out, result.is_ok_and(|count| (count as u64) < DECODED))
    }
}

/// Snappy, with a checksum of four bytes behind it.
fn unsnap(stored: &[u8]) -> (Vec<u8>, bool) {
    let Some((data, sum)) = stored.split_last_chunk::<4>() else { return (Vec::new(), false) };
    if !snap::raw::decompress_len(data).is_ok_and(|length| length as u64 <= DECODED) {
        return (Vec::new(), false);
    }
    let Ok(out) = snap::raw::Decoder::new().decompress_vec(data) else { return (Vec::new(), false) };
    let mut crc = flate2::Crc::new();
    crc.update(&out);
    let is_right = crc.sum() == u32::from_be_bytes(*sum);
    (out, is_right)
}

/// A block, unpacked.
pub(super) struct Unpacked {
    /// Records in it, as it says.
    pub(super) count: u64,
    pub(super) bytes: Vec<u8>,
    /// Whether it was neither damaged nor cut.
    pub(super) is_whole: bool,
}

/// The blocks behind the header.
pub(super) struct Blocks<R> {
    input: R,
    /// Bytes that are read again, from `at` on: a damaged block, in which the marker is looked for.
    back: Vec<u8>,
    at: usize,
    codec: Codec,
    marker: [u8; MARKER],
    /// Bytes that may still be read again.
    again: u64,
    pub(super) read: u64,
}

impl<R: BufRead> Blocks<R> {
    pub(super) fn new(input: R, codec: Codec, marker: [u8; MARKER]) -> Self {
        Self { input, back: Vec::new(), at: 0, codec, marker, again: AGAIN, read: 0 }
    }

    /// The next block; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Unpacked>> {
        let mut seen = Vec::new();
        let count = match self.long(&mut seen) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && seen.is_empty() => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Some(damaged(0))),
            other => other?,
        };
        let size = match self.long(&mut seen) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Some(damaged(0))),
            other => other?,
        };
        let (Ok(count), Ok(size)) = (u64::try_from(count), u64::try_from(size)) else {
            self.resync(seen)?;
            return Ok(Some(damaged(0)));
        };
        let start = seen.len();
        let most = if self.codec == Codec::Null { DECODED } else { STORED };
        self.take(size.min(most), &mut seen)?;
        let has_all = (seen.len() - start) as u64 == size;
        let mut marker = Vec::new();
        if has_all {
            self.take(MARKER as u64, &mut marker)?;
        }
        self.read += seen.len() as u64 + marker.len() as u64;
        if marker == self.marker {
            seen.drain(..start);
            let (bytes, is_whole) = self.codec.unpack(seen);
            return Ok(Some(Unpacked { count, bytes, is_whole }));
        }
        // The file ends inside the block, or the block is too large: the records before the cut.
        let is_too_large = size > most && memmem::find(&seen, &self.marker).is_none();
        if !has_all && (size <= most || is_too_large) {
            seen.drain(..start);
            let (bytes, _) = self.codec.unpack(seen);
            if is_too_large {
                self.resync(Vec::new())?;
            }
            return Ok(Some(Unpacked { count, bytes, is_whole: false }));
        }
        seen.extend(marker);
        self.resync(seen)?;
        Ok(Some(damaged(0)))
    }

    /// Goes on behind the next marker, which is looked for in bytes that were read and then in what follows.
    fn resync(&mut self, mut seen: Vec<u8>) -> io::Result<()> {
        let cost = (seen.len() + self.back.len() - self.at) as u64;
        match self.again.checked_sub(cost) {
            Some(left) => self.again = left,
            None => seen.clear(),
        }
        loop {
            if let Some(found) = memmem::find(&seen, &self.marker) {
                seen.extend_from_slice(&self.back[self.at..]);
                self.back = seen;
                self.at = found + MARKER;
                return Ok(());
            }
            let keep = seen.len().saturating_sub(MARKER - 1);
            seen.drain(..keep);
            let before = seen.len();
            self.take(64 << 10, &mut seen)?;
            if seen.len() == before {
                return Ok(());
            }
        }
    }

    /// Reads up to `size` bytes; fewer at the end.
    fn take(&mut self, size: u64, into: &mut Vec<u8>) -> io::Result<()> {
        let kept = (self.back.len() - self.at).min(size as usize);
        into.extend_from_slice(&self.back[self.at..self.at + kept]);
        self.at += kept;
        if self.at == self.back.len() {
            self.back = Vec::new();
            self.at = 0;
        }
        self.input.by_ref().take(size - kept as u64).read_to_end(into)?;
        Ok(())
    }

    fn long(&mut self, seen: &mut Vec<u8>) -> io::Result<i64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let before = seen.len();
            self.take(1, seen)?;
            let byte = *seen.get(before).ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
            value |= u64::from(byte & 0x7F).wrapping_shl(shift);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(unzigzag(value))
    }
}

fn damaged(count: u64) -> Unpacked {
    Unpacked { count, bytes: Vec::new(), is_whole: false }
}

/// A number as Avro writes it, its sign in the lowest bit.
pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}
