use super::{SavedError, read};
use crate::artifact::Artifact;
use crate::finding::{Acceptance, BaselineState};
use crate::identifier::Severity;
use crate::location::{Place, Position};
use crate::report::{Gate, Report};
use crate::reports::{REPORTS, Style, fixture, named};
use serde_json::{Value, json};
use std::sync::Arc;

fn written(report: &Report, format: &str) -> String {
    fixture::written(named(format).unwrap(), report, Style::default())
}

/// Reads what two formats wrote, and compares what all formats make of it.
fn comes_back(report: &Report) {
    for saved in ["json", "jsonl"] {
        let back = read("r.json", written(report, saved).as_bytes(), &[]).unwrap();
        for format in REPORTS {
            let name = format.name();
            assert_eq!(written(&back, name), written(report, name), "{name} from {saved}");
        }
    }
}

/// All that is rare.
fn odd() -> Report {
    let mut report = fixture::report();
    report.gate = Gate { fail_on: Some(Severity::Medium), strict: true };
    report.complete = false;
    report.baselined = vec![fixture::crowded(2)];
    report.baselined[0].baseline = Some(BaselineState::Unchanged);
    report.absent = vec![fixture::crowded(1)];
    report.absent[0].baseline = Some(BaselineState::Absent);
    report.findings[0].baseline = Some(BaselineState::Updated);
    let artifact = &mut report.findings[0].classification.artifact;
    artifact.path.members = vec![b"a!/b.zip".to_vec(), b"c\xff!.csv".to_vec()];
    artifact.path.ordinals = vec![0, 3];
    report.skipped[0].classification.artifact.path = artifact.path.clone();
    let hidden = report.findings.iter_mut().find(|finding| finding.archived).unwrap();
    hidden.hidden_by = Some(Arc::new(Acceptance { rule: "tests".to_owned(), reason: "made up".to_owned() }));
    let occurrences = &mut report.findings[2].classification.detections[1].occurrences;
    occurrences[0].place = Place::Page { number: 0 };
    occurrences[1].place = Place::Record { index: 9, json_path: None };
    occurrences[2].place = Place::Lines;
    occurrences[2].position = Position::default();
    occurrences[3].position.end_line = 77;
    occurrences[4].place = Place::Cell { sheet: Some("a!b".to_owned()), row: 0, column: 0, column_name: None };
    occurrences[5].revealed = Some("536-90-4399".to_owned());
    report
}

#[test]
fn every_report_comes_back() {
    comes_back(&fixture::report());
    comes_back(&fixture::empty());
    comes_back(&odd());
    let mut report = fixture::report();
    report.findings[0].classification.artifact = Artifact::default();
    comes_back(&report);
}

fn changed(change: impl FnOnce(&mut Value)) -> Result<Report, SavedError> {
    let mut document: Value = serde_json::from_str(&written(&fixture::report(), "json")).unwrap();
    change(&mut document);
    read("old.json", document.to_string().as_bytes(), &[])
}

#[test]
fn a_document_on_one_line_and_fields_of_the_future_are_read() {
    let report = changed(|document| document["findings"][0]["new"] = json!({"a": [1]})).unwrap();
    assert_eq!(report.findings.len(), 9);
}

#[test]
fn results_without_what_we_add_to_the_contract_are_read() {
    let report = changed(|document| {
        document["tool"].as_object_mut().unwrap().remove("identifiers");
        for field in ["allowed", "suppressions", "leftOut"] {
            document["summary"].as_object_mut().unwrap().remove(field);
        }
        document["scan"].as_object_mut().unwrap().remove("gate");
    });
    let report = report.unwrap();
    let badge = report.findings.iter().flat_map(|f| &f.classification.detections).find(|d| d.identifier.is_custom());
    let badge = badge.unwrap();
    assert_eq!((badge.identifier.id.as_str(), badge.identifier.name.as_str()), ("EMPLOYEE_ID", "Employee ID"));
    assert!(written(&report, "markdown").contains("| High "), "severities are those of the findings");
}

#[test]
fn identifiers_at_hand_are_taken_where_they_are_the_same() {
    let known = crate::identifier::managed().unwrap();
    let mut report = fixture::report();
    let ours = known.iter().find(|identifier| identifier.id == "USA_SOCIAL_SECURITY_NUMBER").unwrap();
    report.findings[0].classification.detections[0].identifier = Arc::clone(ours);
    report.findings.truncate(1);
    let back = read("r.json", written(&report, "json").as_bytes(), &known).unwrap();
    assert!(Arc::ptr_eq(&back.findings[0].classification.detections[0].identifier, ours));
}

