//! Loading identifier files: TOML text to [`DataIdentifier`]s, or one error that names file, line, field and the mend.

use super::{
    Borders, Category, DataIdentifier, Examples, KeywordRule, Pattern, Proximity, Severity, SeverityLevel, Text,
};
use crate::allow_list::AllowList;
use crate::mistake::{Mistake, line_of};
use crate::shape::{Anchor, Shape};
use crate::validators::{VALIDATORS, clue, validator};
use serde::Deserialize;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// Characters between keyword and match, when a managed identifier does not say.
const MANAGED_DISTANCE: u32 = 30;
/// The same for a custom identifier, to the end of the match.
const CUSTOM_DISTANCE: u32 = 50;
/// The longest pattern text, in bytes.
const LONGEST_PATTERN: usize = 4096;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    identifier: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: String,
    category: Option<Category>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    keywords: Vec<Spanned<String>>,
    maximum_match_distance: Option<Spanned<u32>>,
    #[serde(default)]
    ignore_words: Vec<Spanned<String>>,
    #[serde(default)]
    allow: Vec<Spanned<String>>,
    validator: Option<Spanned<String>>,
    #[serde(default)]
    borders: Borders,
    severity_levels: Option<Spanned<Vec<SeverityLevel>>>,
    #[serde(default)]
    recommended: bool,
    #[serde(default)]
    precedence: i8,
    #[serde(default)]
    random: bool,
    #[serde(default)]
    remediation: String,
    regex: Option<Spanned<String>>,
    #[serde(default)]
    patterns: Vec<PatternEntry>,
    examples: Option<Examples>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternEntry {
    regex: Spanned<String>,
    #[serde(default)]
    field_names: Vec<Spanned<String>>,
    requires_keyword: Option<bool>,
    #[serde(default)]
    forbids_keyword: bool,
    validator: Option<Spanned<String>>,
    borders: Option<Borders>,
}

/// The managed identifiers, ordered by category and id.
pub fn managed() -> Result<Vec<Arc<DataIdentifier>>, Mistake> {
    super::table::identifiers()
}

/// The identifiers of a user's file. `taken` are those loaded before: an id of theirs is refused.
pub fn custom(file: &str, text: &str, taken: &[Arc<DataIdentifier>]) -> Result<Vec<Arc<DataIdentifier>>, Mistake> {
    finish(Loader { file: file.to_owned(), text, custom: true }.load()?, text, taken)
}

/// An identifier, and where its id stands in the text.
type Loaded = (DataIdentifier, Range<usize>);

fn finish(loaded: Vec<Loaded>, text: &str, taken: &[Arc<DataIdentifier>]) -> Result<Vec<Arc<DataIdentifier>>, Mistake> {
    // IDs are typed in any case, so two that differ in nothing else would be one.
    let mut seen: HashMap<String, Text> = HashMap::with_capacity(taken.len() + loaded.len());
    seen.extend(taken.iter().map(|i| (i.id.to_ascii_uppercase(), i.origin.clone())));
    let mut all = Vec::with_capacity(loaded.len());
    for (identifier, id) in loaded {
        if let Some(first) = seen.insert(identifier.id.to_ascii_uppercase(), identifier.origin.clone()) {
            let problem = format!("id: `{}` is defined in {first} already; choose another id", identifier.id);
            return Err(Mistake::at(&identifier.origin, text, &id, problem));
        }
        all.push(Arc::new(identifier));
    }
    all.sort();
    Ok(all)
}

/// What a keyword has to do with a pattern that says so much of it.
pub(super) fn keyword_rule(requires: Option<bool>, forbids: bool, has_keywords: bool) -> KeywordRule {
    match (forbids, requires) {
        (true, _) => KeywordRule::Forbidden,
        (false, Some(true)) => KeywordRule::Required,
        (false, None) if has_keywords => KeywordRule::Required,
        (false, Some(false) | None) => KeywordRule::Optional,
    }
}

/// How near a keyword must be where an identifier says so many characters, or nothing.
pub(super) fn proximity(distance: Option<u32>, custom: bool) -> Proximity {
    if custom {
        Proximity::UpToEnd(distance.unwrap_or(CUSTOM_DISTANCE))
    } else {
        Proximity::Between(distance.unwrap_or(MANAGED_DISTANCE))
    }
}

/// The levels given, or the one of an identifier that gives none.
pub(super) fn severity_levels(given: &[SeverityLevel]) -> Vec<SeverityLevel> {
    let default = SeverityLevel { occurrences_threshold: 1, severity: Severity::Medium };
    if given.is_empty() { vec![default] } else { given.to_vec() }
}

struct Loader<'a> {
    file: String,
    text: &'a str,
    custom: bool,
}

