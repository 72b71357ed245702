//! The words of the command line, as clap takes them.

use super::catalogue::{Form, IdentifiersCommand};
use super::inventory::InventoryArgs;
use super::nightly::{FindingsCommand, JobCommand};
use super::quantities::{duration, moment, percent, shard, size};
use super::reporting::ReportArgs;
use super::reveal::RevealArgs;
use super::setup::InitArgs;
use crate::identifier::Severity;
use crate::reports::REPORTS;
use clap::builder::PossibleValuesParser;
use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// Finds sensitive data in folders, files and archives, and says where it is.
#[derive(Debug, Parser)]
#[command(
    name = "tamis",
    version,
    max_term_width = 100,
    after_help = "Exit status: 0 done and the gate holds; 1 the gate failed (--fail-on); 2 wrong usage, nothing scanned; 3 something was not inspected in full (--strict); 4 an output could not be written; 130, 143 interrupted."
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Scan folders, files, archives, or `-` for standard input
    #[command(args_override_self = true)]
    Scan(Box<ScanArgs>),
    /// Jobs of the configuration file: scans that are due at their times
    Job {
        /// What to do with them.
        #[command(subcommand)]
        command: JobCommand,
    },
    /// The findings store: what was found, since when, and what is resolved
    Findings {
        /// What to show.
        #[command(subcommand)]
        command: FindingsCommand,
    },
    /// The data identifiers: what can be found
    Identifiers {
        /// What to show.
        #[command(subcommand)]
        command: IdentifiersCommand,
    },
    /// The configuration: what is in force, and whether a file is right
    Config {
        /// What to do with it.
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Saved results in another form: merged, held against an earlier one, or compared with it
    Report(ReportArgs),
    /// Write a commented starter configuration, tamis.toml, or the set-up of a hook or a CI, into the working folder
    Init(InitArgs),
    /// What is there, without reading it: objects and bytes by type and folder, what can be inspected and what not, who may
    /// read and write it, and an estimate of a full scan
    Inventory(InventoryArgs),
    /// Show what a finding of a saved result found: reads its file again if it is unchanged, and stores nothing
    Reveal(RevealArgs),
    /// The file formats that are read, their extensions, and the kind of place each gives
    Formats {
        /// What goes to standard output
        #[arg(short, long, value_name = "F", default_value = "text")]
        format: Form,
    },
    /// Write the completions for a shell to standard output
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page to standard output
    Man,
}

/// The words of `tamis config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// The settings in force for a scan with these flags, and where each came from
    Show {
        /// As JSON
        #[arg(long)]
        json: bool,
        /// The flags of the scan.
        #[command(flatten)]
        scan: Box<ScanArgs>,
    },
    /// Check a configuration and all files that it names; exit status 2 if something is wrong
    Check {
        /// The flags of the scan.
        #[command(flatten)]
        scan: Box<ScanArgs>,
    },
    /// The JSON Schema of tamis.toml, for editors
    Schema,
}

/// A severity as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// Score 1.
    Low,
    /// Score 2.
    Medium,
    /// Score 3.
    High,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
        }
    }
}

/// What messages on standard error are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

pub(super) fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(REPORTS.iter().map(|r| r.name()))
}

/// `--history` without a range: all refs.
pub(super) const ALL: &str = "all";

