//! The managed identifiers prove themselves: each finds its examples, none of its counterexamples, and the table is true.

use crate::harness::Folder;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tamis::identifier::{Category, DataIdentifier, KeywordRule, managed, select};
use tamis::trial::on_examples;

#[test]
fn examples_are_found_and_counterexamples_are_not() {
    let mut wrong = String::new();
    for identifier in managed().unwrap() {
        for example in on_examples(&identifier, false).iter().filter(|example| !example.passes()) {
            let finds = if example.wanted { "does not find" } else { "finds" };
            let _ = writeln!(wrong, "{} {finds} {:?}", identifier.id, example.text);
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
    assert_eq!(ids("credentials").len(), 221);
    assert_eq!(ids("none").len(), 0);
}

#[test]
fn the_table_of_identifiers_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/identifiers.md");
    let now = tables(&managed().unwrap());
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, &now).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap() == now,
        "run `UPDATE_EXPECTED=1 cargo test catalogue` and look at the change"
    );
}

/// The page: the counts, then a table for each category.
fn tables(all: &[Arc<DataIdentifier>]) -> String {
    let of = |category: Category| all.iter().filter(move |i| i.category == category);
    let recommended = |category: Category| of(category).filter(|i| i.recommended).count();
    let categories = [Category::Credentials, Category::FinancialInformation, Category::PersonalInformation];
    let mut out = String::from(
        "# The managed identifiers\n\nWritten by `UPDATE_EXPECTED=1 cargo test catalogue`; do not edit. `tamis identifiers show ID` \
         tells all of one:\nits keywords, patterns, examples and sources. The schema is in \
         [identifiers/README.md](../identifiers/README.md).\n\n| category | identifiers | recommended |\n|---|---|---|\n",
    );
    for category in categories {
        let _ = writeln!(out, "| {} | {} | {} |", category.code(), of(category).count(), recommended(category));
    }
    let all_recommended = all.iter().filter(|i| i.recommended).count();
    let _ = writeln!(out, "| all | {} | {all_recommended} |", all.len());
    out.push_str(
        "\n**keyword**: whether one must be near. **severity**: from how many occurrences in one object on. \
         **validator**: what checks a match\nbesides its shape.\n",
    );
    for category in categories {
        let _ = writeln!(out, "\n## {} ({})\n", category.code(), of(category).count());
        out.push_str("| ID | finds | countries | keyword | severity | recommended | validator |\n|---|---|---|---|---|---|---|\n");
        of(category).for_each(|i| out.push_str(&table_row(i)));
    }
    out
}

fn table_row(i: &DataIdentifier) -> String {
    let keyword = match i.keyword_rule() {
        Some(KeywordRule::Required) => "needed",
        Some(KeywordRule::Forbidden) => "none near",
        Some(KeywordRule::Optional) => "no",
        None => "for some forms",
    };
    let levels = i.severity_levels.iter().map(|l| format!("{}: {}", l.occurrences_threshold, l.severity.word()));
    let levels = levels.collect::<Vec<_>>().join(", ");
    let mark = if i.recommended { "yes" } else { "" };
    let validators = i.validators().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let (countries, name) = (i.countries().join(", "), i.name.replace('|', "\\|"));
    format!("| `{}` | {name} | {countries} | {keyword} | {levels} | {mark} | {validators} |\n", i.id)
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
