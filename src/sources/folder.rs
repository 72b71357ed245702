//! Source: folders and files on disk. Walks folders, and says of everything that is no readable file why.
//!
//! Links are not followed below a target, `.git` folders are left out. What is in a file is the business of `open`.

use super::ignored::Ignored;
use super::{Found, Origin, apart, path_bytes, unknown, unreadable};
use crate::artifact::{Artifact, ArtifactPath, Stamp};
use crate::plan::Scope;
use crate::status::{Reason, Status};
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::Path;
use walkdir::{DirEntry, WalkDir};

/// Everything under the targets, as it is come upon.
pub(super) fn walk(scope: &Scope, gitignore: bool) -> impl Iterator<Item = Found> + Send + '_ {
    let targets = if scope.listed.is_some() { Vec::new() } else { apart(&scope.targets, false) };
    let several = targets.len() > 1;
    let listed = scope.listed.iter().flat_map(move |paths| listed(scope, paths, gitignore));
    targets.into_iter().flat_map(move |target| under(scope, target, several, gitignore)).chain(listed)
}

/// Exactly these paths, each once and named as listed. One that is gone is a row: a list is older than the scan.
fn listed<'a>(scope: &'a Scope, paths: &'a [OsString], gitignore: bool) -> impl Iterator<Item = Found> + Send + 'a {
    let mut seen = HashSet::new();
    paths.iter().filter(move |path| seen.insert(*path)).flat_map(move |path| {
        let root = Path::new(path);
        let found: Box<dyn Iterator<Item = Found> + Send> = match fs::metadata(root) {
            Ok(metadata) if metadata.is_dir() => Box::new(folder(scope, root, true, gitignore)),
            Ok(metadata) => Box::new(std::iter::once(listed_file(scope, root, &metadata))),
            Err(error) => {
                let row = Found::Skipped(unknown(path_bytes(root)), unreadable(error.kind()));
                Box::new(std::iter::once(row))
            }
        };
        found
    })
}

fn listed_file(scope: &Scope, root: &Path, metadata: &Metadata) -> Found {
    let artifact = artifact(path_bytes(root), metadata);
    let other = scope.leaves_to_others(&artifact.path.file).or_else(|| scope.leaves_out(root).map(str::to_owned));
    let rule = other.or_else(|| scope.leaves_out_by(artifact.size, artifact.modified).map(str::to_owned));
    match rule {
        Some(rule) => Found::LeftOut(rule),
        None if metadata.is_file() => Found::file(artifact, Origin::Disk(root.to_owned())),
        None => not_regular(artifact, metadata.file_type()),
    }
}

fn under<'a>(
    scope: &'a Scope,
    target: &'a OsString,
    several: bool,
    gitignore: bool,
) -> Box<dyn Iterator<Item = Found> + Send + 'a> {
    if target == "-" {
        return Box::new(std::iter::once(Found::Stream(unknown("-"), None)));
    }
    let root = Path::new(target);
    match fs::metadata(root) {
        Ok(metadata) if metadata.is_dir() => Box::new(folder(scope, root, several, gitignore)),
        Ok(metadata) => {
            let name = if several { root.as_os_str() } else { root.file_name().unwrap_or(root.as_os_str()) };
            let artifact = artifact(path_bytes(Path::new(name)), &metadata);
            if let Some(rule) = scope.leaves_to_others(&artifact.path.file) {
                return Box::new(std::iter::once(Found::LeftOut(rule)));
            }
            let found = match descriptor(root) {
                _ if metadata.is_file() => Found::file(artifact, Origin::Disk(root.to_owned())),
                Some("0") => Found::Stream(artifact, None),
                Some(_) => Found::Stream(artifact, Some(root.to_owned())),
                None => not_regular(artifact, metadata.file_type()),
            };
            Box::new(std::iter::once(found))
        }
        Err(error) => Box::new(std::iter::once(Found::Skipped(unknown(path_bytes(root)), unreadable(error.kind())))),
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

fn folder<'a>(
    scope: &'a Scope,
    root: &'a Path,
    several: bool,
    gitignore: bool,
) -> impl Iterator<Item = Found> + Send + 'a {
    let mut ignored = gitignore.then(|| Ignored::above(root));
    let walker = WalkDir::new(root).follow_links(false).follow_root_links(true).sort_by_file_name();
    let mut entries = walker.into_iter();
    std::iter::from_fn(move || {
        loop {
            let entry = entries.next()?;
            let relative = |below: &Path| if several { path_bytes(&root.join(below)) } else { path_bytes(below) };
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(root);
                    let path = relative(path.strip_prefix(root).unwrap_or(path));
                    if let Some(rule) = scope.leaves_to_others(&path) {
                        return Some(Found::LeftOut(rule));
                    }
                    let kind = error.io_error().map_or(io::ErrorKind::Other, io::Error::kind);
                    return Some(Found::Skipped(unknown(path), unreadable(kind)));
                }
            };
            let is_folder = entry.file_type().is_dir();
            if is_folder && entry.depth() > 0 && entry.file_name() == ".git" {
                entries.skip_current_dir();
                continue;
            }
            if let Some(ignored) = ignored.as_mut().filter(|_| entry.depth() > 0)
                && let Some(rule) = ignored.rule(entry.path(), is_folder)
            {
                if is_folder {
                    entries.skip_current_dir();
                }
                return Some(Found::LeftOut(rule));
            }
            if is_folder {
                continue;
            }
            let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
            let path = relative(below);
            let other = scope.leaves_to_others(&path).or_else(|| scope.leaves_out(below).map(str::to_owned));
            if let Some(found) = other.map(Found::LeftOut).or_else(|| file(scope, root, &entry, path)) {
                return Some(found);
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
            return Some(Found::Skipped(unknown(path), unreadable(kind)));
        }
    };
    let artifact = artifact(path, &metadata);
    if kind.is_file() {
        if let Some(rule) = scope.leaves_out_by(artifact.size, artifact.modified) {
            return Some(Found::LeftOut(rule.to_owned()));
        }
        return Some(Found::file(artifact, Origin::Disk(entry.path().to_owned())));
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
        git: None,
        container: None,
        stamp: Some(Stamp::of(metadata)),
    }
}
