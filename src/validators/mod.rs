//! Checksums and structural rules that a data identifier may name: one file for each family, and the list [`VALIDATORS`].
//!
//! A validator sees the matched text alone, separators included, and answers whether it can be a real value. It is total:
//! any text gets an answer, none panics. It knows nothing of keywords, places or severities.

mod luhn;

/// Says whether a matched text can be a real value.
pub type Validator = fn(&str) -> bool;

/// Every validator by the name that identifier files use.
pub static VALIDATORS: &[(&str, Validator)] = &[("luhn", luhn::luhn)];

/// Looks a validator up by name.
pub fn validator(name: &str) -> Option<Validator> {
    VALIDATORS.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
}
