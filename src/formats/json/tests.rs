use super::*;
use crate::decode::Encoding;
use crate::formats::csv::tests::{Seen, drain};
use std::collections::VecDeque;

/// All fields of a source of whose text others read stretches of so many bytes, some of them at a time; and how many were as
/// foreseen.
fn drain_apart<R: Read>(source: &mut Source<R>, longest: usize, marks: Option<&Mark>) -> (Vec<Seen>, usize) {
    source.longest = longest;
    let (mut seen, mut block, mut foreseen) = (Vec::new(), Block::default(), 0);
    loop {
        let more = source.fill(&mut block).unwrap();
        let mut next = if more { source.stretch(marks) } else { None };
        // The last field may go on, but at a border.
        let keep = usize::from(more && next.is_none());
        while block.fields.len() > keep {
            let field = block.fields.remove(0);
            seen.push(Seen::of(source, &field, &block));
        }
        let mut out = VecDeque::new();
        while next.is_some() || !out.is_empty() {
            out.extend(next.take());
            if out.len() < 3 {
                next = source.stretch(marks);
                if next.is_some() {
                    continue;
                }
            }
            let Some(mut oldest) = out.pop_front() else { break };
            block = Block { base: oldest.start(), ..Block::default() };
            let is_as_foreseen = oldest.read(&mut block);
            let end = match source.take_back(oldest, is_as_foreseen, &mut block) {
                TakenBack::AsForeseen(end) => {
                    foreseen += 1;
                    end
                }
                TakenBack::ReadAgain(end) => end,
                TakenBack::Open => break,
            };
            for field in &block.fields {
                seen.push(Seen::of(source, field, &block));
            }
            source.release(end);
            block = Block { base: end, ..Block::default() };
            next = source.stretch(marks);
        }
        let release = block.fields.first().map_or(block.end(), |field| field.start);
        block.text.drain(..(release - block.base) as usize);
        block.base = release;
        source.release(release);
        if !more {
            return (seen, foreseen);
        }
    }
}

/// The fields as one reads them; and how many stretches others did in one way.
fn seen_apart(bytes: &[u8], lines: bool) -> (Vec<Seen>, usize) {
    let whole = seen(bytes, lines);
    let mut most = 0;
    for (chunk, longest) in [(64, 40), (64, 100), (1000, 100), (1000, 700), (1 << 20, 300)] {
        let decoded = Decoded::with_chunk(bytes, Encoding::guess(bytes), chunk);
        let (apart, foreseen) = drain_apart(&mut Source::new(decoded, lines), longest, None);
        assert_eq!(apart, whole, "chunk {chunk}, stretches of {longest}");
        most = most.max(foreseen);
    }
    (whole, most)
}

fn seen(bytes: &[u8], lines: bool) -> Vec<Seen> {
    let read = |chunk| drain(&mut Source::new(Decoded::with_chunk(bytes, Encoding::guess(bytes), chunk), lines));
    let whole = read(1 << 20);
    for chunk in [1, 2, 3, 7, 64] {
        assert_eq!(read(chunk), whole, "chunk {chunk}");
    }
    whole
}

/// Record, path and text of the values; names and plain text have no path.
fn values(text: &str, lines: bool) -> Vec<(u64, String, String)> {
    let value = |seen: Seen| match seen.place {
        Place::Record { index, json_path } => Some((index, json_path.unwrap_or_default(), seen.text)),
        _ => None,
    };
    seen(text.as_bytes(), lines).into_iter().filter_map(value).collect()
}

fn value(index: u64, path: &str, text: &str) -> (u64, String, String) {
    (index, path.to_owned(), text.to_owned())
}

fn is(text: &str) -> (bool, bool) {
    let mut content = Content::memory(b"x", text.as_bytes().to_vec());
    (JSON.recognizes(&mut content), JSON_LINES.recognizes(&mut content))
}

const DOCUMENT: &str = r#"{"name": "Ann \"A\" L\u00e9e", "access": {"key": ["a", {"odd name": 1}, true, -2.5e3]},
  "e": "", "": null, "\u0061b": "\ud83d\ude00", "a@b.example": "x"}"#;

