//! A finding as the JSON result writes it: Macie's names, with a file in the place of the S3 object.

use super::escape::{Levels, Name};
use super::result::{Detail, ResultRow};
use super::{SCHEMA_VERSION, timestamp};
use crate::artifact::{Artifact, Stored, extension};
use crate::finding::{Acceptance, Finding, FindingType};
use crate::identifier::Severity;
use crate::policy::PolicyFinding;
use crate::report::Report;
use crate::reports::numbers::counted;
use serde::Serialize;
use std::borrow::Cow;

/// Types that a description names.
const MOST_NAMES: usize = 3;

/// One finding. Frozen: baselines, `tamis report` and other people's programs read these names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingRow<'a> {
    #[serde(flatten)]
    heading: Heading<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression: Option<SuppressionRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    resources_affected: Resources<'a>,
    classification_details: Details<'a>,
}

/// What a finding says of itself, whatever it was found in. Macie's names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Heading<'a> {
    schema_version: &'static str,
    id: &'a str,
    #[serde(rename = "type")]
    kind: String,
    category: &'static str,
    title: String,
    description: String,
    severity: SeverityRow,
    created_at: Option<&'a str>,
    updated_at: Option<&'a str>,
    count: u8,
    archived: bool,
    sample: bool,
}

impl<'a> Heading<'a> {
    /// Of a finding in a thing: its name in the type, and in a sentence.
    pub(crate) fn of(finding: &'a Finding, run: &'a Run<'a>, (resource, thing): (&str, &str)) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            id: &finding.id,
            kind: format!("SensitiveData:{resource}/{}", finding.kind.word()),
            category: "CLASSIFICATION",
            title: title(thing, finding.kind),
            description: description(thing, finding),
            severity: finding.severity.into(),
            created_at: run.started(),
            updated_at: run.started(),
            count: 1,
            archived: finding.archived,
            sample: false,
        }
    }
}

/// A policy finding: Macie's shape of one, with a file in the place of the bucket.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyRow<'a> {
    #[serde(flatten)]
    heading: Heading<'a>,
    /// The `[[policy]]` that says so; Macie does not know this field.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
    /// What the verdict rests on, where its kind does not say it; Macie does not know this field.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'a str>,
    resources_affected: Resources<'a>,
}

impl<'a> PolicyRow<'a> {
    /// A policy finding of a run.
    pub(crate) fn of(found: &'a PolicyFinding, run: &'a Run<'a>) -> Self {
        Self {
            heading: Heading {
                schema_version: SCHEMA_VERSION,
                id: &found.id,
                kind: found.kind.code().to_owned(),
                category: "POLICY",
                title: format!("{}.", found.kind.title()),
                description: format!("The file {}.", found.description()),
                severity: found.severity.into(),
                created_at: run.started(),
                updated_at: run.started(),
                count: 1,
                archived: false,
                sample: false,
            },
            policy: found.rule.as_deref(),
            basis: found.basis.as_deref(),
            resources_affected: Resources { file: FileRow::of(&found.artifact) },
        }
    }
}

/// Macie's word and number for a severity.
#[derive(Serialize)]
struct SeverityRow {
    description: &'static str,
    score: u8,
}

impl From<Severity> for SeverityRow {
    fn from(severity: Severity) -> Self {
        Self { description: severity.word(), score: severity.score() }
    }
}

/// The rule that hid a finding.
#[derive(Serialize)]
struct SuppressionRow<'a> {
    rule: &'a str,
    reason: &'a str,
}

impl<'a> SuppressionRow<'a> {
    fn of(acceptance: &'a Acceptance) -> Self {
        Self { rule: &acceptance.rule, reason: &acceptance.reason }
    }
}

#[derive(Serialize)]
struct Resources<'a> {
    file: FileRow<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileRow<'a> {
    path: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_base64: Option<String>,
    extension: Cow<'a, str>,
    size: Option<u64>,
    last_modified: Option<String>,
    mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    git_details: Option<GitRow<'a>>,
    embedded_file_details: Option<EmbeddedRow<'a>>,
}

/// Where a file is in a git repository.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GitRow<'a> {
    commit: Option<&'a str>,
    author_date: Option<String>,
    blob: &'a str,
    /// Whether other versions of the same path may stand beside it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    one_of_several: bool,
}

