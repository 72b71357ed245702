//! What an unchanged file costs and gives: a run with `--state` says what a full one says, whatever happened in between.

use crate::harness::Folder;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The program in a folder, by a clock that is so many seconds ahead: what a test has just written is then old enough to be
/// remembered.
pub(crate) fn program(folder: &Path, ahead: u64, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
    command
        .args(args)
        .current_dir(folder)
        .env("TAMIS_TEST_SECONDS_AHEAD", ahead.to_string())
        .env("XDG_STATE_HOME", folder.join("state-home"))
        .env("TZ", "UTC")
        .env_remove("TAMIS_FINGERPRINT_KEY")
        .stdin(Stdio::null());
    command
}

pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run_at(folder: &Folder, ahead: u64, args: &[&str]) -> Said {
    let output = program(folder.path(), ahead, args).output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A scan with a state, ten seconds ahead.
fn scan(folder: &Folder, args: &[&str]) -> Value {
    let mut all = vec!["scan", "-f", "json", "--identifiers", "all", "--state", "s.db", "tree"];
    all.extend(args);
    let said = run_at(folder, 10, &all);
    assert!(said.err.is_empty() || said.err.starts_with("tamis: Gate failed"), "{}", said.err);
    serde_json::from_str(&said.out).unwrap()
}

fn full(folder: &Folder, args: &[&str]) -> Value {
    let mut all = vec!["scan", "-f", "json", "--identifiers", "all", "tree"];
    all.extend(args);
    serde_json::from_str(&run_at(folder, 10, &all).out).unwrap()
}

fn taken_over(result: &Value) -> u64 {
    result["summary"]["objects"]["takenOver"].as_u64().unwrap()
}

/// A result without what differs from run to run.
fn timeless(mut result: Value) -> Value {
    result["scan"]["id"] = json!(null);
    result["scan"]["startedAt"] = json!(null);
    result["scan"]["finishedAt"] = json!(null);
    result["summary"]["durationSeconds"] = json!(null);
    result["summary"]["objects"].as_object_mut().unwrap().remove("takenOver");
    for list in ["findings", "policyFindings"] {
        for finding in result[list].as_array_mut().unwrap() {
            finding["createdAt"] = json!(null);
            finding["updatedAt"] = json!(null);
            finding["classificationDetails"]["jobId"] = json!(null);
        }
    }
    result
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// A bit of everything: the samples, archives, damage, marks, names that are not UTF-8.
fn tree() -> Folder {
    let folder = Folder::new();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"), &folder.path().join("tree"));
    folder.write("tree/marked.txt", "SSN: 536-90-4399 tamis:allow\nSSN: 536-90-4398\n");
    folder.write("tree/cut.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\xffthis is no deflate stream at all");
    folder.write("tree/picture.png", b"\x89PNG\r\n\x1a\n and so on");
    folder.write("tree/a/b.txt", "clean");
    folder.write("tree/a.txt", "clean");
    #[cfg(target_os = "linux")]
    {
        let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"tree/caf\xe9.txt");
        fs::write(folder.path().join(name), "SSN: 536-90-4399\n").unwrap();
    }
    folder
}

#[test]
fn an_incremental_run_says_what_a_full_one_says() {
    let folder = tree();
    let first = scan(&folder, &[]);
    assert_eq!(taken_over(&first), 0);
    assert_eq!(timeless(first.clone()), timeless(full(&folder, &[])));
    assert!(first["findings"].as_array().unwrap().len() > 5 && !first["skipped"].as_array().unwrap().is_empty());
    let second = scan(&folder, &[]);
    let files = walk(&folder.path().join("tree"));
    assert_eq!(taken_over(&second), files);
    assert_eq!(timeless(second), timeless(first));
    // Whatever the number of workers, and with judgement of another kind over what is kept.
    for args in [&["-j", "1"][..], &["--min-severity", "high"], &["--max-file-size", "1GiB"], &["--no-suppress"]] {
        let again = scan(&folder, args);
        assert_eq!(timeless(again), timeless(full(&folder, args)), "{args:?}");
        let _ = scan(&folder, &[]);
    }
    // Changed, new, renamed and deleted files.
    folder.write("tree/a.txt", "SSN: 536-90-4398\n");
    folder.write("tree/new.txt", "SSN: 536-90-4398\n");
    fs::rename(folder.path().join("tree/marked.txt"), folder.path().join("tree/other.txt")).unwrap();
    fs::remove_file(folder.path().join("tree/picture.png")).unwrap();
    let third = scan(&folder, &[]);
    assert_eq!(taken_over(&third), files - 3);
    assert_eq!(timeless(third), timeless(full(&folder, &[])));
    let text = run_at(&folder, 10, &["scan", "--identifiers", "all", "--state", "s.db", "tree"]).out;
    assert!(text.contains(&format!("Unchanged: {files} files taken over from an earlier run")), "{text}");
}

fn walk(folder: &Path) -> u64 {
    let count = |entry: fs::DirEntry| if entry.file_type().unwrap().is_dir() { walk(&entry.path()) } else { 1 };
    fs::read_dir(folder).unwrap().map(|entry| count(entry.unwrap())).sum()
}

#[test]
fn what_decides_the_result_decides_what_is_read_again() {
    let folder = tree();
    folder.write("allow.txt", "E-111111\n");
    folder.write("ids.toml", "[[identifier]]\nid = 'BADGE'\nregex = '\\bE-\\d{6}\\b'\n");
    folder.write("passwords.txt", "secret\n");
    let again = |args: &[&str]| {
        let _ = scan(&folder, &[]);
        taken_over(&scan(&folder, args))
    };
    let files = walk(&folder.path().join("tree"));
    for same in [&["--min-severity", "high"][..], &["-j", "1"], &["--exclude", "nothing"], &["--fail-on", "low"]] {
        assert_eq!(again(same), files, "{same:?}");
    }
    for other in [
        &["--custom", "ids.toml"][..],
        &["--identifiers", "credentials"],
        &["--allow", "allow.txt"],
        &["--max-members", "5"],
        &["--max-occurrences", "5"],
        &["--no-suppress"],
        &["--password-file", "passwords.txt"],
    ] {
        assert_eq!(again(other), 0, "{other:?}");
        assert_eq!(taken_over(&scan(&folder, other)), files, "{other:?}");
    }
    // Of an allow list its content counts.
    folder.write("allow.txt", "E-222222\n");
    assert_eq!(again(&["--allow", "allow.txt"]), 0);
}

#[test]
fn a_change_that_hides_itself_is_seen() {
    let folder = tree();
    let path = folder.write("tree/pay.txt", "SSN: 000-00-0000\n");
    let _ = scan(&folder, &[]);
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    // As long as before, and dated back.
    fs::write(&path, "SSN: 536-90-4399\n").unwrap();
    fs::File::options().append(true).open(&path).unwrap().set_modified(before).unwrap();
    let result = scan(&folder, &[]);
    assert!(result["findings"].as_array().unwrap().iter().any(|f| f["resourcesAffected"]["file"]["path"] == "pay.txt"));
    // What was written a moment before the run may be written again in the same moment.
    let now = |args: &[&str]| {
        let said = run_at(&folder, 0, &[&["scan", "-f", "json", "--state", "now.db", "tree"], args].concat());
        taken_over(&serde_json::from_str(&said.out).unwrap())
    };
    folder.write("tree/fresh.txt", "just now");
    now(&[]);
    fs::remove_file(folder.path().join("tree/fresh.txt")).unwrap();
    folder.write("tree/fresh.txt", "just now");
    let files = walk(&folder.path().join("tree"));
    assert!(now(&[]) < files);
}

#[test]
fn contents_are_compared_when_asked_for() {
    let folder = tree();
    let path = folder.path().join("tree/marked.txt");
    let first = scan(&folder, &["--rehash"]);
    let files = walk(&folder.path().join("tree"));
    assert_eq!(taken_over(&first), 0);
    let touch = || {
        let content = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, content).unwrap();
    };
    touch();
    let second = scan(&folder, &["--rehash"]);
    assert_eq!(taken_over(&second), files);
    assert_eq!(timeless(second), timeless(full(&folder, &[])));
    // The new stamp is known from then on.
    assert_eq!(taken_over(&scan(&folder, &[])), files);
    touch();
    assert_eq!(taken_over(&scan(&folder, &[])), files - 1);
    fs::write(&path, "SSN: 536-90-4399\n").unwrap();
    // Of a file that was read without it no hash is known.
    let last = scan(&folder, &["--rehash"]);
    assert_eq!(taken_over(&last), files - 1);
    assert_eq!(timeless(last), timeless(full(&folder, &[])));
}

