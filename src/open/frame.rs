//! One artifact being read: the sink that its format writes to.

use super::budget::{CutShort, LimitPassed, Metered};
use super::{BufferedMember, Inspection, Opener};
use crate::artifact::Artifact;
use crate::finding::Classification;
use crate::formats::{self, Broken, Content, Format, Member, Nesting, ReadError, Sink};
use crate::limits::Limits;
use crate::status::{Reason, Status};
use crate::text::TextSource;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Members up to this size are read whole and may be handed to another worker.
const BUFFERED: u64 = 4 << 20;
/// Streams inside streams without a name between them.
const UNNAMED: u32 = 16;

/// How deep an artifact lies.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Level {
    /// Archive levels passed to get here.
    depth: u32,
    /// Whether it is the stream of a compressed file: a tar there adds no level.
    in_compression: bool,
    /// Streams unwrapped since the last name.
    unnamed: u32,
}

impl Level {
    /// The level inside a file of this format.
    fn inside(self, format: &dyn Format) -> Self {
        match format.nesting() {
            Nesting::Leaf => self,
            Nesting::Archive if self.in_compression && format.name() == "tar" => {
                Self { in_compression: false, unnamed: 0, ..self }
            }
            Nesting::Archive | Nesting::Document => Self { depth: self.depth + 1, in_compression: false, unnamed: 0 },
            Nesting::Compression => Self { depth: self.depth + 1, in_compression: true, unnamed: self.unnamed + 1 },
        }
    }
}

