"""A server that fails on cue, for what the real one does only on bad days: the clients' retries are tested on it.

It annotates every article with one sentence over the whole text. It shares no code with Glossator.
"""

import queue
import threading
import time
from concurrent import futures
from dataclasses import dataclass

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from glossator.v1 import glossator_pb2 as pb
from glossator.v1 import glossator_pb2_grpc as pb_grpc


@dataclass(frozen=True)
class Refused:
    """UNAVAILABLE before anything else, as while draining."""


@dataclass(frozen=True)
class Overloaded:
    """RESOURCE_EXHAUSTED with a RetryInfo."""

    seconds: float


@dataclass(frozen=True)
class Broken:
    """INTERNAL before anything else."""


@dataclass(frozen=True)
class Invalid:
    """INVALID_ARGUMENT before anything else."""


@dataclass(frozen=True)
class OverloadedForGood:
    """RESOURCE_EXHAUSTED that does not say when to come back."""


@dataclass(frozen=True)
class Hoarding:
    """Every request is read as soon as it comes, and none is answered before no more come."""


@dataclass(frozen=True)
class Lying:
    """Spans whose text is not what stands there."""


@dataclass(frozen=True)
class Cut:
    """UNAVAILABLE in the middle of the answer to the article of this index."""

    index: int


@dataclass(frozen=True)
class Silent:
    """OK in the middle of the answer to the article of this index: a truncation that only a missing summary tells."""

    index: int


def _status(code: int, reason: str, *more) -> status_pb2.Status:
    details = [any_pb2.Any() for _ in range(1 + len(more))]
    details[0].Pack(error_details_pb2.ErrorInfo(domain="glossator.v1", reason=reason))
    for packed, detail in zip(details[1:], more, strict=True):
        packed.Pack(detail)
    return status_pb2.Status(code=code, message=reason, details=details)


UNITS = {
    pb.OFFSET_ENCODING_UTF8: lambda text: len(text.encode()),
    pb.OFFSET_ENCODING_UTF16: lambda text: len(text.encode("utf-16-le")) // 2,
    pb.OFFSET_ENCODING_UTF32: len,
}


class FaultyServer(pb_grpc.AnnotationServiceServicer):
    """Takes one of the faults for each call; without faults left it answers."""

    def __init__(self, faults=(), serving: bool = True):
        self.faults = iter(faults)
        self.hoarded = 0  # requests that came in while none was answered
        self.began: list[float] = []  # when each call began
        self.ended: list[float] = []
        self.answered: list[str] = []  # ids of the articles that were answered to the end
        self._serving = serving
        self._lock = threading.Lock()

    def __enter__(self):
        self._server = grpc.server(futures.ThreadPoolExecutor(8))
        pb_grpc.add_AnnotationServiceServicer_to_server(self, self._server)
        self._health = health.HealthServicer()
        self.says_serving(self._serving)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self.target = f"127.0.0.1:{self.port}"
        self._server.start()
        return self

    def __exit__(self, *_):
        self._server.stop(None).wait()

    def says_serving(self, serving: bool) -> None:
        states = health_pb2.HealthCheckResponse
        self._health.set("glossator.v1.AnnotationService", states.SERVING if serving else states.NOT_SERVING)

    def Annotate(self, request, context):
        return (message.response for message in self._answers(iter([request]), context))

    def AnnotateStream(self, requests, context):
        return self._answers(requests, context)

    def _answers(self, requests, context):
        with self._lock:
            self.began.append(time.monotonic())
            fault = next(self.faults, None)
        try:
            match fault:
                case Refused():
                    self._abort(context, _status(code_pb2.UNAVAILABLE, "SERVER_DRAINING"))
                case Overloaded(seconds):
                    delay = duration_pb2.Duration()
                    delay.FromNanoseconds(int(seconds * 1e9))
                    retry = error_details_pb2.RetryInfo(retry_delay=delay)
                    self._abort(context, _status(code_pb2.RESOURCE_EXHAUSTED, "SERVER_OVERLOADED", retry))
                case Broken():
                    self._abort(context, _status(code_pb2.INTERNAL, "INTERNAL"))
                case Invalid():
                    self._abort(context, _status(code_pb2.INVALID_ARGUMENT, "ARTICLE_TOO_LONG"))
                case OverloadedForGood():
                    self._abort(context, _status(code_pb2.RESOURCE_EXHAUSTED, "SERVER_OVERLOADED"))
                case Hoarding():
                    requests = self._hoard(requests)
            options = None
            for index, request in enumerate(requests):
                options = options or request.options
                head, tail = self._halves(request.article, options)
                if fault == Lying():
                    tail.annotations[0].sentence.span.text += "."
                yield pb.AnnotateStreamResponse(request_index=index, article_id=request.article.id, response=head)
                if fault == Cut(index):
                    self._abort(context, _status(code_pb2.UNAVAILABLE, "SERVER_DRAINING"))
                if fault == Silent(index):
                    return
                yield pb.AnnotateStreamResponse(request_index=index, article_id=request.article.id, response=tail)
                with self._lock:
                    self.answered.append(request.article.id)
        finally:
            with self._lock:
                self.ended.append(time.monotonic())

    def _hoard(self, requests):
        """The requests, once no more come."""
        taken, last = queue.SimpleQueue(), object()

        def read():
            for request in requests:
                taken.put(request)
            taken.put(last)

        threading.Thread(target=read, daemon=True).start()
        while self.hoarded != taken.qsize() or not self.hoarded:
            self.hoarded = taken.qsize()
            time.sleep(1.0)
        yield from iter(taken.get, last)

    @staticmethod
    def _abort(context, status):
        context.abort_with_status(rpc_status.to_status(status))

    @staticmethod
    def _halves(article, options):
        unit = options.offset_encoding or pb.OFFSET_ENCODING_UTF8
        length = UNITS[unit](article.text)
        span = pb.Span(end_offset=length, part=pb.ARTICLE_PART_TEXT, text=article.text)
        header = pb.AnnotationHeader(offset_encoding=unit, text_length=length)
        sentence = pb.Annotation(id=1, sentence=pb.Sentence(span=span))
        return (
            pb.AnnotateResponse(header=header),
            pb.AnnotateResponse(annotations=[sentence], summary=pb.AnnotationSummary(sentence_count=1)),
        )
