"""Distinctive secrets in every secret place, the simulator through start, failure and end, and none of them where it could be seen.

The same with real programs is in `tests/real_gowa`.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.log_lines import MASK
from gowa_desktop.domain.versions import SIMULATOR
from tests.secret_places import EXTRA_SECRETS, HUSH, SECRET_FLAGS, everything_shown, find_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.instances.operation import Operation


def finish(qtbot: QtBot, operation: Operation) -> GowaError | None:
    qtbot.waitUntil(lambda: operation.is_finished, timeout=40_000)
    return operation.error


def create(services: Services, env: JsonObject | None = None, flags: JsonObject | None = None) -> int:
    config: JsonObject = {"flags": {**SECRET_FLAGS, **(flags or {})}, "env": {**EXTRA_SECRETS, **(env or {})}}
    return services.instances.create(NewInstance(name="shop", gowa_version=SIMULATOR, config=config)).id


def test_secrets_do_not_show_in_the_life_of_an_instance(services: Services, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="gowa_desktop")
    service = services.instances
    instance_id = create(services)
    assert finish(qtbot, service.start(instance_id)) is None
    # Whatever GOWA may print of them one day.
    with (service.folder(instance_id) / "logs" / "gowa.log").open("a", encoding="utf-8") as log:
        log.write(json.dumps(SECRET_FLAGS) + "\n" + "\n".join(map(str, (*SECRET_FLAGS.values(), *EXTRA_SECRETS.values()))) + "\n")
    config = service.config(instance_id)
    config["flags"] |= {"webhookSecret": f"{HUSH}-new", "basicAuth": []}  # type: ignore[operator]
    service.save_config(instance_id, config)
    assert len(service.pending_changes(instance_id)) == 2
    shown = everything_shown(service, instance_id)
    assert "not secret" in shown["preview"]
    assert find_secrets(shown) == {}
    assert finish(qtbot, service.kill(instance_id)) is None
    assert find_secrets(everything_shown(service, instance_id)) == {}
    assert find_secrets({"our log": "".join(record.getMessage() for record in caplog.records if record.name.startswith("gowa_desktop"))}) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files")
def test_earlier_secrets_stay_hidden_also_for_the_next_run_of_the_program(open_services: Callable[[], Services], qtbot: QtBot) -> None:
    first = open_services()
    instance_id = create(first)
    folder = first.instances.folder(instance_id)
    (folder / "logs" / "gowa.log").write_text(f'one {HUSH}-secret "quoted" two {HUSH}-hook\n')
    first.instances.save_config(instance_id, {"flags": {"webhookSecret": "another"}})
    first.close()

    again = open_services()
    assert again.instances.log_tail(instance_id, 5) == [f"one {MASK} two {MASK}"]
    assert (folder / ".gowa-desktop-retired.json").stat().st_mode & 0o777 == 0o600
    assert finish(qtbot, again.instances.reset_data(instance_id)) is None
    assert not (folder / ".gowa-desktop-retired.json").exists()


def test_secrets_do_not_show_when_the_program_dies_with_them_on_its_lips(services: Services, qtbot: QtBot) -> None:
    # The simulator, as GOWA, prints a database address it cannot use, password and all; here as a setting it was never told to check.
    service = services.instances
    instance_id = create(services, {"GOWA_SIM_FAULTS": "crash-at-start=3"}, {"dbUri": f"postgres://user:{HUSH}-db@127.0.0.1:1/x"})
    error = finish(qtbot, service.start(instance_id))
    assert error is not None
    assert find_secrets({**everything_shown(service, instance_id), "error": str(error)}) == {}


def test_settings_file_of_another_program_shows_no_values(services: Services, qtbot: QtBot) -> None:
    service = services.instances
    instance_id = create(services)
    (service.folder(instance_id) / ".env").write_text(f"APP_BASIC_AUTH=admin:{HUSH}\nDB_URI=postgresql://u:{HUSH}@h/x\n")
    error = finish(qtbot, service.start(instance_id))
    assert error is not None
    shown = {**everything_shown(service, instance_id), "error": str(error)}
    with pytest.raises(type(error).__mro__[1]) as caught:
        service.import_stray_env(instance_id)
    assert find_secrets({**shown, "refusal": str(caught.value)}) == {}
