//! The bytes of the streams that a file is made of: taken from the file piece by piece, and unpacked.
//!
//! A stream in use holds one piece. What came before damage is given, nothing behind it. Knows nothing of values.

use super::super::codecs::{Pump, zstd};
use super::super::content::ReadSeek;
use super::super::inflate::Inflate;
use std::cell::RefCell;
use std::io::{self, Read, SeekFrom};
use std::ops::Range;

/// Bytes taken at a time where nothing is packed.
const PIECE: usize = 64 << 10;
/// Bytes of a piece, unpacked, when the file does not say; and the most that is believed.
const USUAL_PIECE: usize = 256 << 10;
const LONGEST_PIECE: usize = 8 << 20;

/// How pieces are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    None,
    Zlib,
    Snappy,
    Lz4,
    Zstd,
}

/// A codec, and bytes of a piece at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packing {
    codec: Codec,
    longest: usize,
}

impl Packing {
    /// From the numbers in the file; none if no reader knows the codec.
    pub(super) fn new(codec: u64, longest: u64) -> Option<Self> {
        let codec = match codec {
            0 => Codec::None,
            1 => Codec::Zlib,
            2 => Codec::Snappy,
            4 => Codec::Lz4,
            5 => Codec::Zstd,
            _ => return None,
        };
        let longest = match usize::try_from(longest) {
            Ok(0) => USUAL_PIECE,
            Ok(longest) => longest.min(LONGEST_PIECE),
            Err(_) => LONGEST_PIECE,
        };
        Some(Self { codec, longest })
    }

    /// Bytes that a stream in use takes.
    pub(super) fn memory(self) -> usize {
        if self.codec == Codec::None { PIECE } else { self.longest }
    }

    /// Unpacks a piece; what came before damage, and whether it is whole.
    fn unpack(self, stored: &[u8]) -> (Vec<u8>, bool) {
        let mut out = Vec::new();
        let reader: Box<dyn Read + '_> = match self.codec {
            Codec::None => return (stored.to_vec(), true),
            Codec::Zlib => Box::new(Inflate::new(stored)),
            Codec::Zstd => Box::new(Pump::new(stored, zstd())),
            Codec::Snappy => {
                let fits = snap::raw::decompress_len(stored).is_ok_and(|length| length <= self.longest);
                let unpacked = fits.then(|| snap::raw::Decoder::new().decompress_vec(stored).ok()).flatten();
                return unpacked.map_or((out, false), |bytes| (bytes, true));
            }
            Codec::Lz4 => {
                out.resize(self.longest, 0);
                let length = lz4_flex::block::decompress_into(stored, &mut out).ok();
                out.truncate(length.unwrap_or(0));
                return (out, length.is_some());
            }
        };
        let result = reader.take(self.longest as u64).read_to_end(&mut out);
        (out, result.is_ok())
    }
}

/// What streams are taken from.
pub(super) trait Source {
    /// Bytes in all.
    fn length(&self) -> u64;

    /// Up to `count` bytes from an offset on; fewer at the end, or when reading fails.
    fn read(&self, at: u64, count: usize) -> Vec<u8>;

    /// The error that ended reading, once: a limit, or the disk.
    fn failure(&self) -> Option<io::Error>;
}

/// The file, shared by its streams.
pub(super) struct File<'f> {
    bytes: RefCell<&'f mut (dyn ReadSeek + 'f)>,
    error: RefCell<Option<io::Error>>,
    length: u64,
}

impl<'f> File<'f> {
    pub(super) fn new(file: &'f mut (dyn ReadSeek + 'f)) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        Ok(Self { bytes: RefCell::new(file), error: RefCell::new(None), length })
    }
}

impl Source for File<'_> {
    fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, at: u64, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut file = self.bytes.borrow_mut();
        let outcome =
            file.seek(SeekFrom::Start(at)).and_then(|_| Read::take(&mut **file, count as u64).read_to_end(&mut bytes));
        if let Err(error) = outcome {
            self.error.borrow_mut().get_or_insert(error);
        }
        bytes
    }

    fn failure(&self) -> Option<io::Error> {
        self.error.borrow_mut().take()
    }
}

