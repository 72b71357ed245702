//! A finding of a result: its object, its detections, and the places of their matches.

use super::identifiers::Identifiers;
use super::names;
use super::rows::{Arrays, DetectionRow, FileRow, FindingRow, IdentifierRow, Match};
use crate::artifact::{Artifact, ArtifactPath};
use crate::finding::{
    Acceptance, BaselineState, Classification, Confidence, Detection, Finding, FindingType, Occurrence, Pardons,
};
use crate::identifier::{Category, DataIdentifier};
use crate::location::{Place, Position};
use std::sync::Arc;

/// Where a custom identifier's id stands in its name for machines.
const ARN: &str = "tamis:custom-data-identifier/";

/// Findings being read.
pub(super) struct Reading<'k>(Identifiers<'k>);

impl<'k> Reading<'k> {
    /// With the identifiers that the result says, and those at hand.
    pub(super) fn new(rows: &[IdentifierRow], known: &'k [Arc<DataIdentifier>]) -> Result<Self, String> {
        Identifiers::new(rows, known).map(Self)
    }

    /// One finding; an error begins with the field.
    pub(super) fn finding(&mut self, row: FindingRow) -> Result<Finding, String> {
        let word = row.kind.strip_prefix("SensitiveData:File/").unwrap_or_default();
        let kind = names::one_of("type", word, &FindingType::ALL, FindingType::word)?;
        let state = |word: String| names::one_of("baselineState", &word, &BaselineState::ALL, BaselineState::word);
        let acceptance = |s: super::rows::Suppression| Arc::new(Acceptance { rule: s.rule, reason: s.reason });
        let result = row.classification_details.result;
        let mut detections = Vec::new();
        for group in result.sensitive_data {
            let category = names::category("classificationDetails.result.sensitiveData.category", &group.category)?;
            for detection in group.detections {
                detections.push(self.detection(detection, category)?);
            }
        }
        for detection in result.custom_data_identifiers.detections {
            detections.push(self.detection(detection, Category::CustomIdentifier)?);
        }
        let status = names::status(&result.status.code, result.status.reason.as_deref(), String::new());
        Ok(Finding {
            id: names::hex("id", row.id)?,
            kind,
            severity: names::severity("severity.description", &row.severity.description)?,
            archived: row.archived,
            hidden_by: row.suppression.map(acceptance),
            baseline: row.baseline_state.map(state).transpose()?,
            classification: Classification {
                artifact: artifact(row.resources_affected.file)
                    .map_err(|problem| format!("resourcesAffected.file.{problem}"))?,
                media_type: result.mime_type.into(),
                bytes: result.size_classified,
                status: status.map_err(|problem| format!("classificationDetails.result.status.{problem}"))?,
                detections,
            },
        })
    }

    fn detection(&mut self, row: DetectionRow, category: Category) -> Result<Detection, String> {
        let id = row.id.as_deref().or(row.arn.as_deref().and_then(|arn| arn.strip_prefix(ARN)));
        let id = names::id("detections.type", id.unwrap_or_default())?;
        let name = row.name.as_deref().unwrap_or(&id);
        let identifier = self.0.of(&id, category, name, row.remediation.as_deref().unwrap_or_default());
        let wrong = |problem: String| format!("detections ({id}).{problem}");
        let occurrences = occurrences(row.occurrences, row.matches).map_err(wrong)?;
        if row.count < occurrences.len() as u64 {
            return Err(wrong("count: is less than there are matches; scan again".to_owned()));
        }
        Ok(Detection { identifier, count: row.count, occurrences, pardons: Pardons::new() })
    }
}

/// The object of a finding; an error begins with the field.
pub(super) fn artifact(row: FileRow) -> Result<Artifact, String> {
    let mut path = ArtifactPath::file(names::bytes("pathBase64", row.path, row.path_base64)?);
    let git = row.git_details.map(|git| git.read(&mut path)).transpose()?;
    let modified = names::time("lastModified", row.last_modified.as_deref())?;
    let mode = names::mode(row.mode.as_deref())?;
    let file = row.size.map(|size| Artifact { path: path.clone(), size, modified, mode, git, ..Artifact::default() });
    let Some(member) = row.embedded_file_details else {
        return file.ok_or_else(|| "size: missing; scan again".to_owned());
    };
    let wrong = |problem: String| format!("embeddedFileDetails.{problem}");
    let embedded = names::bytes("filePathBase64", member.file_path, member.file_path_base64).map_err(wrong)?;
    names::levels(&mut path, &embedded, member.level_bytes, member.level_ordinals).map_err(wrong)?;
    let modified = names::time("fileLastModified", member.file_last_modified.as_deref()).map_err(wrong)?;
    let container = file.map(Box::new);
    Ok(Artifact { path, size: member.file_size, modified, container, ..Artifact::default() })
}

/// Each match with its place: the arrays hold the places in the order of the matches, each kind by itself.
fn occurrences(arrays: Arrays, matches: Vec<Match>) -> Result<Vec<Occurrence>, String> {
    let mut cells = arrays.cells.unwrap_or_default().into_iter();
    let mut lines = arrays.line_ranges.unwrap_or_default().into_iter();
    let mut pages = arrays.pages.unwrap_or_default().into_iter();
    let mut records = arrays.records.unwrap_or_default().into_iter();
    let mut all = Vec::with_capacity(matches.len());
    for (at, row) in matches.into_iter().enumerate() {
        let kind = row.place.as_deref();
        let is = |name: &str| kind.is_none_or(|kind| kind == name);
        // Without a word on it there is one kind only, and the others are empty.
        let place = is("cells").then(|| cells.next()).flatten().map(cell);
        let place = place.or_else(|| is("lineRanges").then(|| lines.next()).flatten().map(|_| Place::Lines));
        let place = place.or_else(|| {
            let page = is("pages").then(|| pages.next()).flatten();
            page.map(|page| Place::Page { number: page.page_number.unwrap_or(0) })
        });
        let place = place.or_else(|| {
            let record = is("records").then(|| records.next()).flatten();
            record.map(|record| Place::Record { index: record.record_index, json_path: record.json_path })
        });
        let place = place.ok_or_else(|| format!("matches[{at}]: has no place among the occurrences; scan again"))?;
        all.push(occurrence(row, place).map_err(|problem| format!("matches[{at}].{problem}"))?);
    }
    Ok(all)
}

fn cell(row: super::rows::Cell) -> Place {
    let (number, column) = (row.row.unwrap_or(0), row.column.unwrap_or(0));
    // `Sheet2!C5`: the sheet's name may hold the mark itself, the rest of the reference never does.
    let sheet = row.cell_reference.and_then(|reference| Some(reference.rsplit_once('!')?.0.to_owned()));
    Place::Cell { sheet, row: number, column, column_name: row.column_name }
}

fn occurrence(row: Match, place: Place) -> Result<Occurrence, String> {
    let line = row.line.unwrap_or(0);
    let position = Position {
        line,
        end_line: row.end_line.unwrap_or(line),
        column: row.column.unwrap_or(0),
        offset: row.offset.unwrap_or(0),
        length: row.length.unwrap_or(0),
    };
    Ok(Occurrence {
        place,
        position,
        masked: row.masked,
        revealed: row.value,
        keyword: row.keyword,
        confidence: names::one_of("confidence", &row.confidence, &Confidence::ALL, Confidence::word)?,
        fingerprint: names::hex("fingerprint", row.fingerprint)?,
    })
}
