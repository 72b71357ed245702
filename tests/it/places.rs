//! Where a match is: lines, columns and bytes in every encoding, cells of tables, paths in JSON.

use crate::harness::{Folder, Match, found, matches, skipped};
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
    let utf32 = |big: bool, mark: bool| -> Vec<u8> {
        let bytes = |c: char| if big { u32::from(c).to_be_bytes() } else { u32::from(c).to_le_bytes() };
        mark.then_some('\u{feff}').into_iter().chain(text.chars()).flat_map(bytes).collect()
    };
    for big in [false, true] {
        for mark in [false, true] {
            let skip = if mark { 4 } else { 0 };
            assert_eq!(place(&only(utf32(big, mark))), (2, 12, skip + 56, 44), "big {big} mark {mark}");
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

const CARD: &str = "4006395999439961";

/// The types found in a file with a name and content.
fn types(name: &str, content: impl AsRef<[u8]>) -> Vec<String> {
    let folder = Folder::new();
    folder.write(name, content);
    found(&folder.scan(&["."])).into_iter().map(|(_, id)| id).collect()
}

#[test]
fn names_of_settings_keys_and_elements_are_labels() {
    let far = "-".repeat(60);
    let cases = [
        (".env", format!("MYCREDITCARDNUMBER={CARD}\n")),
        ("app.env", format!("# x\nexport MYCREDITCARDNUMBER=\"{CARD}\"\n")),
        ("any", format!("A=1\nMYCREDITCARDNUMBER={CARD}\nB=2\n")),
        ("a.properties", format!("customer.mycreditcard : {CARD}\r\n")),
        ("a.ini", format!("[mycreditcards]\nfirst = {CARD}\n")),
        ("a.toml", format!("[a]\nmycreditcards = [\n  \"{CARD}\",\n]\n")),
        ("a.yaml", format!("mycreditcard:\n  note: {far}\n  number: {CARD}\n")),
        ("a.yml", format!("- mycreditcards:\n  - {CARD}\n")),
        ("a.xml", format!("<a><mycreditcard><x>{far}</x><n>{CARD}</n></mycreditcard></a>")),
        ("any", format!("<?xml version=\"1.0\"?><a mycreditcard='{far} {CARD}'/>")),
        ("web.config", format!("<configuration><add key=\"MYCREDITCARD\" value=\"{CARD}\"/></configuration>")),
        ("any", format!(" id | mycreditcard | x\n----+------\n 1 | {CARD} | {far}\n")),
        ("a.md", format!("# T\n\n| id | mycreditcard |\n|----|---|\n| 1 | {CARD} |\n")),
        ("a.html", format!("<!DOCTYPE html><p><mycreditcard>{CARD}</mycreditcard><br>")),
    ];
    for (name, text) in cases {
        assert_eq!(types(name, &text), ["CREDIT_CARD_NUMBER"], "{name}: {text}");
    }
    assert_eq!(types("a.yaml", format!("mycreditcard: x\nnumber: {CARD}\n")), ["CREDIT_CARD_NUMBER_(NO_KEYWORD)"]);
    assert_eq!(types(".env", format!("export DB_SSN=\"{SSN}\"\n")), ["USA_SOCIAL_SECURITY_NUMBER"]);
}

#[test]
fn settings_stay_running_text() {
    // A keyword in the comment above, and places by line.
    let folder = Folder::new();
    folder.write(".env", format!("A=1\n# the ssn of Ann\nANN={SSN}\n"));
    let result = folder.scan(&["."]);
    assert_eq!(place(&matches(&result)[0]), (3, 5, 25, 11));
    assert_eq!(occurrences(&result, "lineRanges")[0]["start"], 3);
}

#[test]
fn headers_below_titles_and_rows_of_the_file() {
    let folder = Folder::new();
    folder.write("a.csv", format!("Customer export 2025\r\n\r\nname;ssn;2024-01-01\r\nAnn;{SSN};5\r\n"));
    let result = folder.scan(&["."]);
    let cell = serde_json::json!([{"row": 4, "column": 2, "columnName": "ssn", "cellReference": null}]);
    assert_eq!(occurrences(&result, "cells"), cell);
    // What stands above the table is inspected too.
    folder.write("a.csv", format!("Export for Ann, ssn {SSN}\nname,city,zip\nAnn,Rome,1\nBob,Rome,2\n"));
    assert_eq!(occurrences(&folder.scan(&["."]), "lineRanges")[0]["start"], 1);
}

#[test]
fn what_only_looks_like_a_table_is_text() {
    let cases = [
        format!("2025-01-02 10:00:00,123 INFO login, user ssn, {SSN}\n2025-01-02 10:00:01,456 WARN x, y, z\n"),
        format!("INSERT INTO t (id, ssn) VALUES (1,'{SSN}');\nINSERT INTO t (id, ssn) VALUES (2,'x');\n"),
        format!("id | ssn\n---+-----\n 1 | {SSN}\n(1 row)\n"),
    ];
    for text in cases {
        let found = matches_of(&text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].1, "lineRanges", "{text}");
    }
    let unaligned = format!("id|name|ssn\n1|Ann|{SSN}\n2|Bob|{SSN}\n(2 rows)\n");
    let found = matches_of(&unaligned);
    assert_eq!(found.iter().map(|f| f.1).collect::<Vec<_>>(), ["cells", "cells"], "{unaligned}");
}

/// Each match of a nameless file, and the kind of its place.
fn matches_of(text: &str) -> Vec<(Match, &'static str)> {
    let folder = Folder::new();
    folder.write("file", text);
    let result = folder.scan(&["."]);
    let kind =
        ["cells", "records"].into_iter().find(|kind| !occurrences(&result, kind).is_null()).unwrap_or("lineRanges");
    matches(&result).into_iter().map(|m| (m, kind)).collect()
}

#[test]
fn a_broken_line_of_json_costs_only_itself_and_is_reported() {
    let folder = Folder::new();
    folder.write(
        "a.jsonl",
        format!("{{\"ssn\": \"{SSN}\"}}\nssn {SSN} is no record\n{{\"ssn\": [\"{SSN}\"], \"x\": NaN,}}\n"),
    );
    let result = folder.scan(&["."]);
    assert_eq!(matches(&result).iter().map(|m| m.line).collect::<Vec<_>>(), [1, 2, 3]);
    let record = |index: u64, path: &str| serde_json::json!({"jsonPath": path, "recordIndex": index});
    assert_eq!(occurrences(&result, "records"), serde_json::json!([record(0, "$.ssn"), record(2, "$.ssn[0]")]));
    assert_eq!(occurrences(&result, "lineRanges")[0]["start"], 2);
    assert_eq!(skipped(&result), [("a.jsonl".to_owned(), "UNABLE_TO_PARSE_FILE".to_owned())]);
    assert!(result["skipped"][0]["detail"].as_str().unwrap().contains("line 2"));
    assert_eq!(result["skipped"][0]["status"], "PARTIAL");
}

#[test]
fn a_json_document_cut_off_keeps_its_paths_and_is_partial() {
    let folder = Folder::new();
    folder.write("a.json", format!("{{\"people\": [{{\"ssn\": \"{SSN}\"}},\n{{\"ssn\": \"{SSN}"));
    let result = folder.scan(&["."]);
    let record = |path: &str| serde_json::json!({"jsonPath": path, "recordIndex": 0});
    assert_eq!(
        occurrences(&result, "records"),
        serde_json::json!([record("$.people[0].ssn"), record("$.people[1].ssn")])
    );
    assert_eq!(skipped(&result), [("a.json".to_owned(), "UNABLE_TO_PARSE_FILE".to_owned())]);
    folder.write("a.json", format!("{{\n \"ssn\": \"{SSN}\"\n}}\n{{\n \"ssn\": \"{SSN}\"\n}}\n"));
    let result = folder.scan(&["."]);
    assert_eq!(
        occurrences(&result, "records"),
        serde_json::json!([
            {"jsonPath": "$.ssn", "recordIndex": 0},
            {"jsonPath": "$.ssn", "recordIndex": 1},
        ])
    );
    assert_eq!(skipped(&result), []);
}

#[test]
fn encodings_that_are_not_decoded_are_reported() {
    let folder = Folder::new();
    folder.write("a.txt", format!("Stra+AN8-e und +ANY-l, ssn {SSN}\n"));
    folder.write("b.txt", [b"\x1B$)C\n\x0E0!0\"\x0F ssn ".as_slice(), SSN.as_bytes()].concat());
    let result = folder.scan(&["."]);
    assert_eq!(matches(&result).len(), 2);
    assert_eq!(skipped(&result).len(), 2);
}

#[test]
fn an_orc_record_has_its_index_and_path() {
    let folder = Folder::new();
    folder.write("a.bin", include_bytes!("../data/people-zlib.orc"));
    let result = folder.scan(&[".", "--identifiers", "USA_SOCIAL_SECURITY_NUMBER"]);
    assert_eq!(occurrences(&result, "records"), serde_json::json!([{"jsonPath": "$.ssn", "recordIndex": 0}]));
    // A file in one of its values, of which only the first bytes are there.
    assert_eq!(skipped(&result), [("a.bin!/note/2".to_owned(), "MALFORMED_FILE".to_owned())]);
}

#[test]
fn an_image_is_partial_where_its_metadata_was_read() {
    let folder = Folder::new();
    let comment = format!("ssn {SSN}");
    let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
    folder.write("a.jpg", [b"\xFF\xD8\xFF\xFE".as_slice(), &length, comment.as_bytes(), b"\xFF\xDA\0\x02"].concat());
    folder.write("b.jpg", b"\xFF\xD8\xFF\xDA\0\x02");
    let result = folder.scan(&["."]);
    assert_eq!(matches(&result).len(), 1);
    let rows: Vec<_> = result["skipped"].as_array().unwrap().iter().map(|row| (&row["path"], &row["status"])).collect();
    assert_eq!(serde_json::json!(rows), serde_json::json!([["a.jpg", "PARTIAL"], ["b.jpg", "SKIPPED"]]));
}
