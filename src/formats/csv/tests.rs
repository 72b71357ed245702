use super::*;
use crate::location::{Place, Position};
use crate::text::{Block, Field, Label, TextSource};

/// A cell as a test sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) text: String,
    pub(crate) label: Label,
    pub(crate) names: Vec<String>,
    pub(crate) place: Place,
    pub(crate) position: Position,
}

impl Seen {
    pub(crate) fn of(source: &mut dyn TextSource, field: &Field, block: &Block) -> Self {
        let text = &block.text[(field.start - block.base) as usize..(field.end - block.base) as usize];
        Self {
            text: String::from_utf8_lossy(text).into_owned(),
            label: field.label,
            names: source.names(field.label),
            place: source.place(field),
            position: source.position(field.start, field.end),
        }
    }
}

/// All fields of a source, with the block emptied behind finished ones, as the detector does.
pub(crate) fn drain(source: &mut dyn TextSource) -> Vec<Seen> {
    let mut block = Block::default();
    let (mut seen, mut kept) = (Vec::new(), Vec::new());
    loop {
        let more = source.fill(&mut block).unwrap();
        let keep = usize::from(more);
        // The last field may go on, so it waits.
        while block.fields.len() > keep {
            let field = block.fields.remove(0);
            kept.push(field);
            seen.push(Seen::of(source, &field, &block));
        }
        let release = block.fields.first().map_or(block.end(), |field| field.start);
        let gone = (release - block.base) as usize;
        block.text.drain(..gone);
        block.base = release;
        source.release(release);
        if !more {
            return seen;
        }
    }
}

fn table(bytes: &[u8], chunk: usize) -> Vec<Seen> {
    let encoding = Encoding::guess(bytes);
    let dialect = sniff(&head_text(bytes, encoding), true, "csv").unwrap();
    drain(&mut Table::new(Decoded::with_chunk(bytes, encoding, chunk), dialect))
}

/// The cells as (row, column, name, text), the same for all chunk sizes.
fn cells(bytes: &[u8]) -> Vec<(u64, u64, Option<String>, String)> {
    let whole = table(bytes, 1 << 20);
    for chunk in [1, 2, 3, 7, 64] {
        assert_eq!(table(bytes, chunk), whole, "chunk {chunk}");
    }
    let cell = |seen: Seen| match seen.place {
        Place::Cell { row, column, column_name, .. } => (row, column, column_name, seen.text),
        _ => (1, 0, None, seen.text),
    };
    whole.into_iter().map(cell).collect()
}

fn short(bytes: &[u8]) -> Vec<(u64, u64, String)> {
    cells(bytes).into_iter().map(|(row, column, _, text)| (row, column, text)).collect()
}

#[test]
fn cells_have_rows_columns_and_names() {
    let name = |n: &str| Some(n.to_owned());
    let expected = [
        (1, 0, None, "name".to_owned()),
        (1, 0, None, "ssn".to_owned()),
        (2, 1, name("name"), "Ann".to_owned()),
        (2, 2, name("ssn"), "536-90-4399".to_owned()),
        (4, 1, name("name"), "Bob".to_owned()),
        (4, 3, None, "more".to_owned()),
    ];
    for newline in ["\n", "\r\n", "\r"] {
        let text = "\u{feff}name,ssn\nAnn,536-90-4399\n\nBob,,more\n".replace('\n', newline);
        assert_eq!(cells(text.as_bytes()), expected, "{newline:?}");
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(cells(&utf16), expected, "{newline:?}");
    }
}

#[test]
fn quotes_are_taken_off_and_places_stay_exact() {
    let text = "name,note\n\"Lee, \"\"Ann\"\"\",\"two\nlines\"\n \"Bob\" ,x\n\"\",\"a\"b\n";
    let seen = table(text.as_bytes(), 1 << 20);
    let texts: Vec<&str> = seen.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(texts, ["name", "note", "Lee, \"Ann\"", "two\nlines", "Bob", "x", "a", "b"]);
    for cell in &seen {
        let position = cell.position;
        let own = &text[position.offset as usize..(position.offset + position.length) as usize];
        assert_eq!(own.replace("\"\"", "\""), cell.text);
    }
    assert_eq!(seen[3].position, Position { line: 2, end_line: 3, column: 17, offset: 26, length: 9 });
    assert_eq!(short(text.as_bytes())[5], (3, 2, "x".to_owned()));
}

