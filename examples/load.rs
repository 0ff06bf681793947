//! Drives a running server and prints what it can do: articles and megabytes a second, how long an answer takes,
//! what failed, and, for a process on this machine, the processor time and memory that it cost.
//!
//! ```text
//! cargo run --release -- serve &
//! cargo run --release --example load -- --callers 4 --seconds 20 --pid $!
//! ```
//!
//! Without `--rate` each caller sends its next article when it has the answer to the last, so that the server sets
//! the pace. With it, articles are sent at that pace whether answers come or not, and the time of an answer
//! counts from when it was due to be asked for: that is what a caller of a slow server feels.
#![allow(clippy::print_stdout, reason = "it prints its figures")]

#[path = "../benches/support/mod.rs"]
mod support;

use clap::{Parser, ValueEnum};
use glossator::grpc::pb;
use glossator::grpc::pb::annotation_service_client::AnnotationServiceClient;
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};

/// Drives a running server and prints what it can do.
#[derive(Debug, Parser)]
struct Plan {
    /// The server.
    #[arg(long, default_value = "http://127.0.0.1:50051")]
    server: String,
    /// How articles are sent: one call each, or many on one call.
    #[arg(long, value_enum, default_value_t = Method::Annotate)]
    method: Method,
    /// How many callers there are, each with one article under way; for streams, with one stream.
    #[arg(long, default_value_t = 8)]
    callers: usize,
    /// Over how many connections they come.
    #[arg(long, default_value_t = 2)]
    connections: usize,
    /// How long to go on, in seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Articles a second to offer, answered or not; `annotate` only.
    #[arg(long)]
    rate: Option<f64>,
    /// How many times an article of 2.8 kB is repeated in each that is sent.
    #[arg(long, default_value_t = 1)]
    repeat: usize,
    /// The server's process, if it runs on this machine: its processor time and memory are printed too.
    #[arg(long)]
    pid: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Method {
    /// `Annotate`: one call an article.
    Annotate,
    /// `AnnotateStream`: one call a caller.
    Stream,
}

/// What came back.
#[derive(Debug, Default)]
struct Tally {
    answered: AtomicU64,
    bytes: AtomicU64,
    times: Mutex<Vec<Duration>>,
    failures: Mutex<BTreeMap<String, u64>>,
}

impl Tally {
    fn answer(&self, bytes: usize, time: Duration) {
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.times.lock().unwrap_or_else(PoisonError::into_inner).push(time);
    }

    fn failure(&self, what: String) {
        *self.failures.lock().unwrap_or_else(PoisonError::into_inner).entry(what).or_default() += 1;
    }
}

/// Articles to send, over and over.
#[derive(Debug)]
struct Supply {
    articles: Vec<pb::Article>,
    next: AtomicU64,
}

impl Supply {
    fn new(repeat: usize) -> Self {
        let article = |number: u64| {
            let made = support::article(number);
            pb::Article {
                id: number.to_string().into_bytes(),
                title: made.title.into_bytes(),
                text: vec![made.text; repeat.max(1)].join("\n\n").into_bytes(),
                language_code: b"en".to_vec(),
                ..pb::Article::default()
            }
        };
        Self { articles: (0..200).map(article).collect(), next: AtomicU64::new(0) }
    }

