//! ORC: each value of each record under the names of its columns, with the record's index and a path.
//!
//! An own reader: the crate for it brings 54 others along, Arrow among them. Nothing recurses. A stripe is read record by
//! record, with as many columns at a time as memory allows; damage ends one column of one stripe. Times are shown as their
//! writer saw them, give or take summer time. Knows nothing of what columns hold.

mod columns;
mod footer;
mod records;
mod runs;
mod streams;
mod wire;

use super::embedded::Embedded;
use super::paths::Paths;
use super::records::RecordText;
use super::{Content, Document, Format, Nesting, PlaceKind, ReadError, Sink};
use crate::status::Reason;
use columns::Opening;
use footer::{Footer, Kind, Layout, Stripe};
use records::Rows;
use std::ops::Range;
use streams::{File, Source};

const MAGIC: &[u8] = b"ORC";
/// Bytes of memory for the columns that are read at the same time.
const MEMORY: usize = 128 << 20;

/// The format.
pub(super) struct Orc;

impl Format for Orc {
    fn name(&self) -> &'static str {
        "orc"
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.apache.orc"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["orc"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Document
    }

    fn place(&self) -> PlaceKind {
        PlaceKind::Record
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        // Three letters alone could begin a text.
        content.head().starts_with(MAGIC)
            && (super::text::is_binary_behind(content.head(), MAGIC.len()) || {
                let tail = content.tail();
                tail.get(tail.len().saturating_sub(4)..).is_some_and(|end| end.starts_with(MAGIC))
            })
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let (reader, broken) = content.spool()?;
        let file = File::new(reader)?;
        let outcome = read_file(&file, sink);
        if let Some(error) = file.failure() {
            return Err(error.into());
        }
        outcome?;
        broken.map_or(Ok(()), |error| Err(error.again().into()))
    }
}

fn read_file(file: &dyn Source, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let footer = Footer::read(file)?;
    if sink.text(&mut notes(&footer))?.is_break() {
        return Ok(());
    }
    let mut reading = Reading {
        file,
        footer: &footer,
        paths: Paths::new(),
        embedded: Embedded::new(),
        first: 0,
        has_damage: false,
        is_over: false,
    };
    for stripe in &footer.stripes {
        reading.stripe(*stripe, sink)?;
        if reading.is_over {
            return Ok(());
        }
        reading.first = reading.first.saturating_add(stripe.rows);
    }
    if reading.has_damage {
        sink.partial(Reason::Malformed, "some records are damaged");
    }
    if footer.is_encrypted {
        sink.partial(Reason::EncryptedDocument, "of encrypted columns only what masks them was read");
    }
    reading.embedded.give(sink)?;
    Ok(())
}

/// The text beside the records: names of columns, and what programs noted.
fn notes(footer: &Footer) -> Document {
    let mut notes = Document::new();
    for name in footer.columns.iter().flat_map(|column| &column.names) {
        notes.push(name);
        notes.end_line();
    }
    for (name, value) in &footer.notes {
        notes.push(&format!("{name}: {value}"));
        notes.end_line();
    }
    notes.stands_for(notes.len() as u64);
    notes
}

/// What is kept from stripe to stripe.
struct Reading<'s> {
    file: &'s dyn Source,
    footer: &'s Footer,
    paths: Paths,
    embedded: Embedded,
    /// Records before the stripe.
    first: u64,
    has_damage: bool,
    /// Whether the sink has had enough.
    is_over: bool,
}

impl Reading<'_> {
    fn stripe(&mut self, stripe: Stripe, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let Some(layout) = Layout::read(self.file, self.footer.packing, stripe) else {
            self.has_damage = true;
            return Ok(());
        };
        let root = self.footer.columns.first();
        let fields = root.filter(|root| root.kind == Kind::Struct).map_or(1, |root| root.inside.len());
        let mut from = 0;
        while from < fields && !self.is_over {
            from = self.some_fields(&layout, from..fields, stripe.rows, sink)?;
        }
        Ok(())
    }

    /// Reads as many fields of a stripe's records as memory allows; the first that is left.
    fn some_fields(
        &mut self,
        layout: &Layout,
        fields: Range<usize>,
        count: u64,
        sink: &mut dyn Sink,
    ) -> Result<usize, ReadError> {
        let mut opening = Opening {
            file: self.file,
            packing: self.footer.packing,
            layout,
            has_short_decimals: self.footer.has_short_decimals,
            memory: MEMORY,
        };
        let paths = std::mem::replace(&mut self.paths, Paths::new());
        let embedded = std::mem::replace(&mut self.embedded, Embedded::new());
        let mut rows = Rows::new(self.footer, paths, embedded, self.first..self.first.saturating_add(count));
        let next = rows.open(fields, &mut opening);
        let mut text = RecordText::new(rows);
        let flow = sink.text(&mut text);
        let rows = text.into_records();
        self.paths = rows.paths;
        self.embedded = rows.embedded;
        self.has_damage |= rows.has_damage;
        self.is_over = flow?.is_break();
        Ok(next)
    }
}

#[cfg(test)]
mod tests;
