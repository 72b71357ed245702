//! What was found in a file and in everything in it, as JSON: masks, places, reasons. It comes back exactly as it was.
//!
//! What a result says of an object, and what it counts without saying: clean members, matches that are pardoned, ordinals.

use crate::artifact::{Artifact, ArtifactPath};
use crate::finding::{Classification, Confidence, Detection, Occurrence, Pardon};
use crate::identifier::DataIdentifier;
use crate::location::{Place, Position};
use crate::status::{Reason, Status};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What became of a file and of everything in it. Clean members are counted, not kept.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// The file itself, and all members with findings or gaps.
    pub objects: Vec<Classification>,
    /// Members that were inspected in full and hold nothing.
    pub clean: u64,
    /// Bytes of those that were inspected.
    pub clean_bytes: u64,
}

impl Kept {
    /// A file without members that was inspected in full and holds nothing.
    pub(super) fn clean(artifact: &Artifact, bytes: u64) -> Self {
        let classification = Classification {
            artifact: artifact.clone(),
            media_type: "application/octet-stream".into(),
            bytes,
            status: Status::Complete,
            detections: Vec::new(),
        };
        Self { objects: vec![classification], clean: 0, clean_bytes: 0 }
    }

    /// Whether there is nothing to tell but that it is clean.
    pub(super) fn is_clean(&self) -> bool {
        let is_clean = |object: &Classification| {
            object.artifact.container.is_none() && object.status == Status::Complete && object.detections.is_empty()
        };
        self.clean == 0 && self.objects.len() <= 1 && self.objects.iter().all(is_clean)
    }

    pub(super) fn text(&self) -> String {
        let objects = self.objects.iter().map(ObjectRow::of).collect();
        let row = KeptRow { clean: self.clean, clean_bytes: self.clean_bytes, objects };
        // There is nothing in it that JSON cannot hold; an empty text is one that does not come back.
        serde_json::to_string(&row).unwrap_or_default()
    }

    /// What was found, in the file as it is called and dated now. None when the text says what is not known here.
    pub(super) fn parse(
        text: &str,
        artifact: &Artifact,
        identifiers: &HashMap<String, Arc<DataIdentifier>>,
    ) -> Option<Self> {
        let row: KeptRow = serde_json::from_str(text).ok()?;
        let objects: Option<Vec<Classification>> =
            row.objects.into_iter().map(|object| object.classification(artifact, identifiers)).collect();
        Some(Self { objects: objects?, clean: row.clean, clean_bytes: row.clean_bytes })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeptRow {
    clean: u64,
    clean_bytes: u64,
    objects: Vec<ObjectRow>,
}

/// A name in bytes; text where it is text.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Bytes(Vec<u8>),
}

impl Name {
    fn of(bytes: &[u8]) -> Self {
        std::str::from_utf8(bytes).map_or_else(|_| Self::Bytes(bytes.to_vec()), |text| Self::Text(text.to_owned()))
    }

    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ObjectRow {
    /// Each level's name and ordinal; none for the file itself.
    members: Vec<(Name, u64)>,
    size: u64,
    /// Seconds from 1970 and nanoseconds after them.
    modified: Option<(i64, u32)>,
    mime_type: String,
    size_classified: u64,
    status: String,
    reason: Option<String>,
    detail: String,
    detections: Vec<DetectionRow>,
}

impl ObjectRow {
    fn of(object: &Classification) -> Self {
        let (path, status) = (&object.artifact.path, &object.status);
        Self {
            members: path.members.iter().zip(&path.ordinals).map(|(name, n)| (Name::of(name), *n)).collect(),
            size: object.artifact.size,
            modified: object.artifact.modified.and_then(moment),
            mime_type: object.media_type.clone().into_owned(),
            size_classified: object.bytes,
            status: status.code().to_owned(),
            reason: status.reason().map(|reason| reason.code().to_owned()),
            detail: status.detail().to_owned(),
            detections: object.detections.iter().map(DetectionRow::of).collect(),
        }
    }

