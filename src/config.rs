//! The configuration file, `tamis.toml`: a scan's own flags, allow lists and suppression rules in one file beside the code.
//!
//! Reads and checks the form of the file; every mistake names its line, its key and the mend. Which keys there are it is
//! told, and what their values may be the flags say that they are named after.

mod jobs;

pub use jobs::JobEntry;

use crate::identifier::did_you_mean;
use crate::mistake::{Mistake, line_of};
use crate::policy::{self, Policy};
use crate::suppression::{self, Suppression};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What the file is called where it is looked for.
pub const FILE: &str = "tamis.toml";
/// Keys that are no flags.
const TABLES: [&str; 4] = ["allow-list", "job", "policy", "suppress"];

type Value<'t> = Spanned<DeValue<'t>>;

/// A key that may stand in the file.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its name: the flag's without the hyphens before it.
    pub name: String,
    /// How its value is written.
    pub form: Form,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `true` or `false`.
    Switch,
    /// One text or number.
    One,
    /// A text, or a list of them.
    Many,
    /// A selection of identifiers: a text, a list of terms, or a table of a mode and IDs.
    Selection,
}

/// A key that stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub key: String,
    /// The line it stands on, from 1.
    pub line: usize,
    /// Its values as a command line would have them; of a switch, `true` or `false`.
    pub values: Vec<String>,
}

/// An `[[allow-list]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    /// The line it stands on, from 1.
    pub line: usize,
    /// What results call it, if it says so.
    pub name: Option<String>,
    /// The file that holds it.
    pub file: Option<String>,
    /// Entries that stand here, each with its line.
    pub entries: Vec<(usize, String)>,
    /// IDs of the identifiers that it is for; all when empty.
    pub identifiers: Vec<String>,
}

/// A file's content.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file, as messages name it.
    pub file: String,
    /// The flags that it sets, by line.
    pub settings: Vec<Setting>,
    /// Its allow lists.
    pub allow_lists: Vec<ListEntry>,
    /// Its suppression rules.
    pub suppressions: Vec<Suppression>,
    /// What holds for the files of some folders.
    pub policies: Vec<Policy>,
    /// Its jobs.
    pub jobs: Vec<JobEntry>,
}

impl Config {
    /// Reads a file's text.
    pub fn parse(file: &str, text: &str, keys: &[Key]) -> Result<Self, Mistake> {
        let table = DeTable::parse(text).map_err(|error| Mistake::of_toml(file, text, &error))?;
        let reader = Reader { file, text };
        let mut config = Self { file: file.to_owned(), ..Self::default() };
        for (key, value) in table.get_ref() {
            let name = key.get_ref().as_ref();
            match (name, keys.iter().find(|known| known.name == name)) {
                ("suppress", _) => config.suppressions = suppression::rules(file, text, value)?,
                ("policy", _) => config.policies = policy::rules(file, text, value)?,
                ("allow-list", _) => config.allow_lists = reader.allow_lists(value)?,
                ("job", _) => config.jobs = reader.jobs(value, keys)?,
                (_, Some(known)) => {
                    let values = reader.values(known, value)?;
                    config.settings.push(Setting {
                        key: name.to_owned(),
                        line: line_of(text, key.span().start),
                        values,
                    });
                }
                (_, None) => {
                    let known = keys.iter().map(|key| key.name.as_str()).chain(TABLES);
                    let problem = format!(
                        "{name}: no such key{}; the keys are the flags of `tamis scan`, and {}",
                        did_you_mean(known, name),
                        TABLES.join(", ")
                    );
                    return Err(reader.wrong(&key.span(), problem));
                }
            }
        }
        config.settings.sort_by_key(|setting| setting.line);
        Ok(config)
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn wrong(&self, span: &Range<usize>, problem: impl Into<String>) -> Mistake {
        Mistake::at(self.file, self.text, span, problem)
    }

    fn values(&self, key: &Key, value: &Value<'_>) -> Result<Vec<String>, Mistake> {
        let name = &key.name;
        match (key.form, value.get_ref()) {
            (Form::Switch, DeValue::Boolean(on)) => Ok(vec![on.to_string()]),
            (Form::Switch, _) => Err(self.wrong(&value.span(), format!("{name}: must be true or false"))),
            (Form::Selection, DeValue::Table(table)) => Ok(vec![self.selection(table, &value.span())?]),
            (Form::Selection, DeValue::Array(_)) => Ok(vec![self.texts(name, value)?.join(",")]),
            (Form::Many, DeValue::Array(_)) => self.texts(name, value),
            (_, DeValue::Array(_) | DeValue::Table(_) | DeValue::Boolean(_)) => {
                let list = if key.form == Form::Many { ", or a list of texts" } else { "" };
                Err(self.wrong(&value.span(), format!("{name}: must be one text or number{list}")))
            }
            (_, DeValue::String(text)) => Ok(vec![text.to_string()]),
            (_, DeValue::Integer(number)) => Ok(vec![number.as_str().replace('_', "")]),
            (_, DeValue::Float(number)) => Ok(vec![number.as_str().replace('_', "")]),
            (_, DeValue::Datetime(date)) => Ok(vec![date.to_string()]),
        }
    }

    fn texts(&self, name: &str, value: &Value<'_>) -> Result<Vec<String>, Mistake> {
        let text = |value: &Value<'_>| match value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.wrong(&value.span(), format!("{name}: must be texts in quotes"))),
        };
        match value.get_ref() {
            DeValue::Array(values) => values.iter().map(text).collect(),
            _ => Ok(vec![text(value)?]),
        }
    }

