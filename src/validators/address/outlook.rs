//! What stands behind the numbers of sixty-four bytes, told for all of them at once: whether a word for a street may follow one.
//! Knows nothing of the number, nor of what makes an address.

use super::{NAME, streets};
use wide::u8x16;

/// Bytes that are looked at together.
const BYTES: usize = 64;

/// The most digits that a house number begins with, and its most bytes.
const DIGITS: u32 = 6;
const NUMBER: u32 = 14;

/// What whoever asks knows of the bytes: bit `i` is byte `i`.
#[derive(Debug, Clone, Copy)]
pub struct Alphanumerics {
    /// All digits.
    pub digits: u64,
    /// All letters of ASCII.
    pub letters: u64,
    /// Those of them that are capitals.
    pub capitals: u64,
}

/// Classes of bytes: bit `i` is byte `i`.
#[derive(Debug, Clone, Copy)]
struct Outlook {
    /// What a word of a street's name can hold.
    words: u64,
    blanks: u64,
    /// Capitals of ASCII.
    capitals: u64,
    /// What a house number can hold, and what can stand behind it.
    numbers: u64,
    signs: u64,
}

/// Those of the numbers that begin in sixty-four bytes (bit `i` is byte `i`) which may be a house's, as far as the bytes tell.
pub fn house_numbers(bytes: &[u8; BYTES], begins: u64, known: Alphanumerics) -> u64 {
    let (outlook, digits) = (Outlook::of(bytes, known), known.digits);
    let (sum, goes_on) = outlook.numbers.overflowing_add(begins);
    let mut ends = sum & outlook.signs;
    let mut houses = if goes_on { outlook.begins_before(BYTES as u32, begins, digits) } else { 0 };
    while ends != 0 {
        let end = ends.trailing_zeros();
        ends &= ends - 1;
        let is_plain = matches!(bytes.get(end as usize), Some(b' ' | b'\n'));
        if !(is_plain && outlook.shows_no_street(bytes, end)) {
            houses |= outlook.begins_before(end, begins, digits);
        }
    }
    houses
}

impl Outlook {
    /// Of sixty-four bytes.
    fn of(bytes: &[u8; BYTES], known: Alphanumerics) -> Self {
        let alnum = known.letters | known.digits;
        let mut all = Self { words: alnum, blanks: 0, capitals: known.capitals, numbers: alnum, signs: 0 };
        for (index, sixteen) in bytes.as_chunks::<16>().0.iter().enumerate() {
            let x = u8x16::new(*sixteen);
            let is = |byte: u8| x.simd_eq(u8x16::splat(byte));
            let is_beyond_ascii = x.max(u8x16::splat(0x80)).simd_eq(x);
            let words = is_beyond_ascii | is(b'-') | is(b'\'') | is(b'.') | is(b'#');
            let blanks = is(b' ');
            let signs = blanks | is(b'\n') | is(b',') | is(b'\r');
            let bits = |x: u8x16| u64::from(x.to_bitmask()) << (index * 16);
            all.words |= bits(words);
            all.blanks |= bits(blanks);
            all.numbers |= bits(is(b'-') | is(b'/'));
            all.signs |= bits(signs);
        }
        all
    }

    /// Where the numbers begin that end at `end` and are no longer than a house's.
    fn begins_before(&self, end: u32, begins: u64, digits: u64) -> u64 {
        let before = 1_u64.checked_shl(end).unwrap_or(0).wrapping_sub(1);
        let first = (!self.numbers & before).checked_ilog2().map_or(0, |last| last + 1);
        let mut left = begins & before & (!0_u64).checked_shl(first.max(end.saturating_sub(NUMBER))).unwrap_or(0);
        let mut houses = 0;
        while left != 0 {
            let at = left.trailing_zeros();
            left &= left - 1;
            houses |= u64::from((!(digits >> at)).trailing_zeros() <= DIGITS) << at;
        }
        houses
    }

    /// Whether the bytes show that no word for a street stands behind the sign at `at`, which stands behind a number: none of the
    /// first words has a capital, and no such word without one begins like the first. False where they do not tell.
    #[inline]
    fn shows_no_street(&self, bytes: &[u8; BYTES], at: u32) -> bool {
        let next = at as usize + 1;
        let Some(Some(pair)) = bytes.get(next..).map(<[u8]>::first_chunk) else { return false };
        let sign = 1_u64 << at;
        let blanks = self.blanks & (!0 << at) | sign;
        let ends = !(self.words | blanks) & (!0 << at);
        // All before the first byte that is in no word.
        let seen = ends.wrapping_sub(1) & !ends;
        let is_told = ends != 0 || blanks.count_ones() as usize > NAME + 1;
        is_told && self.capitals & (blanks << 1) & seen == 0 && !streets::may_begin_small(*pair)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Street, number_first_opens, street_follows};
    use super::{Alphanumerics, BYTES, Outlook, house_numbers};

