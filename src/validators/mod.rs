//! Checksums and structural rules that a data identifier may name: one file for each family, and the list [`VALIDATORS`].
//!
//! A validator sees the matched text alone, separators included, and answers whether it can be a real value. It is total:
//! any text gets an answer, none panics. It knows nothing of keywords, places or severities.

mod address;
mod argentina;
mod australia;
mod azure;
mod base64;
mod basic_auth;
mod bban;
mod brazil;
mod brazil_phone;
mod brazil_registers;
mod calendar;
mod canada;
mod canada_health;
mod canada_papers;
mod card;
mod card_expiration;
mod checksum;
mod chile;
mod colombia;
mod cookie;
mod coordinates;
mod date;
mod dialled;
mod european_health;
mod european_phone;
mod france;
mod germany;
mod iban;
mod india;
mod india_tax;
mod italy;
mod jwt;
mod layout;
mod licence_canada;
mod licence_europe;
mod licence_india;
mod licence_usa;
mod luhn;
mod magstripe;
mod mexico;
mod name;
mod packed;
mod passwords;
mod pem;
mod phone;
mod secret;
mod security_code;
mod sized;
mod spain;
mod spain_social;
mod spain_tax;
mod token;
mod udi;
mod uk;
mod uk_tax;
mod usa;
mod usa_health;
mod usa_tax;
mod vin;
mod written;

/// Says whether a matched text can be a real value.
pub type Validator = fn(&str) -> bool;

/// What shows, before any regex is run, that a text which a validator accepts may begin: so patterns that can begin with any
/// word are tried at few places. It decides nothing: every text that the validator accepts must show it.
#[derive(Debug, Clone, Copy)]
pub struct Clue {
    /// At which kind of place to look for it.
    pub at: ClueAt,
    /// Whether it stands at the beginning of this text.
    pub shows: fn(&[u8]) -> bool,
    /// The match begins at the clue if this is 0, else up to so many bytes before it.
    pub before: usize,
    /// Whether a match may begin with this text.
    pub opens: fn(&[u8]) -> bool,
}

/// A kind of place that the engine finds in passing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClueAt {
    /// The start of a word with a capital, or with a letter beyond ASCII.
    Capital,
    /// The start of a number.
    Digit,
}

/// The clues of the validators that have one. A pattern uses its clue if its matches begin words.
pub static CLUES: &[(&str, Clue)] = &[
    (
        "address_number_first",
        Clue { at: ClueAt::Digit, shows: address::number_first_opens, before: 0, opens: address::number_first_opens },
    ),
    (
        "address_street_first",
        Clue {
            at: ClueAt::Digit,
            shows: address::code_shows,
            before: address::BEFORE_CODE,
            opens: address::street_first_opens,
        },
    ),
    ("name_full", Clue { at: ClueAt::Capital, shows: name::full_opens, before: 0, opens: name::full_opens }),
    (
        "name_labelled",
        Clue { at: ClueAt::Capital, shows: name::labelled_opens, before: 0, opens: name::labelled_opens },
    ),
];

/// Looks the clue of a validator up by name.
pub fn clue(name: &str) -> Option<Clue> {
    CLUES.iter().find(|(known, _)| *known == name).map(|(_, clue)| *clue)
}

