use super::*;
use crate::formats::recording::Recording;
use crate::location::Place;
use crate::text::TextSource as _;
use std::io::{Cursor, Write};

/// A compound file of streams by path; storages are made as needed.
fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, bytes) in streams {
        if let Some((storage, _)) = path.rsplit_once('/') {
            file.create_storage_all(storage).unwrap();
        }
        file.create_stream(path).unwrap().write_all(bytes).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A document of two pieces, one of them wide.
fn word(narrow: &str, broad: &str, flags: u16) -> Vec<(&'static str, Vec<u8>)> {
    let mut stream = vec![0; 0x400];
    stream[..2].copy_from_slice(&0xA5EC_u16.to_le_bytes());
    stream[10..12].copy_from_slice(&flags.to_le_bytes());
    let (first, second) = (stream.len() as u32, (stream.len() + narrow.len()) as u32);
    stream.extend(narrow.as_bytes());
    stream.extend(wide(broad));
    let (one, two) = (narrow.len() as u32, broad.encode_utf16().count() as u32);
    let mut table = vec![1, 2, 0, 7, 7, 2];
    table.extend(28_u32.to_le_bytes());
    for at in [0, one, one + two] {
        table.extend(at.to_le_bytes());
    }
    for offset in [(first * 2) | 0x4000_0000, second] {
        table.extend([0, 0]);
        table.extend(offset.to_le_bytes());
        table.extend([0, 0]);
    }
    stream[0x1A6..0x1AA].copy_from_slice(&(table.len() as u32).to_le_bytes());
    stream.resize(stream.len().max(5000), 0);
    vec![("/WordDocument", stream), ("/0Table", table)]
}

fn text_of(format: &Compound, bytes: &[u8]) -> String {
    let (recording, outcome) = Recording::of(format, bytes);
    outcome.unwrap();
    assert!(recording.partials.is_empty(), "{:?}", recording.partials);
    String::from_utf8(recording.text).unwrap()
}

fn kind_of(bytes: &[u8]) -> &'static str {
    crate::formats::recognize(&mut Content::memory(b"x", bytes.to_vec())).unwrap().name()
}

#[test]
fn every_piece_of_a_word_document() {
    let bytes = compound(&word("Body\rcell\x07", "Fußnote\r\u{13}LINK\u{15}", 0));
    assert_eq!(kind_of(&bytes), "doc");
    assert_eq!(text_of(&DOC, &bytes), "Body\ncell\tFußnote\n LINK ");
}

#[test]
fn an_encrypted_word_document_is_called_so() {
    let bytes = compound(&word("x", "y", 0x0100));
    let (_, outcome) = Recording::of(&DOC, &bytes);
    assert!(matches!(outcome, Err(ReadError::Unsupported(Reason::EncryptedDocument, _))));
}

#[test]
fn documents_and_files_inside_a_document() {
    let mut streams = word("Outer\r", "text\r", 0);
    let atom = |kind: u16, body: Vec<u8>| {
        let mut atom = vec![0, 0];
        atom.extend(kind.to_le_bytes());
        atom.extend((body.len() as u32).to_le_bytes());
        atom.extend(body);
        atom
    };
    let mut slides = vec![0x0F, 0, 0xE8, 0x03, 0xFF, 0, 0, 0];
    slides.extend(atom(0x0FA0, wide("Slide\rtwo")));
    slides.extend(atom(0x0FA8, b"Notes \xe9".to_vec()));
    streams.push(("/ObjectPool/_1/PowerPoint Document", slides));
    streams.push(("/ObjectPool/_2/Package", b"PK the package".to_vec()));
    let mut dropped = vec![9, 0, 0, 0, 2, 0];
    dropped.extend(b"list.csv\0C:\\x\\list.csv\0\0\0\x03\0\x03\0\0\0ab\0");
    dropped.extend(7_u32.to_le_bytes());
    dropped.extend(b"a,b\n1,2");
    streams.push(("/ObjectPool/_3/\u{1}Ole10Native", dropped));
    let (recording, outcome) = Recording::of(&DOC, &compound(&streams));
    outcome.unwrap();
    assert_eq!(String::from_utf8(recording.text.clone()).unwrap(), "Outer\ntext\nSlide\ntwo\nNotes é\n");
    assert_eq!(recording.names(), ["ObjectPool/_2/Package", "ObjectPool/_3/list.csv"]);
    assert_eq!(recording.members[1].bytes, b"a,b\n1,2");
}

