"""Liveness with real GOWA: each version answers the question, and one that stands still does not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.services.supervision import liveness, supervised_process

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject
    from tests.real_gowa.real_instance import RealInstance

pytestmark = [pytest.mark.real_gowa, pytest.mark.skipif(sys.platform == "win32", reason="freezes with a signal of Unix")]


@pytest.mark.parametrize("flags", [{}, {"basicAuth": [{"username": "a", "password": "hush"}], "basePath": "/gowa"}])
def test_a_frozen_one_is_restarted_and_one_that_runs_is_left_alone(
    real: RealInstance, flags: JsonObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liveness, "ASK_INTERVAL_MS", 500)
    monkeypatch.setattr(liveness, "ANSWER_LIMIT_MS", 400)
    monkeypatch.setattr(supervised_process, "HANG_GRACE_MS", 300)
    real.start_with(flags)
    before = real.process
    asked = real.services.processes.get(real.id)
    real.qtbot.wait(1_200)  # two questions
    assert not asked.is_unresponsive
    before.suspend()
    real.wait_until(lambda: asked.state is InstanceState.RUNNING and asked.ref is not None and asked.ref.pid != before.pid, "another process")
    report = real.services.instances.last_exit(real.id)
    assert report is not None
    assert "stopped answering" in report.sentence
