//! The words of `tamis report`.

use super::args::{Color, Level, formats};
use std::ffi::OsString;
use std::path::PathBuf;

/// The words of `tamis report`.
#[derive(Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of its own.
pub struct ReportArgs {
    /// Results that --format json or jsonl wrote, or `-` for standard input; several are merged
    #[arg(value_name = "RESULT", required_unless_present = "trend")]
    pub results: Vec<PathBuf>,
    /// What goes to standard output; with --diff text, json or markdown
    #[arg(short, long, value_name = "F", value_parser = formats())]
    pub format: Option<String>,
    /// Also write a report to a file; its extension picks the format, `FORMAT:FILE` overrides it; repeatable
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<OsString>,
    /// An earlier JSON result: only what is not in it is reported and gated
    #[arg(long, value_name = "OLD")]
    pub baseline: Option<PathBuf>,
    /// Say what is new, gone and unchanged between two results, the older one first
    #[arg(long, conflicts_with = "baseline")]
    pub diff: bool,
    /// Counts of each run that the findings store knows, in text or json
    #[arg(long, conflicts_with_all = ["results", "diff", "baseline", "output", "fail_on", "strict", "min_severity"])]
    pub trend: bool,
    /// With --trend: the findings store [default: tamis/findings.db in the folder for state]
    #[arg(long, value_name = "FILE", requires = "trend")]
    pub store: Option<PathBuf>,
    /// With --trend: only runs of this job
    #[arg(long, value_name = "NAME", requires = "trend")]
    pub job: Option<String>,
    /// Exit 1 when a finding at or above this severity remains; with --diff a new one
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<Level>,
    /// Exit 3 when anything in scope could not be inspected in full
    #[arg(long)]
    pub strict: bool,
    /// Findings below this severity are not reported
    #[arg(long, value_name = "LEVEL")]
    pub min_severity: Option<Level>,
    /// No summary; what `--format` and `--output` ask for is still written
    #[arg(short, long)]
    pub quiet: bool,
    /// Also list what rules hid and what the baseline knows
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}