#[test]
fn a_message_its_recipients_and_attachments() {
    let bytes = compound(&[
        ("/__properties_version1.0", vec![0; 32]),
        ("/__substg1.0_1000001F", wide("The body\r\nends")),
        ("/__substg1.0_0037001F", wide("A subject")),
        ("/__substg1.0_0E1D001F", wide("A subject")),
        ("/__recip_version1.0_#00000000/__substg1.0_3003001E", b"jane@example.com".to_vec()),
        ("/__attach_version1.0_#00000000/__substg1.0_3707001F", wide("notes.txt")),
        ("/__attach_version1.0_#00000000/__substg1.0_37010102", b"attached".to_vec()),
        ("/__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_1000001F", wide("inner body")),
    ]);
    assert_eq!(kind_of(&bytes), "msg");
    let (recording, outcome) = Recording::of(&MSG, &bytes);
    outcome.unwrap();
    assert_eq!(
        String::from_utf8(recording.text.clone()).unwrap(),
        "A subject\nThe body\nends\ninner body\njane@example.com\n"
    );
    assert_eq!(
        (recording.names(), recording.members[0].bytes.as_slice()),
        (vec!["notes.txt".to_owned()], &b"attached"[..])
    );
}

#[test]
fn texts_of_a_workbook_besides_its_cells() {
    let record = |kind: u16, body: &[u8]| [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat();
    let stream = [
        record(0x0809, &[0, 6, 5, 0]),
        record(0x0014, b"\x16\0\0&Lp1@example.com&RPage &P"),
        record(0x001C, b"\x01\0\0\0\0\0\x07\0\x03\0\0Ann"),
        record(0x005C, b"\x03\0\0Bob"),
        record(0x00EC, &drawing::tests::table_of(&[(0x0381, "a picture of Ann")])),
        record(0x000A, b""),
    ]
    .concat();
    let cache = record(0x00CD, b"\x0b\0\x00536-90-4399");
    // An example of a source in the specification.
    let source = b"\x01\x19\xB0\x00abcdefgh\x00ijklmnop\x00qrstuv.".to_vec();
    let bytes = compound(&[
        ("/Workbook", stream),
        ("/_SX_DB_CUR/0001", cache),
        ("/_VBA_PROJECT_CUR/VBA/_VBA_PROJECT", vec![0xCC, 0x61]),
        ("/_VBA_PROJECT_CUR/VBA/dir", vec![]),
        ("/_VBA_PROJECT_CUR/VBA/Module1", [&b"cache\x01\x0c\xB0\0Attribut\x00e 1"[..]].concat()),
        ("/_VBA_PROJECT_CUR/VBA/Module2", source),
    ]);
    let (recording, outcome) = Recording::of(&XLS, &bytes);
    outcome.unwrap();
    assert!(recording.partials.is_empty(), "{:?}", recording.partials);
    let text = String::from_utf8(recording.text.clone()).unwrap();
    assert_eq!(text, "536-90-4399\np1@example.com\nPage\nAnn\nBob\na picture of Ann\n");
    assert_eq!(recording.names(), ["_VBA_PROJECT_CUR/VBA/Module1.bas"]);
    assert_eq!(recording.members[0].bytes, b"Attribute 1");
}

#[test]
fn what_surrounds_an_embedded_file_leaves_nothing_unread() {
    let mut dropped = vec![9, 0, 0, 0, 2, 0];
    dropped.extend(b"a.txt\0C:\\a.txt\0\0\0\x03\0\x03\0\0\0ab\0\x02\0\0\0hi");
    let streams = [("/\u{1}Ole10Native", dropped), ("/\u{1}CompObj", vec![1]), ("/\u{3}ObjInfo", vec![0])];
    let (recording, outcome) = Recording::of(&COMPOUND, &compound(&streams));
    assert!(outcome.is_ok() && recording.names() == ["a.txt"]);
    let unknown = [&streams[..], &[("/Equation Native", vec![1])]].concat();
    assert!(Recording::of(&COMPOUND, &compound(&unknown)).1.is_err());
}

#[test]
fn packed_objects_and_word_art_of_a_presentation() {
    let inner = compound(&[("/\u{1}Ole", vec![0])]);
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&inner).unwrap();
    let body = [&(inner.len() as u32).to_le_bytes()[..], &packed.finish().unwrap()].concat();
    let mut slides = vec![0x10, 0, 0x11, 0x10];
    slides.extend((body.len() as u32).to_le_bytes());
    slides.extend(body);
    slides.extend(drawing::tests::table_of(&[(0x00C0, "DRAFT for Ann")]));
    let (recording, outcome) = Recording::of(&PPT, &compound(&[("/PowerPoint Document", slides)]));
    outcome.unwrap();
    assert!(recording.partials.is_empty(), "{:?}", recording.partials);
    assert_eq!((recording.names(), &recording.members[0].bytes), (vec!["object1".to_owned()], &inner));
    assert_eq!(recording.text, b"DRAFT for Ann\n");
}

