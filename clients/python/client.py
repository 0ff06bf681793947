"""A Glossator client to copy: one file is annotated, several are streamed over one call.

    python client.py localhost:50051 article.txt
    python client.py localhost:50051 *.txt
"""

import random
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from glossator.v1 import glossator_pb2 as pb
from glossator.v1.glossator_pb2_grpc import AnnotationServiceStub

# Python indexes strings by code point. `include_text` is for the check in `Answer.add` alone: the text is here already.
OPTIONS = pb.AnnotateOptions(offset_encoding=pb.OFFSET_ENCODING_UTF32, include_text=True)
WINDOW = 32  # articles sent and not yet answered, at most: this bounds the memory of a stream of any length
ATTEMPTS = 8  # in a row without an answer
TIMEOUT = 30.0  # seconds for one article

CHANNEL_OPTIONS = [
    ("grpc.service_config", (Path(__file__).parent.parent / "service-config.json").read_text()),
    ("grpc.keepalive_time_ms", 60_000),
]


@dataclass
class Answer:
    """What the server said about one article; complete once `summary` or `error` is there."""

    article: pb.Article
    annotations: list[pb.Annotation] = field(default_factory=list)
    summary: pb.AnnotationSummary | None = None
    error: pb.ArticleError | None = None

    def is_complete(self) -> bool:
        return self.summary is not None or self.error is not None

    def add(self, part: pb.AnnotateResponse) -> None:
        text = self.article.text
        if part.HasField("header"):
            assert part.header.text_length == len(text), "the server measures the text as we do"
        for annotation in part.annotations:
            for span in spans_of(annotation):
                assert text[span.start_offset : span.end_offset] == span.text, span
        self.annotations.extend(part.annotations)
        if part.HasField("summary"):
            self.summary = part.summary


def spans_of(annotation: pb.Annotation) -> Iterator[pb.Span]:
    match annotation.WhichOneof("value"):
        case "sentence":
            yield annotation.sentence.span
        case "quote":
            quote = annotation.quote
            yield from (quote.span, *quote.content_spans, *quote.quoted_spans)
            yield from (speaker.mention_span for speaker in quote.speakers if speaker.HasField("mention_span"))
            if quote.HasField("cue_span"):
                yield quote.cue_span
        case "entity":
            yield from (mention.span for mention in annotation.entity.mentions)


class CutShort(Exception):
    """The call ended with OK, but before the answer did."""


def pause_before_retry(error: Exception, attempt: int) -> float:
    """Seconds to wait before sending again; raises the error where sending again is no use."""
    if attempt >= ATTEMPTS:
        raise error
    if isinstance(error, grpc.RpcError):
        status = rpc_status.from_call(error)
        retry = error_details_pb2.RetryInfo()
        if status and any(detail.Unpack(retry) for detail in status.details):
            return retry.retry_delay.ToTimedelta().total_seconds() * random.uniform(1, 1.5)
        # Glossator's own INTERNAL tells what went wrong; without details a connection broke on the way.
        broken = error.code() == grpc.StatusCode.INTERNAL and not (status and status.details)
        if error.code() != grpc.StatusCode.UNAVAILABLE and not broken:
            raise error
    return random.uniform(0, min(1.0, 0.05 * 2**attempt))


def annotate(stub: AnnotationServiceStub, article: pb.Article) -> Answer:
    attempt = 0
    while True:
        answer = Answer(article)
        try:
            for part in stub.Annotate(pb.AnnotateRequest(article=article, options=OPTIONS), timeout=TIMEOUT):
                answer.add(part)
            if not answer.is_complete():
                raise CutShort(article.id)
            return answer
        except (grpc.RpcError, CutShort) as error:
            attempt += 1
            time.sleep(pause_before_retry(error, attempt))


def annotate_stream(stub: AnnotationServiceStub, articles: Iterable[pb.Article]) -> Iterator[Answer]:
    """Answers in the order of the articles, which are taken from the iterable only as answers come in."""
    source = Source(articles)
    attempt = 0
    while True:
        call = StreamCall(stub, source)
        try:
            for answer in call:
                attempt = 0
                yield answer
            return
        except (grpc.RpcError, CutShort) as error:
            attempt += 1
            pause = pause_before_retry(error, attempt)
        finally:
            call.end()
        time.sleep(pause)


