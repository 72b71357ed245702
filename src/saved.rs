//! Saved results: the bytes of a `json` or `jsonl` report back to a [`Report`], for baselines, merging and other forms.
//!
//! The file may come from anyone: what is unknown is refused with the file and the field, numbers and texts are bounded,
//! and nothing recurses. What an identifier looks for is not in a result; what reports say of it is, so it need not be at
//! hand. Fields that are not known here are passed over, as newer versions of the same schema may add some.

mod areas;
mod findings;
mod identifiers;
mod names;
mod rows;

use crate::finding::Finding;
use crate::identifier::DataIdentifier;
use crate::policy::PolicyFinding;
use crate::report::{NotInspected, Report};
use findings::Reading;
use rows::{Document, FindingRow, Head, KnownLine, PolicyRow, SkippedRow, SummaryLine};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Version of the form that is read.
const SCHEMA_VERSION: &str = "1.0";
/// How fingerprints are made that can be compared.
const FINGERPRINTS: &str = "v1";
/// Bytes of a result that are read; a million findings of one place each are as many.
const LONGEST: u64 = 2 << 30;

/// Why a file is no result that can be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{file}: {problem}")]
pub struct SavedError {
    /// The file as given.
    pub file: String,
    /// The field, what is wrong with it, and the mend.
    pub problem: String,
}

/// Reads a file, or standard input if it is `-`.
pub fn open(path: &Path, known: &[Arc<DataIdentifier>]) -> Result<Report, SavedError> {
    let shown = path.display().to_string();
    let wrong = |problem: String| SavedError { file: shown.clone(), problem };
    let mut bytes = Vec::new();
    let input: std::io::Result<Box<dyn Read>> = if path == Path::new("-") {
        Ok(Box::new(std::io::stdin()))
    } else {
        std::fs::File::open(path).map(|file| Box::new(file) as Box<dyn Read>)
    };
    input
        .and_then(|input| input.take(LONGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| wrong(format!("cannot be read ({error}); check the path")))?;
    read(&shown, &bytes, known)
}

/// Reads the bytes of a result. `file` is for messages. Identifiers that are not `known`, or are others in the result, are
/// made up from what the result says of them; they find nothing.
pub fn read(file: &str, bytes: &[u8], known: &[Arc<DataIdentifier>]) -> Result<Report, SavedError> {
    let wrong = |problem: String| SavedError { file: file.to_owned(), problem };
    if bytes.len() as u64 > LONGEST {
        return Err(wrong("larger than 2 GiB; scan in parts with --shard, and report on each".to_owned()));
    }
    let rows = if is_lines(bytes) { lines(bytes) } else { document(bytes) };
    rows.and_then(|document| report(document, known)).map_err(wrong)
}

/// JSON Lines have a `type` on their first line; a document has none, on however many lines it stands.
fn is_lines(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Line {
        #[serde(rename = "type")]
        _kind: String,
    }
    let first = bytes.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    first.is_some_and(|line| serde_json::from_slice::<Line>(line).is_ok())
}

/// A value of JSON, or the path of the field that is wrong.
fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let hint = match inner.classify() {
            serde_json::error::Category::Eof => "; the file was cut short",
            serde_json::error::Category::Syntax => "; it is no JSON",
            _ => "",
        };
        if path == "." { format!("{inner}{hint}") } else { format!("{path}: {inner}{hint}") }
    })?;
    json.end().map_err(|error| format!("{error}; more follows the end of the result"))?;
    Ok(value)
}

/// Makes sure that the result is one of this schema, before anything else of it is believed.
fn check(head: &Head) -> Result<(), String> {
    let foreign = "this is no result of tamis; give a file that --format json or jsonl wrote";
    match &head.schema_version {
        Some(Value::String(version)) if version == SCHEMA_VERSION => {}
        Some(Value::String(version)) if head.scan.is_some() => {
            return Err(format!(
                "schemaVersion: `{version}` is unknown, `{SCHEMA_VERSION}` is read here; use the version of tamis that wrote it"
            ));
        }
        _ => return Err(format!("schemaVersion: missing; {foreign}")),
    }
    let Some(scan) = &head.scan else { return Err(format!("scan: missing; {foreign}")) };
    let algorithm = scan.configuration.as_ref().and_then(|c| c.get("fingerprintAlgorithm"));
    match algorithm {
        Some(Value::String(name)) if name == FINGERPRINTS => Ok(()),
        Some(other) => Err(format!(
            "scan.configuration.fingerprintAlgorithm: {other} is unknown, `{FINGERPRINTS}` is read here; scan again, or use the version of tamis that wrote it"
        )),
        None => Err("scan.configuration.fingerprintAlgorithm: missing; scan again with --format json".to_owned()),
    }
}

