from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from gowa_desktop.domain.errors import NotFoundError, StartFailedError, VersionRefusedError
from gowa_desktop.domain.installed_version import InstalledVersion
from gowa_desktop.domain.instance import DesiredState, InstanceState, InstanceStatus, NewInstance
from gowa_desktop.domain.samples import ResourceSample
from gowa_desktop.services.commands.command_answer import Answer
from gowa_desktop.services.commands.command_handlers import CommandHandlers
from gowa_desktop.services.commands.command_protocol import MAX_MESSAGE_BYTES, Request, encode_request
from gowa_desktop.services.commands.command_server import MAX_CONNECTIONS, CommandServer
from gowa_desktop.services.instances.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.services.configs.config_service import ConfigService
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.versions.version_manager import VersionManager

_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


NO_CONFIGS = cast("ConfigService", None)


def make_status(number: int, name: str, state: InstanceState = InstanceState.STOPPED) -> InstanceStatus:
    is_running = state is InstanceState.RUNNING
    return InstanceStatus(
        id=number,
        key=f"KEY{number:05}",
        name=name,
        port=8000 + number,
        status=state,
        desired=DesiredState.RUNNING if is_running else DesiredState.STOPPED,
        gowa_version="latest",
        resolved_version="v9.2.0",
        host="127.0.0.1",
        base_url=f"http://127.0.0.1:{8000 + number}",
        pid=4711 if is_running else None,
        uptime_s=12.5 if is_running else None,
        error_message=None,
        sample=ResourceSample(1.0, 3.5, 40_000_000, 2) if is_running else None,
        disk_bytes=None,
        created_at=_NOW,
        updated_at=_NOW,
    )


class FakeInstances:
    """Stands in for the facade; operations end when the test says so."""

    def __init__(self, *statuses: InstanceStatus) -> None:
        self.pictures = {status.id: status for status in statuses}
        self.operations: dict[int, Operation] = {}
        self.calls: list[tuple[str, int]] = []
        self.created: list[NewInstance] = []
        self.log: list[str] = []

    def statuses(self) -> list[InstanceStatus]:
        return list(self.pictures.values())

    def status(self, instance_id: int) -> InstanceStatus:
        if instance_id not in self.pictures:
            raise NotFoundError("It is gone.")
        return self.pictures[instance_id]

    def find(self, name: str) -> InstanceStatus:
        for status in self.pictures.values():
            if name in {status.name, status.key}:
                return status
        raise NotFoundError(f"There is no instance named “{name}”.", "Look at the list.")

    def create(self, new: NewInstance) -> InstanceStatus:
        self.created.append(new)
        status = make_status(len(self.pictures) + 1, new.name or "generated")
        self.pictures[status.id] = status
        return status

    def log_tail(self, _instance_id: int, count: int) -> list[str]:
        return self.log[-count:]

    def _operation(self, verb: str, instance_id: int) -> Operation:
        self.calls.append((verb, instance_id))
        self.operations[instance_id] = Operation(verb)
        return self.operations[instance_id]

    def start(self, instance_id: int) -> Operation:
        return self._operation("start", instance_id)

    def announce_stops(self, instance_ids: list[int]) -> None:
        assert instance_ids

    def stop(self, instance_id: int) -> Operation:
        return self._operation("stop", instance_id)

    def restart(self, instance_id: int) -> Operation:
        return self._operation("restart", instance_id)

    def kill(self, instance_id: int) -> Operation:
        return self._operation("kill", instance_id)

    def reset_data(self, instance_id: int) -> Operation:
        return self._operation("reset-data", instance_id)

    def delete(self, instance_id: int) -> Operation:
        return self._operation("delete", instance_id)


class FakeVersions:
    def __init__(self) -> None:
        self.versions = [InstalledVersion("v9.2.0", Path("gowa"), 17_000_000, "file", _NOW)]
        self.operation = Operation("import")
        self.is_importing = False

    def installed(self) -> list[InstalledVersion]:
        return list(self.versions)

    def resolve(self, _tag: str) -> InstalledVersion:
        return self.versions[0]

    def discovered_options(self, _tag: str) -> tuple[Option, ...]:
        return ()

    def used_by(self, _tag: str) -> list[str]:
        return []

    def import_file(self, _path: Path, _tag: str | None = None) -> Operation:
        self.is_importing = True
        return self.operation


