//! Annotations of a run on GitHub Actions: workflow commands on standard output, and a summary of the step in Markdown.
//!
//! GitHub shows ten errors and ten warnings of a step. Names come from strangers: a line break in one would be a command of
//! its own. Whether this is such a run is not decided here.

use super::printable::printable;
use super::shown::{help, summary};
use super::uri::Root;
use super::{Style, named};
use crate::finding::{Detection, Finding};
use crate::identifier::Severity;
use crate::report::Report;
use std::cmp::Reverse;
use std::fmt::Write;
use std::io;

/// Annotations of one kind that GitHub shows.
const MOST: usize = 10;
/// Bytes of a step's summary that GitHub takes.
const LONGEST: usize = 1 << 20;

/// The commands, one a line: errors for what fails the gate, or is high where there is none; warnings for the rest.
pub fn annotations(report: &Report) -> String {
    let root = Root::of(report);
    let open = report.findings.iter().filter(|finding| !finding.archived);
    let mut rows: Vec<(Severity, &Finding, &Detection)> = open
        .flat_map(|finding| finding.classification.detections.iter().map(move |detection| (finding, detection)))
        .map(|(finding, detection)| {
            (detection.identifier.severity(detection.count).unwrap_or(finding.severity), finding, detection)
        })
        .collect();
    rows.sort_by_key(|(severity, ..)| Reverse(*severity));
    let least = report.gate.fail_on.unwrap_or(Severity::High);
    let (errors, warnings): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(severity, ..)| *severity >= least);
    let mut text = String::new();
    let mut left = 0;
    for (command, rows) in [("error", errors), ("warning", warnings)] {
        left += rows.len().saturating_sub(MOST);
        for (_, finding, detection) in rows.into_iter().take(MOST) {
            let _ = writeln!(text, "{}", annotation(command, finding, detection, &root));
        }
    }
    if left > 0 {
        let _ = writeln!(
            text,
            "::notice title=tamis::{left} more findings have no annotation; the summary of the step lists them"
        );
    }
    text
}

fn annotation(command: &str, finding: &Finding, detection: &Detection, root: &Root) -> String {
    let path = &finding.classification.artifact.path;
    let file = property(&printable(&root.unencoded(&path.file)).to_string());
    // A line inside a member is no line of the file.
    let first = detection.occurrences.first().filter(|o| path.members.is_empty() && o.position.line > 0);
    let mut place = String::new();
    if let Some(first) = first {
        let position = &first.position;
        let _ = write!(place, ",line={},endLine={}", position.line, position.end_line.max(position.line));
        if position.end_line <= position.line && position.column > 0 {
            let width = first.masked.chars().count() as u64;
            let _ = write!(place, ",col={},endColumn={}", position.column, position.column.saturating_add(width));
        }
    }
    let title = property(&printable(&detection.identifier.name).to_string());
    let message = data(&format!("{}. {}", summary(finding, detection), printable(help(&detection.identifier))));
    format!("::{command} file={file}{place},title={title}::{message}")
}

/// Text of a command behind its second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The line that makes GitHub read no commands until the second one comes: between them stands text with names from
/// strangers, and the older form of a command counts anywhere on a line. Nobody who named a file knew the word.
pub fn quoted(report: &Report) -> (String, String) {
    (format!("::stop-commands::{}\n", report.id), format!("::{}::\n", report.id))
}

/// The summary of the step, in Markdown.
pub fn step_summary(report: &Report) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    if let Some(markdown) = named("markdown") {
        markdown.write(report, Style::default(), &mut text)?;
    }
    text.truncate(LONGEST - 1);
    text.push(b'\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{annotations, data, property, step_summary};
    use crate::identifier::Severity;
    use crate::reports::fixture;

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(data("100%\r\n::error::x"), "100%25%0D%0A::error::x");
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
    }

    #[test]
    fn names_cannot_make_commands() {
        let mut report = fixture::report();
        report.targets = vec![".".to_owned()];
        for finding in &mut report.findings {
            finding.classification.artifact.path.file = b"a,line=9::\n::warning::b%0A\r##[error]c".to_vec();
        }
        let text = annotations(&report);
        assert_eq!(text.lines().count(), 9);
        for line in text.lines() {
            assert!(line.starts_with("::error file=") || line.starts_with("::warning file="), "{line}");
            let properties = line.split("::").nth(1).unwrap();
            assert!(properties.contains(" file=a%2Cline=9%3A%3A\\n%3A%3Awarning%3A%3Ab%250A\\r##[error]c"), "{line}");
        }
        assert!(!text.contains('\r'));
    }

    #[test]
    fn ten_of_each_and_the_gate_decides_which() {
        let mut report = fixture::empty();
        report.findings = (0..30).map(|_| fixture::crowded(2)).collect();
        let number = |text: &str, what: &str| text.lines().filter(|line| line.starts_with(what)).count();
        let text = annotations(&report);
        assert_eq!((number(&text, "::error "), number(&text, "::warning "), number(&text, "::notice ")), (10, 10, 1));
        assert!(text.contains("100 more findings"));
        report.gate.fail_on = Some(Severity::Low);
        assert_eq!(number(&annotations(&report), "::warning "), 0);
        assert!(step_summary(&report).unwrap().len() <= 1 << 20);
        assert_eq!(annotations(&fixture::empty()), "");
    }
}
