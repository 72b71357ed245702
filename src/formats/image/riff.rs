//! `WebP`: the chunks of a RIFF file that hold metadata.

use super::{Metadata, array, exif, piece, skip};
use crate::formats::Content;
use std::io::{self, BufReader, Cursor};

pub(super) fn walk(content: &mut Content<'_>, found: &mut Metadata) -> io::Result<()> {
    let mut input = BufReader::new(content);
    array::<12>(&mut input)?;
    loop {
        let kind = array::<4>(&mut input)?;
        let length = u64::from(u32::from_le_bytes(array(&mut input)?));
        match &kind {
            b"EXIF" => {
                let bytes = piece(&mut input, length)?;
                // Some programs keep the mark that JPEG needs.
                exif::read(&mut Cursor::new(bytes.strip_prefix(b"Exif\0\0").unwrap_or(&bytes)), found)?;
            }
            b"XMP " => {
                let bytes = piece(&mut input, length)?;
                found.packet(bytes);
            }
            _ => skip(&mut input, length)?,
        }
        // Chunks begin at even places.
        skip(&mut input, length % 2)?;
    }
}
