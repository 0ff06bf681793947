//! gRPC without protobuf: messages are the bytes that they are. The driver so costs next to nothing, and the server
//! of prepared bytes nothing but tonic.

use http::{Request, Response};
use prost::bytes::{Buf, BufMut, Bytes, BytesMut};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio_stream::StreamExt as _;
use tonic::Status;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{Grpc, NamedService, ServerStreamingService};

/// Takes messages as they are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RawCodec;

impl Codec for RawCodec {
    type Encode = Bytes;
    type Decode = BytesMut;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        BufMut::put(into, item);
        Ok(())
    }
}

impl Decoder for RawCodec {
    type Item = BytesMut;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<BytesMut>, Status> {
        let length = Buf::remaining(from);
        let mut message = BytesMut::with_capacity(length);
        BufMut::put(&mut message, Buf::take(from, length));
        Ok(Some(message))
    }
}

/// Answers every call with the same bytes.
#[derive(Clone, Debug)]
pub(crate) struct RawServer(pub(crate) Bytes);

impl NamedService for RawServer {
    const NAME: &'static str = "glossator.v1.AnnotationService";
}

impl ServerStreamingService<BytesMut> for RawServer {
    type Response = Bytes;
    type ResponseStream = Pin<Box<dyn tokio_stream::Stream<Item = Result<Bytes, Status>> + Send>>;
    type Future = std::future::Ready<Result<tonic::Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, _: tonic::Request<BytesMut>) -> Self::Future {
        let answer = tokio_stream::once(self.0.clone()).map(Ok);
        std::future::ready(Ok(tonic::Response::new(Box::pin(answer))))
    }
}

impl tower::Service<Request<Body>> for RawServer {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let own = self.clone();
        Box::pin(async move { Ok(Grpc::new(RawCodec).server_streaming(own, request).await) })
    }
}
