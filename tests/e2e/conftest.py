"""Fixtures that every test here may use."""

import pytest

from parts import Glossator


@pytest.fixture
def glossator(tmp_path):
    """One server with default settings."""
    with Glossator(tmp_path) as server:
        yield server


@pytest.fixture
def say(capsys):
    """Prints past pytest's capture: figures belong in the log of a good run too."""

    def printer(line: str) -> None:
        with capsys.disabled():
            print(f"\n    {line}", end="", flush=True)

    return printer
