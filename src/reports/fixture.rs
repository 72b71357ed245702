//! One report with a bit of everything, for the tests of the report formats. Its data is made up.

use super::{ReportFormat, Style};
use crate::area::Area;
use crate::artifact::{Artifact, ArtifactPath};
use crate::finding::{Classification, Confidence, Detection, Finding, Occurrence, Pardons};
use crate::identifier::{DataIdentifier, Severity, custom};
use crate::location::{Place, Position};
use crate::report::{Configuration, Gate, NotInspected, Report, Totals};
use crate::status::{Reason, Status};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const IDENTIFIERS: &str = r#"
[[identifier]]
id = "USA_SOCIAL_SECURITY_NUMBER"
name = "US Social Security number"
category = "PERSONAL_INFORMATION"
severity_levels = [{ occurrences_threshold = 1, severity = "high" }]
regex = 'a'
[[identifier]]
id = "PHONE_NUMBER"
name = "Phone number"
category = "PERSONAL_INFORMATION"
severity_levels = [{ occurrences_threshold = 1, severity = "low" }, { occurrences_threshold = 2, severity = "medium" }]
regex = 'a'
[[identifier]]
id = "CREDIT_CARD_NUMBER"
name = "Credit card number"
category = "FINANCIAL_INFORMATION"
severity_levels = [{ occurrences_threshold = 1, severity = "high" }]
regex = 'a'
[[identifier]]
id = "AWS_CREDENTIALS"
name = "AWS secret access key"
category = "CREDENTIALS"
remediation = "Deactivate the key, issue a new one."
severity_levels = [{ occurrences_threshold = 1, severity = "high" }]
regex = 'a'
[[identifier]]
id = "EMPLOYEE_ID"
name = "Employee ID"
regex = 'a'
"#;

fn identifier(id: &str) -> Arc<DataIdentifier> {
    let all = custom("fixture.toml", IDENTIFIERS, &[]).unwrap();
    Arc::clone(all.iter().find(|i| i.id == id).unwrap())
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_772_442_847_512) + Duration::from_secs(seconds)
}

pub(crate) fn occurrence(place: Place, line: u64, column: u64, masked: &str, keyword: Option<&str>) -> Occurrence {
    let length = if line == 0 { 0 } else { masked.len() as u64 };
    Occurrence {
        place,
        position: Position { line, end_line: line, column, offset: line * 40 + column, length },
        masked: masked.to_owned(),
        revealed: None,
        keyword: keyword.map(str::to_owned),
        confidence: Confidence::High,
        fingerprint: format!("{:032x}", line * 1000 + column),
    }
}

fn cell(sheet: Option<&str>, row: u64, column: u64, name: Option<&str>) -> Place {
    Place::Cell { sheet: sheet.map(str::to_owned), row, column, column_name: name.map(str::to_owned) }
}

fn record(index: u64, json_path: Option<&str>) -> Place {
    Place::Record { index, json_path: json_path.map(str::to_owned) }
}

fn detection(id: &str, count: u64, occurrences: Vec<Occurrence>) -> Detection {
    Detection { identifier: identifier(id), count, occurrences, pardons: Pardons::new() }
}

fn file(path: &[u8], size: u64) -> Artifact {
    Artifact {
        path: ArtifactPath::file(path),
        size,
        modified: Some(at(0)),
        mode: Some(0o100_644),
        git: None,
        container: None,
        stamp: None,
    }
}

fn member(of: &Artifact, names: &[&[u8]], size: u64) -> Artifact {
    let path = names.iter().fold(of.path.clone(), |path, name| path.member(name, 0));
    Artifact { path, size, modified: None, mode: None, git: None, container: Some(Box::new(of.clone())), stamp: None }
}

fn classification(artifact: Artifact, media_type: &'static str, detections: Vec<Detection>) -> Classification {
    let media_type = media_type.into();
    Classification { bytes: artifact.size, artifact, media_type, status: Status::Complete, detections }
}

