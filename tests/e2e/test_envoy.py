"""Envoy with the configuration of `deploy/envoy`, in front of several servers.

Started: up to four `glossator serve` (or servers that fail on cue), one Envoy, and the client of `clients/python` in
threads of this process. The load is bounded in rate and in time.
"""

import asyncio
import json
import subprocess
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from itertools import repeat

import client
import grpc
import pytest
import yaml
from faulty import Broken, FaultyServer, Overloaded, Refused
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from parts import ROOT, Glossator, Program, free_port, http_get, wait_until

from glossator.v1 import glossator_pb2 as pb
from glossator.v1.glossator_pb2_grpc import AnnotationServiceStub

TEXT = "“It will rain 🌧,” said Ana Ruiz on Monday. “Bring a coat.” The mayor of Porto agreed.\n\n" * 12


class Envoy(Program):
    """Envoy before servers on these ports of this machine, ready when this returns."""

    def __init__(self, folder, ports, tls=None):
        self.plain, self.mutual_tls, admin = free_port(), free_port(), free_port()
        self.target = f"127.0.0.1:{self.plain}"
        self.admin = f"http://127.0.0.1:{admin}"

        config = yaml.safe_load((ROOT / "deploy/envoy/envoy.yaml").read_text())
        at = lambda port: {"socket_address": {"address": "127.0.0.1", "port_value": port}}  # noqa: E731
        config["admin"]["address"] = at(admin)
        listeners = {listener["name"]: listener for listener in config["static_resources"]["listeners"]}
        listeners["plain"]["address"] = at(self.plain)
        listeners["mutual-tls"]["address"] = at(self.mutual_tls)
        if not tls:
            config["static_resources"]["listeners"].remove(listeners["mutual-tls"])
        [cluster] = config["static_resources"]["clusters"]
        [locality] = cluster["load_assignment"]["endpoints"]
        locality["lb_endpoints"] = [{"endpoint": {"address": at(port)}} for port in ports]
        text = yaml.safe_dump(config).replace("/etc/envoy/tls", str(tls))

        path = folder / "envoy.yaml"
        path.write_text(text)
        # One worker and no hot restart: several Envoys may run on this machine.
        command = ["envoy", "-c", path, "--concurrency", "1", "--disable-hot-restart", "--log-level", "warn"]
        super().__init__(command, folder / "envoy.log")

    def hosts(self) -> dict[int, dict]:
        """What Envoy thinks of each server, by port."""
        clusters = json.loads(http_get(f"{self.admin}/clusters?format=json")[1] or "{}").get("cluster_statuses", [])
        return {
            host["address"]["socket_address"]["port_value"]: {
                "healthy": not host["health_status"].keys() & {"failed_active_health_check", "failed_outlier_check"}
                and not host["health_status"].get("pending_active_hc"),
                "calls": int(next(s.get("value", 0) for s in host["stats"] if s["name"] == "rq_total")),
            }
            for cluster in clusters
            for host in cluster.get("host_statuses", [])
        }

    def healthy(self) -> set[int]:
        return {port for port, host in self.hosts().items() if host["healthy"]}

    def stat(self, name: str) -> int:
        _, text = http_get(f"{self.admin}/stats?filter=^cluster.glossator.{name}$")
        return int(text.rsplit(":", 1)[1])


@contextmanager
def mesh(folder, count: int, spare: int = 0, tls=None, env=None):
    """Envoy, `count` servers that run, and ports of `spare` ones that Envoy knows and that do not run yet."""
    with ExitStack() as stack:
        servers = [stack.enter_context(Glossator(folder, f"glossator-{n}", env=env)) for n in range(count)]
        spares = [free_port() for _ in range(spare)]
        envoy = stack.enter_context(Envoy(folder, [server.port for server in servers] + spares, tls))
        wait_until(lambda: envoy.healthy() == {server.port for server in servers}, "Envoy finds the servers healthy")
        yield envoy, servers, spares


def stub_of(channel) -> AnnotationServiceStub:
    return AnnotationServiceStub(channel)


