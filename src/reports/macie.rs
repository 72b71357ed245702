//! The `macie` report: JSON Lines of findings as Amazon Macie writes them, for whatever reads Macie's.
//!
//! The folder that was scanned stands as the bucket and the path as the key; a member of an archive has a key of its own,
//! `backup.zip!/inner.csv`. At most 15 places a finding, shared among its types in turn. What has no counterpart here
//! (owner, storage class, `ETag`) is null. What was not inspected has no place in Macie's findings: see `json` for it.

mod json_path;

use super::json::escape::Name;
use super::json::finding::{Heading, Run};
use super::json::result::{Detail, ResultRow};
use super::json::timestamp;
use super::jsonl::Lines;
use super::{ReportFormat, Style};
use crate::finding::{Detection, Finding};
use crate::report::Report;
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// Places in one finding.
const MOST_PLACES: usize = 15;
/// The bucket, when there is no one folder with a name.
const NO_FOLDER: &str = "local";

/// Macie's findings, one a line.
pub(crate) struct Macie;

impl ReportFormat for Macie {
    fn name(&self) -> &'static str {
        "macie"
    }

    /// None: `.jsonl` is our own result, and `macie:FILE` says it.
    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn write(&self, report: &Report, _style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut lines = Lines::new(out);
        let run = Run::of(report);
        for finding in &report.findings {
            let bucket = bucket_name(&report.targets, &finding.classification.artifact.path.file);
            lines.write(&Row::of(finding, &run, report, bucket))?;
        }
        lines.finish()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(flatten)]
    heading: Heading<'a>,
    account_id: &'static str,
    partition: &'static str,
    region: &'static str,
    policy_details: Option<()>,
    resources_affected: Resources<'a>,
    classification_details: Details<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resources<'a> {
    s3_bucket: Bucket<'a>,
    s3_object: Object<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bucket<'a> {
    arn: String,
    name: &'a str,
    created_at: Option<()>,
    owner: Option<()>,
    tags: [(); 0],
    default_server_side_encryption: Option<()>,
    allows_unencrypted_object_uploads: &'static str,
    public_access: Option<()>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    bucket_arn: String,
    path: String,
    key: String,
    extension: Cow<'a, str>,
    last_modified: Option<String>,
    e_tag: Option<()>,
    version_id: &'static str,
    size: u64,
    storage_class: Option<()>,
    public_access: Option<()>,
    server_side_encryption: Option<()>,
    tags: [(); 0],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    job_arn: Option<()>,
    job_id: &'a str,
    origin_type: &'static str,
    detailed_results_location: Option<()>,
    result: ResultRow<'a>,
}

impl<'a> Row<'a> {
    fn of(finding: &'a Finding, run: &'a Run<'a>, report: &'a Report, bucket: &'a str) -> Self {
        let located = share(&finding.classification.detections);
        let detail = Detail { located: &located, matches: false, path_style: json_path::fit };
        Self {
            heading: Heading::of(finding, run, ("S3Object", "S3 object")),
            account_id: "000000000000",
            partition: "aws",
            region: "local",
            policy_details: None,
            resources_affected: Resources { s3_bucket: Bucket::of(bucket), s3_object: Object::of(finding, bucket) },
            classification_details: Details {
                job_arn: None,
                job_id: &report.id,
                origin_type: "SENSITIVE_DATA_DISCOVERY_JOB",
                detailed_results_location: None,
                result: ResultRow::of(&finding.classification, &detail),
            },
        }
    }
}

impl<'a> Bucket<'a> {
    fn of(name: &'a str) -> Self {
        Self {
            arn: arn(name),
            name,
            created_at: None,
            owner: None,
            tags: [],
            default_server_side_encryption: None,
            allows_unencrypted_object_uploads: "UNKNOWN",
            public_access: None,
        }
    }
}

impl<'a> Object<'a> {
    fn of(finding: &'a Finding, bucket: &str) -> Self {
        let artifact = &finding.classification.artifact;
        let mut key = Name::borrowed(&artifact.path.file).text.into_owned();
        if let Some(embedded) = artifact.path.embedded() {
            key.push_str("!/");
            key.push_str(&Name::owned(embedded).text);
        }
        let container = artifact.container.as_deref();
        Self {
            bucket_arn: arn(bucket),
            path: format!("{bucket}/{key}"),
            key,
            extension: String::from_utf8_lossy(artifact.path.extension()),
            last_modified: artifact.modified.or(container.and_then(|c| c.modified)).and_then(timestamp),
            e_tag: None,
            version_id: "",
            size: artifact.size,
            storage_class: None,
            public_access: None,
            server_side_encryption: None,
            tags: [],
        }
    }
}

fn arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

