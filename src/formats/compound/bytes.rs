//! Numbers, little end first, and characters out of bytes that may end too early: what is missing is zero.

use encoding_rs::{Encoding, UTF_16LE};

/// Two bytes as a number.
pub(in super::super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    number(bytes, at, 2) as u16
}

/// Four bytes as a number.
pub(in super::super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    number(bytes, at, 4) as u32
}

/// Eight bytes as a number.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    number(bytes, at, 8)
}

/// Eight bytes as a floating point number.
pub(super) fn f64_at(bytes: &[u8], at: usize) -> f64 {
    f64::from_bits(u64_at(bytes, at))
}

fn number(bytes: &[u8], at: usize, count: usize) -> u64 {
    let at = at.min(bytes.len());
    let end = at.saturating_add(count).min(bytes.len());
    bytes[at..end].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A part of the bytes, as far as they go.
pub(in super::super) fn slice(bytes: &[u8], at: usize, length: usize) -> &[u8] {
    let at = at.min(bytes.len());
    &bytes[at..at.saturating_add(length).min(bytes.len())]
}

/// UTF-16 text.
pub(in super::super) fn utf16(bytes: &[u8]) -> String {
    UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
}

/// Text in a Windows code page.
pub(in super::super) fn coded(bytes: &[u8], code_page: u16) -> String {
    if code_page == 1200 {
        return utf16(bytes);
    }
    encoding(code_page).decode_without_bom_handling(bytes).0.into_owned()
}

/// The encoding of a Windows code page; the Western one for those that are not known.
fn encoding(code_page: u16) -> &'static Encoding {
    match code_page {
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        866 => encoding_rs::IBM866,
        10000 => encoding_rs::MACINTOSH,
        20866 => encoding_rs::KOI8_R,
        21866 => encoding_rs::KOI8_U,
        28592 => encoding_rs::ISO_8859_2,
        28595 => encoding_rs::ISO_8859_5,
        50220 => encoding_rs::ISO_2022_JP,
        51932 => encoding_rs::EUC_JP,
        54936 => encoding_rs::GB18030,
        65001 => encoding_rs::UTF_8,
        _ => encoding_rs::WINDOWS_1252,
    }
}

/// The code page that a language is written in.
pub(super) fn code_page_of(language: u16) -> u16 {
    match language & 0x3FF {
        0x01 | 0x20 | 0x29 => 1256,
        0x02 | 0x19 | 0x22 | 0x23 | 0x2F => 1251,
        0x04 if matches!(language, 0x0404 | 0x0C04 | 0x1404) => 950,
        0x04 => 936,
        0x05 | 0x0E | 0x15 | 0x18 | 0x1A | 0x1B | 0x1C | 0x24 => 1250,
        0x08 => 1253,
        0x0D => 1255,
        0x11 => 932,
        0x12 => 949,
        0x1E => 874,
        0x1F => 1254,
        0x25..=0x27 => 1257,
        0x2A => 1258,
        _ => 1252,
    }
}

/// Runs of text in raw bytes, one a line: Western letters of one byte, and UTF-16 at any offset. What is left of a
/// document whose structure is lost.
pub(in super::super) fn runs(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let wide = wide_run(&bytes[at..]);
        if wide >= 2 * SHORTEST {
            line(&mut text, &utf16(&bytes[at..at + wide]));
            at += wide;
            continue;
        }
        let narrow = bytes[at..].iter().take_while(|byte| is_written(**byte)).count();
        if narrow >= SHORTEST {
            line(&mut text, &coded(&bytes[at..at + narrow], 1252));
        }
        at += narrow.max(1);
    }
    text
}

/// Characters that make a run.
const SHORTEST: usize = 5;

fn line(text: &mut String, run: &str) {
    text.push_str(&run.replace('\r', "\n"));
    text.push('\n');
}

fn is_written(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~' | 0xA1..)
}

/// The length in bytes of the UTF-16 text here: characters of the first pages of Unicode, the first of them Western.
fn wide_run(bytes: &[u8]) -> usize {
    let is_text = |pair: &[u8]| match (pair[0], pair[1]) {
        (low, 0) => is_written(low),
        (_, 1..=5 | 0x20) => true,
        _ => false,
    };
    if bytes.get(1) != Some(&0) {
        return 0;
    }
    bytes.chunks_exact(2).take_while(|pair| is_text(pair)).count() * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_parts_of_what_is_not_there() {
        assert_eq!((u16_at(b"\x01\x02", 0), u16_at(b"\x01", 0), u32_at(b"ab", 9)), (0x0201, 1, 0));
        assert_eq!((slice(b"abc", 1, usize::MAX), slice(b"abc", 7, 1)), (&b"bc"[..], &b""[..]));
    }

    #[test]
    fn runs_of_either_width() {
        let mut bytes = b"\x00\x01\x02Narrow text\x00\x01\x00".to_vec();
        bytes.extend("Wide \u{e9}\u{161} text".encode_utf16().flat_map(u16::to_le_bytes));
        bytes.extend(b"\x01\x00abc\x00");
        assert_eq!(runs(&bytes), "Narrow text\nWide \u{e9}\u{161} text\n");
    }
}
