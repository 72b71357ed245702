//! Where reports go: standard output, and files written whole or not at all.

use crate::report::Report;
use crate::reports::{ReportFormat, Style, for_file, named};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file that a report is to be written to.
pub struct Output {
    /// The file.
    pub path: PathBuf,
    /// The form.
    pub format: &'static dyn ReportFormat,
}

/// An `--output` that cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Nothing says which format it is to have.
    #[error("--output {}: the extension names no format; write `json:{}`, or use one of {extensions}", path.display(), path.display())]
    UnknownFormat {
        /// The file as typed.
        path: PathBuf,
        /// The extensions that do.
        extensions: String,
    },
    /// The folder does not exist.
    #[error("--output {}: the folder does not exist; create it first", .0.display())]
    NoFolder(PathBuf),
}

/// Reads `FILE` or `FORMAT:FILE`, for each.
pub fn outputs(words: &[OsString]) -> Result<Vec<Output>, OutputError> {
    words.iter().map(output).collect()
}

fn output(word: &OsString) -> Result<Output, OutputError> {
    let prefixed = word.to_str().and_then(|w| w.split_once(':')).and_then(|(name, file)| Some((named(name)?, file)));
    let (path, format) = if let Some((format, file)) = prefixed {
        (PathBuf::from(file), format)
    } else {
        let path = PathBuf::from(word);
        let Some(format) = for_file(&path) else {
            let extensions = crate::reports::REPORTS.iter().flat_map(|r| r.extensions());
            let extensions = extensions.map(|e| format!(".{e}")).collect::<Vec<_>>().join(" ");
            return Err(OutputError::UnknownFormat { path, extensions });
        };
        (path, format)
    };
    if !folder(&path).is_dir() {
        return Err(OutputError::NoFolder(path));
    }
    Ok(Output { path, format })
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a report to a file: beside it first, then renamed over it, so that it is whole or the old one stays. Mode 0600.
/// Devices and pipes are written straight.
pub fn write_file(output: &Output, report: &Report) -> io::Result<()> {
    write_whole(&output.path, |out| output.format.write(report, Style::default(), out))
}

/// The same for text that is at hand.
pub fn write_bytes(path: &Path, text: &[u8]) -> io::Result<()> {
    write_whole(path, |out| out.write_all(text))
}

fn write_whole(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let exists = fs::metadata(path);
    if exists.is_ok_and(|m| !m.is_file() && !m.is_dir()) {
        let file = OpenOptions::new().write(true).open(path)?;
        return write(file, content).map(|_| ());
    }
    let folder = folder(path);
    let temporary = tempfile::Builder::new().prefix(".tamis-").tempfile_in(folder)?;
    let file = write(temporary.as_file().try_clone()?, content)?;
    file.sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    // The rename itself is on disk once its folder is; where folders cannot be opened, that is the system's business.
    File::open(folder).and_then(|f| f.sync_all()).or(Ok(()))
}

fn write(file: File, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<File> {
    let mut out = BufWriter::new(file);
    content(&mut out)?;
    out.flush()?;
    out.into_inner().map_err(io::IntoInnerError::into_error)
}
