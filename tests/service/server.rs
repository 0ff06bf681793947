//! A server in this process with a puppet at work and everything that it reports written down.

use super::puppet::Puppet;
use glossator::grpc::pb::annotation_service_client::AnnotationServiceClient;
use glossator::grpc::{ArticleReport, CallReport, EngineSlot, Load, Method, Observer, pb};
use glossator::server::{self, Config, DrainPlan, Ending, Listeners, Parts, Tls};
use glossator::telemetry::{Telemetry, Traces};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};
use tonic::{Status, Streaming};

pub(crate) type Client = AnnotationServiceClient<Channel>;

pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) puppet: Puppet,
    pub(crate) engines: Arc<EngineSlot>,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<std::io::Result<Ending>>,
}

/// What the tests start from: two workers, and a drain that does not dally.
pub(crate) fn config() -> Config {
    Config {
        workers: 2,
        drain: DrainPlan { delay: Duration::ZERO, limit: Duration::from_secs(20) },
        ..Config::default()
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(config()).await
    }

    pub(crate) async fn start_with(config: Config) -> Self {
        Self::start_all(config, None, None).await
    }

    pub(crate) async fn start_all(config: Config, tls: Option<Arc<Tls>>, traces: Option<Traces>) -> Self {
        let grpc = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addresses = (grpc.local_addr().unwrap(), admin.local_addr().unwrap());
        let puppet = Puppet::new("puppet");
        let engines = Arc::new(EngineSlot::new(puppet.clone()));
        let telemetry = Arc::new(Telemetry::new(traces));
        let recorder = Arc::new(Recorder { telemetry, calls: watch::Sender::default() });
        let page = Arc::clone(&recorder);
        let parts = Parts {
            engines: Arc::clone(&engines),
            observer: Arc::clone(&recorder) as _,
            metrics: Arc::new(move |load: &Load| page.telemetry.page(load)),
        };
        let stop = CancellationToken::new();
        let shutdown = stop.clone().cancelled_owned();
        let listeners = Listeners { grpc, tls, admin: Some(admin) };
        let task = tokio::spawn(server::run(config, listeners, parts, shutdown));
        let (addr, admin) = addresses;
        Self { addr, admin, puppet, engines, recorder, stop, task }
    }

    pub(crate) async fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.addr)).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn client(&self) -> Client {
        AnnotationServiceClient::new(self.channel().await)
    }

    /// Opens the gate, tells it to stop and waits until it has.
    pub(crate) async fn stopped(self) -> Ending {
        self.puppet.open();
        self.ended().await
    }

    /// Tells it to stop and waits until it has, at its limit if need be.
    pub(crate) async fn ended(mut self) -> Ending {
        self.stop.cancel();
        (&mut self.task).await.unwrap().unwrap()
    }

    /// A page of the admin port: the status line and the body.
    pub(crate) async fn admin(&self, path: &str) -> (String, String) {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut stream = tokio::net::TcpStream::connect(self.admin).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }
}

/// A worker that waits at the gate would hold up the end of the test.
impl Drop for Server {
    fn drop(&mut self) {
        self.puppet.open();
    }
}

/// Passes reports on to the real telemetry and keeps those of calls.
pub(crate) struct Recorder {
    telemetry: Arc<Telemetry>,
    calls: watch::Sender<Vec<CallReport>>,
}

impl Recorder {
    /// Sends what telemetry has left to send.
    pub(crate) fn stop(&self) {
        self.telemetry.stop();
    }

    /// Waits until so many calls have ended, and gives the last of them.
    pub(crate) async fn ended(&self, count: usize) -> CallReport {
        let mut calls = self.calls.subscribe();
        let calls = calls.wait_for(|calls| calls.len() >= count).await.unwrap();
        calls.get(count - 1).unwrap().clone()
    }

    /// Waits until a call of this method has ended.
    pub(crate) async fn of(&self, method: Method) -> CallReport {
        let mut calls = self.calls.subscribe();
        let of = |calls: &[CallReport]| calls.iter().find(|call| call.method == method).cloned();
        let calls = calls.wait_for(|calls| of(calls).is_some()).await.unwrap();
        of(&calls).unwrap()
    }
}

impl Observer for Recorder {
    fn call_started(&self, method: Method) {
        self.telemetry.call_started(method);
    }

    fn call_ended(&self, report: &CallReport) {
        self.telemetry.call_ended(report);
        self.calls.send_modify(|calls| calls.push(report.clone()));
    }

    fn article_ended(&self, report: &ArticleReport) {
        self.telemetry.article_ended(report);
    }
}

pub(crate) fn article(text: &str) -> pb::Article {
    pb::Article { text: text.as_bytes().to_vec(), ..pb::Article::default() }
}

pub(crate) fn request(text: &str) -> pb::AnnotateRequest {
    pb::AnnotateRequest { article: Some(article(text)), options: None }
}

pub(crate) fn streamed(text: &str) -> pb::AnnotateStreamRequest {
    pb::AnnotateStreamRequest { article: Some(article(text)), options: None }
}

/// Everything that comes of an answer, and how it ends.
pub(crate) async fn read<T>(mut answer: Streaming<T>) -> (Vec<T>, Result<(), Status>) {
    let mut messages = Vec::new();
    loop {
        match answer.message().await {
            Ok(Some(message)) => messages.push(message),
            Ok(None) => return (messages, Ok(())),
            Err(status) => return (messages, Err(status)),
        }
    }
}

/// Annotates one article to its end.
pub(crate) async fn annotate(client: &mut Client, text: &str) -> Result<pb::AnnotationSummary, Status> {
    let (messages, end) = read(client.annotate(request(text)).await?.into_inner()).await;
    end?;
    Ok(messages.into_iter().find_map(|message| message.summary).expect("a complete answer has a summary"))
}

/// The reason in a status.
pub(crate) fn reason(status: &Status) -> String {
    use tonic_types::StatusExt as _;
    let info = status.get_details_error_info().unwrap_or_else(|| panic!("{status:?} has a reason"));
    assert_eq!(info.domain, "glossator.v1");
    info.reason
}
