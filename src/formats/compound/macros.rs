//! Macros ([MS-OVBA]): the source of every module, unpacked, and the words of their forms.
//!
//! Where the list of modules is lost, a source is found by how all of them begin. Knows no Basic.

use super::bytes::{coded, runs, slice, u16_at, u32_at};
use super::container::{Container, Kind};
use crate::formats::ReadError;
use std::collections::HashMap;

/// The stream that every project has, and the list of its modules.
const PROJECT: &str = "_VBA_PROJECT";
const LIST: &str = "dir";
/// The stream of a form that says so, and those with its texts.
const FORM: &str = "\u{3}VBFrame";
const FORM_PARTS: [&str; 3] = [FORM, "f", "o"];
/// Bytes of source that are unpacked in all.
const MOST: usize = 64 << 20;
/// Bytes of a chunk, once unpacked.
const CHUNK: usize = 4096;
/// How a packed source begins, behind the mark and the size of its first chunk.
const BEGINNING: &[u8] = b"\0Attribut";
/// Records of the list.
mod record {
    pub(super) const CODE_PAGE: u16 = 0x0003;
    /// Says that it is two bytes shorter than it is.
    pub(super) const VERSION: u16 = 0x0009;
    pub(super) const STREAM: u16 = 0x001A;
    pub(super) const OFFSET: u16 = 0x0031;
}

/// What a document's projects hold.
#[derive(Default)]
pub(super) struct Macros {
    /// Sources with a name for each.
    pub(super) modules: Vec<(String, String)>,
    /// Words of forms.
    pub(super) text: String,
    /// Whether something was left out.
    pub(super) is_cut: bool,
}

/// Whether a stream lies in a project: what of it is text is read.
pub(super) fn is_part(container: &Container<'_>, path: &str) -> bool {
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    let beside = |other: &str| container.has(&join(parent, other));
    beside(PROJECT) || beside(FORM) || container.has(&join(&join(parent, "VBA"), PROJECT))
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}/{name}") }
}

/// Reads all projects of a container.
pub(super) fn read(container: &mut Container<'_>) -> Result<Macros, ReadError> {
    let streams = |wanted: &str| -> Vec<String> {
        let all = container.entries().iter().filter(|entry| entry.kind == Kind::Stream);
        all.filter(|entry| entry.name().eq_ignore_ascii_case(wanted)).map(|entry| entry.parent().to_owned()).collect()
    };
    let (projects, forms) = (streams(PROJECT), streams(FORM));
    let mut macros = Macros::default();
    let mut left = MOST;
    for storage in projects {
        project(container, &storage, &mut left, &mut macros)?;
    }
    for storage in forms {
        for part in FORM_PARTS {
            let bytes = container.stream(&join(&storage, part))?.unwrap_or_default();
            macros.text.push_str(&runs(&bytes));
        }
    }
    macros.is_cut |= left == 0;
    Ok(macros)
}

fn project(
    container: &mut Container<'_>,
    storage: &str,
    left: &mut usize,
    macros: &mut Macros,
) -> Result<(), ReadError> {
    let list = container.stream(&join(storage, LIST))?.unwrap_or_default();
    let (offsets, code_page) = modules(&unpacked(&list, left));
    let names: Vec<(String, String)> =
        container.streams_in(storage).map(|entry| (entry.name().to_owned(), entry.path.clone())).collect();
    for (name, path) in names {
        let lower = name.to_lowercase();
        if lower == LIST || lower == PROJECT.to_lowercase() || lower.starts_with("__srp_") {
            continue;
        }
        let bytes = container.stream(&path)?.unwrap_or_default();
        let at = offsets.get(&lower).copied().filter(|at| bytes.get(*at) == Some(&1)).or_else(|| beginning(&bytes));
        let source = at.map(|at| unpacked(&bytes[at..], left)).unwrap_or_default();
        macros.is_cut |= source.is_empty() && at.is_some();
        if !source.is_empty() {
            macros.modules.push((format!("{}.bas", join(storage, &name)), coded(&source, code_page)));
        }
    }
    Ok(())
}

