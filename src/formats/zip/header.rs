//! The two headers of a zip member, taken apart: the one in front of its data and the one in the central directory.
//!
//! Knows bytes only: reads nothing, trusts no number.

use super::super::links::SYMBOLIC_LINK;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The first bytes of a header in front of a member.
pub(super) const LOCAL: &[u8; 4] = b"PK\x03\x04";
/// The first bytes of an entry of the central directory.
pub(super) const ENTRY: &[u8; 4] = b"PK\x01\x02";
/// The first bytes of the sizes behind a member, where there are any.
pub(super) const DESCRIPTOR: &[u8; 4] = b"PK\x07\x08";
/// The first bytes of the record that ends the archive.
pub(super) const END: &[u8; 4] = b"PK\x05\x06";
/// The first bytes of the 64-bit end record.
pub(super) const END64: &[u8; 4] = b"PK\x06\x06";

/// The method that stands for encryption by AES; the real one is in an extra field.
pub(super) const AES: u16 = 99;

/// Bytes of a link's target at most.
pub(super) const LONGEST_PATH: u64 = 4096;
/// Bytes of a local header before the name.
pub(super) const LOCAL_SIZE: usize = 30;
/// Bytes of a directory entry before the name.
pub(super) const ENTRY_SIZE: usize = 46;

/// Little-endian numbers at fixed places; zero where the bytes do not reach.
#[derive(Clone, Copy)]
pub(super) struct Numbers<'a>(pub(super) &'a [u8]);

impl Numbers<'_> {
    fn bytes<const N: usize>(self, at: usize) -> [u8; N] {
        self.0.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
    }

    pub(super) fn u16(self, at: usize) -> u16 {
        u16::from_le_bytes(self.bytes(at))
    }

    pub(super) fn u32(self, at: usize) -> u32 {
        u32::from_le_bytes(self.bytes(at))
    }

    pub(super) fn u64(self, at: usize) -> u64 {
        u64::from_le_bytes(self.bytes(at))
    }
}

/// What one of the two headers says of a member.
#[derive(Debug, Clone, Default)]
pub(super) struct Header {
    /// Its name: UTF-8 unless damaged, with `/`.
    pub(super) name: Vec<u8>,
    /// Its name as it is written.
    pub(super) raw_name: Vec<u8>,
    /// The general purpose bits.
    pub(super) flags: u16,
    /// The compression method.
    pub(super) method: u16,
    pub(super) modified: Option<SystemTime>,
    /// The modification time as it is written: a check on passwords.
    pub(super) time: u16,
    /// How it is encrypted by AES, if it is.
    pub(super) aes: Option<Aes>,
    pub(super) crc: u32,
    /// Bytes in the archive.
    pub(super) packed: u64,
    /// Bytes when read.
    pub(super) size: u64,
    /// Where the archive says its local header is (directory entries only).
    pub(super) offset: u64,
    /// Unix file type and permissions (directory entries only); zero if not known.
    pub(super) mode: u32,
}

/// What the extra field of AES says (AE-1 and AE-2).
#[derive(Debug, Clone, Copy)]
pub(super) struct Aes {
    /// Bytes of the key: 16, 24 or 32.
    pub(super) key: u8,
    /// How the data is packed below the encryption.
    pub(super) method: u16,
}

impl Aes {
    fn new(field: &[u8]) -> Option<Self> {
        let strength = *field.get(4)?;
        let method = field.get(5..7).map(|bytes| Numbers(bytes).u16(0))?;
        (field.starts_with(&[1, 0]) || field.starts_with(&[2, 0]))
            .then_some(strength)
            .filter(|strength| (1..=3).contains(strength))
            .map(|strength| Self { key: 8 + 8 * strength, method })
    }
}

impl Header {
    /// A local header from its fixed part, name and extra fields.
    pub(super) fn local(fixed: &[u8], name: &[u8], extra: &[u8]) -> Self {
        Self::from_numbers(Numbers(fixed), 6, u32::MAX - 1, name, extra)
    }

