//! The table of targets and folders on the first part of the page: how sensitive each is.

use super::markup::Text;
use super::overview::meaning;
use crate::report::{AreaFigures, Report};
use crate::reports::json::timestamp;
use crate::reports::numbers::{bytes, count, counted};
use std::cmp::Reverse;
use std::io::{self, Write};

/// Folders of each target that are listed; the result has more.
const MOST_FOLDERS: usize = 50;

/// Writes the table; nothing where it would only repeat the totals.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let areas = report.telling_areas();
    if areas.is_empty() {
        return Ok(());
    }
    out.write_all(
        b"<div class=\"card wide\"><h3>Score by target and folder</h3>\n<div class=\"sheet reasons areas\"><table>\
          <caption class=\"unseen\">Score by target and folder</caption><thead><tr><th scope=\"col\">Where</th>",
    )?;
    for head in ["Score", "High", "Medium", "Low", "Objects", "Not in full", "On disk"] {
        write!(out, "<th scope=\"col\" class=\"num\">{head}</th>")?;
    }
    out.write_all(b"<th scope=\"col\">Last changed</th></tr></thead><tbody>\n")?;
    for target in areas.chunk_by(|_, next| next.area.folder.is_some()) {
        let Some((whole, folders)) = target.split_first() else { continue };
        row(&format!("<b>{}</b>", Text(&whole.area.target)), whole, out)?;
        let has_folders = folders.iter().any(|row| row.area.folder.as_ref().is_some_and(|name| !name.is_empty()));
        let mut rows: Vec<_> = folders.iter().filter(|_| has_folders).collect();
        rows.sort_by_key(|row| (Reverse(row.score), Reverse(row.findings.total())));
        for folder in rows.iter().take(MOST_FOLDERS) {
            let name = match folder.area.folder.as_deref().unwrap_or_default() {
                b"" => "<i>in no folder</i>".to_owned(),
                name => format!("{}/", Text(name)),
            };
            row(&format!("<span class=\"below\">{name}</span>"), folder, out)?;
        }
        let left = rows.len().saturating_sub(MOST_FOLDERS) as u64 + whole.area.more_folders;
        if left > 0 {
            let words = counted(left, "more folder");
            writeln!(out, "<tr><td colspan=\"9\" class=\"soft\">{words}, less sensitive or smaller</td></tr>")?;
        }
    }
    out.write_all(b"</tbody></table></div></div>\n")
}

fn row(name: &str, of: &AreaFigures<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (words, class) = meaning(of.score);
    let number = |number: usize| count(number as u64);
    let changed = of.area.changed.and_then(timestamp).map(|time| time[..10].to_owned()).unwrap_or_default();
    write!(
        out,
        "<tr><td class=\"path\">{name}</td><td class=\"num\" title=\"{words}\"><span class=\"pill {class}\">{}</span></td>",
        of.score
    )?;
    let gaps = of.area.partial.saturating_add(of.area.skipped);
    for cell in [
        number(of.findings.high),
        number(of.findings.medium),
        number(of.findings.low),
        count(of.area.objects),
        count(gaps),
        bytes(of.area.bytes),
    ] {
        write!(out, "<td class=\"num\">{cell}</td>")?;
    }
    writeln!(out, "<td>{changed}</td></tr>")
}