#[test]
fn values_have_paths() {
    let expected = [
        value(0, "$.name", "Ann \"A\" Lée"),
        value(0, "$.access.key[0]", "a"),
        value(0, "$.access.key[1]['odd name']", "1"),
        value(0, "$.access.key[2]", "true"),
        value(0, "$.access.key[3]", "-2.5e3"),
        value(0, "$['']", "null"),
        value(0, "$.ab", "😀"),
        value(0, "", "x"),
    ];
    assert_eq!(values(DOCUMENT, false), expected);
    assert_eq!(values("[[1, 2], [3]]", false)[2], value(0, "$[1][0]", "3"));
    assert_eq!(values(" 12 ", false), [value(0, "$", "12")]);
}

#[test]
fn labels_are_the_names_on_the_path() {
    let seen = seen(br#"{"a": {"b": [1, 2]}, "c": "x"}"#, false);
    let names: Vec<_> = seen.iter().map(|s| (s.text.as_str(), s.names.join("."))).collect();
    let own =
        |names: &[(&'static str, &'static str)]| names.iter().map(|(t, n)| (*t, (*n).to_owned())).collect::<Vec<_>>();
    assert_eq!(names, own(&[("a", ""), ("b", "a"), ("1", "a.b"), ("2", "a.b"), ("c", ""), ("x", "c")]));
    assert_eq!(seen[2].label, seen[3].label);
}

#[test]
fn positions_are_those_of_the_file() {
    let text = "{\"n\": \"a\\n\\u00e9 b\",\r\n \"é\": \"secret\"}";
    for (bytes, width) in [(text.as_bytes().to_vec(), 1), (text.encode_utf16().flat_map(u16::to_le_bytes).collect(), 2)]
    {
        let seen = seen(&bytes, false);
        assert_eq!(seen[1].text, "a\né b");
        assert_eq!(
            seen[1].position,
            Position { line: 1, end_line: 1, column: 8, offset: 7 * width, length: 11 * width }
        );
        assert_eq!((seen[3].position.line, seen[3].position.column), (2, 8));
    }
}

#[test]
fn records_are_counted() {
    assert_eq!(
        values("{\"a\":1}\n\n{\"a\":2}\n[3]", true),
        [value(0, "$.a", "1"), value(2, "$.a", "2"), value(3, "$[0]", "3")]
    );
    assert_eq!(values("{\"a\":1}{\"a\":2}\n\n\"x\"", false)[1..], [value(1, "$.a", "2"), value(2, "$", "x")]);
}

#[test]
fn what_follows_an_error_is_plain_text() {
    let seen = seen(b"{\"a\": \"x\", oops 536-90-4399\n}", false);
    assert_eq!(seen[2].text, "oops 536-90-4399\n}");
    assert_eq!(seen[2].place, Place::Lines);
    let cut = values("{\"a\": \"x\", \"b\": \"half", false);
    assert_eq!(cut[1], value(0, "$.b", "half"));
    assert_eq!(values("{\"a\": \"C:\\Users\\u12\"}", false)[0].2, "C:\\Users\\u12");
    assert_eq!(values("{\"a\": \"open\n\"b\": 1}", false), [value(0, "$.a", "open")]);
}

#[test]
fn dialects_are_understood() {
    let text = "// top\n{'a': 'it\\'s', /* b: 5 */ \"c\": [NaN, -Infinity, +1, 0x1F, 536-90-4399, 2024-01-01, 007,],\n\"d\":\"tab\there\nand a line\",}";
    let expected = [
        value(0, "$.a", "it's"),
        value(0, "$.c[0]", "NaN"),
        value(0, "$.c[1]", "-Infinity"),
        value(0, "$.c[2]", "+1"),
        value(0, "$.c[3]", "0x1F"),
        value(0, "$.c[4]", "536-90-4399"),
        value(0, "$.c[5]", "2024-01-01"),
        value(0, "$.c[6]", "007"),
        value(0, "$.d", "tab\there\nand a line"),
    ];
    assert_eq!(values(text, false), expected);
    let seen = seen(text.as_bytes(), false);
    let comments: Vec<&str> = seen.iter().filter(|s| s.text.starts_with('/')).map(|s| s.text.as_str()).collect();
    assert_eq!(comments, ["// top", "/* b: 5 */"], "comments are looked at");
    assert_eq!(complaint(text, false), None);
}

fn complaint(text: &str, lines: bool) -> Option<String> {
    let mut source = Source::new(Decoded::with_chunk(text.as_bytes(), Encoding::guess(b"{"), 7), lines);
    drain(&mut source);
    source.tokens.complaint().map(|(_, detail)| detail)
}

#[test]
fn a_broken_line_costs_only_itself() {
    let text = "{\"a\": 1}\n{\"a\": {\"b\": \"open\n{oops 5}\nno record\n{\"a\": [2]}\n{\"a\": 3}\n";
    let expected = [value(0, "$.a", "1"), value(1, "$.a.b", "open"), value(4, "$.a[0]", "2"), value(5, "$.a", "3")];
    assert_eq!(values(text, true), expected);
    let plain: String =
        seen(text.as_bytes(), true).into_iter().filter(|s| s.text.contains("oops")).map(|s| s.text).collect();
    assert_eq!(plain, "oops 5}\nno record");
    assert_eq!(complaint(text, true).unwrap(), "2 records are no valid JSON, the first on line 2: read as plain text");
    assert_eq!(complaint("{\"a\": 1}\n{\"a\": 2}\n", true), None);
}

#[test]
fn a_document_cut_off_says_so() {
    assert_eq!(complaint("{\"a\": [1,\n2", false).unwrap(), "ends in the middle of a value, on line 2");
    assert_eq!(complaint("{\"a\": \"x", false).unwrap(), "ends in the middle of a value, on line 1");
    let broken = complaint("{\n\"a\": 1,\noops: 2\n}", false).unwrap();
    assert_eq!(broken, "no valid JSON from line 3 on: that was read as plain text");
    assert_eq!(complaint("{\"a\": 1} // end", false), None);
    assert_eq!(complaint(&"7".repeat(5000), false), None);
}

#[test]
fn documents_behind_a_broken_one_are_records() {
    let text = "{\n \"a\": 1\n}\n{\n \"a\": oops!\n}\n{\n \"a\": 3\n}\n";
    assert_eq!(values(text, false)[..], [value(0, "$.a", "1"), value(1, "$.a", "oops"), value(2, "$.a", "3")]);
}

#[test]
fn nesting_is_followed_to_its_limit() {
    let deep = |depth: usize| format!("{}7{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(values(&deep(256), false)[0].2, "7");
    let text = deep(100_000);
    let mut source = Source::new(Decoded::new(text.as_bytes(), Encoding::guess(b"[")), false);
    let seen = drain(&mut source);
    assert_eq!(source.tokens.complaint().unwrap().0, Broken::Depth);
    assert!(seen[0].text.contains('7'));
}

#[test]
fn json_is_known_by_content_alone() {
    for text in [
        "{}",
        "[]",
        "{\"a\": [1, 2]}",
        " \n[{\"a\": null}]\n",
        "{\"a\": 1}{\"a\": 2}",
        "{\n\"a\": 1\n}\n{\n}",
        "{\"a\": \"cut",
        "{\"a\": 1, /* x */ \"b\": [NaN, -Infinity,],}",
        "{'a': 1}",
    ] {
        assert_eq!(is(text), (true, false), "{text}");
    }
    assert_eq!(is("{\"a\": 1}\n{\"a\": 2}\n"), (false, true));
    for text in [
        "",
        "{",
        "text",
        "[section]\nkey=1",
        "{a: 1}",
        "// x\n{}",
        "{\"a\": 1, oops",
        "[section]",
        "[2024-01-01] log",
        "[a]\n[b]\n[c]\nx=1\n",
        "[1] note",
        "1 2",
    ] {
        assert_eq!(is(text), (false, false), "{text}");
    }
    assert_eq!(is("{\"a\": 1}\n{\"a\": !oops\n{\"a\": 2}\n{\"a\": 3}\n{\"a\": 4}\n"), (false, true));
    assert!(JSON.recognizes(&mut Content::memory(b"x.json", b"// x\n{\"a\": 1, oops".to_vec())));
    assert!(JSON_LINES.recognizes(&mut Content::memory(b"x.jsonl", b"{'a': oops!\n{\"a\": 1}\n".to_vec())));
    assert!(JSON_LINES.recognizes(&mut Content::memory(b"x.jsonl", b"1\n\"a\"\n".to_vec())));
    assert!(!JSON.recognizes(&mut Content::memory(b"x.json", b"not json".to_vec())));
}

#[test]
fn a_long_number_and_a_long_name_are_read_in_pieces() {
    let digits = "7".repeat(5000);
    let text = format!("{{\"{}\": {digits}, \"b\": 1}}", "k".repeat(3000));
    let seen = seen(text.as_bytes(), false);
    assert_eq!(seen[1].text, digits);
    assert_eq!(seen[1].names[0].len(), 3000);
}

proptest::proptest! {
    #[test]
    fn any_text_gives_the_same_fields_in_any_pieces(text in r#"[{}\[\]":,a\\u0d8n1 \n*/'-]{0,60}"#, lines: bool) {
        seen(text.as_bytes(), lines);
        seen(format!("[{{\"a\":{text}").as_bytes(), lines);
    }
}

#[test]
fn lines_of_a_notebook_are_one_text() {
    let text = r#"{"cells": [{"cell_type": "code", "source": ["ssn:\n",
      "536-90-4399\n", "end"], "outputs": [{"text": ["a", "b"], "other": ["c", "d"]}]}]}"#;
    let path = |seen: &Seen| match &seen.place {
        Place::Record { json_path, .. } => json_path.clone().unwrap_or_default(),
        _ => String::new(),
    };
    for chunk in [1, 3, 1 << 20] {
        let decoded = Decoded::with_chunk(text.as_bytes(), Encoding::guess(text.as_bytes()), chunk);
        let mut source = Source::new(decoded, false);
        source.tokens.notebook = Some(0);
        let values: Vec<_> = drain(&mut source).iter().map(|seen| (path(seen), seen.text.clone())).collect();
        let has = |path: &str, text: &str| values.contains(&(path.to_owned(), text.to_owned()));
        assert!(has("$.cells[0].source", "ssn:\n536-90-4399\nend"), "{chunk}: {values:?}");
        assert!(has("$.cells[0].outputs[0].text", "ab"), "{chunk}: {values:?}");
        assert!(has("$.cells[0].outputs[0].other[1]", "d"), "{chunk}: {values:?}");
    }
}

