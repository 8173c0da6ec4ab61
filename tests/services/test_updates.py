"""Updates through the services, with simulated versions of GOWA: forward, watched, and back again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.app_settings import UPDATE_GROUP
from gowa_desktop.domain.errors import (
    CancelledError,
    ChatStoreError,
    ConflictError,
    UpdateFailedError,
    VersionInUseError,
    VersionMissingError,
    VersionRefusedError,
)
from gowa_desktop.domain.instance import LATEST, DesiredState, InstanceChanges, InstanceState, NewInstance
from gowa_desktop.domain.update_plan import UpdateKind
from gowa_desktop.domain.update_report import UpdateOutcome, UpdateReport
from gowa_desktop.infra import gowa_client
from gowa_desktop.services.updates.update_watch import WatchTimes
from tests.services.test_instance_service import finish
from tests.services.test_supervision import set_faults
from tests.simulated_versions import execute, first_device, install_simulated, pair, results, rows

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.operation import Operation

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the simulated versions are scripts")

V7, V8, V9 = "v7.11.4", "v8.11.0", "v9.2.0"
CHATS = "storages/chatstorage.db"


@pytest.fixture(autouse=True)
def quick(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.updater, "_times", lambda: WatchTimes(steady_s=0.2, limit_s=3.0, interval_ms=50))


def running(qtbot: QtBot, services: Services, tag: str, name: str = "shop", stored: str | None = None) -> InstanceStatus:
    created = services.instances.create(NewInstance(name=name, gowa_version=stored or tag))
    assert finish(qtbot, services.instances.start(created.id)) is None
    status = services.instances.status(created.id)
    assert status.resolved_version == tag
    return status


def update(qtbot: QtBot, services: Services, *ids: int, to: str | None = None, canary: bool = True) -> tuple[GowaError | None, UpdateReport]:
    operation = services.updater.run(services.updater.plan(ids, to, has_canary=canary))
    error = finish(qtbot, operation)
    report = services.updater.report(operation)
    assert report is not None
    assert services.updater.reports()[0] == report
    return error, report


def names_in(services: Services, status: InstanceStatus) -> list[str]:
    return [str(row[0]) for row in rows(services.instances.folder(status.id) / CHATS, "SELECT name FROM chats ORDER BY name")]


def add_chat(services: Services, status: InstanceStatus, name: str) -> None:
    old = (status.resolved_version or "").startswith("v7")
    values = f"('{name}@s.whatsapp.net', '{name}'" + ("" if old else ", 'shop'") + ")"
    execute(services.instances.folder(status.id) / CHATS, f"INSERT INTO chats VALUES {values}")


def test_a_pinned_instance_is_updated_watched_and_pinned_to_the_new_version(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V8)
    before = running(qtbot, services, V8)
    pair(before.port, V8)
    add_chat(services, before, "anna")
    install_simulated(services.paths.versions, V9)
    words: list[str] = []
    operation = services.updater.run(services.updater.plan([before.id]))
    operation.progressed.connect(lambda: words.append(operation.progress.step if operation.progress else ""))

    assert finish(qtbot, operation) is None

    after = services.instances.status(before.id)
    assert (after.status, after.resolved_version, after.gowa_version) == (InstanceState.RUNNING, V9, V9)
    assert after.pid != before.pid
    assert not after.is_busy
    assert names_in(services, after) == ["anna"]
    assert first_device(after.port)["state"] == "logged_in"
    report = services.updater.report(operation)
    assert report is not None
    assert [(row.outcome, row.from_tag, row.to_tag) for row in report.rows] == [(UpdateOutcome.UPDATED, V8, V9)]
    assert report.sentence == f"1 of 1 updated to {V9}."
    made = services.snapshots.list(before.id)
    assert [(one.id, one.tag, one.reason) for one in made] == [(report.rows[0].snapshot_id, V8, f"Before the update to {V9}")]
    assert set(made[0].files) == {CHATS, "storages/whatsapp.db"}
    assert words == [f"shop: {word}" for word in ("stopping", "saving a snapshot", "changing the version", "starting", "watching", "done")]


def test_latest_stays_latest_when_it_stands_for_the_target_and_is_pinned_when_not(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V8)
    to_highest = running(qtbot, services, V8, "a", LATEST)
    to_other = running(qtbot, services, V8, "b", LATEST)
    install_simulated(services.paths.versions, "v8.12.0")
    install_simulated(services.paths.versions, V9)

    assert update(qtbot, services, to_highest.id)[0] is None
    assert update(qtbot, services, to_other.id, to="v8.12.0")[0] is None

    after = [services.instances.status(one.id) for one in (to_highest, to_other)]
    assert [(one.resolved_version, one.gowa_version) for one in after] == [(V9, LATEST), ("v8.12.0", "v8.12.0")]


def test_a_stopped_instance_changes_its_version_and_stays_stopped(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V8)
    one = running(qtbot, services, V8)
    assert finish(qtbot, services.instances.stop(one.id)) is None
    install_simulated(services.paths.versions, V9)

    error, report = update(qtbot, services, one.id)

    assert error is None
    after = services.instances.status(one.id)
    assert (after.status, after.desired, after.gowa_version) == (InstanceState.STOPPED, DesiredState.STOPPED, V9)
    assert "stays so" in report.rows[0].sentence
    assert len(services.snapshots.list(one.id)) == 1
    assert finish(qtbot, services.instances.start(one.id)) is None
    assert len(services.snapshots.list(one.id)) == 1  # the update has saved it already


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ("crash-at-start=1", "code 1"),
        ("crash-after=150", "internal fault"),
        ("exit0-after=100", "another client"),
        ("offline", "paired but not logged in"),
    ],
)
def test_a_new_version_that_does_not_do_is_taken_back(
    qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch, faults: str, words: str
) -> None:
    install_simulated(services.paths.versions, V8)
    before = running(qtbot, services, V8, stored=LATEST)
    if faults == "offline":
        pair(before.port, V8)
        monkeypatch.setattr(services.updater, "_times", lambda: WatchTimes(steady_s=5, limit_s=0.6, interval_ms=50))
    add_chat(services, before, "anna")
    install_simulated(services.paths.versions, V9, faults)

    error, report = update(qtbot, services, before.id)

    assert isinstance(error, UpdateFailedError)
    row = report.rows[0]
    assert row.outcome is UpdateOutcome.RETURNED
    assert words in row.sentence
    assert f"It has {V8} and its data of before again. It was set to {V8} so that it stays there." in row.sentence
    after = services.instances.status(before.id)
    assert (after.status, after.resolved_version, after.gowa_version, after.is_busy) == (InstanceState.RUNNING, V8, V8, False)
    assert names_in(services, after) == ["anna"]
    reasons = [one.reason for one in services.snapshots.list(before.id)]
    assert reasons == [f"After the failed update to {V9}", f"Before the update to {V9}"]
    if faults == "offline":
        assert first_device(after.port)["jid"] == "628110000001:1@s.whatsapp.net"


def test_a_hung_new_version_is_taken_back(qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.updater, "_times", lambda: WatchTimes(steady_s=5, limit_s=0.6, interval_ms=50))
    monkeypatch.setattr(gowa_client, "_TIMEOUT_S", 0.5)
    install_simulated(services.paths.versions, V8)
    before = running(qtbot, services, V8)
    install_simulated(services.paths.versions, V9, "hang-after=200")

    error, report = update(qtbot, services, before.id)

    assert isinstance(error, UpdateFailedError)
    assert report.rows[0].outcome is UpdateOutcome.RETURNED
    assert "does not answer" in report.rows[0].sentence
    assert services.instances.status(before.id).resolved_version == V8


def test_what_the_new_version_wrote_is_gone_after_the_return_but_saved(
    qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.updater, "_times", lambda: WatchTimes(steady_s=5, limit_s=3.0, interval_ms=50))
    install_simulated(services.paths.versions, V8)
    before = running(qtbot, services, V8)
    add_chat(services, before, "anna")
    install_simulated(services.paths.versions, V9)
    operation = services.updater.run(services.updater.plan([before.id]))
    qtbot.waitUntil(lambda: "watching" in step(operation), timeout=20_000)
    add_chat(services, before, "late")
    set_faults(services.instances.status(before.id), "crash-after=10")

    assert finish(qtbot, operation) is not None

    assert names_in(services, before) == ["anna"]
    failed = services.snapshots.list(before.id)[0]
    assert failed.tag == V9
    assert finish(qtbot, services.snapshots.restore(failed)) is None
    assert names_in(services, before) == ["anna", "late"]


def step(operation: Operation) -> str:
    return operation.progress.step if operation.progress else ""


def test_one_goes_first_and_when_it_fails_the_others_are_not_touched(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V8)
    fleet = [running(qtbot, services, V8, name, LATEST) for name in ("a", "b", "c")]
    install_simulated(services.paths.versions, V9, "crash-at-start=1")

    error, report = update(qtbot, services, *(one.id for one in fleet))

    assert error is not None
    assert "a: " in error.next_step
    assert [row.outcome for row in report.rows] == [UpdateOutcome.RETURNED, UpdateOutcome.UNTOUCHED, UpdateOutcome.UNTOUCHED]
    assert report.rows[1].sentence == "Not begun, because a could not be updated."
    after = [services.instances.status(one.id) for one in fleet]
    assert [one.pid for one in after[1:]] == [one.pid for one in fleet[1:]]
    assert services.snapshots.list(fleet[1].id) == []


def test_the_others_follow_in_groups(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V8)
    fleet = [running(qtbot, services, V8, name) for name in "abcde"]
    install_simulated(services.paths.versions, V9)
    services.settings.set(UPDATE_GROUP, 2)
    at_once: list[set[str]] = []
    operation = services.updater.run(services.updater.plan([one.id for one in fleet]))
    operation.progressed.connect(lambda: at_once.append({one.name for one in services.instances.statuses() if one.is_busy}))

    assert finish(qtbot, operation) is None

    assert all(services.instances.status(one.id).resolved_version == V9 for one in fleet)
    together = [names for number, names in enumerate(at_once) if names and (number == 0 or names != at_once[number - 1])]
    assert {frozenset(names) for names in together} >= {frozenset("a"), frozenset("bc"), frozenset("de")}
    assert max(len(names) for names in together) == 2


def test_without_a_canary_the_first_group_is_whole(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V8)
    fleet = [running(qtbot, services, V8, name) for name in "ab"]
    install_simulated(services.paths.versions, V9, "crash-at-start=1")

    _, report = update(qtbot, services, *(one.id for one in fleet), canary=False)

    assert [row.outcome for row in report.rows] == [UpdateOutcome.RETURNED, UpdateOutcome.RETURNED]


def test_calling_off_leaves_the_rest_untouched(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V8)
    fleet = [running(qtbot, services, V8, name) for name in "ab"]
    install_simulated(services.paths.versions, V9)
    operation = services.updater.run(services.updater.plan([one.id for one in fleet]))
    # In the same turn of the event loop: a look from outside may come when the first one is on the new version already.
    operation.progressed.connect(lambda: operation.cancel() if "stopping" in step(operation) else None)

    assert isinstance(finish(qtbot, operation), CancelledError)
    report = services.updater.report(operation)
    assert report is not None
    assert [row.outcome for row in report.rows] == [UpdateOutcome.UNTOUCHED, UpdateOutcome.UNTOUCHED]
    after = [services.instances.status(one.id) for one in fleet]
    assert [(one.status, one.resolved_version, one.gowa_version) for one in after] == [(InstanceState.RUNNING, V8, V8)] * 2
    assert after[1].pid == fleet[1].pid


def test_an_updating_instance_refuses_other_work_but_not_a_stop(qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.updater, "_times", lambda: WatchTimes(steady_s=30, limit_s=30, interval_ms=50))
    install_simulated(services.paths.versions, V8)
    one = running(qtbot, services, V8)
    install_simulated(services.paths.versions, V9)
    operation = services.updater.run(services.updater.plan([one.id]))
    qtbot.waitUntil(lambda: services.instances.status(one.id).is_busy)

    refused = [
        finish(qtbot, services.instances.restart(one.id)),
        finish(qtbot, services.instances.delete(one.id)),
        finish(qtbot, services.snapshots.create(one.id)),
        finish(qtbot, services.updater.run(services.updater.plan([one.id]))),
    ]
    assert all(isinstance(error, ConflictError) for error in refused)
    with pytest.raises(ConflictError):
        services.instances.update(one.id, InstanceChanges(gowa_version=V8))
    qtbot.waitUntil(lambda: "watching" in step(operation), timeout=20_000)
    assert finish(qtbot, services.instances.stop(one.id)) is None

    assert finish(qtbot, operation) is None
    report = services.updater.report(operation)
    assert report is not None
    assert "stopped before it could be compared" in report.rows[0].sentence
    assert services.instances.status(one.id).status is InstanceState.STOPPED


def test_what_changed_since_the_plan_is_looked_at_again(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V8)
    started_later, deleted, changed = (running(qtbot, services, V8, name, LATEST) for name in "abc")
    assert finish(qtbot, services.instances.stop(started_later.id)) is None
    install_simulated(services.paths.versions, V9)
    plan = services.updater.plan([started_later.id, deleted.id, changed.id], has_canary=False)
    assert finish(qtbot, services.instances.delete(deleted.id)) is None
    assert finish(qtbot, services.instances.restart(changed.id)) is None  # goes to the new version by itself
    services.instances.update(started_later.id, InstanceChanges(gowa_version=V8))
    assert finish(qtbot, services.instances.start(started_later.id)) is None

    operation = services.updater.run(plan)

    assert isinstance(finish(qtbot, operation), UpdateFailedError)
    report = services.updater.report(operation)
    assert report is not None
    assert [row.outcome for row in report.rows] == [UpdateOutcome.UPDATED, UpdateOutcome.UNTOUCHED, UpdateOutcome.UNTOUCHED]
    after = services.instances.status(started_later.id)
    assert (after.status, after.resolved_version, after.gowa_version) == (InstanceState.RUNNING, V9, V9)
    assert services.instances.status(changed.id).status is InstanceState.RUNNING


def test_the_assistant_moves_only_the_chats_aside_and_keeps_the_pairing(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V7)
    before = running(qtbot, services, V7)
    pair(before.port, V7)
    add_chat(services, before, "anna")
    install_simulated(services.paths.versions, V9)
    plan = services.updater.plan([before.id])

    item = plan.items[0]
    assert (item.kind, item.moves_chat_store, plan.needs_consent) == (UpdateKind.NEEDS_ASSISTANT, True, True)
    assert "pairing" in item.kept[0]
    assert "do not appear" in item.lost[0]
    error, report = update(qtbot, services, before.id)

    assert error is None
    assert "kept aside" in report.rows[0].sentence
    after = services.instances.status(before.id)
    assert after.resolved_version == V9
    assert names_in(services, after) == []
    device = first_device(after.port)
    assert (device["state"], device["id"]) == ("logged_in", "628110000001:1@s.whatsapp.net")
    aside = list((services.instances.folder(before.id) / "storages" / "chats-aside").glob("*/chatstorage.db"))
    assert len(aside) == 1
    assert rows(aside[0], "SELECT name FROM chats") == [("anna",)]


def test_the_way_down_to_v7_brings_the_old_chats_back(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V7)
    one = running(qtbot, services, V7)
    add_chat(services, one, "anna")
    install_simulated(services.paths.versions, V9)
    assert update(qtbot, services, one.id)[0] is None
    add_chat(services, services.instances.status(one.id), "ben")
    plan = services.updater.plan([one.id], V7)

    assert plan.items[0].kind is UpdateKind.DOWNGRADE
    assert any("come back" in text for text in plan.items[0].kept)
    assert update(qtbot, services, one.id, to=V7)[0] is None

    after = services.instances.status(one.id)
    assert after.resolved_version == V7
    assert names_in(services, after) == ["anna"]
    assert results(after.port, "/app/status")["is_logged_in"] is False


def test_a_failing_assistant_brings_chats_and_version_back(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V7)
    before = running(qtbot, services, V7)
    add_chat(services, before, "anna")
    install_simulated(services.paths.versions, V9, "crash-after=100")

    _, report = update(qtbot, services, before.id)

    assert report.rows[0].outcome is UpdateOutcome.RETURNED
    after = services.instances.status(before.id)
    assert (after.status, after.resolved_version) == (InstanceState.RUNNING, V7)
    assert names_in(services, after) == ["anna"]
    assert not (services.instances.folder(before.id) / "storages" / "chats-aside").exists()


def test_plans_say_what_needs_nothing_and_refuse_what_cannot_be(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V9)
    one = running(qtbot, services, V9)
    simulated = services.instances.create(NewInstance(name="sim", gowa_version="simulator"))

    plan = services.updater.plan([one.id, simulated.id])

    assert [item.kind for item in plan.items] == [UpdateKind.UP_TO_DATE, UpdateKind.UP_TO_DATE]
    assert plan.work == ()
    assert services.updater.outdated(V9) == []
    with pytest.raises(VersionMissingError):
        services.updater.plan([one.id], "v9.9.9")
    with pytest.raises(VersionRefusedError):
        services.updater.plan([one.id], "simulator")
    error, report = update(qtbot, services, one.id)
    assert (error, report.rows) == (None, ())
    assert services.instances.status(one.id).pid == one.pid


# The gate


@pytest.mark.parametrize("stored", [LATEST, V9])
def test_a_start_that_would_damage_old_chats_is_refused(qtbot: QtBot, services: Services, stored: str) -> None:
    install_simulated(services.paths.versions, V7)
    one = running(qtbot, services, V7, stored=LATEST)
    add_chat(services, one, "anna")
    install_simulated(services.paths.versions, V9)
    services.instances.update(one.id, InstanceChanges(gowa_version=stored))

    refused = finish(qtbot, services.instances.restart(one.id))
    assert isinstance(refused, ChatStoreError)
    assert services.instances.status(one.id).pid == one.pid  # what can be known beforehand is checked before anything is stopped
    assert finish(qtbot, services.instances.stop(one.id)) is None
    refused = finish(qtbot, services.instances.start(one.id))

    assert isinstance(refused, ChatStoreError)
    assert "gowa-desktop update" in refused.next_step
    status = services.instances.status(one.id)
    assert status.status is InstanceState.FAILED
    assert status.retry_in_s is None
    assert rows(services.instances.folder(one.id) / CHATS, "SELECT MAX(version) FROM schema_info") == [(2,)]
    assert names_in(services, one) == ["anna"]


def test_a_persons_start_with_another_version_saves_the_databases_first(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V8)
    one = running(qtbot, services, V8, stored=LATEST)
    add_chat(services, one, "anna")
    install_simulated(services.paths.versions, V9)

    assert finish(qtbot, services.instances.restart(one.id)) is None

    assert services.instances.status(one.id).resolved_version == V9
    assert [(s.tag, s.reason) for s in services.snapshots.list(one.id)] == [(V8, f"Before the first start with {V9}")]


def test_a_start_by_itself_does_not_move_latest(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V7)
    one = running(qtbot, services, V7, stored=LATEST)
    add_chat(services, one, "anna")
    install_simulated(services.paths.versions, V9)

    set_faults(one, "crash-after=10")
    qtbot.waitUntil(lambda: services.instances.status(one.id).pid not in {None, one.pid}, timeout=10_000)
    qtbot.waitUntil(lambda: services.instances.status(one.id).status is InstanceState.RUNNING, timeout=10_000)

    assert services.instances.status(one.id).resolved_version == V7
    assert services.snapshots.list(one.id) == []


def test_a_stop_calls_off_a_start_that_waits_for_its_snapshot(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V8)
    one = running(qtbot, services, V8, stored=LATEST)
    assert finish(qtbot, services.instances.stop(one.id)) is None
    install_simulated(services.paths.versions, V9)

    start = services.instances.start(one.id)
    assert services.instances.status(one.id).is_busy
    assert finish(qtbot, services.instances.stop(one.id)) is None

    assert isinstance(finish(qtbot, start), ConflictError)
    status = services.instances.status(one.id)
    assert (status.status, status.is_busy) == (InstanceState.STOPPED, False)


def test_a_version_that_data_belongs_to_is_not_removed(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V7)
    one = running(qtbot, services, V7, stored=LATEST)
    assert finish(qtbot, services.instances.stop(one.id)) is None
    install_simulated(services.paths.versions, V8)
    install_simulated(services.paths.versions, V9)

    with pytest.raises(VersionInUseError, match="shop"):
        services.versions.remove(V7)

    assert [version.tag for version in services.versions.removable(1)] == [V8]
    (services.paths.versions / V7).rename(services.paths.versions / ".gone")
    assert "no way back" in services.updater.plan([one.id]).items[0].notes[-1]
