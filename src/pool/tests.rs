//! What the pool promises. Channels order the events; nothing sleeps to be in time.

use super::{Lane, Pool};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(10);

/// Keeps one thread busy until the sender is used or dropped, and says when it has begun.
fn block(pool: &Pool, lane: Lane) -> SyncSender<()> {
    let (begun, has_begun) = sync_channel(1);
    let (release, released): (_, Receiver<()>) = sync_channel(1);
    pool.submit(
        lane,
        Box::new(move |_| {
            begun.send(()).unwrap();
            let _ = released.recv();
        }),
    );
    has_begun.recv_timeout(WAIT).unwrap();
    release
}

#[test]
fn a_panic_ends_its_job_alone() {
    let pool = Pool::start(1).unwrap();
    let (done, is_done) = sync_channel(1);
    pool.submit(Lane::Short, Box::new(|_| panic!("a test's own panic")));
    pool.submit(Lane::Short, Box::new(move |_| done.send(()).unwrap()));
    is_done.recv_timeout(WAIT).unwrap();
}

#[test]
fn long_jobs_leave_one_thread_to_short_ones() {
    let pool = Pool::start(2).unwrap();
    let _busy = block(&pool, Lane::Long);
    let (order, ran) = sync_channel(4);
    for (lane, name) in [(Lane::Long, "long"), (Lane::Short, "short")] {
        let order = order.clone();
        pool.submit(lane, Box::new(move |_| order.send(name).unwrap()));
    }
    assert_eq!(ran.recv_timeout(WAIT).unwrap(), "short");
    assert_eq!(pool.queued(), 1, "the second long one waits for the first");
}

#[test]
fn a_long_job_is_overtaken_only_so_often() {
    let pool = Pool::start(1).unwrap();
    let busy = block(&pool, Lane::Short);
    let (order, ran) = sync_channel(64);
    let named = |name| {
        let order = order.clone();
        Box::new(move |_: &mut _| order.send(name).unwrap())
    };
    pool.submit(Lane::Long, named("long"));
    for _ in 0..40 {
        pool.submit(Lane::Short, named("short"));
    }
    drop(busy);
    let before = std::iter::from_fn(|| ran.recv_timeout(WAIT).ok()).position(|name| name == "long");
    assert_eq!(before, Some(16));
}

#[test]
fn a_queue_is_late_when_its_first_job_is() {
    let pool = Pool::start(1).unwrap();
    let _busy = block(&pool, Lane::Short);
    assert!(!pool.is_late(Lane::Short, Duration::ZERO), "nobody waits");
    pool.submit(Lane::Short, Box::new(|_| ()));
    while !pool.is_late(Lane::Short, Duration::ZERO) {
        std::hint::spin_loop();
    }
    assert!(!pool.is_late(Lane::Short, WAIT * 100));
    assert!(!pool.is_late(Lane::Long, Duration::ZERO), "lanes are told apart");
}

#[test]
fn a_dropped_pool_drops_what_waits() {
    let pool = Pool::start(1).unwrap();
    let busy = block(&pool, Lane::Short);
    let (order, ran) = sync_channel::<()>(1);
    pool.submit(Lane::Short, Box::new(move |_| order.send(()).unwrap()));
    let dropping = std::thread::spawn(move || drop(pool));
    // Disconnected without a message: the job was dropped unrun.
    ran.recv_timeout(WAIT).unwrap_err();
    drop(busy);
    dropping.join().unwrap();
}
