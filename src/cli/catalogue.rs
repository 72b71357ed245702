//! `tamis identifiers list` and `show`: what can be found, as text and as JSON. Runs nothing.

mod row;
mod show;
mod words;

pub use show::show;
pub use words::{Form, IdentifiersCommand, ListArgs, TestArgs};

use super::{Settled, identifiers};
use crate::identifier::{self, DataIdentifier};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

pub(super) use row::json;

/// The identifiers that every filter lets through, one a line or as a JSON array.
pub fn list(args: &ListArgs, settled: &Settled) -> Result<String> {
    let chosen = filtered(&identifiers(&settled.args.custom)?, args)?;
    Ok(match args.format {
        Form::Json => json(&chosen.iter().map(|i| row::IdentifierRow::of(i)).collect::<Vec<_>>()),
        Form::Text => lines(&chosen),
    })
}

fn lines(chosen: &[Arc<DataIdentifier>]) -> String {
    let width = chosen.iter().map(|i| i.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for i in chosen {
        let mark = if i.recommended { "recommended" } else { "" };
        let line = format!("{:width$}  {:21}  {mark:11}  {}", i.id, i.category.code(), i.name);
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// Each filter takes from what the one before left; the one that leaves nothing is named.
fn filtered(all: &[Arc<DataIdentifier>], args: &ListArgs) -> Result<Vec<Arc<DataIdentifier>>> {
    let mut left = identifier::select(all, &args.identifiers).context("--identifiers")?;
    if left.is_empty() {
        bail!("--identifiers {}: names no identifier; `all` lists them all", args.identifiers);
    }
    if let Some(category) = args.category {
        left.retain(|i| i.category == category.into());
        some_left(&left, "--category", &args.category_word(), "the others leave none of it; drop one of them")?;
    }
    if let Some(country) = &args.country {
        // ISO's code is GB; people type UK.
        let code = if country.eq_ignore_ascii_case("UK") { "GB" } else { country.as_str() };
        let known = values(all, DataIdentifier::countries);
        left.retain(|i| i.countries().iter().any(|c| c.eq_ignore_ascii_case(code)));
        some_left(&left, "--country", country, &format!("there are {known}"))?;
    }
    if let Some(tag) = &args.tag {
        let known = values(all, |i| i.tags.iter().filter(|t| t.len() > 2).collect());
        left.retain(|i| i.tags.iter().any(|t| t.eq_ignore_ascii_case(tag)));
        let near = identifier::did_you_mean(known.split(' '), tag);
        some_left(&left, "--tag", tag, &format!("there are {known}{near}"))?;
    }
    if args.recommended {
        left.retain(|i| i.recommended);
        some_left(&left, "--recommended", "", "none of those that the other filters leave is in the default set")?;
    }
    Ok(left)
}

fn some_left(left: &[Arc<DataIdentifier>], flag: &str, value: &str, hint: &str) -> Result<()> {
    if left.is_empty() {
        bail!("{}: no identifier is left; {hint}", format!("{flag} {value}").trim_end());
    }
    Ok(())
}

/// What the identifiers have, each once, with a space between them.
fn values<'i>(all: &'i [Arc<DataIdentifier>], of: impl Fn(&'i DataIdentifier) -> Vec<&'i str>) -> String {
    let values: BTreeSet<&str> = all.iter().flat_map(|i| of(i)).collect();
    values.into_iter().collect::<Vec<_>>().join(" ")
}
