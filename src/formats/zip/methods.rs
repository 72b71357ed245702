//! The ways in which a zip member can be packed, by the number in its header.
//!
//! Knows no headers and no checksums; the decoders are those of compressed files, cut off at the end of the member.

use super::super::codecs::{Decoder, Pump, bzip2, deflate64, lzma_of_zip, one_stream, xz, zstd};
use super::super::inflate::Inflate;
use super::data::Section;
use super::header::Header;
use super::old::Old;
use flate2::Decompress;
use ppmd_rust::{Ppmd8Decoder, RestoreMethod};
use std::io::{self, ErrorKind, Read};

/// The packed bytes of a member, and what unpacks them.
pub(super) enum Packed<'r> {
    Stored(Section<'r>),
    Deflated(Inflate<Section<'r>>),
    Pumped(Pump<Section<'r>>),
    Ppmd(Ppmd<'r>),
    Old(Old<Section<'r>>),
}

impl<'r> Packed<'r> {
    /// Whether a method is known here.
    pub(super) fn is_known(method: u16) -> bool {
        matches!(method, 0..=6 | 8 | 9 | 12 | 14 | 20 | 93 | 95 | 98)
    }

    /// `size`: bytes of the content, where its end is known beforehand. An unknown method reads as stored.
    pub(super) fn new(header: &Header, section: Section<'r>, size: Option<u64>, spare: Option<Decompress>) -> Self {
        /// The bit that says of LZMA that a mark stands at the end.
        const MARKED: u16 = 2;
        // Without a known end, what stands behind the first stream is not the member's.
        let ends_itself = |decoder: Box<dyn Decoder>| if size.is_none() { one_stream(decoder) } else { decoder };
        let decoder = match header.packing() {
            8 => {
                return Self::Deflated(match spare {
                    Some(decoder) => Inflate::with(section, decoder),
                    None => Inflate::new(section),
                });
            }
            9 => deflate64(),
            12 => ends_itself(bzip2()),
            14 => lzma_of_zip(size.filter(|_| header.flags & MARKED == 0)),
            20 | 93 => ends_itself(zstd()),
            95 => xz(size.is_some()),
            98 => return Self::Ppmd(Ppmd::new(section, size)),
            old if Old::<Section<'r>>::is_one(old) => {
                return Self::Old(Old::new(section, old, header.flags, size));
            }
            _ => return Self::Stored(section),
        };
        Self::Pumped(Pump::new(section, decoder))
    }

    /// The input; none if a decoder took it along as it failed.
    pub(super) fn section(&mut self) -> Option<&mut Section<'r>> {
        match self {
            Self::Stored(section) => Some(section),
            Self::Deflated(inflate) => Some(inflate.input()),
            Self::Pumped(pump) => Some(pump.input()),
            Self::Ppmd(ppmd) => ppmd.section(),
            Self::Old(old) => Some(old.input()),
        }
    }

    /// Where in the file it was read to.
    pub(super) fn position(&self) -> u64 {
        match self {
            Self::Stored(section) => section.position(),
            Self::Deflated(inflate) => inflate.input_ref().position(),
            Self::Pumped(pump) => pump.input_ref().position(),
            Self::Ppmd(ppmd) => ppmd.position(),
            Self::Old(old) => old.input_ref().position(),
        }
    }

    /// The decoder, to be used again.
    pub(super) fn into_decoder(self) -> Option<Decompress> {
        match self {
            Self::Deflated(inflate) => Some(inflate.into_decoder()),
            _ => None,
        }
    }
}

impl Read for Packed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stored(section) => section.read(buffer),
            Self::Deflated(inflate) => inflate.read(buffer),
            Self::Pumped(pump) => pump.read(buffer),
            Self::Ppmd(ppmd) => ppmd.read(buffer),
            Self::Old(old) => old.read(buffer),
        }
    }
}

/// `PPMd` of variant I, as zip has it (APPNOTE 5.10). Ends at its mark, or when all bytes are there.
pub(super) struct Ppmd<'r> {
    state: State<'r>,
    /// Bytes that are still to come, where that is known.
    left: Option<u64>,
}

enum State<'r> {
    Fresh(Section<'r>),
    Going(Box<Ppmd8Decoder<Section<'r>>>),
    /// Where the input stood.
    Failed(u64),
}

impl<'r> Ppmd<'r> {
    /// Bytes decoded in one call: what such a call decodes before damage is lost.
    const PIECE: usize = 1 << 10;

    fn new(section: Section<'r>, size: Option<u64>) -> Self {
        Self { state: State::Fresh(section), left: size }
    }

    fn section(&mut self) -> Option<&mut Section<'r>> {
        match &mut self.state {
            State::Fresh(section) => Some(section),
            State::Going(decoder) => Some(decoder.get_mut()),
            State::Failed(_) => None,
        }
    }

    fn position(&self) -> u64 {
        match &self.state {
            State::Fresh(section) => section.position(),
            State::Going(decoder) => decoder.get_ref().position(),
            State::Failed(position) => *position,
        }
    }

    /// Makes the decoder: order, memory and what to do when that is full stand in two bytes.
    fn begin(&mut self) -> io::Result<()> {
        let position = self.position();
        let State::Fresh(mut section) = std::mem::replace(&mut self.state, State::Failed(position)) else {
            return Ok(());
        };
        let mut head = [0; 2];
        section.read_exact(&mut head)?;
        let numbers = u32::from(u16::from_le_bytes(head));
        let (order, megabytes) = ((numbers & 15) + 1, (numbers >> 4 & 255) + 1);
        let restore = if numbers >> 12 == 0 { RestoreMethod::Restart } else { RestoreMethod::CutOff };
        let decoder = Ppmd8Decoder::new(section, order, megabytes << 20, restore).map_err(|_| damaged())?;
        self.state = State::Going(Box::new(decoder));
        Ok(())
    }
}

impl Read for Ppmd<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if matches!(self.state, State::Fresh(_)) {
            self.begin()?;
        }
        let State::Going(decoder) = &mut self.state else { return Err(damaged()) };
        let most = self.left.map_or(buffer.len(), |left| usize::try_from(left).unwrap_or(usize::MAX));
        let most = most.min(Self::PIECE).min(buffer.len());
        if most == 0 {
            // The mark of the end may still stand there.
            let _ = decoder.read(&mut [0])?;
            return Ok(0);
        }
        let count = decoder.read(&mut buffer[..most])?;
        self.left = self.left.map(|left| left - count as u64);
        Ok(count)
    }
}

fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "the compressed data is damaged")
}
