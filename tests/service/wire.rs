//! gRPC by hand over HTTP/2, for what a well-behaved client neither sends nor shows.

use h2::client::{ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Request, Response};
use prost::Message;
use prost::bytes::Bytes;
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

pub(crate) const ANNOTATE: &str = "/glossator.v1.AnnotationService/Annotate";
pub(crate) const STREAM: &str = "/glossator.v1.AnnotationService/AnnotateStream";
pub(crate) const INFO: &str = "/glossator.v1.AnnotationService/GetServerInfo";

/// A connection.
pub(crate) struct Wire {
    pub(crate) requests: SendRequest<Bytes>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// None if the answer was trailers only.
    pub(crate) trailers: Option<HeaderMap>,
}

impl Answer {
    /// The status, wherever it stands.
    pub(crate) fn status(&self) -> i32 {
        let found = self.trailers.iter().chain([&self.headers]).find_map(|map| map.get("grpc-status"));
        found.expect("a status").to_str().unwrap().parse().unwrap()
    }
}

impl Wire {
    pub(crate) async fn connect(addr: SocketAddr) -> Self {
        Self::over(TcpStream::connect(addr).await.unwrap()).await
    }

    /// Over a connection that is open, with or without TLS.
    pub(crate) async fn over(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        let (requests, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        Self { requests }
    }

    /// Sends headers, and a message if there is one.
    pub(crate) async fn send(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        message: Option<&impl Message>,
    ) -> Result<(ResponseFuture, SendStream<Bytes>), h2::Error> {
        let request = Request::post(format!("http://test{path}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let mut requests = self.requests.clone().ready().await?;
        let (answer, mut body) = requests.send_request(request.body(()).unwrap(), false)?;
        if let Some(message) = message {
            body.send_data(frame(&message.encode_to_vec()), true)?;
        }
        Ok((answer, body))
    }

    /// A whole call of one message that may be none.
    pub(crate) async fn call_with_bytes(&mut self, path: &str, message: &[u8]) -> Result<Answer, h2::Error> {
        let (answer, mut body) = self.send(path, &[], None::<&()>).await?;
        body.send_data(frame(message), true)?;
        collect(answer.await?).await
    }

    /// A whole call of one message.
    pub(crate) async fn call(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        message: &impl Message,
    ) -> Result<Answer, h2::Error> {
        let (answer, _) = self.send(path, headers, Some(message)).await?;
        collect(answer.await?).await
    }
}

/// The answer to its end.
pub(crate) async fn collect(answer: Response<RecvStream>) -> Result<Answer, h2::Error> {
    let (parts, mut stream) = answer.into_parts();
    let mut body = Vec::new();
    while let Some(data) = stream.data().await {
        let data = data?;
        stream.flow_control().release_capacity(data.len())?;
        body.extend_from_slice(&data);
    }
    Ok(Answer { headers: parts.headers, body, trailers: stream.trailers().await? })
}

/// A message with its five bytes in front.
pub(crate) fn frame(message: &[u8]) -> Bytes {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], &length[..], message].concat().into()
}
