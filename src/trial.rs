//! Stage: identifiers on trial. A text, or their own examples, and what came of every candidate in it.
//!
//! Opens a text as a scan does, so that the names over its values count, but one text alone: no archives, and a bound on its
//! size, for everything is tried. What is a match is `detect`'s business.

use crate::detect::{Candidate, Detector, Fate, Settings, explain};
use crate::formats::{self, Content, Member, ReadError, Sink};
use crate::identifier::DataIdentifier;
use crate::status::Reason;
use crate::text::TextSource;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The largest text that is tried, in bytes.
pub const MOST: usize = 16 << 20;

/// Why a file cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// It is larger than [`MOST`].
    #[error("larger than 16 MiB; try a part of it, or let `tamis scan` read it")]
    TooLarge,
    /// Nothing reads it as text.
    #[error("not a text that can be read; `tamis formats` shows what can")]
    Unreadable,
    /// It holds files.
    #[error("an archive ({0}); give one of the files in it, or let `tamis scan` read it")]
    Archive(&'static str),
}

/// What came of a text.
pub struct Trial {
    /// The format that read it.
    pub format: &'static str,
    /// By position, for each text of the file in turn.
    pub candidates: Vec<Candidate>,
    /// Dropped candidates that are not listed, for there were too many.
    pub unlisted: u64,
    /// Why it was not read to its end, if it was not.
    pub incomplete: Option<String>,
}

/// Tries the detector's identifiers on a file's content.
pub fn on_content(detector: &Detector, name: &[u8], bytes: Vec<u8>) -> Result<Trial, TrialError> {
    if bytes.len() > MOST {
        return Err(TrialError::TooLarge);
    }
    let mut content = Content::memory(name, bytes);
    let format = formats::recognize(&mut content).ok_or(TrialError::Unreadable)?;
    let mut bench = Bench { detector, candidates: Vec::new(), unlisted: 0, incomplete: None, is_archive: false };
    let outcome = format.read(&mut content, &mut bench);
    if bench.is_archive {
        return Err(TrialError::Archive(format.name()));
    }
    // A format that only names its files, or an image without a word in it.
    if matches!(&outcome, Err(ReadError::Unsupported(Reason::UnsupportedFormat, detail)) if detail.is_empty()) {
        return Err(TrialError::Unreadable);
    }
    let incomplete = bench.incomplete.or(outcome.err().map(|error| error.to_string()));
    Ok(Trial { format: format.name(), candidates: bench.candidates, unlisted: bench.unlisted, incomplete })
}

/// Takes texts, and notes that there are members instead.
struct Bench<'d> {
    detector: &'d Detector,
    candidates: Vec<Candidate>,
    unlisted: u64,
    incomplete: Option<String>,
    is_archive: bool,
}

impl Sink for Bench<'_> {
    fn text(&mut self, source: &mut dyn TextSource) -> Result<ControlFlow<()>, ReadError> {
        let explained = explain(self.detector, source, MOST);
        self.candidates.extend(explained.candidates);
        self.unlisted += explained.unlisted;
        explained.broken.map_or(Ok(ControlFlow::Continue(())), |error| Err(error.into()))
    }

    fn member(&mut self, _: &Member<'_>, _: &mut dyn Read) -> ControlFlow<()> {
        self.is_archive = true;
        ControlFlow::Break(())
    }

    fn stream(&mut self, _: &mut dyn Read) -> ControlFlow<()> {
        self.is_archive = true;
        ControlFlow::Break(())
    }

    fn skip_member(&mut self, _: &Member<'_>, _: Reason, _: &str) -> ControlFlow<()> {
        self.is_archive = true;
        ControlFlow::Break(())
    }

    fn partial(&mut self, reason: Reason, detail: &str) {
        let text = if detail.is_empty() { reason.code().to_owned() } else { format!("{}: {detail}", reason.code()) };
        self.incomplete.get_or_insert(text);
    }
}

/// One of an identifier's own examples, and what came of it.
pub struct Example<'i> {
    /// The text.
    pub text: &'i str,
    /// Whether something is to be found in it.
    pub wanted: bool,
    /// What came of its candidates.
    pub candidates: Vec<Candidate>,
}

impl Example<'_> {
    /// Whether it shows what it is meant to show.
    pub fn passes(&self) -> bool {
        self.candidates.iter().any(|c| matches!(c.fate, Fate::Kept { .. })) == self.wanted
    }
}

/// Tries an identifier, by itself, on its own examples, each read as the file it looks like.
pub fn on_examples(identifier: &Arc<DataIdentifier>, reveal: bool) -> Vec<Example<'_>> {
    let settings = Settings { reveal, ..Settings::default() };
    let detector = Detector::new(vec![Arc::clone(identifier)], settings);
    let examples = &identifier.examples;
    let matching = examples.matching.iter().map(|text| (text, true));
    let all = matching.chain(examples.no_match.iter().map(|text| (text, false)));
    let tried = all.map(|(text, wanted)| {
        let trial = on_content(&detector, b"example", text.as_bytes().to_vec());
        let candidates = trial.map(|trial| trial.candidates).unwrap_or_default();
        Example { text, wanted, candidates }
    });
    tried.collect()
}
