//! Word documents ([MS-DOC], and Word 6 and 95): every piece of text, so body, footnotes, headers, comments, endnotes and
//! text boxes.
//!
//! Knows no formatting: hidden and deleted text is text.

use super::bytes::{code_page_of, coded, runs, slice, u16_at, u32_at, utf16};
use super::container::Container;
use super::legacy::{Key, Lock};
use super::{Opened, drawing, encrypted, properties, sealed_properties};
use crate::formats::ReadError;

/// First words of the main stream.
const WORD_97: u16 = 0xA5EC;
const WORD_95: u16 = 0xA5DC;
const WORD_6: u16 = 0xA5DB;
/// Word 6 and 95 for East Asia.
const WORD_EAST: std::ops::RangeInclusive<u16> = 0xA697..=0xA699;
/// Flags of the word at 10.
const IS_ENCRYPTED: u16 = 0x0100;
const IN_TABLE_1: u16 = 0x0200;
const IS_OBFUSCATED: u16 = 0x8000;
/// Where Word 6 and 95 say on what machine a document was made, and code pages.
const MADE_ON_AT: usize = 0x12;
const MAC: u8 = 1;
const MAC_ROMAN: u16 = 10000;
const WESTERN: u16 = 1252;
/// Bytes that are never encrypted, since Word 97 and before.
const PLAIN_97: usize = 0x44;
const PLAIN_95: usize = 0x34;
/// Pieces may repeat bytes; a document's text is no longer than this many times its stream.
const TIMES: usize = 4;

/// Reads the document in a storage.
pub(super) fn read(container: &mut Container<'_>, within: &str, passwords: &[Vec<u8>]) -> Result<Opened, ReadError> {
    let mut stream = container.stream(&format!("{within}WordDocument"))?.unwrap_or_default();
    let (mark, flags) = (u16_at(&stream, 0), u16_at(&stream, 10));
    if !matches!(mark, WORD_97 | WORD_95 | WORD_6) && !WORD_EAST.contains(&mark) {
        return Ok(Opened::broken());
    }
    let name = if flags & IN_TABLE_1 != 0 { "1Table" } else { "0Table" };
    let mut table = container.stream(&format!("{within}{name}"))?.unwrap_or_default();
    let told = properties::code_page(&container.stream("\u{5}SummaryInformation")?.unwrap_or_default());
    let mut data = container.stream(&format!("{within}Data"))?.unwrap_or_default();
    let mut aside = String::new();
    if flags & IS_ENCRYPTED != 0 {
        let is_obfuscated = flags & IS_OBFUSCATED != 0 || mark != WORD_97;
        let key = key(&stream, &table, is_obfuscated, passwords).ok_or_else(encrypted)?;
        key.decrypt_word(&mut stream, if mark == WORD_97 { PLAIN_97 } else { PLAIN_95 });
        key.decrypt_word(&mut table, 0);
        key.decrypt_word(&mut data, 0);
        aside = sealed_properties(container, within, &key)?;
    }
    aside.push_str(&drawing::texts(&table));
    aside.push_str(&drawing::texts(&data));
    let mut opened = if mark == WORD_97 { word_97(&stream, &table) } else { word_95(&stream, told) };
    if !aside.is_empty() && !opened.text.is_empty() && !opened.text.ends_with('\n') {
        opened.text.push('\n');
    }
    opened.text.push_str(&aside);
    Ok(opened)
}

/// Marks of Word 1 and 2 for Windows, whose documents are one stream, and the versions that they go with.
const BARE: [(u16, u16); 3] = [(0xA59B, 0x21), (WORD_6, 0x2D), (WORD_6, 0x3F)];

/// Whether a file begins as a document of a time before compound files.
pub(super) fn is_bare(head: &[u8]) -> bool {
    BARE.contains(&(u16_at(head, 0), u16_at(head, 2)))
}

/// Reads such a document: its text, then what its other parts hold of text: names, properties, what a fast save left.
pub(super) fn read_bare(stream: &[u8]) -> Result<Opened, ReadError> {
    if u16_at(stream, 10) & IS_ENCRYPTED != 0 {
        return Err(encrypted());
    }
    let mut opened = word_95(stream, None);
    opened.text.push('\n');
    opened.text.push_str(&runs(slice(stream, u32_at(stream, 0x1C) as usize, usize::MAX)));
    Ok(opened)
}

