//! Keys whose form a pattern can only approach: their length is counted here, for a pattern has to begin before its first digit.

use super::secret::random;

/// Whether a text is a Mailchimp key: 32 hexadecimal digits and a data centre.
pub(super) fn mailchimp(text: &str) -> bool {
    text.split_once("-us").is_some_and(|(key, _)| key.len() == 32 && random(key))
}

/// Whether a text is a New Relic license key: 40 characters, the last four of them `NRAL`.
pub(super) fn new_relic_license(text: &str) -> bool {
    text.len() == 40 && text.strip_suffix("NRAL").is_some_and(random)
}

#[cfg(test)]
mod tests {
    use super::{mailchimp, new_relic_license};

    #[test]
    fn lengths() {
        let key = "da39a3ee5e6b4b0d3255bfef95601890";
        assert!(mailchimp(&format!("{key}-us6")) && !mailchimp(&format!("{key}a-us6")) && !mailchimp(key));
        assert!(new_relic_license(&format!("{key}FFFFNRAL")) && !new_relic_license(&format!("{key}FFFNRAL")));
        assert!(!mailchimp("") && !new_relic_license("NRAL"));
    }
}
