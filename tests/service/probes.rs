//! What tools ask a server: the admin port's pages, metrics that a parser of others can read, and reflection in
//! both versions.

use super::run;
use super::server::{Server, annotate, read};
use openmetrics_parser::openmetrics::parse_openmetrics;
use prost::Message as _;
use prost_types::{FileDescriptorProto, field_descriptor_proto};
use tonic_reflection::pb::{v1, v1alpha};

#[test]
fn metrics_are_read_by_a_parser_that_is_not_ours() {
    run(async {
        let server = Server::start().await;
        annotate(&mut server.client().await, "\"It rained,\" said Ada Lovelace.").await.unwrap();
        let (head, page) = server.admin("/metrics").await;
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("application/openmetrics-text"), "{head}");
        // The parser refuses the units of histograms, which OpenMetrics has.
        let unitless: String =
            page.lines().filter(|line| !line.starts_with("# UNIT")).flat_map(|line| [line, "\n"]).collect();
        let parsed = parse_openmetrics(&unitless).unwrap_or_else(|error| panic!("{error}\n{page}"));
        assert!(parsed.families.len() >= 15, "{page}");
    });
}

#[test]
fn the_admin_port_says_that_it_lives_and_is_ready() {
    run(async {
        let server = Server::start().await;
        for path in ["/livez", "/readyz"] {
            let (head, _) = server.admin(path).await;
            assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
        }
    });
}

/// The strings of an article are bytes to the server alone: whoever asks is shown the contract as it is written.
fn assert_contract(files: &[Vec<u8>]) {
    let files = files.iter().map(|file| FileDescriptorProto::decode(&**file).unwrap());
    let messages: Vec<_> = files.flat_map(|file| file.message_type).collect();
    let article = messages.iter().find(|message| message.name() == "Article").expect("the contract's file");
    for name in ["id", "title", "text"] {
        let field = article.field.iter().find(|field| field.name() == name).unwrap();
        assert_eq!(field.r#type(), field_descriptor_proto::Type::String, "{name}");
    }
}

/// What a client of either version asks: the services, and the files of types that nothing refers to.
macro_rules! reflected {
    ($version:ident, $server:expr) => {{
        use $version::server_reflection_request::MessageRequest as Ask;
        use $version::server_reflection_response::MessageResponse as Told;
        let mut client =
            $version::server_reflection_client::ServerReflectionClient::new($server.channel().await);
        let ask = |ask| $version::ServerReflectionRequest { host: String::new(), message_request: Some(ask) };
        let symbols = ["google.rpc.ErrorInfo", "glossator.v1.Article", "grpc.health.v1.Health"];
        let mut asked = vec![ask(Ask::ListServices(String::new()))];
        asked.extend(symbols.map(|symbol| ask(Ask::FileContainingSymbol(symbol.to_owned()))));
        let answers = client.server_reflection_info(tokio_stream::iter(asked)).await.unwrap();
        let (answers, end) = read(answers.into_inner()).await;
        end.unwrap();
        let mut answers = answers.into_iter().map(|answer| answer.message_response.unwrap());
        let Some(Told::ListServicesResponse(list)) = answers.next() else { panic!("a list") };
        let names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
        for service in ["glossator.v1.AnnotationService", "grpc.health.v1.Health"] {
            assert!(names.iter().any(|name| name == service), "{service} in {names:?}");
        }
        let files: Vec<_> = answers.collect();
        assert_eq!(files.len(), symbols.len());
        for (file, symbol) in files.iter().zip(symbols) {
            let Told::FileDescriptorResponse(file) = file else { panic!("{symbol}: {file:?}") };
            if symbol == "glossator.v1.Article" {
                assert_contract(&file.file_descriptor_proto);
            }
        }
    }};
}

#[test]
fn the_contract_is_reflected_in_both_versions() {
    run(async {
        let server = Server::start().await;
        reflected!(v1, server);
        reflected!(v1alpha, server);
    });
}
