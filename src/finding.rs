//! From what the detector saw to what a report says: occurrence, detection, classification, finding. Macie's nouns.
//!
//! No matched text is in here: an occurrence holds a mask, and the text itself only when the plan says `--reveal`.

use crate::artifact::{Artifact, ArtifactPath};
use crate::identifier::{Category, DataIdentifier, Severity};
use crate::location::{Place, Position};
use crate::status::Status;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How sure a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The shape alone.
    Low,
    /// A checksum or a keyword.
    Medium,
    /// A checksum and a keyword, or a shape that is proof by itself.
    High,
}

impl Confidence {
    /// Every degree.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Before a match in revealed context. The context itself holds no control characters.
pub const MATCH_BEGINS: char = '\u{2}';
/// Behind a match in revealed context.
pub const MATCH_ENDS: char = '\u{3}';

/// One confirmed match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The kind of place.
    pub place: Place,
    /// The exact position.
    pub position: Position,
    /// The match with all but at most its last four characters hidden.
    pub masked: String,
    /// The match itself, only under `--reveal`.
    pub revealed: Option<String>,
    /// The keyword that stood near or over it, as the identifier spells it.
    pub keyword: Option<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// 32 hex digits; see `ARCHITECTURE.md` for what it protects and what not.
    pub fingerprint: String,
}

/// Why a match is not reported, though it is one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pardon {
    /// An allow list of this name has it.
    AllowList(Arc<str>),
    /// Its line is marked `tamis:allow`.
    InlineMark,
    /// A credential that is a placeholder, or a reference to one.
    Placeholder,
}

/// Matches that are not reported, by why.
pub type Pardons = BTreeMap<Pardon, u64>;

/// What one identifier found in one artifact.
#[derive(Debug, Clone)]
pub struct Detection {
    /// The identifier.
    pub identifier: Arc<DataIdentifier>,
    /// Matches in all.
    pub count: u64,
    /// The first of them, in order of position; bounded by the plan.
    pub occurrences: Vec<Occurrence>,
    /// Matches that do not count. A detection may hold nothing else: then there is no finding.
    pub pardons: Pardons,
}

/// What became of one artifact, clean or not.
#[derive(Debug, Clone)]
pub struct Classification {
    /// The artifact.
    pub artifact: Artifact,
    /// Media type by content.
    pub media_type: Cow<'static, str>,
    /// Bytes of content that were inspected, after decompression.
    pub bytes: u64,
    /// Whether it was inspected in full.
    pub status: Status,
    /// What was found, ordered by category and identifier.
    pub detections: Vec<Detection>,
}

impl Classification {
    /// The same artifact without what was found in it.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self {
            artifact: self.artifact.clone(),
            media_type: self.media_type.clone(),
            bytes: self.bytes,
            status: self.status.clone(),
            detections: Vec::new(),
        }
    }
}

/// What kinds of data an artifact holds; Macie's finding types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingType {
    /// Only credentials.
    Credentials,
    /// Only financial information.
    Financial,
    /// Only personal information.
    Personal,
    /// Only custom identifiers.
    CustomIdentifier,
    /// Two or more of them.
    Multiple,
}

impl FindingType {
    /// Every type.
    pub const ALL: [Self; 5] =
        [Self::Credentials, Self::Financial, Self::Personal, Self::CustomIdentifier, Self::Multiple];

    /// The last part of Macie's type.
    pub fn word(self) -> &'static str {
        match self {
            Self::Credentials => "Credentials",
            Self::Financial => "Financial",
            Self::Personal => "Personal",
            Self::CustomIdentifier => "CustomIdentifier",
            Self::Multiple => "Multiple",
        }
    }

    fn of(detections: &[Detection]) -> Self {
        let mut categories = detections.iter().map(|d| d.identifier.category);
        let first = categories.next();
        if categories.any(|c| Some(c) != first) {
            return Self::Multiple;
        }
        match first {
            Some(Category::Credentials) => Self::Credentials,
            Some(Category::FinancialInformation) => Self::Financial,
            Some(Category::PersonalInformation) => Self::Personal,
            Some(Category::CustomIdentifier) => Self::CustomIdentifier,
            None => Self::Multiple,
        }
    }
}

/// The suppression rule that hid a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Its name.
    pub rule: String,
    /// Why it is right to hide what it hides.
    pub reason: String,
}

/// What an earlier result knew of a finding; SARIF's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BaselineState {
    /// Nothing.
    New,
    /// The same identifiers in the same object, but fewer matches or other values.
    Updated,
    /// All of it.
    Unchanged,
    /// It knew it, and it is gone.
    Absent,
}

