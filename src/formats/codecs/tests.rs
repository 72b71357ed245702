use super::*;
use crate::formats::recording::Recording;
use std::io::Write;

fn text() -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        state >> 16
    };
    (0..60_000).flat_map(|_| format!("{:x} ", next()).into_bytes()).collect()
}

type Pack = fn(&[u8]) -> Vec<u8>;

fn packers() -> Vec<(&'static Codec, Pack)> {
    vec![
        (&BZIP2, |bytes| {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }),
        (&ZSTD, |bytes| zstd::stream::encode_all(bytes, 3).unwrap()),
        (&LZ4, |bytes| {
            let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(
                lz4_flex::frame::FrameInfo::new().block_size(lz4_flex::frame::BlockSize::Max64KB),
                Vec::new(),
            );
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }),
        (&XZ, |bytes| {
            let options = lzma_rust2::XzOptions::with_preset(1);
            let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }),
        (&LZIP, |bytes| {
            let options = lzma_rust2::LzipOptions::with_preset(1);
            let mut encoder = lzma_rust2::LzipWriter::new(Vec::new(), options);
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }),
        (&LZMA, |bytes| {
            let options = lzma_rust2::LzmaOptions::with_preset(1);
            let mut encoder = lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).unwrap();
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }),
    ]
}

#[test]
fn streams_come_out_and_joined_ones_as_one() {
    for (codec, pack) in packers() {
        let text = text();
        let packed = pack(&text);
        assert!(codec.recognizes(&mut Content::memory(b"x", packed.clone())), "{}", codec.name);
        for read in [Recording::of, Recording::of_stream] {
            let (recording, _) = read(codec, &packed);
            let stream = &recording.streams[0];
            assert!(stream.bytes == text && stream.error.is_none(), "{} {:?}", codec.name, stream.error);
        }
        if codec.name != "lzma" {
            let joined = [pack(b"one "), pack(b""), pack(b"two")].concat();
            let (recording, _) = Recording::of_stream(codec, &joined);
            assert_eq!(recording.streams[0].bytes, b"one two", "{}", codec.name);
            assert_eq!(recording.streams[0].error, None, "{}", codec.name);
        }
    }
}

#[test]
fn what_comes_before_damage_comes_out() {
    for (codec, pack) in packers() {
        let text = text();
        let packed = pack(&text);
        let (recording, _) = Recording::of_stream(codec, &packed[..packed.len() / 2]);
        let stream = &recording.streams[0];
        assert!(text.starts_with(&stream.bytes) && stream.error.is_some(), "{}", codec.name);
        // bzip2 gives nothing of a block that is cut.
        let least = if codec.name == "bzip2" { 25 } else { 35 };
        let share = stream.bytes.len() * 100 / text.len();
        assert!(share >= least, "{}: {share} %", codec.name);

        let (recording, _) = Recording::of(codec, &[&pack(b"all of it"), &b"garbage"[..]].concat());
        assert_eq!(recording.streams[0].bytes, b"all of it", "{}", codec.name);
    }
}

#[test]
fn any_wrong_byte_ends_well() {
    for (codec, pack) in packers() {
        let packed = pack(b"alpha beta gamma alpha beta gamma");
        for at in 0..packed.len() {
            for flip in [0x01, 0x80, 0xFF] {
                let mut damaged = packed.clone();
                damaged[at] ^= flip;
                let _ = Recording::of(codec, &damaged);
            }
            let (recording, _) = Recording::of(codec, &packed[..at]);
            assert!(b"alpha beta gamma alpha beta gamma".starts_with(&recording.streams[0].bytes));
        }
    }
}

#[test]
fn frames_without_data_are_stepped_over() {
    let skippable = b"\x5A\x2A\x4D\x18\x03\0\0\0abc";
    for (codec, pack) in packers().into_iter().filter(|(codec, _)| ["zstd", "lz4"].contains(&codec.name)) {
        let packed = [&skippable[..], &pack(b"one "), skippable, &pack(b"two"), skippable].concat();
        assert!(codec.recognizes(&mut Content::memory(b"x", packed.clone())));
        let (recording, _) = Recording::of(codec, &packed);
        assert_eq!((recording.streams[0].bytes.as_slice(), &recording.streams[0].error), (&b"one two"[..], &None));
    }
    let block = lz4_flex::block::compress(b"old text");
    let length = (block.len() as u32).to_le_bytes();
    let legacy = [&b"\x02\x21\x4C\x18"[..], &length, &block, &length, &block].concat();
    assert_eq!(Recording::of(&LZ4, &legacy).0.streams[0].bytes, b"old textold text");
}
