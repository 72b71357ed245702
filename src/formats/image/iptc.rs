//! IPTC fields, in the resource blocks of Photoshop or bare. Source: the IPTC information interchange model, record 2.

use super::{Metadata, text_of};

/// The resource that holds IPTC fields.
const IPTC: u16 = 0x0404;
const MARK: u8 = 0x1C;

/// Resource blocks, or bare fields.
pub(super) fn resources(mut bytes: &[u8], found: &mut Metadata) {
    if bytes.first() == Some(&MARK) {
        return fields(bytes, found);
    }
    while let Some((id, data, rest)) = resource(bytes) {
        if id == IPTC {
            fields(data, found);
        }
        bytes = rest;
    }
}

/// Number and data of the first block, and what is behind it. Names and data are filled up to even lengths.
fn resource(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let bytes = bytes.strip_prefix(b"8BIM")?;
    let (id, bytes) = bytes.split_first_chunk::<2>()?;
    let name = (usize::from(*bytes.first()?) + 1).next_multiple_of(2);
    let (length, bytes) = bytes.get(name..)?.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let data = bytes.get(..length.min(bytes.len()))?;
    let rest = bytes.get(length.next_multiple_of(2)..).unwrap_or_default();
    Some((u16::from_be_bytes(*id), data, rest))
}

fn fields(mut bytes: &[u8], found: &mut Metadata) {
    while let Some(([MARK, record, field, high, low], rest)) = bytes.split_first_chunk::<5>() {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        // Longer fields are pictures.
        let Some((value, rest)) = rest.split_at_checked(length).filter(|_| *high < 0x80) else { return };
        bytes = rest;
        if *record == 2
            && let Some(name) = name(*field)
        {
            found.field(name, &text_of(value));
        }
    }
}

fn name(field: u8) -> Option<&'static str> {
    Some(match field {
        5 => "Title",
        15 | 20 => "Category",
        25 => "Keywords",
        26 | 27 => "Location",
        40 => "Instructions",
        55 => "Date created",
        65 => "Program",
        80 => "Author",
        85 => "Author's position",
        90 => "City",
        92 => "Sublocation",
        95 => "State",
        101 => "Country",
        103 => "Job",
        105 => "Headline",
        110 => "Credit",
        115 => "Source",
        116 => "Copyright",
        118 => "Contact",
        120 => "Caption",
        122 => "Caption writer",
        _ => return None,
    })
}