#[test]
fn word_95_in_the_letters_of_its_machine_and_language() {
    let text = |mark: u16, made_on: u8, told: u16| {
        let mut stream = vec![0; 0x300];
        stream[..2].copy_from_slice(&mark.to_le_bytes());
        stream[0x12] = made_on;
        stream[6..8].copy_from_slice(&0x409_u16.to_le_bytes());
        stream[0x18..0x20].copy_from_slice(&[0, 3, 0, 0, 3, 3, 0, 0]);
        stream.extend(b"\x8e\xe9\xff");
        let mut set = vec![0; 48];
        (set[24], set[44]) = (1, 48);
        set.extend([24, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0, 2, 0, 0, 0]);
        set.extend(u32::from(told).to_le_bytes());
        text_of(&DOC, &compound(&[("/WordDocument", stream), ("/\u{5}SummaryInformation", set)]))
    };
    assert_eq!(text(0xA5DC, 0, 1251), "Ћйя");
    assert_eq!(text(0xA699, 0, 65001), "Žéÿ");
    assert_eq!(text(0xA5DC, 1, 1251), "éÈˇ");
}

#[test]
fn text_that_a_fast_save_left_behind() {
    let mut streams = word("kept\r", "", 0);
    streams[0].1[0x405..0x415].copy_from_slice(b"\0removed words\0\0");
    streams[0].1[0x18..0x20].copy_from_slice(&[0, 4, 0, 0, 0x15, 4, 0, 0]);
    assert_eq!(text_of(&DOC, &compound(&streams)), "kept\n\nremoved words\n");
}

#[test]
fn values_of_many_times_and_code_pages_of_a_message() {
    let mut rows = vec![0; 32];
    for (tag, value) in
        [(0x3FDE_0003_u32, 65001_u64), (0x3FFD_0003, 1252), (0x3A42_0040, 119_600_064_000_000_000), (0x3007_0040, 7)]
    {
        rows.extend(tag.to_le_bytes());
        rows.extend([6, 0, 0, 0]);
        rows.extend(value.to_le_bytes());
    }
    let bytes = compound(&[
        ("/__properties_version1.0", rows),
        ("/__substg1.0_0037001E", b"Gr\xfc\xdfe".to_vec()),
        ("/__substg1.0_3A58101F", vec![9, 0, 0, 0]),
        ("/__substg1.0_3A58101F-00000000", wide("Ann")),
        ("/__substg1.0_3A58101F-00000001", wide("Ben")),
        ("/__substg1.0_3A59101E-00000000", b"caf\xe9".to_vec()),
    ]);
    assert_eq!(text_of(&MSG, &bytes), "Grüße\nAnn\nBen\ncafé\nBirthday: 1980-01-01\n");
}

