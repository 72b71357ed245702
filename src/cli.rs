//! What the user may type, and how it becomes a plan. Every default is here or in the nouns that it fills.
//!
//! Parsing decides nothing about scanning; what is wrong with the words typed is said here, before anything is read.

mod allow_lists;
mod args;
mod catalogue;
mod format_list;
mod imported;
mod inventory;
mod nightly;
mod notification;
mod outputs;
mod quantities;
mod record_list;
mod reporting;
mod reveal;
mod settled;
mod setup;
mod timers;
mod verdicts;
mod words;

pub use args::{Args, Color, Command, ConfigCommand, Level, LogFormat, ScanArgs};
pub use catalogue::{Form, IdentifiersCommand, ListArgs, TestArgs, list, show};
pub use format_list::formats;
pub use imported::{Import, import};
pub use inventory::{InventoryArgs, take_inventory};
pub use nightly::{Choice, FindingsCommand, JobCommand, JobRun, TimerArgs, filters, state_folder};
pub use notification::command_words;
pub use outputs::{Output, OutputError, outputs, write_bytes, write_file};
pub use record_list::{JobRow, finding_list, finding_page, job_list, policy_list, trend, wall_clock};
pub use reporting::ReportArgs;
pub use reveal::{Lookup, RevealArgs, look_up, of_result, samples};
pub use settled::{Environment, Settled, jobs, schema, settle, settle_job, settle_words, show as show_settings};
pub use setup::{InitArgs, init};
pub use timers::timers;
pub use verdicts::test;

use crate::detect::Settings;
use crate::formats::Passwords;
use crate::identifier::{self, DataIdentifier, Severity};
use crate::limits::Limits;
use crate::plan::{Pattern, Plan, Scope, Source};
use crate::report::{Configuration, Gate};
use anyhow::{Context, Result, anyhow, bail};
use globset::{Glob, GlobSetBuilder};
use serde_json::json;
use std::collections::HashSet;
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All identifiers that can be named: the managed ones, and those of custom files.
pub fn identifiers(custom: &[PathBuf]) -> Result<Vec<Arc<DataIdentifier>>> {
    let mut all = identifier::managed().context("a managed identifier is broken; this is a bug, please report it")?;
    for path in custom {
        let text = read_text("--custom", path)?;
        let more = identifier::custom(&path.display().to_string(), &text, &all)?;
        all.extend(more);
    }
    all.sort();
    Ok(all)
}

/// A user's file, whole.
fn read_text(flag: &str, path: &Path) -> Result<String> {
    let bytes =
        std::fs::read(path).with_context(|| format!("{flag} {}: cannot be read; check the path", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(valid).filter(|b| **b == b'\n').count() + 1;
        anyhow!("{flag} {}:{line}: is not UTF-8; save it as UTF-8", path.display())
    })
}

/// The plan that what is in force asks for. `fingerprint_key` is the user's secret key, if there is one.
pub fn plan(settled: &Settled, fingerprint_key: Option<&str>) -> Result<Plan> {
    let args = &settled.args;
    let all = identifiers(&args.custom)?;
    let identifiers = identifier::select(&all, &args.identifiers).context("--identifiers")?;
    if identifiers.is_empty() {
        bail!("--identifiers {}: leaves nothing to look for; name some, or add --custom FILE", args.identifiers);
    }
    countable(&identifiers)?;
    let listed = listed(args)?;
    let targets = match (&listed, args.targets.as_slice()) {
        (Some(_), []) => Vec::new(),
        (Some(_), _) => bail!("--files-from: names the paths already; leave out the targets"),
        (None, []) => vec![".".into()],
        (None, targets) => targets.to_vec(),
    };
    let limits = limits(args);
    let key = fingerprint_key.map(|key| blake3::derive_key("tamis fingerprint v1", key.as_bytes()));
    let minimum = args.min_severity.map_or(Severity::Low, Into::into);
    Ok(Plan {
        configuration: configuration(settled, &limits, minimum, key.is_some()),
        scope: Scope { listed, ..scope(args, targets)? },
        suppressions: settled
            .config
            .iter()
            .filter(|_| !args.no_suppress)
            .flat_map(|c| c.suppressions.clone())
            .collect(),
        policies: settled.config.iter().flat_map(|c| c.policies.clone()).collect(),
        identifiers,
        settings: Settings {
            max_occurrences: args.max_occurrences,
            reveal: args.reveal,
            context: 0,
            fingerprint_key: key,
            allow: allow_lists::of(settled, &all)?,
            inline_marks: !args.no_suppress,
        },
        limits,
        minimum,
        gate: Gate {
            fail_on: args.fail_on.map(Into::into),
            fail_on_policy: args.fail_on_policy.map(Into::into),
            strict: args.strict,
        },
        reader: std::env::current_exe().ok(),
        passwords: passwords(args.password_file.as_deref())?,
        threads: args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
    })
}

