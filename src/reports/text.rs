//! The `text` report: what a person wants to know, in that order: what was found, where, how bad, and what was not inspected.
//!
//! Masks only, and every name from a file is escaped, on a terminal or not. The list is cut where nobody reads on; counts
//! are always whole. Silence means clean: "No sensitive data found." alone is written only when everything was inspected.

mod areas;
mod paint;
pub(super) mod places;

use super::columns::{self, COLUMNS, fit, padded, wrapped};
use super::numbers::{bytes, count, counted, duration};
use super::printable::{printable, shortened};
use super::shown::{FullPath, help, kind, short_commit};
use super::verdict::verdict;
use super::{ReportFormat, Style};
use crate::finding::{Detection, Finding, Pardon};
use crate::identifier::{Category, Severity};
use crate::policy::PolicyKind;
use crate::report::{NotInspected, Report, Verdict};
use crate::status::{Reason, Status};
use paint::{BAD, BOLD, DIM, Paint};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};

/// Findings that are listed.
const MOST_FINDINGS: usize = 1_000;
/// Paths that are listed for each reason why something was not inspected.
const MOST_PATHS: usize = 10;
/// Types in the table of what was found.
const MOST_TYPES: usize = 20;
/// Characters of a detail that are shown.
const LONGEST_DETAIL: usize = 200;

/// For people.
pub(crate) struct Text;

impl ReportFormat for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt"]
    }

    fn write(&self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let paint = Paint { color: style.color };
        let mut page = Page { out: BufWriter::with_capacity(1 << 16, out), paint };
        page.interruption(report)?;
        page.findings(report)?;
        page.remedies(report)?;
        page.policies(report)?;
        page.gaps(report)?;
        page.suppressions(report)?;
        if style.verbose {
            page.set_aside(report)?;
        }
        page.types(report)?;
        areas::write(report, paint, &mut page.out)?;
        page.totals(report)?;
        page.conclusion(report)?;
        page.out.flush()
    }
}

struct Page<W: Write> {
    out: W,
    paint: Paint,
}

impl<W: Write> Page<W> {
    fn interruption(&mut self, report: &Report) -> io::Result<()> {
        if report.complete {
            return Ok(());
        }
        let word = self.paint.paint(BAD, "INTERRUPTED");
        writeln!(self.out, "{word}: the scan did not finish. This is what it found until then.\n")
    }

    fn findings(&mut self, report: &Report) -> io::Result<()> {
        let mut findings = report.findings.iter().filter(|f| !f.archived);
        for finding in findings.by_ref().take(MOST_FINDINGS) {
            self.finding(finding)?;
        }
        match findings.count() as u64 {
            0 => Ok(()),
            more => {
                let more = counted(more, "more finding");
                writeln!(self.out, "... and {more} not listed here: --format json writes all of them\n")
            }
        }
    }