#[test]
fn a_workbook_with_a_hidden_sheet() {
    let bytes = include_bytes!("../../../tests/data/book.xls");
    assert_eq!(kind_of(bytes), "xls");
    let text = text_of(&XLS, bytes);
    for part in ["Staff list 2025", "SSN", "536-90-4399", "1980-05-17", "Jörg Muster", "51234.5", "SSN 536-90-4399"] {
        assert!(text.lines().any(|line| line == part), "{part} in {text}");
    }
}

#[test]
fn cells_have_places_and_the_names_of_their_columns() {
    let mut content = Content::memory(b"x", include_bytes!("../../../tests/data/book.xls").to_vec());
    let mut container = Container::open(content.look().unwrap()).unwrap();
    let mut cells = RecordText::new(xls::open(&mut container, "", &[]).unwrap());
    let mut block = crate::text::Block::default();
    while cells.fill(&mut block).unwrap() {}
    let fields = block.fields.clone();
    let mut place = |wanted: &str| {
        let text =
            |field: &&crate::text::Field| &block.text[field.start as usize..field.end as usize] == wanted.as_bytes();
        let field = fields.iter().find(text).unwrap();
        let Place::Cell { sheet, row, column, column_name } = cells.place(field) else { panic!() };
        (sheet.unwrap(), row, column, column_name)
    };
    assert_eq!(place("Staff list 2025"), ("Staff".to_owned(), 1, 1, None));
    assert_eq!(place("1980-05-17"), ("Staff".to_owned(), 4, 3, Some("Born".to_owned())));
    assert_eq!(place("1979-05-25"), ("Staff".to_owned(), 5, 3, Some("Born".to_owned())));
    assert_eq!(place("SSN 536-90-4399"), ("Hidden".to_owned(), 2, 1, Some("passport".to_owned())));
}

#[test]
fn unknown_kinds_are_listed() {
    let bytes = compound(&[("/Contents", b"anything".to_vec())]);
    assert_eq!(kind_of(&bytes), "ole");
    let control = compound(&[("/VersionTable", b"\x01\x02a text of its own\0\0".to_vec())]);
    let (recording, outcome) = Recording::of(&COMPOUND, &control);
    assert!(outcome.is_ok() && recording.text == b"a text of its own\n");
    assert!(matches!(recording.partials[..], [(Reason::UnsupportedFormat, _)]), "{:?}", recording.partials);
    let none = compound(&[("/Numbers", vec![1, 2, 3])]);
    let (_, outcome) = Recording::of(&COMPOUND, &none);
    assert!(matches!(outcome, Err(ReadError::Unsupported(Reason::UnsupportedFormat, _))));
}

#[test]
fn damage_is_never_silent() {
    let whole = compound(&word(&"narrow words ".repeat(400), &"broad words ".repeat(400), 0));
    let (all, _) = Recording::of(&DOC, &whole);
    for cut in (97..whole.len()).step_by(97) {
        let mut content = Content::memory(b"x", whole[..cut].to_vec());
        let Some(format) = crate::formats::recognize(&mut content) else { continue };
        let (recording, outcome) = Recording::of(format, &whole[..cut]);
        let is_told = outcome.is_err() || !recording.partials.is_empty();
        assert!(is_told || recording.text == all.text, "{} bytes of {}", cut, whole.len());
    }
}

