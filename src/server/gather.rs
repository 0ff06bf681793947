//! Writes gathered, so that an answer leaves in one packet. It knows no protocol.
//!
//! HTTP/2 writes and flushes the data of an answer and its trailers one after the other, which on a socket that
//! delays nothing are two packets: two system calls here, and two wake-ups of the client. Here what is flushed leaves
//! only when the connection's task has its next turn; that comes at once, behind the tasks that are ready now, whose
//! answers go along.

use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tonic::transport::server::Connected;

/// So many bytes leave without waiting.
const MUCH: usize = 32 * 1024;

/// A connection keeps so much of its buffer, which is room for an ordinary answer; thousands of them are to cost little.
const KEPT: usize = 8 * 1024;

/// A connection whose writes are gathered. Its reader and its writer must be one task, which reads at each turn.
#[derive(Debug)]
pub(super) struct Gathered<S> {
    stream: S,
    waiting: Vec<u8>,
    /// How many of those bytes have left.
    sent: usize,
    /// What waits is to leave.
    due: bool,
}

impl<S> Gathered<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self { stream, waiting: Vec::new(), sent: 0, due: false }
    }

    #[cfg(test)]
    pub(super) const fn get_ref(&self) -> &S {
        &self.stream
    }
}

impl<S: AsyncWrite + Unpin> Gathered<S> {
    /// Sends what waits.
    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.waiting.len() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(context, &self.waiting[self.sent..]))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += sent;
        }
        if self.waiting.capacity() > KEPT {
            self.waiting = Vec::new();
        }
        self.waiting.clear();
        self.sent = 0;
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.due = false;
        Poll::Ready(Ok(()))
    }

    /// Makes room if there is much already.
    fn poll_room(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.waiting.len() - self.sent < MUCH { Poll::Ready(Ok(())) } else { self.poll_send(context) }
    }
}

impl<S: Connected> Connected for Gathered<S> {
    type ConnectInfo = S::ConnectInfo;

    fn connect_info(&self) -> Self::ConnectInfo {
        self.stream.connect_info()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Gathered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.due
            && let Poll::Ready(Err(error)) = self.poll_send(context)
        {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gathered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_room(context))?;
        self.waiting.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_room(context))?;
        slices.iter().for_each(|slice| self.waiting.extend_from_slice(slice));
        Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.waiting.is_empty() && !mem::replace(&mut self.due, true) {
            context.waker().wake_by_ref();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_send(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::{Gathered, MUCH};
    use std::future::poll_fn;
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};

    /// Remembers each write; takes so many bytes in all, and never has anything to read.
    #[derive(Debug, Default)]
    struct Socket {
        writes: Vec<usize>,
        room: usize,
        flushes: usize,
        shut: bool,
    }

    impl AsyncRead for Socket {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    impl AsyncWrite for Socket {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            let taken = bytes.len().min(self.room);
            if taken == 0 {
                return Poll::Pending;
            }
            self.room -= taken;
            self.writes.push(taken);
            Poll::Ready(Ok(taken))
        }

        fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.flushes += 1;
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.shut = true;
            Poll::Ready(Ok(()))
        }
    }

    fn gathered(room: usize) -> Gathered<Socket> {
        Gathered::new(Socket { room, ..Socket::default() })
    }

    /// A turn of the connection's task, which finds nothing to read.
    async fn turn(gathered: &mut Gathered<Socket>) {
        poll_fn(|context| {
            let mut byte = [0];
            let read = Pin::new(&mut *gathered).poll_read(context, &mut ReadBuf::new(&mut byte));
            assert!(read.is_pending());
            Poll::Ready(())
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_flushed_in_one_turn_leaves_at_once_in_the_next() {
        let mut gathered = gathered(usize::MAX);
        for part in ["headers", "data", "trailers"] {
            gathered.write_all(part.as_bytes()).await.unwrap();
            gathered.flush().await.unwrap();
        }
        assert!(gathered.get_ref().writes.is_empty(), "more may come in this turn");
        turn(&mut gathered).await;
        assert_eq!((&*gathered.get_ref().writes, gathered.get_ref().flushes), (&[19][..], 1));
        turn(&mut gathered).await;
        assert_eq!(gathered.get_ref().writes.len(), 1);
    }

    #[tokio::test]
    async fn the_next_turn_comes_by_itself() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let task = tokio::spawn(async move {
            let mut gathered = Gathered::new(ours);
            gathered.write_all(b"an answer").await.unwrap();
            gathered.flush().await.unwrap();
            // The task of a connection: it reads until nothing more comes.
            tokio::io::copy(&mut gathered, &mut tokio::io::sink()).await.unwrap();
        });
        let mut answer = [0; 9];
        tokio::io::AsyncReadExt::read_exact(&mut theirs, &mut answer).await.unwrap();
        assert_eq!(&answer, b"an answer");
        drop(theirs);
        task.await.unwrap();
    }

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_written_so_much_and_no_more() {
        let mut gathered = gathered(0);
        let mut taken = 0;
        poll_fn(|context| {
            while taken < 10 * MUCH
                && let Poll::Ready(written) = Pin::new(&mut gathered).poll_write(context, &[0; 1000])
            {
                taken += written.unwrap();
            }
            Poll::Ready(())
        })
        .await;
        assert!((32 * 1024..33 * 1024).contains(&taken), "{taken} bytes");
    }

    #[tokio::test]
    async fn what_waits_leaves_before_the_end() {
        let mut gathered = gathered(usize::MAX);
        gathered.write_all(b"goodbye").await.unwrap();
        gathered.shutdown().await.unwrap();
        assert_eq!((&*gathered.get_ref().writes, gathered.get_ref().shut), (&[7][..], true));
    }
}
