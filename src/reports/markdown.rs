//! The `markdown` report: a comment on a merge request, for its author.
//!
//! Short enough for GitHub, which takes 65,536 characters; what does not fit is counted. Names of files come from
//! strangers: they can make no link, no mention and no markup.

use super::numbers::{count, counted};
use super::printable::shortened;
use super::shown::{FullPath, first_mask, first_place, help};
use super::{ReportFormat, Style};
use crate::finding::{Detection, Finding};
use crate::report::Report;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Bytes of the table.
const LONGEST_TABLE: usize = 40_000;
/// Bytes of what to do.
const LONGEST_ADVICE: usize = 10_000;
/// Characters of a name or a path.
const LONGEST_NAME: usize = 400;

/// For a comment.
pub(crate) struct Markdown;

impl ReportFormat for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["md"]
    }

    fn write(&self, report: &Report, _style: Style, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(comment(report).as_bytes())?;
        out.flush()
    }
}

fn comment(report: &Report) -> String {
    let counts = report.finding_counts();
    let gaps = report.totals.partial.saturating_add(report.totals.skipped);
    let mut text = match counts.total() as u64 {
        0 if gaps > 0 || !report.complete => "### No sensitive data found in what was inspected\n".to_owned(),
        0 => "### No sensitive data found\n".to_owned(),
        objects => format!("### Sensitive data found in {}\n", counted(objects, "object")),
    };
    text.push_str(&table(report));
    let mut notes = Vec::new();
    if counts.suppressed > 0 {
        notes.push(format!("{} accepted by a suppression rule", counted(counts.suppressed as u64, "finding")));
    }
    if report.totals.baselined > 0 {
        notes.push(format!("{} known from the baseline", counted(report.totals.baselined, "finding")));
    }
    if gaps > 0 {
        notes.push(format!("{} not inspected in full", counted(gaps, "object")));
    }
    if !notes.is_empty() {
        let _ = writeln!(text, "\nBesides: {}.", notes.join(", "));
    }
    for (reason, number) in report.reasons() {
        let _ = writeln!(text, "- {} × {}: {}", count(number), plain(reason.code()), plain(reason.explanation()));
    }
    if !report.complete {
        text.push_str("\n**The scan was interrupted: what it did not reach was not inspected.**\n");
    }
    text
}

/// The findings, the most severe first, and what to do about them.
fn table(report: &Report) -> String {
    let open = report.findings.iter().filter(|finding| !finding.archived);
    let mut rows: Vec<(&Finding, &Detection)> =
        open.flat_map(|finding| finding.classification.detections.iter().map(move |d| (finding, d))).collect();
    if rows.is_empty() {
        return String::new();
    }
    let severity = |(finding, detection): &(&Finding, &Detection)| {
        detection.identifier.severity(detection.count).unwrap_or(finding.severity)
    };
    rows.sort_by_key(|row| Reverse(severity(row)));
    let mut text = "\n| severity | what | count | where | first match |\n|---|---|--:|---|---|\n".to_owned();
    let mut left = rows.len() as u64;
    for row in &rows {
        let (finding, detection) = row;
        let path = code(&FullPath(&finding.classification.artifact.path).to_string());
        let place = first_place(detection).map(|place| format!(", {}", plain(&place))).unwrap_or_default();
        let (what, number) = (plain(&detection.identifier.name), count(detection.count));
        let mask = first_mask(detection);
        let mask = if mask.is_empty() { mask } else { code(&mask) };
        let line = format!("| {} | {what} | {number} | {path}{place} | {mask} |\n", severity(row).word());
        if text.len() + line.len() > LONGEST_TABLE {
            break;
        }
        text.push_str(&line);
        left -= 1;
    }
    if left > 0 {
        let _ = writeln!(text, "\n... and {} not listed here.", counted(left, "row"));
    }
    text.push_str("\n**What to do**\n\n");
    let mut said = BTreeSet::new();
    let start = text.len();
    for (_, detection) in rows {
        let line = format!("- {}: {}\n", plain(&detection.identifier.name), plain(help(&detection.identifier)));
        if text.len() - start + line.len() <= LONGEST_ADVICE && said.insert(&*detection.identifier.id) {
            text.push_str(&line);
        }
    }
    text
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

/// Text that means itself: whatever could be markup, a link or a mention is a character reference.
fn plain(text: &str) -> String {
    let shown = shortened(text, LONGEST_NAME).to_string();
    let mut safe = String::with_capacity(shown.len());
    for c in shown.chars() {
        let harmless = !c.is_ascii_punctuation() || matches!(c, '/' | '.' | ',' | ';' | '-' | '\'' | '(' | ')');
        if harmless {
            safe.push(c);
        } else {
            let _ = write!(safe, "&#{};", u32::from(c));
        }
    }
    safe.replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::{Markdown, plain};
    use crate::reports::{Style, fixture};

    #[test]
    fn names_cannot_make_markup() {
        let text = plain("a|b`c`<img src=x>[d](http://e)@all*f*_g_ www.h\n#1");
        assert!(!text.contains(['|', '`', '<', '>', '[', ']', ':', '@', '*', '_', '\n']), "{text}");
        assert!(!text.contains("www."));
    }

    #[test]
    fn the_fixed_report() {
        let mut report = fixture::report();
        report.findings[0].classification.detections[0].occurrences[0].revealed = Some("536-90-4399".to_owned());
        let text = fixture::written(&Markdown, &report, Style::default());
        assert!(text.starts_with("### Sensitive data found in 8 objects\n"), "{text}");
        assert!(!text.contains("536-90"));
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
        assert_eq!(rows.len(), 1 + 9, "a heading and nine rows: one is suppressed");
        assert!(rows.iter().all(|row| row.matches('|').count() == 6), "{rows:?}");
        assert!(rows[1].starts_with("| High "));
        assert!(text.contains("1 finding accepted by a suppression rule, 4 findings known from the baseline"));
        assert!(text.contains("Deactivate the key, issue a new one."));
        assert_eq!(fixture::written(&Markdown, &fixture::empty(), Style::default()), "### No sensitive data found\n");
    }

    #[test]
    fn a_comment_that_github_takes() {
        let mut report = fixture::empty();
        report.findings = vec![fixture::crowded(2); 3_000];
        let text = fixture::written(&Markdown, &report, Style::default());
        assert!(text.len() < 65_536 && text.contains("not listed here"), "{}", text.len());
    }
}
