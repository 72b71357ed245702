use super::*;

/// Reads all, asking for the place of every character on the way and releasing behind it.
fn places(bytes: &[u8], chunk: usize) -> (String, Vec<(char, Position)>) {
    let mut decoded = Decoded::with_chunk(bytes, Encoding::guess(bytes), chunk);
    let (mut text, mut places, mut done) = (Vec::new(), Vec::new(), 0);
    loop {
        let more = decoded.more().unwrap();
        let end = decoded.end();
        let fresh = decoded.text(text.len() as u64).to_vec();
        text.extend_from_slice(&fresh);
        // A character whose end is not there yet waits for the next round.
        for (at, c) in String::from_utf8_lossy(&text[done..]).char_indices() {
            let (start, stop) = ((done + at) as u64, (done + at + c.len_utf8()) as u64);
            if stop <= end && (c != char::REPLACEMENT_CHARACTER || !more) {
                places.push((c, decoded.position(start, stop)));
            }
        }
        done = places.iter().map(|(c, _)| c.len_utf8()).sum();
        decoded.release(done as u64);
        if !more {
            assert_eq!(decoded.bytes_read(), bytes.len() as u64);
            return (String::from_utf8(text).unwrap(), places);
        }
    }
}

/// Every character's place against the plain definition, for many chunk sizes.
fn check(text: &str, mark: usize, stored: impl Fn(char) -> Vec<u8>) {
    let mut bytes: Vec<u8> = stored('\u{FEFF}')[..mark].to_vec();
    let (mut line, mut column, mut previous) = (1, 1, ' ');
    let mut expected = Vec::new();
    for c in text.chars() {
        if previous == '\n' || (previous == '\r' && c != '\n') {
            (line, column) = (line + 1, 1);
        }
        let own = stored(c);
        let offset = bytes.len() as u64;
        expected.push((c, Position { line, end_line: line, column, offset, length: own.len() as u64 }));
        bytes.extend(own);
        (column, previous) = (column + 1, c);
    }
    for chunk in [1, 2, 3, 7, 64, 1 << 20] {
        let (decoded, places) = places(&bytes, chunk);
        assert_eq!(decoded, text, "chunk {chunk}");
        assert_eq!(places, expected, "chunk {chunk}");
    }
}

fn legacy(encoding: &'static encoding_rs::Encoding) -> impl Fn(char) -> Vec<u8> {
    move |c| encoding.encode(c.encode_utf8(&mut [0; 4])).0.into_owned()
}

const LATIN: &str = "Name;Straße;Größe\r\nMüller;Königsallee 5;1,80\rÄrzte für Ösen\n\nüber\r\n";
const JAPANESE: &str =
    "氏名、住所、電話番号\r\n山田太郎、東京都千代田区、03-1234-5678\nカタカナとひらがな、漢字を使います。\n";
const MIXED: &str = "a\r\nПривет, мир 1\r😀 日本 x\n\nend";

#[test]
fn utf8() {
    let own = |c: char| c.encode_utf8(&mut [0; 4]).as_bytes().to_vec();
    check(MIXED, 0, own);
    check(MIXED, 3, own);
    check(&JAPANESE.repeat(3), 0, own);
}

#[test]
fn utf16() {
    let own = |big: bool| {
        move |c: char| {
            let bytes = |u: &u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
            c.encode_utf16(&mut [0; 2]).iter().flat_map(bytes).collect::<Vec<_>>()
        }
    };
    for text in [LATIN.to_owned(), LATIN.repeat(40), "x 😀😀😀 y\n".repeat(100)] {
        check(&text, 2, own(false));
        check(&text, 2, own(true));
        check(&text, 0, own(false));
        check(&text, 0, own(true));
    }
}

#[test]
fn utf32() {
    check(&MIXED.repeat(90), 4, |c| (c as u32).to_le_bytes().to_vec());
    check(MIXED, 4, |c| (c as u32).to_be_bytes().to_vec());
    check(&MIXED.repeat(90), 0, |c| (c as u32).to_le_bytes().to_vec());
    check(MIXED, 0, |c| (c as u32).to_be_bytes().to_vec());
}

#[test]
fn older_encodings() {
    check(&LATIN.repeat(20), 0, legacy(encoding_rs::WINDOWS_1252));
    check(&JAPANESE.repeat(20), 0, legacy(encoding_rs::SHIFT_JIS));
    check(&JAPANESE.repeat(20), 0, legacy(encoding_rs::EUC_JP));
    check("Здравствуйте, товарищи! Как ваши дела сегодня?\n", 0, legacy(encoding_rs::WINDOWS_1251));
    check(&"北京市海淀区中关村大街，电话号码和地址\n".repeat(30), 0, legacy(encoding_rs::GBK));
}

#[test]
fn text_without_a_single_space_is_mapped_too() {
    check(&"山田太郎、東京都千代田区カタカナとひらがな".repeat(60), 0, legacy(encoding_rs::SHIFT_JIS));
}

#[test]
fn iso_2022_jp_is_mapped_over_its_escapes() {
    let text = JAPANESE.repeat(30);
    let (bytes, ..) = encoding_rs::ISO_2022_JP.encode(&text);
    for chunk in [1, 3, 64, 1 << 20] {
        let (decoded, places) = places(&bytes, chunk);
        assert_eq!(decoded, text);
        for (c, position) in places {
            let own = &bytes[position.offset as usize..(position.offset + position.length) as usize];
            let alone = legacy(encoding_rs::ISO_2022_JP)(c);
            assert!(own.ends_with(if c.is_ascii() { &alone } else { &alone[3..5] }), "{c}: {own:02x?}");
        }
    }
}

#[test]
fn damaged_text_is_decoded_to_its_end() {
    for bytes in [&b"\xFF\xFEa\0\x00\xD8b\0c"[..], b"\xFF\xFE\0\0a\0\0\0\xFF\xFF\xFF\xFFb\0", b"\x83\x81\x83\x81 \x83"]
    {
        let whole = places(bytes, 1 << 20);
        for chunk in [1, 2, 3, 5] {
            assert_eq!(places(bytes, chunk), whole);
        }
    }
}

#[test]
fn an_error_comes_after_the_text_before_it() {
    struct Broken(usize);
    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 > 1 {
                return Err(io::Error::other("damaged"));
            }
            buffer[..3].copy_from_slice(b"abc");
            Ok(3)
        }
    }
    let mut decoded = Decoded::new(Broken(0), Encoding { charset: Charset::Utf8, mark: 0 });
    assert!(decoded.more().unwrap());
    assert_eq!(decoded.text(0), b"abc");
    assert!(decoded.more().is_err());
    assert!(!decoded.more().unwrap());
}