#[test]
fn a_quote_that_never_closes_swallows_nothing() {
    let text = format!("name,size\nAnn,\"6 inch\n{}", "Bob,5\n".repeat(10));
    let cells = short(text.as_bytes());
    assert_eq!(cells.len(), 24);
    assert_eq!(cells[3], (2, 2, "\"6 inch".to_owned()));
    let far = format!("name,size\nAnn,\"6 inch\n{}Cid,5\"", "Bob,5\n".repeat(1200));
    assert_eq!(table(far.as_bytes(), 1000).len(), 2 + 2 + 2400 + 2);
}

#[test]
fn a_declared_delimiter_is_used_and_its_line_is_no_row() {
    assert_eq!(short(b"sep=;\r\na;b\r\nx;y,z\r\n")[3..], [(2, 1, "x".to_owned()), (2, 2, "y,z".to_owned())]);
}

/// Shapes of tables from the wild: what stands above and around the header must not cost the labels. The last row holds
/// `536-90-4399` under a name with `ssn`, in this row of the file.
#[test]
fn headers_are_found_in_real_files() {
    let long = format!("name,ssn,note\nAnn,1,\"{}\"\nBob,536-90-4399,x\n", "x".repeat(80 << 10));
    let cases: &[(&str, u64)] = &[
        ("\nname,ssn\nAnn,536-90-4399\n", 3),
        ("\r\n\r\nname;ssn\r\nAnn;536-90-4399\r\n", 4),
        ("Customer export 2025\nname,ssn\nAnn,536-90-4399\n", 3),
        ("Customer export 2025,,\nby Ann,,\n\nname,ssn,city\nAnn,536-90-4399,Rome\n", 5),
        ("Export, made 2025-01-02\nname,ssn,city\nAnn,536-90-4399,Rome\nBob,536-90-4399,Rome\n", 4),
        ("# made by a tool, version 1\nname,ssn,city\nAnn,536-90-4399,Rome\n", 3),
        ("#name,ssn,city\nAnn,536-90-4399,Rome\nBob,536-90-4399,Rome\n", 3),
        ("# name,ssn\nAnn,1\nBob,536-90-4399\n", 3),
        ("sep=;\r\nname;ssn\r\nAnn;536-90-4399\r\n", 2),
        ("\nsep=;\nname;ssn\nAnn;536-90-4399\n", 2),
        ("\"sep=;\"\nname;ssn\nAnn;536-90-4399\n", 2),
        ("\u{feff}name,ssn,2024-01-01\nAnn,536-90-4399,5\n", 2),
        ("name,ssn,2024-01-01,2024-02-01\nAnn,536-90-4399,5,6\n", 2),
        ("name,ssn,1\nAnn,536-90-4399,x\n", 2),
        ("name,ssn,2024,Sales 2025\nAnn,536-90-4399,5,6\n", 2),
        ("name,,ssn,\nAnn,x,536-90-4399,\n", 2),
        (",ssn\n0,536-90-4399\n", 2),
        ("name;ssn;\nAnn;536-90-4399;\n", 2),
        ("name;ssn\nAnn;536-90-4399;\nBob;536-90-4399;\n", 3),
        ("name\tssn\nAnn\t536-90-4399\n", 2),
        ("name|ssn\nAnn|536-90-4399\n", 2),
        ("\"last, first\",\"the\nssn\"\n\"Lee, Ann\",536-90-4399\n", 2),
        ("name,ssn,note\nAnn,1\nBob,2,x,y\nCid\nDan,536-90-4399,z,z,z\n", 5),
        ("ssn\n536-90-4399\n", 2),
        ("Staff list\n\nssn\n1\n536-90-4399\n", 5),
        ("'name','ssn'\n'Lee, Ann','1'\n'Bob','536-90-4399'\n", 3),
        ("name,ssn\rAnn,1\rBob,536-90-4399\r", 3),
        // A bank's export: pairs, a blank line, the table.
        ("Konto;DE02120300000000202051\nStand;01.02.2025\n\nDatum;Betrag;SSN\n01.02.2025;5,00;536-90-4399\n", 5),
        ("Account;12345678\n\nname;ssn\nAnn;536-90-4399\n", 4),
        (&long, 3),
    ];
    for (text, row) in cases {
        let encoding = Encoding::guess(text.as_bytes());
        let head = &text.as_bytes()[..text.len().min(64 << 10)];
        let dialect = sniff(&head_text(head, encoding), text.len() == head.len(), "csv");
        let dialect = dialect.unwrap_or_else(|| panic!("no table: {text:.80}"));
        let seen = drain(&mut Table::new(Decoded::with_chunk(text.as_bytes(), encoding, 1 << 20), dialect));
        let found = seen.iter().rfind(|cell| cell.text == "536-90-4399").unwrap();
        assert!(found.names.concat().to_lowercase().contains("ssn"), "{text:.80}: {found:?}");
        assert!(matches!(found.place, Place::Cell { row: at, .. } if at == *row), "{text:.80}: {found:?}");
    }
}

