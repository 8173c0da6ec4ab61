"""Notices: kept, grouped, held back in quiet hours, switched off by kind, and there again after a restart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.domain.app_settings import NOTIFICATIONS, QUIET_HOURS, URGENT_BREAKS_QUIET
from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.domain.notices import Announcement, NoticeKind, Urgency
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.data.conditions import Condition
from gowa_desktop.services.notices.notice_center import GROUP_S, MOST_KEPT, NoticeCenter
from gowa_desktop.services.notices.notice_store import NoticeStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services

CRASHED, GAVE_UP, DONE = NoticeKind.CRASHED, NoticeKind.GAVE_UP, NoticeKind.DONE
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WAIT_MS = 20_000


class Scene:
    """A centre whose clocks stand until they are moved."""

    def __init__(self, services: Services) -> None:
        self.now = NOON
        self.seconds = 0.0
        self.settings = services.settings
        self.center = NoticeCenter(services.owner, lambda: self.now, settings=services.settings, clock=lambda: self.seconds)
        self.shown: list[Announcement] = []
        self.center.announced.connect(self.shown.append)

    def crash(self, name: str, urgency: Urgency = Urgency.NORMAL) -> None:
        self.center.notify(CRASHED, f"crashed-{name}", f"{name} crashed", "It runs again.", instance_id=len(name), urgency=urgency)


@pytest.fixture
def scene(services: Services) -> Iterator[Scene]:
    made = Scene(services)
    yield made
    made.center.close()


def test_several_crashes_at_once_become_one(scene: Scene) -> None:
    for name in ("shop", "lab", "archive"):
        scene.crash(name)
    scene.center.announce_due()

    [shown] = scene.shown
    assert shown.title == "3 instances crashed and were started again"
    assert shown.text.splitlines() == ["archive crashed", "lab crashed", "shop crashed"]
    assert shown.instance_id is None
    assert len(scene.center.all()) == 3


def test_one_alone_is_shown_as_it_is_and_leads_to_its_instance(scene: Scene) -> None:
    scene.crash("shop")
    scene.center.announce_due()
    assert scene.shown == [Announcement("crashed", "shop crashed", "It runs again.", Urgency.NORMAL, 4)]


def test_what_follows_soon_joins_and_what_follows_later_does_not(scene: Scene) -> None:
    scene.crash("shop")
    scene.center.announce_due()
    scene.seconds = GROUP_S - 1
    scene.crash("lab")
    scene.center.announce_due()
    scene.seconds = GROUP_S * 3
    scene.crash("archive")
    scene.center.announce_due()

    assert [shown.title for shown in scene.shown] == [
        "shop crashed", "2 instances crashed and were started again", "archive crashed",
    ]  # fmt: skip
    assert {shown.key for shown in scene.shown} == {"crashed"}


def test_kinds_are_not_mixed(scene: Scene) -> None:
    scene.crash("shop")
    scene.center.notify(DONE, "done", "2 instances updated", "")
    scene.center.announce_due()
    assert sorted(shown.key for shown in scene.shown) == ["crashed", "done"]


def test_gathering_ends_by_itself(qtbot: QtBot, scene: Scene) -> None:
    scene.crash("shop")
    qtbot.waitUntil(lambda: len(scene.shown) == 1, timeout=WAIT_MS)


def test_kind_that_is_off_is_neither_shown_nor_kept(scene: Scene) -> None:
    scene.settings.set(NOTIFICATIONS, frozenset({CRASHED}))
    scene.crash("shop")
    scene.center.announce_due()
    assert (scene.shown, scene.center.happened()) == ([], [])


@pytest.mark.parametrize(
    ("hours", "hour", "is_quiet"),
    [
        ((22 * 60, 7 * 60), 23, True),
        ((22 * 60, 7 * 60), 6, True),
        ((22 * 60, 7 * 60), 12, False),
        ((8 * 60, 18 * 60), 12, True),
    ],
)
def test_quiet_hours_keep_but_do_not_show(scene: Scene, hours: tuple[int, int], hour: int, is_quiet: bool) -> None:
    scene.settings.set(QUIET_HOURS, (time(hours[0] // 60), time(hours[1] // 60)))
    scene.now = NOON.replace(hour=hour)
    scene.crash("shop")
    scene.center.announce_due()
    assert (scene.shown == []) is is_quiet
    assert scene.center.unread == 1


def test_what_is_urgent_comes_through_quiet_hours_unless_a_person_says_no(scene: Scene) -> None:
    scene.settings.set(QUIET_HOURS, (time(0), time(23, 59)))
    scene.crash("shop", Urgency.HIGH)
    scene.center.announce_due()
    assert len(scene.shown) == 1
    scene.settings.set(URGENT_BREAKS_QUIET, False)
    scene.crash("lab", Urgency.HIGH)
    scene.center.announce_due()
    assert len(scene.shown) == 1


def test_nothing_pops_up_beside_a_window_that_is_looked_at(scene: Scene) -> None:
    scene.center.set_looked_at(lambda: True)
    scene.crash("shop")
    scene.center.announce_due()
    assert scene.shown == []
    assert len(scene.center.all()) == 1


def test_what_is_over_is_taken_back_and_stays_in_the_list(qtbot: QtBot, scene: Scene) -> None:
    scene.crash("shop")
    scene.center.announce_due()
    with qtbot.waitSignals([scene.center.withdrawn, scene.center.retracted]):
        scene.center.withdraw("crashed-shop")
    assert scene.center.all() == []
    assert [notice.is_over for notice in scene.center.happened()] == [True]


def test_withdrawn_before_it_was_shown_is_never_shown(scene: Scene) -> None:
    scene.crash("shop")
    scene.center.withdraw("crashed-shop")
    scene.center.announce_due()
    assert scene.shown == []


def test_list_is_bounded_and_the_oldest_goes(scene: Scene) -> None:
    for number in range(MOST_KEPT + 5):
        scene.now = NOON + timedelta(seconds=number)
        scene.crash(f"shop-{number}")
    kept = scene.center.happened()
    assert len(kept) == MOST_KEPT
    assert kept[0].key == f"crashed-shop-{MOST_KEPT + 4}"
    scene.center.clear()
    assert (scene.center.happened(), scene.center.unread) == ([], 0)


def test_notices_survive_a_restart_privately(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "notices.json"
    first = NoticeCenter(services.owner, store=NoticeStore(path, services.owner))
    first.notify(GAVE_UP, "gave-up-1", "shop stays down", "It failed.", instance_id=1, urgency=Urgency.HIGH)
    first.mark_read()
    first.notify(DONE, "done", "Finished", "")
    first.notify_once(NoticeKind.UPDATE, "update-v9", "GOWA v9 is available", "")
    first.clear()
    first.notify(CRASHED, "crashed-1", "shop crashed", "", instance_id=1)
    first.close()

    second = NoticeCenter(services.owner, store=NoticeStore(path, services.owner))
    assert [(notice.key, notice.instance_id, notice.is_read) for notice in second.happened()] == [("crashed-1", 1, False)]
    second.notify_once(NoticeKind.UPDATE, "update-v9", "GOWA v9 is available", "")
    assert len(second.happened()) == 1
    second.close()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"notices": [1, {"kind": "no-such"}, {"kind": "done"}], "told": 3}', '{"notices": {}}'])
def test_damaged_file_counts_as_none(services: Services, tmp_path: Path, text: str) -> None:
    path = tmp_path / "notices.json"
    path.write_text(text)
    center = NoticeCenter(services.owner, store=NoticeStore(path, services.owner))
    assert center.happened() == []
    center.notify(DONE, "done", "Finished", "")
    center.close()
    assert [one["key"] for one in json.loads(path.read_text())["notices"]] == ["done"]


def kill_running(qtbot: QtBot, services: Services, instance_id: int) -> None:
    qtbot.waitUntil(lambda: services.instances.status(instance_id).status is InstanceState.RUNNING, timeout=WAIT_MS)
    psutil.Process(services.instances.status(instance_id).pid).kill()


def test_crash_is_told_when_the_instance_runs_again_without_any_window(qtbot: QtBot, services: Services) -> None:
    made = services.instances.create(NewInstance(name="shop", gowa_version=SIMULATOR))
    services.instances.start(made.id)
    kill_running(qtbot, services, made.id)

    qtbot.waitUntil(lambda: bool(services.notices.all()), timeout=WAIT_MS)
    [notice] = services.notices.all()
    assert (notice.kind, notice.title, notice.instance_id) == (CRASHED, "shop crashed and was started again", made.id)
    assert notice.text.endswith("It runs again.")


def test_giving_up_is_told_once_and_is_over_when_it_runs_again(qtbot: QtBot, services: Services) -> None:
    made = services.instances.create(NewInstance(name="shop", gowa_version=SIMULATOR))
    services.instances.start(made.id)
    services.give_up.gave_up.emit(made.id, True)
    [notice] = services.notices.all()
    assert (notice.kind, notice.urgency, notice.title) == (GAVE_UP, Urgency.HIGH, "shop stays down")
    qtbot.waitUntil(lambda: services.instances.status(made.id).status is InstanceState.RUNNING, timeout=WAIT_MS)
    assert services.notices.all() == []


def test_condition_of_the_world_is_told_and_taken_back(services: Services) -> None:
    conditions = services.upkeep.conditions
    conditions.set(Condition("disk", "The disk is nearly full.", "Free some space."))
    assert [(one.kind, one.title, one.text) for one in services.notices.all()] == [
        (NoticeKind.DISK, "The disk is nearly full.", "Free some space.")
    ]
    conditions.clear("disk")
    assert services.notices.all() == []


def test_notices_of_the_program_are_kept_in_the_data_directory(open_services: Callable[[], Services]) -> None:
    first = open_services()
    first.notices.notify(DONE, "done", "Finished", "All went well.")
    first.close()
    assert [one.title for one in open_services().notices.all()] == ["Finished"]