const PIECES: [&str; 26] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    ", ",
    "\"name\"",
    "\"name\":",
    "\"a\\\"b\"",
    "\"\"",
    "\"x, y: {z}\"",
    "'q'",
    "12",
    "-0.50",
    "1e9",
    "007",
    "true",
    "nullx",
    "null",
    "\n",
    " ",
    "\"a long string of more than sixteen bytes\"",
    "\"\\u00e9\"",
    "// c\n",
    "12345678901234567890",
];

proptest::proptest! {
    /// What is read straight on in one piece is read token by token in small ones.
    #[test]
    fn random_texts_are_read_alike(
        pieces in proptest::collection::vec(0..PIECES.len(), 0..40),
        records in proptest::collection::vec((0_usize..6, 0_usize..26), 0..12),
        lines: bool,
    ) {
        let text: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
        seen(format!("{{{text}").as_bytes(), lines);
        let record = |(name, value): &(usize, usize)| format!("{{\"n{name}\":{},\"list\":[1,{}]}}", PIECES[*value], PIECES[value / 2]);
        let records: Vec<String> = records.iter().map(record).collect();
        seen(format!("[{}]{}", records.join(","), " ".repeat(20)).as_bytes(), lines);
        seen(records.join("\n").as_bytes(), lines);
    }
}

