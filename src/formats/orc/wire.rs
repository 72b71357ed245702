//! The fields of a protobuf message, one after the other. Knows no message; what is damaged ends the list.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content<'b> {
    Number(u64),
    Bytes(&'b [u8]),
}

impl<'b> Content<'b> {
    /// The number; 0 for anything else.
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Number(number) => number,
            Self::Bytes(_) => 0,
        }
    }

    /// The bytes; none for anything else.
    pub(super) fn bytes(self) -> &'b [u8] {
        match self {
            Self::Number(_) => &[],
            Self::Bytes(bytes) => bytes,
        }
    }

    /// All numbers of a repeated field, packed or not.
    pub(super) fn numbers(self) -> Vec<u64> {
        match self {
            Self::Number(number) => vec![number],
            Self::Bytes(mut bytes) => std::iter::from_fn(|| varint(&mut bytes)).collect(),
        }
    }
}

/// The fields of a message.
pub(super) struct Message<'b>(pub(super) &'b [u8]);

impl<'b> Iterator for Message<'b> {
    type Item = (u64, Content<'b>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = varint(&mut self.0)?;
        let content = match key & 7 {
            0 => Content::Number(varint(&mut self.0)?),
            1 => Content::Number(u64::from_le_bytes(*self.0.split_off(..8)?.first_chunk()?)),
            2 => {
                let length = usize::try_from(varint(&mut self.0)?).ok()?;
                Content::Bytes(self.0.split_off(..length)?)
            }
            5 => Content::Number(u64::from(u32::from_le_bytes(*self.0.split_off(..4)?.first_chunk()?))),
            _ => return None,
        };
        Some((key >> 3, content))
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.split_off_first()?;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_up_to_the_damage() {
        let bytes = [0x08, 0x96, 0x01, 0x12, 2, b'h', b'i', 0x1D, 1, 0, 0, 0, 0x22, 3, 1, 2];
        let fields: Vec<_> = Message(&bytes).collect();
        assert_eq!(fields, [(1, Content::Number(150)), (2, Content::Bytes(b"hi")), (3, Content::Number(1))]);
        assert_eq!(Content::Bytes(&[1, 0x80, 1]).numbers(), [1, 128]);
        assert_eq!(Message(&[0xFF; 20]).count(), 0);
    }
}
