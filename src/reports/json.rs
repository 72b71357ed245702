//! The `json` report: one document with everything, the form that baselines and `tamis report` read.
//!
//! Every struct in here is frozen and written out by hand: the names and the order of the fields are the contract, and a
//! change inside the program cannot change them by accident. Rows borrow from the report and are made one at a time.

mod areas;
pub(crate) mod escape;
pub(crate) mod finding;
mod identifiers;
mod occurrences;
pub(crate) mod result;
mod summary;

pub(crate) use occurrences::column_letters;
pub(crate) use summary::{ScanRow, SkippedRow, SummaryRow, ToolRow};

use super::{ReportFormat, Style};
use crate::finding::Finding;
use crate::report::Report;
use escape::write_pretty;
use finding::{FindingRow, PolicyRow, Run};
use serde::{Serialize, Serializer};
use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

/// Version of the result's form.
pub(crate) const SCHEMA_VERSION: &str = "1.0";
/// The first second that RFC 3339 cannot write, the year 10,000, from 1970.
const YEAR_10_000: u64 = 253_402_300_800;

/// One JSON document, indented by two spaces.
pub(crate) struct Json;

impl ReportFormat for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn write(&self, report: &Report, _style: Style, out: &mut dyn Write) -> io::Result<()> {
        write_pretty(out, &Document::of(report))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    tool: ToolRow<'a>,
    scan: ScanRow<'a>,
    summary: SummaryRow,
    findings: Findings<'a>,
    policy_findings: Policies<'a>,
    skipped: Skipped<'a>,
    #[serde(skip_serializing_if = "Findings::is_empty")]
    baselined: Findings<'a>,
    #[serde(skip_serializing_if = "Findings::is_empty")]
    absent: Findings<'a>,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: ToolRow::of(report),
            scan: ScanRow::of(report),
            summary: SummaryRow::of(report),
            findings: Findings(report, &report.findings),
            policy_findings: Policies(report),
            skipped: Skipped(report),
            baselined: Findings(report, &report.baselined),
            absent: Findings(report, &report.absent),
        }
    }
}

/// Some of a report's findings.
struct Findings<'a>(&'a Report, &'a [Finding]);

impl Findings<'_> {
    fn is_empty(&self) -> bool {
        self.1.is_empty()
    }
}

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let run = Run::of(self.0);
        serializer.collect_seq(self.1.iter().map(|finding| FindingRow::of(finding, &run)))
    }
}

struct Policies<'a>(&'a Report);

impl Serialize for Policies<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let run = Run::of(self.0);
        serializer.collect_seq(self.0.policy_findings.iter().map(|found| PolicyRow::of(found, &run)))
    }
}

struct Skipped<'a>(&'a Report);

impl Serialize for Skipped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.skipped.iter().map(SkippedRow::of))
    }
}

/// RFC 3339 in UTC with milliseconds. None outside the years 1970 to 9999: an archive may claim any time for its members.
pub(crate) fn timestamp(time: SystemTime) -> Option<String> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    (since.as_secs() < YEAR_10_000).then(|| humantime::format_rfc3339_millis(time).to_string())
}

#[cfg(test)]
mod tests {
    use super::{Json, timestamp};
    use crate::reports::{ReportFormat, Style, fixture};
    use serde_json::{Value, json};
    use std::time::{Duration, UNIX_EPOCH};

    fn document(report: &crate::report::Report) -> Value {
        serde_json::from_str(&fixture::written(&Json, report, Style::default())).unwrap()
    }

    #[test]
    fn the_fixed_report() {
        fixture::expect(&Json, Style::default(), "report.json.expected");
        fixture::expect(&Json, Style { color: true, ..Style::default() }, "report.json.expected");
    }

    #[test]
    fn an_empty_report() {
        let document = document(&fixture::empty());
        assert_eq!(document["findings"], json!([]));
        assert_eq!(document["skipped"], json!([]));
        assert_eq!(document["summary"]["sensitivityScore"], 1);
    }

    #[test]
    fn matched_text_appears_only_when_revealed() {
        let mut report = fixture::report();
        assert!(!fixture::written(&Json, &report, Style::default()).contains("\"value\""));
        report.findings[0].classification.detections[0].occurrences[0].revealed = Some("536-90-4399".to_owned());
        let document = document(&report);
        let result = &document["findings"][0]["classificationDetails"]["result"];
        assert_eq!(result["sensitiveData"][0]["detections"][0]["matches"][0]["value"], "536-90-4399");
    }

    #[test]
    fn times_that_no_clock_shows_are_null() {
        assert_eq!(timestamp(UNIX_EPOCH - Duration::from_secs(1)), None);
        assert_eq!(timestamp(UNIX_EPOCH + Duration::from_secs(super::YEAR_10_000)), None);
        let last = UNIX_EPOCH + Duration::from_millis(super::YEAR_10_000 * 1000 - 1);
        assert_eq!(timestamp(last).as_deref(), Some("9999-12-31T23:59:59.999Z"));
    }

    #[test]
    fn nothing_in_it_steers_a_terminal() {
        for format in crate::reports::REPORTS {
            for color in [false, true] {
                let text = fixture::written(*format, &fixture::report(), Style { color, ..Style::default() });
                let text = if format.name() == "text" && color { fixture::without_colors(&text) } else { text };
                let bad = text.chars().find(|c| *c != '\n' && crate::reports::printable::is_unprintable(*c));
                assert_eq!(bad, None, "{}", format.name());
            }
        }
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        for format in crate::reports::REPORTS {
            let write = || fixture::written(*format, &fixture::report(), Style::default());
            assert_eq!(write(), write(), "{}", format.name());
        }
        assert_eq!(Json.extensions(), ["json"]);
    }
}
