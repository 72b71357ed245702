//! What encrypted documents of all kinds need: hashes by their names, AES in blocks, keys made slow to guess.
//!
//! The crates do the arithmetic. Knows no document.

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Bytes of a block of AES.
pub(super) const BLOCK: usize = 16;

/// A hash function.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "MD5" => Self::Md5,
            "SHA1" | "SHA-1" => Self::Sha1,
            "SHA256" | "SHA-256" => Self::Sha256,
            "SHA384" | "SHA-384" => Self::Sha384,
            "SHA512" | "SHA-512" => Self::Sha512,
            _ => return None,
        })
    }

    /// The hash of parts one behind the other.
    pub(super) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            for part in parts {
                digest.update(part);
            }
            digest.finalize().to_vec()
        }
        match self {
            Self::Md5 => digest::<Md5>(parts),
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }

    /// A password made slow to guess; none if there is no time for it.
    pub(super) fn spin(
        self,
        salt: &[u8],
        password: &[u8],
        rounds: u32,
        has_time: &dyn Fn() -> bool,
    ) -> Option<Vec<u8>> {
        /// Some milliseconds of work.
        const LAP: u32 = 1 << 14;
        let mut hash = self.of(&[salt, password]);
        for round in 0..rounds {
            if round % LAP == 0 && !has_time() {
                return None;
            }
            hash = self.of(&[&round.to_le_bytes(), &hash]);
        }
        Some(hash)
    }
}

/// AES with a key of one of three lengths.
pub(super) enum Aes {
    Short(Aes128),
    Middle(Aes192),
    Long(Aes256),
}

impl Aes {
    /// The cipher for a key of 16, 24 or 32 bytes.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(Self::Short),
            24 => Aes192::new_from_slice(key).ok().map(Self::Middle),
            32 => Aes256::new_from_slice(key).ok().map(Self::Long),
            _ => None,
        }
    }

    /// Decrypts whole blocks in place: chained to each other from a first vector on, or each alone.
    pub(super) fn decrypt(&self, bytes: &mut [u8], vector: Option<&[u8]>) {
        let mut before = [0; BLOCK];
        if let Some(vector) = vector {
            before.iter_mut().zip(vector).for_each(|(to, from)| *to = *from);
        }
        for block in bytes.chunks_exact_mut(BLOCK) {
            let mut now = [0; BLOCK];
            now.copy_from_slice(block);
            let mut plain = now.into();
            match self {
                Self::Short(aes) => aes.decrypt_block(&mut plain),
                Self::Middle(aes) => aes.decrypt_block(&mut plain),
                Self::Long(aes) => aes.decrypt_block(&mut plain),
            }
            block.copy_from_slice(&plain);
            if vector.is_some() {
                block.iter_mut().zip(before).for_each(|(to, from)| *to ^= from);
                before = now;
            }
        }
    }
}

/// A key of some bytes from a secret: PBKDF2 over HMAC-SHA1.
pub(super) fn pbkdf2(secret: &[u8], salt: &[u8], rounds: u32, bytes: usize) -> Vec<u8> {
    let mut key = vec![0; bytes];
    pbkdf2::pbkdf2_hmac::<Sha1>(secret, salt, rounds, &mut key);
    key
}

/// The value of a character of base64 (RFC 4648, 4).
pub(super) fn sextet(c: u8) -> Option<u8> {
    Some(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Bytes written in base64; what is no code is passed over.
pub(crate) fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.bytes() {
        let Some(six) = sextet(c) else { continue };
        bits = bits << 6 & 0xFF_FFFF | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    }

    #[test]
    fn published_values() {
        assert_eq!(hex(&Hash::Md5.of(&[b"a", b"bc"])), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex(&Hash::Sha1.of(&[b"abc"])), "a9993e364706816aba3e25717850c26c9cd0d89d");
        // RFC 6070.
        let key = pbkdf2(b"password", b"salt", 2, 20);
        assert_eq!(hex(&key), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
        assert_eq!(base64("aGVs bG8="), b"hello");
    }
}
