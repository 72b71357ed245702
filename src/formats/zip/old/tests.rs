use super::*;
use crate::formats::recording::Recording;

/// Two chapters of Moby-Dick, packed by PKZIP itself: one shrunk, one imploded with a tree for bytes.
const ARCHIVE: &[u8] = include_bytes!("../../../../tests/data/old-methods.zip");

#[test]
fn what_pkzip_wrote_is_read() {
    let (recording, result) = Recording::of(&super::super::Zip, ARCHIVE);
    result.unwrap();
    assert_eq!(recording.partials, []);
    let [shrunk, imploded] = recording.members.as_slice() else { panic!("{:?}", recording.names()) };
    assert!(shrunk.error.is_none() && imploded.error.is_none(), "{:?} {:?}", shrunk.error, imploded.error);
    assert_eq!((shrunk.bytes.len(), imploded.bytes.len()), (328, 1078));
    assert!(String::from_utf8_lossy(&imploded.bytes).contains("THE DECK TOWARDS THE END"));
}

/// Bits, the lowest of each byte first.
#[derive(Default)]
struct Writer(Vec<bool>);

impl Writer {
    fn put(&mut self, value: u32, count: u32) {
        self.0.extend((0..count).map(|bit| value >> bit & 1 == 1));
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |bits: &[bool]| bits.iter().enumerate().fold(0, |sum, (at, bit)| sum | u8::from(*bit) << at);
        self.0.chunks(8).map(byte).collect()
    }
}

/// Reduces a content: after each byte the first that ever followed it is likely, and matches are taken greedily.
fn reduced(content: &[u8], factor: u32) -> Vec<u8> {
    let length_bits = 8 - factor;
    let most = (1_usize << length_bits) - 1;
    let farthest = (1_usize << factor) << 8;
    let mut plain = Vec::new();
    let mut at = 0;
    while at < content.len() {
        let from = at.saturating_sub(farthest);
        let length_of = |start: usize| content[at..].iter().zip(&content[start..]).take_while(|(a, b)| a == b).count();
        let best = (from..at).map(|start| (length_of(start).min(most + 255 + 3), start)).max().unwrap_or((0, 0));
        if best.0 < 4 {
            plain.push(content[at]);
            if content[at] == Reduce::ESCAPE {
                plain.push(0);
            }
            at += 1;
            continue;
        }
        let (length, distance) = (best.0 - 3, at - best.1 - 1);
        let first = (distance >> 8) << length_bits | length.min(most);
        if first == 0 {
            plain.push(content[at]);
            at += 1;
            continue;
        }
        plain.extend([Reduce::ESCAPE, first as u8]);
        if length >= most {
            plain.push((length - most) as u8);
        }
        plain.push(distance as u8);
        at += best.0;
    }
    let mut followers = vec![Vec::new(); 256];
    for pair in plain.windows(2) {
        let set: &mut Vec<u8> = &mut followers[usize::from(pair[0])];
        if set.len() < 5 && !set.contains(&pair[1]) {
            set.push(pair[1]);
        }
    }
    let mut out = Writer::default();
    for set in followers.iter().rev() {
        out.put(set.len() as u32, 6);
        for byte in set {
            out.put(u32::from(*byte), 8);
        }
    }
    let mut before = 0;
    for byte in plain {
        let set = &followers[usize::from(before)];
        let width = [0, 1, 1, 2, 2, 3][set.len()];
        match set.iter().position(|likely| *likely == byte) {
            Some(index) => out.put((index as u32) << 1, 1 + width),
            None if set.is_empty() => out.put(u32::from(byte), 8),
            None => out.put(1 | u32::from(byte) << 1, 9),
        }
        before = byte;
    }
    out.bytes()
}

fn unpacked(packed: &[u8], method: u16, size: usize) -> (Vec<u8>, io::Result<usize>) {
    let mut bytes = Vec::new();
    let result = Old::new(packed, method, 6, Some(size as u64)).read_to_end(&mut bytes);
    (bytes, result)
}

#[test]
fn what_was_reduced_is_read() {
    let numbers = (0..3000_u32).flat_map(|n| (n * n % 977).to_string().into_bytes());
    let content: Vec<u8> = numbers.chain(0..=255).chain([b'x'; 900]).collect();
    for factor in 1..=4 {
        let packed = reduced(&content, factor);
        let (bytes, result) = unpacked(&packed, factor as u16 + 1, content.len());
        result.unwrap();
        assert!(bytes == content, "factor {factor}");
        let (bytes, result) = unpacked(&packed[..packed.len() / 2], factor as u16 + 1, content.len());
        assert!(result.is_err() && !bytes.is_empty() && content.starts_with(&bytes));
    }
}

#[test]
fn any_bytes_end_well() {
    let mut state = 1_u64;
    for round in 0..2000 {
        let packed: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Small numbers, such as counts, are the more interesting ones.
            ((state >> 56) as u8) >> (round % 7)
        })
        .take(400)
        .collect();
        for method in 1..=6 {
            let _ = unpacked(&packed, method, 5000);
        }
    }
}
