//! Requests: parsed, validated, admitted, and only then answered; each error with its code, reason and field.

use super::frames::{DATA, END_STREAM, Frames, HEADERS, frame, headers};
use super::puppet::{Puppet, WAIT_INSIDE};
use super::run;
use super::server::{Server, annotate, article, config, read, reason, request, streamed};
use super::wire::{self, ANNOTATE, INFO, Wire};
use glossator::annotate::{Annotator, Limits};
use glossator::grpc::pb;
use pb::annotate_stream_response::Result as Outcome;
use pbjson_types::Timestamp;
use std::time::Duration;
use tonic::Code;
use tonic::codec::CompressionEncoding;
use tonic_types::StatusExt as _;

const NOT_UTF8: &[u8] = b"It rained \xff here.";

/// A bad request, its reason and the field at fault.
type Bad = (pb::AnnotateRequest, &'static str, &'static str);

fn bad_requests() -> Vec<Bad> {
    let with = |change: &dyn Fn(&mut pb::Article)| {
        let mut article = article("It rained.");
        change(&mut article);
        pb::AnnotateRequest { article: Some(article), options: None }
    };
    let wish = |change: &dyn Fn(&mut pb::AnnotateOptions)| {
        let mut options = pb::AnnotateOptions::default();
        change(&mut options);
        pb::AnnotateRequest { article: Some(article("It rained.")), options: Some(options) }
    };
    let at = |seconds, nanos| with(&|article| article.publish_time = Some(Timestamp { seconds, nanos }));
    let term = |change: &dyn Fn(&mut pb::CustomTerm)| {
        let mut term = pb::CustomTerm { text: "Ada".to_owned(), r#type: 1, ..pb::CustomTerm::default() };
        change(&mut term);
        wish(&|options| options.custom_terms = vec![term.clone()])
    };
    let utf8 = "INVALID_UTF8";
    let mut bad: Vec<Bad> = vec![
        (pb::AnnotateRequest::default(), "ARTICLE_MISSING", "article"),
        (with(&|it| it.text = NOT_UTF8.to_vec()), utf8, "article.text"),
        (with(&|it| it.title = NOT_UTF8.to_vec()), utf8, "article.title"),
        (with(&|it| it.id = NOT_UTF8.to_vec()), utf8, "article.id"),
        (with(&|it| it.language_code = NOT_UTF8.to_vec()), utf8, "article.language_code"),
        (with(&|it| it.time_zone = NOT_UTF8.to_vec()), utf8, "article.time_zone"),
        (with(&|it| it.source_uri = NOT_UTF8.to_vec()), utf8, "article.source_uri"),
        (with(&|it| it.authors = vec![b"Ada".to_vec(), NOT_UTF8.to_vec()]), utf8, "article.authors"),
        (request(&"a".repeat(1_000_001)), "ARTICLE_TOO_LONG", "article.text"),
        (request(&"\u{1f600}".repeat(1_000_001)), "ARTICLE_TOO_LONG", "article.text"),
        (with(&|it| it.title = vec![b'a'; 2_001]), "ARTICLE_TOO_LONG", "article.title"),
        (with(&|it| it.id = vec![b'a'; 257]), "INVALID_ARTICLE", "article.id"),
        (at(i64::MAX, 0), "INVALID_ARTICLE", "article.publish_time"),
        (at(i64::MIN, 0), "INVALID_ARTICLE", "article.publish_time"),
        (at(0, -1), "INVALID_ARTICLE", "article.publish_time"),
        (at(0, 1_000_000_000), "INVALID_ARTICLE", "article.publish_time"),
        (wish(&|it| it.offset_encoding = 4), "INVALID_OPTION", "options.offset_encoding"),
        (wish(&|it| it.offset_encoding = -1), "INVALID_OPTION", "options.offset_encoding"),
        (wish(&|it| it.kinds = vec![1, 99]), "INVALID_OPTION", "options.kinds[1]"),
        (wish(&|it| it.kinds = vec![0]), "INVALID_OPTION", "options.kinds[0]"),
        (wish(&|it| it.kinds = vec![i32::MIN]), "INVALID_OPTION", "options.kinds[0]"),
        (wish(&|it| it.entity_types = vec![99]), "INVALID_OPTION", "options.entity_types[0]"),
        (wish(&|it| it.entity_types = vec![1, 0]), "INVALID_OPTION", "options.entity_types[1]"),
        (term(&|it| it.r#type = 99), "INVALID_OPTION", "options.custom_terms[0].type"),
        (term(&|it| it.text.clear()), "INVALID_OPTION", "options.custom_terms[0].text"),
        (
            wish(&|it| it.custom_terms = vec![pb::CustomTerm::default(); 10_001]),
            "INVALID_OPTION",
            "options.custom_terms",
        ),
    ];
    for code in ["de", "english", "en--US", "en-", "-", " en", "e\u{301}n", &"x".repeat(65_000)] {
        let code = code.as_bytes();
        bad.push((
            with(&|it| it.language_code = code.to_vec()),
            "LANGUAGE_UNSUPPORTED",
            "article.language_code",
        ));
    }
    for zone in ["Mars/Olympus", "../etc/passwd", "Europe/", "+25:00", &"x".repeat(65_000)] {
        let zone = zone.as_bytes();
        bad.push((with(&|it| it.time_zone = zone.to_vec()), "INVALID_ARTICLE", "article.time_zone"));
    }
    for confidence in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.1, 1.1] {
        let request = wish(&|it| it.min_confidence = confidence);
        bad.push((request, "INVALID_OPTION", "options.min_confidence"));
    }
    bad
}

#[test]
fn every_bad_request_names_its_field_in_trailers_alone() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        for (request, expect, field) in bad_requests() {
            // An error here, and not in the stream, means that there were no response headers before it.
            let status = client.annotate(request).await.expect_err(field);
            assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, expect), "{field}");
            let details = status.get_details_bad_request().expect("a field");
            let fields: Vec<_> = details.field_violations.iter().map(|it| it.field.as_str()).collect();
            assert_eq!(fields, [field], "{expect}");
            assert!(status.details().len() <= 4096, "{field}: {} bytes of details", status.details().len());
        }
        assert_eq!(server.puppet.counts().done, 0);
    });
}

