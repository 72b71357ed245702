//! What comes out and where: formats, files, gates, masks, signals.

use crate::harness::Folder;
use std::fs;

const SSN: &str = "employee SSN: 536-90-4399\n";

#[test]
fn the_gate() {
    let folder = Folder::new();
    folder.write("a.txt", SSN);
    assert_eq!(folder.run(&["scan", "."]).code, 0);
    assert_eq!(folder.run(&["scan", "--fail-on", "high", "."]).code, 1);
    folder.write("a.txt", "call me: phone (212) 456-7890\n");
    assert_eq!(folder.run(&["scan", "--identifiers", "all", "--fail-on", "high", "."]).code, 0);
    assert_eq!(folder.run(&["scan", "--identifiers", "all", "--fail-on", "low", "."]).code, 1);
    let above = folder.run(&["scan", "--identifiers", "all", "--min-severity", "medium", "--fail-on", "low", "."]);
    assert_eq!(above.code, 0);
}

#[test]
fn several_outputs_and_modes() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN);
    let ran = folder.run(&["scan", "-o", "r.json", "-o", "jsonl:r.log", "-o", "macie:r.findings", "in"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("a.txt"), "the summary is still there");
    let json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("r.json")).unwrap()).unwrap();
    assert_eq!(json["summary"]["findings"]["total"], 1);
    for name in ["r.json", "r.log", "r.findings"] {
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(!text.contains("536-90-4399"), "{name}");
        assert!(text.contains("USA_SOCIAL_SECURITY_NUMBER"), "{name}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "{left:?}");
    let quiet = folder.run(&["scan", "-q", "in"]);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn an_output_that_cannot_be_written() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN);
    fs::create_dir(folder.path().join("taken.json")).unwrap();
    let ran = folder.run(&["scan", "--fail-on", "high", "-o", "taken.json", "in"]);
    assert_eq!(ran.code, 4, "4 wins over 1");
    assert!(ran.stderr.contains("taken.json"), "{}", ran.stderr);
}

#[test]
fn macie_findings_are_valid() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN.repeat(40));
    folder.write("in/b.csv", "name,ssn,card\nx,536-90-4399,4539578763621486\n");
    folder.write("in/c.json", r#"{"user": {"ssn": "536-90-4399", "odd key": ["4539578763621486"]}}"#);
    let custom = "[[identifier]]\nid = 'BADGE'\nregex = 'B-[0-9]{5}'\n";
    folder.write("badge.toml", custom);
    folder.write("in/d.txt", "badge B-12345, card number 4539578763621486");
    let ran = folder.run(&["scan", "--format", "macie", "--identifiers", "all", "--custom", "badge.toml", "in"]);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/finding.schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert_eq!(ran.stdout.lines().count(), 4);
    for line in ran.stdout.lines() {
        let finding = serde_json::from_str(line).unwrap();
        let errors: Vec<_> = validator.iter_errors(&finding).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn sarif_is_valid_whatever_the_target() {
    let folder = Folder::new();
    folder.write("in/a b.txt", format!("\n{SSN}"));
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sarif-schema-2.1.0.json");
    let schema = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (target, uri) in [("in", "in/a%20b.txt"), ("in/a b.txt", "in/a%20b.txt"), (".", "in/a%20b.txt")] {
        assert_eq!(folder.run(&["scan", "-o", "r.sarif", target]).code, 0);
        let log: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(folder.path().join("r.sarif")).unwrap()).unwrap();
        fs::remove_file(folder.path().join("r.sarif")).unwrap();
        let errors: Vec<_> = validator.iter_errors(&log).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], uri, "{target}");
        let region = &place["region"];
        assert_eq!([&region["startLine"], &region["startColumn"], &region["endColumn"]], [2, 15, 26]);
    }
}

