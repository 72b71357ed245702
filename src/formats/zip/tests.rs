use super::Zip;
use crate::formats::recording::Recording;
use crate::formats::{Content, Format};
use crate::status::Reason;
use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::{Cursor, Write};
use zip::write::{FileOptions, SimpleFileOptions, ZipWriter};

/// One member of an archive that is built by hand.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) name: &'static [u8],
    pub(super) method: u16,
    pub(super) flags: u16,
    pub(super) packed: Vec<u8>,
    pub(super) size: usize,
    pub(super) crc: u32,
    pub(super) mode: u32,
    pub(super) extra: Vec<u8>,
    pub(super) is_listed: bool,
}

pub(super) fn stored(name: &'static [u8], content: &[u8]) -> Part {
    let mut crc = Crc::new();
    crc.update(content);
    let (packed, size, crc) = (content.to_vec(), content.len(), crc.sum());
    Part { name, method: 0, flags: 0, packed, size, crc, mode: 0, extra: Vec::new(), is_listed: true }
}

pub(super) fn deflated(name: &'static [u8], content: &[u8]) -> Part {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    Part { method: 8, packed: encoder.finish().unwrap(), ..stored(name, content) }
}

impl Part {
    fn numbers(&self, in_front: bool) -> Vec<u8> {
        let behind = in_front && self.flags & 8 != 0;
        let numbers = if behind { [0; 3] } else { [self.crc, self.packed.len() as u32, self.size as u32] };
        let mut bytes = Vec::new();
        for number in [20, self.flags, self.method, 0, 1 << 5 | 1] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(numbers.map(u32::to_le_bytes).concat());
        bytes.extend((self.name.len() as u16).to_le_bytes());
        bytes.extend((self.extra.len() as u16).to_le_bytes());
        bytes
    }

    pub(super) fn local(&self) -> Vec<u8> {
        let mut bytes = [b"PK\x03\x04", self.numbers(true).as_slice(), self.name, &self.extra, &self.packed].concat();
        if self.flags & 8 != 0 {
            bytes.extend(b"PK\x07\x08");
            bytes.extend([self.crc, self.packed.len() as u32, self.size as u32].map(u32::to_le_bytes).concat());
        }
        bytes
    }

    pub(super) fn entry(&self, offset: usize) -> Vec<u8> {
        let mut bytes = [b"PK\x01\x02\x14\x03", self.numbers(false).as_slice()].concat();
        bytes.extend([0; 6]);
        bytes.extend((self.mode << 16).to_le_bytes());
        bytes.extend((offset as u32).to_le_bytes());
        bytes.extend(self.name);
        bytes.extend(&self.extra);
        bytes
    }
}

pub(super) fn archive(parts: &[Part]) -> Vec<u8> {
    let (mut bytes, mut directory, mut entries) = (Vec::new(), Vec::new(), 0_u16);
    for part in parts {
        if part.is_listed {
            directory.extend(part.entry(bytes.len()));
            entries += 1;
        }
        bytes.extend(part.local());
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([entries.to_le_bytes(), entries.to_le_bytes()].concat());
    bytes.extend([(directory.len() as u32).to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}

fn is_zip(bytes: &[u8]) -> bool {
    Zip.recognizes(&mut Content::memory(b"x", bytes.to_vec()))
}

/// Reads an archive that has nothing wrong with it.
fn whole(bytes: &[u8]) -> Recording {
    assert!(is_zip(bytes));
    let (recording, result) = Recording::of_stream(&Zip, bytes);
    result.unwrap();
    assert_eq!(recording.partials, []);
    assert!(recording.members.iter().all(|member| member.error.is_none()), "{:?}", recording.members);
    recording
}

fn contents(recording: &Recording) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    recording.members.iter().map(|member| (text(&member.name), text(&member.bytes))).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, content)| ((*name).to_string(), (*content).to_string())).collect()
}

pub(super) fn described(part: Part) -> Part {
    Part { flags: part.flags | 8, ..part }
}

