"""The programs in `clients/`, against the real server and against one that fails on cue.

Started: one `glossator serve` or one `FaultyServer` in this process, and the client under test.
"""

import json
import re
import threading
import time
from itertools import repeat

import pytest
import client
import grpc
from faulty import Broken, Cut, FaultyServer, Hoarding, Invalid, Lying, Overloaded, OverloadedForGood, Refused, Silent
from parts import CLIENTS, run_client, wait_until

from glossator.v1 import glossator_pb2 as pb
from glossator.v1.glossator_pb2_grpc import AnnotationServiceStub

LANGUAGES = ["python", "go", "typescript", "java"]

# Characters of one to four bytes and one or two UTF-16 units, combining marks, a flag, a family, CR LF, a byte order mark.
TRICKY = (
    "\ufeffLISBON — Zoë Åkesson flew the 🇵🇹 flag 🎉 on Monday.\r\n\r\n"
    "“I saw a 👩‍👩‍👧 in the cafe\u0301,” said Nguye\u0302\u0303n Va\u0306n An. “It cost €5 𝒊𝒏 𝒂𝒍𝒍.”\r\n\r\n"
    "The mayor, João Peña, said that he would ‘wait 👀’ until 2024.\r\n"
)


@pytest.fixture
def articles(tmp_path):
    """Forty articles with different text, more than one window of any client."""
    folder = tmp_path / "articles"
    folder.mkdir()
    paths = [folder / f"{n:02}.txt" for n in range(40)]
    for n, path in enumerate(paths):
        path.write_bytes(f"Article {n} 🎉. {TRICKY}".encode())
    return paths


@pytest.mark.parametrize("language", LANGUAGES)
def test_annotates_one_article(language, glossator, tmp_path):
    path = tmp_path / "tricky.txt"
    path.write_bytes(TRICKY.encode())
    lines = run_client(language, glossator.target, path)  # every slice is checked in the client
    assert sum(line.startswith("sentence  ") for line in lines) >= 3
    assert any("👩‍👩‍👧" in line for line in lines if line.startswith("quote  ")), lines


