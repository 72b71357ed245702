//! The straight path: plan to report. The only file that knows all stages.
//!
//! Files are tasks of one worker pool; members of an archive become tasks too while there is room for them. What a file gave
//! is collected when its last member is done, and sorted at the end: the same input gives the same report, whatever the
//! number of workers.

mod collect;

use crate::artifact::{Artifact, ArtifactPath, Stamp};
use crate::detect::{Detector, Helpers, Session, SharedText};
use crate::finding::{Classification, Detection};
use crate::location::Lines;
use crate::open::worker::Workers;
use crate::open::{self, Budget, BufferedMember, Classified, Handoff, Inspection, Inspector, Means, Outermost};
use crate::plan::Plan;
use crate::report::Report;
use crate::sources::{Found, Origin, TargetError, Targets, Unopened};
use crate::state::{Kept, Recall, State};
use crate::status::{Reason, Status};
use crate::text::TextSource;
use collect::Collector;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

/// Tasks of the walk that may wait, for each worker.
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
    let go_on = || !stop.load(Ordering::Relaxed);
    let found = Targets::check(&plan.scope)?.found(&go_on);
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
        walk: Mutex::new(Walk { found, is_over: false, is_stdin_taken: false }),
        waiting: AtomicUsize::new(0),
        means: Means {
            workers: plan.reader.clone().map(|program| Arc::new(Workers::new(program))),
            passwords: plan.passwords.clone(),
        },
    };
    // A worker that finds another one walking leaves it to him, and he may just be about to stop: then it is gone on here.
    while !crew.is_over() {
        workers.scope(|scope| crew.walk_on(scope));
    }
    drop(crew);
    let complete = !stop.load(Ordering::Relaxed);
    let report = workers.install(|| collector.into_report(plan, complete));
    // What it learned of its patterns takes a while to give back; nobody waits for that.
    workers.spawn(move || drop(detector));
    Ok(report)
}

/// The walk over the targets. Whoever has done a file and sees few waiting walks on; nobody does that alone.
struct Walk<'a> {
    found: Box<dyn Iterator<Item = Found> + Send + 'a>,
    is_over: bool,
    is_stdin_taken: bool,
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
    walk: Mutex<Walk<'a>>,
    /// Tasks of the walk that nobody took up yet.
    waiting: AtomicUsize,
    means: Means,
}

