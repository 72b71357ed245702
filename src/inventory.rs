//! What is there, without reading it: names, sizes, modes and times, and what a full scan would cost. A path of its own
//! beside `scan`, from the same walk.
//!
//! The kind of a file is told by its extension. Only when asked to `sniff` are files opened, and then read as far as it
//! takes to recognise their format. Nothing is matched.

mod kind;
mod speed;

pub use kind::{Kind, of_extension};
pub use speed::{Cost, UNKNOWN, of_format};

use crate::area;
use crate::artifact::{Artifact, ArtifactPath};
use crate::formats::{self, Content};
use crate::plan::Scope;
use crate::police::Folders;
use crate::sources::{Found, TargetError, Targets};
use crate::status::{Reason, Status};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Paths that are kept of files open to everyone.
pub const MOST_PATHS: usize = 1000;

/// Files, and their bytes on disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// Files.
    pub objects: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

impl Amount {
    /// Another file.
    pub fn add(&mut self, bytes: u64) {
        self.objects += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// The files of a topmost folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FolderRow {
    /// How many.
    pub amount: Amount,
    /// Those of a kind that a scan can inspect, or may.
    pub readable: Amount,
    /// When one of them last changed.
    pub changed: Option<SystemTime>,
    /// Those that everyone may read.
    pub world_readable: u64,
    /// Those that everyone may write to.
    pub world_writable: u64,
}

/// What is there.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// All files.
    pub total: Amount,
    /// By extension in lower case (empty for none) and kind.
    pub types: BTreeMap<(Vec<u8>, Kind), Amount>,
    /// By topmost folder; empty for files that lie in none.
    pub folders: BTreeMap<Vec<u8>, FolderRow>,
    /// What is no file that can be opened, by why.
    pub not_files: BTreeMap<Reason, u64>,
    /// Files that the scope leaves out, by rule.
    pub left_out: BTreeMap<String, u64>,
    /// The first files that everyone may write to.
    pub writable_paths: Vec<Vec<u8>>,
    /// When a file last changed.
    pub newest: Option<SystemTime>,
    /// The longest time that none did.
    pub oldest: Option<SystemTime>,
}

/// What a full scan is expected to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Bytes read from disk.
    pub bytes: u64,
    /// Bytes of text inspected, after decompression.
    pub text: u64,
    /// Time of one core.
    pub processor: Duration,
}

/// What is there in all targets, and in each.
#[derive(Debug, Clone, Default)]
pub struct Inventories {
    /// In all of them.
    pub whole: Inventory,
    /// In each, by its name as typed. Its folders are those below it. What the scope leaves out is counted in the whole
    /// alone.
    pub targets: Vec<(String, Inventory)>,
}

/// Walks the targets. With `sniff` the kind of each file is told by its content.
pub fn inventory(scope: &Scope, sniff: bool) -> Result<Inventories, TargetError> {
    let targets = Targets::check(scope)?;
    let mut names: Vec<String> = Vec::new();
    for target in &scope.targets {
        let name = target.to_string_lossy().into_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let places = area::Targets::new(&names);
    let each = names.into_iter().map(|name| (name, Inventory::default())).collect();
    let (mut all, mut folders) = (Inventories { whole: Inventory::default(), targets: each }, Folders::default());
    for found in targets.found(&|| true) {
        match found {
            Found::Files(files) => {
                for (artifact, origin) in &files {
                    if let Some(place) = origin.place() {
                        let file = Seen::of(artifact, place, sniff, &mut folders);
                        let (target, folder) = places.place(&artifact.path.file);
                        all.whole.file(&file, topmost(&artifact.path));
                        if let Some((_, one)) = all.targets.get_mut(target) {
                            one.file(&file, folder.to_vec());
                        }
                    }
                }
            }
            Found::LeftOut(rule) => *all.whole.left_out.entry(rule).or_default() += 1,
            Found::Skipped(artifact, status) => all.not_a_file(&places, &artifact, &status),
            Found::Stream(artifact, _) => {
                all.not_a_file(&places, &artifact, &Status::Skipped(Reason::NotARegularFile, String::new()));
            }
        }
    }
    Ok(all)
}

impl Inventories {
    fn not_a_file(&mut self, places: &area::Targets, artifact: &Artifact, status: &Status) {
        let Some(reason) = status.reason() else { return };
        let one = self.targets.get_mut(places.place(&artifact.path.file).0);
        for inventory in std::iter::once(&mut self.whole).chain(one.map(|(_, one)| one)) {
            *inventory.not_files.entry(reason).or_default() += 1;
        }
    }
}

/// What the walk and the file system say of a file.
struct Seen<'a> {
    artifact: &'a Artifact,
    extension: Vec<u8>,
    kind: Kind,
    readable: bool,
    writable: bool,
}

