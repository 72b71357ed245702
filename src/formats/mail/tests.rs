use super::*;
use crate::formats::recording::Recording;
use crate::location::Position;
use crate::text::{Block, TextSource};

fn read(mail: &str) -> Recording {
    let (recording, result) = Recording::of(&Mail, mail.as_bytes());
    result.unwrap();
    let (trickled, result) = Recording::of_stream(&Mail, mail.as_bytes());
    result.unwrap();
    assert_eq!(recording.text, trickled.text);
    recording
}

fn text(mail: &str) -> String {
    String::from_utf8(read(mail).text).unwrap()
}

#[test]
fn headers_are_decoded() {
    let mail = "From: =?utf-8?B?TcO8?=\r\n =?utf-8?B?bGxlcg==?= <m@example.com>\r\nSubject: plain\r\n folded\r\n\
        X-Raw: M\u{fc}ller\r\nTo: =?gb2312?B?1tA=?= =?iso-8859-1?Q?a=5Fb_c?=\r\n\r\n";
    assert_eq!(text(mail), "From: Müller <m@example.com>\nSubject: plain\n folded\nX-Raw: Müller\nTo: 中a_b c\n");
}

const PARTS: &str = "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b 1\"\n\npreamble\n--b 1\n\
    Content-Type: multipart/alternative; boundary=b2\n\n--b2\nContent-Type: text/plain; charset=iso-8859-1\n\
    Content-Transfer-Encoding: quoted-printable\n\nM=FCller is a long =\nline\n--b2\n\
    Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\nPGI+SGVsbG88L2I+\n--b2--\n\n--b 1\n\
    Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\
    Content-Disposition: attachment; filename*=utf-8''a%C3%A4.pdf\n\nJVBERi0xLjcK\n--b 1\n\
    Content-Type: message/rfc822\n\nSubject: inner\n\ninner body\n--b 1\nContent-Type: text/csv\n\na,b\n1,2\n--b 1--\nepilogue\n";

#[test]
fn texts_and_members_of_a_multipart() {
    let recording = read(PARTS);
    let text = String::from_utf8(recording.text.clone()).unwrap();
    for piece in ["preamble", "Müller is a long line", "<b>Hello</b>", "epilogue"] {
        assert!(text.contains(piece), "{piece}: {text}");
    }
    assert!(!text.contains("inner body") && !text.contains("1,2"));
    assert_eq!(recording.names(), ["aä.pdf", "part-7.eml", "part-8.csv"]);
    assert_eq!(recording.members[0].bytes, b"%PDF-1.7\n");
    assert_eq!(recording.members[1].bytes, b"Subject: inner\n\ninner body");
    assert_eq!(recording.members[2].bytes, b"a,b\n1,2");
}

#[test]
fn uuencoded_files_are_members() {
    let recording = read("Subject: x\n\nbefore\nbegin 644 a b.txt\n#0V%T\n`\nend\nafter\nbegin 100 meters\nof text\n");
    assert_eq!((recording.names(), recording.members[0].bytes.as_slice()), (vec!["a b.txt".to_owned()], &b"Cat"[..]));
    let text = String::from_utf8(recording.text).unwrap();
    assert!(text.contains("before") && text.contains("after\nbegin 100 meters\nof text"), "{text}");
}

#[test]
fn what_is_encrypted_is_told() {
    let sealed =
        "Subject: x\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nAAAA\n";
    let recording = read(sealed);
    assert_eq!(recording.skipped.len(), 1);
    assert_eq!(recording.skipped[0].1, Reason::EncryptedDocument);
    let recording = read("Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nabc\n");
    assert_eq!(recording.partials[0].0, Reason::EncryptedDocument);
}

