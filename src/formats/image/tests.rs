use super::*;
use crate::formats::recording::Recording;
use std::io::Write;

/// A TIFF of directories: fields (number, type, count, value), values longer than four bytes behind them.
fn directory(fields: &[(u16, u16, u32, Vec<u8>)], at: u32) -> Vec<u8> {
    let mut bytes = (fields.len() as u16).to_be_bytes().to_vec();
    let mut behind = Vec::<u8>::new();
    let start = at + 2 + fields.len() as u32 * 12 + 4;
    for (tag, kind, count, value) in fields {
        bytes.extend([tag.to_be_bytes(), kind.to_be_bytes()].concat());
        bytes.extend(count.to_be_bytes());
        if value.len() <= 4 {
            bytes.extend(value.iter().copied().chain([0; 4]).take(4));
        } else {
            bytes.extend((start + behind.len() as u32).to_be_bytes());
            behind.extend(value);
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(behind);
    bytes
}

fn ascii(tag: u16, text: &str) -> (u16, u16, u32, Vec<u8>) {
    (tag, 2, text.len() as u32 + 1, [text.as_bytes(), b"\0"].concat())
}

fn angle(tag: u16, parts: [(u32, u32); 3]) -> (u16, u16, u32, Vec<u8>) {
    (tag, 5, 3, parts.iter().flat_map(|(n, d)| [n.to_be_bytes(), d.to_be_bytes()].concat()).collect())
}

const XMP_PACKET: &[u8] = b"<x:xmpmeta><dc:creator>Ann Sample</dc:creator></x:xmpmeta>";
const EXIF_TEXT: &str = "Artist: Ann Sample\nTitle: SSN 536-90-4399\n";
const INNER: &str = "GPS coordinates: -33.856785, 151.215300\nUser comment: hello\n";

fn exif() -> Vec<u8> {
    let wide = "SSN 536-90-4399\0".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let root = |inner: u32, gps: u32| {
        let fields = [
            ascii(0x013B, "Ann Sample"),
            (0x8769, 4, 1, inner.to_be_bytes().to_vec()),
            (0x8825, 4, 1, gps.to_be_bytes().to_vec()),
            (0x9C9B, 1, wide.len() as u32, wide.clone()),
        ];
        directory(&fields, 8)
    };
    let inner_at = 8 + root(0, 0).len() as u32;
    let inner = directory(&[(0x9286, 7, 13, b"ASCII\0\0\0hello".to_vec())], inner_at);
    let gps_at = inner_at + inner.len() as u32;
    let gps = [
        (1, 2, 2, b"S\0".to_vec()),
        angle(2, [(33, 1), (51, 1), (2_442_600, 100_000)]),
        (3, 2, 2, b"E\0".to_vec()),
        angle(4, [(151, 1), (12, 1), (5508, 100)]),
    ];
    [b"MM\0*\0\0\0\x08".to_vec(), root(inner_at, gps_at), inner, directory(&gps, gps_at)].concat()
}

fn iptc() -> Vec<u8> {
    let field = |number: u8, text: &str| [&[0x1C, 2, number, 0, text.len() as u8], text.as_bytes()].concat();
    let fields = [field(80, "Ann Sample"), field(118, "ann@example.com")].concat();
    [b"8BIM\x04\x04\0\0".as_slice(), &(fields.len() as u32).to_be_bytes(), &fields].concat()
}

fn segment(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[0xFF, kind], (content.len() as u16 + 2).to_be_bytes().as_slice(), content].concat()
}

fn jpeg() -> Vec<u8> {
    let segments = [
        segment(0xE0, b"JFIF\0"),
        segment(0xE1, &[b"Exif\0\0", exif().as_slice()].concat()),
        segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", XMP_PACKET].concat()),
        segment(0xED, &[b"Photoshop 3.0\0", iptc().as_slice()].concat()),
        segment(0xFE, b"a comment"),
        segment(0xDA, b"\0\0\0"),
    ];
    [b"\xFF\xD8".to_vec(), segments.concat(), b"\x12\x34\xFF\xD9".to_vec()].concat()
}

fn chunk(kind: &[u8], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32).to_be_bytes(), kind, content, b"\0\0\0\0"].concat()
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn png() -> Vec<u8> {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap();
    let bytes = [b"Exif\0\0", exif().as_slice()].concat();
    let hex: String = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    let chunks = [
        chunk(b"IHDR", &[0; 13]),
        chunk(b"tEXt", b"Author\0Ann S\xE4mple"),
        chunk(b"zTXt", &[b"Comment\0\0", packed(b"SSN 536-90-4399").as_slice()].concat()),
        chunk(b"IDAT", &[0; 100]),
        chunk(b"iTXt", &[b"Title\0\x01\0de\0Titel\0", packed("Größe".as_bytes()).as_slice()].concat()),
        chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", XMP_PACKET].concat()),
        chunk(
            b"zTXt",
            &[b"Raw profile type exif\0\0", packed(format!("\nexif\n 9\n{hex}").as_bytes()).as_slice()].concat(),
        ),
        chunk(b"IEND", b""),
    ];
    [png::MAGIC, &chunks.concat()].concat()
}

