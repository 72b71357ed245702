//! A file opened the whole way, as a scan does: recognised, descended into, inspected for every identifier, under small
//! limits.

use crate::texts::detector;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tamis::artifact::{Artifact, ArtifactPath};
use tamis::detect::Session;
use tamis::finding::{Classification, Detection};
use tamis::formats::Passwords;
use tamis::limits::Limits;
use tamis::open::worker::Workers;
use tamis::open::{Budget, Inspection, Inspector, Means, Outermost, open_stream};
use tamis::text::TextSource;

const MEMBERS: u64 = 50;
const EXTRACTED: u64 = 1 << 20;

struct Scanning;

impl Inspector for Scanning {
    fn begin<'a>(&'a self, artifact: &Artifact) -> Box<dyn Inspection + 'a> {
        Box::new(Inspecting(Session::new(detector(), artifact.path.clone())))
    }
}

struct Inspecting(Session<'static>);

impl Inspection for Inspecting {
    fn text(&mut self, source: &mut dyn TextSource, go_on: &dyn Fn() -> bool) -> io::Result<()> {
        self.0.text(source, go_on)
    }

    fn finish(self: Box<Self>) -> Vec<Detection> {
        self.0.finish()
    }
}

/// Opens the bytes twice. Both must give the same, and no limit may be passed.
pub(crate) fn opened(bytes: &[u8]) {
    let outcomes = [(); 2].map(|()| rows(bytes));
    assert_eq!(outcomes[0], outcomes[1], "the same twice");
}

fn rows(bytes: &[u8]) -> Vec<String> {
    let limits = Limits {
        members: MEMBERS,
        extracted: EXTRACTED,
        member: EXTRACTED / 2,
        time: Duration::from_mins(5),
        ..Limits::default()
    };
    // Parsers that are not ours have targets of their own: here their process cannot start.
    let workers = Some(Arc::new(Workers::new(PathBuf::from("/nonexistent"))));
    let means = Means { workers, passwords: Passwords::new(vec![b"password".to_vec()]) };
    let artifact = Artifact { path: ArtifactPath::file("fuzz"), ..Artifact::default() };
    let budget = Budget::new(limits, None, Arc::new(AtomicBool::new(false)));
    let outermost = Arc::new(Outermost::new(artifact, budget, means));
    open_stream(&outermost, bytes, &Scanning);
    let classified = Arc::into_inner(outermost).expect("nobody else reads it").into_classified();
    assert!(classified.kept.len() as u64 + classified.clean <= MEMBERS + 1, "more members than the limit");
    let mut rows: Vec<String> = classified.kept.iter().map(row).collect();
    rows.push(format!("{} clean, {} bytes", classified.clean, classified.clean_bytes));
    rows
}

fn row(classification: &Classification) -> String {
    let Classification { artifact, media_type, bytes, status, detections } = classification;
    let detail = status.detail();
    assert!(!detail.contains(crate::draining::SECRET), "data in a message");
    let found: Vec<_> = detections.iter().map(|d| (&d.identifier.id, d.count, &d.occurrences)).collect();
    format!("{artifact:?} {media_type} {bytes} {status:?} {found:?}")
}
