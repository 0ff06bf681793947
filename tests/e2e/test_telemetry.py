"""What Prometheus makes of us: its own parser of the page, and a parser of its language for dashboard and alerts.

Started: one `glossator serve`, called by the client of `clients/python`; and one on a terminal of the test's own.
"""

import json
import os
import pty
import subprocess

import client
import grpc
import promql_parser
import yaml
from parts import ROOT, http_get, wait_until
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from glossator.v1 import glossator_pb2 as pb
from glossator.v1.glossator_pb2_grpc import AnnotationServiceStub


def test_the_page_is_openmetrics(glossator):
    with grpc.insecure_channel(glossator.target) as channel:
        client.annotate(AnnotationServiceStub(channel), pb.Article(text="“It rained,” said Ada Lovelace."))
    status, page = http_get(f"{glossator.admin}/metrics")
    families = {family.name: family for family in text_string_to_metric_families(page)}
    assert status == 200
    kinds = {family.type for family in families.values()}
    assert kinds == {"counter", "gauge", "histogram", "info"}
    assert families["glossator_call_duration_seconds"].unit == "seconds"
    # Methods that nobody has called stand there with 0, so that a rate begins with the first call.
    [ended] = [sample for sample in families["glossator_calls"].samples if sample.value]
    assert ended.labels == {"method": "Annotate", "code": "OK", "reason": ""} and ended.value == 1
    assert all(family.documentation for family in families.values())


def test_the_log_is_for_people_on_a_terminal_and_for_machines_elsewhere(glossator):
    [first, *_] = wait_until(glossator.log_lines, "a log in JSON")
    assert first["message"] == "configuration"
    ours, theirs = pty.openpty()
    command = [os.environ["GLOSSATOR_BIN"], "serve", "--addr", "127.0.0.1:0", "--drain-delay", "0"]
    with subprocess.Popen(command, stderr=theirs) as program, os.fdopen(ours, "rb") as terminal:
        os.close(theirs)
        try:
            line = terminal.readline().decode()
            while "serving" not in line:
                assert "{" != line[0], line
                line = terminal.readline().decode()
        finally:
            program.terminate()
    assert "\x1b[" in line and "INFO" in line, "in colours"


def expressions(value):
    """Everything under the key "expr", anywhere."""
    match value:
        case dict():
            for key, member in value.items():
                if key == "expr":
                    yield member
                else:
                    yield from expressions(member)
        case list():
            for member in value:
                yield from expressions(member)


def test_dashboard_and_alerts_are_promql():
    alerts = yaml.safe_load((ROOT / "deploy/grafana/alerts.yaml").read_text())
    dashboard = json.loads((ROOT / "deploy/grafana/dashboard.json").read_text())
    found = [*expressions(alerts), *expressions(dashboard)]
    assert len(found) >= 20
    for expression in found:
        # What Grafana puts in before it asks.
        promql_parser.parse(expression.replace("$__rate_interval", "5m").replace("$instance", ".*"))
    for rule in (rule for group in alerts["groups"] for rule in group["rules"]):
        assert rule["labels"]["severity"] in {"page", "ticket"} and rule["annotations"]["summary"]
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
