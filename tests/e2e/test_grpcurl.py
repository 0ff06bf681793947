"""grpcurl, which knows nothing of Glossator but what reflection tells it.

Started: one `glossator serve`, and grpcurl once a call.
"""

import json
import subprocess

ARTICLE = {"id": "a", "text": "“It will rain,” said Ana Ruiz on Monday. She was right."}


def grpcurl(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["grpcurl", "-plaintext", "-max-time", "20", *arguments], input=stdin, capture_output=True, text=True
    )


def messages(output: str) -> list[dict]:
    """The JSON objects that grpcurl printed one after another."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(output.rstrip()):
        message, end = decoder.raw_decode(output, at)
        found.append(message)
        at = end + 1
    return found


def test_list(glossator):
    done = grpcurl(glossator.target, "list")
    assert done.returncode == 0, done.stderr
    assert {"glossator.v1.AnnotationService", "grpc.health.v1.Health"} <= set(done.stdout.split())


def test_describe(glossator):
    done = grpcurl(glossator.target, "describe", "glossator.v1.AnnotationService")
    assert "rpc AnnotateStream ( stream .glossator.v1.AnnotateStreamRequest )" in done.stdout, done.stderr
    article = grpcurl(glossator.target, "describe", "glossator.v1.Article")
    assert "string text = 3;" in article.stdout, "reflection shows the contract, however the server reads the field"


def test_annotate(glossator):
    done = grpcurl("-d", json.dumps({"article": ARTICLE}), glossator.target, "glossator.v1.AnnotationService/Annotate")
    assert done.returncode == 0, done.stderr
    answer = messages(done.stdout)
    assert answer[0]["header"]["offsetEncoding"] == "OFFSET_ENCODING_UTF8"
    assert answer[-1]["summary"]["sentenceCount"] == 2


def test_annotate_stream_with_several_articles(glossator):
    several = "\n".join(json.dumps({"article": ARTICLE | {"id": name}}) for name in "abc") + json.dumps({})
    done = grpcurl("-d", "@", glossator.target, "glossator.v1.AnnotationService/AnnotateStream", stdin=several)
    assert done.returncode == 0, done.stderr
    answer = messages(done.stdout)
    ends = [m for m in answer if "error" in m or "summary" in m.get("response", {})]
    assert [m.get("articleId", "") for m in ends] == ["a", "b", "c", ""]
    assert ends[3]["error"]["reason"] == "ARTICLE_MISSING"


def test_error_details_print_as_text(glossator):
    done = grpcurl("-d", "{}", glossator.target, "glossator.v1.AnnotationService/Annotate")
    assert done.returncode != 0
    assert "InvalidArgument" in done.stderr and '"reason": "ARTICLE_MISSING"' in done.stderr, done.stderr
    assert '"field": "article"' in done.stderr and '"domain": "glossator.v1"' in done.stderr, done.stderr
