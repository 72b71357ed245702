//! The managed identifiers prove themselves: each finds its examples, none of its counterexamples, and the table is true.

use crate::harness::Folder;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tamis::artifact::ArtifactPath;
use tamis::detect::{Detector, Session, Settings};
use tamis::formats::Content;
use tamis::formats::text::plain;
use tamis::identifier::{DataIdentifier, managed, select};

/// Matches of one identifier in a text.
fn count(detector: &Detector, text: &str) -> u64 {
    let mut content = Content::memory(b"example", text.as_bytes().to_vec());
    let mut session = Session::new(detector, ArtifactPath::file("example"));
    session.text(&mut plain(&mut content), &|| true).unwrap();
    session.finish().iter().map(|d| d.count).sum()
}

#[test]
fn examples_are_found_and_counterexamples_are_not() {
    let mut wrong = String::new();
    for identifier in managed().unwrap() {
        let detector = Detector::new(vec![Arc::clone(&identifier)], Settings::default());
        for text in &identifier.examples.matching {
            if count(&detector, text) == 0 {
                let _ = writeln!(wrong, "{} does not find {text:?}", identifier.id);
            }
        }
        for text in &identifier.examples.no_match {
            if count(&detector, text) > 0 {
                let _ = writeln!(wrong, "{} finds {text:?}", identifier.id);
            }
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn there_are_enough_of_both() {
    for identifier in managed().unwrap() {
        let examples = &identifier.examples;
        assert!(examples.matching.len() >= 3, "{} has too few examples", identifier.id);
        assert!(examples.no_match.len() >= 3, "{} has too few counterexamples", identifier.id);
    }
}

#[test]
fn the_recommended_set_is_the_default() {
    let all = managed().unwrap();
    let ids = |selection: &str| select(&all, selection).unwrap().iter().map(|i| i.id.clone()).collect::<Vec<_>>();
    assert!(ids("recommended").contains(&"USA_SOCIAL_SECURITY_NUMBER".to_owned()));
    assert!(!ids("recommended").contains(&"PHONE_NUMBER".to_owned()));
    assert_eq!(ids("all").len(), all.len());
    assert!(!ids("all,-PHONE_NUMBER").contains(&"PHONE_NUMBER".to_owned()));
    assert_eq!(ids("-*").len(), 0);
    assert_eq!(ids("credentials").len(), 220);
    assert_eq!(ids("none").len(), 0);
}

#[test]
fn the_table_of_identifiers_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("identifiers/README.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, _) = text.split_once("<!-- table -->").unwrap();
    let now = format!("{before}<!-- table -->\n{}", table(&managed().unwrap()));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, &now).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap() == now,
        "run `UPDATE_EXPECTED=1 cargo test catalogue` and look at the change"
    );
}

fn table(all: &[Arc<DataIdentifier>]) -> String {
    let mut out = String::from(
        "\n| ID | category | finds | keyword | severity from | recommended |\n|---|---|---|---|---|---|\n",
    );
    for i in all {
        use tamis::identifier::KeywordRule::{Forbidden, Optional, Required};
        let keyword = match i.patterns.iter().map(|p| p.keyword).collect::<Vec<_>>().as_slice() {
            rules if rules.iter().all(|r| *r == Required) => "needed",
            rules if rules.iter().all(|r| *r == Forbidden) => "none near",
            rules if rules.iter().all(|r| *r == Optional) => "no",
            _ => "for some forms",
        };
        let levels = i.severity_levels.iter().map(|l| format!("{}: {}", l.occurrences_threshold, l.severity.word()));
        let levels = levels.collect::<Vec<_>>().join(", ");
        let mark = if i.recommended { "yes" } else { "" };
        let _ = writeln!(out, "| `{}` | {} | {} | {keyword} | {levels} | {mark} |", i.id, i.category.code(), i.name);
    }
    out
}

#[test]
fn list_and_show() {
    let folder = Folder::new();
    let list = folder.run(&["identifiers", "list"]);
    assert_eq!(list.code, 0);
    assert_eq!(list.stdout.lines().count(), managed().unwrap().len());
    let some = folder.run(&["identifiers", "list", "--identifiers", "UK_*"]);
    assert!(some.stdout.lines().all(|l| l.starts_with("UK_")), "{}", some.stdout);
    let one = folder.run(&["identifiers", "show", "usa_social_security_number"]);
    for part in
        ["USA_SOCIAL_SECURITY_NUMBER", "PERSONAL_INFORMATION", "High from 1", "ssn", "usa_ssn", "at most 30 characters"]
    {
        assert!(one.stdout.contains(part), "no {part} in {}", one.stdout);
    }
}
