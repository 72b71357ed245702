//! Build script: reads every `identifiers/*/*.toml`, so that adding an identifier is adding a file, and a scan parses none.
//!
//! It writes `$OUT_DIR/identifiers.rs`, the rows of `src/identifier/table.rs` by category and id, each pattern with its shape.
//! It packs `identifiers/lists/names.txt` too (`$OUT_DIR/names.*`). It only transcribes: what may stand in a file the loader decides, which a test runs over all of them.

#![allow(clippy::print_stdout)] // A build script talks to cargo that way.

#[allow(dead_code)]
#[path = "../src/validators/name/blocks.rs"]
mod blocks;
#[allow(dead_code)]
#[path = "../src/dialect.rs"]
mod dialect;
#[allow(dead_code)]
#[path = "../src/shape.rs"]
mod shape;

use shape::{Anchor, Literals, Shape};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};
use toml::{Table, Value};

/// In the order of the report.
const CATEGORIES: [(&str, &str); 3] = [
    ("CREDENTIALS", "Credentials"),
    ("FINANCIAL_INFORMATION", "FinancialInformation"),
    ("PERSONAL_INFORMATION", "PersonalInformation"),
];

/// Between the texts of a list, as `src/identifier/texts.rs` reads it.
const SEPARATOR: &str = "\u{1F}";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=identifiers");
    println!("cargo::rerun-if-changed=src/dialect.rs");
    println!("cargo::rerun-if-changed=src/shape.rs");
    println!("cargo::rerun-if-changed=src/shape");
    println!("cargo::rerun-if-changed=src/validators/name/blocks.rs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("identifiers");
    let mut files = Vec::new();
    for folder in fs::read_dir(&root)? {
        let folder = folder?.path();
        if folder.is_dir() {
            collect(&folder, &mut files)?;
        }
    }
    let mut rows = Vec::new();
    for file in &files {
        let name = file.strip_prefix(&root).unwrap_or(file).display().to_string().replace('\\', "/");
        let origin = format!("identifiers/{name}");
        let table: Table = toml::from_str(&fs::read_to_string(file)?).map_err(|e| format!("{origin}: {e}"))?;
        for entry in list(&table, "identifier") {
            let entry = entry.as_table().ok_or_else(|| format!("{origin}: [[identifier]] is no table"))?;
            rows.push(row(entry, &origin).map_err(|problem| format!("{origin}: {problem}"))?);
        }
    }
    rows.sort();
    let rows = rows.iter().fold(String::new(), |out, (_, _, row)| out + row);
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(target.join("identifiers.rs"), format!("&[\n{rows}]\n"))?;
    names(&root.join("lists/names.txt"), &target)
}

/// Packs the list of names: two digits and a mark behind each word.
fn names(list: &Path, target: &Path) -> Result<(), Box<dyn Error>> {
    let list = fs::read_to_string(list)?;
    let mut words = Vec::new();
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let (word, facts) = line.split_once(' ').unwrap_or_default();
        let (digits, mark) = facts.split_at_checked(2).unwrap_or_default();
        let mark = ["", "*", "!"].iter().position(|known| *known == mark);
        let (Ok(facts), Some(mark), 1..=blocks::LONGEST) = (digits.parse::<u8>(), mark, word.len()) else {
            return Err(format!("identifiers/lists/names.txt: {line}: not a word, two digits and a mark").into());
        };
        words.push(blocks::Entry { letters: word.as_bytes(), facts, mark: mark as u8, given: facts >= 10 });
    }
    for (name, bytes) in ["words", "given", "starts", "entries"].iter().zip(blocks::pack(&words)) {
        fs::write(target.join(format!("names.{name}")), bytes)?;
    }
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            files.push(path);
        }
    }
    Ok(())
}

