//! The values in a page of a table or an index (sqlite.org/fileformat2.html, sections 1.6 and 2.1), without the database
//! around it: no names of columns, but the numbers of rows.
//!
//! Iterative and bounded by the page; knows nothing of logs. What runs over onto other pages is asked for.

/// Bytes of one value's row that are read at most.
const LONGEST: usize = 1 << 20;

/// A value as it is stored.
#[derive(Debug, PartialEq)]
pub(super) enum Stored {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

/// One row: its number (0 in an index), and its values.
#[derive(Debug, PartialEq)]
pub(super) struct StoredRow {
    pub(super) number: i64,
    pub(super) values: Vec<Stored>,
}

/// The rows in a page. `is_first`: it is page 1, which begins with the file's header. `more` gives the page of a number.
pub(super) fn rows(page: &[u8], is_first: bool, more: &mut dyn FnMut(u32) -> Option<Vec<u8>>) -> Vec<StoredRow> {
    let start = if is_first { 100 } else { 0 };
    let Some(kind) = page.get(start) else { return Vec::new() };
    let (is_table, is_leaf) = match kind {
        0x0D => (true, true),
        0x0A => (false, true),
        0x02 => (false, false),
        _ => return Vec::new(),
    };
    let count = short(page, start + 3);
    let pointers = start + if is_leaf { 8 } else { 12 };
    let cell = |index: usize| {
        let at = short(page, pointers + 2 * index) + if is_leaf { 0 } else { 4 };
        row(page.get(at..)?, page.len(), is_table, more)
    };
    (0..count.min(page.len() / 4)).filter_map(cell).collect()
}

fn short(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..at + 2).map_or(0, |b| usize::from(u16::from_be_bytes([b[0], b[1]])))
}

/// A number of one to nine bytes, and what stands behind it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(9).enumerate() {
        if index == 8 {
            return Some((value << 8 | u64::from(*byte), &bytes[9..]));
        }
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

fn row(
    cell: &[u8],
    page_size: usize,
    is_table: bool,
    more: &mut dyn FnMut(u32) -> Option<Vec<u8>>,
) -> Option<StoredRow> {
    let (size, rest) = varint(cell)?;
    let size = usize::try_from(size).ok()?;
    let (number, rest) = if is_table { varint(rest)? } else { (0, rest) };
    let local = local_size(size, page_size, is_table);
    let mut payload = rest.get(..local.min(rest.len()))?.to_vec();
    if local < size {
        let mut next = rest.get(local..local + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
        while payload.len() < size.min(LONGEST)
            && next != 0
            && let Some(page) = more(next)
        {
            next = u32::from_be_bytes(page.get(..4)?.try_into().ok()?);
            let left = size - payload.len();
            payload.extend_from_slice(&page[4..page.len().min(4 + left)]);
        }
    }
    Some(StoredRow { number: number.cast_signed(), values: values(&payload)? })
}

/// How many bytes of a row stand in its page; the rest runs over.
fn local_size(size: usize, usable: usize, is_table: bool) -> usize {
    let most = if is_table { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
    if size <= most {
        return size;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let fitting = least + (size - least) % (usable - 4);
    if fitting <= most { fitting } else { least }
}

/// The values of a row, as far as they are there.
fn values(payload: &[u8]) -> Option<Vec<Stored>> {
    let (head, _) = varint(payload)?;
    let head = usize::try_from(head).ok()?;
    let (mut types, mut rest) = (payload.get(..head)?, payload.get(head..)?);
    (_, types) = varint(types)?;
    let mut all = Vec::new();
    while let Some((kind, behind)) = varint(types) {
        types = behind;
        let size = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind as usize,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => usize::try_from((kind - 12) / 2).ok()?,
        };
        let (bytes, behind) = rest.split_at(size.min(rest.len()));
        rest = behind;
        all.push(match kind {
            8 | 9 => Stored::Integer(i64::from(kind == 9)),
            1..=6 => Stored::Integer(integer(bytes)),
            7 => Stored::Real(f64::from_bits(integer(bytes).cast_unsigned())),
            _ if kind >= 12 && kind % 2 == 0 => Stored::Blob(bytes.to_vec()),
            _ if kind >= 12 => Stored::Text(bytes.to_vec()),
            _ => Stored::Null,
        });
    }
    Some(all)
}

/// A whole number with its sign, the highest byte first.
fn integer(bytes: &[u8]) -> i64 {
    let first = bytes.first().map_or(0, |byte| i64::from(byte.cast_signed()));
    bytes.iter().skip(1).fold(first, |value, byte| value << 8 | i64::from(*byte))
}
