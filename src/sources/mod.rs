//! Stage: targets to files. One file or folder for each source: folders on disk, and what a git repository holds.
//!
//! Everything comes as one stream of [`Found`], whatever it is from. What is in a file is the business of `open`.

mod folder;
pub mod git;
mod ignored;

use crate::artifact::{Artifact, ArtifactPath};
use crate::limits::Limits;
use crate::location::Lines;
use crate::plan::{Scope, Source};
use crate::status::{Reason, Status};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// A target that cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}; nothing was scanned", .target.display())]
pub struct TargetError {
    target: PathBuf,
    problem: String,
}

/// Something that a source came upon.
#[derive(Debug)]
pub enum Found {
    /// Files to be opened, best by one worker, one after the other: those of a repository lie side by side in its store.
    Files(Vec<(Artifact, Origin)>),
    /// Something to be read once, forwards: standard input (no path), or what the caller has open.
    Stream(Artifact, Option<PathBuf>),
    /// Something that is not read, and why.
    Skipped(Artifact, Status),
    /// A file that a rule of the scope leaves out.
    LeftOut(String),
}

impl Found {
    fn file(artifact: Artifact, origin: Origin) -> Self {
        Self::Files(vec![(artifact, origin)])
    }
}

/// Where the content of a file comes from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A file on disk.
    Disk(PathBuf),
    /// A content of a git repository.
    Blob(git::Blob),
}

/// A file's content, ready to be read.
#[derive(Debug)]
pub struct Opened {
    /// The bytes.
    pub content: Bytes,
    /// Where set, only what stands on these lines counts.
    pub lines: Option<Lines>,
}

/// Bytes of a file.
#[derive(Debug)]
pub enum Bytes {
    /// On disk.
    Disk(File),
    /// In memory, and a share of the memory that all such contents have together.
    Memory(Cursor<git::Memory>, git::Share),
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Disk(file) => file.read(buffer),
            Self::Memory(bytes, _) => bytes.read(buffer),
        }
    }
}

impl Seek for Bytes {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Disk(file) => file.seek(position),
            Self::Memory(bytes, _) => bytes.seek(position),
        }
    }
}

/// Why a file is not read after all.
#[derive(Debug)]
pub enum Unopened {
    /// It cannot be, or must not be.
    Skipped(Status),
    /// A rule of the scope leaves it out.
    LeftOut(String),
}

impl Origin {
    /// Opens the content. Sizes in the artifact that were not known before are known then.
    pub fn open(&self, artifact: &mut Artifact, scope: &Scope, limits: &Limits) -> Result<Opened, Unopened> {
        match self {
            Self::Disk(path) => match File::open(path) {
                Ok(file) => Ok(Opened { content: Bytes::Disk(file), lines: None }),
                Err(error) => Err(Unopened::Skipped(unreadable(error.kind()))),
            },
            Self::Blob(blob) => blob.open(artifact, scope, limits),
        }
    }

    /// Where it is on disk, if it is.
    pub fn place(&self) -> Option<&Path> {
        match self {
            Self::Disk(path) => Some(path),
            Self::Blob(_) => None,
        }
    }

    /// Whether it is no longer what the artifact says. A repository's content never changes.
    pub fn has_changed(&self, artifact: &Artifact) -> bool {
        let Self::Disk(path) = self else { return false };
        fs::metadata(path).is_ok_and(|now| now.len() != artifact.size || now.modified().ok() != artifact.modified)
    }
}

/// The targets of a scope, each found to be readable.
#[derive(Debug)]
pub struct Targets<'a> {
    scope: &'a Scope,
    repositories: Vec<git::Target>,
}