#[test]
fn others_read_elements_and_records() {
    let record = |n: usize| format!("{{\"id\": {n}, \"of\": {{\"a\": \"x\\ny{n}\", \"list\": [{n}, {{\"id\": 1}}]}}}}");
    let records: Vec<String> = (0..200).map(record).collect();
    let (lines, rows) = (records.join("\n"), records.join(",\n  "));
    for (text, is_lines) in [
        (lines.clone(), true),
        (lines.replace("\n{", "\r\n {"), false),
        (format!("[{rows}]"), false),
        (format!("{{\"é\": [{rows}], \"b\": {{\"c\": [{rows}]}}}}"), false),
        (format!("[[1], [2, [{rows}]], [3]]"), false),
        (
            format!(
                "[{}]",
                rows.replace("\"id\": 1}", "\"id\": [1]}").replace('{', "[").replace('}', "]").replace(':', ",")
            ),
            false,
        ),
    ] {
        let (seen, foreseen) = seen_apart(text.as_bytes(), is_lines);
        assert!(seen.len() > 1000 && foreseen > 20, "{foreseen} stretches of {}", &text[..40]);
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(seen_apart(&[b"\xFF\xFE", &wide[..]].concat(), is_lines).1 > 20);
    }
}

#[test]
fn borders_are_learned_anew_when_they_change() {
    let rows: Vec<String> =
        (0..400).map(|n| format!("{{\"{}\": {n}, \"x\": 1}}", if n < 40 { "a" } else { "b" })).collect();
    let (seen, foreseen) = seen_apart(format!("[{}]", rows.join(", ")).as_bytes(), false);
    assert!(seen.len() == 1600 && foreseen > 50, "{foreseen}");
}

