//! The inventory as JSON.

use super::{Scores, time};
use crate::cli::catalogue::json;
use crate::inventory::{Amount, Inventories, Inventory, Kind};
use crate::status::Reason;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The whole document: everything first, then the same for each target.
pub(super) fn document(each: &Inventories, scores: &Scores, threads: usize) -> String {
    let names: Vec<&str> = each.targets.iter().map(|(name, _)| name.as_str()).collect();
    let rows = each.targets.iter().map(|(name, one)| {
        let mut row = Map::new();
        row.insert("target".to_owned(), name.as_str().into());
        row.insert("sensitivityScore".to_owned(), scores.of(name, None).into());
        row.append(&mut figures(one, threads, |folder| scores.of(name, Some(folder))));
        Value::Object(row)
    });
    let mut whole = Map::new();
    whole.insert("schemaVersion".to_owned(), "1.0".into());
    whole.insert("targets".to_owned(), names.into());
    // Folders of several targets are told apart in each of them: one that two targets have is two.
    let alone = each.targets.first().filter(|_| each.targets.len() == 1).map(|(name, _)| name.as_str());
    whole.append(&mut figures(&each.whole, threads, |folder| scores.of(alone?, Some(folder))));
    whole.insert("leftOut".to_owned(), json!(each.whole.left_out));
    whole.insert("byTarget".to_owned(), rows.collect());
    json(&whole)
}

fn figures(all: &Inventory, threads: usize, score: impl Fn(&[u8]) -> Option<i8>) -> Map<String, Value> {
    let amount = |amount: Amount| json!({ "objects": amount.objects, "bytes": amount.bytes });
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
            "sensitivityScore": score(name),
        })
    }).collect();
    let (readable, writable) = all.open();
    let estimate = all.estimate();
    let seconds = (estimate.processor.as_secs_f64() * 1000.0).round() / 1000.0;
    let reasons: BTreeMap<&str, u64> =
        all.not_files.iter().map(|(reason, number)| (Reason::code(*reason), *number)).collect();
    let Value::Object(figures) = json!({
        "total": amount(all.total),
        "readable": amount(all.amount(|kind| matches!(kind, Kind::Read(_)))),
        "pictures": amount(all.amount(|kind| matches!(kind, Kind::Picture(_)))),
        "unknown": amount(all.amount(|kind| kind == Kind::Unknown)),
        "unreadable": amount(all.amount(|kind| matches!(kind, Kind::Unread(_) | Kind::NoFormat))),
        "types": types,
        "folders": folders,
        "notFiles": reasons,
        "open": {
            "readableByEveryone": readable,
            "writableByEveryone": writable,
            "writablePaths": all.writable_paths.iter().map(|path| String::from_utf8_lossy(path)).collect::<Vec<_>>(),
        },
        "lastChanged": { "oldest": time(all.oldest), "newest": time(all.newest) },
        "estimate": { "bytes": estimate.bytes, "textBytes": estimate.text, "processorSeconds": seconds, "threads": threads },
    }) else {
        return Map::new();
    };
    figures
}
