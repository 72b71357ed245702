//! Tables of hexadecimal digits: what is known of where a field's hyphens are leaves out nothing.

use super::{Pieces, custom, managed, same, set};
use proptest::prelude::*;

/// What can match in such fields: with and without keywords, which are of such digits too, and borders of each kind.
const SET: &str = r#"
[[identifier]]
id = "NEAR"
keywords = ["dea", "bad face"]
patterns = [{ regex = '\b[0-9a-f]{4}\b', requires_keyword = true }]
[[identifier]]
id = "LABELLED"
keywords = ["ssn"]
patterns = [{ regex = '\b\d{4}', requires_keyword = true }]
[[identifier]]
id = "ACCOUNT"
regex = '(?i)\bba\d\d(?:-?\d{2}){2}'
[[identifier]]
id = "NUMBER"
borders = "number"
regex = '\b\d{3,5}-\d{2}'
[[identifier]]
id = "KEY"
borders = "token"
regex = '\b[0-9a-f]{12}-[0-9a-f]{3}'
[[identifier]]
id = "LONG"
regex = '\b[0-9a-f]{16}x'
"#;

/// Cells of groups of digits, in so many rows; letters are as frequent as digits or rare, and some rows begin with a word.
fn table(cells: &[(Vec<usize>, u32)], digits: &[u8], rows: usize) -> Pieces {
    const BEGINNINGS: [&str; 5] = ["", "dea", "ba12", "bad-face", "0"];
    let names = ["ssn", "pan", "id", "face"].map(String::from).to_vec();
    let (mut source, mut digits) = (Pieces { names, ..Pieces::default() }, digits.iter().cycle());
    for row in 0..rows {
        for (at, (groups, label)) in cells.iter().enumerate() {
            source.text.push(if at == 0 { b'\n' } else { b',' });
            let start = source.text.len();
            for (number, length) in groups.iter().enumerate() {
                source.text.extend((number > 0).then_some(b'-'));
                source.text.extend(digits.by_ref().take(*length));
            }
            let beginning = BEGINNINGS[row % 5].as_bytes();
            if row > 10 && source.text.len() - start > beginning.len() && row % 3 != at {
                source.text[start..start + beginning.len()].copy_from_slice(beginning);
            }
            source.fields.push((start, source.text.len(), *label));
            source.texts.push(0);
        }
    }
    source.text.push(b'\n');
    source
}

fn cells() -> impl Strategy<Value = Vec<(Vec<usize>, u32)>> {
    proptest::collection::vec((proptest::collection::vec(0usize..18, 1..5), 0u32..5), 1..3)
}

fn digits() -> impl Strategy<Value = Vec<u8>> {
    let digit = prop_oneof![6 => b'0'..=b'9', 2 => b'a'..=b'f'];
    proptest::collection::vec(digit, 97)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn random_numbers_of_records(cells in cells(), digits in digits()) {
        let both: Vec<_> = custom("hex.toml", SET, &[]).unwrap().into_iter().chain(set()).collect();
        same(&both, &table(&cells, &digits, 36));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn random_numbers_among_all_identifiers(cells in cells(), digits in digits()) {
        same(&managed().unwrap(), &table(&cells, &digits, 14));
    }
}
