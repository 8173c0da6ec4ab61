"""Settings through the facade, with the real simulator: stored, checked, waiting for a restart, and nothing obeyed unasked."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.domain.errors import ConfigInvalidError, FolderError, GowaError, NotFoundError, StrayEnvironmentError
from gowa_desktop.domain.instance import InstanceChanges, InstanceState, NewInstance
from gowa_desktop.domain.log_lines import MASK
from gowa_desktop.domain.options import OPTIONS, Section
from gowa_desktop.domain.versions import SIMULATOR
from tests.newer_version import needs_scripts, put_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.instances.operation import Operation

LOGIN: JsonObject = {"username": "admin", "password": "hush-1"}


def finish(qtbot: QtBot, operation: Operation) -> GowaError | None:
    qtbot.waitUntil(lambda: operation.is_finished, timeout=40_000)
    return operation.error


def created(services: Services, config: JsonObject | None = None, version: str = SIMULATOR) -> InstanceStatus:
    return services.instances.create(NewInstance(name="shop", gowa_version=version, config=config or {}))


# Reading and storing


def test_config_is_a_copy_in_the_present_shape(services: Services) -> None:
    older: JsonObject = {"args": ["rest", "--port=PORT", "--debug=true"], "envVars": "A=1", "mine": [1]}
    status = created(services, older)

    config = services.instances.config(status.id)

    assert isinstance(config["flags"], dict)
    assert config["flags"]["debug"] is True
    assert "args" not in config
    assert config["env"] == {"A": "1"}
    config["mine"] = 5
    assert services.instances.config(status.id)["mine"] == [1]


def test_save_config_stores_only_what_differs_and_keeps_what_nobody_knows(services: Services, qtbot: QtBot) -> None:
    status = created(services, {"mine": 1, "flags": {"future": [2]}})
    secret = services.instances.config(status.id)["flags"]["webhookSecret"]  # type: ignore[index, call-overload]
    with qtbot.waitSignal(services.instances.state_changed):
        flags: JsonObject = {"future": [2], "webhookSecret": secret, "debug": False, "os": "Shop", "host": "127.0.0.1"}
        services.instances.save_config(status.id, {"mine": 1, "flags": flags, "env": {"A": "1"}})

    assert services.instances.config(status.id) == {
        "mine": 1, "flags": {"future": [2], "webhookSecret": secret, "os": "Shop"}, "env": {"A": "1"},
    }  # fmt: skip


def test_save_config_wrong_value_is_refused_and_nothing_is_stored(services: Services) -> None:
    status = created(services)
    before = services.instances.config(status.id)
    for config in ({"flags": {"debug": "perhaps"}}, {"args": ["--debug"]}, {"env": {"APP_OS": "x"}}):
        with pytest.raises(ConfigInvalidError) as caught:
            services.instances.save_config(status.id, config)  # type: ignore[arg-type]
        assert caught.value.next_step
        assert services.instances.check_config(status.id, config)  # type: ignore[arg-type]
    assert services.instances.config(status.id) == before


def test_save_config_of_unknown_instance_is_refused(services: Services) -> None:
    with pytest.raises(NotFoundError):
        services.instances.save_config(99, {})


def test_options_are_those_of_the_version(services: Services) -> None:
    status = created(services)
    keys = {option.key for option in services.instances.options(status.id)}
    assert "port" not in keys
    assert "mcpOauthEnabled" in keys
    assert "chatStorage" not in keys


def test_options_of_a_version_that_is_not_installed_are_all(services: Services) -> None:
    status = created(services, version="latest")
    assert len(services.instances.options(status.id)) == len(OPTIONS) - 1


def test_preview_hides_secrets_and_shows_the_draft(services: Services) -> None:
    status = created(services)
    shown = services.instances.preview(status.id, {"flags": {"basicAuth": [LOGIN], "debug": True}})
    assert ("APP_BASIC_AUTH", f"admin:{MASK}") in shown.environment
    assert ("APP_DEBUG", "true") in shown.environment
    assert ("APP_PORT", str(status.port)) in shown.environment
    assert shown.arguments[-1] == "rest"
    assert "hush" not in repr(shown)


# What waits for a restart


def test_pending_changes_name_what_a_restart_would_change(services: Services, qtbot: QtBot) -> None:
    service = services.instances
    status = created(services, {"flags": {"basicAuth": [LOGIN]}})
    assert service.pending_changes(status.id) == ()
    assert finish(qtbot, service.start(status.id)) is None
    assert service.pending_changes(status.id) == ()

    config = service.config(status.id)
    config["flags"] |= {"os": "Shop", "basicAuth": [{"username": "admin", "password": "hush-2"}]}  # type: ignore[operator]
    service.save_config(status.id, config)
    service.update(status.id, InstanceChanges(port=(status.port or 0) + 1))

    assert [(c.key, c.label, c.old_text, c.new_text) for c in service.pending_changes(status.id)] == [
        ("port", "Port", str(status.port), str((status.port or 0) + 1)),
        ("basicAuth", "Sign-ins", f"admin:{MASK}", f"admin:{MASK} (changed)"),
        ("os", "Device name", "GOWA", "Shop"),
    ]
    assert finish(qtbot, service.restart(status.id)) is None
    assert service.pending_changes(status.id) == ()
    assert finish(qtbot, service.stop(status.id)) is None
    assert service.pending_changes(status.id) == ()


def test_pending_changes_survive_the_program(open_services: Callable[[], Services], qtbot: QtBot) -> None:
    first = open_services()
    status = created(first, {"flags": {"os": "Shop"}})
    assert finish(qtbot, first.instances.start(status.id)) is None
    first.instances.save_config(status.id, {"flags": {"os": "Other"}})
    first.close()

    again = open_services()
    again.instances.recover()
    qtbot.waitUntil(lambda: again.instances.status(status.id).status is InstanceState.RUNNING, timeout=20_000)

    assert ("os", "Shop", "Other") in [(c.key, c.old_text, c.new_text) for c in again.instances.pending_changes(status.id)]
    assert finish(qtbot, again.instances.stop(status.id)) is None


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_launch_record_is_private_and_holds_no_secret(services: Services, qtbot: QtBot) -> None:
    status = created(services, {"flags": {"basicAuth": [LOGIN], "webhookSecret": "hush-2"}, "env": {"API_TOKEN": "hush-3"}})
    assert finish(qtbot, services.instances.start(status.id)) is None
    record = services.instances.folder(status.id) / ".gowa-desktop-launch.json"
    qtbot.waitUntil(record.is_file, timeout=10_000)
    assert record.stat().st_mode & 0o777 == 0o600
    assert "hush" not in record.read_text()
    assert json.loads(record.read_text())["pid"] == services.instances.status(status.id).pid
    finish(qtbot, services.instances.kill(status.id))


def test_pending_changes_of_a_process_whose_start_is_not_known_are_none(
    services: Services, open_services: Callable[[], Services], qtbot: QtBot
) -> None:
    status = created(services)
    assert finish(qtbot, services.instances.start(status.id)) is None
    services.instances.save_config(status.id, {"flags": {"os": "Other"}})
    services.close()
    (services.instances.folder(status.id) / ".gowa-desktop-launch.json").write_text("damaged")

    again = open_services()
    again.instances.recover()

    assert again.instances.pending_changes(status.id) == ()
    finish(qtbot, again.instances.kill(status.id))


# A .env in the folder


@pytest.mark.parametrize("name", [".env", ".env.json", ".env.env"])
def test_stray_env_start_is_refused_and_names_what_it_sets(services: Services, qtbot: QtBot, name: str) -> None:
    status = created(services)
    stray = services.instances.folder(status.id) / name
    stray.write_text("APP_BASIC_AUTH=admin:hush-1\nAPP_DEBUG=true\n")

    error = finish(qtbot, services.instances.start(status.id))

    assert isinstance(error, StrayEnvironmentError)
    assert f"A file {name} lies in the folder of shop. It sets APP_BASIC_AUTH, APP_DEBUG" in error.message
    assert "hush" not in str(error)
    assert "Import it" in error.next_step
    assert services.instances.status(status.id).status is InstanceState.FAILED
    assert stray.exists()


def test_stray_env_import_takes_its_settings_and_moves_it_aside(services: Services, qtbot: QtBot) -> None:
    status = created(services, {"flags": {"os": "Old"}})
    folder = services.instances.folder(status.id)
    (folder / ".env").write_text("APP_BASIC_AUTH=admin:hush-1\nAPP_OS='New one'\nAPP_PORT=1\nNOT_OURS=1\n")
    (folder / ".env.yaml").write_text("# only a comment\n")
    found = services.instances.stray_env(status.id)
    assert found is not None
    assert found.names == ()  # GOWA prefers .env.yaml, which sets nothing

    (folder / ".env.yaml").unlink()
    found = services.instances.stray_env(status.id)
    assert found is not None
    assert found.importable == ("APP_BASIC_AUTH", "APP_OS", "APP_PORT")
    services.instances.import_stray_env(status.id)

    flags = services.instances.config(status.id)["flags"]
    assert isinstance(flags, dict)
    assert (flags["os"], flags["basicAuth"]) == ("New one", [LOGIN])
    assert not (folder / ".env").exists()
    (aside,) = folder.glob(".env.imported-*")
    assert "NOT_OURS" in aside.read_text()
    if os.name == "posix":
        assert aside.stat().st_mode & 0o777 == 0o600
    assert services.instances.stray_env(status.id) is None
    assert finish(qtbot, services.instances.start(status.id)) is None
    finish(qtbot, services.instances.kill(status.id))


def test_stray_env_with_a_wrong_value_is_not_imported_and_stays(services: Services) -> None:
    status = created(services)
    path = services.instances.folder(status.id) / ".env"
    before = services.instances.config(status.id)
    path.write_text("DB_URI=postgresql://u:hush-1@x/db\n")
    with pytest.raises(ConfigInvalidError, match="dbUri: A database address must start with") as caught:
        services.instances.import_stray_env(status.id)
    assert "hush" not in str(caught.value)
    path.write_text("no line of a .env\n")
    with pytest.raises(ConfigInvalidError, match="Line 1"):
        services.instances.import_stray_env(status.id)
    assert path.exists()
    assert services.instances.config(status.id) == before


def test_stray_env_set_aside_is_not_obeyed_any_more(services: Services, qtbot: QtBot) -> None:
    status = created(services)
    folder = services.instances.folder(status.id)
    for name in (".env", ".env.toml"):
        (folder / name).write_text("APP_DEBUG=true\n")
    services.instances.set_aside_stray_env(status.id)

    assert services.instances.stray_env(status.id) is None
    assert len(list(folder.glob(".env.set-aside-*"))) == 2
    assert finish(qtbot, services.instances.start(status.id)) is None
    finish(qtbot, services.instances.kill(status.id))
    with pytest.raises(NotFoundError):
        services.instances.set_aside_stray_env(status.id)
    with pytest.raises(NotFoundError):
        services.instances.import_stray_env(status.id)


def test_stray_env_restart_is_refused_before_anything_is_stopped(services: Services, qtbot: QtBot) -> None:
    status = created(services)
    assert finish(qtbot, services.instances.start(status.id)) is None
    (services.instances.folder(status.id) / ".env").write_text("APP_DEBUG=true\n")

    assert isinstance(finish(qtbot, services.instances.restart(status.id)), StrayEnvironmentError)

    assert services.instances.status(status.id).status is InstanceState.RUNNING
    finish(qtbot, services.instances.kill(status.id))


def test_stray_env_that_sets_nothing_is_no_obstacle(services: Services, qtbot: QtBot) -> None:
    status = created(services)
    folder = services.instances.folder(status.id)
    (folder / ".env").write_text("# nothing\n\n")
    (folder / ".env.d").mkdir()
    assert finish(qtbot, services.instances.start(status.id)) is None
    finish(qtbot, services.instances.kill(status.id))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="rights of folders, which root passes over")
def test_stray_env_that_cannot_be_moved_is_told(services: Services) -> None:
    status = created(services)
    folder = services.instances.folder(status.id)
    (folder / ".env").write_text("APP_DEBUG=true\n")
    folder.chmod(0o500)
    try:
        with pytest.raises(FolderError):
            services.instances.set_aside_stray_env(status.id)
    finally:
        folder.chmod(0o700)


# Options of a version to come


@needs_scripts
def test_discovered_options_are_found_at_install_and_kept(open_services: Callable[[], Services], qtbot: QtBot) -> None:
    first = open_services()
    with qtbot.waitSignal(first.versions.options_discovered, timeout=20_000):
        put_version(first, "v9.9.0", "wonder-level|int|4|how much wonder;wonder-mode|string||which")
    status = created(first, version="v9.9.0")
    options = {option.key: option for option in first.instances.options(status.id)}
    assert options["wonderLevel"].section is Section.NEW
    assert options["wonderLevel"].default == 4
    first.close()

    again = open_services()
    # Known at once, from the file beside the program: it is not asked again.
    assert "wonderMode" in {option.key for option in again.instances.options(status.id)}


@needs_scripts
def test_discovered_option_reaches_the_process(services: Services, qtbot: QtBot) -> None:
    put_version(services, "v9.9.0", "wonder-level|int|4|how much wonder;wonder-names|strings||which")
    # Not asked yet: a start that needs the answer waits for it.
    status = created(services, {"flags": {"wonderLevel": 7, "wonderNames": ["a,b", "c"], "stranger": 1}}, version="v9.9.0")
    assert finish(qtbot, services.instances.start(status.id)) is None
    words = psutil.Process(services.instances.status(status.id).pid).cmdline()
    assert words[-2:] == ["--wonder-level=7", '--wonder-names="a,b",c']
    config = services.instances.config(status.id)
    config["flags"] |= {"wonderLevel": 8}  # type: ignore[operator]
    services.instances.save_config(status.id, config)
    assert [(c.label, c.old_text, c.new_text) for c in services.instances.pending_changes(status.id)] == [("Wonder level", "7", "8")]
    finish(qtbot, services.instances.kill(status.id))


@needs_scripts
def test_discovery_of_a_program_that_fails_gives_nothing(services: Services, qtbot: QtBot) -> None:
    with qtbot.waitSignal(services.versions.options_discovered, timeout=20_000):
        program = put_version(services, "v9.9.0")
        program.write_text("#!/bin/sh\nexit 1\n")
    assert services.versions.discovered_options("v9.9.0") == ()
