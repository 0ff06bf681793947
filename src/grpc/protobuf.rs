//! Protobuf written by hand: one field behind the other into a buffer, with nothing built before it. It knows no
//! message of the contract.
//!
//! As in proto3, what is zero or empty is not written, unless its presence means something.

use prost::bytes::Bytes;
use std::mem;

/// The kinds of values on the wire.
#[derive(Clone, Copy)]
enum Wire {
    Varint = 0,
    SixtyFour = 1,
    Length = 2,
    ThirtyTwo = 5,
}

/// Numbers below this take one byte.
const ONE_BYTE: u64 = 1 << 7;

/// And below this two.
const TWO_BYTES: u64 = 1 << 14;

/// The fields of a message so far.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty message with room for so many bytes.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity) }
    }

    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What was written so far; the writer goes on with an empty message, which will be about as long.
    pub(super) fn take(&mut self) -> Bytes {
        let next = Vec::with_capacity(self.bytes.len());
        mem::replace(&mut self.bytes, next).into()
    }

    /// What was written in the first `len` bytes; the writer goes on with a message of the others.
    pub(super) fn take_first(&mut self, len: usize) -> Bytes {
        let others = self.bytes.split_off(len);
        mem::replace(&mut self.bytes, others).into()
    }

    /// What was written.
    pub(super) fn finish(self) -> Bytes {
        self.bytes.into()
    }

    fn varint(&mut self, mut value: u64) {
        while value >= ONE_BYTE {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// A key and a number: a length, or a value.
    fn number(&mut self, key: u8, value: u64) {
        // Nearly all take one byte or two, and are put in at once.
        if value < ONE_BYTE {
            self.bytes.extend_from_slice(&[key, value as u8]);
        } else if value < TWO_BYTES {
            self.bytes.extend_from_slice(&[key, value as u8 | 0x80, (value >> 7) as u8]);
        } else {
            self.bytes.push(key);
            self.varint(value);
        }
    }

    /// An `int32`, or the number of an enum.
    pub(super) fn int32(&mut self, field: u32, value: i32) {
        self.int64(field, value.into());
    }

    /// An `int64`.
    pub(super) fn int64(&mut self, field: u32, value: i64) {
        if value != 0 {
            self.number(key(field, Wire::Varint), value.cast_unsigned());
        }
    }

    /// An `optional float`.
    pub(super) fn optional_float(&mut self, field: u32, value: Option<f32>) {
        if let Some(value) = value {
            self.bytes.push(key(field, Wire::ThirtyTwo));
            self.bytes.extend_from_slice(&value.to_le_bytes());
        }
    }

    /// A `double`.
    pub(super) fn double(&mut self, field: u32, value: f64) {
        if value != 0.0 {
            self.bytes.push(key(field, Wire::SixtyFour));
            self.bytes.extend_from_slice(&value.to_le_bytes());
        }
    }

    /// A `string`.
    pub(super) fn string(&mut self, field: u32, value: &str) {
        if !value.is_empty() {
            self.one_string(field, value);
        }
    }

    /// One of a `repeated string`, where an empty one counts too.
    pub(super) fn one_string(&mut self, field: u32, value: &str) {
        self.head(field, value.len());
        self.bytes.extend_from_slice(value.as_bytes());
    }

    /// A message, also when it is empty.
    pub(super) fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        self.bytes.extend_from_slice(&[key(field, Wire::Length), 0]);
        let at = self.bytes.len();
        write(self);
        let length = (self.bytes.len() - at) as u64;
        if length < ONE_BYTE {
            self.bytes[at - 1] = length as u8;
        } else {
            self.make_room(at, length);
        }
    }

    /// Puts in a length of several bytes, where one was left for it: how many it takes is known only when all that it
    /// counts is written.
    fn make_room(&mut self, at: usize, mut length: u64) {
        let (end, more) = (self.bytes.len(), length.ilog2() as usize / 7);
        self.bytes.resize(end + more, 0);
        self.bytes.copy_within(at..end, at + more);
        for byte in &mut self.bytes[at - 1..at - 1 + more] {
            *byte = length as u8 | 0x80;
            length >>= 7;
        }
        self.bytes[at - 1 + more] = length as u8;
    }

    /// The head of a message or string whose bytes, `length` in number, come from elsewhere.
    pub(super) fn head(&mut self, field: u32, length: usize) {
        self.number(key(field, Wire::Length), length as u64);
    }
}

/// What says which field comes, and of what kind. All fields of the contract have a number that fits in one byte.
const fn key(field: u32, wire: Wire) -> u8 {
    assert!(0 < field && field < 16, "a key of two bytes: this is a bug");
    (field << 3) as u8 | wire as u8
}

#[cfg(test)]
mod tests {
    use super::Writer;
    use prost::Message as _;
    use prost_types::{FieldDescriptorProto, UninterpretedOption};

    /// Against prost, with messages that have a field of each kind.
    #[test]
    fn writes_what_prost_writes() {
        for length in [0, 1, 126, 127, 128, 129, 16_382, 16_383, 16_384, 70_000] {
            let name = "é".repeat(length / 2) + &"x".repeat(length % 2);
            for number in [0, 1, -1, 127, 128, i32::MAX, i32::MIN] {
                let theirs = FieldDescriptorProto {
                    name: Some(name.clone()),
                    number: Some(number),
                    ..FieldDescriptorProto::default()
                };
                let mut ours = Writer::default();
                ours.one_string(1, &name);
                ours.int32(3, number);
                if number != 0 {
                    assert_eq!(ours.as_bytes(), theirs.encode_to_vec(), "{length} {number}");
                }
            }
            let theirs = prost_types::DescriptorProto {
                field: vec![FieldDescriptorProto { name: Some(name.clone()), ..Default::default() }],
                ..Default::default()
            };
            let mut ours = Writer::default();
            ours.message(2, |field| field.one_string(1, &name));
            assert_eq!(ours.as_bytes(), theirs.encode_to_vec(), "{length}");
        }
        for number in [1, -1, i64::MAX, i64::MIN] {
            let value = number as f64 / 3.0;
            let theirs = UninterpretedOption {
                negative_int_value: Some(number),
                double_value: Some(value),
                ..UninterpretedOption::default()
            };
            let mut ours = Writer::default();
            ours.int64(5, number);
            ours.double(6, value);
            assert_eq!(ours.as_bytes(), theirs.encode_to_vec());
        }
    }

    #[test]
    fn what_is_zero_or_empty_is_not_written() {
        let mut writer = Writer::default();
        writer.int32(1, 0);
        writer.double(2, 0.0);
        writer.string(3, "");
        writer.optional_float(4, None);
        assert!(writer.is_empty());
        writer.optional_float(4, Some(0.0));
        writer.one_string(5, "");
        writer.message(6, |_| ());
        assert_eq!(writer.as_bytes(), [0x25, 0, 0, 0, 0, 0x2a, 0, 0x32, 0]);
    }

    #[test]
    fn messages_are_taken_in_pieces() {
        let mut writer = Writer::with_capacity(8);
        writer.int32(1, 1);
        let first = writer.len();
        writer.int32(2, 2);
        assert_eq!(&*writer.take_first(first), [8, 1]);
        assert_eq!(&*writer.take(), [16, 2]);
        assert!(writer.is_empty());
    }
}