impl Loader<'_> {
    fn load(&self) -> Result<Vec<Loaded>, Mistake> {
        let file: File = toml::from_str(self.text).map_err(|error| Mistake::of_toml(&self.file, self.text, &error))?;
        if file.identifier.is_empty() {
            return Err(self.error(&(0..0), "identifier: there is none; begin one with a line `[[identifier]]`"));
        }
        file.identifier.into_iter().map(|entry| self.entry(entry)).collect()
    }

    fn error(&self, span: &Range<usize>, problem: &str) -> Mistake {
        Mistake::at(&self.file, self.text, span, problem)
    }

    fn entry(&self, entry: Spanned<Entry>) -> Result<Loaded, Mistake> {
        let span = entry.span();
        let entry = entry.into_inner();
        let id = self.id(&entry.id)?;
        let category = match (entry.category, self.custom) {
            (Some(category), _) => category,
            (None, true) => Category::CustomIdentifier,
            (None, false) => return Err(self.error(&span, "category: missing; say which of the three it belongs to")),
        };
        let patterns = self.patterns(&entry, &span)?;
        let proximity = self.proximity(entry.maximum_match_distance.as_ref())?;
        let severity_levels = self.severity_levels(entry.severity_levels)?;
        let keywords = self.words("keywords", entry.keywords)?.into();
        let ignore_words = self.words("ignore_words", entry.ignore_words)?.into();
        let allow = self.allow(&id, &entry.allow)?;
        let examples = self.examples(entry.examples, &span)?;
        let place = entry.id.span();
        let identifier = DataIdentifier {
            name: entry.name.unwrap_or_else(|| id.clone()),
            id,
            description: entry.description.into(),
            category,
            tags: entry.tags.into(),
            references: entry.references.into(),
            keywords,
            proximity,
            ignore_words,
            allow,
            severity_levels,
            recommended: entry.recommended,
            precedence: entry.precedence,
            random: entry.random,
            sure: super::is_sure(entry.random, &patterns),
            remediation: entry.remediation.into(),
            patterns,
            examples,
            custom: self.custom,
            origin: self.file.clone().into(),
        };
        Ok((identifier, place))
    }

    fn id(&self, id: &Spanned<String>) -> Result<String, Mistake> {
        let text = id.get_ref();
        let fits = |c: char| c.is_ascii_alphanumeric() || "_-.()".contains(c);
        if text.is_empty() || text.len() > 128 || !text.chars().all(fits) {
            let problem = "id: must be 1 to 128 letters, digits, `_`, `-`, `.` or parentheses; rename it";
            return Err(self.error(&id.span(), problem));
        }
        Ok(text.clone())
    }

    fn words(&self, field: &str, words: Vec<Spanned<String>>) -> Result<Vec<String>, Mistake> {
        for word in &words {
            if word.get_ref().trim().is_empty() {
                return Err(self.error(&word.span(), &format!("{field}: an entry is empty; remove it")));
            }
        }
        Ok(words.into_iter().map(Spanned::into_inner).collect())
    }

    fn allow(&self, id: &str, entries: &[Spanned<String>]) -> Result<Option<Arc<AllowList>>, Mistake> {
        if entries.is_empty() {
            return Ok(None);
        }
        let lines = entries.iter().map(|e| (line_of(self.text, e.span().start), e.get_ref().trim()));
        let list = AllowList::of(&format!("{}: {id}", self.file), &self.file, lines);
        list.map(|list| Some(Arc::new(list))).map_err(|m| Mistake { problem: format!("allow: {}", m.problem), ..m })
    }

    fn proximity(&self, distance: Option<&Spanned<u32>>) -> Result<Proximity, Mistake> {
        if let Some(distance) = distance
            && !(1..=300).contains(distance.get_ref())
        {
            return Err(self.error(&distance.span(), "maximum_match_distance: must be from 1 to 300 characters"));
        }
        Ok(proximity(distance.map(|d| *d.get_ref()), self.custom))
    }

    fn severity_levels(&self, levels: Option<Spanned<Vec<SeverityLevel>>>) -> Result<Vec<SeverityLevel>, Mistake> {
        let Some(levels) = levels else {
            return Ok(severity_levels(&[]));
        };
        let ascending = levels.get_ref().windows(2).all(|w| w[0].occurrences_threshold < w[1].occurrences_threshold);
        let first = levels.get_ref().first().map_or(0, |l| l.occurrences_threshold);
        if first == 0 || !ascending {
            let problem = "severity_levels: needs at least one level, thresholds from 1 and ascending";
            return Err(self.error(&levels.span(), problem));
        }
        Ok(levels.into_inner())
    }

    fn examples(&self, examples: Option<Examples>, span: &Range<usize>) -> Result<Examples, Mistake> {
        match examples {
            Some(examples) if !examples.matching.is_empty() => Ok(examples),
            None if self.custom => Ok(Examples::default()),
            _ => Err(self.error(span, "examples.match: empty; add a text that the identifier finds")),
        }
    }

    fn patterns(&self, entry: &Entry, span: &Range<usize>) -> Result<Vec<Pattern>, Mistake> {
        let has_keywords = !entry.keywords.is_empty();
        let shared = (entry.validator.as_ref(), entry.borders);
        match (&entry.regex, entry.patterns.as_slice()) {
            (Some(regex), []) => {
                let keyword = keyword_rule(None, false, has_keywords);
                Ok(vec![self.pattern(regex, keyword, shared, Vec::new())?])
            }
            (None, []) => {
                Err(self.error(span, "patterns: missing; give `regex = '…'` or `patterns = [{ regex = '…' }]`"))
            }
            (Some(regex), _) => Err(self.error(&regex.span(), "regex: stands beside `patterns`; keep one of them")),
            (None, patterns) => patterns
                .iter()
                .map(|p| {
                    let names = self.words("field_names", p.field_names.clone())?;
                    let has_keywords = has_keywords || !names.is_empty();
                    let keyword = keyword_rule(p.requires_keyword, p.forbids_keyword, has_keywords);
                    if keyword != KeywordRule::Optional && !has_keywords {
                        let problem = "keywords: empty, but a pattern asks for one; add keywords";
                        return Err(self.error(&p.regex.span(), problem));
                    }
                    let validator = p.validator.as_ref().or(shared.0);
                    self.pattern(&p.regex, keyword, (validator, p.borders.unwrap_or(shared.1)), names)
                })
                .collect(),
        }
    }

    fn pattern(
        &self,
        regex: &Spanned<String>,
        keyword: KeywordRule,
        (name, borders): (Option<&Spanned<String>>, Borders),
        field_names: Vec<String>,
    ) -> Result<Pattern, Mistake> {
        let text = regex.get_ref();
        if text.len() > LONGEST_PATTERN {
            return Err(self.error(&regex.span(), "regex: longer than 4096 bytes; split it into several patterns"));
        }
        let tree =
            crate::dialect::check(text).map_err(|problem| self.error(&regex.span(), &format!("regex: {problem}")))?;
        let shape = Shape::of(&tree);
        let is_rare = matches!(shape.anchor, Anchor::WordLiteral(_) | Anchor::Literal(_));
        if let Some(problem) = super::effort::excess(&tree, is_rare).filter(|_| self.custom) {
            return Err(self.error(&regex.span(), &format!("regex: {problem}")));
        }
        let validator = name.map(|name| self.validator(name)).transpose()?;
        let validator_name = name.map(|n| n.get_ref().clone().into());
        let clue = name.and_then(|n| clue(n.get_ref()));
        let regex = text.clone().into();
        Ok(Pattern { regex, field_names, keyword, borders, validator_name, validator, clue, shape })
    }

    fn validator(&self, name: &Spanned<String>) -> Result<crate::validators::Validator, Mistake> {
        validator(name.get_ref()).ok_or_else(|| {
            let known = || VALIDATORS.iter().map(|(name, ..)| *name);
            let near = match super::did_you_mean(known(), name.get_ref()) {
                near if near.is_empty() => format!("; the known ones are {}", known().collect::<Vec<_>>().join(", ")),
                near => near,
            };
            self.error(&name.span(), &format!("validator: `{}` is unknown{near}", name.get_ref()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Loader, finish, managed};
    use std::fs;
    use std::path::Path;

    /// The build script only transcribes: here the loader reads and checks the same files.
    #[test]
    fn the_table_is_what_the_files_say() {
        let mut all = Vec::new();
        for folder in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("identifiers")).unwrap() {
            let folder = folder.unwrap().path();
            let files = folder.read_dir().into_iter().flatten().map(|entry| entry.unwrap().path());
            for path in files.filter(|path| path.extension().is_some_and(|e| e == "toml")) {
                let text = fs::read_to_string(&path).unwrap();
                let name = path.file_name().unwrap().to_str().unwrap();
                let file = format!("identifiers/{}/{name}", folder.file_name().unwrap().to_str().unwrap());
                all.extend(Loader { file, text: &text, custom: false }.load().unwrap());
            }
        }
        let loaded = finish(all, "", &[]).unwrap();
        let table = managed().unwrap();
        assert_eq!(loaded.len(), table.len());
        for (loaded, row) in loaded.iter().zip(&table) {
            assert_eq!(format!("{loaded:?}"), format!("{row:?}"));
        }
    }
}
