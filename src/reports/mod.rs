//! Report formats: one file for each, the trait [`ReportFormat`], and the list [`REPORTS`].
//!
//! A report format looks at a [`Report`] and writes bytes; it decides nothing and knows nothing of scanning.
//! Each wraps `out` in its own buffer and flushes it; an error of `out`, a closed pipe included, is returned as it came.

pub mod annotations;
pub(crate) mod columns;
mod csv;
pub mod diff;
#[cfg(test)]
pub(crate) mod fixture;
mod gitlab;
mod html;
mod json;
mod jsonl;
mod junit;
mod macie;
mod markdown;
pub(crate) mod numbers;
mod ocsf;
pub mod printable;
mod samples;
mod sarif;
mod shown;
mod text;
mod uri;
pub mod verdict;

pub(crate) use json::timestamp;
pub use jsonl::summary_line;
pub(crate) use samples::samples;

use crate::report::Report;
use std::io::{self, Write};
use std::path::Path;

/// What the output may look like.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// Colours and bold, for a terminal.
    pub color: bool,
    /// Also what is hidden or known.
    pub verbose: bool,
}

/// Rows of a list from which on several workers render it: those of rayon's global pool.
pub const MANY_ROWS: usize = 128;

/// Writes a report in one form.
pub trait ReportFormat: Sync {
    /// The name that `--format` takes.
    fn name(&self) -> &'static str;

    /// The file name extensions that mean this format, without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// Writes the whole report.
    fn write(&self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()>;
}

/// Every report format.
pub static REPORTS: &[&dyn ReportFormat] = &[
    &text::Text,
    &json::Json,
    &jsonl::JsonLines,
    &sarif::Sarif,
    &gitlab::GitLab,
    &html::Html,
    &csv::Csv,
    &markdown::Markdown,
    &junit::JUnit,
    &ocsf::Ocsf,
    &macie::Macie,
];

/// The format that `--format` calls by this name.
pub fn named(name: &str) -> Option<&'static dyn ReportFormat> {
    REPORTS.iter().find(|format| format.name() == name).copied()
}

/// The format that the extension of an output file means, in any case of letters.
pub fn for_file(path: &Path) -> Option<&'static dyn ReportFormat> {
    let extension = path.extension()?.to_str()?;
    REPORTS.iter().find(|f| f.extensions().iter().any(|e| e.eq_ignore_ascii_case(extension))).copied()
}

#[cfg(test)]
mod tests {
    use super::{REPORTS, for_file, named};
    use std::path::Path;

    #[test]
    fn formats_are_found_by_name_and_by_extension() {
        for format in REPORTS {
            assert_eq!(named(format.name()).map(super::ReportFormat::name), Some(format.name()));
        }
        assert!(named("yaml").is_none());
        let name = |path: &str| for_file(Path::new(path)).map(super::ReportFormat::name);
        assert_eq!(name("out/result.json"), Some("json"));
        assert_eq!(name("RESULT.JSONL"), Some("jsonl"));
        assert_eq!(name("a.txt"), Some("text"));
        assert_eq!(["a.sarif", "a.csv", "a.md", "a.xml"].map(name), ["sarif", "csv", "markdown", "junit"].map(Some));
        assert_eq!(name("result"), None);
        assert_eq!(name(".json"), None);
    }

    #[test]
    fn no_name_or_extension_means_two_formats() {
        let names: Vec<_> = REPORTS.iter().map(|f| f.name()).collect();
        let extensions: Vec<_> = REPORTS.iter().flat_map(|f| f.extensions()).collect();
        for list in [names, extensions.into_iter().copied().collect()] {
            let mut unique = list.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), list.len(), "{list:?}");
        }
    }
}
