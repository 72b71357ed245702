//! Stage: an artifact to its texts and members. Picks the format, descends, and enforces every limit: depth, bytes, ratio,
//! members, time, panics. So no format can forget one.
//!
//! Knows nothing of identifiers: what becomes of a text is the business of the [`Inspector`] that `scan` gives it.

mod budget;
mod frame;
pub mod worker;

pub use budget::Budget;

use crate::artifact::Artifact;
use crate::finding::{Classification, Detection};
use crate::formats::{Broken, Content, Passwords};
use crate::status::Status;
use crate::text::TextSource;
use budget::Cut;
use frame::{Frame, Level};
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use worker::Workers;

/// What is asked of the stage behind this one. One inspector serves all artifacts of a scan.
pub trait Inspector: Sync {
    /// Begins the inspection of one artifact.
    fn begin<'a>(&'a self, artifact: &Artifact) -> Box<dyn Inspection + 'a>;

    /// An artifact, or the stream inside it, is about to be read as a format of this name.
    fn reading(&self, _artifact: &Artifact, _format: &str) {}
}

/// The inspection of one artifact.
pub trait Inspection {
    /// Inspects a text to its end; an error of the source comes back. `go_on` is asked now and then.
    fn text(&mut self, source: &mut dyn TextSource, go_on: &dyn Fn() -> bool) -> io::Result<()>;

    /// What was found.
    fn finish(self: Box<Self>) -> Vec<Detection>;
}

/// Takes members off a worker's hands, so that others can read them at the same time.
pub trait Handoff {
    /// Takes a member, or gives it back when there is no room.
    fn offer(&self, member: Box<BufferedMember>) -> Result<(), Box<BufferedMember>>;
}

/// A file on disk (or standard input) being read, with all that is in it. Shared by the workers that read its members.
pub struct Outermost {
    /// The file.
    pub artifact: Artifact,
    /// What may still be spent on it.
    pub budget: Budget,
    /// What it is read with, as all others.
    pub means: Means,
    classified: Mutex<Classified>,
}

/// What all files of a scan are read with.
#[derive(Debug, Clone, Default)]
pub struct Means {
    /// Processes for parsers that are not ours; without them, those run here.
    pub workers: Option<Arc<Workers>>,
    /// Passwords to try.
    pub passwords: Passwords,
}

/// What became of a file and of everything in it, in no order. Clean members are counted, not kept.
#[derive(Default)]
pub struct Classified {
    /// The file itself, and all members with findings or gaps.
    pub kept: Vec<Classification>,
    /// Members that were inspected in full and hold nothing.
    pub clean: u64,
    /// Bytes of those that were inspected.
    pub clean_bytes: u64,
}

impl Outermost {
    /// Begins with a file.
    pub fn new(artifact: Artifact, budget: Budget, means: Means) -> Self {
        Self { artifact, budget, means, classified: Mutex::default() }
    }

    /// What became of the file and of everything in it.
    pub fn into_classified(self) -> Classified {
        self.classified.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, classification: Classification) {
        let mut all = self.classified.lock().unwrap_or_else(PoisonError::into_inner);
        let is_clean = classification.status == Status::Complete && classification.detections.is_empty();
        if is_clean && classification.artifact.container.is_some() {
            all.clean += 1;
            all.clean_bytes += classification.bytes;
        } else {
            all.kept.push(classification);
        }
    }
}

/// A member that was read into memory, to be opened by whoever has time.
pub struct BufferedMember {
    outermost: Arc<Outermost>,
    artifact: Artifact,
    level: Level,
    bytes: Vec<u8>,
    /// Why its content ended early, if it did.
    broken: Option<Broken>,
    /// The limit that cut it, if one did.
    cut: Option<Cut>,
}

impl BufferedMember {
    /// Bytes that it holds, with those of its names and of what waits to open it: a million small ones are not small.
    pub fn size(&self) -> usize {
        const AROUND: usize = 1024;
        self.bytes.len() + AROUND
    }

    /// Opens it; what becomes of it is kept with its outermost file, which comes back.
    pub fn open(self, inspector: &dyn Inspector, handoff: Option<&dyn Handoff>) -> Arc<Outermost> {
        let opener = Opener { outermost: &self.outermost, inspector, handoff };
        let name = self.artifact.path.name().to_vec();
        let mut content = match self.broken {
            None => Content::memory(&name, self.bytes),
            Some(error) => Content::stream(&name, Cursor::new(self.bytes).chain(error)),
        };
        opener.open(self.artifact, &mut content, self.level, self.cut);
        self.outermost
    }
}

/// Opens a file that can be read anywhere, any number of times; `place` is where it is on disk, if it is.
pub fn open_file(
    outermost: &Arc<Outermost>,
    file: impl Read + Seek,
    place: Option<&Path>,
    inspector: &dyn Inspector,
    handoff: Option<&dyn Handoff>,
) {
    let opener = Opener { outermost, inspector, handoff };
    let name = outermost.artifact.path.name().to_vec();
    let watched = budget::Watched::new(file, &outermost.budget);
    let mut content = Content::seekable(&name, watched);
    content.set_beside(|name| beside(place?, name));
    opener.open(outermost.artifact.clone(), &mut content, Level::default(), None);
}

/// The bytes of a regular file in the same folder, unless it is large: it is held in memory beside the other.
fn beside(path: &Path, name: &[u8]) -> Option<Vec<u8>> {
    const LARGEST: u64 = 96 << 20;
    let path = path.with_file_name(std::str::from_utf8(name).ok()?);
    let metadata = std::fs::symlink_metadata(&path).ok()?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Opens something that can only be read once, forwards.
pub fn open_stream(outermost: &Arc<Outermost>, reader: impl Read, inspector: &dyn Inspector) {
    let opener = Opener { outermost, inspector, handoff: None };
    let name = outermost.artifact.path.name().to_vec();
    let watched = budget::Watched::new(reader, &outermost.budget);
    let mut content = Content::stream(&name, watched).watched(|| outermost.budget.may_go_on());
    opener.open(outermost.artifact.clone(), &mut content, Level::default(), None);
}

/// What every artifact of one outermost file is opened with.
#[derive(Clone, Copy)]
struct Opener<'a> {
    outermost: &'a Arc<Outermost>,
    inspector: &'a dyn Inspector,
    handoff: Option<&'a dyn Handoff>,
}

impl Opener<'_> {
    /// Reads an artifact to its end and keeps what became of it.
    fn open(&self, artifact: Artifact, content: &mut Content<'_>, level: Level, cut: Option<Cut>) {
        let mut frame = Frame::new(*self, artifact, level, Rc::new(Cell::new(cut)));
        frame.read(content);
        self.outermost.add(frame.leave());
    }
}
