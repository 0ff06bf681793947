//! Pages that operators read and files that their tools read, against the program: what they name must exist,
//! and what exists they must name.

use super::run;
use super::server::{Server, annotate};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

const OPERATIONS: &str = include_str!("../../docs/operations.md");
const ALERTS: &str = include_str!("../../deploy/grafana/alerts.yaml");
const DASHBOARD: &str = include_str!("../../deploy/grafana/dashboard.json");
const BEHAVIOUR: &str = include_str!("../../docs/service-behaviour.md");

/// Labels that Prometheus adds, and that of a histogram's buckets.
const ANYWHERE: [&str; 3] = ["instance", "job", "le"];

/// The rows of a section's tables, each with its cells, without backticks.
fn rows(section: &str) -> Vec<Vec<String>> {
    let heading = format!("\n## {section}\n");
    let (_, rest) = OPERATIONS.split_once(&heading).unwrap_or_else(|| panic!("a section {section}"));
    let (section, _) = rest.split_once("\n## ").unwrap_or((rest, ""));
    let rows = section.lines().filter(|line| line.starts_with("| `") || line.starts_with("| Glossator"));
    let cell = |cell: &str| cell.trim().replace('`', "");
    rows.map(|row| row.trim_matches('|').split('|').map(cell).collect()).collect()
}

/// Words of this beginning.
fn words<'a>(text: &'a str, start: &str) -> BTreeSet<&'a str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| word.starts_with(start)).collect()
}

#[test]
fn every_flag_is_in_the_page_with_its_variable_and_default() {
    let help = Command::new(env!("CARGO_BIN_EXE_glossator")).args(["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let mut flags: Vec<[String; 3]> = Vec::new();
    for line in help.lines().map(str::trim) {
        if let Some(flag) = line.strip_prefix("--") {
            flags.push([format!("--{}", flag.split(' ').next().unwrap()), String::new(), "–".to_owned()]);
        } else if let Some([_, variable, default]) = flags.last_mut() {
            if let Some(found) = line.strip_prefix("[env: ").and_then(|rest| rest.split('=').next()) {
                *variable = found.to_owned();
            } else if let Some((_, found)) = line.split_once("[default: ") {
                *default = found.trim_end_matches(']').to_owned();
            }
        }
    }
    flags.retain(|[_, variable, _]| !variable.is_empty());
    assert!(flags.len() >= 20, "{help}");
    let page: Vec<_> = rows("Flags").into_iter().map(|row| row.get(..3).unwrap().to_vec()).collect();
    let flags: Vec<_> = flags.into_iter().map(Vec::from).collect();
    assert_eq!(page, flags, "docs/operations.md on the left, serve --help on the right");
}

/// Every name of a sample with the labels that it has. One call brings out all of them.
async fn samples() -> BTreeMap<String, BTreeSet<String>> {
    let server = Server::start().await;
    annotate(&mut server.client().await, "“It rained,” said Ada Lovelace.").await.unwrap();
    let (_, page) = server.admin("/metrics").await;
    let mut samples = BTreeMap::<String, BTreeSet<String>>::new();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (name, labels) = line.split_once('{').unwrap_or((line.split(' ').next().unwrap(), ""));
        let labels = labels.split('"').step_by(2).map(|part| part.trim_matches([',', '=', '}', ' ']));
        let labels = labels.filter(|label| label.starts_with(|c: char| c.is_ascii_alphabetic()));
        samples.entry(name.to_owned()).or_default().extend(labels.map(str::to_owned));
    }
    samples
}

#[test]
fn every_metric_is_in_the_page_with_its_labels() {
    run(async {
        // A histogram is one metric there, without the endings of its samples.
        let ending = |name: &str| {
            ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|it| name.strip_suffix(it))
                .unwrap_or(name)
                .to_owned()
        };
        let mut metrics = BTreeMap::<String, BTreeSet<String>>::new();
        for (name, mut labels) in samples().await {
            labels.remove("le");
            metrics.entry(ending(&name)).or_default().extend(labels);
        }
        let page: BTreeMap<_, BTreeSet<_>> = rows("Metrics")
            .into_iter()
            .map(|row| {
                let labels = row[1].split(", ").filter(|label| !label.is_empty()).map(str::to_owned);
                (row[0].clone(), labels.collect())
            })
            .collect();
        assert_eq!(page, metrics, "docs/operations.md on the left, /metrics on the right");
    });
}