    fn classification(
        self,
        file: &Artifact,
        identifiers: &HashMap<String, Arc<DataIdentifier>>,
    ) -> Option<Classification> {
        let reason = |code: Option<String>| Reason::ALL.iter().copied().find(|r| Some(r.code()) == code.as_deref());
        let status = match self.status.as_str() {
            "COMPLETE" => Status::Complete,
            "PARTIAL" => Status::Partial(reason(self.reason)?, self.detail),
            "SKIPPED" => Status::Skipped(reason(self.reason)?, self.detail),
            _ => return None,
        };
        let artifact = if self.members.is_empty() {
            file.clone()
        } else {
            let (members, ordinals) = self.members.into_iter().map(|(name, n)| (name.bytes(), n)).unzip();
            Artifact {
                path: ArtifactPath { members, ordinals, ..file.path.clone() },
                size: self.size,
                modified: self.modified.and_then(time),
                container: Some(Box::new(file.clone())),
                ..Artifact::default()
            }
        };
        let detections: Option<Vec<Detection>> =
            self.detections.into_iter().map(|detection| detection.detection(identifiers)).collect();
        Some(Classification {
            artifact,
            media_type: self.mime_type.into(),
            bytes: self.size_classified,
            status,
            detections: detections?,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct DetectionRow {
    #[serde(rename = "type")]
    id: String,
    count: u64,
    matches: Vec<MatchRow>,
    pardons: Vec<(PardonRow, u64)>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum PardonRow {
    AllowList(String),
    InlineMark,
    Placeholder,
}

impl DetectionRow {
    fn of(detection: &Detection) -> Self {
        let pardon = |pardon: &Pardon| match pardon {
            Pardon::AllowList(name) => PardonRow::AllowList(name.to_string()),
            Pardon::InlineMark => PardonRow::InlineMark,
            Pardon::Placeholder => PardonRow::Placeholder,
        };
        Self {
            id: detection.identifier.id.clone(),
            count: detection.count,
            matches: detection.occurrences.iter().map(MatchRow::of).collect(),
            pardons: detection.pardons.iter().map(|(why, count)| (pardon(why), *count)).collect(),
        }
    }

    fn detection(self, identifiers: &HashMap<String, Arc<DataIdentifier>>) -> Option<Detection> {
        let pardon = |row: PardonRow| match row {
            PardonRow::AllowList(name) => Pardon::AllowList(name.into()),
            PardonRow::InlineMark => Pardon::InlineMark,
            PardonRow::Placeholder => Pardon::Placeholder,
        };
        let occurrences: Option<Vec<Occurrence>> = self.matches.into_iter().map(MatchRow::occurrence).collect();
        Some(Detection {
            identifier: Arc::clone(identifiers.get(&self.id)?),
            count: self.count,
            occurrences: occurrences?,
            pardons: self.pardons.into_iter().map(|(why, count)| (pardon(why), count)).collect(),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MatchRow {
    place: Place,
    /// Line, last line, column, offset, length.
    position: (u64, u64, u64, u64, u64),
    masked: String,
    keyword: Option<String>,
    confidence: String,
    fingerprint: String,
}

impl MatchRow {
    fn of(occurrence: &Occurrence) -> Self {
        let Position { line, end_line, column, offset, length } = occurrence.position;
        Self {
            place: occurrence.place.clone(),
            position: (line, end_line, column, offset, length),
            masked: occurrence.masked.clone(),
            keyword: occurrence.keyword.clone(),
            confidence: occurrence.confidence.word().to_owned(),
            fingerprint: occurrence.fingerprint.clone(),
        }
    }

    fn occurrence(self) -> Option<Occurrence> {
        let (line, end_line, column, offset, length) = self.position;
        let all = [Confidence::Low, Confidence::Medium, Confidence::High];
        Some(Occurrence {
            place: self.place,
            position: Position { line, end_line, column, offset, length },
            masked: self.masked,
            revealed: None,
            keyword: self.keyword,
            confidence: all.into_iter().find(|confidence| confidence.word() == self.confidence)?,
            fingerprint: self.fingerprint,
        })
    }
}

/// Seconds from 1970, rounded down, and nanoseconds after them.
fn moment(time: SystemTime) -> Option<(i64, u32)> {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => Some((i64::try_from(after.as_secs()).ok()?, after.subsec_nanos())),
        Err(before) => {
            let before = before.duration();
            let seconds = i64::try_from(before.as_secs()).ok()?.checked_neg()?;
            match before.subsec_nanos() {
                0 => Some((seconds, 0)),
                nanos => Some((seconds.checked_sub(1)?, 1_000_000_000 - nanos)),
            }
        }
    }
}

fn time((seconds, nanos): (i64, u32)) -> Option<SystemTime> {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
    time?.checked_add(Duration::from_nanos(nanos.into()))
}

#[cfg(test)]
mod tests {
    use super::{Kept, moment, time};
    use crate::finding::Pardon;
    use crate::reports::fixture;
    use std::collections::HashMap;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn it_comes_back_as_it_was() {
        let report = fixture::report();
        for finding in report.findings {
            let mut classification = finding.classification;
            let identifiers: HashMap<_, _> =
                classification.detections.iter().map(|d| (d.identifier.id.clone(), d.identifier.clone())).collect();
            classification.detections[0].pardons =
                [(Pardon::AllowList("a".into()), 2), (Pardon::InlineMark, 1), (Pardon::Placeholder, 3)].into();
            let file = classification.artifact.container.as_deref().unwrap_or(&classification.artifact).clone();
            let kept = Kept { objects: vec![classification], clean: 3, clean_bytes: 40 };
            let text = kept.text();
            let again = Kept::parse(&text, &file, &identifiers).unwrap();
            assert_eq!(format!("{kept:?}"), format!("{again:?}"));
            assert!(Kept::parse(&text, &file, &HashMap::new()).is_none());
        }
        assert!(Kept::parse("", &crate::artifact::Artifact::default(), &HashMap::new()).is_none());
    }

    #[test]
    fn times_before_1970_come_back() {
        for nanos in [0, 1, 999_999_999, 1_000_000_000, 1_500_000_000, 86_400_000_000_007] {
            let apart = Duration::from_nanos(nanos);
            for moment_of in [UNIX_EPOCH + apart, UNIX_EPOCH - apart] {
                assert_eq!(moment(moment_of).and_then(time), Some(moment_of));
            }
        }
    }
}
