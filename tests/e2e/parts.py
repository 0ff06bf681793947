"""What the tests start: programs that are ended with the test, whatever happens."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "clients"
PATIENCE = 30.0  # seconds: the machine may be busy, and nothing here is about how fast a program starts


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(condition, what, patience: float = PATIENCE):
    """Waits for a condition that another program brings about; its first true value is returned. `what` is it in words,
    or a function that knows them at the end."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what if isinstance(what, str) else what()} did not happen within {patience:.0f} s")


def http_get(url: str) -> tuple[int, str]:
    """Status and body; status 0 while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


class Program:
    """A program in the background, its output in a file; killed when the `with` ends."""

    def __init__(self, command: list, log: Path, env: dict[str, str] | None = None):
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [str(part) for part in command], stdout=out, stderr=subprocess.STDOUT, env=os.environ | (env or {})
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def running(self) -> bool:
        return self.process.poll() is None

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def log_lines(self) -> list[dict]:
        """The lines of a log in JSON."""
        return [json.loads(line) for line in self.output().splitlines() if line.startswith("{")]


class Glossator(Program):
    """`glossator serve` on ports of its own, ready when this returns."""

    def __init__(self, folder: Path, name: str = "glossator", env: dict[str, str] | None = None, port: int = 0):
        self.port, self.admin_port = port or free_port(), free_port()
        self.target = f"127.0.0.1:{self.port}"
        self.admin = f"http://127.0.0.1:{self.admin_port}"
        super().__init__(
            [os.environ["GLOSSATOR_BIN"], "serve"],
            folder / f"{name}.log",
            {"GLOSSATOR_ADDR": self.target, "GLOSSATOR_ADMIN_ADDR": f"127.0.0.1:{self.admin_port}"} | (env or {}),
        )
        try:
            wait_until(lambda: self.ready() or not self.running(), f"{name} ready")
            assert self.running(), self.output()
        except BaseException:
            self.kill()
            raise

    def ready(self) -> bool:
        return http_get(f"{self.admin}/readyz")[0] == 200


def client_command(language: str) -> list[str]:
    """How the program in `clients/<language>` is started once its README's commands have been run."""
    return {
        "python": ["python", str(CLIENTS / "python/client.py")],
        "go": [str(CLIENTS / "go/client")],
        "typescript": ["node", str(CLIENTS / "typescript/dist/client.js")],
        "java": ["java", "-cp", f"{CLIENTS}/java/target/classes:{CLIENTS}/java/target/lib/*", "client.Client"],
    }[language]


def run_client(language: str, target: str, *files: Path, code: int = 0) -> list[str]:
    """The lines that the client printed."""
    done = subprocess.run(
        [*client_command(language), target, *map(str, files)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == code, f"{language} ended with {done.returncode}: {done.stderr[-2000:]}{done.stdout[-2000:]}"
    return done.stdout.splitlines()
