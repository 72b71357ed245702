//! One column of a stripe being read: its streams, and its next value.
//!
//! Knows how values are encoded, not where they stand in a record.

use super::super::shown::{self, Shown};
use super::footer::{Column, Kind, Layout};
use super::runs::{Bits, Bytes, Integers, Sign};
use super::streams::{Packing, Source, Stream};
use std::ops::Range;

/// Streams of a stripe, by number.
const PRESENT: u64 = 0;
const DATA: u64 = 1;
const LENGTH: u64 = 2;
const WORDS: u64 = 3;
const SECONDARY: u64 = 5;
/// Bytes of a value that are given.
const LONGEST: u64 = 64 << 20;
/// Seconds from 1970 to 2015, from which timestamps are counted.
const EPOCH: i64 = 1_420_070_400;
/// Digits of a decimal that is stored in 64 bits where short ones are.
const SHORT_DECIMAL: u64 = 18;
/// Digits behind a point that make sense.
const LONGEST_SCALE: usize = 100;

/// What the next value is.
pub(super) enum Item {
    Null,
    Text(String),
    /// Bytes, whatever they are.
    Bytes(Vec<u8>),
    /// A list or a map of so many entries.
    Several(u64),
    /// A struct.
    Fields,
    /// A value of the column inside with this number.
    Inside(usize),
}

