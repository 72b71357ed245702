//! One identifier in full, for people.

use super::row::{IdentifierRow, checks, json};
use super::words::Form;
use crate::cli::words::in_words;
use crate::identifier::{Borders, DataIdentifier, KeywordRule, Pattern, Proximity, did_you_mean};
use crate::reports::printable::printable;
use anyhow::{Result, bail};
use std::fmt::Write;
use std::sync::Arc;

/// Everything about one identifier.
pub fn show(all: &[Arc<DataIdentifier>], id: &str, form: Form) -> Result<String> {
    let Some(i) = all.iter().find(|i| i.id.eq_ignore_ascii_case(id)) else {
        let near = did_you_mean(all.iter().map(|i| i.id.as_str()), id);
        bail!("no identifier `{id}`{near}; `tamis identifiers list` shows them all");
    };
    if form == Form::Json {
        return Ok(json(&IdentifierRow::of(i)));
    }
    let mut page = Page(String::new());
    page.head(i);
    page.keywords(i);
    i.patterns.iter().for_each(|pattern| page.pattern(pattern));
    for name in i.validators() {
        page.row("validator", &format!("{name}: {}", checks(name)));
    }
    page.row("ignored", &i.ignore_words.join(", "));
    page.row("remediation", &i.remediation);
    i.references.iter().for_each(|r| page.row("reference", r));
    i.examples.matching.iter().for_each(|e| page.row("finds", &format!("{e:?}")));
    i.examples.no_match.iter().for_each(|e| page.row("not", &format!("{e:?}")));
    page.row("source", &i.origin);
    Ok(page.0)
}

struct Page(String);

impl Page {
    fn row(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            let _ = writeln!(self.0, "{name:12} {}", printable(value));
        }
    }

    fn head(&mut self, i: &DataIdentifier) {
        self.row("id", &i.id);
        self.row("name", &i.name);
        self.row("description", &i.description);
        self.row("category", i.category.code());
        self.row("tags", &i.tags.join(", "));
        self.row("countries", &i.countries().join(", "));
        self.row("recommended", if i.recommended { "yes" } else { "no" });
        let levels = i.severity_levels.iter();
        let levels = levels.map(|l| format!("{} from {}", l.severity.word(), l.occurrences_threshold));
        self.row("severity", &levels.collect::<Vec<_>>().join(", "));
        if i.precedence != 0 {
            self.row("precedence", &i.precedence.to_string());
        }
    }

    fn keywords(&mut self, i: &DataIdentifier) {
        self.row("keywords", &i.keywords.join(", "));
        if i.keywords.is_empty() {
            return;
        }
        let rule = match i.keyword_rule() {
            Some(KeywordRule::Required) => "one must be near",
            Some(KeywordRule::Optional) => "one makes the match surer, none is needed",
            Some(KeywordRule::Forbidden) => "none may be near",
            None => "some patterns need one, see below",
        };
        self.row("keyword rule", rule);
        self.row("distance", &distance(i.proximity));
    }

    fn pattern(&mut self, pattern: &Pattern) {
        let keyword = match pattern.keyword {
            KeywordRule::Required => "with a keyword",
            KeywordRule::Optional => "with or without a keyword",
            KeywordRule::Forbidden => "without a keyword",
        };
        let borders = match pattern.borders {
            Borders::None => "",
            Borders::Number => ", not part of a longer number",
            Borders::Token => ", not part of a longer token",
        };
        let validator = pattern.validator_name.as_ref().map(|v| format!(", checked by {v}")).unwrap_or_default();
        let names = match pattern.field_names.as_slice() {
            [] => String::new(),
            names => format!(", only as the value of a field named {}", names.join(" or ")),
        };
        let rules = format!("{keyword}{names}{borders}{validator}");
        match in_words(&pattern.regex) {
            Some(words) => self.row("pattern", &format!("{words} ({rules})")),
            None => self.row("pattern", &format!("see the regex ({rules})")),
        }
        self.row("  regex", &pattern.regex);
    }
}

fn distance(proximity: Proximity) -> String {
    match proximity {
        Proximity::Between(most) => format!("at most {most} characters between keyword and match"),
        Proximity::UpToEnd(most) => {
            format!("before the match, at most {most} characters from its end to the match's end")
        }
    }
}
