//! Members of every method and encryption, and what stands between them.

use super::Zip;
use super::encryption::tests::{encrypt_aes, encrypt_old};
use super::tests::{Part, archive, deflated, described, stored};
use crate::formats::recording::{Recorded, Recording};
use crate::formats::{Content, Format, Passwords};
use crate::status::Reason;
use std::io::Write;

/// Text that does not pack well.
fn text() -> Vec<u8> {
    (0..20_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 9).to_string().into_bytes()).collect()
}

fn lzma(content: &[u8], with_end: bool) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions::with_preset(1);
    let props = options.get_props();
    let mut encoder = lzma_rust2::LzmaWriter::new_no_header(Vec::new(), &options, with_end).unwrap();
    encoder.write_all(content).unwrap();
    let data = encoder.finish().unwrap();
    [&[9, 20, 5, 0, props][..], &options.dict_size.to_le_bytes(), &data].concat()
}

fn ppmd(content: &[u8], with_end: bool) -> Vec<u8> {
    let method = ppmd_rust::RestoreMethod::Restart;
    let mut encoder = ppmd_rust::Ppmd8Encoder::new(Vec::new(), 8, 16 << 20, method).unwrap();
    encoder.write_all(content).unwrap();
    let data = encoder.finish(with_end).unwrap();
    [&(7_u16 | 15 << 4).to_le_bytes()[..], &data].concat()
}

/// The bit of LZMA with a mark at its end.
fn marked(method: u16) -> u16 {
    if method == 14 { 2 } else { 0 }
}

/// The same content by each method.
fn packed(content: &[u8]) -> Vec<(&'static [u8], u16, Vec<u8>)> {
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(content).unwrap();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    xz.write_all(content).unwrap();
    let zstd = zstd::stream::encode_all(content, 3).unwrap();
    vec![
        (b"deflate", 8, deflated(b"", content).packed),
        (b"bzip2", 12, bzip2.finish().unwrap()),
        (b"lzma", 14, lzma(content, true)),
        (b"zstd", 93, zstd.clone()),
        (b"old zstd", 20, zstd),
        (b"xz", 95, xz.finish().unwrap()),
        (b"ppmd", 98, ppmd(content, true)),
    ]
}

fn read(bytes: &[u8], passwords: &[&str]) -> Recording {
    let mut content = Content::memory(b"x.zip", bytes.to_vec());
    content.set_passwords(&Passwords::new(passwords.iter().map(|word| word.as_bytes().to_vec()).collect()));
    let mut recording = Recording::default();
    Zip.read(&mut content, &mut recording).unwrap();
    recording
}

/// What to look at when a test fails.
fn errors(recording: &Recording) -> Vec<(usize, String)> {
    let words = |m: &Recorded| (m.bytes.len(), format!("{} {:?}", String::from_utf8_lossy(&m.name), m.error));
    recording
        .members
        .iter()
        .map(words)
        .chain([(0, format!("{:?} {:?}", recording.partials, recording.skipped))])
        .collect()
}

/// Whether all members came out as this content, with nothing to be said.
fn is_all(recording: &Recording, count: usize, content: &[u8]) -> bool {
    recording.partials.is_empty()
        && recording.skipped.is_empty()
        && recording.members.len() == count
        && recording.members.iter().all(|member| member.bytes == content && member.error.is_none())
}

#[test]
fn every_method_comes_out_with_and_without_a_directory() {
    for content in [text(), b"short".to_vec(), Vec::new()] {
        let parts: Vec<Part> = packed(&content)
            .into_iter()
            .map(|(name, method, packed)| Part { method, packed, flags: marked(method), ..stored(name, &content) })
            .collect();
        let bytes = archive(&parts);
        let recording = read(&bytes, &[]);
        assert!(is_all(&recording, parts.len(), &content), "{:?}", errors(&recording));
        let behind: Vec<Part> = parts.into_iter().map(described).collect();
        let count = behind.len();
        let recording = read(&archive(&behind), &[]);
        assert!(is_all(&recording, count, &content), "{:?}", errors(&recording));
        // Without sizes each method must find its own end.
        let hidden: Vec<Part> = behind.into_iter().map(|part| Part { is_listed: false, ..part }).collect();
        let recording = read(&archive(&hidden), &[]);
        assert!(is_all(&recording, count, &content), "{:?}", errors(&recording));
    }
}

