"""ProgramUpdates: a newer GOWA Desktop is told once, with its notes and where to get it; nothing is asked without leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from gowa_desktop.domain.app_settings import NO_PROXY
from gowa_desktop.domain.notices import NoticeKind
from gowa_desktop.domain.publisher import release_page
from gowa_desktop.infra.releases import ReleaseClient
from gowa_desktop.services.network_jobs import NetworkJobs
from gowa_desktop.services.notices.notice_center import NoticeCenter
from gowa_desktop.services.tasks import TaskRunner
from gowa_desktop.services.versions.program_updates import MOST_NOTES, ProgramUpdates
from gowa_desktop.services.versions.release_catalog import ReleaseCatalog
from tests.release_server import ReleaseServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from pytestqt.qtbot import QtBot


class Settings:
    """Stands for the settings."""

    def __init__(self, address: str) -> None:
        self.release_address = address
        self.github_token = None
        self.proxy = NO_PROXY
        self.checks_daily = True


class Fixture:
    def __init__(self, folder: Path, server: ReleaseServer) -> None:
        self.owner = QObject()
        self.tasks = TaskRunner(self.owner)
        settings: Any = Settings(server.address)
        client = ReleaseClient(folder / "program-releases.json", repository="somebody/gowa-desktop")
        self.catalog = ReleaseCatalog(client, settings, NetworkJobs(self.tasks, self.owner), self.owner)
        self.notices = NoticeCenter(self.owner)
        self.updates = ProgramUpdates(self.catalog, settings, self.notices, "0.1.0", self.owner)

    def look(self, qtbot: QtBot) -> None:
        operation = self.catalog.refresh()
        qtbot.waitUntil(lambda: operation.is_finished, timeout=20_000)
        assert operation.error is None


@pytest.fixture
def server() -> Iterator[ReleaseServer]:
    with ReleaseServer() as made:
        made.repository = "/repos/somebody/gowa-desktop/releases"
        yield made


@pytest.fixture
def fixture(tmp_path: Path, server: ReleaseServer, qtbot: QtBot) -> Iterator[Fixture]:
    made = Fixture(tmp_path, server)
    yield made
    made.updates.close()
    made.tasks.close()


def test_a_newer_program_is_told_with_notes_and_page(fixture: Fixture, server: ReleaseServer, qtbot: QtBot) -> None:
    server.add("v0.2.0", None, notes="Charts are faster.")
    server.add("v0.1.0", None)
    fixture.look(qtbot)
    (notice,) = fixture.notices.all()
    assert (notice.kind, notice.key) == (NoticeKind.UPDATE, "program-v0.2.0")
    assert notice.title == "GOWA Desktop 0.2.0 is available"
    assert notice.text.startswith("Charts are faster.")
    assert release_page("v0.2.0") in notice.text


@pytest.mark.parametrize(("tag", "is_prerelease"), [("v0.1.0", False), ("v0.0.9", False), ("v0.3.0", True)])
def test_what_is_no_newer_release_is_not_told(fixture: Fixture, server: ReleaseServer, qtbot: QtBot, tag: str, is_prerelease: bool) -> None:
    server.add(tag, None, is_prerelease=is_prerelease)
    fixture.look(qtbot)
    assert fixture.notices.all() == []


def test_long_notes_are_cut_at_a_word(fixture: Fixture, server: ReleaseServer, qtbot: QtBot) -> None:
    server.add("v0.2.0", None, notes="better " * 200)
    fixture.look(qtbot)
    notes = fixture.notices.all()[0].text.split("\n")[0]
    assert notes.endswith("better …")
    assert len(notes) <= MOST_NOTES + 2


def test_what_was_found_before_is_told_at_the_start(fixture: Fixture, server: ReleaseServer, qtbot: QtBot, tmp_path: Path) -> None:
    server.add("v0.2.0", None)
    fixture.look(qtbot)
    again = Fixture(tmp_path, server)
    again.updates.begin()
    assert [notice.key for notice in again.notices.all()] == ["program-v0.2.0"]
    again.updates.close()
    again.tasks.close()


def test_nobody_is_asked_while_no_place_is_named(fixture: Fixture, server: ReleaseServer) -> None:
    settings: Any = Settings(server.address)
    updates = ProgramUpdates(None, settings, fixture.notices, "0.1.0", fixture.owner)
    updates.begin()
    updates.close()
    assert server.asked == []
    assert fixture.notices.all() == []
