//! The plan: what a scan is to do, resolved and immutable. Data only; `cli` makes it, `scan` follows it.

use crate::detect::Settings;
use crate::formats::Passwords;
use crate::identifier::{DataIdentifier, Severity};
use crate::limits::Limits;
use crate::policy::Policy;
use crate::report::{Configuration, Gate};
use crate::suppression::Suppression;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Everything that `scan` needs to know.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is looked at.
    pub scope: Scope,
    /// What is looked for.
    pub identifiers: Vec<Arc<DataIdentifier>>,
    /// How matches are kept.
    pub settings: Settings,
    /// What may be spent on one file.
    pub limits: Limits,
    /// Which findings are hidden.
    pub suppressions: Vec<Suppression>,
    /// What holds for the files of some folders.
    pub policies: Vec<Policy>,
    /// Findings below it are not reported.
    pub minimum: Severity,
    /// What the result is held to.
    pub gate: Gate,
    /// Worker threads.
    pub threads: usize,
    /// This program, to be started for parsers that are not ours; without it they run in this process.
    pub reader: Option<PathBuf>,
    /// Passwords to try on encrypted archives and documents.
    pub passwords: Passwords,
    /// The settings as the report repeats them; nothing in it depends on the machine.
    pub configuration: Configuration,
}

/// What is looked at.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Folders, files, archives, or `-` for standard input; as typed.
    pub targets: Vec<OsString>,
    /// What of the targets is read.
    pub source: Source,
    /// When not empty, only files that one of them fits.
    pub include: Vec<Pattern>,
    /// Files that one of them fits are left out, whatever `include` says.
    pub exclude: Vec<Pattern>,
    /// When set, only files modified after it.
    pub newer_than: Option<SystemTime>,
    /// When set, only files modified before it.
    pub older_than: Option<SystemTime>,
    /// Smaller files are left out; in bytes.
    pub min_size: u64,
    /// When set, exactly these paths instead of targets; as listed.
    pub listed: Option<Vec<OsString>>,
    /// When set, only one part of everything: its number from 1, and of how many.
    pub shard: Option<(u32, u32)>,
    /// When set, only this share of everything, in percent.
    pub sample: Option<f64>,
}

/// What of the targets is read.
#[derive(Debug, Clone)]
pub enum Source {
    /// The files that lie there.
    Folders {
        /// Without what git ignores.
        gitignore: bool,
    },
    /// What is in the index of the repository around a target and not in its last commit.
    Staged {
        /// The index file, where a hook was told of another than the repository's own.
        index: Option<PathBuf>,
    },
    /// What the last commit adds to what it has in common with this revision.
    Since(String),
    /// Every content that the repository ever held; of all refs, or of a revision or range `A..B`.
    History(Option<String>),
}

impl Default for Source {
    fn default() -> Self {
        Self::Folders { gitignore: false }
    }
}

/// What a file's path must fit, and the words that said so.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As counts name it: `exclude *.log`.
    pub rule: String,
    /// The globs that it stands for.
    pub globs: globset::GlobSet,
}

impl Scope {
    /// The rule that leaves a file out by its path, if one does.
    pub fn leaves_out(&self, path: &Path) -> Option<&str> {
        if let Some(pattern) = self.exclude.iter().find(|pattern| pattern.globs.is_match(path)) {
            return Some(&pattern.rule);
        }
        let is_included = self.include.is_empty() || self.include.iter().any(|pattern| pattern.globs.is_match(path));
        (!is_included).then_some("include")
    }

    /// The rule that leaves a file out because another run, or none, is to look at it. It depends on the path as reported
    /// alone, so it is the same on every machine and in every run.
    pub fn leaves_to_others(&self, path: &[u8]) -> Option<String> {
        if let Some((part, of)) = self.shard
            && stable(b"shard", path) % u64::from(of) != u64::from(part - 1)
        {
            return Some(format!("shard {part}/{of}"));
        }
        let share = self.sample?;
        // A share of the whole range of numbers; a 53rd of a bit more or less is nobody's loss.
        #[allow(clippy::cast_precision_loss)]
        let at = stable(b"sample", path) as f64 / u64::MAX as f64 * 100.0;
        (at >= share).then(|| format!("sample {share}%"))
    }

    /// The rule that leaves a file out by its size or age, if one does. A file of unknown age is in scope.
    pub fn leaves_out_by(&self, size: u64, modified: Option<SystemTime>) -> Option<&'static str> {
        if size < self.min_size {
            return Some("min-file-size");
        }
        let modified = modified?;
        let is_old = self.newer_than.is_some_and(|bound| modified <= bound);
        let is_new = self.older_than.is_some_and(|bound| modified >= bound);
        is_old.then_some("newer-than").or(is_new.then_some("older-than"))
    }
}

/// A number that depends on these bytes alone, and is as good as random.
fn stable(purpose: &[u8], path: &[u8]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(purpose).update(&[0]).update(path);
    hasher.finalize().as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn shards_and_samples_are_stable_shares() {
        let paths: Vec<String> = (0..10_000).map(|n| format!("folder/{n}.txt")).collect();
        let kept = |scope: &Scope| paths.iter().filter(|p| scope.leaves_to_others(p.as_bytes()).is_none()).count();
        let shards: Vec<usize> = (1..=3).map(|n| kept(&Scope { shard: Some((n, 3)), ..Scope::default() })).collect();
        assert_eq!(shards.iter().sum::<usize>(), 10_000, "each file is in one of them");
        assert!(shards.iter().all(|n| (3_100..3_600).contains(n)), "{shards:?}");
        let sample = |share| kept(&Scope { sample: Some(share), ..Scope::default() });
        assert_eq!((sample(0.0), sample(100.0)), (0, 10_000));
        assert!((900..1_100).contains(&sample(10.0)));
        let small = Scope { sample: Some(10.0), ..Scope::default() };
        let large = Scope { sample: Some(20.0), ..Scope::default() };
        let in_small = paths.iter().filter(|p| small.leaves_to_others(p.as_bytes()).is_none());
        assert!(
            in_small.clone().all(|p| large.leaves_to_others(p.as_bytes()).is_none()),
            "a larger sample holds a smaller"
        );
    }
}
