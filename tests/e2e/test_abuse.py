"""Clients that mean ill, or that do not know better: the server answers health all the while, does its work meanwhile and
afterwards, and then has nothing left of them: no call, no connection, no article, no more memory than before, nothing to do.

Started: two `glossator serve` with their defaults, one that is abused and one that is left in peace; `health.py`, which
asks both for their health; and raw connections of this process. Where the test has the machine nearly to itself, every
answer is to come within a tenth of a second. Where others take its cores, the abused server's times are compared with the
other's. Memory is judged always.
"""

import gzip
import json
import random
import resource
import struct
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import grpc
import pytest
from abused import IDLE, MIB, Abused
from cores import OTHERS, Cores
from parts import Glossator, wait_until
from traffic import drive, request
from wire import (
    ANNOTATE,
    ANNOTATE_STREAM,
    CANCEL,
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    ENHANCE_YOUR_CALM,
    GOAWAY,
    HEADERS,
    PING,
    PREFACE,
    RST_STREAM,
    SETTINGS,
    WIDE_WINDOW,
    Connection,
    frame,
    header_block,
    literal,
    message,
)

from glossator.v1 import glossator_pb2 as pb
from glossator.v1.glossator_pb2_grpc import AnnotationServiceStub

# How long health may take, in seconds. While others take the cores, answers that take longer are held against those of the
# server that is left in peace: one in a hundred and two more than there, and none a second longer than the worst there.
HEALTH_LIMIT = 0.1
HEALTH_WORST = 1.0
ALLOWED_LATE = 2
# What abuse may hold at its worst: the admitted bytes (256 MiB, `--max-admitted-bytes`) and the connections.
PEAK_LIMIT = 384 * MIB
SECONDS = 4.0


@pytest.fixture(scope="module")
def abused(tmp_path_factory):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16_384) if hard > 0 else 16_384, hard))
    folder = tmp_path_factory.mktemp("abuse")
    with Glossator(folder, "abused") as server, Glossator(folder, "calm") as calm:
        yield Abused(server, calm)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def abuse(abused, say):
    """Runs the body of a `with` as abuse, and judges what it did to the server."""

    @contextmanager
    def judged(what: str):
        server, targets = abused.server, [abused.server.target, abused.calm.target]
        abused.forget_peak()
        command = [sys.executable, Path(__file__).with_name("health.py"), *targets]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as asking:
            assert asking.stdout.readline() == "asking\n"
            began, cores = time.monotonic(), Cores(server.process.pid, abused.calm.process.pid)
            try:
                with ExitStack() as stack:
                    yield stack
                    served = drive(abused.port, request(), 0.5, at_once=2)
                    peak = abused.peak()
            finally:
                took = time.monotonic() - began
                times = json.loads(asking.communicate("", timeout=60)[0])
                others = cores.others()
        assert server.running(), server.output()[-2000:]
        ours, calm = (sorted(times[target]) for target in targets)
        late, late_in_peace = (sum(time > HEALTH_LIMIT for time in of) for of in (ours, calm))
        assert served.times, f"whoever means well is served meanwhile: {served.statuses}"
        back = time.monotonic()
        wait_until(lambda: not abused.kept(), lambda: f"nothing is kept of them ({abused.kept()})", 10)

        def gave_memory_back() -> bool:
            # What threads have freed of each other's memory is given back when they are at work next.
            assert drive(abused.port, request(), 0.3, at_once=4).times, "it still does its work"
            return abused.memory_in_silence() <= 1.2 * abused.start

        try:
            wait_until(gave_memory_back, "memory is given back", 40)
        finally:
            say(
                f"{what}: {took:.1f} s, health p50 {percentile(ours, 0.5) * 1e3:.1f} p99 {percentile(ours, 0.99) * 1e3:.1f} "
                f"worst {ours[-1] * 1e3:.0f} ms (in peace {percentile(calm, 0.5) * 1e3:.1f}, {percentile(calm, 0.99) * 1e3:.1f}, "
                f"{calm[-1] * 1e3:.0f}; others took {others:.0%} of the cores); memory {abused.start / MIB:.0f} MiB, "
                f"at most {peak / MIB:.0f}, {abused.memory() / MIB:.1f} after {time.monotonic() - back:.0f} s"
            )
        assert len(ours) >= 20, "health was asked for often enough to judge"
        assert late <= late_in_peace + ALLOWED_LATE + len(ours) // 100, f"{late} of {len(ours)} late, {late_in_peace} in peace"
        assert ours[-1] < (HEALTH_LIMIT if others <= OTHERS else calm[-1] + HEALTH_WORST)
        assert peak - abused.start < PEAK_LIMIT
        assert abused.idle < IDLE, f"without work it takes {abused.idle:.0%} of a core"

    return judged


