//! What is wrong with the words or the user's own files stops the program at once: one clear line, exit 2, nothing scanned.

use crate::harness::{Folder, Ran};

/// One line on standard error that holds all of `parts`; nothing on standard output.
fn refused(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    for part in parts {
        assert!(ran.stderr.contains(part), "no `{part}` in {}", ran.stderr);
    }
    if parts[0] != "usage" {
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
}

#[test]
fn targets() {
    let folder = Folder::new();
    folder.write("a.txt", "nothing here");
    refused(&folder.run(&["scan", "nowhere"]), &["nowhere", "no such file or folder", "nothing was scanned"]);
    refused(&folder.run(&["scan", "a.txt", "nowhere"]), &["nowhere"]);
}

#[test]
#[cfg(unix)]
fn an_unreadable_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let inner = folder.path().join("closed");
    std::fs::create_dir(&inner).unwrap();
    std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(0o000)).unwrap();
    let readable_anyway = std::fs::read_dir(&inner).is_ok(); // as root
    let ran = folder.run(&["scan", "closed"]);
    let below = folder.scan(&["."]);
    std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(0o700)).unwrap();
    if !readable_anyway {
        refused(&ran, &["closed", "permission denied"]);
        assert_eq!(crate::harness::skipped(&below), [("closed".to_owned(), "PERMISSION_DENIED".to_owned())]);
    }
}

#[test]
fn flags() {
    let folder = Folder::new();
    let usage = |args: &[&str], part: &str| {
        let ran = folder.run(args);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    };
    usage(&["scan", "--formt", "json"], "--format");
    usage(&["scan", "--format", "yaml"], "possible values");
    usage(&["scan", "--max-extracted", "much"], "10M");
    usage(&["scan", "--max-depth-archive", "11"], "0..=10");
    usage(&["scan", "-j", "0"], "1 to 1024");
    refused(&folder.run(&["scan", "--output", "report.doc"]), &["report.doc", "names no format", ".json"]);
    let no_folder = folder.run(&["scan", "--output", "no/such/folder.json"]);
    assert!(no_folder.code == 4 && no_folder.stderr.contains("does not exist"), "{}", no_folder.stderr);
    refused(
        &folder.run(&["scan", "--identifiers", "none"]),
        &["--identifiers none", "nothing to look for", "--custom"],
    );
    refused(&folder.run(&["scan", "no\u{1b}[31mwhere\n"]), &["no\\x1b[31mwhere\\n"]);
    refused(&folder.run(&["scan", "--include", "a{"]), &["--include", "a{"]);
}

#[test]
fn identifiers() {
    let folder = Folder::new();
    refused(
        &folder.run(&["scan", "--identifiers", "CREDIT_CARD_NUMBRE"]),
        &["--identifiers", "CREDIT_CARD_NUMBRE", "did you mean `CREDIT_CARD_NUMBER", "identifiers list"],
    );
    refused(&folder.run(&["identifiers", "show", "NO_SUCH_THING"]), &["NO_SUCH_THING"]);
}

