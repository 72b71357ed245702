//! Packages built around parts, so that mutations meet the parts themselves and not the checksums and tables around them.
//!
//! The bytes are a first line that names the format, then parts, each behind a line `=== NAME`. A name that the builder of
//! the package refuses is left out.

use crate::reading;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

const MARK: &[u8] = b"\n=== ";

/// A part: its name and its content.
type Part<'a> = (String, &'a [u8]);

/// Builds a package and reads it as the format that the first line names, if it is one of these.
pub(crate) fn read(names: &[&str], build: fn(&[Part<'_>]) -> Vec<u8>, bytes: &[u8]) {
    let (kind, parts) = cut(bytes);
    if let Some(name) = names.iter().find(|name| name.as_bytes() == kind) {
        reading::read(&[name], &build(&parts));
    }
}

/// The first line, and the parts.
fn cut(bytes: &[u8]) -> (&[u8], Vec<Part<'_>>) {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(MARK.len()).position(|window| window == MARK) {
        pieces.push(&rest[..at]);
        rest = &rest[at + MARK.len()..];
    }
    pieces.push(rest);
    let parts = pieces[1..].iter().map(|piece| {
        let end = piece.iter().position(|byte| *byte == b'\n').unwrap_or(piece.len());
        (String::from_utf8_lossy(&piece[..end]).into_owned(), piece.get(end + 1..).unwrap_or_default())
    });
    (pieces[0], parts.collect())
}

/// A zip of stored parts.
pub(crate) fn zip(parts: &[Part<'_>]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        if archive.start_file(name.as_str(), stored).is_ok() {
            archive.write_all(content).expect("memory takes all");
        }
    }
    archive.finish().expect("memory takes all").into_inner()
}

/// A compound file of streams by path.
pub(crate) fn compound(parts: &[Part<'_>]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory takes all");
    for (path, content) in parts {
        // The builder asserts what it should refuse.
        if !path.starts_with('/') || !path.split('/').skip(1).all(is_usual) {
            continue;
        }
        if let Some((storage, _)) = path.rsplit_once('/') {
            let _ = file.create_storage_all(storage);
        }
        if let Ok(mut stream) = file.create_new_stream(path) {
            let _ = stream.write_all(content);
        }
    }
    let _ = file.flush();
    file.into_inner().into_inner()
}

fn is_usual(name: &str) -> bool {
    !name.is_empty()
        && name.len() < 32
        && name.bytes().all(|byte| byte.is_ascii() && !b":!\\\0".contains(&byte))
        && name != "."
        && name != ".."
}
