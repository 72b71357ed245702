//! The `json` report: one document with everything, the form that baselines and `tamis report` read.
//!
//! Every struct in here is frozen and written out by hand: the names and the order of the fields are the contract, and a
//! change inside the program cannot change them by accident. Rows borrow from the report and are made a few at a time.

mod areas;
mod document;
pub(crate) mod escape;
pub(crate) mod finding;
mod identifiers;
mod occurrences;
pub(crate) mod result;
mod summary;

pub(crate) use occurrences::column_letters;
pub(crate) use summary::{ScanRow, SkippedRow, SummaryRow, ToolRow};

use super::{ReportFormat, Style};
use crate::report::Report;
use document::Document;
use finding::{FindingRow, PolicyRow, Run};
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
        let run = Run::of(report);
        let finding = |finding| FindingRow::of(finding, &run);
        let mut document = Document::begin(out)?;
        document.member("schemaVersion", &SCHEMA_VERSION)?;
        document.member("tool", &ToolRow::of(report))?;
        document.member("scan", &ScanRow::of(report))?;
        document.member("summary", &SummaryRow::of(report))?;
        document.rows("findings", &report.findings, finding)?;
        document.rows("policyFindings", &report.policy_findings, |found| PolicyRow::of(found, &run))?;
        document.rows("skipped", &report.skipped, SkippedRow::of)?;
        for (name, findings) in [("baselined", &report.baselined), ("absent", &report.absent)] {
            if !findings.is_empty() {
                document.rows(name, findings, finding)?;
            }
        }
        document.end()
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
