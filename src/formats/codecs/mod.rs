//! Compressed files that hold one stream: bzip2, xz, lzma, lzip, zstd, lz4, compress. Joined files are one stream; of a damaged one
//! everything before the damage comes out.
//!
//! Knows nothing of what is inside. gzip has its own file.

mod compress;
mod decoders;
mod lz4;
mod pump;

pub(super) use decoders::{bzip2, deflate64, lzma_of_zip, one_stream, xz, zstd};
pub(super) use pump::{Decoder, Pump};

use super::{Content, Format, Nesting, ReadError, Sink};
use std::io::{BufRead, BufReader, Read};

const BUFFER: usize = 64 << 10;

/// One kind of compressed file.
pub(super) struct Codec {
    name: &'static str,
    media_type: &'static str,
    extensions: &'static [&'static str],
    begins: fn(&[u8]) -> bool,
    open: for<'a> fn(Box<dyn BufRead + 'a>) -> Box<dyn Read + 'a>,
}

/// bzip2.
pub(super) static BZIP2: Codec = Codec {
    name: "bzip2",
    media_type: "application/x-bzip2",
    extensions: &["bz2", "tbz", "tbz2"],
    begins: |head| {
        let is_block =
            |at: &[u8]| at.starts_with(b"\x31\x41\x59\x26\x53\x59") || at.starts_with(b"\x17\x72\x45\x38\x50\x90");
        head.starts_with(b"BZh") && head.get(3).is_some_and(u8::is_ascii_digit) && head.get(4..).is_some_and(is_block)
    },
    open: |input| Box::new(Pump::new(input, bzip2())),
};

/// xz.
pub(super) static XZ: Codec = Codec {
    name: "xz",
    media_type: "application/x-xz",
    extensions: &["xz", "txz"],
    begins: |head| head.starts_with(b"\xFD7zXZ\0"),
    open: |input| Box::new(Pump::new(input, xz(true))),
};

/// lzma, the file without a magic number: properties, dictionary size and length must be plausible.
pub(super) static LZMA: Codec = Codec {
    name: "lzma",
    media_type: "application/x-lzma",
    extensions: &["lzma", "tlz"],
    begins: is_lzma,
    open: |input| Box::new(Pump::new(input, decoders::lzma())),
};

/// lzip.
pub(super) static LZIP: Codec = Codec {
    name: "lzip",
    media_type: "application/x-lzip",
    extensions: &["lz"],
    begins: |head| head.starts_with(b"LZIP\x01"),
    open: |input| Box::new(Pump::new(input, decoders::lzip())),
};

/// zstd.
pub(super) static ZSTD: Codec = Codec {
    name: "zstd",
    media_type: "application/zstd",
    extensions: &["zst", "tzst"],
    begins: is_zstd,
    open: |input| Box::new(Pump::new(input, zstd())),
};

/// lz4.
pub(super) static LZ4: Codec = Codec {
    name: "lz4",
    media_type: "application/x-lz4",
    extensions: &["lz4"],
    begins: lz4::begins,
    open: |input| Box::new(lz4::Frames::new(input)),
};

/// The files of compress.
pub(super) static COMPRESS: Codec = Codec {
    name: "compress",
    media_type: "application/x-compress",
    extensions: &["z", "taz"],
    begins: compress::begins,
    open: |input| Box::new(Pump::new(input, Box::new(compress::Compress::new()))),
};

impl Format for Codec {
    fn name(&self) -> &'static str {
        self.name
    }

    fn media_type(&self) -> &'static str {
        self.media_type
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn nesting(&self) -> Nesting {
        Nesting::Compression
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        (self.begins)(content.head())
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let input = BufReader::with_capacity(BUFFER, content);
        // Enough or not: there is nothing else to read.
        let _ = sink.stream(&mut (self.open)(Box::new(input)));
        Ok(())
    }
}

fn is_zstd(head: &[u8]) -> bool {
    behind_skippables(head).starts_with(b"\x28\xB5\x2F\xFD")
}

fn is_lzma(head: &[u8]) -> bool {
    let Some((header, rest)) = head.split_first_chunk::<13>() else { return false };
    let [properties, d0, d1, d2, d3, size @ ..] = *header;
    let dictionary = u32::from_le_bytes([d0, d1, d2, d3]);
    let is_usual = dictionary == u32::MAX
        || (dictionary >= 4096 && (dictionary.is_power_of_two() || (dictionary / 3).is_power_of_two()));
    let size = u64::from_le_bytes(size);
    // Position bits are two in all presets; the others are chosen by some. The first byte of the coded data is zero.
    let (literal, low) = (properties % 9, properties / 9 % 5);
    properties / 45 == 2
        && literal + low <= 4
        && is_usual
        && (size == u64::MAX || size < 1 << 40)
        && rest.first() == Some(&0)
}

/// Whether a number marks a frame that carries no data.
fn is_skippable(mark: u32) -> bool {
    mark & 0xFFFF_FFF0 == 0x184D_2A50
}

/// What follows the frames that carry no data, if any are there and the rest is in view.
fn behind_skippables(mut head: &[u8]) -> &[u8] {
    while let Some(([m0, m1, m2, m3, l0, l1, l2, l3], rest)) = head.split_first_chunk::<8>()
        && is_skippable(u32::from_le_bytes([*m0, *m1, *m2, *m3]))
    {
        let length = u32::from_le_bytes([*l0, *l1, *l2, *l3]) as usize;
        head = rest.get(length..).unwrap_or_default();
    }
    head
}

#[cfg(test)]
mod tests;
