"""What a process and its descendants cost, as the kernel counts it (Linux: ``/proc``)."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

_HIGH_WATER = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def tree(pid: int) -> Iterator[int]:
    """The process and its living descendants."""
    waiting = [pid]
    while waiting:
        pid = waiting.pop()
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue  # it has ended meanwhile
        yield pid


def cpu_ms(pid: int) -> float:
    """The processor time that the living processes of the tree have used, in milliseconds."""
    total = 0.0
    for each in tree(pid):
        try:
            # The number of a process's own clock, as clock_getcpuclockid(3) makes it: finer than the ticks of /proc.
            total += time.clock_gettime(~each << 3 | 2) * 1e3
        except OSError:
            continue
    return total


class Peak:
    """The most memory that each process of a tree was seen to have had, together."""

    def __init__(self) -> None:
        self._kib: dict[int, int] = {}

    def look(self, pid: int) -> None:
        """Note how high the water stood; the kernel keeps the mark, so that a look now and then is enough."""
        for each in tree(pid):
            try:
                found = _HIGH_WATER.search(Path(f"/proc/{each}/status").read_text())
            except OSError:
                continue
            if found:
                self._kib[each] = max(self._kib.get(each, 0), int(found[1]))

    @property
    def mib(self) -> float:
        """Mebibytes; pages that processes share are counted once for each."""
        return sum(self._kib.values()) / 1024
