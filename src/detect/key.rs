//! What fields of one form have in common, as a key: their label, their length, and their bytes with noughts for digits, or where their
//! hyphens are. Knows nothing of what may be in a field.

use super::alike::alike;
use super::form::BESIDE;
use super::hexadecimal;
use crate::text::{Block, Field};

/// The longest field that is looked up, in bytes.
pub(super) const LONGEST: usize = 32;
/// The digits of a field as noughts, its label and its length.
pub(super) type Key = [u64; 5];
/// Marks the name in the key of a field of hexadecimal digits.
const HEXADECIMAL: u64 = 1 << 63;

/// By byte: whether it parts values.
static PARTS: [bool; 256] = {
    let mut parts = [false; 256];
    let mut at = 0;
    while at + 1 < BESIDE.len() {
        parts[BESIDE[at] as usize] = true;
        at += 1;
    }
    parts
};

/// Where a field stands in the window, if it is whole, of so many bytes at most, and stands between signs that belong to no value.
#[inline]
pub(super) fn bounds(block: &Block, field: &Field, longest: usize) -> Option<(usize, usize)> {
    let low = field.start.checked_sub(block.base)? as usize;
    let high = (field.end - block.base) as usize;
    let parts = |byte: &u8| PARTS[usize::from(*byte)];
    let before = match low.checked_sub(1) {
        Some(before) => block.text.get(before).is_some_and(parts),
        None => block.base == 0,
    };
    let fits = before && low < high && high - low <= longest && block.text.get(high).is_some_and(parts);
    fits.then_some((low, high))
}

/// The key of a field that is whole, short, and stands between signs that belong to no value.
#[inline]
pub(super) fn key(block: &Block, field: &Field) -> Option<Key> {
    let low = field.start.wrapping_sub(block.base) as usize;
    let length = field.end.wrapping_sub(field.start) as usize;
    // Nearly all stand so far within a window.
    if let Some(around) = block.text.get(low.wrapping_sub(1)..).and_then(<[u8]>::first_chunk::<{ LONGEST + 2 }>)
        && let [before, bytes @ .., _] = around
    {
        let fits =
            length.wrapping_sub(1) < LONGEST && PARTS[usize::from(*before)] & PARTS[usize::from(around[length + 1])];
        return fits.then(|| key_of(bytes, length, name(field, length)));
    }
    let (low, high) = bounds(block, field, LONGEST)?;
    let mut bytes = [0; LONGEST];
    bytes[..length].copy_from_slice(&block.text[low..high]);
    Some(key_of(&bytes, length, name(field, length)))
}

/// The key of a field of hexadecimal digits: where its hyphens are.
#[inline(never)]
pub(super) fn hexadecimal_key(block: &Block, field: &Field) -> Option<Key> {
    let (low, high) = bounds(block, field, hexadecimal::LONGEST)?;
    let (length, ends) = (high - low, [block.text[low], block.text[high - 1]]);
    // Most words are not, which their ends tell.
    if ends.iter().any(|byte| !hexadecimal::IS_THERE[usize::from(*byte)]) {
        return None;
    }
    let hyphens = if let Some(bytes) = block.text[low..].first_chunk() {
        hexadecimal::hyphens(bytes, length)?
    } else {
        let mut bytes = [0; hexadecimal::LONGEST];
        bytes[..length].copy_from_slice(&block.text[low..high]);
        hexadecimal::hyphens(&bytes, length)?
    };
    Some([hyphens, 0, 0, 0, name(field, length) | HEXADECIMAL])
}

#[inline]
pub(super) fn is_hexadecimal(key: &Key) -> bool {
    let [.., name] = *key;
    name & HEXADECIMAL != 0
}

#[inline]
fn name(field: &Field, length: usize) -> u64 {
    u64::from(field.label.0) << 8 | length as u64
}

#[inline]
fn key_of(bytes: &[u8; LONGEST], length: usize, name: u64) -> Key {
    let sixteens = bytes.as_chunks::<16>().0;
    let [a, b] = alike(sixteens[0], length.min(16));
    let [c, d] = if length <= 16 { [0; 2] } else { alike(sixteens[1], length - 16) };
    [a, b, c, d, name]
}

/// A number for it below so many.
#[inline]
pub(super) fn slot(key: &Key, slots: usize) -> usize {
    const FACTORS: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F];
    let [a, b, c, d, name] = *key;
    let mixed = (a ^ b.rotate_left(29) ^ name.rotate_left(51)).wrapping_mul(FACTORS[0])
        ^ (c ^ d.rotate_left(29)).wrapping_mul(FACTORS[1]);
    ((mixed ^ (mixed >> 32)).wrapping_mul(FACTORS[0]) >> 48) as usize % slots
}

/// Whether two are the same, without a branch for each part.
#[inline]
pub(super) fn same(a: &Key, b: &Key) -> bool {
    (a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]) | (a[4] ^ b[4]) == 0
}