    /// Macie's modes, as a selection is typed.
    fn selection(&self, table: &DeTable<'_>, span: &Range<usize>) -> Result<String, Mistake> {
        let (mut mode, mut ids) = (None, Vec::new());
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "mode" => mode = self.texts("identifiers.mode", value)?.pop().map(|mode| mode.to_lowercase()),
                "ids" => ids = self.texts("identifiers.ids", value)?,
                other => {
                    return Err(
                        self.wrong(&key.span(), format!("identifiers.{other}: no such key; there are mode and ids"))
                    );
                }
            }
        }
        let needs_ids = |prefix: &str, between: &str| {
            if ids.is_empty() {
                return Err(self.wrong(span, "identifiers.ids: missing; this mode needs a list of IDs"));
            }
            Ok(format!("{prefix}{}", ids.join(between)))
        };
        match mode.as_deref() {
            Some("include") => needs_ids("", ","),
            Some("exclude") => needs_ids("all,-", ",-"),
            Some(mode @ ("recommended" | "all" | "none")) if ids.is_empty() => Ok(mode.to_owned()),
            Some("recommended" | "all" | "none") => {
                Err(self.wrong(span, "identifiers.ids: this mode takes none; use include or exclude"))
            }
            _ => Err(self.wrong(span, "identifiers.mode: must be recommended, all, include, exclude or none")),
        }
    }

    fn allow_lists(&self, value: &Value<'_>) -> Result<Vec<ListEntry>, Mistake> {
        let wrong =
            |span: &Range<usize>| self.wrong(span, "allow-list: must be a list of tables; write `[[allow-list]]`");
        let DeValue::Array(entries) = value.get_ref() else { return Err(wrong(&value.span())) };
        let mut lists = Vec::new();
        for entry in entries {
            let DeValue::Table(table) = entry.get_ref() else { return Err(wrong(&entry.span())) };
            lists.push(self.allow_list(table, &entry.span())?);
        }
        Ok(lists)
    }

    fn allow_list(&self, table: &DeTable<'_>, span: &Range<usize>) -> Result<ListEntry, Mistake> {
        let line = line_of(self.text, span.start);
        let mut list = ListEntry { line, name: None, file: None, entries: Vec::new(), identifiers: Vec::new() };
        for (key, value) in table {
            let word = key.get_ref().as_ref();
            let name = format!("allow-list.{word}");
            match word {
                "name" => list.name = self.texts(&name, value)?.pop(),
                "file" => list.file = self.texts(&name, value)?.pop(),
                "identifiers" => list.identifiers = self.texts(&name, value)?,
                "words" => list.entries.extend(self.entries("", &name, value)?),
                "regexes" => list.entries.extend(self.entries("regex:", &name, value)?),
                other => {
                    let known = ["name", "file", "words", "regexes", "identifiers"];
                    let near = did_you_mean(known.into_iter(), other);
                    let problem = format!("{name}: no such key{near}; there are {}", known.join(", "));
                    return Err(self.wrong(&key.span(), problem));
                }
            }
        }
        match (&list.file, list.entries.is_empty()) {
            (Some(_), true) | (None, false) => Ok(list),
            (None, true) => Err(self.wrong(span, "allow-list: empty; give it a file, words or regexes")),
            (Some(_), false) => {
                Err(self.wrong(span, "allow-list.file: stands beside words or regexes; make two lists"))
            }
        }
    }

    fn entries(&self, prefix: &str, name: &str, value: &Value<'_>) -> Result<Vec<(usize, String)>, Mistake> {
        let texts = self.texts(name, value)?;
        let lines: Vec<usize> = match value.get_ref() {
            DeValue::Array(values) => values.iter().map(|v| line_of(self.text, v.span().start)).collect(),
            _ => vec![line_of(self.text, value.span().start)],
        };
        if texts.iter().any(|text| text.trim().is_empty()) {
            return Err(self.wrong(&value.span(), format!("{name}: an entry is empty; remove it")));
        }
        Ok(lines.into_iter().zip(texts.into_iter().map(|text| format!("{prefix}{text}"))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, Form, Key};

    fn keys() -> Vec<Key> {
        let key = |name: &str, form| Key { name: name.to_owned(), form };
        vec![
            key("strict", Form::Switch),
            key("fail-on", Form::One),
            key("exclude", Form::Many),
            key("identifiers", Form::Selection),
        ]
    }

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse("tamis.toml", text, &keys()).map_err(|mistake| mistake.to_string())
    }

    #[test]
    fn settings_become_words() {
        let values = |text: &str| parse(text).unwrap().settings.remove(0).values;
        assert_eq!(values("strict = true"), ["true"]);
        assert_eq!(values("fail-on = 'high'"), ["high"]);
        assert_eq!(values("exclude = ['a', 'b']"), ["a", "b"]);
        assert_eq!(values("exclude = 'a'"), ["a"]);
        assert_eq!(values("identifiers = ['all', '-NAME']"), ["all,-NAME"]);
        assert_eq!(values("identifiers = { mode = 'EXCLUDE', ids = ['NAME', 'VIN'] }"), ["all,-NAME,-VIN"]);
        assert_eq!(values("identifiers = { mode = 'include', ids = ['NAME'] }"), ["NAME"]);
        assert_eq!(values("identifiers = { mode = 'none' }"), ["none"]);
    }

    #[test]
    fn mistakes_name_line_key_and_mend() {
        for (text, parts) in [
            ("\nfail_on = 'high'", ["tamis.toml:2: fail_on: no such key", "did you mean `fail-on`"]),
            ("strict = 'yes'", ["tamis.toml:1: strict", "true or false"]),
            ("exclude = [1]", ["tamis.toml:1: exclude", "texts in quotes"]),
            ("fail-on = ['high']", ["tamis.toml:1: fail-on", "one text"]),
            ("strict = true\nstrict = true", ["tamis.toml:2", "duplicate key"]),
            ("strict =", ["tamis.toml:1", ""]),
            ("identifiers = { mode = 'some' }", ["identifiers.mode", "recommended, all"]),
            ("identifiers = { mode = 'exclude' }", ["identifiers.ids", "needs a list"]),
            ("identifiers = { mode = 'all', ids = ['A'] }", ["identifiers.ids", "takes none"]),
            ("identifiers = { modes = 'all' }", ["identifiers.modes", "mode and ids"]),
            ("[allow-list]\nwords = ['a']", ["allow-list: must be", "[[allow-list]]"]),
            ("[[allow-list]]\nname = 'x'", ["tamis.toml:1: allow-list: empty", "give it"]),
            ("[[allow-list]]\nwrods = ['a']", ["tamis.toml:2: allow-list.wrods", "did you mean `words`"]),
            ("[[allow-list]]\nwords = ['']", ["tamis.toml:2: allow-list.words", "remove it"]),
            ("[[allow-list]]\nfile = 'a'\nwords = ['b']", ["allow-list.file", "two lists"]),
        ] {
            let error = parse(text).unwrap_err();
            assert!(parts.iter().all(|part| error.contains(part)), "{text}: {error}");
        }
    }
}
