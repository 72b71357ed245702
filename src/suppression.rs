//! Suppression rules: which findings a team has looked at and accepts, until when, and why. Macie's criteria on dotted
//! finding fields, and globs on paths.
//!
//! A rule is data, checked when it is read. Where the values of a finding come from is the business of `suppress`.

mod read;

pub use read::{conditions, rules};

use globset::GlobSet;
use std::time::SystemTime;

/// A rule.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// What people call it; unique.
    pub name: String,
    /// Why it is right to hide what it hides.
    pub reason: String,
    /// The last day on which it applies, in UTC.
    pub expires: Option<Day>,
    /// All must hold.
    pub conditions: Vec<Condition>,
}

/// A day, as `2026-12-31`; orders by time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(String);

impl Day {
    /// A day as written; none when there is no such day.
    pub fn parse(text: &str) -> Option<Self> {
        let midnight = humantime::parse_rfc3339(&format!("{text}T00:00:00Z")).ok()?;
        Some(Self::of(midnight)).filter(|day| day.0 == text)
    }

    /// The day in UTC.
    pub fn of(time: SystemTime) -> Self {
        let text = humantime::format_rfc3339_seconds(time).to_string();
        Self(text.split('T').next().unwrap_or_default().to_owned())
    }

    /// As `2026-12-31`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One field, and what must be true of it.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The field.
    pub field: Field,
    /// All must hold.
    pub tests: Vec<Test>,
}

/// A comparison. A field may have several values, as a finding has several detections.
#[derive(Debug, Clone)]
pub enum Test {
    /// One of the field's values is one of these.
    Eq(Vec<String>),
    /// None of the field's values is one of these.
    Neq(Vec<String>),
    /// The field's values are these, no more and no fewer.
    EqExactMatch(Vec<String>),
    /// One of the field's values fits one of these.
    Glob(GlobSet),
    /// One of the field's values lies so beside this one.
    Order(Order, Bound),
}

/// Which side of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Above it.
    Gt,
    /// At or above it.
    Gte,
    /// Below it.
    Lt,
    /// At or below it.
    Lte,
}

impl Order {
    /// Whether a value lies so.
    pub fn holds<T: PartialOrd>(self, value: &T, bound: &T) -> bool {
        match self {
            Self::Gt => value > bound,
            Self::Gte => value >= bound,
            Self::Lt => value < bound,
            Self::Lte => value <= bound,
        }
    }
}

/// What a value is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A count or a size.
    Number(u64),
    /// A moment.
    Time(SystemTime),
}

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words: `eq`, `neq`, `eqExactMatch`, and `glob`.
    Text,
    /// Words of a known few.
    Choice(&'static [&'static str]),
    /// Numbers: `eq`, `neq`, `gt`, `gte`, `lt`, `lte`.
    Number,
    /// Moments: `gt`, `gte`, `lt`, `lte`.
    Time,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $text:literal: $kind:expr,)*) => {
        /// A field of a finding, by its dotted name in the result.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Field { $($(#[$doc])* $name,)* }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its dotted name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What its values are.
            pub fn kind(self) -> Kind {
                match self { $(Self::$name => $kind,)* }
            }
        }
    };
}

const SEVERITIES: &[&str] = &["Low", "Medium", "High"];
const CATEGORIES: &[&str] = &["CREDENTIALS", "FINANCIAL_INFORMATION", "PERSONAL_INFORMATION"];
const STATUSES: &[&str] = &["COMPLETE", "PARTIAL"];
const TYPES: &[&str] = &[
    "SensitiveData:File/Credentials",
    "SensitiveData:File/Financial",
    "SensitiveData:File/Personal",
    "SensitiveData:File/CustomIdentifier",
    "SensitiveData:File/Multiple",
    "Policy:File/WorldWritable",
    "Policy:File/WorldReadable",
    "Policy:File/PrivateKeyOpen",
    "Policy:File/PrivateKeyWithoutPassphrase",
    "Policy:File/UnencryptedArchive",
];

fields! {
    /// 32 hex digits.
    Id = "id": Kind::Text,
    /// The kind of finding.
    Type = "type": Kind::Choice(TYPES),
    /// The word.
    SeverityDescription = "severity.description": Kind::Choice(SEVERITIES),
    /// The number.
    SeverityScore = "severity.score": Kind::Number,
    /// Path of the outermost file.
    Path = "resourcesAffected.file.path": Kind::Text,
    /// Its extension without the dot.
    Extension = "resourcesAffected.file.extension": Kind::Text,
    /// Its size in bytes.
    Size = "resourcesAffected.file.size": Kind::Number,
    /// Its last modification.
    LastModified = "resourcesAffected.file.lastModified": Kind::Time,
    /// Path inside it; levels are joined with `!/`.
    EmbeddedPath = "resourcesAffected.file.embeddedFileDetails.filePath": Kind::Text,
    /// Extension of the member.
    EmbeddedExtension = "resourcesAffected.file.embeddedFileDetails.fileExtension": Kind::Text,
    /// IDs of managed identifiers.
    DetectionType = "classificationDetails.result.sensitiveData.detections.type": Kind::Text,
    /// Counts of each.
    DetectionCount = "classificationDetails.result.sensitiveData.detections.count": Kind::Number,
    /// Their categories.
    Category = "classificationDetails.result.sensitiveData.category": Kind::Choice(CATEGORIES),
    /// Names of custom identifiers.
    CustomName = "classificationDetails.result.customDataIdentifiers.detections.name": Kind::Text,
    /// `tamis:custom-data-identifier/ID`.
    CustomArn = "classificationDetails.result.customDataIdentifiers.detections.arn": Kind::Text,
    /// Counts of each.
    CustomCount = "classificationDetails.result.customDataIdentifiers.detections.count": Kind::Number,
    /// Matches of all custom identifiers.
    CustomTotal = "classificationDetails.result.customDataIdentifiers.totalCount": Kind::Number,
    /// Media type.
    MimeType = "classificationDetails.result.mimeType": Kind::Text,
    /// Bytes inspected.
    SizeClassified = "classificationDetails.result.sizeClassified": Kind::Number,
    /// Whether it was inspected in full.
    StatusCode = "classificationDetails.result.status.code": Kind::Choice(STATUSES),
}

#[cfg(test)]
mod tests {
    use super::Day;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn days() {
        assert_eq!(Day::of(UNIX_EPOCH + Duration::from_hours(36)).as_str(), "1970-01-02");
        assert!(Day::parse("2026-12-31") > Day::parse("2026-02-28"));
        assert!(Day::parse("2024-02-29").is_some());
        for wrong in ["2026-02-30", "2026-13-01", "2026-1-1", "soon", ""] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }
}
