"""What a download of 100 MB and its unpacking cost the main thread: gaps between the ticks of a timer, beside those of an idle window.

The release server is a process of its own, so that only our own work is seen.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.app_settings import RELEASE_ADDRESS
from gowa_desktop.launch import window_parts
from tests.gowa_program import build_gowa, real_gowa, release_zip
from tests.release_server import ReleaseServer

if TYPE_CHECKING:
    from gowa_desktop.services.instances.operation import Operation

PROMISED_MS = 50.0
_SIZE = 100_000_000
_TICK_MS = 1
_TAG = "v9.2.0"


class StallWatch:
    """Ticks as often as the event loop lets it and keeps the time between two ticks."""

    def __init__(self) -> None:
        self._gaps_ms: list[float] = []
        self._last = 0.0
        self._timer = QTimer(interval=_TICK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def begin(self) -> None:
        """Start to look."""
        self._last = time.perf_counter()
        self._timer.start()

    def end(self) -> None:
        """Stop to look; the time since the last tick counts."""
        self._on_timer_timeout()
        self._timer.stop()

    def worst(self) -> float:
        """Give the longest stall in ms."""
        return max(self._gaps_ms)

    def figures(self) -> str:
        """Write the percentiles of all stalls in ms."""
        ordered = sorted(self._gaps_ms)
        marks = ", ".join(f"p{share:g} {ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]:.1f}" for share in (50, 95, 99, 99.9))
        return f"{marks}, worst {ordered[-1]:.1f} ms"

    def _on_timer_timeout(self) -> None:
        now = time.perf_counter()
        self._gaps_ms.append((now - self._last) * 1000)
        self._last = now


def measure_downloads(rounds: int) -> bool:
    """Print the stalls of an idle window and of one that installs; the answer is whether the promise was kept."""
    from gowa_desktop.ui.main_window import MainWindow  # noqa: PLC0415 - graphics are imported after Qt was told to be offscreen
    from gowa_desktop.ui.window_state import WindowState  # noqa: PLC0415

    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server, address = _serve(folder)
        try:
            services = build(folder / "data")
            services.settings.set(RELEASE_ADDRESS, address)
            state = WindowState(services.paths.window_state)
            window = MainWindow(window_parts(services), state)
            window.show()
            print(f"main thread while a window is idle:           {_idle(1.0).figures()}")
            for _ in range(rounds):
                watch, took_s = _install(services.versions.install(_TAG))
                worst = max(worst, watch.worst())
                print(f"while {_SIZE / 1e6:.0f} MB are brought and unpacked ({took_s:.1f} s): {watch.figures()}")
                _wait(services.versions.remove(_TAG))
            window.close()
            window.deleteLater()
            services.close()
        finally:
            server.terminate()
            server.wait(10)
    print(f"promised: no stall over {PROMISED_MS:.0f} ms; worst: {worst:.1f} ms")
    return worst <= PROMISED_MS


def _serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    ready = folder / "address"
    server = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.downloads", folder, ready], stdin=subprocess.DEVNULL)
    while not ready.exists():
        if server.poll() is not None:
            raise SystemExit("The release server did not start.")
        time.sleep(0.05)
    return server, ready.read_text()


def _idle(seconds: float) -> StallWatch:
    watch, loop = StallWatch(), QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    watch.begin()
    loop.exec()
    watch.end()
    return watch


def _install(operation: Operation) -> tuple[StallWatch, float]:
    watch, begun = StallWatch(), time.perf_counter()
    watch.begin()
    _wait(operation)
    watch.end()
    return watch, time.perf_counter() - begun


def _wait(operation: Operation) -> None:
    if not operation.is_finished:
        loop = QEventLoop()
        operation.finished.connect(loop.quit)
        loop.exec()
    if operation.error is not None:
        raise SystemExit(str(operation.error))


def _be_server(folder: Path, ready: Path) -> None:
    program = real_gowa(_TAG) or build_gowa(folder)
    if program is None:
        raise SystemExit("There is no C compiler and no GOWA_BINARIES to take a program from.")
    # What follows a program's end does not hinder it; random bytes do not pack, so that download and program have the same size.
    body = program.read_bytes()
    whole = body + os.urandom(max(0, _SIZE - len(body)))
    with ReleaseServer() as server:
        server.add(_TAG, release_zip(whole))
        half = ready.with_suffix(".half")
        half.write_text(server.address)
        half.rename(ready)
        while True:
            time.sleep(60)


if __name__ == "__main__":
    _be_server(Path(sys.argv[1]), Path(sys.argv[2]))
