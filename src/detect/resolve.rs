//! One text, one type: where several identifiers claim the same text, the stronger evidence wins.
//!
//! The rule, in order: a validator (a checksum proves more than a shape); the longer match; a keyword; the nearer
//! keyword, a separator between counting as some characters; the keyword that fewer identifiers share (`codice fiscale`
//! is Italy's, `phone` is everyone's); the longer keyword; the identifier's own precedence; the earlier start; the order of
//! identifiers, so that the answer never depends on chance.

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
    /// Whether the pattern has a validator.
    pub(super) validated: bool,
    /// The identifier's own precedence among equals.
    pub(super) precedence: i8,
    /// The keyword near it, if any.
    pub(super) near: Option<Near>,
    /// The field it lies in, where the text has fields.
    pub(super) field: Option<Field>,
}

/// Sorts claims that touch each other and keeps the winners, in order of position.
pub(super) fn resolve(claims: &mut Vec<Claim>) {
    if claims.len() > 1 {
        claims.sort_by_key(strength);
        let mut kept: Vec<Claim> = Vec::with_capacity(claims.len());
        for claim in claims.iter() {
            if kept.iter().all(|k| claim.end <= k.start || k.end <= claim.start) {
                kept.push(*claim);
            }
        }
        kept.sort_by_key(|c| c.start);
        *claims = kept;
    }
}

/// Sorts the strongest first.
fn strength(claim: &Claim) -> impl Ord + use<> {
    let keyword = claim.near.map_or((u32::MAX, u16::MAX, Reverse(0)), |near| near.weakness());
    let length = claim.end - claim.start;
    (Reverse(claim.validated), Reverse(length), keyword, Reverse(claim.precedence), claim.start, claim.identifier)
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
