//! The identifiers as text: the list, and all there is to know of one.

use crate::identifier::{self, DataIdentifier, KeywordRule, Proximity};
use anyhow::{Result, bail};
use std::fmt::Write;
use std::sync::Arc;

/// One line for each identifier that `selection` names.
pub fn list(all: &[Arc<DataIdentifier>], selection: &str) -> Result<String> {
    let chosen = identifier::select(all, selection)?;
    let width = chosen.iter().map(|i| i.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for i in &chosen {
        let mark = if i.recommended { "recommended" } else { "" };
        let line = format!("{:width$}  {:21}  {mark:11}  {}", i.id, i.category.code(), i.name);
        let _ = writeln!(out, "{}", line.trim_end());
    }
    Ok(out)
}

/// Everything about one identifier.
pub fn show(all: &[Arc<DataIdentifier>], id: &str) -> Result<String> {
    let Some(i) = all.iter().find(|i| i.id.eq_ignore_ascii_case(id)) else {
        // The selection's own message names the nearest id.
        identifier::select(all, id)?;
        bail!("`{id}` names several identifiers or none; give one ID");
    };
    let mut out = String::new();
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "{name:12} {value}");
        }
    };
    row("id", &i.id);
    row("name", &i.name);
    row("description", &i.description);
    row("category", i.category.code());
    row("tags", &i.tags.join(", "));
    row("recommended", if i.recommended { "yes" } else { "no" });
    let levels = i.severity_levels.iter().map(|l| format!("{} from {}", l.severity.word(), l.occurrences_threshold));
    row("severity", &levels.collect::<Vec<_>>().join(", "));
    row("keywords", &i.keywords.join(", "));
    if !i.keywords.is_empty() {
        row("distance", &distance(i.proximity));
    }
    row("ignored", &i.ignore_words.join(", "));
    for pattern in &i.patterns {
        let keyword = match pattern.keyword {
            KeywordRule::Required => "with a keyword",
            KeywordRule::Optional => "with or without a keyword",
            KeywordRule::Forbidden => "without a keyword",
        };
        let validator = pattern.validator_name.as_ref().map(|v| format!(", checked by {v}")).unwrap_or_default();
        row("pattern", &format!("{}  ({keyword}{validator})", pattern.regex));
    }
    i.references.iter().for_each(|r| row("reference", r));
    row("remediation", &i.remediation);
    i.examples.matching.iter().for_each(|e| row("finds", &format!("{e:?}")));
    i.examples.no_match.iter().for_each(|e| row("not", &format!("{e:?}")));
    row("defined in", &i.origin);
    Ok(out)
}

fn distance(proximity: Proximity) -> String {
    match proximity {
        Proximity::Between(most) => format!("at most {most} characters between keyword and match"),
        Proximity::UpToEnd(most) => {
            format!("before the match, at most {most} characters from its end to the match's end")
        }
    }
}