    /// An entry of the directory from its fixed part, name and extra fields.
    pub(super) fn entry(fixed: &[u8], name: &[u8], extra: &[u8]) -> Self {
        let numbers = Numbers(fixed);
        let made_on_unix = matches!(numbers.u16(4) >> 8, 3 | 19);
        let mode = if made_on_unix { numbers.u32(38) >> 16 } else { 0 };
        Self { mode, ..Self::from_numbers(numbers, 8, numbers.u32(42), name, extra) }
    }

    /// The numbers from the flags on stand in the same order in both headers.
    fn from_numbers(numbers: Numbers<'_>, flags_at: usize, offset: u32, name: &[u8], extra: &[u8]) -> Self {
        let (time, date) = (numbers.u16(flags_at + 4), numbers.u16(flags_at + 6));
        let mut header = Self {
            name: readable_name(name),
            raw_name: name.to_vec(),
            flags: numbers.u16(flags_at),
            method: numbers.u16(flags_at + 2),
            modified: dos_time(date, time),
            time,
            aes: None,
            crc: numbers.u32(flags_at + 8),
            packed: u64::from(numbers.u32(flags_at + 12)),
            size: u64::from(numbers.u32(flags_at + 16)),
            offset: u64::from(offset),
            mode: 0,
        };
        for (id, field) in extra_fields(extra) {
            match id {
                0x0001 => header.widen(field),
                0x5455 => header.modified = unix_time(field).or(header.modified),
                0x7075 => header.rename(name, field),
                0x9901 => header.aes = Aes::new(field),
                _ => {}
            }
        }
        header
    }

    /// Takes the numbers that did not fit into 32 bits from the zip64 field, which holds only those.
    fn widen(&mut self, field: &[u8]) {
        let mut at = 0;
        for number in [&mut self.size, &mut self.packed, &mut self.offset] {
            if *number == u64::from(u32::MAX) && field.len() >= at + 8 {
                *number = Numbers(field).u64(at);
                at += 8;
            }
        }
    }

    /// Takes the name from the Unicode field if that was made for this name.
    fn rename(&mut self, raw: &[u8], field: &[u8]) {
        let mut crc = flate2::Crc::new();
        crc.update(raw);
        if let Some((&1, [a, b, c, d, name @ ..])) = field.split_first()
            && u32::from_le_bytes([*a, *b, *c, *d]) == crc.sum()
        {
            self.name = readable_name(name);
        }
    }

    /// Whether the content cannot be read without a password.
    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0 || self.method == AES
    }

    /// The method by which the data itself is packed.
    pub(super) fn packing(&self) -> u16 {
        self.aes.filter(|_| self.method == AES).map_or(self.method, |aes| aes.method)
    }

    /// Whether sizes and checksum stand behind the data.
    pub(super) fn has_descriptor(&self) -> bool {
        self.flags & 8 != 0
    }

    /// What may stand behind the data once more.
    pub(super) fn sums(&self) -> Sums {
        Sums { are_behind: self.has_descriptor(), crc: self.crc, packed: self.packed, size: self.size }
    }

    /// Whether it is a folder. One that holds data is not: some reader would show it.
    pub(super) fn is_folder(&self) -> bool {
        // Nothing at all takes a few bytes once it is encrypted, or packed by other methods.
        let most = if matches!(self.method, 0 | 8) && !self.is_encrypted() { 2 } else { 64 };
        let is_unknown = self.has_descriptor() && self.method != 0 && self.packed == 0;
        self.name.ends_with(b"/") && self.size == 0 && self.packed <= most && !is_unknown
    }

    /// What it is if it is neither a file nor a folder. A link with more in it than a path is read as a file.
    pub(super) fn special(&self) -> Option<&'static str> {
        match self.mode & 0xf000 {
            0xa000 if self.size <= LONGEST_PATH && self.packed <= LONGEST_PATH => Some(SYMBOLIC_LINK),
            0x1000 if self.size == 0 => Some("named pipe"),
            0x2000 | 0x6000 if self.size == 0 => Some("device"),
            0xc000 if self.size == 0 => Some("socket"),
            _ => None,
        }
    }

    /// Whether both headers describe the same bytes. Where they do not, readers differ in what they show.
    pub(super) fn agrees_with(&self, local: &Self) -> bool {
        let is_left_open = local.has_descriptor() && local.packed == 0;
        let same_numbers = local.packed == self.packed && local.size == self.size && local.crc == self.crc;
        let same_way = self.method == local.method && self.is_encrypted() == local.is_encrypted();
        same_way && (is_left_open || same_numbers)
    }

    /// This member as its local header describes it.
    pub(super) fn as_described_by(&self, local: &Self) -> Self {
        let mut other = Self { method: local.method, flags: local.flags, ..self.clone() };
        if local.packed > 0 {
            (other.packed, other.size, other.crc) = (local.packed, local.size, local.crc);
        }
        other
    }
}

