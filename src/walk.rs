//! Stage: targets to files. Walks folders, and says of everything that is no readable file why.
//!
//! Links are not followed below a target, `.git` folders are left out. What is in a file is the business of `open`.

use crate::artifact::{Artifact, ArtifactPath, Stamp};
use crate::plan::Scope;
use crate::status::{Reason, Status};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// A target that cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}; nothing was scanned", .target.display())]
pub struct TargetError {
    target: PathBuf,
    problem: String,
}

/// Something that the walk came upon.
#[derive(Debug)]
pub enum Found {
    /// A regular file, to be opened.
    File(Artifact, PathBuf),
    /// Something to be read once, forwards: standard input (no path), or what the caller has open.
    Stream(Artifact, Option<PathBuf>),
    /// Something that is not read, and why.
    Skipped(Artifact, Status),
    /// A file that a rule of the scope leaves out.
    LeftOut(String),
}

/// Makes sure that every target can be read, before anything is.
pub fn check(scope: &Scope) -> Result<(), TargetError> {
    for target in scope.targets.iter().filter(|t| *t != "-") {
        let path = Path::new(target);
        let probe = fs::metadata(path).and_then(|metadata| {
            if metadata.is_dir() {
                fs::read_dir(path).map(|_| ())
            } else if metadata.is_file() {
                File::open(path).map(|_| ())
            } else {
                Ok(())
            }
        });
        if let Err(error) = probe {
            let problem = match error.kind() {
                io::ErrorKind::NotFound => "no such file or folder; check the path".to_owned(),
                io::ErrorKind::PermissionDenied => "permission denied; run as a user who may read it".to_owned(),
                _ => error.to_string(),
            };
            return Err(TargetError { target: path.to_owned(), problem });
        }
    }
    Ok(())
}

/// Everything under the targets, as it is come upon.
pub fn walk(scope: &Scope) -> impl Iterator<Item = Found> + '_ {
    let targets = apart(&scope.targets);
    let several = targets.len() > 1;
    targets.into_iter().flat_map(move |target| under(scope, target, several))
}

/// The targets without those that lie in another, or are another: nothing is inspected twice.
fn apart(targets: &[OsString]) -> Vec<&OsString> {
    let places: Vec<_> = targets.iter().map(|t| if t == "-" { None } else { fs::canonicalize(t).ok() }).collect();
    let is_covered = |index: usize| {
        let Some(place) = &places[index] else { return targets[..index].contains(&targets[index]) };
        let covers = |(other, its): (usize, &Option<PathBuf>)| {
            its.as_ref().is_some_and(|its| match place.strip_prefix(its) {
                Ok(below) if below.as_os_str().is_empty() => other < index,
                // A `.git` folder is only looked into when it is a target itself.
                Ok(below) => !below.components().any(|part| part.as_os_str() == ".git"),
                Err(_) => false,
            })
        };
        places.iter().enumerate().any(covers)
    };
    (0..targets.len()).filter(|index| !is_covered(*index)).map(|index| &targets[index]).collect()
}

fn under<'a>(scope: &'a Scope, target: &'a OsString, several: bool) -> Box<dyn Iterator<Item = Found> + 'a> {
    if target == "-" {
        let artifact = Artifact { path: ArtifactPath::file("-"), ..Artifact::default() };
        return Box::new(std::iter::once(Found::Stream(artifact, None)));
    }
    let root = Path::new(target);
    match fs::metadata(root) {
        Ok(metadata) if metadata.is_dir() => Box::new(folder(scope, root, several)),
        Ok(metadata) => {
            let name = if several { root.as_os_str() } else { root.file_name().unwrap_or(root.as_os_str()) };
            let artifact = artifact(path_bytes(Path::new(name)), &metadata);
            let found = match descriptor(root) {
                _ if metadata.is_file() => Found::File(artifact, root.to_owned()),
                Some("0") => Found::Stream(artifact, None),
                Some(_) => Found::Stream(artifact, Some(root.to_owned())),
                None => not_regular(artifact, metadata.file_type()),
            };
            Box::new(std::iter::once(found))
        }
        Err(error) => {
            let artifact = Artifact { path: ArtifactPath::file(path_bytes(root)), ..Artifact::default() };
            Box::new(std::iter::once(Found::Skipped(artifact, unreadable(error.kind()))))
        }
    }
}

