use super::Tar;
use crate::formats::recording::Recording;
use crate::formats::{Content, Format, ReadError};
use crate::status::Reason;
use std::time::{Duration, UNIX_EPOCH};
use tar::{Builder, EntryType};

const END: [u8; 1024] = [0; 1024];

/// A header that is built by hand, with its checksum.
fn header(name: &str, kind: u8, size: usize, magic: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 512];
    put(&mut block, 0, name.as_bytes());
    for at in [100, 108, 116] {
        put(&mut block, at, b"0000644\0");
    }
    put(&mut block, 124, format!("{size:011o}\0").as_bytes());
    put(&mut block, 136, b"00000000017\0");
    block[156] = kind;
    put(&mut block, 257, magic);
    sum(&mut block);
    block
}

fn put(block: &mut [u8], at: usize, bytes: &[u8]) {
    block[at..at + bytes.len()].copy_from_slice(bytes);
}

fn sum(block: &mut [u8]) {
    put(block, 148, b"        ");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    put(block, 148, format!("{sum:06o}\0 ").as_bytes());
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    [header(name, kind, content.len(), b"ustar\x0000"), padded(content)].concat()
}

fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (key, value) in records {
        let rest = key.len() + value.len() + 3;
        let length = (1..5).map(|digits| rest + digits).find(|length| length.to_string().len() + rest == *length);
        bytes.extend(format!("{} {key}={value}\n", length.unwrap()).into_bytes());
    }
    entry("pax", b'x', &bytes)
}

fn read(bytes: &[u8]) -> Recording {
    assert!(Tar.recognizes(&mut Content::memory(b"x", bytes.to_vec())));
    let (recording, result) = Recording::of_stream(&Tar, bytes);
    result.unwrap();
    assert!(recording.members.iter().all(|member| member.error.is_none()), "{:?}", recording.members);
    recording
}

#[test]
fn archives_of_the_tar_crate_are_read() {
    let long = format!("{}/file.txt", "folder".repeat(40));
    let mut builder = Builder::new(Vec::new());
    for (name, content) in [("./a.txt", "alpha"), (&long, "beta"), ("empty", "")] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mtime(1_000_000_000);
        builder.append_data(&mut header, name, content.as_bytes()).unwrap();
    }
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(EntryType::Symlink);
    link.set_size(0);
    builder.append_link(&mut link, "link", "a.txt").unwrap();
    builder.append_link(&mut link, "away", "/etc/passwd").unwrap();
    let recording = read(&builder.into_inner().unwrap());
    assert_eq!(recording.names(), ["a.txt", &long, "empty"]);
    assert_eq!(recording.members[1].bytes, b"beta");
    assert_eq!(recording.members[0].modified, Some(UNIX_EPOCH + Duration::from_secs(1_000_000_000)));
    assert_eq!(recording.skipped, [(b"away".to_vec(), Reason::NotARegularFile, "symbolic link".to_string())]);
    assert_eq!(recording.partials, []);
}

#[test]
fn old_and_prefixed_names_are_read() {
    let mut prefixed = header("file", b'0', 0, b"ustar\x0000");
    put(&mut prefixed, 345, b"some/folder");
    sum(&mut prefixed);
    let old = [header("v7", 0, 3, b""), padded(b"old"), header("dir/", 0, 0, b"")].concat();
    let recording = read(&[old, prefixed, END.to_vec()].concat());
    assert_eq!(recording.names(), ["v7", "some/folder/file"]);
    assert_eq!(recording.members[0].bytes, b"old");
}

#[test]
fn extended_headers_count_for_one_member_and_global_ones_for_all() {
    let long = "long/".repeat(60) + "name";
    let mut global = pax(&[("mtime", "9.5")]);
    global[156] = b'g';
    sum(&mut global[..512]);
    let bytes = [
        pax(&[("path", &long), ("mtime", "7")]),
        entry("short", b'0', b"one"),
        global,
        entry("next", b'0', b"two"),
        END.to_vec(),
    ]
    .concat();
    let recording = read(&bytes);
    assert_eq!(recording.names(), [&long, "next"]);
    let times: Vec<_> = recording.members.iter().map(|member| member.modified.unwrap()).collect();
    assert_eq!(times, [UNIX_EPOCH + Duration::from_secs(7), UNIX_EPOCH + Duration::from_millis(9500)]);
}

#[test]
fn a_size_in_an_extended_header_is_the_members_own() {
    // Readers that take the header's size see a member `hidden` where there is only data.
    let nested = [entry("hidden", b'0', b"x"), END.to_vec()].concat();
    let outer = [header("outer", b'0', 0, b"ustar\x0000"), nested.clone()].concat();
    let long_name = entry("././@LongLink", b'L', b"outer name\0");
    let size = nested.len().to_string();
    let bytes = [pax(&[("size", &size)]), long_name, outer, entry("z", b'0', b"last"), END.to_vec()].concat();
    let recording = read(&bytes);
    assert_eq!(recording.names(), ["outer name", "z"]);
    assert_eq!(recording.members[0].bytes, nested);
}

