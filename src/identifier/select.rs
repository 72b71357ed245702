//! Choosing identifiers: `recommended`, `all`, `none`, or a list of ids, globs and categories, each with `-` to take away.

use super::{Category, DataIdentifier};
use std::sync::Arc;

/// A selection that names nothing known.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{term}` matches no identifier{hint}; `tamis identifiers list` shows them all")]
pub struct SelectError {
    term: String,
    hint: String,
}

/// The identifiers that `selection` names, in the order given. Custom identifiers are always among them.
///
/// Terms are separated by commas and read from left to right; a selection that begins with a `-` term starts from all.
pub fn select(all: &[Arc<DataIdentifier>], selection: &str) -> Result<Vec<Arc<DataIdentifier>>, SelectError> {
    let mut chosen = vec![false; all.len()];
    let terms = selection.split(',').map(str::trim).filter(|t| !t.is_empty());
    for (position, term) in terms.enumerate() {
        let (adds, name) = match term.strip_prefix('-') {
            Some(name) => (false, name),
            None => (true, term),
        };
        if position == 0 && !adds {
            chosen.fill(true);
        }
        let test = matcher(name);
        let mut any = matches!(name, "all" | "recommended" | "none");
        for (identifier, slot) in all.iter().zip(&mut chosen) {
            if test(identifier) {
                any = true;
                *slot = adds;
            }
        }
        if !any {
            return Err(SelectError { term: name.to_owned(), hint: hint(all, name) });
        }
    }
    let keep = |(identifier, chosen): (&Arc<DataIdentifier>, bool)| {
        (chosen || identifier.is_custom()).then(|| Arc::clone(identifier))
    };
    Ok(all.iter().zip(chosen).filter_map(keep).collect())
}

fn matcher(name: &str) -> Box<dyn Fn(&DataIdentifier) -> bool + '_> {
    let category = match name.to_ascii_lowercase().as_str() {
        "credentials" => Some(Category::Credentials),
        "financial" | "financial_information" => Some(Category::FinancialInformation),
        "personal" | "personal_information" => Some(Category::PersonalInformation),
        "custom" | "custom_identifier" => Some(Category::CustomIdentifier),
        _ => None,
    };
    match name {
        "all" => Box::new(|_| true),
        "none" => Box::new(|_| false),
        "recommended" => Box::new(|i| i.recommended),
        _ => Box::new(move |i| category == Some(i.category) || glob(name.as_bytes(), i.id.as_bytes())),
    }
}

/// Whether `text` fits a pattern of letters, `?` and `*`, whatever the case.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(b) if *b == b'?' || b.eq_ignore_ascii_case(&text[t]) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|b| *b == b'*')
}

/// The id with the most letters in common at its start, when that is worth a mention.
fn hint(all: &[Arc<DataIdentifier>], name: &str) -> String {
    let common = |id: &str| id.bytes().zip(name.bytes()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    all.iter()
        .max_by_key(|i| common(&i.id))
        .filter(|i| common(&i.id) >= 3)
        .map(|i| format!(" (did you mean `{}`?)", i.id))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn globs() {
        assert!(glob(b"*_PASSPORT_NUMBER", b"USA_PASSPORT_NUMBER"));
        assert!(glob(b"usa_*", b"USA_PASSPORT_NUMBER"));
        assert!(glob(b"USA_PASSPORT_NUMBE?", b"USA_PASSPORT_NUMBER"));
        assert!(!glob(b"USA", b"USA_PASSPORT_NUMBER"));
        assert!(!glob(b"*X", b"USA_PASSPORT_NUMBER"));
    }
}
