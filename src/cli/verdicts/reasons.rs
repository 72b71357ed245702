//! Why a candidate was kept, lost or dropped, in a sentence. Holds no matched text but what a candidate reveals.

use crate::detect::{Candidate, FarKeyword, Fate, NearKeyword, Rule};
use crate::finding::Pardon;
use crate::identifier::{Borders, DataIdentifier, Proximity};
use crate::validators;

/// The word for what decided, for programs.
pub(super) fn gate(fate: &Fate) -> Option<&'static str> {
    Some(match fate {
        Fate::Kept { .. } => return None,
        Fate::Lost { .. } => "resolve",
        Fate::Pardoned(Pardon::AllowList(_)) => "allowList",
        Fate::Pardoned(Pardon::InlineMark) => "inlineMark",
        Fate::Pardoned(Pardon::Placeholder) => "placeholder",
        Fate::LeavesField => "field",
        Fate::Borders => "borders",
        Fate::Validator => "validator",
        Fate::IgnoreWord(_) => "ignoreWord",
        Fate::NoKeyword(Some(_)) => "keywordTooFar",
        Fate::NoKeyword(None) => "keywordMissing",
        Fate::KeywordNear(_) => "keywordForbidden",
    })
}

/// The word for a rule, for programs.
pub(super) fn rule_word(rule: Rule) -> &'static str {
    match rule {
        Rule::Validator => "validator",
        Rule::Length => "length",
        Rule::Distance => "nearerKeyword",
        Rule::SharedByFewer => "keywordSharedByFewer",
        Rule::LongerKeyword => "longerKeyword",
        Rule::Precedence => "precedence",
        Rule::Start => "earlierStart",
        Rule::Order => "order",
    }
}

/// The sentence. With `explain`, a loser's names the rule.
pub(super) fn explanation(candidate: &Candidate, explain: bool) -> String {
    let identifier = &candidate.identifier;
    let pattern = identifier.patterns.get(candidate.pattern);
    let validator = pattern.and_then(|p| p.validator_name.as_deref());
    match &candidate.fate {
        Fate::Kept { keyword } => kept(keyword.as_ref(), validator),
        Fate::Lost { to, rule, keyword, winner_keyword } => {
            let rule = explain.then(|| lost(*rule, identifier, to, (keyword.as_ref(), winner_keyword.as_ref())));
            let rule = rule.map(|rule| format!(": {rule}")).unwrap_or_default();
            format!("passes every gate, but {} has the stronger claim to this text{rule}", to.id)
        }
        Fate::Pardoned(Pardon::AllowList(name)) => format!("it is a match, but the allow list {name} has it"),
        Fate::Pardoned(Pardon::InlineMark) => "it is a match, but its line is marked `tamis:allow`".to_owned(),
        Fate::Pardoned(Pardon::Placeholder) => {
            "it is a match, but holds a placeholder word or a reference to a value elsewhere".to_owned()
        }
        Fate::LeavesField => "goes on beyond the end of its value".to_owned(),
        Fate::Borders => match pattern.map(|p| p.borders) {
            Some(Borders::Number) => "borders: a part of a longer number, word, date or UUID".to_owned(),
            _ => "borders: a part of a longer token".to_owned(),
        },
        Fate::Validator => {
            let name = validator.unwrap_or_default();
            format!("the validator {name} says no: {}", validators::description(name).unwrap_or_default())
        }
        Fate::IgnoreWord(None) => "it is or holds a word that the identifier ignores".to_owned(),
        Fate::IgnoreWord(Some(word)) => format!("it is or holds the ignored word `{word}`"),
        Fate::NoKeyword(far) => no_keyword(identifier, far.as_ref()),
        Fate::KeywordNear(near) => {
            format!("no keyword may be near, but `{}` is, {}", near.keyword, away(near.distance))
        }
    }
}

fn kept(keyword: Option<&NearKeyword>, validator: Option<&str>) -> String {
    let keyword = keyword.map(|near| format!("keyword `{}`, {}", near.keyword, away(near.distance)));
    let validator = validator
        .map(|name| format!("the validator {name} says yes: {}", validators::description(name).unwrap_or_default()));
    let parts: Vec<String> = keyword.into_iter().chain(validator).collect();
    if parts.is_empty() { "its shape suffices".to_owned() } else { parts.join("; ") }
}

fn away(distance: u32) -> String {
    match distance {
        0 => "beside it or over its value".to_owned(),
        1 => "1 character away".to_owned(),
        more => format!("{more} characters away"),
    }
}

fn no_keyword(identifier: &DataIdentifier, far: Option<&FarKeyword>) -> String {
    match (far, identifier.proximity) {
        (None, _) => "no keyword is near, and one is needed".to_owned(),
        (Some(far), _) if far.behind => {
            format!("the keyword `{}` stands behind it, and has to stand before it", far.keyword)
        }
        (Some(far), Proximity::Between(most)) => {
            format!("the keyword `{}` is {} characters away, at most {most} are allowed", far.keyword, far.distance)
        }
        (Some(far), Proximity::UpToEnd(most)) => format!(
            "from the keyword `{}` to its end there are {} characters, at most {most} are allowed",
            far.keyword, far.distance
        ),
    }
}

type Keywords<'k> = (Option<&'k NearKeyword>, Option<&'k NearKeyword>);

fn lost(rule: Rule, loser: &DataIdentifier, winner: &DataIdentifier, (own, other): Keywords<'_>) -> String {
    let keyword = |near: Option<&NearKeyword>| near.map_or("none".to_owned(), |n| format!("`{}`", n.keyword));
    let (own_word, other_word) = (keyword(own), keyword(other));
    match rule {
        Rule::Validator => "its match was checked by a validator, this one has none".to_owned(),
        Rule::Length => "its match is longer".to_owned(),
        Rule::Distance => match (own, other) {
            (Some(own), Some(other)) => format!(
                "its keyword {other_word} is nearer ({}) than {own_word} ({})",
                away(other.distance),
                away(own.distance)
            ),
            _ => format!("it has the keyword {other_word} near, this one has none"),
        },
        Rule::SharedByFewer => {
            format!("fewer identifiers share its keyword {other_word} than share {own_word}")
        }
        Rule::LongerKeyword => format!("its keyword {other_word} is longer than {own_word}"),
        Rule::Precedence => format!("its precedence is {}, this one's is {}", winner.precedence, loser.precedence),
        Rule::Start => "its match begins earlier".to_owned(),
        Rule::Order => "all evidence is equal, and it comes first in the order of identifiers".to_owned(),
    }
}