fn finding(artifact: Artifact, media_type: &'static str, detections: Vec<Detection>) -> Finding {
    Finding::judge(classification(artifact, media_type, detections), Severity::Low).unwrap()
}

fn skipped(artifact: Artifact, status: Status) -> NotInspected {
    NotInspected { classification: Classification { status, bytes: 0, ..classification(artifact, "", Vec::new()) } }
}

/// A finding of four types with that many places each.
pub(crate) fn crowded(places: u64) -> Finding {
    let many = |id| {
        let occurrences = (0..places).map(|n| occurrence(cell(None, n + 2, 1, None), n + 2, 1, "****", None)).collect();
        detection(id, places, occurrences)
    };
    let ids = ["AWS_CREDENTIALS", "CREDIT_CARD_NUMBER", "PHONE_NUMBER", "EMPLOYEE_ID"];
    finding(file(b"crowded.csv", 9), "text/csv", ids.into_iter().map(many).collect())
}

fn findings() -> Vec<Finding> {
    let zip = file(b"backups/2025.zip", 70_000);
    let ssn = "USA_SOCIAL_SECURITY_NUMBER";
    let rows =
        (2..9).map(|row| occurrence(cell(None, row, 4, Some("SSN")), row, 21, "***-**-6789", Some("ssn"))).collect();
    let card = occurrence(cell(None, 3, 5, None), 3, 33, "************1111", Some("credit card"));
    let staff = occurrence(cell(Some("Sheet2"), 5, 3, Some("SSN")), 0, 0, "***-**-4399", Some("ssn"));
    let evil = "notes \u{1b}[31m\u{202e}fdp.\u{9b}.txt";
    let secret = occurrence(Place::Lines, 12, 5, "****************", Some("secret\u{7}"));
    let badge = occurrence(Place::Lines, 2, 1, "*******4711", None);
    let mut lines = occurrence(Place::Lines, 7, 9, "+** *** **12", None);
    lines.position.end_line = 8;
    let page = occurrence(Place::Page { number: 3 }, 0, 0, "***-**-6789", Some("social security"));
    let field = occurrence(record(3, Some("$.user.ssn")), 4, 17, "***-**-6789", Some("ssn"));
    let hidden = occurrence(record(0, None), 0, 0, "***-**-0007", None);
    let mut partial =
        finding(file(b"caf\xe9/form.pdf", 5_000_000), "application/pdf", vec![detection(ssn, 1, vec![page])]);
    partial.classification.status = Status::Partial(Reason::TimeOut, "10 min".to_owned());
    let mut archived =
        finding(file(b"test/sample.jsonl", 900), "application/jsonl", vec![detection(ssn, 1, vec![hidden])]);
    archived.archived = true;
    vec![
        finding(
            member(&zip, &[b"inner.tar.gz", b"hr/staff.xlsx"], 8_192),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            vec![detection(ssn, 1, vec![staff])],
        ),
        partial,
        finding(
            file(b"hr/payroll.csv", 48_213),
            "text/csv",
            vec![detection("CREDIT_CARD_NUMBER", 1, vec![card]), detection(ssn, 1_412, rows)],
        ),
        finding(file(b"log.txt", 300), "text/plain", vec![detection("PHONE_NUMBER", 1, vec![lines])]),
        finding(file(evil.as_bytes(), 2_000), "text/plain", vec![detection("AWS_CREDENTIALS", 1, vec![secret])]),
        finding(file(b"pay/card.txt", 20), "text/plain", vec![detection("CREDIT_CARD_NUMBER", 1, Vec::new())]),
        finding(file(b"staff/badges.txt", 200), "text/plain", vec![detection("EMPLOYEE_ID", 1, vec![badge])]),
        archived,
        finding(file(b"users.jsonl", 900), "application/jsonl", vec![detection(ssn, 1, vec![field])]),
    ]
}

