//! `tamis config show`: what is in force, as lines that could stand in the file, and where each came from.

use super::{Origin, Settled};
use crate::config::Form;
use crate::reports::printable::printable;
use crate::suppression::Day;
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fmt::Write;
use std::time::SystemTime;

/// The settings, as text or as JSON.
pub fn show(settled: &Settled, as_json: bool) -> String {
    if as_json { format!("{:#}\n", as_value(settled)) } else { lines(settled) }
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::File(file, line) => format!("{file}:{line}"),
        Origin::Environment(name) => format!("environment {name}"),
        Origin::Flag => "flag".to_owned(),
    }
}

fn lines(settled: &Settled) -> String {
    let mut out = String::new();
    let file = settled.config.as_ref().map_or("none found from here upwards", |config| &config.file);
    let _ = writeln!(out, "# configuration file: {}", printable(file));
    let command = super::command();
    for value in &settled.values {
        let form = command.get_arguments().find(|arg| super::name(arg) == value.name).map(super::form);
        let texts: Vec<String> = value.values.iter().map(|v| text(v)).collect();
        let quoted = |text: &String| format!("{text:?}");
        let shown = match (form, texts.as_slice()) {
            (_, []) => "(not set)".to_owned(),
            (Some(Form::Switch), [one]) => one.clone(),
            (Some(Form::Many), many) => format!("[{}]", many.iter().map(quoted).collect::<Vec<_>>().join(", ")),
            (_, [one, ..]) if one.parse::<u64>().is_ok() => one.clone(),
            (_, [one, ..]) => quoted(one),
        };
        let line = format!("{} = {shown}", value.name);
        let line = if texts.is_empty() { format!("# {line}") } else { line };
        let _ = writeln!(out, "{:44} # {}", printable(&line).to_string(), printable(&origin(&value.origin)));
    }
    let Some(config) = &settled.config else { return out };
    for list in &config.allow_lists {
        let what = list.file.clone().unwrap_or_else(|| format!("{} entries", list.entries.len()));
        let _ = writeln!(out, "# allow-list at {}:{}: {}", printable(&config.file), list.line, printable(&what));
    }
    let today = Day::of(SystemTime::now());
    for rule in &config.suppressions {
        let expires = match &rule.expires {
            Some(day) if *day < today => format!(", EXPIRED on {}", day.as_str()),
            Some(day) => format!(", until {}", day.as_str()),
            None => String::new(),
        };
        let _ = writeln!(out, "# suppress \"{}\"{expires}: {}", printable(&rule.name), printable(&rule.reason));
    }
    out
}

fn text(value: &OsStr) -> String {
    value.to_string_lossy().into_owned()
}

fn as_value(settled: &Settled) -> Value {
    let settings: serde_json::Map<String, Value> = settled
        .values
        .iter()
        .map(|v| {
            let values: Vec<String> = v.values.iter().map(|v| text(v)).collect();
            (v.name.clone(), json!({ "values": values, "origin": origin(&v.origin) }))
        })
        .collect();
    let config = settled.config.as_ref();
    let rule = |r: &crate::suppression::Suppression| json!({ "name": r.name, "reason": r.reason, "expires": r.expires.as_ref().map(Day::as_str) });
    json!({
        "file": config.map(|config| &config.file),
        "settings": settings,
        "allowLists": config.map_or(0, |config| config.allow_lists.len()),
        "suppress": config.map_or(Vec::new(), |config| config.suppressions.iter().map(rule).collect()),
    })
}
