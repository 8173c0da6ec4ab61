"""What we say lets strangers in does with real GOWA, and closing it closes it."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.domain.exposure import is_loopback
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import GowaVersion

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.instances.operation import Operation

pytestmark = pytest.mark.real_gowa

STRANGER = "https://stranger.example"


def finish(qtbot: QtBot, operation: Operation) -> None:
    qtbot.waitUntil(lambda: operation.is_finished, timeout=70_000)
    assert operation.error is None


def answer(url: str) -> tuple[int, str | None]:
    """Status and allowed origin, as a stranger's web page would get them."""
    request = urllib.request.Request(url, headers={"Origin": STRANGER})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return int(reply.status), reply.headers.get("Access-Control-Allow-Origin")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Access-Control-Allow-Origin")


def test_what_lets_strangers_in_is_closed(qtbot: QtBot, services: Services, real_program: Path, tag: str) -> None:
    version, instances = GowaVersion.parse(tag), services.instances
    finish(qtbot, services.versions.import_file(real_program, tag))
    flags: JsonObject = {"host": "0.0.0.0", "corsAllowedOrigins": ["*"], "uiEnabled": False}
    one = instances.create(NewInstance(name="shop", config={"flags": flags})).id
    finish(qtbot, instances.start(one))
    details = instances.connection(one)

    found = instances.status(one).exposures
    assert found[0].code.value == "network"
    assert not all(is_loopback(address) for address in listens_on(services, one))
    assert answer(details.base_url + details.probe_path) == (200, "*")

    while found:
        outcome = services.configs.apply(services.configs.plan.fix(one, found[0].fixes[0]))
        assert outcome.restart_due == (one,)
        finish(qtbot, instances.restart(one))
        found = instances.status(one).exposures

    assert all(is_loopback(address) for address in listens_on(services, one)) is version.has_host
    status, origin = answer(details.base_url + details.probe_path)
    # Before v9 it cannot be told which pages may call, so a sign-in keeps them out.
    assert (status, origin) == (200, None) if version.at_least("v9.0.0") else status == 401
    finish(qtbot, instances.stop(one))


def listens_on(services: Services, instance_id: int) -> set[str]:
    process = psutil.Process(services.instances.status(instance_id).pid)
    return {c.laddr.ip for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
