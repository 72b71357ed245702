//! An entry as the TOML of an identifier file.

use super::Entry;
use std::fmt::Write;

/// One `[[identifier]]`.
pub(super) fn entry(entry: &Entry) -> String {
    let mut out = String::from("[[identifier]]\n");
    let mut line = |key: &str, value: String| {
        let _ = writeln!(out, "{key} = {value}");
    };
    line("id", text(&entry.id));
    line("name", text(&entry.name));
    if !entry.description.is_empty() {
        line("description", text(&entry.description));
    }
    if !entry.category.is_empty() {
        line("category", text(entry.category));
    }
    for (key, values) in [
        ("tags", &entry.tags),
        ("keywords", &entry.keywords),
        ("ignore_words", &entry.ignore_words),
        ("allow", &entry.allow),
    ] {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|value| text(value)).collect();
            line(key, format!("[{}]", values.join(", ")));
        }
    }
    if let Some(distance) = entry.distance {
        line("maximum_match_distance", distance.to_string());
    }
    if let Some(validator) = entry.validator {
        line("validator", text(validator));
    }
    if !entry.severities.is_empty() {
        let level = |(threshold, severity): &(u64, String)| {
            format!("{{ occurrences_threshold = {threshold}, severity = {} }}", text(severity))
        };
        let levels: Vec<String> = entry.severities.iter().map(level).collect();
        line("severity_levels", format!("[{}]", levels.join(", ")));
    }
    line("regex", text(&entry.regex));
    out
}

/// A text in TOML: as it stands where that is possible, for regexes are hard enough to read.
fn text(value: &str) -> String {
    let plain = |c: char| !c.is_control();
    if value.chars().all(plain) && !value.contains('\'') {
        return format!("'{value}'");
    }
    if value.chars().all(plain) && !value.contains("'''") && !value.ends_with('\'') {
        return format!("'''{value}'''");
    }
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn texts_come_back_as_they_were() {
        for value in ["", "a", r"\d{3}", "it's", "'", "'''", "a\"b\\'''", "a\nb\u{1}", "é'"] {
            let table: toml::Table = toml::from_str(&format!("x = {}", text(value))).unwrap();
            assert_eq!(table["x"].as_str(), Some(value));
        }
    }
}
