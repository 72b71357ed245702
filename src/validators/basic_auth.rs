//! The credentials of an HTTP Basic authorization header (RFC 7617).

use super::base64::decode;

/// User names and passwords that stand in documentation, not in use.
const USERS: [&str; 6] = ["user", "username", "login", "your_username", "your-username", "yourusername"];
const PASSWORDS: [&str; 7] = ["password", "pass", "passwd", "pwd", "your_password", "your-password", "yourpassword"];

/// Whether the last word of a header decodes to `user:password`, one of them not empty, neither a placeholder.
pub(super) fn http_basic(text: &str) -> bool {
    let token = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let Some(bytes) = decode(token) else { return false };
    let decoded = match String::from_utf8(bytes) {
        Ok(decoded) => decoded,
        // The header's older charset.
        Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
    };
    let Some((user, password)) = decoded.split_once(':') else { return false };
    let empty = user.is_empty() && password.is_empty();
    let filler = is_template(user) || is_template(password) || is_placeholder(user, password);
    !(empty || filler || decoded.chars().any(char::is_control))
}

fn is_placeholder(user: &str, password: &str) -> bool {
    let (user, password) = (user.to_lowercase(), password.to_lowercase());
    USERS.contains(&user.as_str()) && PASSWORDS.contains(&password.as_str())
}

/// `<user>`, `${USER}`, `{{ user }}`, `xxxx`, `****`.
fn is_template(text: &str) -> bool {
    let framed = (text.starts_with('<') && text.ends_with('>'))
        || (text.starts_with('{') || text.starts_with("${")) && text.ends_with('}');
    framed || (text.len() >= 3 && text.chars().all(|c| matches!(c, 'x' | 'X' | '*' | '.')))
}

#[cfg(test)]
mod tests {
    use super::http_basic;

    #[test]
    fn headers() {
        for valid in [
            "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", // RFC 7617
            "Authorization: Basic dGVzdDoxMjPCow==",             // RFC 7617, UTF-8
            "Authorization: Basic dGVzdDoxMjOj",                 // the same, ISO 8859-1
            "Authorization: Basic QWxhZGRpbjo=",                 // no password
        ] {
            assert!(http_basic(valid), "{valid}");
        }
        for wrong in [
            "Authorization: Basic dXNlcjpwYXNzd29yZA==",     // user:password
            "Authorization: Basic dXNlcm5hbWU6cGFzc3dvcmQ=", // username:password
            "Authorization: Basic Og==",                     // :
            "Authorization: Basic QWxhZGRpbg==",             // no colon
            "Authorization: Basic JHtVU0VSfToke1BBU1N9",     // ${USER}:${PASS}
            "Authorization: Basic AAECAzoEBQY=",             // control characters
            "Authorization: Basic authentication",
            "",
        ] {
            assert!(!http_basic(wrong), "{wrong}");
        }
    }
}