/// Where the packed source begins in the stream of each module, by its name in lower case; and the code page of all.
fn modules(list: &[u8]) -> (HashMap<String, usize>, u16) {
    let (mut offsets, mut code_page) = (HashMap::new(), 1252);
    let (mut at, mut stream) = (0, String::new());
    while at + 6 <= list.len() {
        let (id, length) = (u16_at(list, at), u32_at(list, at + 2) as usize);
        let body = slice(list, at + 6, length);
        match id {
            record::CODE_PAGE => code_page = u16_at(body, 0),
            record::STREAM => stream = coded(body, code_page).to_lowercase(),
            record::OFFSET => {
                offsets.insert(std::mem::take(&mut stream), u32_at(body, 0) as usize);
            }
            _ => {}
        }
        at = at.saturating_add(6).saturating_add(length).saturating_add(if id == record::VERSION { 2 } else { 0 });
    }
    (offsets, code_page)
}

fn beginning(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, BEGINNING).and_then(|at| at.checked_sub(3)).filter(|at| bytes[*at] == 1)
}

/// Unpacks ([MS-OVBA] 2.4.1): chunks of literal bytes and of references to what came before in the chunk. As far as it
/// goes.
fn unpacked(packed: &[u8], left: &mut usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    if packed.first() != Some(&1) {
        return bytes;
    }
    let mut at = 1;
    while at + 2 < packed.len() && *left > 0 {
        let head = u16_at(packed, at);
        if head >> 12 & 7 != 3 {
            break;
        }
        let body = slice(packed, at + 2, usize::from(head & 0xFFF) + 1);
        let before = bytes.len();
        if head >> 15 == 0 {
            bytes.extend_from_slice(body);
        } else {
            chunk(body, &mut bytes);
        }
        *left = left.saturating_sub(bytes.len() - before);
        at += 2 + body.len();
    }
    bytes
}

fn chunk(body: &[u8], into: &mut Vec<u8>) {
    let start = into.len();
    let mut at = 0;
    while at < body.len() {
        let flags = body[at];
        at += 1;
        for bit in 0..8 {
            let done = into.len() - start;
            if at >= body.len() || done >= CHUNK {
                return;
            }
            if flags >> bit & 1 == 0 {
                into.push(body[at]);
                at += 1;
                continue;
            }
            let token = u16_at(body, at);
            at += 2;
            // The further into the chunk, the more bits say how far back.
            let distance_bits = done.next_power_of_two().trailing_zeros().clamp(4, 12);
            let length = usize::from(token & (0xFFFF >> distance_bits)) + 3;
            let distance = usize::from(token >> (16 - distance_bits)) + 1;
            if distance > done {
                return;
            }
            for _ in 0..length.min(CHUNK - done) {
                into.push(into[into.len() - distance]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the specification.
    #[test]
    fn chunks_are_unpacked() {
        let literal = b"\x01\x19\xB0\x00abcdefgh\x00ijklmnop\x00qrstuv.";
        assert_eq!(unpacked(literal, &mut MOST.clone()), b"abcdefghijklmnopqrstuv.");
        let usual = b"\x01\x2F\xB0\x00#aaabcde\x82f\x00\x70agh\x69\x6A\x08\x60k\x6c\x00";
        assert!(unpacked(usual, &mut MOST.clone()).starts_with(b"#aaabcdef"));
        let repeated = b"\x01\x03\xB0\x02a\x45\x00";
        assert_eq!(unpacked(repeated, &mut MOST.clone()), "a".repeat(73).as_bytes());
        for end in 0..usual.len() {
            let _ = unpacked(&usual[..end], &mut MOST.clone());
        }
        let bomb = [&b"\x01"[..], &b"\x03\xB0\x02a\xFF\x0F".repeat(200)].concat();
        let mut left = 100_000;
        assert!(unpacked(&bomb, &mut left).len() <= 100_000 + CHUNK && left == 0);
    }
}
