//! The words of `tamis job`, `tamis findings` and of what `tamis init` writes for jobs, and where their files are.

use super::Environment;
use super::catalogue::Form;
use super::quantities::moment;
use crate::suppression::{Condition, Field, Kind, conditions};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::SystemTime;

/// The words of `tamis job`.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// Run a job if it is due, or all that are
    Run(JobRun),
    /// The jobs: when each ran last, what came of it, and when it runs next
    List {
        /// The configuration file [default: the nearest tamis.toml from the working folder upwards]
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// The findings store, if it is another than the jobs name
        #[arg(long, value_name = "FILE")]
        store: Option<PathBuf>,
        /// What goes to standard output
        #[arg(short, long, value_name = "F", default_value = "text")]
        format: Form,
    },
}

/// The words of `tamis job run`.
#[derive(Debug, Default, Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of its own.
pub struct JobRun {
    /// The job; all that are due without a name
    pub name: Option<String>,
    /// All jobs that are due
    #[arg(long, conflicts_with = "name")]
    pub all: bool,
    /// Whether they are due or not
    #[arg(long)]
    pub force: bool,
    /// The configuration file [default: the nearest tamis.toml from the working folder upwards]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The findings store, if it is another than the job names
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// Say nothing when all is well, and one line for each problem
    #[arg(short, long)]
    pub quiet: bool,
    /// Say on standard error what is read as what, and what is not read in full and why
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
}

impl JobRun {
    /// Those of them that are words of a scan.
    pub fn words(&self) -> Vec<OsString> {
        let mut words = Vec::new();
        words.extend(self.quiet.then(|| "--quiet".into()));
        words.extend(self.verbose.then(|| "--verbose".into()));
        words.extend(self.store.as_ref().map(|store| {
            let mut word = OsString::from("--store=");
            word.push(store);
            word
        }));
        words
    }
}

/// The words of `tamis findings`.
#[derive(Debug, Subcommand)]
pub enum FindingsCommand {
    /// The findings that are open
    List {
        /// Which.
        #[command(flatten)]
        choice: Choice,
        /// What goes to standard output
        #[arg(short, long, value_name = "F", default_value = "text")]
        format: Form,
    },
    /// All that is known of a finding
    Show {
        /// Its ID, or the beginning of it
        id: String,
        /// The findings store [default: tamis/findings.db in the folder for state]
        #[arg(long, value_name = "FILE")]
        store: Option<PathBuf>,
    },
    /// The findings that are open, in any form a report has
    Export {
        /// Which.
        #[command(flatten)]
        choice: Choice,
        /// What goes to standard output [default: json]
        #[arg(short, long, value_name = "F", value_parser = super::args::formats())]
        format: Option<String>,
        /// Write a report to a file instead; its extension picks the format; repeatable
        #[arg(short, long, value_name = "FILE")]
        output: Vec<OsString>,
    },
    /// Counts of each run
    Trend {
        /// The findings store [default: tamis/findings.db in the folder for state]
        #[arg(long, value_name = "FILE")]
        store: Option<PathBuf>,
        /// Only runs of this job
        #[arg(long, value_name = "NAME")]
        job: Option<String>,
        /// What goes to standard output
        #[arg(short, long, value_name = "F", default_value = "text")]
        format: Form,
    },
}

/// Which findings of the store.
#[derive(Debug, Args)]
pub struct Choice {
    /// The findings store [default: tamis/findings.db in the folder for state]
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// A criterion of suppression rules, as in `severity.description eq High,Medium`; repeatable, all must hold
    #[arg(long, value_name = "CRITERION")]
    pub filter: Vec<String>,
    /// Only findings of this job
    #[arg(long, value_name = "NAME")]
    pub job: Option<String>,
    /// Only findings first seen after this: a day, a time, or an age such as `7d`
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub since: Option<SystemTime>,
    /// Those that are resolved too
    #[arg(long)]
    pub all: bool,
    /// Policy findings instead: how files with findings are kept
    #[arg(long)]
    pub policy: bool,
}

/// What `tamis init` writes for jobs.
#[derive(Debug, Clone, Copy, Args)]
pub struct TimerArgs {
    /// Write crontab lines for the jobs into tamis.cron instead
    #[arg(long)]
    pub cron: bool,
    /// Write a systemd service and a timer for each job instead
    #[arg(long, conflicts_with = "cron")]
    pub systemd: bool,
}

/// Where states and the store are kept: `tamis` in the XDG folder for state.
pub fn state_folder(environment: Environment<'_>) -> Result<PathBuf> {
    let set = |name: &str| environment(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let Some(folder) = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state"))) else {
        bail!("neither HOME nor XDG_STATE_HOME is set; set one, or name files with --store and --state");
    };
    Ok(folder.join("tamis"))
}

/// Criteria as typed: `FIELD COMPARISON VALUE`, several values with commas between them. They are put to the parser of
/// suppression rules as TOML, so that both mean the same.
pub fn filters(words: &[String]) -> Result<Vec<Condition>> {
    let mut found = Vec::new();
    for word in words {
        let mut parts = word.trim().splitn(3, char::is_whitespace);
        let (Some(field), Some(comparison), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
            bail!("--filter {word}: must be a field, a comparison and a value, as in `severity.description eq High`");
        };
        let is_number = Field::ALL.iter().any(|known| known.name() == field && known.kind() == Kind::Number);
        let quote = |value: &str| {
            let value = value.trim();
            if is_number { value.to_owned() } else { serde_json::Value::from(value).to_string() }
        };
        let is_list = matches!(comparison, "eq" | "neq" | "eqExactMatch" | "glob");
        let values = if is_list {
            format!("[{}]", value.split(',').map(quote).collect::<Vec<_>>().join(", "))
        } else {
            quote(value)
        };
        let key = |text: &str| serde_json::Value::from(text).to_string();
        let toml = format!("[criteria]\n{}.{} = {values}\n", key(field), key(comparison));
        let read = conditions("--filter", &toml).map_err(|mistake| anyhow::anyhow!("{}", mistake.problem));
        found.extend(read.with_context(|| format!("--filter {word}"))?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::filters;

    fn read(text: &str) -> Result<usize, String> {
        filters(&[text.to_owned()]).map(|found| found.len()).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn filters_are_the_criteria_of_suppression_rules() {
        assert_eq!(read("severity.description eq High,Medium"), Ok(1));
        assert_eq!(read("severity.score gte 2"), Ok(1));
        assert_eq!(read("severity.score eq 2, 3"), Ok(1));
        assert_eq!(read("resourcesAffected.file.path glob hr/**"), Ok(1));
        assert_eq!(read("resourcesAffected.s3Object.key eq a b.txt"), Ok(1));
        assert_eq!(read("resourcesAffected.file.lastModified gt 2026-01-31"), Ok(1));
        for (wrong, part) in [
            ("severity", "a field, a comparison and a value"),
            ("severity.descripton eq High", "did you mean `severity.description`"),
            ("severity.description eq high", "Low, Medium, High"),
            ("severity.description like High", "no such comparison"),
            ("severity.score gt x", "whole number"),
            ("id eq \"\n[x]", ""),
        ] {
            assert!(
                read(wrong).is_ok() == part.is_empty() || read(wrong).unwrap_err().contains(part),
                "{wrong}: {:?}",
                read(wrong)
            );
        }
    }
}
