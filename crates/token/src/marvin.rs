//! Marvin32, the keyed hash behind the checksum of the current form.

/// The hash of `bytes` under `seed`, both halves folded into one.
pub(crate) fn marvin32(seed: u64, bytes: &[u8]) -> u32 {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = seed.to_le_bytes();
    let mut state = (u32::from_le_bytes([s0, s1, s2, s3]), u32::from_le_bytes([s4, s5, s6, s7]));
    let (words, tail) = bytes.as_chunks::<4>();
    for word in words {
        state = mix(state, u32::from_le_bytes(*word));
    }
    // The tail ends with one set bit, so that a shorter text never hashes like a longer one of zeros.
    let mut last = [0_u8; 4];
    for (to, from) in last.iter_mut().zip(tail.iter().chain(&[0x80])) {
        *to = *from;
    }
    let (low, high) = mix(mix(state, u32::from_le_bytes(last)), 0);
    low ^ high
}

fn mix((mut low, mut high): (u32, u32), word: u32) -> (u32, u32) {
    low = low.wrapping_add(word);
    high ^= low;
    low = low.rotate_left(20).wrapping_add(high);
    high = high.rotate_left(9) ^ low;
    low = low.rotate_left(27).wrapping_add(high);
    high = high.rotate_left(19);
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tail_length_hashes_differently() {
        let hashes: Vec<u32> = (0..=8).map(|length| marvin32(7, &[0; 8][..length])).collect();
        for (position, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..position].contains(hash), "{position}");
        }
    }

    #[test]
    fn the_seed_matters() {
        assert_ne!(marvin32(1, b"text"), marvin32(2, b"text"));
        assert_ne!(marvin32(1, b"text"), marvin32(1 << 32, b"text"));
    }
}
