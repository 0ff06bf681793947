//! Starts the servers, calls them in turn, and prints what each call cost them.

use crate::itself::Itself;
use crate::raw::RawCodec;
use crate::{Failure, ROLE, annotating, processor};
use http::uri::PathAndQuery;
use prost::Message as _;
use prost::bytes::Bytes;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tonic::transport::{Channel, Endpoint};

const METHOD: &str = "/glossator.v1.AnnotationService/Annotate";

/// A server in a process of its own.
struct Served {
    role: &'static str,
    process: Child,
    channels: Vec<Channel>,
    /// For each number of callers: of each round, the processor time of a call and the p50 of its time.
    costs: Vec<Vec<(Duration, Duration)>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It ends with its standard input, in good order, so that a profiler in it can write what it saw.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

impl Served {
    async fn start(role: &'static str) -> Result<Self, Failure> {
        let process = Command::new(std::env::current_exe()?)
            .env(ROLE, role)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut own = Self { role, process, channels: Vec::new(), costs: Vec::new() };
        let mut port = String::new();
        BufReader::new(own.process.stdout.take().ok_or("no output")?).read_line(&mut port)?;
        for _ in 0..2 {
            let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{}", port.trim()))?;
            own.channels.push(endpoint.connect().await?);
        }
        Ok(own)
    }

    fn processor(&self) -> Result<Duration, Failure> {
        processor(self.process.id(), "")
    }

    /// Calls so many times, and says what a call cost and how long it took, as p50.
    async fn measure(
        &self,
        callers: u32,
        calls: u32,
        request: &Bytes,
    ) -> Result<(Duration, Duration), Failure> {
        let each = calls / callers;
        let before = self.processor()?;
        let mut work = JoinSet::new();
        for (_, channel) in (0..callers).zip(self.channels.iter().cycle()) {
            let (channel, request) = (channel.clone(), request.clone());
            work.spawn(async move {
                let mut times = Vec::new();
                for _ in 0..each {
                    let began = Instant::now();
                    call(channel.clone(), request.clone()).await?;
                    times.push(began.elapsed());
                }
                Ok::<_, Failure>(times)
            });
        }
        let mut times = Vec::new();
        while let Some(done) = work.join_next().await {
            times.extend(done??);
        }
        let cost = (self.processor()? - before) / (each * callers);
        times.sort_unstable();
        Ok((cost, times.get(times.len() / 2).copied().unwrap_or_default()))
    }
}

/// One call; an answer that is not whole is a failure.
async fn call(channel: Channel, request: Bytes) -> Result<(), Failure> {
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await?;
    let path = PathAndQuery::from_static(METHOD);
    let answer = client.server_streaming(tonic::Request::new(request), path, RawCodec).await?;
    let mut messages = answer.into_inner();
    let mut length = 0;
    while let Some(message) = messages.message().await? {
        length += message.len();
    }
    if length < 2_000 { Err(format!("an answer of {length} bytes").into()) } else { Ok(()) }
}

/// Measures every server, or one of them only, in each round.
pub(crate) async fn all(rounds: u32, calls: u32, callers: &[u32], only: Option<&str>) -> Result<(), Failure> {
    let made = crate::article();
    let (_, annotations) = annotating(1)?;
    println!(
        "an article of {} bytes with {annotations} annotations; {rounds} rounds of {calls} calls",
        made.title.len() + made.text.len()
    );
    let request = Bytes::from(crate::request().encode_to_vec());
    let mut servers = Vec::new();
    let roles = ["bytes", "message", "handed", "prepared", "annotates", "glossator"];
    for role in roles.into_iter().filter(|role| only.is_none_or(|only| only == *role)) {
        let mut server = Served::start(role).await?;
        server.costs.resize(callers.len(), Vec::new());
        server.measure(8, 400, &request).await?;
        servers.push(server);
    }
    let itself = Itself::start()?;
    itself.measure(8, 400)?;
    let (mut in_a_loop, mut in_the_pool) = (Duration::MAX, vec![Vec::new(); callers.len()]);
    for _ in 0..rounds {
        for (index, &callers) in callers.iter().enumerate() {
            for server in &mut servers {
                let cost = server.measure(callers, calls, &request).await?;
                server.costs[index].push(cost);
            }
            in_the_pool[index].push(itself.measure(callers, calls)?);
        }
        in_a_loop = in_a_loop.min(annotating(100)?.0);
    }
    println!("annotating in a loop that does nothing else: {:.1} µs", micros(in_a_loop));
    for (index, callers) in callers.iter().enumerate() {
        println!(
            "{callers} at a time     processor time a call, least and median     p50 of a call, least and median"
        );
        row("annotating", &in_the_pool[index]);
        for server in &servers {
            row(server.role, &server.costs[index]);
        }
        let least = |role| {
            let server = servers.iter().find(|server| server.role == role)?;
            server.costs[index].iter().map(|&(cost, _)| micros(cost)).reduce(f64::min)
        };
        if let (Some(bytes), Some(annotates), Some(whole)) =
            (least("bytes"), least("annotates"), least("glossator"))
        {
            println!("  the wire     {:>8.1} µs", whole - (annotates - bytes));
        }
    }
    Ok(())
}

/// What the rounds gave: the processor time of a call, and the p50 of its time.
fn row(name: &str, rounds: &[(Duration, Duration)]) {
    let (mut costs, mut times): (Vec<_>, Vec<_>) = rounds.iter().copied().unzip();
    costs.sort_unstable();
    times.sort_unstable();
    let least = |sorted: &[Duration]| micros(sorted.first().copied().unwrap_or_default());
    let median = |sorted: &[Duration]| micros(sorted.get(sorted.len() / 2).copied().unwrap_or_default());
    println!(
        "  {name:<12} {:>8.1} µs {:>8.1} µs {:>24.1} µs {:>8.1} µs",
        least(&costs),
        median(&costs),
        least(&times),
        median(&times),
    );
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
