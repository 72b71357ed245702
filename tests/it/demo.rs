//! The samples show what the README promises: the whole summary, compared with `tests/samples.expected`.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_samples_show_what_they_should() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output =
        Command::new(env!("CARGO_BIN_EXE_tamis")).args(["scan", "samples"]).current_dir(root).output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with("Duration:")).collect();
    let shown = lines.join("\n") + "\n";
    let expected = root.join("tests/samples.expected");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&expected, &shown).unwrap();
    }
    assert_eq!(shown, fs::read_to_string(&expected).unwrap(), "run with UPDATE_EXPECTED=1 and look at the change");
}
