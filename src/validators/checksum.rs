//! Tokens that carry a checksum: GitHub, npm, GitLab's routable ones, Grafana, and age's Bech32.
//!
//! CRC-32 is the one of IEEE 802.3 throughout; what differs is what it covers and how it is written.

use super::secret::{mixed, random};
use flate2::Crc;

/// Digits, then upper case, then lower case: GitHub's base 62.
const BASE_62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Bech32's symbols in the order of their values (BIP 173).
const BECH_32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// Characters of a GitHub checksum.
const GITHUB: usize = 6;
/// Characters of a GitLab checksum, and of the payload's length before it.
const GITLAB: (usize, usize) = (7, 2);

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A number in another base, in at least `width` digits.
fn written(mut number: u32, digits: &[u8], width: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(width);
    let base = u32::try_from(digits.len()).unwrap_or(1).max(2);
    while number > 0 || text.len() < width {
        text.extend(digits.get((number % base) as usize));
        number /= base;
    }
    text.reverse();
    text
}

/// Whether what follows the first `_` ends with its own checksum: tokens of GitHub and npm.
pub(super) fn github(text: &str) -> bool {
    let Some((_, body)) = text.split_once('_') else { return false };
    let body = body.as_bytes();
    body.len()
        .checked_sub(GITHUB)
        .and_then(|at| body.split_at_checked(at))
        .is_some_and(|(random, sum)| random.len() >= 30 && written(crc(random), BASE_62, GITHUB) == sum)
}

/// Whether a text can be a GitLab token: the checksum decides for a routable one, which alone has dots, chance for the others.
pub(super) fn gitlab(text: &str) -> bool {
    if text.contains('.') { gitlab_routable(text) } else { mixed(text) || random(text) }
}

/// Whether a GitLab token is routable and right: a payload, its length in base 36, the checksum of all before it in base 36.
fn gitlab_routable(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((front, sum)) = bytes.len().checked_sub(GITLAB.0).and_then(|at| bytes.split_at_checked(at)) else {
        return false;
    };
    let (Some(stop), Some(dot)) = (front.len().checked_sub(GITLAB.1), front.iter().position(|b| *b == b'.')) else {
        return false;
    };
    let length =
        front.get(stop..).and_then(|l| std::str::from_utf8(l).ok()).and_then(|l| usize::from_str_radix(l, 36).ok());
    let base_36 = BASE_62.get(..36).unwrap_or_default().to_ascii_lowercase();
    length.is_some_and(|l| l >= 27 && l < dot) && written(crc(front), &base_36, GITLAB.0) == sum
}

/// Whether a Grafana service account token ends with the checksum of the rest, its lowest byte first.
pub(super) fn grafana(text: &str) -> bool {
    let Some((rest, sum)) = text.rsplit_once('_') else { return false };
    format!("{:08x}", crc(rest.as_bytes()).swap_bytes()) == sum
}

/// Whether a text is an age identity: Bech32 in upper case.
pub(super) fn age(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let Some((human, data)) = lower.rsplit_once('1') else { return false };
    let Some(values) = data.bytes().map(|b| BECH_32.iter().position(|s| *s == b)).collect::<Option<Vec<usize>>>()
    else {
        return false;
    };
    let high = human.bytes().map(|b| u32::from(b >> 5));
    let low = human.bytes().map(|b| u32::from(b & 31));
    let all = high.chain([0]).chain(low).chain(values.iter().map(|v| *v as u32));
    text == text.to_ascii_uppercase() && data.len() == 58 && all.fold(1, step) == 1
}

/// One step of the Bech32 checksum.
fn step(sum: u32, value: u32) -> u32 {
    const GENERATORS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let shifted = (sum & 0x01ff_ffff) << 5 ^ value;
    GENERATORS.iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1).fold(shifted, |sum, (_, g)| sum ^ g)
}

#[cfg(test)]
mod tests {
    use super::{age, github, gitlab, gitlab_routable, grafana};

    /// Each character of a token changed to another, in turn.
    fn changed(token: &str, from: usize) -> Vec<String> {
        let edit = |at: usize| {
            let mut bytes = token.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'9' { b'8' } else { b'9' };
            String::from_utf8(bytes).unwrap()
        };
        (from..token.len()).map(edit).filter(|t| t != token).collect()
    }

    #[test]
    fn github_and_npm() {
        // Both were published as dummies with right checksums.
        for token in ["gh_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17", "np_qkJaB6MffYVzZXWqmcoF49yrUxP3wf0LsakP"] {
            assert!(github(token), "{token}");
            assert!(changed(token, 3).iter().all(|t| !github(t)), "{token}");
        }
        assert!(!github("gh_mLq17") && !github("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17") && !github(""));
    }

    #[test]
    fn gitlab_tokens() {
        let token = "gl-bzoxCnU6MQoAAQIDBAUGBwgJCgsMDQ4PEA.01.0y0dcjo41";
        let bare = token.len() - 7;
        let sum = super::written(super::crc(&token.as_bytes()[..bare]), b"0123456789abcdefghijklmnopqrstuvwxyz", 7);
        let token = format!("{}{}", &token[..bare], String::from_utf8(sum).unwrap());
        assert!(gitlab_routable(&token) && gitlab(&token), "{token}");
        assert!(gitlab("gl-Zt4RvLmX2wKy7HbD1fTc") && !gitlab("gl-xxxxxxxxxxxxxxxxxxxx"));
        assert!(changed(&token, 0).iter().all(|t| !gitlab_routable(t)));
        assert!(!gitlab_routable("gl-bzox.0y0dcjo41") && !gitlab_routable("0y0dcjo"));
    }

    #[test]
    fn grafana_tokens() {
        // Grafana's own test.
        let token = concat!("gl", "sa_iNValIdinValiDinvalidinvalidinva_5b582697");
        assert!(grafana(token));
        assert!(changed(token, 0).iter().all(|t| !grafana(t)));
        assert!(!grafana("_") && !grafana(""));
    }

    #[test]
    fn age_identities() {
        // The test vector of the age specification.
        let key = concat!("AGE-SECRET-KEY-", "1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
        assert!(age(key));
        assert!(changed(key, 0).iter().all(|t| !age(t)));
        assert!(!age(&key.to_ascii_lowercase()) && !age(&key[..key.len() - 1]));
    }
}
