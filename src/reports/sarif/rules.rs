//! The rules of a SARIF run: one for each identifier that found something. Their text is the same in every run.

use crate::identifier::{Category, DataIdentifier, Severity};
use crate::reports::shown::help;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Characters of a description that GitHub shows.
const LONGEST: usize = 1024;
/// Tags of a rule that GitHub keeps.
const MOST_TAGS: usize = 10;

/// Rules by the id of their identifier, and so in its order.
pub(super) struct Rules<'a>(BTreeMap<&'a str, &'a DataIdentifier>);

impl<'a> Rules<'a> {
    /// Of identifiers, each once.
    pub(super) fn of(identifiers: impl Iterator<Item = &'a DataIdentifier>) -> Self {
        Self(identifiers.map(|identifier| (&*identifier.id, identifier)).collect())
    }

    /// The place of a rule in the list, from 0.
    pub(super) fn index(&self, id: &str) -> usize {
        self.0.range(..id).count()
    }

    /// The list.
    pub(super) fn rows(&self) -> Vec<Value> {
        self.0.values().map(|identifier| row(identifier)).collect()
    }
}

/// SARIF's level.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High => "error",
    }
}

/// GitHub's number, in the middle of its range of that name.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "2.0",
        Severity::Medium => "5.5",
        Severity::High => "8.0",
    }
}

fn row(identifier: &DataIdentifier) -> Value {
    // The severity of a first find: a rule has one for all its results. That of many is in the results' level.
    let severity = identifier.severity_levels.first().map_or(Severity::Medium, |level| level.severity);
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let description = match &*identifier.description {
        "" => format!("{}: sensitive data that should not be here.", identifier.name),
        text => text.to_owned(),
    };
    let help = help(identifier);
    json!({
        "id": identifier.id,
        "name": identifier.name,
        "shortDescription": { "text": cut(&identifier.name) },
        "fullDescription": { "text": cut(&description) },
        "help": { "text": cut(help) },
        "defaultConfiguration": { "level": level(severity) },
        "properties": {
            "tags": tags(identifier),
            "precision": precision(identifier),
            "security-severity": security_severity(severity),
        },
    })
}

fn tags(identifier: &DataIdentifier) -> Vec<&str> {
    let category = match identifier.category {
        Category::Credentials => "credentials",
        Category::FinancialInformation => "financial",
        Category::PersonalInformation => "personal",
        Category::CustomIdentifier => "custom",
    };
    let mut tags = vec!["security", category];
    for tag in identifier.tags.iter() {
        if tags.len() < MOST_TAGS && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// A shape alone is less sure than one with a keyword, a check or much randomness.
fn precision(identifier: &DataIdentifier) -> &'static str {
    if identifier.sure { "high" } else { "medium" }
}
