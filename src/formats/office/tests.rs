use super::super::recording::Recording;
use super::*;
use crate::status::Reason;
use ::zip::CompressionMethod;
use ::zip::write::{SimpleFileOptions, ZipWriter};
use std::io::{Cursor, Write};

/// A zip of parts; the first is stored, as a media type must be.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (index, (name, content)) in parts.iter().enumerate() {
        let method = if index == 0 { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn docx(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    let mut parts = vec![("[Content_Types].xml", "<Types/>"), ("word/document.xml", document.as_str())];
    parts.extend(more);
    package(&parts)
}

fn text_of(format: &dyn Format, bytes: &[u8]) -> String {
    assert_eq!(recognized(bytes), format.name());
    let (recording, result) = Recording::of(format, bytes);
    assert!(result.is_ok() && recording.partials.is_empty(), "{result:?} {:?}", recording.partials);
    String::from_utf8(recording.text).unwrap()
}

fn recognized(bytes: &[u8]) -> &'static str {
    crate::formats::recognize(&mut Content::memory(b"", bytes.to_vec())).map_or("", Format::name)
}

fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

#[test]
fn words_joined_in_a_paragraph_are_joined_in_the_text() {
    let body = format!(
        "<w:p>{}{}<w:r><w:noBreakHyphen/></w:r>{}</w:p><w:tbl><w:tr><w:tc><w:p>{}</w:p></w:tc><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl><w:p>{}</w:p>",
        run("536-"),
        run("90"),
        run("4399"),
        run("a"),
        run("b"),
        run("x &amp; &#228;")
    );
    assert_eq!(text_of(&DOCX, &docx(&body, &[])), "536-90-4399\na\tb\nx & ä\n");
}

#[test]
fn what_hangs_on_a_paragraph_stands_behind_it() {
    let body = format!(
        "<w:p>{}<w:del><w:r><w:delText>536-90-4399</w:delText></w:r></w:del><w:ins>{}</w:ins><w:r><w:instrText>HYPERLINK \"mail</w:instrText></w:r>\
         <w:r><w:instrText>to:x\"</w:instrText></w:r><w:r><w:fldChar/></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p>{}</w:p></w:txbxContent></mc:Choice>\
         <mc:Fallback><w:pict><w:txbxContent><w:p>{}</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>{}</w:p><w:p>{}</w:p>",
        run("SSN "),
        run("none"),
        run("box"),
        run("box"),
        run("!"),
        run("next")
    );
    let text = text_of(&DOCX, &docx(&body, &[]));
    assert_eq!(text, "SSN none!\nSSN 536-90-4399\nHYPERLINK \"mailto:x\"\nbox\nnext\n");
}

#[test]
fn every_part_is_text_or_a_member() {
    let rels = r#"<Relationships><Relationship Id="r" Type="h" Target="mailto:ann@example.com" TargetMode="External"/></Relationships>"#;
    let more = [
        ("word/footnotes.xml", "<w:footnotes><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnotes>"),
        (
            "word/comments.xml",
            "<w:comments><w:comment w:author='Ann Lee'><w:p><w:r><w:t>remark</w:t></w:r></w:p></w:comment></w:comments>",
        ),
        (
            "docProps/custom.xml",
            "<Properties><property name='SSN'><vt:lpwstr>536-90-4399</vt:lpwstr></property></Properties>",
        ),
        ("word/_rels/document.xml.rels", rels),
        ("word/media/image1.png", "picture"),
        ("word/embeddings/sheet.xlsx", "book"),
        ("customXml/item1.xml", "<x>y</x>"),
    ];
    let (recording, result) = Recording::of(&DOCX, &docx("", &more));
    assert!(result.is_ok());
    let text = String::from_utf8(recording.text.clone()).unwrap();
    for word in ["note\n", "remark\n", "Ann Lee\n", "SSN: 536-90-4399\n", "mailto:ann@example.com\n"] {
        assert!(text.contains(word), "{word} {text}");
    }
    assert_eq!(recording.names(), ["customXml/item1.xml", "word/embeddings/sheet.xlsx", "word/media/image1.png"]);
}

