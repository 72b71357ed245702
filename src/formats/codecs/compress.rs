//! The files of compress (`.Z`): LZW with codes of 9 to 16 bits, least bit first, in groups of eight.
//!
//! Own, since weezl knows the variants of GIF and TIFF alone: no groups, other widths. Has no checksum and no mark of an
//! end, so a file that is cut between two codes does not show it.

use super::pump::{Decoder, State, Step};

const LEAST: u32 = 9;
const MOST: u32 = 16;
/// The code that empties the table, where the file says that there is one.
const CLEAR: u16 = 256;
/// Codes whose bits stand together: where the width changes, the rest of a group is nothing.
const GROUP: u32 = 8;

/// Whether first bytes begin such a file.
pub(super) fn begins(head: &[u8]) -> bool {
    matches!(head, [0x1F, 0x9D, flags, _, ..] if flags & 0x60 == 0 && (LEAST..=MOST).contains(&u32::from(flags & 31)))
}

/// The decoder.
pub(super) struct Compress {
    /// Bytes of the head that were read.
    head: Vec<u8>,
    /// Width of codes at most.
    most: u32,
    can_clear: bool,
    width: u32,
    /// Bits that were read and are no code yet, and how many.
    bits: u64,
    count: u32,
    /// Bits to be stepped over.
    skip: u32,
    /// Codes read of a group.
    in_group: u32,
    /// Of each code beyond the single bytes: the code in front of its last byte, and that byte.
    table: Vec<(u16, u8)>,
    before: Option<u16>,
    /// First byte of what came before.
    first: u8,
    /// Decoded bytes, last one first.
    pending: Vec<u8>,
}

impl Compress {
    pub(super) fn new() -> Self {
        Self {
            head: Vec::new(),
            most: MOST,
            can_clear: false,
            width: LEAST,
            bits: 0,
            count: 0,
            skip: 0,
            in_group: 0,
            table: Vec::new(),
            before: None,
            first: 0,
            pending: Vec::new(),
        }
    }

    /// The code that the next entry of the table gets.
    fn free(&self) -> u32 {
        256 + u32::from(self.can_clear) + self.table.len() as u32
    }

    /// Starts codes of another width.
    fn set_width(&mut self, width: u32) {
        self.skip = (GROUP - self.in_group) % GROUP * self.width;
        (self.width, self.in_group) = (width, 0);
    }

    /// Reads a code; none if the input does not reach.
    fn code(&mut self, input: &mut &[u8]) -> Option<u16> {
        if self.free() >= 1 << self.width && self.width < self.most {
            self.set_width(self.width + 1);
        }
        loop {
            let skipped = self.skip.min(self.count);
            self.bits >>= skipped;
            self.count -= skipped;
            self.skip -= skipped;
            if self.skip == 0 && self.count >= self.width {
                break;
            }
            let (byte, rest) = input.split_first()?;
            self.bits |= u64::from(*byte) << self.count;
            self.count += 8;
            *input = rest;
        }
        let code = self.bits & ((1 << self.width) - 1);
        self.bits >>= self.width;
        self.count -= self.width;
        self.in_group = (self.in_group + 1) % GROUP;
        Some(code as u16)
    }

    /// Puts what a code stands for among the pending bytes; none if it stands for nothing.
    fn take(&mut self, code: u16) -> Option<()> {
        if code == CLEAR && self.can_clear {
            self.table.clear();
            self.before = None;
            self.set_width(LEAST);
            return Some(());
        }
        let Some(before) = self.before else {
            self.first = u8::try_from(code).ok()?;
            self.before = Some(code);
            self.pending.push(self.first);
            return Some(());
        };
        let mut at = code;
        if u32::from(code) == self.free() {
            self.pending.push(self.first);
            at = before;
        }
        let base = self.free() - self.table.len() as u32;
        while at > 255 {
            // Each entry points to one made before it, so this ends.
            let (front, last) = *self.table.get(u32::from(at).checked_sub(base)? as usize)?;
            self.pending.push(last);
            at = front;
        }
        self.first = at as u8;
        self.pending.push(self.first);
        if self.free() < 1 << self.most {
            self.table.push((before, self.first));
        }
        self.before = Some(code);
        Some(())
    }

    /// Reads the head; none until it is there.
    fn begin(&mut self, input: &mut &[u8]) -> Option<()> {
        while self.head.len() < 3 {
            let (byte, rest) = input.split_first()?;
            self.head.push(*byte);
            *input = rest;
        }
        self.most = u32::from(self.head[2] & 31).clamp(LEAST, MOST);
        self.can_clear = self.head[2] & 0x80 != 0;
        Some(())
    }
}