impl<'a> Seen<'a> {
    fn of(artifact: &'a Artifact, place: &Path, sniff: bool, folders: &mut Folders) -> Self {
        let extension = artifact.path.extension().to_ascii_lowercase();
        let by_content = if sniff { by_content(artifact.path.name(), place) } else { None };
        let kind = by_content.unwrap_or_else(|| kind::of_extension(&extension));
        let mode = artifact.mode.unwrap_or(0);
        let is_open = mode & 0o006 != 0 && folders.of(place).let_everyone_through;
        let (readable, writable) = (is_open && mode & 0o004 != 0, is_open && mode & 0o002 != 0);
        Self { artifact, extension, kind, readable, writable }
    }
}

impl Inventory {
    fn file(&mut self, file: &Seen<'_>, folder: Vec<u8>) {
        let &Seen { artifact, kind, readable, writable, .. } = file;
        self.total.add(artifact.size);
        self.types.entry((file.extension.clone(), kind)).or_default().add(artifact.size);
        self.newest = self.newest.max(artifact.modified);
        self.oldest = match (self.oldest, artifact.modified) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if writable && self.writable_paths.len() < MOST_PATHS {
            self.writable_paths.push(artifact.path.file.clone());
        }
        let row = self.folders.entry(folder).or_default();
        row.amount.add(artifact.size);
        if kind.may_be_read() {
            row.readable.add(artifact.size);
        }
        row.changed = row.changed.max(artifact.modified);
        row.world_readable += u64::from(readable);
        row.world_writable += u64::from(writable);
    }

    /// Files that everyone may read, and files that everyone may write to.
    pub fn open(&self) -> (u64, u64) {
        let sum = |of: fn(&FolderRow) -> u64| self.folders.values().map(of).sum();
        (sum(|row| row.world_readable), sum(|row| row.world_writable))
    }

    /// Files whose kind fits.
    pub fn amount(&self, fits: impl Fn(Kind) -> bool) -> Amount {
        let mut sum = Amount::default();
        for ((_, kind), amount) in &self.types {
            if fits(*kind) {
                sum.objects += amount.objects;
                sum.bytes = sum.bytes.saturating_add(amount.bytes);
            }
        }
        sum
    }

    /// What a full scan is expected to take, by the figures of `docs/performance.md`.
    pub fn estimate(&self) -> Estimate {
        let (mut bytes, mut text, mut micros) = (0_u128, 0_u128, 0_u128);
        for ((_, kind), amount) in &self.types {
            let Some(cost) = kind.cost() else { continue };
            let size = u128::from(amount.bytes);
            bytes += size;
            text += size * u128::from(cost.text_tenths) / 10;
            // Kilobytes a second: bytes over it are milliseconds.
            micros += size * 1000 / u128::from(cost.kilobytes_a_second);
        }
        let short = |number: u128| u64::try_from(number).unwrap_or(u64::MAX);
        Estimate { bytes: short(bytes), text: short(text), processor: Duration::from_micros(short(micros)) }
    }
}

/// The topmost folder of a path; empty when it lies in none.
fn topmost(path: &ArtifactPath) -> Vec<u8> {
    let rooted = usize::from(path.file.starts_with(b"/"));
    let slash = path.file.iter().skip(rooted).position(|byte| *byte == b'/');
    slash.map(|slash| path.file[..slash + rooted].to_vec()).unwrap_or_default()
}

/// What the content says; none where it cannot be opened.
fn by_content(name: &[u8], place: &Path) -> Option<Kind> {
    let file = File::open(place).ok()?;
    let format = formats::recognize(&mut Content::seekable(name, file));
    Some(format.map_or(Kind::NoFormat, Kind::of_format))
}
