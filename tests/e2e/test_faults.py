"""Faults of the machine: a clock that jumps.

Started: one `glossator serve` under libfaketime, which shows it a wall clock of the test's own, and the client of
`clients/python`. The monotonic clock is left alone, as it is when an operator or a time server sets the clock.
"""

import os
import subprocess
import threading
from datetime import datetime, timedelta, timezone

import client
import grpc
import pytest
from parts import Glossator, wait_until

from glossator.v1 import glossator_pb2 as pb
from glossator.v1.glossator_pb2_grpc import AnnotationServiceStub


def times(server: Glossator) -> list[datetime]:
    """When the log says that calls ended."""
    return [datetime.fromisoformat(line["timestamp"]) for line in server.log_lines() if line["message"] == "call"]


@pytest.mark.skipif(
    "not a dynamic" in subprocess.run(["ldd", os.environ["GLOSSATOR_BIN"]], capture_output=True, text=True).stderr,
    reason="a static binary takes its time from nobody but the kernel",
)
def test_a_clock_that_jumps_cuts_no_call(tmp_path, say):
    clock = tmp_path / "clock"
    clock.write_text("+0d")
    env = {
        "LD_PRELOAD": os.environ["FAKETIME_LIB"],
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "GLOSSATOR_DRAIN_DELAY": "500ms",
    }
    with Glossator(tmp_path, env=env) as server, grpc.insecure_channel(server.target) as channel:
        stub = AnnotationServiceStub(channel)
        one = lambda: client.annotate(stub, pb.Article(text="It rained."))  # noqa: E731
        turn, stop = threading.Semaphore(0), threading.Event()

        def articles():
            while turn.acquire() and not stop.is_set():
                yield pb.Article(text="It rained.")

        # A call that is open all the while, and calls of their own at each time.
        answers = client.annotate_stream(stub, articles())
        answered = 0
        # It ends at another time than it began, by that clock.
        for jump in ("+0d", "+30d", "-30d", "+0d", "+3650d"):
            clock.write_text(jump)
            for _ in range(5):
                assert one().summary.sentence_count == 1
                turn.release()
                assert next(answers).summary.sentence_count == 1
                answered += 1
        stop.set()
        turn.release()
        assert next(answers, None) is None, "the stream ends as it should"
        channel.close()

        wait_until(lambda: len(times(server)) >= answered + 1, "every call is in the log")
        off = [when - datetime.now(timezone.utc) for when in times(server)]
        assert max(off) > timedelta(days=3000) and min(off) < timedelta(days=-20), "the clock did jump"
        calls = [line for line in server.log_lines() if line["message"] == "call"]
        assert all(line["code"] == "OK" and 0 <= line["elapsed_ms"] < 30_000 for line in calls), calls
        say(f"{len(calls)} calls over jumps from {min(off).days} to {max(off).days} days, all OK")

        clock.write_text("-3650d")
        server.terminate()
        wait_until(lambda: not server.running(), "the drain ends")
        assert server.process.returncode == 0
