//! Limits and links in archives: what a limit cuts is named with that limit, never as damage, at every nesting.

use crate::containers::{gzip, tar, zip};
use crate::harness::{Folder, found};
use serde_json::Value;

const MEMBER: &[u8] = b"hello\nmy ssn 536-90-4399 ok\n";

fn members() -> Vec<(String, Vec<u8>)> {
    (0..10).map(|n| (format!("f{n}"), MEMBER.to_vec())).collect()
}

fn packed(kind: &str, members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    match kind {
        "zip" => zip(&members),
        "tar" => tar(&members),
        "tgz" => gzip(&tar(&members)),
        _ => gzip(&members.iter().map(|(_, bytes)| *bytes).collect::<Vec<_>>().concat()),
    }
}

/// (path, reason, status, detail) of every row.
fn rows(result: &Value) -> Vec<(String, String, String, String)> {
    let word = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = result["skipped"].as_array().unwrap().iter();
    rows.map(|row| {
        let path = [word(row, "path"), word(row, "embeddedPath")].join("!/");
        (path, word(row, "reason"), word(row, "status"), word(row, "detail"))
    })
    .collect()
}

/// The result but for what differs from run to run.
fn stable(mut result: Value) -> Value {
    for key in ["scan", "tool"] {
        result[key] = Value::Null;
    }
    result["summary"]["durationSeconds"] = Value::Null;
    for list in ["findings", "policyFindings"] {
        for finding in result[list].as_array_mut().unwrap() {
            for key in ["createdAt", "updatedAt"] {
                finding[key] = Value::Null;
            }
            finding["classificationDetails"]["jobId"] = Value::Null;
        }
    }
    result
}

#[test]
fn a_member_cut_by_its_limit_is_named_with_it() {
    let folder = Folder::new();
    folder.write("outer.zip", zip(&[("inner.zip", &packed("zip", &members())), ("after", MEMBER)]));
    let result = folder.scan(&["--max-member", "500", "outer.zip"]);
    let rows = rows(&result);
    assert_eq!(rows[0].0, "outer.zip!/inner.zip");
    for (path, reason, status, detail) in &rows {
        assert_eq!((reason.as_str(), status.as_str()), ("FILE_EXCEEDS_SIZE_LIMIT", "PARTIAL"), "{path}");
        assert!(detail.contains("reading stopped after"), "{detail}");
    }
    let found = found(&result);
    assert!(found.len() > 5, "{found:?}");
    assert!(found.iter().any(|(path, _)| path == "outer.zip!/after"));
}

#[test]
fn no_limit_is_reported_as_damage_at_any_nesting() {
    let folder = Folder::new();
    let limits: &[(&[&str], &[&str])] = &[
        (&["--max-member", "300"], &["FILE_EXCEEDS_SIZE_LIMIT"]),
        (&["--max-member", "1000"], &["FILE_EXCEEDS_SIZE_LIMIT"]),
        (&["--max-member", "1600"], &["FILE_EXCEEDS_SIZE_LIMIT"]),
        (&["--max-extracted", "200"], &["ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT"]),
        (&["--max-extracted", "1000"], &["ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT"]),
        (&["--max-extracted", "1300"], &["ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT"]),
        (&["--max-members", "4"], &["ARCHIVE_TOTAL_DOCUMENTS_PROCESSED_OVER_LIMIT"]),
    ];
    let kinds = ["zip", "tar", "tgz", "gz"];
    for inner in kinds {
        let inside = packed(inner, &members());
        for middle in kinds {
            let mut members = vec![(format!("in.{inner}"), inside.clone())];
            // A gzip file holds one thing; something behind it would be damage.
            if middle != "gz" {
                members.push(("after".to_owned(), MEMBER.to_vec()));
            }
            let wrapped = packed(middle, &members);
            folder.write(&format!("a/two.{inner}.{middle}"), &wrapped);
            for outer in ["zip", "tar"] {
                let third = packed(outer, &[(format!("mid.{middle}"), wrapped.clone())]);
                folder.write(&format!("a/three.{inner}.{middle}.{outer}"), third);
            }
        }
    }
    for (limit, reasons) in limits {
        let scan = |threads: &str| folder.scan(&[*limit, &["-j", threads, "a"]].concat());
        let one = scan("1");
        for (path, reason, _, _) in rows(&one) {
            assert!(reasons.contains(&reason.as_str()), "{limit:?}: {path} {reason}");
        }
        for threads in ["2", "4"] {
            assert_eq!(stable(scan(threads)), stable(one.clone()), "{limit:?} -j{threads}");
        }
    }
}

#[test]
fn rows_of_limits_on_the_sum_say_where_reading_stopped() {
    let folder = Folder::new();
    folder.write("a.zip", packed("zip", &members()));
    let detail = |args: &[&str]| rows(&folder.scan(&[args, &["a.zip"]].concat()))[0].3.clone();
    assert_eq!(detail(&["--max-members", "4"]), "reading stopped at member 5: it and what follows were not read");
    assert_eq!(detail(&["--max-extracted", "60"]), "reading stopped in member 3: what follows was not read");
}

#[test]
fn archives_without_members_are_complete() {
    let folder = Folder::new();
    folder.write("empty.zip", zip(&[]));
    folder.write("empty.tar", vec![0; 10_240]);
    folder.write("empty.tar.gz", gzip(&[0; 10_240]));
    folder.write("empty.gz", gzip(b""));
    folder.write("outer.zip", zip(&[("e.zip", &zip(&[])), ("e.tar", &[0; 1024]), ("e.gz", &gzip(b""))]));
    let result = folder.scan(&["--strict", "."]);
    assert_eq!(rows(&result), []);
}

#[test]
fn links_inside_an_archive_are_no_gap() {
    let folder = Folder::new();
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(MEMBER.len() as u64);
    builder.append_data(&mut header, "d/c.txt", MEMBER).unwrap();
    for (kind, name, target) in [
        (tar::EntryType::Symlink, "d/soft", "c.txt"),
        (tar::EntryType::Link, "hard", "d/c.txt"),
        (tar::EntryType::Symlink, "away", "/etc/passwd"),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        builder.append_link(&mut header, name, target).unwrap();
    }
    folder.write("a.tar", builder.into_inner().unwrap());
    let rows = rows(&folder.scan(&["a.tar"]));
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((rows[0].0.as_str(), rows[0].1.as_str()), ("a.tar!/away", "NOT_A_REGULAR_FILE"));
}
