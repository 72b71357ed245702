//! What is no text: a table of first bytes, so that files nothing reads can be named, and what text may not contain.
//!
//! Names only; whether any format reads a file is not known here.

use crate::decode::{Charset, Encoding, is_iso_2022_kr, is_mostly_utf8};

/// How much the first bytes prove.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// No text starts like this.
    Sure,
    /// A text could start like this: the rest must not look like text.
    IfBinary,
}
use Proof::{IfBinary, Sure};

/// Offset, bytes at the offset, how much they prove, media type.
type Magic = (usize, &'static [u8], Proof, &'static str);

#[rustfmt::skip]
const MAGICS: &[Magic] = &[
    (0, b"\x89PNG\r\n\x1a\n", Sure, "image/png"),
    (0, b"\xFF\xD8\xFF", Sure, "image/jpeg"),
    (0, b"GIF87a", IfBinary, "image/gif"),
    (0, b"GIF89a", IfBinary, "image/gif"),
    (0, b"II*\0", Sure, "image/tiff"),
    (0, b"MM\0*", Sure, "image/tiff"),
    (0, b"II+\0", Sure, "image/tiff"),
    (0, b"MM\0+", Sure, "image/tiff"),
    (0, b"8BPS", IfBinary, "image/vnd.adobe.photoshop"),
    (0, b"\0\0\x01\0", Sure, "image/vnd.microsoft.icon"),
    (0, b"\0\0\0\x0CjP  \r\n\x87\n", Sure, "image/jp2"),
    (4, b"ftypheic", Sure, "image/heic"),
    (4, b"ftypmif1", Sure, "image/heif"),
    (4, b"ftypavif", Sure, "image/avif"),
    (4, b"ftypM4A", Sure, "audio/mp4"),
    (4, b"ftypqt", Sure, "video/quicktime"),
    (4, b"ftyp", IfBinary, "video/mp4"),
    (0, b"\x1A\x45\xDF\xA3", Sure, "video/x-matroska"),
    (0, b"\0\0\x01\xBA", Sure, "video/mpeg"),
    (0, b"FLV\x01", Sure, "video/x-flv"),
    (0, b"ID3", IfBinary, "audio/mpeg"),
    (0, b"\xFF\xFB", IfBinary, "audio/mpeg"),
    (0, b"\xFF\xF3", IfBinary, "audio/mpeg"),
    (0, b"OggS", IfBinary, "audio/ogg"),
    (0, b"fLaC", IfBinary, "audio/flac"),
    (0, b"MThd", IfBinary, "audio/midi"),
    (0, b"\x7FELF", Sure, "application/x-elf"),
    (0, b"\xFE\xED\xFA\xCE", Sure, "application/x-mach-binary"),
    (0, b"\xFE\xED\xFA\xCF", Sure, "application/x-mach-binary"),
    (0, b"\xCE\xFA\xED\xFE", Sure, "application/x-mach-binary"),
    (0, b"\xCF\xFA\xED\xFE", Sure, "application/x-mach-binary"),
    (0, b"\xCA\xFE\xBA\xBE", Sure, "application/java-vm"),
    (0, b"\0asm", Sure, "application/wasm"),
    (0, b"!<arch>\n", IfBinary, "application/x-archive"),
    (0, b"%PDF-", Sure, "application/pdf"),
    (0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Sure, "application/x-ole-storage"),
    (0, b"PK\x03\x04", Sure, "application/zip"),
    (0, b"PK\x05\x06", Sure, "application/zip"),
    (0, b"7z\xBC\xAF\x27\x1C", Sure, "application/x-7z-compressed"),
    (0, b"Rar!\x1A\x07", Sure, "application/vnd.rar"),
    (0, b"\x1F\x8B", Sure, "application/gzip"),
    (0, b"\x1F\x9D", Sure, "application/x-compress"),
    (0, b"\xFD7zXZ\0", Sure, "application/x-xz"),
    (0, b"BZh", IfBinary, "application/x-bzip2"),
    (0, b"\x28\xB5\x2F\xFD", Sure, "application/zstd"),
    (0, b"\x04\x22\x4D\x18", Sure, "application/x-lz4"),
    (0, b"LZIP\x01", Sure, "application/x-lzip"),
    (0, b"MSCF\0\0\0\0", Sure, "application/vnd.ms-cab-compressed"),
    (0, b"\xED\xAB\xEE\xDB", Sure, "application/x-rpm"),
    (0x8001, b"CD001", IfBinary, "application/x-iso9660-image"),
    (0, b"SQLite format 3\0", Sure, "application/vnd.sqlite3"),
    (0, b"PAR1", IfBinary, "application/vnd.apache.parquet"),
    (0, b"PARE", IfBinary, "application/vnd.apache.parquet"),
    (0, b"Obj\x01", Sure, "application/avro"),
    (0, b"ORC", IfBinary, "application/vnd.apache.orc"),
    (0, b"ARROW1\0\0", Sure, "application/vnd.apache.arrow.file"),
    (0, b"\x89HDF\r\n\x1a\n", Sure, "application/x-hdf5"),
    (0, b"wOFF", IfBinary, "font/woff"),
    (0, b"wOF2", IfBinary, "font/woff2"),
    (0, b"OTTO", IfBinary, "font/otf"),
    (0, b"\0\x01\0\0\0", Sure, "font/ttf"),
    (0, b"ttcf", IfBinary, "font/collection"),
    (0, b"!BDN", IfBinary, "application/vnd.ms-outlook"),
    (0, b"\x93NUMPY", Sure, "application/x-npy"),
    (0, b"GGUF", IfBinary, "application/x-gguf"),
    (0, b"\xD4\xC3\xB2\xA1", Sure, "application/vnd.tcpdump.pcap"),
    (0, b"\xA1\xB2\xC3\xD4", Sure, "application/vnd.tcpdump.pcap"),
    (0, b"\x0A\x0D\x0D\x0A", IfBinary, "application/x-pcapng"),
    (0, b"bplist00", IfBinary, "application/x-bplist"),
];