#[test]
fn what_has_no_content_is_named_and_what_has_is_read() {
    let bytes = [
        entry("d/", b'5', b""),
        entry("hard", b'1', b""),
        header("hard with a size", b'1', 3, b"ustar\x0000"),
        entry("hard with data", b'1', b"data"),
        entry("pipe", b'6', b""),
        entry("device", b'3', b""),
        entry("label", b'V', b""),
        entry("unknown kind", b'7', b"seven"),
        END.to_vec(),
    ]
    .concat();
    let recording = read(&bytes);
    assert_eq!(recording.names(), ["hard with data", "unknown kind"]);
    let skipped: Vec<_> = recording.skipped.iter().map(|(_, _, detail)| detail.as_str()).collect();
    assert_eq!(skipped, ["named pipe", "device", "hard link", "hard link"]);
}

#[test]
fn sparse_files_are_read_with_their_holes() {
    let expected = [&[0; 700][..], b"ab", &[0; 98], b"cde", &[0; 97]].concat();
    let mut old = header("old", b'S', 5, b"ustar  \0");
    for (at, number) in [(386, 700), (398, 2), (410, 800), (422, 3), (483, 900)] {
        put(&mut old, at, format!("{number:011o}\0").as_bytes());
    }
    sum(&mut old);
    let mut chained = header("chained", b'S', 5, b"ustar  \0");
    put(&mut chained, 386, b"00000001274\x0000000000002\0");
    put(&mut chained, 483, b"00000001604\0");
    chained[482] = 1;
    sum(&mut chained);
    chained.extend(padded(b"00000001440\x0000000000003\0"));
    let bytes = [
        [old, padded(b"abcde")].concat(),
        [chained, padded(b"abcde")].concat(),
        pax(&[
            ("GNU.sparse.size", "900"),
            ("GNU.sparse.offset", "700"),
            ("GNU.sparse.numbytes", "2"),
            ("GNU.sparse.offset", "800"),
            ("GNU.sparse.numbytes", "3"),
        ]),
        entry("0.0", b'0', b"abcde"),
        pax(&[("GNU.sparse.name", "0.1"), ("GNU.sparse.size", "900"), ("GNU.sparse.map", "700,2,800,3")]),
        entry("made up", b'0', b"abcde"),
        pax(&[("GNU.sparse.major", "1"), ("GNU.sparse.name", "1.0"), ("GNU.sparse.realsize", "900")]),
        entry("made up", b'0', &[padded(b"2\n700\n2\n800\n3\n"), b"abcde".to_vec()].concat()),
        END.to_vec(),
    ]
    .concat();
    let recording = read(&bytes);
    assert_eq!(recording.names(), ["old", "chained", "0.0", "0.1", "1.0"]);
    for member in &recording.members {
        assert!(member.bytes == expected, "{}", String::from_utf8_lossy(&member.name));
    }
    assert_eq!(recording.partials, []);
}

#[test]
fn a_map_that_cannot_be_right_hides_nothing() {
    for map in ["0,2", "3,2,0,3", "0,99999999999999999999", "18446744073709551615,5", "0,5,1", "x"] {
        let bytes = [
            pax(&[("GNU.sparse.size", "9"), ("GNU.sparse.map", map)]),
            entry("file", b'0', b"abcde"),
            entry("z", b'0', b"last"),
            END.to_vec(),
        ]
        .concat();
        let recording = read(&bytes);
        assert_eq!(recording.members[0].bytes, b"abcde", "{map}");
        assert_eq!((recording.names(), recording.partials.len()), (vec!["file".into(), "z".into()], 1), "{map}");
    }
}

#[test]
fn reading_goes_on_behind_damage_and_behind_the_end() {
    let mut damaged = entry("b", b'0', b"lost");
    damaged[0] ^= 1;
    let bytes = [entry("a", b'0', b"one"), damaged, entry("c", b'0', b"two"), END.to_vec()].concat();
    let recording = read(&bytes);
    assert_eq!(recording.names(), ["a", "c"]);
    assert_eq!(recording.partials.len(), 1);

    let joined = [entry("a", b'0', b"one"), END.to_vec(), entry("b", b'0', b"two"), END.to_vec()].concat();
    let recording = read(&joined);
    assert_eq!((recording.names(), recording.partials.len()), (vec!["a".into(), "b".into()], 0));

    let followed = [entry("a", b'0', b"one"), END.to_vec(), padded(b"something else")].concat();
    let (recording, _) = Recording::of(&Tar, &followed);
    assert_eq!(recording.partials.len(), 1);
}