pub(super) struct Frame<'a> {
    opener: Opener<'a>,
    artifact: Artifact,
    level: Level,
    media_type: Option<&'static str>,
    inspection: Box<dyn Inspection + 'a>,
    /// Bytes of text that were inspected.
    bytes: u64,
    /// Whether anything at all came out of it.
    gave: bool,
    /// The first thing that kept it from being read in full.
    problem: Option<(Reason, String)>,
    /// The limit that cut the content that is being read, if one did.
    cut: CutShort,
    /// Members so far.
    members: u64,
    /// How often a name came up, by hash of the name.
    names: HashMap<u64, u64>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(opener: Opener<'a>, artifact: Artifact, level: Level, cut: CutShort) -> Self {
        Self {
            inspection: opener.inspector.begin(&artifact),
            opener,
            artifact,
            level,
            media_type: None,
            bytes: 0,
            gave: false,
            problem: None,
            cut,
            members: 0,
            names: HashMap::new(),
        }
    }

    /// Reads a content: the artifact's own, or the stream inside it.
    pub(super) fn read(&mut self, content: &mut Content<'_>) {
        // Thousands of members may still be waiting when a signal comes.
        if let Some(reason) = self.opener.outermost.budget.over() {
            return self.note(reason, String::new());
        }
        let Some(format) = formats::recognize(content) else {
            let named = formats::media_type_of(content.head());
            self.media_type = self.media_type.or(Some(named.unwrap_or("application/octet-stream")));
            // What a limit left of it may be too little to tell.
            if let (None, Some(cut)) = (named, self.cut.get()) {
                return self.note(cut.reason, cut.detail());
            }
            return self.fail(&ReadError::Unsupported(Reason::UnsupportedFormat, String::new()));
        };
        self.media_type = self.media_type.or(Some(format.media_type()));
        if let Some((reason, detail)) = self.refusal(format) {
            return self.note(reason, detail);
        }
        self.opener.inspector.reading(&self.artifact, format.name());
        let inside = self.level.inside(format);
        let outside = std::mem::replace(&mut self.level, inside);
        let outermost = Arc::clone(self.opener.outermost);
        content.set_passwords(&outermost.means.passwords);
        let clock = Arc::clone(&outermost);
        content.set_clock(move || clock.budget.over().is_none());
        let workers = outermost.means.workers.as_ref().filter(|_| format.is_isolated());
        // A format's panic costs this one file. What it had given stays.
        let outcome = catch_unwind(AssertUnwindSafe(|| match workers {
            Some(workers) => workers.read(format, content, self, &|| outermost.budget.over().is_none()),
            None => format.read(content, self),
        }));
        self.level = outside;
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.fail(&error),
            Err(_) => self.note(Reason::ParserFailed, format!("the {} reader failed", format.name())),
        }
        // A limit shows as damage to those who did not know of it.
        if let Some(cut) = self.cut.get() {
            self.gave |= cut.given > 0;
            self.stop(cut.reason, cut.detail());
        } else if let Some(reason) = self.opener.outermost.budget.stopped() {
            self.stop(reason, String::new());
        }
    }

    /// Notes the limit that ended reading: whatever was noted before is of no more weight.
    fn stop(&mut self, reason: Reason, detail: String) {
        if self.problem.as_ref().is_none_or(|(known, said)| *known != reason || said.is_empty()) {
            self.problem = Some((reason, detail));
        }
    }

    /// Why a file of this format is not to be read at all.
    fn refusal(&self, format: &dyn Format) -> Option<(Reason, String)> {
        let limits = self.limits();
        let inside = self.level.inside(format);
        let depth = match format.nesting() {
            Nesting::Leaf => 0,
            Nesting::Document => self.level.depth,
            Nesting::Archive | Nesting::Compression => inside.depth,
        };
        if depth > limits.depth || inside.unnamed > UNNAMED {
            return Some((Reason::NestingLevelOverLimit, format!("more than {} levels of archives", limits.depth)));
        }
        let is_archive = matches!(format.nesting(), Nesting::Archive | Nesting::Compression);
        let most = limits.file_size_of(is_archive && format.name() != "tar");
        if self.artifact.container.is_none() && self.artifact.size > most {
            let reason = if is_archive { Reason::ArchiveTooLarge } else { Reason::FileTooLarge };
            return Some((reason, format!("larger than {most} bytes")));
        }
        None
    }

    /// What became of the artifact.
    pub(super) fn leave(self) -> Classification {
        let status = match self.problem {
            None => Status::Complete,
            Some((reason, detail)) if self.gave => Status::Partial(reason, detail),
            Some((reason, detail)) => Status::Skipped(reason, detail),
        };
        Classification {
            media_type: self.media_type.unwrap_or("application/octet-stream").into(),
            bytes: self.bytes,
            status,
            detections: self.inspection.finish(),
            artifact: self.artifact,
        }
    }

    fn limits(&self) -> &Limits {
        self.opener.outermost.budget.limits()
    }

    fn note(&mut self, reason: Reason, detail: String) {
        self.problem.get_or_insert((reason, detail));
    }

    fn fail(&mut self, error: &ReadError) {
        let (reason, detail) = match error {
            ReadError::Malformed(detail) => (Reason::Malformed, detail.clone()),
            ReadError::Unsupported(reason, detail) => (*reason, detail.clone()),
            ReadError::Io(error) => Self::reason_of(error),
        };
        self.note(reason, detail);
    }

    fn reason_of(error: &io::Error) -> (Reason, String) {
        if let Some(reason) = LimitPassed::reason_in(error) {
            return (reason, String::new());
        }
        match error.kind() {
            io::ErrorKind::PermissionDenied => (Reason::PermissionDenied, String::new()),
            io::ErrorKind::NotFound => (Reason::NoLongerAvailable, String::new()),
            io::ErrorKind::UnexpectedEof => (Reason::Malformed, "ends too early".to_owned()),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => (Reason::Malformed, "damaged data".to_owned()),
            _ if error.raw_os_error().is_none() => (Reason::Malformed, "damaged data".to_owned()),
            kind => (Reason::ReadFailed, kind.to_string()),
        }
    }

    /// The artifact of a member, and its name told apart from earlier ones of the same name.
    fn member_artifact(&mut self, member: &Member<'_>) -> Artifact {
        let mut hasher = DefaultHasher::new();
        member.name.hash(&mut hasher);
        let times = self.names.entry(hasher.finish()).or_default();
        let path = self.artifact.path.member(member.name, *times);
        *times += 1;
        let container = Some(Box::new(self.opener.outermost.artifact.clone()));
        Artifact { path, size: 0, modified: member.modified, mode: None, git: None, container, stamp: None }
    }

    /// Counts a member, or notes at which one the file's budget ended.
    fn count(&mut self) -> ControlFlow<()> {
        self.members += 1;
        let Err(reason) = self.opener.outermost.budget.member() else { return ControlFlow::Continue(()) };
        self.stop(reason, format!("reading stopped at member {}: it and what follows were not read", self.members));
        ControlFlow::Break(())
    }

    /// Whether reading goes on after a member or a stream.
    fn next(&mut self) -> ControlFlow<()> {
        let Some(reason) = self.opener.outermost.budget.stopped() else { return ControlFlow::Continue(()) };
        if self.members > 0 {
            self.stop(reason, format!("reading stopped in member {}: what follows was not read", self.members));
        }
        ControlFlow::Break(())
    }

    fn open_member(&mut self, mut artifact: Artifact, mut reader: Metered<'_, &mut dyn Read>) {
        let mut bytes = Vec::new();
        let broken = (&mut reader).take(BUFFERED).read_to_end(&mut bytes).err().map(Broken::from);
        let cut = reader.cut();
        if broken.is_some() || (bytes.len() as u64) < BUFFERED {
            artifact.size = bytes.len() as u64;
            let outermost = Arc::clone(self.opener.outermost);
            let cut = cut.get();
            let member = Box::new(BufferedMember { outermost, artifact, level: self.level, bytes, broken, cut });
            let refused = match self.opener.handoff {
                Some(handoff) => handoff.offer(member).err(),
                None => Some(member),
            };
            if let Some(member) = refused {
                member.open(self.opener.inspector, self.opener.handoff);
            }
            return;
        }
        let given = reader.given();
        let name = artifact.path.name().to_vec();
        let outermost = Arc::clone(self.opener.outermost);
        let mut content =
            Content::stream(&name, Cursor::new(bytes).chain(reader)).watched(|| outermost.budget.may_go_on());
        let mut frame = Frame::new(self.opener, artifact, self.level, cut);
        frame.read(&mut content);
        frame.artifact.size = given.get();
        self.opener.outermost.add(frame.leave());
    }
}

