//! Encryption of the old Office files ([MS-OFFCRYPTO] 2.3): RC4 with keys of 40 bits, RC4 by the `CryptoAPI`, and XOR
//! obfuscation.
//!
//! Tries passwords on what a file says of its lock, and turns bytes back by where they stand. Knows no file format.

use super::bytes::{slice, u16_at, u32_at, utf16};
use super::encryption::{NO_PASSWORD, wide};
use crate::formats::ciphers::Hash;
use rc4::{KeyInit, Rc4, StreamCipher};

/// Bytes of the longest password that obfuscation knows.
const LONGEST: usize = 15;
/// Bytes of the part of a hash that is kept for a key of 40 bits.
const SHORT: usize = 5;

/// What a file says of its lock.
pub(super) enum Lock {
    /// Salt, and a value and its hash, both encrypted.
    Rc4 { salt: Vec<u8>, verifier: Vec<u8>, hash: Vec<u8> },
    /// The same, and the length of the key.
    CryptoApi { salt: Vec<u8>, verifier: Vec<u8>, hash: Vec<u8>, key_bytes: usize },
    /// Two checks of the password.
    Xor { key: u16, verifier: u16 },
}

impl Lock {
    /// The lock that an encryption header describes; none if it is of a kind that is not known.
    pub(super) fn new(info: &[u8]) -> Option<Self> {
        match (u16_at(info, 0), u16_at(info, 2)) {
            (1, 1) => {
                let part = |at: usize| slice(info, at, 16).to_vec();
                Some(Self::Rc4 { salt: part(4), verifier: part(20), hash: part(36) })
            }
            (2..=4, 2) => {
                const RC4: u32 = 0x6801;
                let header = slice(info, 12, u32_at(info, 8) as usize);
                let behind = slice(info, (u32_at(info, 8) as usize).saturating_add(12), usize::MAX);
                let bits = u32_at(header, 16) as usize;
                let is_rc4 = matches!(u32_at(header, 8), 0 | RC4);
                let key_bytes = if bits == 0 { SHORT } else { bits / 8 };
                let part = |at: usize, length: usize| slice(behind, at, length).to_vec();
                (is_rc4 && (SHORT..=16).contains(&key_bytes)).then(|| Self::CryptoApi {
                    salt: part(4, 16),
                    verifier: part(20, 16),
                    hash: part(40, 20),
                    key_bytes,
                })
            }
            _ => None,
        }
    }

    /// Tries the passwords, and first the one that Excel takes for files that are only protected.
    pub(super) fn open(&self, passwords: &[Vec<u8>]) -> Option<Key> {
        std::iter::once(NO_PASSWORD).chain(passwords.iter().map(Vec::as_slice)).find_map(|password| self.key(password))
    }

    fn key(&self, password: &[u8]) -> Option<Key> {
        let (key, verifier, expected, hash) = match self {
            Self::Rc4 { salt, verifier, hash } => {
                let first = Hash::Md5.of(&[&wide(password)]);
                let mixed = [slice(&first, 0, SHORT), salt].concat().repeat(16);
                let key = Key::Rc4(slice(&Hash::Md5.of(&[&mixed]), 0, SHORT).to_vec());
                (key, verifier, hash, Hash::Md5)
            }
            Self::CryptoApi { salt, verifier, hash, key_bytes } => {
                let spun = Hash::Sha1.of(&[salt, &wide(password)]);
                (Key::CryptoApi { hash: spun, key_bytes: *key_bytes }, verifier, hash, Hash::Sha1)
            }
            Self::Xor { key, verifier } => {
                let bytes = narrow(password)?;
                let is_right = xor_key(&bytes)? == *key && xor_verifier(&bytes) == *verifier;
                return is_right.then(|| Key::Xor(xor_array(&bytes, *key)));
            }
        };
        let mut both = [verifier.as_slice(), expected.as_slice()].concat();
        key.stream(0)?.apply_keystream(&mut both);
        let (value, found) = both.split_at(verifier.len());
        (!found.is_empty() && hash.of(&[value]) == found).then_some(key)
    }
}

/// What opens the streams of a document.
pub(super) enum Key {
    Rc4(Vec<u8>),
    CryptoApi { hash: Vec<u8>, key_bytes: usize },
    Xor([u8; 16]),
}