    fn bits(test: impl Fn(usize) -> bool) -> u64 {
        (0..BYTES).filter(|at| test(*at)).fold(0, |all, at| all | 1 << at)
    }

    fn known(bytes: &[u8; BYTES]) -> Alphanumerics {
        Alphanumerics {
            digits: bits(|at| bytes[at].is_ascii_digit()),
            letters: bits(|at| bytes[at].is_ascii_alphabetic()),
            capitals: bits(|at| bytes[at].is_ascii_uppercase()),
        }
    }

    fn outlook(bytes: &[u8; BYTES]) -> Outlook {
        Outlook::of(bytes, known(bytes))
    }

    #[test]
    fn a_street_is_left_out_only_where_none_follows() {
        let words = [
            "ms", "Main", "rue", "bis", "St", "st.", "ROAD", "x1", "é", "Été", "Lane,", "-", "DR-'", "'Rue", "avenue",
            "=", "", "42",
        ];
        let (signs, before) =
            ([" ", "\n", ",", "  ", "\r\n"], ["", "Main Street ", "a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9"]);
        let (mut left_out, mut asked) = (0, 0);
        for n in 0..words.len().pow(3) * signs.len().pow(2) * before.len() {
            let mut rest = n;
            let mut next = |of: &[&'static str]| {
                let one = of[rest % of.len()];
                rest /= of.len();
                one
            };
            let front = next(&before);
            let mut text = front.to_owned();
            for _ in 0..2 {
                text = text + next(&signs) + next(&words);
            }
            text = text + " " + next(&words) + " of a kind, and so on and on and no further than it has to be, or so";
            let bytes = text.as_bytes().first_chunk::<BYTES>().unwrap();
            asked += 1;
            if outlook(bytes).shows_no_street(bytes, front.len() as u32) {
                left_out += 1;
                assert_ne!(street_follows(&text.as_bytes()[front.len()..]), Street::Follows, "{text}");
            }
        }
        assert!(left_out * 4 > asked, "{left_out} of {asked}");
    }

    #[test]
    fn what_goes_on_behind_is_not_told() {
        let bytes = [b'a'; BYTES];
        assert!((0..64).all(|at| !outlook(&bytes).shows_no_street(&bytes, at)));
        let mut bytes = [b' '; BYTES];
        assert!(outlook(&bytes).shows_no_street(&bytes, 0));
        bytes[9] = b'B';
        assert!(!outlook(&bytes).shows_no_street(&bytes, 0) && outlook(&bytes).shows_no_street(&bytes, 9));
    }
    #[test]
    fn a_house_number_is_left_out_only_where_no_address_opens() {
        let numbers = ["7", "221B", "12/34", "1234567", "123456", "5-7a", "1-2-3-4-5-6-7-8", "12:30", "é9"];
        let signs = [" ", "\n", ",", ", ", "\r\n", "  "];
        let words = ["Main", "rue", "ms", "St", "avenue", "x", "é"];
        let (mut left_out, mut asked) = (0, 0);
        for n in 0..64 * numbers.len() * signs.len() * words.len() * words.len() {
            let mut rest = n / 64;
            let mut next = |of: &[&'static str]| {
                let one = of[rest % of.len()];
                rest /= of.len();
                one
            };
            let number = next(&numbers);
            let text = format!("{number}{}{} {} Street 10001", next(&signs), next(&words), next(&words));
            let text = format!("{}{text} 1", "8 a ".repeat(n % 64 / 4) + &" ".repeat(n % 4)).repeat(4);
            let bytes = text.as_bytes().first_chunk::<BYTES>().unwrap();
            let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            let begins = bits(|at| bytes[at].is_ascii_digit() && !(at > 0 && is_word(bytes[at - 1])));
            let houses = house_numbers(bytes, begins, known(bytes));
            assert_eq!(houses & !begins, 0);
            let opens = bits(|at| begins >> at & 1 == 1 && number_first_opens(&text.as_bytes()[at..]));
            assert_eq!(opens & !houses, 0, "{text}");
            (left_out, asked) = (left_out + (begins & !houses).count_ones(), asked + begins.count_ones());
        }
        assert!(left_out * 2 > asked, "{left_out} of {asked}");
    }
}
