//! `tamis inventory`: what is there, as text in 80 columns and as JSON. What it is, is the library's business.

use super::catalogue::{Form, json};
use super::pattern;
use crate::inventory::{Inventory, Kind, inventory};
use crate::plan::{Pattern, Scope};
use crate::reports::numbers::{bytes, count, counted, duration};
use crate::reports::printable::{printable, shortened};
use crate::status::Reason;
use anyhow::Result;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::ffi::OsString;
use std::fmt::Write;
use std::time::SystemTime;

/// Rows of each table; JSON has all.
const MOST_ROWS: usize = 25;
/// Characters of a folder's or a path's name.
const LONGEST: usize = 38;

/// The words of `tamis inventory`.
#[derive(Debug, clap::Args)]
pub struct InventoryArgs {
    /// Folders, files or archives [default: the current folder]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<OsString>,
    /// What goes to standard output
    #[arg(short, long, value_name = "F", default_value = "text")]
    pub format: Form,
    /// Tell what each file is by its first bytes, not by its extension: opens every file
    #[arg(long)]
    pub sniff: bool,
    /// Only files that fit a glob; repeatable
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// Leave out files and folders that fit a glob; wins over --include; repeatable
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Worker threads of the scan that is estimated [default: all cores]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// What is there, to be printed.
pub fn take_inventory(args: &InventoryArgs) -> Result<String> {
    let globs = |word: &str, globs: &[String]| -> Result<Vec<Pattern>> {
        globs.iter().map(|glob| pattern(word, glob)).collect()
    };
    let targets = if args.targets.is_empty() { vec![".".into()] } else { args.targets.clone() };
    let scope = Scope {
        targets,
        include: globs("include", &args.include)?,
        exclude: globs("exclude", &args.exclude)?,
        ..Scope::default()
    };
    let all = inventory(&scope, args.sniff)?;
    let threads = args.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let targets: Vec<String> = scope.targets.iter().map(|target| target.to_string_lossy().into_owned()).collect();
    Ok(match args.format {
        Form::Json => document(&all, &targets, threads),
        Form::Text => text(&all, threads),
    })
}

fn time(time: Option<SystemTime>) -> Option<String> {
    time.and_then(crate::reports::timestamp)
}

fn day(moment: Option<SystemTime>) -> String {
    time(moment).map(|time| time[..10].to_owned()).unwrap_or_default()
}

fn dotted(extension: &[u8]) -> String {
    if extension.is_empty() { "(none)".to_owned() } else { format!(".{}", shortened(extension, 14)) }
}

fn text(all: &Inventory, threads: usize) -> String {
    let mut out = String::new();
    types(all, &mut out);
    folders(all, &mut out);
    if !all.not_files.is_empty() {
        let _ = writeln!(out, "Not files, or not to be opened");
        for (reason, number) in &all.not_files {
            let _ = writeln!(out, "  {:44}  {:>11}", reason.code(), count(*number));
        }
        out.push('\n');
    }
    if !all.writable_paths.is_empty() {
        let _ = writeln!(out, "Writable by everyone");
        for path in all.writable_paths.iter().take(MOST_ROWS) {
            let _ = writeln!(out, "  {}", shortened(path, 76));
        }
        let writable: u64 = all.folders.values().map(|row| row.world_writable).sum();
        more(writable.saturating_sub(MOST_ROWS as u64), "file", &mut out);
        out.push('\n');
    }
    summary(all, threads, &mut out);
    out
}

fn more(number: u64, thing: &str, out: &mut String) {
    if number > 0 {
        let _ = writeln!(out, "  ... and {}", counted(number, &format!("more {thing}")));
    }
}

/// Types by bytes, the most first.
fn types(all: &Inventory, out: &mut String) {
    let mut rows: Vec<_> = all.types.iter().collect();
    rows.sort_by_key(|((extension, kind), amount)| (Reverse(amount.bytes), extension.clone(), *kind));
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "{:16}  {:16}  {:8}  {:>13}  {:>10}", "Extension", "Type", "Readable", "Objects", "Bytes");
    for ((extension, kind), amount) in rows.iter().take(MOST_ROWS) {
        let (extension, size) = (dotted(extension), bytes(amount.bytes));
        let (name, word) = (kind.name(), kind.classifiable());
        let _ = writeln!(out, "{extension:16}  {name:16}  {word:8}  {:>13}  {size:>10}", count(amount.objects));
    }
    more(rows.len().saturating_sub(MOST_ROWS) as u64, "type", out);
    out.push('\n');
}

fn folders(all: &Inventory, out: &mut String) {
    if all.folders.len() < 2 && all.folders.contains_key(&b""[..]) || all.folders.is_empty() {
        return;
    }
    let mut rows: Vec<_> = all.folders.iter().collect();
    rows.sort_by_key(|(name, row)| (Reverse(row.amount.bytes), (*name).clone()));
    let _ = writeln!(out, "{:38}  {:>13}  {:>10}  {:10}", "Folder", "Objects", "Bytes", "Changed");
    for (name, row) in rows.iter().take(MOST_ROWS) {
        let name = if name.is_empty() { ".".to_owned() } else { cut(&format!("{}/", printable(name))) };
        let (size, changed) = (bytes(row.amount.bytes), day(row.changed));
        let _ = writeln!(out, "{name:38}  {:>13}  {size:>10}  {changed:10}", count(row.amount.objects));
    }
    more(rows.len().saturating_sub(MOST_ROWS) as u64, "folder", out);
    out.push('\n');
}

