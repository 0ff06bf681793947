//! What operators read: the admin port's pages, metrics that a parser of others can read, and alert rules
//! that name nothing else.

use super::run;
use super::server::{Server, annotate};
use openmetrics_parser::openmetrics::parse_openmetrics;
use std::collections::BTreeSet;

#[test]
fn metrics_are_read_by_a_parser_that_is_not_ours_and_alerts_name_no_others() {
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

        let known: BTreeSet<&str> = page
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split(['{', ' ']).next().unwrap())
            .chain(["glossator_calls_shed_total"])
            .collect();
        let alerts = include_str!("../../deploy/grafana/alerts.yaml");
        let named: BTreeSet<&str> = alerts
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .filter(|word| word.starts_with("glossator_"))
            .collect();
        assert!(named.len() >= 5);
        let unknown: Vec<_> = named.difference(&known).collect();
        assert!(unknown.is_empty(), "alerts name {unknown:?}, which are no metrics:\n{page}");
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
