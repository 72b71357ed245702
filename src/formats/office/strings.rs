//! The strings that cells of a workbook refer to by number: kept in memory up to a bound, with a note of those that were
//! used. What no cell shows, and what lies beyond the bound, is read once more as plain text.

use super::xml::{Token, Xml};
use crate::formats::references::decode_into;
use crate::location::Position;
use crate::text::{Block, TextSource};
use std::io::{self, Read};

/// Bytes of strings that are kept, and how many strings.
const MOST_BYTES: usize = 160 << 20;
const MOST: usize = 16 << 20;
/// Bytes of one string; a cell has 32,767 characters.
const LONGEST: usize = 1 << 20;
/// Bytes of a string that cells may repeat, and of all repetitions: a small file can refer to a long string from a
/// million cells.
const LONGEST_REPEATED: usize = 4 * 32_767;
const MOST_REPEATED: u64 = 2 << 30;
/// Bytes of text given at a time, and bytes of XML read for it at most.
const PIECE: usize = 64 << 10;
const MOST_XML: u64 = 1 << 20;

/// The strings of a workbook.
#[derive(Default)]
pub(super) struct Strings {
    text: Vec<u8>,
    /// Where each string ends.
    ends: Vec<u32>,
    used: Vec<u64>,
    /// Bytes given more than once.
    repeated: u64,
    /// Whether a repetition was left out.
    pub(super) is_cut: bool,
}

impl Strings {
    /// Reads strings as far as they go and fit.
    pub(super) fn read(part: impl Read) -> Self {
        let mut strings = Self::default();
        let mut reader = Reader::new(part);
        let mut string = Vec::new();
        while strings.ends.len() < MOST
            && strings.text.len() < MOST_BYTES
            && matches!(reader.next(&mut string), Ok(true))
        {
            strings.text.extend_from_slice(&string);
            strings.ends.push(strings.text.len() as u32);
        }
        strings.used = vec![0; strings.ends.len() / 64 + 1];
        strings
    }

    /// Keeps strings as far as they fit.
    pub(super) fn keep(all: impl Iterator<Item = String>) -> Self {
        let mut strings = Self::default();
        for string in all.take(MOST) {
            if strings.text.len() + string.len() > MOST_BYTES {
                break;
            }
            strings.text.extend_from_slice(string.as_bytes());
            strings.ends.push(strings.text.len() as u32);
        }
        strings.used = vec![0; strings.ends.len() / 64 + 1];
        strings
    }

    /// The strings that were kept and that no cell shows, each on a line.
    pub(super) fn unused(&self) -> String {
        let mut all = String::new();
        for number in (0..self.ends.len()).filter(|number| !self.is_used(*number)) {
            let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
            all.push_str(&String::from_utf8_lossy(&self.text[start..self.ends[number] as usize]));
            all.push('\n');
        }
        all
    }

    /// The string of a number, which is noted as used.
    pub(super) fn get(&mut self, number: usize) -> Option<String> {
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        if self.is_used(number) {
            self.repeated = self.repeated.saturating_add((end - start) as u64);
            if end - start > LONGEST_REPEATED || self.repeated > MOST_REPEATED {
                self.is_cut = true;
                return Some(String::new());
            }
        }
        self.used[number / 64] |= 1 << (number % 64);
        Some(String::from_utf8_lossy(self.text.get(start..end)?).into_owned())
    }

    fn is_used(&self, number: usize) -> bool {
        self.used.get(number / 64).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }
}

/// Reads one string after another.
struct Reader<R> {
    xml: Xml<R>,
    in_text: bool,
    in_phonetic: bool,
}

impl<R: Read> Reader<R> {
    fn new(part: R) -> Self {
        Self { xml: Xml::new(part), in_text: false, in_phonetic: false }
    }

    fn next(&mut self, string: &mut Vec<u8>) -> io::Result<bool> {
        string.clear();
        let mut has_begun = false;
        while let Some(token) = self.xml.next()? {
            match token {
                Token::Start(tag) => match tag.name {
                    b"si" => has_begun = true,
                    b"t" => self.in_text = !self.in_phonetic,
                    b"rPh" => self.in_phonetic = true,
                    _ => {}
                },
                Token::End(b"si") if has_begun => return Ok(true),
                Token::End(b"t") => self.in_text = false,
                Token::End(b"rPh") => self.in_phonetic = false,
                Token::Text(raw) if self.in_text && string.len() < LONGEST => decode_into(raw, string),
                Token::Verbatim(raw) if self.in_text && string.len() < LONGEST => string.extend_from_slice(raw),
                Token::End(_) | Token::Text(_) | Token::Verbatim(_) => {}
            }
        }
        Ok(false)
    }
}

/// Strings that no cell shows, each on a line.
pub(super) struct Unused<'a, R> {
    reader: Reader<R>,
    strings: &'a Strings,
    number: usize,
}

impl<'a, R: Read> Unused<'a, R> {
    pub(super) fn new(part: R, strings: &'a Strings) -> Self {
        Self { reader: Reader::new(part), strings, number: 0 }
    }
}

impl<R: Read> TextSource for Unused<'_, R> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        let (start, from) = (block.text.len(), self.reader.xml.bytes_read());
        let mut string = Vec::new();
        while block.text.len() - start < PIECE && self.reader.xml.bytes_read() - from < MOST_XML {
            let more = self.reader.next(&mut string)?;
            if !self.strings.is_used(self.number) && !string.is_empty() {
                block.text.append(&mut string);
                block.text.push(b'\n');
            }
            self.number += 1;
            if !more {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        // The number of the line would be that of a text that nobody can look up.
        Position { line: 1, end_line: 1, column: 1, offset: start, length: end - start }
    }

    fn release(&mut self, _: u64) {}

    fn bytes_read(&self) -> u64 {
        self.reader.xml.bytes_read()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_and_the_unused_are_told() {
        let xml = b"<sst><si><t>a &amp; b</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>no</t></rPh></si><si/><si><t>z</t>";
        let mut strings = Strings::read(&xml[..]);
        assert_eq!(strings.ends.len(), 3);
        assert_eq!(strings.get(1).as_deref(), Some("rich"));
        assert_eq!(strings.get(2).as_deref(), Some(""));
        assert_eq!(strings.get(3), None);
        let mut block = Block::default();
        let mut unused = Unused::new(&xml[..], &strings);
        while unused.fill(&mut block).unwrap() {}
        assert_eq!(block.text, b"a & b\nz\n");
    }
}
