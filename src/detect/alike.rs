//! What texts have in common that differ in nothing but their digits: noughts stand for these. Knows nothing of what a text is.

use super::classes::within;
use wide::u8x16;

/// From the middle back: a mask of so many first bytes.
static FIRST: [u8; 128] = {
    let mut first = [0; 128];
    let mut at = 0;
    while at < 64 {
        first[at] = u8::MAX;
        at += 1;
    }
    first
};

/// A text with noughts for its digits.
pub(super) fn alike_in(text: &[u8]) -> Vec<u8> {
    text.iter().map(|byte| if byte.is_ascii_digit() { b'0' } else { *byte }).collect()
}

/// The same of sixteen bytes.
#[inline]
pub(super) fn noughts(sixteen: [u8; 16]) -> u8x16 {
    let text = u8x16::new(sixteen);
    text & !(within(text, b'0', b'9') & u8x16::splat(0x0F))
}

/// A mask of the first so many of sixty-four bytes.
#[inline]
pub(super) fn first_bytes(length: usize) -> [u8x16; 4] {
    let first = FIRST.get(64 - length..).and_then(<[u8]>::first_chunk::<64>).unwrap_or(&[0; 64]);
    let [a, b, c, d] = *first.as_chunks::<16>().0 else { return [u8x16::ZERO; 4] };
    [u8x16::new(a), u8x16::new(b), u8x16::new(c), u8x16::new(d)]
}

/// A mask of so many first bits, 64 at most.
#[inline]
pub(super) fn first_bits(length: usize) -> u64 {
    !u64::MAX.checked_shl(length as u32).unwrap_or(0)
}

/// The first of sixteen bytes, so many of them, with noughts for digits and zeros behind.
#[inline]
pub(super) fn alike(sixteen: [u8; 16], length: usize) -> [u64; 2] {
    let first = FIRST.get(64 - length..).and_then(<[u8]>::first_chunk::<16>).copied().unwrap_or_default();
    halves(noughts(sixteen) & u8x16::new(first))
}

/// Sixteen bytes as two numbers.
#[inline]
pub(super) fn halves(sixteen: u8x16) -> [u64; 2] {
    let [a, b] = *sixteen.to_array().as_chunks::<8>().0 else { return [0; 2] };
    [u64::from_le_bytes(a), u64::from_le_bytes(b)]
}
