//! What drawings say besides their pictures ([MS-ODRAW]): word art, alternative text, names, links.
//!
//! Finds the tables of properties wherever in a stream they stand. Knows nothing of shapes.

use super::bytes::{runs, slice, u16_at, u32_at, utf16};

/// The bytes that mark the three tables of properties, at an offset in their header.
const MARKS: [[u8; 2]; 3] = [[0x0B, 0xF0], [0x21, 0xF1], [0x22, 0xF1]];
const MARK_AT: usize = 2;
const HEADER: usize = 8;
/// The low bits of the first word say the version.
const VERSION: u16 = 3;
/// Properties whose value is text: of word art, the file of a picture, a name, a description, a hint.
const TEXTS: [u16; 5] = [0x00C0, 0x0105, 0x0380, 0x0381, 0x038D];
/// Where a click leads: text among other things.
const LINK: u16 = 0x0382;
/// The bit that says: the value stands behind the table.
const IS_LONG: u16 = 0x8000;

/// The texts of all drawings in a stream, one a line.
pub(super) fn texts(stream: &[u8]) -> String {
    let mut text = String::new();
    let mut at = MARK_AT;
    while let Some(found) = memchr::memchr2(0xF0, 0xF1, stream.get(at + 1..).unwrap_or_default()) {
        let mark = at + found;
        at = mark + 1;
        if MARKS.contains(&[stream[mark], stream[mark + 1]])
            && let Some(end) = table(stream, mark - MARK_AT, &mut text)
        {
            at = at.max(end + MARK_AT);
        }
    }
    text
}

/// Reads a table; where it ends, if it is one.
fn table(stream: &[u8], at: usize, into: &mut String) -> Option<usize> {
    let (head, length) = (u16_at(stream, at), u32_at(stream, at + 4) as usize);
    let count = usize::from(head >> 4);
    let body = stream.get(at + HEADER..)?.get(..length)?;
    if head & 0xF != VERSION || count * 6 > length {
        return None;
    }
    let mut behind = count * 6;
    for property in body[..count * 6].chunks_exact(6) {
        let (id, size) = (u16_at(property, 0), u32_at(property, 2) as usize);
        if id & IS_LONG == 0 {
            continue;
        }
        let value = slice(body, behind, size);
        behind = behind.saturating_add(size);
        let text = match id & 0x3FFF {
            id if TEXTS.contains(&id) => utf16(value).replace('\r', "\n"),
            LINK => runs(value),
            _ => continue,
        };
        let text = text.trim_matches(['\0', '\n', ' ']);
        if !text.is_empty() && !text.contains('\u{FFFD}') {
            into.push_str(text);
            into.push('\n');
        }
    }
    Some(at + HEADER + length)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A table with texts by the number of their property.
    pub(in super::super) fn table_of(texts: &[(u16, &str)]) -> Vec<u8> {
        let values: Vec<Vec<u8>> = texts
            .iter()
            .map(|(_, text)| format!("{text}\0").encode_utf16().flat_map(u16::to_le_bytes).collect())
            .collect();
        let mut body = vec![0x7F, 0, 1, 0, 1, 0];
        for ((id, _), value) in texts.iter().zip(&values) {
            body.extend((id | IS_LONG | 0x4000).to_le_bytes());
            body.extend((value.len() as u32).to_le_bytes());
        }
        body.extend(values.concat());
        let mut table = (((texts.len() as u16 + 1) << 4) | VERSION).to_le_bytes().to_vec();
        table.extend(MARKS[0]);
        table.extend((body.len() as u32).to_le_bytes());
        table.extend(body);
        table
    }

    #[test]
    fn texts_are_found_and_numbers_are_not() {
        let table = table_of(&[(0x00C0, "Draft for\rAnn"), (0x0187, "no text"), (0x0381, "Größe")]);
        let stream =
            [&b"\x0B\xF0 x\xF0\x0B\xF0\x0B"[..], &table, b"\xF0\x0B", &table[..20], b"\x13\0\x0B\xF0"].concat();
        assert_eq!(texts(&stream), "Draft for\nAnn\nGröße\n");
        for end in 0..stream.len() {
            let _ = texts(&stream[..end]);
        }
    }
}
