//! `tamis identifiers import`: another program's rules as a file of custom identifiers.

use super::read_text;
use crate::imports;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// What came of it.
pub struct Import {
    /// The file of identifiers.
    pub identifiers: String,
    /// What to say about it, a line each.
    pub notes: Vec<String>,
}

/// Imports a file. What it allows everywhere is written to `allow_list`, if there is one.
pub fn import(file: &Path, allow_list: Option<&Path>) -> Result<Import> {
    let imported = imports::import(&file.display().to_string(), &read_text("import", file)?)?;
    if imported.count == 0 {
        bail!("{}: no rule of it could be carried over: {}", file.display(), imported.notes.join("; "));
    }
    let mut notes = imported.notes;
    match (&imported.allow_list, allow_list) {
        (Some(text), Some(path)) => {
            std::fs::write(path, text)
                .with_context(|| format!("--allow-list {}: cannot be written", path.display()))?;
            notes.push(format!("{}: written, for --allow", path.display()));
        }
        (Some(text), None) => {
            let count = text.lines().count();
            notes.push(format!("global allow list: {count} entries; --allow-list FILE writes them, for --allow"));
        }
        (None, _) => {}
    }
    notes.push(format!("{} identifiers are carried over", imported.count));
    Ok(Import { identifiers: imported.identifiers, notes })
}
