//! Bytes of the log on their way to where they are written: gathered in memory, and written many lines at a time by
//! a thread of their own. A log that nobody reads, or a full disk, must not hold up a call, so lines that find no
//! room are dropped and counted. It knows nothing of what a line says.
//!
//! A line alone would cost two switches of threads and a system call, as much as everything else that is done to
//! tell of a call.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

/// Most bytes that wait to be written.
const ROOM: usize = 4 << 20;

/// How long lines are gathered before they are written. Nobody reads a log faster, and each time costs two switches of
/// threads.
const GATHERING: Duration = Duration::from_millis(50);

/// How long the last lines may take.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Where lines are put. Clones put them in the same place.
#[derive(Clone, Debug)]
pub(super) struct Writer(Arc<Shared>);

/// Writes what is left of the log when it is dropped.
#[derive(Debug)]
pub(super) struct Closing(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// Something was put in, or the log was closed.
    changed: Condvar,
    /// All was written, and nothing more will be.
    done: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<u8>,
    dropped: u64,
    /// Whoever writes the next line is to say so: the thread waits for it, and not for the end of a while.
    asleep: bool,
    closed: bool,
    done: bool,
}

/// Starts to write to `target`.
///
/// # Errors
/// When the system refuses a thread.
pub(super) fn start(target: impl Write + Send + 'static) -> io::Result<(Writer, Closing)> {
    let shared = Arc::new(Shared::default());
    let writing = Arc::clone(&shared);
    std::thread::Builder::new().name("log".to_owned()).spawn(move || writing.write_to(target))?;
    Ok((Writer(Arc::clone(&shared)), Closing(shared)))
}

impl Shared {
    /// Nothing but bytes changes under the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, mut target: impl Write) {
        let mut batch = Vec::new();
        while let Some(dropped) = self.gather(&mut batch) {
            // Who cannot write a log has nowhere to say so.
            let _ = target.write_all(&batch).and_then(|()| target.flush());
            batch.clear();
            if dropped > 0 {
                tracing::warn!(lines = dropped, "lines of the log were dropped");
            }
        }
        self.lock().done = true;
        self.done.notify_all();
    }

    /// Waits for lines and takes them; how many were dropped meanwhile. `None` when there will be no more.
    fn gather(&self, batch: &mut Vec<u8>) -> Option<u64> {
        let mut waiting = self.lock();
        loop {
            let gathered = self.changed.wait_timeout_while(waiting, GATHERING, |waiting| !waiting.closed);
            (waiting, _) = gathered.unwrap_or_else(PoisonError::into_inner);
            if !waiting.lines.is_empty() {
                mem::swap(&mut waiting.lines, batch);
                return Some(mem::take(&mut waiting.dropped));
            }
            if waiting.closed {
                return None;
            }
            waiting.asleep = true;
            let woken = self.changed.wait_while(waiting, |waiting| waiting.asleep && !waiting.closed);
            waiting = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.closed = true;
        self.0.changed.notify_all();
        drop(self.0.done.wait_timeout_while(waiting, LAST_LINES, |waiting| !waiting.done));
    }
}

impl Write for Writer {
    /// A line, whole: it is put in whole or not at all.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.0.lock();
        if waiting.lines.len() + line.len() > ROOM {
            waiting.dropped += 1;
            return Ok(line.len());
        }
        waiting.lines.extend_from_slice(line);
        let was_asleep = mem::take(&mut waiting.asleep);
        drop(waiting);
        if was_asleep {
            self.0.changed.notify_all();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Writer {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{LAST_LINES, ROOM, start};
    use std::io::{self, Write};
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
    use std::time::{Duration, Instant};

    /// Hands on what is written to it, once it is let.
    struct Gate {
        open: Receiver<()>,
        written: SyncSender<Vec<u8>>,
    }

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.open.recv();
            self.written.send(bytes.to_owned()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn gate() -> (Gate, SyncSender<()>, Receiver<Vec<u8>>) {
        let ((opening, open), (written, read)) = (sync_channel(0), sync_channel(64));
        (Gate { open, written }, opening, read)
    }

    #[test]
    fn lines_are_written_many_at_a_time_and_the_last_at_the_end() {
        let (gate, opening, read) = gate();
        drop(opening);
        let (mut writer, closing) = start(gate).unwrap();
        for line in ["one\n", "two\n", "three\n"] {
            writer.write_all(line.as_bytes()).unwrap();
        }
        drop(closing);
        let batches: Vec<Vec<u8>> = read.try_iter().collect();
        assert_eq!(batches.concat(), b"one\ntwo\nthree\n");
    }

    #[test]
    fn what_nobody_reads_is_dropped_and_holds_nobody_up() {
        let (gate, opening, read) = gate();
        let (mut writer, closing) = start(gate).unwrap();
        let line = [&[b'x'; 999][..], b"\n"].concat();
        let began = Instant::now();
        // The first batch may be on its way already; the second is full.
        for _ in 0..3 * ROOM / line.len() {
            writer.write_all(&line).unwrap();
        }
        drop(closing);
        assert!((LAST_LINES..LAST_LINES * 5).contains(&began.elapsed()), "the end waits, but not for ever");
        drop(opening);
        let mut written = 0;
        while let Ok(batch) = read.recv_timeout(Duration::from_secs(10)) {
            assert_eq!(batch.len() % line.len(), 0, "no line is cut");
            written += batch.len();
        }
        assert!((1..=2 * ROOM).contains(&written), "{written} bytes");
    }
}