#[test]
fn stored_deflated_and_described_members_are_read() {
    let bytes = archive(&[
        stored(b"dir/", b""),
        stored(b"a", b"alpha"),
        deflated(b"dir\\b", b"beta"),
        described(deflated(b"c", b"gamma")),
        described(stored(b"d", b"delta")),
        stored(b"caf\x82", b""),
    ]);
    let expected = [("a", "alpha"), ("dir/b", "beta"), ("c", "gamma"), ("d", "delta"), ("café", "")];
    let recording = whole(&bytes);
    assert_eq!(contents(&recording), pairs(&expected));
    assert!(recording.members.iter().all(|member| member.modified.is_some()));

    // Without the directory the same comes out, and so it does behind a text.
    let lost = &bytes[..bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap()];
    let (recording, result) = Recording::of(&Zip, lost);
    result.unwrap();
    assert_eq!(contents(&recording), pairs(&expected));
    assert!(recording.members.iter().all(|member| member.error.is_none()), "{:?}", recording.members);
    assert_eq!(recording.partials.len(), 1);

    let behind = [b"#!/bin/sh\nSSN 536-90-4399\n", bytes.as_slice()].concat();
    let recording = whole(&behind);
    assert_eq!(contents(&recording)[..5], pairs(&expected));
    assert_eq!(recording.member("(stub)").unwrap().bytes, b"#!/bin/sh\nSSN 536-90-4399\n");
}

#[test]
fn archives_of_the_zip_crate_are_read() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("wide", SimpleFileOptions::default().large_file(true)).unwrap();
    writer.write_all(&b"zip64 ".repeat(1000)).unwrap();
    writer.start_file("plain", FileOptions::<()>::default()).unwrap();
    writer.write_all(b"plain").unwrap();
    let recording = whole(&writer.finish().unwrap().into_inner());
    assert_eq!(recording.names(), ["wide", "plain"]);
    assert_eq!(recording.members[0].bytes.len(), 6000);

    let mut writer = ZipWriter::new_stream(Vec::new());
    writer.start_file("streamed", SimpleFileOptions::default()).unwrap();
    writer.write_all(b"streamed").unwrap();
    assert_eq!(contents(&whole(&writer.finish().unwrap().into_inner())), pairs(&[("streamed", "streamed")]));
}

#[test]
fn the_wide_end_record_is_read() {
    let bytes = archive(&[stored(b"a", b"alpha")]);
    let end = bytes.len() - 22;
    let start = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let mut wide = [&bytes[..end], b"PK\x06\x06", &44_u64.to_le_bytes(), &[0; 12], &1_u64.to_le_bytes()].concat();
    for number in [1, end - start, start] {
        wide.extend((number as u64).to_le_bytes());
    }
    wide.extend([b"PK\x06\x07\0\0\0\0", (end as u64).to_le_bytes().as_slice(), &[1, 0, 0, 0]].concat());
    wide.extend([b"PK\x05\x06\0\0\0\0", [0xff; 12].as_slice(), &[0, 0]].concat());
    assert_eq!(contents(&whole(&wide)), pairs(&[("a", "alpha")]));
    let behind = [b"text", wide.as_slice()].concat();
    assert_eq!(contents(&whole(&behind)), pairs(&[("a", "alpha"), ("(stub)", "text")]));
}

#[test]
fn members_of_one_name_and_hidden_members_are_given() {
    let hidden = |part: Part| Part { is_listed: false, ..part };
    let parts = [
        stored(b"a", b"one"),
        hidden(deflated(b"h1", b"hidden deflated")),
        stored(b"a", b"two"),
        hidden(described(stored(b"h2", b"hidden stored"))),
        hidden(described(deflated(b"h3", b"hidden described"))),
        stored(b"z", b"last"),
    ];
    let expected = [
        ("a", "one"),
        ("a", "two"),
        ("z", "last"),
        ("h1", "hidden deflated"),
        ("h2", "hidden stored"),
        ("h3", "hidden described"),
    ];
    assert_eq!(contents(&whole(&archive(&parts))), pairs(&expected));
    let two = [archive(&[stored(b"first", b"1")]), archive(&[stored(b"second", b"2")])].concat();
    assert_eq!(contents(&whole(&two)), pairs(&[("second", "2"), ("first", "1")]));
}

#[test]
fn an_archive_in_an_archive_is_one_member() {
    let inner = archive(&[stored(b"inner", b"content")]);
    assert_eq!(whole(&archive(&[stored(b"in.zip", &inner)])).names(), ["in.zip"]);
    let lost = described(stored(b"in.zip", &inner)).local();
    let (recording, _) = Recording::of(&Zip, &lost);
    assert_eq!(recording.names(), ["in.zip"]);
    assert_eq!(recording.members[0].bytes, inner);
}

#[test]
fn what_cannot_be_read_is_named() {
    let bytes = archive(&[
        Part { flags: 1, ..stored(b"secret", b"xxxxxxxxxxxxxxxx") },
        Part { method: 18, ..stored(b"old", b"xxxx") },
        Part { method: 77, ..stored(b"odd", b"xxxx") },
        Part { mode: 0o120_777, ..stored(b"link", b"/etc/passwd") },
        stored(b"a", b"alpha"),
    ]);
    let recording = whole(&bytes);
    assert_eq!(contents(&recording), pairs(&[("a", "alpha")]));
    let reasons: Vec<_> = recording.skipped.iter().map(|(_, reason, detail)| (*reason, detail.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (Reason::EncryptedArchive, "the member is encrypted"),
            (Reason::UnsupportedCompression, "TERSE"),
            (Reason::UnsupportedCompression, "method 77"),
            (Reason::NotARegularFile, "symbolic link"),
        ]
    );
}

