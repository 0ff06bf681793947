"""nginx with the configuration of `deploy/nginx`: the same smoke test as through Envoy.

Started: two `glossator serve`, Debian's nginx with grpc_pass to both, and the client of `clients/python`.
"""

import os
import re

import client
import grpc
import pytest
from faulty import FaultyServer, Overloaded
from parts import ROOT, Glossator, Program, free_port, wait_until

from glossator.v1 import glossator_pb2 as pb
from glossator.v1.glossator_pb2_grpc import AnnotationServiceStub


class Nginx(Program):
    """nginx before servers on these ports of this machine."""

    def __init__(self, folder, ports):
        self.target = f"127.0.0.1:{free_port()}"
        servers = "\n".join(f"server 127.0.0.1:{port} max_fails=3 fail_timeout=5s;" for port in ports)
        config = (ROOT / "deploy/nginx/nginx.conf").read_text()
        config = config.replace("listen 8080 http2", f"listen {self.target} http2")
        config = re.sub(r"server glossator:50051 [^;]*;", servers, config)
        config = config.replace("/run/nginx.pid", str(folder / "nginx.pid"))
        # Debian's build wants its temporary files in /var/lib; here everything stays in the test's folder.
        paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config = "user root;\ndaemon off;\n" + config.replace("http {", "http {\n" + paths, 1)
        (folder / "nginx.conf").write_text(config)
        command = [os.environ["NGINX_BIN"], "-p", folder, "-c", folder / "nginx.conf"]
        super().__init__(command, folder / "nginx.log")

    def kill(self):
        """Its workers outlive a master that is killed, so it is told to end first."""
        if self.running():
            self.terminate()
            wait_until(lambda: not self.running(), "nginx ends")
        super().kill()


def answers(target: str) -> bool:
    with grpc.insecure_channel(target) as channel:
        try:
            AnnotationServiceStub(channel).GetServerInfo(pb.GetServerInfoRequest(), timeout=2)
            return True
        except grpc.RpcError:
            return False


@pytest.fixture
def nginx(tmp_path):
    with Glossator(tmp_path, "one") as one, Glossator(tmp_path, "two") as two:
        with Nginx(tmp_path, [one.port, two.port]) as proxy:
            wait_until(lambda: answers(proxy.target), "nginx passes calls on")
            yield proxy, one


def test_annotates_and_streams(nginx):
    proxy, _ = nginx
    with grpc.insecure_channel(proxy.target) as channel:
        stub = AnnotationServiceStub(channel)
        assert client.annotate(stub, pb.Article(text="One. Two.")).summary.sentence_count == 2
        articles = [pb.Article(id=str(n), text=f"Article {n}. “Good,” said Ana Ruiz.") for n in range(200)]
        answered = list(client.annotate_stream(stub, articles))
        assert [answer.article.id for answer in answered] == [article.id for article in articles]
        assert all(answer.summary for answer in answered)


def test_an_error_keeps_its_details(tmp_path):
    with FaultyServer([Overloaded(0.25)]) as shedding, Nginx(tmp_path, [shedding.port]) as proxy:
        with grpc.insecure_channel(proxy.target) as channel:
            stub = AnnotationServiceStub(channel)
            call = stub.Annotate(pb.AnnotateRequest(article=pb.Article(text="One.")), wait_for_ready=True, timeout=20)
            with pytest.raises(grpc.RpcError) as shed:
                list(call)
            assert shed.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
            assert client.pause_before_retry(shed.value, 1) >= 0.25


def test_a_server_that_dies_is_passed_over(nginx):
    proxy, one = nginx
    one.kill()
    with grpc.insecure_channel(proxy.target) as channel:
        for _ in range(20):
            assert client.annotate(AnnotationServiceStub(channel), pb.Article(text="One.")).summary


def test_traceparent_is_passed_through(nginx):
    proxy, one = nginx
    trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    with grpc.insecure_channel(proxy.target) as channel:
        metadata = [("traceparent", f"00-{trace}-{span}-01")]
        # Half of these go to the other server.
        for _ in range(8):
            list(AnnotationServiceStub(channel).Annotate(pb.AnnotateRequest(article=pb.Article(text="One.")), metadata=metadata))
    wait_until(lambda: trace in one.output(), "the server logs the caller's trace")