fn document(bytes: &[u8]) -> Result<Document, String> {
    check(&parsed(bytes)?)?;
    parsed(bytes)
}

fn lines(bytes: &[u8]) -> Result<Document, String> {
    #[derive(Deserialize)]
    struct Kind {
        #[serde(rename = "type")]
        kind: String,
    }
    let mut policy_findings = Vec::new();
    let (mut findings, mut skipped, mut baselined, mut absent) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut summary: Option<SummaryLine> = None;
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let at = |problem: String| format!("line {}: {problem}", index + 1);
        if summary.is_some() {
            return Err(at("stands behind the summary; give each result by itself".to_owned()));
        }
        let kind = parsed::<Kind>(line).map_err(at)?.kind;
        match kind.as_str() {
            "skipped" => skipped.push(parsed::<SkippedRow>(line).map_err(at)?),
            "baselined" => baselined.push(parsed::<KnownLine>(line).map_err(at)?.finding),
            "absent" => absent.push(parsed::<KnownLine>(line).map_err(at)?.finding),
            "summary" => {
                parsed::<Head>(line).and_then(|head| check(&head)).map_err(at)?;
                summary = Some(parsed(line).map_err(at)?);
            }
            kind if kind.starts_with("SensitiveData:File/") => {
                findings.push(parsed::<FindingRow>(line).map_err(at)?);
            }
            kind if kind.starts_with("Policy:File/") => policy_findings.push(parsed::<PolicyRow>(line).map_err(at)?),
            _ => {
                let problem =
                    "type: unknown; this is no result of tamis; give a file that --format json or jsonl wrote";
                return Err(at(problem.to_owned()));
            }
        }
    }
    let Some(SummaryLine { tool, scan, summary }) = summary else {
        return Err("the last line, the summary, is missing: the file was cut short; scan again".to_owned());
    };
    Ok(Document { tool, scan, summary, findings, policy_findings, skipped, baselined, absent })
}

fn report(document: Document, known: &[Arc<DataIdentifier>]) -> Result<Report, String> {
    let Document { tool, scan, summary, findings, policy_findings, skipped, baselined, absent } = document;
    let mut reading = Reading::new(&tool.identifiers, known)?;
    let mut all = |list: &str, rows: Vec<FindingRow>| -> Result<Vec<Finding>, String> {
        let read =
            |(at, row): (usize, FindingRow)| reading.finding(row).map_err(|problem| format!("{list}[{at}].{problem}"));
        rows.into_iter().enumerate().map(read).collect()
    };
    let findings = all("findings", findings)?;
    let (baselined, absent) = (all("baselined", baselined)?, all("absent", absent)?);
    let row = |(at, row): (usize, SkippedRow)| -> Result<NotInspected, String> {
        row.read().map_err(|problem| format!("skipped[{at}].{problem}"))
    };
    let policy = |(at, row): (usize, PolicyRow)| -> Result<PolicyFinding, String> {
        row.read().map_err(|problem| format!("policyFindings[{at}].{problem}"))
    };
    let policy_findings = policy_findings.into_iter().enumerate().map(policy).collect::<Result<_, _>>()?;
    let skipped: Vec<NotInspected> = skipped.into_iter().enumerate().map(row).collect::<Result<_, _>>()?;
    Ok(Report {
        started: names::moment("scan.startedAt", scan.started_at.as_deref())?,
        finished: names::moment("scan.finishedAt", scan.finished_at.as_deref())?,
        id: names::hex("scan.id", scan.id)?,
        duration: summary.duration()?,
        targets: scan.targets,
        complete: scan.complete,
        gate: scan.gate.read()?,
        configuration: scan.configuration,
        identifier_set_version: names::hex("tool.identifierSetVersion", tool.identifier_set_version)?,
        totals: summary.totals(),
        areas: summary.areas()?,
        suppressions: summary.suppressions(),
        findings,
        skipped,
        policy_findings,
        earlier: Vec::new(),
        baselined,
        absent,
    })
}

#[cfg(test)]
mod tests;
