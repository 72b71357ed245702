//! Checksums and structural rules that a data identifier may name: one file for each family, and the list [`VALIDATORS`].
//!
//! A validator sees the matched text alone, separators included, and answers whether it can be a real value. It is total:
//! any text gets an answer, none panics. It knows nothing of keywords, places or severities.

mod base64;
mod basic_auth;
mod bban;
mod brazil;
mod canada;
mod card;
mod date;
mod iban;
mod india;
mod jwt;
mod luhn;
mod pem;
mod phone;
mod spain;
mod token;
mod uk;
mod usa;
mod written;

mod dialled;
mod european_health;
mod european_phone;
mod france;
mod germany;
mod italy;
mod spain_social;
mod spain_tax;
mod uk_tax;

/// Says whether a matched text can be a real value.
pub type Validator = fn(&str) -> bool;

/// Every validator by the name that identifier files use.
pub static VALIDATORS: &[(&str, Validator)] = &[
    ("aws_secret", token::aws_secret),
    ("bban_france", bban::france),
    ("bban_germany", bban::germany),
    ("bban_italy", bban::italy),
    ("bban_spain", bban::spain),
    ("bban_uk", bban::uk),
    ("brazil_cpf", brazil::cpf),
    ("canada_sin", canada::sin),
    ("credit_card", card::credit_card),
    ("date_of_birth", date::date_of_birth),
    ("european_health_card", european_health::card),
    ("finland_health_card", european_health::finland),
    ("france_health_card", france::health_card),
    ("france_identity_card", france::identity_card),
    ("france_nir", france::nir),
    ("france_phone", european_phone::france),
    ("france_tax", france::tax),
    ("germany_identity_card", germany::identity_card),
    ("germany_passport", germany::passport),
    ("germany_phone", european_phone::germany),
    ("germany_tax", germany::tax),
    ("http_basic", basic_auth::http_basic),
    ("iban", iban::iban),
    ("india_aadhaar", india::aadhaar),
    ("italy_codice_fiscale", italy::codice_fiscale),
    ("italy_phone", european_phone::italy),
    ("jwt", jwt::jwt),
    ("luhn", luhn::luhn),
    ("nanp_phone", phone::nanp),
    ("private_key", pem::private_key),
    ("putty_key", pem::putty_key),
    ("spain_cif", spain_tax::cif),
    ("spain_dni", spain::dni),
    ("spain_nie", spain_tax::nie),
    ("spain_nif", spain_tax::nif),
    ("spain_phone", european_phone::spain),
    ("spain_social_security", spain_social::social_security),
    ("uk_electoral", uk_tax::electoral),
    ("uk_nhs", uk::nhs),
    ("uk_nino", uk::nino),
    ("uk_phone", european_phone::uk),
    ("uk_sort_code", bban::uk_sort_code),
    ("uk_temporary_reference", uk_tax::temporary_reference),
    ("uk_utr", uk_tax::utr),
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
