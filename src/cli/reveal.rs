//! `tamis reveal`: the words, and how a finding of a saved result becomes a scan of its one file. Nothing is stored.

use super::{Environment, allow_lists, identifiers, passwords, settle_words};
use crate::artifact::ArtifactPath;
use crate::detect::Settings;
use crate::finding::Finding;
use crate::identifier::{DataIdentifier, Severity};
use crate::limits::Limits;
use crate::plan::{Plan, Scope};
use crate::report::{Configuration, Gate, Report};
use crate::reports::timestamp;
use crate::saved;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Samples of each type that are shown; Macie's number.
const MOST_SAMPLES: usize = 10;
/// Characters of a sample, the match and what stands around it; Macie's number.
const SAMPLE: usize = 128;

/// The words of `tamis reveal`.
#[derive(Debug, clap::Args)]
pub struct RevealArgs {
    /// The finding's id, or the beginning of it
    #[arg(value_name = "FINDING-ID")]
    pub id: String,
    /// The JSON result that has the finding [default: the findings store]
    #[arg(long, value_name = "RESULT", conflicts_with = "store")]
    pub from: Option<PathBuf>,
    /// The findings store [default: tamis/findings.db in the folder for state]
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// Show the data though standard output is no terminal
    #[arg(long)]
    pub yes_show_values: bool,
    /// A file of custom identifiers, as the scan had it; repeatable
    #[arg(long, value_name = "FILE")]
    pub custom: Vec<PathBuf>,
    /// An allow list, as the scan had it: a value that it allows is no sample; repeatable
    #[arg(long, value_name = "FILE")]
    pub allow: Vec<PathBuf>,
    /// The configuration file, for its allow lists [default: the nearest tamis.toml from the working folder upwards]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Passwords, one a line, to try on encrypted archives and documents
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

impl RevealArgs {
    /// Those of them that say which allow lists a scan has, as its words.
    fn words(&self) -> Vec<OsString> {
        let custom = self.custom.iter().map(|file| ("--custom", file));
        let allow = self.allow.iter().map(|file| ("--allow", file));
        let config = self.config.iter().map(|file| ("--config", file));
        custom.chain(allow).chain(config).flat_map(|(flag, file)| [flag.into(), file.into()]).collect()
    }
}

/// A finding to be looked at again.
pub struct Lookup {
    /// The scan of its file.
    pub plan: Plan,
    finding: Finding,
}

/// The finding of a saved result, and the targets of its scan.
pub fn of_result(args: &RevealArgs, result: &Path) -> Result<(Finding, Vec<String>)> {
    let report = saved::open(result, &identifiers(&args.custom)?)?;
    let finding = named(&report, &args.id).with_context(|| result.display().to_string())?;
    Ok((finding.clone(), report.targets))
}

/// Makes sure that a finding's file is still what it was, and says how to look at it again: with the allow lists that a scan
/// from this folder has, so that what these allow is no sample.
pub fn look_up(
    args: &RevealArgs,
    finding: Finding,
    targets: &[String],
    environment: Environment<'_>,
    folder: &Path,
) -> Result<Lookup> {
    let known = identifiers(&args.custom)?;
    let settled = settle_words(args.words(), environment, folder)?;
    let artifact = &finding.classification.artifact;
    if artifact.path.file == b"-" {
        bail!("finding {}: was in standard input, which cannot be read again", finding.id);
    }
    let on_disk = artifact.container.as_deref().unwrap_or(artifact);
    let place = place(targets, &artifact.path);
    unchanged(&place, on_disk.size, on_disk.modified)?;
    let found: Vec<&str> = finding.classification.detections.iter().map(|d| d.identifier.id.as_str()).collect();
    let chosen: Vec<Arc<DataIdentifier>> = known.into_iter().filter(|i| found.contains(&i.id.as_str())).collect();
    for id in &found {
        if !chosen.iter().any(|identifier| identifier.id == *id) {
            bail!("{id}: is no identifier of this program; name the scan's file of custom identifiers with --custom");
        }
    }
    let plan = Plan {
        scope: Scope { targets: vec![place.into()], ..Scope::default() },
        identifiers: chosen,
        settings: Settings {
            max_occurrences: MOST_SAMPLES,
            reveal: true,
            context: SAMPLE,
            allow: allow_lists::of(&settled, &identifiers(&settled.args.custom)?)?,
            inline_marks: !settled.args.no_suppress,
            ..Settings::default()
        },
        limits: Limits::default(),
        suppressions: Vec::new(),
        policies: Vec::new(),
        minimum: Severity::Low,
        gate: Gate::default(),
        threads: 1,
        reader: std::env::current_exe().ok(),
        passwords: passwords(args.password_file.as_deref())?,
        configuration: Configuration::new(),
    };
    Ok(Lookup { plan, finding })
}

/// The one finding with this id, or one that begins so.
fn named<'r>(report: &'r Report, id: &str) -> Result<&'r Finding> {
    let wanted = id.to_ascii_lowercase();
    let mut fitting = report.findings.iter().filter(|finding| finding.id.starts_with(&wanted));
    match (fitting.next(), fitting.next()) {
        (Some(finding), None) if wanted.len() >= 6 => Ok(finding),
        (Some(_), Some(_)) => bail!("{id}: several findings begin so; write more of the id"),
        (Some(_), None) => bail!("{id}: too short; write six digits of the id at least"),
        (None, _) => bail!("{id}: no finding has this id"),
    }
}

/// Where a path of a result is on disk: below its one target, or from the working folder when there were several.
fn place(targets: &[String], path: &ArtifactPath) -> PathBuf {
    #[cfg(unix)]
    let below = PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(&path.file));
    #[cfg(not(unix))]
    let below = PathBuf::from(String::from_utf8_lossy(&path.file).into_owned());
    match targets {
        [target] if Path::new(target).is_dir() => Path::new(target).join(below),
        [target] => target.into(),
        _ => below,
    }
}

fn unchanged(place: &Path, size: u64, modified: Option<std::time::SystemTime>) -> Result<()> {
    let shown = place.display();
    let now = std::fs::metadata(place)
        .with_context(|| format!("{shown}: cannot be read; call from the folder from which it was scanned"))?;
    // Results hold milliseconds.
    let same = modified.is_none() || modified.and_then(timestamp) == now.modified().ok().and_then(timestamp);
    if now.len() != size || !same {
        bail!("{shown}: has changed since the scan; scan it again, and reveal a finding of that result");
    }
    Ok(())
}

/// The samples of the finding, by type; none when the scan no longer finds it.
pub fn samples(lookup: &Lookup, report: &Report) -> Option<String> {
    let wanted = &lookup.finding.classification.artifact.path;
    let same = |finding: &&Finding| {
        let found = &finding.classification.artifact.path;
        let renamed = ArtifactPath { file: wanted.file.clone(), ..found.clone() };
        Finding::id_of(&renamed) == lookup.finding.id
    };
    let finding = report.findings.iter().find(same)?;
    let mut out = String::new();
    for detection in &finding.classification.detections {
        crate::reports::samples(detection, &mut out);
    }
    let _ = writeln!(out, "Nothing of this was stored.");
    Some(out)
}