#[test]
fn damage_stays_with_its_member() {
    let mut wrong_sum = stored(b"a", b"alpha");
    wrong_sum.crc ^= 1;
    let mut broken = deflated(b"b", &b"some text ".repeat(50));
    let last = broken.packed.len() - 4;
    broken.packed[last] ^= 0x55;
    let trailing = deflated(b"c", b"gamma");
    let trailing = Part { packed: [trailing.packed.as_slice(), b"hidden"].concat(), ..trailing };
    let (recording, result) = Recording::of(&Zip, &archive(&[wrong_sum, broken, trailing, stored(b"d", b"delta")]));
    result.unwrap();
    assert_eq!(recording.names(), ["a", "b", "c", "d"]);
    let failed: Vec<_> = recording.members.iter().map(|member| member.error.is_some()).collect();
    assert_eq!(failed, [true, true, true, false]);
    assert_eq!(recording.members[0].bytes, b"alpha");
}

#[test]
fn four_bytes_do_not_make_an_archive() {
    assert!(!is_zip(b"text about PK\x05\x06 and PK\x03\x04, no more"));
    assert!(!is_zip(&[b"x".as_slice(), b"PK\x05\x06", &[0; 18]].concat()));
    assert!(!is_zip(&[b"x".as_slice(), b"PK\x05\x06", &[1; 18], &[0; 257]].concat()));
    assert!(!is_zip(b""));
    let bytes = archive(&[stored(b"a", b"alpha")]);
    assert!(is_zip(&[b"text", bytes.as_slice()].concat()));
    assert!(!is_zip(&[b"text", bytes.as_slice(), b"more"].concat()), "a member of a tar");
    assert!(is_zip(&[b"MZ", bytes.as_slice(), b"signature"].concat()));
    assert!(is_zip(&archive(&[])));
    assert_eq!(whole(&archive(&[])).members, []);
}

#[test]
fn the_sink_can_stop_and_leave_members_unread() {
    let parts = [stored(b"a", b"alpha"), described(deflated(b"b", &b"7".repeat(90_000))), stored(b"c", b"gamma")];
    let bytes = archive(&parts);
    for bytes in [&bytes[..], &bytes[..bytes.len() - 40]] {
        let mut content = Content::memory(b"x", bytes.to_vec());
        let mut recording = Recording { break_after: Some(2), ..Recording::default() };
        Zip.read(&mut content, &mut recording).unwrap();
        assert_eq!(recording.names(), ["a", "b"]);
        let mut recording = Recording { member_limit: Some(2), ..Recording::default() };
        Zip.read(&mut content, &mut recording).unwrap();
        assert_eq!(recording.names(), ["a", "b", "c"]);
    }
}

#[test]
fn a_cut_anywhere_leaves_the_members_before_it() {
    let parts = [stored(b"a", b"alpha"), deflated(b"b", &b"beta ".repeat(9)), described(deflated(b"c", b"gamma"))];
    let bytes = archive(&parts);
    let first = parts[0].local().len();
    for cut in 0..bytes.len() {
        let (recording, _) = Recording::of(&Zip, &bytes[..cut]);
        if cut >= first {
            assert_eq!(recording.member("a").unwrap().bytes, b"alpha", "cut at {cut}");
        }
        if cut > 4 {
            let is_said = !recording.partials.is_empty() || recording.members.iter().any(|m| m.error.is_some());
            assert!(is_said, "cut at {cut}");
        }
    }
}

#[test]
fn a_wrong_byte_anywhere_does_no_harm() {
    let parts = [stored(b"a", b"alpha"), deflated(b"b", &b"beta ".repeat(9)), described(deflated(b"c", b"gamma"))];
    let bytes = archive(&parts);
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = bytes.clone();
            bytes[at] ^= flip;
            let (recording, _) = Recording::of(&Zip, &bytes);
            let found = |word: &[u8]| recording.members.iter().any(|m| m.bytes.windows(word.len()).any(|w| w == word));
            let skipped = recording.skipped.len();
            let count = [&b"alpha"[..], b"beta beta", b"gamma"].iter().filter(|word| found(word)).count();
            assert!(count + skipped >= 2, "flip {flip} at {at}: {:?}", recording.names());
        }
    }
}