#[test]
fn slides_come_in_their_order() {
    let slide = |text: &str| format!("<p:sld><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>");
    let bytes = package(&[
        ("[Content_Types].xml", ""),
        (
            "ppt/presentation.xml",
            r#"<p><p:sldIdLst><p:sldId id="256" r:id="b"/><p:sldId id="257" r:id="a"/></p:sldIdLst></p>"#,
        ),
        (
            "ppt/_rels/presentation.xml.rels",
            r#"<R><Relationship Id="a" Type="x/slide" Target="slides/slide1.xml"/><Relationship Id="b" Type="x/slide" Target="slides/slide2.xml"/></R>"#,
        ),
        ("ppt/slides/slide1.xml", &slide("second")),
        ("ppt/slides/slide2.xml", &slide("first")),
        (
            "ppt/slides/_rels/slide2.xml.rels",
            r#"<R><Relationship Id="n" Type="x/notesSlide" Target="../notesSlides/notesSlide9.xml"/></R>"#,
        ),
        ("ppt/notesSlides/notesSlide9.xml", &slide("note")),
        ("ppt/slideMasters/slideMaster1.xml", &slide("master")),
    ]);
    assert_eq!(text_of(&PPTX, &bytes), "first\nnote\nsecond\nmaster\n");
}

const BOOK: &str = r#"<workbook><workbookPr date1904="0"/><sheets><sheet name="Staff" sheetId="1" r:id="r1"/><sheet name="Old" state="veryHidden" r:id="r2"/></sheets>
    <definedNames><definedName name="pin">"7391"</definedName></definedNames></workbook>"#;
const BOOK_RELS: &str = r#"<R><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="r2" Type="x/worksheet" Target="/xl/worksheets/sheet1.xml"/></R>"#;
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000\-00\-0000"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;
const STAFF: &str = r#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Our staff</t></is></c></row>
    <row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" t="inlineStr"><is><t>Born</t></is></c></row>
    <row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4" s="2"><v>536904399</v></c><c r="C4" s="1"><v>29356</v></c></row>
    <row><c t="str"><f>IF(A1="","secret word",1)</f><v>Bob</v></c><c s="2"><v>12345</v></c></row></sheetData>
    <headerFooter><oddHeader>&amp;Cconfidential</oddHeader></headerFooter></worksheet>"#;

fn xlsx() -> Vec<u8> {
    package(&[
        ("[Content_Types].xml", "<Types/>"),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/styles.xml", STYLES),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>Name</t></si><si><r><t>S</t></r><r><t>SN</t></r></si><si><t>Ann</t></si><si><t>forgotten</t></si></sst>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            r#"<worksheet><sheetData><row r="7"><c r="C7"><v>42</v></c></row></sheetData></worksheet>"#,
        ),
        ("xl/worksheets/sheet2.xml", STAFF),
        (
            "xl/comments1.xml",
            "<comments><comment ref='A1'><text><r><t>re</t></r><r><t>mark</t></r></text></comment></comments>",
        ),
    ])
}

#[test]
fn cells_are_given_as_shown_and_what_no_cell_shows_too() {
    let text = text_of(&XLSX, &xlsx());
    for line in [
        "Our staff",
        "SSN",
        "Ann",
        "536-90-4399",
        "1980-05-15",
        "secret word",
        "Bob",
        "000-01-2345",
        "42",
        "forgotten",
        "remark",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}: {text}");
    }
    assert!(text.contains("confidential") && text.contains("\"7391\""), "{text}");
    assert!(text.find("Bob") < text.find("42"), "{text}");
}

#[test]
fn open_documents_are_read() {
    let content = r"<o:document-content><text:p>Jo<text:span>hn</text:span><office:annotation><dc:creator>Ann</dc:creator><text:p>aside</text:p></office:annotation><text:s/>Doe
        here</text:p><table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table></o:document-content>";
    let bytes = package(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content),
        ("meta.xml", "<m><meta:user-defined meta:name='SSN'>536-90-4399</meta:user-defined></m>"),
        ("styles.xml", "<s><style:header><text:p>head</text:p></style:header></s>"),
    ]);
    assert_eq!(text_of(&ODT, &bytes), "John Doe here\nAnn\naside\na\tb\nhead\nSSN: 536-90-4399\n");
    let manifest =
        "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let bytes =
        package(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("META-INF/manifest.xml", manifest)]);
    let (_, result) = Recording::of(&ODT, &bytes);
    assert!(matches!(result, Err(ReadError::Unsupported(Reason::EncryptedDocument, _))), "{result:?}");
}

#[test]
fn tables_of_open_documents_are_cells() {
    let content = r#"<x><table:table table:name="One"><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell><table:table-cell table:number-columns-repeated="3"/>
        <table:table-cell office:value="4111111111111111"><office:annotation><text:p>note</text:p></office:annotation><text:p>4.11E+15</text:p></table:table-cell></table:table-row>
        </table:table><table:table table:name="Two"><table:table-row><table:table-cell office:string-value="kept"/></table:table-row></table:table></x>"#;
    let bytes = package(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)]);
    assert_eq!(text_of(&ODS, &bytes), "Name\n4111111111111111\nnote\n4.11E+15\nkept\n");
}

