//! The `csv` report: a table for spreadsheets, as RFC 4180 but with LF at the end of a line.
//!
//! One row for each identifier in each object, and one for each object that was not inspected in full. Cells that a
//! spreadsheet would run as a formula begin with an apostrophe: names of files and columns come from strangers.

use super::printable::printable;
use super::shown::{FullPath, first_mask, first_place, help, short_commit};
use super::{ReportFormat, Style};
use crate::finding::{Classification, Detection, Finding};
use crate::report::Report;
use std::io::{self, BufWriter, Write};

const HEADER: &str = "path,identifier,name,category,severity,count,first place,first match masked,suppressed,status,reason,what to do,finding,commit";

/// A table.
pub(crate) struct Csv;

impl ReportFormat for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv"]
    }

    fn write(&self, report: &Report, _style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        writeln!(out, "{HEADER}")?;
        for finding in &report.findings {
            for detection in &finding.classification.detections {
                row(&mut out, &found(finding, detection))?;
            }
        }
        for skipped in &report.skipped {
            row(&mut out, &not_inspected(&skipped.classification))?;
        }
        out.flush()
    }
}

fn found(finding: &Finding, detection: &Detection) -> [String; 14] {
    let identifier = &detection.identifier;
    let classification = &finding.classification;
    let severity = identifier.severity(detection.count).unwrap_or(finding.severity);
    [
        FullPath(&classification.artifact.path).to_string(),
        identifier.id.clone(),
        identifier.name.clone(),
        identifier.category.code().to_owned(),
        severity.word().to_owned(),
        detection.count.to_string(),
        first_place(detection).unwrap_or_default(),
        first_mask(detection),
        if finding.archived { "yes" } else { "no" }.to_owned(),
        classification.status.code().to_owned(),
        classification.status.reason().map(|reason| reason.code().to_owned()).unwrap_or_default(),
        help(identifier).to_owned(),
        finding.id.clone(),
        short_commit(&classification.artifact).unwrap_or_default().to_owned(),
    ]
}

fn not_inspected(classification: &Classification) -> [String; 14] {
    let reason = classification.status.reason();
    let text = |at: usize| match at {
        0 => FullPath(&classification.artifact.path).to_string(),
        9 => classification.status.code().to_owned(),
        10 => reason.map(|reason| reason.code().to_owned()).unwrap_or_default(),
        11 => reason.map(|reason| reason.explanation().to_owned()).unwrap_or_default(),
        13 => short_commit(&classification.artifact).unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    std::array::from_fn(text)
}

fn row(out: &mut dyn Write, cells: &[String]) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    writeln!(out, "{}", cells.join(","))
}

/// In quotes where it needs them. Line breaks and tabs are escaped, as a cell that holds one misleads who reads it.
fn cell(text: &str) -> String {
    let text = printable(text).to_string();
    // The wide forms too: spreadsheets take them for the narrow ones.
    let runs = text.trim_start().starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠']);
    let text = if runs { format!("'{text}") } else { text };
    let quoted = text.contains([',', '"', ';', '\'', ' ']);
    if quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::{Csv, HEADER, cell};
    use crate::reports::{Style, fixture};

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in [
            ("=HYPERLINK(\"x\")", r#""'=HYPERLINK(""x"")""#),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@a", "\"'@a\""),
            (" =1", "\"' =1\""),
            ("\t=1", "\\t=1"),
            ("＝1", "\"'＝1\""),
            ("a=b", "a=b"),
            ("a,\"b\"\nc", r#""a,""b""\nc""#),
        ] {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn a_row_for_each_identifier_and_each_gap() {
        let mut report = fixture::report();
        report.findings[0].classification.detections[0].occurrences[0].revealed = Some("536-90-4399".to_owned());
        report.findings[0].classification.artifact.path.members[1] = b"=cmd.csv".to_vec();
        let text = fixture::written(&Csv, &report, Style::default());
        assert!(!text.contains("536-90"));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1 + 10 + report.skipped.len());
        assert_eq!(lines[0], HEADER);
        let start = r#"hr/payroll.csv,USA_SOCIAL_SECURITY_NUMBER,"US Social Security number",PERSONAL_INFORMATION,High,1412,"cell D2 ""SSN""",***-**-6789,no,COMPLETE,,"#;
        assert!(lines[4].starts_with(start), "{}", lines[4]);
        assert!(text.contains(r#""'+** *** **12""#), "a mask that begins with a plus");
    }
}