#[test]
fn a_refusal_is_trailers_alone_on_the_wire() {
    run(async {
        let server = Server::start().await;
        let mut wire = Wire::connect(server.addr).await;
        let refused = wire.call(ANNOTATE, &[], &pb::AnnotateRequest::default()).await.unwrap();
        assert_eq!(refused.headers.get("grpc-status").map(|status| status.as_bytes()), Some(&b"3"[..]));
        assert!(refused.trailers.is_none() && refused.body.is_empty());
        let answered = wire.call(ANNOTATE, &[], &request("It rained.")).await.unwrap();
        assert_eq!((answered.headers.get("grpc-status"), answered.status()), (None, 0));
    });
}

#[test]
fn on_a_stream_a_bad_article_costs_itself_alone() {
    run(async {
        let server = Server::start().await;
        let (articles, expects): (Vec<_>, Vec<_>) = bad_requests()
            .into_iter()
            .flat_map(|(bad, reason, field)| {
                let pb::AnnotateRequest { article, options } = bad;
                // An article without options of its own has those of the first; these are good ones.
                let options = options.or_else(|| Some(pb::AnnotateOptions::default()));
                let bad = pb::AnnotateStreamRequest { article, options };
                [(bad, Some((reason, field))), (streamed("It rained."), None)]
            })
            .unzip();
        let mut client = server.client().await;
        let answer = client.annotate_stream(tokio_stream::iter(articles)).await.unwrap().into_inner();
        let (messages, end) = read(answer).await;
        end.expect("the call goes well");
        let found: Vec<_> = messages
            .iter()
            .filter_map(|message| match message.result.as_ref().unwrap() {
                Outcome::Error(error) => Some(Some((error.reason.as_str(), error.field.as_str()))),
                Outcome::Response(response) => response.summary.is_some().then_some(None),
            })
            .collect();
        assert_eq!(found, expects);
        let indexes = messages.iter().map(|message| message.request_index);
        assert!(indexes.is_sorted(), "in the order of requests");
    });
}

#[test]
fn too_long_says_how_long_is_allowed() {
    run(async {
        let server = Server::start().await;
        let status = server.client().await.annotate(request(&"é".repeat(1_000_001))).await.unwrap_err();
        let info = status.get_details_error_info().unwrap();
        let figure = |name: &str| info.metadata.get(name).map(String::as_str);
        assert_eq!((figure("maxChars"), figure("actualChars")), (Some("1000000"), Some("1000001")));
        // At the limit, in the longest characters, the article is taken: the decoder reads so much.
        let text = format!("{}.", "\u{1f600}".repeat(999_999));
        annotate(&mut server.client().await, &text).await.unwrap();
    });
}

