"""The main job with real GOWA: import, create, start, first answer, open, stop, restart, kill, delete."""

from __future__ import annotations

import base64
import os
import urllib.error
import urllib.request
import zipfile
from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.domain.errors import VersionRefusedError
from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.domain.versions import GowaVersion, executable_name
from gowa_desktop.infra.network import is_port_free
from gowa_desktop.infra.platform_facts import cpu_name, os_name
from tests.conftest import processes_below

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.services.instances.operation import Operation

pytestmark = pytest.mark.real_gowa

ADMIN: dict[str, Json] = {"username": "admin", "password": "correct-horse"}


def finish(qtbot: QtBot, operation: Operation) -> GowaError | None:
    qtbot.waitUntil(lambda: operation.is_finished, timeout=70_000)
    return operation.error


def answer(url: str, login: dict[str, Json] | None = None) -> int:
    request = urllib.request.Request(url)
    if login:
        word = base64.b64encode(f"{login['username']}:{login['password']}".encode()).decode()
        request.add_header("Authorization", f"Basic {word}")
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_whole_life_of_an_instance(qtbot: QtBot, services: Services, real_program: Path, tag: str, data_dir: Path) -> None:
    service, version = services.instances, GowaVersion.parse(tag)
    assert finish(qtbot, services.versions.import_file(real_program, tag)) is None
    assert services.versions.resolve("latest").tag == tag

    created = service.create(NewInstance(name="shop", config={"flags": {"basicAuth": [ADMIN], "debug": True}}))
    assert finish(qtbot, service.start(created.id)) is None
    status = service.status(created.id)
    assert status.status is InstanceState.RUNNING
    assert status.resolved_version == tag
    if version.has_health:
        assert answer(f"http://127.0.0.1:{status.port}/health") == 200
    details = service.connection(created.id)
    assert answer(details.base_url + "/") == 401
    assert answer(details.base_url + "/", ADMIN) == 200
    assert answer(details.base_url + details.probe_path, ADMIN) == 200

    process = psutil.Process(status.pid)
    listening = {c.laddr.ip for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    assert (listening == {"127.0.0.1"}) is version.has_host
    assert process.environ()["APP_BASIC_AUTH"] == "admin:correct-horse"
    assert "correct-horse" not in " ".join(process.cmdline())
    assert "correct-horse" not in "\n".join(service.log_tail(created.id, 500))
    assert (service.folder(created.id) / "storages" / "whatsapp.db").is_file()

    assert finish(qtbot, service.restart(created.id)) is None
    restarted = service.status(created.id)
    assert restarted.pid != status.pid
    assert restarted.port == status.port
    assert finish(qtbot, service.stop(created.id)) is None
    report = service.last_exit(created.id)
    assert report is not None
    assert (report.code, report.signal) == ((0, None) if version.at_least("v8.8.0") else (None, 15))
    assert service.status(created.id).error_message is None

    assert finish(qtbot, service.start(created.id)) is None
    assert finish(qtbot, service.kill(created.id)) is None
    assert service.status(created.id).status is InstanceState.STOPPED
    assert finish(qtbot, service.start(created.id)) is None
    assert finish(qtbot, service.reset_data(created.id)) is None
    assert not (service.folder(created.id) / "storages").exists()
    assert finish(qtbot, service.start(created.id)) is None
    assert finish(qtbot, service.delete(created.id)) is None
    assert service.statuses() == []
    assert processes_below(data_dir) == []
    assert is_port_free(status.port or 0)


def test_import_from_a_release_zip(qtbot: QtBot, services: Services, real_program: Path, tag: str, tmp_path: Path) -> None:
    release = tmp_path / f"whatsapp_{tag.removeprefix('v')}_{os_name()}_{cpu_name()}.zip"
    with zipfile.ZipFile(release, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(real_program, executable_name(os_name(), cpu_name()))
        archive.writestr("readme.md", "read me")

    assert finish(qtbot, services.versions.import_file(release)) is None

    installed = services.versions.resolve(tag)
    assert installed.source == release.name
    assert os.access(installed.path, os.X_OK)


def test_a_cut_program_is_refused_and_leaves_nothing(qtbot: QtBot, services: Services, real_program: Path, tag: str, tmp_path: Path) -> None:
    cut = tmp_path / "gowa"
    cut.write_bytes(real_program.read_bytes()[:2_000_000])

    error = finish(qtbot, services.versions.import_file(cut, tag))

    assert isinstance(error, VersionRefusedError)
    assert list(services.paths.versions.iterdir()) == []


def test_a_running_instance_outlives_the_program(
    qtbot: QtBot, open_services: Callable[[], Services], real_program: Path, tag: str, data_dir: Path
) -> None:
    first = open_services()
    finish(qtbot, first.versions.import_file(real_program, tag))
    created = first.instances.create(NewInstance(name="shop"))
    assert finish(qtbot, first.instances.start(created.id)) is None
    pid = first.instances.status(created.id).pid
    first.close()

    again = open_services()
    again.instances.recover()

    qtbot.waitUntil(lambda: again.instances.status(created.id).status is InstanceState.RUNNING, timeout=10_000)
    assert again.instances.status(created.id).pid == pid
    assert finish(qtbot, again.instances.stop(created.id)) is None
    assert processes_below(data_dir) == []


def test_an_argument_that_gowa_does_not_know_is_explained(qtbot: QtBot, services: Services, real_program: Path, tag: str) -> None:
    finish(qtbot, services.versions.import_file(real_program, tag))
    created = services.instances.create(NewInstance(name="shop", config={"flags": {"basicAuth": [ADMIN]}, "args": ["--no-such-flag"]}))

    error = finish(qtbot, services.instances.start(created.id))

    assert error is not None
    assert "extra arguments" in error.message