class Load(threading.Thread):
    """Calls through the client of `clients/python`, at a steady pace, until told to stop."""

    PACE = 0.05  # seconds between two articles of one thread

    def __init__(self, name: str, target: str, stream: bool, stop: threading.Event):
        super().__init__(name=name)
        self.target, self.stream, self.stop = target, stream, stop
        self.sent: list[str] = []
        self.answered: list[str] = []
        self.failure: BaseException | None = None

    def articles(self):
        while not self.stop.is_set():
            self.sent.append(f"{self.name}-{len(self.sent)}")
            yield pb.Article(id=self.sent[-1], text=TEXT)
            time.sleep(self.PACE)

    def run(self):
        try:
            with grpc.insecure_channel(self.target, options=client.CHANNEL_OPTIONS) as channel:
                stub = stub_of(channel)
                if self.stream:
                    answers = client.annotate_stream(stub, self.articles())
                else:
                    answers = (client.annotate(stub, article) for article in self.articles())
                for answer in answers:
                    assert answer.error is None and answer.summary.sentence_count > 0, answer.error
                    self.answered.append(answer.article.id)
        except BaseException as failure:
            self.failure = failure


@pytest.fixture
def retries(monkeypatch):
    """Counts what the client itself had to send again: what neither Envoy nor gRPC's own retries could hide."""
    counted = Counter()
    pause = client.pause_before_retry

    def counting(error, attempt):
        counted[error.code().name if isinstance(error, grpc.RpcError) else type(error).__name__] += 1
        return pause(error, attempt)

    monkeypatch.setattr(client, "pause_before_retry", counting)
    return counted


def test_nothing_is_lost_while_servers_come_and_go(tmp_path, retries, say):
    with mesh(tmp_path, 3, spare=1, env={"GLOSSATOR_DRAIN_DELAY": "4s"}) as (envoy, [drained, killed, kept], [spare]):
        stop = threading.Event()
        calls = [Load(f"call{n}", envoy.target, False, stop) for n in range(4)]
        streams = [Load(f"stream{n}", envoy.target, True, stop) for n in range(4)]
        load = calls + streams
        with ExitStack() as stack:
            stack.callback(lambda: [thread.join() for thread in load])
            stack.callback(stop.set)
            for thread in load:
                thread.start()
            time.sleep(2)

            drained.terminate()
            wait_until(lambda: drained.port not in envoy.healthy(), "Envoy stops using the draining server")
            assert drained.running(), "it serves on for its drain delay"
            wait_until(lambda: not drained.running(), "the drained server ends")
            assert drained.process.returncode == 0, drained.output()[-2000:]
            time.sleep(1)

            killed.kill()
            wait_until(lambda: killed.port not in envoy.healthy(), "Envoy stops using the killed server")
            time.sleep(1)

            started = stack.enter_context(Glossator(tmp_path, "glossator-started", port=spare))
            wait_until(lambda: started.port in envoy.healthy(), "Envoy takes the new server in")
            before = envoy.hosts()[started.port]["calls"]
            wait_until(lambda: envoy.hosts()[started.port]["calls"] > before + 20, "the new server gets calls")

        hosts = envoy.hosts()
        names = {drained.port: "drained", killed.port: "killed", kept.port: "kept", started.port: "started"}
        for kind, threads in (("Annotate", calls), ("AnnotateStream", streams)):
            sent, answered = (sum(len(getattr(t, what)) for t in threads) for what in ("sent", "answered"))
            say(f"{kind}: {sent} articles sent, {answered} answered, {sum(t.failure is not None for t in threads)} failed")
        say(f"sent again by Envoy: {envoy.stat('upstream_rq_retry')}, by the client: {dict(retries)}")
        say("calls each server got: " + ", ".join(f"{names[port]} {host['calls']}" for port, host in hosts.items()))

        assert [t.failure for t in load] == [None] * len(load)
        assert all(t.answered == t.sent for t in load), "each article answered once, in order"
        assert all(host["calls"] > 0 for host in hosts.values())
        assert sum(len(t.sent) for t in calls) > 200 and sum(len(t.sent) for t in streams) > 200


