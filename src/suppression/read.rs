//! Reading `[[suppress]]` entries: every mistake names its line, its field and the mend.

use super::{Bound, Condition, Day, Field, Kind, Order, Suppression, Test};
use crate::identifier::did_you_mean;
use crate::mistake::Mistake;
use crate::policy::PolicyKind;
use globset::{GlobBuilder, GlobSetBuilder};
use std::ops::Range;
use std::time::SystemTime;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Value<'t> = Spanned<DeValue<'t>>;

const CRITERIA: &str = "eq, neq, eqExactMatch, gt, gte, lt, lte, glob";

/// The rules of a file's `suppress` value.
pub fn rules(file: &str, text: &str, value: &Value<'_>) -> Result<Vec<Suppression>, Mistake> {
    let reader = Reader { file, text, asks: false };
    let DeValue::Array(entries) = value.get_ref() else {
        return Err(reader.wrong(&value.span(), "suppress: must be a list of tables; write `[[suppress]]`"));
    };
    let mut rules: Vec<Suppression> = Vec::new();
    for entry in entries {
        let rule = reader.rule(entry, rules.len() + 1)?;
        if rules.iter().any(|known| known.name == rule.name) {
            let problem = format!("suppress.name: `{}` is the name of an earlier rule; choose another", rule.name);
            return Err(reader.wrong(&entry.span(), problem));
        }
        rules.push(rule);
    }
    Ok(rules)
}

/// The conditions of a table `criteria`, which is all that a text holds.
pub fn conditions(file: &str, text: &str) -> Result<Vec<Condition>, Mistake> {
    let table = DeTable::parse(text).map_err(|error| Mistake::of_toml(file, text, &error))?;
    let mut found = Vec::new();
    for (_, value) in table.get_ref() {
        Reader { file, text, asks: true }.criteria("", value, &mut found)?;
    }
    Ok(found)
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    /// Whether these are criteria of a question, and not of a rule.
    asks: bool,
}

