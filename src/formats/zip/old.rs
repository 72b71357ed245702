//! The methods of PKZIP before 2.0 (APPNOTE 5.1 to 5.3): Shrink, Reduce and Implode. Archives of the time still lie in backups.
//!
//! Own, since the crate that knows them reads whole members. None of them marks its end: the size in the header does. All
//! tables are of fixed size; knows nothing of headers and checksums.

use std::io::{self, BufRead, ErrorKind, Read};

/// Bytes that a match can lie back.
const WINDOW: usize = 8 << 10;

/// A member packed by one of them.
pub(super) struct Old<R> {
    bits: Bits<R>,
    method: Method,
    window: Box<[u8; WINDOW]>,
    /// Bytes given so far.
    given: usize,
    /// A match that is still to be copied: how far back, and how many bytes.
    copy: (usize, usize),
    /// Bytes that are still to come, where that is known.
    left: Option<u64>,
}

enum Method {
    /// Reads its tables first.
    Fresh {
        number: u16,
        flags: u16,
    },
    Shrink(Box<Shrink>),
    Reduce(Box<Reduce>),
    Implode(Box<Implode>),
    Failed,
}

/// What a method gives next.
enum Next {
    Byte(u8),
    Match { distance: usize, length: usize },
    End,
}

impl<R: BufRead> Old<R> {
    /// Whether a method is one of them.
    pub(super) fn is_one(method: u16) -> bool {
        (1..=6).contains(&method)
    }

    /// `size`: bytes of the content, where that is known.
    pub(super) fn new(input: R, number: u16, flags: u16, size: Option<u64>) -> Self {
        Self {
            bits: Bits { input, held: 0, count: 0 },
            method: Method::Fresh { number, flags },
            window: Box::new([0; WINDOW]),
            given: 0,
            copy: (0, 0),
            left: size,
        }
    }

    pub(super) fn input(&mut self) -> &mut R {
        &mut self.bits.input
    }

    pub(super) fn input_ref(&self) -> &R {
        &self.bits.input
    }

    fn next(&mut self) -> io::Result<Next> {
        if let Method::Fresh { number, flags } = self.method {
            self.method = Method::Failed;
            self.method = match number {
                1 => Method::Shrink(Box::new(Shrink::new())),
                6 => Method::Implode(Box::new(Implode::new(flags, &mut self.bits)?)),
                _ => Method::Reduce(Box::new(Reduce::new(number - 1, &mut self.bits)?)),
            };
        }
        let next = match &mut self.method {
            Method::Shrink(shrink) => shrink.next(&mut self.bits),
            Method::Reduce(reduce) => reduce.next(&mut self.bits),
            Method::Implode(implode) => implode.next(&mut self.bits),
            Method::Fresh { .. } | Method::Failed => Err(damaged()),
        };
        match next {
            // Without a size, the end of the input is the end.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && self.left.is_none() => Ok(Next::End),
            Err(error) => {
                self.method = Method::Failed;
                Err(error)
            }
            next => next,
        }
    }

    /// The next byte; none at the end.
    fn byte(&mut self) -> io::Result<Option<u8>> {
        while self.copy.1 == 0 {
            match self.next()? {
                Next::Byte(byte) => return Ok(Some(byte)),
                Next::Match { distance, length } => self.copy = (distance, length),
                Next::End => return Ok(None),
            }
        }
        self.copy.1 -= 1;
        // What lies before the start is zeros.
        Ok(Some(self.window[self.given.wrapping_sub(self.copy.0) % WINDOW]))
    }
}

impl<R: BufRead> Read for Old<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        while count < buffer.len() && self.left != Some(0) {
            match self.byte() {
                Ok(Some(byte)) => {
                    self.window[self.given % WINDOW] = byte;
                    self.given = self.given.wrapping_add(1);
                    self.left = self.left.map(|left| left - 1);
                    buffer[count] = byte;
                    count += 1;
                }
                Ok(None) => break,
                // It comes again when there is nothing before it.
                Err(_) if count > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }
}

fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "the compressed data is damaged")
}

/// The input as bits, the lowest of each byte first.
struct Bits<R> {
    input: R,
    /// Bits that were read and not taken yet, and how many.
    held: u32,
    count: u32,
}

