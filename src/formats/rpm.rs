//! RPM packages: the header's strings as text, and the payload (a compressed cpio archive) as a member.
//!
//! Knows where headers end, and no tag by its number.

use super::{Content, Document, Format, Member, Nesting, ReadError, Sink};
use std::io::{self, BufReader, Read};

const MAGIC: &[u8] = b"\xED\xAB\xEE\xDB";
const HEADER: &[u8] = b"\x8E\xAD\xE8";
/// Bytes of a header's index and store.
const LONGEST: u64 = 64 << 20;

/// The format.
pub(super) struct Rpm;

impl Format for Rpm {
    fn name(&self) -> &'static str {
        "rpm"
    }

    fn media_type(&self) -> &'static str {
        "application/x-rpm"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rpm"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Archive
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        content.head().starts_with(MAGIC)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        const LEAD: u64 = 96;
        let mut input = BufReader::with_capacity(64 << 10, content);
        io::copy(&mut (&mut input).take(LEAD), &mut io::sink())?;
        let signature = store(&mut input)?;
        // The header behind the signature begins at a multiple of eight bytes.
        let padding = (8 - signature.len() as u64 % 8) % 8;
        io::copy(&mut (&mut input).take(padding), &mut io::sink())?;
        let header = store(&mut input)?;
        let mut text = Document::new();
        for string in header.split(|byte| *byte == 0).filter_map(super::readable).filter(|text| text.len() > 3) {
            text.push(string);
            text.end_line();
        }
        text.stands_for(header.len() as u64);
        if sink.text(&mut text)?.is_continue() {
            let _ = sink.member(&Member { name: b"payload.cpio", modified: None }, &mut input);
        }
        Ok(())
    }
}

/// The data of a header, behind its index.
fn store(input: &mut impl Read) -> Result<Vec<u8>, ReadError> {
    let mut start = [0; 16];
    input.read_exact(&mut start)?;
    let number = |at: usize| u64::from(u32::from_be_bytes([start[at], start[at + 1], start[at + 2], start[at + 3]]));
    let (index, size) = (number(8) * 16, number(12));
    if !start.starts_with(HEADER) || index + size > LONGEST {
        return Err(ReadError::Malformed("its header is damaged".to_owned()));
    }
    io::copy(&mut input.take(index), &mut io::sink())?;
    let mut store = Vec::new();
    input.take(size).read_to_end(&mut store)?;
    if (store.len() as u64) < size {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    Ok(store)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::recording::Recording;

    #[test]
    fn header_and_payload() {
        let header = |store: &[u8]| {
            [HEADER, b"\x01\0\0\0\0", &0_u32.to_be_bytes(), &(store.len() as u32).to_be_bytes(), store].concat()
        };
        let lead = [MAGIC, &[0; 92]].concat();
        let bytes = [lead, header(b"abc"), vec![0; 5], header(b"a summary\0\0\x01\x02"), b"payload".to_vec()].concat();
        let (recording, result) = Recording::of_stream(&Rpm, &bytes);
        result.unwrap();
        assert_eq!(recording.text, b"a summary\n");
        assert_eq!(recording.members[0].bytes, b"payload");
        for at in 0..bytes.len() {
            let _ = Recording::of(&Rpm, &bytes[..at]);
        }
    }
}