impl Sink for Frame<'_> {
    fn text(&mut self, source: &mut dyn TextSource) -> Result<ControlFlow<()>, ReadError> {
        let budget = &self.opener.outermost.budget;
        let outcome = self.inspection.text(source, &|| budget.over().is_none());
        self.bytes += source.bytes_read();
        self.gave |= source.bytes_read() > 0;
        outcome?;
        Ok(match budget.over() {
            None => ControlFlow::Continue(()),
            Some(reason) => {
                self.note(reason, String::new());
                ControlFlow::Break(())
            }
        })
    }

    fn member(&mut self, member: &Member<'_>, content: &mut dyn Read) -> ControlFlow<()> {
        if self.count().is_break() {
            return ControlFlow::Break(());
        }
        self.gave = true;
        let artifact = self.member_artifact(member);
        // Borrowed from the shared file, not from this frame, so that the frame stays free.
        let outermost = Arc::clone(self.opener.outermost);
        let reader = Metered::new(content, &outermost.budget);
        self.open_member(artifact, reader);
        self.next()
    }

    fn stream(&mut self, content: &mut dyn Read) -> ControlFlow<()> {
        let outermost = Arc::clone(self.opener.outermost);
        let reader = Metered::new(content, &outermost.budget);
        let name = inner_name(self.artifact.path.name());
        let around = std::mem::replace(&mut self.cut, reader.cut());
        self.read(&mut Content::stream(&name, reader).watched(|| outermost.budget.may_go_on()));
        self.cut = around;
        self.next()
    }

    fn skip_member(&mut self, member: &Member<'_>, reason: Reason, detail: &str) -> ControlFlow<()> {
        if self.count().is_break() {
            return ControlFlow::Break(());
        }
        self.gave = true;
        let artifact = self.member_artifact(member);
        self.opener.outermost.add(Classification {
            artifact,
            media_type: "application/octet-stream".into(),
            bytes: 0,
            status: Status::Skipped(reason, detail.to_owned()),
            detections: Vec::new(),
        });
        ControlFlow::Continue(())
    }

    fn partial(&mut self, reason: Reason, detail: &str) {
        self.note(reason, detail.to_owned());
    }
}

/// The name of what is in a compressed file: its own without the last extension; a hint for formats only.
fn inner_name(name: &[u8]) -> Vec<u8> {
    let extension = crate::artifact::extension(name);
    let stem = name.len() - extension.len() - usize::from(!extension.is_empty());
    let mut inner = name[..stem].to_vec();
    if extension.eq_ignore_ascii_case(b"tgz") {
        inner.extend_from_slice(b".tar");
    }
    inner
}
