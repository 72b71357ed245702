//! The `gitlab` report: GitLab's secret detection report, for `artifacts:reports:secret_detection`.
//!
//! One vulnerability for each identifier in each object. What a rule suppressed is not in it: the form has no place for
//! that. Times have no zone and no fraction, and without a commit its id is forty zeros, as the form asks. Facts:
//! <https://gitlab.com/gitlab-org/security-products/security-report-schemas>.

use super::json::escape::write_pretty;
use super::json::timestamp;
use super::shown::{help, summary};
use super::uri::Root;
use super::{ReportFormat, Style};
use crate::finding::{Detection, Finding, digest};
use crate::report::Report;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::time::SystemTime;

/// Version of the form.
const VERSION: &str = "15.2.5";
/// Characters of a name.
const LONGEST_NAME: usize = 255;
/// Characters of a solution.
const LONGEST_SOLUTION: usize = 7_000;
/// The commit, where there is none.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

/// GitLab's report.
pub(crate) struct GitLab;

impl ReportFormat for GitLab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    /// None: `.json` is our own result, and `gitlab:FILE` says it.
    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn write(&self, report: &Report, _style: Style, out: &mut dyn Write) -> io::Result<()> {
        write_pretty(out, &document(report))
    }
}

fn document(report: &Report) -> Value {
    let root = Root::of(report);
    let product = json!({
        "id": env!("CARGO_PKG_NAME"),
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "vendor": { "name": env!("CARGO_PKG_NAME") },
    });
    let reasons = report.reasons();
    let message = |(reason, number): (&crate::status::Reason, &u64)| json!({ "level": "warn", "value": format!("{number} not inspected in full, {}: {}", reason.code(), reason.explanation()) });
    let open = report.findings.iter().filter(|finding| !finding.archived);
    let vulnerabilities: Vec<Value> = open
        .flat_map(|finding| finding.classification.detections.iter().map(move |detection| (finding, detection)))
        .map(|(finding, detection)| vulnerability(finding, detection, &root))
        .collect();
    json!({
        "version": VERSION,
        "scan": {
            "analyzer": product,
            "scanner": product,
            "start_time": time(report.started),
            "end_time": time(report.finished),
            "status": if report.complete { "success" } else { "failure" },
            "type": "secret_detection",
            "messages": reasons.iter().map(message).collect::<Vec<Value>>(),
        },
        "vulnerabilities": vulnerabilities,
    })
}

/// To the second, in UTC, without saying so.
fn time(time: SystemTime) -> String {
    let text = timestamp(time).unwrap_or_else(|| "1970-01-01T00:00:00".to_owned());
    text.chars().take("1970-01-01T00:00:00".len()).collect()
}

fn vulnerability(finding: &Finding, detection: &Detection, root: &Root) -> Value {
    let artifact = &finding.classification.artifact;
    let path = &artifact.path;
    let stored = artifact.outermost().and_then(|file| file.git.as_ref());
    let commit = stored.and_then(|git| git.commit.as_deref()).unwrap_or(NO_COMMIT);
    let identifier = &detection.identifier;
    let severity = identifier.severity(detection.count).unwrap_or(finding.severity);
    let id = digest(&[b"gitlab", finding.id.as_bytes(), identifier.id.as_bytes()]);
    let file = root.unencoded(&path.file);
    // A line inside a member is no line of the file.
    let first = detection.occurrences.first().filter(|o| path.members.is_empty() && o.position.line > 0);
    let (start, end) = first.map_or((1, 1), |o| (o.position.line, o.position.end_line.max(o.position.line)));
    json!({
        "id": uuid(&id),
        "name": identifier.name.chars().take(LONGEST_NAME).collect::<String>(),
        "description": summary(finding, detection),
        "severity": severity.word(),
        "solution": help(identifier).chars().take(LONGEST_SOLUTION).collect::<String>(),
        "identifiers": [{ "type": "tamis_identifier", "name": identifier.id, "value": identifier.id }],
        "location": { "file": file, "start_line": start, "end_line": end, "commit": { "sha": commit } },
        "tracking": { "type": "source", "items": [{
            "file": file,
            "start_line": start,
            "end_line": end,
            "signatures": [{ "algorithm": "tamis_v1", "value": id }],
        }] },
    })
}

/// 32 hex digits as a UUID of version 8 (RFC 9562), the one for hashes of one's own.
fn uuid(hex: &str) -> String {
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use super::GitLab;
    use crate::report::Report;
    use crate::reports::{Style, fixture};
    use serde_json::Value;

    /// GitLab's own schema, 15.2.4, byte for byte as it is published (MIT; its address is its `$id`).
    /// Written is a patch later, 15.2.5.
    fn document(report: &Report) -> Value {
        let schema = include_str!("../../tests/data/gitlab-secret-detection.schema.json");
        let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        let document = serde_json::from_str(&fixture::written(&GitLab, report, Style::default())).unwrap();
        let errors: Vec<String> =
            schema.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:?}");
        document
    }

    #[test]
    fn the_fixed_report_validates() {
        let mut report = fixture::report();
        report.findings[0].classification.detections[0].occurrences[0].revealed = Some("536-90-4399".to_owned());
        let document = document(&report);
        assert!(!document.to_string().contains("536-90"));
        let rows = document["vulnerabilities"].as_array().unwrap();
        assert_eq!(rows.len(), 9, "ten, and one of them suppressed");
        let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), rows.len());
        assert!(ids.iter().all(|id| id.len() == 36));
        assert_eq!(rows[3]["location"]["start_line"], 2);
        assert_eq!(document["scan"]["messages"].as_array().unwrap().len(), 3);
        assert_eq!(document["scan"]["start_time"], "2026-03-02T09:14:17");
    }

    #[test]
    fn nothing_found_and_an_interruption() {
        let mut report = fixture::empty();
        report.complete = false;
        let document = document(&report);
        assert_eq!(document["vulnerabilities"], serde_json::json!([]));
        assert_eq!(document["scan"]["status"], "failure");
    }
}
