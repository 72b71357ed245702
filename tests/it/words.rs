//! The commands that only tell: identifiers list and show, formats, completions, man; and advice in the reports.

use crate::harness::Folder;
use serde_json::Value;
use tamis::identifier::managed;
use tamis::status::Reason;

fn ids(folder: &Folder, args: &[&str]) -> Vec<String> {
    let mut all = vec!["identifiers", "list", "--format", "json"];
    all.extend(args);
    let rows = folder.run(&all).json();
    rows.as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn filters_of_the_list() {
    let folder = Folder::new();
    let all = managed().unwrap();
    assert_eq!(ids(&folder, &[]).len(), all.len());
    assert_eq!(ids(&folder, &["--recommended"]).len(), all.iter().filter(|i| i.recommended).count());
    let german = ids(&folder, &["--country", "de"]);
    assert!(german.iter().any(|id| id == "GERMANY_PASSPORT_NUMBER") && german.iter().all(|id| !id.starts_with("UK_")));
    assert_eq!(ids(&folder, &["--country", "UK"]), ids(&folder, &["--country", "GB"]));
    let both = ids(&folder, &["--category", "financial", "--country", "DE"]);
    assert!(!both.is_empty() && both.len() < german.len());
    assert_eq!(ids(&folder, &["--category", "FINANCIAL_INFORMATION"]), ids(&folder, &["--identifiers", "financial"]));
    let health = ids(&folder, &["--tag", "phi"]);
    assert!(health.iter().any(|id| id == "UK_NHS_NUMBER"), "{health:?}");
    folder.write("c.toml", "[[identifier]]\nid = 'OURS'\nregex = 'ab'\n");
    assert_eq!(ids(&folder, &["--custom", "c.toml", "--category", "custom"]), ["OURS"]);
}

#[test]
fn a_filter_that_leaves_nothing_is_an_error() {
    let folder = Folder::new();
    for (args, part) in [
        (&["--country", "QQ"][..], "there are "),
        (&["--tag", "GDRP"], "did you mean `GDPR`"),
        (&["--category", "custom"], "--category custom"),
        (&["--identifiers", "NOTHING"], "--identifiers"),
        (&["--identifiers", "PHONE_NUMBER", "--recommended"], "default set"),
    ] {
        let mut all = vec!["identifiers", "list"];
        all.extend(args);
        let ran = folder.run(&all);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(ran.stderr.contains(part) && ran.stderr.lines().count() == 1, "{}", ran.stderr);
    }
}

#[test]
fn rows_have_every_field() {
    let folder = Folder::new();
    let row = folder.run(&["identifiers", "show", "usa_social_security_number", "--format", "json"]).json();
    for field in [
        "id",
        "name",
        "description",
        "category",
        "tags",
        "countries",
        "keywords",
        "keywordRule",
        "maximumMatchDistance",
        "patterns",
        "validator",
        "severityLevels",
        "recommended",
        "remediation",
        "references",
    ] {
        assert!(row.get(field).is_some(), "no {field}");
    }
    assert_eq!((&row["countries"], &row["keywordRule"]), (&serde_json::json!(["US"]), &"required".into()));
    assert_eq!(row["severityLevels"][0]["severity"], "High");
    assert!(row["validators"][0]["checks"].as_str().unwrap().len() > 10);
    let listed =
        folder.run(&["identifiers", "list", "--format", "json", "--identifiers", "USA_SOCIAL_SECURITY_NUMBER"]);
    assert_eq!(listed.json()[0], row);
    let words = "3 digits, an optional space or hyphen, 2 digits, an optional space or hyphen, 4 digits";
    let text = folder.run(&["identifiers", "show", "USA_SOCIAL_SECURITY_NUMBER"]).stdout;
    assert!(text.contains(words), "{text}");
}

#[test]
fn an_unknown_id_names_its_neighbours() {
    let folder = Folder::new();
    let ran = folder.run(&["identifiers", "show", "PASSPORT_NUMBER"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("did you mean `") && ran.stderr.contains("PASSPORT_NUMBER`"), "{}", ran.stderr);
}

#[test]
fn formats() {
    let folder = Folder::new();
    let rows = folder.run(&["formats", "--format", "json"]).json();
    let place =
        |name: &str| rows.as_array().unwrap().iter().find(|r| r["name"] == name).map(|r| r["place"].clone()).unwrap();
    assert_eq!(place("csv"), "cells");
    assert_eq!(place("jsonl"), "records");
    assert_eq!(place("text"), "lineRanges");
    assert_eq!(place("zip"), Value::Null);
    let text = folder.run(&["formats"]).stdout;
    assert!(text.contains("csv psv") && text.contains("path in the archive"), "{text}");
}

#[test]
fn completions_and_the_manual() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = folder.run(&["completions", shell]);
        assert!(ran.code == 0 && ran.stdout.contains("tamis") && ran.stdout.contains("identifiers"), "{shell}");
    }
    assert_eq!(folder.run(&["completions", "csh"]).code, 2);
    let page = folder.run(&["man"]).stdout;
    assert!(page.contains(".TH tamis") && page.contains("scan"), "{page}");
}

#[test]
fn advice_in_the_reports() {
    let folder = Folder::new();
    folder.write("a.env", "aws_secret_access_key = Q1jNxMbeZcMmQxRK5+AWYnzMlaumSMAjHxvky7MI\n");
    folder.write("b.env", "aws_secret_access_key = Q1jNxMbeZcMmQxRK5+AWYnzMlaumSMAjHxvky7MI\n");
    folder.write("c.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR");
    let text = folder.run(&["scan", "."]).stdout;
    assert_eq!(text.matches("Deactivate the access key in IAM").count(), 1, "{text}");
    assert!(text.contains(Reason::UnsupportedFormat.explanation()), "{text}");
    let result = folder.scan(&["."]);
    let detection = &result["findings"][0]["classificationDetails"]["result"]["sensitiveData"][0]["detections"][0];
    assert!(detection["remediation"].as_str().unwrap().starts_with("Deactivate"), "{detection}");
    let macie = folder.run(&["scan", "--format", "macie", "."]).stdout;
    assert!(!macie.contains("remediation"));
}
