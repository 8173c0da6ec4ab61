"""Media that are too old go, only where that is set, and nothing but media: no database, no link, no other file."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import ConflictError, SettingInvalidError
from tests.services.test_instance_service import finish, simulated, started

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.cleaning import CleaningPreview

_IMAGE = "storages/1758012345-0a1b2c3d-1111-2222-3333-444455556666.jpg"
_OLD = (
    "statics/media/old.mp4",
    "statics/media/chat@s.whatsapp.net/2020-01-01/old.jpg",
    _IMAGE,
)
_KEPT = (
    "storages/whatsapp.db",
    "storages/whatsapp.db-wal",
    "storages/chatstorage.db",
    "storages/oauth.db",
    "statics/media/whatsapp.db",
    "storages/ui/index.html",
    "logs/gowa.log",
    "notes.txt",
    "statics/mine.txt",
)


def _fill(folder: Path, places: tuple[str, ...], days_old: float) -> None:
    for place in places:
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 100)
        moment = time.time() - days_old * 86_400
        os.utime(path, (moment, moment))


def _there(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _asked(qtbot: QtBot, ask: Callable[[Callable[[CleaningPreview], None]], None]) -> CleaningPreview:
    answers: list[CleaningPreview] = []
    ask(answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    return answers[0]


def test_old_media_go_and_everything_else_stays(qtbot: QtBot, services: Services) -> None:
    status = simulated(services)
    folder = services.instances.folder(status.id)
    _fill(folder, (*_OLD, *_KEPT), 40)
    _fill(folder, ("statics/media/new.mp4",), 1)
    before = _there(folder)

    seen = _asked(qtbot, lambda then: services.retention.preview(status.id, 30, then))
    assert (seen.file_count, seen.total_bytes) == (3, 300)
    assert {file.place for file in seen.examples} == set(_OLD)
    assert seen.oldest_at == pytest.approx(time.time() - 40 * 86_400, abs=3600)
    assert _there(folder) == before, "a preview changes nothing"

    operation = services.retention.clean_old(status.id, 30)
    assert finish(qtbot, operation) is None
    result = services.retention.result(operation)
    assert result is not None
    assert (result.file_count, result.freed_bytes, result.refused_count) == (3, 300, 0)
    assert _there(folder) == before - set(_OLD)


def test_nothing_goes_by_itself_unless_that_is_set(qtbot: QtBot, services: Services) -> None:
    shop, desk = simulated(services), simulated(services, "desk")
    for status in (shop, desk):
        _fill(services.instances.folder(status.id), (*_OLD, *_KEPT), 40)
    assert services.retention.days(shop.id) is None
    services.retention.clean_due()
    services.retention.set_days(desk.id, 41)
    services.retention.set_days(shop.id, 39)
    with qtbot.waitSignals([services.retention.cleaned] * 2, timeout=20_000):
        services.retention.clean_due()
    assert set(_OLD) <= _there(services.instances.folder(desk.id))
    assert not set(_OLD) & _there(services.instances.folder(shop.id))
    assert set(_KEPT) <= _there(services.instances.folder(shop.id))


def test_days_are_stored_checked_and_taken_back(services: Services, open_services: Callable[[], Services]) -> None:
    status = simulated(services)
    for days in (0, -1, 3651):
        with pytest.raises(SettingInvalidError):
            services.retention.set_days(status.id, days)
    services.retention.set_days(status.id, 30)
    services.close()
    again = open_services()
    assert again.retention.days(status.id) == 30
    again.retention.set_days(status.id, None)
    assert again.retention.days(status.id) is None


def test_safe_clean_up_leaves_what_a_running_instance_may_need(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    folder = services.instances.folder(status.id)
    safe = (_IMAGE, "storages/history-1758012345-1-0-RECENT.json", "statics/qrcode/scan.png")
    _fill(folder, (*safe, *_OLD, *_KEPT, "statics/senditems/half.mp4"), 1)
    _fill(folder, ("statics/qrcode/now.png",), 0)
    before = _there(folder)

    assert _asked(qtbot, lambda then: services.retention.preview_safe(status.id, then)).file_count == 3
    assert finish(qtbot, services.retention.clean_safe(status.id)) is None
    assert before - _there(folder) == set(safe)
    assert finish(qtbot, services.instances.stop(status.id)) is None
    assert finish(qtbot, services.retention.clean_safe(status.id)) is None
    now = _there(folder)
    assert "statics/senditems/half.mp4" not in now
    assert {"statics/qrcode/now.png", "statics/media/old.mp4", *_KEPT} <= now


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_no_link_is_followed(qtbot: QtBot, services: Services, tmp_path: Path) -> None:
    status = simulated(services)
    folder, outside = services.instances.folder(status.id), tmp_path / "outside"
    _fill(outside, ("photo.jpg", "deep/film.mp4"), 400)
    (folder / "statics").mkdir(parents=True, exist_ok=True)
    (folder / "statics" / "media").symlink_to(outside)
    assert finish(qtbot, services.retention.clean_old(status.id, 1)) is None
    assert _there(outside) == {"photo.jpg", "deep/film.mp4"}


def test_second_clean_up_at_once_and_one_of_a_busy_instance_are_refused(qtbot: QtBot, services: Services) -> None:
    status = simulated(services)
    first, second = services.retention.clean_old(status.id, 1), services.retention.clean_old(status.id, 1)
    assert isinstance(second.error, ConflictError)
    assert finish(qtbot, first) is None


def test_empty_folders_of_chats_go_later(qtbot: QtBot, services: Services) -> None:
    status = simulated(services)
    folder = services.instances.folder(status.id)
    for place, days_old in (("old-chat", 3), ("new-chat", 0)):
        path = folder / "statics" / "media" / place
        path.mkdir(parents=True)
        moment = time.time() - days_old * 86_400
        os.utime(path, (moment, moment))
    assert finish(qtbot, services.retention.clean_old(status.id, 1)) is None
    assert not (folder / "statics/media/old-chat").exists()
    assert (folder / "statics/media/new-chat").exists()
