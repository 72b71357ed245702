//! The plan: what a scan is to do, resolved and immutable. Data only; `cli` makes it, `scan` follows it.

use crate::detect::Settings;
use crate::formats::Passwords;
use crate::identifier::{DataIdentifier, Severity};
use crate::limits::Limits;
use crate::report::Configuration;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

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
    /// Findings below it are not reported.
    pub minimum: Severity,
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
    /// When not empty, only files that one of them matches.
    pub include: Option<globset::GlobSet>,
    /// Files that one of them matches are left out, whatever `include` says.
    pub exclude: Option<globset::GlobSet>,
}
