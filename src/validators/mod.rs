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

mod argentina;
mod australia;
mod brazil_phone;
mod brazil_registers;
mod canada_health;
mod canada_papers;
mod chile;
mod colombia;
mod india_tax;
mod layout;
mod mexico;
mod udi;
mod usa_health;
mod usa_tax;

/// Says whether a matched text can be a real value.
pub type Validator = fn(&str) -> bool;

/// Every validator by the name that identifier files use.
pub static VALIDATORS: &[(&str, Validator)] = &[
    ("argentina_dni", argentina::dni),
    ("argentina_organization", argentina::organization),
    ("argentina_person", argentina::person),
    ("argentina_sube", argentina::sube),
    ("australia_tfn", australia::tfn),
    ("aws_secret", token::aws_secret),
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
    ("chile_rut", chile::rut),
    ("colombia_card", colombia::cedula),
    ("colombia_organization", colombia::organization),
    ("colombia_person", colombia::person),
    ("credit_card", card::credit_card),
    ("date_of_birth", date::date_of_birth),
    ("http_basic", basic_auth::http_basic),
    ("iban", iban::iban),
    ("india_aadhaar", india::aadhaar),
    ("india_pan", india_tax::pan),
    ("jwt", jwt::jwt),
    ("luhn", luhn::luhn),
    ("mexico_curp", mexico::curp),
    ("mexico_rfc_organization", mexico::rfc_organization),
    ("mexico_rfc_person", mexico::rfc_person),
    ("nanp_phone", phone::nanp),
    ("private_key", pem::private_key),
    ("putty_key", pem::putty_key),
    ("spain_dni", spain::dni),
    ("udi", udi::udi),
    ("uk_nhs", uk::nhs),
    ("uk_nino", uk::nino),
    ("uk_sort_code", bban::uk_sort_code),
    ("usa_dea", usa_health::dea),
    ("usa_drug_code", usa_health::drug_code),
    ("usa_hicn", usa_health::hicn),
    ("usa_itin", usa_tax::itin),
    ("usa_mbi", usa_health::mbi),
    ("usa_npi", usa_health::npi),
    ("usa_passport", usa::passport),
    ("usa_procedure", usa_health::procedure_code),
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
