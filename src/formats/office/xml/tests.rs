use super::*;

struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.1);
        self.0.read(&mut buffer[..count])
    }
}

fn tokens(xml: &[u8], piece: usize) -> String {
    let mut xml = Xml::new(Trickle(xml, piece));
    let mut shown = String::new();
    loop {
        match xml.next() {
            Ok(None) => return shown,
            Ok(Some(Token::Start(tag))) => {
                shown += &["<", &decoded(tag.name)].concat();
                for (name, value) in tag.attributes() {
                    shown += &[" ", &decoded(name), "=", &decoded(value)].concat();
                }
                shown += ">";
            }
            Ok(Some(Token::End(name))) => shown += &["</", &decoded(name), ">"].concat(),
            Ok(Some(Token::Text(text))) => shown += &decoded(text),
            Ok(Some(Token::Verbatim(text))) => shown += &String::from_utf8_lossy(text),
            Err(error) => shown += &["!", &error.kind().to_string()].concat(),
        }
    }
}

#[test]
fn tokens_do_not_depend_on_the_pieces() {
    let xml = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e '>'>]><w:a x:b='1 &gt; 0' c = \"d>\"><!-- <no> -->t\
        &amp;&#x41;&#66;&e;&auml;<b/><![CDATA[<raw>&amp;]]]>]]></w:a >a < b";
    let right = "<a b=1 > 0 c=d>>t&AB&e;ä<b></b><raw>&amp;]]]></a>a < b";
    for piece in [1, 2, 3, 7, 50, 1000] {
        assert_eq!(tokens(xml.as_bytes(), piece), right, "{piece}");
    }
}

#[test]
fn other_encodings_are_read() {
    let wide: Vec<u8> = "\u{feff}<a>ö</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(tokens(&wide, 3), "<a>ö</a>");
    let big: Vec<u8> = "<a>ö</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(tokens(&big, 5), "<a>ö</a>");
    assert_eq!(tokens(b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xf6</a>", 100), "<a>ö</a>");
}

#[test]
fn what_is_cut_or_damaged_ends() {
    let xml = b"<a b='c'>text &amp; more<d e=\"f\"/><![CDATA[x]]></a>";
    for end in 0..xml.len() {
        let shown = tokens(&xml[..end], 4);
        assert!(end < 20 || shown.contains("text"), "{shown}");
    }
    assert_eq!(tokens(b"<a b='c>text</a>", 4), "<a b=c>text</a>");
    assert_eq!(tokens(b"<a><b", 4), "<a>!unexpected end of file");
}

#[test]
fn many_tags_that_never_end_take_no_more_than_their_time() {
    let xml = "<a".repeat(2 << 20);
    let shown = tokens(xml.as_bytes(), 32 << 10);
    assert!(shown.starts_with("<a<a") && shown.len() >= xml.len() - LONGEST_TAG, "{}", shown.len());
}

#[test]
fn long_things_take_bounded_memory() {
    let mut xml = Xml::new(io::repeat(b'x').take(100 << 20));
    while let Ok(Some(_)) = xml.next() {
        assert!(xml.buffer.capacity() < 1 << 20);
    }
    let mut xml = Xml::new(io::Cursor::new(b"<a b='").chain(io::repeat(b'x').take(10 << 20)));
    while let Ok(Some(_)) = xml.next() {
        assert!(xml.buffer.capacity() < 2 << 20);
    }
}
