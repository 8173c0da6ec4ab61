"""`python -m tests.benchmarks [PART] [--json] [--quick]`: what everything costs, each beside the floor of the same run.

tick, first-paint, fleet and flood print ratios and what they may be; starts, downloads, form and charts are reports of their own;
`hour` (`--minutes N`) and `day` (`--hours N`, simulated) are measured when they are named alone. Run on demand: the figures depend on
the computer, so no check of every change waits for them.

The floor of start and stop is a bare loop: Popen of the same command with the same environment, looking for the first answer each millisecond,
and TERM with a blocking wait. Real GOWA comes from the folder that GOWA_BINARIES names; without it the simulator is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.app_settings import PORT_RANGE
from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import SIMULATOR, GowaVersion
from gowa_desktop.infra.version_files import import_version
from gowa_desktop.services.garbage import GarbageKeeper

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import LaunchSpec
    from gowa_desktop.services.instances.operation import Operation
    from tests.benchmarks.rows import Row

WINDOW_PARTS = {"downloads": 5, "form": 10, "charts": 15}
"""What is measured with a window, and how often."""
TABLE_PARTS = ("tick", "first-paint", "fleet", "flood")
"""What is told as rows with a floor."""


def main() -> int:
    """Measure what is asked for; the answer is 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parts = [*TABLE_PARTS, "starts", *WINDOW_PARTS, "hour", "day"]
    parser.add_argument("part", nargs="?", choices=parts, help="without it all of them but the hour and the day")
    parser.add_argument("--minutes", type=float, help="how long the hour takes: without it 60, or 3 with --quick")
    parser.add_argument("--hours", type=float, help="how long the day takes, simulated: without it 24, or 1 with --quick")
    parser.add_argument("--rounds", type=int, help="without it 15 starts, 5 downloads and 10 windows with the form")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and instances")
    words = parser.parse_args()
    if words.part is None:
        return measure_all(as_json=words.json, is_quick=words.quick)
    if words.part == "hour":
        from tests.benchmarks import hour  # noqa: PLC0415 - only here

        minutes = words.minutes or (3 if words.quick else hour.MINUTES)
        return tell_rows(lambda: hour.measure_hour(minutes), as_json=words.json)
    if words.part == "day":
        from tests.benchmarks import day  # noqa: PLC0415 - only here

        hours = words.hours or (1 if words.quick else day.HOURS)
        return tell_rows(lambda: day.measure_day(hours), as_json=words.json)
    if words.part in TABLE_PARTS:
        return measure_table(words.part, as_json=words.json, is_quick=words.quick)
    if words.part in WINDOW_PARTS:
        return measure_window(words.part, words.rounds or (2 if words.quick else WINDOW_PARTS[words.part]))
    measure_starts(words.rounds or (3 if words.quick else 15))
    return 0


def measure_all(*, as_json: bool, is_quick: bool) -> int:
    """Measure everything, each part in a process of its own: a window needs another kind of application."""
    codes: list[int] = []
    found: dict[str, object] = {}
    for part in (*TABLE_PARTS, "starts", *WINDOW_PARTS):
        is_table = part in TABLE_PARTS
        flags = [*(["--quick"] if is_quick else []), *(["--json"] if as_json and is_table else [])]
        if not as_json:
            print(f"\n{part}", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks", part, *flags], check=False, stdout=subprocess.PIPE if as_json else None, text=True
        )
        codes.append(done.returncode)
        if as_json:
            found[part] = json.loads(done.stdout) if is_table and done.stdout else done.stdout.splitlines()
    if as_json:
        print(json.dumps(found, indent=2))
    return max(codes)


def measure_table(part: str, *, as_json: bool, is_quick: bool) -> int:
    """Measure what is told as rows; the answer is 1 when a limit is not kept."""
    from tests.benchmarks import first_paint, fleet, flood, tick  # noqa: PLC0415 - only here

    measures = {
        "tick": tick.measure_tick,
        "first-paint": first_paint.measure_first_paint,
        "fleet": fleet.measure_fleet,
        "flood": flood.measure_flood,
    }
    return tell_rows(lambda: measures[part](is_quick=is_quick), as_json=as_json)


def tell_rows(measure: Callable[[], list[Row]], *, as_json: bool) -> int:
    """Measure and print rows; the answer is 1 when a limit is not kept."""
    from tests.benchmarks.rows import show  # noqa: PLC0415 - only here
    from tests.faults.harness import LEDGER  # noqa: PLC0415

    application = QCoreApplication(sys.argv[:1])
    try:
        is_kept = show(measure(), as_json=as_json)
    finally:
        LEDGER.clean_up()
    del application
    return 0 if is_kept else 1


