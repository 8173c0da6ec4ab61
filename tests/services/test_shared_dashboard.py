"""One dashboard for all instances: taken where it is, fetched once, given to those that lack it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.domain.app_settings import RELEASE_ADDRESS
from gowa_desktop.domain.instance import NewInstance
from tests.newer_version import needs_scripts, put_version
from tests.release_server import ReleaseServer, ServedFile

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.services.instances.operation import Operation


def finish(qtbot: QtBot, operation: Operation) -> GowaError | None:
    qtbot.waitUntil(lambda: operation.is_finished, timeout=40_000)
    return operation.error


def publish(server: ReleaseServer, html: bytes, digest: str | None) -> None:
    asset = {"name": "gowa-ui.html", "browser_download_url": f"{server.address}/page", "digest": digest}
    server.files["/repos/aldinokemal/gowa-ui/releases/latest"] = ServedFile(json.dumps({"tag_name": "v3", "assets": [asset]}).encode())
    server.files["/page"] = ServedFile(html)


def page_of(services: Services, instance_id: int) -> Path:
    return services.instances.folder(instance_id) / "storages" / "ui"


def put_page(folder: Path, html: bytes, moment: str, digest: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_bytes(html)
    checksum = digest or hashlib.sha256(html).hexdigest()
    meta = {"tag": "v1", "asset_name": "gowa-ui.html", "sha256": checksum, "etag": "", "downloaded_at": moment}
    (folder / "meta.json").write_text(json.dumps(meta))


@needs_scripts
def test_dashboard_of_one_instance_is_given_to_the_next_and_updates_are_off(services: Services, qtbot: QtBot) -> None:
    put_version(services, "v9.2.0")
    first = services.instances.create(NewInstance(gowa_version="v9.2.0"))
    put_page(page_of(services, first.id), b"<html>one</html>", "2026-08-22T10:00:00Z")
    assert ("APP_UI_AUTO_UPDATE", "false") not in services.instances.preview(first.id, {}).environment
    services.dashboard.look()
    qtbot.waitUntil((services.paths.dashboard / "meta.json").exists, timeout=10_000)

    second = services.instances.create(NewInstance(name="second", gowa_version="v9.2.0"))
    own = services.instances.create(NewInstance(name="own", gowa_version="v9.2.0", config={"flags": {"uiRepo": "me/ui"}}))
    for status in (second, own):
        assert finish(qtbot, services.instances.start(status.id)) is None

    assert (page_of(services, second.id) / "index.html").read_bytes() == b"<html>one</html>"
    assert not (page_of(services, own.id) / "index.html").exists()
    environments = [psutil.Process(services.instances.status(s.id).pid).environ() for s in (second, own)]
    assert environments[0]["APP_UI_AUTO_UPDATE"] == "false"
    assert "APP_UI_AUTO_UPDATE" not in environments[1]
    assert services.instances.pending_changes(second.id) == ()
    for status in (second, own):
        finish(qtbot, services.instances.kill(status.id))


def test_dashboard_newer_page_replaces_the_copy_and_damaged_or_foreign_ones_do_not(services: Services, qtbot: QtBot) -> None:
    shared = services.paths.dashboard
    one, two, three = (services.instances.create(NewInstance(name=name)) for name in ("one", "two", "three"))
    services.instances.save_config(three.id, {"flags": {"uiRepo": "me/ui"}})
    put_page(page_of(services, one.id), b"new", "2026-09-02T10:00:00Z")
    put_page(page_of(services, two.id), b"old", "2026-09-01T10:00:00Z")
    put_page(page_of(services, three.id), b"mine", "2026-09-09T10:00:00Z")
    services.dashboard.look()
    qtbot.waitUntil((shared / "meta.json").exists, timeout=10_000)
    assert (shared / "index.html").read_bytes() == b"new"

    put_page(page_of(services, two.id), b"damaged", "2026-09-03T10:00:00Z", "0" * 64)
    services.dashboard.look()
    services.tasks.close()
    assert (shared / "index.html").read_bytes() == b"new"


@needs_scripts
def test_dashboard_older_page_is_replaced_and_a_persons_own_stays(services: Services, qtbot: QtBot) -> None:
    put_version(services, "v9.2.0")
    put_page(services.paths.dashboard, b"shared", "2026-09-02T10:00:00Z")
    older, own = (services.instances.create(NewInstance(name=name, gowa_version="v9.2.0")) for name in ("older", "own"))
    put_page(page_of(services, older.id), b"older", "2026-09-01T10:00:00Z")
    page_of(services, own.id).mkdir(parents=True)
    (page_of(services, own.id) / "index.html").write_bytes(b"mine")
    for status in (older, own):
        assert finish(qtbot, services.instances.start(status.id)) is None
    assert (page_of(services, older.id) / "index.html").read_bytes() == b"shared"
    assert (page_of(services, own.id) / "index.html").read_bytes() == b"mine"
    for status in (older, own):
        finish(qtbot, services.instances.kill(status.id))


def test_dashboard_is_fetched_when_versions_are_asked_for_and_not_again_the_same_day(services: Services, qtbot: QtBot) -> None:
    html = b"<html>fetched</html>"
    with ReleaseServer() as server:
        publish(server, html, f"sha256:{hashlib.sha256(html).hexdigest()}")
        services.settings.set(RELEASE_ADDRESS, server.address)
        assert finish(qtbot, services.versions.refresh()) is None
        qtbot.waitUntil((services.paths.dashboard / "meta.json").exists, timeout=10_000)
        assert (services.paths.dashboard / "index.html").read_bytes() == html
        asked = len(server.paths("/page"))
        assert finish(qtbot, services.versions.refresh()) is None
        services.versions.close()
    assert asked == 1
    assert len(server.paths("/page")) == 1


@pytest.mark.parametrize("digest", ["sha256:" + "0" * 64, None])
def test_dashboard_with_a_wrong_checksum_or_none_is_not_taken(services: Services, qtbot: QtBot, digest: str | None) -> None:
    with ReleaseServer() as server:
        publish(server, b"other", digest)
        services.settings.set(RELEASE_ADDRESS, server.address)
        assert finish(qtbot, services.versions.refresh()) is None
        qtbot.waitUntil(lambda: bool(server.paths("/page" if digest else "/gowa-ui/")), timeout=10_000)
        services.versions.close()
        services.tasks.close()
    assert not (services.paths.dashboard / "index.html").exists()