/// The media type of a binary file by its first bytes (as many as there are, up to 64 KiB); none if they are not known.
pub fn media_type_of(head: &[u8]) -> Option<&'static str> {
    let starts = |(offset, magic, proof, _): &&Magic| {
        head.get(*offset..).is_some_and(|h| h.starts_with(magic)) && (*proof == Sure || !is_textual(head))
    };
    MAGICS.iter().find(starts).map(|(.., media_type)| *media_type).or_else(|| composite(head))
}

/// Files that first bytes at one place alone do not tell.
fn composite(head: &[u8]) -> Option<&'static str> {
    let at = |offset: usize, bytes: &[u8]| head.get(offset..).is_some_and(|h| h.starts_with(bytes));
    let word =
        |offset: usize| head.get(offset..offset + 4).and_then(|b| <[u8; 4]>::try_from(b).ok()).map(u32::from_le_bytes);
    if at(0, b"RIFF") {
        return match head.get(8..12)? {
            b"WEBP" => Some("image/webp"),
            b"WAVE" => Some("audio/wav"),
            b"AVI " => Some("video/x-msvideo"),
            _ => None,
        };
    }
    if at(0, b"BM") && word(6) == Some(0) && matches!(word(14), Some(12 | 40 | 52 | 56 | 64 | 108 | 124)) {
        return Some("image/bmp");
    }
    // The stub of a DOS program names the place of the real header.
    let portable = || at(usize::try_from(word(0x3C)?).ok()?, b"PE\0\0").then_some(());
    (at(0, b"MZ") && portable().is_some()).then_some("application/vnd.microsoft.portable-executable")
}

/// Whether the first bytes are those of a text: in UTF-16 or UTF-32, or with few control characters.
pub(in crate::formats) fn is_textual(head: &[u8]) -> bool {
    is_textual_in(head, Encoding::guess_wide(head))
}

