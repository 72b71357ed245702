//! The straight path: plan to report. The only file that knows all stages.
//!
//! Files are tasks of one worker pool; members of an archive become tasks too while there is room for them. What a file gave
//! is collected when its last member is done, and sorted at the end: the same input gives the same report, whatever the
//! number of workers.

mod collect;

use crate::artifact::{Artifact, ArtifactPath};
use crate::detect::{Detector, Session};
use crate::finding::{Classification, Detection};
use crate::open::worker::Workers;
use crate::open::{self, Budget, BufferedMember, Classified, Handoff, Inspection, Inspector, Means, Outermost};
use crate::plan::Plan;
use crate::report::Report;
use crate::status::{Reason, Status};
use crate::text::TextSource;
use crate::walk::{self, Found, TargetError};
use collect::Collector;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Files that may wait for a worker, for each worker.
const WAITING: usize = 64;
/// Bytes of members that may wait for a worker, for each worker.
const BUFFERED: usize = 16 << 20;
/// Stack of a worker, in bytes: ten levels of archives, each with its buffers on it.
const STACK: usize = 8 << 20;

/// Why a scan did not begin.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// A target cannot be read at all.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The workers could not be started.
    #[error("the worker threads could not be started: {0}")]
    Workers(String),
}

/// Told how a scan is getting on.
pub trait Progress: Sync {
    /// A file is done; its size in bytes.
    fn file(&self, size: u64);

    /// A file or member is about to be read as a format of this name.
    fn reading(&self, _path: &ArtifactPath, _format: &str) {}

    /// Something was not inspected in full.
    fn gap(&self, _path: &ArtifactPath, _status: &Status) {}
}

/// Opens what can be read once only, forwards, as the caller wants it read: a path, or standard input if there is none.
pub type OpenStream<'a> = &'a (dyn Fn(Option<&Path>) -> Box<dyn Read> + Sync);

/// Runs a plan to its end, or until `stop` is set. A file that cannot be read is a part of the report, never an error.
pub fn scan(
    plan: &Plan,
    open_stream: OpenStream<'_>,
    stop: &Arc<AtomicBool>,
    progress: &dyn Progress,
) -> Result<Report, ScanError> {
    walk::check(&plan.scope)?;
    let detector = Detector::new(plan.identifiers.clone(), plan.settings.clone());
    let workers = rayon::ThreadPoolBuilder::new()
        .num_threads(plan.threads)
        .stack_size(STACK)
        .build()
        .map_err(|error| ScanError::Workers(error.to_string()))?;
    let collector = Collector::new(plan);
    let crew = Crew {
        plan,
        detector: &detector,
        stop,
        progress,
        open_stream,
        collector: &collector,
        waiting: Turnstile::new(plan.threads),
        means: Means {
            workers: plan.reader.clone().map(|program| Arc::new(Workers::new(program))),
            passwords: plan.passwords.clone(),
        },
    };
    let mut is_stdin_taken = false;
    workers.in_place_scope(|scope| {
        for found in walk::walk(&plan.scope) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let crew = &crew;
            match found {
                Found::LeftOut(rule) => collector.leave_out(rule),
                Found::Skipped(artifact, status) => crew.add(not_read(artifact, status)),
                Found::File(artifact, path) => {
                    crew.waiting.enter();
                    scope.spawn(move |scope| crew.file(artifact, &path, scope));
                }
                Found::Stream(artifact, path) => {
                    // Standard input named twice: the second time there is nothing left.
                    let is_used_up = path.is_none() && std::mem::replace(&mut is_stdin_taken, true);
                    scope.spawn(move |_| crew.stream(artifact, path.as_deref(), is_used_up));
                }
            }
        }
    });
    Ok(collector.into_report(plan, !stop.load(Ordering::Relaxed)))
}

/// What all workers share.
struct Crew<'a> {
    plan: &'a Plan,
    detector: &'a Detector,
    stop: &'a Arc<AtomicBool>,
    progress: &'a dyn Progress,
    open_stream: OpenStream<'a>,
    collector: &'a Collector,
    waiting: Turnstile,
    means: Means,
}

