//! `PowerPoint` presentations ([MS-PPT]): every atom of text, of slides, notes, masters and comments, old versions included.
//!
//! Containers are entered by reading on behind their header, so nothing recurses. Knows no slide order.

use super::bytes::{slice, u16_at, u32_at, utf16};
use super::container::Container;
use super::legacy::{self, Key, Lock};
use super::{Opened, drawing, encrypted, properties};
use crate::formats::ReadError;
use encoding_rs::mem;
use flate2::read::ZlibDecoder;
use std::collections::{BTreeMap, HashSet};
use std::io::Read;

const TEXT_CHARS: u16 = 0x0FA0;
const TEXT_BYTES: u16 = 0x0FA8;
const STRING: u16 = 0x0FBA;
/// What newer versions added: records of their own in what is none.
const TAG: u16 = 0x138B;
/// An embedded object, and the instance that says: packed.
const OBJECT: u16 = 0x1011;
const PACKED: u16 = 1;
/// The word of the current-user stream that says: encrypted.
const ENCRYPTED: u32 = 0xF3D1_C4DF;
/// The lock, the record of an edit, and its list of objects: these three are never encrypted.
const LOCK: u16 = 0x2F14;
const EDIT: u16 = 0x0FF5;
const DIRECTORY: u16 = 0x1772;
/// Edits that are kept in one file.
const EDITS: usize = 4096;

/// Reads the presentation in a storage.
pub(super) fn read(container: &mut Container<'_>, within: &str, passwords: &[Vec<u8>]) -> Result<Opened, ReadError> {
    let user = container.stream(&format!("{within}Current User"))?.unwrap_or_default();
    let mut stream = container.stream(&format!("{within}PowerPoint Document"))?.unwrap_or_default();
    let sealed = container.stream(&format!("{within}EncryptedSummary"))?;
    let mut opened = Opened::default();
    if u32_at(&user, 12) == ENCRYPTED || sealed.is_some() {
        let key = decrypt(&mut stream, u32_at(&user, 16) as usize, passwords).ok_or_else(encrypted)?;
        for set in legacy::summaries(&key, &sealed.unwrap_or_default()) {
            opened.text.push_str(&properties::strings(&set));
        }
    }
    let mut at = 0;
    while at + 8 <= stream.len() {
        let (kind, length) = (u16_at(&stream, at + 2), u32_at(&stream, at + 4) as usize);
        let is_container = stream[at] & 0x0F == 0x0F;
        if !is_kind(kind) {
            // Padding between records is of any length; anything else is a place where the chain of records broke.
            opened.is_damaged |= stream[at] != 0;
            at += 1;
            continue;
        }
        at += 8;
        let body = slice(&stream, at, length);
        // What newer versions keep for themselves is a zip in place of records.
        if (is_container && !body.starts_with(b"PK\x03\x04")) || (kind == TAG && is_records(body)) {
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
        if kind == OBJECT {
            let is_packed = u16_at(&stream, at - 8) >> 4 == PACKED;
            match object(body, is_packed) {
                Some(bytes) => opened.members.push((format!("object{}", opened.members.len() + 1), bytes)),
                None => opened.is_damaged = true,
            }
        }
        at += body.len();
    }
    opened.text.push_str(&drawing::texts(&stream));
    Ok(opened)
}

fn is_kind(kind: u16) -> bool {
    matches!(kind, 0x03E8..=0x2FFF | 0xF000..=0xF1FF)
}

/// Whether bytes are records, one behind the other up to their end.
fn is_records(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at + 8 <= bytes.len() && is_kind(u16_at(bytes, at + 2)) {
        at = at.saturating_add(8).saturating_add(u32_at(bytes, at + 4) as usize);
    }
    at > 0 && at == bytes.len()
}

/// An embedded object or a project of macros, which is a compound file.
fn object(body: &[u8], is_packed: bool) -> Option<Vec<u8>> {
    const MOST: u64 = 64 << 20;
    if !is_packed {
        return Some(body.to_vec());
    }
    let mut bytes = Vec::new();
    let unpacked = ZlibDecoder::new(body.get(4..)?).take(MOST).read_to_end(&mut bytes);
    unpacked.is_ok().then_some(bytes)
}

/// Decrypts every object of a presentation in place; each is encrypted for itself, under its number.
fn decrypt(stream: &mut [u8], last_edit: usize, passwords: &[Vec<u8>]) -> Option<Key> {
    let objects = objects(stream, last_edit);
    let kind = |stream: &[u8], at: usize| u16_at(stream, at.saturating_add(2));
    let lock_at = *objects.keys().find(|at| kind(stream, **at) == LOCK)?;
    let length = u32_at(stream, lock_at + 4) as usize;
    let key = Lock::new(slice(stream, lock_at + 8, length))?.open(passwords)?;
    let lock_end = lock_at.saturating_add(8).saturating_add(length).min(stream.len());
    for (at, number) in objects {
        if at == lock_at || matches!(kind(stream, at), EDIT | DIRECTORY) || at + 8 > stream.len() {
            continue;
        }
        let mut head = slice(stream, at, 8).to_vec();
        key.decrypt_alone(&mut head, number);
        let end = (at + 8).saturating_add(u32_at(&head, 4) as usize).min(stream.len());
        key.decrypt_alone(&mut stream[at..end], number);
    }
    // It is no record of text: what is empty is passed over.
    stream[lock_at..lock_end].fill(0);
    Some(key)
}

/// Where objects lie, with their numbers; of those that lie in one place, the newest counts.
fn objects(stream: &[u8], last_edit: usize) -> BTreeMap<usize, u32> {
    let mut all = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut edit = last_edit;
    while edit + 8 <= stream.len() && u16_at(stream, edit + 2) == EDIT && seen.len() < EDITS && seen.insert(edit) {
        let directory = u32_at(stream, edit + 8 + 12) as usize;
        let list = slice(stream, directory.saturating_add(8), u32_at(stream, directory.saturating_add(4)) as usize);
        let mut at = 0;
        while at + 4 <= list.len() {
            let head = u32_at(list, at);
            at += 4;
            for number in (head & 0xF_FFFF..).take((head >> 20) as usize) {
                if at + 4 > list.len() {
                    break;
                }
                all.entry(u32_at(list, at) as usize).or_insert(number);
                at += 4;
            }
        }
        edit = u32_at(stream, edit + 8 + 8) as usize;
    }
    all
}