impl Reader<'_> {
    fn wrong(&self, span: &Range<usize>, problem: impl Into<String>) -> Mistake {
        Mistake::at(self.file, self.text, span, problem)
    }

    fn rule(&self, entry: &Value<'_>, number: usize) -> Result<Suppression, Mistake> {
        let DeValue::Table(table) = entry.get_ref() else {
            return Err(self.wrong(&entry.span(), "suppress: must be a table; write `[[suppress]]`"));
        };
        let (mut name, mut reason, mut expires, mut conditions) = (None, None, None, Vec::new());
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => name = Some(self.sentence("suppress.name", value)?),
                "reason" => reason = Some(self.sentence("suppress.reason", value)?),
                "expires" => expires = Some(self.day(value)?),
                "criteria" => self.criteria("", value, &mut conditions)?,
                other => {
                    let near = did_you_mean(["name", "reason", "expires", "criteria"].into_iter(), other);
                    let problem = format!(
                        "suppress.{other}: no such key{near}; there are name, reason, expires and [suppress.criteria]"
                    );
                    return Err(self.wrong(&key.span(), problem));
                }
            }
        }
        let missing = |field: &str, mend: &str| self.wrong(&entry.span(), format!("suppress.{field}: missing; {mend}"));
        let reason = reason.ok_or_else(|| missing("reason", "say why these findings may be hidden"))?;
        if conditions.is_empty() {
            return Err(missing("criteria", "a rule without criteria would hide everything; add [suppress.criteria]"));
        }
        Ok(Suppression { name: name.unwrap_or_else(|| format!("rule {number}")), reason, expires, conditions })
    }

    fn sentence(&self, field: &str, value: &Value<'_>) -> Result<String, Mistake> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            DeValue::String(_) => Err(self.wrong(&value.span(), format!("{field}: empty; write it out"))),
            _ => Err(self.wrong(&value.span(), format!("{field}: must be text in quotes"))),
        }
    }

    fn day(&self, value: &Value<'_>) -> Result<Day, Mistake> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        Day::parse(&text).ok_or_else(|| {
            self.wrong(&value.span(), "suppress.expires: must be a day such as 2026-12-31, the last one it applies")
        })
    }

    /// Fields may be written in quotes or as dotted keys, which TOML reads as tables in tables.
    fn criteria(&self, name: &str, value: &Value<'_>, found: &mut Vec<Condition>) -> Result<(), Mistake> {
        let field = Field::ALL.iter().copied().find(|field| field.name() == alias(name));
        let DeValue::Table(table) = value.get_ref() else {
            let what = if name.is_empty() { "suppress.criteria".to_owned() } else { format!("criteria.{name}") };
            let problem =
                format!("{what}: must be a table of comparisons, as in {{ eq = [\"…\"] }}; there are {CRITERIA}");
            return Err(self.wrong(&value.span(), problem));
        };
        if let Some(field) = field {
            found.push(self.condition(field, table, &value.span())?);
            return Ok(());
        }
        for (key, below) in table {
            let word = key.get_ref().as_ref();
            let dotted = if name.is_empty() { word.to_owned() } else { format!("{name}.{word}") };
            let prefix = format!("{}.", alias(&dotted));
            if !Field::ALL.iter().any(|f| f.name() == alias(&dotted) || f.name().starts_with(&prefix)) {
                let known: Vec<&str> = Field::ALL.iter().map(|f| f.name()).collect();
                let near = did_you_mean(known.iter().copied(), &dotted);
                let problem =
                    format!("criteria.{dotted}: no such field of a finding{near}; there are {}", known.join(", "));
                return Err(self.wrong(&key.span(), problem));
            }
            self.criteria(&dotted, below, found)?;
        }
        Ok(())
    }

    fn condition(&self, field: Field, table: &DeTable<'_>, span: &Range<usize>) -> Result<Condition, Mistake> {
        let mut tests = Vec::new();
        for (key, value) in table {
            let word = key.get_ref().as_ref();
            let order = match word {
                "gt" => Some(Order::Gt),
                "gte" => Some(Order::Gte),
                "lt" => Some(Order::Lt),
                "lte" => Some(Order::Lte),
                _ => None,
            };
            tests.push(match (word, order) {
                (_, Some(order)) => Test::Order(order, self.bound(field, word, value)?),
                ("eq", _) => Test::Eq(self.values(field, word, value)?),
                ("neq", _) => Test::Neq(self.values(field, word, value)?),
                ("eqExactMatch", _) => Test::EqExactMatch(self.values(field, word, value)?),
                ("glob", _) => self.glob(field, value)?,
                _ => {
                    let problem = format!("criteria.{}.{word}: no such comparison; there are {CRITERIA}", field.name());
                    return Err(self.wrong(&key.span(), problem));
                }
            });
        }
        if tests.is_empty() {
            return Err(self.wrong(span, format!("criteria.{}: no comparison; there are {CRITERIA}", field.name())));
        }
        Ok(Condition { field, tests })
    }

    /// One value or a list of them, as text.
    fn values(&self, field: Field, word: &str, value: &Value<'_>) -> Result<Vec<String>, Mistake> {
        let name = format!("criteria.{}.{word}", field.name());
        let one = |value: &Value<'_>| -> Result<String, Mistake> {
            let text = match (value.get_ref(), field.kind()) {
                (_, Kind::Time) => {
                    return Err(
                        self.wrong(&value.span(), format!("{name}: a time is compared with gt, gte, lt or lte"))
                    );
                }
                (DeValue::Integer(number), Kind::Number) => number.as_str().replace('_', ""),
                (_, Kind::Number) => return Err(self.wrong(&value.span(), format!("{name}: must be whole numbers"))),
                (DeValue::String(text), _) => text.to_string(),
                _ => return Err(self.wrong(&value.span(), format!("{name}: must be texts in quotes"))),
            };
            // A rule hides findings; who asks the record may ask for policy findings too.
            let is_asked = self.asks && field == Field::Type && PolicyKind::ALL.iter().any(|kind| kind.code() == text);
            if let Kind::Choice(known) = field.kind()
                && !known.contains(&text.as_str())
                && !is_asked
            {
                let problem = format!("{name}: `{text}` is none of its values; there are {}", known.join(", "));
                return Err(self.wrong(&value.span(), problem));
            }
            Ok(text)
        };
        match value.get_ref() {
            DeValue::Array(values) if values.is_empty() => {
                Err(self.wrong(&value.span(), format!("{name}: an empty list; name at least one value")))
            }
            DeValue::Array(values) => values.iter().map(one).collect(),
            _ => Ok(vec![one(value)?]),
        }
    }

    fn glob(&self, field: Field, value: &Value<'_>) -> Result<Test, Mistake> {
        let name = format!("criteria.{}.glob", field.name());
        if field.kind() != Kind::Text {
            return Err(self.wrong(&value.span(), format!("{name}: globs are for paths and names; use eq or gt")));
        }
        let mut set = GlobSetBuilder::new();
        let is_path = matches!(field, Field::Path | Field::EmbeddedPath);
        for pattern in self.values(field, "glob", value)? {
            let glob = GlobBuilder::new(&pattern).literal_separator(is_path).build();
            set.add(
                glob.map_err(|e| self.wrong(&value.span(), format!("{name}: `{pattern}` is no glob: {}", e.kind())))?,
            );
        }
        set.build().map(Test::Glob).map_err(|error| self.wrong(&value.span(), format!("{name}: {error}")))
    }

    fn bound(&self, field: Field, word: &str, value: &Value<'_>) -> Result<Bound, Mistake> {
        let name = format!("criteria.{}.{word}", field.name());
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            DeValue::Integer(number) => number.as_str().replace('_', ""),
            _ => String::new(),
        };
        let (bound, mend) = match field.kind() {
            Kind::Number => (text.parse().ok().map(Bound::Number), "must be one whole number"),
            Kind::Time => {
                (moment(&text).map(Bound::Time), "must be one time such as 2026-01-31T08:00:00Z or 2026-01-31")
            }
            Kind::Text | Kind::Choice(_) => (None, "only numbers and times have an order; use eq, neq or glob"),
        };
        bound.ok_or_else(|| self.wrong(&value.span(), format!("{name}: {mend}")))
    }
}

/// The name of a field where Macie's name is of an S3 object.
fn alias(name: &str) -> String {
    match name.strip_prefix("resourcesAffected.s3Object") {
        Some("") => "resourcesAffected.file".to_owned(),
        Some(".key") => Field::Path.name().to_owned(),
        Some(rest) => format!("resourcesAffected.file{rest}"),
        None => name.to_owned(),
    }
}

/// A moment, or the beginning of a day, in UTC.
fn moment(text: &str) -> Option<SystemTime> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    humantime::parse_rfc3339(&whole).ok()
}