#[test]
fn custom_files() {
    let folder = Folder::new();
    let cases: &[(&str, &[&str])] = &[
        ("[[identifier]]\nid = 'A'\nregex = 'a('\n", &["custom.toml:3", "regex", "unclosed group"]),
        ("[[identifier]]\nid = 'A'\nregex = 'a(?=b)'\n", &["custom.toml:3", "regex", "look-ahead"]),
        ("[[identifier]]\nid = 'A'\nregex = 'a*'\n", &["custom.toml:3", "regex", "empty text"]),
        ("[[identifier]]\nid = 'A'\nregex = '(?:a{1000}){1000}'\n", &["custom.toml:3", "regex", "too large"]),
        (
            "[[identifier]]\nid = 'A'\nregex = 'ab'\nvalidator = 'lunh'\n",
            &["custom.toml:4", "validator", "lunh", "luhn"],
        ),
        ("[[identifier]]\nid = 'A'\nregexp = 'ab'\n", &["custom.toml:3", "regexp"]),
        (
            "[[identifier]]\nid = 'A'\nregex = 'ab'\n[[identifier]]\nid = 'A'\nregex = 'cd'\n",
            &["custom.toml:5", "id", "already"],
        ),
        ("[[identifier]]\nid = 'PHONE_NUMBER'\nregex = 'ab'\n", &["custom.toml:2", "PHONE_NUMBER", "already"]),
        ("[[identifier]]\nid = 'A B'\nregex = 'ab'\n", &["custom.toml:2", "id"]),
        ("[[identifier]]\nid = 'A'\nregex = 'ab'\nmaximum_match_distance = 301\n", &["custom.toml:4", "300"]),
        (
            "[[identifier]]\nid = 'A'\nregex = 'ab'\n[identifier.examples]\nmatch = []\n",
            &["custom.toml:1", "examples.match"],
        ),
        (
            "[[identifier]]\nid = 'A'\nregex = 'ab'\nseverity_levels = [{occurrences_threshold = 5, severity = 'low'}, {occurrences_threshold = 2, severity = 'high'}]\n",
            &["custom.toml:4", "severity_levels", "ascending"],
        ),
        (
            "[[identifier]]\nid = 'A'\npatterns = [{ regex = 'ab', requires_keyword = true }]\n",
            &["custom.toml:3", "keywords"],
        ),
        ("[[identifier]]\nid = 'phone_number'\nregex = 'ab'\n", &["custom.toml:2", "phone_number", "already"]),
        ("[[identifier]]\nid = 5\nregex = 'ab'\n", &["custom.toml:2: id:", "string"]),
        (
            "[[identifier]]\nid = 'A'\nregex = 'ab'\nseverity_levels = [{ occurrences_threshold = 1, severity = 'top' }]\n",
            &["custom.toml:4: severity_levels:", "`top`", "`high`"],
        ),
        ("# nothing yet\n", &["custom.toml:1", "[[identifier]]"]),
        ("[[identifier]]\nid = 'A'\n", &["custom.toml:1", "patterns"]),
        ("[[identifier]\nid = 'A'\n", &["custom.toml:1"]),
    ];
    for (text, parts) in cases {
        folder.write("custom.toml", text);
        refused(&folder.run(&["scan", "--custom", "custom.toml", "."]), parts);
    }
    refused(&folder.run(&["scan", "--custom", "missing.toml"]), &["--custom missing.toml", "cannot be read"]);
    folder.write("latin.toml", b"id = '\xe9'");
    refused(&folder.run(&["scan", "--custom", "latin.toml"]), &["--custom latin.toml"]);
}

#[test]
fn a_bad_scanned_file_is_a_row() {
    let folder = Folder::new();
    folder.write("half.zip", b"PK\x03\x04 and then nothing of a zip");
    folder.write("half.gz", b"\x1f\x8b\x08\x00\x00");
    folder.write("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR");
    folder.write("noise", [0, 1, 2, 3, 0, 0, 0, 255, 254, 0, 0, 7, 1, 2].repeat(50));
    folder.write("empty", "");
    let ran = folder.run(&["scan", "--format", "json", "."]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr, "");
    let rows = crate::harness::skipped(&ran.json());
    let expect =
        |path: &str, reason: &str| assert!(rows.contains(&(path.to_owned(), reason.to_owned())), "{path}: {rows:?}");
    expect("half.zip", "MALFORMED_FILE");
    expect("half.gz", "MALFORMED_FILE");
    expect("picture.png", "UNSUPPORTED_FILE_TYPE_EXCEPTION");
    expect("noise", "UNSUPPORTED_FILE_TYPE_EXCEPTION");
    assert_eq!(rows.len(), 4, "{rows:?}");
    assert_eq!(folder.run(&["scan", "--strict", "."]).code, 3);
}
