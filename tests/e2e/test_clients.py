"""The programs in `clients/`, against the real server and against one that fails on cue.

Started: one `glossator serve` or one `FaultyServer` in this process, and the client under test.
"""

import json
import re

import pytest
from faulty import Cut, FaultyServer, Overloaded, Refused, Silent
from parts import CLIENTS, run_client

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


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unreadable_file_ends_the_stream(language, glossator, articles):
    articles[3].unlink()
    run_client(language, glossator.target, *articles, code=1)


def test_the_service_config_is_the_same_everywhere():
    shared = json.loads((CLIENTS / "service-config.json").read_text())
    go = re.search(r"const serviceConfig = `(.*?)`", (CLIENTS / "go/client.go").read_text(), re.DOTALL)
    assert json.loads(go.group(1)) == shared