#[test]
fn members_need_not_be_read() {
    let bytes = [entry("a", b'0', &[1; 2000]), entry("b", b'0', b"two"), END.to_vec()].concat();
    for limit in [0, 1, 600, 2000] {
        let mut recording = Recording { member_limit: Some(limit), ..Recording::default() };
        Tar.read(&mut Content::memory(b"x", bytes.clone()), &mut recording).unwrap();
        assert_eq!(recording.names(), ["a", "b"]);
    }
    let mut recording = Recording { break_after: Some(1), ..Recording::default() };
    Tar.read(&mut Content::memory(b"x", bytes), &mut recording).unwrap();
    assert_eq!(recording.names(), ["a"]);
}

#[test]
fn what_is_no_tar_is_not_taken_for_one() {
    for bytes in [vec![0; 2048], vec![b' '; 2048], b"ustar".repeat(300), vec![b'0'; 1024], Vec::new()] {
        assert!(!Tar.recognizes(&mut Content::memory(b"x.dat", bytes)));
    }
}

fn link(name: &str, kind: u8, target: &str) -> Vec<u8> {
    let mut header = header(name, kind, 0, b"ustar\x0000");
    put(&mut header, 157, target.as_bytes());
    sum(&mut header);
    header
}

#[test]
fn links_to_members_are_no_rows() {
    let long = "long/".repeat(40) + "name";
    let bytes = [
        link("d/before", b'2', "../d/file"),
        entry("d/file", b'0', b"one"),
        link("d/up", b'2', "../d"),
        link("hard", b'1', "./d/file"),
        link("chain", b'2', "hard"),
        link("loop", b'2', "loop"),
        link("out", b'2', "../../etc/passwd"),
        link("d/gone", b'1', "file"),
        entry("././@LongLink", b'K', format!("{long}\0").as_bytes()),
        link("gnu", b'1', "cut"),
        pax(&[("linkpath", &long)]),
        link("pax", b'2', "cut"),
        pax(&[("path", &long)]),
        entry("cut", b'0', b"two"),
        END.to_vec(),
    ]
    .concat();
    let recording = read(&bytes);
    let rows: Vec<_> = recording.skipped.iter().map(|(name, ..)| String::from_utf8_lossy(name)).collect();
    assert_eq!(rows, ["loop", "out", "d/gone"]);
}

#[test]
fn zeros_alone_are_an_archive_without_members() {
    for (name, size) in [("x", 1024), ("x", 10_240), ("x.tar", 1 << 17)] {
        let mut content = Content::memory(name.as_bytes(), vec![0; size]);
        assert!(Tar.recognizes(&mut content), "{size}");
        let mut recording = Recording::default();
        Tar.read(&mut content, &mut recording).unwrap();
        assert!(recording.members.is_empty() && recording.partials.is_empty());
    }
    assert!(!Tar.recognizes(&mut Content::memory(b"x", vec![0; 1 << 17])));
}

#[test]
fn a_cut_anywhere_is_told_and_leaves_the_members_before_it() {
    let bytes = [entry("a", b'0', b"alpha"), pax(&[("path", "b")]), entry("x", b'0', &[7; 600]), END.to_vec()].concat();
    for cut in 512..bytes.len() - 1024 {
        let (recording, result) = Recording::of(&Tar, &bytes[..cut]);
        assert!(matches!(result, Err(ReadError::Malformed(_))), "cut at {cut}");
        if cut >= 1024 {
            assert_eq!(recording.member("a").unwrap().bytes, b"alpha");
        }
        assert_eq!(recording.member("b").is_some(), cut >= 2560, "cut at {cut}");
    }
}

#[test]
fn a_wrong_byte_anywhere_does_no_harm() {
    let mut sparse = header("s", b'S', 2, b"ustar  \0");
    put(&mut sparse, 386, b"00000000001\x0000000000002\0");
    put(&mut sparse, 483, b"00000000005\0");
    sum(&mut sparse);
    let sparse = [sparse, padded(b"ab")].concat();
    let bytes =
        [entry("a", b'0', b"alpha"), pax(&[("path", "b")]), entry("x", b'0', b"beta"), sparse, END.to_vec()].concat();
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = bytes.clone();
            bytes[at] ^= flip;
            let mut recording = Recording { member_limit: Some(1 << 20), ..Recording::default() };
            let _ = Tar.read(&mut Content::memory(b"x", bytes), &mut recording);
            assert!(recording.members.len() >= 2, "flip {flip} at {at}");
        }
    }
}
