//! What is no regular file: pipes without a writer, devices, standard input, and what a shell passes as a descriptor.
#![cfg(unix)]

use crate::harness::{Folder, found, skipped};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SSN: &str = "employee SSN: 536-90-4399\n";

fn make_pipe(folder: &Folder, name: &str) {
    let status = Command::new("mkfifo").arg(folder.path().join(name)).status().unwrap();
    assert!(status.success());
}

#[test]
fn a_pipe_without_a_writer_is_a_row() {
    let folder = Folder::new();
    make_pipe(&folder, "pipe");
    folder.write("a.txt", SSN);
    let expected = [("pipe".to_owned(), "NOT_A_REGULAR_FILE".to_owned())];
    for args in [&["pipe"][..], &["."], &["pipe", "a.txt"]] {
        assert_eq!(skipped(&folder.scan(args)), expected, "{args:?}");
    }
    assert_eq!(skipped(&folder.scan(&["/dev/zero"])), [("zero".to_owned(), "NOT_A_REGULAR_FILE".to_owned())]);
    assert_eq!(folder.run(&["scan", "--strict", "pipe"]).code, 3);
}

#[test]
fn standard_input_by_any_name() {
    let folder = Folder::new();
    for (target, name) in [("-", "-"), ("/dev/stdin", "stdin"), ("/dev/fd/0", "0")] {
        let ran = folder.run_with(&["scan", "--format", "json", target], SSN.as_bytes());
        assert_eq!(found(&ran.json()), [(name.to_owned(), "USA_SOCIAL_SECURITY_NUMBER".to_owned())]);
    }
}

#[test]
fn a_command_in_place_of_a_file_is_read() {
    let folder = Folder::new();
    let script = format!("{} scan --format json <(echo '{}')", env!("CARGO_BIN_EXE_tamis"), SSN.trim());
    let Ok(output) = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output() else { return };
    let result = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found(&result).len(), 1);
}

#[test]
fn a_signal_ends_the_wait_for_a_writer() {
    let folder = Folder::new();
    let program = env!("CARGO_BIN_EXE_tamis");
    let start = |target: &str| {
        let script = format!("exec {program} scan --format json {target}");
        let mut command = Command::new("bash");
        command.args(["-c", &script]).current_dir(folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    };
    for target in ["-", "<(exec sleep 30)"] {
        let mut child = start(target);
        let mut input = child.stdin.take().unwrap();
        input.write_all(SSN.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(700));
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let clock = Instant::now();
        let status = child.wait().unwrap();
        assert!(clock.elapsed() < Duration::from_secs(2), "{target}");
        assert_eq!(status.code(), Some(130), "{target}");
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        let result: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(result["scan"]["complete"], false);
    }
}

#[test]
fn verbose_says_what_is_read_as_what_and_what_is_not() {
    let folder = Folder::new();
    folder.write(
        "a.zip",
        crate::containers::zip(&[("b.txt", SSN.as_bytes()), ("c.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")]),
    );
    let ran = folder.run(&["scan", "-v", "-j", "1", "."]);
    assert_eq!(ran.code, 0);
    let lines: Vec<_> = ran.stderr.lines().collect();
    let expected = [
        "tamis: a.zip: read as zip",
        "tamis: a.zip!/b.txt: read as text",
        "tamis: a.zip!/c.png: read as png",
        "tamis: a.zip!/c.png: SKIPPED UNSUPPORTED_FILE_TYPE_EXCEPTION",
    ];
    assert_eq!(lines, expected);
    assert!(!ran.stderr.contains("4399"));
    assert_eq!(folder.run(&["scan", "-v", "-q", "."]).code, 2);
}
