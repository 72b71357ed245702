//! How files are kept: the inventory, policy findings, and the gate that is held to them.

use crate::harness::Folder;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;

const SSN: &str = "employee SSN: 536-90-4399\n";

fn mode(folder: &Folder, name: &str, mode: u32) {
    fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
}

/// A folder that everyone may pass through, as its files would lie on a share.
fn open_folder() -> Folder {
    let folder = Folder::new();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn policies(result: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = result["policyFindings"].as_array().unwrap().iter();
    rows.map(|row| {
        assert_eq!(row["category"], "POLICY");
        let path = text(&row["resourcesAffected"]["file"]["path"]);
        (path, text(&row["type"]).replace("Policy:File/", ""), text(&row["severity"]["description"]))
    })
    .collect()
}

fn row(path: &str, kind: &str, severity: &str) -> (String, String, String) {
    (path.to_owned(), kind.to_owned(), severity.to_owned())
}

#[test]
fn files_open_to_everyone() {
    let folder = open_folder();
    folder.write("in/private.txt", SSN);
    folder.write("in/read.txt", SSN);
    folder.write("in/write.txt", SSN);
    folder.write("in/clean.txt", "nothing");
    folder.write("in/shut/read.txt", SSN);
    mode(&folder, "in/private.txt", 0o640);
    mode(&folder, "in/read.txt", 0o644);
    mode(&folder, "in/write.txt", 0o622);
    mode(&folder, "in/clean.txt", 0o666);
    mode(&folder, "in/shut/read.txt", 0o644);
    mode(&folder, "in/shut", 0o700);
    mode(&folder, "in", 0o755);
    let result = folder.scan(&["in"]);
    let expected = [row("read.txt", "WorldReadable", "High"), row("write.txt", "WorldWritable", "High")];
    assert_eq!(policies(&result), expected);
    assert_eq!(result["summary"]["policyFindings"]["total"], 2);
    assert_eq!(result["summary"]["findings"]["total"], 4, "they are no findings");
    // From within the folder, and for a file as the target, it is the same.
    let ran = folder.run(&["scan", "--format", "json", "in/read.txt"]);
    assert_eq!(policies(&ran.json()), [row("read.txt", "WorldReadable", "High")]);
    // A file of a result is what it was.
    assert_eq!(folder.run(&["scan", "-q", "-o", "r.jsonl", "in"]).code, 0);
    let lines = fs::read_to_string(folder.path().join("r.jsonl")).unwrap();
    assert_eq!(lines.matches("\"type\":\"Policy:File/").count(), 2);
    let text = folder.run(&["scan", "in"]).stdout;
    assert!(text.contains("Policy findings\n  Writable by everyone: 1 file\n"), "{text}");
    assert!(text.contains("Policy:    2 (2 high, 0 medium, 0 low)"));
    let macie = folder.run(&["scan", "--format", "macie", "in"]).stdout;
    assert!(!macie.contains("POLICY") && macie.lines().count() == 4);
}

#[test]
fn a_checkout_is_readable_by_whom_it_may_be() {
    let folder = open_folder();
    folder.write("in/read.txt", SSN);
    folder.write("in/write.txt", SSN);
    folder.write("in/.git/HEAD", "ref: refs/heads/main");
    mode(&folder, "in/read.txt", 0o644);
    mode(&folder, "in/write.txt", 0o646);
    mode(&folder, "in", 0o755);
    assert_eq!(policies(&folder.scan(&["in"])), [row("write.txt", "WorldWritable", "High")]);
}

#[test]
fn the_gate_of_policies_is_one_of_its_own() {
    let folder = open_folder();
    folder.write("in/a.txt", SSN);
    mode(&folder, "in", 0o755);
    mode(&folder, "in/a.txt", 0o644);
    assert_eq!(folder.run(&["scan", "-q", "in"]).code, 0);
    assert_eq!(folder.run(&["scan", "-q", "--fail-on-policy", "high", "in"]).code, 1);
    mode(&folder, "in/a.txt", 0o600);
    assert_eq!(folder.run(&["scan", "-q", "--fail-on-policy", "low", "in"]).code, 0);
    mode(&folder, "in/a.txt", 0o644);
    let rule = "[[suppress]]\nreason = 'made up'\ncriteria.severity.description = { eq = 'High' }\n";
    folder.write("tamis.toml", rule);
    let accepted = folder.run(&["scan", "-q", "--fail-on-policy", "low", "in"]);
    assert_eq!(accepted.code, 0, "what a rule accepts says nothing: {}", accepted.stderr);
}

/// Made up: the bytes of a key, in the armour of one.
fn key(head: &str, body_begins: &str) -> String {
    let body: String = (0..300_u32)
        .map(|n| {
            char::from(
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[(n * n * 7 + n * 13) as usize % 64],
            )
        })
        .collect();
    let body = format!("{body_begins}{body}");
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {head}-----\n{}\n-----END {head}-----\n", lines.join("\n"))
}

#[test]
fn private_keys() {
    let folder = open_folder();
    let bare = key("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB");
    let locked = key("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0");
    folder.write("in/bare", &bare);
    folder.write("in/locked", &locked);
    folder.write("in/open", format!("some words before\n\n{locked}"));
    folder.write("in/pkcs8", key("ENCRYPTED PRIVATE KEY", "MII"));
    folder.write("in/rsa", key("RSA PRIVATE KEY", "MII"));
    for name in ["in/bare", "in/locked", "in/pkcs8", "in/rsa"] {
        mode(&folder, name, 0o600);
    }
    mode(&folder, "in/open", 0o640);
    let expected = [
        row("bare", "PrivateKeyWithoutPassphrase", "Medium"),
        row("open", "PrivateKeyOpen", "High"),
        row("rsa", "PrivateKeyWithoutPassphrase", "Medium"),
    ];
    assert_eq!(policies(&folder.scan(&["in"])), expected);
}

#[test]
fn archives_against_a_policy() {
    let folder = Folder::new();
    let archive = |name: &str| {
        let mut zip = zip::ZipWriter::new(fs::File::create(folder.path().join(name)).unwrap());
        zip.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, SSN.as_bytes()).unwrap();
        zip.finish().unwrap();
    };
    fs::create_dir_all(folder.path().join("in/backup")).unwrap();
    archive("in/backup/a.zip");
    archive("in/b.zip");
    folder.write("in/c.txt", SSN);
    for name in ["in/backup/a.zip", "in/b.zip", "in/c.txt"] {
        mode(&folder, name, 0o600);
    }
    assert_eq!(policies(&folder.scan(&["in"])), []);
    let allow = "[[policy]]\npaths = ['backup/**']\nunencrypted-archives = 'allow'\n";
    let refuse = "[[policy]]\nname = 'no archives'\npaths = ['**']\nunencrypted-archives = 'refuse'\n";
    folder.write("tamis.toml", format!("{allow}{refuse}"));
    let result = folder.scan(&["in"]);
    assert_eq!(policies(&result), [row("b.zip", "UnencryptedArchive", "High")]);
    assert_eq!(result["policyFindings"][0]["policy"], "no archives");
    folder.write("tamis.toml", "[[policy]]\npaths = ['**']\n");
    let ran = folder.run(&["scan", "in"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("tamis.toml:1: policy.unencrypted-archives: missing"), "{}", ran.stderr);
}

#[test]
fn an_inventory_without_reading() {
    let folder = open_folder();
    folder.write("in/hr/people.csv", SSN.repeat(100));
    folder.write("in/hr/more.CSV", SSN);
    folder.write("in/film.mp4", vec![0; 5_000]);
    folder.write("in/photo.jpg", "no picture");
    folder.write("in/deep/er/table.xyz", "{\"a\": 1}");
    folder.write("in/name", "text");
    std::os::unix::fs::symlink("/nowhere", folder.path().join("in/link")).unwrap();
    for (name, bits) in
        [("in", 0o755), ("in/hr", 0o755), ("in/hr/more.CSV", 0o666), ("in/hr/people.csv", 0o600), ("in/name", 0o600)]
    {
        mode(&folder, name, bits);
    }
    let ran = folder.run(&["inventory", "--format", "json", "-j", "2", "in"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let result = ran.json();
    assert_eq!(result["total"]["objects"], 6);
    assert_eq!(result["readable"], serde_json::json!({ "objects": 2, "bytes": 101 * SSN.len() }));
    assert_eq!(
        [&result["pictures"]["objects"], &result["unknown"]["objects"], &result["unreadable"]["objects"]],
        [1, 2, 1]
    );
    let types = result["types"].as_array().unwrap();
    let of = |extension: &str| types.iter().find(|row| row["extension"] == extension).unwrap();
    assert_eq!([&of("csv")["objects"], &of("mp4")["bytes"]], [2, 5_000]);
    assert_eq!([&of("mp4")["classifiable"], &of("mp4")["type"], &of("xyz")["type"]], ["no", "video", "unknown"]);
    assert_eq!(result["open"]["writablePaths"], serde_json::json!(["hr/more.CSV"]));
    assert_eq!(result["notFiles"]["NOT_A_REGULAR_FILE"], 1);
    let folders: Vec<_> = result["folders"].as_array().unwrap().iter().map(|f| f["folder"].as_str().unwrap()).collect();
    assert_eq!(folders, [".", "deep", "hr"]);
    assert!(result["estimate"]["processorSeconds"].as_f64().is_some());
    assert_eq!(ran.stdout, folder.run(&["inventory", "--format", "json", "-j", "2", "in"]).stdout);
    let sniffed = folder.run(&["inventory", "--sniff", "--format", "json", "in"]).json();
    let types = sniffed["types"].as_array().unwrap();
    let of = |extension: &str| types.iter().find(|row| row["extension"] == extension).unwrap()["type"].clone();
    assert_eq!([of("xyz"), of("jpg"), of("mp4")], ["json", "text", "no format"]);
    let text = folder.run(&["inventory", "in"]).stdout;
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains("A full scan reads ") && text.contains("hr/more.CSV") && text.contains("video"), "{text}");
    let missing = folder.run(&["inventory", "nowhere"]);
    assert_eq!(missing.code, 2);
}

#[test]
fn each_target_and_folder_has_a_score() {
    let folder = open_folder();
    folder.write("a/hr/people.txt", SSN.repeat(5));
    folder.write("a/notes.txt", "nothing");
    folder.write("b/clean/film.xyz", "nothing");
    let result = folder.scan(&["a", "b"]);
    let rows = result["summary"]["byTarget"].as_array().unwrap();
    let of = |row: &Value| {
        (row["objects"]["total"].as_u64(), row["findings"]["high"].as_u64(), row["sensitivityScore"].as_i64())
    };
    assert_eq!(rows.iter().map(|row| row["target"].as_str().unwrap()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((of(&rows[0]), of(&rows[1])), ((Some(2), Some(1), Some(60)), (Some(1), Some(0), Some(1))));
    let folders = rows[0]["folders"].as_array().unwrap();
    assert_eq!(folders.iter().map(|row| row["folder"].as_str().unwrap()).collect::<Vec<_>>(), [".", "hr"]);
    assert_eq!((of(&folders[0]), of(&folders[1])), ((Some(1), Some(0), Some(1)), (Some(1), Some(1), Some(60))));
    let text = folder.run(&["scan", "-o", "r.json", "a", "b"]).stdout;
    assert!(text.lines().any(|line| line.starts_with("  hr/") && line.contains("60")), "{text}");
    let inventory = folder.run(&["inventory", "--from", "r.json", "-f", "json", "a", "b"]).json();
    let rows = inventory["byTarget"].as_array().unwrap();
    assert_eq!([&rows[0]["sensitivityScore"], &rows[1]["sensitivityScore"]], [60, 1]);
    assert_eq!([&rows[0]["total"]["objects"], &rows[1]["total"]["objects"]], [2, 1]);
    assert_eq!(rows[0]["folders"][1]["sensitivityScore"], 60);
    let text = folder.run(&["inventory", "--from", "r.json", "a", "b"]).stdout;
    assert!(text.lines().all(|line| line.chars().count() <= 80) && text.contains("Score"), "{text}");
    assert!(!folder.run(&["inventory", "a", "b"]).stdout.contains("Score"));
}

#[test]
fn a_rule_accepts_how_files_are_kept() {
    let folder = open_folder();
    for name in ["in/a/read.txt", "in/b/read.txt", "in/b/write.txt"] {
        folder.write(name, SSN);
        mode(&folder, name, if name.contains("write") { 0o646 } else { 0o644 });
    }
    let rule = "[[suppress]]\nreason = 'a public share'\n[suppress.criteria]\ntype.eq = 'Policy:File/WorldReadable'\n\
                resourcesAffected.file.path.glob = 'b/*'\n";
    folder.write("tamis.toml", rule);
    let result = folder.scan(&["in"]);
    let left = [row("a/read.txt", "WorldReadable", "High"), row("b/write.txt", "WorldWritable", "High")];
    assert_eq!(policies(&result), left);
    assert_eq!(result["summary"]["findings"]["total"], 3, "the data stays");
    let rules = &result["summary"]["suppressions"];
    assert_eq!((&rules[0]["status"], &rules[0]["findings"]), (&json!("applied"), &json!(2)));
    assert_eq!(policies(&folder.scan(&["--no-suppress", "in"])).len(), 4);
}

#[test]
fn the_record_keeps_how_files_were_kept() {
    let folder = open_folder();
    folder.write("in/read.txt", SSN);
    folder.write("in/write.txt", SSN);
    mode(&folder, "in/read.txt", 0o644);
    mode(&folder, "in/write.txt", 0o622);
    let scan = || assert_eq!(folder.run(&["scan", "-q", "--store", "r.db", "in"]).code, 0);
    let list = |args: &[&str]| {
        let all = [&["findings", "list", "--policy", "--store", "r.db", "-f", "json"], args].concat();
        let rows = folder.run(&all).json();
        let state = |row: &Value| if row["record"]["resolvedAt"].is_null() { "open" } else { "resolved" };
        let name = |row: &Value| row["type"].as_str().unwrap().replace("Policy:File/", "");
        let rows = rows.as_array().unwrap();
        rows.iter().map(|row| format!("{} {}", name(row), state(row))).collect::<Vec<_>>()
    };
    scan();
    assert_eq!(list(&[]), ["WorldReadable open", "WorldWritable open"]);
    assert_eq!(list(&["--filter", "type eq Policy:File/WorldWritable"]), ["WorldWritable open"]);
    assert_eq!(list(&["--filter", "resourcesAffected.file.path glob read.*"]), ["WorldReadable open"]);
    // One of them, by the beginning of its id, whatever became of it.
    let text = folder.run(&["findings", "list", "--policy", "--store", "r.db"]).stdout;
    let line = text.lines().find(|line| line.contains("WorldReadable")).unwrap();
    let id = line.split(' ').next().unwrap();
    let shown = folder.run(&["findings", "show", id, "--store", "r.db"]).json();
    assert_eq!(shown["resourcesAffected"]["file"]["path"], "read.txt");
    assert_eq!((&shown["category"], &shown["record"]["reopened"]), (&json!("POLICY"), &json!(0)));
    mode(&folder, "in/read.txt", 0o600);
    scan();
    assert_eq!(list(&[]), ["WorldWritable open"]);
    assert_eq!(list(&["--all"]), ["WorldReadable resolved", "WorldWritable open"]);
    let gone = folder.run(&["findings", "show", id, "--store", "r.db"]).json();
    assert!(gone["record"]["resolvedAt"].is_string(), "{gone}");
    mode(&folder, "in/read.txt", 0o644);
    scan();
    assert_eq!(folder.run(&["findings", "show", id, "--store", "r.db"]).json()["record"]["reopened"], 1);
    // The data is in a list of its own, and each run is counted.
    let data = folder.run(&["findings", "list", "--store", "r.db", "-f", "json"]).json();
    assert_eq!(data.as_array().unwrap().len(), 2);
    let trend = folder.run(&["findings", "trend", "--store", "r.db", "-f", "json"]).json();
    let counts = |run: &Value| {
        let of = |name: &str| run["policyFindings"][name].as_u64().unwrap();
        [of("total"), of("new"), of("reopened"), of("resolved")]
    };
    let counts: Vec<_> = trend.as_array().unwrap().iter().map(counts).collect();
    assert_eq!(counts, [[2, 2, 0, 0], [1, 0, 0, 1], [2, 0, 1, 0]]);
    assert_eq!(folder.run(&["findings", "show", "ffffffffffff", "--store", "r.db"]).code, 2);
}
