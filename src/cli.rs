//! What the user may type, and how it becomes a plan. Every default is here or in the nouns that it fills.
//!
//! Parsing decides nothing about scanning; what is wrong with the words typed is said here, before anything is read.

mod args;
mod catalogue;
mod format_list;
mod outputs;
mod quantities;
mod verdicts;
mod words;

pub use args::{Args, Color, Command, ScanArgs};
pub use catalogue::{Form, IdentifiersCommand, ListArgs, TestArgs, list, show};
pub use format_list::formats;
pub use outputs::{Output, OutputError, outputs, write_file};
pub use verdicts::test;

use crate::detect::Settings;
use crate::formats::Passwords;
use crate::identifier::{self, DataIdentifier, Severity};
use crate::limits::Limits;
use crate::plan::{Plan, Scope};
use crate::report::Configuration;
use anyhow::{Context, Result, bail};
use globset::{Glob, GlobSet, GlobSetBuilder};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All identifiers that can be named: the managed ones, and those of custom files.
pub fn identifiers(custom: &[PathBuf]) -> Result<Vec<Arc<DataIdentifier>>> {
    let mut all = identifier::managed().context("a managed identifier is broken; this is a bug, please report it")?;
    for path in custom {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("--custom {}: cannot be read; check the path", path.display()))?;
        let more = identifier::custom(&path.display().to_string(), &text, &all)?;
        all.extend(more);
    }
    all.sort();
    Ok(all)
}

/// The plan that the words typed ask for. `fingerprint_key` is the user's secret key, if there is one.
pub fn plan(args: &ScanArgs, fingerprint_key: Option<&str>) -> Result<Plan> {
    let all = identifiers(&args.custom)?;
    let identifiers = identifier::select(&all, &args.identifiers).context("--identifiers")?;
    if identifiers.is_empty() {
        bail!("--identifiers {}: leaves nothing to look for; name some, or add --custom FILE", args.identifiers);
    }
    let targets = if args.targets.is_empty() { vec![".".into()] } else { args.targets.clone() };
    let limits = limits(args);
    let key = fingerprint_key.map(|key| blake3::derive_key("tamis fingerprint v1", key.as_bytes()));
    let minimum = args.min_severity.map_or(Severity::Low, Into::into);
    Ok(Plan {
        configuration: configuration(args, &limits, minimum, key.is_some()),
        scope: Scope {
            targets,
            include: globs("--include", &args.include)?,
            exclude: globs("--exclude", &args.exclude)?,
        },
        identifiers,
        settings: Settings { max_occurrences: args.max_occurrences, reveal: args.reveal, fingerprint_key: key },
        limits,
        minimum,
        reader: std::env::current_exe().ok(),
        passwords: passwords(args.password_file.as_deref())?,
        threads: args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
    })
}

/// The passwords of a file, one a line; an error names the file and none of them.
fn passwords(file: Option<&Path>) -> Result<Passwords> {
    let Some(file) = file else { return Ok(Passwords::default()) };
    let bytes = std::fs::read(file)
        .with_context(|| format!("--password-file {}: cannot be read; check the path", file.display()))?;
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    Ok(Passwords::new(lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()))
}

fn limits(args: &ScanArgs) -> Limits {
    let default = Limits::default();
    Limits {
        depth: args.max_depth_archive.unwrap_or(default.depth),
        members: args.max_members.unwrap_or(default.members),
        extracted: args.max_extracted.unwrap_or(default.extracted),
        member: args.max_member.unwrap_or(default.member),
        file_size: args.max_file_size,
        ratio: args.max_ratio.unwrap_or(default.ratio),
        time: args.timeout_per_file.unwrap_or(default.time),
    }
}

/// The settings as the report repeats them. The number of threads is not among them: it changes nothing.
fn configuration(args: &ScanArgs, limits: &Limits, minimum: Severity, keyed: bool) -> Configuration {
    let paths = |paths: &[PathBuf]| paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>();
    let entries = [
        ("fingerprintAlgorithm", json!("v1")),
        ("fingerprintKeyed", json!(keyed)),
        ("identifiers", json!(args.identifiers)),
        ("custom", json!(paths(&args.custom))),
        ("include", json!(args.include)),
        ("exclude", json!(args.exclude)),
        ("minSeverity", json!(minimum.word())),
        ("maxOccurrences", json!(args.max_occurrences)),
        ("maxDepthArchive", json!(limits.depth)),
        ("maxMembers", json!(limits.members)),
        ("maxExtracted", json!(limits.extracted)),
        ("maxMember", json!(limits.member)),
        ("maxRatio", json!(limits.ratio)),
        ("maxFileSize", json!(limits.file_size)),
        ("timeoutPerFileSeconds", json!(limits.time.as_secs_f64())),
    ];
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn globs(flag: &str, patterns: &[String]) -> Result<Option<GlobSet>> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = |p: &str| Glob::new(p).with_context(|| format!("{flag} {pattern}: not a glob"));
        set.add(glob(pattern)?);
        // As in ripgrep, a glob without a slash fits the name at any depth.
        if !pattern.contains('/') {
            set.add(glob(&format!("**/{pattern}"))?);
            set.add(glob(&format!("**/{pattern}/**"))?);
        }
    }
    Ok(Some(set.build().with_context(|| flag.to_owned())?))
}