def percentile(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)]


def until(seconds: float):
    """Counts upwards for so long."""
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        yield count
        count += 1


def test_a_thousand_idle_connections(abused, abuse):
    with abuse("1,000 idle connections and 200 silent ones") as stack:
        for number in range(1200):
            stack.enter_context(Connection(abused.port, preface=number < 1000))
        time.sleep(SECONDS)


def test_a_thousand_streams_that_never_read(abused, abuse):
    article = pb.Article(text="“Yes,” said Ana Ruiz. " * 300)
    messages = {
        ANNOTATE_STREAM: message(pb.AnnotateStreamRequest(article=article).SerializeToString()),
        ANNOTATE: message(pb.AnnotateRequest(article=article).SerializeToString()),
    }
    with abuse("1,000 streams that never read") as stack:
        for _ in range(20):
            # The server may send 64 KiB of answers on each of these connections, and no more ever.
            connection = stack.enter_context(Connection(abused.port))
            connection.receive(1.0)
            for number in range(50):
                path = (ANNOTATE_STREAM, ANNOTATE)[number % 2]
                stream, head = connection.open(path)
                connection.send(head)
                for _ in until(30):
                    if connection.may_send(stream) >= len(messages[path]):
                        break
                    connection.receive(0.1)
                connection.spend(stream, len(messages[path]))
                connection.send(connection.data(stream, messages[path], end=path == ANNOTATE))
        time.sleep(SECONDS)


def test_clients_that_cancel_at_once(abused, abuse, say):
    data, sent = message(request()), Counter()
    with abuse("clients that cancel at once") as stack:
        connections = []
        for number in until(SECONDS):
            if number % 500 == 0:
                connections = [stack.enter_context(Connection(abused.port)) for _ in range(4)]
            connection = connections[number % 4]
            stream, head = connection.open(ANNOTATE)
            try:
                connection.send(head + connection.data(stream, data, end=True))
                # Half of them give the server a moment to begin.
                time.sleep(0.002 * (number % 2))
                connection.send(frame(RST_STREAM, 0, stream, struct.pack(">I", CANCEL)))
                sent["calls"] += 1
                if any(got.kind == GOAWAY for got in connection.receive(0) or []):
                    raise ConnectionError
            except OSError:
                sent["connections closed"] += 1
                connections[number % 4] = stack.enter_context(Connection(abused.port))
        say(f"{dict(sent)}")

    # What nobody waits for is not done.
    long = message(request(3500))
    with Connection(abused.port, window=WIDE_WINDOW) as connection:
        connection.receive(1.0)

        def call(cancel: bool):
            stream, head = connection.open(ANNOTATE)
            connection.send(head)
            connection.send_in_turn(stream, long)
            begun = ended = False
            while not (begun if cancel else ended):
                frames = [got for got in connection.receive(5.0) if got.stream == stream]
                begun |= any(got.kind == HEADERS for got in frames)
                ended |= any(got.flags & END_STREAM for got in frames if got.kind == HEADERS)
            if cancel:
                connection.send(frame(RST_STREAM, 0, stream, struct.pack(">I", CANCEL)))

        def calls(cancel: bool):
            # One at a time: a call that were shed would cost nothing.
            for _ in range(5):
                call(cancel)
                time.sleep(0.3)

        answered, cancelled = (abused.spent_on(lambda cancel=cancel: calls(cancel)) for cancel in (False, True))
        say(f"5 articles of {len(long)} bytes take {answered:.2f} s of a core, {cancelled:.2f} s when their calls are cancelled")
    assert cancelled < answered / 2


def test_rapid_resets(abused, abuse, say):
    sent = Counter()
    with abuse("rapid resets"):
        for _ in until(SECONDS):
            with Connection(abused.port) as connection:
                try:
                    for _ in range(50):
                        burst = b""
                        for _ in range(100):
                            stream, head = connection.open(ANNOTATE)
                            burst += head + frame(RST_STREAM, 0, stream, struct.pack(">I", CANCEL))
                        connection.send(burst)
                        sent["resets"] += 100
                    while (frames := connection.receive(1.0)) and not any(got.kind == GOAWAY for got in frames):
                        pass
                    calmed = [got for got in frames or [] if got.kind == GOAWAY]
                    sent["told to go"] += any(got.payload[7] == ENHANCE_YOUR_CALM for got in calmed)
                except OSError:
                    sent["connections closed"] += 1
        say(f"{dict(sent)}")
    assert sent["told to go"] + sent["connections closed"] > 0, "nobody may go on like this"