#[test]
fn books_are_read_along_their_spine() {
    let chapter = |text: &str| format!("<html><body><p>{text}</p></body></html>");
    let bytes = package(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", r#"<c><rootfile full-path="OPS/book.opf"/></c>"#),
        (
            "OPS/book.opf",
            r#"<p><dc:title>Title</dc:title><item id="a" href="one%20a.xhtml"/><item id="b" href="two.xhtml"/><itemref idref="b"/><itemref idref="a"/></p>"#,
        ),
        ("OPS/one a.xhtml", &chapter("second&nbsp;one")),
        ("OPS/two.xhtml", &chapter("first\n  <b>o</b>ne")),
        ("OPS/cover.png", "picture"),
    ]);
    assert_eq!(text_of(&EPUB, &bytes), "Title\nfirst one\nsecond\u{a0}one\n");
}

#[test]
fn other_zips_are_archives() {
    assert_eq!(recognized(&package(&[("word/document.xml", "<x/>")])), "zip");
    assert_eq!(recognized(&package(&[("a/xl/b.xml", "<x/>"), ("[Content_Types].xml", "")])), "zip");
    let inner = String::from_utf8_lossy(&docx("", &[])).into_owned();
    assert_eq!(recognized(&package(&[("a.docx", inner.as_str())])), "zip");
}

#[test]
fn damage_is_told_and_what_stands_before_it_is_read() {
    let long: String = (0..20_000).map(|n| ["<w:p>", &run(&format!("line {n}")), "</w:p>"].concat()).collect();
    let bytes = docx(&long, &[("word/media/a.png", "x")]);
    let (recording, result) = Recording::of(&DOCX, &bytes[..bytes.len() * 2 / 3]);
    assert!(result.is_err() || !recording.partials.is_empty());
    assert!(recording.text.starts_with(b"line 0\nline 1\n") && recording.text.len() > 50_000);
    for bytes in [xlsx(), docx(&run("x"), &[("word/header1.xml", "<w:hdr/>")])] {
        for end in 0..bytes.len() {
            let format = &DOCX as &dyn Format;
            let (recording, result) = Recording::of(format, &bytes[..end]);
            assert!(result.is_err() || !recording.partials.is_empty(), "{end}");
        }
        for at in (0..bytes.len()).step_by(3) {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x10;
            let _ = Recording::of(&XLSX, &bytes);
            let _ = Recording::of(&ODS, &bytes);
        }
    }
}

#[test]
fn deep_and_endless_parts_are_bounded() {
    let deep = "<w:txbxContent>".repeat(100_000) + &run("deep");
    let (recording, _) = Recording::of(&DOCX, &docx(&deep, &[]));
    assert!(String::from_utf8_lossy(&recording.text).contains("deep"));
    let endless = format!("<w:p>{}", "<w:r><w:delText>x</w:delText><w:instrText>y</w:instrText></w:r>".repeat(100_000));
    let (recording, _) = Recording::of(&DOCX, &docx(&endless, &[]));
    assert!(recording.text.len() > 200_000);
    let bomb = " ".repeat(80 << 20);
    let (recording, _) = Recording::of(&DOCX, &docx(&bomb, &[]));
    assert_eq!(recording.partials.first().map(|(reason, _)| *reason), Some(Reason::OfficeRatioOverLimit));
}

#[test]
fn words_that_were_moved_are_read_once_and_thumbnails_are_no_members() {
    let body = format!(
        "<w:p>{}<w:moveFrom w:id='1'>{}</w:moveFrom></w:p><w:p><w:moveTo w:id='2'>{}</w:moveTo></w:p>",
        run("stays "),
        run("536-90-4399"),
        run("536-90-4399")
    );
    let bytes = docx(&body, &[("docProps/thumbnail.jpeg", "picture"), ("word/media/image1.png", "picture")]);
    let (recording, result) = Recording::of(&DOCX, &bytes);
    result.unwrap();
    assert_eq!(String::from_utf8_lossy(&recording.text), "stays \n536-90-4399\n");
    assert_eq!(recording.names(), ["word/media/image1.png"]);
}

#[test]
fn sealed_documents_open_with_their_password() {
    let bytes = include_bytes!("../../../tests/data/sealed.odt");
    let read = |passwords: &[&str]| {
        let mut content = Content::memory(b"x", bytes.to_vec());
        content
            .set_passwords(&crate::formats::Passwords::new(passwords.iter().map(|p| p.as_bytes().to_vec()).collect()));
        let mut recording = Recording::default();
        let result = ODT.read(&mut content, &mut recording);
        (String::from_utf8(recording.text).unwrap(), result)
    };
    let (text, result) = read(&["wrong", "open sesame"]);
    result.unwrap();
    assert!(text.starts_with("SSN: 536-90-4399\n") && text.contains("card 4111111111111111\n"), "{text}");
    for passwords in [&["wrong"][..], &[]] {
        let (text, result) = read(passwords);
        assert!(matches!(result, Err(ReadError::Unsupported(Reason::EncryptedDocument, _))) && text.is_empty());
    }
}

