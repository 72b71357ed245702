//! Holds the managed identifiers to what Amazon documents of Macie's: `tests/data/macie-identifiers.tsv`, a row for each of its 166.

use crate::harness::Folder;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;
use tamis::identifier::{DataIdentifier, KeywordRule, managed};

const TABLE: &str = include_str!("../data/macie-identifiers.tsv");

/// They find a form that names itself (`expM=02`, `DOB15031989`, `Authorization: Basic`, a known name) beside those that need a name near them.
const TWO_FORMS: &[&str] = &["CREDIT_CARD_EXPIRATION", "DATE_OF_BIRTH", "HTTP_BASIC_AUTH_HEADER", "NAME"];

struct Row<'a> {
    id: &'a str,
    category: &'a str,
    keyword: &'a str,
    recommended: bool,
    severity: &'a str,
    keywords: Vec<&'a str>,
    never: Vec<String>,
}

fn rows() -> Vec<Row<'static>> {
    TABLE.lines().skip(1).map(row).collect()
}

fn row(line: &str) -> Row<'_> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [id, category, keyword, recommended, severity, keywords, never] = columns.try_into().unwrap();
    Row {
        id,
        category,
        keyword,
        recommended: recommended == "yes",
        severity,
        keywords: keywords.split("; ").filter(|k| !k.is_empty()).collect(),
        // The mark keeps hosting platforms from taking the table for a leak.
        never: never.split_whitespace().map(|value| value.replace('~', "")).collect(),
    }
}

fn ours() -> HashMap<String, Arc<DataIdentifier>> {
    managed().unwrap().into_iter().map(|i| (i.id.clone(), i)).collect()
}

#[test]
fn every_row_holds() {
    let ours = ours();
    let rows = rows();
    assert_eq!(rows.len(), 166);
    let mut wrong = String::new();
    for row in &rows {
        match ours.get(row.id) {
            Some(identifier) => differences(row, identifier, &mut wrong),
            None => _ = writeln!(wrong, "{} is missing", row.id),
        }
    }
    assert_eq!(wrong, "");
}

fn differences(row: &Row<'_>, identifier: &DataIdentifier, wrong: &mut String) {
    let id = row.id;
    if identifier.category.code() != row.category {
        let _ = writeln!(wrong, "{id}: category is not {}", row.category);
    }
    if identifier.recommended != row.recommended {
        let _ = writeln!(wrong, "{id}: recommended is not {}", row.recommended);
    }
    let levels = [1, 2, 100].map(|n| identifier.severity(n).map_or("none", |s| s.word()).to_lowercase()).join("/");
    if levels != row.severity {
        let _ = writeln!(wrong, "{id}: severity is {levels}, not {}", row.severity);
    }
    if !rule_holds(row, identifier) {
        let _ = writeln!(wrong, "{id}: a keyword is not {}", row.keyword);
    }
    for keyword in &row.keywords {
        if !identifier.keywords.iter().any(|own| has_form(own, keyword)) {
            let _ = writeln!(wrong, "{id}: no keyword `{keyword}`");
        }
    }
}

fn rule_holds(row: &Row<'_>, identifier: &DataIdentifier) -> bool {
    let has = |rule| identifier.patterns.iter().any(|p| p.keyword == rule);
    let rules = (has(KeywordRule::Required), has(KeywordRule::Optional), has(KeywordRule::Forbidden));
    match row.keyword {
        _ if TWO_FORMS.contains(&row.id) => rules == (true, true, false),
        "required" => rules == (true, false, false),
        "partial" => rules == (true, true, false),
        _ if row.id.ends_with("(NO_KEYWORD)") => rules == (false, false, true),
        _ => rules == (false, true, false),
    }
}

/// Whether `text` is a form of `keyword`: case does not count, and a space stands for nothing, itself, `_` or `-`.
fn has_form(keyword: &str, text: &str) -> bool {
    let (keyword, text): (Vec<char>, Vec<char>) = (lower(keyword), lower(text));
    fits(&keyword, &text)
}

fn lower(text: &str) -> Vec<char> {
    text.to_lowercase().chars().collect()
}

fn fits(keyword: &[char], text: &[char]) -> bool {
    match (keyword, text) {
        ([], []) => true,
        ([' ', rest @ ..], [' ' | '_' | '-', behind @ ..]) => fits(rest, behind) || fits(rest, text),
        ([' ', rest @ ..], _) => fits(rest, text),
        ([c, rest @ ..], [d, behind @ ..]) => c == d && fits(rest, behind),
        _ => false,
    }
}

/// The published test numbers, keys and placeholders that Macie never reports, each behind every keyword of its identifier.
#[test]
fn what_is_never_reported() {
    let folder = Folder::new();
    let (ours, mut wrong) = (ours(), Vec::new());
    for row in rows() {
        let Some(identifier) = ours.get(row.id) else { continue };
        if row.never.is_empty() {
            continue;
        }
        let keywords: Vec<&str> =
            if row.keyword == "required" { identifier.keywords.iter().collect() } else { vec![""] };
        let keywords = &keywords;
        let lines = row.never.iter().flat_map(|value| keywords.iter().map(move |k| format!("{k} {value}\n.\n")));
        folder.write("values.txt", lines.collect::<String>());
        let result = folder.run(&["scan", "--format", "json", "--identifiers", row.id, "values.txt"]).json();
        if result["summary"]["findings"]["total"] != 0 {
            wrong.push(row.id);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn forms_of_a_keyword() {
    assert!(has_form("social security", "SocialSecurity") && has_form("cc #", "cc#") && has_form("b day", "b-day"));
    assert!(!has_form("social security", "social  security") && !has_form("ssn", "ssn#") && !has_form("ssn#", "ssn"));
}
