//! Macie's own custom data identifiers: the JSON that `CreateCustomDataIdentifier` takes and `GetCustomDataIdentifier` gives,
//! one, a list of them, or one a line.

use super::{Entry, Read};
use crate::mistake::Mistake;
use serde_json::{Deserializer, Map, Value};

/// Where lists of them stand in what the service's calls give.
const LISTS: [&str; 3] = ["customDataIdentifiers", "items", "CustomDataIdentifiers"];
/// What says nothing about the data.
const SILENT: [&str; 5] = ["clientToken", "arn", "id", "createdAt", "deleted"];

pub(super) fn read(file: &str, text: &str) -> Result<Read, Mistake> {
    let mut read = Read::default();
    let mut objects = Vec::new();
    for value in Deserializer::from_str(text).into_iter::<Value>() {
        let value = value.map_err(|error| Mistake {
            file: file.to_owned(),
            line: error.line().max(1),
            problem: format!("is no JSON: {error}"),
        })?;
        gather(value, &mut objects);
    }
    for (number, object) in (1..).zip(objects) {
        one(&object, number, &mut read);
    }
    Ok(read)
}

/// The objects with a regex; lists are opened, two deep at most.
fn gather(value: Value, objects: &mut Vec<Map<String, Value>>) {
    let list = match value {
        Value::Array(list) => list,
        Value::Object(mut object) => match LISTS.iter().find_map(|name| object.remove(*name)) {
            Some(Value::Array(list)) => list,
            _ => return objects.push(object),
        },
        _ => return,
    };
    objects.extend(
        list.into_iter().filter_map(|value| if let Value::Object(object) = value { Some(object) } else { None }),
    );
}

fn one(object: &Map<String, Value>, number: usize, read: &mut Read) {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let texts = |key: &str| -> Vec<String> {
        let list = object.get(key).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let name = if text("name").is_empty() { format!("identifier {number}") } else { text("name") };
    if object.get("deleted") == Some(&Value::Bool(true)) {
        return read.note(&name, "left out: it is marked as deleted");
    }
    let mut entry = Entry {
        id: id(&name),
        description: text("description"),
        keywords: texts("keywords"),
        ignore_words: texts("ignoreWords"),
        distance: object.get("maximumMatchDistance").and_then(Value::as_u64),
        regex: text("regex"),
        name,
        ..Entry::default()
    };
    for level in object.get("severityLevels").and_then(Value::as_array).into_iter().flatten() {
        let threshold = level.get("occurrencesThreshold").and_then(Value::as_u64);
        let severity = level.get("severity").and_then(Value::as_str);
        match (threshold, severity) {
            (Some(threshold), Some(severity)) => entry.severities.push((threshold, severity.to_lowercase())),
            _ => read.note(&entry.name, "severityLevels: an entry without threshold or severity is not carried over"),
        }
    }
    entry.severities.sort();
    for (key, value) in object.get("tags").and_then(Value::as_object).into_iter().flatten() {
        entry.tags.push(format!("{key}={}", value.as_str().unwrap_or_default()));
    }
    let known =
        ["name", "description", "keywords", "ignoreWords", "maximumMatchDistance", "regex", "severityLevels", "tags"];
    for key in object.keys().filter(|key| !known.contains(&key.as_str()) && !SILENT.contains(&key.as_str())) {
        read.note(&entry.name, format!("{key}: is not known, and not carried over"));
    }
    read.entries.push(entry);
}

/// An ID of a name.
fn id(name: &str) -> String {
    let word: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    let parts: Vec<&str> = word.split('_').filter(|part| !part.is_empty()).collect();
    let id = parts.join("_");
    if id.is_empty() { "CUSTOM".to_owned() } else { id.chars().take(128).collect() }
}

#[cfg(test)]
mod tests {
    use crate::imports::import;

    #[test]
    fn all_settings() {
        let text = r#"{ "clientToken": "x", "name": "Employee badge", "description": "d", "regex": "E-\\d{6}",
            "keywords": ["badge"], "ignoreWords": ["E-000000"], "maximumMatchDistance": 40,
            "severityLevels": [{"occurrencesThreshold": 100, "severity": "HIGH"}, {"occurrencesThreshold": 1, "severity": "LOW"}],
            "tags": {"team": "hr"}, "colour": "red" }"#;
        let imported = import("m.json", text).unwrap();
        assert_eq!(imported.notes, ["Employee badge: colour: is not known, and not carried over"]);
        let identifier = crate::identifier::custom("x", &imported.identifiers, &[]).unwrap().remove(0);
        assert_eq!((identifier.id.as_str(), identifier.keywords.join(",")), ("EMPLOYEE_BADGE", "badge".to_owned()));
        assert_eq!(identifier.severity_levels.len(), 2);
        assert_eq!(identifier.tags.join(","), "team=hr");
    }

    #[test]
    fn lists_lines_and_what_is_wrong() {
        let count = |text: &str| import("m.json", text).unwrap().count;
        assert_eq!(count(r#"[{"name": "a", "regex": "aa"}, {"name": "b", "regex": "bb"}]"#), 2);
        assert_eq!(count("{\"name\": \"a\", \"regex\": \"aa\"}\n{\"name\": \"b\", \"regex\": \"bb\"}"), 2);
        assert_eq!(count(r#"{"customDataIdentifiers": [{"name": "a", "regex": "aa"}]}"#), 1);
        let twice = import("m.json", r#"[{"name": "a", "regex": "aa"}, {"name": "a", "regex": "(?=b)"}]"#).unwrap();
        assert!(twice.count == 1 && twice.notes[0].contains("A: left out: regex: look-ahead"), "{:?}", twice.notes);
        assert!(import("m.json", "{\"regex\": ").unwrap_err().to_string().starts_with("m.json:1: is no JSON"));
        assert!(import("m.json", "hello").unwrap_err().to_string().starts_with("m.json:1: neither"));
    }
}
