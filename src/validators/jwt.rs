//! JSON Web Tokens (RFC 7519) in the compact form of a signature (RFC 7515), signed or not.
//!
//! Encrypted tokens have five parts, and nothing in them can be read: they are refused.

use super::base64::decode;
use serde_json::{Map, Value};

/// Shorter signatures than this, in characters, don't exist.
const SHORTEST_SIGNATURE: usize = 10;

/// Whether a text is header, claims and signature: the first two JSON objects, the header with an algorithm.
pub(super) fn jwt(text: &str) -> bool {
    let mut parts = text.split('.');
    let (Some(header), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let Some(header) = object(header) else { return false };
    let Some(Value::String(algorithm)) = header.get("alg") else { return false };
    let signed = signature.len() >= SHORTEST_SIGNATURE && decode(signature).is_some();
    let unsigned = signature.is_empty() && algorithm.eq_ignore_ascii_case("none");
    (signed || unsigned) && object(claims).is_some()
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&decode(part)?).ok()
}

#[cfg(test)]
mod tests {
    use super::jwt;

    /// RFC 7515, appendix A.1.
    const HEADER: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
    const CLAIMS: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    /// RFC 7519, section 6.1: `{"alg":"none"}`.
    const UNSIGNED: &str = "eyJhbGciOiJub25lIn0";

    #[test]
    fn tokens_of_the_rfcs() {
        assert!(jwt(&format!("{HEADER}.{CLAIMS}.{SIGNATURE}")));
        assert!(jwt(&format!("{UNSIGNED}.{CLAIMS}.")));
    }

    #[test]
    fn near_misses() {
        assert!(!jwt(&format!("{HEADER}.{CLAIMS}.")), "signed, without a signature");
        assert!(!jwt(&format!("{HEADER}.{CLAIMS}")));
        assert!(!jwt(&format!("{HEADER}.{CLAIMS}.{SIGNATURE}.{SIGNATURE}")));
        assert!(!jwt(&format!("{HEADER}.{SIGNATURE}.{SIGNATURE}")), "claims that are no JSON");
        assert!(!jwt(&format!("{CLAIMS}.{CLAIMS}.{SIGNATURE}")), "no algorithm");
        assert!(!jwt("eyJ.eyJ.x") && !jwt("") && !jwt(".."));
    }
}