#[test]
fn what_comes_very_often_takes_no_more_than_its_time() {
    let cells = format!("<x><sheetData><row>{}</row></sheetData></x>", "<c><v>1</v></c>".repeat(300_000));
    let sheets = "<sheet r:id='c'/><sheet r:id='a'/>".repeat(30_000);
    let relations = "<Relationship Id='b' Type='x/worksheet' Target='none.xml'/>".repeat(60_000);
    let last = "<Relationship Id='a' Type='x/worksheet' Target='worksheets/sheet1.xml'/>";
    let bytes = package(&[
        ("[Content_Types].xml", ""),
        ("xl/workbook.xml", &format!("<x>{sheets}</x>")),
        ("xl/_rels/workbook.xml.rels", &format!("<x>{relations}{last}</x>")),
        ("xl/worksheets/sheet1.xml", &cells),
    ]);
    let (recording, result) = Recording::of(&XLSX, &bytes);
    assert!(result.is_ok() && recording.partials.is_empty(), "{result:?} {:?}", recording.partials);
    assert_eq!(memchr::memchr_iter(b'1', &recording.text).count(), 300_000);
    let row = "<table:table-cell><text:p>1</text:p></table:table-cell>".repeat(200_000);
    let content = format!("<x><table:table><table:table-row>{row}</table:table-row></table:table></x>");
    let bytes = package(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)]);
    assert_eq!(text_of(&ODS, &bytes).len(), 400_000);
    let presentation = format!("<x>{}</x>", "<p:sldId r:id='c'/>".repeat(60_000));
    let bytes = package(&[
        ("[Content_Types].xml", ""),
        ("ppt/presentation.xml", &presentation),
        ("ppt/_rels/presentation.xml.rels", &format!("<x>{relations}</x>")),
    ]);
    assert!(Recording::of(&PPTX, &bytes).1.is_ok());
}

const FLAT: &str = "<?xml version=\"1.0\"?>\n<office:document xmlns:office=\"urn:x\" office:version=\"1.3\" office:mimetype=\"application/vnd.oasis.opendocument.";

#[test]
fn documents_of_one_file_are_read_as_those_of_many() {
    let text = format!(
        "{FLAT}text\"><office:meta><dc:title>Staff</dc:title></office:meta><office:body><office:text><text:p>card 4111<text:span>1111</text:span></text:p>\
         <draw:image><office:binary-data>aGVs\nbG8=</office:binary-data></draw:image></office:text></office:body></office:document>\n"
    );
    assert_eq!(recognized(text.as_bytes()), "odt");
    let (recording, result) = Recording::of(&ODT, text.as_bytes());
    assert!(result.is_ok() && recording.partials.is_empty(), "{:?}", recording.partials);
    assert_eq!(String::from_utf8_lossy(&recording.text), "Staff\ncard 41111111\n");
    assert_eq!((recording.names(), recording.members[0].bytes.as_slice()), (vec!["object1".to_owned()], &b"hello"[..]));
    for end in FLAT.len() + 4..text.len() - 2 {
        let (recording, outcome) = Recording::of(&ODT, &text.as_bytes()[..end]);
        assert!(outcome.is_err() || !recording.partials.is_empty(), "{end}");
    }
    let sheet = format!(
        "{FLAT}spreadsheet\"><office:body><office:spreadsheet><table:table table:name=\"S\"><table:table-row><table:table-cell table:formula='of:=IF(A1=&quot;ann@example.com&quot;,1,2)' \
         office:value=\"2\"><text:p>2</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document>"
    );
    assert_eq!(text_of(&ODS, sheet.as_bytes()), "ann@example.com\n2\n");
    assert_eq!(recognized(format!("{FLAT}presentation\"></office:document>").as_bytes()), "odp");
    assert_eq!(recognized(b"<office:document>of no type</office:document>"), "xml");
}

#[test]
fn what_a_book_says_of_itself_stands_on_lines_of_its_own() {
    let list =
        "<package><metadata><dc:title>Title 1</dc:title><dc:creator>ann@example.com</dc:creator></metadata></package>";
    let parts = [("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<c/>"), ("a.opf", list)];
    assert_eq!(text_of(&EPUB, &package(&parts)), "Title 1\nann@example.com\n");
}
