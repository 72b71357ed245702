//! Azure's identifiable keys: Base64 with a signature of four characters, and a Marvin32 checksum in the last four bytes.
//!
//! Keys issued before they were introduced have no signature; of those only the size can be told.

use super::base64::decode;
use super::secret::mixed;

/// What stands in a key before its checksum, and the seeds that its issuer uses: eight ASCII characters each.
struct Kind {
    signature: &'static str,
    seeds: &'static [&'static [u8; 8]],
}

const STORAGE: Kind = Kind { signature: "+ASt", seeds: &[b"Default0"] };
const REGISTRY: Kind = Kind { signature: "+ACR", seeds: &[b"ACRDflt0"] };
const FUNCTION: Kind = Kind { signature: "AzFu", seeds: &[b"Functi00", b"Master00", b"System00"] };
const COSMOS: Kind = Kind {
    signature: "ACDb",
    seeds: &[b"SysAll00", b"Resour00", b"MastRO00", b"SystRO00", b"Encryp00", b"MastRW00", b"SystRW00"],
};

impl Kind {
    /// Whether a key bears the signature.
    fn signs(&self, key: &str) -> bool {
        let symbols = key.trim_end_matches('=');
        symbols.len().checked_sub(10).and_then(|at| symbols.get(at..at + 4)) == Some(self.signature)
    }

    /// Whether a key bears the signature and a right checksum.
    fn made(&self, key: &str) -> bool {
        let Some(bytes) = decode(key).filter(|_| self.signs(key)) else { return false };
        let Some((data, sum)) = bytes.split_last_chunk::<4>() else { return false };
        self.seeds.iter().any(|seed| marvin32(data, u64::from_be_bytes(**seed)) == u32::from_le_bytes(*sum))
    }
}

/// Whether a text is a storage account key: identifiable, or 64 random bytes.
pub(super) fn storage(text: &str) -> bool {
    let bytes = decode(text).unwrap_or_default();
    bytes.len() == 64 && mixed(text) && !COSMOS.signs(text) && (!STORAGE.signs(text) || STORAGE.made(text))
}

/// Whether a text is a Cosmos DB account key, by itself or behind the name of its parameter: identifiable, or 64 random bytes.
pub(super) fn cosmos(text: &str) -> bool {
    let key = text.split_once('=').filter(|(_, rest)| rest.len() > 2).map_or(text, |(_, key)| key);
    let bytes = decode(key).unwrap_or_default();
    bytes.len() == 64 && mixed(key) && (!COSMOS.signs(key) || COSMOS.made(key))
}

/// Whether a text is an identifiable key of Azure Functions.
pub(super) fn function(text: &str) -> bool {
    FUNCTION.made(text)
}

/// Whether a text is an identifiable password of a container registry.
pub(super) fn registry(text: &str) -> bool {
    REGISTRY.made(text)
}

/// Marvin32, its two halves folded into one.
fn marvin32(data: &[u8], seed: u64) -> u32 {
    let hash = marvin(data, seed);
    (hash >> 32) as u32 ^ hash as u32
}

fn marvin(data: &[u8], seed: u64) -> u64 {
    let (mut low, mut high) = (seed as u32, (seed >> 32) as u32);
    let (words, rest) = data.as_chunks::<4>();
    // The end is marked by 0x80 and filled up with zeros.
    let mut last = [0; 4];
    last.iter_mut().zip(rest.iter().copied().chain([0x80])).for_each(|(to, from)| *to = from);
    for word in words.iter().chain([&last]) {
        (low, high) = mix(low.wrapping_add(u32::from_le_bytes(*word)), high);
    }
    (low, high) = mix(low, high);
    u64::from(high) << 32 | u64::from(low)
}

fn mix(mut low: u32, mut high: u32) -> (u32, u32) {
    high ^= low;
    low = low.rotate_left(20).wrapping_add(high);
    high = high.rotate_left(9) ^ low;
    low = low.rotate_left(27).wrapping_add(high);
    (low, high.rotate_left(19))
}

#[cfg(test)]
mod tests {
    use super::{cosmos, function, marvin, registry, storage};

    #[test]
    fn marvin_by_the_vectors_of_symcrypt() {
        assert_eq!(marvin(b"abc", 0xd53c_d9ce_cd08_93b7), 0x22c7_4339_4927_69bf);
        assert_eq!(marvin(b"abcdefghijklmnopqrstuvwxyz", 0x0ddd_deee_efff_f000), 0xa128_eb7e_7260_aca2);
    }

    #[test]
    fn old_keys_are_told_by_their_size() {
        // The public key of the storage emulator.
        let key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        assert!(storage(key) && cosmos(key) && cosmos(&format!("AccountKey={key}")));
        assert!(!storage(&key[1..]) && !storage(&key[4..]) && !cosmos(&key[4..]) && !cosmos("=") && !storage(""));
    }

    #[test]
    fn a_signature_needs_its_checksum() {
        let key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KB";
        assert!(!storage(&format!("{key}+AStoGMGww==")) && !storage(&format!("{key}ACDboGMGww==")));
        assert!(!cosmos(&format!("{key}ACDboGMGww==")) && !registry("+ACR") && !function("AzFu=="));
    }
}
