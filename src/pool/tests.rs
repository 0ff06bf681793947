//! What the pool promises. Channels order the events; nothing sleeps to be in time.

use super::{Lane, Line, Pool, REST, Waiting};
use std::cell::RefCell;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

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
    let pool = Pool::start(1, REST).unwrap();
    let (done, is_done) = sync_channel(1);
    pool.submit(Lane::Short, Box::new(|_| panic!("a test's own panic")));
    pool.submit(Lane::Short, Box::new(move |_| done.send(()).unwrap()));
    is_done.recv_timeout(WAIT).unwrap();
}

#[test]
fn long_jobs_leave_one_thread_to_short_ones() {
    let pool = Pool::start(2, REST).unwrap();
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
    let pool = Pool::start(1, REST).unwrap();
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
    let pool = Pool::start(1, REST).unwrap();
    let _busy = block(&pool, Lane::Short);
    assert!(!pool.is_late(Lane::Short, Duration::ZERO), "nobody waits");
    pool.submit(Lane::Short, Box::new(|_| ()));
    while !pool.is_late(Lane::Short, Duration::ZERO) {
        std::hint::spin_loop();
    }
    assert!(!pool.is_late(Lane::Short, WAIT * 100));
    assert!(!pool.is_late(Lane::Long, Duration::ZERO), "lanes are told apart");
}

/// A lane for two threads, with times of the test's own.
#[derive(Default)]
struct Clocked(Line);

impl Clocked {
    const PATIENCE: Duration = Duration::from_millis(50);

    fn push(&mut self, since: Instant, patient: bool) {
        self.0.push(Waiting { job: Box::new(|_| ()), since, patient });
    }

    fn is_late(&mut self, now: Instant) -> bool {
        self.0.is_late(now, Self::PATIENCE, 2)
    }
}

#[test]
fn in_an_overload_no_more_wait_than_keep_the_threads_busy() {
    let began = Instant::now();
    let at = |millis| began + Duration::from_millis(millis);
    let mut line = Clocked::default();
    for _ in 0..100 {
        line.push(at(0), false);
        assert!(!line.is_late(at(50)), "a burst may be long");
    }
    assert!(line.is_late(at(51)), "but its first must not wait longer");
    let empty = |line: &mut Clocked| while line.0.pop().is_some() {};
    empty(&mut line);
    (0..2).for_each(|_| line.push(at(52), false));
    assert!(!line.is_late(at(60)), "two wait");
    line.push(at(52), false);
    assert!(line.is_late(at(60)), "three wait, nine milliseconds after one was refused");
    assert!(line.is_late(at(101)), "and there is always one more to refuse");
    empty(&mut line);
    (0..5).for_each(|_| line.push(at(200), false));
    assert!(line.is_late(at(201)), "a hundred milliseconds after one was refused");
    empty(&mut line);
    (0..5).for_each(|_| line.push(at(302), false));
    assert!(!line.is_late(at(302)), "nobody was refused for longer: this is a burst again");
}

#[test]
fn a_queue_that_is_never_empty_is_an_overload() {
    let began = Instant::now();
    let at = |millis| began + Duration::from_millis(millis);
    let mut line = Clocked::default();
    (0..3).for_each(|_| line.push(at(0), false));
    for millis in (10..=100).step_by(10) {
        assert!(!line.is_late(at(millis)), "at {millis} ms");
        (0..3).for_each(|_| line.push(at(millis), false));
        (0..3).for_each(|_| drop(line.0.pop()));
    }
    assert!(line.is_late(at(101)));
    while line.0.pop().is_some() {}
    (0..9).for_each(|_| line.push(at(202), false));
    assert!(!line.is_late(at(202)), "nobody was refused for so long: this is a burst again");
}

#[test]
fn the_patient_make_no_queue_late() {
    let began = Instant::now();
    let at = |millis| began + Duration::from_millis(millis);
    let mut line = Clocked::default();
    (0..9).for_each(|_| line.push(at(0), true));
    assert!(!line.is_late(at(1000)));
    line.push(at(1000), false);
    assert!(!line.is_late(at(1050)));
    assert!(line.is_late(at(1051)), "nor do they hide one that is");
}

#[test]
fn a_dropped_pool_drops_what_waits() {
    let pool = Pool::start(1, REST).unwrap();
    let busy = block(&pool, Lane::Short);
    let (order, ran) = sync_channel::<()>(1);
    pool.submit(Lane::Short, Box::new(move |_| order.send(()).unwrap()));
    let dropping = std::thread::spawn(move || drop(pool));
    // Disconnected without a message: the job was dropped unrun.
    ran.recv_timeout(WAIT).unwrap_err();
    drop(busy);
    dropping.join().unwrap();
}

/// Says so when the thread that it belongs to ends.
struct Farewell(SyncSender<ThreadId>);

impl Drop for Farewell {
    fn drop(&mut self) {
        // After a failed test nobody listens.
        let _ = self.0.send(std::thread::current().id());
    }
}

thread_local! {
    static FAREWELL: RefCell<Option<Farewell>> = const { RefCell::new(None) };
}

#[test]
fn a_thread_that_has_worked_and_rested_makes_way_for_a_new_one() {
    let pool = Pool::start(1, Duration::from_millis(1)).unwrap();
    let (ended, has_ended) = sync_channel(8);
    for _ in 0..3 {
        let ended = ended.clone();
        let (begun, has_begun) = sync_channel(1);
        let work = move |_: &mut _| {
            FAREWELL.set(Some(Farewell(ended)));
            begun.send(std::thread::current().id()).unwrap();
        };
        pool.submit(Lane::Short, Box::new(work));
        let worked = has_begun.recv_timeout(WAIT).unwrap();
        assert_eq!(has_ended.recv_timeout(WAIT).unwrap(), worked, "and gave back what it had");
    }
    assert_eq!(pool.shared.lock().threads.len(), 1);
}
