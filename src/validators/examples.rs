//! Runs the managed identifiers' examples through a naive reading of the rules: every pattern, every start, every end.
//!
//! It knows keywords only roughly, and no engine: it is there to hold data and validators against each other.

use crate::identifier::{Borders, DataIdentifier, KeywordRule, Pattern, managed};
use regex_automata::hybrid::dfa::{DFA, OverlappingState};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind};

fn compile(pattern: &str) -> DFA {
    DFA::builder()
        .configure(DFA::config().match_kind(MatchKind::All))
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .thompson(regex_automata::nfa::thompson::Config::new().utf8(false))
        .build(pattern)
        .unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

/// Whether any candidate of the pattern in the text passes every gate.
fn finds(identifier: &DataIdentifier, pattern: &Pattern, text: &str) -> bool {
    let dfa = compile(&pattern.regex);
    let mut cache = dfa.create_cache();
    for (start, _) in text.char_indices() {
        let input = Input::new(text).range(start..).anchored(Anchored::Yes);
        let mut state = OverlappingState::start();
        loop {
            dfa.try_search_overlapping_fwd(&mut cache, &input, &mut state).unwrap();
            let Some(found) = state.get_match() else { break };
            if text.is_char_boundary(found.offset()) && passes(identifier, pattern, text, start, found.offset()) {
                return true;
            }
        }
    }
    false
}

fn passes(identifier: &DataIdentifier, pattern: &Pattern, text: &str, start: usize, end: usize) -> bool {
    let found = &text[start..end];
    let bare = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let ignored = identifier.ignore_words.iter().any(|w| found.contains(w.as_str()) || bare(found) == bare(w));
    let near = has_keyword(identifier, &text[..start], true) || has_keyword(identifier, &text[end..], false);
    let keyword = match pattern.keyword {
        KeywordRule::Required => near,
        KeywordRule::Optional => true,
        KeywordRule::Forbidden => !near,
    };
    keyword
        && !ignored
        && has_borders(pattern.borders, &text[..start], &text[end..])
        && pattern.validator.is_none_or(|v| v(found))
}

fn has_borders(borders: Borders, before: &str, after: &str) -> bool {
    let (mut back, mut on) = (before.chars().rev(), after.chars());
    let ((b1, b2), (a1, a2)) = ((back.next(), back.next()), (on.next(), on.next()));
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let joint = |c: Option<char>| c.is_some_and(|c| ".,-/".contains(c));
    let token = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || "+/_-".contains(c));
    match borders {
        Borders::None => true,
        Borders::Number => ![(b1, b2), (a1, a2)].into_iter().any(|(near, far)| word(near) || joint(near) && digit(far)),
        Borders::Token => !token(b1) && !token(a1) && a1 != Some('='),
    }
}

/// Whether a keyword stands within 30 characters, with word borders, spaces of the keyword optional.
fn has_keyword(identifier: &DataIdentifier, side: &str, before: bool) -> bool {
    let text: Vec<char> = side.to_lowercase().chars().collect();
    identifier.keywords.iter().any(|keyword| {
        let keyword: Vec<char> = keyword.to_lowercase().chars().collect();
        (0..text.len()).any(|at| {
            let Some(end) = keyword_end(&text, at, &keyword) else { return false };
            let distance = if before { text.len() - end } else { at };
            let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphabetic());
            let left = at > 0 && word(text.get(at - 1)) && word(keyword.first());
            let after = if text.get(end) == Some(&'s') { end + 1 } else { end };
            let right = word(text.get(after)) && word(keyword.last());
            distance <= 30 && !left && !right
        })
    })
}

fn keyword_end(text: &[char], mut at: usize, keyword: &[char]) -> Option<usize> {
    for letter in keyword {
        match text.get(at) {
            Some(c) if c == letter || (*letter == ' ' && "_-".contains(*c)) => at += 1,
            _ if *letter == ' ' => {}
            _ => return None,
        }
    }
    Some(at)
}

#[test]
fn examples_hold() {
    let mut wrong = Vec::new();
    for identifier in managed().unwrap() {
        let found = |text: &str| identifier.patterns.iter().any(|pattern| finds(&identifier, pattern, text));
        for text in identifier.examples.matching.iter().filter(|text| !found(text)) {
            wrong.push(format!("{} misses {text:?}", identifier.id));
        }
        for text in identifier.examples.no_match.iter().filter(|text| found(text)) {
            wrong.push(format!("{} finds {text:?}", identifier.id));
        }
        if identifier.examples.matching.len() < 2 || identifier.examples.no_match.len() < 4 {
            wrong.push(format!("{} has too few examples", identifier.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_pattern_has_an_example() {
    let mut wrong = Vec::new();
    for identifier in managed().unwrap() {
        for pattern in &identifier.patterns {
            if !identifier.examples.matching.iter().any(|text| finds(&identifier, pattern, text)) {
                wrong.push(format!("{}: no example for {}", identifier.id, pattern.regex));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