#[test]
fn a_message_over_the_transport_limit_is_refused_and_the_connection_lives() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        let status = client.annotate(request(&"a".repeat(9 << 20))).await.unwrap_err();
        assert_eq!(status.code(), Code::OutOfRange);
        annotate(&mut client, "It rained.").await.unwrap();
    });
}

#[test]
fn nothing_to_find_is_no_error() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        for text in ["", " \n\n\t\u{a0} ", "\u{feff}"] {
            let summary = annotate(&mut client, text).await.unwrap();
            let counts = (summary.sentence_count, summary.quote_count, summary.entity_count);
            assert_eq!(counts, (0, 0, 0), "{text:?}");
        }
    });
}

#[test]
fn what_is_unusual_but_good_is_taken() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        for (language, zone) in
            [("en", "Asia/Shanghai"), ("en-GB", ""), ("EN_us", "utc"), ("", "America/New_York")]
        {
            let publish_time = Some(Timestamp { seconds: 1_687_219_200, nanos: 999_999_999 });
            let article = pb::Article {
                language_code: language.into(),
                time_zone: zone.into(),
                publish_time,
                ..article("It rained on Monday.")
            };
            let options = pb::AnnotateOptions { min_confidence: 1.0, ..pb::AnnotateOptions::default() };
            let request = pb::AnnotateRequest { article: Some(article), options: Some(options) };
            let answer = client.annotate(request).await.unwrap_or_else(|error| panic!("{language}: {error}"));
            read(answer.into_inner()).await.1.unwrap();
        }
    });
}

#[test]
fn a_short_answer_is_one_message_and_a_long_one_comes_in_batches() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        let mut messages = async |text: &str| {
            let (messages, end) = read(client.annotate(request(text)).await.unwrap().into_inner()).await;
            end.unwrap();
            messages
        };
        // What has waited for a while is sent, and on a busy machine that may come between.
        let mut tries = 0;
        let short = loop {
            let short = messages("It rained.").await;
            tries += 1;
            if short.len() == 1 || tries == 20 {
                break short;
            }
        };
        assert_eq!(short.len(), 1);
        assert!(short.iter().all(|only| only.header.is_some() && only.summary.is_some()));

        let long = messages(&"It rained on the town of the lake. ".repeat(8000)).await;
        let annotations: usize = long.iter().map(|message| message.annotations.len()).sum();
        assert!(long.len() > 2 && annotations / long.len() >= 20, "{annotations} in {} messages", long.len());
        for (index, message) in long.iter().enumerate() {
            assert_eq!(message.header.is_some(), index == 0, "the header is first");
            assert_eq!(message.summary.is_some(), index == long.len() - 1, "the summary is last");
            let size = prost::Message::encoded_len(message);
            assert!(size <= 20 * 1024, "{size} bytes in one message");
        }
    });
}

#[test]
fn a_short_answer_leaves_with_its_headers_and_its_trailers() {
    run(async {
        let server = Server::start().await;
        let mut frames = Frames::connect(server.addr).await;
        let message = wire::frame(&prost::Message::encode_to_vec(&request("It rained.")));
        // On a busy machine a worker may take its time, and then the headers do not wait.
        for stream in (1..40).step_by(2) {
            let call = [headers(stream, 0, ANNOTATE, &[]), frame(DATA, END_STREAM, stream, &message)];
            frames.send(&call).await;
            let mut packet = frames.packet().await;
            while packet.iter().all(|frame| frame.kind != HEADERS) {
                packet = frames.packet().await;
            }
            let kinds: Vec<u8> = packet.iter().map(|frame| frame.kind).collect();
            if kinds.ends_with(&[HEADERS, DATA, HEADERS]) {
                return;
            }
            while frames.wait_for(HEADERS).await.unwrap().flags & END_STREAM == 0 {}
        }
        panic!("twenty answers, and each in pieces");
    });
}

