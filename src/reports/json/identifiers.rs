//! The identifiers that found something, so that a result can be read where they are not at hand, or are others by now.
//! What they look for is not in it.

use crate::finding::Finding;
use crate::identifier::{DataIdentifier, SeverityLevel, Texts};
use crate::report::Report;
use serde::Serialize;
use std::collections::BTreeSet;

/// What reports say of an identifier.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IdentifierRow<'a> {
    id: &'a str,
    name: &'a str,
    description: &'a str,
    category: &'static str,
    custom: bool,
    tags: &'a Texts,
    /// Whether a fingerprint of it stands for its value.
    random: bool,
    precision: &'static str,
    severity_levels: Vec<LevelRow>,
    remediation: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LevelRow {
    occurrences_threshold: u64,
    severity: &'static str,
}

impl<'a> IdentifierRow<'a> {
    /// Those of a report, ordered by category and id.
    pub(crate) fn all(report: &'a Report) -> Vec<Self> {
        let findings: [&[Finding]; 3] = [&report.findings, &report.baselined, &report.absent];
        let detections = findings.into_iter().flatten().flat_map(|finding| &finding.classification.detections);
        let identifiers: BTreeSet<&DataIdentifier> = detections.map(|detection| &*detection.identifier).collect();
        identifiers.into_iter().map(Self::of).collect()
    }

    fn of(identifier: &'a DataIdentifier) -> Self {
        let level = |level: &SeverityLevel| LevelRow {
            occurrences_threshold: level.occurrences_threshold,
            severity: level.severity.word(),
        };
        Self {
            id: &identifier.id,
            name: &identifier.name,
            description: &identifier.description,
            category: identifier.category.code(),
            custom: identifier.custom,
            tags: &identifier.tags,
            random: identifier.random,
            precision: if identifier.sure { "high" } else { "medium" },
            severity_levels: identifier.severity_levels.iter().map(level).collect(),
            remediation: &identifier.remediation,
        }
    }
}
