//! Parquet: each value of each record under the names of its column, with the record's index and a path.
//!
//! The file's own reader does the decoding, a row group at a time; one that cannot be read is tried column by column.
//! The text beside the records (column names, what programs noted in the footer) counts as text. Knows nothing of columns.

use super::embedded::{Binary, Embedded, kind_of};
use super::paths::Paths;
use super::records::{Record, RecordText, Records, Value};
use super::{Content, Document, Format, Nesting, PlaceKind, ReadError, Sink};
use crate::location::Place;
use crate::status::Reason;
use bytes::Bytes;
use parquet::file::reader::{ChunkReader, FileReader, RowGroupReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use std::io::{self, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

const MAGIC: &[u8] = b"PAR1";
/// The same with an encrypted footer.
const ENCRYPTED: &[u8] = b"PARE";
/// Files up to this size are held in memory; larger ones in a temporary file.
const IN_MEMORY: u64 = 32 << 20;
/// Fields inside each other.
const DEEPEST: usize = 256;

/// The format.
pub(super) struct Parquet;

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.apache.parquet"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Document
    }

    fn place(&self) -> PlaceKind {
        PlaceKind::Record
    }

    fn is_isolated(&self) -> bool {
        true
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let is_marked = |bytes: &[u8]| bytes.starts_with(MAGIC) || bytes.starts_with(ENCRYPTED);
        // Four letters alone could begin a text.
        is_marked(content.head())
            && (super::text::is_binary_behind(content.head(), 4) || {
                let tail = content.tail();
                is_marked(tail.get(tail.len().saturating_sub(4)..).unwrap_or_default())
            })
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        if content.head().starts_with(ENCRYPTED) {
            return Err(ReadError::Unsupported(Reason::EncryptedDocument, "the footer is encrypted".to_owned()));
        }
        let (reader, broken) = content.spool()?;
        let length = reader.seek(SeekFrom::End(0))?;
        reader.seek(SeekFrom::Start(0))?;
        if length <= IN_MEMORY {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes)?;
            read_file(Bytes::from(bytes), sink)?;
        } else {
            let mut file = tempfile::tempfile()?;
            io::copy(reader, &mut file)?;
            read_file(file, sink)?;
        }
        broken.map_or(Ok(()), |error| Err(error.again().into()))
    }
}

fn read_file(input: impl ChunkReader + 'static, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let Ok(Ok(file)) = catch_unwind(AssertUnwindSafe(|| SerializedFileReader::new(input))) else {
        return Err(ReadError::Malformed("the footer, without which nothing can be read, is damaged".to_owned()));
    };
    if sink.text(&mut notes(&file))?.is_break() {
        return Ok(());
    }
    let mut reading = Reading { paths: Paths::new(), embedded: Embedded::new(), first: 0, has_damage: false };
    for index in 0..file.num_row_groups() {
        let rows = file.metadata().row_group(index).num_rows().try_into().unwrap_or(0);
        match file.get_row_group(index) {
            Ok(group) => {
                if !reading.group(group.as_ref(), sink)? {
                    return Ok(());
                }
            }
            Err(_) => reading.has_damage = true,
        }
        reading.first = u64::saturating_add(reading.first, rows);
    }
    if reading.has_damage {
        sink.partial(Reason::Malformed, "some records are damaged");
    }
    reading.embedded.give(sink)?;
    Ok(())
}

/// The text beside the records.
fn notes<R: ChunkReader + 'static>(file: &SerializedFileReader<R>) -> Document {
    let mut notes = Document::new();
    let metadata = file.metadata().file_metadata();
    let mut line = |text: &str| {
        notes.push(text);
        notes.end_line();
    };
    metadata.schema_descr().columns().iter().for_each(|column| line(&column.path().string()));
    for note in metadata.key_value_metadata().into_iter().flatten() {
        // A schema again, packed.
        if note.key != "ARROW:schema" {
            line(&format!("{}: {}", note.key, note.value.as_deref().unwrap_or_default()));
        }
    }
    notes.stands_for(notes.len() as u64);
    notes
}

