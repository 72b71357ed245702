//! The rows of `summary.byTarget`: each target, and its topmost folders.

use super::escape::Name;
use super::summary::CountsRow;
use super::timestamp;
use crate::report::{AreaFigures, Report};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A target, and what was found in it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TargetRow {
    target: String,
    #[serde(flatten)]
    figures: FiguresRow,
    /// Its topmost folders by name; `.` stands for the files that lie in none. Empty where there is no folder.
    folders: Vec<FolderRow>,
    /// Folders that are not in the list: there are too many, and these are smaller.
    more_folders: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FolderRow {
    folder: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder_base64: Option<String>,
    #[serde(flatten)]
    figures: FiguresRow,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FiguresRow {
    objects: ObjectsRow,
    bytes: BytesRow,
    last_changed: Option<String>,
    findings: CountsRow,
    by_skip_reason: BTreeMap<&'static str, u64>,
    sensitivity_score: i8,
}

#[derive(Serialize)]
struct ObjectsRow {
    total: u64,
    classified: u64,
    partial: u64,
    skipped: u64,
}

#[derive(Serialize)]
struct BytesRow {
    total: u64,
    classified: u64,
}

impl TargetRow {
    /// Of all targets.
    pub(crate) fn all(report: &Report) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        for area in report.by_area() {
            let figures = FiguresRow::of(&area);
            match (&area.area.folder, rows.last_mut()) {
                (Some(folder), Some(row)) => row.folders.push(FolderRow::of(folder, figures)),
                (_, _) => rows.push(Self {
                    target: area.area.target.clone(),
                    figures,
                    folders: Vec::new(),
                    more_folders: area.area.more_folders,
                }),
            }
        }
        rows
    }
}

impl FolderRow {
    fn of(folder: &[u8], figures: FiguresRow) -> Self {
        if folder.is_empty() {
            return Self { folder: ".".to_owned(), folder_base64: None, figures };
        }
        let name = Name::borrowed(folder);
        // A folder of this name, from a list of paths, is not to be taken for no folder.
        let base64 = name.base64.or_else(|| (folder == b".").then(|| super::escape::base64(folder)));
        Self { folder: Cow::into_owned(name.text), folder_base64: base64, figures }
    }
}

impl FiguresRow {
    fn of(area: &AreaFigures<'_>) -> Self {
        let (counts, findings) = (area.area, area.findings);
        Self {
            objects: ObjectsRow {
                total: counts.objects,
                classified: counts.classified,
                partial: counts.partial,
                skipped: counts.skipped,
            },
            bytes: BytesRow { total: counts.bytes, classified: counts.bytes_classified },
            last_changed: counts.changed.and_then(timestamp),
            findings: CountsRow::of(findings),
            by_skip_reason: area.reasons.iter().map(|(reason, count)| (reason.code(), *count)).collect(),
            sensitivity_score: area.score,
        }
    }
}
