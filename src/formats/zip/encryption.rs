//! The two encryptions of zip members that programs write: the old one of PKWARE (APPNOTE 6.1) and the later one by
//! AES (AE-1 and AE-2, counter mode, keys by PBKDF2, a code of HMAC-SHA1 behind the data).
//!
//! Knows keys and bytes only. A password is tried against the few bytes that either keeps for it; whether the content is
//! right is for others to say. Nothing here shows a password or a key.

use super::header::Header;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use hmac::{Hmac, Mac};
use sha1::Sha1;

/// Bytes in front of data encrypted the old way.
const OLD_HEAD: usize = 12;
/// Bytes behind the salt that tell most wrong passwords.
const VERIFIER: usize = 2;
/// Bytes of the code behind data encrypted by AES.
pub(super) const CODE: usize = 10;
const ROUNDS: u32 = 1000;
const BLOCK: usize = 16;

/// How a member is encrypted.
pub(super) enum Lock {
    Old {
        /// The last byte of the head once decrypted: of the checksum, or of the time where that stands behind the data.
        checks: [u8; 2],
    },
    Aes {
        /// Bytes of the key.
        key: usize,
    },
}

impl Lock {
    /// None if the encryption is another one, which no password file opens.
    pub(super) fn of(header: &Header) -> Option<Self> {
        const STRONG: u16 = 1 << 6;
        if header.flags & STRONG != 0 {
            return None;
        }
        if header.method == super::header::AES {
            return header.aes.map(|aes| Self::Aes { key: usize::from(aes.key) });
        }
        Some(Self::Old { checks: [(header.crc >> 24) as u8, (header.time >> 8) as u8] })
    }

    /// Bytes in front of the data that belong to the encryption.
    pub(super) fn head(&self) -> usize {
        match self {
            Self::Old { .. } => OLD_HEAD,
            Self::Aes { key } => key / 2 + VERIFIER,
        }
    }

    /// The cipher for a password, if that can be the right one; `head`: as many bytes as [`Self::head`] says.
    pub(super) fn open(&self, head: &[u8], password: &[u8]) -> Option<Cipher> {
        match self {
            Self::Old { checks } => {
                let mut old = Old::new(password);
                let mut head: [u8; OLD_HEAD] = head.try_into().ok()?;
                old.decrypt(&mut head);
                checks.contains(&head[OLD_HEAD - 1]).then_some(Cipher::Old(old))
            }
            Self::Aes { key } => {
                let (salt, verifier) = head.split_at_checked(key / 2)?;
                let mut derived = [0; 2 * 32 + VERIFIER];
                let derived = &mut derived[..2 * key + VERIFIER];
                pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, ROUNDS, derived);
                if verifier != &derived[2 * key..] {
                    return None;
                }
                let counter = Counter::new(&derived[..*key])?;
                let code = Hmac::<Sha1>::new_from_slice(&derived[*key..2 * key]).ok()?;
                Some(Cipher::Aes(Box::new(Sealed { counter, code, raw: Vec::new() })))
            }
        }
    }
}

/// A cipher at some place of the data.
#[derive(Clone)]
pub(super) enum Cipher {
    Old(Old),
    Aes(Box<Sealed>),
}

impl Cipher {
    /// Decrypts the next bytes.
    pub(super) fn decrypt(&mut self, bytes: &mut [u8]) {
        match self {
            Self::Old(old) => old.decrypt(bytes),
            Self::Aes(sealed) => {
                sealed.raw.clear();
                sealed.raw.extend_from_slice(bytes);
                sealed.counter.decrypt(bytes);
            }
        }
    }

    /// Says which of the bytes decrypted last were used: what is read ahead may belong to nobody.
    pub(super) fn used(&mut self, from: usize, to: usize) {
        if let Self::Aes(sealed) = self {
            sealed.code.update(sealed.raw.get(from..to).unwrap_or_default());
        }
    }

    /// The code of all bytes that were used, which must stand behind them; none if there is no such thing.
    pub(super) fn code(self) -> Option<[u8; CODE]> {
        let Self::Aes(sealed) = self else { return None };
        sealed.code.finalize().into_bytes().first_chunk().copied()
    }
}

/// AES and the code over what it decrypted.
#[derive(Clone)]
pub(super) struct Sealed {
    counter: Counter,
    code: Hmac<Sha1>,
    /// The bytes decrypted last, as they were.
    raw: Vec<u8>,
}

