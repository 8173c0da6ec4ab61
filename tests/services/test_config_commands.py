"""The verbs on settings: what they answer, what they store, and that secrets stay hidden unless they are asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.cli.command_output import instance_lines
from gowa_desktop.cli.config_output import config_table, template_table
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_answer import Answer
from gowa_desktop.services.commands.command_handlers import CommandHandlers
from gowa_desktop.services.commands.command_protocol import Request, Verb
from gowa_desktop.services.commands.instance_commands import status_to_json

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.json_types import Json, JsonObject

SECRET = "hunter2hunter2"
SIGN_IN: list[Json] = [{"username": "me", "password": SECRET}]


class Asker:
    """Asks as the command line does and collects what comes back."""

    def __init__(self, services: Services, qtbot: QtBot) -> None:
        self._handlers = CommandHandlers(services.instances, services.versions, services.configs)
        self._qtbot = qtbot
        self.told: list[str] = []
        self.result: Json = None
        self.error: JsonObject | None = None

    def __call__(self, verb: str, **arguments: Json) -> Asker:
        messages: list[JsonObject] = []
        self._handlers.handle(Request(verb, arguments), Answer(messages.append))
        self._qtbot.waitUntil(lambda: bool(messages) and "ok" in messages[-1])
        self.told = [str(message["progress"]) for message in messages if "progress" in message]
        error = messages[-1].get("error")
        self.result, self.error = messages[-1].get("result"), error if isinstance(error, dict) else None
        return self

    def rows(self) -> list[JsonObject]:
        assert isinstance(self.result, list)
        return [row for row in self.result if isinstance(row, dict)]


@pytest.fixture
def ask(services: Services, qtbot: QtBot) -> Asker:
    return Asker(services, qtbot)


def made(services: Services, name: str, flags: JsonObject | None = None) -> int:
    return services.instances.create(NewInstance(name=name, gowa_version=SIMULATOR, config={"flags": flags} if flags else {})).id


def flags_of(services: Services, name: str) -> JsonObject:
    flags = services.instances.config(services.instances.find(name).id)["flags"]
    assert isinstance(flags, dict)
    return flags


def test_show_lists_every_option_and_hides_secrets(services: Services, ask: Asker) -> None:
    one = made(services, "shop", {"debug": True, "basicAuth": SIGN_IN, "autoReply": "a\nb"})
    config = services.instances.config(one)
    services.instances.save_config(one, {**config, "env": {"MY_TOKEN": SECRET}, "args": ["--new-thing=1", "-x"], "odd": SECRET})
    rows = {str(row["key"]): row for row in ask(Verb.CONFIG_SHOW, name="shop").rows()}
    assert set(rows) == {option.key for option in services.instances.options(one)} | {"env.MY_TOKEN", "args", "/odd"}
    assert {key for key, row in rows.items() if row["is_changed"]} == {
        "debug", "basicAuth", "autoReply", "webhookSecret", "env.MY_TOKEN", "args", "/odd",
    }  # fmt: skip
    assert (rows["debug"]["value"], rows["host"]["value"], rows["debug"]["label"]) == ("on", "127.0.0.1", BY_KEY["debug"].label)
    assert SECRET not in json.dumps(ask.result)
    assert str(flags_of(services, "shop")["webhookSecret"]) not in json.dumps(ask.result)

    text = config_table(ask.rows())
    assert "*  debug " in text
    assert "   host " in text
    assert "a\\nb" in text
    assert BY_KEY["debug"].section.title in text

    revealed = {str(row["key"]): row for row in ask(Verb.CONFIG_SHOW, name="shop", reveal=True).rows()}
    assert revealed["basicAuth"]["value"] == f"me:{SECRET}"
    assert revealed["basicAuth"]["raw"] == SIGN_IN
    assert (revealed["env.MY_TOKEN"]["value"], revealed["args"]["value"], revealed["/odd"]["value"]) == (
        SECRET, "--new-thing=1 -x", f'"{SECRET}"'
    )  # fmt: skip


def test_set_tells_old_and_new_and_stores(services: Services, ask: Asker) -> None:
    made(services, "shop", {"webhooks": ["http://old.example"]})
    ask(Verb.CONFIG_SET, name="shop", set=["debug=true", "webhooks=http://a.example", "webhooks=http://b.example", "env.TZ=UTC", "args=-x"])
    assert sorted(ask.told) == sorted([
        f"shop: {BY_KEY['webhooks'].label}: http://old.example → http://a.example, http://b.example",
        f"shop: {BY_KEY['debug'].label}: off → on",
        "shop: Extra arguments: none → -x",
        "shop: Extra environment TZ: not set → UTC",
    ])  # fmt: skip
    assert [row["ok"] for row in ask.rows()] == [True]
    assert flags_of(services, "shop")["webhooks"] == ["http://a.example", "http://b.example"]
    config = services.instances.config(services.instances.find("shop").id)
    assert (config["env"], config["args"]) == ({"TZ": "UTC"}, ["-x"])

    ask(Verb.CONFIG_SET, name="shop", set=["webhooks=", "args="])
    assert "webhooks" not in flags_of(services, "shop")
    ask(Verb.CONFIG_RESET, name="shop", options=["debug", "env.TZ"])
    assert set(flags_of(services, "shop")) == {"webhookSecret"}
    assert set(services.instances.config(services.instances.find("shop").id)) == {"flags"}
    assert ask(Verb.CONFIG_RESET, name="shop", options=["debug"]).told == ["shop: nothing to change."]


def test_port_is_set_by_itself_and_applies_after_a_restart(services: Services, ask: Asker) -> None:
    one = made(services, "shop")
    before = services.instances.status(one).port
    free = services.instances.suggest_port()
    assert before != free
    ask(Verb.CONFIG_SET, name="shop", set=[f"port={free}"], preview=True)
    assert ask.told == [f"shop: Port: {before} → {free}", "Nothing was changed."]
    assert services.instances.status(one).port == before
    ask(Verb.CONFIG_SET, name="shop", set=[f"port={free}"])
    assert f"shop: Port: {before} → {free}" in ask.told
    assert services.instances.status(one).port == free


@pytest.mark.parametrize("words", [["port=x"], ["port=0"], ["port=70000"], ["port="], ["port=8001", "debug=true"]])
def test_port_that_is_none_is_refused_and_nothing_changes(services: Services, ask: Asker, words: list[Json]) -> None:
    one = made(services, "shop")
    before = services.instances.status(one).port
    for is_looking in (True, False):
        ask(Verb.CONFIG_SET, name="shop", set=words, preview=is_looking)
        assert ask.error is not None
        assert ask.told == []
    assert services.instances.status(one).port == before


def test_dry_run_changes_nothing(services: Services, ask: Asker) -> None:
    made(services, "shop")
    ask(Verb.CONFIG_SET, name="shop", set=["debug=true"], preview=True)
    assert ask.told == [f"shop: {BY_KEY['debug'].label}: off → on", "Nothing was changed."]
    assert "debug" not in flags_of(services, "shop")


def test_wrong_value_is_refused_with_the_option_named(services: Services, ask: Asker) -> None:
    made(services, "shop")
    row = ask(Verb.CONFIG_SET, name="shop", set=["presencePulseInterval=60"]).rows()[0]
    error = row["error"]
    assert row["ok"] is False
    assert isinstance(error, dict)
    assert str(error["message"]).startswith(BY_KEY["presencePulseInterval"].label)


@pytest.mark.parametrize(
    ("assignment", "hint"),
    [
        ("webhook_secret=x", "Did you mean webhookSecret?"), ("APP_DEBUG=true", "Did you mean debug?"), ("debgu=1", "Did you mean debug?"),
        ("zzzz=1", "config show"), ("debug", "OPTION=VALUE"), ("debug=maybe", "true or false"),
    ],
)  # fmt: skip
def test_mistyped_assignment_gets_a_hint(services: Services, ask: Asker, assignment: str, hint: str) -> None:
    made(services, "shop")
    error = ask(Verb.CONFIG_SET, name="shop", set=[assignment]).error
    assert error is not None
    assert hint in str(error["next_step"])


def test_running_instance_is_to_be_restarted(services: Services, ask: Asker, qtbot: QtBot) -> None:
    one = made(services, "shop")
    operation = services.instances.start(one)
    qtbot.waitUntil(lambda: operation.is_finished, timeout=20_000)
    assert ask(Verb.CONFIG_SET, name="shop", set=["debug=true"]).told[-1] == "Restart shop to apply it: gowa-desktop restart shop"
    stopped = services.instances.kill(one)
    qtbot.waitUntil(lambda: stopped.is_finished, timeout=20_000)


def test_export_and_import_show_before_they_change(services: Services, ask: Asker, tmp_path: Path) -> None:
    made(services, "shop", {"debug": True, "basicAuth": SIGN_IN})
    made(services, "other")
    path = str(tmp_path / "shop.env")
    ask(Verb.CONFIG_EXPORT, name="shop", file=path)
    assert ask.result == {
        "file": path, "format": "env", "secrets_left_out": sorted([BY_KEY["basicAuth"].label, BY_KEY["webhookSecret"].label]),
        "not_carried": [],
    }  # fmt: skip
    assert SECRET not in (tmp_path / "shop.env").read_text()
    assert ask(Verb.CONFIG_EXPORT, name="shop", file=path).error is not None
    assert ask(Verb.CONFIG_EXPORT, name="shop", file=path, with_secrets=True, force=True).error is None
    assert SECRET in (tmp_path / "shop.env").read_text()
    assert ask(Verb.CONFIG_EXPORT, name="shop", file=str(tmp_path / "x"), format="yaml").error is not None

    ask(Verb.CONFIG_IMPORT, name="other", file=path, preview=True)
    assert ask.told[-1] == "Nothing was changed."
    assert f"other: {BY_KEY['debug'].label}: off → on" in ask.told
    assert SECRET not in json.dumps(ask.told) + json.dumps(ask.result)
    assert "debug" not in flags_of(services, "other")
    ask(Verb.CONFIG_IMPORT, name="other", file=path)
    assert flags_of(services, "other") == flags_of(services, "shop")
    assert ask(Verb.CONFIG_IMPORT, name="other", file=str(tmp_path / "none")).error is not None


def test_copy_takes_all_or_chosen_options(services: Services, ask: Asker) -> None:
    made(services, "shop", {"debug": True, "os": "mine", "basicAuth": SIGN_IN})
    made(services, "a")
    made(services, "b")
    ask(Verb.CONFIG_COPY, name="shop", names=["a", "b", "A"], options=["os"])
    assert [row["name"] for row in ask.rows()] == ["a", "b"]
    assert [flags_of(services, name).get("os") for name in ("a", "b")] == ["mine", "mine"]
    assert "debug" not in flags_of(services, "a")
    ask(Verb.CONFIG_COPY, name="shop", names=["a"], with_secrets=True)
    assert flags_of(services, "a") == flags_of(services, "shop")
    assert ask(Verb.CONFIG_COPY, name="shop", names=[]).error is not None


def test_templates_are_saved_listed_applied_renamed_and_removed(services: Services, ask: Asker) -> None:
    made(services, "shop", {"debug": True})
    made(services, "other")
    assert template_table(ask(Verb.TEMPLATES).rows()).startswith("There are no templates yet.")
    ask(Verb.TEMPLATE_SAVE, name="shop", template="Talkative")
    assert ask.told == ["Saved the settings of shop as the template Talkative."]
    assert ask(Verb.TEMPLATE_SAVE, name="shop", template="talkative").error is not None
    assert ask(Verb.TEMPLATE_SAVE, name="shop", template="talkative", force=True).error is None
    ask(Verb.TEMPLATE_RENAME, template="TALKATIVE", to="Loud")
    assert template_table(ask(Verb.TEMPLATES).rows()) == f"Loud\n  {BY_KEY['debug'].label}: on"
    ask(Verb.TEMPLATE_APPLY, template="loud", names=["other"])
    assert flags_of(services, "other")["debug"] is True
    ask(Verb.TEMPLATE_REMOVE, template="Loud")
    assert ask(Verb.TEMPLATES).result == []
    assert ask(Verb.TEMPLATE_APPLY, template="Loud", names=["other"]).error is not None


def test_status_tells_what_lets_strangers_in(services: Services) -> None:
    one = made(services, "shop", {"host": "0.0.0.0"})
    shown = status_to_json(services.instances.status(one))
    assert [(e["code"], e["timing"]) for e in shown["exposures"]] == [("network", "now")]  # type: ignore[union-attr,index,call-overload]
    assert "Exposed" in instance_lines(shown)