/// Every validator by the name that identifier files use.
pub static VALIDATORS: &[(&str, Validator)] = &[
    ("address_box", address::box_number),
    ("address_number_first", address::number_first),
    ("address_street_first", address::street_first),
    ("age_identity", checksum::age),
    ("argentina_dni", argentina::dni),
    ("argentina_organization", argentina::organization),
    ("argentina_person", argentina::person),
    ("argentina_sube", argentina::sube),
    ("australia_tfn", australia::tfn),
    ("aws_secret", token::aws_secret),
    ("azure_cosmos", azure::cosmos),
    ("azure_function", azure::function),
    ("azure_registry", azure::registry),
    ("azure_storage", azure::storage),
    ("bank_account", security_code::bank_account),
    ("bban_france", bban::france),
    ("bban_germany", bban::germany),
    ("bban_italy", bban::italy),
    ("bban_spain", bban::spain),
    ("bban_uk", bban::uk),
    ("brazil_cep", brazil_registers::cep),
    ("brazil_cnpj", brazil_registers::cnpj),
    ("brazil_cpf", brazil::cpf),
    ("brazil_phone", brazil_phone::brazil_phone),
    ("brazil_rg", brazil_registers::rg),
    ("canada_health", canada_health::health_number),
    ("canada_passport", canada_papers::passport),
    ("canada_permanent_resident", canada_papers::permanent_resident),
    ("canada_sin", canada::sin),
    ("card_expiration", card_expiration::card_expiration),
    ("card_security_code", security_code::card_security_code),
    ("chile_rut", chile::rut),
    ("colombia_card", colombia::cedula),
    ("colombia_organization", colombia::organization),
    ("colombia_person", colombia::person),
    ("connection_address", passwords::address),
    ("connection_parameter", passwords::parameter),
    ("cookie_header", cookie::cookie_header),
    ("coordinates", coordinates::coordinates),
    ("credit_card", card::credit_card),
    ("date_of_birth", date::date_of_birth),
    ("discord_token", packed::discord),
    ("european_health_card", european_health::card),
    ("finland_health_card", european_health::finland),
    ("finland_licence", licence_europe::finland_licence),
    ("france_health_card", france::health_card),
    ("france_identity_card", france::identity_card),
    ("france_licence", licence_europe::france_licence),
    ("france_nir", france::nir),
    ("france_phone", european_phone::france),
    ("france_tax", france::tax),
    ("germany_identity_card", germany::identity_card),
    ("germany_licence", licence_europe::germany_licence),
    ("germany_passport", germany::passport),
    ("germany_phone", european_phone::germany),
    ("germany_tax", germany::tax),
    ("github_token", checksum::github),
    ("gitlab_token", checksum::gitlab),
    ("grafana_api", packed::grafana_api),
    ("grafana_cloud", packed::grafana_cloud),
    ("grafana_token", checksum::grafana),
    ("http_basic", basic_auth::http_basic),
    ("iban", iban::iban),
    ("india_aadhaar", india::aadhaar),
    ("india_licence", licence_india::india_licence),
    ("india_pan", india_tax::pan),
    ("intercom_token", packed::intercom),
    ("italy_codice_fiscale", italy::codice_fiscale),
    ("italy_phone", european_phone::italy),
    ("jfrog_reference", packed::jfrog_reference),
    ("json_web_key", packed::jwk),
    ("jwt", jwt::jwt),
    ("key_of_32_bytes", packed::key_of_32_bytes),
    ("luhn", luhn::luhn),
    ("magnetic_stripe", magstripe::magnetic_stripe),
    ("mailchimp_key", sized::mailchimp),
    ("mapbox_token", packed::mapbox),
    ("mexico_curp", mexico::curp),
    ("mexico_rfc_organization", mexico::rfc_organization),
    ("mexico_rfc_person", mexico::rfc_person),
    ("mixed_token", secret::mixed),
    ("name_full", name::full),
    ("name_labelled", name::labelled),
    ("name_titled", name::titled),
    ("nanp_phone", phone::nanp),
    ("new_relic_license", sized::new_relic_license),
    ("no_placeholder", secret::no_placeholder),
    ("nova_scotia_licence", licence_canada::nova_scotia_licence),
    ("onepassword_token", packed::onepassword),
    ("ontario_licence", licence_canada::ontario_licence),
    ("private_key", pem::private_key),
    ("putty_key", pem::putty_key),
    ("pypi_token", packed::pypi),
    ("quebec_licence", licence_canada::quebec_licence),
    ("random_token", secret::random),
    ("sentry_token", packed::sentry),
    ("serial_number", security_code::serial_number),
    ("spain_cif", spain_tax::cif),
    ("spain_dni", spain::dni),
    ("spain_licence", licence_europe::spain_licence),
    ("spain_nie", spain_tax::nie),
    ("spain_nif", spain_tax::nif),
    ("spain_phone", european_phone::spain),
    ("spain_social_security", spain_social::social_security),
    ("sweden_licence", licence_europe::sweden_licence),
    ("udi", udi::udi),
    ("uk_electoral", uk_tax::electoral),
    ("uk_licence", licence_europe::uk_licence),
    ("uk_nhs", uk::nhs),
    ("uk_nino", uk::nino),
    ("uk_phone", european_phone::uk),
    ("uk_sort_code", bban::uk_sort_code),
    ("uk_temporary_reference", uk_tax::temporary_reference),
    ("uk_utr", uk_tax::utr),
    ("usa_dea", usa_health::dea),
    ("usa_drivers_license", licence_usa::usa_drivers_license),
    ("usa_drug_code", usa_health::drug_code),
    ("usa_hicn", usa_health::hicn),
    ("usa_itin", usa_tax::itin),
    ("usa_mbi", usa_health::mbi),
    ("usa_npi", usa_health::npi),
    ("usa_passport", usa::passport),
    ("usa_procedure", usa_health::procedure_code),
    ("usa_ssn", usa::ssn),
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
