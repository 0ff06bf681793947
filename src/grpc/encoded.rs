//! Messages that are bytes already, and the codec that passes them on. It knows no message of the contract.

use prost::Message;
use prost::bytes::{BufMut as _, Bytes};
use std::marker::PhantomData;
use tonic::Status;
use tonic::codec::{Codec, EncodeBuf, Encoder};
use tonic_prost::ProstCodec;

/// A message of an answer, encoded: what stands at its head, if anything does, and the rest, which was made elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Encoded {
    pub(super) head: Bytes,
    pub(super) rest: Bytes,
}

impl From<Bytes> for Encoded {
    fn from(rest: Bytes) -> Self {
        Self { head: Bytes::new(), rest }
    }
}

/// Takes requests as prost messages, and sends answers as they are.
#[derive(Debug)]
pub struct EncodedCodec<Request>(PhantomData<Request>);

impl<Request> Default for EncodedCodec<Request> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<Request: Message + Default + Send + 'static> Codec for EncodedCodec<Request> {
    type Encode = Encoded;
    type Decode = Request;
    type Encoder = EncodedEncoder;
    type Decoder = <ProstCodec<(), Request> as Codec>::Decoder;

    fn encoder(&mut self) -> EncodedEncoder {
        EncodedEncoder
    }

    fn decoder(&mut self) -> Self::Decoder {
        ProstCodec::<(), Request>::default().decoder()
    }
}

/// The half of [`EncodedCodec`] that sends.
#[derive(Clone, Copy, Debug)]
pub struct EncodedEncoder;

impl Encoder for EncodedEncoder {
    type Item = Encoded;
    type Error = Status;

    fn encode(&mut self, message: Encoded, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        let Encoded { head, rest } = message;
        into.reserve(head.len() + rest.len());
        into.put(head);
        into.put(rest);
        Ok(())
    }
}