#[test]
fn no_matched_text_is_kept() {
    let folder = tree();
    let values = ["536-90-4399", "536904399", "4111111111111111", "AKIAIOSFODNN7EXAMPLE"];
    folder.write("tree/secret.csv", "name,ssn,card\nx,536-90-4399,4111111111111111\n");
    let args = ["--store", "store.db", "--rehash"];
    let _ = scan(&folder, &args);
    let _ = scan(&folder, &args);
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            for value in values {
                assert!(!bytes.windows(value.len()).any(|w| w == value.as_bytes()), "{value} in {}", path.display());
            }
        }
    }
    for flag in ["--state", "--store"] {
        let said = run_at(&folder, 10, &["scan", flag, "x.db", "--reveal", "tree"]);
        assert_eq!(said.code, 2, "{}", said.err);
    }
    #[cfg(unix)]
    for name in ["s.db", "s.db.lock", "store.db"] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn files_that_are_no_state_are_refused_and_left_alone() {
    let folder = tree();
    let _ = scan(&folder, &[]);
    let good = fs::read(folder.path().join("s.db")).unwrap();
    let refused = |content: &[u8], part: &str| {
        let path = folder.write("bad.db", content);
        let said = run_at(&folder, 10, &["scan", "--identifiers", "all", "--state", "bad.db", "tree"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{part}: {}", said.err);
        assert!(
            said.err.contains("bad.db") && said.err.contains(part) && said.err.lines().count() == 1,
            "{}",
            said.err
        );
        assert_eq!(fs::read(&path).unwrap(), content, "{part}");
    };
    refused(b"my notes", "no state file");
    refused(&good[..good.len() / 2], "damaged");
    refused(&good[..60], "damaged");
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    refused(&newer, "newer tamis");
    // One bit of a row.
    let mut flipped = good.clone();
    for at in 0..good.len() - 6 {
        if &good[at..at + 6] == b"cut.gz" {
            flipped[at] ^= 1;
        }
    }
    assert_ne!(flipped, good);
    refused(&flipped, "damaged");
    let _ = run_at(&folder, 10, &["scan", "--store", "store.db", "tree"]);
    refused(&fs::read(folder.path().join("store.db")).unwrap(), "no state file");
    assert_eq!(run_at(&folder, 10, &["scan", "--state", "no/such/folder/s.db", "tree"]).code, 2);
    // A run that has the file keeps others out.
    let lock = fs::File::options().write(true).open(folder.path().join("s.db.lock")).unwrap();
    lock.lock().unwrap();
    let said = run_at(&folder, 10, &["scan", "--state", "s.db", "tree"]);
    assert!(said.code == 2 && said.err.contains("in use by another run"), "{}", said.err);
}

#[test]
fn a_run_that_is_killed_loses_what_was_in_flight_and_no_more() {
    let folder = Folder::new();
    for number in 0..400 {
        let line = if number % 7 == 0 { "SSN: 536-90-4399\n" } else { "nothing here\n" };
        folder.write(&format!("tree/{}/{number}.txt", number % 10), line.repeat(50));
    }
    let rounds = std::env::var("TAMIS_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(8);
    let args = ["scan", "-q", "--identifiers", "all", "-j", "2", "--state", "s.db", "--store", "f.db", "tree"];
    let mut seed = 12_345_u64;
    for round in 0..rounds {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        if round % 3 == 0 {
            // The next runs find something to do.
            folder.write(&format!("tree/{}/more-{round}.txt", round % 10), "SSN: 536-90-4398\n");
        }
        let mut child = program(folder.path(), 10, &args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis((seed >> 33) % 400));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let last = scan(&folder, &["--store", "f.db"]);
    assert_eq!(timeless(last), timeless(full(&folder, &[])));
    let files = walk(&folder.path().join("tree"));
    assert_eq!(taken_over(&scan(&folder, &["--store", "f.db"])), files);
    // The record says the same as one of a run that nobody disturbed.
    let _ = run_at(&folder, 10, &["scan", "-q", "--identifiers", "all", "--store", "one.db", "tree"]);
    let ids = |store: &str| {
        let said = run_at(&folder, 10, &["findings", "list", "--all", "-f", "json", "--store", store]);
        let all: Value = serde_json::from_str(&said.out).unwrap();
        let key = |f: &Value| (f["id"].clone(), f["record"]["resolvedAt"].clone(), f["severity"].clone());
        all.as_array().unwrap().iter().map(key).collect::<Vec<_>>()
    };
    assert_eq!(ids("f.db"), ids("one.db"));
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_costs_the_state_alone() {
    let folder = Folder::new();
    for number in 0..3000 {
        folder.write(&format!("tree/{number}.txt"), "SSN: 536-90-4399\n");
    }
    let expected = timeless(full(&folder, &[]));
    // No file may grow beyond this: in units of 512 bytes.
    let script = "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_tamis"), "scan", "-f", "json", "--identifiers", "all"])
        .args(["--state", "s.db", "tree"])
        .env("TAMIS_TEST_SECONDS_AHEAD", "10")
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{error}");
    assert!(error.contains("s.db: the state file cannot be used"), "{error}");
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(timeless(result), expected);
    let next = scan(&folder, &[]);
    assert_eq!(timeless(next), expected);
    assert_eq!(taken_over(&scan(&folder, &[])), 3000);
}
