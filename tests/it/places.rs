//! Where a match is: lines, columns and bytes in every encoding, cells of tables, paths in JSON.

use crate::harness::{Folder, Match, found, matches};
use serde_json::Value;

const SSN: &str = "536-90-4399";

/// The one match of a file with this content, under a name that says nothing.
fn only(content: impl AsRef<[u8]>) -> Match {
    let folder = Folder::new();
    folder.write("file", content);
    let mut all = matches(&folder.scan(&["."]));
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn place(m: &Match) -> (u64, u64, u64, u64) {
    (m.line, m.column, m.offset, m.length)
}

#[test]
fn line_breaks_of_every_kind() {
    for (text, line, column) in [
        (format!("a\nb\nssn {SSN}\n"), 3, 5),
        (format!("a\r\nb\r\nssn {SSN}\r\n"), 3, 5),
        (format!("a\rb\rssn {SSN}\r"), 3, 5),
        (format!("ä\nöü ssn {SSN}"), 2, 8),
        (format!("ssn\n\n{SSN}"), 3, 1),
    ] {
        let offset = text.find(SSN).unwrap() as u64;
        assert_eq!(place(&only(&text)), (line, column, offset, 11), "{text:?}");
    }
}

#[test]
fn encodings() {
    let text = format!("é\r\nünser ssn: {SSN}\r\n");
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        let marked = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        marked.flat_map(bytes).collect()
    };
    for big in [false, true] {
        for mark in [false, true] {
            let skip = if mark { 2 } else { 0 };
            assert_eq!(place(&only(utf16(big, mark))), (2, 12, skip + 28, 22), "big {big} mark {mark}");
        }
    }
    let with_mark = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    assert_eq!(place(&only(with_mark)), (2, 12, 3 + 4 + 12, 11));
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(place(&only(latin)), (2, 12, 3 + 11, 11));
    // 「番号」 and so on in Shift_JIS: two bytes a character.
    let japanese =
        [b"\x94\xd4\x8d\x86\x82\xcd\x81A ssn: ".as_slice(), SSN.as_bytes(), b" \x82\xc5\x82\xb7\x81B".as_slice()];
    assert_eq!(place(&only(japanese.concat())), (1, 11, 14, 11));
}

#[test]
fn a_very_long_line_and_matches_around_window_borders() {
    let folder = Folder::new();
    let mut text = String::new();
    let mut expected = Vec::new();
    for n in 0..40u64 {
        text.push_str(&"xé ".repeat(9_000 + n as usize * 7));
        text.push_str("ssn ");
        expected.push((1, text.chars().count() as u64 + 1, text.len() as u64, 11));
        text.push_str(SSN);
        text.push(' ');
    }
    folder.write("long.txt", &text);
    let all = matches(&folder.scan(&["."]));
    assert_eq!(all.iter().map(place).collect::<Vec<_>>(), expected);
}

fn occurrences(result: &Value, name: &str) -> Value {
    let details = &result["findings"][0]["classificationDetails"]["result"];
    details["sensitiveData"][0]["detections"][0]["occurrences"][name].clone()
}

#[test]
fn cells() {
    let folder = Folder::new();
    folder.write("a.csv", format!("id;Name;\"Customer SSN\"\r\n1;\"a;\nb\";{SSN}\r\n2;x;\"said \"\"{SSN}\"\"\"\r\n"));
    let result = folder.scan(&["."]);
    let cell =
        |row: u64| serde_json::json!({"row": row, "column": 3, "columnName": "Customer SSN", "cellReference": null});
    assert_eq!(occurrences(&result, "cells"), serde_json::json!([cell(2), cell(3)]));
    let all = matches(&result);
    assert_eq!((all[0].line, all[1].line), (3, 4));
    assert_eq!(result["findings"][0]["classificationDetails"]["result"]["mimeType"], "text/csv");
}

