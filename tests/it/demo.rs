//! The samples show what the README promises: the whole summary, compared with `tests/samples.expected`.

use crate::harness::Folder;
use std::fs;
use std::path::Path;

/// Copies a folder. Modes are those of nobody's checkout: files are their owner's alone.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &copied);
            continue;
        }
        fs::copy(&path, &copied).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&copied, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
}

#[test]
fn the_samples_show_what_they_should() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::new();
    copy(&root.join("samples"), &folder.path().join("samples"));
    let ran = folder.run(&["scan", "samples"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().filter(|l| !l.starts_with("Duration:")).collect();
    let shown = lines.join("\n") + "\n";
    let expected = root.join("tests/samples.expected");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&expected, &shown).unwrap();
    }
    assert_eq!(shown, fs::read_to_string(&expected).unwrap(), "run with UPDATE_EXPECTED=1 and look at the change");
}
