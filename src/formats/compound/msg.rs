//! Outlook messages ([MS-OXMSG]): every string property of the message, its recipients and the messages in it, and a few times;
//! attachments, and bodies that are no plain text, as members.
//!
//! Knows the numbers of the properties that name and hold attachments and bodies, no others.

use super::bytes::{coded, slice, u16_at, u32_at, u64_at, utf16};
use super::container::{Container, Kind};
use super::{Opened, rtf};
use crate::formats::ReadError;
use crate::formats::calendar::civil;
use std::collections::HashSet;
use std::fmt::Write as _;

const PREFIX: &str = "__substg1.0_";
const PROPERTIES: &str = "__properties_version1.0";
const ATTACHMENT: &str = "__attach_version1.0_";
/// Properties.
const BODY: &str = "1000";
const HTML: &str = "1013";
const RTF: &str = "1009";
const ATTACHED: &str = "3701";
const FILE_NAMES: [&str; 3] = ["3707", "3704", "3001"];
const SUBJECT: &str = "0037";
/// Types of values.
const WIDE: &str = "001F";
const NARROW: &str = "001E";
const BINARY: &str = "0102";
/// The same, several in one property: each value is a stream of its own, the list of their lengths is another.
const MANY_WIDE: &str = "101F";
const MANY_NARROW: &str = "101E";
/// The properties that say the code page of narrow strings: of the message, and of its body in the net.
const CODE_PAGES: [u32; 2] = [0x3FFD_0003, 0x3FDE_0003];
/// Times that say something of people, and what they are.
const TIMES: [(u32, &str); 4] =
    [(0x0039_0040, "Sent"), (0x0E06_0040, "Received"), (0x3A42_0040, "Birthday"), (0x3A41_0040, "Wedding anniversary")];

/// Reads a message.
pub(super) fn read(container: &mut Container<'_>) -> Result<Opened, ReadError> {
    let properties = container.stream(PROPERTIES)?.unwrap_or_default();
    let code_page = code_page(&properties);
    let mut opened = Opened::default();
    let storages: Vec<String> = storages(container);
    for storage in &storages {
        let name = storage.rsplit('/').next().unwrap_or_default();
        if name.starts_with(ATTACHMENT) {
            attachment(container, storage, code_page, &mut opened)?;
        } else {
            message(container, storage, code_page, &mut opened)?;
        }
    }
    Ok(opened)
}

/// The root, and every storage of messages, recipients and attachments.
fn storages(container: &Container<'_>) -> Vec<String> {
    let below = container.entries().iter().filter(|entry| entry.kind == Kind::Storage).map(|entry| entry.path.clone());
    std::iter::once(String::new()).chain(below.filter(|path| !path.contains("__nameid_version1.0"))).collect()
}

/// The code page of strings of one byte a character: fixed-size properties stand in rows of 16 bytes behind a header.
fn code_page(properties: &[u8]) -> u16 {
    let row = |wanted: &u32| rows(properties, 32).find(|row| u32_at(row, 0) == *wanted);
    let found = CODE_PAGES.iter().filter_map(row).map(|row| u16_at(row, 8));
    found.into_iter().find(|code_page| *code_page != 0).unwrap_or(1252)
}

/// The properties of a fixed size, behind a header.
fn rows(properties: &[u8], header: usize) -> impl Iterator<Item = &[u8]> {
    slice(properties, header, usize::MAX).chunks_exact(16)
}

/// The times of a message, each a line: 100 nanoseconds since 1601.
fn times(container: &mut Container<'_>, storage: &str) -> Result<String, ReadError> {
    const DAY: u64 = 864_000_000_000;
    const BEFORE_1970: i64 = 134_774;
    const MOST_DAYS: i64 = 1 << 20;
    let (path, header) = match storage.rsplit('/').next().unwrap_or_default() {
        "" => (PROPERTIES.to_owned(), 32),
        name if name.starts_with(PREFIX) => (format!("{storage}/{PROPERTIES}"), 24),
        _ => (format!("{storage}/{PROPERTIES}"), 8),
    };
    let properties = container.stream(&path)?.unwrap_or_default();
    let mut text = String::new();
    for row in rows(&properties, header) {
        let Some((_, name)) = TIMES.iter().find(|(tag, _)| *tag == u32_at(row, 0)) else { continue };
        let time = u64_at(row, 8);
        let days = (time / DAY).cast_signed() - BEFORE_1970;
        if time > 0 && days.abs() < MOST_DAYS {
            let (year, month, day) = civil(days);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name}: {year:04}-{month:02}-{day:02}");
        }
    }
    Ok(text)
}

