//! The managed identifiers as the build script wrote them down: parsed, and the shape of each pattern read.
//!
//! Nothing is checked here. What the loader checks of a user's file it checks of theirs in a test, and that both say the same.

use super::load::{keyword_rule, proximity, severity_levels};
use super::{Borders, Category, DataIdentifier, Examples, Pattern, Severity, SeverityLevel, Texts};
use crate::mistake::Mistake;
use crate::shape::{Anchor, ByteSet, Shape};
use crate::validators::{clue, validator};
use std::borrow::Cow::Borrowed;
use std::sync::Arc;

/// An `[[identifier]]` of a file, field for field.
struct Row {
    id: &'static str,
    name: &'static str,
    description: &'static str,
    category: Category,
    tags: Texts,
    references: Texts,
    keywords: Texts,
    maximum_match_distance: Option<u32>,
    ignore_words: Texts,
    severity_levels: &'static [SeverityLevel],
    recommended: bool,
    precedence: i8,
    random: bool,
    remediation: &'static str,
    patterns: &'static [PatternRow],
    matching: Texts,
    no_match: Texts,
    origin: &'static str,
}

/// One of its patterns; what a pattern does not say itself is its identifier's.
struct PatternRow {
    regex: &'static str,
    field_names: &'static [&'static str],
    requires_keyword: Option<bool>,
    forbids_keyword: bool,
    validator: Option<&'static str>,
    borders: Borders,
    shape: Shape,
}

#[allow(clippy::unreadable_literal)] // Written by the build script, read by nobody.
static ROWS: &[Row] = include!(concat!(env!("OUT_DIR"), "/identifiers.rs"));

/// All rows as identifiers, ordered by category and id.
pub(super) fn identifiers() -> Result<Vec<Arc<DataIdentifier>>, Mistake> {
    let mut all = Vec::with_capacity(ROWS.len());
    for row in ROWS {
        all.push(Arc::new(row.identifier()?));
    }
    Ok(all)
}

impl Row {
    fn identifier(&self) -> Result<DataIdentifier, Mistake> {
        let patterns = self.patterns.iter().map(|p| self.pattern(p)).collect::<Result<Vec<_>, _>>()?;
        Ok(DataIdentifier {
            id: self.id.to_owned(),
            name: self.name.to_owned(),
            description: self.description.into(),
            category: self.category,
            tags: self.tags.clone(),
            references: self.references.clone(),
            keywords: self.keywords.clone(),
            proximity: proximity(self.maximum_match_distance, false),
            ignore_words: self.ignore_words.clone(),
            allow: None,
            severity_levels: severity_levels(self.severity_levels),
            recommended: self.recommended,
            precedence: self.precedence,
            random: self.random,
            remediation: self.remediation.into(),
            sure: super::is_sure(self.random, &patterns),
            patterns,
            examples: Examples { matching: self.matching.clone(), no_match: self.no_match.clone() },
            custom: false,
            origin: self.origin.into(),
        })
    }

    fn pattern(&self, row: &PatternRow) -> Result<Pattern, Mistake> {
        let known = |name: &str| {
            validator(name).ok_or_else(|| Mistake {
                file: self.origin.to_owned(),
                line: 1,
                problem: format!("{}: validator: `{name}` is unknown", self.id),
            })
        };
        let has_keywords = !self.keywords.is_empty() || !row.field_names.is_empty();
        Ok(Pattern {
            regex: row.regex.into(),
            field_names: row.field_names.iter().map(|name| (*name).to_owned()).collect(),
            keyword: keyword_rule(row.requires_keyword, row.forbids_keyword, has_keywords),
            borders: row.borders,
            validator_name: row.validator.map(Borrowed),
            validator: row.validator.map(known).transpose()?,
            clue: row.validator.and_then(clue),
            shape: row.shape.clone(),
        })
    }
}