fn webp() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let fill = if content.len() % 2 == 1 { vec![0] } else { Vec::new() };
        [kind.as_slice(), &(content.len() as u32).to_le_bytes(), content, &fill].concat()
    };
    [b"RIFF\0\0\0\0WEBP".to_vec(), chunk(b"VP8 ", &[0; 31]), chunk(b"EXIF", &exif()), chunk(b"XMP ", XMP_PACKET)]
        .concat()
}

fn boxed(kind: &[u8], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind, content].concat()
}

fn heif() -> Vec<u8> {
    let item = |id: u8, kind: &[u8; 4], rest: &[u8]| {
        boxed(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind.as_slice(), b"\0", rest].concat())
    };
    let items = [item(1, b"Exif", b""), item(2, b"mime", b"application/rdf+xml\0")].concat();
    let exif = [&[0; 4], exif().as_slice()].concat();
    let head = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
    let meta = |at: u32| {
        let place = |id: u8, start: u32, length: usize| {
            [&[0, id, 0, 0, 0, 0, 0, 1], start.to_be_bytes().as_slice(), &(length as u32).to_be_bytes()].concat()
        };
        let places = [place(1, at, exif.len()), place(2, at + exif.len() as u32, XMP_PACKET.len())].concat();
        let iloc = boxed(b"iloc", &[&[1, 0, 0, 0, 0x44, 0, 0, 2], places.as_slice()].concat());
        boxed(
            b"meta",
            &[&[0; 4], boxed(b"iinf", &[&[0, 0, 0, 0, 0, 2], items.as_slice()].concat()).as_slice(), &iloc].concat(),
        )
    };
    let at = (head.len() + meta(0).len() + 8) as u32;
    [head, meta(at), boxed(b"mdat", &[exif.as_slice(), XMP_PACKET].concat())].concat()
}

fn tiff() -> Vec<u8> {
    exif()
}

fn given(format: &Image, bytes: &[u8]) -> String {
    assert!(format.recognizes(&mut Content::memory(b"", bytes.to_vec())), "{}", format.name);
    let (recording, result) = Recording::of_stream(format, bytes);
    result.unwrap();
    assert_eq!(recording.partials.len(), 1, "{}", format.name);
    String::from_utf8(recording.text).unwrap()
}

#[test]
fn what_is_written_beside_the_picture_is_read() {
    let packet = String::from_utf8_lossy(XMP_PACKET);
    let fields = "Author: Ann Sample\nContact: ann@example.com\nComment: a comment\n";
    assert_eq!(given(&JPEG, &jpeg()), format!("{EXIF_TEXT}{INNER}{fields}{packet}"));
    let fields = "Author: Ann Sämple\nComment: SSN 536-90-4399\nTitle: Größe\n";
    assert_eq!(given(&PNG, &png()), format!("{fields}{EXIF_TEXT}{INNER}{packet}"));
    assert_eq!(given(&TIFF, &tiff()), format!("{EXIF_TEXT}{INNER}"));
    assert_eq!(given(&WEBP, &webp()), format!("{EXIF_TEXT}{INNER}{packet}"));
    assert_eq!(given(&HEIF, &heif()), format!("{EXIF_TEXT}{INNER}{packet}"));
}

