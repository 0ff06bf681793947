"""Minutes of ordinary load with a little abuse in each, outside CI; prints a table for docs/figures.md.

    tests/e2e/run --collect-only -q          # installs what is needed
    PATH=target/e2e/venv/bin:$PATH PYTHONPATH=clients/python:tests/e2e \\
        GLOSSATOR_BIN=target/release/glossator python tests/e2e/soak.py [MINUTES [ARTICLES A SECOND]]

Each minute: 50 s of `Annotate` calls at a fixed pace, then 200 connections that say nothing, 500 calls that are cancelled
at once, and a message that is too long. Started: one `glossator serve` with its defaults.
"""

import struct
import sys
import tempfile
import time
from pathlib import Path

from parts import Glossator
from traffic import OK, drive, request
from wire import ANNOTATE, CANCEL, RST_STREAM, Connection, frame, message

MIB = 1 << 20


def cost(process: int) -> tuple[float, float]:
    """Processor time in seconds and resident memory in MiB."""
    stat = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) / 100, int(stat[21]) * 4096 / MIB


def trouble(port: int):
    data = message(request())
    silent = [Connection(port) for _ in range(200)]
    with Connection(port) as connection:
        for _ in range(500):
            stream, head = connection.open(ANNOTATE)
            connection.send(head + connection.data(stream, data[:1_000]))
            connection.send(frame(RST_STREAM, 0, stream, struct.pack(">I", CANCEL)))
            connection.receive(0.002)
    with Connection(port) as connection:
        connection.receive(1.0)
        stream, head = connection.open(ANNOTATE)
        connection.send(head + connection.data(stream, struct.pack(">BI", 0, 9 * MIB) + bytes(1_000)))
        connection.receive(1.0)
    for connection in silent:
        connection.close()


def main(minutes: int = 10, rate: int = 200):
    with tempfile.TemporaryDirectory() as folder, Glossator(Path(folder)) as server:
        drive(server.port, request(), 5.0, at_once=32)
        processor, memory = cost(server.process.pid)
        print(f"{rate} articles/s of {len(request())} bytes; {memory:.0f} MiB at the start", flush=True)
        print("| minute | answered | shed | failed | p50 | p99 | processor an article | memory |", flush=True)
        print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
        for minute in range(1, minutes + 1):
            began = time.monotonic()
            outcome = drive(server.port, request(), 50.0, rate=rate)
            spent, memory = cost(server.process.pid)
            each = (spent - processor) / max(len(outcome.times), 1)
            shed = len(outcome.refused)
            failed = sum(outcome.statuses.values()) - outcome.statuses[OK] - outcome.statuses["8"]
            print(
                f"| {minute} | {len(outcome.times)} | {shed} | {failed} | {outcome.percentile(0.5) * 1e3:.1f} ms "
                f"| {outcome.percentile(0.99) * 1e3:.1f} ms | {each * 1e3:.2f} ms | {memory:.0f} MiB |",
                flush=True,
            )
            trouble(server.port)
            time.sleep(max(0.0, 60 - (time.monotonic() - began)))
            processor, _ = cost(server.process.pid)
        _, memory = cost(server.process.pid)
        print(f"{memory:.0f} MiB at the end; the server runs: {server.running()}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