#[test]
fn what_is_wrong_is_named_with_file_and_field() {
    let wrong = |parts: [&str; 2], change: fn(&mut Value)| {
        let error = changed(change).unwrap_err().to_string();
        assert!(error.starts_with("old.json: ") && parts.iter().all(|part| error.contains(part)), "{error}");
    };
    wrong(["schemaVersion: `2.0` is unknown", "use the version"], |d| d["schemaVersion"] = json!("2.0"));
    wrong(["schemaVersion: missing", "--format json"], |d| *d = json!({"version": "2.1.0", "runs": []}));
    wrong(["fingerprintAlgorithm: \"v9\" is unknown", "scan again"], |d| {
        d["scan"]["configuration"]["fingerprintAlgorithm"] = json!("v9");
    });
    wrong(["fingerprintAlgorithm: missing", "scan again"], |d| d["scan"]["configuration"] = json!({}));
    wrong(["findings[2].severity.description", "`Dire`"], |d| {
        d["findings"][2]["severity"]["description"] = json!("Dire");
    });
    wrong(["findings[1]: missing field", "column"], |d| {
        d["findings"][1] = json!({ "type": "SensitiveData:File/Personal" });
    });
    wrong(["summary.objects.total", "invalid type"], |d| d["summary"]["objects"]["total"] = json!("many"));
    wrong(["skipped[0].reason", "`NEW_ONE`"], |d| d["skipped"][0]["reason"] = json!("NEW_ONE"));
    wrong(["summary.durationSeconds", "-1"], |d| d["summary"]["durationSeconds"] = json!(-1));
    wrong(["tool.identifiers[0].id", "no identifier"], |d| d["tool"]["identifiers"][0]["id"] = json!("a\n::error"));
    wrong(["count: is less", "scan again"], |d| {
        let detection = "/findings/2/classificationDetails/result/sensitiveData/1/detections/0/count";
        *d.pointer_mut(detection).unwrap() = json!(3);
    });
}

#[test]
fn what_is_cut_or_hostile_is_an_error() {
    for saved in ["json", "jsonl"] {
        let whole = written(&odd(), saved);
        for end in (0..whole.trim_end().len()).step_by(97) {
            assert!(read("r", &whole.as_bytes()[..end], &[]).is_err(), "{saved} {end}");
        }
        let error = read("r", &whole.as_bytes()[..whole.len() - 40], &[]).unwrap_err().to_string();
        assert!(error.contains("cut short"), "{error}");
    }
    let lines = written(&fixture::report(), "jsonl");
    let without = lines.trim_end().rsplit_once('\n').unwrap().0;
    assert!(read("r", without.as_bytes(), &[]).unwrap_err().problem.contains("cut short"));
    assert!(read("r", format!("{lines}{lines}").as_bytes(), &[]).unwrap_err().problem.contains("behind the summary"));
    let deep = format!("{{\"schemaVersion\":\"1.0\",\"x\":{}", "[".repeat(1_000_000));
    assert!(read("r", deep.as_bytes(), &[]).is_err());
    let macie = written(&fixture::report(), "macie");
    assert!(read("r", macie.as_bytes(), &[]).unwrap_err().problem.contains("no result of tamis"));
}

#[test]
fn numbers_without_end_do_no_harm() {
    let report = changed(|document| {
        for finding in document["findings"].as_array_mut().unwrap() {
            for group in finding["classificationDetails"]["result"]["sensitiveData"].as_array_mut().unwrap() {
                for detection in group["detections"].as_array_mut().unwrap() {
                    detection["count"] = json!(u64::MAX);
                    for place in detection["matches"].as_array_mut().unwrap() {
                        for field in ["line", "column", "offset", "length"] {
                            place[field] = json!(u64::MAX);
                        }
                    }
                    for row in detection["occurrences"]["cells"].as_array_mut().into_iter().flatten() {
                        (row["row"], row["column"]) = (json!(u64::MAX), json!(u64::MAX));
                    }
                }
            }
        }
        for field in ["total", "classified", "sensitive", "partial", "skipped"] {
            document["summary"]["objects"][field] = json!(u64::MAX);
        }
        (document["summary"]["bytes"]["total"], document["summary"]["durationSeconds"]) =
            (json!(u64::MAX), json!(1e19));
    });
    let report = report.unwrap();
    for format in REPORTS {
        assert!(!written(&report, format.name()).is_empty());
    }
}
