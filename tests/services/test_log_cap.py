"""Logs of running instances stay small, and what they said last is found all the same: through the facade, with the simulator."""

from __future__ import annotations

import os
import re
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.infra.identity_records import read_identity
from gowa_desktop.infra.log_files import LogLimits
from gowa_desktop.infra.log_parts import older_parts
from gowa_desktop.services.logs.log_cap import LogCap
from gowa_desktop.services.logs.log_wake import LogWake
from tests.services.test_instance_service import started
from tests.services.test_supervision import back_again, set_faults, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="logs are cut between runs only on Windows")
LIMITS = LogLimits(file_bytes=200_000, files=3)


@pytest.fixture
def cap(services: Services) -> Iterator[LogCap]:
    """A cap far below the usual one, and often looking."""
    one = LogCap(services.processes.live_logs, services.tasks, services.owner, lambda: LIMITS)
    one.look()
    yield one
    one.close()


def flood_numbers(lines: Iterable[str]) -> list[int]:
    return [int(found[1]) for line in lines if (found := re.search(r"flood line (\d+)", line))]


def log_bytes(log: Path) -> int:
    return sum(path.stat().st_size for path in log.parent.glob("gowa.log*"))


def test_flooded_log_stays_small_and_the_report_has_its_last_lines(qtbot: QtBot, services: Services, cap: LogCap) -> None:
    before = started(qtbot, services)
    log = services.instances.folder(before.id) / "logs" / "gowa.log"
    moved: list[int] = []
    cap.moved.connect(moved.append)

    set_faults(before, "flood=20000:100000000")  # goes on until the kill: one look may take any part of what came
    qtbot.waitUntil(lambda: len(moved) >= 3, timeout=15_000)

    assert log_bytes(log) < 4.5 * LIMITS.file_bytes
    assert len(older_parts(log)) <= 2
    os.kill(before.pid or 0, signal.SIGKILL)
    back_again(qtbot, services, before)
    found = flood_numbers(services.instances.exit_reports(before.id)[-1].log_tail)
    assert len(found) == 200
    assert found == list(range(found[0], found[0] + 200))


def test_next_program_knows_where_the_run_began(qtbot: QtBot, services: Services, cap: LogCap, open_services: Callable[[], Services]) -> None:
    before = started(qtbot, services)
    folder = services.instances.folder(before.id)
    with qtbot.waitSignal(cap.moved, timeout=15_000):
        set_faults(before, "flood=max:190000")
    cap.close()
    services.close()

    identity = read_identity(folder / ".gowa-desktop-process.json")
    assert identity is not None
    assert 0 < identity.log_offset < 1000
    again = open_services()
    again.instances.recover()
    wait_for(qtbot, again, before, InstanceState.RUNNING)
    os.kill(before.pid or 0, signal.SIGKILL)
    back_again(qtbot, again, before)
    assert len(flood_numbers(again.instances.exit_reports(before.id)[-1].log_tail)) == 200


def test_last_lines_for_people_reach_into_the_older_part(qtbot: QtBot, services: Services, cap: LogCap) -> None:
    before = started(qtbot, services)
    with qtbot.waitSignal(cap.moved, timeout=15_000):
        set_faults(before, "flood=max:190000")

    assert len(flood_numbers(services.instances.log_tail(before.id, 100))) == 100


def test_log_that_was_quiet_is_met_each_time_it_is_flooded(qtbot: QtBot, services: Services) -> None:
    before = started(qtbot, services)
    cap = LogCap(services.processes.live_logs, services.tasks, services.owner, lambda: LIMITS)
    moved: list[int] = []
    cap.moved.connect(moved.append)
    cap.begin()
    for _ in range(3):
        with qtbot.waitSignal(cap.moved, timeout=15_000):
            set_faults(before, "flood=max:190000")
    cap.close()
    assert set(moved) == {before.id}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do not tell when a file grows")
def test_wake_tells_of_what_is_written_once_and_of_nothing_it_does_not_keep_to(qtbot: QtBot, tmp_path: Path) -> None:
    one, other = (os.fspath(tmp_path / name) for name in ("one.log", "other.log"))
    for path in (one, other):
        append(path)
    wake = LogWake()
    wake.begin()
    wake.add([one, other])
    if not wake.watched:
        pytest.skip("other programs of this user hold all the watches there are")
    wake.keep_to([one])
    append(other)
    with qtbot.waitSignal(wake.grew, timeout=15_000) as told:
        append(one)
    assert told.args == [{one}]
    assert not wake.watched
    wake.add([one])
    with qtbot.waitSignal(wake.grew, timeout=15_000):
        append(one)
    wake.close()
    wake.add([one])
    assert not wake.watched


def append(path: str) -> None:
    with open(path, "ab") as file:  # noqa: PTH123 - paths are text where they are watched
        file.write(b"a line\n")
