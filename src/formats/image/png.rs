//! PNG: its chunks of text and metadata, packed or not. Knows which of them hold metadata, not what is in it.

use super::{LONGEST, Metadata, array, exif, iptc, piece, skip, text_of};
use crate::formats::Content;
use crate::formats::inflate::Inflate;
use encoding_rs::mem::decode_latin1;
use std::io::{self, BufReader, Cursor, Read};

pub(super) const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Bytes before the deflated data of zlib.
const ZLIB_HEAD: usize = 2;

pub(super) fn walk(content: &mut Content<'_>, found: &mut Metadata) -> io::Result<()> {
    let mut input = BufReader::new(content);
    array::<8>(&mut input)?;
    loop {
        let length = u64::from(u32::from_be_bytes(array(&mut input)?));
        let kind = array::<4>(&mut input)?;
        match &kind {
            b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" => {
                let bytes = piece(&mut input, length)?;
                chunk(kind, &bytes, found)?;
            }
            b"IEND" => return Ok(()),
            _ => skip(&mut input, length)?,
        }
        // A checksum.
        array::<4>(&mut input)?;
    }
}

fn chunk(kind: [u8; 4], bytes: &[u8], found: &mut Metadata) -> io::Result<()> {
    if &kind == b"eXIf" {
        return exif::read(&mut Cursor::new(bytes), found);
    }
    let Some((name, rest)) = cut(bytes) else { return Ok(()) };
    let name = decode_latin1(name).into_owned();
    let text = match &kind {
        b"tEXt" => decode_latin1(rest).into_owned(),
        b"zTXt" => decode_latin1(&unpacked(rest.get(1..).unwrap_or_default())).into_owned(),
        _ => {
            // Whether it is packed and how; then its language, and its name in that language.
            let Some(([is_packed, _], rest)) = rest.split_first_chunk::<2>() else { return Ok(()) };
            let Some((_, rest)) = cut(rest) else { return Ok(()) };
            let Some((_, rest)) = cut(rest) else { return Ok(()) };
            if *is_packed == 0 { text_of(rest) } else { text_of(&unpacked(rest)) }
        }
    };
    if let Some(kind) = name.strip_prefix("Raw profile type ") {
        return profile(kind, &text, found);
    }
    if name == "XML:com.adobe.xmp" {
        found.packet(text.into_bytes());
    } else {
        found.field(&name, &text);
    }
    Ok(())
}

/// Metadata as older programs write it: a name and a length on lines of their own, then bytes in hexadecimal.
fn profile(kind: &str, text: &str, found: &mut Metadata) -> io::Result<()> {
    let digits: Vec<u8> = text
        .trim_start()
        .splitn(3, '\n')
        .nth(2)
        .unwrap_or_default()
        .chars()
        .filter_map(|c| c.to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    let bytes: Vec<u8> = digits.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect();
    let exif = bytes.strip_prefix(b"Exif\0\0");
    match (kind, exif) {
        (_, Some(exif)) => exif::read(&mut Cursor::new(exif), found)?,
        ("iptc" | "8bim", _) => iptc::resources(&bytes, found),
        ("xmp" | "APP1", _) => {
            // The name of the segment may stand before it.
            let start = bytes.iter().position(|byte| *byte == b'<').unwrap_or(bytes.len());
            found.packet(bytes[start..].to_vec());
        }
        _ => {}
    }
    Ok(())
}

/// What stands before and behind the first zero.
fn cut(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(0, bytes)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

/// What came before damage, if there is any.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = Inflate::new(bytes.get(ZLIB_HEAD..).unwrap_or_default()).take(LONGEST).read_to_end(&mut out);
    out
}
