"""Load on one server from one thread: `Annotate` calls over a few connections, as many at a time as wished, or as many a
second, answered or not."""

import selectors
import time
from collections import Counter
from dataclasses import dataclass, field

from wire import ANNOTATE, DATA, END_STREAM, GOAWAY, HEADERS, RST_STREAM, WIDE_WINDOW, Connection, message

from glossator.v1 import glossator_pb2 as pb

OK, RESOURCE_EXHAUSTED = "0", "8"

PARAGRAPH = (
    "“It will rain until the weekend,” said Ana Ruiz, the mayor of Porto, on Monday. The river stood at 4.5 metres, its "
    "highest since 2001, and the council spent €2 million on sandbags. According to the harbour office, two ferries "
    "were late. “Bring a coat,” she added.\n\n"
)


def request(paragraphs: int = 10) -> bytes:
    """An `AnnotateRequest`; ten paragraphs are 2.6 kB."""
    article = pb.Article(text=PARAGRAPH * paragraphs, language_code="en")
    return pb.AnnotateRequest(article=article).SerializeToString()


@dataclass
class Outcome:
    """What became of the calls."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)  # of those that were answered
    refused: list[float] = field(default_factory=list)  # of those that were shed
    statuses: Counter = field(default_factory=Counter)
    with_pushback: int = 0
    held_back: int = 0  # calls that the connections' windows did not let through

    def pace(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        times = sorted(self.times)
        return times[min(int(len(times) * share), len(times) - 1)] if times else float("inf")


@dataclass
class Link:
    connection: Connection
    began: dict[int, float] = field(default_factory=dict)


def drive(port, payload, seconds, at_once=1, rate=None, connections=4, skip=0.0) -> Outcome:
    """Calls for so many seconds. With a rate, a call's time counts from when it was due. Calls that were due in the first
    `skip` seconds are made and not counted."""
    outcome = Outcome()
    data = message(payload)
    links = [Link(Connection(port, window=WIDE_WINDOW)) for _ in range(connections)]
    selector = selectors.DefaultSelector()
    for link in links:
        selector.register(link.connection.socket, selectors.EVENT_READ, link)
        link.connection.receive(1.0)
    began = time.monotonic()
    end = began + seconds
    turn, made, under_way = 0, 0, 0

    def call(due: float):
        nonlocal turn, under_way
        link = links[turn % len(links)]
        turn += 1
        connection = link.connection
        stream, head = connection.open(ANNOTATE)
        if connection.may_send(stream) < len(data):
            outcome.held_back += 1
            return
        connection.spend(stream, len(data))
        connection.send(head + connection.data(stream, data, end=True))
        link.began[stream] = due
        under_way += 1

    def finish(link: Link, stream: int, headers: dict[str, str]):
        nonlocal under_way
        due = link.began.pop(stream, None)
        del link.connection.windows[stream]
        under_way -= 1
        if due is None or due < began + skip:
            return
        status = headers.get("grpc-status", "none")
        outcome.statuses[status] += 1
        took = time.monotonic() - due
        (outcome.times if status == OK else outcome.refused).append(took)
        outcome.with_pushback += status == RESOURCE_EXHAUSTED and int(headers.get("grpc-retry-pushback-ms", 0)) > 0

    try:
        while (now := time.monotonic()) < end or (under_way and now < end + 5):
            if now < end and rate:
                while (due := began + made / rate) <= now:
                    made += 1
                    call(due)
                pause = max(0.0, began + made / rate - time.monotonic())
            else:
                while now < end and under_way < at_once:
                    call(time.monotonic())
                pause = 0.1
            for key, _ in selector.select(pause):
                link = key.data
                frames = link.connection.receive(0)
                assert frames is not None, "the server closed a connection"
                for got in frames:
                    assert got.kind not in (GOAWAY, RST_STREAM), got
                    if got.kind == HEADERS:
                        headers = link.connection.headers(got)
                        if got.flags & END_STREAM:
                            finish(link, got.stream, headers)
                    else:
                        assert got.kind != DATA or not got.flags & END_STREAM, "an answer ends with trailers"
        outcome.seconds = seconds - skip
    finally:
        selector.close()
        for link in links:
            link.connection.close()
    return outcome