class Source:
    """The articles, each handed out once unless it is given back."""

    def __init__(self, articles: Iterable[pb.Article]):
        self.articles = iter(articles)
        self.given_back: deque[pb.Article] = deque()  # in order, and before those that are still to come
        self.turn = threading.Lock()  # held by whoever waits for the next one, which may take as long as it likes


class StreamCall:
    """One call of AnnotateStream: a thread of gRPC's takes the articles while the caller reads the answers."""

    def __init__(self, stub: AnnotationServiceStub, source: Source):
        self.source = source
        self.on_the_way: deque[pb.Article] = deque()  # taken, and not answered to the end
        self.room = threading.Semaphore(WINDOW)
        self.lock = threading.Lock()  # so that nothing is taken once `end` has looked
        self.over = False
        self.responses = stub.AnnotateStream(self.requests())

    def requests(self) -> Iterator[pb.AnnotateStreamRequest]:
        while True:
            self.room.acquire()
            article = self.take_given_back() or self.wait_for_next()
            if article is None:
                return
            yield pb.AnnotateStreamRequest(article=article, options=OPTIONS)

    def take_given_back(self) -> pb.Article | None:
        with self.lock:
            if self.over or not self.source.given_back:
                return None
            self.on_the_way.append(self.source.given_back.popleft())
            return self.on_the_way[-1]

    def wait_for_next(self) -> pb.Article | None:
        while not self.over:
            # A call before this one may still wait for an article, which it will give back.
            if self.source.turn.acquire(timeout=1.0):
                try:
                    return self.take_given_back() or self.take_next()
                finally:
                    self.source.turn.release()
        return None

    def take_next(self) -> pb.Article | None:
        if self.over or (article := next(self.source.articles, None)) is None:
            return None
        with self.lock:
            if self.over:
                self.source.given_back.append(article)
                return None
            self.on_the_way.append(article)
            return article

    def __iter__(self) -> Iterator[Answer]:
        answer = None
        for message in self.responses:
            answer = answer or Answer(self.on_the_way[0])
            match message.WhichOneof("result"):
                case "response":
                    answer.add(message.response)
                case "error":
                    answer.error = message.error
            if answer.is_complete():
                done, answer = answer, None
                self.on_the_way.popleft()
                self.room.release()
                yield done
        if self.on_the_way:
            raise CutShort("AnnotateStream")

    def end(self) -> None:
        """Ends the call, at once, and gives back what has to be sent again."""
        self.responses.cancel()
        with self.lock:
            self.over = True
            self.source.given_back.extendleft(reversed(self.on_the_way))
        self.room.release()


def describe(annotation: pb.Annotation, text: str) -> str:
    def cut(span: pb.Span) -> str:
        return " ".join(text[span.start_offset : span.end_offset].split())

    match annotation.WhichOneof("value"):
        case "sentence":
            return f"sentence  {cut(annotation.sentence.span)}"
        case "quote":
            quote = annotation.quote
            speakers = ", ".join(speaker.canonical_name or "?" for speaker in quote.speakers)
            return f"quote     {speakers or '-'}: {cut(quote.span)}"
        case "entity":
            entity = annotation.entity
            kind = pb.EntityType.Name(entity.type).removeprefix("ENTITY_TYPE_").lower()
            return f"entity    {entity.canonical_name} ({kind}, {len(entity.mentions)} mentions)"
        case _:
            return "unknown   a kind newer than this client"


def read(path: str) -> pb.Article:
    return pb.Article(id=path, text=Path(path).read_bytes().decode())  # as bytes first: line ends stay as they are


def main(target: str, *paths: str) -> int:
    failed = 0
    with grpc.insecure_channel(target, options=CHANNEL_OPTIONS) as channel:
        stub = AnnotationServiceStub(channel)
        if len(paths) == 1:
            answer = annotate(stub, read(paths[0]))
            for annotation in answer.annotations:
                print(describe(annotation, answer.article.text))
        else:
            for answer in annotate_stream(stub, map(read, paths)):
                if answer.error is not None:
                    failed += 1
                    print(f"{answer.article.id}: {answer.error.reason}: {answer.error.message}")
                else:
                    s = answer.summary
                    print(f"{answer.article.id}: {s.sentence_count} sentences, {s.quote_count} quotes, {s.entity_count} entities")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: client.py TARGET FILE...")
    try:
        sys.exit(main(*sys.argv[1:]))
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
