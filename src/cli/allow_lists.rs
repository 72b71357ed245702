//! The allow lists of a run: those of `--allow`, and those of the configuration file.

use super::{Settled, read_text};
use crate::allow_list::AllowList;
use crate::config::{Config, ListEntry};
use crate::identifier::{DataIdentifier, did_you_mean};
use crate::mistake::Mistake;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All of them; one that cannot be read stops the scan, for without it the result would be another.
pub(super) fn of(settled: &Settled, known: &[Arc<DataIdentifier>]) -> Result<Vec<Arc<AllowList>>> {
    let mut lists = of_flags(&settled.args.allow)?;
    if let Some(config) = &settled.config {
        for entry in &config.allow_lists {
            lists.push(Arc::new(of_file(config, entry, &settled.folder, known)?));
        }
    }
    Ok(lists)
}

/// Those of `--allow`.
fn of_flags(paths: &[PathBuf]) -> Result<Vec<Arc<AllowList>>> {
    let read =
        |path: &PathBuf| Ok(Arc::new(AllowList::parse(&path.display().to_string(), &read_text("--allow", path)?)?));
    paths.iter().map(read).collect()
}

fn of_file(config: &Config, entry: &ListEntry, folder: &Path, known: &[Arc<DataIdentifier>]) -> Result<AllowList> {
    let wrong = |problem: String| Mistake { file: config.file.clone(), line: entry.line, problem };
    for id in &entry.identifiers {
        if !known.iter().any(|identifier| identifier.id.eq_ignore_ascii_case(id)) {
            let near = did_you_mean(known.iter().map(|i| i.id.as_str()), id);
            let problem =
                format!("allow-list.identifiers: no identifier `{id}`{near}; `tamis identifiers list` shows them");
            return Err(wrong(problem).into());
        }
    }
    let mut list = if let Some(file) = &entry.file {
        let path = folder.join(file);
        let flag = format!("{}:{}: allow-list.file", config.file, entry.line);
        AllowList::parse(&path.display().to_string(), &read_text(&flag, &path)?)?
    } else {
        let name = format!("{}:{}", config.file, entry.line);
        AllowList::of(&name, &config.file, entry.entries.iter().map(|(line, text)| (*line, text.as_str())))?
    };
    list.identifiers.clone_from(&entry.identifiers);
    if let Some(name) = &entry.name {
        list.name.clone_from(name);
    }
    Ok(list)
}