/// Checksum and sizes of a member, which may be said once more behind its data.
#[derive(Clone, Copy)]
pub(super) struct Sums {
    pub(super) are_behind: bool,
    crc: u32,
    packed: u64,
    size: u64,
}

impl Sums {
    /// Bytes that they take at most: signature, checksum, two sizes of 64 bits.
    pub(super) const LONGEST: usize = 24;

    /// How many of the bytes behind the data they are; zero if they say something else.
    pub(super) fn length(self, behind: &[u8]) -> u64 {
        let signature = if behind.starts_with(DESCRIPTOR) { DESCRIPTOR.len() } else { 0 };
        let bytes = behind.get(signature..).unwrap_or_default();
        let numbers = Numbers(bytes);
        if numbers.u32(0) != self.crc {
            return 0;
        }
        let short = [numbers.u32(4), numbers.u32(8)].map(u64::from) == [self.packed, self.size];
        let long = [numbers.u64(4), numbers.u64(12)] == [self.packed, self.size];
        let length = if long && bytes.len() >= 20 { 20 } else { 12 };
        if (short || long) && bytes.len() >= length { (signature + length) as u64 } else { 0 }
    }
}

/// The name of a compression method, none if there is no such method.
pub(super) fn method_name(method: u16) -> Option<&'static str> {
    Some(match method {
        0 => "Stored",
        1 => "Shrink",
        2..=5 => "Reduce",
        6 => "Implode",
        7 => "Tokenize",
        8 => "Deflate",
        9 => "Deflate64",
        10 => "PKWARE Implode",
        12 => "BZip2",
        14 => "LZMA",
        16 => "CMPSC",
        18 => "TERSE",
        19 => "LZ77",
        20 | 93 => "Zstandard",
        94 => "MP3",
        95 => "XZ",
        96 => "JPEG",
        97 => "WavPack",
        98 => "PPMd",
        AES => "AES",
        _ => return None,
    })
}

/// The extra fields with their ids, as far as they are whole.
fn extra_fields(mut extra: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = extra.split_at_checked(4)?;
        let (field, rest) = rest.split_at_checked(usize::from(Numbers(head).u16(2)))?;
        extra = rest;
        Some((Numbers(head).u16(0), field))
    })
}

/// A name as UTF-8 with `/` between folders and no `./` in front. Bytes that are not UTF-8 are the code page of the first PCs, as zip has it.
fn readable_name(raw: &[u8]) -> Vec<u8> {
    let mut name = match std::str::from_utf8(raw) {
        Ok(_) => raw.to_vec(),
        Err(_) => raw.iter().map(|byte| cp437(*byte)).collect::<String>().into_bytes(),
    };
    for byte in &mut name {
        if *byte == b'\\' {
            *byte = b'/';
        }
    }
    while name.starts_with(b"./") && name.len() > 2 {
        name.drain(..2);
    }
    name
}