impl Decoder for Compress {
    fn step(&mut self, input: &[u8], output: &mut [u8], _: bool) -> Step {
        let mut rest = input;
        let mut written = 0;
        let mut state = State::Going;
        if self.begin(&mut rest).is_some() {
            loop {
                while written < output.len()
                    && let Some(byte) = self.pending.pop()
                {
                    output[written] = byte;
                    written += 1;
                }
                if !self.pending.is_empty() {
                    break;
                }
                let Some(code) = self.code(&mut rest) else {
                    // What fills the last byte is no code.
                    state = if self.count < 8 { State::Between } else { State::Going };
                    break;
                };
                if self.take(code).is_none() {
                    state = State::Failed;
                    break;
                }
            }
        }
        Step { read: input.len() - rest.len(), written, state }
    }
}

#[cfg(test)]
mod tests {
    use super::super::COMPRESS;
    use super::*;
    use crate::formats::recording::Recording;

    /// Codes as a file, with widths as a writer has them.
    fn file(flags: u8, codes: &[u16]) -> Vec<u8> {
        let mut bytes = vec![0x1F, 0x9D, flags];
        let first = 256 + u32::from(flags >> 7);
        let (mut width, mut free, mut group, mut is_first) = (LEAST, first, Vec::new(), true);
        let flush = |group: &mut Vec<u16>, width: u32, whole: bool, bytes: &mut Vec<u8>| {
            let mut bits = 0_u128;
            group.iter().enumerate().for_each(|(at, code)| bits |= u128::from(*code) << (at as u32 * width));
            let used = if whole { width } else { (group.len() as u32 * width).div_ceil(8) };
            if !group.is_empty() {
                bytes.extend(&bits.to_le_bytes()[..used as usize]);
            }
            group.clear();
        };
        for code in codes {
            if free >= 1 << width && width < u32::from(flags & 31) {
                flush(&mut group, width, true, &mut bytes);
                width += 1;
            }
            group.push(*code);
            if group.len() == 8 {
                flush(&mut group, width, true, &mut bytes);
            }
            if *code == CLEAR && flags & 0x80 != 0 {
                flush(&mut group, width, true, &mut bytes);
                (width, free, is_first) = (LEAST, first, true);
            } else {
                free += u32::from(!is_first);
                is_first = false;
            }
        }
        flush(&mut group, width, false, &mut bytes);
        bytes
    }

    /// Compresses, as the program does, without ever clearing.
    fn pack(flags: u8, text: &[u8]) -> Vec<u8> {
        let mut table = std::collections::HashMap::new();
        let (mut codes, mut now) = (Vec::new(), u16::from(text[0]));
        let mut free = 256 + u32::from(flags >> 7);
        for byte in &text[1..] {
            if let Some(code) = table.get(&(now, *byte)) {
                now = *code;
                continue;
            }
            codes.push(now);
            if free < 1 << (flags & 31) {
                table.insert((now, *byte), free as u16);
                free += 1;
            }
            now = u16::from(*byte);
        }
        codes.push(now);
        file(flags, &codes)
    }

    fn unpacked(bytes: &[u8]) -> (Vec<u8>, bool) {
        let (recording, _) = Recording::of_stream(&COMPRESS, bytes);
        (recording.streams[0].bytes.clone(), recording.streams[0].error.is_none())
    }

    #[test]
    fn all_widths_come_out() {
        let text: Vec<u8> =
            (0..60_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 12).to_string().into_bytes()).collect();
        for flags in [9, 12, 16, 0x89, 0x8C, 0x90] {
            let packed = pack(flags, &text);
            assert!(begins(&packed));
            assert!(unpacked(&packed) == (text.clone(), true), "{flags:x}");
        }
    }

    #[test]
    fn the_table_can_be_emptied() {
        let packed = file(0x90, &[97, 257, 258, CLEAR, 98, 257]);
        assert_eq!(unpacked(&packed), (b"aaaaaabbb".to_vec(), true));
    }

    #[test]
    fn damage_ends_well() {
        let packed = pack(0x90, b"alpha beta gamma alpha beta gamma alpha beta");
        for at in 3..packed.len() {
            for flip in [1, 0x80, 0xFF] {
                let mut damaged = packed.clone();
                damaged[at] ^= flip;
                unpacked(&damaged);
            }
            assert!(b"alpha beta gamma alpha beta gamma alpha beta".starts_with(&unpacked(&packed[..at]).0));
        }
        assert!(!unpacked(&[0x1F, 0x9D, 0x90, 0xFF, 0xFF, 0xFF]).1);
    }
}
