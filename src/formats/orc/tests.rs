use super::*;
use crate::formats::recording::Recording;
use crate::formats::records::{Record, Records};
use crate::location::Place;
use std::io::Cursor;

/// The same three records in every codec, as the C++ library wrote them (pyarrow 26, `pyarrow.orc.write_table`).
const FILES: [(&str, &[u8]); 5] = [
    ("none", include_bytes!("../../../tests/data/people-uncompressed.orc")),
    ("zlib", include_bytes!("../../../tests/data/people-zlib.orc")),
    ("snappy", include_bytes!("../../../tests/data/people-snappy.orc")),
    ("lz4", include_bytes!("../../../tests/data/people-lz4.orc")),
    ("zstd", include_bytes!("../../../tests/data/people-zstd.orc")),
];

const ROWS: &str = "536-90-4399\n1970-01-01\n2014-07-01 12:30:01\n12.34\ntrue\n-1\n1099511627776\n1.5\n0.5\nplain\none\ntwo\n\
    key\n77\nMain\n1\n2\n\
    2000-02-29\n-0.01\nfalse\n2\n1.25\n\
    219-09-9999\n1960-01-01 00:00:00\n-7\n-0.25\na\n1\nb\n";

fn given(bytes: &[u8]) -> (String, Recording) {
    let (mut recording, _) = Recording::of(&Orc, bytes);
    let text = String::from_utf8(std::mem::take(&mut recording.text)).unwrap();
    (text, recording)
}

