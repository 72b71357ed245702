//! The Indian permanent account number of a taxpayer. How its last letter is computed is not public, so it is not checked.

/// The kinds of holder: association, body, company, limited partnership (E or F), firm, government, family, local authority, juridical person, Krish, person, trust.
const HOLDERS: &[u8] = b"ABCEFGHJKLPT";

/// Whether a text has the form of a permanent account number: three letters, the kind of holder, an initial, four digits, a letter.
pub(super) fn pan(text: &str) -> bool {
    let Ok(symbols) = <[u8; 10]>::try_from(text.as_bytes()) else { return false };
    let [a, b, c, holder, initial, serial @ .., last] = symbols;
    [a, b, c, initial, last].iter().all(u8::is_ascii_alphabetic)
        && HOLDERS.contains(&holder.to_ascii_uppercase())
        && serial.iter().all(u8::is_ascii_digit)
        && &serial != b"0000"
}

#[cfg(test)]
mod tests {
    use super::pan;

    #[test]
    fn accounts() {
        for valid in ["ACUPA7085R", "AAPPV8261K", "acupa7085r", "BQTEK7314M"] {
            assert!(pan(valid), "{valid}");
        }
        for wrong in
            ["ACUPA7085RR", "ABMPA32111", "ABMXA3211G", "ACUPA0000R", "ABCDE1234F", "ACUPA708R", "A1UPA7085R", ""]
        {
            assert!(!pan(wrong), "{wrong}");
        }
    }
}
