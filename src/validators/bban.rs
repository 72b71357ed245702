//! Account numbers of single countries without the IBAN's front: France, Germany, Italy, Spain and the United Kingdom.
//!
//! Germany's check digits depend on the bank, the United Kingdom's on tables of sort codes: there, only the structure is looked at.

use super::written::{Written, is_one_digit};

/// A French RIB: bank 5, branch 5, account 11, key 2.
pub(super) fn france(text: &str) -> bool {
    let Some(written) = grouped(text, &[5, 5, 11]) else { return false };
    let symbols = written.symbols();
    let (Some(front), Some(account), Some(key)) = (symbols.get(..10), symbols.get(10..21), symbols.get(21..)) else {
        return false;
    };
    if !front.iter().chain(key).all(u8::is_ascii_digit) || key.len() != 2 || !account.iter().any(|b| *b != b'0') {
        return false;
    }
    // 97 - (the number without key, times 100) mod 97 is the key: the whole is a multiple of 97.
    symbols.iter().try_fold(0, |sum, symbol| Some((sum * 10 + rib_value(*symbol)?) % 97)) == Some(0)
        && key != b"00"
        && front.iter().any(|b| *b != b'0')
}

/// Letters count as the digits under them: A and J 1, B K S 2, … I R Z 9.
fn rib_value(symbol: u8) -> Option<u32> {
    let symbol = symbol.to_ascii_uppercase();
    Some(u32::from(match symbol {
        b'0'..=b'9' => symbol - b'0',
        b'A'..=b'I' => symbol - b'A' + 1,
        b'J'..=b'R' => symbol - b'J' + 1,
        b'S'..=b'Z' => symbol - b'S' + 2,
        _ => return None,
    }))
}

/// A German Bankleitzahl of 8 and an account of 10 digits, zeros in front.
pub(super) fn germany(text: &str) -> bool {
    let squeezed: String = text.chars().filter(|c| *c != ' ' && *c != '-').collect();
    let Some(digits) = Written::parse(&squeezed, b"").and_then(|w| w.digits::<18>()) else { return false };
    let [clearing_area, ..] = digits;
    let (bank, account) = digits.split_at(8);
    (1..=8).contains(&clearing_area) && !is_one_digit(bank) && !is_one_digit(account)
}

/// What characters at odd places (from 1) add to the Italian control letter: by digit or place in the alphabet.
const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/// An Italian BBAN: control letter (CIN), bank (ABI) 5, branch (CAB) 5, account 12.
pub(super) fn italy(text: &str) -> bool {
    let Some(written) = grouped(text, &[1, 5, 5]) else { return false };
    let [cin, rest @ ..] = written.symbols() else { return false };
    let Some((bank, account)) = rest.split_at_checked(10) else { return false };
    let place = |symbol: &u8| match symbol.to_ascii_uppercase() {
        digit @ b'0'..=b'9' => usize::from(digit - b'0'),
        letter => usize::from(letter.saturating_sub(b'A')),
    };
    let sum: u32 = rest
        .iter()
        .enumerate()
        .map(|(at, symbol)| match at % 2 {
            0 => ODD.get(place(symbol)).copied().unwrap_or(0),
            _ => place(symbol) as u32,
        })
        .sum();
    account.len() == 12
        && bank.iter().all(u8::is_ascii_digit)
        && account.iter().any(|b| *b != b'0')
        && u32::from(cin.to_ascii_uppercase()) == u32::from(b'A') + sum % 26
}

/// A Spanish CCC: bank 4, branch 4, two check digits, account 10.
pub(super) fn spain(text: &str) -> bool {
    const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let Some(digits) = grouped(text, &[4, 4, 2]).and_then(|w| w.digits::<20>()) else { return false };
    let check = |part: &[u8]| {
        let weights = WEIGHTS.iter().skip(WEIGHTS.len().saturating_sub(part.len()));
        let sum: u32 = part.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
        match 11 - sum % 11 {
            10 => 1,
            11 => 0,
            other => other,
        }
    };
    let [bank @ .., _, _, _, _, _, _, _, _, _, _, _, _] = &digits;
    let [_, _, _, _, _, _, _, _, first, second, account @ ..] = &digits;
    u32::from(*first) == check(bank)
        && u32::from(*second) == check(account)
        && !is_one_digit(bank)
        && !is_one_digit(account)
}

/// A British BBAN: bank 4 letters, sort code 6, account 8.
pub(super) fn uk(text: &str) -> bool {
    let Some(written) = grouped(text, &[4, 2, 2, 2]) else { return false };
    let Some((bank, rest)) = written.symbols().split_at_checked(4) else { return false };
    let one_case = bank.iter().all(u8::is_ascii_uppercase) || bank.iter().all(u8::is_ascii_lowercase);
    one_case && rest.iter().all(u8::is_ascii_digit) && is_account(rest)
}

/// A British sort code and account number, whatever stands between them: the pattern decides that.
pub(super) fn uk_sort_code(text: &str) -> bool {
    is_account(&text.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>())
}

/// Six digits of sort code, the first two of them an allotted block, and eight of account.
fn is_account(digits: &[u8]) -> bool {
    let Some((sort_code, account)) = digits.split_at_checked(6) else { return false };
    let block = sort_code.get(..2).unwrap_or_default();
    account.len() == 8 && block != b"00" && !is_one_digit(account) && account != b"12345678"
}

/// The number, if its separators stand between these fields. Groups of four are how an IBAN is printed: a wrong IBAN would
/// pass for the right account number in it.
fn grouped(text: &str, sizes: &[usize]) -> Option<Written> {
    Written::parse(text, b" -").filter(|written| written.breaks_only_between(sizes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(valid: &[&str], wrong: &[&str], rule: fn(&str) -> bool) {
        for text in valid {
            assert!(rule(text), "{text}");
        }
        for text in wrong {
            assert!(!rule(text), "{text}");
        }
    }

    #[test]
    fn published_examples() {
        hold(
            &["20041010050500013M02606", "20041 01005 0500013M026 06", "30006000011234567890189"],
            &[
                "20041010050500013M02607",
                "20041010050500013M0260",
                "20041 01005-0500013M026 06",
                "00000000000000000000000",
                "",
            ],
            france,
        );
        hold(
            &["370400440532013000", "37040044 0532013000", "370 400 44 0532013000"],
            &["070400440532013000", "970400440532013000", "370400440000000000", "37040044053201300", ""],
            germany,
        );
        hold(
            &["X0542811101000000123456", "X 05428 11101 000000123456", "x0542811101000000123456"],
            &[
                "Y0542811101000000123456",
                "X0542811101000000123457",
                "X054281110100000012345",
                "10542811101000000123456",
                "",
            ],
            italy,
        );
        hold(
            &["21000418450200051332", "2100 0418 45 0200051332", "1234-1234-16-1234567890"],
            &["21000418450200051333", "21000418350200051332", "2100 0418-45 0200051332", "00000000000000000000", ""],
            spain,
        );
        hold(
            &["WEST12345698765432", "NWBK 601613 31926819", "NWBK 60 16 13 31926819", "nwbk60161331926819"],
            &["WEST12345600000000", "WEST00345698765432", "WES112345698765432", "NwBK60161331926819", ""],
            uk,
        );
        hold(&["60-16-13 31926819"], &["00-16-13 31926819", "60-16-13 00000000", "60-16-13 3192681", ""], uk_sort_code);
    }
}
