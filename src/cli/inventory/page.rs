//! The inventory as text, in 80 columns.

use super::{Scores, time};
use crate::inventory::{FolderRow, Inventories, Inventory, Kind};
use crate::reports::columns::{fit_end as cut, padded};
use crate::reports::numbers::{bytes, count, counted, duration};
use crate::reports::printable::{printable, shortened};
use std::cmp::Reverse;
use std::fmt::Write;
use std::time::SystemTime;

/// Rows of each table; JSON has all.
const MOST_ROWS: usize = 25;
/// Folders of each target that are listed, where there are several.
const MOST_FOLDERS: usize = 10;
/// Cells of a target's or a folder's name.
const NAME: usize = 23;

fn day(moment: Option<SystemTime>) -> String {
    time(moment).map(|time| time[..10].to_owned()).unwrap_or_default()
}

fn dotted(extension: &[u8]) -> String {
    if extension.is_empty() { "(none)".to_owned() } else { format!(".{}", shortened(extension, 14)) }
}

/// The whole page.
pub(super) fn text(each: &Inventories, scores: &Scores, threads: usize) -> String {
    let (mut out, all) = (String::new(), &each.whole);
    types(all, &mut out);
    places(each, scores, &mut out);
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
        let (_, writable) = all.open();
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

/// The targets, if there are several, and the folders of each.
fn places(each: &Inventories, scores: &Scores, out: &mut String) {
    let has_folders = |all: &Inventory| all.folders.keys().any(|name| !name.is_empty());
    if each.targets.len() < 2 && !has_folders(&each.whole) {
        return;
    }
    let score = if scores.known { "Score" } else { "" };
    let heading = format!(
        "{:23} {:>11} {:>10}  {:10} {:>7} {:>7} {score:>5}",
        "Where", "Objects", "Bytes", "Changed", "o+r", "o+w"
    );
    let _ = writeln!(out, "{}", heading.trim_end());
    for (target, all) in each.targets.iter().take(MOST_ROWS) {
        let is_alone = each.targets.len() == 1;
        if !is_alone || scores.known {
            let (readable, writable) = all.open();
            let whole = FolderRow {
                amount: all.total,
                changed: all.newest,
                world_readable: readable,
                world_writable: writable,
                ..FolderRow::default()
            };
            place(&cut(&printable(target).to_string(), NAME), &whole, scores.of(target, None), out);
        }
        if !has_folders(all) {
            continue;
        }
        let mut rows: Vec<_> = all.folders.iter().collect();
        rows.sort_by_key(|(name, row)| (Reverse(row.amount.bytes), (*name).clone()));
        let most = if is_alone { MOST_ROWS } else { MOST_FOLDERS };
        for (name, row) in rows.iter().take(most) {
            let shown = if name.is_empty() { "in no folder".to_owned() } else { format!("{}/", printable(name)) };
            place(&format!("  {}", cut(&shown, NAME - 2)), row, scores.of(target, Some(name)), out);
        }
        more(rows.len().saturating_sub(most) as u64, "folder", out);
    }
    more(each.targets.len().saturating_sub(MOST_ROWS) as u64, "target", out);
    let _ = writeln!(out, "o+r, o+w: files that everyone may read, may write to\n");
}

fn place(name: &str, row: &FolderRow, score: Option<i8>, out: &mut String) {
    let (size, changed) = (bytes(row.amount.bytes), day(row.changed));
    let (readable, writable) = (count(row.world_readable), count(row.world_writable));
    let (name, score) = (padded(name, NAME), score.map(|score| score.to_string()).unwrap_or_default());
    let row = format!(
        "{name} {:>11} {size:>10}  {changed:10} {readable:>7} {writable:>7} {score:>5}",
        count(row.amount.objects)
    );
    let _ = writeln!(out, "{}", row.trim_end());
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
    let (readable, writable) = all.open();
    let (readable, writable) = (count(readable), count(writable));
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