#[test]
fn flipped_bits_do_no_harm() {
    let files = [
        compound(&word("narrow words", "broad words", 0)),
        include_bytes!("../../../tests/data/book.xls").to_vec(),
        include_bytes!("../../../tests/data/protected.xls").to_vec(),
        include_bytes!("../../../tests/data/agile.xlsx")[..2048].to_vec(),
    ];
    let mut state = 1_u64;
    for file in files {
        for _ in 0..400 {
            let mut bytes = file.clone();
            for _ in 0..4 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (state >> 33) as usize % bytes.len();
                bytes[at] ^= 1 << (state >> 60 & 7);
            }
            let mut content = Content::memory(b"x", bytes.clone());
            if let Some(format) = crate::formats::recognize(&mut content) {
                let _ = Recording::of(format, &bytes);
            }
        }
    }
}

/// Reads with a password, as told by the kind of file.
fn opened(bytes: &[u8], password: &[u8]) -> (Recording, Result<(), ReadError>) {
    let mut content = Content::memory(b"x", bytes.to_vec());
    content.set_passwords(&crate::formats::Passwords::new(vec![b"wrong".to_vec(), password.to_vec()]));
    let format = crate::formats::recognize(&mut content).unwrap();
    let mut recording = Recording::default();
    let outcome = format.read(&mut content, &mut recording);
    (recording, outcome)
}

#[test]
fn old_encryption_opens_with_its_password() {
    let plain = text_of(&XLS, include_bytes!("../../../tests/data/book.xls"));
    let protected: &[u8] = include_bytes!("../../../tests/data/protected.xls");
    let obfuscated: &[u8] = include_bytes!("../../../tests/data/obfuscated.xls");
    let word: &[u8] = include_bytes!("../../../tests/data/locked.doc");
    for (file, password, text) in [
        (protected, "no need for one", plain.lines().next()),
        (obfuscated, "open sesame", plain.lines().next()),
        (word, "open sesame", Some("SSN: 536-90-4399")),
    ] {
        let (recording, outcome) = opened(file, password.as_bytes());
        outcome.unwrap();
        assert!(recording.partials.is_empty(), "{:?}", recording.partials);
        let read = String::from_utf8(recording.text).unwrap();
        assert_eq!(read.lines().next(), text);
        assert!(read.contains("536-90-4399"), "{read}");
    }
    for file in [obfuscated, word] {
        let (recording, outcome) = opened(file, b"close sesame");
        assert!(matches!(outcome, Err(ReadError::Unsupported(Reason::EncryptedDocument, _))));
        assert!(recording.text.is_empty());
    }
}

#[test]
fn encrypted_packages_open_with_their_password() {
    let bytes = include_bytes!("../../../tests/data/agile.xlsx");
    assert_eq!(kind_of(bytes), "encrypted-office");
    let read = |password: &[u8]| {
        let mut content = Content::memory(b"x", bytes.to_vec());
        content.set_passwords(&crate::formats::Passwords::new(vec![b"wrong".to_vec(), password.to_vec()]));
        let mut recording = Recording::default();
        let outcome = ENCRYPTED_OFFICE.read(&mut content, &mut recording);
        (recording, outcome)
    };
    let (recording, outcome) = read(b"open sesame");
    outcome.unwrap();
    assert!(recording.streams[0].bytes.starts_with(b"PK\x03\x04"));
    let (recording, outcome) = read(b"open says me");
    assert!(
        matches!(outcome, Err(ReadError::Unsupported(Reason::EncryptedDocument, _))) && recording.streams.is_empty()
    );
}

/// An entry of a directory: name, kind, the next one at its side and the first one below it, where its stream lies.
fn entry(name: &str, kind: u8, next: u32, below: u32, (start, size): (u32, u32)) -> Vec<u8> {
    let mut entry = wide(name);
    let length = entry.len() as u16 + 2;
    entry.resize(64, 0);
    entry.extend(length.to_le_bytes());
    entry.extend([kind, 1]);
    for link in [u32::MAX, next, below] {
        entry.extend(link.to_le_bytes());
    }
    entry.resize(116, 0);
    entry.extend(start.to_le_bytes());
    entry.extend(size.to_le_bytes());
    entry.resize(128, 0);
    entry
}