impl<R: BufRead> Bits<R> {
    /// The next bits, 16 at most, as a number: the first is the lowest.
    fn take(&mut self, count: u32) -> io::Result<u32> {
        while self.count < count {
            let byte = *self.input.fill_buf()?.first().ok_or(ErrorKind::UnexpectedEof)?;
            self.input.consume(1);
            self.held |= u32::from(byte) << self.count;
            self.count += 8;
        }
        let value = self.held & ((1 << count) - 1);
        self.held >>= count;
        self.count -= count;
        Ok(value)
    }

    fn byte(&mut self) -> io::Result<u8> {
        Ok(self.take(8)? as u8)
    }
}

/// LZW with codes of 9 to 13 bits, whose unused ones can be freed.
struct Shrink {
    width: u32,
    /// Of each code the one in front of its last byte; [`FREE`] if it is not in use, [`ROOT`] for single bytes.
    parent: [u16; CODES],
    last: [u8; CODES],
    /// Where the search for a free code begins.
    newest: usize,
    before: Option<usize>,
    first: u8,
    /// Bytes of a code, the last one first.
    pending: Vec<u8>,
}

const CODES: usize = 1 << 13;
const CONTROL: usize = 256;
const ROOT: u16 = 256;
const FREE: u16 = u16::MAX;

impl Shrink {
    fn new() -> Self {
        let mut parent = [FREE; CODES];
        parent[..CONTROL].fill(ROOT);
        let mut last = [0; CODES];
        for (value, byte) in (0..=u8::MAX).zip(&mut last) {
            *byte = value;
        }
        Self { width: 9, parent, last, newest: CONTROL, before: None, first: 0, pending: Vec::new() }
    }

    fn next(&mut self, bits: &mut Bits<impl BufRead>) -> io::Result<Next> {
        loop {
            if let Some(byte) = self.pending.pop() {
                return Ok(Next::Byte(byte));
            }
            let code = bits.take(self.width)? as usize;
            if code != CONTROL {
                self.unfold(code)?;
                continue;
            }
            match bits.take(self.width)? {
                1 if self.width < 13 => self.width += 1,
                2 => self.clear(),
                _ => return Err(damaged()),
            }
        }
    }

    /// Frees all codes that no other begins with.
    fn clear(&mut self) {
        let mut is_used = [false; CODES];
        for parent in self.parent.iter().filter(|parent| **parent != FREE) {
            is_used[usize::from(*parent)] = true;
        }
        for (parent, _) in self.parent.iter_mut().zip(is_used).skip(CONTROL + 1).filter(|(_, is_used)| !is_used) {
            *parent = FREE;
        }
        self.newest = CONTROL;
    }

    /// Puts the bytes of a code into `pending`, and gives the next free code its meaning.
    fn unfold(&mut self, code: usize) -> io::Result<()> {
        let mut at = code;
        loop {
            if self.pending.len() > CODES {
                return Err(damaged()); // It begins with itself.
            }
            if self.parent[at] == FREE {
                // The code that is about to be made: what was before, and its first byte.
                self.pending.push(self.first);
                at = self.before.filter(|before| self.parent[*before] != FREE).ok_or_else(damaged)?;
                continue;
            }
            self.pending.push(self.last[at]);
            if self.parent[at] == ROOT {
                break;
            }
            at = usize::from(self.parent[at]);
        }
        self.first = self.last[at];
        if let Some(before) = self.before {
            let free = (self.newest + 1..CODES).find(|code| self.parent[*code] == FREE);
            self.newest = free.unwrap_or(CODES);
            if let Some(free) = free {
                self.parent[free] = before as u16;
                self.last[free] = self.first;
            }
        }
        self.before = Some(code);
        Ok(())
    }
}

/// Bytes told by the one before them, around matches marked by an escape.
struct Reduce {
    /// Bits of the first byte of a match that belong to its length.
    length_bits: u32,
    /// After each byte: the bytes that are likely.
    followers: Vec<Vec<u8>>,
    before: u8,
}

impl Reduce {
    const ESCAPE: u8 = 144;

    fn new(factor: u16, bits: &mut Bits<impl BufRead>) -> io::Result<Self> {
        let mut followers = vec![Vec::new(); 256];
        for set in followers.iter_mut().rev() {
            let count = bits.take(6)?;
            if count > 32 {
                return Err(damaged());
            }
            for _ in 0..count {
                set.push(bits.byte()?);
            }
        }
        Ok(Self { length_bits: 8 - u32::from(factor), followers, before: 0 })
    }