enum Reader<'s> {
    Boolean(Bits<'s>),
    Byte(Bytes<'s>),
    Integer(Integers<'s>, Shown),
    Float(Stream<'s>),
    Double(Stream<'s>),
    Direct { data: Stream<'s>, lengths: Integers<'s>, is_text: bool },
    Words { numbers: Integers<'s>, words: Words },
    Timestamp { seconds: Integers<'s>, rest: Integers<'s> },
    Decimal { digits: Stream<'s>, scales: Integers<'s> },
    ShortDecimal { digits: Integers<'s>, scale: usize },
    Several(Integers<'s>),
    Union(Bytes<'s>),
    Struct,
}

/// A column being read.
pub(super) struct Reading<'s> {
    present: Option<Bits<'s>>,
    reader: Reader<'s>,
}

/// Opens the columns of one stripe.
pub(super) struct Opening<'s, 'l> {
    pub(super) file: &'s dyn Source,
    pub(super) packing: Packing,
    pub(super) layout: &'l Layout,
    pub(super) has_short_decimals: bool,
    /// Bytes of memory that are left for what is open at the same time.
    pub(super) memory: usize,
}

impl<'s> Opening<'s, '_> {
    fn stream(&mut self, column: usize, kind: u64) -> Stream<'s> {
        let place: Option<Range<u64>> = self.layout.place(column, kind);
        let Some(place) = place else { return Stream::empty(self.file, self.packing) };
        self.memory = self.memory.saturating_sub(self.packing.memory());
        Stream::new(self.file, self.packing, place)
    }

    /// Opens a column; none if it needs what is damaged, or more memory than is left.
    pub(super) fn open(&mut self, index: usize, column: &Column) -> Option<Reading<'s>> {
        let (encoding, words) = self.layout.encodings.get(index).copied()?;
        if encoding > 3 {
            return None;
        }
        let is_second = encoding >= 2;
        let present = self.layout.place(index, PRESENT).map(|_| Bits::new(self.stream(index, PRESENT)));
        let signed = |stream| Integers::new(stream, is_second, Sign::Signed);
        let unsigned = |stream| Integers::new(stream, is_second, Sign::Unsigned);
        let reader = match column.kind {
            Kind::Boolean => Reader::Boolean(Bits::new(self.stream(index, DATA))),
            Kind::Byte => Reader::Byte(Bytes::new(self.stream(index, DATA))),
            Kind::Integer => Reader::Integer(signed(self.stream(index, DATA)), Shown::Plain),
            Kind::Date => Reader::Integer(signed(self.stream(index, DATA)), Shown::Date),
            Kind::Float => Reader::Float(self.stream(index, DATA)),
            Kind::Double => Reader::Double(self.stream(index, DATA)),
            Kind::Text if encoding % 2 == 1 => {
                let numbers = unsigned(self.stream(index, DATA));
                let lengths = unsigned(self.stream(index, LENGTH));
                let words = Words::read(self.stream(index, WORDS), lengths, words, &mut self.memory)?;
                Reader::Words { numbers, words }
            }
            Kind::Text | Kind::Binary => Reader::Direct {
                data: self.stream(index, DATA),
                lengths: unsigned(self.stream(index, LENGTH)),
                is_text: column.kind == Kind::Text,
            },
            Kind::Timestamp => Reader::Timestamp {
                seconds: signed(self.stream(index, DATA)),
                rest: unsigned(self.stream(index, SECONDARY)),
            },
            Kind::Decimal if self.has_short_decimals && column.precision <= SHORT_DECIMAL => Reader::ShortDecimal {
                digits: Integers::new(self.stream(index, DATA), true, Sign::Signed),
                scale: usize::try_from(column.scale).unwrap_or(0).min(LONGEST_SCALE),
            },
            Kind::Decimal => {
                Reader::Decimal { digits: self.stream(index, DATA), scales: signed(self.stream(index, SECONDARY)) }
            }
            Kind::List | Kind::Map => Reader::Several(unsigned(self.stream(index, LENGTH))),
            Kind::Union => Reader::Union(Bytes::new(self.stream(index, DATA))),
            Kind::Struct => Reader::Struct,
        };
        Some(Reading { present, reader })
    }
}

impl Reading<'_> {
    /// The next value, and whether it took anything from the file; none if there is none.
    pub(super) fn next(&mut self) -> Option<(Item, bool)> {
        if let Some(present) = &mut self.present
            && !present.next()?
        {
            return Some((Item::Null, true));
        }
        let item = match &mut self.reader {
            Reader::Struct => return Some((Item::Fields, self.present.is_some())),
            Reader::Boolean(bits) => Item::Text(bits.next()?.to_string()),
            Reader::Byte(bytes) => Item::Text(bytes.next()?.cast_signed().to_string()),
            Reader::Integer(integers, shown) => Item::Text(shown::number(integers.next()?, *shown)),
            Reader::Float(stream) => Item::Text(f32::from_le_bytes(stream.array()?).to_string()),
            Reader::Double(stream) => Item::Text(f64::from_le_bytes(stream.array()?).to_string()),
            Reader::Direct { data, lengths, is_text } => {
                let length = u64::try_from(lengths.next()?).ok()?;
                let mut bytes = Vec::new();
                let is_whole = data.take(length.min(LONGEST), &mut bytes) && data.skip(length.saturating_sub(LONGEST));
                if !is_whole && bytes.is_empty() {
                    return None;
                }
                if *is_text { Item::Text(lossy(bytes)) } else { Item::Bytes(bytes) }
            }
            Reader::Words { numbers, words } => Item::Text(words.get(numbers.next()?)?),
            Reader::Timestamp { seconds, rest } => {
                let (seconds, rest) = (seconds.next()?, rest.next()?);
                let since_1970 = seconds.checked_add(EPOCH)?;
                // Before 1970 writers round towards it.
                let seconds = if since_1970 < 0 && nanoseconds(rest) > 999_999 { since_1970 - 1 } else { since_1970 };
                Item::Text(shown::number(seconds, Shown::Timestamp(1)))
            }
            Reader::Decimal { digits, scales } => {
                let scale = usize::try_from(scales.next()?).unwrap_or(0).min(LONGEST_SCALE);
                Item::Text(shown::fixed(digits.wide()?, scale))
            }
            Reader::ShortDecimal { digits, scale } => Item::Text(shown::fixed(digits.next()?.into(), *scale)),
            Reader::Several(lengths) => Item::Several(u64::try_from(lengths.next()?).ok()?),
            Reader::Union(tags) => Item::Inside(usize::from(tags.next()?)),
        };
        Some((item, true))
    }
}

/// Nanoseconds as they are stored: the last three bits say how many zeros follow, less one.
fn nanoseconds(stored: i64) -> i64 {
    let digits = stored >> 3;
    match stored & 7 {
        0 => digits,
        zeros => (0..=zeros).fold(digits, |sum, _| sum.saturating_mul(10)),
    }
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The dictionary of a column.
struct Words {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl Words {
    fn read(text: Stream<'_>, mut lengths: Integers<'_>, count: u64, memory: &mut usize) -> Option<Self> {
        let most = (*memory).min(u32::MAX as usize);
        let text = text.all(most)?;
        let left = most - text.len();
        let mut ends = Vec::new();
        let mut end = 0_u64;
        for _ in 0..count {
            // What is cut costs the words behind the cut.
            let Some(length) = lengths.next() else { break };
            end = end.checked_add(u64::try_from(length).ok()?).filter(|end| *end <= text.len() as u64)?;
            if ends.len() * 4 >= left {
                return None;
            }
            ends.push(end as u32);
        }
        *memory = left.saturating_sub(ends.len() * 4);
        Some(Self { text, ends })
    }

    fn get(&self, number: i64) -> Option<String> {
        let number = usize::try_from(number).ok()?;
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Some(String::from_utf8_lossy(self.text.get(start..end)?).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_have_their_zeros_back() {
        assert_eq!([nanoseconds(0x0A), nanoseconds(0x0C), nanoseconds(5 << 3)], [1000, 100_000, 5]);
    }
}