/// A stream of bytes.
pub(super) struct Stream<'s> {
    file: &'s dyn Source,
    packing: Packing,
    /// Where the bytes that are left stand in the file.
    left: Range<u64>,
    piece: Vec<u8>,
    taken: usize,
}

impl<'s> Stream<'s> {
    pub(super) fn new(file: &'s dyn Source, packing: Packing, place: Range<u64>) -> Self {
        Self { file, packing, left: place, piece: Vec::new(), taken: 0 }
    }

    /// A stream without a byte.
    pub(super) fn empty(file: &'s dyn Source, packing: Packing) -> Self {
        Self::new(file, packing, 0..0)
    }

    /// Bytes that are ready; none at the end.
    pub(super) fn ready(&mut self) -> &[u8] {
        while self.taken == self.piece.len() && self.left.start < self.left.end {
            self.taken = 0;
            self.piece = self.next_piece();
        }
        self.piece.get(self.taken..).unwrap_or_default()
    }

    fn next_piece(&mut self) -> Vec<u8> {
        let left = self.left.end - self.left.start;
        if self.packing.codec == Codec::None {
            let bytes = self.file.read(self.left.start, (PIECE as u64).min(left) as usize);
            self.left.start = if bytes.is_empty() { self.left.end } else { self.left.start + bytes.len() as u64 };
            return bytes;
        }
        // Three bytes say how long the piece is, and whether it is packed at all.
        let header = match *self.file.read(self.left.start, 3).as_slice() {
            [a, b, c] if left >= 3 => u32::from_le_bytes([a, b, c, 0]),
            _ => 0,
        };
        let length = u64::from(header >> 1).min(left.saturating_sub(3));
        let stored = self.file.read(self.left.start + 3, length as usize);
        self.left.start += 3 + length;
        let is_cut = stored.len() < (header >> 1) as usize || length == 0;
        let (bytes, is_whole) = if header & 1 == 1 { (stored, true) } else { self.packing.unpack(&stored) };
        if is_cut || !is_whole {
            // What follows no longer fits what came before.
            self.left.start = self.left.end;
        }
        bytes
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let byte = *self.ready().first()?;
        self.taken += 1;
        Some(byte)
    }

    /// So many bytes; none if there are fewer.
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte()?;
        }
        Some(bytes)
    }

    /// Appends so many bytes, or those that are left; whether all were there.
    pub(super) fn take(&mut self, count: u64, into: &mut Vec<u8>) -> bool {
        let mut left = count;
        while left > 0 {
            let ready = self.ready();
            let part = (ready.len() as u64).min(left) as usize;
            if part == 0 {
                return false;
            }
            into.extend_from_slice(&ready[..part]);
            self.taken += part;
            left -= part as u64;
        }
        true
    }

    /// Steps over so many bytes; whether all were there.
    pub(super) fn skip(&mut self, count: u64) -> bool {
        let mut left = count;
        while left > 0 {
            let part = (self.ready().len() as u64).min(left) as usize;
            if part == 0 {
                return false;
            }
            self.taken += part;
            left -= part as u64;
        }
        true
    }

    /// All bytes up to a limit; none if there are more.
    pub(super) fn all(mut self, most: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.take(most as u64 + 1, &mut bytes);
        (bytes.len() <= most).then_some(bytes)
    }

    /// A number in groups of seven bits, its lowest group first.
    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// The same for up to 128 bits, its sign in the lowest one.
    pub(super) fn wide(&mut self) -> Option<i128> {
        let mut value = 0_u128;
        for shift in (0..128).step_by(7) {
            let byte = self.byte()?;
            value |= u128::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some((value >> 1).cast_signed() ^ -((value & 1).cast_signed()));
            }
        }
        None
    }
}