def test_calls_to_a_server_that_was_killed_are_made_elsewhere(tmp_path, say):
    """By Envoy, before its checks tell it that the server is gone: of a client that never retries nothing is lost either.
    Above, the clients would make up for an Envoy that does not."""

    def calls(channel):
        for _ in range(30):
            answer = list(stub_of(channel).Annotate(pb.AnnotateRequest(article=pb.Article(text="One."))))
            assert answer[-1].summary.sentence_count == 1

    # Now and then a check comes first, and there is nothing to send again.
    for _ in range(5):
        own = [("grpc.enable_retries", 0)]
        with mesh(tmp_path, 3) as (envoy, [killed, *_], _), grpc.insecure_channel(envoy.target, own) as channel:
            calls(channel)
            killed.kill()
            time.sleep(0.02)  # its connections are closed
            calls(channel)
            again = envoy.stat("upstream_rq_retry_success")
        say(f"sent again by Envoy: {again}")
        if again > 0:
            return
    pytest.fail("Envoy never sent a call again")


def test_calls_of_one_connection_are_spread(tmp_path, say):
    with mesh(tmp_path, 3) as (envoy, servers, _), grpc.insecure_channel(envoy.target) as channel:
        # Envoy's front page knows of a healthy server a moment before the thread that sends the calls does.
        def counts() -> list[int]:
            for _ in range(30):
                client.annotate(stub_of(channel), pb.Article(text="One sentence."))
            return [envoy.hosts()[server.port]["calls"] for server in servers]

        spread = wait_until(lambda: (found := counts()) and min(found) >= 10 and found, "every server gets calls")
        say(f"calls over one connection: {spread}")


def test_mutual_tls(tmp_path):
    tls = tmp_path / "tls"
    tls.mkdir()
    make_certificates(tls)
    read = lambda name: (tls / name).read_bytes()  # noqa: E731
    with mesh(tmp_path, 1, tls=tls) as (envoy, _, _):
        target = f"localhost:{envoy.mutual_tls}"
        known = grpc.ssl_channel_credentials(read("ca.crt"), read("client.key"), read("client.crt"))
        with grpc.secure_channel(target, known) as channel:
            assert client.annotate(stub_of(channel), pb.Article(text="One sentence.")).summary.sentence_count == 1
        with grpc.secure_channel(target, grpc.ssl_channel_credentials(read("ca.crt"))) as channel:
            with pytest.raises(grpc.RpcError) as refused:
                stub_of(channel).GetServerInfo(pb.GetServerInfoRequest(), timeout=10)
            assert refused.value.code() == grpc.StatusCode.UNAVAILABLE


def make_certificates(folder):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.crt")
    for name, subject in (("tls", "localhost"), ("client", "newsroom")):
        openssl(
            *("req", "-x509", *key, "-days", "2", "-subj", f"/CN={subject}", "-addext", f"subjectAltName=DNS:{subject}"),
            *("-addext", "basicConstraints=critical,CA:FALSE", "-CA", "ca.crt", "-CAkey", "ca.key"),
            *("-keyout", f"{name}.key", "-out", f"{name}.crt"),
        )


def test_traceparent_is_passed_through(tmp_path):
    trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    with mesh(tmp_path, 1) as (envoy, [server], _), grpc.insecure_channel(envoy.target) as channel:
        metadata = [("traceparent", f"00-{trace}-{span}-01")]
        list(stub_of(channel).Annotate(pb.AnnotateRequest(article=pb.Article(text="One.")), metadata=metadata))
        wait_until(lambda: trace in server.output(), "the server logs the caller's trace")


