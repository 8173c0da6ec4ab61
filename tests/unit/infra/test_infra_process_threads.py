"""What a process that does not answer is doing, seen at real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from gowa_desktop.infra import process_tree
from gowa_desktop.infra.process_threads import describe_threads
from gowa_desktop.infra.process_tree import ProcessRef

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals that freeze exist on Unix only")


@pytest.fixture
def sleeper() -> Iterator[ProcessRef]:
    process = subprocess.Popen(["sleep", "60"])
    ref = process_tree.describe(process.pid)
    assert ref is not None
    yield ref
    process.kill()
    process.wait(10)


def wait_for(text: str, ref: ProcessRef) -> str:
    deadline = time.monotonic() + 10
    while text not in (said := describe_threads(ref)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return said


def test_frozen_process_is_told_from_a_waiting_one(sleeper: ProcessRef) -> None:
    assert wait_for("waiting", sleeper) == "Its threads: 1 waiting for something to happen."

    os.kill(sleeper.pid, signal.SIGSTOP)

    assert wait_for("frozen", sleeper) == "Its threads: 1 frozen by a signal."


def test_process_that_is_gone_tells_nothing(sleeper: ProcessRef) -> None:
    psutil.Process(sleeper.pid).kill()
    psutil.Process(sleeper.pid).wait(10)

    assert describe_threads(sleeper) == ""