impl Crew<'_> {
    fn add(&self, classified: Classified, place: Option<&Path>) {
        for gap in classified.kept.iter().filter(|c| c.status != Status::Complete) {
            self.progress.gap(&gap.artifact.path, &gap.status);
        }
        self.collector.add(classified, place);
    }

    /// Whether everything is found, or the scan is stopped.
    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.walk.lock().unwrap_or_else(PoisonError::into_inner).is_over
    }

    /// Walks on, unless somebody does or enough files wait: a tree of a million files is not a million tasks.
    fn walk_on<'s>(&'s self, scope: &rayon::Scope<'s>) {
        let most = WAITING * self.plan.threads;
        if self.waiting.load(Ordering::Relaxed) > most / 2 {
            return;
        }
        let mut walk = match self.walk.try_lock() {
            Ok(walk) => walk,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        while !walk.is_over && self.waiting.load(Ordering::Relaxed) < most && !self.stop.load(Ordering::Relaxed) {
            match walk.found.next() {
                None => walk.is_over = true,
                Some(Found::LeftOut(rule)) => self.collector.leave_out(rule),
                Some(Found::Skipped(artifact, status)) => self.add(not_read(artifact, status), None),
                Some(Found::Files(files)) => {
                    let files = self.to_be_read(files);
                    if files.is_empty() {
                        continue;
                    }
                    self.waiting.fetch_add(1, Ordering::Relaxed);
                    scope.spawn(move |scope| {
                        self.waiting.fetch_sub(1, Ordering::Relaxed);
                        for (recall, artifact, origin) in files {
                            self.known_or_new(recall, artifact, &origin, scope);
                        }
                        self.walk_on(scope);
                    });
                }
                Some(Found::Stream(artifact, path)) => {
                    // Standard input named twice: the second time there is nothing left.
                    let is_used_up = path.is_none() && std::mem::replace(&mut walk.is_stdin_taken, true);
                    scope.spawn(move |scope| self.stream(artifact, path.as_deref(), is_used_up, scope));
                }
            }
        }
    }

    fn outermost(&self, artifact: Artifact, size: Option<u64>) -> Arc<Outermost> {
        let budget = Budget::new(self.plan.limits.clone(), size, Arc::clone(self.stop));
        Arc::new(Outermost::new(artifact, budget, self.means.clone()))
    }

    /// Those that the state does not settle by itself.
    fn to_be_read(&self, files: Vec<(Artifact, Origin)>) -> Vec<(Recall, Artifact, Origin)> {
        let recall = |artifact: &Artifact| self.state.map_or(Recall::New, |state| state.recall(artifact));
        let mut left = Vec::with_capacity(files.len());
        for (artifact, origin) in files {
            match recall(&artifact) {
                Recall::Before => self.collector.leave_out(BEFORE.to_owned()),
                Recall::Clean(bytes) => self.take_over_clean(&artifact, bytes),
                recall => left.push((recall, artifact, origin)),
            }
        }
        left
    }

    /// A clean file that did not change.
    fn take_over_clean(&self, artifact: &Artifact, bytes: u64) {
        self.collector.take_over_clean(artifact, bytes);
        self.progress.inspected(&artifact.path);
        self.progress.file(artifact.size);
    }

    /// A file that did not change, with what was found in it.
    fn take_over(&self, artifact: &Artifact, kept: Kept, origin: &Origin) {
        let Kept { objects, clean, clean_bytes } = kept;
        self.collector.take_over();
        self.progress.inspected(&artifact.path);
        self.add(Classified { kept: objects, clean, clean_bytes }, origin.place());
        self.progress.file(artifact.size);
    }

    /// A file that may be known: taken over if it is, else read.
    fn known_or_new<'s>(&'s self, recall: Recall, artifact: Artifact, origin: &Origin, scope: &rayon::Scope<'s>) {
        if self.stop.load(Ordering::Relaxed) {
            return;
        }
        if let (Recall::Detail, Some(state)) = (recall, self.state)
            && let Some(kept) = state.remember(&artifact)
        {
            return self.take_over(&artifact, kept, origin);
        }
        if let (Recall::Compare, Some(state)) = (recall, self.state)
            && let Some(content) = self.content(origin)
            && let Some(kept) = state.compare(&artifact, &content)
        {
            return self.take_over(&artifact, kept, origin);
        }
        self.file(artifact, origin, scope);
    }

    /// The hash of a file's content, where contents are compared. None if it cannot be read: then reading it says why.
    fn content(&self, origin: &Origin) -> Option<[u8; 32]> {
        let state = self.state.filter(|state| state.compares())?;
        state.content(File::open(origin.place()?).ok()?).ok()
    }

    /// The other workers, if there are any.
    fn others<'s, 'r>(&'s self, scope: &'r rayon::Scope<'s>) -> Option<Others<'s, 'r>> {
        let count = self.plan.threads.saturating_sub(1);
        (count > 0).then_some(Others { detector: self.detector, count, scope })
    }

    fn file<'s>(&'s self, mut artifact: Artifact, origin: &Origin, scope: &rayon::Scope<'s>) {
        let opened = match origin.open(&mut artifact, &self.plan.scope, &self.plan.limits) {
            Ok(opened) => opened,
            Err(Unopened::Skipped(status)) => return self.add(not_read(artifact, status), None),
            Err(Unopened::LeftOut(rule)) => return self.collector.leave_out(rule),
        };
        let size = Some(artifact.size);
        let outermost = self.outermost(artifact, size);
        let handoff = Members { crew: self, scope, origin };
        let handoff = (self.plan.threads > 1).then_some(&handoff as &dyn Handoff);
        let desk = Desk { crew: self, lines: opened.lines, others: self.others(scope) };
        open::open_file(&outermost, opened.content, origin.place(), &desk, handoff);
        self.done(outermost, origin);
    }

    fn stream<'s>(&'s self, artifact: Artifact, path: Option<&Path>, is_used_up: bool, scope: &rayon::Scope<'s>) {
        let outermost = self.outermost(artifact, None);
        let reader = if is_used_up { Box::new(io::empty()) } else { (self.open_stream)(path) };
        let desk = Desk { crew: self, lines: None, others: self.others(scope) };
        open::open_stream(&outermost, reader, &desk);
        self.deliver(outermost, None);
    }

    /// Delivers what a file gave, if nobody reads in it any more.
    fn done(&self, outermost: Arc<Outermost>, origin: &Origin) {
        let Some(mut outermost) = Arc::into_inner(outermost) else { return };
        if outermost.budget.is_exceeded() && self.plan.threads > 1 {
            // Several workers spent one budget, and where it ran out depends on chance: one alone spends it the same way always.
            let mut artifact = outermost.artifact;
            let opened = origin.open(&mut artifact, &self.plan.scope, &self.plan.limits);
            let size = Some(artifact.size);
            let again = self.outermost(artifact, size);
            if let Ok(opened) = opened {
                let desk = Desk { crew: self, lines: opened.lines, others: None };
                open::open_file(&again, opened.content, origin.place(), &desk, None);
            }
            let Some(read) = Arc::into_inner(again) else { return };
            outermost = read;
        }
        let artifact = outermost.artifact.clone();
        let changed = origin.has_changed(&artifact);
        let mut classified = outermost.into_classified();
        if changed {
            let file = classified.kept.iter_mut().find(|c| c.artifact.container.is_none());
            if let Some(file) = file.filter(|f| f.status == Status::Complete) {
                file.status = Status::Partial(Reason::Changed, "it changed while it was read".to_owned());
            }
        }
        let is_same = |place| std::fs::metadata(place).is_ok_and(|now| artifact.stamp == Some(Stamp::of(&now)));
        if self.state.is_some() && origin.place().is_some_and(is_same) {
            classified = self.learn(&artifact, classified, origin);
        }
        self.progress.inspected(&artifact.path);
        self.add(classified, origin.place());
        self.progress.file(artifact.size);
    }

    /// Tells the state what was found in a file.
    fn learn(&self, artifact: &Artifact, classified: Classified, origin: &Origin) -> Classified {
        let Some(state) = self.state else { return classified };
        let Classified { kept: objects, clean, clean_bytes } = classified;
        let kept = Kept { objects, clean, clean_bytes };
        state.learn(artifact, &kept, self.content(origin));
        Classified { kept: kept.objects, clean, clean_bytes }
    }

    fn deliver(&self, outermost: Arc<Outermost>, place: Option<&Path>) {
        if let Some(outermost) = Arc::into_inner(outermost) {
            let size = outermost.artifact.size;
            self.progress.inspected(&outermost.artifact.path);
            self.add(outermost.into_classified(), place);
            self.progress.file(size);
        }
    }
}

