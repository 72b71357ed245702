//! The list of formats, its table in the docs and a sample of each, held together; and each sample damaged in many ways.
//!
//! The samples are in `tests/formats`, named for their formats, and made by other programs (`make.py` there): each holds one number that is found and a near miss.

use crate::harness::{Folder, found};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

const SSN: &str = "USA_SOCIAL_SECURITY_NUMBER";
/// Formats whose samples hold nothing that is read.
const UNREAD: [&str; 2] = ["lfs", "ole"];
/// Formats that show no damage: text is what it is, and these have no mark of their end or begin with text.
const SILENT: [&str; 15] = [
    "text", "lfs", "settings", "table", "yaml", "csv", "tsv", "xml", "html", "mail", "mbox", "jsonl", "compress", "ar",
    "cpio",
];
/// Formats with checksums over all that is read.
const CHECKED: [&str; 13] =
    ["zip", "gzip", "bzip2", "xz", "lzip", "zstd", "lz4", "7z", "docx", "xlsx", "pptx", "odt", "epub"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The samples by the names of their formats.
fn samples() -> BTreeMap<String, (String, Vec<u8>)> {
    let entries = fs::read_dir(root().join("tests/formats")).unwrap().map(|entry| entry.unwrap().path());
    let sample = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), (name, fs::read(path).unwrap()))
    };
    entries.filter(|path| path.extension().is_some_and(|extension| extension != "py")).map(sample).collect()
}

fn list() -> Vec<Value> {
    Folder::new().run(&["formats", "--format", "json"]).json().as_array().unwrap().clone()
}

/// The occurrences of the only detection in a file.
fn occurrences<'r>(result: &'r Value, path: &str) -> Option<&'r Value> {
    let of_file = |finding: &&Value| finding["resourcesAffected"]["file"]["path"] == path;
    let finding = result["findings"].as_array().unwrap().iter().find(of_file)?;
    let detection = &finding["classificationDetails"]["result"]["sensitiveData"][0]["detections"][0];
    assert_eq!((&detection["type"], &detection["count"]), (&SSN.into(), &1.into()), "{path}");
    Some(&detection["occurrences"])
}

#[test]
fn every_format_reads_its_sample() {
    let samples = samples();
    let folder = Folder::new();
    for (name, content) in samples.values() {
        folder.write(name, content);
    }
    let ran = folder.run(&["scan", "-v", "-f", "json", "--identifiers", SSN, "."]);
    let result = ran.json();
    let listed = list();
    for format in &listed {
        let name = format["name"].as_str().unwrap();
        let (file, _) = samples.get(name).unwrap_or_else(|| panic!("tests/formats has no sample of {name}"));
        let line = format!("tamis: {file}: read as {name}");
        assert!(ran.stderr.lines().any(|known| known == line), "{line}\n{}", ran.stderr);
        let place = format["place"].as_str().unwrap_or("lineRanges");
        match occurrences(&result, file) {
            Some(occurrences) => assert!(occurrences[place].is_array(), "{file}: {occurrences}"),
            None => assert!(UNREAD.contains(&name), "{file}: nothing was found"),
        }
    }
    let known: BTreeSet<&str> = listed.iter().map(|format| format["name"].as_str().unwrap()).collect();
    assert!(samples.keys().all(|name| known.contains(name.as_str())), "a sample of no format: {known:?}");
}

#[test]
fn the_table_of_formats_is_true() {
    let mut table = "# Formats\n\nContent decides what a file is, not its name; `tamis formats` prints this table. A format is a file in \
                     `src/formats/`, and has a sample in `tests/formats/`.\n\n| format | usual extensions | media type | place of an \
                     occurrence |\n|---|---|---|---|\n"
        .to_owned();
    for row in list() {
        let extensions: Vec<&str> = row["extensions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let text = |key: &str| row[key].as_str().unwrap();
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} |",
            text("name"),
            extensions.join(" "),
            text("mediaType"),
            text("placeInWords")
        );
    }
    let path = root().join("docs/formats.md");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, &table).unwrap();
    }
    assert_eq!(
        table,
        fs::read_to_string(&path).unwrap_or_default(),
        "run with UPDATE_EXPECTED=1 and look at the change"
    );
}

/// Cuts and flips of a sample, each under a name of its own.
fn damaged(content: &[u8]) -> Vec<(String, Vec<u8>)> {
    const CUTS: usize = 17;
    const FLIPS: usize = 20;
    /// Less than this is no file of any kind.
    const LEAST: usize = 20;
    let cuts = (1..CUTS).map(|part| content.len() * part / CUTS).chain([content.len() - 1]);
    let cuts = cuts.filter(|at| *at >= LEAST).map(|at| (format!("cut-at-{at}"), content[..at].to_vec()));
    let flips = (0..FLIPS).map(|part| {
        let at = content.len() * (2 * part + 1) / (2 * FLIPS);
        let mut flipped = content.to_vec();
        flipped[at] ^= 1 << (part % 8);
        (format!("flipped-at-{at}"), flipped)
    });
    cuts.chain(flips).collect()
}

#[test]
fn damage_is_told_and_ends_well() {
    let folder = Folder::new();
    let mut must_tell = BTreeSet::new();
    for (format, (name, content)) in samples() {
        for (damage, bytes) in damaged(&content) {
            let name = format!("{damage}-{name}");
            folder.write(&name, bytes);
            let shows = if damage.starts_with("cut") {
                !SILENT.contains(&format.as_str())
            } else {
                CHECKED.contains(&format.as_str())
            };
            if shows {
                must_tell.insert(name);
            }
        }
    }
    let ran = folder.run(&["scan", "-f", "json", "--identifiers", SSN, "."]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let result = ran.json();
    assert_eq!(result["scan"]["complete"], true);
    let rows = result["skipped"].as_array().unwrap();
    for row in rows {
        assert!(!["PARSER_FAILED", "TIME_CUT_OFF_REACHED"].contains(&row["reason"].as_str().unwrap()), "{row}");
    }
    // What was lost is either there all the same, or its loss is a row.
    let found: BTreeSet<String> =
        found(&result).into_iter().map(|(path, _)| path.split("!/").next().unwrap().to_owned()).collect();
    let told: BTreeSet<&str> = rows.iter().map(|row| row["path"].as_str().unwrap()).collect();
    let silent: Vec<&String> =
        must_tell.iter().filter(|name| !found.contains(*name) && !told.contains(name.as_str())).collect();
    assert!(silent.is_empty(), "nothing found, and nothing said: {silent:#?}");
}
