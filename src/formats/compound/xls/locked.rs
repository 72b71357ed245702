//! Workbooks behind a password: the record that says how, and the bodies of the records turned back in place.
//!
//! Which records stay plain is [MS-XLS] 2.2.10. Knows nothing of what is in them.

use super::super::bytes::{slice, u16_at};
use super::super::legacy::{Key, Lock, Run, decrypt_record};
use super::biff;

const FILE_PASS: u16 = 0x002F;
const BOUND_SHEET: u16 = 0x0085;
/// Beginnings of parts, the lock itself, and what Excel must read before it asks for the password.
const PLAIN: [u16; 10] = [0x0009, 0x0209, 0x0409, 0x0809, FILE_PASS, 0x00E1, 0x0138, 0x0194, 0x0195, 0x0196];
/// Bytes in front of the name of a sheet that tell where it begins: plain.
const PLACE: usize = 4;
/// The cipher begins anew after as many bytes.
const BLOCK: usize = 1024;
/// Records among which the lock must stand.
const FIRST: usize = 64;

/// The lock of a workbook: none if it has none, and `Some(None)` if it is of an unknown kind.
#[expect(clippy::option_option, reason = "no lock, and a lock that nobody knows, are two things")]
pub(super) fn lock(stream: &[u8]) -> Option<Option<Lock>> {
    let mut at = 0;
    let raw = std::iter::from_fn(|| biff::next(stream, &mut at, &mut false)).take(FIRST);
    let body = raw.filter(|raw| raw.kind == FILE_PASS).find_map(|raw| raw.parts.first().copied())?;
    let body = slice(stream, body.0, body.1.saturating_sub(body.0));
    Some(match (u16_at(body, 0), body.len()) {
        (0, 6..) => Some(Lock::Xor { key: u16_at(body, 2), verifier: u16_at(body, 4) }),
        // Before Excel 97 there was only obfuscation, and no word for it.
        (_, 4) => Some(Lock::Xor { key: u16_at(body, 0), verifier: u16_at(body, 2) }),
        (1, _) => Lock::new(slice(body, 2, usize::MAX)),
        _ => None,
    })
}

/// Turns the stream back in place.
pub(super) fn decrypt(stream: &mut [u8], key: &Key) {
    let mut run = Run::new(key, BLOCK);
    let mut at = 0;
    while at + 4 <= stream.len() {
        let (kind, length) = (u16_at(stream, at), usize::from(u16_at(stream, at + 2)));
        let start = at + 4;
        at = (start + length).min(stream.len());
        if PLAIN.contains(&kind) {
            continue;
        }
        let plain = if kind == BOUND_SHEET { PLACE.min(at - start) } else { 0 };
        match key {
            Key::Xor(array) => decrypt_record(array, &mut stream[start..at], start, plain),
            _ => run.apply(start + plain, &mut stream[start + plain..at]),
        }
    }
}