fn cp437(byte: u8) -> char {
    const HIGH: [char; 128] = [
        'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å', 'É', 'æ', 'Æ', 'ô', 'ö', 'ò',
        'û', 'ù', 'ÿ', 'Ö', 'Ü', '¢', '£', '¥', '₧', 'ƒ', 'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '⌐', '¬', '½',
        '¼', '¡', '«', '»', '░', '▒', '▓', '│', '┤', '╡', '╢', '╖', '╕', '╣', '║', '╗', '╝', '╜', '╛', '┐', '└', '┴',
        '┬', '├', '─', '┼', '╞', '╟', '╚', '╔', '╩', '╦', '╠', '═', '╬', '╧', '╨', '╤', '╥', '╙', '╘', '╒', '╓', '╫',
        '╪', '┘', '┌', '█', '▄', '▌', '▐', '▀', 'α', 'ß', 'Γ', 'π', 'Σ', 'σ', 'µ', 'τ', 'Φ', 'Θ', 'Ω', 'δ', '∞', 'φ',
        'ε', '∩', '≡', '±', '≥', '≤', '⌠', '⌡', '÷', '≈', '°', '∙', '·', '√', 'ⁿ', '²', '■', '\u{a0}',
    ];
    match byte.checked_sub(128) {
        Some(high) => HIGH.get(usize::from(high)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        None => char::from(byte),
    }
}

/// The modification time of an extended timestamp field.
fn unix_time(field: &[u8]) -> Option<SystemTime> {
    let (flags, times) = field.split_first()?;
    let seconds = i32::from_le_bytes(*times.first_chunk()?);
    let distance = Duration::from_secs(u64::from(seconds.unsigned_abs()));
    match (flags & 1, seconds) {
        (0, _) => None,
        (_, 0..) => UNIX_EPOCH.checked_add(distance),
        _ => UNIX_EPOCH.checked_sub(distance),
    }
}

/// A DOS date and time, taken as UTC: the archive does not say where its clock stood.
fn dos_time(date: u16, time: u16) -> Option<SystemTime> {
    let (year, month, day) = (u64::from(date >> 9) + 1980, u64::from(date >> 5 & 15), u64::from(date & 31));
    let (hour, minute, second) = (u64::from(time >> 11), u64::from(time >> 5 & 63), u64::from(time & 31) * 2);
    if !(1..=12).contains(&month) || day == 0 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Years are counted from March, so that the leap day is the last one.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    let since_epoch = days.checked_sub(719_468)?;
    UNIX_EPOCH.checked_add(Duration::from_secs(since_epoch * 86_400 + hour * 3600 + minute * 60 + second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dos_times_are_utc() {
        let seconds = |date, time| dos_time(date, time).map(|t| t.duration_since(UNIX_EPOCH).unwrap().as_secs());
        assert_eq!(seconds(1 << 5 | 1, 0), Some(315_532_800)); // 1980-01-01
        assert_eq!(seconds(0x585d, 0x645c), Some(1_709_210_096)); // 2024-02-29 12:34:56
        assert_eq!(seconds(0, 0), None);
        assert_eq!(seconds(13 << 5 | 1, 0), None);
    }

    #[test]
    fn names_are_utf8_or_the_first_code_page() {
        assert_eq!(readable_name("ä/b".as_bytes()), "ä/b".as_bytes());
        assert_eq!(readable_name(b"hr\\caf\x82.txt"), "hr/café.txt".as_bytes());
        assert_eq!(readable_name(b"././c.txt"), b"c.txt");
        assert_eq!(readable_name(b"./"), b"./");
        assert_eq!(readable_name(b"\xff"), "\u{a0}".as_bytes());
    }

    #[test]
    fn extra_fields_that_reach_too_far_are_left_out() {
        assert_eq!(extra_fields(&[1, 0, 2, 0, 7, 7, 2, 0, 9, 0, 1]).collect::<Vec<_>>(), [(1, &[7, 7][..])]);
        assert_eq!(extra_fields(&[1, 0]).count(), 0);
    }

    #[test]
    fn a_unicode_name_field_must_be_made_for_the_name() {
        let mut crc = flate2::Crc::new();
        crc.update(b"a");
        let mut extra = vec![0x75, 0x70, 7, 0, 1];
        extra.extend(crc.sum().to_le_bytes());
        extra.extend("é".as_bytes());
        assert_eq!(Header::local(&[0; 30], b"a", &extra).name, "é".as_bytes());
        assert_eq!(Header::local(&[0; 30], b"b", &extra).name, b"b");
    }
}
