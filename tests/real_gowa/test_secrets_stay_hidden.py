"""Distinctive secrets in every secret place, a real GOWA through its whole life, and none of them where somebody else could see it."""

from __future__ import annotations

import io
import json
import logging
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.instance import InstanceState
from tests.secret_places import EXTRA_SECRETS, HUSH, everything_shown, find_secrets, known_secrets

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject
    from tests.real_gowa.real_instance import RealInstance

pytestmark = pytest.mark.real_gowa


def test_secrets_do_not_show_while_it_runs_and_talks(with_events: RealInstance, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="gowa_desktop")
    with_events.start_with({**known_secrets(with_events.version), "debug": True}, EXTRA_SECRETS)
    with_events.event("message")
    # The first webhook is refused at once and its address, query and all, is printed.
    with_events.wait_for_log("Attempt 1 to submit webhook failed")
    assert f"{HUSH}-token" in with_events.log()
    with_events.ask("/devices", login=("admin", f"{HUSH}-wrong"))
    with_events.save({"webhookSecret": f"{HUSH}-another", "os": "Other"})
    assert with_events.services.instances.pending_changes(with_events.id)
    assert find_secrets(everything_shown(with_events.services.instances, with_events.id)) == {}
    assert find_secrets({"our log": "".join(record.getMessage() for record in caplog.records if record.name.startswith("gowa_desktop"))}) == {}

    with_events.process.kill()
    service = with_events.services.instances
    with_events.wait_until(lambda: bool(service.exit_reports(with_events.id)), "the exit report")
    assert "submit webhook failed" in repr(service.exit_reports(with_events.id))
    assert find_secrets(everything_shown(service, with_events.id)) == {}
    with_events.stop()


@pytest.mark.parametrize(
    "flags",
    [
        {"dbUri": f"postgres://user:{HUSH}%2Fdb@127.0.0.1:1/none?sslmode=disable&password={HUSH}-query"},
        {"dbKeysUri": f"postgres://user:{HUSH}-keys@127.0.0.1:1/none?sslmode=disable"},
    ],
)
def test_secrets_do_not_show_when_gowa_fails_with_them_on_its_lips(real: RealInstance, flags: JsonObject) -> None:
    real.save({**known_secrets(real.version), **flags}, EXTRA_SECRETS)
    error = real.try_start()
    assert error is not None
    assert real.services.instances.status(real.id).status is InstanceState.FAILED
    shown = everything_shown(real.services.instances, real.id)
    assert find_secrets({**shown, "error": str(error), "its parts": repr(error.__dict__)}) == {}


@pytest.mark.parametrize(
    "flags",
    [
        {"dbUri": f"postgresql://user:{HUSH}@host/db"},
        {"basicAuth": [{"username": "admin", "password": f"{HUSH}:x"}]},
        {"webhooks": [f"ftp://u:{HUSH}@x.example/?token={HUSH}"]},
        {"webhookSecret": f"{HUSH}\n"},
        {"whatsappProxy": f"socks4://u:{HUSH}@x"},
        {"webhooks": [f"https://x.example/{HUSH},b"]},
    ],
)
def test_secrets_do_not_show_in_what_is_said_about_a_wrong_one(real: RealInstance, flags: JsonObject) -> None:
    parser, version = ConfigParser(), real.version
    problems = parser.check({"flags": flags}, version)
    shown = {"sentences": json.dumps(problems)}
    try:
        real.save(flags)
    except GowaError as error:
        shown["error"] = str(error)
    else:
        assert problems == {}  # this version does not know the option
    assert find_secrets(shown) == {}


def test_secrets_do_not_show_on_the_command_line_of_the_program(real: RealInstance) -> None:
    from gowa_desktop.services.commands.command_answer import Answer  # noqa: PLC0415
    from gowa_desktop.services.commands.command_handlers import CommandHandlers  # noqa: PLC0415
    from gowa_desktop.services.commands.command_protocol import Request  # noqa: PLC0415

    real.start_with(known_secrets(real.version), EXTRA_SECRETS)
    said: list[JsonObject] = []
    handlers = CommandHandlers(real.services.instances, real.services.versions, real.services.configs)
    output = io.StringIO()
    with redirect_stdout(output), redirect_stderr(output):
        shop: JsonObject = {"name": "shop"}
        asked = [("list", {}), ("status", shop), ("logs", {**shop, "count": 1000}), ("config-show", shop)]
        for verb, fields in asked:
            handlers.handle(Request(verb, fields), Answer(said.append))
    assert len(said) >= 3
    assert find_secrets({"command line": json.dumps(said), "printed": output.getvalue()}) == {}