/// Collects the positions of a needle in every text.
struct Places(&'static str, Vec<Position>);

impl Sink for Places {
    fn text(&mut self, source: &mut dyn TextSource) -> Result<ControlFlow<()>, ReadError> {
        let mut block = Block::default();
        while source.fill(&mut block)? {}
        let text = String::from_utf8_lossy(&block.text).into_owned();
        for (at, _) in text.match_indices(self.0) {
            self.1.push(source.position(at as u64, (at + self.0.len()) as u64));
        }
        Ok(ControlFlow::Continue(()))
    }

    fn member(&mut self, _: &Member<'_>, _: &mut dyn Read) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn stream(&mut self, _: &mut dyn Read) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn skip_member(&mut self, _: &Member<'_>, _: Reason, _: &str) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn partial(&mut self, _: Reason, _: &str) {}
}

#[test]
fn places_are_those_of_the_file() {
    let mail = "Subject: =?utf-8?q?=C3=A4?= needle\nX: needle\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n\
        one\nä needle\n--b\nContent-Transfer-Encoding: quoted-printable\n\n=C3=A4 a=\n nee=\ndle needle\n--b\n\
        Content-Transfer-Encoding: base64\n\nYWJjYWJj\nbmVlZGxl\n";
    let mut places = Places("needle", Vec::new());
    Mail.read(&mut Content::memory(b"a.eml", mail.as_bytes().to_vec()), &mut places).unwrap();
    let all: Vec<_> = places.1.iter().map(|p| (p.line, p.column, p.end_line)).collect();
    assert_eq!(all, [(1, 29, 1), (2, 4, 2), (8, 3, 8), (13, 2, 14), (14, 5, 14), (19, 1, 19)]);
    for place in &places.1[..3] {
        assert_eq!(&mail[place.offset as usize..(place.offset + place.length) as usize], "needle");
    }
    let packed = places.1[5];
    assert_eq!(&mail[packed.offset as usize..(packed.offset + packed.length) as usize], "bmVlZGxl");
}

#[test]
fn content_decides_what_is_mail() {
    let recognizes =
        |name: &str, text: &str| Mail.recognizes(&mut Content::memory(name.as_bytes(), text.as_bytes().to_vec()));
    assert!(recognizes("x", "Received: by a\n\tb\nFrom: a\nDate: b\nX: y\n\nbody"));
    assert!(recognizes("x.txt", "From: a\nTo: b\nSubject: c\n\nbody"));
    assert!(recognizes("a.eml", "Subject: c\n\nbody"));
    assert!(recognizes("1.eml", "From a Thu Jan  1 00:00:01 2026\nSubject: c\n\nbody"));
    for text in ["from: a\nto: b\nsubject: c\n\n", "HTTP/1.1 200 OK\nDate: x\n", "Subject: c\n\nbody", "name: x\n", ""]
    {
        assert!(!recognizes("a.yaml", text), "{text}");
    }
}

#[test]
fn deep_and_damaged_mails_end_well() {
    let part = |level: u32| format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
    let mut deep = String::from("Subject: x\n") + &(0..100_000).map(part).collect::<Vec<_>>().concat();
    deep.push_str("\nthe end\n");
    let recording = read(&deep);
    assert_eq!(recording.partials[0].0, Reason::NestingLevelOverLimit);
    assert!(String::from_utf8_lossy(&recording.text).contains("the end"));
    for cut in 0..PARTS.len() {
        let (_, result) = Recording::of(&Mail, &PARTS.as_bytes()[..cut]);
        result.unwrap();
        let mut flipped = PARTS.as_bytes().to_vec();
        flipped[cut] ^= 0x21;
        Recording::of(&Mail, &flipped).1.unwrap();
    }
}

#[test]
fn html_bodies_are_read_as_html() {
    let mail = "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nneedle\n--b\nContent-Type: text/html\n\
        Content-Transfer-Encoding: quoted-printable\n\n<p id=3D\"a\">n&#101;ed=\nle &amp; ma&#64;x</p>\n--b--\n";
    assert!(text(mail).contains("<p id=\"a\">needle & ma@x</p>"), "{}", text(mail));
    let mut places = Places("needle", Vec::new());
    Mail.read(&mut Content::memory(b"a.eml", mail.as_bytes().to_vec()), &mut places).unwrap();
    let all: Vec<_> = places.1.iter().map(|p| (p.line, p.column, p.end_line)).collect();
    assert_eq!(all, [(6, 1, 6), (11, 13, 12)]);
    let html = places.1[1];
    assert_eq!(&mail[html.offset as usize..(html.offset + html.length) as usize], "n&#101;ed=\nle");
}

#[test]
fn utf7_is_decoded_where_it_stands() {
    let mail = "Subject: =?utf-7?Q?M+APw-ller?=\nContent-Type: text/plain; charset=utf-7\n\nan+AEA-b x +AOQ\nneedle +AOQ- needle\n";
    let text = text(mail);
    assert!(text.contains("Subject: Müller\n") && text.contains("an@b x ä\nneedle ä needle"), "{text}");
    let mut places = Places("needle", Vec::new());
    Mail.read(&mut Content::memory(b"a.eml", mail.as_bytes().to_vec()), &mut places).unwrap();
    let all: Vec<_> = places.1.iter().map(|p| (p.line, p.column)).collect();
    assert_eq!(all, [(5, 1), (5, 14)]);
    let packed =
        "Subject: x\nContent-Type: text/plain; charset=UTF-7\nContent-Transfer-Encoding: base64\n\nYStBRUEt\nYgo=\n";
    assert!(self::text(packed).contains("a@b"));
}

#[test]
fn lines_that_flow_are_joined() {
    let mail = |more: &str, body: &str| format!("Subject: x\nContent-Type: text/plain; format=flowed{more}\n\n{body}");
    let flowed = mail("", "4111 1111 \n1111 1111\n> quoted \n> on\n> > deeper \n> back\n-- \nname\n stuffed \n end\n");
    let text = text(&flowed);
    assert!(text.contains("4111 1111 1111 1111\n> quoted on\n"), "{text}");
    assert!(text.contains("-- \nname\n stuffed end"), "{text}");
    assert!(self::text(&mail("; delsp=yes", "some \nthing \n")).contains("something"));
    let quoted = mail("\nContent-Transfer-Encoding: quoted-printable", "a nee=\ndle x=20\ny needle\n");
    let mut places = Places("needle", Vec::new());
    Mail.read(&mut Content::memory(b"a.eml", quoted.into_bytes()), &mut places).unwrap();
    let all: Vec<_> = places.1.iter().map(|p| (p.line, p.column, p.end_line)).collect();
    assert_eq!(all, [(5, 3, 6), (7, 3, 7)]);
}