/// The engine numbers patterns and keywords with sixteen bits.
fn countable(identifiers: &[Arc<DataIdentifier>]) -> Result<()> {
    const MOST: usize = 60_000;
    let patterns: usize = identifiers.iter().map(|i| i.patterns.len()).sum();
    // Only where there may be too many it is asked how many differ.
    let mut keywords: usize = identifiers.iter().map(|i| i.keywords.len()).sum();
    if keywords > MOST {
        keywords = identifiers.iter().flat_map(|i| i.keywords.iter()).collect::<HashSet<_>>().len();
    }
    for (what, count) in [("patterns", patterns), ("different keywords", keywords)] {
        if count > MOST {
            bail!(
                "{count} {what} are more than the {MOST} of one scan; choose fewer with --identifiers, or scan twice"
            );
        }
    }
    Ok(())
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
fn configuration(settled: &Settled, limits: &Limits, minimum: Severity, keyed: bool) -> Configuration {
    let args = &settled.args;
    let paths = |paths: &[PathBuf]| paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>();
    let entries = [
        ("fingerprintAlgorithm", json!("v1")),
        ("fingerprintKeyed", json!(keyed)),
        ("identifiers", json!(args.identifiers)),
        ("custom", json!(paths(&args.custom))),
        ("config", json!(settled.config.as_ref().map(|config| &config.file))),
        ("allow", json!(paths(&args.allow))),
        ("noSuppress", json!(args.no_suppress)),
        ("staged", json!(args.staged)),
        ("since", json!(args.since)),
        ("history", json!(args.history)),
        ("gitignore", json!(args.gitignore)),
        ("include", json!(args.include)),
        ("exclude", json!(args.exclude)),
        ("includeExt", json!(args.include_ext)),
        ("excludeExt", json!(args.exclude_ext)),
        ("newerThan", json!(args.newer_than.map(|t| humantime::format_rfc3339_seconds(t).to_string()))),
        ("olderThan", json!(args.older_than.map(|t| humantime::format_rfc3339_seconds(t).to_string()))),
        ("minFileSize", json!(args.min_file_size)),
        ("filesFrom", json!(args.files_from.as_ref().map(|path| path.display().to_string()))),
        ("shard", json!(args.shard.map(|(part, of)| format!("{part}/{of}")))),
        ("sample", json!(args.sample)),
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

/// The paths of `--files-from`, each as listed.
fn listed(args: &ScanArgs) -> Result<Option<Vec<OsString>>> {
    let Some(file) = &args.files_from else { return Ok(None) };
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    let bytes = bytes.with_context(|| format!("--files-from {}: cannot be read; check the path", file.display()))?;
    let end = if args.null { b'\0' } else { b'\n' };
    let lines = bytes.split(|byte| *byte == end);
    let lines = lines.map(|line| if args.null { line } else { line.strip_suffix(b"\r").unwrap_or(line) });
    Ok(Some(lines.filter(|line| !line.is_empty()).map(path_of).collect()))
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> OsString {
    let text: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    text.to_owned()
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// What is looked at: each glob and each extension is a rule that is counted by itself.
fn scope(args: &ScanArgs, targets: Vec<std::ffi::OsString>) -> Result<Scope> {
    let patterns = |word: &str, globs: &[String], extensions: &[String]| -> Result<Vec<Pattern>> {
        let by_glob = globs.iter().map(|glob| pattern(word, glob));
        let by_extension = extensions.iter().map(|extension| {
            let bare = extension.trim_start_matches('.');
            let rule = format!("{word}-ext {bare}");
            let glob = Glob::new(&format!("**/*.{}", globset::escape(bare)));
            let globs = glob.and_then(|glob| GlobSetBuilder::new().add(glob).build());
            Ok(Pattern { globs: globs.with_context(|| format!("--{rule}"))?, rule })
        });
        by_glob.chain(by_extension).collect()
    };
    Ok(Scope {
        source: source(args, &targets)?,
        targets,
        include: patterns("include", &args.include, &args.include_ext)?,
        exclude: patterns("exclude", &args.exclude, &args.exclude_ext)?,
        newer_than: args.newer_than,
        older_than: args.older_than,
        min_size: args.min_file_size.unwrap_or(0),
        listed: None,
        shard: args.shard.filter(|(_, of)| *of > 1),
        sample: args.sample.filter(|share| *share < 100.0),
    })
}

/// What of the targets is read.
fn source(args: &ScanArgs, targets: &[std::ffi::OsString]) -> Result<Source> {
    let source = match (&args.since, &args.history) {
        _ if args.staged => Source::Staged { index: None },
        (Some(revision), _) => Source::Since(revision.clone()),
        (None, Some(range)) => Source::History(Some(range.clone()).filter(|range| range != args::ALL)),
        (None, None) => return Ok(Source::Folders { gitignore: args.gitignore }),
    };
    if targets.iter().any(|target| target == "-") {
        bail!("--staged, --since and --history read a repository, and `-` is none; name a folder");
    }
    Ok(source)
}

fn pattern(word: &str, pattern: &str) -> Result<Pattern> {
    let mut set = GlobSetBuilder::new();
    let glob = |p: &str| Glob::new(p).with_context(|| format!("--{word} {pattern}: not a glob"));
    set.add(glob(pattern)?);
    // As in ripgrep, a glob without a slash fits the name at any depth.
    if !pattern.contains('/') {
        set.add(glob(&format!("**/{pattern}"))?);
        set.add(glob(&format!("**/{pattern}/**"))?);
    }
    let globs = set.build().with_context(|| format!("--{word}"))?;
    Ok(Pattern { rule: format!("{word} {pattern}"), globs })
}
