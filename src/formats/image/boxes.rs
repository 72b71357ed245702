//! HEIF and AVIF: the list of items in the file's boxes, and those items that hold metadata.
//!
//! Source: ISO/IEC 14496-12 (boxes `meta`, `iinf`, `iloc`) and 23008-12.

use super::{LONGEST, Metadata, array, exif, skip};
use crate::formats::Content;
use std::collections::HashMap;
use std::io::{self, Cursor, Read, SeekFrom};

/// Brands of still images.
const BRANDS: [&[u8]; 9] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"];
/// Boxes at the top, and parts of an item, that are looked at.
const BOXES: usize = 1024;
const PARTS: u64 = 1024;

pub(super) fn begins(head: &[u8]) -> bool {
    head.get(4..8) == Some(b"ftyp") && head.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

/// What an item is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    Exif,
    Xmp,
}

pub(super) fn walk(content: &mut Content<'_>, found: &mut Metadata) -> io::Result<()> {
    let (reader, _) = content.spool()?;
    let Some(meta) = find_meta(reader)? else { return Ok(()) };
    let mut kinds = HashMap::new();
    let mut places = Vec::new();
    // A version and flags stand before the boxes inside.
    for (kind, body) in Boxes(meta.get(4..).unwrap_or_default()) {
        match kind {
            b"iinf" => items(body, &mut kinds),
            b"iloc" => places = locations(body).unwrap_or_default(),
            _ => {}
        }
    }
    for (item, parts) in places {
        let Some(kind) = kinds.get(&item) else { continue };
        let mut bytes = Vec::new();
        for (start, length) in parts {
            reader.seek(SeekFrom::Start(start))?;
            let left = LONGEST.saturating_sub(bytes.len() as u64);
            reader.take(length.min(left)).read_to_end(&mut bytes)?;
        }
        match kind {
            Item::Xmp => found.packet(bytes),
            Item::Exif => {
                // Four bytes say where it begins behind them.
                let Some((skipped, rest)) = bytes.split_first_chunk::<4>() else { continue };
                let start = u32::from_be_bytes(*skipped) as usize;
                exif::read(&mut Cursor::new(rest.get(start..).unwrap_or_default()), found)?;
            }
        }
    }
    Ok(())
}

/// The box with the list of items.
fn find_meta(mut reader: &mut dyn crate::formats::ReadSeek) -> io::Result<Option<Vec<u8>>> {
    for _ in 0..BOXES {
        let mut length = u64::from(u32::from_be_bytes(array(&mut reader)?));
        let kind = array::<4>(&mut reader)?;
        let mut head = 8;
        if length == 1 {
            length = u64::from_be_bytes(array(&mut reader)?);
            head = 16;
        }
        let Some(length) = length.checked_sub(head) else { return Ok(None) };
        if &kind == b"meta" {
            return super::piece(&mut reader, length).map(Some);
        }
        skip(&mut reader, length)?;
    }
    Ok(None)
}

/// Boxes one behind the other.
struct Boxes<'b>(&'b [u8]);

impl<'b> Iterator for Boxes<'b> {
    type Item = (&'b [u8; 4], &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_first_chunk::<4>()?;
        let length = (u32::from_be_bytes(*length) as usize).checked_sub(8)?;
        let (body, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((kind, body))
    }
}

/// A number of so many bytes, up to eight.
fn number(bytes: &mut &[u8], size: usize) -> Option<u64> {
    let taken = bytes.split_off(..size)?;
    Some(taken.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// Which items hold metadata.
fn items(mut body: &[u8], kinds: &mut HashMap<u64, Item>) {
    let Some(version) = number(&mut body, 4) else { return };
    if number(&mut body, if version >> 24 == 0 { 2 } else { 4 }).is_none() {
        return;
    }
    for (_, entry) in Boxes(body) {
        if let Some((id, kind)) = item(entry) {
            kinds.insert(id, kind);
        }
    }
}

fn item(mut entry: &[u8]) -> Option<(u64, Item)> {
    let version = number(&mut entry, 4)? >> 24;
    let id = number(&mut entry, if version == 3 { 4 } else { 2 })?;
    number(&mut entry, 2)?;
    match entry.split_off(..4)? {
        b"Exif" => Some((id, Item::Exif)),
        b"mime" => {
            let mut texts = entry.split(|byte| *byte == 0).skip(1);
            texts.next().filter(|kind| *kind == b"application/rdf+xml").map(|_| (id, Item::Xmp))
        }
        _ => None,
    }
}

/// Where the items stand in the file: start and length of each part.
type Locations = Vec<(u64, Vec<(u64, u64)>)>;

fn locations(mut body: &[u8]) -> Option<Locations> {
    let version = number(&mut body, 4)? >> 24;
    let sizes = number(&mut body, 2)? as usize;
    let (offset, length, base) = (sizes >> 12 & 15, sizes >> 8 & 15, sizes >> 4 & 15);
    let index = if version == 0 { 0 } else { sizes & 15 };
    if [offset, length, base, index].iter().any(|size| *size > 8) {
        return None;
    }
    let wide = if version == 2 { 4 } else { 2 };
    let count = number(&mut body, wide)?;
    let mut all = Vec::new();
    for _ in 0..count {
        let Some(id) = number(&mut body, wide) else { break };
        // Other methods count from boxes that are not looked at.
        let method = if version == 0 { 0 } else { number(&mut body, 2)? & 15 };
        number(&mut body, 2)?;
        let start = number(&mut body, base)?;
        let mut parts = Vec::new();
        for _ in 0..number(&mut body, 2)?.min(PARTS) {
            number(&mut body, index)?;
            let (at, length) = (number(&mut body, offset)?, number(&mut body, length)?);
            parts.push((start.checked_add(at)?, length));
        }
        if method == 0 {
            all.push((id, parts));
        }
    }
    Some(all)
}
