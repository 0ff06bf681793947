"""A server that is abused, and another that is left in peace: what the first holds, and what it needed when it had done
ordinary work and nothing else."""

import re
import time
from collections import Counter
from pathlib import Path

from cores import cpu_seconds
from parts import Glossator, http_get, wait_until
from traffic import drive, request

MIB = 1 << 20
# Articles after which every thread has its scratch and every buffer its size.
ORDINARY_WORK = 3000
# After so many seconds without work the server has given back what it can.
SILENCE = 4.0
# Share of a core that a server without work may take.
IDLE = 0.05
# Figures that are nothing when nobody is there.
GAUGES = ("calls_in_flight", "articles_queued", "admitted_bytes", "unfinished_bytes", "connections")


class Abused:
    """Two servers, and what the first needed when it had done ordinary work and nothing else."""

    def __init__(self, server: Glossator, calm: Glossator):
        self.server, self.calm, self.port = server, calm, server.port
        for each in {server.port, calm.port}:
            self.work(each)
        self.start = self.memory_in_silence()
        self.work(server.port)
        assert self.memory_in_silence() <= 1.2 * self.start, "as much work again needs no more"

    @staticmethod
    def work(port: int):
        # So much work, and not so many seconds of it: on a busy machine those would leave it half asleep.
        answered = 0
        while answered < ORDINARY_WORK:
            answered += len(drive(port, request(), 1.0, at_once=32).times)

    def memory_in_silence(self) -> int:
        before = self.cpu_seconds()
        time.sleep(SILENCE)
        self.idle = (self.cpu_seconds() - before) / SILENCE
        return self.memory()

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.server.process.pid)

    def spent_on(self, work) -> float:
        """Seconds of the cores that this costs it, until it rests again."""

        def rests() -> bool:
            before = self.cpu_seconds()
            time.sleep(0.4)
            return self.cpu_seconds() - before <= IDLE * 0.4

        before = self.cpu_seconds()
        work()
        wait_until(rests, "it rests again", 60)
        return self.cpu_seconds() - before

    def kept(self) -> dict[str, float]:
        """What it holds of anybody."""
        page = http_get(f"{self.server.admin}/metrics")[1]
        values: Counter[str] = Counter()
        for name, value in re.findall(r"^glossator_(\w+)(?:{.*})? (\S+)$", page, re.MULTILINE):
            values[name] += float(value)
        return {name: values[name] for name in GAUGES if values[name] != 0 or name not in values}

    def memory(self) -> int:
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))

    def peak(self) -> int:
        """The most since the last call of `forget_peak`."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))

    def forget_peak(self):
        Path(f"/proc/{self.server.process.pid}/clear_refs").write_text("5")