impl<'a> Targets<'a> {
    /// Makes sure that every target can be read, and every revision is there, before anything is scanned.
    pub fn check(scope: &'a Scope) -> Result<Self, TargetError> {
        let targets = if scope.listed.is_some() { &[] } else { scope.targets.as_slice() };
        for target in targets.iter().filter(|t| *t != "-") {
            let path = Path::new(target);
            if let Err(error) = probe(path) {
                let problem = match error.kind() {
                    io::ErrorKind::NotFound => "no such file or folder; check the path".to_owned(),
                    io::ErrorKind::PermissionDenied => "permission denied; run as a user who may read it".to_owned(),
                    _ => error.to_string(),
                };
                return Err(TargetError { target: path.to_owned(), problem });
            }
        }
        let mut repositories = Vec::new();
        if !matches!(scope.source, Source::Folders { .. }) {
            let targets = apart(&scope.targets, true);
            for target in &targets {
                let label = (targets.len() > 1).then(|| path_bytes(Path::new(target)));
                let opened = git::Target::open(Path::new(target), label, &scope.source);
                repositories.push(opened.map_err(|problem| TargetError { target: target.into(), problem })?);
            }
        }
        Ok(Self { scope, repositories })
    }

    /// Everything under the targets, as it is come upon. `go_on` is asked now and then; false ends it.
    pub fn found<'f>(self, go_on: &'f (dyn Fn() -> bool + Sync)) -> Box<dyn Iterator<Item = Found> + Send + 'f>
    where
        'a: 'f,
    {
        if let Source::Folders { gitignore } = self.scope.source {
            return Box::new(folder::walk(self.scope, gitignore));
        }
        let scope = self.scope;
        Box::new(self.repositories.into_iter().flat_map(move |target| target.found(scope, go_on)))
    }
}

fn probe(path: &Path) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        fs::read_dir(path).map(|_| ())
    } else if metadata.is_file() {
        File::open(path).map(|_| ())
    } else {
        Ok(())
    }
}

/// The targets without those that lie in another, or are another: nothing is inspected twice. A `.git` folder is its own
/// target unless `is_git`: then it is the repository that it belongs to.
fn apart(targets: &[OsString], is_git: bool) -> Vec<&OsString> {
    let places: Vec<_> = targets.iter().map(|t| if t == "-" { None } else { fs::canonicalize(t).ok() }).collect();
    let is_covered = |index: usize| {
        let Some(place) = &places[index] else { return targets[..index].contains(&targets[index]) };
        let covers = |(other, its): (usize, &Option<PathBuf>)| {
            its.as_ref().is_some_and(|its| match place.strip_prefix(its) {
                Ok(below) if below.as_os_str().is_empty() => other < index,
                // A `.git` folder is only looked into when it is a target itself.
                Ok(below) => is_git || !below.components().any(|part| part.as_os_str() == ".git"),
                Err(_) => false,
            })
        };
        places.iter().enumerate().any(covers)
    };
    (0..targets.len()).filter(|index| !is_covered(*index)).map(|index| &targets[index]).collect()
}

fn unreadable(kind: io::ErrorKind) -> Status {
    let reason = match kind {
        io::ErrorKind::PermissionDenied => Reason::PermissionDenied,
        io::ErrorKind::NotFound => Reason::NoLongerAvailable,
        _ => Reason::ReadFailed,
    };
    Status::Skipped(reason, kind.to_string())
}

/// Something of which the path is known and nothing else.
fn unknown(path: impl Into<Vec<u8>>) -> Artifact {
    Artifact { path: ArtifactPath::file(path), ..Artifact::default() }
}

/// A path as raw bytes with `/` between its parts.
fn path_bytes(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    let bytes = |name: &OsStr| std::os::unix::ffi::OsStrExt::as_bytes(name).to_vec();
    #[cfg(not(unix))]
    let bytes = |name: &OsStr| name.to_string_lossy().replace('\\', "/").into_bytes();
    bytes(path.as_os_str())
}

/// Raw bytes with `/` between the parts as a path.
fn bytes_path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    return <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes).into();
    #[cfg(not(unix))]
    return String::from_utf8_lossy(bytes).into_owned().into();
}
