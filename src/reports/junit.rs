//! The `junit` report: `JUnit` XML, which every CI shows as tests.
//!
//! One test for each identifier in each object, failed; skipped are what a rule suppressed and what was not inspected in
//! full. A clean scan is one test that passed, since some readers refuse an empty suite. No text of a finding but its mask.

use super::numbers::milliseconds;
use super::printable::printable;
use super::shown::{FullPath, help, summary};
use super::{ReportFormat, Style};
use crate::report::Report;
use std::fmt::{self, Display};
use std::io::{self, BufWriter, Write};

/// XML that CIs read.
pub(crate) struct JUnit;

impl ReportFormat for JUnit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xml"]
    }

    fn write(&self, report: &Report, _style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let suppressed = report.findings.iter().filter(|f| f.archived).map(|f| f.classification.detections.len());
        let skipped = suppressed.sum::<usize>() + report.skipped.len();
        let rows =
            report.findings.iter().map(|f| f.classification.detections.len()).sum::<usize>() + report.skipped.len();
        let interrupted = usize::from(!report.complete);
        let clean = usize::from(rows + interrupted == 0);
        let counts = format!(
            r#"tests="{}" failures="{}" errors="{interrupted}" skipped="{skipped}" time="{:.3}""#,
            rows + interrupted + clean,
            rows - skipped,
            milliseconds(report.duration).as_secs_f64(),
        );
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(out, "<testsuites {counts}>\n  <testsuite name=\"tamis\" {counts}>")?;
        tests(report, &mut out)?;
        if clean == 1 {
            writeln!(out, r#"    <testcase classname="tamis" name="no sensitive data found"/>"#)?;
        }
        writeln!(out, "  </testsuite>\n</testsuites>")?;
        out.flush()
    }
}

fn tests(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let path = &finding.classification.artifact.path;
        for detection in &finding.classification.detections {
            let identifier = &detection.identifier;
            write!(out, r#"    <testcase classname="{}" name="{}">"#, Xml(&identifier.id), Xml(FullPath(path)))?;
            if finding.archived {
                write!(out, r#"<skipped message="accepted by a suppression rule"/>"#)?;
            } else {
                let severity = identifier.severity(detection.count).unwrap_or(finding.severity).word();
                let message = summary(finding, detection);
                write!(
                    out,
                    r#"<failure type="{severity}" message="{}">{}</failure>"#,
                    Xml(message),
                    Xml(help(identifier))
                )?;
            }
            writeln!(out, "</testcase>")?;
        }
    }
    for row in &report.skipped {
        let Some(reason) = row.classification.status.reason() else { continue };
        let name = Xml(FullPath(&row.classification.artifact.path));
        let message = Xml(reason.explanation());
        writeln!(
            out,
            r#"    <testcase classname="{}" name="{name}"><skipped message="{message}"/></testcase>"#,
            reason.code()
        )?;
    }
    if !report.complete {
        let text = "the scan was interrupted: what it did not reach was not inspected";
        writeln!(out, r#"    <testcase classname="tamis" name="scan"><error message="{text}"/></testcase>"#)?;
    }
    Ok(())
}

/// Text of an element or attribute: no markup, and no character that XML 1.0 cannot hold.
struct Xml<T>(T);

impl<T: Display> Display for Xml<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in printable(&self.0.to_string()).to_string().chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&apos;")?,
                '\u{fffe}' | '\u{ffff}' => f.write_str("\u{fffd}")?,
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{JUnit, Xml};
    use crate::reports::{Style, fixture};

    #[test]
    fn text_cannot_leave_its_attribute() {
        assert_eq!(Xml("a\"><b>&'\u{1}\u{ffff}\n").to_string(), "a&quot;&gt;&lt;b&gt;&amp;&apos;\\x01\u{fffd}\\n");
    }

    #[test]
    fn a_test_for_each_identifier_and_each_gap() {
        let mut report = fixture::report();
        report.complete = false;
        report.findings[0].classification.detections[0].occurrences[0].revealed = Some("536-90-4399".to_owned());
        let text = fixture::written(&JUnit, &report, Style::default());
        assert!(!text.contains("536-90"));
        let number = |what: &str| text.matches(what).count();
        assert_eq!((number("<testcase "), number("<failure "), number("<skipped "), number("<error ")), (25, 9, 15, 1));
        assert_eq!(number(r#"tests="25" failures="9" errors="1" skipped="15""#), 2);
        assert_eq!(number("</testcase>"), 25);
    }

    #[test]
    fn a_clean_scan_is_one_test_that_passed() {
        let text = fixture::written(&JUnit, &fixture::empty(), Style::default());
        assert!(text.contains(r#"tests="1" failures="0" errors="0" skipped="0""#), "{text}");
        assert!(text.contains(r#"name="no sensitive data found"/>"#));
    }
}