#[test]
fn what_is_found_is_sent_before_the_work_is_done() {
    run(async {
        let server = Server::start().await;
        let text = format!("It rained. {WAIT_INSIDE} It stopped.");
        let mut answer = server.client().await.annotate(request(&text)).await.unwrap().into_inner();
        let first = answer.message().await.unwrap().expect("a message while the puppet waits");
        assert!(first.header.is_some() && !first.annotations.is_empty() && first.summary.is_none());
        server.puppet.open();
        let (rest, end) = read(answer).await;
        end.unwrap();
        assert!(rest.last().is_some_and(|last| last.summary.is_some()));
    });
}

#[test]
fn answers_are_compressed_for_those_who_say_that_they_read_it() {
    run(async {
        let server = Server::start().await;
        let mut wire = Wire::connect(server.addr).await;
        let text = "It rained on the town of the lake. ".repeat(200);
        let mut sent = async |accept: &[(&str, &str)]| {
            let answer = wire.call(ANNOTATE, accept, &request(&text)).await.unwrap();
            let encoding = answer.headers.get("grpc-encoding").map(|it| it.to_str().unwrap().to_owned());
            (encoding, answer.body.len())
        };
        let (none, plain) = sent(&[]).await;
        assert_eq!(none, None);
        for encoding in ["gzip", "zstd"] {
            let (found, size) = sent(&[("grpc-accept-encoding", encoding)]).await;
            assert_eq!(found.as_deref(), Some(encoding));
            assert!(size < plain / 2, "{encoding}: {size} of {plain} bytes");
        }
        for encoding in [CompressionEncoding::Gzip, CompressionEncoding::Zstd] {
            let mut client = server.client().await.send_compressed(encoding).accept_compressed(encoding);
            annotate(&mut client, &text).await.unwrap();
        }
    });
}

#[test]
fn server_info_tells_the_limits_that_hold() {
    run(async {
        let info = async |server: &Server| {
            let info = server.client().await.get_server_info(pb::GetServerInfoRequest {}).await.unwrap();
            info.into_inner().server_info.unwrap()
        };
        let seconds = |duration: Option<pbjson_types::Duration>| duration.unwrap().seconds;
        let own = info(&Server::start().await).await;
        assert_eq!((own.max_text_chars, own.max_title_chars), (1_000_000, 2_000));
        assert_eq!((own.max_request_bytes, own.max_stream_window), (8 << 20, 16));
        assert_eq!((own.max_custom_terms, own.engine_revision.as_str()), (10_000, "puppet"));
        assert_eq!(own.language_codes, ["en"]);
        assert_eq!((own.kinds.len(), own.entity_types.is_empty()), (3, false));
        assert_eq!((seconds(own.max_article_duration), seconds(own.max_call_duration)), (30, 1200));

        // Those that an operator has set, and not those that nobody sets.
        let mut config = config();
        config.service.max_stream_window = 9;
        config.service.max_request_bytes = 4 << 20;
        config.service.max_article_duration = Duration::from_secs(7);
        config.service.max_call_duration = Duration::from_secs(70);
        let server = Server::start_with(config).await;
        let limits = Limits { max_text_chars: 500, max_title_chars: 50, max_custom_terms: 5 };
        server.engines.replace(Annotator::builtin().unwrap().with_limits(limits));
        let set = info(&server).await;
        assert_eq!((set.max_text_chars, set.max_title_chars, set.max_custom_terms), (500, 50, 5));
        assert_eq!((set.max_request_bytes, set.max_stream_window), (4 << 20, 9));
        assert_eq!((seconds(set.max_article_duration), seconds(set.max_call_duration)), (7, 70));
        let status = annotate(&mut server.client().await, &"a".repeat(501)).await.unwrap_err();
        assert_eq!(reason(&status), "ARTICLE_TOO_LONG");
    });
}

#[test]
fn a_message_larger_than_clients_take_is_not_sent() {
    run(async {
        let server = Server::start().await;
        let mut wire = Wire::connect(server.addr).await;
        for (length, expect) in [(3 << 20, Code::Ok), (5 << 20, Code::OutOfRange)] {
            // The one string of an answer that may be of any length stands in this.
            server.engines.replace(Puppet::new(&"x".repeat(length)));
            let answer = wire.call(INFO, &[], &pb::GetServerInfoRequest {}).await.unwrap();
            assert_eq!(answer.status(), expect as i32, "{length} bytes");
            let answer = wire.call(ANNOTATE, &[], &request("It rained.")).await.unwrap();
            assert_eq!(answer.status(), expect as i32, "{length} bytes");
        }
    });
}
