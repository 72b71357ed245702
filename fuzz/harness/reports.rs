//! Reports of any names, messages and masks, written in every form. What comes out parses and holds no raw control byte.

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, UNIX_EPOCH};
use tamis::artifact::{Artifact, ArtifactPath};
use tamis::finding::{Classification, Confidence, Detection, Finding, Occurrence, Pardons};
use tamis::identifier::{DataIdentifier, Severity, custom};
use tamis::location::{Place, Position};
use tamis::report::{Configuration, Gate, NotInspected, Report, Totals};
use tamis::reports::{REPORTS, ReportFormat, Style};
use tamis::status::{Reason, Status};

const IDENTIFIERS: &str = r#"
[[identifier]]
id = "TOKEN"
category = "CREDENTIALS"
regex = 'a'
[[identifier]]
id = "OWN"
regex = 'a'
"#;

/// Writes a report made of the bytes in every form, twice.
pub(crate) fn written(bytes: &[u8]) {
    let Ok(report) = report(&mut Unstructured::new(bytes)) else { return };
    for format in REPORTS {
        let [text, again] = [(); 2].map(|()| {
            let mut out = Vec::new();
            format.write(&report, Style::default(), &mut out).expect("memory takes all");
            out
        });
        assert_eq!(text, again, "{}: the same twice", format.name());
        check(*format, &String::from_utf8(text).expect("a report is UTF-8"));
    }
}

fn check(format: &dyn ReportFormat, text: &str) {
    let raw = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(raw, None, "{}: a raw control character", format.name());
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("a report parses");
    match format.name() {
        "json" => drop(value(text)),
        "jsonl" | "macie" => text.lines().for_each(|line| drop(value(line))),
        _ => {}
    }
}

fn words(from: &mut Unstructured<'_>) -> Result<String> {
    Ok(String::from_utf8_lossy(&name(from)?).into_owned())
}

fn name(from: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let length = usize::from(from.arbitrary::<u8>()? % 48);
    Ok(from.bytes(length.min(from.len()))?.to_vec())
}

fn some(from: &mut Unstructured<'_>) -> Result<Option<String>> {
    Ok(if from.arbitrary()? { Some(words(from)?) } else { None })
}

fn place(from: &mut Unstructured<'_>) -> Result<Place> {
    Ok(match from.int_in_range(0..=3)? {
        0 => Place::Lines,
        1 => Place::Page { number: from.arbitrary()? },
        2 => Place::Record { index: from.arbitrary()?, json_path: some(from)? },
        _ => Place::Cell {
            sheet: some(from)?,
            row: from.arbitrary()?,
            column: from.arbitrary()?,
            column_name: some(from)?,
        },
    })
}

fn occurrence(from: &mut Unstructured<'_>) -> Result<Occurrence> {
    let [line, end_line, column, offset, length] = from.arbitrary()?;
    Ok(Occurrence {
        place: place(from)?,
        position: Position { line, end_line, column, offset, length },
        masked: words(from)?,
        revealed: some(from)?,
        keyword: some(from)?,
        confidence: Confidence::Medium,
        fingerprint: "0123456789abcdef0123456789abcdef".to_owned(),
    })
}

fn artifact(from: &mut Unstructured<'_>) -> Result<Artifact> {
    let mut path = ArtifactPath::file(name(from)?);
    let file = Artifact { path: path.clone(), size: from.arbitrary()?, ..Artifact::default() };
    let levels = from.int_in_range(0..=3)?;
    for _ in 0..levels {
        path = path.member(&name(from)?, u64::from(from.arbitrary::<u8>()? % 2));
    }
    let modified = UNIX_EPOCH.checked_add(Duration::from_secs(from.arbitrary::<u32>()?.into()));
    let container = (levels > 0).then(|| Box::new(file));
    Ok(Artifact { path, size: from.arbitrary()?, modified, mode: from.arbitrary()?, container, ..Artifact::default() })
}

fn status(from: &mut Unstructured<'_>) -> Result<Status> {
    let reason = *from.choose(Reason::ALL)?;
    Ok(match from.int_in_range(0..=2)? {
        0 => Status::Complete,
        1 => Status::Partial(reason, words(from)?),
        _ => Status::Skipped(reason, words(from)?),
    })
}

fn classification(from: &mut Unstructured<'_>) -> Result<Classification> {
    let mut detections = Vec::new();
    static LOADED: OnceLock<Vec<Arc<DataIdentifier>>> = OnceLock::new();
    for identifier in LOADED.get_or_init(|| custom("fuzz.toml", IDENTIFIERS, &[]).expect("they load")) {
        let mut occurrences = Vec::new();
        for _ in 0..from.int_in_range(0..=3)? {
            occurrences.push(occurrence(from)?);
        }
        detections.push(Detection {
            identifier: Arc::clone(identifier),
            count: from.arbitrary::<u32>()?.into(),
            occurrences,
            pardons: Pardons::new(),
        });
    }
    Ok(Classification {
        artifact: artifact(from)?,
        media_type: "text/plain".into(),
        bytes: from.arbitrary()?,
        status: status(from)?,
        detections,
    })
}

fn report(from: &mut Unstructured<'_>) -> Result<Report> {
    let (mut findings, mut skipped) = (Vec::new(), Vec::new());
    for _ in 0..from.int_in_range(0..=3)? {
        findings.extend(Finding::judge(classification(from)?, Severity::Low));
        skipped.push(NotInspected { classification: classification(from)? });
    }
    let mut configuration = Configuration::new();
    configuration.insert(words(from)?, words(from)?.into());
    let [objects, classified, sensitive, partial, skips, bytes, inspected, baselined] =
        from.arbitrary::<[u32; 8]>()?.map(u64::from);
    Ok(Report {
        id: "0123456789abcdef0123456789abcdef".to_owned(),
        started: UNIX_EPOCH,
        finished: UNIX_EPOCH,
        duration: Duration::from_millis(from.arbitrary::<u32>()?.into()),
        targets: vec![words(from)?],
        complete: from.arbitrary()?,
        configuration,
        identifier_set_version: "5d41402abc4b2a76".to_owned(),
        totals: Totals {
            objects,
            classified,
            sensitive,
            partial,
            skipped: skips,
            bytes,
            bytes_classified: inspected,
            baselined,
            ..Totals::default()
        },
        findings,
        skipped,
        suppressions: Vec::new(),
        policy_findings: Vec::new(),
        areas: Vec::new(),
        earlier: Vec::new(),
        baselined: Vec::new(),
        absent: Vec::new(),
        gate: Gate::default(),
    })
}
