"""`python -m tests.faults [--quick] [--only ROW,ROW] [--markdown]`: each fault, what was promised, what was measured.

Real GOWA comes from the folder that GOWA_BINARIES names; without it the simulator stands for it everywhere. The exit code is 1
when a promise was broken.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.versions import GowaVersion
from tests.faults.harness import LEDGER, Bench, Finding, NotRunHere
from tests.faults.table import ROWS, FaultRow, Pace

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row."""

    row: FaultRow
    verdict: str
    measured: str
    seconds: float = 0.0


class _Printer:
    """Prints rows as they end. Thread-safe."""

    def __init__(self, *, is_verbose: bool) -> None:
        self._lock = threading.Lock()
        self._is_verbose = is_verbose

    def show(self, outcome: Outcome) -> None:
        """Print one row."""
        with self._lock:
            stream = sys.stdout if self._is_verbose else sys.stderr
            row = outcome.row
            print(f"{row.number:>9}  {outcome.verdict.upper():<12} {row.fault}  ({outcome.seconds:.1f} s)", file=stream)
            if self._is_verbose:
                print(f"{'':11}promised: {row.promise}\n{'':11}measured: {outcome.measured}")
            stream.flush()


def main() -> int:
    """Run the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, shorter limits")
    parser.add_argument("--only", metavar="ROW,ROW", default="", help="these rows alone")
    parser.add_argument("--markdown", action="store_true", help="print the table for the README")
    words = parser.parse_args()
    rows = _chosen(words.only)
    bench = Bench(is_quick=words.quick, programs=_real_programs())
    signal.signal(signal.SIGTERM, _end)
    application = QCoreApplication(sys.argv[:1])
    printer = _Printer(is_verbose=not words.markdown)
    begun = time.perf_counter()
    try:
        outcomes = _run(rows, bench, printer.show)
    finally:
        LEDGER.clean_up()
    del application
    if words.markdown:
        _print_markdown(outcomes)
    failed = [outcome for outcome in outcomes if outcome.verdict == "fail"]
    stream = sys.stderr if words.markdown else sys.stdout
    print(f"\n{len(outcomes)} rows in {time.perf_counter() - begun:.0f} s, {len(failed)} failed", file=stream)
    return 1 if failed else 0


def _run(rows: list[FaultRow], bench: Bench, show: Callable[[Outcome], None]) -> list[Outcome]:
    outcomes: dict[str, Outcome] = {}

    def measure(row: FaultRow) -> None:
        outcomes[row.number] = outcome = _measured(row, bench)
        show(outcome)

    def rows_with(pace: Pace) -> list[FaultRow]:
        return [row for row in rows if row.pace is pace]

    waiting = rows_with(Pace.WAITS)
    with ThreadPoolExecutor(max_workers=max(1, len(waiting))) as pool:
        futures = [pool.submit(measure, row) for row in waiting]
        try:
            for row in rows_with(Pace.LIGHT):
                measure(row)
        except BaseException:
            LEDGER.clean_up()  # so that the threads end soon
            raise
        for future in futures:
            future.result()
    for row in rows_with(Pace.ALONE):
        measure(row)
    return [outcomes[row.number] for row in rows]


def _measured(row: FaultRow, bench: Bench) -> Outcome:
    begun = time.perf_counter()
    try:
        finding = row.run(bench)
    except NotRunHere as reason:
        return Outcome(row, "not run here", str(reason))
    except Exception as error:  # noqa: BLE001 - a row that breaks is a row that failed; the others go on
        traceback.print_exc()
        finding = Finding(f"broke: {type(error).__name__}: {error}", is_kept=False)
    return Outcome(row, "pass" if finding.is_kept else "fail", finding.measured, time.perf_counter() - begun)


def _print_markdown(outcomes: list[Outcome]) -> None:
    print("| # | fault | promised | measured | |\n| --- | --- | --- | --- | --- |")
    for outcome in outcomes:
        row = outcome.row
        print(f"| {row.number} | {row.fault} | {row.promise} | {outcome.measured.replace('|', '/')} | {outcome.verdict} |")


def _chosen(text: str) -> list[FaultRow]:
    wanted = [word.strip() for word in text.split(",") if word.strip()]
    unknown = set(wanted) - {row.number for row in ROWS}
    if unknown:
        raise SystemExit(f"There is no row {', '.join(sorted(unknown))}. There are: {', '.join(row.number for row in ROWS)}.")
    return [row for row in ROWS if not wanted or row.number in wanted]


def _real_programs() -> dict[str, Path]:
    folder = os.environ.get("GOWA_BINARIES")
    if not folder:
        return {}
    pattern = re.compile(r"gowa-(v\d+\.\d+\.\d+)(\.exe)?")
    found = {match[1]: path for path in Path(folder).iterdir() if (match := pattern.fullmatch(path.name))}
    return {tag: found[tag] for tag in sorted(found, key=GowaVersion.parse, reverse=True)}


def _end(*_: object) -> NoReturn:
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())
