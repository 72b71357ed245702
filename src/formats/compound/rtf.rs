//! The compressed rich text of Outlook ([MS-OXRTFCP]): references into a ring of 4096 bytes that begins with usual words.
//!
//! Knows nothing of rich text itself.

use super::bytes::{slice, u32_at};

const COMPRESSED: u32 = 0x7546_5A4C;
const PLAIN: u32 = 0x414C_454D;
/// What the ring holds before the first byte: given by the specification.
const USUAL: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const RING: usize = 4096;

/// The rich text; none if it is no such stream.
pub(in super::super) fn decompressed(stream: &[u8]) -> Option<Vec<u8>> {
    let data = stream.get(16..)?;
    match u32_at(stream, 8) {
        PLAIN => Some(slice(data, 0, u32_at(stream, 4) as usize).to_vec()),
        COMPRESSED => Some(expanded(data)),
        _ => None,
    }
}

fn expanded(data: &[u8]) -> Vec<u8> {
    let mut ring = [b' '; RING];
    ring[..USUAL.len()].copy_from_slice(USUAL);
    let mut write = USUAL.len();
    let mut text = Vec::new();
    let mut bytes = data.iter().copied();
    while let Some(control) = bytes.next() {
        for bit in 0..8 {
            let Some(first) = bytes.next() else { return text };
            let mut put = |byte: u8| {
                ring[write] = byte;
                write = (write + 1) % RING;
                text.push(byte);
            };
            if control & (1 << bit) == 0 {
                put(first);
                continue;
            }
            let Some(second) = bytes.next() else { return text };
            let reference = usize::from(first) << 8 | usize::from(second);
            let (from, length) = (reference >> 4, (reference & 0xF) + 2);
            // A reference to the place of writing is the end.
            if from == write {
                return text;
            }
            for step in 0..length {
                let byte = ring[(from + step) % RING];
                ring[write] = byte;
                write = (write + 1) % RING;
                text.push(byte);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification() {
        let mut stream = vec![0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7];
        stream.extend([0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3]);
        stream.extend([0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a]);
        stream.extend([0x80, 0x0f, 0xa0]);
        let text = decompressed(&stream).unwrap();
        assert_eq!(String::from_utf8_lossy(&text), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        for cut in 0..stream.len() {
            let _ = decompressed(&stream[..cut]);
        }
    }
}