def test_slow_senders(abused, abuse):
    article = message(request())
    with abuse("400 slow senders") as stack:
        senders = []
        for number in range(400):
            connection = stack.enter_context(Connection(abused.port, preface=False))
            stream, head = connection.open(ANNOTATE)
            pieces = (frame(DATA, 0, stream, article[at : at + 8]) for at in range(0, len(article), 8))
            octets = PREFACE + frame(SETTINGS, 0, 0) + head + b"".join(pieces)
            # Some never finish their preface, some never their headers, some never their article.
            most = (len(PREFACE) - 5, len(PREFACE) + 9 + len(head) - 5, len(octets) - 5)[number % 3]
            octets = octets[:most]
            senders.append((connection, octets))
        for number in until(SECONDS):
            for connection, octets in senders:
                connection.send(octets[number * 7 : number * 7 + 7])
            time.sleep(0.02)


def test_floods_of_headers(abused, abuse, say):
    seen = Counter()

    def outcome(connection: Connection) -> str:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            try:
                frames = connection.receive(0.5)
            except OSError:
                frames = None
            if frames is None:
                return "closed"
            for got in frames:
                if got.kind == GOAWAY:
                    return f"GOAWAY {got.payload[7]}"
                if got.kind == RST_STREAM:
                    return f"RST_STREAM {got.payload[3]}"
                if got.kind == HEADERS:
                    headers = connection.headers(got)
                    return f"status {headers[':status']}"
        return "nothing"

    large = literal("x-large", "x" * 16_000)
    with abuse("floods of headers, settings and pings"):
        for _ in until(SECONDS):
            with Connection(abused.port) as connection:
                # 64 kB of headers, of which 16 KiB are allowed.
                stream, _ = connection.open(ANNOTATE)
                block = header_block(ANNOTATE) + large * 4
                pieces = [block[at : at + 16_000] for at in range(0, len(block), 16_000)]
                connection.send(frame(HEADERS, END_STREAM, stream, pieces[0]))
                for number, piece in enumerate(pieces[1:], 2):
                    connection.send(frame(CONTINUATION, END_HEADERS if number == len(pieces) else 0, stream, piece))
                seen["64 kB: " + outcome(connection)] += 1
            with Connection(abused.port) as connection:
                # Headers without end.
                stream, _ = connection.open(ANNOTATE)
                connection.send(frame(HEADERS, 0, stream, header_block(ANNOTATE)))
                try:
                    for _ in range(1000):
                        connection.send(frame(CONTINUATION, 0, stream, large[:4_000]))
                    seen["no end: " + outcome(connection)] += 1
                except OSError:
                    seen["no end: closed"] += 1
            with Connection(abused.port) as connection:
                # Nobody reads the answers to these.
                connection.socket.settimeout(0.2)
                try:
                    for _ in range(100):
                        connection.send(frame(PING, 0, 0, b"12345678") * 500 + frame(SETTINGS, 0, 0) * 500)
                    seen["pings: taken"] += 1
                except TimeoutError:
                    seen["pings: held up"] += 1
                except OSError:
                    seen["pings: closed"] += 1
        say(f"{dict(seen)}")
    assert not any(outcome.startswith("64 kB: status 200") for outcome in seen)
    assert not any(outcome.startswith("no end: nothing") for outcome in seen)


