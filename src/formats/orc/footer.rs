//! What the end of an ORC file says of it: how it is packed, its columns, and where its stripes are.
//!
//! Nothing in it is trusted: columns form a tree or are refused. Source: the messages of the ORC v1 specification.

use super::super::ReadError;
use super::streams::{Packing, Source, Stream};
use super::wire::Message;
use crate::status::Reason;
use std::ops::Range;

/// Bytes of the footer, or of a stripe's, unpacked.
const LONGEST: usize = 64 << 20;
/// Columns.
const MOST: usize = 100_000;
/// Bytes at the end that hold the postscript: its length takes one byte.
const TAIL: u64 = 256;
/// The version of writers that were ahead of the specification, in which short decimals are integers.
const AHEAD: [u64; 2] = [1, 9999];

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Byte,
    Integer,
    Float,
    Double,
    Text,
    Binary,
    Timestamp,
    List,
    Map,
    Struct,
    Union,
    Decimal,
    Date,
}

/// A column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) kind: Kind,
    /// The columns inside it.
    pub(super) inside: Vec<usize>,
    /// Their names, if it is a struct.
    pub(super) names: Vec<String>,
    /// Digits of a decimal, and how many of them stand behind the point.
    pub(super) precision: u64,
    pub(super) scale: u64,
}

/// Where a stripe is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stripe {
    start: u64,
    index: u64,
    data: u64,
    footer: u64,
    pub(super) rows: u64,
}

/// The footer.
pub(super) struct Footer {
    pub(super) packing: Packing,
    pub(super) columns: Vec<Column>,
    pub(super) stripes: Vec<Stripe>,
    /// What programs noted.
    pub(super) notes: Vec<(String, String)>,
    pub(super) is_encrypted: bool,
    /// Whether short decimals are stored as integers.
    pub(super) has_short_decimals: bool,
}

impl Footer {
    pub(super) fn read(file: &dyn Source) -> Result<Self, ReadError> {
        let lost = || ReadError::Malformed("the footer, without which nothing can be read, is damaged".to_owned());
        let tail = file.read(file.length().saturating_sub(TAIL), TAIL as usize);
        let (length, before) = tail.split_last().ok_or_else(lost)?;
        let start = before.len().checked_sub(usize::from(*length)).ok_or_else(lost)?;
        let (mut size, mut codec, mut longest, mut version) = (0, 0, 0, Vec::new());
        for (number, content) in Message(&before[start..]) {
            match number {
                1 => size = content.number(),
                2 => codec = content.number(),
                3 => longest = content.number(),
                4 => version.extend(content.numbers()),
                _ => {}
            }
        }
        let Some(packing) = Packing::new(codec, longest) else {
            let detail = "the codec of its streams".to_owned();
            return Err(ReadError::Unsupported(Reason::UnsupportedCompression, detail));
        };
        let end = file.length() - 1 - u64::from(*length);
        let place = end.checked_sub(size).ok_or_else(lost)?..end;
        let bytes = Stream::new(file, packing, place).all(LONGEST).ok_or_else(lost)?;
        let mut footer = Self {
            packing,
            columns: Vec::new(),
            stripes: Vec::new(),
            notes: Vec::new(),
            is_encrypted: false,
            has_short_decimals: version == AHEAD,
        };
        footer.take(&bytes).ok_or_else(lost)?;
        // Even a file without records has a column for them: this is no footer, but the end of a file that is cut short.
        if footer.columns.is_empty() {
            return Err(lost());
        }
        Ok(footer)
    }

    fn take(&mut self, bytes: &[u8]) -> Option<()> {
        for (number, content) in Message(bytes) {
            match number {
                3 => self.stripes.push(Stripe::read(content.bytes())),
                4 if self.columns.len() < MOST => self.columns.push(Column::read(content.bytes())?),
                5 => {
                    let (mut name, mut value) = (String::new(), String::new());
                    for (number, content) in Message(content.bytes()) {
                        match number {
                            1 => name = text(content.bytes()),
                            2 => super::super::readable(content.bytes()).unwrap_or_default().clone_into(&mut value),
                            _ => {}
                        }
                    }
                    self.notes.push((name, value));
                }
                10 => self.is_encrypted = true,
                _ => {}
            }
        }
        self.is_tree().then_some(())
    }

