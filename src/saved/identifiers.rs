//! Identifiers of a result: those at hand where they are the same still, and others made up from what the result says.
//! What is made up looks for nothing; it only has what reports say of it.

use super::names;
use super::rows::{IdentifierRow, LevelRow};
use crate::identifier::{Category, DataIdentifier, Examples, Proximity, SeverityLevel, Texts};
use std::collections::HashMap;
use std::sync::Arc;

/// Identifiers by id.
pub(super) struct Identifiers<'k> {
    said: HashMap<String, Arc<DataIdentifier>>,
    known: HashMap<&'k str, &'k Arc<DataIdentifier>>,
}

impl<'k> Identifiers<'k> {
    /// Those that the result says, and those at hand.
    pub(super) fn new(rows: &[IdentifierRow], known: &'k [Arc<DataIdentifier>]) -> Result<Self, String> {
        let known: HashMap<_, _> = known.iter().map(|identifier| (identifier.id.as_str(), identifier)).collect();
        let mut said = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            let made = of_row(row).map_err(|problem| format!("tool.identifiers[{at}].{problem}"))?;
            let same = known.get(made.id.as_str()).filter(|known| is_same(known, &made));
            let identifier = same.map_or_else(|| Arc::new(made), |known| Arc::clone(known));
            said.insert(identifier.id.clone(), identifier);
        }
        Ok(Self { said, known })
    }

    /// The identifier of a detection. One that nobody knows is made up from its name and its advice; it has no severities
    /// of its own, so that those of its findings hold.
    pub(super) fn of(&mut self, id: &str, category: Category, name: &str, advice: &str) -> Arc<DataIdentifier> {
        let of_category = |identifier: &&Arc<DataIdentifier>| identifier.category == category;
        if let Some(identifier) = self.said.get(id).filter(of_category) {
            return Arc::clone(identifier);
        }
        if let Some(identifier) = self.known.get(id).copied().filter(of_category) {
            return Arc::clone(identifier);
        }
        let made = DataIdentifier { remediation: advice.to_owned().into(), ..bare(id, name, category) };
        let made = Arc::new(made);
        self.said.insert(id.to_owned(), Arc::clone(&made));
        made
    }
}

fn of_row(row: &IdentifierRow) -> Result<DataIdentifier, String> {
    let level = |level: &LevelRow| {
        let severity = names::severity("severityLevels", &level.severity)?;
        Ok(SeverityLevel { occurrences_threshold: level.occurrences_threshold, severity })
    };
    let (id, category) = (names::id("id", &row.id)?, names::category("category", &row.category)?);
    Ok(DataIdentifier {
        description: row.description.clone().into(),
        tags: row.tags.clone().into(),
        severity_levels: row.severity_levels.iter().map(level).collect::<Result<_, String>>()?,
        random: row.random,
        sure: row.precision == "high",
        remediation: row.remediation.clone().into(),
        custom: row.custom,
        ..bare(&id, &row.name, category)
    })
}

fn bare(id: &str, name: &str, category: Category) -> DataIdentifier {
    DataIdentifier {
        id: id.to_owned(),
        name: name.to_owned(),
        description: "".into(),
        category,
        tags: Texts::default(),
        references: Texts::default(),
        keywords: Texts::default(),
        proximity: Proximity::UpToEnd(0),
        ignore_words: Texts::default(),
        allow: None,
        severity_levels: Vec::new(),
        recommended: false,
        precedence: 0,
        random: false,
        sure: false,
        remediation: "".into(),
        patterns: Vec::new(),
        examples: Examples::default(),
        custom: category == Category::CustomIdentifier,
        origin: "a saved result".into(),
    }
}

/// Whether reports would say the same of both.
fn is_same(one: &DataIdentifier, other: &DataIdentifier) -> bool {
    let facts =
        |identifier: &DataIdentifier| (identifier.category, identifier.random, identifier.sure, identifier.custom);
    one.name == other.name
        && one.description == other.description
        && one.tags == other.tags
        && one.severity_levels == other.severity_levels
        && one.remediation == other.remediation
        && facts(one) == facts(other)
}
