//! The JSON Schema of the configuration file, for editors. It is made from the flags themselves; the shipped copy is held to
//! it by a test.

use super::{command, form, keys, name};
use crate::config::Form;
use crate::suppression::{Field, Kind};
use serde_json::{Map, Value, json};

/// The schema, indented, with a line break at its end.
pub fn schema() -> String {
    let command = command();
    let known = keys();
    let mut properties = Map::new();
    for arg in command.get_arguments().filter(|arg| known.iter().any(|key| key.name == name(arg))) {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let choices: Vec<String> = arg.get_possible_values().iter().map(|v| v.get_name().to_owned()).collect();
        let text = if choices.is_empty() { json!({ "type": "string" }) } else { json!({ "enum": choices }) };
        let mut value = match form(arg) {
            Form::Switch => json!({ "type": "boolean" }),
            Form::Many => json!({ "anyOf": [text, { "type": "array", "items": text }] }),
            Form::Selection => json!({ "anyOf": [text, { "type": "array", "items": text }, mode()] }),
            Form::One if choices.is_empty() => json!({ "type": ["string", "number"] }),
            Form::One => text,
        };
        value["description"] = help.into();
        properties.insert(name(arg), value);
    }
    let job = job(&properties);
    properties.insert("job".to_owned(), job);
    properties.insert("allow-list".to_owned(), allow_list());
    properties.insert("suppress".to_owned(), suppress());
    properties.insert("policy".to_owned(), policy());
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tamis.toml",
        "description": "Configuration of tamis: the flags of `tamis scan`, allow lists, suppression rules, policies and jobs.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    format!("{schema:#}\n")
}

fn mode() -> Value {
    json!({
        "type": "object",
        "properties": {
            "mode": { "enum": ["recommended", "all", "include", "exclude", "none"] },
            "ids": { "type": "array", "items": { "type": "string" } },
        },
        "required": ["mode"],
        "additionalProperties": false,
    })
}

/// A job has the keys of a scan and a few of its own.
fn job(flags: &Map<String, Value>) -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let own = [
        ("name", json!({ "type": "string", "minLength": 1, "maxLength": 500 })),
        ("schedule", json!({ "enum": ["once", "daily", "weekly", "monthly"], "default": "once" })),
        ("day", json!({ "anyOf": [{ "enum": days }, { "type": "integer", "minimum": 1, "maximum": 31 }] })),
        ("time", json!({ "type": "string", "description": "Time of the day, as 02:30" })),
        ("initial-run", json!({ "enum": ["all", "changes"], "default": "all" })),
        ("notify", json!({ "type": "string", "description": "A command to run when there is something new" })),
    ];
    let mut properties = flags.clone();
    properties.extend(own.into_iter().map(|(name, value)| (name.to_owned(), value)));
    json!({
        "description": "Scans with a name and a schedule, for `tamis job run`.",
        "type": "array",
        "items": {
            "type": "object",
            "properties": properties,
            "required": ["name"],
            "additionalProperties": false,
        },
    })
}

fn texts() -> Value {
    json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
}

fn allow_list() -> Value {
    json!({
        "description": "Matches that are known and meant.",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "name": { "type": "string", "description": "What results call the list" },
                "file": { "type": "string", "description": "Words one a line, or `regex:` lines" },
                "words": texts(),
                "regexes": texts(),
                "identifiers": texts(),
            },
            "additionalProperties": false,
        },
    })
}

fn policy() -> Value {
    json!({
        "description": "What holds for the files of some folders; the first whose paths fit a file decides.",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "name": { "type": "string" },
                "paths": { "type": "array", "items": { "type": "string" }, "minItems": 1, "description": "Globs below the target" },
                "unencrypted-archives": { "enum": ["allow", "refuse"], "description": "Sensitive data in archives that are not encrypted" },
            },
            "required": ["paths", "unencrypted-archives"],
            "additionalProperties": false,
        },
    })
}

fn suppress() -> Value {
    let mut fields = Map::new();
    for field in Field::ALL {
        let one = match field.kind() {
            Kind::Text | Kind::Time => json!({ "type": "string" }),
            Kind::Choice(known) => json!({ "enum": known }),
            Kind::Number => json!({ "type": "integer" }),
        };
        let many = json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] });
        let names: &[(&str, &Value)] = match field.kind() {
            Kind::Text => &[("eq", &many), ("neq", &many), ("eqExactMatch", &many), ("glob", &many)],
            Kind::Choice(_) => &[("eq", &many), ("neq", &many), ("eqExactMatch", &many)],
            Kind::Number => &[
                ("eq", &many),
                ("neq", &many),
                ("eqExactMatch", &many),
                ("gt", &one),
                ("gte", &one),
                ("lt", &one),
                ("lte", &one),
            ],
            Kind::Time => &[("gt", &one), ("gte", &one), ("lt", &one), ("lte", &one)],
        };
        let tests: Map<String, Value> =
            names.iter().map(|(name, value)| ((*name).to_owned(), (*value).clone())).collect();
        insert(
            &mut fields,
            field.name(),
            &json!({ "type": "object", "properties": tests, "additionalProperties": false }),
        );
    }
    json!({
        "description": "Findings that are accepted: they stay in the result, marked, and do not gate.",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "name": { "type": "string" },
                "reason": { "type": "string", "minLength": 1 },
                "expires": { "type": "string", "description": "The last day on which the rule applies, as 2026-12-31" },
                "criteria": { "type": "object", "properties": fields, "minProperties": 1 },
            },
            "required": ["reason", "criteria"],
            "additionalProperties": false,
        },
    })
}

/// Adds a field by its whole name, and as the tables in tables that TOML makes of dotted keys.
fn insert(fields: &mut Map<String, Value>, dotted: &str, value: &Value) {
    fields.insert(dotted.to_owned(), value.clone());
    let Some((first, rest)) = dotted.split_once('.') else { return };
    let table = fields.entry(first).or_insert_with(|| json!({ "type": "object", "properties": {} }));
    if let Some(Value::Object(properties)) = table.get_mut("properties") {
        insert(properties, rest, value);
    }
}
