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
            return Err(SelectError {
                term: name.to_owned(),
                hint: did_you_mean(all.iter().map(|i| i.id.as_str()), name),
            });
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

/// The names nearest to a wrong one, as the end of a message; nothing when none is near.
pub fn did_you_mean<'a>(names: impl Iterator<Item = &'a str>, wrong: &str) -> String {
    const MOST: usize = 3;
    const LONGEST: usize = 128;
    let wrong: Vec<u8> = wrong.bytes().take(LONGEST).map(|b| b.to_ascii_uppercase()).collect();
    let mut near: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let known = name.to_ascii_uppercase().into_bytes();
            let edits = edits(&known, &wrong);
            let within = wrong.len() >= 3 && known.windows(wrong.len()).any(|part| part == wrong);
            (within || edits <= 1 + wrong.len() / 4).then_some((edits, name))
        })
        .collect();
    near.sort_unstable();
    let near: Vec<String> = near.iter().take(MOST).map(|(_, name)| format!("`{name}`")).collect();
    match near.as_slice() {
        [] => String::new(),
        [front @ .., last] if !front.is_empty() => format!(" (did you mean {} or {last}?)", front.join(", ")),
        one => format!(" (did you mean {}?)", one.concat()),
    }
}

/// Letters to change, add, take away or swap with their neighbour to make one word of the other.
fn edits(a: &[u8], b: &[u8]) -> usize {
    // Three rows of the table are enough: the one being filled, the one before, and the one before that for swaps.
    let (mut oldest, mut old): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    let mut before: Option<u8> = None;
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let mut least = (at(&old, j) + usize::from(x != y)).min(at(&old, j + 1) + 1).min(at(&row, j) + 1);
            if j > 0 && before == Some(*y) && b.get(j - 1) == Some(x) {
                least = least.min(at(&oldest, j - 1) + 1);
            }
            row.push(least);
        }
        oldest = std::mem::replace(&mut old, row);
        before = Some(*x);
    }
    old.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, glob};

    #[test]
    fn near_names_are_told() {
        let names = || ["CREDIT_CARD_NUMBER", "UK_PASSPORT_NUMBER", "USA_PASSPORT_NUMBER"].into_iter();
        assert_eq!(did_you_mean(names(), "credit_card_nubmer"), " (did you mean `CREDIT_CARD_NUMBER`?)");
        let passports = did_you_mean(names(), "passport");
        assert_eq!(passports, " (did you mean `UK_PASSPORT_NUMBER` or `USA_PASSPORT_NUMBER`?)");
        assert_eq!(did_you_mean(names(), "ZZZ"), "");
        assert_eq!(did_you_mean(names(), ""), "");
    }

    #[test]
    fn globs() {
        assert!(glob(b"*_PASSPORT_NUMBER", b"USA_PASSPORT_NUMBER"));
        assert!(glob(b"usa_*", b"USA_PASSPORT_NUMBER"));
        assert!(glob(b"USA_PASSPORT_NUMBE?", b"USA_PASSPORT_NUMBER"));
        assert!(!glob(b"USA", b"USA_PASSPORT_NUMBER"));
        assert!(!glob(b"*X", b"USA_PASSPORT_NUMBER"));
    }
}
