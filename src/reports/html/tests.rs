use super::Html;
use crate::artifact::ArtifactPath;
use crate::report::{FindingCounts, PastRun};
use crate::reports::{Style, fixture};
use serde_json::Value;
use std::time::Duration;

fn page(report: &crate::report::Report) -> String {
    fixture::written(&Html, report, Style::default())
}

/// The data of a page, as its script reads it.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn the_fixed_report() {
    let page = page(&fixture::report());
    let data = data(&page);
    assert_eq!(data["findings"].as_array().unwrap().len(), 9);
    assert_eq!(data["gaps"].as_array().unwrap().len(), 14);
    assert_eq!(data["findings"][2][10][1][1], 1_412);
    assert_eq!(data["findings"][2][10][1][2].as_array().unwrap().len(), 7);
    assert!(page.contains("<h1>Sensitive data found in 8 objects</h1>"));
    assert!(page.contains("backups/2025.zip!/inner.tar.gz!/hr/staff.xlsx"));
    assert!(page.contains("<th scope=\"col\">Reason</th>") && page.contains("UNSUPPORTED_FILE_TYPE_EXCEPTION"));
    assert!(page.contains("51 from the start, 30 for 1,420 matches"));
}

#[test]
fn nothing_is_loaded_and_no_other_script_runs() {
    let page = page(&fixture::report());
    assert!(page.contains("default-src 'none'; script-src 'sha256-"));
    for word in ["http:", "https:", "src=", "@import", "url(", "onclick", "style=\"", "javascript:"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn hostile_names_stay_names() {
    let mut report = fixture::report();
    let name = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}\u{2028}\u{1b}&amp;";
    report.findings[0].classification.artifact.path = ArtifactPath::file(name);
    report.skipped[0].classification.artifact.path = ArtifactPath::file(name);
    report.targets = vec![name.to_owned()];
    let page = page(&report);
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(!page.contains("<img"));
    assert!(!page.chars().any(|c| c != '\n' && crate::reports::printable::is_unprintable(c)));
    let shown = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\\u{202e}\\u{2028}\\x1b&amp;";
    assert_eq!(data(&page)["findings"][0][1], shown);
}

#[test]
fn masks_only_unless_revealed() {
    let mut report = fixture::report();
    assert!(!page(&report).contains("shows the data itself"));
    report.findings[0].classification.detections[0].occurrences[0].revealed = Some("536-90-4399".to_owned());
    let page = page(&report);
    assert!(page.contains("shows the data itself") && page.contains("536-90-4399"));
    assert_eq!(page.matches("536-90-4399").count(), 1);
}

#[test]
fn earlier_runs_are_drawn() {
    let mut report = fixture::report();
    assert!(!page(&report).contains("over time"));
    let run = |days: u64, high| PastRun {
        started: report.started - Duration::from_secs(days * 86_400),
        findings: FindingCounts { high, ..FindingCounts::default() },
    };
    report.earlier = (1..100).rev().map(|days| run(days, days as usize)).collect();
    let page = page(&report);
    assert!(page.contains("Findings over time") && page.contains("2026-03-02: 6 high, 1 medium, 1 low"));
    assert_eq!(page.matches("<g><title>").count(), 60);
}