/// What is kept from row group to row group.
struct Reading {
    paths: Paths,
    embedded: Embedded,
    /// Records before the row group.
    first: u64,
    has_damage: bool,
}

impl Reading {
    /// Reads a row group; whether to go on.
    fn group(&mut self, group: &dyn RowGroupReader, sink: &mut dyn Sink) -> Result<bool, ReadError> {
        let descriptor = group.metadata().schema_descr_ptr();
        let root = descriptor.root_schema();
        let Some(given) = self.rows(group, None, sink)? else { return Ok(false) };
        if given.is_whole || given.rows > 0 || root.get_fields().len() < 2 {
            self.has_damage |= !given.is_whole;
            return Ok(true);
        }
        for field in root.get_fields() {
            let fields = vec![Arc::clone(field)];
            let Ok(column) = Type::group_type_builder(root.name()).with_fields(fields).build() else { continue };
            match self.rows(group, Some(column), sink)? {
                Some(given) => self.has_damage |= !given.is_whole,
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Reads the rows of a row group, or a column of them; none if the sink has had enough.
    fn rows(
        &mut self,
        group: &dyn RowGroupReader,
        column: Option<Type>,
        sink: &mut dyn Sink,
    ) -> Result<Option<Given>, ReadError> {
        let Ok(Ok(rows)) = catch_unwind(AssertUnwindSafe(|| RowIter::from_row_group(column, group))) else {
            return Ok(Some(Given { rows: 0, is_whole: false }));
        };
        let paths = std::mem::replace(&mut self.paths, Paths::new());
        let embedded = std::mem::replace(&mut self.embedded, Embedded::new());
        let values = Values { rows, paths, embedded, first: self.first, count: 0, read: 0, failed: false };
        let mut text = RecordText::new(values);
        let flow = sink.text(&mut text);
        let values = text.into_records();
        self.paths = values.paths;
        self.embedded = values.embedded;
        match flow {
            Ok(flow) if flow.is_break() => Ok(None),
            Err(error) if !values.failed => Err(error),
            _ => Ok(Some(Given { rows: values.count, is_whole: !values.failed })),
        }
    }
}

struct Given {
    rows: u64,
    is_whole: bool,
}

/// The values of one row group.
struct Values<'r> {
    rows: RowIter<'r>,
    paths: Paths,
    first: u64,
    count: u64,
    read: u64,
    embedded: Embedded,
    failed: bool,
}

impl Records for Values<'_> {
    fn next(&mut self, into: &mut Record) -> io::Result<bool> {
        // What is damaged can make the reader panic; the row groups behind may be sound.
        let row = match catch_unwind(AssertUnwindSafe(|| self.rows.next())) {
            Ok(Some(Ok(row))) => row,
            Ok(None) => return Ok(false),
            Ok(Some(Err(_))) | Err(_) => {
                self.failed = true;
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a damaged row group"));
            }
        };
        into.begin(self.first.saturating_add(self.count));
        self.count += 1;
        self.lay_row(&row, into);
        self.paths.leave_to(0);
        Ok(true)
    }

    fn names(&self, column: u32) -> Vec<String> {
        self.paths.names(column)
    }

    fn place(&self, value: &Value) -> Place {
        self.paths.place(value)
    }

    fn bytes_read(&self) -> u64 {
        self.read
    }
}

impl Values<'_> {
    fn lay_row(&mut self, row: &Row, into: &mut Record) {
        for (name, field) in row.get_column_iter() {
            self.paths.enter(name);
            self.lay(field, into);
            self.paths.leave();
        }
    }

    /// Lays a field; the depth is bounded, and a schema that deep was refused before.
    fn lay(&mut self, field: &Field, into: &mut Record) {
        if self.paths.depth() > DEEPEST {
            self.failed = true;
            return;
        }
        match field {
            Field::Null => {}
            Field::Group(row) => self.lay_row(row, into),
            Field::ListInternal(list) => {
                for (index, element) in list.elements().iter().enumerate() {
                    self.paths.enter_index(index as u64);
                    self.lay(element, into);
                    self.paths.leave();
                }
            }
            Field::MapInternal(map) => {
                for (key, value) in map.entries() {
                    self.paths.enter(&shown(key).unwrap_or_default());
                    // A key is data as well.
                    self.lay_value(key, into);
                    self.lay(value, into);
                    self.paths.leave();
                }
            }
            value => self.lay_value(value, into),
        }
    }

