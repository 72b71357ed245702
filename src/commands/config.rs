//! `tamis config`: what is in force, and whether it is right.

use super::{print, settled};
use anyhow::Result;
use clap::ArgMatches;
use std::process::ExitCode;
use tamis::cli::{self, ConfigCommand};
use tamis::reports::printable::printable;

/// Shows or checks the configuration.
pub(crate) fn run(command: &ConfigCommand, words: &ArgMatches) -> Result<ExitCode> {
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
