//! Which encoding a text is in, guessed from its first bytes.
//!
//! Decides only; decoding is `decode`'s business. Whether the bytes are text at all is not asked here.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// How the bytes of a text become characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    /// UTF-8 or ASCII, stray bytes included: given on as they are.
    Utf8,
    /// UTF-16; big-endian or not.
    Utf16 {
        /// Most significant byte first.
        big: bool,
    },
    /// UTF-32; big-endian or not.
    Utf32 {
        /// Most significant byte first.
        big: bool,
    },
    /// One of the older encodings.
    Legacy(&'static encoding_rs::Encoding),
}

/// A character set, and the bytes of the byte order mark before the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoding {
    /// The character set.
    pub(crate) charset: Charset,
    /// Bytes of the mark: 0, 2, 3 or 4.
    pub(crate) mark: usize,
}

impl Encoding {
    /// Guesses from the first bytes of a text.
    pub(crate) fn guess(head: &[u8]) -> Self {
        let is_utf8 = || is_mostly_utf8(head) && !has_iso_2022_escape(head);
        let otherwise = || if is_utf8() { Self::WIDE } else { Self { charset: guess_legacy(head), mark: 0 } };
        Self::by_units(head).unwrap_or_else(otherwise)
    }

    /// Like [`Self::guess`], but the older encodings, of which ASCII is a part, pass as UTF-8: telling them apart costs
    /// milliseconds, and structure made of ASCII can be seen without.
    pub(crate) fn guess_wide(head: &[u8]) -> Self {
        Self::by_units(head).unwrap_or(Self::WIDE)
    }

    /// What passes for UTF-8.
    pub(crate) const WIDE: Self = Self { charset: Charset::Utf8, mark: 0 };

    /// The encoding, if a mark tells it or characters take two or four bytes.
    fn by_units(head: &[u8]) -> Option<Self> {
        let (charset, mark) = match head {
            [0xEF, 0xBB, 0xBF, ..] => (Charset::Utf8, 3),
            [0xFF, 0xFE, 0, 0, ..] => (Charset::Utf32 { big: false }, 4),
            [0, 0, 0xFE, 0xFF, ..] => (Charset::Utf32 { big: true }, 4),
            [0xFF, 0xFE, ..] => (Charset::Utf16 { big: false }, 2),
            [0xFE, 0xFF, ..] => (Charset::Utf16 { big: true }, 2),
            _ if is_utf32(head, false) => (Charset::Utf32 { big: false }, 0),
            _ if is_utf32(head, true) => (Charset::Utf32 { big: true }, 0),
            _ if is_utf16(head, false) => (Charset::Utf16 { big: false }, 0),
            _ if is_utf16(head, true) => (Charset::Utf16 { big: true }, 0),
            _ => return None,
        };
        Some(Self { charset, mark })
    }
}

fn guess_legacy(head: &[u8]) -> Charset {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(head, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess == encoding_rs::UTF_8 || guess == encoding_rs::REPLACEMENT {
        return Charset::Utf8;
    }
    // Pure ASCII comes here only for an escape sequence that turned out to be something else.
    if head.is_ascii() && guess != encoding_rs::ISO_2022_JP { Charset::Utf8 } else { Charset::Legacy(guess) }
}

/// Whether an escape sequence chooses a Japanese character set, in bytes that are otherwise ASCII.
fn has_iso_2022_escape(head: &[u8]) -> bool {
    memchr::memchr_iter(0x1B, head)
        .any(|at| matches!(head.get(at + 1..at + 3), Some([b'$', b'@' | b'B'] | [b'(', b'J' | b'I'])))
        && head.is_ascii()
}

/// Whether bytes are UTF-8, a few damaged places aside: whole multibyte characters must outnumber stray pieces, which in
/// other encodings they never do.
pub(crate) fn is_mostly_utf8(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => return true,
        // Nothing is wrong but that the head ends in a character.
        Err(error) if error.error_len().is_none() && head.len() >= CUT_POSSIBLE => return true,
        Err(_) => {}
    }
    let (mut whole, mut stray) = (0_usize, 0_usize);
    let mut chunks = head.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        whole += chunk.valid().bytes().filter(|b| *b >= FIRST_OF_SEVERAL).count();
        // What the end of the head cut in two is no damage; a lone byte at the end of a small file may be another encoding.
        let cut = chunks.peek().is_none() && (head.len() >= CUT_POSSIBLE || whole > 0);
        stray += usize::from(!chunk.invalid().is_empty() && !cut);
    }
    stray == 0 || whole > stray
}

