//! The `ocsf` report: JSON Lines of OCSF's Data Security Finding (class 2006), for security data lakes.
//!
//! One event for each category in each object, since an event has room for one. What a rule suppressed is said by its
//! status. Masks are not in it: the places are. Facts: <https://schema.ocsf.io/classes/data_security_finding>.

use super::json::timestamp;
use super::jsonl::Lines;
use super::printable::printable;
use super::shown::FullPath;
use super::{ReportFormat, Style};
use crate::finding::{Detection, Finding, Occurrence, digest};
use crate::identifier::{Category, Severity};
use crate::location::Place;
use crate::report::Report;
use crate::status::Status;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

/// Version of the schema.
const VERSION: &str = "1.8.0";
/// Places of one type that are listed.
const MOST_PLACES: usize = 15;

/// OCSF events, one a line.
pub(crate) struct Ocsf;

impl ReportFormat for Ocsf {
    fn name(&self) -> &'static str {
        "ocsf"
    }

    /// None: `.jsonl` is our own result, and `ocsf:FILE` says it.
    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn write(&self, report: &Report, _style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut lines = Lines::new(out);
        for finding in &report.findings {
            // Detections are ordered by category.
            for group in
                finding.classification.detections.chunk_by(|a, b| a.identifier.category == b.identifier.category)
            {
                lines.write(&event(finding, group, report))?;
            }
        }
        lines.finish()
    }
}

fn event(finding: &Finding, group: &[Detection], report: &Report) -> Value {
    let classification = &finding.classification;
    let artifact = &classification.artifact;
    let category = group.first().map_or(Category::CustomIdentifier, |d| d.identifier.category);
    let severity = group.iter().filter_map(|d| d.identifier.severity(d.count)).max().unwrap_or(finding.severity);
    let time = milliseconds(report.started);
    let uid = digest(&[b"ocsf", finding.id.as_bytes(), category.code().as_bytes()]);
    let mut file = json!({
        "name": printable(artifact.path.name()).to_string(),
        "path": FullPath(&artifact.path).to_string(),
        "type_id": 1,
        "size": artifact.size,
        "mime_type": classification.media_type,
    });
    if let Some(modified) = artifact.modified.filter(|time| timestamp(*time).is_some()) {
        file["modified_time"] = milliseconds(modified).into();
    }
    json!({
        "activity_id": 1,
        "category_uid": 2,
        "class_uid": 2006,
        "type_uid": 200_601,
        "severity_id": severity_id(severity),
        "severity": severity.word(),
        "status_id": if finding.archived { 3 } else { 1 },
        "time": time,
        "metadata": {
            "version": VERSION,
            "product": {
                "name": env!("CARGO_PKG_NAME"),
                "vendor_name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
            },
        },
        "finding_info": {
            "uid": uid,
            "title": "The file contains sensitive data",
            "types": [format!("SensitiveData:File/{}", finding.kind.word())],
            "created_time": time,
        },
        "file": file,
        "data_security": data_security(category, group, &classification.status),
    })
}

fn data_security(category: Category, group: &[Detection], status: &Status) -> Value {
    let (id, name) = match category {
        Category::PersonalInformation => (1, "Personal"),
        Category::FinancialInformation => (3, "Financial"),
        Category::Credentials => (6, "Security"),
        Category::CustomIdentifier => (99, category.code()),
    };
    let detail = |detection: &Detection| {
        let places = detection.occurrences.iter().take(MOST_PLACES).filter_map(occurrence);
        json!({
            "type": detection.identifier.id,
            "count": detection.count,
            "occurrences": places.collect::<Vec<Value>>(),
        })
    };
    let status_id = match status {
        Status::Complete => 1,
        Status::Partial(..) => 2,
        Status::Skipped(..) => 3,
    };
    json!({
        "category_id": id,
        "category": name,
        "detection_system_id": 4,
        "data_lifecycle_state_id": 1,
        "classifier_details": { "type": "Data identifiers" },
        "discovery_details": group.iter().map(detail).collect::<Vec<Value>>(),
        "status_id": status_id,
        "status_details": status.reason().map(crate::status::Reason::code).into_iter().collect::<Vec<&str>>(),
    })
}

/// A place; none when nothing is known of it, as the schema wants no empty one.
fn occurrence(occurrence: &Occurrence) -> Option<Value> {
    let position = &occurrence.position;
    let mut row = match &occurrence.place {
        Place::Lines => json!({}),
        Place::Cell { row, column, column_name, .. } => {
            json!({ "row_number": row, "column_number": column, "column_name": column_name })
        }
        Place::Page { number } => json!({ "page_number": number }),
        Place::Record { index, json_path } => json!({ "record_index_in_array": index, "json_path": json_path }),
    };
    if position.line > 0 {
        row["start_line"] = position.line.into();
        row["end_line"] = position.end_line.into();
    }
    let fields = row.as_object_mut()?;
    fields.retain(|_, value| !value.is_null());
    (!fields.is_empty()).then_some(row)
}

fn severity_id(severity: Severity) -> u8 {
    severity.score() + 1
}

fn milliseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::Ocsf;
    use crate::reports::{Style, fixture};
    use serde_json::Value;

    /// Names, types and enums of each attribute, what is required, and no attribute that the schema does not have.
    fn check(value: &Value, definition: &Value, objects: &Value, errors: &mut Vec<String>) {
        let attributes = definition["attributes"].as_object().unwrap();
        let fields = value.as_object().unwrap();
        for (name, attribute) in attributes.iter().filter(|(_, a)| a["r"] == "required") {
            if !fields.contains_key(name) {
                errors.push(format!("{name} is missing: {attribute}"));
            }
        }
        for (name, field) in fields {
            let Some(attribute) = attributes.get(name) else {
                errors.push(format!("{name} is unknown"));
                continue;
            };
            let one = std::slice::from_ref(field);
            let items = if attribute["a"] == true { field.as_array().map_or(one, Vec::as_slice) } else { one };
            let kind = attribute["t"].as_str().unwrap();
            for item in items {
                let fits = match kind {
                    _ if kind.starts_with('#') => item.is_object(),
                    "integer_t" | "long_t" | "timestamp_t" => item.is_u64(),
                    "boolean_t" => item.is_boolean(),
                    _ => item.is_string(),
                };
                let listed = attribute["e"].as_object().is_none_or(|e| e.contains_key(&item.to_string()));
                if !fits || !listed {
                    errors.push(format!("{name}: {item} is no {attribute}"));
                } else if let Some(object) = kind.strip_prefix('#') {
                    check(item, &objects[object], objects, errors);
                }
            }
        }
    }

    #[test]
    fn every_event_fits_the_schema() {
        let schema: Value = serde_json::from_str(include_str!("../../tests/data/ocsf-2006.json")).unwrap();
        let mut report = fixture::report();
        report.findings.push(fixture::crowded(40));
        report.findings[0].classification.detections[0].occurrences[0].revealed = Some("536-90-4399".to_owned());
        let text = fixture::written(&Ocsf, &report, Style::default());
        assert!(!text.contains("536-90"));
        let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(events.len(), 14, "one for each category in each object");
        let mut errors = Vec::new();
        for event in &events {
            check(event, &schema["class"], &schema["objects"], &mut errors);
        }
        assert!(errors.is_empty(), "{errors:#?}");
        assert_eq!(events.iter().filter(|event| event["status_id"] == 3).count(), 1);
        let mut wrong = events[0].clone();
        wrong["severity_id"] = 77.into();
        check(&wrong, &schema["class"], &schema["objects"], &mut errors);
        assert_eq!(errors.len(), 1, "the check is not blind");
    }
}
