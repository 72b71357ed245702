//! The plan: what a scan is to do, resolved and immutable. Data only; `cli` makes it, `scan` follows it.

use crate::detect::Settings;
use crate::formats::Passwords;
use crate::identifier::{DataIdentifier, Severity};
use crate::limits::Limits;
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
