//! Checksums and structural rules that a data identifier may name: one file for each family, and the list [`VALIDATORS`].
//!
//! A validator sees the matched text alone, separators included, and answers whether it can be a real value. It is total:
//! any text gets an answer, none panics. It knows nothing of keywords, places or severities.

mod address;
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
mod name;
mod pem;
mod phone;
mod spain;
mod token;
mod uk;
mod usa;
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
    ("http_basic", basic_auth::http_basic),
    ("iban", iban::iban),
    ("india_aadhaar", india::aadhaar),
    ("jwt", jwt::jwt),
    ("luhn", luhn::luhn),
    ("name_full", name::full),
    ("name_labelled", name::labelled),
    ("name_titled", name::titled),
    ("nanp_phone", phone::nanp),
    ("private_key", pem::private_key),
    ("putty_key", pem::putty_key),
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