impl Key {
    /// The cipher of a block.
    fn stream(&self, block: u32) -> Option<Rc4> {
        let key = match self {
            Self::Rc4(short) => Hash::Md5.of(&[short, &block.to_le_bytes()]),
            Self::CryptoApi { hash, key_bytes } => {
                let mut key = Hash::Sha1.of(&[hash, &block.to_le_bytes()]);
                key.truncate(*key_bytes);
                // A key of 40 bits is one of 128 bits, most of them zero.
                if *key_bytes == SHORT {
                    key.resize(16, 0);
                }
                key
            }
            Self::Xor(_) => return None,
        };
        Rc4::new_from_slice(&key).ok()
    }

    /// Turns back bytes that were encrypted for themselves, under a number; obfuscated ones stay.
    pub(super) fn decrypt_alone(&self, bytes: &mut [u8], number: u32) {
        if let Some(mut cipher) = self.stream(number) {
            cipher.apply_keystream(bytes);
        }
    }

    /// Turns back a stream of Word from an offset on, in blocks of 512 bytes.
    pub(super) fn decrypt_word(&self, stream: &mut [u8], from: usize) {
        const BLOCK: usize = 512;
        if let Self::Xor(array) = self {
            for (byte, mask) in stream.iter_mut().zip(array.iter().cycle()).skip(from) {
                // What is zero, or would become so, was left as it is.
                if *byte != 0 && *byte != *mask {
                    *byte ^= mask;
                }
            }
            return;
        }
        let mut run = Run::new(self, BLOCK);
        let from = from.min(stream.len());
        run.apply(from, &mut stream[from..]);
    }
}

/// A stream that is turned back in pieces, forwards: the cipher begins anew with each block.
pub(super) struct Run<'k> {
    key: &'k Key,
    block_bytes: usize,
    at: usize,
    cipher: Option<Rc4>,
}

impl<'k> Run<'k> {
    pub(super) fn new(key: &'k Key, block_bytes: usize) -> Self {
        Self { key, block_bytes, at: 0, cipher: key.stream(0) }
    }

    /// Turns back the bytes at an offset, which lies behind all before.
    pub(super) fn apply(&mut self, offset: usize, bytes: &mut [u8]) {
        let mut rest = bytes;
        // Blocks that are passed over whole need no keys.
        let block = offset / self.block_bytes;
        if block > self.at / self.block_bytes {
            self.begin(block);
        }
        let mut passed = vec![0; offset.saturating_sub(self.at)];
        self.within(&mut passed);
        while !rest.is_empty() {
            let room = self.block_bytes - self.at % self.block_bytes;
            let count = room.min(rest.len());
            let (now, later) = rest.split_at_mut(count);
            self.within(now);
            rest = later;
        }
    }

    fn begin(&mut self, block: usize) {
        self.at = block * self.block_bytes;
        self.cipher = u32::try_from(block).ok().and_then(|block| self.key.stream(block));
    }

    /// Bytes that reach no further than the block.
    fn within(&mut self, bytes: &mut [u8]) {
        if let Some(cipher) = &mut self.cipher {
            cipher.apply_keystream(bytes);
        }
        self.at += bytes.len();
        if self.at.is_multiple_of(self.block_bytes) && !bytes.is_empty() {
            self.begin(self.at / self.block_bytes);
        }
    }
}

/// Turns back the body of a record of Excel, obfuscated by where it ends, from an index in it on.
pub(super) fn decrypt_record(array: &[u8; 16], body: &mut [u8], at: usize, from: usize) {
    let end = at + body.len();
    for (index, byte) in body.iter_mut().enumerate().skip(from) {
        *byte = (*byte ^ array[(end + index) % 16]).rotate_right(5);
    }
}

/// Streams of properties that were encrypted together: what each holds.
pub(super) fn summaries(key: &Key, stream: &[u8]) -> Vec<Vec<u8>> {
    const MOST: usize = 64;
    let (at, length) = (u32_at(stream, 0) as usize, u32_at(stream, 4) as usize);
    let mut list = slice(stream, at, length).to_vec();
    key.decrypt_alone(&mut list, 0);
    let mut all = Vec::new();
    let mut at = 4;
    for _ in 0..(u32_at(&list, 0) as usize).min(MOST) {
        let row = slice(&list, at, usize::MAX);
        let mut bytes = slice(stream, u32_at(row, 0) as usize, u32_at(row, 4) as usize).to_vec();
        key.decrypt_alone(&mut bytes, u32::from(u16_at(row, 8)));
        let name_bytes = usize::from(row.get(10).copied().unwrap_or(0)) * 2;
        if utf16(slice(row, 16, name_bytes)).ends_with("SummaryInformation") {
            all.push(bytes);
        }
        at += 16 + name_bytes + 2;
    }
    all
}

