//! Work on many things at once with the results in the order of the things. Every queue is bounded: a slow
//! reader of results stops the workers, and they the source.

use std::sync::mpsc::sync_channel;
use std::thread;

/// How many things wait before and behind each worker.
const QUEUE: usize = 8;

/// Runs `work` over the things on `workers` threads, each with its own state, and hands the results to
/// `take` in order, on the caller's thread, until it says no more.
///
/// Things are dealt out in turn and results collected in turn, so that order needs no sorting.
pub(super) fn in_order<T: Send, S, R: Send>(
    things: impl Iterator<Item = T> + Send,
    workers: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(T, &mut S) -> R + Sync,
    mut take: impl FnMut(R) -> bool,
) {
    thread::scope(|scope| {
        let mut inlets = Vec::new();
        let mut outlets = Vec::new();
        for _ in 0..workers.max(1) {
            let (inlet, jobs) = sync_channel(QUEUE);
            let (results, outlet) = sync_channel(QUEUE);
            let (state, work) = (&state, &work);
            scope.spawn(move || {
                let mut state = state();
                for thing in jobs {
                    if results.send(work(thing, &mut state)).is_err() {
                        break;
                    }
                }
            });
            inlets.push(inlet);
            outlets.push(outlet);
        }
        scope.spawn(move || {
            for (thing, inlet) in things.zip(inlets.iter().cycle()) {
                if inlet.send(thing).is_err() {
                    break;
                }
            }
        });
        // A turn without a result is the end: whoever comes later in the turn has none either.
        for outlet in outlets.iter().cycle() {
            let Ok(result) = outlet.recv() else { break };
            if !take(result) {
                break;
            }
        }
        drop(outlets);
    });
}

#[cfg(test)]
mod tests {
    use super::in_order;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    #[test]
    fn results_come_in_order() {
        for workers in [0, 1, 2, 7] {
            for things in [0, 1, 5, 500] {
                let mut results = Vec::new();
                let work = |thing: usize, seen: &mut usize| {
                    *seen += 1;
                    thread::sleep(Duration::from_micros(thing as u64 * 7919 % 97));
                    thing * 2
                };
                in_order(
                    0..things,
                    workers,
                    || 0,
                    work,
                    |result| {
                        results.push(result);
                        true
                    },
                );
                assert_eq!(results, (0..things).map(|thing| thing * 2).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn stops_when_nobody_wants_more() {
        let started = AtomicUsize::new(0);
        let work = |thing: u64, (): &mut ()| {
            started.fetch_add(1, Ordering::Relaxed);
            thing
        };
        let mut taken = 0;
        in_order(
            0..u64::MAX,
            3,
            || (),
            work,
            |_| {
                taken += 1;
                taken < 10
            },
        );
        assert!(started.load(Ordering::Relaxed) < 200, "an endless source is not read to its end");
    }
}
