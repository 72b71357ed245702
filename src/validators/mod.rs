//! Checksums and structural rules that a data identifier may name: one file for each family, and the list [`VALIDATORS`].
//!
//! A validator sees the matched text alone, separators included, and answers whether it can be a real value. It is total:
//! any text gets an answer, none panics. It knows nothing of keywords, places or severities.

mod base64;
mod basic_auth;
mod bban;
mod brazil;
mod calendar;
mod canada;
mod card;
mod card_expiration;
mod cookie;
mod coordinates;
mod date;
mod iban;
mod india;
mod jwt;
mod licence_canada;
mod licence_europe;
mod licence_india;
mod licence_usa;
mod luhn;
mod magstripe;
mod pem;
mod phone;
mod security_code;
mod spain;
mod token;
mod uk;
mod usa;
mod vin;
mod written;

/// Says whether a matched text can be a real value.
pub type Validator = fn(&str) -> bool;

/// Every validator by the name that identifier files use.
pub static VALIDATORS: &[(&str, Validator)] = &[
    ("aws_secret", token::aws_secret),
    ("bank_account", security_code::bank_account),
    ("bban_france", bban::france),
    ("bban_germany", bban::germany),
    ("bban_italy", bban::italy),
    ("bban_spain", bban::spain),
    ("bban_uk", bban::uk),
    ("brazil_cpf", brazil::cpf),
    ("canada_sin", canada::sin),
    ("card_expiration", card_expiration::card_expiration),
    ("card_security_code", security_code::card_security_code),
    ("cookie_header", cookie::cookie_header),
    ("coordinates", coordinates::coordinates),
    ("credit_card", card::credit_card),
    ("date_of_birth", date::date_of_birth),
    ("finland_licence", licence_europe::finland_licence),
    ("france_licence", licence_europe::france_licence),
    ("germany_licence", licence_europe::germany_licence),
    ("http_basic", basic_auth::http_basic),
    ("iban", iban::iban),
    ("india_aadhaar", india::aadhaar),
    ("india_licence", licence_india::india_licence),
    ("jwt", jwt::jwt),
    ("luhn", luhn::luhn),
    ("magnetic_stripe", magstripe::magnetic_stripe),
    ("nanp_phone", phone::nanp),
    ("nova_scotia_licence", licence_canada::nova_scotia_licence),
    ("ontario_licence", licence_canada::ontario_licence),
    ("private_key", pem::private_key),
    ("putty_key", pem::putty_key),
    ("quebec_licence", licence_canada::quebec_licence),
    ("spain_dni", spain::dni),
    ("spain_licence", licence_europe::spain_licence),
    ("sweden_licence", licence_europe::sweden_licence),
    ("uk_licence", licence_europe::uk_licence),
    ("uk_nhs", uk::nhs),
    ("uk_nino", uk::nino),
    ("uk_sort_code", bban::uk_sort_code),
    ("usa_drivers_license", licence_usa::usa_drivers_license),
    ("usa_passport", usa::passport),
    ("usa_ssn", usa::ssn),
    ("varied_token", token::varied),
    ("vin", vin::vin),
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
