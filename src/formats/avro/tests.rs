use super::*;
use crate::formats::recording::Recording;
use std::io::Write;

const MARKER: &[u8; 16] = b"0123456789abcdef";

fn long(value: i64) -> Vec<u8> {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    let mut bytes = Vec::new();
    while rest >= 0x80 {
        bytes.push((rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn text(value: &str) -> Vec<u8> {
    [long(i64::try_from(value.len()).unwrap()), value.as_bytes().to_vec()].concat()
}

fn file(schema: &str, codec: &str, blocks: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let header = [long(2), text("avro.schema"), text(schema), text("avro.codec"), text(codec), long(0)].concat();
    let mut bytes = [MAGIC, &header, MARKER].concat();
    for (count, data) in blocks {
        bytes.extend([long(*count), long(i64::try_from(data.len()).unwrap()), data.clone(), MARKER.to_vec()].concat());
    }
    bytes
}

const SCHEMA: &str = r#"{"type":"record","name":"p","fields":[{"name":"ssn","type":"string"},
    {"name":"born","type":{"type":"int","logicalType":"date"}},{"name":"tags","type":{"type":"array","items":"string"}},
    {"name":"more","type":{"type":"map","values":["null","long"]}},{"name":"kind","type":{"type":"enum","name":"k",
    "symbols":["one","two"]}},{"name":"next","type":["null","p"]}]}"#;

fn record(ssn: &str) -> Vec<u8> {
    let tail = [text("last"), long(-1), long(0), long(0), long(0), long(0)].concat();
    let map = [long(-1), long(6), text("key"), long(1), long(77), long(0)].concat();
    [text(ssn), long(0), [long(2), text("a"), text("b"), long(0)].concat(), map, long(1), long(1), tail].concat()
}

fn given(bytes: &[u8]) -> (String, bool) {
    let (recording, result) = Recording::of(&Avro, bytes);
    result.unwrap();
    let text = String::from_utf8(recording.text).unwrap();
    let records = text.split_once("avro.codec").unwrap().1.split_once('\n').unwrap().1;
    (records.to_owned(), recording.partials.is_empty())
}

const ONE: &str = "\n1970-01-01\na\nb\nkey\n77\ntwo\nlast\n1969-12-31\none\n";

#[test]
fn records_are_read_in_every_codec() {
    let block = record("536-90-4399");
    let deflate = |bytes: &[u8]| {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let bzip2 = |bytes: &[u8]| {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let snappy = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        [snap::raw::Encoder::new().compress_vec(bytes).unwrap(), crc.sum().to_be_bytes().to_vec()].concat()
    };
    let packed = [
        ("null", block.clone()),
        ("deflate", deflate(&block)),
        ("bzip2", bzip2(&block)),
        ("snappy", snappy(&block)),
        ("zstandard", zstd::stream::encode_all(block.as_slice(), 1).unwrap()),
    ];
    for (codec, data) in packed {
        let (text, is_whole) = given(&file(SCHEMA, codec, &[(1, data)]));
        assert_eq!(text, format!("536-90-4399{ONE}"), "{codec}");
        assert!(is_whole, "{codec}");
    }
}

#[test]
fn damage_costs_one_block() {
    let blocks = [(1, record("first")), (1, record("second")), (1, record("third"))];
    let bytes = file(SCHEMA, "null", &blocks);
    let start = bytes.len() - 3 * (record("first").len() + 18);
    let mut survived = 0;
    for at in start..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        let (text, _) = given(&damaged);
        survived += usize::from(text.contains("third"));
        let (recording, _) = Recording::of_stream(&Avro, &bytes[..at]);
        assert!(at < start + 60 || String::from_utf8_lossy(&recording.text).contains("first"));
    }
    assert!(survived * 2 > bytes.len() - start, "{survived}");
    for at in 0..start {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        let _ = Recording::of(&Avro, &damaged);
        let _ = Recording::of(&Avro, &bytes[..at]);
    }
}

#[test]
fn bombs_end_at_once() {
    let empty = file(r#"{"type":"record","name":"e","fields":[]}"#, "null", &[(100_000_000_000, Vec::new())]);
    assert!(Recording::of(&Avro, &empty).1.is_ok());
    let nulls = file(r#"{"type":"array","items":"null"}"#, "null", &[(1, [long(i64::MAX), long(0)].concat())]);
    assert!(Recording::of(&Avro, &nulls).1.is_ok());
    let deep = r#"{"type":"record","name":"r","fields":[{"name":"r","type":["null","r"]}]}"#;
    let (_, is_whole) = given(&file(deep, "null", &[(1, vec![2; 100_000])]));
    assert!(!is_whole);
    let (recording, _) = Recording::of(&Avro, &file(&"[".repeat(100_000), "null", &[]));
    assert!(recording.text.len() > 100_000);
}

#[test]
fn damage_after_damage_takes_no_more_than_its_time() {
    const SIZE: usize = 16 << 20;
    let promise = [long(1), long(16 << 20), MARKER.to_vec()].concat();
    let mut bytes = file(SCHEMA, "null", &[(1, record("first"))]);
    bytes.extend(promise.repeat(SIZE / promise.len()));
    let (text, is_whole) = given(&bytes);
    assert!(text.contains("first") && !is_whole);
}
