//! Unique device identifiers of medical devices, in the forms of the three agencies: GS1, HIBCC and ICCBBA (ISBT 128).
//!
//! GS1's device number and the whole of HIBCC's end in a check character; ICCBBA's form has fixed fields and none.
//! Makers and catalogues are not known here.

use super::date::date_of_birth;

/// Whether a text is a device identifier of any agency, with or without the identifiers of production.
pub(super) fn udi(text: &str) -> bool {
    match text.as_bytes() {
        [b'(', ..] => gs1_written(text),
        [b'0', ..] => gs1_scanned(text),
        [b'+', ..] => hibcc(text),
        [b'=', ..] => iccbba(text),
        _ => false,
    }
}

/// As people read it: each field behind its number in parentheses.
fn gs1_written(text: &str) -> bool {
    let mut fields = text.split('(').skip(1).map(|field| field.split_once(')'));
    let device = matches!(fields.next(), Some(Some(("01", number))) if is_device(number.trim_end()));
    device && fields.all(|field| field.is_some_and(|(number, value)| is_field(number, value.trim_end())))
}

fn is_field(number: &str, value: &str) -> bool {
    match number {
        "11" | "13" | "15" | "16" | "17" => is_day(value),
        "10" | "21" => is_free(value, 20),
        _ => is_free(value, 90),
    }
}

/// As a scanner gives it: fields of fixed length one behind the other, others up to a separator.
fn gs1_scanned(text: &str) -> bool {
    let Some((device, mut rest)) = text.strip_prefix("01").and_then(|rest| rest.split_at_checked(14)) else {
        return false;
    };
    while let Some((number, behind)) = rest.split_at_checked(2) {
        let fixed = matches!(number, "11" | "13" | "15" | "16" | "17");
        let end = if fixed { 6 } else { behind.find('\u{1d}').unwrap_or(behind.len()) };
        let Some((value, after)) = behind.split_at_checked(end) else { return false };
        if !matches!(number, "11" | "13" | "15" | "16" | "17" | "10" | "21") || !is_field(number, value) {
            return false;
        }
        rest = if fixed { after } else { after.strip_prefix('\u{1d}').unwrap_or(after) };
    }
    rest.is_empty() && is_device(device)
}

/// Fourteen digits, the last of them a check digit: every second one from it counts three times.
fn is_device(number: &str) -> bool {
    let sum: u32 =
        number.bytes().rev().zip([1u32, 3].iter().cycle()).map(|(b, w)| u32::from(b.wrapping_sub(b'0')) * w).sum();
    number.len() == 14
        && number.bytes().all(|b| b.is_ascii_digit())
        && number.bytes().any(|b| b != b'0')
        && sum.is_multiple_of(10)
}

fn is_free(value: &str, longest: usize) -> bool {
    (1..=longest).contains(&value.len()) && value.bytes().last().is_some_and(|b| b.is_ascii_alphanumeric())
}

/// A day as `YYMMDD`, in a month and with 00 for one that is not said. It may well lie in the future.
fn is_day(value: &str) -> bool {
    let Some((month, day)) = value.get(2..).and_then(|rest| rest.split_at_checked(2)) else { return false };
    // 2000 and 1996 were leap years: as the year is not looked at, 29 February passes.
    value.len() == 6
        && value.bytes().all(|b| b.is_ascii_digit())
        && date_of_birth(&format!("2000{month}{}", if day == "00" { "01" } else { day }))
}

/// The values of characters in HIBCC's check sum, by their order.
const HIBCC_ALPHABET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

/// `+`, a labeler of a letter and three more, up to eighteen letters and digits of the product, a digit for the package, perhaps
/// `/` and the data of production, and a check character over everything.
fn hibcc(text: &str) -> bool {
    let value = |symbol: char| HIBCC_ALPHABET.chars().zip(0u32..).find(|(c, _)| *c == symbol).map(|(_, value)| value);
    let Some(check) = text.chars().last() else { return false };
    let Some(front) = text.strip_suffix(check) else { return false };
    let Some(sum) = front.chars().try_fold(0, |sum, symbol| Some((sum + value(symbol)?) % 43)) else { return false };
    // A space at the end would be lost, so people read `_`.
    let check = if check == '_' { ' ' } else { check };
    let (device, production) = front.split_once('/').map_or((front, None), |(d, p)| (d, Some(p)));
    let device = device.strip_prefix('+').unwrap_or_default().as_bytes();
    (6..=23).contains(&device.len())
        && device.iter().all(u8::is_ascii_alphanumeric)
        && device.first().is_some_and(u8::is_ascii_uppercase)
        && device.last().is_some_and(u8::is_ascii_digit)
        && production.is_none_or(|data| !data.is_empty())
        && value(check) == Some(sum)
}