impl<'a> GitRow<'a> {
    /// Of a file, or of the one around a member; none where it came from a disk.
    pub(super) fn around(artifact: &'a Artifact) -> Option<Self> {
        let Stored { blob, commit, authored } = artifact.outermost()?.git.as_deref()?;
        Some(Self {
            commit: commit.as_deref(),
            author_date: authored.and_then(timestamp),
            blob,
            one_of_several: !artifact.path.version.is_empty(),
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EmbeddedRow<'a> {
    file_path: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_path_base64: Option<String>,
    #[serde(flatten)]
    levels: Levels<'a>,
    file_extension: Cow<'a, str>,
    file_size: u64,
    file_last_modified: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    job_id: &'a str,
    origin_type: &'static str,
    result: ResultRow<'a>,
}

/// What all findings of a run have in common.
pub(crate) struct Run<'a> {
    id: &'a str,
    started: Option<String>,
}

impl<'a> Run<'a> {
    /// Of a report.
    pub(crate) fn of(report: &'a Report) -> Self {
        Self { id: &report.id, started: timestamp(report.started) }
    }

    /// When it began.
    fn started(&self) -> Option<&str> {
        self.started.as_deref()
    }
}

impl<'a> FindingRow<'a> {
    /// A finding of a run.
    pub(crate) fn of(finding: &'a Finding, run: &'a Run<'a>) -> Self {
        let detail = Detail { located: &[], matches: true, path_style: |path| Some(Cow::Borrowed(path)) };
        Self {
            heading: Heading::of(finding, run, ("File", "file")),
            suppression: finding.hidden_by.as_deref().map(SuppressionRow::of),
            baseline_state: finding.baseline.map(crate::finding::BaselineState::word),
            resources_affected: Resources { file: FileRow::of(&finding.classification.artifact) },
            classification_details: Details {
                job_id: run.id,
                origin_type: "SENSITIVE_DATA_DISCOVERY_JOB",
                result: ResultRow::of(&finding.classification, &detail),
            },
        }
    }
}

impl<'a> FileRow<'a> {
    fn of(artifact: &'a Artifact) -> Self {
        let outermost = artifact.outermost();
        let path = Name::borrowed(&artifact.path.file);
        let name = artifact.path.file.rsplit(|b| *b == b'/').next().unwrap_or_default();
        Self {
            path: path.text,
            path_base64: path.base64,
            extension: String::from_utf8_lossy(extension(name)),
            size: outermost.map(|file| file.size),
            last_modified: outermost.and_then(|file| file.modified).and_then(timestamp),
            mode: outermost.and_then(|file| file.mode).map(|mode| format!("{:04o}", mode & 0o7777)),
            git_details: GitRow::around(artifact),
            embedded_file_details: artifact.path.embedded().map(|path| EmbeddedRow::of(artifact, path)),
        }
    }
}

impl<'a> EmbeddedRow<'a> {
    fn of(member: &'a Artifact, path: Vec<u8>) -> Self {
        let path = Name::owned(path);
        Self {
            file_path: path.text,
            file_path_base64: path.base64,
            levels: Levels::of(&member.path),
            file_extension: String::from_utf8_lossy(member.path.extension()),
            file_size: member.size,
            file_last_modified: member.modified.and_then(timestamp),
        }
    }
}

/// A sentence on what kind of data is in the thing.
fn title(thing: &str, kind: FindingType) -> String {
    format!("The {thing} contains {}.", nature(kind))
}

/// The same with the amount, and the first few types by name.
fn description(thing: &str, finding: &Finding) -> String {
    let detections = &finding.classification.detections;
    let count = detections.iter().fold(0_u64, |sum, d| sum.saturating_add(d.count));
    let mut names: Vec<&str> = detections.iter().take(MOST_NAMES).map(|d| d.identifier.name.as_str()).collect();
    let more = match detections.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        more => counted(more as u64, "more type"),
    };
    names.extend((!more.is_empty()).then_some(more.as_str()));
    let names = match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    };
    let nature = match finding.kind {
        FindingType::Multiple => "sensitive data in multiple categories",
        kind => nature(kind),
    };
    format!("The {thing} contains {} of {nature}: {names}.", counted(count, "occurrence"))
}

fn nature(kind: FindingType) -> &'static str {
    match kind {
        FindingType::Credentials => "credentials",
        FindingType::Financial => "financial information",
        FindingType::Personal => "personal information",
        FindingType::CustomIdentifier => "data that custom identifiers describe",
        FindingType::Multiple => "multiple categories of sensitive data",
    }
}

#[cfg(test)]
mod tests {
    use super::{description, title};
    use crate::finding::FindingType;
    use crate::reports::fixture;

    #[test]
    fn descriptions_say_what_and_how_much() {
        let describe = |index: usize| description("file", &fixture::report().findings[index]);
        assert_eq!(describe(0), "The file contains 1 occurrence of personal information: US Social Security number.");
        assert_eq!(
            describe(2),
            "The file contains 1,413 occurrences of sensitive data in multiple categories: \
             Credit card number and US Social Security number."
        );
        assert_eq!(
            description("S3 object", &fixture::crowded(2)),
            "The S3 object contains 8 occurrences of sensitive data in multiple categories: \
             AWS secret access key, Credit card number, Phone number and 1 more type."
        );
        assert_eq!(title("file", FindingType::Credentials), "The file contains credentials.");
    }
}
