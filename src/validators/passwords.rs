//! Passwords in connection strings and addresses: what is no placeholder, no variable and no default.
//!
//! A chosen password has no form; only what it surely is not can be said.

/// What documents and templates write where a password belongs.
const STAND_INS: [&str; 26] = [
    "password",
    "passwd",
    "passwort",
    "pass",
    "pwd",
    "pw",
    "secret",
    "mypassword",
    "mypass",
    "mysecret",
    "yourpassword",
    "changeme",
    "changeit",
    "user",
    "username",
    "root",
    "admin",
    "guest",
    "test",
    "token",
    "key",
    "null",
    "none",
    "true",
    "false",
    "example",
];

/// Whether the password in the user part of an address is one.
pub(super) fn address(text: &str) -> bool {
    let Some((user_info, _)) = text.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')) else { return false };
    user_info
        .split_once(':')
        .is_some_and(|(user, password)| !user.eq_ignore_ascii_case(password) && is_password(password))
}

/// Whether the value of a text's last parameter is a password.
pub(super) fn parameter(text: &str) -> bool {
    let text = text.trim_end_matches([';', '&', '"', '\'']);
    let value = text.rsplit_once(['?', ';', '&']).map_or(text, |(_, last)| last);
    value.split_once('=').is_some_and(|(_, value)| is_password(value.trim()))
}

fn is_password(value: &str) -> bool {
    let bare: String = value.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let first = value.chars().next();
    let same = value.chars().all(|c| Some(c) == first);
    let variable = ["${", "{{", "}}", "#{", "$(", "%s", "%v", "%d", "<", ">", "(", ")", "***", "..."];
    let stand_in = ["password", "passwd", "your", "placeholder", "redacted", "example", "xxxx", "changeme"];
    value.len() >= 3
        && !same
        && !first.is_some_and(|c| "$%{[*".contains(c))
        && !STAND_INS.contains(&bare.as_str())
        && !stand_in.iter().any(|word| bare.contains(word))
        && !variable.iter().any(|sign| value.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::{address, parameter};

    #[test]
    fn addresses() {
        assert!(address("proto://app:Zt4RvLmX2w@db.internal:5432"));
        assert!(address("proto://:Zt4RvLmX2w@cache-1.corp.internal"));
        assert!(address("proto://app:9sPq%40Zt4@10.1.2.3"));
        for wrong in [
            "proto://user:password@db.internal",
            "proto://app:${DB_PASSWORD}@db.internal",
            "proto://app:$DB_PASS@db.internal",
            "proto://app:<password>@db.internal",
            "proto://app:*****@db.internal",
            "proto://app:{pw}@db.internal",
            "proto://app:%s@db.internal",
            "proto://postgres:postgres@localhost",
            "proto://app:your-password@db.internal",
            "proto://app@db.internal",
            "proto://",
            "",
        ] {
            assert!(!address(wrong), "{wrong}");
        }
    }

    #[test]
    fn parameters() {
        assert!(parameter("x://db.internal/a?user=app&password=Zt4RvLmX2w") && parameter("Password = Zt4RvLmX2w;"));
        for wrong in ["password=", "password=%s", "password=secret", "pwd=getpass();", "Zt4RvLmX2w", ""] {
            assert!(!parameter(wrong), "{wrong}");
        }
    }
}
