//! The progress bar: on standard error, and only when that is a terminal.

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tamis::scan::Progress;

/// Files and bytes so far; how many there will be is not known before the walk ends.
pub(crate) struct Bar {
    bar: Option<ProgressBar>,
    bytes: AtomicU64,
}

impl Bar {
    pub(crate) fn new(off: bool) -> Self {
        let bar = (!off && stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} files, {msg}, {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self { bar, bytes: AtomicU64::new(0) }
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn file(&self, size: u64) {
        if let Some(bar) = &self.bar {
            let bytes = self.bytes.fetch_add(size, Ordering::Relaxed) + size;
            bar.inc(1);
            bar.set_message(HumanBytes(bytes).to_string());
        }
    }
}
