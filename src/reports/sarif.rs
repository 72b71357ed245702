//! The `sarif` report: SARIF 2.1.0, within the limits of GitHub's code scanning.
//!
//! One result for each identifier in each object, at its first place; the message says how many there are. No snippet: it
//! would be the value. A place without a line (a page, a cell of a workbook, a member of an archive) is line 1 of the
//! outermost file, and the message says where it is. Facts: <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.

mod results;
mod rules;

use super::json::escape::write_pretty;
use super::json::timestamp;
use super::uri::Root;
use super::{ReportFormat, Style};
use crate::report::{NotInspected, Report};
use results::Chosen;
use rules::Rules;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Objects that were not inspected in full and are named one by one.
const MOST_NOTIFICATIONS: usize = 1_000;
/// What relative addresses are relative to; the name that other tools use.
const BASE: &str = "%SRCROOT%";

/// One SARIF log with one run.
pub(crate) struct Sarif;

impl ReportFormat for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["sarif"]
    }

    fn write(&self, report: &Report, _style: Style, out: &mut dyn Write) -> io::Result<()> {
        write_pretty(out, &log(report))
    }
}

fn log(report: &Report) -> Value {
    let root = Root::of(report);
    let chosen = Chosen::of(report);
    let rules = Rules::of(chosen.rows.iter().map(|row| &*row.detection.identifier));
    let mut base = json!({ "description": { "text": "The folder that the paths of the scan start from." } });
    if let Some(uri) = &root.base {
        base["uri"] = uri.as_str().into();
    }
    let results: Vec<Value> = chosen.rows.iter().map(|row| results::result(row, report, &rules, &root)).collect();
    let run = json!({
        "tool": { "driver": {
            "name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules.rows(),
        } },
        "automationDetails": { "id": concat!(env!("CARGO_PKG_NAME"), "/") },
        "originalUriBaseIds": { BASE: base },
        "invocations": [invocation(report, chosen.left_out, &root)],
        "columnKind": "unicodeCodePoints",
        "results": results,
    });
    json!({ "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run] })
}

fn invocation(report: &Report, left_out: usize, root: &Root) -> Value {
    let mut notes: Vec<Value> =
        report.skipped.iter().take(MOST_NOTIFICATIONS).filter_map(|row| not_inspected(row, root)).collect();
    let unnamed = report.skipped.len().saturating_sub(MOST_NOTIFICATIONS);
    if unnamed > 0 {
        notes.push(note("NOT_LISTED", &format!("{unnamed} more objects were not inspected in full.")));
    }
    if left_out > 0 {
        notes.push(note(
            "RESULTS_OVER_LIMIT",
            &format!("{left_out} results over the limit were left out, the least severe ones."),
        ));
    }
    if !report.complete {
        notes.push(note("SCAN_INTERRUPTED", "The scan was interrupted: what it did not reach was not inspected."));
    }
    let mut invocation = json!({ "executionSuccessful": report.complete, "toolExecutionNotifications": notes });
    for (name, time) in [("startTimeUtc", report.started), ("endTimeUtc", report.finished)] {
        if let Some(time) = timestamp(time) {
            invocation[name] = time.into();
        }
    }
    invocation
}

fn note(id: &str, text: &str) -> Value {
    json!({ "level": "warning", "descriptor": { "id": id }, "message": { "text": text } })
}

fn not_inspected(row: &NotInspected, root: &Root) -> Option<Value> {
    let classification = &row.classification;
    let reason = classification.status.reason()?;
    let path = &classification.artifact.path;
    let mut note = note(reason.code(), &format!("Not inspected in full: {}.", reason.explanation()));
    let mut location = json!({ "physicalLocation": { "artifactLocation": artifact(&path.file, root) } });
    if let Some(logical) = results::logical(path) {
        location["logicalLocations"] = logical;
    }
    note["locations"] = json!([location]);
    Some(note)
}

fn artifact(file: &[u8], root: &Root) -> Value {
    json!({ "uri": root.relative(file), "uriBaseId": BASE })
}

#[cfg(test)]
mod tests {
    use super::Sarif;
    use crate::finding::{Acceptance, BaselineState, Finding};
    use crate::identifier::Severity;
    use crate::report::Report;
    use crate::reports::{Style, fixture};
    use serde_json::Value;

    /// The schema is the one that OASIS publishes with SARIF 2.1.0, errata 01.
    fn run(report: &Report) -> Value {
        let schema = serde_json::from_str(include_str!("../../tests/data/sarif-schema-2.1.0.json")).unwrap();
        let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let mut log: Value = serde_json::from_str(&fixture::written(&Sarif, report, Style::default())).unwrap();
        let errors: Vec<String> = schema.iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let mut wrong = log.clone();
        wrong["runs"][0]["results"] = serde_json::json!([{ "level": "high" }]);
        assert!(!schema.is_valid(&wrong), "the schema is not blind");
        log["runs"][0].take()
    }

    fn results(report: &Report) -> Vec<Value> {
        run(report)["results"].as_array().unwrap().clone()
    }

    #[test]
    fn the_fixed_report_validates_and_has_what_github_asks_for() {
        let run = run(&fixture::report());
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for rule in rules {
            for text in ["/shortDescription/text", "/fullDescription/text", "/help/text"] {
                let text = rule.pointer(text).and_then(Value::as_str).unwrap();
                assert!(!text.is_empty() && text.chars().count() <= 1024);
            }
            let severity: f32 = rule["properties"]["security-severity"].as_str().unwrap().parse().unwrap();
            assert!(severity > 0.0 && severity <= 10.0);
        }
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), 10, "one for each identifier in each object");
        let mut hashes = std::collections::BTreeSet::new();
        for result in results {
            assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
            assert!(hashes.insert(result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap()));
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let number = |name: &str| region[name].as_u64().unwrap();
            let (start, end) = ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
            assert!(start.0 >= 1 && start.1 >= 1 && end > start, "{region}");
        }
        assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 14);
    }

    #[test]
    fn places_paths_and_suppressions() {
        let mut report = fixture::report();
        report.targets = vec!["./data".to_owned()];
        let results = results(&report);
        let uri =
            |n: usize| results[n]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert_eq!(uri(0), "data/backups/2025.zip");
        assert_eq!(uri(1), "data/caf%E9/form.pdf");
        let member = &results[0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"];
        assert_eq!(member, "backups/2025.zip!/inner.tar.gz!/hr/staff.xlsx");
        let text = results[3]["message"]["text"].as_str().unwrap();
        assert_eq!(text, "1,412 × US Social Security number in hr/payroll.csv, first at cell D2 \"SSN\": ***-**-6789");
        let region = &results[3]["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region.to_string(), r#"{"endColumn":32,"endLine":2,"startColumn":21,"startLine":2}"#);
        let suppressed: Vec<usize> = (0..results.len()).filter(|n| results[*n].get("suppressions").is_some()).collect();
        assert_eq!(suppressed, [8]);
        assert_eq!(results[8]["suppressions"][0]["kind"], "external");
    }

    #[test]
    fn a_baseline_and_its_states() {
        let mut report = fixture::report();
        for finding in &mut report.findings {
            finding.baseline = Some(BaselineState::New);
        }
        let known = |state| Finding { baseline: Some(state), ..fixture::crowded(1) };
        report.baselined = vec![known(BaselineState::Unchanged)];
        report.absent = vec![known(BaselineState::Absent)];
        let results = results(&report);
        let number = |state: &str| results.iter().filter(|result| result["baselineState"] == state).count();
        assert_eq!((number("new"), number("unchanged"), number("absent")), (10, 4, 4));
        assert!(results.iter().all(|result| (result["baselineState"] == "absent") == (result["level"] == "none")));
        let hidden = Acceptance { rule: "tests".to_owned(), reason: "made up".to_owned() };
        report.findings.iter_mut().for_each(|finding| finding.hidden_by = Some(hidden.clone().into()));
        let results = self::results(&report);
        let suppressed = results.iter().find(|result| result.get("suppressions").is_some()).unwrap();
        assert_eq!(suppressed["suppressions"][0]["justification"], "tests: made up");
    }

    #[test]
    fn over_the_limit_the_most_severe_are_kept() {
        let mut report = fixture::report();
        let low = report.findings.iter().find(|f| f.severity == Severity::Low).unwrap().clone();
        let high = report.findings.iter().find(|f| f.severity == Severity::High).unwrap().clone();
        report.findings = vec![low; 25_000];
        report.findings.push(high);
        let log: Value = serde_json::from_str(&fixture::written(&Sarif, &report, Style::default())).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!((results.len(), &results[24_999]["level"]), (25_000, &Value::from("error")));
        assert!(log.to_string().contains("1 results over the limit"));
    }

    #[test]
    fn the_value_is_never_in_it() {
        let mut report = fixture::report();
        for occurrence in &mut report.findings[0].classification.detections[0].occurrences {
            occurrence.revealed = Some("536-90-4399".to_owned());
        }
        assert!(!run(&report).to_string().contains("536-90"));
        assert!(results(&fixture::empty()).is_empty());
    }
}
