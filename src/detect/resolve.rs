//! One text, one type: where several identifiers claim the same text, the stronger evidence wins.
//!
//! The rule, in order: a validator (a checksum proves more than a shape); the longer match; a keyword; the nearer
//! keyword, a separator between counting as some characters; the longer keyword (`uk passport` says more than
//! `passport`); the keyword that fewer identifiers share; the identifier's own precedence; the earlier start; the order
//! of identifiers, so that the answer never depends on chance.

use super::gates::Near;
use crate::text::Field;
use std::cmp::Reverse;

/// A match of one pattern that passed every gate. Offsets are absolute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    /// First byte.
    pub(super) start: u64,
    /// Behind the last byte.
    pub(super) end: u64,
    /// Number of the identifier.
    pub(super) identifier: u16,
    /// Number of the pattern.
    pub(super) pattern: u16,
    /// Whether the pattern has a validator.
    pub(super) validated: bool,
    /// The identifier's own precedence among equals.
    pub(super) precedence: i8,
    /// The keyword near it, if any.
    pub(super) near: Option<Near>,
    /// The field it lies in, where the text has fields.
    pub(super) field: Option<Field>,
}

/// What decided between two claims to one text, in the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Only one was checked by a validator.
    Validator,
    /// The longer match wins.
    Length,
    /// The nearer keyword wins; any keyword wins over none.
    Distance,
    /// The keyword that fewer identifiers share wins.
    SharedByFewer,
    /// The longer keyword wins.
    LongerKeyword,
    /// The identifier's own precedence.
    Precedence,
    /// The earlier start wins.
    Start,
    /// All evidence is equal: the order of identifiers, so that the answer is always the same.
    Order,
}

/// Sorts claims that touch each other and keeps the winners, in order of position.
pub(super) fn resolve(claims: &mut Vec<Claim>) {
    resolve_telling(claims, |_, _| ());
}

/// The same, telling of each loser and the strongest winner that it stood against.
pub(super) fn resolve_telling(claims: &mut Vec<Claim>, mut lost: impl FnMut(&Claim, &Claim)) {
    if claims.len() > 1 {
        claims.sort_by_key(strength);
        let mut kept = 0;
        for index in 0..claims.len() {
            let claim = claims[index];
            match claims[..kept].iter().find(|k| claim.end > k.start && k.end > claim.start) {
                None => {
                    claims[kept] = claim;
                    kept += 1;
                }
                Some(winner) => lost(&claim, winner),
            }
        }
        claims.truncate(kept);
        claims.sort_by_key(|c| c.start);
    }
}

/// The winners of a group of claims that touch one another, in order of position; `room` is for more than two.
pub(super) fn winners<'c>(group: &'c [Claim], room: &'c mut Vec<Claim>) -> &'c [Claim] {
    match group {
        [_] => group,
        [a, b] => std::slice::from_ref(std::cmp::min_by_key(a, b, |claim| strength(claim))),
        _ => {
            room.clear();
            room.extend_from_slice(group);
            resolve(room);
            room
        }
    }
}

type Strength = (Reverse<bool>, Reverse<u64>, u32, Reverse<u16>, u16, Reverse<i8>, u64, u16);

/// Sorts the strongest first. [`rule`] names its parts.
fn strength(claim: &Claim) -> Strength {
    let (distance, letters, shared) = claim.near.map_or((u32::MAX, Reverse(0), u16::MAX), |near| near.weakness());
    let (validated, length) = (Reverse(claim.validated), Reverse(claim.end - claim.start));
    (validated, length, distance, letters, shared, Reverse(claim.precedence), claim.start, claim.identifier)
}

/// By which rule one claim is stronger than another.
pub(super) fn rule(winner: &Claim, loser: &Claim) -> Rule {
    let (a, b) = (strength(winner), strength(loser));
    let rules = [
        (a.0 != b.0, Rule::Validator),
        (a.1 != b.1, Rule::Length),
        (a.2 != b.2, Rule::Distance),
        (a.3 != b.3, Rule::LongerKeyword),
        (a.4 != b.4, Rule::SharedByFewer),
        (a.5 != b.5, Rule::Precedence),
        (a.6 != b.6, Rule::Start),
    ];
    rules.into_iter().find(|(differ, _)| *differ).map_or(Rule::Order, |(_, rule)| rule)
}

/// The length of the first group of claims (sorted by start) that touch one another, if no claim at or behind `limit` can
/// join it. A group as long as `longest` is closed all the same.
pub(super) fn first_group(claims: &[Claim], limit: u64, longest: u64) -> Option<usize> {
    let first = claims.first()?;
    let mut end = first.end;
    let mut length = 1;
    for claim in &claims[1..] {
        if claim.start >= end || end - first.start > longest {
            return Some(length);
        }
        end = end.max(claim.end);
        length += 1;
    }
    (end <= limit).then_some(length)
}
