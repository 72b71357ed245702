//! Payment card numbers: issuer prefixes and lengths, the Luhn digit, and the groups they are written in.
//!
//! Published test numbers are no business of this file: they are ignore words of the identifiers.

use super::luhn::luhn;
use super::written::{Written, is_one_digit, value};

/// Issuers by the first six digits: from, to, lengths.
const ISSUERS: &[(u32, u32, &[usize])] = &[
    (222_100, 272_099, &[16]),                         // Mastercard, since 2017
    (300_000, 305_999, &[14, 16]),                     // Diners Club
    (309_500, 309_599, &[14, 16]),                     // Diners Club
    (340_000, 349_999, &[15]),                         // American Express
    (352_800, 358_999, &[16, 17, 18, 19]),             // JCB
    (360_000, 369_999, &[14, 16, 19]),                 // Diners Club
    (370_000, 379_999, &[15]),                         // American Express
    (380_000, 399_999, &[14, 16, 19]),                 // Diners Club
    (400_000, 499_999, &[13, 16, 19]),                 // Visa, Electron among them
    (501_800, 501_899, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (501_900, 501_999, &[16]),                         // Dankort
    (502_000, 502_099, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (503_800, 503_899, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (510_000, 559_999, &[16]),                         // Mastercard
    (589_300, 589_399, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (601_100, 601_199, &[16, 17, 18, 19]),             // Discover
    (620_000, 629_999, &[16, 17, 18, 19]),             // UnionPay
    (630_400, 630_499, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (644_000, 659_999, &[16, 17, 18, 19]),             // Discover
    (675_900, 675_999, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (676_100, 676_399, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (679_900, 679_999, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
];

/// Whether a text can be a payment card number, with consistent spaces, hyphens or none.
pub(super) fn credit_card(text: &str) -> bool {
    // Nine in ten fail the check digit: it comes first.
    luhn(text)
        && Written::parse(text, b" -").is_some_and(|card| {
            is_issued(card.symbols()) && is_well_grouped(&card) && !(card.is_in_fours() && is_series(card.symbols()))
        })
}

fn is_issued(symbols: &[u8]) -> bool {
    let Some(first) = symbols.get(..6).filter(|_| symbols.iter().all(u8::is_ascii_digit)) else { return false };
    let mut prefix = [0; 6];
    prefix.iter_mut().zip(first).for_each(|(digit, byte)| *digit = byte - b'0');
    let prefix = value(&prefix);
    let known = |(from, to, lengths): &(u32, u32, &[usize])| {
        (*from..=*to).contains(&prefix) && lengths.contains(&symbols.len())
    };
    ISSUERS.iter().any(known) && !is_one_digit(symbols)
}

/// Fours nearly everywhere; 4-6-5 and 4-6-4 on American Express and Diners Club, 6-13 on long numbers of China, 4-3-3-3 on old Visa.
fn is_well_grouped(card: &Written) -> bool {
    let own: &[usize] = match card.symbols().len() {
        13 => &[4, 3, 3],
        14 | 15 => &[4, 6],
        _ => &[6],
    };
    card.is_plain() || card.is_in_fours() || (card.is_grouped(own) && card.symbols().len() != 16)
}

/// Whether the groups are numbers in equal steps, give or take one: four columns of a table, axis marks.
fn is_series(symbols: &[u8]) -> bool {
    let groups: Vec<i64> = symbols
        .chunks_exact(4)
        .map(|group| group.iter().fold(0, |sum, byte| sum * 10 + i64::from(*byte) - i64::from(b'0')))
        .collect();
    let steps = groups.windows(2).filter_map(|pair| pair.last().zip(pair.first())).map(|(b, a)| b - a);
    steps.clone().max().zip(steps.min()).is_some_and(|(most, least)| most - least <= 1)
}

#[cfg(test)]
mod tests {
    use super::credit_card;

    #[test]
    fn published_numbers_of_every_issuer() {
        for valid in [
            "4222222222222",
            "4012888888881881",
            "4917610000000000003",
            "5555555555554444",
            "2223003122003222",
            "378282246310005",
            "6011000990139424",
            "30569309025904",
            "38520000023237",
            "36148900647913",
            "3530111333300000",
            "6200000000000005",
            "6759649826438453",
            "5019717010103742",
            "630490017740292441",
            "6799990100000000019",
            "4012 8888 8888 1881",
            "4012-8888-8888-1881",
            "3782 822463 10005",
            "3056 930902 5904",
        ] {
            assert!(credit_card(valid), "{valid}");
        }
    }

    #[test]
    fn near_misses() {
        for wrong in [
            "4012888888881882",    // check digit
            "401288888888188",     // length
            "7992739871300000008", // issuer
            "40128 88888 881881",  // groups
            "4012-8888 8888-1881", // mixed separators
            "4012  8888 8888 1881",
            "4012.8888.8888.1881",
            "3848 4488 5128 5768", // a row of a table
            "0000000000000000",
            "4",
            "",
        ] {
            assert!(!credit_card(wrong), "{wrong}");
        }
    }
}
