//! Tests: the directory and the headers in front of the data disagree. No member twice, none lost, and it is said.

use super::Zip;
use super::tests::{Part, archive, deflated, described, stored};
use crate::formats::recording::Recording;
use memchr::memmem;
use std::collections::BTreeSet;

const CONTENTS: [&[u8]; 4] = [b"alpha alpha", b"beta beta beta", b"gamma gamma", b"delta delta delta"];

fn parts() -> [Part; 4] {
    [
        stored(b"f0", CONTENTS[0]),
        deflated(b"f1", CONTENTS[1]),
        described(deflated(b"f2", CONTENTS[2])),
        stored(b"f3", CONTENTS[3]),
    ]
}

fn entry(bytes: &[u8], number: usize) -> usize {
    let mut entries = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02"));
    entries.nth(number).unwrap()
}

fn read(bytes: &[u8]) -> Recording {
    let (recording, result) = Recording::of(&Zip, bytes);
    result.unwrap();
    recording
}

/// Every member once with what it holds, and the archive not in full.
fn all_once(bytes: &[u8], what: &str) {
    let recording = read(bytes);
    let mut found: Vec<_> = recording.members.iter().map(|m| (m.name.clone(), m.bytes.clone())).collect();
    found.sort();
    let expected: Vec<_> = (0..4).map(|n| (format!("f{n}").into_bytes(), CONTENTS[n].to_vec())).collect();
    assert_eq!(found, expected, "{what}");
    assert!(recording.members.iter().all(|member| member.error.is_none()), "{what}: {:?}", recording.members);
    assert_eq!(recording.skipped, [], "{what}");
    assert!(!recording.partials.is_empty(), "{what}");
}

#[test]
fn sizes_methods_and_sums_that_disagree() {
    let whole = archive(&parts());
    for number in [0, 1, 3] {
        let central = entry(&whole, number);
        let local = u32::from_le_bytes(whole[central + 42..central + 46].try_into().unwrap()) as usize;
        // Method, checksum, packed size, size; the flag of encryption.
        for (name, at_local, at_central) in
            [("method", 8, 10), ("sum", 14, 16), ("packed", 18, 20), ("size", 22, 24), ("flags", 6, 8)]
        {
            for flip in [1, 4, 64] {
                if name == "flags" && flip != 1 {
                    continue;
                }
                for at in [local + at_local, central + at_central] {
                    let mut bytes = whole.clone();
                    bytes[at] ^= flip;
                    all_once(&bytes, &format!("f{number}: {name} {flip} at {at}"));
                }
            }
        }
    }
}

#[test]
fn names_and_offsets_that_disagree() {
    let whole = archive(&parts());
    let central = entry(&whole, 1);
    let mut offset = whole.clone();
    offset[central + 42] ^= 1;
    all_once(&offset, "an offset to nowhere");
    let mut other = whole.clone();
    let third = entry(&whole, 3);
    other.copy_within(third + 42..third + 46, central + 42);
    all_once(&other, "an offset to another member");
    let mut marked = whole.clone();
    marked[2] ^= 8;
    all_once(&marked, "a damaged signature");

    let mut named = whole.clone();
    named[31] = b'X';
    let recording = read(&named);
    assert_eq!(recording.members.len(), 4);
    assert_eq!(recording.member("f0").unwrap().bytes, CONTENTS[0], "the directory's name counts");
    assert!(!recording.partials.is_empty());
}

#[test]
fn data_that_is_listed_twice_is_read_once() {
    let whole = archive(&parts());
    for (name, rows) in [("f1", 0), ("g1", 1)] {
        let mut bytes = whole.clone();
        let (first, second) = (entry(&whole, 1), entry(&whole, 2));
        let double = whole[first..second].to_vec();
        bytes.splice(second..second, double);
        bytes[second + 46..second + 48].copy_from_slice(name.as_bytes());
        let end = bytes.len() - 22;
        let size = u32::from_le_bytes(bytes[end + 12..end + 16].try_into().unwrap()) + (second - first) as u32;
        bytes[end + 12..end + 16].copy_from_slice(&size.to_le_bytes());
        let recording = read(&bytes);
        assert_eq!(recording.members.len(), 4, "{:?}", recording.names());
        assert!(!recording.partials.is_empty());
        assert_eq!(recording.skipped.len(), rows, "{:?}", recording.skipped);
    }
}

