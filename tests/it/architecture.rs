//! Holds the table of `ARCHITECTURE.md`: who may import whom. Arrows go from stages to nouns, and no stage knows another.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A module, and the modules of ours that it may name.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("allow_list", &["dialect", "mistake", "shape"]),
    ("area", &[]),
    ("artifact", &[]),
    ("location", &[]),
    ("status", &[]),
    ("validators", &[]),
    ("imports", &["dialect", "identifier", "mistake"]),
    ("inventory", &["area", "artifact", "formats", "plan", "police", "sources", "status"]),
    ("limits", &[]),
    ("mistake", &[]),
    ("text", &["location"]),
    ("config", &["identifier", "mistake", "policy", "schedule", "suppression"]),
    ("database", &[]),
    ("decode", &["text", "location"]),
    ("dialect", &[]),
    ("shape", &[]),
    ("identifier", &["allow_list", "dialect", "mistake", "shape", "validators"]),
    ("finding", &["artifact", "identifier", "location", "status"]),
    ("police", &["artifact", "finding", "formats", "identifier", "policy"]),
    ("policy", &["artifact", "finding", "identifier", "mistake"]),
    ("report", &["area", "finding", "identifier", "policy", "score", "status"]),
    ("score", &[]),
    ("plan", &["detect", "formats", "identifier", "limits", "policy", "report", "suppression"]),
    ("formats", &["artifact", "decode", "location", "status", "text"]),
    ("suppression", &["identifier", "mistake", "policy"]),
    ("suppress", &["artifact", "finding", "identifier", "policy", "report", "suppression"]),
    ("sources", &["artifact", "limits", "location", "plan", "status"]),
    ("open", &["artifact", "finding", "formats", "limits", "location", "status", "text"]),
    (
        "detect",
        &["allow_list", "artifact", "dialect", "finding", "identifier", "location", "shape", "text", "validators"],
    ),
    ("reports", &["area", "artifact", "finding", "identifier", "location", "policy", "report", "status"]),
    ("compare", &["artifact", "finding", "report"]),
    ("merge", &["area", "finding", "policy", "report"]),
    ("saved", &["area", "artifact", "finding", "identifier", "location", "policy", "report", "status"]),
    (
        "scan",
        &[
            "area",
            "artifact",
            "detect",
            "finding",
            "identifier",
            "location",
            "open",
            "plan",
            "police",
            "report",
            "sources",
            "state",
            "status",
            "suppress",
            "text",
        ],
    ),
    ("schedule", &[]),
    ("state", &["artifact", "database", "finding", "identifier", "location", "plan", "status"]),
    (
        "store",
        &[
            "artifact",
            "database",
            "finding",
            "identifier",
            "policy",
            "report",
            "reports",
            "saved",
            "status",
            "suppress",
            "suppression",
        ],
    ),
    ("trial", &["detect", "formats", "identifier", "status", "text"]),
    (
        "cli",
        &[
            "allow_list",
            "artifact",
            "config",
            "detect",
            "dialect",
            "finding",
            "formats",
            "identifier",
            "imports",
            "inventory",
            "limits",
            "location",
            "mistake",
            "plan",
            "policy",
            "report",
            "reports",
            "saved",
            "schedule",
            "status",
            "store",
            "suppression",
            "trial",
            "validators",
        ],
    ),
];

#[test]
fn imports_keep_to_the_table() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&source) {
        let module = module_of(&source, &file);
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else { continue };
        if file.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        // Unit tests below the code may look around.
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for name in imports(code) {
            if name != module && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{} imports {name}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_module_is_in_the_table() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let library = fs::read_to_string(source.join("lib.rs")).unwrap();
    let modules: BTreeSet<&str> = library
        .lines()
        .filter_map(|l| l.strip_prefix("pub mod ").or(l.strip_prefix("mod "))?.strip_suffix(';'))
        .collect();
    let table: BTreeSet<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    assert_eq!(modules, table);
}

#[test]
fn files_are_of_a_readable_length() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&source) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(file.ends_with("tests.rs") || text.starts_with("//!"), "{} says nothing of itself", file.display());
        assert!(text.lines().count() <= 600, "{} is too long", file.display());
    }
}

/// Names that follow `crate::` anywhere in a file.
fn imports(text: &str) -> BTreeSet<String> {
    let name = |rest: &str| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1))
        .map(name)
        .filter(|name| !name.is_empty())
        .collect()
}

fn module_of(source: &Path, file: &Path) -> String {
    let first = file.strip_prefix(source).unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}
