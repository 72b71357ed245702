//! The table of targets and folders: how sensitive each is.

use super::paint::{BOLD, Paint};
use crate::report::{AreaFigures, Report};
use crate::reports::columns::{fit_end, padded};
use crate::reports::numbers::{bytes, count, counted};
use crate::reports::printable::printable;
use std::cmp::Reverse;
use std::io::{self, Write};

/// Targets that are listed.
const MOST_TARGETS: usize = 20;
/// Folders of each that are listed.
const MOST_FOLDERS: usize = 10;
/// Cells of a name.
const NAME: usize = 28;

/// Writes the table; nothing where it would only repeat the totals.
pub(super) fn write(report: &Report, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let areas = report.telling_areas();
    if areas.is_empty() {
        return Ok(());
    }
    let heading = format!(
        "{}{:>6}{:>12}{:>11}{:>8}{:>8}{:>7}",
        padded("Where", NAME),
        "score",
        "objects",
        "on disk",
        "high",
        "medium",
        "low"
    );
    writeln!(out, "{}", paint.paint(BOLD, heading))?;
    let targets: Vec<&[AreaFigures<'_>]> = areas.chunk_by(|_, next| next.area.folder.is_some()).collect();
    for target in targets.iter().take(MOST_TARGETS) {
        let Some((whole, folders)) = target.split_first() else { continue };
        row(&printable(&whole.area.target).to_string(), whole, out)?;
        // One that has no folder has all its files in none.
        let has_folders = folders.iter().any(|row| row.area.folder.as_ref().is_some_and(|name| !name.is_empty()));
        let mut rows: Vec<_> = folders.iter().filter(|_| has_folders).collect();
        rows.sort_by_key(|row| (Reverse(row.score), Reverse(row.findings.total())));
        for folder in rows.iter().take(MOST_FOLDERS) {
            let name = match folder.area.folder.as_deref().unwrap_or_default() {
                b"" => "in no folder".to_owned(),
                name => format!("{}/", printable(name)),
            };
            row(&format!("  {}", fit_end(&name, NAME - 2)), folder, out)?;
        }
        let left = rows.len().saturating_sub(MOST_FOLDERS) as u64 + whole.area.more_folders;
        if left > 0 {
            writeln!(out, "  ... and {}", counted(left, "more folder"))?;
        }
    }
    let left = targets.len().saturating_sub(MOST_TARGETS) as u64;
    if left > 0 {
        writeln!(out, "... and {}", counted(left, "more target"))?;
    }
    writeln!(out)
}

fn row(name: &str, of: &AreaFigures<'_>, out: &mut dyn Write) -> io::Result<()> {
    let number = |number: usize| count(number as u64);
    writeln!(
        out,
        "{}{:>6}{:>12}{:>11}{:>8}{:>8}{:>7}",
        padded(&fit_end(name, NAME), NAME),
        of.score,
        count(of.area.objects),
        bytes(of.area.bytes),
        number(of.findings.high),
        number(of.findings.medium),
        number(of.findings.low)
    )
}
