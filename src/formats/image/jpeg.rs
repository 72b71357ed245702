//! JPEG: the segments before the picture. Knows which of them hold metadata, not what is in it.

use super::{Metadata, array, exif, iptc, piece, text_of};
use crate::formats::Content;
use std::io::{self, BufReader, Cursor};

const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// Parts of a packet that is too long for one segment: an id, the length of all, where this part begins.
const MORE_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const MORE_XMP_HEAD: usize = 40;
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";

pub(super) fn walk(content: &mut Content<'_>, found: &mut Metadata) -> io::Result<()> {
    let mut input = BufReader::new(content);
    array::<2>(&mut input)?;
    let mut more = Vec::new();
    let outcome = segments(&mut input, found, &mut more);
    found.packet(more);
    outcome
}

fn segments(input: &mut BufReader<&mut Content<'_>>, found: &mut Metadata, more: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let [mark, mut kind] = array(input)?;
        // Any number of marks may stand before a segment to fill up.
        while kind == 0xFF {
            [kind] = array(input)?;
        }
        if mark != 0xFF || matches!(kind, 0xD9 | 0xDA) {
            return Ok(());
        }
        if matches!(kind, 0x01 | 0xD0..=0xD8) {
            continue;
        }
        let length = u64::from(u16::from_be_bytes(array(input)?)).saturating_sub(2);
        let bytes = piece(input, length)?;
        match kind {
            0xE1 => {
                if let Some(exif) = bytes.strip_prefix(EXIF) {
                    exif::read(&mut Cursor::new(exif), found)?;
                } else if let Some(packet) = bytes.strip_prefix(XMP) {
                    found.packet(packet.to_vec());
                } else if let Some(part) = bytes.strip_prefix(MORE_XMP) {
                    more.extend_from_slice(part.get(MORE_XMP_HEAD..).unwrap_or_default());
                }
            }
            0xED => {
                if let Some(resources) = bytes.strip_prefix(PHOTOSHOP) {
                    iptc::resources(resources, found);
                }
            }
            0xFE => found.field("Comment", &text_of(&bytes)),
            _ => {}
        }
    }
}
