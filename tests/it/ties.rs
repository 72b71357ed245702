//! Numbers that several identifiers could claim: who gets them.

use crate::harness::Folder;

/// A line, and the only identifier that may report it.
const TIES: &[(&str, &str)] = &[
    // Passports of nine digits: the country that is named, else the most common.
    ("passport number 528301746", "USA_PASSPORT_NUMBER"),
    ("UK passport 528301746", "UK_PASSPORT_NUMBER"),
    ("HM Passport Office, no. 528301746", "UK_PASSPORT_NUMBER"),
    ("passport AB407152", "CANADA_PASSPORT_NUMBER"),
    ("spain passport AB407152", "SPAIN_PASSPORT_NUMBER"),
    ("pasaporte AAB407152", "SPAIN_PASSPORT_NUMBER"),
    ("passaporto YA4071523", "ITALY_PASSPORT_NUMBER"),
    ("passport number CF4071523", "ITALY_PASSPORT_NUMBER"),
    ("Reisepass C4X7NK20P", "GERMANY_PASSPORT_NUMBER"),
    ("passport number C4X7NK20P", "GERMANY_PASSPORT_NUMBER"),
    ("numéro de passeport 19KC40728", "FRANCE_PASSPORT_NUMBER"),
    // Licences.
    ("driver's license A4821573", "DRIVERS_LICENSE"),
    ("driving licence SPECI803159JA9KX", "UK_DRIVERS_LICENSE"),
    ("driver licence A1234-56786-71231", "CANADA_DRIVERS_LICENSE"),
    ("rijbewijs 4821573390", "NETHERLANDS_DRIVERS_LICENSE"),
    ("licence card number 482157339", "AUSTRALIA_DRIVERS_LICENSE"),
    // Spain: the letter is the same for all three.
    ("DNI 12345678Z", "SPAIN_DNI_NUMBER"),
    ("NIF 12345678Z", "SPAIN_NIF_NUMBER"),
    ("NIE X1234567L", "SPAIN_NIE_NUMBER"),
    ("NIF X1234567L", "SPAIN_NIE_NUMBER"),
    ("tax identification number X1234567L", "SPAIN_NIE_NUMBER"),
    ("NIF K0867756N", "SPAIN_NIF_NUMBER"),
    ("CIF A58818501", "SPAIN_TAX_IDENTIFICATION_NUMBER"),
    ("DNI 34.567.890", "ARGENTINA_DNI_NUMBER"),
    // France: one number, two papers.
    ("numéro de sécurité sociale 1 84 06 75 116 042 83", "FRANCE_NATIONAL_IDENTIFICATION_NUMBER"),
    ("carte vitale 1 84 06 75 116 042 83", "FRANCE_HEALTH_INSURANCE_NUMBER"),
    ("numéro d'assurance maladie 184067511604283", "FRANCE_HEALTH_INSURANCE_NUMBER"),
    ("insurance number JG103759A", "UK_NATIONAL_INSURANCE_NUMBER"),
    // Money.
    ("account number 4539142415920661", "CREDIT_CARD_NUMBER"),
    ("bank account number 4821573390", "BANK_ACCOUNT_NUMBER"),
    ("Kontonummer 37040044 0532013000", "GERMANY_BANK_ACCOUNT_NUMBER"),
    ("account number 60-16-13 31926819", "UK_BANK_ACCOUNT_NUMBER"),
    // Telephones without a country code.
    ("phone (202) 555-0143", "PHONE_NUMBER"),
    ("phone 415/555-0132", "PHONE_NUMBER"),
    ("phone 020 7946 0018", "UK_PHONE_NUMBER"),
    ("tél 01 99 00 12 34", "FRANCE_PHONE_NUMBER"),
    ("cellulare 347 123 4567", "ITALY_PHONE_NUMBER"),
    ("telefono 06 1234 5678", "ITALY_PHONE_NUMBER"),
    ("teléfono 612 345 678", "SPAIN_PHONE_NUMBER"),
    ("Telefon 030 123456", "GERMANY_PHONE_NUMBER"),
    ("telefone 0800 123 4567", "BRAZIL_PHONE_NUMBER"),
];

#[test]
fn one_text_has_one_type() {
    let folder = Folder::new();
    let apart = "- ".repeat(40);
    let lines: Vec<&str> = TIES.iter().flat_map(|(line, _)| [*line, &apart]).collect();
    folder.write("ties.txt", lines.join("\n"));
    let result = folder.scan(&["ties.txt"]);
    let groups = &result["findings"][0]["classificationDetails"]["result"]["sensitiveData"];
    let detections = groups.as_array().unwrap().iter().flat_map(|group| group["detections"].as_array().unwrap());
    let found: Vec<(u64, String)> = detections
        .flat_map(|d| {
            let id = d["type"].as_str().unwrap();
            d["matches"].as_array().unwrap().iter().map(move |m| (m["line"].as_u64().unwrap(), id.to_owned()))
        })
        .collect();
    let mut wrong = Vec::new();
    for (number, (line, id)) in (1..).step_by(2).zip(TIES) {
        let ids: Vec<&str> = found.iter().filter(|(at, _)| *at == number).map(|(_, id)| id.as_str()).collect();
        if ids != [*id] {
            wrong.push(format!("{line}: {ids:?}, not {id}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