/// The words of `tamis scan`.
#[derive(Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of its own.
pub struct ScanArgs {
    /// Folders, files, archives, or `-` for standard input [default: the current folder]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<OsString>,
    /// What goes to standard output
    #[arg(short, long, value_name = "F", value_parser = formats())]
    pub format: Option<String>,
    /// Also write a report to a file; its extension picks the format, `FORMAT:FILE` overrides it; repeatable
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<OsString>,
    /// Exit 1 when a finding at or above this severity remains
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<Level>,
    /// Exit 3 when anything in scope could not be inspected in full
    #[arg(long)]
    pub strict: bool,
    /// Which identifiers: `recommended`, `all`, `none`, or a comma list of IDs, globs, categories and `-` exclusions
    #[arg(long, value_name = "SEL", default_value = "recommended", allow_hyphen_values = true)]
    pub identifiers: String,
    /// A file of custom identifiers; repeatable
    #[arg(long, value_name = "FILE")]
    pub custom: Vec<PathBuf>,
    /// An allow list: words one a line, or `regex:` lines; a match that is one of them is not reported; repeatable
    #[arg(long, value_name = "FILE")]
    pub allow: Vec<PathBuf>,
    /// Apply no suppression rule and no `tamis:allow` mark
    #[arg(long)]
    pub no_suppress: bool,
    /// Findings below this severity are not reported
    #[arg(long, value_name = "LEVEL")]
    pub min_severity: Option<Level>,
    /// Git: what is staged for the next commit, as a pre-commit hook needs it
    #[arg(long, conflicts_with_all = ["since", "history", "gitignore"])]
    pub staged: bool,
    /// Git: what the last commit adds to what it has in common with a revision, as a merge request shows it
    #[arg(long, value_name = "REV", conflicts_with_all = ["history", "gitignore"])]
    pub since: Option<String>,
    /// Git: everything that the repository ever held; of all refs, or with `--history=A..B` of a revision or range
    #[arg(
        long, value_name = "RANGE", num_args = 0..=1, require_equals = true, default_missing_value = ALL,
        conflicts_with = "gitignore"
    )]
    pub history: Option<String>,
    /// Leave out what git ignores
    #[arg(long)]
    pub gitignore: bool,
    /// An earlier JSON result: only what is not in it is reported and gated
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Exactly the paths in a file, one a line, or `-` for standard input; instead of targets
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["staged", "since", "history"])]
    pub files_from: Option<PathBuf>,
    /// The paths of --files-from are separated by NUL
    #[arg(short = '0', long)]
    pub null: bool,
    /// Only the I-th of N parts of the scope, which depend on the paths alone
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<(u32, u32)>,
    /// Only this share of the objects in percent, each read whole; chosen by their paths alone
    #[arg(long, value_name = "PCT", value_parser = percent)]
    pub sample: Option<f64>,
    /// Only files that fit a glob; repeatable
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// Leave out files and folders that fit a glob; wins over --include; repeatable
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Only files with this extension, without its dot; repeatable
    #[arg(long, value_name = "EXT", value_delimiter = ',')]
    pub include_ext: Vec<String>,
    /// Leave out files with this extension, without its dot; repeatable
    #[arg(long, value_name = "EXT", value_delimiter = ',')]
    pub exclude_ext: Vec<String>,
    /// Only files modified after this: a time such as 2026-01-31 or 2026-01-31T08:00:00Z in UTC, or an age such as `7d`
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub newer_than: Option<SystemTime>,
    /// Only files modified before this
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub older_than: Option<SystemTime>,
    /// Only files of at least this size
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub min_file_size: Option<u64>,
    /// Largest file on disk that is read [default: 8 GiB for zip and gzip, 20 GiB for text and tar]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_file_size: Option<u64>,
    /// Archive levels that are read; the outermost archive is level 1, a tar.gz is one level [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=10))]
    pub max_depth_archive: Option<u32>,
    /// Members read in one outermost archive [default: 1000000]
    #[arg(long, value_name = "N")]
    pub max_members: Option<u64>,
    /// Bytes extracted from one outermost archive, over all levels [default: 10 GiB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_extracted: Option<u64>,
    /// Bytes extracted from one member [default: 3 GiB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_member: Option<u64>,
    /// Extracted bytes for each byte of the outermost file, once over 64 MiB [default: 1000]
    #[arg(long, value_name = "N")]
    pub max_ratio: Option<u64>,
    /// Time for one outermost file, as in `30s` or `10m` [default: 10m]
    #[arg(long, value_name = "D", value_parser = duration)]
    pub timeout_per_file: Option<Duration>,
    /// Passwords, one a line, to try on encrypted archives and documents; they appear in no output
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Locations kept for each type in each object; all are counted
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub max_occurrences: usize,
    /// Exit 1 when a policy finding at or above this severity remains: a file with findings that is open to everyone, or
    /// against a [[policy]]
    #[arg(long, value_name = "LEVEL")]
    pub fail_on_policy: Option<Level>,
    /// Run a command when new findings appear, with the summary as JSON on its standard input; no shell, so write
    /// `sh -c '…'` for one
    #[arg(long, value_name = "CMD")]
    pub notify: Option<String>,
    /// Notify of findings at or above this severity only
    #[arg(long, value_name = "LEVEL", default_value = "medium")]
    pub notify_level: Level,
    /// What messages on standard error are: `text`, or `json` for one object a line
    #[arg(long, value_name = "F", default_value = "text")]
    pub log_format: LogFormat,
    /// Show matched text: it then stands in every output of this run
    #[arg(long)]
    pub reveal: bool,
    /// Read only what is new or changed since the last run with this file; findings in the rest are taken over from it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["reveal", "staged", "since", "history"])]
    pub state: Option<PathBuf>,
    /// Compare contents too, by hash, with what --state knows: reads every file once more
    #[arg(long)]
    pub rehash: bool,
    /// Record this run and its findings in a store, for `tamis findings` [default: none; jobs have one]
    #[arg(long, value_name = "FILE", conflicts_with = "reveal")]
    pub store: Option<PathBuf>,
    /// How long the store keeps what it saw last, as in `90d` [default: 90d]
    #[arg(long, value_name = "D", value_parser = duration)]
    pub retention: Option<Duration>,
    /// Worker threads [default: all cores]
    #[arg(short = 'j', long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// No summary and no progress; what `--format` and `--output` ask for is still written
    #[arg(short, long)]
    pub quiet: bool,
    /// Say on standard error what is read as what, and what is not read in full and why
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// The configuration file [default: the nearest tamis.toml from the working folder upwards]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
    /// No progress bar
    #[arg(long, action = ArgAction::SetTrue)]
    pub no_progress: bool,
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("must be a number from 1 to 1024".to_owned()),
        Ok(number) if number <= 1024 => Ok(number),
        Ok(_) => Err("must be a number from 1 to 1024".to_owned()),
    }
}
