//! Reader processes: parsers that are not ours run in a child, so that a file which kills one costs a row of the report.
//!
//! A child is this program again, kept for many files. It is sent a content and answers with text. After each it says
//! whether it is as good as new: it forgets what its parsers keep from file to file, and goes when memory is left behind.
//! It limits its own memory and processor time (`serve.rs`); a watchdog here limits the time by the clock.

mod limits;
mod places;
mod remote;
mod serve;
mod wire;

pub use serve::serve;

use crate::formats::{Content, Format, ReadError, Sink};
use crate::status::Reason;
use remote::{Flow, relay};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};
use wire::{Chunk, Request, send};

/// The argument that makes the program a reader.
pub const ARGUMENT: &str = "--tamis-reader";
/// Address space of a reader, in bytes.
const MEMORY: u64 = 1 << 30;
/// Processor time for one file, in seconds, and bytes of content for which there is one more.
const SECONDS: u64 = 60;
const SECOND_PER: u64 = 1 << 20;
/// By the clock there are so many times more, since a busy machine must not change what a file comes to.
const PATIENCE: u32 = 4;
/// Bytes sent at a time.
const CHUNK: usize = 256 << 10;

/// The reader processes of a scan.
#[derive(Debug)]
pub struct Workers {
    program: PathBuf,
    /// Those that wait for a file.
    idle: Mutex<Vec<Worker>>,
}

impl Workers {
    /// `program` is started as a reader with [`ARGUMENT`].
    pub fn new(program: PathBuf) -> Self {
        Self { program, idle: Mutex::default() }
    }

    /// One that waits, or a new one.
    fn take(&self) -> io::Result<Worker> {
        loop {
            let waiting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            match waiting {
                Some(worker) if worker.is_alive() => return Ok(worker),
                Some(_) => {}
                None => return Worker::start(&self.program),
            }
        }
    }

    /// Reads a content with a format in a reader process. `go_on` is asked now and then; false ends the reading.
    pub(super) fn read(
        &self,
        format: &dyn Format,
        content: &mut Content<'_>,
        sink: &mut dyn Sink,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ReadError> {
        let mut worker = self.take().map_err(|_| failed("the reader process did not start"))?;
        let watch = Watch::new(worker.child.clone());
        let outcome = std::thread::scope(|scope| {
            scope.spawn(|| watch.wait(go_on));
            let outcome = worker.read(format, content, sink, &watch);
            watch.done();
            outcome
        });
        match outcome {
            Ok(answered) => {
                if answered.stays && !watch.has_killed() {
                    self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
                }
                answered.outcome
            }
            Err(_) if watch.has_killed() || end(&worker.child).is_some_and(limits::ran_out_of_time) => {
                Err(ReadError::Unsupported(Reason::TimeOut, String::new()))
            }
            Err(_) => Err(failed("the reader process died of it")),
        }
    }
}

fn failed(detail: &str) -> ReadError {
    ReadError::Unsupported(Reason::ParserFailed, detail.to_owned())
}

/// Processor time for so many bytes, in seconds.
fn seconds_for(bytes: u64) -> u64 {
    SECONDS + bytes / SECOND_PER
}

/// What a file came to.
struct Answered {
    outcome: Result<(), ReadError>,
    /// Whether the reader can be given another.
    stays: bool,
}

#[derive(Debug)]
struct Worker {
    child: Arc<Mutex<Child>>,
    input: BufWriter<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Worker {
    fn start(program: &PathBuf) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.env_clear().env("TMPDIR", std::env::temp_dir());
        // A signal from the keyboard is for the scan: it decides what becomes of its readers.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        match (input, output) {
            (Some(input), Some(output)) => Ok(Self {
                child: Arc::new(Mutex::new(child)),
                input: BufWriter::with_capacity(CHUNK, input),
                output: BufReader::with_capacity(CHUNK, output),
            }),
            _ => Err(io::Error::other("no pipes")),
        }
    }

    fn is_alive(&self) -> bool {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(child.try_wait(), Ok(None))
    }

    /// Sends a file and relays the answers. What the file itself came to; an error when the reader is lost.
    fn read(
        &mut self,
        format: &dyn Format,
        content: &mut Content<'_>,
        sink: &mut dyn Sink,
        watch: &Watch,
    ) -> io::Result<Answered> {
        let passwords = content.passwords().all().to_vec();
        let companion = format.companion(content.name()).and_then(|name| content.beside(name));
        let request = Request {
            format: format.name().to_owned(),
            name: content.name().to_vec(),
            passwords,
            has_companion: companion.is_some(),
        };
        send(&mut self.input, &request)?;
        content.rewind()?;
        let broken = self.send_content(content, watch)?;
        if let Some(bytes) = companion {
            self.send_content(&mut Content::memory(b"", bytes), watch)?;
        }
        Ok(match relay(&mut self.output, sink)? {
            Flow::Enough => Answered { outcome: Ok(()), stays: false },
            // What cut the content short says more than what its reader made of that.
            Flow::Done { outcome, stays } => Answered { outcome: broken.map_or(outcome, Err), stays },
        })
    }

    /// Sends the content; what ended it too early, if anything.
    fn send_content(&mut self, content: &mut Content<'_>, watch: &Watch) -> io::Result<Option<ReadError>> {
        let mut broken = None;
        while broken.is_none() {
            let mut bytes = Vec::with_capacity(CHUNK);
            if let Err(error) = content.by_ref().take(CHUNK as u64).read_to_end(&mut bytes) {
                broken = Some(error.into());
            }
            if bytes.is_empty() {
                break;
            }
            watch.extend(bytes.len() as u64);
            send(&mut self.input, &Chunk { bytes })?;
        }
        send(&mut self.input, &Chunk { bytes: Vec::new() })?;
        self.input.flush()?;
        Ok(broken)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        end(&self.child);
    }
}

/// Ends a process, if it has not ended by itself: what ended it.
fn end(child: &Mutex<Child>) -> Option<ExitStatus> {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = child.kill();
    child.wait().ok()
}

/// Kills a reader that takes too long.
struct Watch {
    child: Arc<Mutex<Child>>,
    state: Mutex<State>,
    changed: Condvar,
    /// Bytes that were sent.
    sent: AtomicU64,
}

#[derive(Default)]
struct State {
    is_done: bool,
    has_killed: bool,
}

impl Watch {
    fn new(child: Arc<Mutex<Child>>) -> Self {
        Self { child, state: Mutex::default(), changed: Condvar::new(), sent: AtomicU64::new(0) }
    }

    fn wait(&self, go_on: &dyn Fn() -> bool) {
        const TICK: Duration = Duration::from_millis(100);
        let began = Instant::now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while !state.is_done {
            let most = Duration::from_secs(seconds_for(self.sent.load(Ordering::Relaxed))) * PATIENCE;
            if began.elapsed() > most || !go_on() {
                state.has_killed = true;
                end(&self.child);
                return;
            }
            state = self.changed.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// More bytes take more time.
    fn extend(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    fn done(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_done = true;
        self.changed.notify_all();
    }

    fn has_killed(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).has_killed
    }
}
