//! Data identifiers: what to look for. The schema of the identifier files, loading them (managed and custom alike), and selecting some.
//!
//! A file that is wrong is refused whole, with its name, line, field and what would mend it. How patterns are matched is `detect`'s business.

mod effort;
mod load;
mod select;
mod table;
mod texts;

pub use load::{custom, managed};
pub use select::{SelectError, did_you_mean, select};
pub use texts::Texts;

use crate::allow_list::AllowList;
use crate::shape::Shape;
use crate::validators::{Clue, Validator};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// A text of an identifier; those of the managed ones lie in the program.
pub type Text = Cow<'static, str>;

/// The field's three categories, and one for custom identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// Secrets of machines.
    Credentials,
    /// Card and account numbers.
    FinancialInformation,
    /// Data about people, health data included.
    PersonalInformation,
    /// What a user's own identifier finds.
    CustomIdentifier,
}

impl Category {
    /// Every category, in order.
    pub const ALL: [Self; 4] =
        [Self::Credentials, Self::FinancialInformation, Self::PersonalInformation, Self::CustomIdentifier];

    /// Macie's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Credentials => "CREDENTIALS",
            Self::FinancialInformation => "FINANCIAL_INFORMATION",
            Self::PersonalInformation => "PERSONAL_INFORMATION",
            Self::CustomIdentifier => "CUSTOM_IDENTIFIER",
        }
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Score 1.
    Low,
    /// Score 2.
    Medium,
    /// Score 3.
    High,
}

impl Severity {
    /// Every severity, ascending.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// Macie's score.
    pub fn score(self) -> u8 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
        }
    }

    /// Macie's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }
}

/// From this many occurrences in one artifact on, this severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityLevel {
    /// Occurrences, from 1.
    pub occurrences_threshold: u64,
    /// The severity from there on.
    pub severity: Severity,
}

/// What may not stand beside a match, besides what its regex says: the `regex` dialect has no look-around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Borders {
    /// The regex alone decides.
    #[default]
    None,
    /// Not a part of a longer number: no letter, digit or `_` on either side, no digit behind a `.` `,` `-` or `/`, and not inside a UUID.
    Number,
    /// Not a part of a longer token: no character of the Base64 alphabets on either side. A `=` may stand before it, and a `/` on either side within an address.
    Token,
}

/// What a keyword has to do with a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeywordRule {
    /// One must be near.
    Required,
    /// It makes the match surer.
    Optional,
    /// None may be near.
    Forbidden,
}

/// Where a keyword counts as near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proximity {
    /// At most this many characters between keyword and match, before or after it. The managed identifiers' rule.
    Between(u32),
    /// Before the match, at most this many characters from the keyword's end to the match's end. Macie's rule for custom identifiers.
    UpToEnd(u32),
}

/// One regex of an identifier.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The regex as written.
    pub regex: Text,
    /// The only names of fields, columns or elements whose values it is looked for in, whole and in any case. If there are
    /// some, such a name counts as a keyword.
    pub field_names: Vec<String>,
    /// Whether a keyword must, may or must not be near.
    pub keyword: KeywordRule,
    /// What may not stand beside the match.
    pub borders: Borders,
    /// The validator's name, for display.
    pub validator_name: Option<Text>,
    /// A checksum or structural rule on the matched text.
    pub validator: Option<Validator>,
    /// What shows that a text which the validator accepts may begin.
    pub clue: Option<Clue>,
    /// Where its matches can start: all that a scan needs before a text asks for the pattern.
    pub(crate) shape: Shape,
}

/// Text that shows what an identifier finds and what not.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Texts with at least one match.
    #[serde(rename = "match", default)]
    pub matching: Texts,
    /// Texts without one; near misses.
    #[serde(default)]
    pub no_match: Texts,
}

/// What to look for, and how bad it is.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // Each is a property of its own.
pub struct DataIdentifier {
    /// Macie's ID, or the user's.
    pub id: String,
    /// For people.
    pub name: String,
    /// A sentence more, if the name is not enough.
    pub description: Text,
    /// Its category.
    pub category: Category,
    /// Kinds of data, countries, regulations.
    pub tags: Texts,
    /// Where the format is written down.
    pub references: Texts,
    /// Any one suffices.
    pub keywords: Texts,
    /// How near a keyword must be.
    pub proximity: Proximity,
    /// A match that holds one of them (case-sensitive), or is one apart from its separators, is dropped.
    pub ignore_words: Texts,
    /// Matches of it that are known and meant.
    pub allow: Option<Arc<AllowList>>,
    /// Thresholds, ascending.
    pub severity_levels: Vec<SeverityLevel>,
    /// Whether it is in the default set.
    pub recommended: bool,
    /// Who wins where evidence is equal: the higher. Most have 0.
    pub precedence: i8,
    /// Whether a value has at least 80 bits of randomness, so that a plain hash of it gives nothing away.
    pub random: bool,
    /// Whether a match rests on more than its shape: on a keyword, a check or much randomness.
    pub sure: bool,
    /// What to do about a finding.
    pub remediation: Text,
    /// The patterns.
    pub patterns: Vec<Pattern>,
    /// Its own tests.
    pub examples: Examples,
    /// Whether it came from a user's file.
    pub custom: bool,
    /// The file it came from, for messages.
    pub origin: Text,
}

/// Whether matches of these patterns rest on more than their shape.
fn is_sure(random: bool, patterns: &[Pattern]) -> bool {
    let needs_keyword = !patterns.is_empty() && patterns.iter().all(|p| p.keyword == KeywordRule::Required);
    random || needs_keyword || patterns.iter().any(|p| p.validator_name.is_some())
}

impl DataIdentifier {
    /// The severity of that many occurrences; none below the lowest threshold.
    pub fn severity(&self, count: u64) -> Option<Severity> {
        self.severity_levels.iter().rev().find(|l| count >= l.occurrences_threshold).map(|l| l.severity)
    }

    /// What keywords have to do with it; none when its patterns differ.
    pub fn keyword_rule(&self) -> Option<KeywordRule> {
        let first = self.patterns.first()?.keyword;
        self.patterns.iter().all(|p| p.keyword == first).then_some(first)
    }

    /// The names of its validators, each once, in the order of the patterns.
    pub fn validators(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.patterns.iter().filter_map(|p| p.validator_name.as_deref()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The names of fields that its patterns are looked for in, of all patterns.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().flat_map(|p| &p.field_names).map(String::as_str)
    }

    /// The ISO codes of countries among its tags.
    pub fn countries(&self) -> Vec<&str> {
        let is_code = |tag: &&str| tag.len() == 2 && tag.bytes().all(|b| b.is_ascii_uppercase());
        self.tags.iter().filter(is_code).collect()
    }

    /// Whether it is one of the user's own, of whatever category.
    pub fn is_custom(&self) -> bool {
        self.custom
    }
}

impl PartialEq for DataIdentifier {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for DataIdentifier {}

impl PartialOrd for DataIdentifier {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DataIdentifier {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.category, &self.id).cmp(&(other.category, &other.id))
    }
}
