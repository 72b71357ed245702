//! `tamis inventory`: what is there, as text in 80 columns and as JSON. What it is, is the library's business; how
//! sensitive it is, a saved result says.

mod document;
mod page;

use super::catalogue::Form;
use super::{identifiers, pattern};
use crate::inventory::inventory;
use crate::plan::{Pattern, Scope};
use crate::saved;
use anyhow::Result;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

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
    /// Show the sensitivity scores that a saved JSON result has for these targets and their folders
    #[arg(long, value_name = "RESULT")]
    pub from: Option<PathBuf>,
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
    let scores = args.from.as_deref().map_or_else(|| Ok(Scores::default()), Scores::read)?;
    let all = inventory(&scope, args.sniff)?;
    let threads = args.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    Ok(match args.format {
        Form::Json => document::document(&all, &scores, threads),
        Form::Text => page::text(&all, &scores, threads),
    })
}

/// The scores that a result has.
#[derive(Default)]
struct Scores {
    known: bool,
    by_area: BTreeMap<(String, Option<Vec<u8>>), i8>,
}

impl Scores {
    fn read(result: &Path) -> Result<Self> {
        let report = saved::open(result, &identifiers(&[])?)?;
        let rows = report.by_area();
        let by_area = rows.iter().map(|row| ((row.area.target.clone(), row.area.folder.clone()), row.score)).collect();
        Ok(Self { known: true, by_area })
    }

    /// Of a target, or of a folder in it.
    fn of(&self, target: &str, folder: Option<&[u8]>) -> Option<i8> {
        self.by_area.get(&(target.to_owned(), folder.map(<[u8]>::to_vec))).copied()
    }
}

fn time(time: Option<SystemTime>) -> Option<String> {
    time.and_then(crate::reports::timestamp)
}