/// A compound file without tables, whose sectors follow each other: the directory, then one piece of content.
fn untabled(entries: &[Vec<u8>], content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 512];
    bytes[..8].copy_from_slice(container::MARK);
    bytes[30] = 9;
    bytes[60..64].fill(0xFF);
    bytes[68..512].fill(0xFF);
    bytes.extend(entries.concat());
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes.extend(content);
    bytes
}

#[test]
fn a_directory_without_a_tree_takes_no_more_than_its_time() {
    const COUNT: usize = 60_000;
    let root = entry("Root Entry", 5, u32::MAX, u32::MAX, (0, 0));
    let lost = entry("x", 2, u32::MAX, u32::MAX, (0, 0));
    let mut bytes = Cursor::new(untabled(&[vec![root], vec![lost; COUNT]].concat(), b""));
    assert_eq!(Container::open(&mut bytes).unwrap().entries().len(), COUNT);
}

#[test]
fn paths_that_grow_with_depth_are_bounded() {
    let name = "n".repeat(31);
    let mut entries = vec![entry("Root Entry", 5, u32::MAX, 1, (0, 0))];
    entries.extend((2..250).map(|below| entry(&name, 1, u32::MAX, below, (0, 0))));
    entries.extend((250..20_000).map(|next| entry(&name, 2, next, u32::MAX, (0, 0))));
    let mut bytes = Cursor::new(untabled(&entries, b""));
    let container = Container::open(&mut bytes).unwrap();
    let paths: usize = container.entries().iter().map(|entry| entry.path.len()).sum();
    assert!((60 << 20..=64 << 20).contains(&paths) && container.is_damaged(), "{paths}");
}

#[test]
fn streams_that_share_their_bytes_are_bounded_in_all() {
    const SIZE: usize = 1 << 20;
    const COUNT: usize = 200;
    let mut entries = vec![
        entry("Root Entry", 5, u32::MAX, 1, (0, 0)),
        entry("__properties_version1.0", 2, 2, u32::MAX, (u32::MAX - 1, 0)),
    ];
    let sector = ((2 + COUNT * 2) * 128).div_ceil(512) as u32;
    for number in 0..COUNT as u32 {
        let at = entries.len() as u32;
        let next = if number as usize + 1 < COUNT { at + 2 } else { u32::MAX };
        entries.push(entry(&format!("__attach_version1.0_#{number:08}"), 1, next, at + 1, (0, 0)));
        entries.push(entry("__substg1.0_37010102", 2, u32::MAX, u32::MAX, (sector, SIZE as u32)));
    }
    let bytes = untabled(&entries, &vec![b'x'; SIZE]);
    assert_eq!(kind_of(&bytes), "msg");
    let (recording, outcome) = Recording::of(&MSG, &bytes);
    assert!(outcome.is_ok() && !recording.partials.is_empty());
    let given: usize = recording.members.iter().map(|member| member.bytes.len()).sum();
    assert!((SIZE..=bytes.len() * 6).contains(&given) && recording.members[0].bytes.len() == SIZE, "{given}");
}

/// A record of a workbook.
fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat()
}

/// A workbook of Excel 2: a header, a string, a number in a format, a formula with a string.
fn excel_2() -> Vec<u8> {
    let cell = |row: u8, column: u8, format: u8, rest: &[u8]| [&[row, 0, column, 0, 0, format, 0], rest].concat();
    let label = |row: u8, column: u8, text: &str| {
        record(4, &cell(row, column, 0, &[&[text.len() as u8], text.as_bytes()].concat()))
    };
    let format = |code: &str| record(0x1E, &[&[code.len() as u8], code.as_bytes()].concat());
    let formula = [&[0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 6, 0x17, 4][..], b"deep"].concat();
    [
        record(9, &[2, 0, 0x10, 0]),
        format("General"),
        format("000-00-0000"),
        label(0, 0, "Name"),
        label(0, 1, "SSN"),
        label(1, 0, "Ann"),
        record(3, &cell(1, 1, 1, &536_904_399_f64.to_le_bytes())),
        record(2, &cell(2, 0, 0, &[77, 0])),
        record(6, &cell(2, 1, 0, &formula)),
        record(7, b"\x04text"),
        record(10, &[]),
    ]
    .concat()
}