def test_compressed_bombs(abused, abuse, say):
    """A message of half a megabyte that would be 512 MiB, and one of 20 kB that would be as much."""
    plain = 512 * MIB
    zipped = gzip.compress(bytes(64 * MIB), 9) * (plain // (64 * MIB))
    blocks = plain // (128 * 1024)
    last = lambda number: 1 if number == blocks - 1 else 0  # noqa: E731
    runs = b"".join(((128 * 1024) << 3 | 1 << 1 | last(number)).to_bytes(3, "little") + b"\0" for number in range(blocks))
    bombs = {"gzip": zipped, "zstd": b"\x28\xb5\x2f\xfd\x00\x88" + runs}
    seen = Counter()
    with abuse(f"bombs of {plain // MIB} MiB in {', '.join(f'{len(bomb)} B ({name})' for name, bomb in bombs.items())}"):
        for number in until(SECONDS):
            encoding = ("gzip", "zstd")[number % 2]
            with Connection(abused.port) as connection:
                stream, head = connection.open(ANNOTATE, ("grpc-encoding", encoding))
                data = message(bombs[encoding], compressed=True)
                connection.send(head)
                at, status = 0, None
                while status is None:
                    room = min(connection.may_send(stream), len(data) - at, 65_536)
                    if room:
                        connection.send(connection.data(stream, data[at : at + room], end=at + room == len(data)))
                        connection.spend(stream, room)
                        at += room
                    for got in connection.receive(0.0 if room else 5.0) or []:
                        if got.kind == HEADERS:
                            status = connection.headers(got).get("grpc-status", status)
                seen[f"{encoding}: status {status}"] += 1
        say(f"{dict(seen)}")
    assert {outcome.split()[-1] for outcome in seen} <= {"8", "11", "3"}, "RESOURCE_EXHAUSTED, OUT_OF_RANGE, INVALID_ARGUMENT"


def test_random_bytes(abused, abuse):
    dice = random.Random(5)
    with abuse("random bytes"):
        for number in until(SECONDS):
            with Connection(abused.port, preface=number % 2 == 0) as connection:
                try:
                    if number % 4 == 0:
                        stream, head = connection.open(ANNOTATE)
                        connection.send(head + connection.data(stream, message(dice.randbytes(2_000)), end=True))
                    connection.send(dice.randbytes(dice.choice((9, 100, 5_000, 60_000))))
                    connection.receive(0.01)
                except OSError:
                    pass  # it has every right to hang up


def test_messages_of_eight_mebibytes(abused, abuse, say):
    texts = {"8 MiB": "a" * (8 * MIB - 100), "4 MB of a million characters": "🌧" * 1_000_000, "9 MiB": "a" * (9 * MIB)}
    seen = Counter()
    with abuse("messages of 8 MiB"):
        own = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_send_message_length", -1), ("grpc.enable_retries", 0)]
        with ExitStack() as stack:
            channels = [stack.enter_context(grpc.insecure_channel(abused.server.target, options=own)) for _ in range(4)]
            for _ in until(SECONDS):
                for name, text in texts.items():
                    article = pb.AnnotateRequest(article=pb.Article(text=text))
                    calls = [AnnotationServiceStub(channel).Annotate(article, timeout=30) for channel in channels]
                    for call in calls:
                        try:
                            list(call)
                        except grpc.RpcError:
                            pass
                        seen[f"{name}: {call.code().name}"] += 1
        say(f"{dict(seen)}")
    codes = {name: {outcome.split(": ")[1] for outcome in seen if outcome.startswith(name)} for name in texts}
    assert codes["8 MiB"] == {"INVALID_ARGUMENT"}
    assert codes["9 MiB"] <= {"OUT_OF_RANGE", "RESOURCE_EXHAUSTED"}
    assert codes["4 MB of a million characters"] <= {"OK", "RESOURCE_EXHAUSTED"}


def test_a_hundred_thousand_articles_of_one_word(abused, abuse, say):
    count = 100_000
    articles = message(pb.AnnotateStreamRequest(article=pb.Article(text="Rain.")).SerializeToString()) * count
    with abuse("100,000 articles of one word on one stream") as stack:
        connection = stack.enter_context(Connection(abused.port, window=4 * MIB))
        connection.receive(1.0)
        stream, head = connection.open(ANNOTATE_STREAM)
        connection.send(head)
        began, at, octets, status = time.monotonic(), 0, 0, None
        answers = bytearray()
        while status is None:
            assert time.monotonic() < began + 120, f"{at} of {len(articles)} bytes sent, {octets} received"
            room = min(connection.may_send(stream), len(articles) - at, 65_536)
            if room:
                connection.send(connection.data(stream, articles[at : at + room], end=at + room == len(articles)))
                connection.spend(stream, room)
                at += room
            for got in connection.receive(0.0 if room else 5.0) or []:
                if got.kind == HEADERS:
                    status = connection.headers(got).get("grpc-status", status)
                elif got.kind == DATA and got.payload:
                    answers += got.payload
                    octets += len(got.payload)
                    connection.give_window(stream, len(got.payload))
        took = time.monotonic() - began
        say(f"{count / took:.0f} articles/s, {octets / count:.0f} bytes an answer")
    assert status == "0"
    assert whole_answers(answers) == count


def whole_answers(octets: bytearray) -> int:
    """How many messages end an article."""
    at, whole = 0, 0
    while at < len(octets):
        length = int.from_bytes(octets[at + 1 : at + 5])
        answer = pb.AnnotateStreamResponse.FromString(bytes(octets[at + 5 : at + 5 + length]))
        whole += answer.response.HasField("summary")
        at += 5 + length
    return whole