    /// What to do, once for each identifier that was found and says it, and once for each category of the others.
    fn remedies(&mut self, report: &Report) -> io::Result<()> {
        let live = report.findings.iter().filter(|f| !f.archived);
        let found = live.flat_map(|f| &f.classification.detections).map(|d| &d.identifier);
        let found: BTreeSet<_> = found.collect();
        if found.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "{}", self.paint.paint(BOLD, "What to do"))?;
        for identifier in found.iter().filter(|identifier| !identifier.remediation.is_empty()) {
            let words = format!("{}: {}", printable(&identifier.name), printable(&*identifier.remediation));
            writeln!(self.out, "  {}", wrapped(&words, 2, 4))?;
        }
        // The same words for all of a category are said once.
        let plain = found.iter().filter(|identifier| identifier.remediation.is_empty());
        let categories: BTreeMap<Category, &str> =
            plain.map(|identifier| (identifier.category, help(identifier))).collect();
        for (category, advice) in categories {
            writeln!(self.out, "  {}", wrapped(&format!("{}: {advice}", kind(category)), 2, 4))?;
        }
        writeln!(self.out)
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let classification = &finding.classification;
        let severity = self.paint.severity(finding.severity);
        write!(self.out, "{severity}{}", self.paint.paint(BOLD, FullPath(&classification.artifact.path)))?;
        if let Some(commit) = short_commit(&classification.artifact) {
            write!(self.out, "  {}", self.paint.paint(DIM, format!("commit {commit}")))?;
        }
        if let Some(reason) = classification.status.reason() {
            write!(self.out, "  (inspected in part: {})", reason.code())?;
        }
        writeln!(self.out)?;
        for detection in &classification.detections {
            self.detection(detection)?;
        }
        writeln!(self.out)
    }

    fn detection(&mut self, detection: &Detection) -> io::Result<()> {
        let (id, name) = (&detection.identifier.id, &detection.identifier.name);
        write!(self.out, "  {}", printable(name))?;
        if name != id {
            write!(self.out, " ({})", self.paint.paint(DIM, printable(id)))?;
        }
        writeln!(self.out, ": {}", self.paint.paint(BOLD, count(detection.count)))?;
        let rows = places::rows(&detection.occurrences);
        let shown = rows.len() as u64;
        for row in rows {
            write!(self.out, "    {}  ", padded(&row.place, row.place_width))?;
            match row.keyword {
                None => writeln!(self.out, "{}", row.text)?,
                Some(keyword) => {
                    let text = padded(&row.text, row.text_width);
                    writeln!(self.out, "{text}  {}", self.paint.paint(DIM, keyword))?;
                }
            }
        }
        match detection.count.saturating_sub(shown) {
            more if more > 0 && shown > 0 => writeln!(self.out, "    ... and {} more", count(more)),
            _ => Ok(()),
        }
    }

    /// How files with findings are kept.
    fn policies(&mut self, report: &Report) -> io::Result<()> {
        if report.policy_findings.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "{}", self.paint.paint(BOLD, "Policy findings"))?;
        for kind in PolicyKind::ALL {
            let of: Vec<_> = report.policy_findings.iter().filter(|found| found.kind == kind).collect();
            if of.is_empty() {
                continue;
            }
            writeln!(self.out, "  {}: {}", kind.title(), counted(of.len() as u64, "file"))?;
            writeln!(self.out, "    {}", self.paint.paint(DIM, wrapped(kind.explanation(), 4, 4)))?;
            for found in of.iter().take(MOST_PATHS) {
                let words = found.rule.as_ref().or(found.basis.as_ref());
                let rule = words.map(|words| format!(" ({})", shortened(words, LONGEST_DETAIL)));
                writeln!(self.out, "    {}{}", printable(&found.artifact.path.file), rule.unwrap_or_default())?;
            }
            let left = of.len().saturating_sub(MOST_PATHS) as u64;
            if left > 0 {
                writeln!(self.out, "    ... and {} more", count(left))?;
            }
        }
        writeln!(self.out)
    }

    /// What was found, by type: matches, and the objects that hold them.
    fn types(&mut self, report: &Report) -> io::Result<()> {
        let (_, matches) = report.counts();
        if matches.is_empty() {
            return Ok(());
        }
        let mut objects: BTreeMap<&str, u64> = BTreeMap::new();
        let live = report.findings.iter().filter(|finding| !finding.archived);
        for detection in live.flat_map(|finding| &finding.classification.detections) {
            *objects.entry(detection.identifier.id.as_str()).or_default() += 1;
        }
        let mut rows: Vec<_> = matches.into_iter().collect();
        rows.sort_by_key(|(_, number)| Reverse(*number));
        let name_width = COLUMNS - 2 * 14;
        let heading = format!("{}{:>14}{:>14}", padded("Found", name_width), "matches", "objects");
        writeln!(self.out, "{}", self.paint.paint(BOLD, heading))?;
        for (identifier, number) in rows.iter().take(MOST_TYPES) {
            let name = padded(&fit(&printable(&identifier.name).to_string(), name_width - 3), name_width - 2);
            let of = objects.get(identifier.id.as_str()).copied().unwrap_or_default();
            writeln!(self.out, "  {name}{:>14}{:>14}", count(*number), count(of))?;
        }
        let left = rows.len().saturating_sub(MOST_TYPES) as u64;
        if left > 0 {
            writeln!(self.out, "  ... and {}", counted(left, "more type"))?;
        }
        writeln!(self.out)
    }

    fn gaps(&mut self, report: &Report) -> io::Result<()> {
        let mut reasons: BTreeMap<Reason, (u64, Vec<&NotInspected>)> = BTreeMap::new();
        for row in &report.skipped {
            let Some(reason) = row.classification.status.reason() else { continue };
            let (number, first) = reasons.entry(reason).or_default();
            *number += 1;
            if first.len() < MOST_PATHS {
                first.push(row);
            }
        }
        if reasons.is_empty() {
            return Ok(());
        }
        let heading = format!("Not inspected in full: {}", counted(report.gaps(), "object"));
        writeln!(self.out, "{}", self.paint.paint(BOLD, heading))?;
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, (number, _))| Reverse(*number));
        for (reason, (number, first)) in reasons {
            writeln!(self.out, "  {}: {}", reason.code(), count(number))?;
            writeln!(self.out, "    {}", self.paint.paint(DIM, wrapped(reason.explanation(), 4, 4)))?;
            for row in &first {
                self.gap(row)?;
            }
            if number > first.len() as u64 {
                writeln!(self.out, "    ... and {} more", count(number - first.len() as u64))?;
            }
        }
        writeln!(self.out)
    }

    fn gap(&mut self, row: &NotInspected) -> io::Result<()> {
        let status = &row.classification.status;
        write!(self.out, "    {}", FullPath(&row.classification.artifact.path))?;
        if let Some(commit) = short_commit(&row.classification.artifact) {
            write!(self.out, " (commit {commit})")?;
        }
        if matches!(status, Status::Partial(..)) {
            write!(self.out, " (in part)")?;
        }
        if !status.detail().is_empty() {
            write!(self.out, ": {}", shortened(status.detail(), LONGEST_DETAIL))?;
        }
        writeln!(self.out)
    }

    /// What rules hid, and rules that are of no use any more.
    fn suppressions(&mut self, report: &Report) -> io::Result<()> {
        if report.suppressions.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "{}", self.paint.paint(BOLD, "Suppression rules"))?;
        for rule in &report.suppressions {
            let what = match (rule.expired, rule.findings) {
                (true, _) => {
                    format!("expired on {}, and no longer applies", rule.expires.as_deref().unwrap_or_default())
                }
                (false, 0) => "fits no finding; is it still needed?".to_owned(),
                (false, findings) => counted(findings, "finding"),
            };
            writeln!(self.out, "  {}: {what}", shortened(&rule.rule, LONGEST_DETAIL))?;
            writeln!(self.out, "    {}", self.paint.paint(DIM, shortened(&rule.reason, LONGEST_DETAIL)))?;
        }
        writeln!(self.out)
    }

    /// Findings that do not count, one a line: what a rule hid, and what the baseline knows.
    fn set_aside(&mut self, report: &Report) -> io::Result<()> {
        let hidden: Vec<&Finding> = report.findings.iter().filter(|finding| finding.archived).collect();
        let lists = [("Suppressed", hidden), ("Known from the baseline", report.baselined.iter().collect())];
        for (heading, findings) in lists.into_iter().filter(|(_, findings)| !findings.is_empty()) {
            writeln!(self.out, "{}", self.paint.paint(BOLD, heading))?;
            for finding in findings {
                let names = finding.classification.detections.iter().map(|d| d.identifier.name.as_str());
                let (path, names) =
                    (FullPath(&finding.classification.artifact.path), names.collect::<Vec<_>>().join(", "));
                write!(self.out, "  {path}: {}", printable(&names))?;
                if let Some(rule) = &finding.hidden_by {
                    let (rule, reason) =
                        (shortened(&rule.rule, LONGEST_DETAIL), shortened(&rule.reason, LONGEST_DETAIL));
                    write!(self.out, " ({rule}: {reason})")?;
                }
                writeln!(self.out)?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// Matches that are not reported, and files that the scope leaves out.
    fn left_out(&mut self, report: &Report) -> io::Result<()> {
        let named = |(pardon, number): (&Pardon, &u64)| match pardon {
            Pardon::AllowList(name) => format!("{} by {}", count(*number), shortened(name.as_ref(), LONGEST_DETAIL)),
            Pardon::InlineMark => format!("{} by tamis:allow", count(*number)),
            Pardon::Placeholder => counted(*number, "placeholder"),
        };
        let allowed: Vec<String> = report.totals.pardons.iter().map(named).collect();
        if !allowed.is_empty() {
            writeln!(self.out, "Allowed:   {}", wrapped(&allowed.join(", "), 11, 11))?;
        }
        let rule =
            |(rule, number): (&String, &u64)| format!("{} by {}", count(*number), shortened(rule, LONGEST_DETAIL));
        let out: Vec<String> = report.totals.left_out.iter().map(rule).collect();
        if !out.is_empty() {
            writeln!(self.out, "Left out:  {}", wrapped(&out.join(", "), 11, 11))?;
        }
        Ok(())
    }

    fn totals(&mut self, report: &Report) -> io::Result<()> {
        let (totals, findings) = (&report.totals, report.finding_counts());
        write!(self.out, "Objects:   {}", count(totals.objects))?;
        if totals.partial.max(totals.skipped) > 0 {
            let (partial, skipped) = (count(totals.partial), count(totals.skipped));
            let full = totals.objects.saturating_sub(totals.partial).saturating_sub(totals.skipped);
            write!(self.out, " ({} inspected in full, {partial} in part, {skipped} not at all)", count(full))?;
        }
        writeln!(self.out)?;
        if let Some(files) = totals.taken_over {
            writeln!(self.out, "Unchanged: {} taken over from an earlier run", counted(files, "file"))?;
        }
        let (on_disk, inspected) = (bytes(totals.bytes), bytes(totals.bytes_classified));
        writeln!(self.out, "Bytes:     {on_disk} on disk, {inspected} inspected")?;
        let number = |n: usize| count(n as u64);
        let (high, medium, low) = (number(findings.high), number(findings.medium), number(findings.low));
        write!(self.out, "Findings:  {} ({high} high, {medium} medium, {low} low)", number(findings.total()))?;
        if findings.suppressed > 0 {
            write!(self.out, ", {} suppressed", number(findings.suppressed))?;
        }
        if totals.baselined > 0 {
            write!(self.out, ", {} known from the baseline", count(totals.baselined))?;
        }
        writeln!(self.out)?;
        if !report.policy_findings.is_empty() {
            let of =
                |severity| number(report.policy_findings.iter().filter(|found| found.severity == severity).count());
            let [high, medium, low] = [Severity::High, Severity::Medium, Severity::Low].map(of);
            let all = number(report.policy_findings.len());
            writeln!(self.out, "Policy:    {all} ({high} high, {medium} medium, {low} low)")?;
        }
        writeln!(self.out, "Score:     {} of 100", report.score().value())?;
        self.left_out(report)?;
        writeln!(self.out, "Duration:  {}\n", duration(report.duration))
    }

    /// The one sentence that is left on the screen.
    fn conclusion(&mut self, report: &Report) -> io::Result<()> {
        let (found, gaps) = (report.finding_counts(), report.gaps());
        let set_aside = report.totals.baselined.saturating_add(found.suppressed as u64);
        let mut text = match (found.total() as u64, set_aside) {
            (0, 0) if gaps > 0 || !report.complete => "No sensitive data found in what was inspected.".to_owned(),
            (0, 0) if report.totals.objects == 0 => "There was nothing to scan.".to_owned(),
            (0, 0) => "No sensitive data found.".to_owned(),
            (0, known) => format!("No sensitive data found besides {}.", counted(known, "suppressed or known finding")),
            (objects, _) => format!("Sensitive data found in {}.", counted(objects, "object")),
        };
        if gaps > 0 {
            let were = if gaps == 1 { "was" } else { "were" };
            text = sentences(&text, &format!("{} {were} not inspected in full.", counted(gaps, "object")));
        }
        if !report.complete {
            text = sentences(&text, "The scan was interrupted: what it did not reach was not inspected.");
        }
        writeln!(self.out, "{}", self.paint.paint(BOLD, text))?;
        match verdict(report) {
            Some(line) if report.verdict() == Verdict::Holds => writeln!(self.out, "{line}"),
            Some(line) => writeln!(self.out, "{}", self.paint.paint(BAD, line)),
            None => Ok(()),
        }
    }
}

/// Two sentences on one line, or on two where one has no room for both.
fn sentences(first: &str, second: &str) -> String {
    let gap = if columns::width(first) + columns::width(second) < COLUMNS { ' ' } else { '\n' };
    format!("{first}{gap}{second}")
}

#[cfg(test)]
mod tests {
    use super::Text;
    use crate::report::Report;
    use crate::reports::{Style, fixture};

    fn text(report: &Report) -> String {
        fixture::written(&Text, report, Style::default())
    }

    fn last_line(report: &Report) -> String {
        text(report).lines().last().unwrap().to_owned()
    }

    #[test]
    fn the_fixed_report() {
        fixture::expect(&Text, Style::default(), "report.text.expected");
        fixture::expect(&Text, Style { color: true, ..Style::default() }, "report.color.expected");
        let color = fixture::written(&Text, &fixture::report(), Style { color: true, ..Style::default() });
        assert_eq!(fixture::without_colors(&color), text(&fixture::report()));
    }

    #[test]
    fn silence_means_clean() {
        let mut report = fixture::empty();
        assert_eq!(last_line(&report), "There was nothing to scan.");
        report.totals.objects = 1;
        assert_eq!(last_line(&report), "No sensitive data found.");
        assert!(!text(&report).contains("Not inspected"));
        report.totals.skipped = 1;
        let last = "No sensitive data found in what was inspected.\n1 object was not inspected in full.\n";
        assert!(text(&report).ends_with(last));
        report.totals.skipped = 0;
        report.totals.baselined = 2;
        assert_eq!(last_line(&report), "No sensitive data found besides 2 suppressed or known findings.");
    }

    #[test]
    fn an_interruption_is_said_first_and_last() {
        let mut report = fixture::empty();
        report.complete = false;
        assert!(text(&report).starts_with("INTERRUPTED: "));
        let last = "No sensitive data found in what was inspected.\n\
                    The scan was interrupted: what it did not reach was not inspected.\n";
        assert!(text(&report).ends_with(last));
    }

    #[test]
    fn eighty_columns_are_enough() {
        let mut report = fixture::report();
        for finding in &mut report.findings {
            for occurrence in finding.classification.detections.iter_mut().flat_map(|d| &mut d.occurrences) {
                occurrence.masked = format!("{}1234", "*".repeat(150));
                occurrence.keyword = Some("kundennummer 顧客番号 ".repeat(9));
                if let crate::location::Place::Cell { column_name, .. } = &mut occurrence.place {
                    *column_name = Some("資料 ".repeat(60));
                }
            }
        }
        report.totals.left_out = (0..40).map(|n| (format!("exclude *.{n}"), n * 1_000)).collect();
        let text = text(&report);
        let too_long: Vec<&str> = text
            .lines()
            .filter(|line| crate::reports::columns::width(line) > 80 && !line.contains(['/', '(']))
            .collect();
        assert!(too_long.is_empty(), "{too_long:#?}");
        let places: Vec<&str> = text.lines().filter(|line| line.starts_with("    cell ")).collect();
        assert!(
            places.len() > 5 && places.iter().all(|line| crate::reports::columns::width(line) <= 80),
            "{places:#?}"
        );
    }

    #[test]
    fn types_stand_in_a_table() {
        let text = text(&fixture::report());
        let rows: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("Found ")).take(6).collect();
        assert_eq!(rows.len(), 6, "a heading and five types");
        assert!(rows.iter().all(|row| row.len() == 80), "{rows:#?}");
        assert!(
            rows[1].starts_with("  US Social Security number ") && rows[1].ends_with("1,415             4"),
            "{}",
            rows[1]
        );
    }

    #[test]
    fn a_long_list_is_cut() {
        let mut report = fixture::empty();
        report.findings = (0..1_003).map(|_| fixture::crowded(1)).collect();
        let text = text(&report);
        assert!(text.contains("... and 3 more findings not listed here: --format json writes all of them"));
        assert_eq!(text.matches("crowded.csv").count(), 1_000);
        assert!(text.ends_with("Sensitive data found in 1,003 objects.\n"));
    }

    #[test]
    fn masks_only_unless_revealed() {
        let mut report = fixture::report();
        report.findings.truncate(1);
        let occurrence = &mut report.findings[0].classification.detections[0].occurrences[0];
        occurrence.revealed = Some("536-90-4399\u{1b}".to_owned());
        assert!(text(&report).contains(r"536-90-4399\x1b"));
        assert!(!text(&fixture::report()).contains("536-90"));
    }
}
