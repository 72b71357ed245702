//! What the page's script lists: findings, gaps and policy findings as rows in a fixed order, so that fifty thousand of
//! them stay small. `script.js` takes them apart by position.

use crate::finding::{Detection, Finding};
use crate::identifier::{Category, DataIdentifier, Severity};
use crate::policy::PolicyKind;
use crate::report::Report;
use crate::reports::json::timestamp;
use crate::reports::printable::{printable, shortened};
use crate::reports::shown::help;
use crate::reports::text::places::place;
use crate::status::{Reason, Status};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Places of one type in one object that the page holds.
const PLACES: usize = 20;
/// The same when there are many findings: a page has to open.
const FEW_PLACES: usize = 3;
/// What many findings are.
const MANY: usize = 5_000;
/// Characters of a mask, a keyword or a detail.
const LONGEST: usize = 200;

/// Writes the data as JSON that cannot end the element it stands in.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let types = types(report);
    let folders = folders(report);
    let places = if report.findings.len() > MANY { FEW_PLACES } else { PLACES };
    let mut out = Inert(out);
    out.write_all(b"{\"categories\":")?;
    put(&mut out, &Category::ALL.map(category_name))?;
    out.write_all(b",\"types\":")?;
    put(&mut out, &types.keys().map(|t| type_row(t)).collect::<Vec<_>>())?;
    out.write_all(b",\"folders\":")?;
    put(&mut out, &folders.keys().collect::<Vec<_>>())?;
    out.write_all(b",\"reasons\":")?;
    put(&mut out, &Reason::ALL.iter().map(|r| [r.code(), r.explanation()]).collect::<Vec<_>>())?;
    out.write_all(b",\"kinds\":")?;
    put(&mut out, &PolicyKind::ALL.map(|kind| [kind.code(), kind.title()]))?;
    out.write_all(b",\"findings\":")?;
    list(&mut out, report.findings.iter().map(|f| finding(f, &types, &folders, places)))?;
    out.write_all(b",\"gaps\":")?;
    list(
        &mut out,
        report.skipped.iter().filter_map(|row| gap(&row.classification.artifact.path, &row.classification.status)),
    )?;
    out.write_all(b",\"policies\":")?;
    list(
        &mut out,
        report.policy_findings.iter().map(|found| {
            let path = printable(&found.artifact.path.file).to_string();
            json!([path, index(&PolicyKind::ALL, found.kind), level(found.severity), found.description()])
        }),
    )?;
    out.write_all(b"}")
}

fn put(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    Ok(serde_json::to_writer(out, value)?)
}

fn list(out: &mut impl Write, rows: impl Iterator<Item = Value>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (number, row) in rows.enumerate() {
        if number > 0 {
            out.write_all(b",\n")?;
        }
        put(out, &row)?;
    }
    out.write_all(b"]")
}

/// The identifiers of all findings, numbered as the script knows them.
pub(super) type Types<'a> = BTreeMap<&'a DataIdentifier, usize>;

/// Numbers the identifiers.
pub(super) fn types(report: &Report) -> Types<'_> {
    let found = report.findings.iter().flat_map(|f| &f.classification.detections);
    let mut types: Types<'_> = found.map(|d| (d.identifier.as_ref(), 0)).collect();
    types.values_mut().enumerate().for_each(|(number, index)| *index = number);
    types
}

fn type_row(identifier: &DataIdentifier) -> Value {
    let (id, name) = (printable(&identifier.id).to_string(), printable(&identifier.name).to_string());
    json!([id, name, index(&Category::ALL, identifier.category), printable(help(identifier)).to_string()])
}

/// Numbers the topmost folders.
pub(super) fn folders(report: &Report) -> BTreeMap<String, usize> {
    let mut folders: BTreeMap<String, usize> = report.findings.iter().map(|f| (folder(f), 0)).collect();
    folders.values_mut().enumerate().for_each(|(number, index)| *index = number);
    folders
}

/// The topmost folder of a finding; `.` for a file that lies in none.
pub(super) fn folder(finding: &Finding) -> String {
    let path = &finding.classification.artifact.path.file;
    let rooted = usize::from(path.starts_with(b"/"));
    match path.iter().skip(rooted).position(|byte| *byte == b'/') {
        Some(slash) => printable(&path[..=slash + rooted]).to_string(),
        None => ".".to_owned(),
    }
}

/// A category in words.
pub(super) fn category_name(category: Category) -> &'static str {
    match category {
        Category::Credentials => "Credentials",
        Category::FinancialInformation => "Financial information",
        Category::PersonalInformation => "Personal information",
        Category::CustomIdentifier => "Custom identifiers",
    }
}

/// Where a value stands in a list of all.
pub(super) fn index<T: PartialEq + Copy>(all: &[T], one: T) -> usize {
    all.iter().copied().position(|other| other == one).unwrap_or_default()
}

fn level(severity: Severity) -> u8 {
    severity.score() - 1
}

fn finding(finding: &Finding, types: &Types<'_>, folders: &BTreeMap<String, usize>, places: usize) -> Value {
    let classification = &finding.classification;
    let artifact = &classification.artifact;
    let outermost = artifact.container.as_deref();
    let on_disk = outermost.unwrap_or(artifact);
    let is_known = outermost.is_some() || artifact.path.members.is_empty();
    let reason =
        classification.status.reason().map_or(-1, |reason| i64::try_from(index(Reason::ALL, reason)).unwrap_or(-1));
    let member = artifact.path.embedded().map(|member| printable(&member).to_string());
    json!([
        finding.id,
        printable(&artifact.path.file).to_string(),
        member.unwrap_or_default(),
        folders.get(&folder(finding)),
        level(finding.severity),
        u8::from(finding.archived),
        is_known.then_some(artifact.size),
        artifact
            .modified
            .or(on_disk.modified)
            .and_then(timestamp)
            .map(|time| time.replace('T', " ")[..16].to_owned())
            .unwrap_or_default(),
        on_disk.mode.map(|mode| format!("{:04o}", mode & 0o7777)).unwrap_or_default(),
        reason,
        classification.detections.iter().map(|d| detection(d, types, places)).collect::<Vec<_>>(),
    ])
}

fn detection(detection: &Detection, types: &Types<'_>, places: usize) -> Value {
    let shown = detection.occurrences.iter().take(places).map(|occurrence| {
        let text = occurrence.revealed.as_ref().unwrap_or(&occurrence.masked);
        let keyword = occurrence.keyword.as_deref().unwrap_or_default();
        let words = [text.as_str(), keyword].map(|text| shortened(text, LONGEST).to_string());
        json!([place(&occurrence.place, &occurrence.position), words[0], words[1]])
    });
    json!([types.get(detection.identifier.as_ref()), detection.count, shown.collect::<Vec<_>>()])
}

fn gap(path: &crate::artifact::ArtifactPath, status: &Status) -> Option<Value> {
    let reason = index(Reason::ALL, status.reason()?);
    let path = crate::reports::shown::FullPath(path).to_string();
    let partial = u8::from(matches!(status, Status::Partial(..)));
    Some(json!([path, reason, partial, shortened(status.detail(), LONGEST).to_string()]))
}

/// Writes JSON in which no `<`, `>` or `&` is left: they can only stand inside strings, where `\u003c` means the same.
/// Line and paragraph separators were made visible before (`printable`).
struct Inert<W>(W);

impl<W: Write> Write for Inert<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'<' | b'>' | b'&')) {
            self.0.write_all(&rest[..at])?;
            write!(self.0, "\\u{:04x}", rest[at])?;
            rest = &rest[at + 1..];
        }
        self.0.write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
