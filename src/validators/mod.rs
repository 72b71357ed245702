//! Checksums and structural rules that a data identifier may name: one file for each family, and the list [`VALIDATORS`].
//!
//! A validator sees the matched text alone, separators included, and answers whether it can be a real value. It is total:
//! any text gets an answer, none panics. It knows nothing of keywords, places or severities.

mod azure;
mod base64;
mod basic_auth;
mod bban;
mod brazil;
mod canada;
mod card;
mod checksum;
mod date;
mod iban;
mod india;
mod jwt;
mod luhn;
mod packed;
mod passwords;
mod pem;
mod phone;
mod secret;
mod sized;
mod spain;
mod token;
mod uk;
mod usa;
mod written;

/// Says whether a matched text can be a real value.
pub type Validator = fn(&str) -> bool;

/// Every validator by the name that identifier files use.
pub static VALIDATORS: &[(&str, Validator)] = &[
    ("age_identity", checksum::age),
    ("aws_secret", token::aws_secret),
    ("azure_cosmos", azure::cosmos),
    ("azure_function", azure::function),
    ("azure_registry", azure::registry),
    ("azure_storage", azure::storage),
    ("bban_france", bban::france),
    ("bban_germany", bban::germany),
    ("bban_italy", bban::italy),
    ("bban_spain", bban::spain),
    ("bban_uk", bban::uk),
    ("brazil_cpf", brazil::cpf),
    ("canada_sin", canada::sin),
    ("connection_address", passwords::address),
    ("connection_parameter", passwords::parameter),
    ("credit_card", card::credit_card),
    ("date_of_birth", date::date_of_birth),
    ("discord_token", packed::discord),
    ("github_token", checksum::github),
    ("gitlab_token", checksum::gitlab),
    ("grafana_api", packed::grafana_api),
    ("grafana_cloud", packed::grafana_cloud),
    ("grafana_token", checksum::grafana),
    ("http_basic", basic_auth::http_basic),
    ("iban", iban::iban),
    ("india_aadhaar", india::aadhaar),
    ("intercom_token", packed::intercom),
    ("jfrog_reference", packed::jfrog_reference),
    ("json_web_key", packed::jwk),
    ("jwt", jwt::jwt),
    ("key_of_32_bytes", packed::key_of_32_bytes),
    ("luhn", luhn::luhn),
    ("mailchimp_key", sized::mailchimp),
    ("mapbox_token", packed::mapbox),
    ("mixed_token", secret::mixed),
    ("nanp_phone", phone::nanp),
    ("new_relic_license", sized::new_relic_license),
    ("no_placeholder", secret::no_placeholder),
    ("onepassword_token", packed::onepassword),
    ("private_key", pem::private_key),
    ("putty_key", pem::putty_key),
    ("pypi_token", packed::pypi),
    ("random_token", secret::random),
    ("sentry_token", packed::sentry),
    ("spain_dni", spain::dni),
    ("uk_nhs", uk::nhs),
    ("uk_nino", uk::nino),
    ("uk_sort_code", bban::uk_sort_code),
    ("usa_passport", usa::passport),
    ("usa_ssn", usa::ssn),
    ("varied_token", token::varied),
];

/// Looks a validator up by name.
pub fn validator(name: &str) -> Option<Validator> {
    VALIDATORS.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_without_doubles() {
        assert!(VALIDATORS.windows(2).all(|w| w[0].0 < w[1].0));
        assert!(validator("luhn").is_some());
        assert!(validator("none_such").is_none());
    }

    /// Every prefix and suffix of awkward texts, through every validator: an answer, never a panic.
    #[test]
    fn every_validator_is_total() {
        let awkward = [
            "",
            "é",
            "0",
            "-",
            "(",
            "()",
            "+1",
            "T00",
            "GB29 NWBK 6016 1331 9268 19",
            "4539 1488 0343 6467 99999999999999999999999999999999999999999999",
            "31.12.99999999999999999999999999",
            "15 de março de 1989T",
            "1er août 1990",
            "(202) 555-0143 ext. 12é",
            "eyJhbGciOiJub25lIn0.e30.",
            "...",
            "Authorization: Basic ====",
            "-----BEGIN RSA PRIVATE KEY-----\\nProc-Type: 4,ENCRYPTED\\nAAAA-----END RSA PRIVATE KEY-----",
            "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: é\nPublic-Lines: 99999999999\nPrivate-Lines: 0",
            "\u{0}\u{7f}\u{fffd}\u{1f600}",
            "٣٤٥٦٧٨٩٠١٢٣",
        ];
        for text in awkward {
            for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
                for (_, valid) in VALIDATORS {
                    let (front, back) = text.split_at(at);
                    valid(front);
                    valid(back);
                }
            }
        }
    }
}
