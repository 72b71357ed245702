//! `tamis identifiers test`: the truth about a pattern, as text and as JSON. What was typed is sorted out here; the trial is
//! `trial`'s, and the reasons are in `reasons`.

mod reasons;
mod rows;

use super::catalogue::{Form, TestArgs, json};
use super::{Settled, allow_lists, identifiers};
use crate::allow_list::AllowList;
use crate::detect::{Candidate, Detector, Fate, Settings};
use crate::identifier::{self, DataIdentifier, did_you_mean};
use crate::reports::printable::printable;
use crate::trial::{self, MOST, Trial};
use anyhow::{Context, Result, bail};
use rows::{ExamplesRow, TrialRow};
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// What came of a test.
pub struct Tested {
    /// What to show.
    pub text: String,
    /// Whether an example failed.
    pub failed: bool,
}

/// Runs what the words ask for.
pub fn test(args: &TestArgs, settled: &Settled, stdin: &mut dyn Read) -> Result<Tested> {
    let all = identifiers(&settled.args.custom)?;
    let allow = allow_lists::of(settled, &all)?;
    let (id, file) = sorted_out(&all, args.id.as_deref(), args.file.as_deref())?;
    let chosen = match id {
        Some(id) => named(&all, id)?,
        None => all.clone(),
    };
    match file {
        Some(file) => Ok(Tested { text: on_file(args, (&chosen, &all), &allow, file, stdin)?, failed: false }),
        None => Ok(on_examples(args, &chosen)),
    }
}

/// One word alone is an ID, or else a file; two are an ID and a file.
fn sorted_out<'w>(
    all: &[Arc<DataIdentifier>],
    first: Option<&'w OsStr>,
    second: Option<&'w OsStr>,
) -> Result<(Option<&'w str>, Option<&'w OsStr>)> {
    let word = |w: &'w OsStr| w.to_str().context("an ID is plain text");
    match (first, second) {
        (Some(first), Some(second)) => Ok((Some(word(first)?), Some(second))),
        (None, _) => Ok((None, None)),
        (Some(one), None) if one == "-" => Ok((None, Some(one))),
        (Some(one), None) => {
            let id = one.to_str().filter(|id| named(all, id).is_ok());
            if id.is_some() || !Path::new(one).exists() { Ok((Some(word(one)?), None)) } else { Ok((None, Some(one))) }
        }
    }
}

/// The one identifier of that ID, or those of a selection.
fn named(all: &[Arc<DataIdentifier>], id: &str) -> Result<Vec<Arc<DataIdentifier>>> {
    if let Some(one) = all.iter().find(|i| i.id.eq_ignore_ascii_case(id)) {
        return Ok(vec![Arc::clone(one)]);
    }
    if !id.contains([',', '*', '?']) && identifier::select(all, id).is_err() {
        let near = did_you_mean(all.iter().map(|i| i.id.as_str()), id);
        bail!("no identifier or file `{id}`{near}; `tamis identifiers list` shows the identifiers");
    }
    let chosen = identifier::select(all, id)?;
    if chosen.is_empty() {
        bail!("`{id}` leaves no identifier to test; name some, or `all`");
    }
    Ok(chosen)
}

fn read(file: &OsStr, stdin: &mut dyn Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = MOST as u64 + 1;
    let outcome: io::Result<usize> = if file == "-" {
        stdin.take(most).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|f| f.take(most).read_to_end(&mut bytes))
    };
    outcome.with_context(|| format!("{}: cannot be read; check the path", Path::new(file).display()))?;
    Ok(bytes)
}

fn on_file(
    args: &TestArgs,
    (chosen, all): (&[Arc<DataIdentifier>], &[Arc<DataIdentifier>]),
    allow: &[Arc<AllowList>],
    file: &OsStr,
    stdin: &mut dyn Read,
) -> Result<String> {
    let bytes = read(file, stdin)?;
    let path = Path::new(file);
    let shown = path.display().to_string();
    let name = path.file_name().map(|n| n.as_encoded_bytes().to_vec()).unwrap_or_default();
    let run = |identifiers: &[Arc<DataIdentifier>], bytes: Vec<u8>| -> Result<Trial> {
        let settings = Settings { reveal: args.reveal, allow: allow.to_vec(), ..Settings::default() };
        let detector = Detector::new(identifiers.to_vec(), settings);
        trial::on_content(&detector, &name, bytes).with_context(|| shown.clone())
    };
    // Who is kept alone may lose among all: with --explain that is said too.
    let among_all = args.explain && chosen.len() < all.len();
    let rivals = if among_all { run(all, bytes.clone())?.candidates } else { Vec::new() };
    let trial = run(chosen, bytes)?;
    let rows = TrialRow::of(&shown, &trial, &rivals, args.explain);
    Ok(match args.format {
        Form::Json => json(&rows),
        Form::Text => rows.text(),
    })
}

fn on_examples(args: &TestArgs, chosen: &[Arc<DataIdentifier>]) -> Tested {
    let mut rows = Vec::new();
    for identifier in chosen {
        rows.push(ExamplesRow::of(identifier, &trial::on_examples(identifier, args.reveal), args));
    }
    let failed = rows.iter().any(ExamplesRow::has_failed);
    let text = match args.format {
        Form::Json => json(&rows),
        Form::Text => {
            let mut text: String = rows.iter().map(ExamplesRow::text).collect();
            let examples: usize = rows.iter().map(ExamplesRow::count).sum();
            let wrong: usize = rows.iter().map(ExamplesRow::failures).sum();
            let _ = writeln!(text, "{examples} examples, {} pass, {wrong} fail", examples - wrong);
            text
        }
    };
    Tested { text, failed }
}

/// A text in which each candidate is masked.
fn masked(text: &str, candidates: &[Candidate]) -> String {
    let mut out = String::new();
    let mut from = 0;
    for candidate in candidates {
        let (start, end) = (candidate.span.0 as usize, candidate.span.1 as usize);
        if start < from {
            // What overlaps the one before: its rest is hidden without a trace of what it is.
            if end > from && text.is_char_boundary(end) {
                out.push('*');
                from = end;
            }
            continue;
        }
        out.push_str(text.get(from..start).unwrap_or_default());
        out.push_str(&candidate.masked);
        from = end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    printable(&out).to_string()
}

fn outcome(fate: &Fate) -> &'static str {
    match fate {
        Fate::Kept { .. } => "kept",
        Fate::Lost { .. } => "lost",
        _ => "dropped",
    }
}