/// A password in bytes of one character each, as obfuscation takes it.
fn narrow(password: &[u8]) -> Option<Vec<u8>> {
    let units = String::from_utf8_lossy(password).into_owned();
    let byte = |unit: u16| if unit.trailing_zeros() >= 8 { (unit >> 8) as u8 } else { unit as u8 };
    let bytes: Vec<u8> = units.encode_utf16().map(byte).take(LONGEST).collect();
    (!bytes.is_empty()).then_some(bytes)
}

/// What is given for a password by its length, before its characters are mixed in.
const INITIAL: [u16; LONGEST] = [
    0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E, 0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A,
    0x4EC3,
];
/// What each of seven bits of each character mixes in, the first character's first.
const MIXED: [u16; 7 * LONGEST] = [
    0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09, 0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF,
    0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0, 0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40,
    0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5, 0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A,
    0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9, 0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0,
    0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC, 0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10,
    0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168, 0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C,
    0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD, 0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC,
    0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4,
];
/// What follows the password where it is too short.
const PADDING: [u8; LONGEST] =
    [0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00];

fn xor_key(password: &[u8]) -> Option<u16> {
    let first = *INITIAL.get(password.len().checked_sub(1)?)?;
    // The last character is mixed with the end of the table.
    let rows = MIXED.chunks_exact(7).rev();
    Some(password.iter().rev().zip(rows).fold(first, |key, (byte, row)| {
        let bits = row.iter().rev().enumerate().filter(|(bit, _)| byte << bit & 0x40 != 0);
        bits.fold(key, |key, (_, mixed)| key ^ mixed)
    }))
}

fn xor_verifier(password: &[u8]) -> u16 {
    let turn = |value: u16| (value << 1 & 0x7FFF) | (value >> 14 & 1);
    let mixed = password.iter().rev().fold(0, |value, byte| turn(value) ^ u16::from(*byte));
    turn(mixed) ^ password.len() as u16 ^ 0xCE4B
}

fn xor_array(password: &[u8], key: u16) -> [u8; 16] {
    let mut array = [0; 16];
    let source = password.iter().chain(&PADDING);
    for ((to, from), mask) in array.iter_mut().zip(source).zip(key.to_le_bytes().iter().cycle()) {
        *to = (from ^ mask).rotate_right(1);
    }
    array
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_of_the_usual_password() {
        // [MS-XLS] 2.4.117: what Excel writes for a workbook that is only protected.
        assert_eq!(xor_verifier(NO_PASSWORD), 0x9A0A);
    }

    #[test]
    fn the_password_of_an_old_lock() {
        // Values of a file that Word 2003 wrote for the password "password1".
        let lock = Lock::Rc4 {
            salt: b"\xe8w,\x1d\x91\xc5j7\x96Ga\xb2\x80\x182\x17".to_vec(),
            verifier: b"\xc9\xe9\x97\xd4T\x97=1\x0b\xb1\xbap\x14&\x83~".to_vec(),
            hash: b"\xb1\xde\x17\x8f\x07\xe9\x89\xc4M\xae^L\xf9j\xc4\x07".to_vec(),
        };
        assert!(lock.open(&[b"password2".to_vec()]).is_none());
        assert!(lock.open(&[b"password2".to_vec(), b"password1".to_vec()]).is_some());
    }

    #[test]
    fn a_stream_is_the_same_in_any_pieces() {
        let key = Key::Rc4(vec![1, 2, 3, 4, 5]);
        let mut whole = vec![0; 5000];
        Run::new(&key, 1024).apply(0, &mut whole);
        for step in [1, 7, 1000, 1024, 1025] {
            let mut pieces = vec![0; 5000];
            let mut run = Run::new(&key, 1024);
            for at in (0..5000).step_by(step * 2) {
                let end = (at + step).min(5000);
                run.apply(at, &mut pieces[at..end]);
                assert_eq!(pieces[at..end], whole[at..end], "{step} {at}");
            }
        }
    }

    #[test]
    fn made_up_locks_do_no_harm() {
        for length in 0..80 {
            for version in [[1, 0, 1, 0], [2, 0, 2, 0], [4, 0, 2, 0]] {
                let mut info = version.to_vec();
                info.resize(4 + length, 0);
                if let Some(lock) = Lock::new(&info) {
                    assert!(lock.open(&[b"x".to_vec()]).is_none());
                }
            }
        }
    }
}
