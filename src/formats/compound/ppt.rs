//! `PowerPoint` presentations ([MS-PPT]): every atom of text, of slides, notes, masters and comments, old versions included.
//!
//! Containers are entered by reading on behind their header, so nothing recurses. Knows no slide order.

use super::bytes::{slice, u16_at, u32_at, utf16};
use super::container::Container;
use super::{Opened, encrypted};
use crate::formats::ReadError;
use encoding_rs::mem;

const TEXT_CHARS: u16 = 0x0FA0;
const TEXT_BYTES: u16 = 0x0FA8;
const STRING: u16 = 0x0FBA;
/// The word of the current-user stream that says: encrypted.
const ENCRYPTED: u32 = 0xF3D1_C4DF;

/// Reads the presentation in a storage.
pub(super) fn read(container: &mut Container<'_>, within: &str) -> Result<Opened, ReadError> {
    let user = container.stream(&format!("{within}Current User"))?.unwrap_or_default();
    if u32_at(&user, 12) == ENCRYPTED || container.has(&format!("{within}EncryptedSummary")) {
        return Err(encrypted());
    }
    let stream = container.stream(&format!("{within}PowerPoint Document"))?.unwrap_or_default();
    let mut opened = Opened::default();
    let mut at = 0;
    while at + 8 <= stream.len() {
        let (kind, length) = (u16_at(&stream, at + 2), u32_at(&stream, at + 4) as usize);
        let is_container = stream[at] & 0x0F == 0x0F;
        if !matches!(kind, 0x03E8..=0x2FFF | 0xF000..=0xF1FF) {
            // Padding between records is of any length; anything else is a place where the chain of records broke.
            opened.is_damaged |= stream[at] != 0;
            at += 1;
            continue;
        }
        at += 8;
        let body = slice(&stream, at, length);
        // What newer versions keep for themselves is a zip in place of records.
        if is_container && !body.starts_with(b"PK\x03\x04") {
            continue;
        }
        opened.is_damaged |= body.len() < length;
        let text = match kind {
            TEXT_CHARS | STRING => utf16(body),
            TEXT_BYTES => mem::decode_latin1(body).into_owned(),
            _ => String::new(),
        };
        if !text.is_empty() {
            opened.text.extend(text.chars().filter_map(|c| match c {
                '\r' | '\u{b}' => Some('\n'),
                '\n' | '\t' => Some(c),
                c if c.is_control() => None,
                c => Some(c),
            }));
            opened.text.push('\n');
        }
        at += body.len();
    }
    Ok(opened)
}
