//! Report formats: one file for each, the trait [`ReportFormat`], and the list [`REPORTS`].
//!
//! A report format looks at a [`Report`] and writes bytes; it decides nothing and knows nothing of scanning.

use crate::report::Report;
use std::io::{self, Write};

/// What the output may look like.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// Colours and bold, for a terminal.
    pub color: bool,
}

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
pub static REPORTS: &[&dyn ReportFormat] = &[];
