//! A map from hashes to small numbers in four bytes an entry: keys are kept as 16-bit fingerprints in
//! buckets. A hash that was never put in is found by accident once in about ten thousand look-ups. It must
//! not know what is hashed.

use crate::model::{ModelError, bad_section};

/// The map, as it is read.
///
/// Stored as: number of bucket bits (1 byte), entries in each bucket (1 byte each), then fingerprint and
/// value of each entry (2 bytes each, little endian). No bytes at all are an empty map.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fingerprints {
    bits: u32,
    starts: Box<[u32]>,
    entries: Box<[(u16, u16)]>,
}

impl Fingerprints {
    /// From a model's section.
    pub(crate) fn parse(bytes: &[u8], name: [u8; 4]) -> Result<Self, ModelError> {
        let bad = || bad_section(name);
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let (&bits, rest) = bytes.split_first().ok_or_else(bad)?;
        if bits > 24 {
            return Err(bad());
        }
        let (counts, entries) = rest.split_at_checked(1 << bits).ok_or_else(bad)?;
        let mut starts = Vec::with_capacity(counts.len() + 1);
        let mut total = 0_u32;
        starts.push(0);
        for &count in counts {
            total += u32::from(count);
            starts.push(total);
        }
        if entries.len() != total as usize * 4 {
            return Err(bad());
        }
        let number = |pair: &[u8]| u16::from_le_bytes([pair[0], pair[1]]);
        let entries = entries.chunks_exact(4).map(|four| (number(&four[..2]), number(&four[2..]))).collect();
        Ok(Self { bits: u32::from(bits), starts: starts.into(), entries })
    }

    /// The number that was put in for this hash.
    #[inline]
    pub(crate) fn get(&self, hash: u64) -> Option<u16> {
        if self.entries.is_empty() {
            return None;
        }
        let (bucket, print) = place(hash, self.bits);
        let range = self.starts[bucket] as usize..self.starts[bucket + 1] as usize;
        self.entries[range].iter().find(|&&(found, _)| found == print).map(|&(_, value)| value)
    }

    /// The section for these entries. Of two entries that cannot be told apart the first is kept.
    #[cfg(any(feature = "train", test))]
    pub(crate) fn build(entries: &[(u64, u16)]) -> Vec<u8> {
        let bits = (entries.len() / 4).max(1).ilog2().min(24);
        let mut buckets: Vec<Vec<(u16, u16)>> = vec![Vec::new(); 1 << bits];
        for &(hash, value) in entries {
            let (bucket, print) = place(hash, bits);
            let bucket = &mut buckets[bucket];
            if bucket.len() < usize::from(u8::MAX) && bucket.iter().all(|&(found, _)| found != print) {
                bucket.push((print, value));
            }
        }
        let mut bytes = vec![u8::try_from(bits).expect("at most 24: this is a bug")];
        bytes.extend(buckets.iter().map(|b| u8::try_from(b.len()).expect("at most 255: this is a bug")));
        for bucket in &mut buckets {
            bucket.sort_unstable();
            for (print, value) in bucket {
                bytes.extend(print.to_le_bytes());
                bytes.extend(value.to_le_bytes());
            }
        }
        bytes
    }
}

/// Bucket and fingerprint of a hash: its highest bits, and sixteen of its lowest.
#[expect(clippy::cast_possible_truncation, reason = "shifted and cut on purpose")]
fn place(hash: u64, bits: u32) -> (usize, u16) {
    ((hash >> 32 >> (32 - bits)) as usize, hash as u16)
}

#[cfg(test)]
mod tests {
    use super::Fingerprints;
    use crate::lexicon::mix;

    #[test]
    fn finds_what_was_put_in_and_little_else() {
        let entries: Vec<(u64, u16)> = (0..5000).map(|n| (mix(u64::from(n)), n)).collect();
        let map = Fingerprints::parse(&Fingerprints::build(&entries), *b"test").unwrap();
        let kept = entries.iter().filter(|&&(hash, n)| map.get(hash) == Some(n)).count();
        assert!(kept > 4995, "{kept} of 5000");
        let accidents = (5000_u64..105_000).filter(|&n| map.get(mix(n)).is_some()).count();
        assert!(accidents < 40, "{accidents} accidents");
    }

    #[test]
    fn a_cut_section_is_an_error() {
        let bytes = Fingerprints::build(&[(1, 2), (mix(3), 4)]);
        for len in 1..bytes.len() {
            assert!(Fingerprints::parse(&bytes[..len], *b"test").is_err(), "{len}");
        }
        assert!(Fingerprints::parse(&Fingerprints::build(&[]), *b"test").unwrap().get(7).is_none());
    }
}