    /// Whether each column stands inside one that comes before it, and in no other: else one could hold itself.
    fn is_tree(&self) -> bool {
        let mut is_inside = vec![false; self.columns.len()];
        for (index, column) in self.columns.iter().enumerate() {
            for inside in &column.inside {
                match is_inside.get_mut(*inside) {
                    Some(seen) if *inside > index && !*seen => *seen = true,
                    _ => return false,
                }
            }
        }
        true
    }
}

impl Column {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (mut kind, mut inside, mut names) = (0, Vec::new(), Vec::new());
        let (mut precision, mut scale) = (0, 0);
        for (number, content) in Message(bytes) {
            match number {
                1 => kind = content.number(),
                2 => inside.extend(content.numbers().into_iter().map(|id| usize::try_from(id).unwrap_or(usize::MAX))),
                3 => names.push(text(content.bytes())),
                5 => precision = content.number(),
                6 => scale = content.number(),
                _ => {}
            }
        }
        let kind = match kind {
            0 => Kind::Boolean,
            1 => Kind::Byte,
            2..=4 => Kind::Integer,
            5 => Kind::Float,
            6 => Kind::Double,
            7 | 16 | 17 => Kind::Text,
            8 => Kind::Binary,
            9 | 18 => Kind::Timestamp,
            10 => Kind::List,
            11 => Kind::Map,
            12 => Kind::Struct,
            13 => Kind::Union,
            14 => Kind::Decimal,
            15 => Kind::Date,
            _ => return None,
        };
        let needed = match kind {
            Kind::List => 1,
            Kind::Map => 2,
            _ => 0,
        };
        (inside.len() >= needed).then_some(Self { kind, inside, names, precision, scale })
    }
}

impl Stripe {
    fn read(bytes: &[u8]) -> Self {
        let mut stripe = Self::default();
        for (number, content) in Message(bytes) {
            match number {
                1 => stripe.start = content.number(),
                2 => stripe.index = content.number(),
                3 => stripe.data = content.number(),
                4 => stripe.footer = content.number(),
                5 => stripe.rows = content.number(),
                _ => {}
            }
        }
        stripe
    }
}

/// What a stripe says of its columns.
pub(super) struct Layout {
    /// Kind, column and place of each stream.
    pub(super) streams: Vec<(u64, usize, Range<u64>)>,
    /// Kind of encoding, and words of the dictionary, of each column.
    pub(super) encodings: Vec<(u64, u64)>,
}

impl Layout {
    /// Reads the footer of a stripe; none if it is damaged.
    pub(super) fn read(file: &dyn Source, packing: Packing, stripe: Stripe) -> Option<Self> {
        let start = stripe.start.checked_add(stripe.index)?.checked_add(stripe.data)?;
        let end = start.checked_add(stripe.footer).filter(|end| *end <= file.length())?;
        let bytes = Stream::new(file, packing, start..end).all(LONGEST)?;
        let mut layout = Self { streams: Vec::new(), encodings: Vec::new() };
        let mut at = stripe.start;
        for (number, content) in Message(&bytes) {
            let (mut first, mut second, mut third) = (0, 0, 0);
            for (number, content) in Message(content.bytes()) {
                match number {
                    1 => first = content.number(),
                    2 => second = content.number(),
                    3 => third = content.number(),
                    _ => {}
                }
            }
            match number {
                1 => {
                    let end = at.checked_add(third).filter(|end| *end <= file.length())?;
                    layout.streams.push((first, usize::try_from(second).ok()?, at..end));
                    at = end;
                }
                2 => layout.encodings.push((first, second)),
                _ => {}
            }
        }
        layout.streams.sort_by_key(|(kind, column, _)| (*column, *kind));
        (!layout.encodings.is_empty()).then_some(layout)
    }

    /// The place of a stream, if the stripe has it.
    pub(super) fn place(&self, column: usize, kind: u64) -> Option<Range<u64>> {
        let at = self.streams.binary_search_by_key(&(column, kind), |(kind, column, _)| (*column, *kind)).ok()?;
        Some(self.streams[at].2.clone())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