#[test]
fn marks_of_an_end_may_be_left_out() {
    let content = text();
    let part = |name, method, packed| Part { method, packed, ..stored(name, &content) };
    let parts = [part(b"lzma", 14, lzma(&content, false)), part(b"ppmd", 98, ppmd(&content, false))];
    let recording = read(&archive(&parts), &[]);
    assert!(is_all(&recording, 2, &content), "{:?}", errors(&recording));
}

#[test]
fn damage_of_every_method_is_told_and_what_is_before_comes_out() {
    let content = text();
    for (name, method, packed) in packed(&content) {
        let mut damaged = packed.clone();
        let at = damaged.len() * 3 / 4;
        damaged[at] ^= 0x55;
        let recording = read(&archive(&[Part { method, packed: damaged, ..stored(name, &content) }]), &[]);
        assert!(recording.members[0].error.is_some(), "{method}");
        let cut = packed[..packed.len() / 2].to_vec();
        let recording = read(&archive(&[Part { method, packed: cut, ..stored(name, &content) }]), &[]);
        let member = &recording.members[0];
        // These give nothing of a block that is cut, and one or two are all there are.
        let least = if matches!(method, 12 | 20 | 93) { 0 } else { content.len() / 3 };
        assert!(member.error.is_some() && member.bytes.len() >= least, "{method}: {}", member.bytes.len());
        // PPMd cannot see that its input ended: its last bytes are made of nothing.
        assert!(content.starts_with(&member.bytes[..member.bytes.len().saturating_sub(1024)]), "{method}");
    }
}

#[test]
fn any_wrong_byte_of_any_method_ends_well() {
    for (name, method, packed) in packed(b"alpha beta gamma alpha beta gamma") {
        for at in 0..packed.len() {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x81;
            let recording = read(&archive(&[Part { method, packed: damaged, ..stored(name, b"alpha") }]), &[]);
            assert_eq!(recording.members.len(), 1);
        }
    }
}

/// A member encrypted the old way.
fn old(part: Part, password: &str) -> Part {
    let packed = encrypt_old(password.as_bytes(), (part.crc >> 24) as u8, &part.packed);
    Part { flags: part.flags | 1, packed, ..part }
}

/// A member encrypted by AES: with the checksum (AE-1) or without (AE-2).
fn aes(mut part: Part, password: &str, strength: u8, version: u8) -> Part {
    part.extra = vec![0x01, 0x99, 7, 0, version, 0, b'A', b'E', strength];
    part.extra.extend(part.method.to_le_bytes());
    part.packed = encrypt_aes(password.as_bytes(), 8 + 8 * usize::from(strength), &part.packed);
    part.crc = if version == 1 { part.crc } else { 0 };
    part.flags |= 1;
    part.method = 99;
    part
}

#[test]
fn encrypted_members_are_opened_by_the_right_password_alone() {
    let content = text();
    let parts = vec![
        old(stored(b"a", &content), "first"),
        old(deflated(b"b", &content), "second"),
        aes(deflated(b"c", &content), "second", 1, 1),
        aes(deflated(b"d", &content), "first", 2, 2),
        aes(stored(b"e", &content), "third", 3, 2),
        aes(
            Part { method: 93, packed: zstd::stream::encode_all(&content[..], 3).unwrap(), ..stored(b"f", &content) },
            "third",
            3,
            1,
        ),
    ];
    for parts in [parts.clone(), parts.into_iter().map(|part| Part { flags: part.flags | 8, ..part }).collect()] {
        let bytes = archive(&parts);
        let recording = read(&bytes, &["wrong", "third", "first", "second"]);
        assert!(is_all(&recording, 6, &content), "{:?} {:?}", recording.skipped, recording.partials);
        let recording = read(&bytes, &["second", "no"]);
        assert_eq!(recording.names(), ["b", "c"]);
        assert_eq!(recording.skipped.len(), 4);
        assert!(recording.skipped.iter().all(|(_, reason, _)| *reason == Reason::EncryptedArchive));
        assert_eq!(read(&bytes, &[]).skipped.len(), 6);
    }
}