#[test]
fn a_keyword_in_the_next_cell_does_not_count() {
    let folder = Folder::new();
    folder.write("a.csv", format!("id,note,code\n1,my ssn is secret,{SSN}\n2,none,{SSN}\n"));
    assert_eq!(found(&folder.scan(&["."])), []);
    folder.write("a.csv", format!("id,note,code\n1,my ssn is secret,{SSN}\n2,none,ssn {SSN}\n"));
    assert_eq!(matches(&folder.scan(&["."])).len(), 1);
}

#[test]
fn a_table_of_one_column() {
    let folder = Folder::new();
    folder.write("a.csv", format!("customerSSN\n{}", format!("{SSN}\n").repeat(50)));
    let result = folder.scan(&["."]);
    assert_eq!(matches(&result).len(), 50);
    assert_eq!(occurrences(&result, "cells")[49]["row"], 51);
}

#[test]
fn values_are_never_names() {
    let folder = Folder::new();
    folder.write("a.csv", format!("1,{SSN},x\n2,ssn {SSN},y\n3,536-90-4398,z\n"));
    let ran = folder.run(&["scan", "--format", "json", "."]);
    assert!(!ran.stdout.contains(SSN));
    assert_eq!(occurrences(&ran.json(), "cells")[0]["columnName"], Value::Null);
    folder.write("a.csv", "");
    folder.write("b.json", format!("{{\"ssn\": {{\"{SSN}\": {{\"ssn\": \"{SSN}\"}}}}}}"));
    let ran = folder.run(&["scan", "--format", "json", "."]);
    assert!(!ran.stdout.contains(SSN));
    assert_eq!(matches(&ran.json()).len(), 2);
}

#[test]
fn json_paths_and_records() {
    let folder = Folder::new();
    let text = format!(r#"{{"users": [{{"name": "é"}}, {{"mySsn": "{SSN}", "odd key": {{"ssn": ["x", "{SSN}"]}}}}]}}"#);
    folder.write("a", &text);
    let result = folder.scan(&["."]);
    let record = |path: &str| serde_json::json!({"jsonPath": path, "recordIndex": 0});
    let expected = serde_json::json!([record("$.users[1].mySsn"), record("$.users[1]['odd key'].ssn[1]")]);
    assert_eq!(occurrences(&result, "records"), expected);
    let first = &matches(&result)[0];
    let offset = text.find(SSN).unwrap();
    assert_eq!(place(first), (1, text[..offset].chars().count() as u64 + 1, offset as u64, 11));
}

#[test]
fn json_lines_count_records_and_escapes_are_undone() {
    let folder = Folder::new();
    folder.write(
        "a.jsonl",
        format!("{{\"a\": 1}}\n{{\"text\": \"my\\nssn:\\t{SSN}\"}}\n{{\"\\u0073sn\": \"\\u0035{}\"}}\n", &SSN[1..]),
    );
    let result = folder.scan(&["."]);
    let indices: Vec<_> =
        occurrences(&result, "records").as_array().unwrap().iter().map(|r| r["recordIndex"].clone()).collect();
    assert_eq!(indices, [1, 2]);
    let all = matches(&result);
    assert_eq!((all[0].line, all[0].length), (2, 11));
    assert_eq!((all[1].line, all[1].length), (3, 16), "an escape is six bytes in the file");
}

#[test]
fn keywords_in_front_behind_and_too_far() {
    let folder = Folder::new();
    let near = |text: String| {
        folder.write("a.txt", &text);
        matches(&folder.scan(&["."])).len()
    };
    for gap in [1, 29, 30, 31, 40] {
        let dots = " .".repeat(20)[..gap].to_owned();
        let expected = usize::from(gap <= 30);
        assert_eq!(near(format!("ssn{dots}{SSN}")), expected, "before, {gap}");
        assert_eq!(near(format!("{SSN}{dots}ssn")), expected, "behind, {gap}");
    }
    // Thirty characters are more bytes.
    assert_eq!(near(format!("ssn {}{SSN}", "é ".repeat(14))), 1);
    assert_eq!(near(format!("ssn {}{SSN}", "é ".repeat(15))), 0);
    assert_eq!(near(format!("ssn\r\n{SSN}")), 1);
}