#[test]
fn a_view_that_is_shorter_hides_nothing() {
    let mut bytes = archive(&[stored(b"a", b"seen and hidden")]);
    let entry = entry(&bytes, 0);
    (bytes[entry + 20], bytes[entry + 24]) = (4, 4);
    let recording = read(&bytes);
    assert_eq!(recording.members.len(), 1);
    assert_eq!(recording.members[0].bytes, b"seen and hidden");
}

#[test]
fn two_views_that_are_both_right_are_both_given() {
    let mut bytes = archive(&[stored(b"a", b"seen and hidden")]);
    let entry = entry(&bytes, 0);
    let mut sum = flate2::Crc::new();
    sum.update(b"seen");
    bytes[entry + 16..entry + 20].copy_from_slice(&sum.sum().to_le_bytes());
    (bytes[entry + 20], bytes[entry + 24]) = (4, 4);
    let recording = read(&bytes);
    let read: Vec<_> = recording.members.iter().map(|member| member.bytes.as_slice()).collect();
    assert_eq!(read, [&b"seen"[..], b"seen and hidden"]);
}

#[test]
fn members_that_share_bytes_are_told() {
    let inner = stored(b"inner", b"content").local();
    let outer = stored(b"outer", &inner);
    let at = 30 + 5;
    let mut bytes = outer.local();
    let start = bytes.len() as u32;
    bytes.extend(outer.entry(0));
    bytes.extend(stored(b"inner", b"content").entry(at));
    let size = bytes.len() as u32 - start;
    bytes.extend(
        [b"PK\x05\x06\0\0\0\0\x02\0\x02\0".as_slice(), &size.to_le_bytes(), &start.to_le_bytes(), &[0, 0]].concat(),
    );
    let recording = read(&bytes);
    assert_eq!(recording.names(), ["outer", "inner"]);
    assert!(!recording.partials.is_empty());
}

#[test]
fn a_wrong_bit_anywhere_gives_no_member_twice_and_loses_one_at_most() {
    for whole in [archive(&parts()), archive(&parts().map(|part| Part { is_listed: false, ..part }))] {
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                let (recording, _) = Recording::of(&Zip, &bytes);
                // Two members may come to have one name; the same member may not come twice.
                let given: BTreeSet<_> = recording.members.iter().map(|m| (&m.name, &m.bytes)).collect();
                assert_eq!(given.len(), recording.members.len(), "bit {bit} at {at}: {:?}", recording.members);
                let is_given = |name: &Vec<u8>| recording.members.iter().any(|member| member.name == *name);
                assert!(!recording.skipped.iter().any(|(name, ..)| is_given(name)), "bit {bit} at {at}");
                let holds = |text: &[u8]| recording.members.iter().filter(|m| m.bytes == text).count();
                let counts = CONTENTS.map(holds);
                assert!(counts.iter().all(|count| *count <= 1), "bit {bit} at {at}: {counts:?}");
                // Without its header it may be a part of what stands in front of the archive.
                let shows = |text: &[u8]| recording.members.iter().any(|m| memmem::find(&m.bytes, text).is_some());
                let lost = CONTENTS.iter().filter(|text| !shows(text)).count();
                assert!(lost <= 1, "bit {bit} at {at}: {:?}", recording.members);
                let is_said = !recording.partials.is_empty()
                    || !recording.skipped.is_empty()
                    || recording.members.iter().any(|member| member.error.is_some());
                assert!(lost == 0 || is_said, "bit {bit} at {at}: {:?} {:?}", recording.members, whole.len());
            }
        }
    }
}

#[test]
fn folders_are_never_rows() {
    let bytes = archive(&[
        Part { flags: 1, packed: vec![0; 12], ..stored(b"closed/", b"") },
        Part { method: 14, packed: vec![0; 9], ..stored(b"lzma/", b"") },
        described(deflated(b"d/", b"")),
        stored(b"./c.txt", b"text"),
    ]);
    let recording = read(&bytes);
    assert_eq!((recording.names(), recording.skipped.len()), (vec!["c.txt".to_owned()], 0));
    assert_eq!(recording.partials, []);
}