/// The end of a long name: its beginning is the folder that all have in common.
fn cut(name: &str) -> String {
    let length = name.chars().count();
    if length <= LONGEST {
        name.to_owned()
    } else {
        format!("...{}", name.chars().skip(length - LONGEST + 3).collect::<String>())
    }
}

fn summary(all: &Inventory, threads: usize, out: &mut String) {
    let row = |name: &str, amount: crate::inventory::Amount, words: &str| {
        format!("{name:12}{:>13}  {:>10}  {words}", count(amount.objects), bytes(amount.bytes)).trim_end().to_owned()
    };
    let _ = writeln!(out, "{}", row("Files", all.total, ""));
    let of = |fits: fn(Kind) -> bool| all.amount(fits);
    for (name, amount, words) in [
        ("Readable", of(|kind| matches!(kind, Kind::Read(_))), ""),
        ("Pictures", of(|kind| matches!(kind, Kind::Picture(_))), "what is written beside them is read"),
        ("Unknown", of(|kind| kind == Kind::Unknown), "read if they are text; --sniff tells"),
        ("Unreadable", of(|kind| matches!(kind, Kind::Unread(_) | Kind::NoFormat)), "no format reads them"),
    ] {
        if amount.objects > 0 {
            let _ = writeln!(out, "{}", row(name, amount, words));
        }
    }
    let left_out: u64 = all.left_out.values().sum();
    if left_out > 0 {
        let _ = writeln!(out, "Left out    {:>13}", count(left_out));
    }
    let open = |of: fn(&crate::inventory::FolderRow) -> u64| count(all.folders.values().map(of).sum());
    let (readable, writable) = (open(|row| row.world_readable), open(|row| row.world_writable));
    let _ = writeln!(out, "Open        {readable:>13} readable by everyone, {writable} writable");
    if all.newest.is_some() {
        let _ = writeln!(out, "Changed     from {} to {}", day(all.oldest), day(all.newest));
    }
    let estimate = all.estimate();
    let (read, text, processor) = (bytes(estimate.bytes), bytes(estimate.text), estimate.processor);
    let whole = processor / u32::try_from(threads).unwrap_or(1);
    let _ = writeln!(
        out,
        "\nA full scan reads {read}, about {text} of text: {} of one core,\n{} with {}.",
        duration(processor),
        duration(whole),
        counted(threads as u64, "thread")
    );
}

fn document(all: &Inventory, targets: &[String], threads: usize) -> String {
    let amount = |amount: crate::inventory::Amount| json!({ "objects": amount.objects, "bytes": amount.bytes });
    let types: Vec<Value> = all.types.iter().map(|((extension, kind), sum)| {
        json!({
            "extension": String::from_utf8_lossy(extension), "type": kind.name(), "classifiable": kind.classifiable(),
            "why": Some(kind.why()).filter(|why| !why.is_empty()), "objects": sum.objects, "bytes": sum.bytes,
        })
    }).collect();
    let folders: Vec<Value> = all.folders.iter().map(|(name, row)| {
        json!({
            "folder": if name.is_empty() { ".".into() } else { String::from_utf8_lossy(name) },
            "objects": row.amount.objects, "bytes": row.amount.bytes, "classifiable": amount(row.readable),
            "lastChanged": time(row.changed), "readableByEveryone": row.world_readable, "writableByEveryone": row.world_writable,
        })
    }).collect();
    let open = |of: fn(&crate::inventory::FolderRow) -> u64| all.folders.values().map(of).sum::<u64>();
    let estimate = all.estimate();
    let seconds = (estimate.processor.as_secs_f64() * 1000.0).round() / 1000.0;
    let reasons: Vec<(&str, u64)> =
        all.not_files.iter().map(|(reason, number)| (Reason::code(*reason), *number)).collect();
    json(&json!({
        "schemaVersion": "1.0",
        "targets": targets,
        "total": amount(all.total),
        "readable": amount(all.amount(|kind| matches!(kind, Kind::Read(_)))),
        "pictures": amount(all.amount(|kind| matches!(kind, Kind::Picture(_)))),
        "unknown": amount(all.amount(|kind| kind == Kind::Unknown)),
        "unreadable": amount(all.amount(|kind| matches!(kind, Kind::Unread(_) | Kind::NoFormat))),
        "types": types,
        "folders": folders,
        "notFiles": reasons.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "leftOut": all.left_out,
        "open": {
            "readableByEveryone": open(|row| row.world_readable),
            "writableByEveryone": open(|row| row.world_writable),
            "writablePaths": all.writable_paths.iter().map(|path| String::from_utf8_lossy(path)).collect::<Vec<_>>(),
        },
        "lastChanged": { "oldest": time(all.oldest), "newest": time(all.newest) },
        "estimate": { "bytes": estimate.bytes, "textBytes": estimate.text, "processorSeconds": seconds, "threads": threads },
    }))
}
