//! Documents from before compound files, which are one stream: Word 1 and 2, Excel 2 to 5.
//!
//! Knows how they begin, and leaves the rest to the readers of later versions.

use super::{Holds, Reason, doc, xls};
use crate::formats::records::RecordText;
use crate::formats::{Document, ReadError, ReadSeek, Sink};
use std::io::{Read, SeekFrom};

/// Bytes of such a file: the programs had 16 bits.
const LONGEST: u64 = 256 << 20;

/// Whether a file begins as one.
pub(super) fn is(holds: Holds, head: &[u8]) -> bool {
    match holds {
        Holds::Word => doc::is_bare(head),
        Holds::Excel => xls::is_bare(head),
        _ => false,
    }
}

/// Reads one.
pub(super) fn read(
    holds: Holds,
    reader: &mut dyn ReadSeek,
    passwords: &[Vec<u8>],
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    let mut bytes = Vec::new();
    reader.seek(SeekFrom::Start(0))?;
    (&mut *reader).take(LONGEST + 1).read_to_end(&mut bytes)?;
    let size = bytes.len() as u64;
    if size > LONGEST {
        return Err(ReadError::Unsupported(Reason::FileTooLarge, String::new()));
    }
    let (text, is_damaged) = if holds == Holds::Excel {
        let mut cells = RecordText::new(xls::open_bare(bytes, passwords)?);
        if sink.text(&mut cells)?.is_break() {
            return Ok(());
        }
        let mut workbook = cells.into_records();
        (workbook.take_aside(), workbook.is_damaged())
    } else {
        let opened = doc::read_bare(&bytes)?;
        (opened.text, opened.is_damaged)
    };
    if !text.trim().is_empty() {
        let mut document = Document::new();
        document.push(&text);
        document.stands_for(if holds == Holds::Excel { 0 } else { size });
        let _ = sink.text(&mut document)?;
    }
    if is_damaged {
        sink.partial(Reason::MalformedOffice, "damaged");
    }
    Ok(())
}
