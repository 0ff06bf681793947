//! HTTP/2 frame by frame, for clients that no library would be: they flood, say nothing, or do not listen.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;

/// A setting.
pub(crate) const INITIAL_WINDOW_SIZE: [u8; 2] = [0, 4];

/// Flags.
pub(crate) const ACK: u8 = 1;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// Error codes.
pub(crate) const NO_ERROR: u32 = 0;
pub(crate) const PROTOCOL_ERROR: u32 = 1;
pub(crate) const FLOW_CONTROL_ERROR: u32 = 3;
pub(crate) const REFUSED_STREAM: u32 = 7;
pub(crate) const CANCEL: u32 = 8;
pub(crate) const ENHANCE_YOUR_CALM: u32 = 11;

/// A frame as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    /// The error code of a reset or of the end of a connection.
    pub(crate) fn error(&self) -> u32 {
        let at = if self.kind == GOAWAY { 4 } else { 0 };
        u32::from_be_bytes(self.payload[at..at + 4].try_into().unwrap())
    }
}

/// A connection that answers nothing of itself.
pub(crate) struct Frames {
    stream: TcpStream,
}

impl Frames {
    /// Connects and sends what every client begins with.
    pub(crate) async fn connect(addr: SocketAddr) -> Self {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let opening = [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(SETTINGS, 0, 0, &[])].concat();
        stream.write_all(&opening).await.unwrap();
        Self { stream }
    }

    /// Sends, all at once. That the server has closed meanwhile is seen by whoever reads.
    pub(crate) async fn send(&mut self, frames: &[Vec<u8>]) {
        let _ = self.stream.write_all(&frames.concat()).await;
    }

    /// The next frame, or `None` at the end of the connection.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).await.ok()?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap()];
        self.stream.read_exact(&mut payload).await.ok()?;
        Some(Frame { kind, flags, stream: u32::from_be_bytes(stream) & 0x7fff_ffff, payload })
    }

    /// All frames that are there at once, once there are any; they must be whole.
    pub(crate) async fn packet(&mut self) -> Vec<Frame> {
        let mut bytes = vec![0; 64 * 1024];
        let length = self.stream.read(&mut bytes).await.unwrap();
        assert!(length > 0, "the connection has ended");
        let (mut rest, mut frames) = (&bytes[..length], Vec::new());
        while let [a, b, c, kind, flags, s, t, u, v, behind @ ..] = rest {
            let (payload, behind) =
                behind.split_at(usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).unwrap());
            let stream = u32::from_be_bytes([*s, *t, *u, *v]) & 0x7fff_ffff;
            frames.push(Frame { kind: *kind, flags: *flags, stream, payload: payload.to_owned() });
            rest = behind;
        }
        frames
    }

    /// Reads on to a frame of this kind.
    pub(crate) async fn wait_for(&mut self, kind: u8) -> Option<Frame> {
        loop {
            let frame = self.next().await?;
            if frame.kind == kind {
                return Some(frame);
            }
        }
    }

    /// Reads to the end of the connection.
    pub(crate) async fn rest(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }
}

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The headers of a call, each written out.
pub(crate) fn headers(stream: u32, flags: u8, path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    // ":method: POST", ":scheme: http" and the name ":path" from the table that both sides have.
    let mut block = [&[0x83, 0x86, 0x04][..], &text(path)].concat();
    let always = [("content-type", "application/grpc"), ("te", "trailers")];
    for (name, value) in always.iter().chain(more) {
        block.extend([&[0][..], &text(name), &text(value)].concat());
    }
    frame(HEADERS, flags | END_HEADERS, stream, &block)
}

pub(crate) fn reset(stream: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &CANCEL.to_be_bytes())
}
