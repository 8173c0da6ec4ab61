"""Updates with real GOWA and without internet: v7 with chats to v9 through the assistant, v8 to v9 and back."""

from __future__ import annotations

import os
import shutil
import urllib.error
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from gowa_desktop.domain.errors import ChatStoreError
from gowa_desktop.domain.instance import InstanceChanges, InstanceState, NewInstance
from gowa_desktop.domain.update_plan import UpdateKind
from gowa_desktop.infra.version_files import program_name
from gowa_desktop.services.updates.update_watch import WatchTimes
from tests.real_gowa.conftest import TAGS
from tests.simulated_versions import call, execute, first_device, results, rows

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.instances.operation import Operation

pytestmark = pytest.mark.real_gowa

V9, V8, V7 = TAGS
ACCOUNT, JID = "628110000001@s.whatsapp.net", "628110000001:7@s.whatsapp.net"
CONTACT = "628990000002@s.whatsapp.net"
CHATS = "storages/chatstorage.db"


@pytest.fixture
def all_versions(services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The services with the three versions installed."""
    folder = os.environ.get("GOWA_BINARIES")
    if not folder:
        pytest.skip("GOWA_BINARIES names no folder with real GOWA programs")
    for tag in TAGS:
        program = Path(folder) / f"gowa-{tag}{'.exe' if os.name == 'nt' else ''}"
        if not program.is_file():
            pytest.skip(f"no real GOWA {tag} in the folder of GOWA_BINARIES")
        target = services.paths.versions / tag / program_name()
        target.parent.mkdir(parents=True)
        shutil.copy2(program, target)
    monkeypatch.setattr(services.updater, "_times", lambda: WatchTimes(steady_s=1.0, limit_s=15.0, interval_ms=100))
    return services


def finish(qtbot: QtBot, operation: Operation) -> GowaError | None:
    qtbot.waitUntil(lambda: operation.is_finished, timeout=90_000)
    return operation.error


def update(qtbot: QtBot, services: Services, status: InstanceStatus, tag: str) -> None:
    operation = services.updater.run(services.updater.plan([status.id], tag))
    error = finish(qtbot, operation)
    assert error is None, (error, services.updater.report(operation))


def started(qtbot: QtBot, services: Services, tag: str) -> InstanceStatus:
    """Start an instance whose phone is paired; without internet it is not logged in."""
    created = services.instances.create(NewInstance(name="shop", gowa_version=tag))
    assert finish(qtbot, services.instances.start(created.id)) is None
    assert finish(qtbot, services.instances.stop(created.id)) is None
    execute(
        services.instances.folder(created.id) / "storages" / "whatsapp.db",
        "INSERT INTO whatsmeow_device (jid, registration_id, noise_key, identity_key, signed_pre_key, signed_pre_key_id,"
        " signed_pre_key_sig, adv_key, adv_details, adv_account_sig, adv_account_sig_key, adv_device_sig, push_name)"
        f" VALUES ('{JID}', 1, zeroblob(32), zeroblob(32), zeroblob(32), 1, zeroblob(64), zeroblob(32), zeroblob(8), zeroblob(64),"
        " zeroblob(32), zeroblob(64), 'Shop')",
    )
    assert finish(qtbot, services.instances.start(created.id)) is None
    return services.instances.status(created.id)


def add_chat(services: Services, status: InstanceStatus) -> None:
    """Write a chat with a message as GOWA does, while it runs."""
    is_old = status.resolved_version == V7
    column, slot = ("", "") if is_old else (", device_id", f", '{ACCOUNT}'")
    execute(
        services.instances.folder(status.id) / CHATS,
        f"INSERT INTO chats (jid, name, last_message_time{column}) VALUES ('{CONTACT}', 'Anna', '2026-11-01 10:00:00+00:00'{slot})",
        f"INSERT INTO messages (id, chat_jid, sender, content, timestamp, media_type, filename, url, media_key, file_sha256,"
        f" file_enc_sha256{column})"
        f" VALUES ('M1', '{CONTACT}', '{CONTACT}', 'Good morning', '2026-11-01 10:00:00+00:00', '', '', '', x'', x'', x''{slot})",
    )


def device(qtbot: QtBot, port: int | None) -> str:
    """Give the id of the device, once GOWA has connected it to its pairing: from then on it finds the chats under the account."""
    qtbot.waitUntil(lambda: first_device(port).get("jid") == ACCOUNT, timeout=10_000)
    return str(first_device(port)["id"])


def chats(port: int | None, device_id: str | None) -> list[JsonObject]:
    query = "" if device_id is None else f"?device_id={device_id}"
    return cast("list[JsonObject]", results(port, f"/chats{query}")["data"])


def messages(port: int | None, device_id: str | None) -> list[object]:
    query = "" if device_id is None else f"?device_id={device_id}"
    found = results(port, f"/chat/{CONTACT}/messages{query}")["data"]
    return [message["content"] for message in cast("list[JsonObject]", found)]


def test_v7_with_data_goes_to_v9_and_back_through_the_assistant(qtbot: QtBot, all_versions: Services) -> None:
    services = all_versions
    one = started(qtbot, services, V7)
    add_chat(services, one)
    assert [chat["name"] for chat in chats(one.port, None)] == ["Anna"]
    assert messages(one.port, None) == ["Good morning"]

    services.instances.update(one.id, InstanceChanges(gowa_version=V9))
    assert isinstance(finish(qtbot, services.instances.restart(one.id)), ChatStoreError)
    assert services.instances.status(one.id).pid == one.pid
    plan = services.updater.plan([one.id], V9)
    assert (plan.items[0].kind, plan.items[0].from_tag) == (UpdateKind.NEEDS_ASSISTANT, V7)
    update(qtbot, services, one, V9)

    after = services.instances.status(one.id)
    assert (after.status, after.resolved_version) == (InstanceState.RUNNING, V9)
    slot = device(qtbot, after.port)  # the pairing is there
    assert rows(services.instances.folder(one.id) / CHATS, "SELECT MAX(version) FROM schema_info") == [(43,)]
    assert chats(after.port, slot) == []  # the call that fails for ever after an update in place
    add_chat(services, after)
    assert [chat["name"] for chat in chats(after.port, slot)] == ["Anna"]
    assert messages(after.port, slot) == ["Good morning"]
    call(after.port, "/devices", {"device_id": "second"}, "POST")  # slots are stored again
    assert rows(services.instances.folder(one.id) / CHATS, "SELECT device_id FROM devices WHERE device_id = 'second'") == [("second",)]

    update(qtbot, services, one, V7)

    back = services.instances.status(one.id)
    assert back.resolved_version == V7
    assert [chat["name"] for chat in chats(back.port, None)] == ["Anna"]
    assert messages(back.port, None) == ["Good morning"]
    assert cast("list[JsonObject]", call(back.port, "/app/devices")["results"])[0]["device"] == JID


def test_v8_goes_to_v9_and_back_with_its_chats(qtbot: QtBot, all_versions: Services) -> None:
    services = all_versions
    one = started(qtbot, services, V8)
    slot = device(qtbot, one.port)
    add_chat(services, one)
    assert messages(one.port, slot) == ["Good morning"]

    for tag in (V9, V8):
        assert not services.updater.plan([one.id], tag).needs_consent
        update(qtbot, services, one, tag)
        now = services.instances.status(one.id)
        assert (now.status, now.resolved_version) == (InstanceState.RUNNING, tag)
        slot = device(qtbot, now.port)
        assert [chat["name"] for chat in chats(now.port, slot)] == ["Anna"]
        assert messages(now.port, slot) == ["Good morning"]
    assert [made.tag for made in services.snapshots.list(one.id)] == [V9, V8]


def test_chats_that_were_broken_by_an_update_in_place_are_repaired(qtbot: QtBot, all_versions: Services, tmp_path: Path) -> None:
    services = all_versions
    one = started(qtbot, services, V7)
    add_chat(services, one)
    assert finish(qtbot, services.instances.stop(one.id)) is None
    # What another manager would have done: v9 on the chats of v7.
    _start_in_place(services, one)

    services.instances.update(one.id, InstanceChanges(gowa_version=V9))
    assert finish(qtbot, services.instances.start(one.id)) is None
    broken = services.instances.status(one.id)
    slot = device(qtbot, broken.port)
    with pytest.raises(urllib.error.HTTPError):
        chats(broken.port, slot)
    plan = services.updater.plan([one.id], V9)
    assert plan.items[0].kind is UpdateKind.NEEDS_ASSISTANT
    update(qtbot, services, one, V9)

    now = services.instances.status(one.id)
    assert chats(now.port, device(qtbot, now.port)) == []


def _start_in_place(services: Services, status: InstanceStatus) -> None:
    import subprocess  # noqa: PLC0415 - used here only
    import time  # noqa: PLC0415

    folder = services.instances.folder(status.id)
    environment = {"PATH": os.environ["PATH"], "APP_PORT": str(status.port), "APP_HOST": "127.0.0.1"}
    program = subprocess.Popen(
        [services.versions.resolve(V9).path, "rest"], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 20
        while not _answers(status.port):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        program.terminate()
        program.wait(20)


def _answers(port: int | None) -> bool:
    try:
        call(port, "/devices")
    except OSError:
        return False
    return True
