//! Stage: text to occurrences. Placeholder of the skeleton; see the next commits.

/// Whether a regex can be used as a pattern; the text says what is wrong with it.
pub fn check(regex: &str) -> Result<(), String> {
    regex_syntax::parse(regex).map(|_| ()).map_err(|e| e.to_string())
}