    fn byte(&mut self, bits: &mut Bits<impl BufRead>) -> io::Result<u8> {
        let set = &self.followers[usize::from(self.before)];
        self.before = if set.is_empty() || bits.take(1)? == 1 {
            bits.byte()?
        } else {
            let width = (set.len().next_power_of_two().trailing_zeros()).max(1);
            *set.get(bits.take(width)? as usize).ok_or_else(damaged)?
        };
        Ok(self.before)
    }

    fn next(&mut self, bits: &mut Bits<impl BufRead>) -> io::Result<Next> {
        let byte = self.byte(bits)?;
        if byte != Self::ESCAPE {
            return Ok(Next::Byte(byte));
        }
        let first = usize::from(self.byte(bits)?);
        if first == 0 {
            return Ok(Next::Byte(Self::ESCAPE));
        }
        let most = (1 << self.length_bits) - 1;
        let mut length = first & most;
        if length == most {
            length += usize::from(self.byte(bits)?);
        }
        let distance = ((first >> self.length_bits) << 8) + usize::from(self.byte(bits)?) + 1;
        Ok(Next::Match { distance, length: length + 3 })
    }
}

/// Matches and bytes in Shannon-Fano codes.
struct Implode {
    literals: Option<Tree>,
    lengths: Tree,
    distances: Tree,
    /// Bits of a distance that stand outside of its code.
    low_bits: u32,
}

impl Implode {
    fn new(flags: u16, bits: &mut Bits<impl BufRead>) -> io::Result<Self> {
        let literals = if flags & 4 == 0 { None } else { Some(Tree::read(256, bits)?) };
        let lengths = Tree::read(64, bits)?;
        let distances = Tree::read(64, bits)?;
        Ok(Self { literals, lengths, distances, low_bits: if flags & 2 == 0 { 6 } else { 7 } })
    }

    fn next(&mut self, bits: &mut Bits<impl BufRead>) -> io::Result<Next> {
        if bits.take(1)? == 1 {
            return Ok(Next::Byte(match &self.literals {
                Some(tree) => tree.value(bits)? as u8,
                None => bits.byte()?,
            }));
        }
        let low = bits.take(self.low_bits)? as usize;
        let distance = (self.distances.value(bits)? << self.low_bits) + low + 1;
        let mut length = self.lengths.value(bits)?;
        if length == 63 {
            length += usize::from(bits.byte()?);
        }
        Ok(Next::Match { distance, length: length + if self.literals.is_some() { 3 } else { 2 } })
    }
}

/// A code whose words are those of the canonical one of the same lengths, with all bits turned over.
struct Tree {
    /// How many words there are of each length.
    counts: [usize; 17],
    /// The values, by the length of their words and then by size.
    values: Vec<usize>,
}

impl Tree {
    /// Reads the lengths of the words of values from 0 on.
    fn read(size: usize, bits: &mut Bits<impl BufRead>) -> io::Result<Self> {
        let mut lengths = Vec::new();
        for _ in 0..=bits.byte()? {
            let run = bits.byte()?;
            lengths.extend(std::iter::repeat_n(usize::from(run & 15) + 1, usize::from(run >> 4) + 1));
        }
        if lengths.len() != size {
            return Err(damaged());
        }
        let mut counts = [0; 17];
        for length in &lengths {
            counts[*length] += 1;
        }
        let mut values: Vec<usize> = (0..size).collect();
        values.sort_by_key(|value| lengths[*value]);
        Ok(Self { counts, values })
    }