/// The number in a path that names something the caller has open, as a shell does for `<(command)`. Such a pipe has a
/// writer; any other may never have one.
fn descriptor(path: &Path) -> Option<&str> {
    match path.to_str()? {
        "/dev/stdin" => Some("0"),
        path => path.strip_prefix("/dev/fd/").or_else(|| path.strip_prefix("/proc/self/fd/")),
    }
}

fn not_regular(artifact: Artifact, kind: FileType) -> Found {
    let status = Status::Skipped(Reason::NotARegularFile, kind_name(kind).to_owned());
    Found::Skipped(Artifact { size: 0, ..artifact }, status)
}

fn folder<'a>(scope: &'a Scope, root: &'a Path, several: bool) -> impl Iterator<Item = Found> + 'a {
    let is_git = |entry: &DirEntry| entry.depth() > 0 && entry.file_name() == ".git" && entry.file_type().is_dir();
    let walker = WalkDir::new(root).follow_links(false).follow_root_links(true).sort_by_file_name();
    walker.into_iter().filter_entry(move |entry| !is_git(entry)).filter_map(move |entry| {
        let relative = |path: &Path| {
            let below = path.strip_prefix(root).unwrap_or(path);
            if several { path_bytes(&root.join(below)) } else { path_bytes(below) }
        };
        match entry {
            Ok(entry) if entry.file_type().is_dir() => None,
            Ok(entry) => {
                let path = relative(entry.path());
                let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
                let left_out = scope.leaves_out(below).map(|rule| Found::LeftOut(rule.to_owned()));
                left_out.or_else(|| file(scope, root, &entry, path))
            }
            Err(error) => {
                let path = relative(error.path().unwrap_or(root));
                let kind = error.io_error().map_or(io::ErrorKind::Other, io::Error::kind);
                let artifact = Artifact { path: ArtifactPath::file(path), ..Artifact::default() };
                Some(Found::Skipped(artifact, unreadable(kind)))
            }
        }
    })
}

fn file(scope: &Scope, root: &Path, entry: &DirEntry, path: Vec<u8>) -> Option<Found> {
    let kind = entry.file_type();
    if kind.is_symlink() {
        // What a link inside the target points to inside the target is inspected in its own place.
        let inside = || Some(fs::canonicalize(entry.path()).ok()?.starts_with(fs::canonicalize(root).ok()?));
        if inside() == Some(true) {
            return None;
        }
    }
    let metadata = match entry.metadata() {
        Ok(metadata) => metadata,
        Err(error) => {
            let kind = error.io_error().map_or(io::ErrorKind::Other, io::Error::kind);
            let artifact = Artifact { path: ArtifactPath::file(path), ..Artifact::default() };
            return Some(Found::Skipped(artifact, unreadable(kind)));
        }
    };
    let artifact = artifact(path, &metadata);
    if kind.is_file() {
        if let Some(rule) = scope.leaves_out_by(artifact.size, artifact.modified) {
            return Some(Found::LeftOut(rule.to_owned()));
        }
        return Some(Found::File(artifact, entry.path().to_owned()));
    }
    Some(not_regular(artifact, kind))
}

fn kind_name(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_block_device() || kind.is_char_device() {
            return "a device";
        }
    }
    if kind.is_symlink() { "a symbolic link that leads out of the target, or nowhere" } else { "not a regular file" }
}

fn unreadable(kind: io::ErrorKind) -> Status {
    let reason = match kind {
        io::ErrorKind::PermissionDenied => Reason::PermissionDenied,
        io::ErrorKind::NotFound => Reason::NoLongerAvailable,
        _ => Reason::ReadFailed,
    };
    Status::Skipped(reason, kind.to_string())
}

fn artifact(path: Vec<u8>, metadata: &Metadata) -> Artifact {
    #[cfg(unix)]
    let mode = Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777);
    #[cfg(not(unix))]
    let mode = None;
    Artifact {
        path: ArtifactPath::file(path),
        size: metadata.len(),
        modified: metadata.modified().ok(),
        mode,
        container: None,
        stamp: Some(Stamp::of(metadata)),
    }
}

/// A path as raw bytes with `/` between its parts.
fn path_bytes(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    let bytes = |name: &OsStr| std::os::unix::ffi::OsStrExt::as_bytes(name).to_vec();
    #[cfg(not(unix))]
    let bytes = |name: &OsStr| name.to_string_lossy().replace('\\', "/").into_bytes();
    bytes(path.as_os_str())
}
