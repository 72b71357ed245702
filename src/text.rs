//! Text on its way from a format to the detector: blocks of UTF-8, cut into fields where the format knows of any.
//!
//! A format that holds text implements [`TextSource`]. The detector pulls: it asks for more text until there is none, and
//! asks for the place of what it found. So windows, overlaps and memory are the detector's business, and structure
//! (columns, element names, escapes) is the format's.

use crate::location::{Place, Position};
use std::any::Any;
use std::fmt::Debug;
use std::io;

/// A window of text. Offsets are absolute: bytes of decoded text from the start of the artifact.
#[derive(Debug, Default)]
pub struct Block {
    /// The text from `base` on: UTF-8, though stray bytes of a damaged file may stand in it.
    pub text: Vec<u8>,
    /// Absolute offset of `text[0]`.
    pub base: u64,
    /// The fields that the text is cut into, by position; they do not overlap, and gaps between them are not data.
    /// Where [`TextSource::has_ranges`] is true, they only lay names over ranges of a text that is one value. Empty and
    /// unused when neither that nor [`TextSource::has_fields`] is true.
    pub fields: Vec<Field>,
    /// Texts in which nothing can be found, by whoever looks at the block: a source may leave their fields out.
    pub silent: Silent,
}

/// Numbers of texts ([`Field::text`]).
#[derive(Debug, Default, Clone)]
pub struct Silent(Vec<u64>);

impl Silent {
    /// Whether a text is among them.
    #[inline]
    pub fn contains(&self, text: u32) -> bool {
        self.0.get(text as usize / 64).is_some_and(|bits| bits >> (text % 64) & 1 == 1)
    }

    /// Adds a text.
    pub fn insert(&mut self, text: u32) {
        let index = text as usize / 64;
        self.0.resize(self.0.len().max(index + 1), 0);
        self.0[index] |= 1 << (text % 64);
    }

    /// Adds those of another list.
    pub fn extend(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        self.0.iter_mut().zip(&other.0).for_each(|(bits, more)| *bits |= more);
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// Bytes that are copied at a time.
///
/// Larger copies the C library leaves to `rep movsb`, which takes three to four times as long where what is overwritten is in no
/// near cache: another core read it last, as the windows of a shared text, or it was long ago (measured: 0.27 against 0.07 s for 1 GB).
pub const PIECE: usize = 2 << 10;

impl Block {
    /// Appends text.
    pub fn push(&mut self, text: &[u8]) {
        self.text.reserve(text.len());
        text.chunks(PIECE).for_each(|piece| self.text.extend_from_slice(piece));
    }

    /// Absolute offset behind the last byte of the window.
    pub fn end(&self) -> u64 {
        self.base + self.text.len() as u64
    }
}

/// A part of the text that is one value: a cell, a JSON string or number. A match lies within one field, and so do its keywords.
/// In running text ([`TextSource::has_ranges`]): a part that stands under names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Absolute offset of its first byte.
    pub start: u64,
    /// Absolute offset behind its last byte; where the field goes on beyond the window, the window's end.
    pub end: u64,
    /// Which names stand over it: the key for [`TextSource::names`]. Fields under the same names share it.
    pub label: Label,
    /// The source's number for its text, where it has one: fields with the same number hold the same text under the same label.
    /// Else 0. Small and dense, as labels are.
    pub text: u32,
    /// The source's own number for the field, given back to [`TextSource::place`].
    pub id: u64,
}

/// A source's number for a list of names (a column's name, the element names on a JSON path). Small and dense: the detector keeps a table by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Label(pub u32);

impl Label {
    /// The label of what stands under no name.
    pub const NONE: Self = Self(0);
}

/// Gives the text of one artifact, in order, and knows where each piece of it stands.
pub trait TextSource {
    /// Appends more text (about 256 KiB at most) to the block, and its fields; false when there was none left.
    /// A field cut short by the end of an earlier block is extended in place (it is the last in `fields`).
    fn fill(&mut self, block: &mut Block) -> io::Result<bool>;

    /// Whether the text is cut into fields.
    fn has_fields(&self) -> bool {
        false
    }

    /// Whether fields only lay names over ranges of running text (a setting's value, an element's content): the names are
    /// further keywords for a match inside the range, and apart from that borders of ranges mean nothing.
    fn has_ranges(&self) -> bool {
        false
    }

    /// The names that stand over the fields of a label, outermost first. Constant for the life of the source.
    fn names(&self, _label: Label) -> Vec<String> {
        Vec::new()
    }

    /// The place of a field.
    fn place(&mut self, _field: &Field) -> Place {
        Place::Lines
    }

    /// Where the text at `start..end` (absolute) stands in the artifact. Calls come with `start` never decreasing.
    fn position(&mut self, start: u64, end: u64) -> Position;

    /// No position or place before `offset` will be asked for any more: what was kept for it can go.
    fn release(&mut self, offset: u64);

    /// Bytes of the artifact (as stored, before decoding) that were read so far.
    fn bytes_read(&self) -> u64;

    /// Gives the next stretch of text away unread, to others who have time; none where it cannot be foreseen where it ends, and
    /// what it stands in. Only asked of a text that is cut into fields. It begins behind all that was given before, and no field
    /// reaches over its borders; nor does the neighbourhood of a mark, if there are marks that count for what is around them.
    fn stretch(&mut self, _marks: Option<&Mark>) -> Option<Box<dyn Stretch>> {
        None
    }

    /// Takes back the stretch that was given away first, with the block that it was read into; until another one is taken back, or
    /// more text is asked for, places are those of its fields. One that is not as it was foreseen is read again, into the block.
    fn take_back(&mut self, _stretch: Box<dyn Stretch>, _is_as_foreseen: bool, _block: &mut Block) -> TakenBack {
        TakenBack::Open
    }
}

/// What came of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBack {
    /// It is as it was foreseen. The offset where the text goes on.
    AsForeseen(u64),
    /// It is not, and its source read it again, but it ends as it was foreseen. The offset where the text goes on.
    ReadAgain(u64),
    /// The same, and it does not end so: the text goes on behind what is in the block, and all stretches behind it are void.
    Open,
}

/// Bytes that count for text around them, beyond the field in which they stand.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// ASCII without quotes and backslashes.
    pub bytes: &'static [u8],
    /// How many bytes of text may stand between them and what they count for, behind them and before.
    pub behind: usize,
    /// See above.
    pub before: usize,
}

/// A part of a text that was given away unread. Its [`Debug`] shows no text.
pub trait Stretch: Any + Send + Debug {
    /// Absolute offset of its first byte.
    fn start(&self) -> u64;

    /// Puts its text and its fields into an empty block that begins there. False if it is not as it was foreseen: then the block
    /// means nothing.
    fn read(&mut self, block: &mut Block) -> bool;
}
