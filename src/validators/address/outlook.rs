//! What stands behind the numbers of sixty-four bytes, told for all of them at once: whether a word for a street may follow one.
//! Knows nothing of the number, nor of what makes an address.

use super::{NAME, streets};
use wide::u8x16;

/// Bytes that are looked at together.
const BYTES: usize = 64;

/// Classes of bytes: bit `i` is byte `i`.
#[derive(Debug, Clone, Copy)]
pub struct Outlook {
    /// What a word of a street's name can hold.
    words: u64,
    blanks: u64,
    /// Capitals of ASCII.
    capitals: u64,
}

impl Outlook {
    /// Of sixty-four bytes.
    pub fn of(bytes: &[u8; BYTES]) -> Self {
        let mut all = Self { words: 0, blanks: 0, capitals: 0 };
        for (index, sixteen) in bytes.as_chunks::<16>().0.iter().enumerate() {
            let x = u8x16::new(*sixteen);
            let is = |byte: u8| x.simd_eq(u8x16::splat(byte));
            let within = |x: u8x16, low: u8, high: u8| x.max(u8x16::splat(low)).min(u8x16::splat(high)).simd_eq(x);
            let letters = within(x | u8x16::splat(0x20), b'a', b'z') | within(x, 0x80, 0xFF);
            let words = letters | within(x, b'0', b'9') | is(b'\'') | is(b'.') | is(b'#') | is(b'-');
            let bits = |x: u8x16| u64::from(x.to_bitmask()) << (index * 16);
            all.words |= bits(words);
            all.blanks |= bits(is(b' '));
            all.capitals |= bits(within(x, b'A', b'Z'));
        }
        all
    }

    /// Whether the bytes show that no word for a street stands behind the sign at `at`, which stands behind a number: none of the
    /// first words has a capital, and no such word without one begins like the first. False where they do not tell.
    #[inline]
    pub fn shows_no_street(&self, bytes: &[u8; BYTES], at: u32) -> bool {
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
    use super::super::street_follows;
    use super::{BYTES, Outlook};

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
            if Outlook::of(bytes).shows_no_street(bytes, front.len() as u32) {
                left_out += 1;
                assert!(!street_follows(&text.as_bytes()[front.len()..]), "{text}");
            }
        }
        assert!(left_out * 4 > asked, "{left_out} of {asked}");
    }

    #[test]
    fn what_goes_on_behind_is_not_told() {
        let bytes = [b'a'; BYTES];
        assert!((0..64).all(|at| !Outlook::of(&bytes).shows_no_street(&bytes, at)));
        let mut bytes = [b' '; BYTES];
        assert!(Outlook::of(&bytes).shows_no_street(&bytes, 0));
        bytes[9] = b'B';
        assert!(!Outlook::of(&bytes).shows_no_street(&bytes, 0) && Outlook::of(&bytes).shows_no_street(&bytes, 9));
    }
}