#[test]
fn nothing_shows_the_value_unless_it_is_asked_for() {
    let folder = Folder::new();
    let token = "sk_live_51Hq7Xw2Zp9LmV4tRb8NcYdK";
    folder.write("a.env", format!("STRIPE={token}\nSSN=536-90-4399\n"));
    folder.write("b.csv", "id,ssn\n1,536-90-4399\n");
    folder.write("c.json", r#"{"ssn": {"536-90-4399": "536-90-4399"}}"#);
    for format in ["text", "json", "jsonl", "sarif", "gitlab", "html", "csv", "markdown", "junit", "macie"] {
        let hidden = folder.run(&["scan", "--identifiers", "all", "--format", format, "."]);
        for value in [token, &token[8..], "536-90-4399", "536-90", "536904399"] {
            assert!(!hidden.stdout.contains(value), "{format} shows {value}");
        }
    }
    for format in ["text", "json", "jsonl", "html"] {
        let shown = folder.run(&["scan", "--identifiers", "all", "--reveal", "--format", format, "."]);
        assert!(shown.stdout.contains(token) && shown.stdout.contains("536-90-4399"), "{format}");
    }
}

#[test]
fn custom_identifiers() {
    let folder = Folder::new();
    let custom = r"
        [[identifier]]
        id = 'EMPLOYEE_ID'
        name = 'Employee ID'
        keywords = ['employee']
        ignore_words = ['00000']
        maximum_match_distance = 20
        severity_levels = [{ occurrences_threshold = 2, severity = 'low' }]
        regex = 'E-\d{5}'
    ";
    folder.write("custom.toml", custom);
    folder.write("one.txt", "employee E-12345");
    folder
        .write("two.txt", "employee E-12345, employee E-23456, employee E-00000, and after all that E-99999 employee");
    folder.write("far.txt", "employee and a good deal of text E-12345; employee and a good deal of text E-12345");
    let result = folder.scan(&["--custom", "custom.toml", "--identifiers", "none", "."]);
    let findings = result["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "one is below the threshold, one is too far: {findings:?}");
    assert_eq!(findings[0]["resourcesAffected"]["file"]["path"], "two.txt");
    assert_eq!(findings[0]["type"], "SensitiveData:File/CustomIdentifier");
    assert_eq!(findings[0]["severity"]["description"], "Low");
    let custom = &findings[0]["classificationDetails"]["result"]["customDataIdentifiers"];
    assert_eq!(custom["totalCount"], 2);
    assert_eq!(custom["detections"][0]["name"], "Employee ID");
}

#[test]
fn ids_and_fingerprints_live_through_edits() {
    let folder = Folder::new();
    let ids = |result: serde_json::Value| {
        let finding = &result["findings"][0];
        let matches = &finding["classificationDetails"]["result"]["sensitiveData"][0]["detections"][0]["matches"];
        (finding["id"].clone(), matches[0]["fingerprint"].clone())
    };
    folder.write("a.txt", SSN);
    let before = ids(folder.scan(&["."]));
    folder.write("a.txt", format!("a line more\n\n{SSN}"));
    assert_eq!(before, ids(folder.scan(&["."])));
    assert_eq!(before.0.as_str().unwrap().len(), 32);
    folder.write("a.txt", SSN.replace("4399", "4398"));
    assert_eq!(before, ids(folder.scan(&["."])), "no hash of a value that can be guessed");
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_no_error() {
    use std::process::{Command, Stdio};
    let folder = Folder::new();
    for n in 0..200 {
        folder.write(&format!("{n}.txt"), SSN.repeat(50));
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
        .args(["scan", "--format", "json", "-o", "all.json", "."])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    let file = fs::read_to_string(folder.path().join("all.json")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&file).is_ok(), "the file is whole");
}

#[test]
#[cfg(unix)]
fn a_signal_ends_it_with_what_was_found() {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};
    let folder = Folder::new();
    folder.write("a.txt", SSN);
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        // Standard input stays open: the program waits for more of it until the signal comes.
        let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(["scan", "--format", "json", "a.txt", "-"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(SSN.repeat(10).as_bytes()).unwrap();
        std::thread::sleep(std::time::Duration::from_secs(1));
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code));
        let result: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(result["scan"]["complete"], false);
        assert!(crate::harness::found(&result).iter().any(|(path, _)| path == "a.txt"));
        drop(stdin);
    }
}