#[test]
fn the_old_check_of_one_byte_does_not_let_wrong_passwords_in() {
    let bytes = archive(&[old(deflated(b"a", &text()), "right")]);
    for n in 0..600 {
        let wrong = format!("wrong {n}");
        let recording = read(&bytes, &[&wrong]);
        assert_eq!((recording.members.len(), recording.skipped.len()), (0, 1), "{wrong}");
    }
}

#[test]
fn changed_data_below_aes_is_told() {
    let mut part = aes(stored(b"a", b"the content"), "word", 3, 2);
    part.packed[20] ^= 1;
    let recording = read(&archive(&[part]), &["word"]);
    let (_, error) = recording.members[0].error.as_ref().unwrap();
    assert!(error.contains("authentication"), "{error}");
}

#[test]
fn links_are_rows_only_where_they_lead_out() {
    let link = |name, target: &[u8]| Part { mode: 0o120_777, ..stored(name, target) };
    let bytes = archive(&[
        link(b"d/in", b"../a"),
        link(b"root", b"/d"),
        deflated(b"a", b"alpha"),
        stored(b"d/b", b"beta"),
        link(b"out", b"/etc/passwd"),
        link(b"up", b"../a"),
    ]);
    let recording = read(&bytes, &[]);
    assert_eq!(recording.names(), ["a", "d/b"]);
    let rows: Vec<_> = recording.skipped.iter().map(|(name, reason, _)| (name.as_slice(), *reason)).collect();
    assert_eq!(rows, [(&b"out"[..], Reason::NotARegularFile), (&b"up"[..], Reason::NotARegularFile)]);
}

/// Puts bytes in front of the directory, and mends where it is said to be.
fn with_gap(parts: &[Part], gap: &[u8]) -> Vec<u8> {
    let mut bytes = archive(parts);
    let start = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes.splice(start..start, gap.iter().copied());
    let at = bytes.len() - 6;
    bytes[at..at + 4].copy_from_slice(&((start + gap.len()) as u32).to_le_bytes());
    bytes
}

#[test]
fn bytes_of_no_member_are_read_however_few() {
    for gap in [&b"x"[..], b"536-90-4399", &[b'y'; 500]] {
        for part in [stored(b"a", b"alpha"), described(deflated(b"a", b"alpha"))] {
            let recording = read(&with_gap(std::slice::from_ref(&part), gap), &[]);
            assert_eq!(recording.members.len(), 2, "{:?}", recording.names());
            assert!(recording.names()[1].starts_with("(gap at "));
            assert_eq!(recording.members[1].bytes, gap);
            let behind = [&archive(std::slice::from_ref(&part)), gap].concat();
            assert_eq!(read(&behind, &[]).members[1].bytes, gap, "behind the archive");
        }
    }
    for gap in [&[0; 4][..], &[0; 4096]] {
        assert_eq!(read(&with_gap(&[stored(b"a", b"alpha")], gap), &[]).names(), ["a"]);
    }
    let size = 32_u64.to_le_bytes();
    let signed = [&size[..], &[7; 8], &size, b"APK Sig Block 42"].concat();
    assert_eq!(read(&with_gap(&[stored(b"a", b"alpha")], &signed), &[]).names(), ["a"]);
}

#[test]
fn the_comment_is_read() {
    let mut bytes = archive(&[stored(b"a", b"alpha")]);
    let at = bytes.len() - 2;
    bytes[at] = 11;
    bytes.extend(b"536-90-4399");
    let recording = read(&bytes, &[]);
    assert_eq!(recording.member("(comment)").unwrap().bytes, b"536-90-4399");
    assert_eq!((recording.members.len(), recording.partials.len()), (2, 0));
    // That of a member stands in its entry, whose last number before two others is its length.
    let part = stored(b"a", b"alpha");
    let mut bytes = archive(std::slice::from_ref(&part));
    let entry = part.local().len();
    bytes[entry + 32] = 11;
    bytes.splice(entry + 47..entry + 47, *b"536-90-4400");
    let size = bytes.len() - 10;
    bytes[size] += 11;
    let recording = read(&bytes, &[]);
    assert_eq!(recording.member("(comment) a").unwrap().bytes, b"536-90-4400");
    assert_eq!(recording.partials, []);
}