#[test]
fn what_stands_above_the_header_is_one_value_of_lines() {
    let text = "Report of Ann, ssn 536-90-4399\n\nname,city,zip\nAnn,Rome,1\nBob,Rome,2\n";
    let seen = table(text.as_bytes(), 1 << 20);
    assert_eq!((seen[0].text.as_str(), &seen[0].place), ("Report of Ann, ssn 536-90-4399\n\n", &Place::Lines));
    assert_eq!(seen[1].text, "name");
    assert_eq!(cells(text.as_bytes())[4], (4, 1, Some("name".to_owned()), "Ann".to_owned()));
}

#[test]
fn a_first_row_of_data_stays_data() {
    for text in [
        "Ann,536-90-4399\nBob,536-90-4398\n",
        "Ann,Rome,2024-01-01\nBob,Paris,2024-01-02\n",
        "visa card,Ann,1200\nmaster card,Bob,900\n",
        "1,2,3\n4,5,6\n",
    ] {
        let seen = table(text.as_bytes(), 1 << 20);
        assert!(matches!(&seen[0].place, Place::Cell { row: 1, column_name: None, .. }), "{text}");
    }
}

#[test]
fn older_encodings_have_names_and_places_of_stored_bytes() {
    let text = "Name;Straße;Größe\r\nMüller;Königsallee 5;1,80\r\nGroß;Mühlenstraße 7;1,70\r\n";
    let (bytes, ..) = encoding_rs::WINDOWS_1252.encode(text);
    assert_eq!(cells(&bytes)[4], (2, 2, Some("Straße".to_owned()), "Königsallee 5".to_owned()));
    let seen = &table(&bytes, 1 << 20)[4];
    assert_eq!(seen.position, Position { line: 2, end_line: 2, column: 8, offset: 26, length: 13 });
}

#[test]
fn both_media_types_are_recognised() {
    let mut csv = Content::memory(b"x", b"id,name\n1,a\n2,b\n".to_vec());
    assert!(CSV.recognizes(&mut csv) && !TSV.recognizes(&mut csv));
    let mut tsv = Content::memory(b"x", b"id\tname\n1\ta\n2\tb\n".to_vec());
    assert!(!CSV.recognizes(&mut tsv) && TSV.recognizes(&mut tsv));
    assert!(!CSV.recognizes(&mut Content::memory(b"x.csv", b"\x89PNG\r\n\x1a\n\0,\n\0,\n".to_vec())));
}

proptest::proptest! {
    #[test]
    fn any_text_gives_the_same_cells_in_any_pieces(text in "[a,\"\n\r é]{0,300}", chunk in 1_usize..9) {
        let text = format!("x,y\n{text}");
        let read = |chunk| {
            let encoding = Encoding::guess(text.as_bytes());
            drain(&mut Table::new(Decoded::with_chunk(text.as_bytes(), encoding, chunk), Dialect::default()))
        };
        proptest::prop_assert_eq!(read(chunk), read(1 << 20));
    }
}