/// A property stream: its number, its type, its path.
fn properties(container: &Container<'_>, storage: &str) -> Vec<(String, String, String)> {
    let mut all: Vec<_> = container
        .streams_in(storage)
        .filter_map(|entry| {
            let tag = entry.name().strip_prefix(PREFIX)?;
            let (number, kind) = (tag.get(..4)?.to_ascii_uppercase(), tag.get(4..8)?.to_ascii_uppercase());
            let is_list = kind.starts_with("10") && tag.len() == 8;
            if is_list {
                return None;
            }
            Some((number, kind, entry.path.clone()))
        })
        .collect();
    // The subject first and the body last, as they are read.
    all.sort_by_key(|(number, ..)| (number == BODY, number != SUBJECT));
    all
}

fn string(bytes: &[u8], kind: &str, code_page: u16) -> String {
    let text = if matches!(kind, WIDE | MANY_WIDE) { utf16(bytes) } else { coded(bytes, code_page) };
    text.replace('\0', "").replace("\r\n", "\n").replace('\r', "\n")
}

fn message(container: &mut Container<'_>, storage: &str, code_page: u16, opened: &mut Opened) -> Result<(), ReadError> {
    let mut seen = HashSet::new();
    let mut has_body = false;
    let properties = properties(container, storage);
    for (number, kind, path) in &properties {
        if !matches!(kind.as_str(), WIDE | NARROW | MANY_WIDE | MANY_NARROW) {
            continue;
        }
        let bytes = container.stream(path)?.unwrap_or_default();
        let text = string(&bytes, kind, code_page);
        let text = text.trim();
        // A subject or an address stands in several properties.
        if text.is_empty() || !seen.insert(text.to_owned()) {
            continue;
        }
        has_body |= number == BODY;
        opened.text.push_str(text);
        opened.text.push('\n');
    }
    opened.text.push_str(&times(container, storage)?);
    let markup = [HTML, RTF].iter().find_map(|wanted| {
        let found = properties.iter().find(|(number, ..)| number == wanted);
        found.filter(|_| !has_body || *wanted == HTML).map(|(number, _, path)| (number == HTML, path.clone()))
    });
    let Some((is_html, path)) = markup else { return Ok(()) };
    let bytes = container.stream(&path)?.unwrap_or_default();
    // The same body twice would be counted twice.
    if has_body && !says_more(&String::from_utf8_lossy(&bytes), &opened.text) {
        return Ok(());
    }
    let before = if storage.is_empty() { String::new() } else { format!("{storage}/") };
    if is_html {
        opened.members.push((format!("{before}body.html"), bytes));
    } else {
        match rtf::decompressed(&bytes) {
            Some(text) => opened.members.push((format!("{before}body.rtf"), text)),
            None => opened.is_damaged = true,
        }
    }
    Ok(())
}

/// Whether markup shows a number or an address that the plain text does not hold.
fn says_more(markup: &str, plain: &str) -> bool {
    const DIGITS: usize = 4;
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_');
    let is_telling = |word: &&str| word.contains('@') || word.chars().filter(char::is_ascii_digit).count() >= DIGITS;
    let body = markup.find("<body").map_or(markup, |at| &markup[at..]);
    let shown = body.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    shown
        .flat_map(|text| text.split(|c: char| !is_part(c)))
        .map(|word| word.trim_matches(['.', '-', '_']))
        .filter(is_telling)
        .any(|word| !plain.contains(word))
}

fn attachment(
    container: &mut Container<'_>,
    storage: &str,
    code_page: u16,
    opened: &mut Opened,
) -> Result<(), ReadError> {
    let properties = properties(container, storage);
    let mut name = None;
    for wanted in FILE_NAMES {
        if let Some((_, kind, path)) = properties.iter().find(|(number, ..)| number == wanted)
            && name.is_none()
        {
            let bytes = container.stream(path)?.unwrap_or_default();
            name = Some(string(&bytes, kind, code_page)).filter(|name| !name.is_empty());
        }
    }
    if let Some((.., path)) = properties.iter().find(|(number, kind, _)| number == ATTACHED && kind == BINARY) {
        let bytes = container.stream(path)?.unwrap_or_default();
        let name = name.unwrap_or_else(|| storage.to_owned());
        opened.members.push((name, bytes));
    } else if let Some(name) = name {
        opened.text.push_str(&name);
        opened.text.push('\n');
    }
    Ok(())
}
