//! `tamis reveal`: the data of one finding, on a terminal, from the object itself.

use super::{USAGE, print};
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use anyhow::{Context, Result};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use tamis::cli::{self, RevealArgs};

/// Looks the finding up, scans its file again, and shows samples.
pub(crate) fn run(args: &RevealArgs) -> Result<ExitCode> {
    if !args.yes_show_values && !io::stdout().is_terminal() {
        anyhow::bail!(
            "standard output is no terminal, and what it is written to would hold the data; --yes-show-values if that is meant"
        );
    }
    let lookup = cli::look_up(args)?;
    let interrupt = Interrupt::install().context("signals cannot be caught")?;
    let open_stream = |path: Option<&Path>| interrupt.stream(path);
    let bar = Bar::quiet();
    let report = tamis::scan::scan(&lookup.plan, None, &open_stream, interrupt.flag(), &bar)?;
    let Some(samples) = cli::samples(&lookup, &report) else {
        let _ = writeln!(
            io::stderr(),
            "tamis: the object is unchanged, yet nothing is found in it; was it scanned with other identifiers?"
        );
        return Ok(ExitCode::from(USAGE));
    };
    Ok(print(samples.as_bytes()))
}
