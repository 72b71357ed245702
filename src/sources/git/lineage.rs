//! Contents of packs that build on one another, each unpacked once: the last ones read are kept, down to the one that
//! stands by itself, for as long as the next builds on them.
//!
//! Reads what is sound and in a pack. Of anything else it says nothing: then the store is asked, and knows what is wrong.

use super::packs::Packs;
use gix::ObjectId;
use gix::objs::Kind;
use gix::odb::pack::data;
use gix::zlib::Inflate;
use std::collections::VecDeque;
use std::sync::Arc;

/// Bytes of unpacked contents that are kept for those that build on them. A larger one is unpacked again for each of these.
const KEPT: usize = 64 << 20;
/// The largest content that is unpacked here, in bytes.
const LARGEST: u64 = 2 << 30;
/// Steps from a content to the one that stands by itself; git makes no more than 4095.
const MOST_STEPS: usize = 4096;

/// What was read last, with all that it builds on.
#[derive(Default)]
pub(super) struct Lineage {
    pack: usize,
    /// Places and contents; each builds on the one before it.
    kept: VecDeque<(u64, Arc<Vec<u8>>)>,
    bytes: usize,
    inflate: Inflate,
    delta: Vec<u8>,
}

/// What became of an attempt to read.
pub(super) enum Attempt<T, E> {
    /// The content, and what `admit` gave.
    Read(Arc<Vec<u8>>, T),
    /// `admit` refused it.
    Refused(E),
    /// Nothing can be said of it here.
    Unknown,
}

impl Lineage {
    /// Reads a content. Its size is put to `admit` before there is room for it.
    pub(super) fn read<T, E>(
        &mut self,
        packs: &Packs,
        id: &ObjectId,
        admit: impl FnOnce(u64) -> Result<T, E>,
    ) -> Attempt<T, E> {
        self.try_read(packs, id, admit).unwrap_or(Attempt::Unknown)
    }

    fn try_read<T, E>(
        &mut self,
        packs: &Packs,
        id: &ObjectId,
        admit: impl FnOnce(u64) -> Result<T, E>,
    ) -> Option<Attempt<T, E>> {
        let (number, at) = packs.place(id)?;
        let data = packs.data(number)?;
        if number != self.pack {
            self.forget();
            self.pack = number;
        }
        let mut missing = self.missing(packs, data, number, at)?;
        let last = missing.pop();
        for (at, entry) in missing {
            let size = self.size(data, &entry)?;
            let content = self.unpack(data, &entry, size)?;
            self.keep(at, content);
        }
        let Some((at, entry)) = last else {
            // It was the last one, too.
            let (_, content) = self.kept.back()?;
            let content = Arc::clone(content);
            return Some(match admit(content.len() as u64) {
                Ok(admitted) => Attempt::Read(content, admitted),
                Err(refusal) => Attempt::Refused(refusal),
            });
        };
        let size = self.size(data, &entry)?;
        let admitted = match admit(size) {
            Ok(admitted) => admitted,
            Err(refusal) => return Some(Attempt::Refused(refusal)),
        };
        let content = self.unpack(data, &entry, size)?;
        if content.len() > KEPT {
            self.forget();
        } else {
            self.keep(at, Arc::clone(&content));
        }
        Some(Attempt::Read(content, admitted))
    }

    /// What has to be unpacked to have the content at a place, in that order; what is kept and of no use is let go.
    fn missing(&mut self, packs: &Packs, data: &data::File, number: usize, at: u64) -> Option<Vec<(u64, data::Entry)>> {
        let mut missing = Vec::new();
        let mut at = at;
        loop {
            if let Some(known) = self.kept.iter().rposition(|(place, _)| *place == at) {
                while self.kept.len() > known + 1 {
                    self.bytes -= self.kept.pop_back().map_or(0, |(_, content)| content.len());
                }
                break;
            }
            let entry = data.entry(at).ok()?;
            let base = packs.base((number, at), &entry.header);
            let is_delta = entry.header.is_delta();
            if !is_delta && entry.header.as_kind() != Some(Kind::Blob) || missing.len() >= MOST_STEPS {
                return None;
            }
            missing.push((at, entry));
            match base {
                Some(base) => at = base,
                // It builds on something in another pack.
                None if is_delta => return None,
                None => {
                    self.forget();
                    break;
                }
            }
        }
        missing.reverse();
        Some(missing)
    }

    /// The size of a content that builds on the last one kept, or on none. Leaves its delta ready.
    fn size(&mut self, data: &data::File, entry: &data::Entry) -> Option<u64> {
        if !entry.header.is_delta() {
            return Some(entry.decompressed_size);
        }
        self.delta.clear();
        inflate(data, entry, &mut self.inflate, &mut self.delta)?;
        let (base, rest) = number(&self.delta)?;
        let (size, _) = number(rest)?;
        (base == self.kept.back()?.1.len() as u64).then_some(size)
    }