#[test]
fn every_alert_is_in_the_page() {
    let alerts = ALERTS.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    let page: Vec<_> = rows("Alerts").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(page, alerts.collect::<Vec<_>>(), "docs/operations.md on the left, alerts.yaml on the right");
    assert!(page.len() >= 5);
}

/// Texts under this key, anywhere in the dashboard.
fn under<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if let (true, Value::String(text)) = (name == key, member) {
                    found.push(text);
                }
                under(member, key, found);
            }
        }
        Value::Array(members) => members.iter().for_each(|member| under(member, key, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What an expression wants of the samples and they do not have.
fn missing(expression: &str, samples: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut missing = Vec::new();
    let mut labels: BTreeSet<&str> = ANYWHERE.into();
    for name in words(expression, "glossator_") {
        match samples.get(name) {
            Some(found) => labels.extend(found.iter().map(String::as_str)),
            None => missing.push(name.to_owned()),
        }
    }
    // Selectors as in `{code="OK", reason!~"A|B"}` and groups as in `by (le, method)`.
    let selected = expression.split('{').skip(1).flat_map(|rest| {
        let (selector, _) = rest.split_once('}').unwrap();
        selector.split('"').step_by(2).map(|part| part.trim_matches([',', ' ', '=', '!', '~']))
    });
    let grouped = expression.split("by (").skip(1).flat_map(|rest| {
        let (group, _) = rest.split_once(')').unwrap();
        group.split(", ")
    });
    let unknown = selected.chain(grouped).filter(|label| !label.is_empty() && !labels.contains(label));
    missing.extend(unknown.map(str::to_owned));
    missing
}

#[test]
fn dashboard_and_alerts_name_nothing_but_what_exists() {
    run(async {
        let samples = samples().await;
        let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
        let mut expressions = Vec::new();
        under(&dashboard, "expr", &mut expressions);
        assert!(expressions.len() >= 15);
        under(&dashboard, "query", &mut expressions);
        let alerts: Vec<_> = ALERTS.lines().filter_map(|line| line.trim().strip_prefix("expr: ")).collect();
        assert!(alerts.len() >= 5);
        for expression in expressions.iter().chain(&alerts) {
            let missing = missing(expression, &samples);
            assert_eq!(missing, [""; 0], "in {expression}");
        }
        for name in samples.keys().filter(|name| !name.ends_with("_sum") && !name.ends_with("_count")) {
            assert!(DASHBOARD.contains(name.as_str()), "{name} is on no panel");
        }
        // The test itself sees what is not there.
        let found = missing(
            r#"rate(glossator_none{kode="OK"}[5m]) + sum by (x, method) (glossator_calls_total)"#,
            &samples,
        );
        assert_eq!(found, ["glossator_none", "kode", "x"]);
    });
}

/// Whether there is such a test: `module::name` in a file of tests, `module::tests::name` beside the code, or a file of
/// e2e. A name may be cut short with "…".
fn is_there(name: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: String| fs::read_to_string(root.join(path)).unwrap_or_default();
    if name.ends_with(".py") {
        return root.join("tests/e2e").join(name).is_file();
    }
    let (files, test) = match name.split_once("::tests") {
        Some((room, test)) => {
            let room = room.replace("::", "/");
            ([format!("src/{room}.rs"), format!("src/{room}/tests.rs")], test.trim_start_matches("::"))
        }
        None => {
            let (file, test) = name.split_once("::").unwrap();
            ([format!("tests/service/{file}.rs"), format!("tests/{file}.rs")], test)
        }
    };
    let test = match test.strip_suffix('…') {
        Some(start) => format!("fn {start}"),
        None if test.is_empty() => "mod tests".to_owned(),
        None => format!("fn {test}()"),
    };
    files.into_iter().any(|file| read(file).contains(&test))
}

#[test]
fn every_test_that_the_page_on_behaviour_names_is_there() {
    let names = BEHAVIOUR.split('`').skip(1).step_by(2);
    let tests: Vec<_> = names.filter(|name| name.contains("::") || name.ends_with(".py")).collect();
    assert!(tests.len() >= 80);
    let missing: Vec<_> = tests.into_iter().filter(|name| !is_there(name)).collect();
    assert_eq!(missing, [""; 0]);
    for none in
        ["requests::none", "requests::a_refusal", "pool::tests::none", "metrics::tests", "test_none.py"]
    {
        assert!(!is_there(none), "{none}");
    }
}