    fn take(&self) -> &pb::Article {
        let at = self.next.fetch_add(1, Ordering::Relaxed) % self.articles.len() as u64;
        usize::try_from(at).ok().and_then(|at| self.articles.get(at)).expect("there are articles")
    }
}

type Client = AnnotationServiceClient<Channel>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let plan = Plan::parse();
    let endpoint = Endpoint::from_shared(plan.server.clone())?.connect_timeout(Duration::from_secs(5));
    let mut clients = Vec::new();
    for _ in 0..plan.connections.max(1) {
        let channel =
            endpoint.connect().await.map_err(|error| format!("cannot reach {}: {error}", plan.server))?;
        clients.push(AnnotationServiceClient::new(channel));
    }
    let supply = Arc::new(Supply::new(plan.repeat));
    let tally = Arc::new(Tally::default());
    let before = plan.pid.map(Cost::of).transpose()?;
    let began = Instant::now();
    let end = began + Duration::from_secs(plan.seconds);
    let mut work = JoinSet::new();
    let mut turn = clients.iter().cycle().cloned();
    match (plan.rate, plan.method) {
        (Some(rate), Method::Annotate) => offer(rate, end, &mut turn, &supply, &tally, &mut work).await,
        (Some(_), Method::Stream) => return Err("--rate goes with --method annotate".into()),
        (None, method) => {
            for client in turn.take(plan.callers) {
                let (supply, tally) = (Arc::clone(&supply), Arc::clone(&tally));
                work.spawn(async move {
                    match method {
                        Method::Annotate => call(client, end, &supply, &tally).await,
                        Method::Stream => stream(client, end, supply, &tally).await,
                    }
                });
            }
        }
    }
    while work.join_next().await.is_some() {}
    let took = began.elapsed();
    let after = plan.pid.map(Cost::of).transpose()?;
    report(&tally, took, before.zip(after));
    Ok(())
}

/// One article after the other, each a call of its own; who is turned away waits as long as told.
async fn call(mut client: Client, end: Instant, supply: &Supply, tally: &Tally) {
    while Instant::now() < end {
        if let Err(refused) = annotate(&mut client, supply.take(), Instant::now(), tally).await {
            tokio::time::sleep(pushback(&refused)).await;
        }
    }
}

/// How long the server asks to wait before another try.
fn pushback(refused: &tonic::Status) -> Duration {
    let told =
        refused.metadata().get("grpc-retry-pushback-ms").and_then(|told| told.to_str().ok()?.parse().ok());
    Duration::from_millis(told.unwrap_or(0))
}

/// Articles at a fixed pace.
async fn offer(
    rate: f64,
    end: Instant,
    clients: &mut impl Iterator<Item = Client>,
    supply: &Arc<Supply>,
    tally: &Arc<Tally>,
    work: &mut JoinSet<()>,
) {
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
    for mut client in clients {
        let due = ticks.tick().await.into_std();
        if due >= end {
            break;
        }
        let (supply, tally) = (Arc::clone(supply), Arc::clone(tally));
        work.spawn(async move {
            // Counted already; the next one comes when it is due.
            let _ = annotate(&mut client, supply.take(), due, &tally).await;
        });
        while work.try_join_next().is_some() {}
    }
}

async fn annotate(
    client: &mut Client,
    article: &pb::Article,
    due: Instant,
    tally: &Tally,
) -> Result<(), tonic::Status> {
    let request = pb::AnnotateRequest { article: Some(article.clone()), options: None };
    let read = async {
        let mut replies = client.annotate(request).await?.into_inner();
        while let Some(reply) = replies.message().await? {
            if reply.summary.is_some() {
                tally.answer(article.text.len() + article.title.len(), due.elapsed());
            }
        }
        Ok(())
    };
    let read: Result<(), tonic::Status> = read.await;
    read.inspect_err(|status| tally.failure(told(status)))
}