def test_languages_agree(glossator, tmp_path):
    path = tmp_path / "tricky.txt"
    path.write_bytes(TRICKY.encode())
    printed = {language: run_client(language, glossator.target, path) for language in LANGUAGES}
    assert all(lines == printed["python"] for lines in printed.values()), printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_streams_many_past_an_article_error(language, glossator, articles):
    articles[7].write_text("a " * 500_001)
    lines = run_client(language, glossator.target, *articles, code=1)
    assert [line.split(":")[0] for line in lines] == [str(path) for path in articles]
    assert "ARTICLE_TOO_LONG" in lines[7]
    assert all(re.search(r": \d+ sentences, \d+ quotes, \d+ entities$", line) for line in lines[:7] + lines[8:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_article_is_tried_again(language, articles):
    with FaultyServer([Refused(), Overloaded(0.5), Cut(0), Silent(0)]) as server:
        lines = run_client(language, server.target, articles[0])
    assert len(lines) == 1 and lines[0].startswith("sentence  Article 0 🎉.")
    assert len(server.began) == 5
    assert server.began[2] - server.ended[1] >= 0.5, "the client waits as RetryInfo says"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stream_is_taken_up_where_it_broke(language, articles):
    with FaultyServer([Refused(), Overloaded(0.5), Cut(5), Silent(20), Cut(3)]) as server:
        lines = run_client(language, server.target, *articles)
    assert lines == [f"{path}: 1 sentences, 0 quotes, 0 entities" for path in articles]
    assert server.answered == [str(path) for path in articles], "nothing lost, nothing twice, in order"
    assert server.began[2] - server.ended[1] >= 0.5, "the client waits as RetryInfo says"


def test_a_stream_ends_and_goes_on_while_its_source_is_idle():
    """A source may have nothing for hours: neither a new call nor the end waits for it."""
    more = threading.Event()

    def articles():
        yield pb.Article(id="0", text="One.")
        yield pb.Article(id="1", text="Two.")
        more.wait()
        yield from (pb.Article(id=str(n), text="More.") for n in range(2, 40))

    def ended_at_once(answers) -> bool:
        ending = threading.Thread(target=answers.close, daemon=True)
        ending.start()
        ending.join(10)
        return not ending.is_alive()

    try:
        with FaultyServer([Cut(1), Cut(0)]) as server, grpc.insecure_channel(server.target) as channel:
            answers = client.annotate_stream(AnnotationServiceStub(channel), articles())
            assert next(answers).article.id == "0"
            rest: list[str] = []
            reading = threading.Thread(target=lambda: rest.extend(answer.article.id for answer in answers), daemon=True)
            reading.start()
            wait_until(lambda: server.answered == ["0", "1"], "the second article is answered by the third call", 10)
            assert len(server.began) == 3
            more.set()
            reading.join(20)
            assert rest == [str(n) for n in range(1, 40)], "nothing lost, nothing twice, in order"
            assert server.answered == [str(n) for n in range(40)]
            more.clear()
            answers = client.annotate_stream(AnnotationServiceStub(channel), articles())
            assert [next(answers).article.id, next(answers).article.id] == ["0", "1"]
            assert ended_at_once(answers), "whoever has enough need not wait"
    finally:
        more.set()  # or the threads of gRPC, which wait for the source, would keep this process from ending


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_more_is_sent_than_may_wait(language, articles):
    with FaultyServer([Hoarding()]) as server:
        lines = run_client(language, server.target, *articles)
    assert server.hoarded == 32, "the window, while nothing is answered"
    assert lines == [f"{path}: 1 sentences, 0 quotes, 0 entities" for path in articles]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slice_that_is_not_the_spans_text_is_noticed(language, articles):
    for paths in (articles[:1], articles[:3]):
        with FaultyServer([Lying()]) as server:
            assert run_client(language, server.target, *paths, code=1) == []
        assert len(server.began) == 1


@pytest.mark.parametrize("fault", [Invalid(), Broken(), OverloadedForGood()], ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_will_not_get_better_is_not_tried_again(language, fault, articles):
    for paths in (articles[:1], articles[:3]):
        with FaultyServer([fault]) as server:
            assert run_client(language, server.target, *paths, code=1) == []
        assert len(server.began) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_server_that_stays_away_is_given_up(language, articles):
    with FaultyServer(repeat(Refused())) as server:
        run_client(language, server.target, articles[0], code=1)
    assert len(server.began) >= 8, "eight tries of the client, each with gRPC's own"


@pytest.mark.parametrize("language", ["python", "go", "java"])
def test_a_server_that_says_not_serving_gets_no_call(language, articles):
    """grpc-js knows no health checking in its service config: clients/README.md says so."""
    with FaultyServer(serving=False) as server:
        timer = threading.Timer(1.0, server.says_serving, [True])
        told = time.monotonic() + 1.0
        timer.start()
        run_client(language, server.target, articles[0])
        assert server.began[0] >= told


def test_calls_go_round_and_past_who_says_not_serving(say):
    """As through a name with several addresses, which of the four only grpcio can be given without a resolver."""
    with FaultyServer() as one, FaultyServer() as two, FaultyServer(serving=False) as away:
        target = "ipv4:" + ",".join(server.target for server in (one, two, away))
        with grpc.insecure_channel(target, options=client.CHANNEL_OPTIONS) as channel:
            stub = AnnotationServiceStub(channel)
            annotate = lambda: client.annotate(stub, pb.Article(text="One."))  # noqa: E731
            wait_until(lambda: annotate() and one.began and two.began, "both get calls")
            counts = [len(one.began), len(two.began)]
            for _ in range(20):
                annotate()
        counts = [len(server.began) - count for server, count in zip((one, two), counts)]
        say(f"20 calls over two addresses: {counts}")
        assert counts == [10, 10] and not away.began


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unreadable_file_ends_the_stream(language, glossator, articles):
    articles[3].unlink()
    run_client(language, glossator.target, *articles, code=1)


def test_the_service_config_is_the_same_everywhere():
    shared = json.loads((CLIENTS / "service-config.json").read_text())
    go = re.search(r"const serviceConfig = `(.*?)`", (CLIENTS / "go/client.go").read_text(), re.DOTALL)
    assert json.loads(go.group(1)) == shared
