//! The straight path: plan to report. The only file that knows all stages.
//!
//! Files are tasks of one worker pool; members of an archive become tasks too while there is room for them. What a file gave
//! is collected when its last member is done, and sorted at the end: the same input gives the same report, whatever the
//! number of workers.

mod collect;

use crate::artifact::{Artifact, ArtifactPath, Stamp};
use crate::detect::{Detector, Session};
use crate::finding::{Classification, Detection};
use crate::open::worker::Workers;
use crate::open::{self, Budget, BufferedMember, Classified, Handoff, Inspection, Inspector, Means, Outermost};
use crate::plan::Plan;
use crate::report::Report;
use crate::state::{Kept, Recall, State};
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

/// What the summary calls files that a job leaves alone because they were there before it.
const BEFORE: &str = "initial-run";

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

    /// What is in a file, or in standard input, was looked at, now or in an earlier run that knows it unchanged.
    fn inspected(&self, _path: &ArtifactPath) {}

    /// A file or member is about to be read as a format of this name.
    fn reading(&self, _path: &ArtifactPath, _format: &str) {}

    /// Something was not inspected in full.
    fn gap(&self, _path: &ArtifactPath, _status: &Status) {}
}

/// Opens what can be read once only, forwards, as the caller wants it read: a path, or standard input if there is none.
pub type OpenStream<'a> = &'a (dyn Fn(Option<&Path>) -> Box<dyn Read> + Sync);

/// Runs a plan to its end, or until `stop` is set. A file that cannot be read is a part of the report, never an error.
///
/// With a state, what it knows to be unchanged is not read; what was found in it then is in the report all the same.
pub fn scan(
    plan: &Plan,
    state: Option<&State>,
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
    let collector = Collector::new(plan, state.is_some());
    let crew = Crew {
        plan,
        state,
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
                Found::File(artifact, path) => match state.map_or(Recall::New, |state| state.recall(&artifact)) {
                    Recall::Before => collector.leave_out(BEFORE.to_owned()),
                    Recall::Clean(bytes) => crew.take_over_clean(&artifact, bytes),
                    recall => {
                        crew.waiting.enter();
                        scope.spawn(move |scope| crew.known_or_new(recall, artifact, &path, scope));
                    }
                },
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
    state: Option<&'a State>,
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

    /// A clean file that did not change.
    fn take_over_clean(&self, artifact: &Artifact, bytes: u64) {
        self.collector.take_over_clean(artifact.size, bytes);
        self.progress.inspected(&artifact.path);
        self.progress.file(artifact.size);
    }

    /// A file that did not change, with what was found in it.
    fn take_over(&self, artifact: &Artifact, kept: Kept) {
        let Kept { objects, clean, clean_bytes } = kept;
        self.collector.take_over();
        self.progress.inspected(&artifact.path);
        self.add(Classified { kept: objects, clean, clean_bytes });
        self.progress.file(artifact.size);
    }

    /// A file that may be known: taken over if it is, else read.
    fn known_or_new<'s>(&'s self, recall: Recall, artifact: Artifact, path: &Path, scope: &rayon::Scope<'s>) {
        self.waiting.leave();
        if self.stop.load(Ordering::Relaxed) {
            return;
        }
        if let (Recall::Detail, Some(state)) = (recall, self.state)
            && let Some(kept) = state.remember(&artifact)
        {
            return self.take_over(&artifact, kept);
        }
        if let (Recall::Compare, Some(state)) = (recall, self.state)
            && let Some(content) = self.content(path)
            && let Some(kept) = state.compare(&artifact, &content)
        {
            return self.take_over(&artifact, kept);
        }
        self.file(artifact, path, scope);
    }

    /// The hash of a file's content, where contents are compared. None if it cannot be read: then reading it says why.
    fn content(&self, path: &Path) -> Option<[u8; 32]> {
        let state = self.state.filter(|state| state.compares())?;
        state.content(File::open(path).ok()?).ok()
    }

    fn file<'s>(&'s self, artifact: Artifact, path: &Path, scope: &rayon::Scope<'s>) {
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
        open::open_file(&outermost, file, self, handoff);
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
        let Some(mut outermost) = Arc::into_inner(outermost) else { return };
        if outermost.budget.is_exceeded() && self.plan.threads > 1 {
            // Several workers spent one budget, and where it ran out depends on chance: one alone spends it the same way always.
            let size = Some(outermost.artifact.size);
            let again = self.outermost(outermost.artifact, size);
            if let Ok(file) = File::open(path) {
                open::open_file(&again, file, self, None);
            }
            let Some(read) = Arc::into_inner(again) else { return };
            outermost = read;
        }
        let artifact = outermost.artifact.clone();
        let now = std::fs::metadata(path).ok();
        let changed =
            now.as_ref().is_some_and(|now| now.len() != artifact.size || now.modified().ok() != artifact.modified);
        let mut classified = outermost.into_classified();
        if changed {
            let file = classified.kept.iter_mut().find(|c| c.artifact.container.is_none());
            if let Some(file) = file.filter(|f| f.status == Status::Complete) {
                file.status = Status::Partial(Reason::Changed, "it changed while it was read".to_owned());
            }
        }
        if now.is_some_and(|now| artifact.stamp == Some(Stamp::of(&now))) {
            classified = self.learn(&artifact, classified, path);
        }
        self.progress.inspected(&artifact.path);
        self.add(classified);
        self.progress.file(artifact.size);
    }

    /// Tells the state what was found in a file.
    fn learn(&self, artifact: &Artifact, classified: Classified, path: &Path) -> Classified {
        let Some(state) = self.state else { return classified };
        let Classified { kept: objects, clean, clean_bytes } = classified;
        let kept = Kept { objects, clean, clean_bytes };
        state.learn(artifact, &kept, self.content(path));
        Classified { kept: kept.objects, clean, clean_bytes }
    }

    fn deliver(&self, outermost: Arc<Outermost>) {
        if let Some(outermost) = Arc::into_inner(outermost) {
            let size = outermost.artifact.size;
            self.progress.inspected(&outermost.artifact.path);
            self.add(outermost.into_classified());
            self.progress.file(size);
        }
    }
}

fn not_read(artifact: Artifact, status: Status) -> Classified {
    let media_type = "application/octet-stream".into();
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
