"""Fixtures that every test here may use."""

import signal

import pytest

from parts import Glossator

# Seconds: several times what the longest test takes on a busy machine. Without it a behaviour that is gone would show as
# a test that never ends.
LONGEST = 600


@pytest.fixture(autouse=True)
def ends():
    """Fails a test that waits for what never comes."""

    def give_up(*_):
        raise TimeoutError(f"not done after {LONGEST} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


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