class Fixture:
    """A served socket and what stands behind it."""

    def __init__(self, name: str) -> None:
        self.instances = FakeInstances()
        self.versions = FakeVersions()
        self.raised: list[str] = []
        # With parents, so that Python's collector never ends one of them in the middle of another's work.
        self.owner = QObject(QCoreApplication.instance())
        self.listener = QLocalServer(self.owner)
        QLocalServer.removeServer(name)
        assert self.listener.listen(name)
        self.server = CommandServer(
            cast("InstanceService", self.instances),
            cast("VersionManager", self.versions),
            NO_CONFIGS,
            lambda link: self.raised.append(link),  # noqa: PLW0108
            self.owner,
            request_timeout_ms=300,
        )
        self.server.serve(self.listener)

    def close(self) -> None:
        self.server.stop()
        self.listener.close()
        self.owner.deleteLater()

    def connect(self) -> QLocalSocket:
        socket = QLocalSocket(self.owner)
        socket.connectToServer(self.listener.fullServerName())
        assert socket.waitForConnected(2000)
        return socket

    def send(self, verb: str, **arguments: Json) -> QLocalSocket:
        socket = self.connect()
        socket.write(encode_request(Request(verb, dict(arguments))))
        return socket


@pytest.fixture
def served(tmp_path: Path, qtbot: QtBot) -> Iterator[Fixture]:
    name = f"gowa-test-{tmp_path.name}" if sys.platform == "win32" else str(tmp_path / "s")
    fixture = Fixture(name)
    yield fixture
    fixture.close()


def messages_of(socket: QLocalSocket, qtbot: QtBot) -> list[JsonObject]:
    """Wait until the server has answered and hung up; give what it said."""
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    return [json.loads(line) for line in bytes(socket.readAll().data()).splitlines()]


def answer_of(served: Fixture, qtbot: QtBot, verb: str, **arguments: Json) -> JsonObject:
    return messages_of(served.send(verb, **arguments), qtbot)[-1]


def error_of(message: JsonObject) -> JsonObject:
    assert message["ok"] is False
    error = message["error"]
    assert isinstance(error, dict)
    return error


def test_list_gives_every_required_field_sorted_by_name(served: Fixture, qtbot: QtBot) -> None:
    served.instances.pictures = {2: make_status(2, "Shop", InstanceState.RUNNING), 1: make_status(1, "zebra"), 3: make_status(3, "a")}

    result = answer_of(served, qtbot, "list")["result"]

    assert isinstance(result, list)
    objects = [one for one in result if isinstance(one, dict)]
    assert [one["name"] for one in objects] == ["a", "Shop", "zebra"]
    assert objects[1] == {
        "id": 2,
        "key": "KEY00002",
        "name": "Shop",
        "port": 8002,
        "status": "running",
        "desired": "running",
        "gowa_version": "latest",
        "resolved_version": "v9.2.0",
        "host": "127.0.0.1",
        "base_url": "http://127.0.0.1:8002",
        "pid": 4711,
        "uptime_s": 12.5,
        "cpu_percent": 3.5,
        "memory_bytes": 40_000_000,
        "disk_bytes": None,
        "error_message": None,
        "is_unresponsive": False,
        "retry_in_s": None,
        "created_at": "2026-01-02T03:04:05+00:00",
        "updated_at": "2026-01-02T03:04:05+00:00",
        "is_simulated": False,
        "tags": [],
        "notes": "",
        "exposures": [],
        "memory_limit_mb": None,
        "priority": "normal",
        "restart_policy": "on-failure",
    }
    assert objects[2]["cpu_percent"] is None


def test_status_of_unknown_name_fails_with_a_next_step(served: Fixture, qtbot: QtBot) -> None:
    message = answer_of(served, qtbot, "status", name="nobody")

    assert error_of(message)["code"] == "not_found"
    assert error_of(message)["next_step"]
    assert message["exit"] == 1