#[derive(Clone)]
enum Key {
    Short(Aes128),
    Middle(Aes192),
    Long(Aes256),
}

/// Counter mode with a counter that is little-endian, from one.
#[derive(Clone)]
struct Counter {
    key: Key,
    next: u128,
    block: [u8; BLOCK],
    taken: usize,
}

impl Counter {
    fn new(key: &[u8]) -> Option<Self> {
        let key = match key.len() {
            16 => Key::Short(Aes128::new_from_slice(key).ok()?),
            24 => Key::Middle(Aes192::new_from_slice(key).ok()?),
            _ => Key::Long(Aes256::new_from_slice(key).ok()?),
        };
        Some(Self { key, next: 1, block: [0; BLOCK], taken: BLOCK })
    }

    fn decrypt(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.taken == BLOCK {
                let mut block = Array::from(self.next.to_le_bytes());
                match &self.key {
                    Key::Short(key) => key.encrypt_block(&mut block),
                    Key::Middle(key) => key.encrypt_block(&mut block),
                    Key::Long(key) => key.encrypt_block(&mut block),
                }
                self.block = block.into();
                self.next = self.next.wrapping_add(1);
                self.taken = 0;
            }
            *byte ^= self.block[self.taken];
            self.taken += 1;
        }
    }
}

/// The old cipher: three numbers that every byte of the content changes.
#[derive(Clone)]
pub(super) struct Old([u32; 3]);

impl Old {
    fn new(password: &[u8]) -> Self {
        let mut keys = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        for byte in password {
            keys.turn(*byte);
        }
        keys
    }

    fn turn(&mut self, byte: u8) {
        let [a, b, c] = &mut self.0;
        *a = step(*a, byte);
        *b = b.wrapping_add(*a & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
        *c = step(*c, (*b >> 24) as u8);
    }

    fn mask(&self) -> u8 {
        let low = (self.0[2] & 0xffff) | 2;
        (low.wrapping_mul(low ^ 1) >> 8) as u8
    }

    fn decrypt(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte ^= self.mask();
            self.turn(*byte);
        }
    }
}

/// One byte of the checksum of zip, without its turning at begin and end.
fn step(crc: u32, byte: u8) -> u32 {
    CRC[usize::from((crc as u8) ^ byte)] ^ (crc >> 8)
}

const CRC: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut crc = at as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
            bit += 1;
        }
        table[at] = crc;
        at += 1;
    }
    table
};

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Encrypts the old way, for tests.
    pub(in crate::formats::zip) fn encrypt_old(password: &[u8], check: u8, content: &[u8]) -> Vec<u8> {
        let mut keys = Old::new(password);
        let mut bytes = [&[7; OLD_HEAD - 1], &[check][..], content].concat();
        for byte in &mut bytes {
            let plain = *byte;
            *byte ^= keys.mask();
            keys.turn(plain);
        }
        bytes
    }

    /// Encrypts by AES, for tests: salt, verifier, data and code.
    pub(in crate::formats::zip) fn encrypt_aes(password: &[u8], key: usize, content: &[u8]) -> Vec<u8> {
        let salt = vec![0x5A; key / 2];
        let mut derived = vec![0; 2 * key + VERIFIER];
        pbkdf2::pbkdf2_hmac::<Sha1>(password, &salt, ROUNDS, &mut derived);
        let mut data = content.to_vec();
        Counter::new(&derived[..key]).unwrap().decrypt(&mut data);
        let mut code = Hmac::<Sha1>::new_from_slice(&derived[key..2 * key]).unwrap();
        code.update(&data);
        [&salt, &derived[2 * key..], &data, &code.finalize().into_bytes()[..CODE]].concat()
    }

    #[test]
    fn the_table_is_that_of_the_checksum() {
        let crc = b"123456789".iter().fold(u32::MAX, |crc, byte| step(crc, *byte));
        assert_eq!(!crc, 0xCBF4_3926);
    }

    #[test]
    fn a_wrong_password_is_told_by_the_head() {
        let lock = Lock::Aes { key: 32 };
        let sealed = encrypt_aes(b"right", 32, b"content");
        assert!(lock.open(&sealed[..lock.head()], b"right").is_some());
        assert!(lock.open(&sealed[..lock.head()], b"wrong").is_none());
        assert!(lock.open(b"short", b"right").is_none());
    }
}
