//! GIF: its comments, its plain text and its XMP. Knows the blocks of the format, not the pictures.

use super::{LONGEST, Metadata, array, skip, text_of};
use crate::formats::Content;
use std::io::{self, BufReader, ErrorKind, Read};

/// Bytes that follow XMP, so that it can be stepped over as blocks.
const TRAILER: usize = 257;

pub(super) fn begins(head: &[u8]) -> bool {
    // Six letters alone could begin a text: behind the size stand a colour and a ratio.
    (head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a")) && !crate::formats::text::is_textual(head)
}

pub(super) fn walk(content: &mut Content<'_>, found: &mut Metadata) -> io::Result<()> {
    let mut input = BufReader::new(content);
    let head = array::<13>(&mut input)?;
    skip(&mut input, table(head[10]))?;
    loop {
        match array::<1>(&mut input)? {
            [0x2C] => {
                let image = array::<9>(&mut input)?;
                skip(&mut input, table(image[8]) + 1)?;
                blocks(&mut input, false)?;
            }
            [0x21] => extension(&mut input, found)?,
            [0x3B] => return Ok(()),
            _ => return Err(ErrorKind::InvalidData.into()),
        }
    }
}

/// Bytes of the table of colours that a byte of flags tells of.
fn table(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn extension(input: &mut impl Read, found: &mut Metadata) -> io::Result<()> {
    let [kind] = array::<1>(input)?;
    match kind {
        0xFE => found.field("Comment", &text_of(&blocks(input, false)?)),
        0x01 => {
            let bytes = blocks(input, false)?;
            found.field("Text", &text_of(bytes.get(12..).unwrap_or_default()));
        }
        0xFF => {
            let [length] = array::<1>(input)?;
            let mut name = vec![0; usize::from(length)];
            input.read_exact(&mut name)?;
            let mut bytes = blocks(input, name == b"XMP DataXMP")?;
            if name == b"XMP DataXMP" {
                bytes.truncate(bytes.len().saturating_sub(TRAILER));
                found.packet(bytes);
            }
        }
        _ => {
            blocks(input, false)?;
        }
    }
    Ok(())
}

/// The bytes of blocks up to the empty one, with their lengths or without.
fn blocks(input: &mut impl Read, with_lengths: bool) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let [length] = array::<1>(input)?;
        if length == 0 {
            return Ok(bytes);
        }
        if bytes.len() as u64 >= LONGEST {
            skip(input, length.into())?;
            continue;
        }
        if with_lengths {
            bytes.push(length);
        }
        let at = bytes.len();
        bytes.resize(at + usize::from(length), 0);
        input.read_exact(&mut bytes[at..])?;
    }
}
