//! The `classificationDetails.result` of a finding, as `json`, `jsonl` and `macie` write it.

use super::occurrences::{Match, Occurrences, PathStyle};
use crate::finding::{Classification, Detection};
use crate::identifier::Category;
use serde::Serialize;

/// What was found in one object. Frozen: these names are read by others.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultRow<'a> {
    status: StatusRow,
    mime_type: &'a str,
    size_classified: u64,
    additional_occurrences: bool,
    sensitive_data: Vec<Group<'a>>,
    custom_data_identifiers: CustomGroup<'a>,
}

#[derive(Serialize)]
struct StatusRow {
    code: &'static str,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group<'a> {
    category: &'static str,
    total_count: u64,
    detections: Vec<ManagedRow<'a>>,
}

#[derive(Serialize)]
struct ManagedRow<'a> {
    #[serde(rename = "type")]
    id: &'a str,
    #[serde(flatten)]
    places: Places<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomGroup<'a> {
    total_count: u64,
    detections: Vec<CustomRow<'a>>,
}

#[derive(Serialize)]
struct CustomRow<'a> {
    arn: String,
    name: &'a str,
    #[serde(flatten)]
    places: Places<'a>,
}

#[derive(Serialize)]
struct Places<'a> {
    count: u64,
    occurrences: Occurrences<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matches: Option<Vec<Match<'a>>>,
    /// What to do about it; Macie does not know this field.
    #[serde(skip_serializing_if = "Option::is_none")]
    remediation: Option<&'a str>,
}

/// How much of each detection is shown.
pub(crate) struct Detail<'a> {
    /// Places of each detection, in the order of the detections; all that are stored, where it has no entry.
    pub(crate) located: &'a [usize],
    /// Whether `matches` and `remediation` are written, which Macie does not know.
    pub(crate) matches: bool,
    /// How a `JSONPath` is written.
    pub(crate) path_style: PathStyle,
}

impl<'a> ResultRow<'a> {
    /// The result of a classification.
    pub(crate) fn of(classification: &'a Classification, detail: &Detail<'_>) -> Self {
        let mut rows = Vec::new();
        let mut additional_occurrences = false;
        for (index, detection) in classification.detections.iter().enumerate() {
            let stored = detection.occurrences.len();
            let located = detail.located.get(index).map_or(stored, |n| stored.min(*n));
            additional_occurrences |= detection.count > located as u64;
            rows.push((detection, located));
        }
        let of = |category| rows.iter().copied().filter(move |(d, _)| d.identifier.category == category);
        let group = |category: Category| {
            let total_count = of(category).fold(0, |sum: u64, (d, _)| sum.saturating_add(d.count));
            let detections: Vec<_> = of(category)
                .map(|(d, located)| ManagedRow { id: &d.identifier.id, places: Places::of(d, located, detail) })
                .collect();
            (!detections.is_empty()).then_some(Group { category: category.code(), total_count, detections })
        };
        let managed = [Category::Credentials, Category::FinancialInformation, Category::PersonalInformation];
        let custom = |(d, located): (&'a Detection, usize)| CustomRow {
            arn: format!("tamis:custom-data-identifier/{}", d.identifier.id),
            name: &d.identifier.name,
            places: Places::of(d, located, detail),
        };
        Self {
            status: StatusRow {
                code: classification.status.code(),
                reason: classification.status.reason().map(crate::status::Reason::code),
            },
            mime_type: &classification.media_type,
            size_classified: classification.bytes,
            additional_occurrences,
            sensitive_data: managed.into_iter().filter_map(group).collect(),
            custom_data_identifiers: CustomGroup {
                total_count: of(Category::CustomIdentifier).fold(0, |sum: u64, (d, _)| sum.saturating_add(d.count)),
                detections: of(Category::CustomIdentifier).map(custom).collect(),
            },
        }
    }
}

impl<'a> Places<'a> {
    fn of(detection: &'a Detection, located: usize, detail: &Detail<'_>) -> Self {
        let occurrences = detection.occurrences.get(..located).unwrap_or(&detection.occurrences);
        Self {
            count: detection.count,
            occurrences: Occurrences::of(occurrences, detail.path_style),
            matches: detail.matches.then(|| Match::all(occurrences)),
            remediation: Some(&*detection.identifier.remediation).filter(|r| detail.matches && !r.is_empty()),
        }
    }
}
