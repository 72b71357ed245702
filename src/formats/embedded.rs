//! Files that stand in the values of records: kept aside while the records are read, then given as members.
//!
//! The rule for binary values everywhere: what is text is text; what a format recognises by its first bytes is a file in
//! its own right; the rest (hashes, keys, ids, packed numbers) holds no text that could be missed. Knows nothing of records.

use super::{Content, Member, Sink, media_type_of, readable, recognize};
use crate::status::Reason;
use encoding_rs::{UTF_16BE, UTF_16LE};
use std::io::{self, Read, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// Bytes kept in memory; more go to an unlinked temporary file.
const IN_MEMORY: usize = 16 << 20;
/// Files in one artifact's values, and bytes of all of them, that are opened.
const FILES: usize = 10_000;
const BYTES: u64 = 4 << 30;

/// Bytes that are looked at to tell text in UTF-16.
const WIDE: usize = 4096;

/// What a binary value is.
pub(super) enum Binary<'b> {
    Text(&'b str),
    File,
    Neither,
}

/// Tells what a binary value is.
pub(super) fn kind_of(bytes: &[u8]) -> Binary<'_> {
    let head = &bytes[..bytes.len().min(super::content::HEAD)];
    let is_marked = is_wide_text(bytes) || bytes.starts_with(b"{\\rtf") || media_type_of(head).is_some();
    // Formats may look at a file's end to tell it, so they get all of it.
    if is_marked && recognize(&mut Content::stream(b"", bytes)).is_some() {
        return Binary::File;
    }
    readable(bytes).map_or(Binary::Neither, Binary::Text)
}

/// Whether it is text in UTF-16 with its mark: such text is a file like any other. Random bytes can begin with a mark.
fn is_wide_text(bytes: &[u8]) -> bool {
    let encoding = if bytes.starts_with(b"\xFF\xFE") { UTF_16LE } else { UTF_16BE };
    (bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF"))
        && bytes.len().is_multiple_of(2)
        && encoding
            .decode_with_bom_removal(&bytes[..bytes.len().min(WIDE)])
            .0
            .chars()
            .all(|c| !matches!(c, '\u{FFFD}' | '\0'..='\x08' | '\x0E'..='\x1F' | '\x7F'..='\u{9F}'))
}

/// The files found so far.
pub(super) struct Embedded {
    spool: SpooledTempFile,
    /// Name and length of each, in order.
    files: Vec<(String, u64)>,
    length: u64,
    is_cut: bool,
}

impl Embedded {
    pub(super) fn new() -> Self {
        Self { spool: tempfile::spooled_tempfile(IN_MEMORY), files: Vec::new(), length: 0, is_cut: false }
    }

    /// Keeps a file.
    pub(super) fn keep(&mut self, name: String, bytes: &[u8]) {
        let length = bytes.len() as u64;
        if self.files.len() >= FILES || self.length + length > BYTES || self.spool.write_all(bytes).is_err() {
            self.is_cut = true;
            return;
        }
        self.length += length;
        self.files.push((name, length));
    }

    /// Gives them all; whether to go on.
    pub(super) fn give(mut self, sink: &mut dyn Sink) -> io::Result<bool> {
        self.spool.seek(SeekFrom::Start(0))?;
        let mut start = 0;
        for (name, length) in &self.files {
            // A sink need not read a member to its end.
            self.spool.seek(SeekFrom::Start(start))?;
            start += length;
            let member = Member { name: name.as_bytes(), modified: None };
            if sink.member(&member, &mut (&mut self.spool).take(*length)).is_break() {
                return Ok(false);
            }
        }
        if self.is_cut {
            sink.partial(Reason::MembersOverLimit, "some files in binary values were not opened");
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_values_are_text_files_or_neither() {
        let is_file = |bytes: &[u8]| matches!(kind_of(bytes), Binary::File);
        assert!(matches!(kind_of("Grüße".as_bytes()), Binary::Text("Grüße")));
        assert!(is_file(b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"));
        assert!(is_file(b"%PDF-1.7\n"));
        assert!(is_file(b"\xFF\xFEa\0b\0c\0"));
        let mut state = 1_u64;
        for length in 0..4000 {
            let bytes: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8 | 0x80
            })
            .take(length % 64 + 24)
            .collect();
            assert!(matches!(kind_of(&bytes), Binary::Neither), "{bytes:?}");
        }
    }
}
