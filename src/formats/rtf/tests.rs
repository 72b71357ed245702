use super::*;
use crate::formats::recording::Recording;

fn text(rtf: &str) -> String {
    let (recording, result) = Recording::of(&Rtf, rtf.as_bytes());
    assert!(result.is_ok(), "{result:?}");
    String::from_utf8(recording.text).unwrap()
}

#[test]
fn words_and_characters_are_read() {
    assert_eq!(text(r"{\rtf1\ansi Hello \b w\b0 orld\par next\tab x\~y\_z}"), "Hello world\nnext\tx\u{a0}y-z");
    assert_eq!(text(r"{\rtf1 caf\'e9 \u8364? \u-10179?\u-8704? \{\}\\}"), "café € 😀 {}\\");
    assert_eq!(text(r"{\rtf1\uc2\u228 ab\uc0\u246 c}"), "äöc");
    let fonts = r"{\rtf1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Times;}{\f2\fcharset128 Gothic;}}\f1 \'cf\'f0 \f2\'93\'fa\f0\'e4}";
    assert_eq!(text(fonts), "Пр 日ä");
}

#[test]
fn hidden_and_hanging_text_counts_and_tables_of_styles_do_not() {
    let rtf = r"{\rtf1{\stylesheet{\s0 Normal;}}{\colortbl;\red0;}{\info{\author Ann}{\*\company Acme}}{\v 536-90-4399}\par a{\footnote note}b{\*\unknownword text}\par}";
    assert_eq!(text(rtf), "Ann\nAcme\n536-90-4399\nab\nnote\ntext\n");
}

#[test]
fn what_hangs_on_a_line_cuts_nothing_in_two() {
    let rtf = r#"{\rtf1 536-{\*\atrfstart 540252815}90{\chftn{\footnote a\par b}}-43{\*\atrfend 540252815}{\*\atnid AB}{\*\annotation{\*\atndate 1735617476}why}99\par x{\field{\*\fldinst{HYPERLINK "mailto:ann@example.com"}}{\fldrslt y}}z}"#;
    assert_eq!(text(rtf), "536-90-4399\na\nb\nAB\nwhy\nxyz\nHYPERLINK \"mailto:ann@example.com\"\n");
}

#[test]
fn pictures_and_objects_are_members() {
    let (recording, _) =
        Recording::of(&Rtf, br"{\rtf1{\pict\pngblip 8950 4e47}{\object{\*\objdata 0102}}{\pict\bin3 {}\}}x}");
    let members: Vec<_> = recording.members.iter().map(|m| (m.name.as_slice(), m.bytes.as_slice())).collect();
    let right: [(&[u8], &[u8]); 3] = [(b"picture1", b"\x89PNG"), (b"object2", b"\x01\x02"), (b"picture3", b"{}\\")];
    assert_eq!(members, right);
    assert_eq!(recording.text, b"x");
}

#[test]
fn what_is_cut_or_deep_ends() {
    let rtf = br"{\rtf1 one{\b two\u8364?}{\pict 8950}\'e4{\*\objdata 01}three}";
    for end in 6..rtf.len() {
        let (recording, result) = Recording::of(&Rtf, &rtf[..end]);
        assert!(result.is_err(), "{end}");
        assert!(end < 12 || recording.text.starts_with(b"one"));
    }
    let deep = format!("{{\\rtf1 {}deep{}last}}", "{".repeat(100_000), "}".repeat(100_000));
    assert_eq!(text(&deep), "deeplast");
}
