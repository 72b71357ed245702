//! The list of names as the build script packs it and the look-up reads it: words in blocks by their hash, and bitmaps that answer
//! most questions before a block is read. Knows nothing of what the facts beside a word mean.

/// Bits of the bitmap of all words: one in eleven is set.
pub(crate) const WORD_BITS: usize = 1 << 20;
/// Bits of the bitmap of given names.
pub(crate) const GIVEN_BITS: usize = 1 << 18;
/// Blocks, some three words in each: a power of two.
pub(crate) const BLOCKS: usize = 1 << 15;
/// The longest word, in letters: its length shares a byte with the mark.
pub(crate) const LONGEST: usize = 24;

/// A word of the list: letters, a byte of facts, a mark of two bits, and whether it is a given name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry<'w> {
    pub(crate) letters: &'w [u8],
    pub(crate) facts: u8,
    pub(crate) mark: u8,
    pub(crate) given: bool,
}

/// The list, packed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blocks<'b> {
    /// [`WORD_BITS`] bits.
    pub(crate) words: &'b [u8],
    /// [`GIVEN_BITS`] bits.
    pub(crate) given: &'b [u8],
    /// Where each block begins, and where the last one ends: numbers of 32 bits, little end first.
    pub(crate) starts: &'b [u8],
    /// For each word its length and mark, its facts, its letters.
    pub(crate) entries: &'b [u8],
}

/// A word's letters, with noughts behind.
pub(crate) type Letters = [u8; LONGEST];

#[inline]
pub(crate) fn hash(word: &Letters) -> u32 {
    const FACTORS: [u64; 3] = [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9];
    let [first, second, third] = *word.as_chunks::<8>().0 else { return 0 };
    let part = |eight: [u8; 8], factor: u64| u64::from_le_bytes(eight).wrapping_mul(factor);
    let mixed = part(first, FACTORS[0]) ^ part(second, FACTORS[1]) ^ part(third, FACTORS[2]);
    ((mixed ^ (mixed >> 32)).wrapping_mul(FACTORS[0]) >> 32) as u32
}

/// By other bits than the bitmaps' lowest.
fn block(hash: u32) -> usize {
    (hash >> 4) as usize % BLOCKS
}

fn is_set(bitmap: &[u8], bit: usize) -> bool {
    bitmap.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
}

impl Blocks<'_> {
    /// Whether a word may be a given name; seldom wrong.
    pub(crate) fn may_be_given(&self, hash: u32) -> bool {
        is_set(self.given, hash as usize % GIVEN_BITS)
    }

    /// Facts and mark of a word; none if it is not in the list.
    pub(crate) fn find(&self, letters: &[u8], hash: u32) -> Option<(u8, u8)> {
        if !is_set(self.words, hash as usize % WORD_BITS) {
            return None;
        }
        let block = block(hash);
        let mut rest = self.entries.get(self.start(block)?..self.start(block + 1)?)?;
        while let [head, facts, behind @ ..] = rest {
            let (word, next) = behind.split_at_checked(usize::from(head & 31))?;
            if word == letters {
                return Some((*facts, head >> 5));
            }
            rest = next;
        }
        None
    }

    fn start(&self, block: usize) -> Option<usize> {
        let bytes = self.starts.get(block * 4..)?.first_chunk::<4>()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    }
}

/// The four parts of [`Blocks`], for the build script.
#[allow(dead_code)]
pub(crate) fn pack(words: &[Entry<'_>]) -> [Vec<u8>; 4] {
    let mut sorted: Vec<(usize, u32, &Entry<'_>)> = words
        .iter()
        .map(|entry| {
            let mut letters = [0; LONGEST];
            letters[..entry.letters.len()].copy_from_slice(entry.letters);
            let hash = hash(&letters);
            (block(hash), hash, entry)
        })
        .collect();
    sorted.sort_by_key(|(block, _, entry)| (*block, entry.letters));
    let (mut all, mut given) = (vec![0; WORD_BITS / 8], vec![0; GIVEN_BITS / 8]);
    let (mut starts, mut entries) = (Vec::new(), Vec::new());
    let set = |bitmap: &mut Vec<u8>, bit: usize| bitmap[bit / 8] |= 1 << (bit % 8);
    for (block, hash, entry) in sorted {
        while starts.len() / 4 <= block {
            starts.extend((entries.len() as u32).to_le_bytes());
        }
        set(&mut all, hash as usize % WORD_BITS);
        if entry.given {
            set(&mut given, hash as usize % GIVEN_BITS);
        }
        entries.extend([entry.letters.len() as u8 | entry.mark << 5, entry.facts]);
        entries.extend(entry.letters);
    }
    while starts.len() / 4 <= BLOCKS {
        starts.extend((entries.len() as u32).to_le_bytes());
    }
    [all, given, starts, entries]
}