    fn unpack(&mut self, data: &data::File, entry: &data::Entry, size: u64) -> Option<Arc<Vec<u8>>> {
        let mut content = Vec::new();
        if entry.header.is_delta() {
            let size = usize::try_from(size).ok().filter(|_| size <= LARGEST)?;
            content.try_reserve_exact(size).ok()?;
            let (_, rest) = number(&self.delta)?;
            let (_, instructions) = number(rest)?;
            apply(&self.kept.back()?.1, instructions, size, &mut content)?;
        } else {
            inflate(data, entry, &mut self.inflate, &mut content)?;
        }
        Some(Arc::new(content))
    }

    fn keep(&mut self, at: u64, content: Arc<Vec<u8>>) {
        self.bytes += content.len();
        self.kept.push_back((at, content));
        // The last one is what the next builds on: it stays, however large, until that is unpacked.
        while self.bytes > KEPT && self.kept.len() > 1 {
            self.bytes -= self.kept.pop_front().map_or(0, |(_, content)| content.len());
        }
    }

    fn forget(&mut self) {
        self.kept.clear();
        self.bytes = 0;
    }
}

/// Inflates what a pack holds of an object.
fn inflate(data: &data::File, entry: &data::Entry, inflate: &mut Inflate, out: &mut Vec<u8>) -> Option<()> {
    let size = usize::try_from(entry.decompressed_size).ok().filter(|_| entry.decompressed_size <= LARGEST)?;
    out.try_reserve_exact(size).ok()?;
    out.resize(size, 0);
    data.decompress_entry(entry, inflate, out).ok().map(|_| ())
}

/// A number at the start of a delta, and what follows it.
fn number(delta: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (place, byte) in delta.iter().enumerate().take(9) {
        value |= u64::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((value, &delta[place + 1..]));
        }
    }
    None
}

/// Builds a content of so many bytes as a delta says: pieces of its base, and what is new
/// (`gitformat-pack(5)`, "Deltified representation").
fn apply(base: &[u8], delta: &[u8], size: usize, out: &mut Vec<u8>) -> Option<()> {
    let mut rest = delta;
    while let Some((command, after)) = rest.split_first() {
        rest = after;
        let piece = if command & 0x80 == 0 {
            let new = rest.get(..usize::from(*command)).filter(|new| !new.is_empty())?;
            rest = &rest[new.len()..];
            new
        } else {
            let start = field(*command, 0..4, &mut rest)?;
            let length = match field(*command, 4..7, &mut rest)? {
                0 => 0x1_0000,
                length => length,
            };
            base.get(start..start.checked_add(length)?)?
        };
        if out.len() + piece.len() > size {
            return None;
        }
        out.extend_from_slice(piece);
    }
    (out.len() == size).then_some(())
}

/// A number of which only the bytes that are not zero are stored: the bits of the command say which.
fn field(command: u8, bits: std::ops::Range<u8>, rest: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for (place, _) in bits.enumerate().filter(|(_, bit)| command & (1 << bit) != 0) {
        let (byte, after) = rest.split_first()?;
        value |= usize::from(*byte) << (8 * place);
        *rest = after;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::{apply, number};

    fn built(base: &[u8], delta: &[u8], size: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        apply(base, delta, size, &mut out).map(|()| out)
    }

    #[test]
    fn a_delta_copies_and_adds() {
        let base: Vec<u8> = (0..=255).cycle().take(70_000).collect();
        assert_eq!(built(b"abcdef", b"\x91\x02\x03\x02xy", 5).unwrap(), b"cdexy");
        // A start of two bytes; no length stands for 65536.
        assert_eq!(built(&base, b"\x83\x01\x01", 0x1_0000).unwrap(), base[0x101..0x1_0101]);
        assert_eq!(built(&base, b"\xb0\x05\x01", 0x105).unwrap(), base[..0x105]);
        assert_eq!(built(b"", b"", 0).unwrap(), b"");
    }

    #[test]
    fn a_wrong_delta_builds_nothing() {
        for (delta, size) in [
            (&b"\x91\x02\x05"[..], 5), // behind the end of the base
            (b"\x91\x02", 3),          // cut in a number
            (b"\x05xy", 5),            // cut in what is new
            (b"\0", 1),                // reserved
            (b"\x02xy", 1),            // more than was said
            (b"\x02xy", 3),            // less
            (b"\xff\xff\xff\xff\xff\xff\xff\xff", 1),
        ] {
            assert_eq!(built(b"abcdef", delta, size), None, "{delta:?}");
        }
    }

    #[test]
    fn numbers_of_seven_bits() {
        assert_eq!(number(b"\x05rest"), Some((5, &b"rest"[..])));
        assert_eq!(number(b"\x80\x01"), Some((128, &b""[..])));
        assert_eq!(number(b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f").map(|(value, _)| value), Some(u64::MAX >> 1));
        assert_eq!(number(b"\x80\x80"), None);
        assert_eq!(number(&[0xFF; 12]), None);
    }
}