#[test]
fn what_others_cannot_foresee_is_read_again() {
    let rows: Vec<String> = (0..100).map(|n| format!("{{\"id\": {n}, \"a\": [1, 2]}}")).collect();
    for odd in [
        "{\"id\": 1, \"new\": 2}",
        "{\"id\": \"}, {\\\"id\\\"\"}",
        "{\"id\": 'it', a: b // c\n}",
        "{\"id\": \"a\nb\"}",
        "{\"id\": [{\"id\": 1}, {\"id\": 2}, {\"id\": 3}]}",
        "{\"id\": 1}}, {\"id\": 2}",
        "{\"id\": 1}], [{\"id\": 2}",
        "]",
        "",
    ] {
        let text = format!("[{}, {odd}, {}]", rows.join(", "), rows.join(", "));
        seen_apart(text.as_bytes(), false);
        seen_apart(text.replace("}, {", "}\n{").as_bytes(), true);
        let deep = format!("{}{}{}", "[".repeat(250), text, "]".repeat(250));
        seen_apart(deep.as_bytes(), false);
        seen_apart(deep.replace(odd, &"[".repeat(10)).as_bytes(), false);
    }
}

#[test]
fn nothing_is_cut_near_a_mark() {
    let mark = Mark { bytes: b"mark", behind: 50, before: 80 };
    let text = |word: &str| {
        let row = |n: usize| format!("{{\"id\": \"{}\"}}", if n == 50 { word } else { "any" });
        format!("[{}]", (0..200).map(row).collect::<Vec<_>>().join(", ")).into_bytes()
    };
    let stretches = |word: &str| {
        let text = text(word);
        let read = |marks| {
            let mut source = Source::new(Decoded::with_chunk(&text[..], Encoding::guess(&text), 64), false);
            drain_apart(&mut source, 60, marks)
        };
        let (seen, foreseen) = read(Some(&mark));
        assert_eq!(seen, read(None).0);
        foreseen
    };
    assert!(stretches("nothing") > stretches("mark"));
    assert!(stretches("nothing") > stretches("\\u006dark"));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]

    #[test]
    fn random_records_are_read_alike_by_others(
        records in proptest::collection::vec((0_usize..6, 0_usize..26, 0_usize..12), 10..60),
        lines: bool,
        odd in 0_usize..26,
        at in 0_usize..60,
    ) {
        let record = |(name, value, again): &(usize, usize, usize)| {
            // Most are alike.
            let value = if *again > 0 { "\"a\\n\"" } else { PIECES[*value] };
            format!("{{\"id\":{value},\"n{name}\":[1,{{\"id\":2}}]}}")
        };
        let mut records: Vec<String> = records.iter().map(record).collect();
        seen_apart(format!("{{\"x\":[{}]}}", records.join(",")).as_bytes(), lines);
        if let Some(record) = records.get_mut(at) {
            *record = PIECES[odd].to_owned();
        }
        seen_apart(format!("[{}]{}", records.join(","), " ".repeat(20)).as_bytes(), lines);
        seen_apart(records.join("\n").as_bytes(), lines);
    }
}