#[test]
fn an_image_without_a_word_is_not_inspected() {
    let bare = [png::MAGIC, &chunk(b"IHDR", &[0; 13]), &chunk(b"IEND", b"")].concat();
    let (recording, result) = Recording::of(&PNG, &bare);
    assert!(recording.text.is_empty() && recording.partials.is_empty());
    assert!(matches!(result, Err(ReadError::Unsupported(Reason::UnsupportedFormat, _))));
}

#[test]
fn damage_ends_well() {
    let all: [(&Image, Vec<u8>); 5] =
        [(&JPEG, jpeg()), (&PNG, png()), (&TIFF, tiff()), (&WEBP, webp()), (&HEIF, heif())];
    for (format, bytes) in all {
        for at in 0..bytes.len() {
            for bits in [0x01, 0x80, 0xFF] {
                let mut damaged = bytes.clone();
                damaged[at] ^= bits;
                let _ = Recording::of(format, &damaged);
            }
            let (recording, _) = Recording::of(format, &bytes[..at]);
            assert!(recording.text.len() <= bytes.len() * 4);
        }
    }
}

#[test]
fn directories_that_lead_to_each_other_end() {
    let mut bytes = b"MM\0*\0\0\0\x08".to_vec();
    let field = (0x014A, 4, 4, [8_u32, 8, 9, 10].iter().flat_map(|at| at.to_be_bytes()).collect());
    bytes.extend(directory(&[field], 8));
    let (_, result) = Recording::of(&TIFF, &bytes);
    assert!(result.is_err());
}

#[test]
fn the_words_in_a_gif_are_read() {
    let trailer = [&[1][..], &(0..=255).rev().collect::<Vec<u8>>(), &[0]].concat();
    let gif = [
        &b"GIF89a\x01\0\x01\0\x80\0\0\xFF\xFF\xFF\0\0\0"[..],
        b"\x21\xFE\x0BSSN 536-90-\x044399\0",
        b"\x21\xFF\x0BXMP DataXMP",
        XMP_PACKET,
        &trailer,
        b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0",
        b"\x21\x01\x0C\0\0\0\0\0\0\0\0\0\0\0\0\x05hello\0\x3B",
    ]
    .concat();
    assert!(GIF.recognizes(&mut Content::memory(b"a", gif.clone())));
    let (recording, result) = Recording::of(&GIF, &gif);
    result.unwrap();
    let text = String::from_utf8_lossy(&recording.text);
    assert!(text.starts_with("Comment: SSN 536-90-4399\nText: hello\n"), "{text}");
    assert!(recording.text.ends_with(XMP_PACKET), "{text}");
    for at in 0..gif.len() {
        let mut damaged = gif.clone();
        damaged[at] ^= 0x41;
        let _ = Recording::of(&GIF, &damaged);
        let _ = Recording::of(&GIF, &gif[..at]);
    }
}

#[test]
fn a_big_tiff_is_read() {
    let text = b"Ann Sample 536-90-4399\0";
    let entry = |tag: u16, count: u64, value: [u8; 8]| {
        [&tag.to_le_bytes()[..], &2_u16.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let tiff = [
        &b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0"[..],
        &entry(0x010F, 7, *b"Camera\0\0"),
        &entry(0x013B, text.len() as u64, 72_u64.to_le_bytes()),
        &[0; 8],
        text,
    ]
    .concat();
    let (recording, result) = Recording::of(&TIFF, &tiff);
    result.unwrap();
    assert_eq!(String::from_utf8_lossy(&recording.text), "Make: Camera\nArtist: Ann Sample 536-90-4399\n");
    for at in 0..tiff.len() {
        let _ = Recording::of(&TIFF, &tiff[..at]);
    }
}
