//! What is in force: the flags typed, the environment, the configuration file and the defaults, in this order, and where
//! each value came from. A value from elsewhere is put to the same parser as if it had been typed.

mod schema;
mod show;

pub use schema::schema;
pub use show::show;

use super::ScanArgs;
use crate::config::{self, Config, Form, JobEntry, Key};
use crate::mistake::Mistake;
use anyhow::{Context, Result, bail};
use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args as _, FromArgMatches};
use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What environment variables begin with: `TAMIS_FAIL_ON` is `--fail-on`.
const PREFIX: &str = "TAMIS_";
/// The positional words, as the file calls them.
const TARGETS: &str = "targets";
/// Flags that no file and no environment may set: they say where the file is, or open what it closes, or
/// run what a scanned repository's own file must not choose.
const TYPED_ONLY: [&str; 5] = ["config", "no-config", "reveal", "no-suppress", "notify"];

/// Flags that exclude one another.
const EXCLUSIVE: [&[&str]; 2] = [&["quiet", "verbose"], &["staged", "since", "history", "gitignore"]];

/// Looks a variable of the environment up.
pub type Environment<'e> = &'e dyn Fn(&str) -> Option<OsString>;

/// What is in force for a scan.
#[derive(Debug)]
pub struct Settled {
    /// The words, as if all of them had been typed.
    pub args: ScanArgs,
    /// The file, if there is one.
    pub config: Option<Config>,
    /// Where the file's paths begin.
    pub folder: PathBuf,
    /// Each flag's values, and where they came from.
    pub values: Vec<InForce>,
}

/// A flag's values.
#[derive(Debug)]
pub struct InForce {
    /// Its name without hyphens.
    pub name: String,
    /// As typed; empty when nothing says anything.
    pub values: Vec<OsString>,
    /// Where they came from.
    pub origin: Origin,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The file, at a line from 1.
    File(String, usize),
    /// A variable of this name.
    Environment(String),
    /// The command line.
    Flag,
}

/// The flags of `tamis scan`, from its own parser.
fn command() -> clap::Command {
    ScanArgs::augment_args(clap::Command::new("scan").no_binary_name(true).args_override_self(true))
}

fn name(arg: &Arg) -> String {
    arg.get_long().unwrap_or(TARGETS).to_owned()
}

fn form(arg: &Arg) -> Form {
    match arg.get_action() {
        ArgAction::SetTrue => Form::Switch,
        _ if name(arg) == "identifiers" => Form::Selection,
        ArgAction::Append => Form::Many,
        _ => Form::One,
    }
}

/// Whether its value is a path: those of the file begin at the file.
fn is_path(arg: &Arg) -> bool {
    arg.get_value_names().is_some_and(|names| names.iter().any(|n| n.starts_with("FILE") || *n == "TARGET"))
}

/// The keys of the configuration file.
pub(super) fn keys() -> Vec<Key> {
    let own = |arg: &&Arg| !TYPED_ONLY.contains(&name(arg).as_str());
    command().get_arguments().filter(own).map(|arg| Key { name: name(arg), form: form(arg) }).collect()
}

/// Settles a scan. `matches` are the words typed; `folder` is the working folder, from which the file is looked for.
pub fn settle(matches: &ArgMatches, environment: Environment<'_>, folder: &Path) -> Result<Settled> {
    let typed = matches.get_one::<PathBuf>("config").cloned();
    let path =
        if typed.is_none() && matches.get_flag("no_config") { None } else { config_path(typed, environment, folder) };
    let config = path.as_deref().map(read).transpose()?;
    let base = path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
    settle_with(matches, environment, config, base)
}

/// The configuration file with its jobs, and its path; `typed` is what `--config` says.
pub fn jobs(typed: Option<PathBuf>, environment: Environment<'_>, folder: &Path) -> Result<(PathBuf, Config)> {
    let Some(path) = config_path(typed, environment, folder) else {
        bail!("there is no {} from here upwards; `tamis init` writes one, --config FILE names another", config::FILE);
    };
    let config = read(&path)?;
    Ok((path, config))
}

