//! `tamis findings`: what the store knows.

use super::job::store_path;
use super::{NOT_WRITTEN, complain, print};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tamis::cli::{self, Choice, FindingsCommand, Form};
use tamis::reports::{self, Style};
use tamis::store::{Query, Store, Stored, export};

/// Lists, shows or exports findings, or counts runs.
pub(crate) fn run(command: &FindingsCommand) -> Result<ExitCode> {
    match command {
        FindingsCommand::List { choice, format } if choice.policy => {
            let findings = open(choice.store.as_deref())?.policies(&query(choice)?)?;
            Ok(print(cli::policy_list(&findings, *format).as_bytes()))
        }
        FindingsCommand::List { choice, format } => {
            let findings = open(choice.store.as_deref())?.findings(&query(choice)?, &cli::identifiers(&[])?)?;
            Ok(print(cli::finding_list(&findings, *format).as_bytes()))
        }
        FindingsCommand::Show { id, store } => show(id, store.as_deref()),
        FindingsCommand::Export { choice, format, output } => {
            let outputs = cli::outputs(output)?;
            let store = open(choice.store.as_deref())?;
            let Some(mut report) = export(&store, &query(choice)?, &cli::identifiers(&[])?)? else {
                bail!("the findings store knows of no run yet; `tamis job run` or `tamis scan --store` makes one");
            };
            if choice.policy {
                report.findings.clear();
            }
            for output in &outputs {
                let path = output.path.display();
                if let Err(error) = cli::write_file(output, &report).with_context(|| format!("writing {path}")) {
                    complain(&error);
                    return Ok(ExitCode::from(NOT_WRITTEN));
                }
            }
            if !outputs.is_empty() && format.is_none() {
                return Ok(ExitCode::SUCCESS);
            }
            let name = format.as_deref().unwrap_or("json");
            let form = reports::named(name).with_context(|| format!("no format `{name}`"))?;
            let mut page = Vec::new();
            form.write(&report, Style::default(), &mut page)?;
            Ok(print(&page))
        }
        FindingsCommand::Trend { store, job, format } => trend(store.as_deref(), job.as_deref(), *format),
    }
}

/// Counts of each run.
pub(super) fn trend(store: Option<&Path>, job: Option<&str>, format: Form) -> Result<ExitCode> {
    let runs = open(store)?.trend(job)?;
    Ok(print(cli::trend(&runs, format).as_bytes()))
}

/// Opens the store that is there; asking never makes one.
fn open(named: Option<&Path>) -> Result<Store> {
    let variable = std::env::var_os("TAMIS_STORE").filter(|path| !path.is_empty()).map(PathBuf::from);
    let path = store_path(named.or(variable.as_deref()), false)?;
    if !path.exists() {
        bail!("{}: there is no findings store yet; `tamis job run` makes one, --store names another", path.display());
    }
    Ok(Store::open(&path)?)
}

fn query(choice: &Choice) -> Result<Query> {
    Ok(Query {
        job: choice.job.clone(),
        id: None,
        since: choice.since,
        resolved: choice.all,
        conditions: cli::filters(&choice.filter)?,
    })
}

fn show(id: &str, store: Option<&Path>) -> Result<ExitCode> {
    let query = Query { id: Some(id.to_lowercase()), resolved: true, ..Query::default() };
    let policies = open(store)?.policies(&query)?;
    match (named(id, store, &[]), policies.as_slice()) {
        (Ok(findings), _) => Ok(print(cli::finding_page(&findings).as_bytes())),
        (Err(_), [first, rest @ ..]) if rest.iter().all(|other| other.finding.id == first.finding.id) => {
            Ok(print(cli::finding_page(&policies).as_bytes()))
        }
        (Err(error), _) => Err(error),
    }
}

/// The finding with this ID, or whose ID alone begins so, as each series of runs knows it.
pub(super) fn named(id: &str, store: Option<&Path>, custom: &[PathBuf]) -> Result<Vec<Stored>> {
    let query = Query { id: Some(id.to_lowercase()), resolved: true, ..Query::default() };
    let findings = open(store)?.findings(&query, &cli::identifiers(custom)?)?;
    match findings.as_slice() {
        [] => bail!("{id}: no finding has this ID; `tamis findings list --all` shows them"),
        [first, rest @ ..] if rest.iter().any(|other| other.finding.id != first.finding.id) => {
            bail!("{id}: {} findings begin so; give more of the ID", findings.len());
        }
        _ => Ok(findings),
    }
}
