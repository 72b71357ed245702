//! Reading `[[policy]]` entries: every mistake names its line, its key and the mend.

use super::Policy;
use crate::identifier::did_you_mean;
use crate::mistake::Mistake;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Value<'t> = Spanned<DeValue<'t>>;

const KEYS: [&str; 3] = ["name", "paths", "unencrypted-archives"];

/// The rules of a file's `policy` value.
pub fn rules(file: &str, text: &str, value: &Value<'_>) -> Result<Vec<Policy>, Mistake> {
    let reader = Reader { file, text };
    let wrong = |span: &Range<usize>| reader.wrong(span, "policy: must be a list of tables; write `[[policy]]`");
    let DeValue::Array(entries) = value.get_ref() else { return Err(wrong(&value.span())) };
    let mut rules = Vec::new();
    for entry in entries {
        let DeValue::Table(table) = entry.get_ref() else { return Err(wrong(&entry.span())) };
        rules.push(reader.rule(table, &entry.span(), rules.len() + 1)?);
    }
    Ok(rules)
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn wrong(&self, span: &Range<usize>, problem: impl Into<String>) -> Mistake {
        Mistake::at(self.file, self.text, span, problem)
    }

    fn rule(&self, table: &DeTable<'_>, span: &Range<usize>, number: usize) -> Result<Policy, Mistake> {
        let (mut name, mut paths, mut archives) = (None, None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => name = Some(self.name(value)?),
                "paths" => paths = Some(self.paths(value)?),
                "unencrypted-archives" => archives = Some(self.archives(value)?),
                other => {
                    let near = did_you_mean(KEYS.into_iter(), other);
                    let problem = format!("policy.{other}: no such key{near}; there are {}", KEYS.join(", "));
                    return Err(self.wrong(&key.span(), problem));
                }
            }
        }
        let missing = |key: &str, mend: &str| self.wrong(span, format!("policy.{key}: missing; {mend}"));
        Ok(Policy {
            name: name.unwrap_or_else(|| format!("policy {number}")),
            paths: paths.ok_or_else(|| missing("paths", "say which folders it is for, as in [\"share/**\"]"))?,
            unencrypted_archives: archives
                .ok_or_else(|| missing("unencrypted-archives", "say \"allow\" or \"refuse\""))?,
        })
    }

    fn name(&self, value: &Value<'_>) -> Result<String, Mistake> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            _ => Err(self.wrong(&value.span(), "policy.name: must be text in quotes")),
        }
    }

    fn archives(&self, value: &Value<'_>) -> Result<bool, Mistake> {
        match value.get_ref() {
            DeValue::String(word) if word == "allow" => Ok(true),
            DeValue::String(word) if word == "refuse" => Ok(false),
            _ => Err(self.wrong(&value.span(), "policy.unencrypted-archives: must be \"allow\" or \"refuse\"")),
        }
    }

    /// Globs on paths below the target; `*` stops at `/`, `**` does not.
    fn paths(&self, value: &Value<'_>) -> Result<GlobSet, Mistake> {
        let wrong = |span: &Range<usize>| self.wrong(span, "policy.paths: must be a list of globs in quotes");
        let DeValue::Array(globs) = value.get_ref() else { return Err(wrong(&value.span())) };
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            let DeValue::String(text) = glob.get_ref() else { return Err(wrong(&glob.span())) };
            let built = GlobBuilder::new(text).literal_separator(true).build();
            set.add(built.map_err(|_| self.wrong(&glob.span(), format!("policy.paths: `{text}` is not a glob")))?);
        }
        if globs.is_empty() {
            return Err(self.wrong(&value.span(), "policy.paths: empty; `**` is every file"));
        }
        set.build().map_err(|_| self.wrong(&value.span(), "policy.paths: too many globs together; make two rules"))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn mistakes_name_line_key_and_mend() {
        for (text, part) in [
            ("policy = 1", "tamis.toml:1: policy: must be a list of tables"),
            ("[[policy]]\npaths = ['a/**']", "policy.unencrypted-archives: missing; say \"allow\""),
            ("[[policy]]\nunencrypted-archives = 'refuse'", "policy.paths: missing; say which"),
            ("[[policy]]\nunencrypted-archives = true", "tamis.toml:2: policy.unencrypted-archives: must be"),
            ("[[policy]]\npath = ['a']", "tamis.toml:2: policy.path: no such key (did you mean `paths`?)"),
            ("[[policy]]\npaths = ['a[']", "tamis.toml:2: policy.paths: `a[` is not a glob"),
            ("[[policy]]\npaths = []", "tamis.toml:2: policy.paths: empty"),
            ("[[policy]]\nname = ''", "tamis.toml:2: policy.name: must be text"),
        ] {
            let error = Config::parse("tamis.toml", text, &[]).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let text = "[[policy]]\nname = 'backups'\npaths = ['backup/**']\nunencrypted-archives = 'allow'\n\
                    [[policy]]\npaths = ['**']\nunencrypted-archives = 'refuse'";
        let rules = Config::parse("tamis.toml", text, &[]).unwrap().policies;
        let fits = |path: &str| rules.iter().find(|rule| rule.paths.is_match(path)).map(|rule| rule.name.as_str());
        assert_eq!([fits("backup/a/b.zip"), fits("a.zip")], [Some("backups"), Some("policy 2")]);
    }
}