def test_start_answers_when_the_operation_has_finished(served: Fixture, qtbot: QtBot) -> None:
    served.instances.pictures = {1: make_status(1, "shop")}
    socket = served.send("start", names=["shop"])
    qtbot.waitUntil(lambda: 1 in served.instances.operations)
    assert socket.state() is QLocalSocket.LocalSocketState.ConnectedState

    served.instances.operations[1].succeed()

    progress, final = messages_of(socket, qtbot)
    assert progress == {"progress": "shop is running on http://127.0.0.1:8001."}
    assert final == {"ok": True, "result": [{"name": "shop", "ok": True}]}


def test_start_of_several_begins_all_before_any_has_finished_and_collects_failures(served: Fixture, qtbot: QtBot) -> None:
    served.instances.pictures = {1: make_status(1, "a"), 2: make_status(2, "b")}
    socket = served.send("start", names=["a", "b", "KEY00001", "ghost"])
    qtbot.waitUntil(lambda: len(served.instances.operations) == 2)

    served.instances.operations[2].fail(StartFailedError("Port 8002 is taken.", "Choose another."))
    served.instances.operations[1].succeed()

    results = messages_of(socket, qtbot)[-1]["result"]
    assert isinstance(results, list)
    by_name = {one["name"]: one for one in results if isinstance(one, dict)}
    assert {name: one["ok"] for name, one in by_name.items()} == {"a": True, "b": False, "ghost": False}
    assert by_name["b"]["error"] == {"code": "start_failed", "message": "Port 8002 is taken.", "next_step": "Choose another."}
    assert served.instances.calls == [("start", 1), ("start", 2)]


@pytest.mark.parametrize("verb", ["start", "stop", "restart", "kill", "reset-data", "delete"])
def test_verb_on_an_instance_calls_the_facade(served: Fixture, qtbot: QtBot, verb: str) -> None:
    served.instances.pictures = {1: make_status(1, "shop")}
    socket = served.send(verb, names=["shop"])
    qtbot.waitUntil(lambda: 1 in served.instances.operations)
    del served.instances.pictures[1]  # as after a delete

    served.instances.operations[1].succeed()

    assert messages_of(socket, qtbot)[-1]["ok"] is True
    assert served.instances.calls == [(verb, 1)]


def test_start_all_without_instances_says_so_and_succeeds(served: Fixture, qtbot: QtBot) -> None:
    progress, final = messages_of(served.send("start", all=True), qtbot)

    assert "no instances" in str(progress["progress"])
    assert final == {"ok": True, "result": []}


def test_start_without_names_is_wrong_use(served: Fixture, qtbot: QtBot) -> None:
    assert answer_of(served, qtbot, "start", names=[])["exit"] == 2


def test_client_that_leaves_does_not_cancel_the_work(served: Fixture, qtbot: QtBot) -> None:
    served.instances.pictures = {1: make_status(1, "shop")}
    socket = served.send("start", names=["shop"])
    qtbot.waitUntil(lambda: 1 in served.instances.operations)
    with qtbot.waitSignal(socket.disconnected):
        socket.abort()

    served.instances.operations[1].succeed()

    assert answer_of(served, qtbot, "list")["ok"] is True


def test_create_passes_everything_on_and_answers_with_the_instance(served: Fixture, qtbot: QtBot) -> None:
    socket = served.send(
        "create", name="shop", gowa="v9.2.0", port=8123, set=["debug=true", "webhooks=http://a", "webhooks=http://b"], start=False
    )

    progress, final = messages_of(socket, qtbot)

    created = served.instances.created[0]
    assert (created.name, created.gowa_version, created.port) == ("shop", "v9.2.0", 8123)
    assert created.config == {"flags": {"debug": True, "webhooks": ["http://a", "http://b"]}}
    assert progress == {"progress": "Created shop on port 8001."}
    assert isinstance(final["result"], dict)
    assert final["result"]["name"] == "shop"


def test_create_with_a_wrong_option_creates_nothing(served: Fixture, qtbot: QtBot) -> None:
    message = answer_of(served, qtbot, "create", name="shop", set=["nonsense=1"])

    assert error_of(message)["code"] == "config_invalid"
    assert served.instances.created == []


def test_create_never_answers_with_a_secret(served: Fixture, qtbot: QtBot) -> None:
    socket = served.send("create", name="shop", set=["basicAuth=admin:geheim-1", "webhookSecret=geheim-2"])

    assert "geheim" not in json.dumps(messages_of(socket, qtbot))


