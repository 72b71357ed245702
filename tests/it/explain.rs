//! `identifiers test` tells the truth: what it keeps is what a scan finds, and every other candidate has the right reason.

use crate::harness::{Folder, Ran, matches};
use serde_json::Value;
use std::path::Path;
use tamis::artifact::ArtifactPath;
use tamis::detect::{Detector, Fate, Session, Settings, explain};
use tamis::formats::Content;
use tamis::formats::text::plain;
use tamis::identifier::managed;
use tamis::trial::MOST;

type Span = (String, u64, u64);

fn kept(detector: &Detector, text: &str) -> Vec<Span> {
    let mut content = Content::memory(b"x", text.as_bytes().to_vec());
    let explained = explain(detector, &mut plain(&mut content), MOST);
    let kept = explained.candidates.iter().filter(|c| matches!(c.fate, Fate::Kept { .. }));
    let mut spans: Vec<Span> = kept.map(|c| (c.identifier.id.clone(), c.position.offset, c.position.length)).collect();
    spans.sort();
    spans
}

fn found(detector: &Detector, text: &str) -> Vec<Span> {
    let mut content = Content::memory(b"x", text.as_bytes().to_vec());
    let mut session = Session::new(detector, ArtifactPath::file("x"));
    session.text(&mut plain(&mut content), &|| true).unwrap();
    let span = |d: &tamis::finding::Detection| {
        let id = d.identifier.id.clone();
        let at = |o: &tamis::finding::Occurrence| (id.clone(), o.position.offset, o.position.length);
        d.occurrences.iter().map(at).collect::<Vec<_>>()
    };
    let mut spans: Vec<Span> = session.finish().iter().flat_map(span).collect();
    spans.sort();
    spans
}

#[test]
fn what_is_kept_is_what_a_scan_finds() {
    let settings = Settings { max_occurrences: usize::MAX, ..Settings::default() };
    let detector = Detector::new(managed().unwrap(), settings);
    let mut run = String::new();
    for identifier in managed().unwrap() {
        let examples = &identifier.examples;
        for text in examples.matching.iter().chain(examples.no_match.iter()) {
            assert_eq!(kept(&detector, text), found(&detector, text), "{}: {text:?}", identifier.id);
            run.push_str(text);
            run.push('\n');
            if run.len() > 4_000 {
                // One behind the other they share keywords and compete.
                assert_eq!(kept(&detector, &run), found(&detector, &run), "{run:?}");
                run.clear();
            }
        }
    }
}

/// The candidates of a test over a file, by the real program.
fn candidates(ran: &Ran) -> Vec<Value> {
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.json()["candidates"].as_array().unwrap().clone()
}

#[test]
fn structured_samples_agree_with_a_scan() {
    let folder = Folder::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for name in ["hr/staff.csv", "shop/orders.jsonl", "app/service.log", "letters/note-utf16.txt"] {
        let file = name.replace('/', "-");
        std::fs::copy(root.join(name), folder.path().join(&file)).unwrap();
        let tested = folder.run(&["identifiers", "test", "all", &file, "--format", "json"]);
        let kept: Vec<_> = candidates(&tested)
            .iter()
            .filter(|c| c["outcome"] == "kept")
            .map(|c| (c["identifier"].as_str().unwrap().to_owned(), c["offset"].as_u64().unwrap()))
            .collect();
        let mut scanned: Vec<_> = matches(&folder.scan(&[&file])).into_iter().map(|m| (m.id, m.offset)).collect();
        scanned.sort_by_key(|(id, offset)| (*offset, id.clone()));
        assert!(!kept.is_empty(), "{name}");
        assert_eq!(kept, scanned, "{name}");
    }
}

const CUSTOM: &str = r#"
[[identifier]]
id = "BADGE"
keywords = ["badge"]
ignore_words = ["00000"]
borders = "number"
validator = "luhn"
regex = '\d{5}'
[identifier.examples]
match = ["badge 12344", "badge 54320"]
no_match = ["badge 12345", "12344"]
[[identifier]]
id = "QUIET"
keywords = ["secret"]
patterns = [{ regex = 'Q-\d{3}', forbids_keyword = true }]
[[identifier]]
id = "LONG"
regex = 'ZZ-\d{3}-\d{3}'
[[identifier]]
id = "SHORT"
regex = 'ZZ-\d{3}'
"#;