def test_overload_is_passed_on_and_nobody_is_ejected(tmp_path):
    """RESOURCE_EXHAUSTED is an answer, not a fault: Envoy neither asks the neighbour nor puts the server out."""
    with FaultyServer(repeat(Overloaded(0.25))) as one, FaultyServer(repeat(Overloaded(0.25))) as two:
        with Envoy(tmp_path, [one.port, two.port]) as envoy, grpc.insecure_channel(envoy.target) as channel:
            wait_until(lambda: envoy.healthy() == {one.port, two.port}, "Envoy finds the servers healthy")
            for _ in range(30):
                with pytest.raises(grpc.RpcError) as shed:
                    list(stub_of(channel).Annotate(pb.AnnotateRequest(article=pb.Article(text="One."))))
                assert shed.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
            retry = error_details_pb2.RetryInfo()
            assert any(detail.Unpack(retry) for detail in rpc_status.from_call(shed.value).details)
            assert retry.retry_delay.ToTimedelta().total_seconds() == 0.25
            assert len(one.began) + len(two.began) == 30, "nothing was sent twice"
            assert envoy.healthy() == {one.port, two.port}
            assert envoy.stat("outlier_detection.ejections_enforced_total") == 0


def test_a_server_that_is_draining_is_asked_elsewhere(tmp_path):
    """UNAVAILABLE before the answer: Envoy asks the neighbour, and a client that never retries sees nothing of it."""
    with FaultyServer([Refused()] * 3) as draining, FaultyServer() as good:
        own = [("grpc.enable_retries", 0)]
        with Envoy(tmp_path, [draining.port, good.port]) as envoy, grpc.insecure_channel(envoy.target, own) as channel:
            wait_until(lambda: envoy.healthy() == {draining.port, good.port}, "Envoy finds the servers healthy")

            def asked() -> bool:
                answer = list(stub_of(channel).Annotate(pb.AnnotateRequest(article=pb.Article(text="One."))))
                assert answer[-1].summary.sentence_count == 1
                return len(draining.began) >= 3

            wait_until(asked, "the draining server is asked three times")
            assert envoy.stat("upstream_rq_retry_success") == 3


def test_a_server_that_fails_is_ejected(tmp_path):
    with FaultyServer(repeat(Broken())) as broken, FaultyServer() as good:
        with Envoy(tmp_path, [broken.port, good.port]) as envoy, grpc.insecure_channel(envoy.target) as channel:
            wait_until(lambda: envoy.healthy() == {broken.port, good.port}, "Envoy finds the servers healthy")
            stub = stub_of(channel)

            def fails() -> bool:
                try:
                    list(stub.Annotate(pb.AnnotateRequest(article=pb.Article(text="One."))))
                    return False
                except grpc.RpcError as error:
                    assert error.code() == grpc.StatusCode.INTERNAL
                    return True

            wait_until(lambda: not any(fails() for _ in range(20)), "failures in a row put the server out")
            assert envoy.healthy() == {good.port}
            assert envoy.stat("outlier_detection.ejections_enforced_total") == 1


def test_the_circuit_breaks_at_its_limit(tmp_path, say):
    """1,200 open streams against a limit of 1,024: the rest is refused by Envoy, and all is well once they are gone."""
    with mesh(tmp_path, 3) as (envoy, _, _):
        refused = asyncio.run(open_streams(envoy, 1200))
        say(f"1200 streams: {refused} refused by Envoy, {envoy.stat('upstream_rq_pending_overflow')} overflows")
        assert refused >= 1200 - 1024
        with grpc.insecure_channel(envoy.target) as channel:
            assert client.annotate(stub_of(channel), pb.Article(text="One sentence.")).summary.sentence_count == 1


async def open_streams(envoy: Envoy, count: int) -> int:
    """Opens streams that each get one answer and stay open; says how many were refused."""

    async def one(stub) -> tuple[object, bool]:
        call = stub.AnnotateStream()
        try:
            await call.write(pb.AnnotateStreamRequest(article=pb.Article(text="One.")))
            answer = await call.read()
            return call, answer is grpc.aio.EOF
        except (grpc.RpcError, asyncio.InvalidStateError):
            return call, True

    # Envoy takes 256 streams a connection.
    own = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
    channels = [grpc.aio.insecure_channel(envoy.target, options=own) for _ in range(6)]
    try:
        opened = await asyncio.gather(*(one(AnnotationServiceStub(channels[n % 6])) for n in range(count)))
    finally:
        for channel in channels:
            await channel.close()
    return sum(refused for _, refused in opened)