/// The name of the folder that was scanned. A path does not say which of several targets it belongs to, so those share a name.
fn bucket_name<'a>(targets: &'a [String], file: &[u8]) -> &'a str {
    let [target] = targets else { return NO_FOLDER };
    let mut names = target.split(['/', '\\']).rev().filter(|name| !matches!(*name, "" | "." | ".." | "-"));
    match names.next() {
        // The target is the file itself: its folder, if it was typed.
        Some(name) if name.as_bytes() == file => names.next().unwrap_or(NO_FOLDER),
        Some(name) => name,
        None => NO_FOLDER,
    }
}

/// How many places of each detection are shown: one of each in turn, until there are 15.
fn share(detections: &[Detection]) -> Vec<usize> {
    let mut shares = vec![0; detections.len()];
    let mut left = MOST_PLACES;
    loop {
        let before = left;
        for (share, detection) in shares.iter_mut().zip(detections) {
            if left > 0 && *share < detection.occurrences.len() {
                *share += 1;
                left -= 1;
            }
        }
        if left == before {
            return shares;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Macie, bucket_name};
    use crate::location::Place;
    use crate::reports::{Style, fixture};
    use serde_json::Value;

    fn findings(report: &crate::report::Report) -> Vec<Value> {
        let schema: Value = serde_json::from_str(include_str!("../../tests/finding.schema.json")).unwrap();
        let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let text = fixture::written(&Macie, report, Style::default());
        let findings: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for finding in &findings {
            let errors: Vec<String> =
                schema.iter_errors(finding).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{errors:?} in {finding}");
        }
        findings
    }

    #[test]
    fn the_fixed_report() {
        fixture::expect(&Macie, Style::default(), "report.macie.expected");
    }

    #[test]
    fn the_fixed_report_validates() {
        let report = fixture::report();
        let findings = findings(&report);
        assert_eq!(findings.len(), report.findings.len());
        let kinds: std::collections::BTreeSet<_> = findings.iter().map(|f| f["type"].as_str().unwrap()).collect();
        assert_eq!(kinds.len(), 5, "{kinds:?}");
    }

    #[test]
    fn the_schema_is_not_blind() {
        let schema: Value = serde_json::from_str(include_str!("../../tests/finding.schema.json")).unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        let mut finding = findings(&fixture::report()).remove(0);
        finding["extra"] = 1.into();
        assert!(!schema.is_valid(&finding));
    }

    #[test]
    fn places_are_shared_among_the_types() {
        let mut report = fixture::report();
        report.findings = vec![fixture::crowded(40)];
        let result = findings(&report).remove(0)["classificationDetails"]["result"].take();
        assert_eq!(result["additionalOccurrences"], true);
        let count = |v: &Value| v["occurrences"]["cells"].as_array().map_or(0, Vec::len);
        let groups = result["sensitiveData"].as_array().unwrap();
        let shares: Vec<usize> = groups
            .iter()
            .flat_map(|group| group["detections"].as_array().unwrap())
            .chain(result["customDataIdentifiers"]["detections"].as_array().unwrap())
            .map(count)
            .collect();
        assert_eq!(shares, [4, 4, 4, 3]);
        report.findings = vec![fixture::crowded(3)];
        let result = findings(&report).remove(0)["classificationDetails"]["result"].take();
        assert_eq!(result["additionalOccurrences"], false);
    }

    #[test]
    fn long_paths_and_unknown_positions_validate() {
        let mut report = fixture::report();
        let mut finding = fixture::crowded(3);
        let occurrences = &mut finding.classification.detections[0].occurrences;
        let json_path = Some(format!("$.a{}", "['a long name']".repeat(99)));
        occurrences[0].place = Place::Record { index: 0, json_path };
        occurrences[1].place = Place::Lines;
        occurrences[1].position = crate::location::Position::default();
        occurrences[2].place = Place::Page { number: 0 };
        report.findings = vec![finding];
        let finding = findings(&report).remove(0);
        assert!(finding.to_string().contains("\"jsonPath\":\"$..['a long name']"));
    }

    #[test]
    fn the_bucket_is_the_folder() {
        let name = |target: &str, file: &str| bucket_name(&[target.to_owned()], file.as_bytes()).to_owned();
        assert_eq!(name("/srv/exports/", "a/b.csv"), "exports");
        assert_eq!(name("exports", "a/b.csv"), "exports");
        assert_eq!(name("exports/b.csv", "b.csv"), "exports");
        assert_eq!(name("b.csv", "b.csv"), "local");
        assert_eq!(name(".", "b.csv"), "local");
        assert_eq!(name("-", "-"), "local");
        assert_eq!(bucket_name(&["a".to_owned(), "b".to_owned()], b"x"), "local");
    }
}
