//! The threads at the ends of the pipes, so that no testee can make the runner wait. One thread writes, one reads
//! lines of bounded length, and one keeps the end of standard error.

use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The number of bytes of standard error that are kept.
const TAIL: usize = 64 * 1024;

/// The number of lines that a thread reads before the runner asks for them. A testee that writes more lines has to
/// wait. One line is enough to detect an extra line, and a line can need much memory.
const LINES_AHEAD: usize = 1;

/// The items that a reading thread reports. The channel ends when the stream ends.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A line, without its end.
    Line(Vec<u8>),
    /// More bytes than the limit without an end of line. The thread reads nothing after them.
    TooLong,
}

/// Starts a thread that writes the bytes that are sent to it. The thread closes `pipe` when the sender is dropped or
/// the other end is closed.
pub(super) fn writer(mut pipe: impl Write + Send + 'static) -> Sender<Vec<u8>> {
    let (sender, receiver) = channel::<Vec<u8>>();
    thread::spawn(move || {
        for bytes in receiver {
            if pipe.write_all(&bytes).and_then(|()| pipe.flush()).is_err() {
                break;
            }
        }
    });
    sender
}

/// Starts a thread that reads lines of up to `limit` bytes, including the end of the line.
pub(super) fn lines(pipe: impl Read + Send + 'static, limit: usize) -> Receiver<Incoming> {
    let (sender, receiver) = sync_channel(LINES_AHEAD);
    thread::spawn(move || read_lines(BufReader::with_capacity(64 * 1024, pipe), limit, &sender));
    receiver
}

fn read_lines(mut pipe: impl BufRead, limit: usize, sender: &SyncSender<Incoming>) {
    loop {
        let mut line = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        let Ok(read) = (&mut pipe).take(most).read_until(b'\n', &mut line) else {
            return;
        };
        let incoming = match line.pop() {
            None => return,
            Some(b'\n') => {
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                Incoming::Line(line)
            }
            Some(_) if read == limit => Incoming::TooLong,
            Some(last) => {
                // The end of the stream also ends the last line. The content of the line determines whether it is
                // valid.
                line.push(last);
                Incoming::Line(line)
            }
        };
        let done = matches!(incoming, Incoming::TooLong);
        if sender.send(incoming).is_err() || done {
            return;
        }
    }
}

/// Starts a thread that reads everything, up to `limit` bytes. It sends one item when the stream has ended.
pub(super) fn everything(pipe: impl Read + Send + 'static, limit: usize) -> Receiver<Incoming> {
    let (sender, receiver) = sync_channel(1);
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        // Bytes before a read error are judged like bytes before the end of the stream.
        let _ = pipe.take(most).read_to_end(&mut bytes);
        let incoming = if bytes.len() > limit { Incoming::TooLong } else { Incoming::Line(bytes) };
        // If this fails, the runner no longer waits, because the timeout has passed.
        let _ = sender.send(incoming);
    });
    receiver
}

/// The last bytes that the testee wrote to standard error. A thread reads them.
#[derive(Clone)]
pub(super) struct Tail {
    state: Arc<Mutex<TailState>>,
    ended: Arc<Mutex<Receiver<()>>>,
}

#[derive(Default)]
struct TailState {
    kept: Vec<u8>,
    dropped: usize,
}

impl Tail {
    /// Starts to read `pipe`.
    pub(super) fn of(mut pipe: impl Read + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(1);
        let tail = Self { state: Arc::default(), ended: Arc::new(Mutex::new(receiver)) };
        let state = Arc::clone(&tail.state);
        thread::spawn(move || {
            let mut chunk = [0; 8 * 1024];
            while let Ok(read @ 1..) = pipe.read(&mut chunk) {
                state.lock().unwrap_or_else(PoisonError::into_inner).push(&chunk[..read]);
            }
            let _ = sender.send(());
        });
        tail
    }

    /// Returns the number of bytes that the testee has written so far.
    pub(super) fn position(&self) -> usize {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.dropped + state.kept.len()
    }

    /// Returns the text after `position`, except for the bytes that are no longer kept.
    pub(super) fn since(&self, position: usize) -> String {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let start = position.saturating_sub(state.dropped).min(state.kept.len());
        let start = start.max(state.kept.len().saturating_sub(TAIL));
        String::from_utf8_lossy(&state.kept[start..]).into_owned()
    }

    /// Waits a short time for the end of the stream. Another process that the testee started may keep the stream open.
    pub(super) fn settle(&self) {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = ended.recv_timeout(std::time::Duration::from_millis(200));
    }
}

impl TailState {
    fn push(&mut self, bytes: &[u8]) {
        self.kept.extend_from_slice(bytes);
        if self.kept.len() > 2 * TAIL {
            let excess = self.kept.len() - TAIL;
            self.kept.drain(..excess);
            self.dropped += excess;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &'static [u8], limit: usize) -> Vec<String> {
        lines(input, limit).into_iter().map(|incoming| format!("{incoming:?}")).collect()
    }

    #[test]
    fn lines_end_at_line_feeds_and_lose_one_carriage_return() {
        assert_eq!(all(b"a\r\n\r\r\n\nb", 100), ["Line([97])", "Line([13])", "Line([])", "Line([98])"]);
    }

    #[test]
    fn a_line_of_the_limit_is_read_and_a_longer_one_ends_the_reading() {
        assert_eq!(all(b"aaa\nbbbb\n", 5), ["Line([97, 97, 97])", "Line([98, 98, 98, 98])"]);
        assert_eq!(all(b"aaa\nbbbb\nc\n", 4), ["Line([97, 97, 97])", "TooLong"]);
    }

    #[test]
    fn of_a_line_without_end_no_more_than_the_limit_is_read() {
        struct Endless(Arc<Mutex<usize>>);
        impl Read for Endless {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                *self.0.lock().unwrap() += buffer.len();
                buffer.fill(b'x');
                Ok(buffer.len())
            }
        }
        let read = Arc::<Mutex<usize>>::default();
        let limit = 1024 * 1024;
        let incoming: Vec<_> = lines(Endless(Arc::clone(&read)), limit).into_iter().collect();
        assert!(matches!(incoming[..], [Incoming::TooLong]));
        assert!(*read.lock().unwrap() <= limit + 64 * 1024);
    }

    #[test]
    fn the_tail_keeps_the_last_64_kib_and_knows_positions() {
        let mut state = TailState::default();
        state.push(&vec![b'a'; 3 * TAIL]);
        state.push(b"end");
        assert_eq!(state.kept.len() + state.dropped, 3 * TAIL + 3);
        let (_sender, receiver) = sync_channel(1);
        let tail = Tail { state: Arc::new(Mutex::new(state)), ended: Arc::new(Mutex::new(receiver)) };
        assert_eq!(tail.since(3 * TAIL), "end");
        assert_eq!(tail.since(0).len(), TAIL);
        assert_eq!(tail.position(), 3 * TAIL + 3);
    }
}