def measure_window(part: str, rounds: int) -> int:
    """Measure what the window feels; the answer is 1 when a limit is not kept."""
    from gowa_desktop.ui.application import create_application  # noqa: PLC0415 - graphics for these parts only
    from tests.benchmarks.charts import measure_charts  # noqa: PLC0415
    from tests.benchmarks.downloads import measure_downloads  # noqa: PLC0415
    from tests.benchmarks.form import measure_form  # noqa: PLC0415

    application = create_application(sys.argv[:1])
    GarbageKeeper(application)
    measures = {"downloads": measure_downloads, "form": measure_form, "charts": measure_charts}
    is_kept = measures[part](rounds)
    del application
    return 0 if is_kept else 1


def measure_starts(rounds: int) -> None:
    """Measure start and stop of each version and print a table."""
    application = QCoreApplication(sys.argv[:1])
    print(f"{'version':<10} {'what':<6} {'floor ms':>9} {'ours ms':>9} {'over ms':>8} {'ratio':>6}   (medians of {rounds})")
    for tag, program in programs().items():
        measure(tag, program, rounds)
    del application


def programs() -> dict[str, Path | None]:
    """Find what to measure."""
    folder = os.environ.get("GOWA_BINARIES")
    found = {p.name.removeprefix("gowa-"): p for p in sorted(Path(folder).glob("gowa-v*"))} if folder else {}
    return {**found, SIMULATOR: None}


def measure(tag: str, program: Path | None, rounds: int) -> None:
    """Interleave floor and ours, so that a noisy moment hits both."""
    with tempfile.TemporaryDirectory() as folder:
        if program is not None:
            import_version(program, Path(folder) / "bin" / "versions", tag)
        services = build(Path(folder))
        services.settings.set(PORT_RANGE, (19_500, 19_900))
        created = services.instances.create(NewInstance(name="shop", gowa_version=tag))
        spec = launch_spec(services, tag)
        figures: dict[str, list[float]] = {"start": [], "stop": [], "bare start": [], "bare stop": []}
        for _ in range(rounds):
            fresh(spec.working_directory)
            floor_start, floor_stop = bare(spec)
            figures["bare start"].append(floor_start)
            figures["bare stop"].append(floor_stop)
            fresh(spec.working_directory)
            figures["start"].append(timed(lambda: services.instances.start(created.id)))
            time.sleep(0.2)
            figures["stop"].append(timed(lambda: services.instances.stop(created.id)))
        services.close()
    for what in ("start", "stop"):
        floor, ours = statistics.median(figures[f"bare {what}"]), statistics.median(figures[what])
        print(f"{tag:<10} {what:<6} {floor * 1e3:9.1f} {ours * 1e3:9.1f} {(ours - floor) * 1e3:8.1f} {ours / floor:6.2f}")


def launch_spec(services: Services, tag: str) -> LaunchSpec:
    """Give what the program itself would start."""
    installed = services.versions.resolve(tag)
    instance = services.instances.instances()[0]
    folder = services.instances.folder(instance.id)
    command = services.versions.command(installed)
    return ConfigParser().launch_spec(instance, GowaVersion(installed.tag), command, (folder, folder / "bare.log"), os.environ)


def fresh(folder: Path) -> None:
    """Give each round an empty working directory, since the first start makes databases."""
    for name in ("storages", "statics"):
        shutil.rmtree(folder / name, ignore_errors=True)


def timed(begin: Callable[[], Operation]) -> float:
    """Begin an operation and wait for it in the event loop; the answer is in seconds."""
    begun = time.perf_counter()
    operation = begin()
    if not operation.is_finished:
        loop = QEventLoop()
        operation.finished.connect(loop.quit)
        loop.exec()
    if operation.error is not None:
        raise SystemExit(str(operation.error))
    return time.perf_counter() - begun


def bare(spec: LaunchSpec) -> tuple[float, float]:
    """Start and stop the same command without us; the answer is in seconds."""
    with spec.log_file.open("ab") as log:
        begun = time.perf_counter()
        child = subprocess.Popen(
            [spec.program, *spec.arguments],
            cwd=spec.working_directory,
            env=dict(spec.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    while not answers(f"http://127.0.0.1:{spec.port}{spec.ready_path}"):
        time.sleep(0.001)
    started = time.perf_counter() - begun
    time.sleep(0.2)
    begun = time.perf_counter()
    child.terminate()
    child.wait(30)
    return started, time.perf_counter() - begun


def answers(url: str) -> bool:
    """Tell whether anything answers."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