/// Settles the scan of a job: what its table says wins over the rest of the file. `words` are those typed.
pub fn settle_job(
    path: &Path,
    config: &Config,
    job: &JobEntry,
    words: Vec<OsString>,
    environment: Environment<'_>,
) -> Result<Settled> {
    let matches = command().try_get_matches_from(words)?;
    let mut own = config.clone();
    own.settings = job.settings.iter().chain(&config.settings).cloned().collect();
    let mut settled = settle_with(&matches, environment, Some(own), path.parent().unwrap_or(Path::new("")).to_owned())?;
    if settled.args.targets.is_empty() {
        let problem = "job.targets: missing; name the folders that it looks into".to_owned();
        return Err(Mistake { file: config.file.clone(), line: job.line, problem }.into());
    }
    settled.args.notify.clone_from(&job.notify);
    Ok(settled)
}

fn settle_with(
    matches: &ArgMatches,
    environment: Environment<'_>,
    config: Option<Config>,
    base: PathBuf,
) -> Result<Settled> {
    let command = command();
    let (mut values, mut words, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    for arg in command.get_arguments() {
        let found = in_force(arg, matches, environment, config.as_ref(), &base)?;
        if found.name == TARGETS {
            targets.clone_from(&found.values);
        } else if found.origin != Origin::Default {
            words.extend(typed(arg, &found));
        }
        values.push(found);
    }
    let is_flag = |name: &str| values.iter().any(|v| v.name == name && v.origin == Origin::Flag);
    // Of two that exclude each other the one typed wins over the one from elsewhere.
    for group in EXCLUSIVE {
        if group.iter().any(|name| is_flag(name)) {
            for other in group.iter().filter(|name| !is_flag(name)) {
                let flag = format!("--{other}");
                let is_it = |word: &str| word == flag || word.strip_prefix(&flag).is_some_and(|r| r.starts_with('='));
                words.retain(|word| !word.to_str().is_some_and(is_it));
            }
        }
    }
    words.push("--".into());
    words.extend(targets);
    let parsed = command.try_get_matches_from(words).and_then(|matches| ScanArgs::from_arg_matches(&matches));
    let args = parsed.map_err(|error| anyhow::anyhow!("the settings together: {}", first_line(&error)))?;
    Ok(Settled { args, config, folder: base, values })
}

/// Settles a scan with these words, for a command that needs to know what a scan would.
pub fn settle_words(words: Vec<OsString>, environment: Environment<'_>, folder: &Path) -> Result<Settled> {
    settle(&command().try_get_matches_from(words)?, environment, folder)
}

/// The words that say a value.
fn typed(arg: &Arg, found: &InForce) -> Vec<OsString> {
    let long = format!("--{}", found.name);
    if form(arg) == Form::Switch {
        return if found.values.iter().any(|v| v == "true") { vec![long.into()] } else { Vec::new() };
    }
    let word = |value: &OsString| {
        let mut word = OsString::from(format!("{long}="));
        word.push(value);
        word
    };
    found.values.iter().map(word).collect()
}

fn in_force(
    arg: &Arg,
    matches: &ArgMatches,
    environment: Environment<'_>,
    config: Option<&Config>,
    base: &Path,
) -> Result<InForce> {
    let (name, id) = (name(arg), arg.get_id().as_str());
    if matches.value_source(id) == Some(ValueSource::CommandLine) {
        let values = if form(arg) == Form::Switch {
            vec![matches.get_flag(id).to_string().into()]
        } else {
            matches.get_raw(id).into_iter().flatten().map(OsStr::to_owned).collect()
        };
        return Ok(InForce { name, values, origin: Origin::Flag });
    }
    let defaults = || arg.get_default_values().iter().map(clap::builder::OsStr::to_os_string).collect();
    if TYPED_ONLY.contains(&name.as_str()) {
        let values = if form(arg) == Form::Switch { vec!["false".into()] } else { defaults() };
        return Ok(InForce { name, values, origin: Origin::Default });
    }
    let variable = format!("{PREFIX}{}", name.replace('-', "_").to_uppercase());
    if let Some(value) = environment(&variable).filter(|v| !v.is_empty()) {
        let values = of_environment(arg, &value);
        check(arg, &values).map_err(|why| anyhow::anyhow!("{variable}: {why}"))?;
        return Ok(InForce { name, values, origin: Origin::Environment(variable) });
    }
    let setting = config.and_then(|c| Some((c, c.settings.iter().find(|s| s.key == name)?)));
    if let Some((config, setting)) = setting {
        let located = |value: &String| if is_path(arg) { beside(base, value) } else { value.into() };
        let values: Vec<OsString> = setting.values.iter().map(located).collect();
        check(arg, &values).map_err(|why| Mistake {
            file: config.file.clone(),
            line: setting.line,
            problem: format!("{name}: {why}"),
        })?;
        let origin = Origin::File(config.file.clone(), setting.line);
        return Ok(InForce { name, values, origin });
    }
    let values = if form(arg) == Form::Switch { vec!["false".into()] } else { defaults() };
    Ok(InForce { name, values, origin: Origin::Default })
}

/// A variable's value: of a flag that is repeatable one a line.
fn of_environment(arg: &Arg, value: &OsStr) -> Vec<OsString> {
    let text = value.to_str();
    match (form(arg), text) {
        (Form::Switch, Some("1" | "true" | "yes" | "on")) => vec!["true".into()],
        (Form::Switch, Some("0" | "false" | "no" | "off")) => vec!["false".into()],
        (Form::Many, Some(text)) => text.lines().filter(|line| !line.is_empty()).map(Into::into).collect(),
        _ => vec![value.to_owned()],
    }
}

/// A path of the file, from the working folder on. A report's form may stand before it.
fn beside(base: &Path, value: &str) -> OsString {
    if value == "-" || base.as_os_str().is_empty() {
        return value.into();
    }
    match value.split_once(':').filter(|(form, _)| crate::reports::named(form).is_some()) {
        Some((form, file)) => {
            let mut word = OsString::from(format!("{form}:"));
            word.push(base.join(file));
            word
        }
        None => base.join(value).into_os_string(),
    }
}

/// Puts values to the flag's own parser.
fn check(arg: &Arg, values: &[OsString]) -> Result<(), String> {
    let name = name(arg);
    if form(arg) == Form::Switch {
        let known = values.iter().all(|v| v == "true" || v == "false");
        return if known { Ok(()) } else { Err("must be true or false".to_owned()) };
    }
    let word = |value: &OsString| {
        let mut word = OsString::from(if name == TARGETS { String::new() } else { format!("--{name}=") });
        word.push(value);
        word
    };
    let separator = (name == TARGETS).then(|| OsString::from("--"));
    let words = separator.into_iter().chain(values.iter().map(word));
    command().try_get_matches_from(words).map(|_| ()).map_err(|error| first_line(&error))
}

/// What clap says, in a few words and without the flag's usage.
fn first_line(error: &clap::Error) -> String {
    let value = match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) => value.clone(),
        _ => String::new(),
    };
    if let Some(ContextValue::Strings(known)) = error.get(ContextKind::ValidValue)
        && !known.is_empty()
    {
        return format!("`{value}` is none of {}", known.join(", "));
    }
    if let Some(source) = error.source() {
        return format!("`{value}`: {source}");
    }
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

fn config_path(typed: Option<PathBuf>, environment: Environment<'_>, folder: &Path) -> Option<PathBuf> {
    if typed.is_some() {
        return typed;
    }
    if let Some(path) = environment("TAMIS_CONFIG").filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    let mut upwards = PathBuf::new();
    for above in folder.ancestors() {
        if above.join(config::FILE).is_file() {
            return Some(upwards.join(config::FILE));
        }
        upwards.push("..");
    }
    None
}

fn read(path: &Path) -> Result<Config> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| format!("{shown}: cannot be read; check the path"))?;
    let Ok(text) = String::from_utf8(bytes) else { bail!("{shown}:1: is not UTF-8; save it as UTF-8") };
    Ok(Config::parse(&shown, &text, &keys())?)
}
