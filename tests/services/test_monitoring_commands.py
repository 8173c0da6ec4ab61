"""`stats` tells what runs and what folders hold; `clean-media` removes nothing without --yes."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from gowa_desktop.cli.command_line import parse
from gowa_desktop.cli.verbs import _readable
from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_answer import Answer
from gowa_desktop.services.commands.command_handlers import CommandHandlers
from gowa_desktop.services.commands.command_protocol import Request
from tests.services.test_instance_service import started

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services


def _ask(qtbot: QtBot, services: Services, *words: str) -> dict[str, Any]:
    request = parse(words).request
    assert request is not None
    handlers = CommandHandlers(services.instances, services.versions, services.configs, monitoring=services.monitoring_commands())
    told: list[dict[str, Any]] = []
    handlers.handle(request, Answer(told.append))
    qtbot.waitUntil(lambda: bool(told) and "ok" in told[-1], timeout=20_000)
    return told[-1]


def test_stats_tells_what_runs_and_what_folders_hold(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    media = services.instances.folder(status.id) / "statics" / "media"
    media.mkdir(parents=True, exist_ok=True)
    (media / "film.mp4").write_bytes(b"x" * 5000)
    services.monitor.sample_blocking()

    result = _ask(qtbot, services, "stats", "shop")["result"]
    one = result["instances"][0]
    assert one["name"] == "shop"
    assert one["memory_bytes"] > 1_000_000
    assert one["processes"] >= 1
    assert one["threads"] >= 1
    assert one["disk_parts"]["media"] == 5000
    assert one["disk_bytes"] >= 5000
    assert one["media_days"] is None
    assert 0 < result["computer"]["memory_bytes"] < result["computer"]["memory_total"]
    page = _readable("stats", result)
    assert page is not None
    assert "shop" in page
    assert "This computer: CPU" in page
    assert _ask(qtbot, services, "stats")["result"]["instances"] == [one]


def test_stats_measures_unique_memory_when_asked(qtbot: QtBot, services: Services) -> None:
    started(qtbot, services)
    services.instances.create(NewInstance(name="idle", gowa_version=SIMULATOR))
    services.monitor.sample_blocking()
    result = _ask(qtbot, services, "stats", "--unique")["result"]
    by_name = {one["name"]: one["unique_bytes"] for one in result["instances"]}
    assert by_name["idle"] is None
    if sys.platform == "linux":
        assert 1_000_000 < by_name["shop"] < result["computer"]["memory_total"]
    page = _readable("stats", result)
    assert page is not None
    assert page.splitlines()[0].split()[3:5] == ["Memory", "Unique"]
    assert "unique_bytes" not in _ask(qtbot, services, "stats")["result"]["instances"][0]

    # A program that only looks has no event loop that could wait for a worker.
    told: list[dict[str, Any]] = []
    services.monitoring_commands(is_offline=True).handlers()["stats"](Request("stats", {"name": "shop", "unique": True}), Answer(told.append))
    assert told[-1]["ok"] is True
    assert (told[-1]["result"]["instances"][0]["unique_bytes"] is not None) or sys.platform != "linux"


def test_clean_media_without_yes_only_tells(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    path = services.instances.folder(status.id) / "statics" / "media" / "old.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * 1000)
    moment = time.time() - 40 * 86_400
    os.utime(path, (moment, moment))

    told = _ask(qtbot, services, "clean-media", "shop", "--days", "30")["result"]
    assert told == {"files": 1, "bytes": 1000, "refused": 0, "is_done": False}
    assert path.exists()
    done = _ask(qtbot, services, "clean-media", "shop", "--days", "30", "--yes")["result"]
    assert done == {"files": 1, "bytes": 1000, "refused": 0, "is_done": True}
    assert not path.exists()
    assert (services.instances.folder(status.id) / "storages" / "whatsapp.db").exists()
    assert _ask(qtbot, services, "clean-media", "shop", "--days", "0", "--yes")["ok"] is False


def test_clean_media_needs_a_name() -> None:
    with pytest.raises(UsageError):
        parse(["clean-media"])
