"""Who takes the machine's cores: what a test measures while others take them is the machine and not the server."""

import os
from pathlib import Path

# Share of the cores that others may take while times are judged.
OTHERS = 0.1

TICK = 1 / os.sysconf("SC_CLK_TCK")


def cpu_seconds(process: int) -> float:
    """What a process has taken of the cores."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK


class Cores:
    """Who takes the cores, from the moment this is made: the test, with the programs of these ids and those of its own that
    end meanwhile, or others."""

    def __init__(self, *processes: int):
        self.processes = processes
        self.began = self._spent()

    def _spent(self) -> tuple[float, float, float]:
        """Seconds of this machine's cores: all there were, those that anybody took, those that the test took."""
        _, *ticks = Path("/proc/stat").read_text().split("\n", 1)[0].split()
        # user, nice, system, idle, iowait, irq, softirq, steal: what a hypervisor took is taken by others.
        times = [int(tick) * TICK for tick in ticks[:8]]
        own = sum(os.times()[:4]) + sum(map(cpu_seconds, self.processes))
        return sum(times), sum(times) - times[3] - times[4], own

    def others(self) -> float:
        every, taken, own = (now - then for now, then in zip(self._spent(), self.began, strict=True))
        return max(0.0, taken - own) / every
