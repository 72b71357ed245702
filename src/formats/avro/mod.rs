//! Avro container files: each value of each record under the names of its fields, with the record's index and a path.
//!
//! An own decoder: nothing recurses, blocks are bounded, and damage costs one block. Unions are seen through. Knows nothing
//! of what fields hold.

mod blocks;
mod schema;
mod values;

use super::embedded::Embedded;
use super::paths::Paths;
use super::records::{Record, RecordText, Records, Value};
use super::{Content, Document, Format, Nesting, PlaceKind, ReadError, Sink};
use crate::location::Place;
use crate::status::Reason;
use blocks::{Blocks, Codec};
use schema::Schema;
use std::io::{self, BufRead, BufReader, Read};
use values::Values;

const MAGIC: &[u8] = b"Obj\x01";
const BUFFER: usize = 64 << 10;
/// Bytes of the header: the schema and notes of programs.
const HEADER: usize = 16 << 20;

/// The format.
pub(super) struct Avro;

impl Format for Avro {
    fn name(&self) -> &'static str {
        "avro"
    }

    fn media_type(&self) -> &'static str {
        "application/avro"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["avro"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Document
    }

    fn place(&self) -> PlaceKind {
        PlaceKind::Record
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        content.head().starts_with(MAGIC)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let mut input = BufReader::with_capacity(BUFFER, content);
        let header = Header::read(&mut input)?;
        if sink.text(&mut header.notes())?.is_break() {
            return Ok(());
        }
        let schema = Schema::parse(header.value(b"avro.schema"))
            .ok_or_else(|| ReadError::Malformed("its schema is damaged".to_owned()))?;
        let codec = Codec::named(header.value(b"avro.codec")).ok_or_else(|| {
            ReadError::Unsupported(Reason::UnsupportedCompression, "the codec of its blocks".to_owned())
        })?;
        let mut text = RecordText::new(Reading {
            blocks: Blocks::new(input, codec, header.marker),
            schema,
            paths: Paths::new(),
            block: Vec::new(),
            at: 0,
            left: 0,
            index: 0,
            embedded: Embedded::new(),
            has_damage: false,
        });
        let flow = sink.text(&mut text)?;
        let reading = text.into_records();
        if reading.has_damage {
            sink.partial(Reason::Malformed, "some records are damaged, or stand in a block that is too large");
        }
        if flow.is_continue() {
            reading.embedded.give(sink)?;
        }
        Ok(())
    }
}

/// The header: what is said of the file, and the marker between its blocks.
struct Header {
    notes: Vec<(Vec<u8>, Vec<u8>)>,
    marker: [u8; 16],
    length: u64,
}

impl Header {
    fn read(input: &mut impl BufRead) -> Result<Self, ReadError> {
        let mut header = HeaderBytes { input, left: HEADER };
        let mut magic = [0; 4];
        header.input.read_exact(&mut magic)?;
        let mut notes = Vec::new();
        loop {
            let count = header.long()?;
            if count < 0 {
                header.long()?;
            }
            if count == 0 {
                break;
            }
            for _ in 0..count.unsigned_abs() {
                notes.push((header.counted()?, header.counted()?));
            }
        }
        let length = (HEADER - header.left) as u64;
        let mut marker = [0; 16];
        header.input.read_exact(&mut marker)?;
        Ok(Self { notes, marker, length })
    }

    fn value(&self, key: &[u8]) -> &[u8] {
        self.notes.iter().find(|(name, _)| name == key).map_or(b"", |(_, value)| value)
    }

    /// The notes as text: the schema holds names, defaults and comments.
    fn notes(&self) -> Document {
        let mut notes = Document::new();
        for (key, value) in &self.notes {
            notes.push(&format!("{}: {}", String::from_utf8_lossy(key), String::from_utf8_lossy(value)));
            notes.end_line();
        }
        notes.stands_for(self.length);
        notes
    }
}

/// The bytes of a header, of which there are not too many.
struct HeaderBytes<'r, R> {
    input: &'r mut R,
    left: usize,
}

impl<R: BufRead> HeaderBytes<'_, R> {
    fn take(&mut self, count: usize) -> Result<Vec<u8>, ReadError> {
        self.left =
            self.left.checked_sub(count).ok_or_else(|| ReadError::Malformed("its header is too long".to_owned()))?;
        let mut bytes = Vec::new();
        self.input.take(count as u64).read_to_end(&mut bytes)?;
        if bytes.len() < count {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(bytes)
    }

    fn long(&mut self) -> Result<i64, ReadError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?.first().copied().unwrap_or_default();
            value |= u64::from(byte & 0x7F).wrapping_shl(shift);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(blocks::unzigzag(value))
    }

    fn counted(&mut self) -> Result<Vec<u8>, ReadError> {
        let count = usize::try_from(self.long()?).unwrap_or(usize::MAX);
        self.take(count)
    }
}

/// The records on their way.
struct Reading<R> {
    blocks: Blocks<R>,
    schema: Schema,
    paths: Paths,
    /// The block in use, and where the next record begins in it.
    block: Vec<u8>,
    at: usize,
    /// Records that are left in the block.
    left: u64,
    index: u64,
    embedded: Embedded,
    has_damage: bool,
}

impl<R: BufRead> Records for Reading<R> {
    fn next(&mut self, into: &mut Record) -> io::Result<bool> {
        while self.left == 0 {
            let Some(block) = self.blocks.next()? else { return Ok(false) };
            self.has_damage |= !block.is_whole;
            (self.block, self.at, self.left) = (block.bytes, 0, block.count);
        }
        into.begin(self.index);
        let mut values = Values { bytes: &self.block, at: self.at, index: self.index, embedded: &mut self.embedded };
        let is_sound = values.record(&self.schema, &mut self.paths, into).is_some();
        // Records without a byte say nothing, however many there are.
        let done = if is_sound && values.at > self.at { 1 } else { self.left };
        self.at = values.at;
        self.has_damage |= !is_sound;
        self.left -= done;
        self.index = self.index.saturating_add(done);
        if self.left == 0 && self.at < self.block.len() {
            self.has_damage = true;
        }
        Ok(true)
    }

    fn names(&self, column: u32) -> Vec<String> {
        self.paths.names(column)
    }

    fn place(&self, value: &Value) -> Place {
        self.paths.place(value)
    }

    fn bytes_read(&self) -> u64 {
        self.blocks.read
    }
}

#[cfg(test)]
mod tests;
