//! A telephone number as people write it: country code, trunk zero, and the groups of the rest.
//!
//! It refuses crossed or open brackets and doubled signs. It does not know any country's plan.

use arrayvec::ArrayVec;

/// The most digits: `00`, country code and the fifteen of the world's plan.
const LONGEST: usize = 19;

/// Sizes of groups of digits.
pub(super) type Groups = ArrayVec<usize, LONGEST>;

/// The digits behind country code and trunk zero, and where the groups begin.
#[derive(Debug, Clone)]
pub(super) struct Dialled {
    /// As ASCII digits.
    pub(super) digits: ArrayVec<u8, LONGEST>,
    /// Whether the country code was written.
    pub(super) international: bool,
    /// Whether groups are set apart by a hyphen or a dot.
    pub(super) hyphenated: bool,
    /// Whether the last group stands behind a hyphen, as an extension does.
    pub(super) extended: bool,
    /// Bit n: a separator stands before digit n.
    breaks: u32,
}

impl Dialled {
    /// What a text can mean in a country: with its code there is one meaning, without `+` or `00` there may be two.
    pub(super) fn readings(text: &str, country: &[u8]) -> impl Iterator<Item = Self> {
        let (plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
        let (first, second) = match Self::parse(rest, plus) {
            None => (None, None),
            Some(whole) if plus => (whole.behind(0, country), None),
            Some(whole) if whole.digits.starts_with(b"00") => (whole.behind(2, country), None),
            Some(whole) => {
                let international = whole.behind(0, country);
                (Some(whole), international)
            }
        };
        first.into_iter().chain(second)
    }

    /// The number behind a country's code, which stands behind so many digits.
    fn behind(&self, front: usize, country: &[u8]) -> Option<Self> {
        let is_coded = self.digits.get(front..).is_some_and(|digits| digits.starts_with(country));
        is_coded.then(|| Self { international: true, ..self.without(front + country.len()) })
    }

    fn parse(text: &str, plus: bool) -> Option<Self> {
        let mut whole =
            Self { digits: ArrayVec::new(), international: false, hyphenated: false, extended: false, breaks: 0 };
        // A match begins at the `+`, so that of `(+49)` the opening bracket is not seen.
        let (mut open, mut gap, mut signs) = (plus && text.contains(')') && !opens_first(text), 0, 0);
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => {
                    whole.breaks |= u32::from(gap > 0) << whole.digits.len();
                    whole.digits.try_push(byte).ok()?;
                    (gap, signs) = (0, 0);
                    continue;
                }
                b'(' if !open => open = true,
                b')' if open => open = false,
                b' ' => whole.extended &= signs > 0,
                b'-' | b'.' | b'/' => {
                    signs += 1;
                    whole.hyphenated |= byte != b'/';
                    whole.extended = byte == b'-';
                }
                _ => return None,
            }
            gap += 1;
            if gap > 3 || signs > 1 {
                return None;
            }
        }
        (!open && gap == 0 && !whole.digits.is_empty()).then_some(whole)
    }

    fn without(&self, front: usize) -> Self {
        let breaks = self.breaks.checked_shr(front as u32).unwrap_or(0) & !1;
        let digits = self.digits.get(front..).unwrap_or_default().try_into().unwrap_or_default();
        Self { digits, breaks, ..*self }
    }

    /// The number without its trunk zero; none if it has neither that nor a country code.
    pub(super) fn without_trunk(&self) -> Option<Self> {
        match self.digits.first() {
            Some(b'0') => Some(self.without(1)),
            _ => self.international.then(|| self.clone()),
        }
    }

    /// Whether no group is set apart.
    pub(super) fn is_plain(&self) -> bool {
        self.breaks == 0
    }

    /// Sizes of the groups.
    pub(super) fn groups(&self) -> Groups {
        let mut sizes = Groups::new();
        for at in 0..self.digits.len() {
            match sizes.last_mut() {
                Some(size) if self.breaks >> at & 1 == 0 => *size += 1,
                _ => sizes.push(1),
            }
        }
        sizes
    }

    /// Whether the area code stands apart, or nothing does, and no group behind it is a single digit but the last, an extension.
    pub(super) fn has_area(&self, length: usize) -> bool {
        match self.groups().as_slice() {
            [] => false,
            [_] => self.digits.len() > length,
            [area, middle @ .., _] => *area == length && middle.len() < 4 && middle.iter().all(|size| *size > 1),
        }
    }

    /// Whether all digits but the first are alike.
    pub(super) fn is_filler(&self) -> bool {
        self.digits.get(1..).is_none_or(super::written::is_one_digit)
    }
}

fn opens_first(text: &str) -> bool {
    text.find('(').is_some_and(|open| text.find(')').is_none_or(|close| open < close))
}

#[cfg(test)]
mod tests {
    use super::Dialled;

    fn groups(text: &str) -> Option<Vec<usize>> {
        let reading = Dialled::readings(text, b"49").last()?;
        Some(reading.without_trunk()?.groups().to_vec())
    }

    #[test]
    fn one_number_in_many_ways() {
        for text in [
            "030 123456",
            "(030) 123456",
            "030/123456",
            "030 / 123456",
            "+49 30 123456",
            "+49) 30 123456",
            "+49) (0)30 123456",
            "+49 (0) 30 123456",
            "+49 (30) 123456",
            "0049-30-123456",
            "49 30 123456",
        ] {
            assert_eq!(groups(text), Some(vec![2, 6]), "{text}");
        }
        assert_eq!(groups("030123456"), Some(vec![8]));
        assert_eq!(groups("+49 89 1234-0"), Some(vec![2, 4, 1]));
    }

    #[test]
    fn what_nobody_writes() {
        for text in
            ["", "+", "+33 1", "(030 1", "030) 1", "030--1", "030 -/1", "030    1", "030x1", "30 123456", "0041 30 1"]
        {
            assert_eq!(groups(text), None, "{text}");
        }
    }
}