impl BaselineState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::New, Self::Updated, Self::Unchanged, Self::Absent];

    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Absent => "absent",
        }
    }
}

/// A classification with sensitive data in it, judged.
#[derive(Debug, Clone)]
pub struct Finding {
    /// 32 hex digits from path, embedded path and, where a path has several versions, the id of the content: the same in
    /// every run.
    pub id: String,
    /// The kind of data.
    pub kind: FindingType,
    /// The highest severity of its detections.
    pub severity: Severity,
    /// Whether a suppression rule hid it.
    pub archived: bool,
    /// The rule that did; none in results that do not say it.
    pub hidden_by: Option<Arc<Acceptance>>,
    /// What an earlier result knew of it; none when there was none to compare with.
    pub baseline: Option<BaselineState>,
    /// What was found, where.
    pub classification: Classification,
}

impl Finding {
    /// Judges a classification. None when nothing in it reaches `minimum`.
    ///
    /// Detections whose count stays below their lowest threshold or whose severity is below `minimum` are dropped.
    pub fn judge(mut classification: Classification, minimum: Severity) -> Option<Self> {
        classification.detections.retain(|d| d.identifier.severity(d.count).is_some_and(|s| s >= minimum));
        let severity = classification.detections.iter().filter_map(|d| d.identifier.severity(d.count)).max()?;
        let kind = FindingType::of(&classification.detections);
        let id = Self::id_of(&classification.artifact.path);
        Some(Self { id, kind, severity, archived: false, hidden_by: None, baseline: None, classification })
    }

    /// The id of a finding in this object.
    pub fn id_of(path: &ArtifactPath) -> String {
        let embedded = path.embedded().unwrap_or_default();
        let mark = duplicate_mark(path.ordinals.last());
        match path.version.as_bytes() {
            b"" => digest(&[b"finding", &path.file, &embedded, &mark]),
            version => digest(&[b"finding", &path.file, &embedded, &mark, version]),
        }
    }

    /// The same finding with some of its detections. Its severity is theirs, if they have one.
    #[must_use]
    pub fn with(&self, detections: Vec<Detection>) -> Self {
        let severity = detections.iter().filter_map(|d| d.identifier.severity(d.count)).max();
        Self {
            id: self.id.clone(),
            kind: FindingType::of(&detections),
            severity: severity.unwrap_or(self.severity),
            archived: self.archived,
            hidden_by: self.hidden_by.clone(),
            baseline: self.baseline,
            classification: Classification { detections, ..self.classification.bare() },
        }
    }
}

/// Members of one name in one archive are told apart by their ordinal; a unique name must not be, so that ids live through
/// edits of the archive. Reading an archive gives an ordinal above 0 to the second member of a name.
fn duplicate_mark(ordinal: Option<&u64>) -> Vec<u8> {
    ordinal.filter(|n| **n > 0).map(|n| n.to_le_bytes().to_vec()).unwrap_or_default()
}

/// [`digest`] of parts that come one by one and are many: they are not kept.
#[derive(Debug)]
pub struct Digest {
    hasher: Box<blake3::Hasher>,
    waiting: Vec<u8>,
}

impl Digest {
    /// So much at once is hashed by vectors.
    const AT_ONCE: usize = 16 << 10;

    /// The digest of no parts.
    pub fn new() -> Self {
        Self { hasher: Box::default(), waiting: Vec::with_capacity(2 * Self::AT_ONCE) }
    }

    /// Adds a part.
    pub fn part(&mut self, part: &[u8]) {
        self.waiting.extend_from_slice(&(part.len() as u64).to_le_bytes());
        self.waiting.extend_from_slice(part);
        if self.waiting.len() >= Self::AT_ONCE {
            let whole = self.waiting.len() / Self::AT_ONCE * Self::AT_ONCE;
            self.hasher.update(&self.waiting[..whole]);
            self.waiting.drain(..whole);
        }
    }

    /// 32 hex digits.
    pub fn finish(mut self) -> String {
        self.hasher.update(&self.waiting);
        self.hasher.finalize().to_hex().as_str()[..32].to_owned()
    }
}

impl Default for Digest {
    fn default() -> Self {
        Self::new()
    }
}

/// 32 hex digits over length-prefixed parts.
pub fn digest(parts: &[&[u8]]) -> String {
    // One text at once is hashed by vectors.
    let mut text = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        text.extend_from_slice(&(part.len() as u64).to_le_bytes());
        text.extend_from_slice(part);
    }
    blake3::hash(&text).to_hex().as_str()[..32].to_owned()
}
