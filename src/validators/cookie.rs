//! HTTP cookie headers (RFC 6265): `Cookie: a=b; c=d` and `Set-Cookie: a=b; Path=/`.
//!
//! It does not know which cookies identify somebody. Templates and placeholders are not cookies.

/// Attributes of `Set-Cookie`: they stand beside a cookie and are none.
const ATTRIBUTES: [&str; 10] =
    ["path", "domain", "expires", "max-age", "secure", "httponly", "samesite", "partitioned", "priority", "version"];
/// Names and values that documentation uses for any name and any value.
const PLACEHOLDERS: [&str; 12] = [
    "name",
    "value",
    "key",
    "cookie",
    "cookie_name",
    "cookie_value",
    "cookie-name",
    "cookie-value",
    "foo",
    "bar",
    "...",
    "xxx",
];

/// Whether a text is a whole header with at least one cookie.
pub(super) fn cookie_header(text: &str) -> bool {
    let Some((header, rest)) = text.split_once(':') else { return false };
    let sets = header.contains('-');
    let mut cookies = 0usize;
    for (index, pair) in rest.trim_start_matches([' ', '\t', '"', '\'']).split(';').enumerate() {
        // One space may stand behind a semicolon, and the last may end the line.
        let pair = pair.strip_prefix(' ').unwrap_or(pair);
        let (name, value) = pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value)));
        let attribute = index > 0 && sets;
        match value {
            _ if attribute && is_attribute(name) => {
                if !value.unwrap_or_default().bytes().all(|b| b == b' ' || b == b',' || is_octet(b)) {
                    return false;
                }
            }
            Some(value) if !attribute && is_name(name) && !(index == 0 && is_attribute(name)) && is_value(value) => {
                cookies += usize::from(!is_placeholder(name, value));
            }
            None if pair.is_empty() && index > 0 => {}
            _ => return false,
        }
    }
    cookies > 0
}

fn is_attribute(name: &str) -> bool {
    ATTRIBUTES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A token of RFC 7230.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// What a cookie's value may hold. Browsers send commas too.
fn is_value(value: &str) -> bool {
    let value = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
    value.bytes().all(|b| is_octet(b) || b == b',')
}

fn is_octet(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && !matches!(byte, b'"' | b',' | b';' | b'\\')
}

/// Whether a pair is what a template or a manual writes, or a value that was cleared.
fn is_placeholder(name: &str, value: &str) -> bool {
    let known = |text: &str| PLACEHOLDERS.iter().any(|p| p.eq_ignore_ascii_case(text));
    let template = value.starts_with(['<', '{', '$', '%', '[', '(']) || value.contains("...") || name.contains('%');
    value.trim_matches('"').is_empty() || template || known(value) || (known(name) && value.len() < 8)
}

#[cfg(test)]
mod tests {
    use super::cookie_header;

    #[test]
    fn headers() {
        for valid in [
            "Set-Cookie: sessionid=38afes7a8; HttpOnly; Path=/",
            "Set-Cookie: id=a3fWa; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Secure; HttpOnly",
            "Cookie: yummy_cookie=choco; tasty_cookie=strawberry",
            "Cookie: SID=31d4d96e407aad42; lang=en-US;",
            "\"cookie\": \"sid=31d4d96e",
            "Cookie:SID=31d4d96e",
            "Cookie: a=1,2",
        ] {
            assert!(cookie_header(valid), "{valid}");
        }
    }

    #[test]
    fn near_misses() {
        for wrong in [
            "Cookie: name=value",
            "Set-Cookie: <cookie-name>=<cookie-value>",
            "Set-Cookie: Path=/; HttpOnly",
            "Cookie: session=${SESSION}",
            "Cookie: session=",
            "Cookie: no pair",
            "Cookie: sid=31d4 d96e",
            "Cookie: =31d4d96e",
            "Cookie: sid=31d4; then prose",
            "Set-Cookie: sid=31d4; Foo=bar baz",
            "Cookie:",
            "Cookie",
            "",
        ] {
            assert!(!cookie_header(wrong), "{wrong}");
        }
    }
}