fn not_read(artifact: Artifact, status: Status) -> Classified {
    let media_type = "application/octet-stream".into();
    let only = Classification { artifact, media_type, bytes: 0, status, detections: Vec::new() };
    Classified { kept: vec![only], ..Classified::default() }
}

/// Where one worker inspects a file. Of the file only some lines may count; members of it have lines of their own, which
/// all do.
struct Desk<'c, 's, 'r> {
    crew: &'s Crew<'c>,
    lines: Option<Lines>,
    others: Option<Others<'s, 'r>>,
}

impl Inspector for Desk<'_, '_, '_> {
    fn begin<'a>(&'a self, artifact: &Artifact) -> Box<dyn Inspection + 'a> {
        let lines = self.lines.as_ref().filter(|_| artifact.path.members.is_empty());
        let session = Session::new(self.crew.detector, artifact.path.clone()).only_on(lines);
        Box::new(Inspecting(session.helped_by(self.others.as_ref().map(|others| others as &dyn Helpers))))
    }

    fn reading(&self, artifact: &Artifact, format: &str) {
        self.crew.progress.reading(&artifact.path, format);
    }
}

/// The other workers, who may help with a long text.
struct Others<'s, 'r> {
    detector: &'s Detector,
    count: usize,
    scope: &'r rayon::Scope<'s>,
}

impl Helpers for Others<'_, '_> {
    fn count(&self) -> usize {
        self.count
    }

    fn call(&self, text: Arc<SharedText>) {
        let detector = self.detector;
        self.scope.spawn(move |_| detector.help(&text));
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

/// Hands the members of a file to the other workers.
struct Members<'c, 's, 'r> {
    crew: &'s Crew<'c>,
    scope: &'r rayon::Scope<'s>,
    origin: &'r Origin,
}

impl Handoff for Members<'_, '_, '_> {
    fn offer(&self, member: Box<BufferedMember>) -> Result<(), Box<BufferedMember>> {
        let size = member.size();
        let room = BUFFERED * self.crew.plan.threads;
        if BUFFERED_NOW.fetch_add(size, Ordering::Relaxed) + size > room {
            BUFFERED_NOW.fetch_sub(size, Ordering::Relaxed);
            return Err(member);
        }
        let (crew, origin) = (self.crew, self.origin.clone());
        self.scope.spawn(move |scope| {
            let members = Members { crew, scope, origin: &origin };
            let desk = Desk { crew, lines: None, others: crew.others(scope) };
            let outermost = member.open(&desk, Some(&members));
            BUFFERED_NOW.fetch_sub(size, Ordering::Relaxed);
            crew.done(outermost, &origin);
        });
        Ok(())
    }
}