/// One identifier as a row, behind what it is ordered by.
fn row(entry: &Table, origin: &str) -> Result<(usize, String, String), String> {
    let id = text(entry, "id");
    let category = CATEGORIES.iter().position(|(code, _)| *code == text(entry, "category"));
    let category = category.ok_or_else(|| format!("{id}: category: missing or unknown"))?;
    let name = entry.get("name").map_or(id, |_| text(entry, "name"));
    let examples = entry.get("examples").and_then(Value::as_table).cloned().unwrap_or_default();
    let mut out = format!("Row {{ category: Category::{},", CATEGORIES[category].1);
    for (field, value) in [
        ("id", id),
        ("name", name),
        ("origin", origin),
        ("description", text(entry, "description")),
        ("remediation", text(entry, "remediation")),
    ] {
        let _ = write!(out, " {field}: {value:?},");
    }
    for (field, values) in [
        ("tags", list(entry, "tags")),
        ("references", list(entry, "references")),
        ("keywords", list(entry, "keywords")),
        ("ignore_words", list(entry, "ignore_words")),
        ("matching", list(&examples, "match")),
        ("no_match", list(&examples, "no_match")),
    ] {
        let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        if texts.iter().any(|text| text.is_empty() || text.contains(SEPARATOR)) {
            return Err(format!("{id}: {field}: a text is empty, or holds a separator"));
        }
        let _ = write!(out, " {field}: Texts::built_in({:?}),", texts.join(SEPARATOR));
    }
    for field in ["recommended", "random"] {
        let _ = write!(out, " {field}: {},", flag(entry, field).unwrap_or(false));
    }
    let number = |field: &str| entry.get(field).and_then(Value::as_integer);
    let _ = write!(out, " precedence: {},", number("precedence").unwrap_or(0));
    let _ = write!(out, " maximum_match_distance: {:?},", number("maximum_match_distance"));
    let _ = writeln!(out, " severity_levels: &[{}], patterns: &[{}] }},", levels(entry), patterns(entry)?);
    Ok((category, id.to_owned(), out))
}

fn levels(entry: &Table) -> String {
    let levels = list(entry, "severity_levels").iter().filter_map(Value::as_table);
    let level = |level: &Table| {
        let severity = text(level, "severity");
        let severity = severity.get(..1).unwrap_or_default().to_uppercase() + severity.get(1..).unwrap_or_default();
        let threshold = level.get("occurrences_threshold").and_then(Value::as_integer).unwrap_or_default();
        format!("SeverityLevel {{ occurrences_threshold: {threshold}, severity: Severity::{severity} }},")
    };
    levels.map(level).collect()
}

/// The patterns of an identifier; `regex` is short for one.
fn patterns(entry: &Table) -> Result<String, String> {
    let short = Value::Table(Table::from_iter(entry.get("regex").map(|r| ("regex".to_owned(), r.clone()))));
    let listed = list(entry, "patterns");
    let all = if listed.is_empty() { std::slice::from_ref(&short) } else { listed };
    let mut out = String::new();
    for pattern in all.iter().filter_map(Value::as_table) {
        let regex = text(pattern, "regex");
        let tree = dialect::parse(regex).map_err(|problem| format!("{}: regex: {problem}", text(entry, "id")))?;
        let own = |field: &str| pattern.get(field).or(entry.get(field)).and_then(Value::as_str);
        let borders = own("borders").unwrap_or("none");
        let borders = borders.get(..1).unwrap_or_default().to_uppercase() + borders.get(1..).unwrap_or_default();
        let names: Vec<&str> = list(pattern, "field_names").iter().filter_map(Value::as_str).collect();
        let _ = write!(
            out,
            "PatternRow {{ regex: {regex:?}, field_names: &{names:?}, requires_keyword: {:?}, forbids_keyword: {}, validator: {:?}, borders: Borders::{borders}, shape: {} }},",
            flag(pattern, "requires_keyword"),
            flag(pattern, "forbids_keyword").unwrap_or(false),
            own("validator"),
            written(&Shape::of(&tree)),
        );
    }
    Ok(out)
}

fn written(shape: &Shape) -> String {
    let literals = |literals: &Literals| -> String {
        let all = literals.iter().map(|l| format!("Borrowed(b\"{}\"),", l.escape_ascii()));
        format!("(Borrowed(&[{}]))", all.collect::<String>())
    };
    let anchor = match &shape.anchor {
        Anchor::DigitWord => "DigitWord".to_owned(),
        Anchor::Clue => "Clue".to_owned(),
        Anchor::Anywhere => "Anywhere".to_owned(),
        Anchor::WordLiteral(l) => format!("WordLiteral{}", literals(l)),
        Anchor::Literal(l) => format!("Literal{}", literals(l)),
    };
    let Shape { first, alphabet, opening, at_word_start, word, shortest, longest, .. } = shape;
    format!(
        "Shape {{ anchor: Anchor::{anchor}, first: {first:?}, alphabet: {alphabet:?}, opening: Borrowed(&{opening:?}), at_word_start: {at_word_start}, word: {word}, shortest: {shortest}, longest: {longest} }}"
    )
}

fn text<'t>(table: &'t Table, field: &str) -> &'t str {
    table.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn flag(table: &Table, field: &str) -> Option<bool> {
    table.get(field).and_then(Value::as_bool)
}

fn list<'t>(table: &'t Table, field: &str) -> &'t [Value] {
    table.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