/// The key of an encrypted document: its lock stands in the first stream, or at the beginning of the second.
fn key(stream: &[u8], table: &[u8], is_obfuscated: bool, passwords: &[Vec<u8>]) -> Option<Key> {
    let lock = if is_obfuscated {
        Lock::Xor { verifier: u16_at(stream, 14), key: u16_at(stream, 16) }
    } else {
        Lock::new(slice(table, 0, u32_at(stream, 14) as usize))?
    };
    lock.open(passwords)
}

fn word_97(stream: &[u8], table: &[u8]) -> Opened {
    let (at, length) = (u32_at(stream, 0x1A2) as usize, u32_at(stream, 0x1A6) as usize);
    let pieces = pieces(slice(table, at, length));
    if pieces.is_empty() {
        return Opened::broken();
    }
    let mut opened = Opened::default();
    let mut read = Vec::new();
    for piece in pieces {
        if opened.text.len() > stream.len().saturating_mul(TIMES) {
            opened.is_damaged = true;
            break;
        }
        let is_narrow = piece.offset & 0x4000_0000 != 0;
        let offset = (piece.offset & 0x3FFF_FFFF) as usize;
        let (at, length) =
            if is_narrow { (offset / 2, piece.length) } else { (offset, piece.length.saturating_mul(2)) };
        let bytes = slice(stream, at, length);
        opened.is_damaged |= bytes.len() < length;
        let text = if is_narrow { coded(bytes, 1252) } else { utf16(bytes) };
        push_written(&mut opened.text, &text);
        read.push((at, at.saturating_add(length)));
    }
    left_over(stream, read, &mut opened.text);
    opened
}

/// Text that is in no piece any more, though a fast save left it where it was.
fn left_over(stream: &[u8], mut read: Vec<(usize, usize)>, into: &mut String) {
    let (from, to) = (u32_at(stream, 0x18) as usize, u32_at(stream, 0x1C) as usize);
    read.push((to, to));
    read.sort_unstable();
    let mut behind = from;
    for (start, end) in read {
        if start > behind && start <= to {
            into.push('\n');
            push_written(into, &runs(slice(stream, behind, start - behind)));
        }
        behind = behind.max(end);
    }
}

struct Piece {
    /// Characters.
    length: usize,
    /// Where they lie; bit 30: one byte a character.
    offset: u32,
}

/// The piece table: behind the formatting (blocks that begin with 1) stands the table itself (2).
fn pieces(mut clx: &[u8]) -> Vec<Piece> {
    while clx.first() == Some(&1) {
        clx = &clx[clx.len().min(3 + usize::from(u16_at(clx, 1)))..];
    }
    if clx.first() != Some(&2) {
        return Vec::new();
    }
    let table = slice(clx, 5, u32_at(clx, 1) as usize);
    let count = table.len().saturating_sub(4) / 12;
    let piece = |index: usize| {
        let (from, to) = (u32_at(table, index * 4), u32_at(table, index * 4 + 4));
        let offset = u32_at(table, (count + 1) * 4 + index * 8 + 2);
        Piece { length: to.saturating_sub(from) as usize, offset }
    };
    (0..count).map(piece).collect()
}

/// `told`: the code page that the document's properties are in.
fn word_95(stream: &[u8], told: Option<u16>) -> Opened {
    let (from, to) = (u32_at(stream, 0x18) as usize, u32_at(stream, 0x1C) as usize);
    let bytes = slice(stream, from, to.saturating_sub(from));
    let mut opened = Opened { is_damaged: bytes.len() < to.saturating_sub(from), ..Opened::default() };
    let by_language = code_page_of(u16_at(stream, 6));
    let code_page = match stream.get(MADE_ON_AT) {
        Some(&MAC) => MAC_ROMAN,
        // The Western languages are what a program writes that does not know better.
        _ if by_language == WESTERN => told.unwrap_or(WESTERN),
        _ => by_language,
    };
    push_written(&mut opened.text, &coded(bytes, code_page));
    opened
}

/// Appends text as it is read on paper: the marks of paragraphs, cells and fields are breaks.
fn push_written(into: &mut String, text: &str) {
    into.extend(text.chars().filter_map(|c| match c {
        '\r' | '\u{b}' | '\u{c}' | '\u{e}' => Some('\n'),
        '\u{7}' => Some('\t'),
        '\u{1e}' => Some('-'),
        '\u{13}'..='\u{15}' => Some(' '),
        '\n' | '\t' => Some(c),
        c if c.is_control() => None,
        c => Some(c),
    }));
}
