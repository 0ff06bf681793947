"""The container image without a container engine: what `deploy/image` makes is started in a root that holds nothing else.

Started: the binary of the image, with the folder of the image as its root, by `unshare`. Needs GLOSSATOR_IMAGE, the folder
that `deploy/image` has filled; the check "image" of .ci/run sets it.
"""

import os
import re
from pathlib import Path

import client
import grpc
import pytest
from parts import ROOT, Program, free_port, http_get, wait_until

from glossator.v1 import glossator_pb2 as pb
from glossator.v1.glossator_pb2_grpc import AnnotationServiceStub

IMAGE = os.environ.get("GLOSSATOR_IMAGE")
pytestmark = pytest.mark.skipif(not IMAGE, reason="GLOSSATOR_IMAGE names no folder that deploy/image has filled")


def test_the_image_holds_the_program_and_nothing_else():
    assert [path.name for path in Path(IMAGE).rglob("*")] == ["glossator"]


def test_it_serves_in_an_empty_root(tmp_path):
    grpc_port, admin_port = free_port(), free_port()
    # The settings of the Dockerfile, on ports that are free here.
    dockerfile = (ROOT / "Dockerfile").read_text()
    env = dict(re.findall(r"(GLOSSATOR_\w+)=(\S+)", dockerfile))
    env = {
        name: value.replace("50051", str(grpc_port)).replace("9090", str(admin_port)) for name, value in env.items()
    }
    [entry] = re.findall(r'^ENTRYPOINT \["(.*)"\]$', dockerfile, re.MULTILINE)
    command = ["unshare", "--map-root-user", f"--root={IMAGE}", "--wd=/", entry]
    with Program(command, tmp_path / "image.log", env) as program:
        ready = lambda: http_get(f"http://127.0.0.1:{admin_port}/readyz")[0] == 200  # noqa: E731
        wait_until(lambda: ready() or not program.running(), "the image is ready")
        assert program.running(), program.output()
        with grpc.insecure_channel(f"127.0.0.1:{grpc_port}") as channel:
            answer = client.annotate(AnnotationServiceStub(channel), pb.Article(text="One sentence. Two."))
            assert answer.summary.sentence_count == 2
        program.terminate()
        wait_until(lambda: not program.running(), "the image ends when it is told to")
        assert program.process.returncode == 0