    fn value(&self, bits: &mut Bits<impl BufRead>) -> io::Result<usize> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code = code << 1 | (bits.take(1)? as usize ^ 1);
            first <<= 1;
            if code < first + count {
                return self.values.get(index + code.wrapping_sub(first)).copied().ok_or_else(damaged);
            }
            index += count;
            first += count;
        }
        Err(damaged())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::recording::Recording;

    /// Two chapters of Moby-Dick, packed by PKZIP itself: one shrunk, one imploded with a tree for bytes.
    const ARCHIVE: &[u8] = include_bytes!("../../../tests/data/old-methods.zip");

    #[test]
    fn what_pkzip_wrote_is_read() {
        let (recording, result) = Recording::of(&super::super::Zip, ARCHIVE);
        result.unwrap();
        assert_eq!(recording.partials, []);
        let [shrunk, imploded] = recording.members.as_slice() else { panic!("{:?}", recording.names()) };
        assert!(shrunk.error.is_none() && imploded.error.is_none(), "{:?} {:?}", shrunk.error, imploded.error);
        assert_eq!((shrunk.bytes.len(), imploded.bytes.len()), (328, 1078));
        assert!(String::from_utf8_lossy(&imploded.bytes).contains("THE DECK TOWARDS THE END"));
    }

    /// Bits, the lowest of each byte first.
    #[derive(Default)]
    struct Writer(Vec<bool>);

    impl Writer {
        fn put(&mut self, value: u32, count: u32) {
            self.0.extend((0..count).map(|bit| value >> bit & 1 == 1));
        }

        fn bytes(&self) -> Vec<u8> {
            let byte = |bits: &[bool]| bits.iter().enumerate().fold(0, |sum, (at, bit)| sum | u8::from(*bit) << at);
            self.0.chunks(8).map(byte).collect()
        }
    }

    /// Reduces a content: after each byte the first that ever followed it is likely, and matches are taken greedily.
    fn reduced(content: &[u8], factor: u32) -> Vec<u8> {
        let length_bits = 8 - factor;
        let most = (1_usize << length_bits) - 1;
        let farthest = (1_usize << factor) << 8;
        let mut plain = Vec::new();
        let mut at = 0;
        while at < content.len() {
            let from = at.saturating_sub(farthest);
            let length_of =
                |start: usize| content[at..].iter().zip(&content[start..]).take_while(|(a, b)| a == b).count();
            let best = (from..at).map(|start| (length_of(start).min(most + 255 + 3), start)).max().unwrap_or((0, 0));
            if best.0 < 4 {
                plain.push(content[at]);
                if content[at] == Reduce::ESCAPE {
                    plain.push(0);
                }
                at += 1;
                continue;
            }
            let (length, distance) = (best.0 - 3, at - best.1 - 1);
            let first = (distance >> 8) << length_bits | length.min(most);
            if first == 0 {
                plain.push(content[at]);
                at += 1;
                continue;
            }
            plain.extend([Reduce::ESCAPE, first as u8]);
            if length >= most {
                plain.push((length - most) as u8);
            }
            plain.push(distance as u8);
            at += best.0;
        }
        let mut followers = vec![Vec::new(); 256];
        for pair in plain.windows(2) {
            let set: &mut Vec<u8> = &mut followers[usize::from(pair[0])];
            if set.len() < 5 && !set.contains(&pair[1]) {
                set.push(pair[1]);
            }
        }
        let mut out = Writer::default();
        for set in followers.iter().rev() {
            out.put(set.len() as u32, 6);
            for byte in set {
                out.put(u32::from(*byte), 8);
            }
        }
        let mut before = 0;
        for byte in plain {
            let set = &followers[usize::from(before)];
            let width = [0, 1, 1, 2, 2, 3][set.len()];
            match set.iter().position(|likely| *likely == byte) {
                Some(index) => out.put((index as u32) << 1, 1 + width),
                None if set.is_empty() => out.put(u32::from(byte), 8),
                None => out.put(1 | u32::from(byte) << 1, 9),
            }
            before = byte;
        }
        out.bytes()
    }

    fn unpacked(packed: &[u8], method: u16, size: usize) -> (Vec<u8>, io::Result<usize>) {
        let mut bytes = Vec::new();
        let result = Old::new(packed, method, 6, Some(size as u64)).read_to_end(&mut bytes);
        (bytes, result)
    }

    #[test]
    fn what_was_reduced_is_read() {
        let numbers = (0..3000_u32).flat_map(|n| (n * n % 977).to_string().into_bytes());
        let content: Vec<u8> = numbers.chain(0..=255).chain([b'x'; 900]).collect();
        for factor in 1..=4 {
            let packed = reduced(&content, factor);
            let (bytes, result) = unpacked(&packed, factor as u16 + 1, content.len());
            result.unwrap();
            assert!(bytes == content, "factor {factor}");
            let (bytes, result) = unpacked(&packed[..packed.len() / 2], factor as u16 + 1, content.len());
            assert!(result.is_err() && !bytes.is_empty() && content.starts_with(&bytes));
        }
    }

    #[test]
    fn any_bytes_end_well() {
        let mut state = 1_u64;
        for round in 0..2000 {
            let packed: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Small numbers, such as counts, are the more interesting ones.
                ((state >> 56) as u8) >> (round % 7)
            })
            .take(400)
            .collect();
            for method in 1..=6 {
                let _ = unpacked(&packed, method, 5000);
            }
        }
    }
}
