//! A finding as the JSON result writes it: Macie's names, with a file in the place of the S3 object.

use super::escape::Name;
use super::result::{Detail, ResultRow};
use super::timestamp;
use crate::artifact::{Artifact, extension};
use crate::finding::{Finding, FindingType};
use crate::identifier::Severity;
use crate::report::Report;
use serde::Serialize;
use std::borrow::Cow;

/// One finding. Frozen: baselines, `tamis report` and other people's programs read these names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingRow<'a> {
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
    resources_affected: Resources<'a>,
    classification_details: Details<'a>,
}

/// Macie's word and number for a severity.
#[derive(Serialize)]
pub(crate) struct SeverityRow {
    description: &'static str,
    score: u8,
}

impl From<Severity> for SeverityRow {
    fn from(severity: Severity) -> Self {
        Self { description: severity.word(), score: severity.score() }
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
    embedded_file_details: Option<EmbeddedRow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EmbeddedRow<'a> {
    file_path: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_path_base64: Option<String>,
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
    pub(crate) fn started(&self) -> Option<&str> {
        self.started.as_deref()
    }
}

impl<'a> FindingRow<'a> {
    /// A finding of a run.
    pub(crate) fn of(finding: &'a Finding, run: &'a Run<'a>) -> Self {
        let detail = Detail { located: &[], matches: true, path_style: |path| Some(Cow::Borrowed(path)) };
        Self {
            schema_version: super::SCHEMA_VERSION,
            id: &finding.id,
            kind: format!("SensitiveData:File/{}", finding.kind.word()),
            category: "CLASSIFICATION",
            title: title("file", finding.kind),
            description: description("file", finding),
            severity: finding.severity.into(),
            created_at: run.started(),
            updated_at: run.started(),
            count: 1,
            archived: finding.archived,
            sample: false,
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
        let member = !artifact.path.members.is_empty();
        let outermost = artifact.container.as_deref().or((!member).then_some(artifact));
        let path = Name::borrowed(&artifact.path.file);
        let name = artifact.path.file.rsplit(|b| *b == b'/').next().unwrap_or_default();
        Self {
            path: path.text,
            path_base64: path.base64,
            extension: String::from_utf8_lossy(extension(name)),
            size: outermost.map(|file| file.size),
            last_modified: outermost.and_then(|file| file.modified).and_then(timestamp),
            mode: outermost.and_then(|file| file.mode).map(|mode| format!("{:04o}", mode & 0o7777)),
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
            file_extension: String::from_utf8_lossy(member.path.extension()),
            file_size: member.size,
            file_last_modified: member.modified.and_then(timestamp),
        }
    }
}

/// A sentence on what kind of data is in the thing.
pub(crate) fn title(thing: &str, kind: FindingType) -> String {
    format!("The {thing} contains {}.", nature(kind))
}

/// The same with the amount.
pub(crate) fn description(thing: &str, finding: &Finding) -> String {
    let detections = &finding.classification.detections;
    let count: u64 = detections.iter().map(|d| d.count).sum();
    let (types, s) = (detections.len(), if count == 1 { "" } else { "s" });
    let of_types = if types == 1 { "of one type".to_owned() } else { format!("of {types} types") };
    let nature = match finding.kind {
        FindingType::Multiple => "sensitive data in more than one category",
        kind => nature(kind),
    };
    format!("The {thing} contains {count} occurrence{s} {of_types}: {nature}.")
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