    fn lay_value(&mut self, value: &Field, into: &mut Record) {
        let (column, detail) = self.paths.here();
        let mut put = |text: &str| {
            self.read += text.len() as u64;
            into.push_detailed(column, detail, text);
        };
        if let Field::Str(text) = value {
            put(text);
        } else if let Field::Bytes(bytes) = value {
            match kind_of(bytes.data()) {
                Binary::Text(text) => put(text),
                Binary::File => {
                    let index = self.first.saturating_add(self.count) - 1;
                    let name = format!("{}/{index}", self.paths.names(column).join("/"));
                    self.embedded.keep(name, bytes.data());
                }
                Binary::Neither => {}
            }
        } else if let Some(text) = shown(value) {
            put(&text);
        }
    }
}

/// A single value as text; none for bytes that are no text.
fn shown(field: &Field) -> Option<String> {
    match field {
        Field::Null | Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => None,
        Field::Str(text) => Some(text.clone()),
        Field::Bytes(bytes) => super::readable(bytes.data()).map(str::to_owned),
        // Dates and times that no calendar holds make it panic.
        other => Some(catch_unwind(|| other.to_string()).unwrap_or_else(|_| format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::recording::Recording;
    use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    fn file(codec: Compression) -> Vec<u8> {
        let schema = "message m { required binary name (UTF8); optional group tags (LIST) {
            repeated group list { optional binary element (UTF8); } } required int64 n; }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let properties = Arc::new(WriterProperties::builder().set_compression(codec).build());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
        for group in 0..2 {
            let mut rows = writer.next_row_group().unwrap();
            let text = |text: String| ByteArray::from(text.into_bytes());
            let mut column = rows.next_column().unwrap().unwrap();
            let names = [text(format!("name {group}a")), text(format!("name {group}b"))];
            column.typed::<ByteArrayType>().write_batch(&names, None, None).unwrap();
            column.close().unwrap();
            let mut column = rows.next_column().unwrap().unwrap();
            let tags = [text("one".into()), text("two".into())];
            column.typed::<ByteArrayType>().write_batch(&tags, Some(&[3, 3, 0]), Some(&[0, 1, 0])).unwrap();
            column.close().unwrap();
            let mut column = rows.next_column().unwrap().unwrap();
            column.typed::<Int64Type>().write_batch(&[group, 9], None, None).unwrap();
            column.close().unwrap();
            rows.close().unwrap();
        }
        writer.into_inner().unwrap()
    }

    #[test]
    fn records_are_read_in_every_codec() {
        for codec in [
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::GZIP(GzipLevel::default()),
            Compression::ZSTD(ZstdLevel::default()),
            Compression::LZ4,
            Compression::LZ4_RAW,
            Compression::BROTLI(BrotliLevel::default()),
        ] {
            let (recording, result) = Recording::of(&Parquet, &file(codec));
            result.unwrap();
            let text = String::from_utf8(recording.text).unwrap();
            assert!(text.ends_with("name 0a\none\ntwo\n0\nname 0b\n9\nname 1a\none\ntwo\n1\nname 1b\n9\n"), "{text}");
            assert_eq!(recording.partials, []);
        }
    }

    #[test]
    fn damage_ends_well() {
        let bytes = file(Compression::SNAPPY);
        let mut some = 0;
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            some += usize::from(String::from_utf8_lossy(&Recording::of(&Parquet, &damaged).0.text).contains("name 1b"));
            let _ = Recording::of(&Parquet, &bytes[..at]);
        }
        assert!(some > bytes.len() / 4, "{some} of {}", bytes.len());
    }

    #[test]
    fn encrypted_files_are_named() {
        let (_, result) = Recording::of(&Parquet, b"PARE\0\0\0\0PARE");
        assert!(matches!(result, Err(ReadError::Unsupported(Reason::EncryptedDocument, _))));
    }
}
