//! The commands that do more than print one page: one file each. What they share about the terminal and exit statuses is here.
//!
//! They know what to call and what to print; how anything is done is the library's.

pub(crate) mod config;
mod delivery;
pub(crate) mod findings;
pub(crate) mod identifiers;
pub(crate) mod init;
pub(crate) mod inventory;
pub(crate) mod job;
pub(crate) mod notify;
pub(crate) mod report;
pub(crate) mod reveal;
pub(crate) mod scan;

use anyhow::{Context, Result};
use clap::ArgMatches;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::SystemTime;
use tamis::cli::{self, Settled};
use tamis::reports::printable::printable;

/// Wrong usage, a bad config or identifier file, or a target that cannot be read at all.
pub(crate) const USAGE: u8 = 2;
/// What `--fail-on` names was found, or an example failed.
pub(crate) const GATE_FAILED: u8 = 1;
/// Something was not inspected in full, under `--strict`.
pub(crate) const NOT_IN_FULL: u8 = 3;
/// An output could not be written.
pub(crate) const NOT_WRITTEN: u8 = 4;

/// One line on standard error; names of files may hold anything, so what could steer a terminal is escaped.
pub(crate) fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr(), "tamis: {}", printable(&format!("{error:#}")));
}

/// What is in force for a scan with these words.
pub(crate) fn settled(words: &ArgMatches) -> Result<Settled> {
    let folder = std::env::current_dir().context("the working folder")?;
    cli::settle(words, &|name| std::env::var_os(name), &folder)
}

/// What is in force for a scan with these words, of a command that is none.
pub(crate) fn settled_as_with(words: Vec<OsString>) -> Result<Settled> {
    let folder = std::env::current_dir().context("the working folder")?;
    cli::settle_words(words, &|name| std::env::var_os(name), &folder)
}

/// What time it is. A program that is built for tests can be told to be ahead of the clock, by seconds.
pub(crate) fn now() -> SystemTime {
    let now = SystemTime::now();
    #[cfg(debug_assertions)]
    if let Some(ahead) = std::env::var("TAMIS_TEST_SECONDS_AHEAD").ok().and_then(|seconds| seconds.parse().ok()) {
        return now + std::time::Duration::from_secs(ahead);
    }
    now
}

/// A reader that went away is no error.
pub(crate) fn quietly(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes to standard output.
pub(crate) fn print(text: &[u8]) -> ExitCode {
    match quietly(io::stdout().write_all(text).and_then(|()| io::stdout().flush())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "tamis: writing to standard output: {error}");
            ExitCode::from(NOT_WRITTEN)
        }
    }
}
