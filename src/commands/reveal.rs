//! `tamis reveal`: the data of one finding, on a terminal, from the object itself.

use super::findings::named;
use super::{USAGE, print};
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use anyhow::{Context, Result, bail};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use tamis::cli::{self, RevealArgs};
use tamis::finding::Finding;

/// Looks the finding up, scans its file again, and shows samples.
pub(crate) fn run(args: &RevealArgs) -> Result<ExitCode> {
    if !args.yes_show_values && !io::stdout().is_terminal() {
        bail!(
            "standard output is no terminal, and what it is written to would hold the data; --yes-show-values if that is meant"
        );
    }
    let (finding, targets) = match &args.from {
        Some(result) => cli::of_result(args, result)?,
        None => of_store(args)?,
    };
    let folder = std::env::current_dir().context("the working folder")?;
    let lookup = cli::look_up(args, finding, &targets, &|name| std::env::var_os(name), &folder)?;
    let interrupt = Interrupt::install().context("signals cannot be caught")?;
    let open_stream = |path: Option<&Path>| interrupt.stream(path);
    let bar = Bar::quiet();
    let report = tamis::scan::scan(&lookup.plan, None, &open_stream, interrupt.flag(), &bar)?;
    let Some(samples) = cli::samples(&lookup, &report) else {
        let _ = writeln!(
            io::stderr(),
            "tamis: the object is unchanged, yet nothing is found in it; was it scanned with other identifiers or allow lists?"
        );
        return Ok(ExitCode::from(USAGE));
    };
    Ok(print(samples.as_bytes()))
}

/// The finding of the store, and the targets of the run that saw it last.
fn of_store(args: &RevealArgs) -> Result<(Finding, Vec<String>)> {
    if args.id.len() < 6 {
        bail!("{}: too short; write six digits of the id at least", args.id);
    }
    let mut found = named(&args.id, args.store.as_deref(), &args.custom)?;
    // Two series may have looked at one object: what the later one saw is nearer to what is there.
    found.sort_by_key(|stored| stored.last_seen);
    let latest = found.pop().with_context(|| format!("{}: no finding has this ID", args.id))?;
    Ok((latest.finding, latest.targets))
}
