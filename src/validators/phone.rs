//! Telephone numbers of the North American Numbering Plan: Canada, the United States and their neighbours.
//!
//! Whether a number is in service is not known here; numbers kept for fiction (555-01XX) have the form of any other.

/// Whether a text is a ten-digit number with a possible area code and exchange, with or without `+1`, `1`, `001` or `011 1` in front and an extension behind.
pub(super) fn nanp(text: &str) -> bool {
    parts(text).is_some_and(|(area, exchange, line)| {
        let alike = |digits: &[u8]| digits.iter().all(|digit| area.first() == Some(digit));
        is_area(area) && is_exchange(exchange) && !(alike(area) && alike(exchange) && alike(line))
    })
}

type Parts<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// Area code, exchange and line number, if what stands around and between them is usual.
fn parts(text: &str) -> Option<Parts<'_>> {
    let bytes = text.as_bytes();
    if let Some(parts) = plain_parts(bytes) {
        return Some(parts);
    }
    // In what holds an `x` or `e` without being an extension there are no parts.
    parts_of(bytes).or_else(|| {
        let extension = bytes.iter().position(|b| matches!(b, b'x' | b'X' | b'e' | b'E'))?;
        parts_of(bytes.get(..extension)?)
    })
}

/// The same of a number as most are written: three groups of digits, the same sign between them.
fn plain_parts(bytes: &[u8]) -> Option<Parts<'_>> {
    let (prefix, number) = bytes.split_last_chunk::<12>()?;
    let [a1, a2, a3, a, e1, e2, e3, b, l1, l2, l3, l4] = *number;
    // Without an end before the last, so that all are looked at at once.
    let most = [a1, a2, a3, e1, e2, e3, l1, l2, l3, l4].iter().fold(0, |most, byte| byte.wrapping_sub(b'0').max(most));
    let usual = a == b && matches!(a, b' ' | b'-' | b'.') && most <= 9 && is_prefix(prefix);
    usual.then(|| (&number[..3], &number[4..7], &number[8..]))
}

/// The same of a number without an extension.
fn parts_of(bytes: &[u8]) -> Option<Parts<'_>> {
    let (bytes, _) = take(bytes.trim_ascii_end(), |b| matches!(b, b',' | b';'));
    let (bytes, line) = take_digits(bytes, 4)?;
    let (bytes, before_line) = take_separators(bytes);
    let (bytes, exchange) = take_digits(bytes, 3)?;
    let (bytes, before_exchange) = take_separators(bytes);
    let (bytes, area) = take_digits(bytes, 3)?;
    let (bracketed, before_exchange) = match before_exchange.split_first() {
        Some((b')', rest)) => (true, rest),
        _ => (false, before_exchange),
    };
    let prefix = if bracketed { bytes.strip_suffix(b"(")? } else { bytes };
    let usual = match (before_exchange, before_line) {
        ([], []) => true,
        ([a], [b]) if a == b => *a != b'/',
        (a, b" " | b"-" | b"." | b"") if bracketed => matches!(a, b" " | b"-" | b"." | b""),
        (b" ", b"-" | b".") | (b"/", b"-" | b"." | b" ") => true,
        _ => false,
    };
    (usual && is_prefix(prefix)).then_some((area, exchange, line))
}

fn take_digits(bytes: &[u8], count: usize) -> Option<(&[u8], &[u8])> {
    let (rest, digits) = bytes.split_at_checked(bytes.len().checked_sub(count)?)?;
    digits.iter().all(u8::is_ascii_digit).then_some((rest, digits))
}

fn take_separators(bytes: &[u8]) -> (&[u8], &[u8]) {
    take(bytes, |b| matches!(b, b' ' | b'-' | b'.' | b'/' | b')'))
}

/// Takes the bytes of a kind from the end.
#[inline]
fn take(bytes: &[u8], is_of_kind: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let mut end = bytes.len();
    while let Some(last) = end.checked_sub(1)
        && bytes.get(last).is_some_and(|byte| is_of_kind(*byte))
    {
        end = last;
    }
    bytes.split_at_checked(end).unwrap_or((bytes, b""))
}

fn is_prefix(prefix: &[u8]) -> bool {
    if let b"" | b"+1 " | b"1 " | b"+1" | b"1" = prefix {
        return true;
    }
    let mut digits = [0; 4];
    let mut count = 0;
    for byte in prefix.iter().filter(|b| !matches!(b, b' ' | b'-' | b'.' | b'(' | b')')) {
        let Some(digit) = digits.get_mut(count) else { return false };
        *digit = *byte;
        count += 1;
    }
    let is_known = matches!(&digits[..count], b"" | b"1" | b"+1" | b"001" | b"0111");
    is_known && prefix.len() - count <= 4 && (count > 0 || prefix.is_empty())
}

/// `[2-9]XX`, but neither a service code (N11), nor one of the blocks that are set aside (37X, 96X), nor one for the plan's expansion (N9X).
fn is_area(area: &[u8]) -> bool {
    !matches!(area, [b'3', b'7', _] | [b'9', b'6', _] | [_, b'9', _]) && is_exchange(area)
}

/// `[2-9]XX`, but no service code.
fn is_exchange(exchange: &[u8]) -> bool {
    matches!(exchange, [b'2'..=b'9', second, third] if (*second, *third) != (b'1', b'1'))
}

#[cfg(test)]
mod tests {
    use super::nanp;

    #[test]
    fn usual_ways_to_write_it() {
        for valid in [
            "(202) 555-0143",
            "(202)555-0143",
            "202-555-0143",
            "202.555.0143",
            "415/555-0132",
            "202 555 0143",
            "202 555-0143",
            "2025550143",
            "+1 212-555-0198",
            "+12125550198",
            "+1 (212) 555-0198",
            "+1-212-555-0198",
            "+1)212-555-0198",
            "1-800-555-0199",
            "1 (800) 555-0199",
            "001 212 555 0198",
            "011-1-212-555-0198",
            "202-555-0143 ext. 12",
            "202-555-0143x7",
        ] {
            assert!(nanp(valid), "{valid}");
        }
    }

    #[test]
    fn near_misses() {
        for wrong in [
            "102-555-0143",
            "211-555-0143",
            "370-555-0143",
            "961-555-0143",
            "290-555-0143",
            "202-155-0143",
            "202-911-0143",
            "222-222-2222",
            "202-555.0143",
            "202-5550143",
            "(202 555-0143",
            "202) 555-0143",
            "+2 202-555-0143",
            "02-555-0143",
            "202--555--0143",
            "202/555/0143",
            "(202)/555-0143",
            "202-555-014",
            "",
        ] {
            assert!(!nanp(wrong), "{wrong}");
        }
    }
}