#[test]
fn each_gate_is_named() {
    let folder = Folder::new();
    folder.write("custom.toml", CUSTOM);
    let far = "x".repeat(60);
    let lines = [
        "badge 12344".to_owned(),
        "badge 123445".to_owned(),
        "badge 12345".to_owned(),
        "badge 00000".to_owned(),
        format!("badge {far} 54320"),
        "12344 badge is behind it".to_owned(),
        "secret Q-123 Q-456".to_owned(),
        format!("{}98764", ".".repeat(1_200)),
    ];
    folder.write("text.txt", lines.join("\n"));
    let args = ["identifiers", "test", "BADGE,QUIET", "text.txt", "--custom", "custom.toml", "--format", "json"];
    let all = candidates(&folder.run(&args));
    let gates: Vec<(u64, &str, &str)> = all
        .iter()
        .map(|c| (c["line"].as_u64().unwrap(), c["outcome"].as_str().unwrap(), c["gate"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        gates,
        [
            (1, "kept", ""),
            (2, "dropped", "borders"),
            (3, "dropped", "validator"),
            (4, "dropped", "ignoreWord"),
            (5, "dropped", "keywordTooFar"),
            (6, "dropped", "keywordTooFar"),
            (7, "dropped", "keywordForbidden"),
            (7, "dropped", "keywordForbidden"),
            (8, "dropped", "keywordMissing"),
        ],
        "{all:#?}"
    );
    assert_eq!((&all[4]["distance"], &all[4]["keyword"]), (&67.into(), &"badge".into()));
    assert!(all[2]["explanation"].as_str().unwrap().contains("luhn"), "{}", all[2]);
    let text = folder.run(&["identifiers", "test", "BADGE", "text.txt", "--custom", "custom.toml"]).stdout;
    assert!(text.contains("from the keyword `badge` to its end there are 67 characters, at most 50"), "{text}");
    assert!(text.starts_with("1:7      kept     BADGE  *****\n"), "{text}");
    assert!(!text.contains("12344") && !text.contains("00000"), "{text}");
    let shown = folder.run(&["identifiers", "test", "BADGE", "text.txt", "--custom", "custom.toml", "--reveal"]).stdout;
    assert!(shown.contains("12344") && shown.contains("the ignored word `00000`"), "{shown}");
}

#[test]
fn who_lost_against_whom() {
    let folder = Folder::new();
    folder.write("custom.toml", CUSTOM);
    let mut args = vec!["identifiers", "test", "none", "-", "--custom", "custom.toml", "--format", "json"];
    let plain = candidates(&folder.run_with(&args, b"ZZ-123-456 ZZ-789"));
    let outcome = |c: &Value| (c["identifier"].as_str().unwrap().to_owned(), c["outcome"].as_str().unwrap().to_owned());
    let expected = [("SHORT", "lost"), ("LONG", "kept"), ("SHORT", "kept")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(plain.iter().map(outcome).collect::<Vec<_>>(), expected);
    assert_eq!((&plain[0]["lostTo"], &plain[0]["rule"]), (&"LONG".into(), &Value::Null));
    args.push("--explain");
    let explained = candidates(&folder.run_with(&args, b"ZZ-123-456 ZZ-789"));
    assert_eq!(explained[0]["rule"], "length");
    assert!(explained[0]["explanation"].as_str().unwrap().contains("its match is longer"), "{}", explained[0]);
    // Alone it is kept; who would win among all is told when it is asked for.
    let alone = ["identifiers", "test", "SHORT", "-", "--custom", "custom.toml", "--explain"];
    let text = folder.run_with(&alone, b"ZZ-123-456").stdout;
    assert!(text.contains("kept") && text.contains("among all identifiers") && text.contains("LONG"), "{text}");
}

#[test]
fn own_examples() {
    let folder = Folder::new();
    folder.write("custom.toml", CUSTOM);
    let ran = folder.run(&["identifiers", "test", "BADGE", "--custom", "custom.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.contains("BADGE: 4 of 4 examples pass") && !ran.stdout.contains("12344"), "{}", ran.stdout);
    folder.write("bad.toml", CUSTOM.replace("badge 54320", "badge 54321"));
    let ran = folder.run(&["identifiers", "test", "badge", "--custom", "bad.toml"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("FAIL finds  2") && ran.stdout.contains("luhn says no"), "{}", ran.stdout);
    let json = folder.run(&["identifiers", "test", "badge", "--custom", "bad.toml", "--format", "json"]);
    assert_eq!((json.code, &json.json()[0]["failed"]), (1, &1.into()));
    let managed = folder.run(&["identifiers", "test"]);
    assert_eq!(managed.code, 0, "{}", managed.stdout);
    assert!(managed.stdout.ends_with("pass, 0 fail\n"));
}

#[test]
fn wrong_words_are_refused() {
    let folder = Folder::new();
    folder.write("a.txt", "ssn 536-90-4399");
    let refused = |args: &[&str], parts: &[&str]| {
        let ran = folder.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        for part in parts {
            assert!(ran.stderr.contains(part), "no {part} in {}", ran.stderr);
        }
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    };
    refused(&["identifiers", "test", "USA_SOCIAL_SECURTY_NUMBER"], &["did you mean `USA_SOCIAL_SECURITY_NUMBER`"]);
    refused(&["identifiers", "test", "USA_SOCIAL_SECURITY_NUMBER", "b.txt"], &["b.txt", "cannot be read"]);
    folder.write("b.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR");
    refused(&["identifiers", "test", "all", "b.png"], &["b.png", "tamis formats"]);
    let ran = folder.run(&["identifiers", "test", "a.txt"]);
    assert!(ran.code == 0 && ran.stdout.contains("USA_SOCIAL_SECURITY_NUMBER"), "{}", ran.stderr);
}
