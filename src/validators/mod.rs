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
mod entropy;
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
mod pairs;
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
    /// Whether a match may begin with this text. Which digits stand in it makes no difference.
    pub opens: fn(&[u8]) -> bool,
}

/// A kind of place that the engine finds in passing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClueAt {
    /// The start of a word with a capital that may begin a name, as far as its letters and the two bytes behind them tell: see
    /// [`may_be_name`]. Or of one with a letter beyond ASCII.
    Capital,
    /// The start of a number that [`house_numbers`] does not leave out.
    HouseNumber,
    /// The start of a number of five digits.
    FiveDigits,
}

/// Whether a name can begin with a word whose letters of ASCII a text stands behind.
pub use name::goes_on as may_be_name;

/// What lets most names and places begin: where no clue at a capital or at five digits shows in a text that ends with a blank and
/// this, none shows before another text.
pub const MOST_OF_A_NAME: &[u8] = b"Xqzqx ";

pub use address::{Alphanumerics, house_numbers, may_open_with_number};

/// The clues of the validators that have one. A pattern uses its clue if its matches begin words.
pub static CLUES: &[(&str, Clue)] = &[
    (
        "address_number_first",
        Clue {
            at: ClueAt::HouseNumber,
            shows: address::number_first_opens,
            before: 0,
            opens: address::number_first_opens,
        },
    ),
    (
        "address_street_first",
        Clue {
            at: ClueAt::FiveDigits,
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

/// Every validator: the name that identifier files use, what it checks, and the function.
pub static VALIDATORS: &[(&str, &str, Validator)] = &[
    ("address_box", "a box number behind the words for it", address::box_number),
    (
        "address_number_first",
        "a house number, a street and, where they stand, a place and a postcode that exist in form",
        address::number_first,
    ),
    ("address_street_first", "a street, a house number and a postcode that exists in form", address::street_first),
    ("age_identity", "Bech32 checksum", checksum::age),
    ("argentina_dni", "seven or eight digits, dots between thousands or none", argentina::dni),
    ("argentina_organization", "an organization's prefix and the check digit modulo 11", argentina::organization),
    ("argentina_person", "a person's prefix and the check digit modulo 11", argentina::person),
    ("argentina_sube", "sixteen digits from 6061 with a Luhn digit", argentina::sube),
    ("australia_tfn", "weighted sum of the digits is a multiple of 11", australia::tfn),
    ("aws_secret", "as varied as 40 random Base64 characters; no path, hash or words", token::aws_secret),
    ("azure_cosmos", "marked key with its checksum, or 64 random bytes in Base64", azure::cosmos),
    ("azure_function", "marked key with its checksum", azure::function),
    ("azure_registry", "marked password with its checksum", azure::registry),
    ("azure_storage", "marked key with its checksum, or 64 random bytes in Base64", azure::storage),
    ("bank_account", "9 to 17 digits that are no filler", security_code::bank_account),
    ("bban_france", "lengths of the RIB's parts and its key modulo 97", bban::france),
    ("bban_germany", "bank code and account number that exist in form", bban::germany),
    ("bban_italy", "lengths of the BBAN's parts and its control letter", bban::italy),
    ("bban_spain", "the two check digits of the CCC modulo 11", bban::spain),
    ("bban_uk", "bank letters, sort code and account number in form", bban::uk),
    ("brazil_cep", "eight digits of a postal code, with its separators or none", brazil_registers::cep),
    ("brazil_cnpj", "two check digits modulo 11", brazil_registers::cnpj),
    ("brazil_cpf", "two check digits modulo 11", brazil::cpf),
    ("brazil_phone", "an area code that exists, and a number that can be dialled", brazil_phone::brazil_phone),
    (
        "brazil_rg",
        "the form of a state's or the national identity card; its check character where it has one",
        brazil_registers::rg,
    ),
    (
        "canada_health",
        "the form of a province's health number, and its check digit where it has one",
        canada_health::health_number,
    ),
    ("canada_passport", "two letters and six digits, or a letter, six digits and two letters", canada_papers::passport),
    ("canada_permanent_resident", "the form of a card's or a client's number", canada_papers::permanent_resident),
    ("canada_sin", "Luhn digit, and a first digit that is issued", canada::sin),
    ("card_expiration", "a month from ten years ago to twenty years ahead", card_expiration::card_expiration),
    (
        "card_security_code",
        "three or four digits, neither zeros nor a year of these decades",
        security_code::card_security_code,
    ),
    ("chile_rut", "check character modulo 11", chile::rut),
    ("colombia_card", "six to eight digits, or ten from 1; dots between thousands or none", colombia::cedula),
    ("colombia_organization", "nine digits from 800 million on, and the check digit", colombia::organization),
    ("colombia_person", "a citizen's or person's number, and the check digit", colombia::person),
    ("connection_address", "the password in the address is no placeholder", passwords::address),
    ("connection_parameter", "the value of the last parameter is a password, no placeholder", passwords::parameter),
    ("cookie_header", "a whole header with at least one cookie", cookie::cookie_header),
    ("coordinates", "a latitude and a longitude on the globe, not around 0, 0", coordinates::coordinates),
    ("credit_card", "Luhn digit, an issuer's prefix and length, consistent separators", card::credit_card),
    ("date_of_birth", "a calendar date from 1900 to the end of this year", date::date_of_birth),
    ("discord_token", "the first part decodes to the number of a bot", packed::discord),
    ("entropy_2", "more than 2 bits of entropy for each character", entropy::over_2),
    ("entropy_2_5", "more than 2.5 bits of entropy for each character", entropy::over_2_5),
    ("entropy_3", "more than 3 bits of entropy for each character", entropy::over_3),
    ("entropy_3_5", "more than 3.5 bits of entropy for each character", entropy::over_3_5),
    ("entropy_4", "more than 4 bits of entropy for each character", entropy::over_4),
    ("entropy_4_5", "more than 4.5 bits of entropy for each character", entropy::over_4_5),
    ("european_health_card", "the number of a card of any country but Finland", european_health::card),
    ("finland_health_card", "the number of a Finnish card", european_health::finland),
    (
        "finland_licence",
        "a date of birth, the century's sign and the check character modulo 31",
        licence_europe::finland_licence,
    ),
    ("france_health_card", "the holder's NIR with its key, or 21 digits in 10-10-1", france::health_card),
    ("france_identity_card", "the form of a number of 1988 to 2021, or of the present card", france::identity_card),
    (
        "france_licence",
        "year, month and department of the file, or the form since 2013",
        licence_europe::france_licence,
    ),
    ("france_nir", "sex, date, department and the key modulo 97", france::nir),
    ("france_phone", "nine digits behind the zero that can be dialled", european_phone::france),
    ("france_tax", "three check digits: the remainder modulo 511", france::tax),
    ("germany_identity_card", "nine characters with their check digit, or the form without it", germany::identity_card),
    ("germany_licence", "check digit modulo 11", licence_europe::germany_licence),
    ("germany_passport", "nine characters with their check digit, or the form without it", germany::passport),
    ("germany_phone", "an area code or mobile prefix and a possible length", european_phone::germany),
    ("germany_tax", "check digit by ISO 7064, and one digit that occurs twice or three times", germany::tax),
    ("github_token", "CRC-32 checksum in the last six characters", checksum::github),
    ("gitlab_token", "checksum of a routable token; chance letters for the others", checksum::gitlab),
    ("grafana_api", "decodes to a key that names itself and its organization", packed::grafana_api),
    ("grafana_cloud", "decodes to a token that names organization and key", packed::grafana_cloud),
    ("grafana_token", "CRC-32 checksum in the last eight characters", checksum::grafana),
    ("http_basic", "decodes to user:password, neither a placeholder", basic_auth::http_basic),
    ("iban", "the country's length and fields, and the check digits modulo 97", iban::iban),
    ("india_aadhaar", "Verhoeff check digit, first digit from 2, no palindrome", india::aadhaar),
    ("india_licence", "a state's code and a year", licence_india::india_licence),
    ("india_pan", "the letter of a kind of holder at its place", india_tax::pan),
    ("intercom_token", "decodes to tok:, a random part and its version", packed::intercom),
    ("italy_codice_fiscale", "month, day, sex, and the control letter", italy::codice_fiscale),
    ("italy_phone", "a prefix and a length that can be dialled", european_phone::italy),
    ("jfrog_reference", "decodes to a token that names itself as one", packed::jfrog_reference),
    ("json_web_key", "the private member holds 28 random bytes or more", packed::jwk),
    ("jwt", "header and claims decode to JSON objects, the header with an algorithm", jwt::jwt),
    ("key_of_32_bytes", "ends with 32 random bytes in Base64", packed::key_of_32_bytes),
    ("latitude", "a latitude, not around 0", coordinates::latitude),
    ("luhn", "Luhn check digit", luhn::luhn),
    ("magnetic_stripe", "the layout of track 1 or 2, with the number of a payment card", magstripe::magnetic_stripe),
    ("mailchimp_key", "32 hexadecimal digits and a data centre", sized::mailchimp),
    ("mapbox_token", "decodes to JSON that names user and token", packed::mapbox),
    ("mexico_curp", "date, sex, state, and the check digit", mexico::curp),
    ("mexico_rfc_organization", "date and check character of an organization", mexico::rfc_organization),
    ("mexico_rfc_person", "date and check character of a person", mexico::rfc_person),
    ("mixed_token", "lower case, upper case and digits alternate as by chance; no placeholder", secret::mixed),
    ("name_full", "known given names and surnames that weigh enough together", name::full),
    ("name_labelled", "words that can be a name, none of them a common word or a company", name::labelled),
    ("name_titled", "a title and words that can be a name", name::titled),
    ("nanp_phone", "an area code and an exchange that are possible", phone::nanp),
    ("new_relic_license", "40 characters that end with NRAL", sized::new_relic_license),
    ("no_placeholder", "no placeholder word, run, counter or repetition", secret::no_placeholder),
    ("nova_scotia_licence", "letters of the surname and a date of birth", licence_canada::nova_scotia_licence),
    ("onepassword_token", "decodes to an account and its key", packed::onepassword),
    ("ontario_licence", "a date of birth in the last six digits", licence_canada::ontario_licence),
    ("private_key", "BEGIN line and the body of a real key", pem::private_key),
    ("putty_key", "all headers in order, a private part, and its MAC", pem::putty_key),
    ("pypi_token", "decodes to a macaroon of one of PyPI's locations", packed::pypi),
    ("quebec_licence", "a date of birth at its place", licence_canada::quebec_licence),
    ("random_token", "letters and digits as random ones have them; no placeholder", secret::random),
    ("sentry_token", "decodes to when and for which address it was issued", packed::sentry),
    ("serial_number", "letters and digits that are no filler", security_code::serial_number),
    ("spain_cif", "check digit or letter of a company's number", spain_tax::cif),
    ("spain_dni", "control letter modulo 23", spain::dni),
    ("spain_licence", "control letter of the holder's DNI or NIE", licence_europe::spain_licence),
    ("spain_nie", "control letter modulo 23", spain_tax::nie),
    ("spain_nif", "control letter modulo 23", spain_tax::nif),
    ("spain_phone", "nine digits that can be dialled", european_phone::spain),
    ("spain_social_security", "a province, and the check digits modulo 97", spain_social::social_security),
    ("sweden_licence", "a date of birth and a Luhn digit", licence_europe::sweden_licence),
    ("udi", "issuing agency's form and its check character", udi::udi),
    ("uk_electoral", "two capitals and one to four digits; no common word before a number", uk_tax::electoral),
    ("uk_licence", "surname, date of birth and initials at their places", licence_europe::uk_licence),
    ("uk_nhs", "check digit modulo 11", uk::nhs),
    ("uk_nino", "a prefix that is allocated, and a suffix from A to D", uk::nino),
    ("uk_phone", "an area code or mobile prefix and its length", european_phone::uk),
    ("uk_sort_code", "sort code and account number in form", bban::uk_sort_code),
    ("uk_temporary_reference", "two digits, a letter, five digits", uk_tax::temporary_reference),
    ("uk_utr", "the first digit checks the others", uk_tax::utr),
    ("usa_dea", "kind of registrant and check digit", usa_health::dea),
    ("usa_drivers_license", "the form of some state's licence number", licence_usa::usa_drivers_license),
    ("usa_drug_code", "labeler, product and package in one of the known forms", usa_health::drug_code),
    ("usa_hicn", "an issued Social Security number with a beneficiary's code, or a railroad number", usa_health::hicn),
    ("usa_itin", "groups that are issued to taxpayers", usa_tax::itin),
    ("usa_mbi", "letters and digits at their places, without those left out", usa_health::mbi),
    ("usa_npi", "Luhn digit behind 80840", usa_health::npi),
    ("usa_passport", "nine digits, or a letter and eight digits", usa::passport),
    ("usa_procedure", "a block of codes that is in use", usa_health::procedure_code),
    ("usa_ssn", "area, group and serial that can be issued; no check digit exists", usa::ssn),
    ("vin", "check digit of the ninth place, or the form where none is used", vin::vin),
];

/// Looks a validator up by name.
pub fn validator(name: &str) -> Option<Validator> {
    VALIDATORS.iter().find(|(known, ..)| *known == name).map(|(.., function)| *function)
}

/// What a validator checks, in a few words.
pub fn description(name: &str) -> Option<&'static str> {
    VALIDATORS.iter().find(|(known, ..)| *known == name).map(|(_, what, _)| *what)
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

    #[test]
    fn each_says_what_it_checks() {
        for (name, what, _) in VALIDATORS {
            assert!((4..100).contains(&what.len()) && !what.ends_with('.') && !what.contains('\n'), "{name}: {what}");
        }
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
                for (.., valid) in VALIDATORS {
                    let (front, back) = text.split_at(at);
                    valid(front);
                    valid(back);
                }
            }
        }
    }
}