/// Articles on one call, a few ahead of the answers.
async fn stream(mut client: Client, end: Instant, supply: Arc<Supply>, tally: &Tally) {
    /// How many articles wait for their answers.
    const AHEAD: usize = 4;
    // No more wait for their answers than there are in the window, on the wire and with the server.
    let (sent, mut waiting) = tokio::sync::mpsc::channel(1000);
    let (window, requests) = tokio::sync::mpsc::channel(AHEAD);
    let feed = tokio::spawn(async move {
        while Instant::now() < end {
            let article = supply.take().clone();
            let bytes = article.text.len() + article.title.len();
            let request = pb::AnnotateStreamRequest { article: Some(article), options: None };
            if window.send(request).await.is_err() || sent.send((bytes, Instant::now())).await.is_err() {
                break;
            }
        }
    });
    match client.annotate_stream(tokio_stream::wrappers::ReceiverStream::new(requests)).await {
        Err(status) => tally.failure(told(&status)),
        Ok(replies) => {
            let mut replies = replies.into_inner();
            loop {
                match replies.message().await {
                    Ok(Some(reply)) => match reply.result {
                        Some(pb::annotate_stream_response::Result::Response(part))
                            if part.summary.is_some() =>
                        {
                            if let Some((bytes, since)) = waiting.recv().await {
                                tally.answer(bytes, since.elapsed());
                            }
                        }
                        Some(pb::annotate_stream_response::Result::Error(error)) => {
                            let _ = waiting.recv().await;
                            tally.failure(error.reason);
                        }
                        Some(pb::annotate_stream_response::Result::Response(_)) | None => {}
                    },
                    Ok(None) => break,
                    Err(status) => {
                        tally.failure(told(&status));
                        break;
                    }
                }
            }
        }
    }
    let _ = feed.await;
}

fn told(status: &tonic::Status) -> String {
    if status.code() == Code::Unknown {
        return format!("Unknown: {}", status.message());
    }
    format!("{:?}", status.code())
}

/// What a process has used.
#[derive(Clone, Copy, Debug)]
struct Cost {
    processor: Duration,
    resident_kib: u64,
}

impl Cost {
    /// Reads `/proc`, which Linux alone has.
    fn of(pid: u32) -> Result<Self, Box<dyn Error>> {
        /// A hundred ticks a second on every Linux that this is built for.
        const TICK: Duration = Duration::from_millis(10);
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))
            .map_err(|error| format!("no figures of process {pid}: {error}"))?;
        // The name in brackets may hold blanks; the rest does not.
        let (_, rest) = stat.rsplit_once(')').ok_or("a process without a name")?;
        let mut times = rest.split_ascii_whitespace().skip(11).map_while(|field| field.parse::<u32>().ok());
        let ticks = times.next().unwrap_or(0) + times.next().unwrap_or(0);
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident = resident.and_then(|line| line.split_ascii_whitespace().next()?.parse().ok());
        Ok(Self { processor: TICK * ticks, resident_kib: resident.unwrap_or(0) })
    }
}

fn report(tally: &Tally, took: Duration, cost: Option<(Cost, Cost)>) {
    let answered = tally.answered.load(Ordering::Relaxed);
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    let per_second = |count: u64| count as f64 / took.as_secs_f64();
    println!("answered   {answered} articles in {:.1} s", took.as_secs_f64());
    let megabytes = per_second(tally.bytes.load(Ordering::Relaxed)) / 1e6;
    println!("pace       {:.0} articles/s, {megabytes:.2} MB/s", per_second(answered));
    let mut times = tally.times.lock().unwrap_or_else(PoisonError::into_inner);
    times.sort_unstable();
    let at = |permille: usize| {
        let time = times.get((times.len() * permille / 1000).min(times.len().saturating_sub(1)));
        time.map_or(0.0, Duration::as_secs_f64) * 1e3
    };
    println!(
        "answer in  p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, worst {:.2} ms",
        at(500),
        at(900),
        at(990),
        at(1000)
    );
    for (what, count) in &*tally.failures.lock().unwrap_or_else(PoisonError::into_inner) {
        println!("failed     {count} × {what}");
    }
    if let Some((before, after)) = cost {
        let processor = after.processor.saturating_sub(before.processor);
        #[expect(clippy::cast_precision_loss, reason = "for people")]
        let each = processor.as_secs_f64() * 1e6 / answered.max(1) as f64;
        let cores = processor.as_secs_f64() / took.as_secs_f64();
        println!("server     {each:.0} µs of processor time an article, {cores:.2} cores");
        println!(
            "memory     {} MiB resident, {} MiB before",
            after.resident_kib / 1024,
            before.resident_kib / 1024
        );
    }
}
