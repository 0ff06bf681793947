//! gRPC without protobuf: messages are the bytes that they are. The driver so costs next to nothing, and the server
//! of prepared bytes nothing but tonic. And the servers that have but one answer.

use glossator::annotate::Scratch;
use glossator::pool::{Lane, Pool};
use http::{Request, Response};
use prost::bytes::{Buf, BufMut, Bytes, BytesMut};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc::channel;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
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

/// Reads each request and answers with a copy of the same message; `C` says how both are read and written.
pub(crate) struct Null<C, M> {
    answers: Arc<dyn Fn() -> Answers<M> + Send + Sync>,
    codec: PhantomData<fn() -> C>,
}

impl<C, M: Clone + Send + Sync + 'static> Null<C, M> {
    pub(crate) fn new(message: M) -> Self {
        Self::working(message, || ())
    }

    /// The same with this work to do before it, there and then.
    pub(crate) fn working(message: M, work: impl Fn() + Send + Sync + 'static) -> Self {
        let answers = move || -> Answers<M> {
            work();
            Box::pin(tokio_stream::once(Ok(message.clone())))
        };
        Self { answers: Arc::new(answers), codec: PhantomData }
    }

    /// The same with a thread of the pool that makes the message and hands it over in a channel.
    pub(crate) fn handing(message: M, pool: Pool) -> Self {
        let message = Arc::new(message);
        let answers = move || -> Answers<M> {
            let (hand, answers) = channel(1);
            let message = Arc::clone(&message);
            let make = Box::new(move |_: &mut Scratch| {
                // Nobody waits for the last ones when the bench ends.
                let _ = hand.try_send(Ok(M::clone(&message)));
            });
            pool.submit(Lane::Short, make);
            Box::pin(ReceiverStream::new(answers))
        };
        Self { answers: Arc::new(answers), codec: PhantomData }
    }
}

impl<C, M> Clone for Null<C, M> {
    fn clone(&self) -> Self {
        Self { answers: Arc::clone(&self.answers), codec: PhantomData }
    }
}

impl<C, M> NamedService for Null<C, M> {
    const NAME: &'static str = "glossator.v1.AnnotationService";
}

type Answers<M> = Pin<Box<dyn Stream<Item = Result<M, Status>> + Send>>;

impl<C: Codec<Encode = M>, M: Send + 'static> ServerStreamingService<C::Decode> for Null<C, M> {
    type Response = M;
    type ResponseStream = Answers<M>;
    type Future = Ready<Result<tonic::Response<Answers<M>>, Status>>;

    fn call(&mut self, _: tonic::Request<C::Decode>) -> Self::Future {
        ready(Ok(tonic::Response::new((self.answers)())))
    }
}

impl<C, M> tower::Service<Request<Body>> for Null<C, M>
where
    C: Codec<Encode = M> + Default + Send + 'static,
    M: Send + Sync + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let own = self.clone();
        Box::pin(async move { Ok(Grpc::new(C::default()).server_streaming(own, request).await) })
    }
}
