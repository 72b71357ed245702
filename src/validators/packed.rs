//! Tokens that are Base64 of something with a form of its own: JSON with certain members, a snowflake, a macaroon, a key.
//!
//! What is unpacked is looked at for its form alone; nothing is asked of its values but that they are there.

use super::base64::decode;
use super::secret::{mixed, no_placeholder};
use serde_json::{Map, Value};

/// Whether the first JSON object in Base64 within a text has all of these members.
fn holds(text: &str, members: &[&str]) -> bool {
    let packed = text.find("eyJ").and_then(|at| text.get(at..)).unwrap_or_default();
    // `_` and `.` part the object from what follows it.
    let packed = packed.split(['_', '.']).next().unwrap_or_default();
    let object: Option<Map<String, Value>> = decode(packed).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    object.is_some_and(|object| members.iter().all(|m| object.contains_key(*m))) && no_placeholder(text)
}

/// Whether an organization token of Sentry says when and for which address it was issued.
pub(super) fn sentry(text: &str) -> bool {
    holds(text, &["iat", "url", "org"])
}

/// Whether a service account token of 1Password holds an account and its key.
pub(super) fn onepassword(text: &str) -> bool {
    // Base64url has `_` as a symbol: all of it is the object.
    let packed = text.strip_prefix("ops_").unwrap_or(text);
    let object: Option<Map<String, Value>> = decode(packed).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    object.is_some_and(|o| o.contains_key("email") && o.contains_key("secretKey")) && no_placeholder(text)
}

/// Whether an access policy token of Grafana Cloud names organization and key.
pub(super) fn grafana_cloud(text: &str) -> bool {
    holds(text, &["o", "n", "k"])
}

/// Whether an old API key of Grafana names itself and its organization.
pub(super) fn grafana_api(text: &str) -> bool {
    holds(text, &["k", "n", "id"])
}

/// Whether a token of Mapbox names its user and itself.
pub(super) fn mapbox(text: &str) -> bool {
    holds(text, &["u", "a"])
}

/// Whether the first part of a Discord token is the number of a bot.
pub(super) fn discord(text: &str) -> bool {
    let Some((number, random)) = text.split_once('.') else { return false };
    let number = decode(number).unwrap_or_default();
    (17..=20).contains(&number.len()) && number.iter().all(u8::is_ascii_digit) && mixed(random)
}

/// Whether a `JFrog` reference token names itself as one.
pub(super) fn jfrog_reference(text: &str) -> bool {
    let bytes = decode(text).unwrap_or_default();
    let mut parts = bytes.split(|b| *b == b':');
    let is_number = |part: Option<&[u8]>| part.is_some_and(|p| !p.is_empty() && p.iter().all(u8::is_ascii_digit));
    parts.next() == Some(b"reftkn")
        && is_number(parts.next())
        && is_number(parts.next())
        && parts.next().is_some_and(|secret| secret.len() >= 20 && secret.iter().all(u8::is_ascii_alphanumeric))
        && parts.next().is_none()
        && no_placeholder(text)
}

/// Whether an Intercom token unpacks to `tok:`, a random part, and its version.
pub(super) fn intercom(text: &str) -> bool {
    let bytes = decode(text).unwrap_or_default();
    bytes.strip_prefix(b"tok:").is_some_and(|rest| rest.len() >= 30 && rest.iter().all(u8::is_ascii_graphic))
        && no_placeholder(text)
}

/// Whether a `PyPI` token is a macaroon of the second version for one of its locations.
pub(super) fn pypi(text: &str) -> bool {
    let Some(packed) = text.strip_prefix("pypi-") else { return false };
    let Some(bytes) = decode(packed) else { return false };
    // Version 2, field 1 with its length, field 2; then caveats, and the signature of 32 bytes as field 6.
    let Some(rest) = bytes.strip_prefix(&[2, 1]) else { return false };
    let Some((length, rest)) = rest.split_first() else { return false };
    let Some((location, rest)) = rest.split_at_checked(usize::from(*length)) else { return false };
    let signature = rest.len().checked_sub(34).and_then(|at| rest.get(at..at + 2));
    matches!(location, b"pypi.org" | b"test.pypi.org") && rest.first() == Some(&2) && signature == Some(&[6, 32])
}

/// Whether a text ends with 32 random bytes in Base64, behind the name of its parameter or not.
pub(super) fn key_of_32_bytes(text: &str) -> bool {
    let symbols = text.trim_end_matches("%3D").trim_end_matches("%3d").trim_end_matches('=');
    let symbols = symbols.rsplit_once(['=', ' ', '"', ':']).map_or(symbols, |(_, key)| key);
    let plain = symbols.replace("%2B", "+").replace("%2b", "+").replace("%2F", "/").replace("%2f", "/");
    decode(&plain).is_some_and(|bytes| bytes.len() == 32) && mixed(&plain)
}

/// Whether the member `d` of a JSON Web Key, or its value alone, is a private value: 28 random bytes or more.
pub(super) fn jwk(text: &str) -> bool {
    let value = text.rsplit('"').nth(1).unwrap_or(text).trim_end_matches('\\');
    decode(value).is_some_and(|bytes| bytes.len() >= 28) && mixed(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects() {
        // {"k":"9sPqZ…","n":"ci","id":1}
        let key = concat!("eyJ", "rIjoiOXNQcVp0NFJ2TG1YMndLeTdIYkQxZlRjR2pBdVlpIiwibiI6ImNpIiwiaWQiOjF9");
        assert!(grafana_api(key) && !grafana_cloud(key) && !sentry(key) && !mapbox(key) && !onepassword(key));
        assert!(!grafana_api(&key[..key.len() - 4]), "cut off");
        assert!(!grafana_api("") && !grafana_api("eyJ"));
    }

    #[test]
    fn the_number_of_a_bot() {
        assert!(discord("MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"), "Discord's own example");
        assert!(!discord("MTk4NjIyNDgzNDcxOTI1MjQA.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"), "not a digit");
        assert!(!discord("MTk4NjIyNDgz.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"), "too short");
        assert!(!discord("..") && !discord(""));
    }

    #[test]
    fn reference_tokens() {
        // reftkn:01:1700000000:9sPqZt4RvLmX2wKy7HbD1fTcGjA
        let token = concat!("cmVm", "dGtuOjAxOjE3MDAwMDAwMDA6OXNQcVp0NFJ2TG1YMndLeTdIYkQxZlRjR2pB");
        assert!(jfrog_reference(token));
        assert!(!jfrog_reference(&token[4..]) && !jfrog_reference(&token[..40]) && !jfrog_reference(""));
    }

    #[test]
    fn keys_of_32_bytes() {
        for key in [
            "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=",
            "PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=",
            "sig=yAnz5TF%2BlXXJte14tji3zlMNq%2Bhd2rYUIgJBgB3fBmk%3D",
        ] {
            assert!(key_of_32_bytes(key), "{key}");
        }
        for wrong in
            ["yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3f", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "=", ""]
        {
            assert!(!key_of_32_bytes(wrong), "{wrong}");
        }
    }

    #[test]
    fn private_members() {
        assert!(jwk(r#""d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE""#), "RFC 7517, appendix A.2");
        assert!(!jwk(r#""d":"870MB6gfuTJ4HtUnUvYM""#) && !jwk(r#""d":"""#) && !jwk(""));
    }

    #[test]
    fn macaroons() {
        assert!(!pypi("pypi-AgEIcHlwaS5vcmc") && !pypi("pypi-") && !pypi(""));
    }
}