def test_create_and_start_that_fails_names_the_instance(served: Fixture, qtbot: QtBot) -> None:
    socket = served.send("create", name="shop", start=True)
    qtbot.waitUntil(lambda: 1 in served.instances.operations)

    served.instances.operations[1].fail(StartFailedError("GOWA ended at once.", "Look at the log."))

    assert error_of(messages_of(socket, qtbot)[-1]) == {
        "code": "start_failed",
        "message": "shop: GOWA ended at once.",
        "next_step": "Look at the log.",
    }


def test_logs_come_in_messages_below_the_limit(served: Fixture, qtbot: QtBot) -> None:
    served.instances.pictures = {1: make_status(1, "shop")}
    served.instances.log = [f"line {n} {'é' * 400}" for n in range(1000)] + ["x" * (2 * MAX_MESSAGE_BYTES)]

    messages = messages_of(served.send("logs", name="shop", count=900), qtbot)

    lines = [line for message in messages[:-1] for line in cast("list[str]", message["lines"])]
    assert len(lines) == 900
    assert lines[0].startswith("line 101 ")
    assert all(len(json.dumps(message)) < MAX_MESSAGE_BYTES for message in messages)


@pytest.mark.parametrize("count", [0, -1])
def test_logs_with_a_senseless_count_is_wrong_use(served: Fixture, qtbot: QtBot, count: int) -> None:
    assert answer_of(served, qtbot, "logs", name="shop", count=count)["exit"] == 2


def test_import_tells_what_was_imported(served: Fixture, qtbot: QtBot) -> None:
    socket = served.send("import-version", file="/somewhere/gowa.zip", tag=None)
    qtbot.waitUntil(lambda: served.versions.is_importing)
    served.versions.versions.append(InstalledVersion("v9.3.0", Path("gowa"), 1, "file", _NOW))

    served.versions.operation.succeed()

    progress, final = messages_of(socket, qtbot)
    assert progress == {"progress": "Imported GOWA v9.3.0."}
    assert isinstance(final["result"], list)
    assert len(final["result"]) == 1


def test_import_of_a_bad_file_fails_with_its_sentence(served: Fixture, qtbot: QtBot) -> None:
    served.versions.operation.fail(VersionRefusedError("The file is no zip.", "Download it again."))

    assert error_of(answer_of(served, qtbot, "import-version", file="/x"))["message"] == "The file is no zip."


def test_raise_shows_the_window(served: Fixture, qtbot: QtBot) -> None:
    assert answer_of(served, qtbot, "raise")["ok"] is True
    assert served.raised == [""]


def test_raise_hands_a_link_to_the_window_and_does_nothing_else(served: Fixture, qtbot: QtBot) -> None:
    assert answer_of(served, qtbot, "raise", link="gowa-desktop://instance/AB12CD34")["ok"] is True
    assert answer_of(served, qtbot, "raise", link="gowa-desktop:" + 10_000 * "x")["ok"] is True
    assert [len(link) for link in served.raised] == [32, 201]
    assert served.instances.calls == []


def test_raise_without_a_window_says_that_it_runs(qtbot: QtBot) -> None:
    handlers = CommandHandlers(cast("InstanceService", FakeInstances()), cast("VersionManager", FakeVersions()), NO_CONFIGS)
    messages: list[JsonObject] = []

    handlers.handle(Request("raise", {}), Answer(messages.append))

    assert error_of(messages[0])["code"] == "already_running"


def test_reader_refuses_what_changes_something(qtbot: QtBot) -> None:
    instances = FakeInstances(make_status(1, "shop"))
    handlers = CommandHandlers(cast("InstanceService", instances), cast("VersionManager", FakeVersions()), NO_CONFIGS, is_offline=True)
    messages: list[JsonObject] = []

    handlers.handle(Request("start", {"names": ["shop"]}), Answer(messages.append))
    handlers.handle(Request("list", {}), Answer(messages.append))

    assert messages[0]["exit"] == 3
    assert messages[1]["ok"] is True
    assert instances.calls == []