#[test]
fn workbooks_without_a_container() {
    let bytes = excel_2();
    assert_eq!(kind_of(&bytes), "xls");
    let (recording, outcome) = Recording::of(&XLS, &bytes);
    assert!(outcome.is_ok() && recording.partials.is_empty(), "{:?}", recording.partials);
    assert_eq!(String::from_utf8_lossy(&recording.text), "Name\nSSN\nAnn\n536-90-4399\n77\ndeep\ntext\n");
    for end in 8..bytes.len() {
        assert!(!Recording::of(&XLS, &bytes[..end]).0.partials.is_empty(), "{end}");
    }
    // Excel 4: a workbook with a named sheet.
    let label = [&[0, 0, 0, 0, 0, 0, 3, 0][..], b"Ann"].concat();
    let book = [
        record(0x409, &[0, 0, 0, 1, 0, 0]),
        record(0x8F, b"\0\0\0\0\x05Staff"),
        record(0x409, &[0, 0, 0x10, 0, 0, 0]),
        record(0x443, &[0; 12]),
        record(0x204, &label),
        record(0x27E, &[0, 0, 1, 0, 0, 0, 0x37, 1, 0, 0]),
        record(10, &[]),
    ];
    let (recording, _) = Recording::of(&XLS, &book.concat());
    assert_eq!(String::from_utf8_lossy(&recording.text), "Ann\n0.77\nStaff\n");
    assert_eq!(kind_of(b"\x09\x00\x04\x00text that begins with a tab"), "text");
}

#[test]
fn documents_of_word_2() {
    let mut bytes = vec![0; 0x180];
    bytes[..4].copy_from_slice(&[0xDB, 0xA5, 0x2D, 0]);
    bytes[0x18..0x20].copy_from_slice(&[0x80, 1, 0, 0, 0x8F, 1, 0, 0]);
    bytes.extend(b"SSN 536-90-4399\0\0\x0Eann@example.com\0");
    assert_eq!(kind_of(&bytes), "doc");
    let (recording, outcome) = Recording::of(&DOC, &bytes);
    assert!(outcome.is_ok() && recording.partials.is_empty());
    assert_eq!(String::from_utf8_lossy(&recording.text), "SSN 536-90-4399\nann@example.com\n");
    bytes[11] = 1;
    let (_, outcome) = Recording::of(&DOC, &bytes);
    assert!(matches!(outcome, Err(ReadError::Unsupported(Reason::EncryptedDocument, _))));
}

#[test]
fn what_newer_versions_added_to_a_presentation() {
    let string = |text: &str| {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&[0, 0, 0xBA, 0x0F][..], &(wide.len() as u32).to_le_bytes(), &wide].concat()
    };
    let tag = |body: &[u8]| [&[0, 0, 0x8B, 0x13][..], &(body.len() as u32).to_le_bytes(), body].concat();
    let inner = string("a comment");
    let comment = [&[0x0F, 0, 0xE0, 0x2E][..], &(inner.len() as u32).to_le_bytes(), &inner].concat();
    let slides = [tag(&comment), tag(b"no records, but a note of some program"), string("behind")].concat();
    let (recording, outcome) = Recording::of(&PPT, &compound(&[("/PowerPoint Document", slides)]));
    assert!(outcome.is_ok() && recording.partials.is_empty(), "{:?}", recording.partials);
    assert_eq!(String::from_utf8_lossy(&recording.text), "a comment\nbehind\n");
}
