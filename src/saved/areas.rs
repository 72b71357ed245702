//! The rows of `byTarget`: what was counted in each target and folder. What was found there is counted anew.

use super::names;
use crate::area::Area;
use serde::Deserialize;

/// A target, and its folders.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AreaRow {
    target: String,
    #[serde(flatten)]
    counts: Counts,
    #[serde(default)]
    folders: Vec<FolderRow>,
    #[serde(default)]
    more_folders: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FolderRow {
    folder: String,
    folder_base64: Option<String>,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    objects: Objects,
    bytes: Bytes,
    last_changed: Option<String>,
}

#[derive(Deserialize)]
struct Objects {
    total: u64,
    classified: u64,
    partial: u64,
    skipped: u64,
}

#[derive(Deserialize)]
struct Bytes {
    total: u64,
    classified: u64,
}

/// The areas that the rows say.
pub(super) fn areas(rows: &[AreaRow]) -> Result<Vec<Area>, String> {
    let mut all = Vec::new();
    for row in rows {
        let more_folders = row.more_folders;
        all.push(Area { more_folders, ..row.counts.area(&row.target, None)? });
        for folder in &row.folders {
            let name = if folder.folder == "." && folder.folder_base64.is_none() {
                Vec::new()
            } else {
                names::bytes("summary.byTarget.folderBase64", folder.folder.clone(), folder.folder_base64.clone())?
            };
            all.push(folder.counts.area(&row.target, Some(name))?);
        }
    }
    Ok(all)
}

impl Counts {
    fn area(&self, target: &str, folder: Option<Vec<u8>>) -> Result<Area, String> {
        Ok(Area {
            target: target.to_owned(),
            folder,
            objects: self.objects.total,
            classified: self.objects.classified,
            partial: self.objects.partial,
            skipped: self.objects.skipped,
            bytes: self.bytes.total,
            bytes_classified: self.bytes.classified,
            changed: names::time("summary.byTarget.lastChanged", self.last_changed.as_deref())?,
            more_folders: 0,
        })
    }
}
