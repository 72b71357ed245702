//! An identifier as JSON: every field of the schema that a reader needs. Knows nothing of choosing or matching.

use crate::cli::words::in_words;
use crate::identifier::{Borders, DataIdentifier, KeywordRule, Pattern, Proximity, Texts};
use crate::validators;
use serde::Serialize;

/// One identifier.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdentifierRow<'i> {
    id: &'i str,
    name: &'i str,
    description: &'i str,
    category: &'static str,
    tags: &'i Texts,
    countries: Vec<&'i str>,
    keywords: &'i Texts,
    /// `mixed` when its patterns differ.
    keyword_rule: &'static str,
    maximum_match_distance: u32,
    /// From where to where the distance is counted.
    distance_counts_to: &'static str,
    ignore_words: &'i Texts,
    patterns: Vec<PatternRow<'i>>,
    /// The one that all patterns share.
    validator: Option<&'i str>,
    validators: Vec<ValidatorRow<'i>>,
    severity_levels: Vec<LevelRow>,
    recommended: bool,
    precedence: i8,
    random: bool,
    remediation: &'i str,
    references: &'i Texts,
    examples: ExamplesRow<'i>,
    source: &'i str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PatternRow<'i> {
    regex: &'i str,
    #[serde(rename = "fieldNames", skip_serializing_if = "<[String]>::is_empty")]
    field_names: &'i [String],
    in_words: Option<String>,
    keyword_rule: &'static str,
    borders: &'static str,
    validator: Option<&'i str>,
}

#[derive(Serialize)]
struct ValidatorRow<'i> {
    name: &'i str,
    checks: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LevelRow {
    occurrences_threshold: u64,
    severity: &'static str,
}

#[derive(Serialize)]
struct ExamplesRow<'i> {
    #[serde(rename = "match")]
    matching: &'i Texts,
    #[serde(rename = "noMatch")]
    no_match: &'i Texts,
}

impl<'i> IdentifierRow<'i> {
    /// Of an identifier.
    pub(super) fn of(i: &'i DataIdentifier) -> Self {
        let (maximum_match_distance, distance_counts_to) = match i.proximity {
            Proximity::Between(most) => (most, "the match, before or behind it"),
            Proximity::UpToEnd(most) => (most, "the end of the match, before it alone"),
        };
        let validators = i.validators();
        let one = validators.first().filter(|_| validators.len() == 1);
        let shared = one.filter(|name| i.patterns.iter().all(|p| p.validator_name.as_deref() == Some(**name)));
        Self {
            id: &i.id,
            name: &i.name,
            description: &i.description,
            category: i.category.code(),
            tags: &i.tags,
            countries: i.countries(),
            keywords: &i.keywords,
            keyword_rule: i.keyword_rule().map_or("mixed", keyword_rule),
            maximum_match_distance,
            distance_counts_to,
            ignore_words: &i.ignore_words,
            patterns: i.patterns.iter().map(PatternRow::of).collect(),
            validator: shared.copied(),
            validators: validators.iter().map(|name| ValidatorRow { name, checks: checks(name) }).collect(),
            severity_levels: i
                .severity_levels
                .iter()
                .map(|l| LevelRow { occurrences_threshold: l.occurrences_threshold, severity: l.severity.word() })
                .collect(),
            recommended: i.recommended,
            precedence: i.precedence,
            random: i.random,
            remediation: &i.remediation,
            references: &i.references,
            examples: ExamplesRow { matching: &i.examples.matching, no_match: &i.examples.no_match },
            source: &i.origin,
        }
    }
}

impl<'i> PatternRow<'i> {
    fn of(pattern: &'i Pattern) -> Self {
        Self {
            regex: &pattern.regex,
            field_names: &pattern.field_names,
            in_words: in_words(&pattern.regex),
            keyword_rule: keyword_rule(pattern.keyword),
            borders: borders(pattern.borders),
            validator: pattern.validator_name.as_deref(),
        }
    }
}

/// What a validator checks; empty for one that is unknown, which no loaded identifier has.
pub(super) fn checks(validator: &str) -> &'static str {
    validators::description(validator).unwrap_or_default()
}

fn keyword_rule(rule: KeywordRule) -> &'static str {
    match rule {
        KeywordRule::Required => "required",
        KeywordRule::Optional => "optional",
        KeywordRule::Forbidden => "forbidden",
    }
}

fn borders(borders: Borders) -> &'static str {
    match borders {
        Borders::None => "none",
        Borders::Number => "number",
        Borders::Token => "token",
    }
}

/// A value as indented JSON with a line break at the end.
pub(crate) fn json(value: &impl Serialize) -> String {
    // Strings, numbers and lists of them always can be written.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
