//! The sensitivity score: Macie's scale from 0 to 100, by a written formula. Plain arithmetic; what it is counted over (a
//! whole scan, a target, a folder) is not known here.

/// What a score is reckoned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Occurrences in findings that no rule suppressed.
    pub occurrences: u64,
    /// Their identifiers.
    pub types: usize,
    /// Files and members.
    pub objects: u64,
    /// Those of which something was inspected.
    pub classified: u64,
    /// Those inspected in part.
    pub partial: u64,
    /// Those not inspected at all.
    pub skipped: u64,
    /// Whether the scan came to its end.
    pub complete: bool,
}

impl Score {
    /// The score.
    ///
    /// | score | meaning |
    /// |---|---|
    /// | -1 | there were objects, and none could be inspected |
    /// | 1 | nothing found, everything inspected, or nothing to inspect |
    /// | 2 to 49 | nothing found in what was inspected: 1 + 48 × the share that was not, rounded up |
    /// | 50 | interrupted before the first object |
    /// | 51 to 99 | found: 51 + (3 for each doubling of the occurrences, up to 30, and 3 for each type, up to 18) × the share inspected |
    ///
    /// The share is one of objects; an object inspected in part counts as half. Suppressed findings do not count.
    pub fn value(&self) -> i8 {
        let (missed, objects) = self.missed();
        let score = if self.types > 0 {
            let amount = u128::from(self.for_occurrences() + self.for_types());
            51 + (amount * (objects - missed)).checked_div(objects).unwrap_or(amount)
        } else if objects == 0 {
            if self.complete { 1 } else { 50 }
        } else if self.classified == 0 {
            return -1;
        } else {
            1 + (48 * missed).div_ceil(objects)
        };
        i8::try_from(score).unwrap_or(99)
    }

    /// Points for occurrences, 30 at most.
    pub fn for_occurrences(&self) -> u64 {
        (u64::from(self.occurrences.checked_ilog2().unwrap_or(0)) * 3).min(30)
    }

    /// Points for types, 18 at most.
    pub fn for_types(&self) -> u64 {
        (self.types as u64 * 3).min(18)
    }

    /// Objects not inspected, one inspected in part counting as half, and all objects; both in halves.
    pub fn missed(&self) -> (u128, u128) {
        let objects = u128::from(self.objects) * 2;
        ((u128::from(self.skipped) * 2 + u128::from(self.partial)).min(objects), objects)
    }
}

#[cfg(test)]
mod tests {
    use super::Score;

    fn clean(objects: u64, partial: u64, skipped: u64) -> Score {
        Score { objects, partial, skipped, classified: objects - skipped, complete: true, ..Score::default() }
    }

    #[test]
    fn the_score_of_a_clean_scan_is_what_was_left_out() {
        let score = |objects, partial, skipped| clean(objects, partial, skipped).value();
        assert_eq!(score(0, 0, 0), 1);
        assert_eq!(score(10, 0, 0), 1);
        assert_eq!(score(1_000_000, 0, 1), 2);
        assert_eq!(score(10, 10, 0), 25);
        assert_eq!(score(1_000_000, 0, 999_999), 49);
        assert_eq!(score(10, 0, 10), -1);
        assert_eq!(Score { complete: false, ..clean(0, 0, 0) }.value(), 50);
    }

    #[test]
    fn the_score_of_sensitive_data_grows_with_amount_and_share() {
        let score =
            |places: u64, skipped| Score { occurrences: places * 4, types: 4, ..clean(100, 0, skipped) }.value();
        let scores = [score(1, 99), score(1, 50), score(1, 0), score(10, 0), score(100, 0), score(10_000, 0)];
        assert!(scores.is_sorted() && scores.iter().all(|s| (51..=99).contains(s)), "{scores:?}");
        assert_eq!(Score { occurrences: u64::MAX, types: 9, ..clean(1, 0, 0) }.value(), 99);
    }
}