/// What the fixed report counts in its target and its folders.
fn areas() -> Vec<Area> {
    let area = |folder: Option<&[u8]>, [objects, partial, skipped]: [u64; 3], bytes| Area {
        target: "/srv/exports".to_owned(),
        folder: folder.map(<[u8]>::to_vec),
        objects,
        classified: objects - skipped,
        partial,
        skipped,
        bytes,
        bytes_classified: bytes + 10,
        changed: Some(at(0)),
        more_folders: 0,
    };
    let folders: [(&[u8], [u64; 3], u64); 8] = [
        (b"", [3, 0, 0], 3_200),
        (b"backups", [12_000, 0, 1], 1_200_000_000),
        (b"caf\xe9", [1, 1, 0], 5_000_000),
        (b"hr", [200, 0, 0], 80_000_000),
        (b"img", [12, 0, 12], 12_000),
        (b"pay", [9, 0, 0], 20_000),
        (b"staff", [9, 0, 0], 20_000),
        (b"test", [111, 0, 0], 3_000_000),
    ];
    let rows = folders.into_iter().map(|(folder, objects, bytes)| area(Some(folder), objects, bytes));
    std::iter::once(area(None, [12_345, 1, 13], 1_288_490_188)).chain(rows).collect()
}

/// The fixed report.
pub(crate) fn report() -> Report {
    let zip = file(b"backups/2025.zip", 70_000);
    let mut rows = vec![
        skipped(member(&zip, &[b"sec\xffret.txt"], 10), Status::Skipped(Reason::EncryptedArchive, String::new())),
        skipped(file(b"caf\xe9/form.pdf", 5_000_000), Status::Partial(Reason::TimeOut, "10 min".to_owned())),
    ];
    let image = |n: u32| file(format!("img/{n:02}.png").as_bytes(), 1_000);
    rows.extend((1..=12).map(|n| skipped(image(n), Status::Skipped(Reason::UnsupportedFormat, String::new()))));
    let totals = Totals {
        objects: 12_345,
        classified: 12_332,
        sensitive: 9,
        partial: 1,
        skipped: 13,
        bytes: 1_288_490_188,
        bytes_classified: 1_300_000_000,
        baselined: 4,
        ..Totals::default()
    };
    let mut configuration = Configuration::new();
    configuration.insert("fingerprintAlgorithm".to_owned(), "v1".into());
    configuration.insert("maxOccurrences".to_owned(), 1000.into());
    Report {
        id: "0123456789abcdef0123456789abcdef".to_owned(),
        started: at(10),
        finished: at(73),
        duration: Duration::from_micros(62_345_678),
        targets: vec!["/srv/exports".to_owned()],
        complete: true,
        configuration,
        identifier_set_version: "5d41402abc4b2a76".to_owned(),
        totals,
        findings: findings(),
        skipped: rows,
        suppressions: Vec::new(),
        policy_findings: Vec::new(),
        areas: areas(),
        earlier: Vec::new(),
        baselined: Vec::new(),
        absent: Vec::new(),
        gate: Gate::default(),
    }
}

/// A report on nothing.
pub(crate) fn empty() -> Report {
    let nothing = Totals::default();
    Report { totals: nothing, areas: Vec::new(), findings: Vec::new(), skipped: Vec::new(), ..report() }
}

/// What a format writes.
pub(crate) fn written(format: &dyn ReportFormat, report: &Report, style: Style) -> String {
    let mut out = Vec::new();
    format.write(report, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with a file of `tests/reports`; with `UPDATE_EXPECTED` in the environment it is written instead.
pub(crate) fn expect(format: &dyn ReportFormat, style: Style, file: &str) {
    let text = written(format, &report(), style);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports").join(file);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&path, text.replace(env!("CARGO_PKG_VERSION"), "{VERSION}")).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, expected.replace("{VERSION}", env!("CARGO_PKG_VERSION")), "{file}");
}

/// Text without the escape sequences of colours.
pub(crate) fn without_colors(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
}