def test_fault_inside_a_handler_still_answers_without_its_text(served: Fixture, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down() -> list[InstanceStatus]:
        raise RuntimeError("secret text")

    monkeypatch.setattr(served.instances, "statuses", break_down)

    message = answer_of(served, qtbot, "list")

    assert error_of(message)["message"] == "Something went wrong inside GOWA Desktop (RuntimeError)."


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"hello\n",
        b"\xff\xfe\x00\n",
        b"[1, 2]\n",
        b"null\n",
        b'{"v": 2, "verb": "list"}\n',
        b'{"v": 1}\n',
        b'{"v": 1, "verb": ["list"]}\n',
        b'{"v": 1, "verb": "list", "args": []}\n',
        b'{"v": 1, "verb": "start", "args": {"names": "shop"}}\n',
        b'{"v": 1, "verb": "status", "args": {"name": 7}}\n',
        b'{"v": 1, "verb": "create", "args": {"name": "a", "port": "80"}}\n',
        b'{"v": 1, "verb": "nonsense"}\n',
        b'{"v": 1, "verb": "logs", "args": {"name": "a", "count": true}}\n',
        b"[" * 50_000 + b"\n",
        b"x" * (MAX_MESSAGE_BYTES + 10),
    ],
    ids=lambda line: repr(line[:40]),
)
def test_garbage_is_answered_with_a_sentence_and_harms_nobody(served: Fixture, qtbot: QtBot, line: bytes) -> None:
    socket = served.connect()
    socket.write(line)

    assert error_of(messages_of(socket, qtbot)[-1])["message"]

    assert answer_of(served, qtbot, "list")["ok"] is True


def test_request_that_comes_in_pieces_is_understood(served: Fixture, qtbot: QtBot) -> None:
    socket = served.connect()
    for byte in encode_request(Request("list", {})):
        socket.write(bytes([byte]))
        socket.flush()
        qtbot.wait(1)

    assert messages_of(socket, qtbot)[-1]["ok"] is True


def test_silent_client_is_dropped_while_others_are_served(served: Fixture, qtbot: QtBot) -> None:
    silent = served.connect()
    half = served.connect()
    half.write(b'{"v": 1, "ve')

    assert answer_of(served, qtbot, "list")["ok"] is True

    assert messages_of(silent, qtbot) == []
    assert messages_of(half, qtbot) == []


def test_second_request_on_a_connection_is_not_carried_out(served: Fixture, qtbot: QtBot) -> None:
    socket = served.connect()
    socket.write(encode_request(Request("list", {})) + encode_request(Request("raise", {})))

    assert len(messages_of(socket, qtbot)) == 1
    assert served.raised == []


def test_too_many_connections_are_refused_with_a_sentence(served: Fixture, qtbot: QtBot) -> None:
    served.instances.pictures = {1: make_status(1, "shop")}
    waiting = []
    for number in range(MAX_CONNECTIONS):
        waiting.append(served.send("start", names=["shop"]))
        qtbot.waitUntil(lambda count=number + 1: len(served.instances.calls) == count)  # type: ignore[misc]

    assert "Too many" in str(error_of(answer_of(served, qtbot, "list"))["message"])

    waiting[0].abort()
    qtbot.wait(20)
    assert answer_of(served, qtbot, "list")["ok"] is True


def test_connection_that_waited_before_serving_is_answered(tmp_path: Path, qtbot: QtBot) -> None:
    name = f"gowa-wait-{tmp_path.name}" if sys.platform == "win32" else str(tmp_path / "s")
    listener = QLocalServer()
    assert listener.listen(name)
    early = QLocalSocket()
    early.connectToServer(listener.fullServerName())
    assert early.waitForConnected(2000)
    early.write(encode_request(Request("list", {})))
    early.flush()
    qtbot.wait(20)

    server = CommandServer(cast("InstanceService", FakeInstances()), cast("VersionManager", FakeVersions()), NO_CONFIGS, parent=listener)
    server.serve(listener)

    assert messages_of(early, qtbot)[-1] == {"ok": True, "result": []}
    server.stop()
    listener.close()


def test_stop_drops_open_connections(served: Fixture, qtbot: QtBot) -> None:
    served.instances.pictures = {1: make_status(1, "shop")}
    socket = served.send("start", names=["shop"])
    qtbot.waitUntil(lambda: bool(served.instances.calls))

    served.server.stop()

    assert messages_of(socket, qtbot) == []
