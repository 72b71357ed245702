//! How a scan is getting on, on standard error: the progress bar on a terminal, or with `--verbose` what is read as what
//! and what is not. Paths, names of formats and reasons; never content.

#![allow(clippy::print_stderr)]

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tamis::artifact::ArtifactPath;
use tamis::reports::printable::printable;
use tamis::scan::Progress;
use tamis::status::Status;

/// Files and bytes so far; how many there will be is not known before the walk ends.
pub(crate) struct Bar {
    line: Option<ProgressBar>,
    bytes: AtomicU64,
    is_verbose: bool,
}

impl Bar {
    pub(crate) fn new(off: bool, is_verbose: bool) -> Self {
        // Lines and a bar would overwrite each other.
        let bar = (!off && !is_verbose && stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} files, {msg}, {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self { line: bar, bytes: AtomicU64::new(0), is_verbose }
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.line {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn file(&self, size: u64) {
        if let Some(bar) = &self.line {
            let bytes = self.bytes.fetch_add(size, Ordering::Relaxed) + size;
            bar.inc(1);
            bar.set_message(HumanBytes(bytes).to_string());
        }
    }

    fn reading(&self, path: &ArtifactPath, format: &str) {
        if self.is_verbose {
            say(path, &format!("read as {format}"));
        }
    }

    fn gap(&self, path: &ArtifactPath, status: &Status) {
        let Some(reason) = status.reason().filter(|_| self.is_verbose) else { return };
        let detail = if status.detail().is_empty() { String::new() } else { format!(": {}", status.detail()) };
        say(path, &format!("{} {}{detail}", status.code(), reason.code()));
    }
}

/// One line, written at once: lines of several workers do not mix.
fn say(path: &ArtifactPath, text: &str) {
    let file = [path.file.clone()].into_iter().chain(path.embedded()).collect::<Vec<_>>().join(&b"!/"[..]);
    let line = format!("tamis: {}: {text}", String::from_utf8_lossy(&file));
    let _ = stderr().write_all(format!("{}\n", printable(&line)).as_bytes());
}
