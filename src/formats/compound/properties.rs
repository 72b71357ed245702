//! Property sets ([MS-OLEPS]): title, author, keywords, and what else users and programs wrote about a document.
//!
//! Gives their strings alone. Knows no meaning of any property but the code page.

use super::bytes::{coded, slice, u16_at, u32_at, utf16};

/// Types of values.
const NARROW: u16 = 0x1E;
const WIDE: u16 = 0x1F;
/// The property that says the code page of the narrow strings.
const CODE_PAGE: u32 = 1;
/// Properties of one set, and sets.
const PROPERTIES: usize = 4096;
const SETS: usize = 8;

/// The code page of the first set, if it is one of Windows.
pub(super) fn code_page(stream: &[u8]) -> Option<u16> {
    let start = u32_at(stream, 44) as usize;
    let set = stream.get(start..).unwrap_or_default();
    let mut index = (0..(u32_at(set, 4) as usize).min(PROPERTIES)).map(|index| 8 + index * 8);
    let at = u32_at(set, index.find(|at| u32_at(set, *at) == CODE_PAGE)? + 4) as usize;
    Some(u16_at(set, at.saturating_add(4))).filter(|page| (874..=1258).contains(page))
}

/// The strings of a property stream, one a line.
pub(super) fn strings(stream: &[u8]) -> String {
    let mut text = String::new();
    for set in 0..(u32_at(stream, 24) as usize).min(SETS) {
        let start = u32_at(stream, 44 + set * 20) as usize;
        let set = stream.get(start..).unwrap_or_default();
        let count = (u32_at(set, 4) as usize).min(PROPERTIES);
        let values = |index: usize| (u32_at(set, 8 + index * 8), u32_at(set, 12 + index * 8) as usize);
        let code_page = (0..count).map(values).find(|(id, _)| *id == CODE_PAGE);
        let code_page = code_page.map_or(1252, |(_, at)| u16_at(set, at.saturating_add(4)));
        for (id, at) in (0..count).map(values) {
            // Property 0 names the others: it is a list, told by its shape.
            let value = if id == 0 { String::new() } else { value(set, at, code_page) };
            let value = value.trim_matches(['\0', ' ', '\r', '\n']);
            if !value.is_empty() {
                text.push_str(value);
                text.push('\n');
            }
        }
    }
    text
}

fn value(set: &[u8], at: usize, code_page: u16) -> String {
    let length = u32_at(set, at.saturating_add(4)) as usize;
    let from = at.saturating_add(8);
    match u16_at(set, at) {
        NARROW => coded(slice(set, from, length), code_page).replace('\0', ""),
        WIDE => utf16(slice(set, from, length.saturating_mul(2))).replace('\0', ""),
        _ => String::new(),
    }
}
