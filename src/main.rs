//! The command: parse, dispatch, exit. With `commands/` the only place that prints, exits, and reads the environment.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod commands;
mod interrupt;
mod progress;

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches};
use commands::{NOT_WRITTEN, USAGE, complain, print, settled};
use std::io::{self, Write};
use std::process::ExitCode;
use tamis::cli::{self, Args, Command, OutputError};
use tamis::open::worker;

fn main() -> ExitCode {
    // A panic's message may quote what it choked on: only its place is told.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
        let _ = writeln!(io::stderr(), "tamis: internal error at {place}");
    }));
    if std::env::args_os().nth(1).is_some_and(|argument| argument == worker::ARGUMENT) {
        return read_for_a_scan();
    }
    let matches = Args::command().get_matches();
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let words = matches.subcommand().map_or(&matches, |(_, words)| words);
    let outcome = match args.command {
        Command::Scan(_) => settled(words).and_then(|settled| commands::scan::run(&settled)),
        Command::Config { command } => commands::config::run(&command, words),
        Command::Report(args) => commands::report::run(&args),
        Command::Init(args) => commands::init::run(&args),
        Command::Job { command } => commands::job::run(&command),
        Command::Findings { command } => commands::findings::run(&command),
        Command::Identifiers { command } => commands::identifiers::run(&command),
        Command::Inventory(args) => commands::inventory::run(&args),
        Command::Reveal(args) => commands::reveal::run(&args),
        Command::Formats { format } => Ok(print(cli::formats(format).as_bytes())),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "tamis", &mut script);
            Ok(print(&script))
        }
        Command::Man => manual(),
    };
    outcome.unwrap_or_else(|error| {
        complain(&error);
        let unwritable = error.downcast_ref::<OutputError>().is_some_and(|e| matches!(e, OutputError::NoFolder(_)));
        ExitCode::from(if unwritable { NOT_WRITTEN } else { USAGE })
    })
}

/// This process is a reader of another's scan.
fn read_for_a_scan() -> ExitCode {
    // A scan that is killed takes its readers with it.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    worker::serve(io::stdin(), io::stdout());
    ExitCode::SUCCESS
}

fn manual() -> Result<ExitCode> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Args::command()).render(&mut page)?;
    Ok(print(&page))
}
