//! The servers, each the whole of a process: it says its port on standard output, and ends when its standard input
//! does.

use crate::Failure;
use crate::raw::{Null, RawCodec};
use glossator::annotate::{
    AnnotateError, Annotation, Annotator, Article, Collector, Header, Limits, Options, Scratch, Sink, Summary,
};
use glossator::grpc::{Engine, EngineSlot, Load, client, pb};
use glossator::pool::Pool;
use glossator::server::{self, Config, Listeners, Parts};
use glossator::telemetry::{self, LogFormat, Telemetry};
use prost::Message as _;
use prost::bytes::Bytes;
use std::cell::RefCell;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_prost::ProstCodec;

type Prost = ProstCodec<pb::AnnotateResponse, pb::AnnotateRequest>;

/// Serves until standard input ends.
pub(crate) fn run(role: &str) -> Result<(), Failure> {
    // As in the program: a line of JSON a call.
    let _log = telemetry::init(LogFormat::Json, "info")?;
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    let workers = Config::default().workers;
    // Who annotates on the runtime has as many threads for it as the others have workers.
    let threads = if role == "annotates" { 2 * workers } else { workers };
    server::runtime(threads)?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        serve(role, listener).await
    })
}

async fn serve(role: &str, listener: TcpListener) -> Result<(), Failure> {
    let annotator = Annotator::builtin()?;
    match role {
        "bytes" => bare(listener, Null::<RawCodec, _>::new(bytes(&annotator)?)).await,
        "annotates" => {
            let bytes = bytes(&annotator)?;
            bare(listener, Null::<RawCodec, _>::working(bytes, itself(annotator))).await
        }
        "message" => bare(listener, Null::<Prost, _>::new(answer(&annotator)?)).await,
        "handed" => {
            let pool = Pool::start(Config::default().workers, Duration::MAX)?;
            bare(listener, Null::<Prost, _>::handing(answer(&annotator)?, pool)).await
        }
        "prepared" => whole(listener, EngineSlot::new(Prepared(annotator))).await,
        "glossator" => whole(listener, EngineSlot::new(annotator)).await,
        other => Err(format!("no such server: {other}").into()),
    }
}

/// The same tonic, and nothing of ours.
async fn bare<S>(listener: TcpListener, service: S) -> Result<(), Failure>
where
    S: tower::Service<
            http::Request<tonic::body::Body>,
            Response = http::Response<tonic::body::Body>,
            Error = std::convert::Infallible,
        > + tonic::server::NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Ok(Server::builder().add_service(service).serve_with_incoming(incoming).await?)
}

/// What the program serves.
async fn whole(listener: TcpListener, engines: EngineSlot) -> Result<(), Failure> {
    let telemetry = Arc::new(Telemetry::new(None));
    let page = Arc::clone(&telemetry);
    let parts = Parts {
        engines: Arc::new(engines),
        observer: telemetry,
        metrics: Arc::new(move |load: &Load| page.page(load)),
    };
    let listeners = Listeners { grpc: listener, tls: None, admin: None };
    // A thread that ends takes the account of its processor time along.
    let mut config = Config { worker_rest: Duration::MAX, ..Config::default() };
    // Nobody is to be refused here, however busy the machine is with others.
    config.service.admission.max_queue_delay = Duration::from_secs(60);
    server::run(config, listeners, parts, std::future::pending()).await?;
    Ok(())
}

/// The answer to the request, in one message.
fn answer(annotator: &Annotator) -> Result<pb::AnnotateResponse, Failure> {
    let request = crate::request().encode_to_vec();
    let reply = client::annotate_encoded(annotator, &request, &mut Scratch::default())?;
    Ok(reply.message().clone())
}

/// The same as bytes.
fn bytes(annotator: &Annotator) -> Result<Bytes, Failure> {
    Ok(Bytes::from(answer(annotator)?.encode_to_vec()))
}

/// The annotating of the article, by the thread that calls it, with a sink that does nothing.
fn itself(annotator: Annotator) -> impl Fn() + Send + Sync + 'static {
    thread_local! { static SCRATCH: RefCell<Scratch> = RefCell::default(); }
    let made = crate::article();
    move || {
        let (title, text) = (&*made.title, &*made.text);
        let article = Article { title, text, language: Some("en"), ..Article::default() };
        let mut sink = Collector(|annotation: &Annotation<'_>| {
            black_box(annotation.id);
        });
        SCRATCH.with_borrow_mut(|scratch| {
            black_box(annotator.annotate(&article, &Options::default(), scratch, &mut sink).is_ok())
        });
    }
}

const fn header() -> Header<'static> {
    Header { language: "en", language_confidence: None, reference_date: None, dateline: None }
}

thread_local! {
    /// What a worker found in the article when it saw it first.
    static FOUND: RefCell<Option<Scratch>> = const { RefCell::new(None) };
}

/// Annotates its first article and answers every other with what was found in that.
struct Prepared(Annotator);

impl Engine for Prepared {
    fn limits(&self) -> &Limits {
        self.0.limits()
    }

    fn revision(&self) -> &str {
        self.0.revision()
    }

    fn check(&self, article: &Article<'_>) -> Result<(), AnnotateError> {
        self.0.check(article)
    }

    fn annotate(
        &self,
        article: &Article<'_>,
        options: &Options<'_>,
        _: &mut Scratch,
        sink: &mut dyn Sink,
    ) -> Result<Summary, AnnotateError> {
        FOUND.with_borrow_mut(|found| {
            let scratch = match found {
                Some(scratch) => scratch,
                None => {
                    let mut scratch = Scratch::default();
                    let mut nobody = Collector(|_: &Annotation<'_>| ());
                    self.0.annotate(article, options, &mut scratch, &mut nobody)?;
                    found.insert(scratch)
                }
            };
            let repeated = match sink.header(&header()) {
                ControlFlow::Continue(()) => scratch.repeat(options, sink),
                ControlFlow::Break(()) => ControlFlow::Break(()),
            };
            match repeated {
                ControlFlow::Continue(summary) => Ok(summary),
                ControlFlow::Break(()) => Err(AnnotateError::Stopped),
            }
        })
    }
}