impl Crew<'_> {
    fn add(&self, classified: Classified) {
        for gap in classified.kept.iter().filter(|c| c.status != Status::Complete) {
            self.progress.gap(&gap.artifact.path, &gap.status);
        }
        self.collector.add(classified);
    }

    fn outermost(&self, artifact: Artifact, size: Option<u64>) -> Arc<Outermost> {
        let budget = Budget::new(self.plan.limits.clone(), size, Arc::clone(self.stop));
        Arc::new(Outermost::new(artifact, budget, self.means.clone()))
    }

    fn file<'s>(&'s self, artifact: Artifact, path: &Path, scope: &rayon::Scope<'s>) {
        self.waiting.leave();
        if self.stop.load(Ordering::Relaxed) {
            return;
        }
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                let reason = match error.kind() {
                    io::ErrorKind::PermissionDenied => Reason::PermissionDenied,
                    io::ErrorKind::NotFound => Reason::NoLongerAvailable,
                    _ => Reason::ReadFailed,
                };
                let status = Status::Skipped(reason, error.kind().to_string());
                return self.add(not_read(artifact, status));
            }
        };
        let size = Some(artifact.size);
        let outermost = self.outermost(artifact, size);
        let others = Others { crew: self, scope, path: path.to_owned() };
        let handoff = (self.plan.threads > 1).then_some(&others as &dyn Handoff);
        open::open_file(&outermost, file, path, self, handoff);
        self.done(outermost, path);
    }

    fn stream(&self, artifact: Artifact, path: Option<&Path>, is_used_up: bool) {
        let outermost = self.outermost(artifact, None);
        let reader = if is_used_up { Box::new(io::empty()) } else { (self.open_stream)(path) };
        open::open_stream(&outermost, reader, self);
        self.deliver(outermost);
    }

    /// Delivers what a file gave, if nobody reads in it any more.
    fn done(&self, outermost: Arc<Outermost>, path: &Path) {
        let Some(outermost) = Arc::into_inner(outermost) else { return };
        if outermost.budget.is_exceeded() && self.plan.threads > 1 {
            // Several workers spent one budget, and where it ran out depends on chance: one alone spends it the same way always.
            let size = Some(outermost.artifact.size);
            let again = self.outermost(outermost.artifact, size);
            if let Ok(file) = File::open(path) {
                open::open_file(&again, file, path, self, None);
            }
            return self.deliver(again);
        }
        let size = outermost.artifact.size;
        let changed = std::fs::metadata(path)
            .is_ok_and(|now| now.len() != size || now.modified().ok() != outermost.artifact.modified);
        let mut classified = outermost.into_classified();
        if changed {
            let file = classified.kept.iter_mut().find(|c| c.artifact.container.is_none());
            if let Some(file) = file.filter(|f| f.status == Status::Complete) {
                file.status = Status::Partial(Reason::Changed, "it changed while it was read".to_owned());
            }
        }
        self.add(classified);
        self.progress.file(size);
    }

    fn deliver(&self, outermost: Arc<Outermost>) {
        if let Some(outermost) = Arc::into_inner(outermost) {
            let size = outermost.artifact.size;
            self.add(outermost.into_classified());
            self.progress.file(size);
        }
    }
}

fn not_read(artifact: Artifact, status: Status) -> Classified {
    let media_type = "application/octet-stream";
    let only = Classification { artifact, media_type, bytes: 0, status, detections: Vec::new() };
    Classified { kept: vec![only], ..Classified::default() }
}

impl Inspector for Crew<'_> {
    fn begin<'a>(&'a self, artifact: &Artifact) -> Box<dyn Inspection + 'a> {
        Box::new(Inspecting(Session::new(self.detector, artifact.path.clone())))
    }

    fn reading(&self, artifact: &Artifact, format: &str) {
        self.progress.reading(&artifact.path, format);
    }
}

struct Inspecting<'a>(Session<'a>);

impl Inspection for Inspecting<'_> {
    fn text(&mut self, source: &mut dyn TextSource, go_on: &dyn Fn() -> bool) -> io::Result<()> {
        self.0.text(source, go_on)
    }

    fn finish(self: Box<Self>) -> Vec<Detection> {
        self.0.finish()
    }
}

/// Bytes of members that wait for a worker, in all archives together.
static BUFFERED_NOW: AtomicUsize = AtomicUsize::new(0);

/// The other workers, to whom one reading an archive may hand members.
struct Others<'c, 's, 'r> {
    crew: &'s Crew<'c>,
    scope: &'r rayon::Scope<'s>,
    path: PathBuf,
}

impl Handoff for Others<'_, '_, '_> {
    fn offer(&self, member: Box<BufferedMember>) -> Result<(), Box<BufferedMember>> {
        let size = member.size();
        let room = BUFFERED * self.crew.plan.threads;
        if BUFFERED_NOW.fetch_add(size, Ordering::Relaxed) + size > room {
            BUFFERED_NOW.fetch_sub(size, Ordering::Relaxed);
            return Err(member);
        }
        let (crew, path) = (self.crew, self.path.clone());
        self.scope.spawn(move |scope| {
            let others = Others { crew, scope, path };
            let outermost = member.open(crew, Some(&others));
            BUFFERED_NOW.fetch_sub(size, Ordering::Relaxed);
            crew.done(outermost, &others.path);
        });
        Ok(())
    }
}

/// Holds the walk back while enough files wait: a tree of a million files is not a million tasks.
struct Turnstile {
    inside: Mutex<usize>,
    left: Condvar,
    most: usize,
}

impl Turnstile {
    fn new(threads: usize) -> Self {
        Self { inside: Mutex::new(0), left: Condvar::new(), most: WAITING * threads }
    }

    fn enter(&self) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        while *inside >= self.most {
            inside = self.left.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        *inside += 1;
    }

    fn leave(&self) {
        *self.inside.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.left.notify_one();
    }
}
