"""How long the main thread of the program, and so its window, could do nothing at worst.

A timer in the program looks every 5 ms and writes the longest gap into a file that both map into memory. A bare process does the
same beside it: on a busy computer nobody gets a processor at once, and what the bare one waits for is not the program's fault.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
from typing import TYPE_CHECKING, Self

from tests.faults.harness import LEDGER, end_process, launch, milliseconds

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

_WORST = struct.Struct("d")
_LOOK = """
import mmap, os, struct, time
class _Meter:
    def __init__(self, path):
        descriptor = os.open(path, os.O_RDWR)
        self.map, self.last = mmap.mmap(descriptor, 8), time.perf_counter()
        os.close(descriptor)
    def look(self):
        now = time.perf_counter()
        gap, self.last = now - self.last - 0.005, now
        if gap > struct.unpack("d", self.map[:8])[0]:
            self.map[:8] = struct.pack("d", gap)
"""
_IN_PROGRAM = (
    _LOOK
    + """
from PySide6.QtCore import Qt as _Qt, QTimer as _QTimer
from gowa_desktop import bootstrap as _bootstrap
_begin_unmeasured = _bootstrap.Services.begin
def _begin_measured(self):
    _begin_unmeasured(self)
    meter, timer = _Meter({path!r}), _QTimer(self.owner)
    timer.setTimerType(_Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: meter.look())
    timer.start(5)
_bootstrap.Services.begin = _begin_measured
"""
)
_BESIDE = _LOOK + "\nmeter = _Meter({path!r})\nwhile True:\n    time.sleep(0.005)\n    meter.look()\n"


class StallMeter:
    """Measures the program that is begun with its `prelude`. A context manager."""

    def __init__(self, folder: Path) -> None:
        self._paths = [folder / "stall-program", folder / "stall-beside"]
        self._maps: list[mmap.mmap] = []
        self._beside: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        for path in self._paths:
            path.write_bytes(_WORST.pack(0.0))
            descriptor = os.open(path, os.O_RDWR)
            self._maps.append(mmap.mmap(descriptor, _WORST.size))
            os.close(descriptor)
        self._beside = launch([sys.executable, "-c", _BESIDE.format(path=os.fspath(self._paths[1]))])
        return self

    def __exit__(self, *_: object) -> None:
        if self._beside is not None and self._beside in LEDGER.processes:
            end_process(self._beside)
        for one in self._maps:
            one.close()

    @property
    def prelude(self) -> str:
        """Python to run before the program."""
        return _IN_PROGRAM.format(path=os.fspath(self._paths[0]))

    def reset(self) -> None:
        """Begin anew."""
        for one in self._maps:
            one[: _WORST.size] = _WORST.pack(0.0)

    @property
    def worst_s(self) -> float:
        """The longest stall of the program's main thread since the last reset."""
        return float(_WORST.unpack(self._maps[0][: _WORST.size])[0])

    @property
    def beside_s(self) -> float:
        """The longest stall of the bare process."""
        return float(_WORST.unpack(self._maps[1][: _WORST.size])[0])

    def is_within(self, limit_s: float) -> bool:
        """Tell whether the program stalled at most so long, apart from what a bare process waits for a processor too."""
        return self.worst_s <= limit_s + self.beside_s

    def words(self) -> str:
        """Say what was measured."""
        return f"main thread stalled at most {milliseconds(self.worst_s)} (a bare process beside it {milliseconds(self.beside_s)})"
