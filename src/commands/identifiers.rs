//! `tamis identifiers`: what can be found, and why a match is one.

use super::{GATE_FAILED, print, settled_as_with};
use anyhow::Result;
use std::io::{self, Write};
use std::process::ExitCode;
use tamis::cli::{self, IdentifiersCommand};
use tamis::reports::printable::printable;

/// Lists, shows, tests or imports identifiers.
pub(crate) fn run(command: &IdentifiersCommand) -> Result<ExitCode> {
    let settled = settled_as_with(command.scan_words())?;
    match command {
        IdentifiersCommand::List(args) => Ok(print(cli::list(args, &settled)?.as_bytes())),
        IdentifiersCommand::Show { id, format, .. } => {
            Ok(print(cli::show(&cli::identifiers(&settled.args.custom)?, id, *format)?.as_bytes()))
        }
        IdentifiersCommand::Import { file, allow_list } => {
            let imported = cli::import(file, allow_list.as_deref())?;
            for note in &imported.notes {
                let _ = writeln!(io::stderr(), "tamis: {}", printable(note));
            }
            Ok(print(imported.identifiers.as_bytes()))
        }
        IdentifiersCommand::Test(args) => {
            let tested = cli::test(args, &settled, &mut io::stdin().lock())?;
            let printed = print(tested.text.as_bytes());
            Ok(if tested.failed && printed == ExitCode::SUCCESS { ExitCode::from(GATE_FAILED) } else { printed })
        }
    }
}
