"""What front ends show of a config: previews and differences, always free of secrets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.config_changes import OptionChange
from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.help_options import options_in_help
from gowa_desktop.domain.instance import DesiredState, Instance, InstanceState
from gowa_desktop.domain.launched_config import changed_since, remember
from gowa_desktop.domain.log_lines import MASK
from gowa_desktop.domain.versions import GowaVersion

if TYPE_CHECKING:
    from gowa_desktop.domain.config_changes import LaunchPreview
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option

PARSER = ConfigParser()
V9 = GowaVersion("v9.2.0")
NEXT = GowaVersion("v9.9.0")
NEW = options_in_help('   --gateway-mode string   how (default "slow")\n   --gateway-token string   x\n   --gateway-hosts strings   y\n', NEXT)


def preview(config: JsonObject, version: GowaVersion = V9, discovered: tuple[Option, ...] = ()) -> LaunchPreview:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    instance = Instance(7, "ABCD1234", "shop", 8001, InstanceState.STOPPED, DesiredState.STOPPED, config, "latest", None, when, when)
    return PARSER.preview(instance, version, (Path("/opt/gowa"), ()), discovered)


SECRETIVE: JsonObject = {
    "flags": {
        "basicAuth": [{"username": "admin", "password": "hush-1"}],
        "webhooks": ["https://u:hush-2@x.example/?token=hush-3"],
        "webhookSecret": "hush-4",
        "dbUri": "postgres://u:hush-5@host/db",
        "whatsappProxy": "socks5://u:hush-6@host:1080",
        "chatwootApiToken": "hush-7",
    },
    "args": ["--new-thing=http://u:hush-8@x"],
    "env": {"SMTP_PASSWORD": "hush-9", "MY_TOOLS": "/opt"},
}


@pytest.mark.parametrize("tag", ["v5.0.0", "v5.6.1", "v7.11.4", "v9.2.0"])
def test_preview_shows_the_launch_without_any_secret(tag: str) -> None:
    shown = preview(SECRETIVE, GowaVersion(tag))
    assert "hush" not in repr(shown)
    assert MASK in repr(shown)


def test_preview_names_only_what_we_set() -> None:
    shown = preview({"flags": {"debug": True, "basicAuth": [{"username": "admin", "password": "x"}]}, "env": {"MY_TOOLS": "/opt"}})
    assert shown.program == "/opt/gowa"
    assert shown.arguments == ("rest",)
    assert dict(shown.environment) == {
        "APP_BASIC_AUTH": f"admin:{MASK}", "APP_CORS_ALLOWED_ORIGINS": "http://127.0.0.1:8001,http://localhost:8001", "APP_DEBUG": "true",
        "APP_HOST": "127.0.0.1", "APP_PORT": "8001", "MCP_ENABLED": "false", "MY_TOOLS": "/opt",
    }  # fmt: skip


def test_preview_of_values_that_are_refused_does_not_fail() -> None:
    flags: JsonObject = {"debug": "perhaps", "basicAuth": "x", "webhooks": [5, {"a": 1}], "uiUpdateInterval": []}
    bad: JsonObject = {"flags": flags, "args": 5, "env": [1]}
    assert preview(bad).arguments == ("rest",)


def test_discovered_options_travel_as_flags_and_lists_as_csv() -> None:
    config: JsonObject = {"flags": {"gatewayMode": "fast one", "gatewayHosts": ["a,b", 'c"d', "e"], "stranger": 1}}
    assert preview(config, NEXT, NEW).arguments == ("rest", "--gateway-mode=fast one", '--gateway-hosts="a,b","c""d",e')
    assert PARSER.check(config, NEXT, NEW) == {}


def test_discovered_secret_is_refused_because_arguments_can_be_seen() -> None:
    problems = PARSER.check({"flags": {"gatewayToken": "abc"}}, NEXT, NEW)
    assert "everybody on this computer can read" in problems["gatewayToken"]


def test_discovered_flags_and_extra_arguments_clash() -> None:
    assert "“Gateway mode”" in PARSER.check({"args": ["--gateway-mode=x"]}, NEXT, NEW)["args[0]"]
    assert PARSER.check({"args": ["--gateway-mode=x"]}, NEXT) == {}


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ({}, {}, []),
        ({"flags": {"debug": False}}, {}, []),
        ({}, {"flags": {"debug": True}}, [("debug", "Debug output", "off", "on")]),
        ({"flags": {"os": "A"}}, {"flags": {"os": "B"}}, [("os", "Device name", "A", "B")]),
        ({"flags": {"os": "A"}}, {"flags": {"os": ""}}, [("os", "Device name", "A", "GOWA")]),
        (
            {"flags": {"webhookSecret": "one"}},
            {"flags": {"webhookSecret": "two"}},
            [("webhookSecret", "Webhook secret", MASK, f"{MASK} (changed)")],
        ),
        (
            {"flags": {"basicAuth": [{"username": "a", "password": "x"}]}},
            {"flags": {"basicAuth": []}},
            [("basicAuth", "Sign-ins", f"a:{MASK}", "not set")],
        ),
        (
            {"flags": {"webhooks": ["https://a.example", "https://b.example"]}},
            {"flags": {"webhooks": ["https://a.example", "https://b.example"], "disabledWebhooks": ["https://b.example"]}},
            [("disabledWebhooks", "Webhooks switched off", "not set", "https://b.example")],
        ),
        ({"flags": {"stranger": 1}}, {"flags": {"stranger": 2}}, [("stranger", "stranger", "set", "set (changed)")]),
        ({"args": ["--a=1"]}, {}, [("args", "Extra arguments", "--a=1", "none")]),
        (
            {"env": {"A": "1", "API_KEY": "x"}},
            {"env": {"A": "2", "API_KEY": "y", "B": "3"}},
            [
                ("env[A]", "Extra environment A", "1", "2"),
                ("env[API_KEY]", "Extra environment API_KEY", MASK, f"{MASK} (changed)"),
                ("env[B]", "Extra environment B", "not set", "3"),
            ],
        ),
        ({"args": ["rest", "--debug=true"]}, {"flags": {"debug": True}}, []),
    ],
)
def test_differences_are_told_in_words(old: JsonObject, new: JsonObject, changes: list[tuple[str, str, str, str]]) -> None:
    assert PARSER.differences(old, new, 8001) == tuple(OptionChange(*change) for change in changes)


def default(option: Option) -> Json:
    return PARSER.default(option, 8001)


def test_changed_since_nothing_when_nothing_changed() -> None:
    launched = remember(SECRETIVE, 8001, V9, "salt")
    assert changed_since(launched, SECRETIVE, 8001, V9, default) == ()


def test_remembered_launch_has_no_secret_in_it() -> None:
    assert "hush" not in repr(remember(SECRETIVE, 8001, V9, "salt"))


@pytest.mark.parametrize(
    ("before", "now", "changes"),
    [
        ({}, {"flags": {"debug": True}}, [("debug", "off", "on")]),
        ({"flags": {"debug": True}}, {}, [("debug", "on", "off")]),
        ({"flags": {"host": "0.0.0.0"}}, {}, [("host", "0.0.0.0", "127.0.0.1")]),
        ({"flags": {"webhookSecret": "a"}}, {"flags": {"webhookSecret": "b"}}, [("webhookSecret", MASK, f"{MASK} (changed)")]),
        ({"flags": {"accountValidation": True}}, {}, []),
        ({}, {"flags": {"accountValidation": True}}, []),
        ({}, {"flags": {"chatStorage": False, "stranger": 1}}, []),
        (
            {"flags": {"webhooks": ["https://a.example", "https://b.example"]}},
            {"flags": {"webhooks": ["https://a.example", "https://b.example"], "disabledWebhooks": ["https://b.example"]}},
            [("webhooks", "https://a.example, https://b.example", "https://a.example")],
        ),
        ({"args": ["--a"]}, {"args": ["--b"]}, [("args", "--a", "--b")]),
        ({"env": {"A": "1"}}, {"env": {"B": "1"}}, [("env[B]", "not set", "1"), ("env[A]", "1", "not set")]),
    ],
)
def test_changed_since_tells_what_a_restart_would_change(before: JsonObject, now: JsonObject, changes: list[tuple[str, str, str]]) -> None:
    launched = remember(before, 8001, V9, "salt")
    found = changed_since(launched, now, 8001, V9, default)
    assert [(change.key, change.old_text, change.new_text) for change in found] == changes
    assert all(change.label for change in found)


def test_changed_since_port_and_version_count_too() -> None:
    launched = remember({}, 8001, V9, "salt")
    found = changed_since(launched, {}, 8002, NEXT, default)
    assert [(c.key, c.old_text, c.new_text) for c in found] == [("gowaVersion", "v9.2.0", "v9.9.0"), ("port", "8001", "8002")]


@pytest.mark.parametrize("damaged", [{}, {"salt": 5, "parts": {}}, {"salt": "x", "parts": []}])
def test_changed_since_a_damaged_record_tells_nothing(damaged: JsonObject) -> None:
    assert changed_since(damaged, {"flags": {"debug": True}}, 8001, V9, default) == ()


def test_changed_since_discovered_options_count() -> None:
    launched = remember({"flags": {"gatewayMode": "a"}}, 8001, NEXT, "salt", NEW)
    found = changed_since(launched, {"flags": {"gatewayMode": "b"}}, 8001, NEXT, default, NEW)
    assert [(c.key, c.label, c.old_text, c.new_text) for c in found] == [("gatewayMode", "Gateway mode", "a", "b")]