/// The same of bytes whose encoding is known, as [`Encoding::guess_wide`] has it.
pub(in crate::formats) fn is_textual_in(head: &[u8], encoding: Encoding) -> bool {
    if is_iso_2022_kr(head) || encoding.mark > 0 || encoding.charset != Charset::Utf8 {
        return true;
    }
    // Logs written into a file of fixed size end in zeros.
    let text = &head[..head.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1)];
    let zeros = memchr::memchr_iter(0, text).count();
    let controls = controls(text);
    if text.is_empty() {
        return head.is_empty();
    }
    // A tenth of random bytes are control characters. Lists with zeros between the words are text.
    let few = |count: usize, percent: usize| count <= 1 || count * 100 <= text.len() * percent;
    let [if_utf8, if_not] = [few(controls, 5) && few(zeros, 25), few(controls + zeros, 3)];
    if if_utf8 != if_not && is_mostly_utf8(text) { if_utf8 } else { if_not }
}

/// Control characters that texts do not hold. Asked of the first bytes of every file, so in a form that compiles to vectors.
#[allow(clippy::needless_bitwise_bool)] // What may be skipped is no vector.
fn controls(text: &[u8]) -> usize {
    let within = |byte: u8, first: u8, count: u8| byte.wrapping_sub(first) < count;
    let is_control = |b: u8| within(b, 1, 7) | (b == 0x0B) | within(b, 0x0E, 13) | within(b, 0x1C, 4) | (b == 0x7F);
    // So many are counted in one byte.
    let few = text.chunks(usize::from(u8::MAX));
    few.map(|few| usize::from(few.iter().fold(0_u8, |count, b| count.wrapping_add(u8::from(is_control(*b)))))).sum()
}

/// Whether what follows a mark of letters is no text: such a mark could begin one.
pub(in crate::formats) fn is_binary_behind(head: &[u8], mark: usize) -> bool {
    const NEAR: usize = 64;
    let near = head.get(mark..).unwrap_or_default();
    near.iter().take(NEAR).any(|byte| matches!(byte, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F)) || !is_textual(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_counted() {
        let is_control = |b: &u8| matches!(b, 1..=7 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F);
        for byte in 0..=u8::MAX {
            assert_eq!(controls(&[byte]), usize::from(is_control(&byte)), "{byte}");
        }
        assert_eq!(controls(&[1; 1000]), 1000);
    }

    #[test]
    fn known_files_are_named() {
        let cases: [(&[u8], &str); 6] = [
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF\0", "image/jpeg"),
            (b"GIF89a\x01\0\x01\0\0\0\0\x01\x02\x03", "image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
            (b"PAR1\x15\0\x15\x04\x15\x04\0\x01\x02\0\0", "application/vnd.apache.parquet"),
            (b"%PDF-1.7\n", "application/pdf"),
        ];
        for (head, media_type) in cases {
            assert_eq!(media_type_of(head), Some(media_type));
        }
        let mut program = vec![0; 0x80];
        program[..2].copy_from_slice(b"MZ");
        program[0x3C] = 0x40;
        program[0x40..0x44].copy_from_slice(b"PE\0\0");
        assert_eq!(media_type_of(&program), Some("application/vnd.microsoft.portable-executable"));
    }

    #[test]
    fn texts_that_start_like_something_else_are_texts() {
        for text in [
            "BMW 320, silver\n",
            "MZ is a place\n",
            "ORC: a monster\n",
            "ID3 tags are fun",
            "PAR1,PAR2\n",
            "RIFF on this",
            "",
        ] {
            assert_eq!(media_type_of(text.as_bytes()), None, "{text}");
            assert!(is_textual(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_mark_of_letters_before_numbers_is_no_text() {
        assert!(is_binary_behind(b"ORC\x1D\0\0name,ssn and much text behind it that is readable", 3));
        assert!(!is_binary_behind(b"ORC: a monster\nand more", 3));
    }

    #[test]
    fn text_may_hold_a_few_control_characters() {
        let log = [b"12:00 started\n".repeat(20), b"\0\0\0".to_vec(), b"\x1b[31merror\x1b[0m\n".repeat(9)].concat();
        assert!(is_textual(&log));
        assert!(is_textual(b"PATH=/bin\0HOME=/root\0"));
        assert!(is_textual(&[b"text\n".to_vec(), vec![0; 4000]].concat()));
        assert!(is_textual("M\u{fc}ller".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice()));
    }

    #[test]
    fn random_bytes_are_no_text() {
        let mut state = 1_u64;
        let random: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .take(4096)
        .collect();
        assert!(!is_textual(&random));
        assert!(!is_textual(&[0, 0, 0, 0]));
    }
}