/// The first byte of a character of several bytes is none below.
const FIRST_OF_SEVERAL: u8 = 0xC0;
/// Heads of at least this many bytes may have been cut in the middle of a character.
const CUT_POSSIBLE: usize = 64 << 10;

/// Whether bytes without a mark are UTF-32: all that they hold are characters of text, which numbers of four bytes are not.
fn is_utf32(head: &[u8], big: bool) -> bool {
    let head = &head[..head.len().min(16 << 10)];
    let characters = || head.chunks_exact(4).map(|unit| super::origin::utf32(unit, big));
    let count = head.len() / 4;
    // Half of the bytes are zero, or nearly.
    if count < 2 || memchr::memchr(0, &head[..4]).is_none() {
        return false;
    }
    let is_text = |c: &char| (!c.is_control() || matches!(c, '\t' | '\n' | '\r')) && *c != char::REPLACEMENT_CHARACTER;
    let known = characters().filter(is_text).count();
    let basic = characters().filter(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='~')).count();
    (count - known) * 100 <= count && basic * 20 >= count
}

/// Whether bytes without a mark are UTF-16: the zero bytes of its spaces, digits and Latin letters all stand on one
/// side, what is read that way holds no control characters, and few scripts.
fn is_utf16(head: &[u8], big: bool) -> bool {
    let head = &head[..head.len().min(16 << 10)];
    let units = || head.chunks_exact(2).map(|pair| unit(pair, big));
    let count = head.len() / 2;
    if count == 0 || memchr::memchr(0, head).is_none() {
        return false;
    }
    let mut pages = [0_u32; 256];
    let (mut basic, mut bad, mut high) = (0_usize, 0_usize, false);
    for unit in units() {
        let plausible = match unit {
            0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0xA0..=0xFF => {
                basic += 1;
                !high
            }
            0..=0xFF | 0xE000..=0xF8FF | 0xFDD0..=0xFDEF | 0xFFFE | 0xFFFF => false,
            0xD800..=0xDBFF => !high,
            0xDC00..=0xDFFF => high,
            _ => {
                pages[usize::from(unit >> 8)] += 1;
                !high
            }
        };
        high = (0xD800..=0xDBFF).contains(&unit);
        bad += usize::from(!plausible);
        if bad * 100 > count {
            return false;
        }
    }
    let printable = head.iter().filter(|b| matches!(b, b'\t' | b'\n' | b'\r' | 0x20..=0x7E)).count();
    // East Asian text has few spaces and digits, but then it is of one script.
    let enough = basic * 20 >= count || (basic >= 4 && east_asian(&pages) * 10 >= pages.iter().sum::<u32>() * 9);
    enough && (head.len() - printable) * 10 >= head.len() * 3 && few_scripts(&pages)
}

/// Characters of the large East Asian ranges.
fn east_asian(pages: &[u32; 256]) -> u32 {
    let large = |page: usize| matches!(page, 0x30 | 0x31 | 0x4E..=0x9F | 0xAC..=0xD7 | 0xFF);
    pages.iter().enumerate().filter(|(page, _)| large(*page)).map(|(_, n)| n).sum()
}

