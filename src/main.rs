//! The command: parse, plan, scan, write, exit. The only file that prints, exits, and reads the environment.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod interrupt;
mod progress;

use anyhow::{Context, Result};
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use interrupt::Interrupt;
use progress::Bar;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use tamis::cli::{self, Args, Color, Command, ConfigCommand, IdentifiersCommand, OutputError, ScanArgs, Settled};
use tamis::identifier::Severity;
use tamis::open::worker;
use tamis::report::Report;
use tamis::reports::printable::printable;
use tamis::reports::{self, Style};

/// Wrong usage, a bad config or identifier file, or a target that cannot be read at all.
const USAGE: u8 = 2;
const GATE_FAILED: u8 = 1;
const NOT_IN_FULL: u8 = 3;
const NOT_WRITTEN: u8 = 4;

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
        Command::Scan(_) => settled(words).and_then(|settled| scan(&settled)),
        Command::Config { command } => config(&command, words),
        Command::Init { force } => cli::init(Path::new(""), force).map(|line| print(line.as_bytes())),
        Command::Identifiers { command } => identifiers(&command),
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
    // Where the system has no such limit, the scan's own limits on sizes remain.
    let _ = rlimit::setrlimit(rlimit::Resource::AS, worker::MEMORY, worker::MEMORY);
    let _ = rlimit::setrlimit(rlimit::Resource::CPU, worker::SECONDS + 10, worker::SECONDS + 10);
    let _ = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0);
    // A scan that is killed takes its readers with it.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    worker::serve(io::stdin(), io::stdout());
    ExitCode::SUCCESS
}

/// One line on standard error; names of files may hold anything, so what could steer a terminal is escaped.
fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr(), "tamis: {}", printable(&format!("{error:#}")));
}

/// What is in force for a scan with these words.
fn settled(words: &ArgMatches) -> Result<Settled> {
    let folder = std::env::current_dir().context("the working folder")?;
    cli::settle(words, &|name| std::env::var_os(name), &folder)
}

fn config(command: &ConfigCommand, words: &ArgMatches) -> Result<ExitCode> {
    let words = words.subcommand().map_or(words, |(_, words)| words);
    Ok(match command {
        ConfigCommand::Schema => print(cli::schema().as_bytes()),
        ConfigCommand::Show { json, .. } => print(cli::show_settings(&settled(words)?, *json).as_bytes()),
        ConfigCommand::Check { .. } => {
            let settled = settled(words)?;
            cli::outputs(&settled.args.output)?;
            let plan = cli::plan(&settled, None)?;
            let file = settled.config.as_ref().map_or("no configuration file", |config| &config.file);
            let (identifiers, rules) = (plan.identifiers.len(), plan.suppressions.len());
            let file = printable(file);
            print(format!("{file}: right; {identifiers} identifiers, {rules} suppression rules\n").as_bytes())
        }
    })
}

fn scan(settled: &Settled) -> Result<ExitCode> {
    let args = &settled.args;
    let outputs = cli::outputs(&args.output)?;
    let key = std::env::var("TAMIS_FINGERPRINT_KEY").ok().filter(|key| !key.is_empty());
    let plan = cli::plan(settled, key.as_deref())?;
    let interrupt = Interrupt::install().context("signals cannot be caught")?;
    let bar = Bar::new(args.quiet || args.no_progress, args.verbose);
    let open_stream = |path: Option<&Path>| interrupt.stream(path);
    let report = tamis::scan::scan(&plan, &open_stream, interrupt.flag(), &bar)?;
    bar.finish();
    let mut written = write_stdout(args, &report);
    for output in &outputs {
        let saved = cli::write_file(output, &report).with_context(|| format!("writing {}", output.path.display()));
        written = written.and(saved);
    }
    if let Err(error) = &written {
        complain(error);
        return Ok(ExitCode::from(NOT_WRITTEN));
    }
    Ok(interrupt.exit_code().unwrap_or_else(|| verdict(args, &report)))
}

fn verdict(args: &ScanArgs, report: &Report) -> ExitCode {
    let fails = args.fail_on.is_some_and(|level| report.findings_at(Severity::from(level)) > 0);
    if fails {
        ExitCode::from(GATE_FAILED)
    } else if args.strict && report.has_gaps() {
        ExitCode::from(NOT_IN_FULL)
    } else {
        ExitCode::SUCCESS
    }
}

fn write_stdout(args: &ScanArgs, report: &Report) -> Result<()> {
    let name = match &args.format {
        Some(name) => name,
        None if args.quiet => return Ok(()),
        None => "text",
    };
    let format = reports::named(name).with_context(|| format!("no format `{name}`"))?;
    let color = match args.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let result = format.write(report, Style { color }, &mut out).and_then(|()| out.flush());
    // What is still buffered for a reader that went away must not be tried again.
    let (_, _) = out.into_parts();
    quietly(result).context("writing to standard output")
}

/// A reader that went away is no error.
fn quietly(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn identifiers(command: &IdentifiersCommand) -> Result<ExitCode> {
    match command {
        IdentifiersCommand::List(args) => Ok(print(cli::list(args)?.as_bytes())),
        IdentifiersCommand::Show { id, custom, format } => {
            Ok(print(cli::show(&cli::identifiers(custom)?, id, *format)?.as_bytes()))
        }
        IdentifiersCommand::Import { file, allow_list } => {
            let imported = cli::import(file, allow_list.as_deref())?;
            for note in &imported.notes {
                let _ = writeln!(io::stderr(), "tamis: {}", printable(note));
            }
            Ok(print(imported.identifiers.as_bytes()))
        }
        IdentifiersCommand::Test(args) => {
            let tested = cli::test(args, &mut io::stdin().lock())?;
            let printed = print(tested.text.as_bytes());
            Ok(if tested.failed && printed == ExitCode::SUCCESS { ExitCode::from(GATE_FAILED) } else { printed })
        }
    }
}

fn manual() -> Result<ExitCode> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Args::command()).render(&mut page)?;
    Ok(print(&page))
}

fn print(text: &[u8]) -> ExitCode {
    match quietly(io::stdout().write_all(text).and_then(|()| io::stdout().flush())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "tamis: writing to standard output: {error}");
            ExitCode::from(NOT_WRITTEN)
        }
    }
}