#[test]
fn records_are_read_in_every_codec() {
    for (codec, bytes) in FILES {
        let (text, recording) = given(bytes);
        let rows = text.split_once("\nx\n").unwrap().1;
        assert_eq!(rows, ROWS, "{codec}");
        assert_eq!(recording.partials, [], "{codec}");
        assert_eq!(recording.names(), ["note/2"]);
        assert_eq!(recording.members[0].bytes, b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n");
    }
}

#[test]
fn values_have_names_and_places() {
    let mut cursor = Cursor::new(FILES[1].1.to_vec());
    let file = File::new(&mut cursor).unwrap();
    let footer = Footer::read(&file).unwrap();
    let layout = Layout::read(&file, footer.packing, footer.stripes[0]).unwrap();
    let mut opening =
        Opening { file: &file, packing: footer.packing, layout: &layout, has_short_decimals: false, memory: MEMORY };
    let mut rows = Rows::new(&footer, Paths::new(), Embedded::new(), 5..8);
    rows.open(0..footer.columns[0].inside.len(), &mut opening);
    let mut record = Record::default();
    assert!(rows.next(&mut record).unwrap());
    let list: Vec<(Vec<String>, Place)> =
        record.values().map(|value| (rows.names(value.column), rows.place(value))).collect();
    let path = |at: usize| match &list[at] {
        (names, Place::Record { index: 5, json_path: Some(path) }) => format!("{} {path}", names.join("/")),
        other => panic!("{other:?}"),
    };
    assert_eq!(path(0), "ssn $.ssn");
    assert_eq!(path(11), "tags $.tags[1]");
    assert_eq!(path(13), "more/key $.more.key");
    assert_eq!(path(16), "home/list/x $.home.list[1].x");
}

#[test]
fn damage_ends_well() {
    for (codec, bytes) in FILES {
        let mut some = 0;
        for at in 0..bytes.len() {
            for bits in [0x01, 0x80] {
                let mut damaged = bytes.to_vec();
                damaged[at] ^= bits;
                let (text, _) = given(&damaged);
                some += usize::from(text.contains("219-09-9999"));
            }
            let _ = Recording::of(&Orc, &bytes[..at]);
        }
        assert!(some > bytes.len() / 2, "{codec}: {some} of {}", bytes.len());
    }
}

#[test]
fn few_columns_at_a_time_give_the_same_values() {
    let mut cursor = Cursor::new(FILES[1].1.to_vec());
    let file = File::new(&mut cursor).unwrap();
    let footer = Footer::read(&file).unwrap();
    let layout = Layout::read(&file, footer.packing, footer.stripes[0]).unwrap();
    let count = footer.columns[0].inside.len();
    let mut values = 0;
    let (mut from, mut turns) = (0, 0);
    while from < count {
        let (packing, has_short_decimals) = (footer.packing, false);
        let mut opening = Opening { file: &file, packing, layout: &layout, has_short_decimals, memory: 1 << 20 };
        let mut rows = Rows::new(&footer, Paths::new(), Embedded::new(), 0..3);
        from = rows.open(from..count, &mut opening);
        let mut record = Record::default();
        while rows.next(&mut record).unwrap() {
            values += record.values().filter(|value| value.record < 3).count();
        }
        assert!(!rows.has_damage);
        turns += 1;
    }
    assert_eq!((values, turns), (ROWS.lines().count(), count));
}

/// A message of fields, each with its number.
fn message(fields: &[(u64, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, content) in fields {
        bytes.extend([varint(number << 3 | 2), varint(content.len() as u64), content.to_vec()].concat());
    }
    bytes
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A file that is not packed: types, and one stripe of so many rows with streams (kind, column, bytes).
fn file(types: &[Vec<u8>], rows: u64, streams: &[(u64, u64, &[u8])]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    let mut layout = Vec::new();
    for (kind, column, content) in streams {
        let stream = [number(1, *kind), number(2, *column), number(3, content.len() as u64)].concat();
        layout.extend(message(&[(1, &stream)]));
        bytes.extend_from_slice(content);
    }
    let data = bytes.len() as u64 - 3;
    for _ in types {
        layout.extend(message(&[(2, &number(1, 2))]));
    }
    bytes.extend_from_slice(&layout);
    let stripe = [number(1, 3), number(3, data), number(4, layout.len() as u64), number(5, rows)].concat();
    let mut footer = message(&[(3, &stripe)]);
    for one in types {
        footer.extend(message(&[(4, one)]));
    }
    bytes.extend_from_slice(&footer);
    let postscript = [number(1, footer.len() as u64), number(2, 0), message(&[(8000, MAGIC)])].concat();
    bytes.extend_from_slice(&postscript);
    bytes.push(postscript.len() as u8);
    bytes
}

fn column(kind: u64, inside: &[u64], names: &[&str]) -> Vec<u8> {
    let mut bytes = number(1, kind);
    for id in inside {
        bytes.extend(number(2, *id));
    }
    for name in names {
        bytes.extend(message(&[(3, name.as_bytes())]));
    }
    bytes
}

#[test]
fn claims_without_bytes_end_at_once() {
    let (root, long) = (column(12, &[1], &["n"]), column(4, &[], &[]));
    // As many rows as a number can say: of nothing, of one value, of empty structs, of lists as long.
    let nothing = file(&[column(12, &[], &[])], u64::MAX, &[]);
    assert_eq!(given(&nothing).0, "");
    let (text, recording) = given(&file(&[root.clone(), long.clone()], u64::MAX, &[(1, 1, &[0x00, 0x0E])]));
    assert_eq!((text.as_str(), recording.partials.len()), ("n\n7\n7\n7\n", 1));
    assert_eq!(given(&file(&[root.clone(), column(12, &[], &[])], u64::MAX, &[])).0, "n\n");
    let list = [root.clone(), column(10, &[2], &[]), column(12, &[], &[])];
    assert_eq!(given(&file(&list, 1, &[(2, 1, &[0x38, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])])).0, "n\n");
    // Columns inside themselves, or in two others.
    for types in [vec![column(12, &[0], &["n"])], vec![root.clone(), column(12, &[2, 2], &["a", "b"]), long.clone()]] {
        assert!(matches!(Recording::of(&Orc, &file(&types, 1, &[])).1, Err(ReadError::Malformed(_))));
    }
    // Deeper than any stack.
    let deep: Vec<Vec<u8>> = (1..50_000).map(|id| column(12, &[id], &["d"])).chain([long]).collect();
    assert_eq!(given(&file(&deep, 9, &[(1, 49_999, &[0x00, 0x0E])])).1.partials[0].0, Reason::Malformed);
}

#[test]
fn a_union_is_seen_through_and_a_long_list_comes_in_pieces() {
    let types = [column(12, &[1], &["n"]), column(13, &[2, 3], &[]), column(4, &[], &[]), column(0, &[], &[])];
    let bytes = file(&types, 3, &[(1, 1, &[0xFD, 0, 1, 0]), (1, 2, &[0x00, 0x0E]), (1, 3, &[0xFF, 0x80])]);
    assert_eq!(given(&bytes).0, "n\n7\ntrue\n7\n");
    let types = [column(12, &[1], &["n"]), column(10, &[2], &[]), column(4, &[], &[])];
    let many = 300_000_u64;
    let runs = [0xC1, 0xFF, 0x0E, 0x00].repeat(many as usize / 512 + 1);
    let length = [&[0x10], &many.to_be_bytes()[5..]].concat();
    let text = given(&file(&types, 1, &[(2, 1, &length), (1, 2, &runs)])).0;
    assert_eq!(text.lines().filter(|line| *line == "7").count() as u64, many);
}

#[test]
fn texts_are_no_orc() {
    let recognizes = |bytes: &[u8]| Orc.recognizes(&mut Content::memory(b"a", bytes.to_vec()));
    assert!(!recognizes(b"ORC: a monster\n"));
    assert!(FILES.iter().all(|(_, bytes)| recognizes(bytes)));
}