/// Whether the characters above Latin-1 come from a handful of alphabets, or from the large East Asian ranges.
fn few_scripts(pages: &[u32; 256]) -> bool {
    let asian = east_asian(pages);
    let mut alphabets: Vec<u32> = pages.to_vec();
    alphabets.sort_unstable_by(|a, b| b.cmp(a));
    let main: u32 = alphabets.iter().take(4).sum();
    main.max(asian) * 10 >= pages.iter().sum::<u32>() * 9
}

/// The 16-bit unit in two bytes.
pub(super) fn unit(pair: &[u8], big: bool) -> u16 {
    let bytes = [pair[0], pair[1]];
    if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    }

    #[test]
    fn utf16_is_known_without_a_mark() {
        for text in [
            "A",
            "Hi",
            "name;mail\r\n",
            "Привет, мир: 42\r\n",
            "Καλημέρα κόσμε\n",
            "東京都 千代田区 1-1\n",
            "שלום עולם\n",
        ] {
            for big in [false, true] {
                let guess = Encoding::guess(&utf16(text, big));
                assert_eq!(guess, Encoding { charset: Charset::Utf16 { big }, mark: 0 }, "{text}");
            }
        }
    }

    #[test]
    fn utf32_is_known_without_a_mark() {
        for text in ["Hi", "name;mail\r\n", "Привет, мир: 42\r\n", "東京都 千代田区 1-1\n"] {
            for big in [false, true] {
                let bytes = |c: char| if big { u32::from(c).to_be_bytes() } else { u32::from(c).to_le_bytes() };
                let stored: Vec<u8> = text.chars().flat_map(bytes).collect();
                assert_eq!(Encoding::guess(&stored), Encoding { charset: Charset::Utf32 { big }, mark: 0 }, "{text}");
            }
        }
        let numbers: Vec<u8> = (0..100_u32).flat_map(|n| (n * 3).to_le_bytes()).collect();
        assert!(!matches!(Encoding::guess(&numbers).charset, Charset::Utf32 { .. }));
    }

    #[test]
    fn ascii_with_zero_bytes_is_not_utf16() {
        for text in ["key=value\0other=thing\0", "a log line\n\0\0\0another line\n", "abc\0"] {
            assert_eq!(Encoding::guess(text.as_bytes()).charset, Charset::Utf8, "{text:?}");
        }
    }

    #[test]
    fn a_damaged_utf8_text_stays_utf8_and_latin1_does_not() {
        assert_eq!(Encoding::guess(b"\xC3\xA4 \xC3\xB6 \xFF \xC3\xBC").charset, Charset::Utf8);
        assert_eq!(
            Encoding::guess(b"M\xFCller, Gr\xF6\xDFe, Stra\xDFe").charset,
            Charset::Legacy(encoding_rs::WINDOWS_1252)
        );
        assert_eq!(Encoding::guess(b"caf\xE9").charset, Charset::Legacy(encoding_rs::WINDOWS_1252));
        assert_eq!(Encoding::guess(b"\x1b[31mred\x1b[0m").charset, Charset::Utf8);
    }

    #[test]
    fn a_character_cut_by_the_end_of_the_head_is_whole() {
        let mut head = vec![b'a'; CUT_POSSIBLE - 1];
        head.push(0xC3);
        assert_eq!(Encoding::guess(&head).charset, Charset::Utf8);
    }

    #[test]
    fn marks_are_known() {
        let cases: [(&[u8], Charset, usize); 5] = [
            (b"\xEF\xBB\xBFa", Charset::Utf8, 3),
            (b"\xFF\xFEa\0", Charset::Utf16 { big: false }, 2),
            (b"\xFE\xFF\0a", Charset::Utf16 { big: true }, 2),
            (b"\xFF\xFE\0\0a\0\0\0", Charset::Utf32 { big: false }, 4),
            (b"\0\0\xFE\xFF\0\0\0a", Charset::Utf32 { big: true }, 4),
        ];
        for (bytes, charset, mark) in cases {
            assert_eq!(Encoding::guess(bytes), Encoding { charset, mark });
        }
    }
}