/// A device of tissue or cells, `=/` and its fields, or a bag for blood, `=)` and `&)`.
fn iccbba(text: &str) -> bool {
    if let Some(bag) = text.strip_prefix("=)") {
        return bag.split_once("&)").is_some_and(|(maker, lot)| is_code(maker, 10) && is_code(lot, 10));
    }
    let Some((product, mut rest)) = text.strip_prefix("=/").and_then(|rest| rest.split_at_checked(16)) else {
        return false;
    };
    while !rest.is_empty() {
        let Some(after) = iccbba_field(rest) else { return false };
        rest = after;
    }
    let description = product.get(11..).unwrap_or_default();
    let is_description = description.starts_with(|c: char| c.is_ascii_uppercase())
        && description.bytes().skip(1).all(|b| b.is_ascii_digit());
    is_code(product, 16) && is_description
}

/// What stands behind a right first field.
fn iccbba_field(text: &str) -> Option<&str> {
    let field = |mark: &str, length: usize| text.strip_prefix(mark)?.split_at_checked(length);
    if let Some((serial, after)) = field("=,", 6) {
        return is_code(serial, 6).then_some(after);
    }
    if let Some((day, after)) = field("=>", 6).or_else(|| field("=}", 6)) {
        return is_day_of_year(day).then_some(after);
    }
    if let Some((lot, after)) = field("&,1", 18) {
        return is_code(lot, 18).then_some(after);
    }
    // The number of the donation, its mark a part of it.
    let (donation, after) = field("=", 15)?;
    let digits = donation.get(5..13)?;
    (is_code(donation, 15) && digits.bytes().all(|b| b.is_ascii_digit())).then_some(after)
}

fn is_code(text: &str, length: usize) -> bool {
    let filler = text.bytes().all(|b| b == b'0');
    text.len() == length && !filler && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// `CYYDDD`: a digit for the century, the year, the day of the year.
fn is_day_of_year(text: &str) -> bool {
    let day = text.get(3..).and_then(|day| day.parse::<u32>().ok());
    text.bytes().all(|b| b.is_ascii_digit()) && day.is_some_and(|day| (1..=366).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::udi;

    #[test]
    fn gs1() {
        for valid in [
            "(01)00844588003288(17)141120(10)7654321D(21)10987654d321",
            "(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234",
            "(01)51022222233336 (17)150700",
            "(01)51022222233336",
            "010084458800328817141120107654321D\u{1d}2110987654d321",
            "0151022222233336",
            "015102222223333611141231",
        ] {
            assert!(udi(valid), "{valid}");
        }
        for wrong in [
            "(01)00844588003289(17)141120",
            "(01)00000000000000",
            "(01)0084458800328",
            "(01)00844588003288(17)141320",
            "(01)00844588003288(17)14112",
            "(01)00844588003288(10)123456789012345678901",
            "(01)00844588003288(10)",
            "(01)00844588003288(10",
            "(02)00844588003288",
            "0151022222233337",
            "015102222223333699",
            "01510222222333361114123",
            "(",
            "01",
        ] {
            assert!(!udi(wrong), "{wrong}");
        }
    }

    #[test]
    fn hibcc() {
        for valid in [
            "+A123BJC5D6E71G",
            "+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202H",
        ] {
            assert!(udi(valid), "{valid}");
        }
        for wrong in ["+A123BJC5D6E71H", "+A123BJC5D6E7G", "+1123BJC5D6E71G", "+A123BJC5D6E72G", "+G", "+", "+é"] {
            assert!(!udi(wrong), "{wrong}");
        }
    }

    #[test]
    fn iccbba() {
        for valid in [
            "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123",
            "=/A9999XYZ100T0944",
            "=)1TE123456A&)RZ12345678",
        ] {
            assert!(udi(valid), "{valid}");
        }
        for wrong in [
            "=/A9999XYZ10010944",
            "=/A9999XYZ100T094",
            "=/A9999XYZ100T0944=>014367",
            "=/A9999XYZ100T0944=,00002",
            "=)1TE123456&)RZ12345678",
            "=)1TE123456A",
            "=/",
            "=",
            "",
        ] {
            assert!(!udi(wrong), "{wrong}");
        }
    }
}
