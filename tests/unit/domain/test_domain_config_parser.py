"""ConfigParser: what GOWA is started with, exactly, for each era; and what is refused before it starts."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.instance import DesiredState, Instance, InstanceState, LaunchSpec, ProcessIdentity
from gowa_desktop.domain.json_types import Json, JsonObject
from gowa_desktop.domain.log_lines import MASK, hide_secrets
from gowa_desktop.domain.options import BY_KEY, ENVIRONMENT_NAMES, OPTIONS
from gowa_desktop.domain.versions import GowaVersion

PROGRAM = Path("/opt/versions/gowa")
FOLDER = Path("/data/instances/7")
LOG = FOLDER / "logs" / "gowa.log"
PARSER = ConfigParser()

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=10,
)
FLAG_NAMES = st.sampled_from(["debug", "webhooks", "basicAuth", "host", "port", "dbUri", "disabledWebhooks", "basePath", "unknownKey"])
ANY_CONFIG = st.dictionaries(ANY_TEXT, JSON, max_size=3) | st.fixed_dictionaries(
    {},
    optional={
        "flags": JSON | st.dictionaries(FLAG_NAMES | ANY_TEXT, JSON, max_size=5),
        "args": JSON | st.lists(ANY_TEXT, max_size=4),
        "env": JSON | st.dictionaries(ANY_TEXT, JSON, max_size=4),
        "mine": JSON,
    },
)

LOGIN: JsonObject = {"username": "admin", "password": "pw"}

RICH: JsonObject = {
    "flags": {
        "debug": True,
        "os": "Shop",
        "basePath": "app/KEY1",
        "basicAuth": [{"username": "admin", "password": "pw-1"}, {"username": "bot", "password": "pw-2"}],
        "webhooks": ["https://a.example/h", "https://off.example/h", "https://u:hook-pw@b.example/h"],
        "disabledWebhooks": ["https://off.example/h"],
        "webhookSecret": "hush-hush",
        "autoReply": "",
        "accountValidation": False,
        "webhookEvents": ["message", "call.offer"],
        "webhookIncludeOutgoing": True,
        "presencePulseInterval": "48h",
        "chatStorageMaxOpenConns": 3,
        "myOwnKey": "kept but never passed",
    }
}


def instance_with(config: JsonObject, port: int | None = 8001, config_error: str | None = None) -> Instance:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    return Instance(7, "ABCD1234", "shop", port, InstanceState.STOPPED, DesiredState.STOPPED, config, "latest", None, when, when, config_error)


def launch(
    config: JsonObject,
    tag: str,
    inherited: Mapping[str, str] | None = None,
    prefix: tuple[str, ...] = (),
    port: int | None = 8001,
    parser: ConfigParser = PARSER,
) -> LaunchSpec:
    return parser.launch_spec(
        instance_with(config, port), GowaVersion.parse(tag), (PROGRAM, prefix), (FOLDER, LOG), inherited if inherited is not None else {}
    )


def test_parse_empty_text_is_an_empty_config() -> None:
    assert PARSER.parse("") == {}
    assert PARSER.parse("{}") == {}


def test_parse_keeps_every_key() -> None:
    stored: JsonObject = {"args": ["rest"], "flags": {"debug": True, "x": None}, "mine": [1, {"deep": "ü"}]}
    assert PARSER.parse(json.dumps(stored)) == stored


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", r"cannot be read \(line 1, column 2\)"),
        ('{"a":\n nonsense}', r"line 2, column 2"),
        ("[]", "no JSON object"),
        ("null", "no JSON object"),
        ('"text"', "no JSON object"),
        ("[" * 100_000, "cannot be read"),
        ('{"a": ' + "1" * 5000 + "}", "cannot be read"),
    ],
)
def test_parse_unreadable_text_is_refused_with_a_next_step(text: str, sentence: str) -> None:
    with pytest.raises(ConfigInvalidError, match=sentence) as caught:
        PARSER.parse(text)
    assert caught.value.next_step


@given(st.text(max_size=60) | ANY_CONFIG.map(json.dumps))
def test_parse_any_text_gives_an_object_or_is_refused(text: str) -> None:
    try:
        config = PARSER.parse(text)
    except ConfigInvalidError:
        return
    assert isinstance(config, dict)


@given(ANY_CONFIG, ANY_CONFIG)
def test_merge_keeps_unknown_keys_and_lets_overrides_win(base: JsonObject, overrides: JsonObject) -> None:
    before = json.dumps([base, overrides])
    merged = PARSER.merge(base, overrides)
    assert set(merged) == set(base) | set(overrides)
    for key in base.keys() - overrides.keys():
        assert json.dumps(merged[key]) == json.dumps(base[key])
    for key, value in overrides.items():
        if not isinstance(value, dict):
            assert json.dumps(merged[key]) == json.dumps(value)
    assert json.dumps([base, overrides]) == before


def test_merge_goes_into_objects_and_replaces_lists() -> None:
    base: JsonObject = {"flags": {"debug": True, "webhooks": ["a"], "new": {"deep": 1}}, "mine": 5}
    merged = PARSER.merge(base, {"flags": {"webhooks": ["b"], "new": {"other": 2}}})
    assert merged == {"flags": {"debug": True, "webhooks": ["b"], "new": {"deep": 1, "other": 2}}, "mine": 5}


def test_merge_result_shares_nothing_with_its_parts() -> None:
    hooks: list[Json] = ["a"]
    merged = PARSER.merge({}, {"flags": {"webhooks": hooks}})
    hooks.append("b")
    assert merged == {"flags": {"webhooks": ["a"]}}


def test_default_is_ours_before_that_of_gowa() -> None:
    assert PARSER.default(BY_KEY["host"]) == "127.0.0.1"
    assert PARSER.default(BY_KEY["mcpEnabled"]) is False
    assert PARSER.default(BY_KEY["accountValidation"]) is True
    assert PARSER.default(BY_KEY["autoReply"]) == ""
    assert PARSER.default(BY_KEY["webhooks"]) == []
    assert PARSER.default(BY_KEY["corsAllowedOrigins"], 8001) == ["http://127.0.0.1:8001", "http://localhost:8001"]


def test_default_of_dashboard_updates_is_off_once_a_shared_copy_is_there() -> None:
    option, has_copy = BY_KEY["uiAutoUpdate"], [False]
    parser = ConfigParser(lambda: has_copy[0])
    assert parser.default(option) is True
    assert "APP_UI_AUTO_UPDATE" not in launch({}, "v9.2.0", parser=parser).environment
    has_copy[0] = True
    assert parser.default(option) is False
    assert launch({}, "v9.2.0", parser=parser).environment["APP_UI_AUTO_UPDATE"] == "false"
    assert launch({"flags": {"uiAutoUpdate": True}}, "v9.2.0", parser=parser).environment["APP_UI_AUTO_UPDATE"] == "true"
    assert "APP_UI_AUTO_UPDATE" not in launch({}, "v8.11.0", parser=parser).environment


def test_value_is_the_override_or_the_default_and_an_empty_text_is_none() -> None:
    config: JsonObject = {"flags": {"debug": True, "os": "", "chatwootSignDelimiter": "", "corsAllowedOrigins": [], "basePath": None}}
    assert PARSER.value(config, BY_KEY["debug"]) is True
    assert PARSER.value(config, BY_KEY["os"]) == "GOWA"
    assert PARSER.value(config, BY_KEY["chatwootSignDelimiter"]) == ""
    assert PARSER.value(config, BY_KEY["corsAllowedOrigins"], 8001) == []
    assert PARSER.value({"flags": "damaged"}, BY_KEY["os"]) == "GOWA"
    assert [key for key in ("debug", "os", "chatwootSignDelimiter", "corsAllowedOrigins", "basePath") if PARSER.is_overridden(config, key)] == [
        "debug", "chatwootSignDelimiter", "corsAllowedOrigins",
    ]  # fmt: skip


def test_value_is_a_copy() -> None:
    config: JsonObject = {"flags": {"webhooks": ["http://a.example"]}}
    value = PARSER.value(config, BY_KEY["webhooks"])
    assert isinstance(value, list)
    value.append("http://b.example")
    assert config == {"flags": {"webhooks": ["http://a.example"]}}


def test_with_value_stores_only_what_differs_and_keeps_the_rest() -> None:
    config: JsonObject = {"mine": 1, "flags": {"future": [1], "debug": True}}
    assert PARSER.with_value(config, BY_KEY["os"], "Shop") == {"mine": 1, "flags": {"future": [1], "debug": True, "os": "Shop"}}
    assert PARSER.with_value(config, BY_KEY["debug"], value=False) == {"mine": 1, "flags": {"future": [1]}}
    own = ["http://127.0.0.1:8001", "http://localhost:8001"]
    assert PARSER.with_value({}, BY_KEY["corsAllowedOrigins"], [*own], 8001) == {}
    assert PARSER.with_value({}, BY_KEY["corsAllowedOrigins"], [], 8001) == {"flags": {"corsAllowedOrigins": []}}
    assert config == {"mine": 1, "flags": {"future": [1], "debug": True}}


def test_without_value_puts_an_option_back_to_its_default() -> None:
    assert PARSER.without_value({"flags": {"debug": True, "os": "x"}}, "debug") == {"flags": {"os": "x"}}
    assert PARSER.without_value({}, "debug") == {}


def test_webhook_rows_each_has_its_own_switch() -> None:
    config = PARSER.with_webhook_rows({"mine": 1}, [("http://a.example", True), ("http://b.example", False)])
    assert config == {"mine": 1, "flags": {"webhooks": ["http://a.example", "http://b.example"], "disabledWebhooks": ["http://b.example"]}}
    assert PARSER.webhook_rows(config) == (("http://a.example", True), ("http://b.example", False))
    assert PARSER.with_webhook_rows(config, [("http://b.example", True)]) == {"mine": 1, "flags": {"webhooks": ["http://b.example"]}}


def test_known_options_are_those_of_the_version_without_the_port() -> None:
    keys = [option.key for option in PARSER.known_options(GowaVersion("v7.11.4"))]
    assert "port" not in keys
    assert "host" not in keys
    assert "trustedProxies" in keys
    assert "webhookEvents" not in keys
    assert "mcpOauthEnabled" in [option.key for option in PARSER.known_options(GowaVersion("v99.0.0"))]
    assert len(PARSER.known_options(None)) == len(OPTIONS) - 1


def test_only_differences_drops_what_equals_the_default() -> None:
    config: JsonObject = {"mine": 1, "flags": {"debug": False, "accountValidation": True, "os": "Shop", "future": False, "host": "127.0.0.1"}}
    assert PARSER.only_differences(config, 8001) == {"mine": 1, "flags": {"os": "Shop", "future": False}}


def test_new_secrets_give_every_instance_its_own_webhook_secret() -> None:
    secrets = [PARSER.new_secrets()["flags"] for _ in range(3)]
    texts = {str(flags["webhookSecret"]) for flags in secrets if isinstance(flags, dict)}
    assert len(texts) == 3
    assert all(len(text) == 32 and text.isalnum() and text.isascii() for text in texts)
    assert len(PARSER.generate_secret(50)) == 50


@pytest.mark.parametrize(
    ("tag", "arguments", "environment", "host", "ready_path", "needs_ok"),
    [
        (
            "v5.6.1", ("--account-validation=false",), {"WHATSAPP_CHAT_STORAGE": "true", "WHATSAPP_ACCOUNT_VALIDATION": ""},
            "0.0.0.0", "/app/devices", False,
        ),
        (
            "v6.1.0", ("rest", "--account-validation=false"), {"WHATSAPP_CHAT_STORAGE": "true", "WHATSAPP_ACCOUNT_VALIDATION": ""},
            "0.0.0.0", "/app/devices", False,
        ),
        ("v6.2.0", ("rest",), {}, "0.0.0.0", "/app/devices", False),
        ("v7.11.4", ("rest",), {"APP_BASE_PATH": "app/KEY1"}, "0.0.0.0", "/app/KEY1/app/devices", False),
        (
            "v8.3.0",
            ("rest",),
            {"APP_BASE_PATH": "app/KEY1", "APP_HOST": "127.0.0.1", "WHATSAPP_WEBHOOK_EVENTS": "message,call.offer"},
            "127.0.0.1",
            "/app/KEY1/devices",
            False,
        ),
        (
            "v8.2.1",
            ("rest",),
            {
                "APP_BASE_PATH": "app/KEY1", "APP_HOST": "127.0.0.1", "WHATSAPP_WEBHOOK_EVENTS": "message,call.offer",
                "WHATSAPP_WEBHOOK_INCLUDE_OUTGOING": "true",
            },
            "127.0.0.1",
            "/app/KEY1/devices",
            False,
        ),
        (
            "v8.11.0",
            ("rest",),
            {
                "APP_BASE_PATH": "app/KEY1", "APP_HOST": "127.0.0.1", "WHATSAPP_WEBHOOK_EVENTS": "message,call.offer",
                "WHATSAPP_PRESENCE_PULSE_INTERVAL": "48h", "CHAT_STORAGE_MAX_OPEN_CONNS": "3",
            },
            "127.0.0.1",
            "/health",
            True,
        ),
        *(
            (
                tag,
                ("rest",),
                {
                    "APP_BASE_PATH": "app/KEY1", "APP_HOST": "127.0.0.1", "WHATSAPP_WEBHOOK_EVENTS": "message,call.offer",
                    "WHATSAPP_PRESENCE_PULSE_INTERVAL": "48h", "CHAT_STORAGE_MAX_OPEN_CONNS": "3", "MCP_ENABLED": "false",
                    "APP_CORS_ALLOWED_ORIGINS": "http://127.0.0.1:8001,http://localhost:8001",
                },
                "127.0.0.1",
                "/health",
                True,
            )
            for tag in ("v9.2.0", "v99.0.0", "simulator")
        ),
    ],
)  # fmt: skip
def test_launch_spec_says_each_era_exactly_what_it_understands(
    tag: str, arguments: tuple[str, ...], environment: dict[str, str], host: str, ready_path: str, needs_ok: bool
) -> None:
    spec = launch(RICH, tag)
    always = {
        "APP_PORT": "8001",
        "APP_DEBUG": "true",
        "APP_OS": "Shop",
        "APP_BASIC_AUTH": "admin:pw-1,bot:pw-2",
        "WHATSAPP_WEBHOOK": "https://a.example/h,https://u:hook-pw@b.example/h",
        "WHATSAPP_WEBHOOK_SECRET": "hush-hush",
        "WHATSAPP_ACCOUNT_VALIDATION": "false",
    }
    assert spec.arguments == arguments
    assert spec.environment == {name: text for name, text in (always | environment).items() if text}
    assert (spec.host, spec.port, spec.version) == (host, 8001, tag)
    assert (spec.ready_path, spec.ready_needs_ok) == (ready_path, needs_ok)
    assert (spec.program, spec.working_directory, spec.log_file) == (PROGRAM, FOLDER, LOG)


def test_launch_spec_plain_instance_of_the_newest_version_passes_only_safe_defaults() -> None:
    assert launch({}, "v9.2.0").environment == {
        "APP_PORT": "8001",
        "APP_HOST": "127.0.0.1",
        "MCP_ENABLED": "false",
        "APP_CORS_ALLOWED_ORIGINS": "http://127.0.0.1:8001,http://localhost:8001",
    }


def test_launch_spec_version_without_environment_is_told_everything_by_flags() -> None:
    flags: JsonObject = {
        "debug": True,
        "os": 'My "Shop", Berlin',
        "webhooks": ["https://a.example/h", 'https://b.example/?q="x"', "https://off.example"],
        "disabledWebhooks": ["https://off.example"],
        "accountValidation": False,
        "autoMarkRead": True,
    }
    spec = launch({"flags": flags}, "v5.1.0")
    assert spec.environment == {}
    assert spec.arguments == (
        "--port=8001", "--debug=true", '--os=My "Shop", Berlin', "--account-validation=false",
        '--webhook=https://a.example/h,"https://b.example/?q=""x"""',
    )  # fmt: skip


def test_launch_spec_version_without_environment_gets_no_secret_as_an_argument() -> None:
    assert launch({"flags": {"webhookSecret": "hush"}}, "v5.1.0").arguments == ("--port=8001", "--os=GOWA")
    for flags in (
        {"basicAuth": [{"username": "a", "password": "pw"}]},
        {"webhookSecret": "hush", "webhooks": ["https://a.example"]},
        {"webhooks": ["https://a.example/?token=abc"]},
    ):
        with pytest.raises(ConfigInvalidError, match=r"Use v5\.2\.0 or newer"):
            launch({"flags": cast("JsonObject", flags)}, "v5.1.0")


def test_launch_spec_plain_instance_of_version_7_says_port_and_name_only() -> None:
    spec = launch({}, "v7.11.4")
    assert spec.environment == {"APP_PORT": "8001", "APP_OS": "GOWA"}
    assert spec.ready_path == "/app/devices"


def test_launch_spec_base_path_is_ignored_by_versions_without_it() -> None:
    assert launch({"flags": {"basePath": "/x/"}}, "v7.3.0").ready_path == "/app/devices"
    assert launch({"flags": {"basePath": "/x/"}}, "v7.4.0").ready_path == "/x/app/devices"
    assert launch({"flags": {"basePath": "/x/"}}, "v8.4.0").ready_path == "/health"


@pytest.mark.parametrize("tag", ["v5.2.0", "v5.6.1", "v6.2.0", "v7.11.4", "v8.3.0", "v8.11.0", "v9.2.0", "v99.0.0"])
def test_launch_spec_secrets_are_never_arguments(tag: str) -> None:
    words = " ".join(launch(RICH, tag).arguments)
    for secret in ("pw-1", "pw-2", "hook-pw", "hush-hush"):
        assert secret not in words


def test_launch_spec_prefix_of_the_command_comes_first() -> None:
    assert launch({}, "simulator", prefix=("-I", "sim.py")).arguments == ("-I", "sim.py", "rest")


def test_launch_spec_host_of_the_config_is_where_it_listens() -> None:
    spec = launch({"flags": {"host": "0.0.0.0"}}, "v9.2.0")
    assert spec.host == "0.0.0.0"
    assert spec.environment["APP_HOST"] == "0.0.0.0"


@pytest.mark.parametrize("tag", ["v5.0.0", "v5.6.1", "v7.11.4", "v9.2.0"])
def test_launch_spec_empty_values_are_never_passed(tag: str) -> None:
    flags: JsonObject = {"autoReply": "", "webhooks": [], "basicAuth": [], "os": "", "presencePulseInterval": "", "basePath": ""}
    spec = launch({"flags": flags}, tag)
    assert all(spec.environment.values())
    assert not [word for word in spec.arguments if word.endswith("=")]


@pytest.mark.parametrize("tag", ["v8.8.0", "v9.2.0"])
def test_launch_spec_text_that_must_be_empty_is_a_flag_because_an_empty_variable_counts_as_unset(tag: str) -> None:
    spec = launch({"flags": {"chatwootSignDelimiter": ""}}, tag)
    assert spec.arguments == ("rest", "--chatwoot-sign-delimiter=")
    assert "CHATWOOT_SIGN_DELIMITER" not in spec.environment


def test_launch_spec_switch_that_the_environment_cannot_switch_off_is_a_flag() -> None:
    assert launch({"flags": {"accountValidation": False}}, "v6.1.0").arguments == ("rest", "--account-validation=false")
    assert launch({"flags": {"accountValidation": False}}, "v6.1.1").arguments == ("rest",)
    assert launch({"flags": {"accountValidation": False}}, "v6.1.1").environment["WHATSAPP_ACCOUNT_VALIDATION"] == "false"


def test_launch_spec_all_webhooks_switched_off_passes_none() -> None:
    config: JsonObject = {"flags": {"webhooks": ["http://a.example"], "disabledWebhooks": ["http://a.example", "http://b.example"]}}
    assert "WHATSAPP_WEBHOOK" not in launch(config, "v9.2.0").environment


@pytest.mark.parametrize("tag", ["v5.0.0", "v9.2.0"])
def test_launch_spec_inherits_only_what_a_program_needs(tag: str) -> None:
    needed = {"PATH": "/usr/bin", "HOME": "/home/me", "LANG": "de_DE.UTF-8", "LC_ALL": "C", "SystemRoot": "C:\\Windows", "https_proxy": "p"}
    harmful = {
        "LD_LIBRARY_PATH": "/frozen", "LD_PRELOAD": "x.so", "QT_PLUGIN_PATH": "/frozen", "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": "/x", "PYTHONHOME": "/x", "_MEIPASS": "/x", "_MEIPASS2": "/x", "_PYI_ARCHIVE_FILE": "/x", "VIRTUAL_ENV": "/x",
        "PORT": "1", "ADMIN_PASSWORD": "top secret", "DYLD_INSERT_LIBRARIES": "x",
    }  # fmt: skip
    gowa = dict.fromkeys(ENVIRONMENT_NAMES, "someone else's")
    spec = launch({}, tag, inherited=needed | harmful | gowa)
    own = set(launch({}, tag).environment)
    assert {name: value for name, value in spec.environment.items() if name not in own} == needed
    assert "someone else's" not in spec.environment.values()


def test_launch_spec_extra_variables_are_passed_and_gowa_settings_win() -> None:
    extra: JsonObject = {"MY_TOOLS": "/opt/x", "COUNT": 5, "ON": True, "NOTHING": None, "APP_PORT": "1", "APP_DEBUG": "1", "PATH": "/tools"}
    spec = launch({"env": extra}, "v9.2.0", inherited={"PATH": "/usr/bin"})
    assert spec.environment["MY_TOOLS"] == "/opt/x"
    assert spec.environment["COUNT"] == "5"
    assert spec.environment["ON"] == "true"
    assert spec.environment["PATH"] == "/tools"
    assert spec.environment["APP_PORT"] == "8001"
    assert spec.environment["APP_DEBUG"] == "true"


@pytest.mark.parametrize(
    ("env", "names"),
    [
        ("A=1 B=x=y nonsense", {"A": "1", "B": "x=y"}),
        ({"A": "1", "APP_OS": "Shop"}, {"A": "1", "APP_OS": "Shop"}),
        ("APP_BASIC_AUTH=a:b,c:d DB_URI=file:x.db", {"APP_BASIC_AUTH": "a:b,c:d", "DB_URI": "file:x.db"}),
        ({"APP_OS": ""}, {}),
    ],
)
@pytest.mark.parametrize("key", ["env", "envVars"])
def test_launch_spec_older_shapes_of_extra_environment_are_read(key: str, env: Json, names: dict[str, str]) -> None:
    environment = launch({key: env}, "v9.2.0").environment
    plain = launch({}, "v9.2.0").environment
    assert {name: value for name, value in environment.items() if name not in plain} == names


@pytest.mark.parametrize(
    ("args", "passed"),
    [
        (["rest", "--port=PORT"], ()),
        (["rest", "--port=PORT", "--new-thing=me"], ("--new-thing=me",)),
        (["rest", "--port", "PORT", "--x=1"], ("--x=1",)),
        (["-p=8000", "--x"], ("--x",)),
        (["-p", "8000", "--x"], ("--x",)),
        (["-p8000", "--portable", "-xretty"], ("--portable", "-xretty")),
        (["--x=1", "--port"], ("--x=1",)),
        (["--debug=true", "--x=1"], ("--x=1",)),
        ("rest --port=PORT --a  --b=c", ("--a", "--b=c")),
        (None, ()),
        ([], ()),
    ],
)
def test_launch_spec_stored_args_lose_subcommand_and_port_only(args: Json, passed: tuple[str, ...]) -> None:
    assert launch({"args": args}, "v9.2.0").arguments == ("rest", *passed)
    assert launch({"args": args}, "v5.6.1").arguments == passed


def test_launch_spec_flags_among_stored_args_become_options_and_give_way_to_stored_ones() -> None:
    config: JsonObject = {"args": ["rest", "--debug=true", "-b=a:one,b:two", "--os=Old", "-w=https://x.example"], "flags": {"os": "New"}}
    environment = launch(config, "v9.2.0").environment
    assert environment["APP_DEBUG"] == "true"
    assert environment["APP_BASIC_AUTH"] == "a:one,b:two"
    assert environment["WHATSAPP_WEBHOOK"] == "https://x.example"
    assert environment["APP_OS"] == "New"


def test_launch_spec_unreadable_config_is_refused() -> None:
    instance = instance_with({}, config_error="The stored settings cannot be read (line 1, column 2).")
    with pytest.raises(ConfigInvalidError, match=r"line 1, column 2\)") as caught:
        PARSER.launch_spec(instance, GowaVersion("v9.2.0"), (PROGRAM, ()), (FOLDER, LOG), {})
    assert caught.value.next_step


def test_launch_spec_without_port_is_refused() -> None:
    with pytest.raises(ConfigInvalidError, match="has no port"):
        launch({}, "v9.2.0", port=None)


def test_launch_spec_wrong_value_is_refused_and_names_its_option() -> None:
    with pytest.raises(ConfigInvalidError, match="presencePulseInterval: Add a unit: 60s"):
        launch({"flags": {"presencePulseInterval": "60"}}, "v9.2.0")


def test_adopted_spec_describes_what_runs() -> None:
    identity = ProcessIdentity(42, 1.0, "/opt/gowa", "/data/instances/7", 8001, "v8.2.0", "/data/log", 5, 2.0, "0.0.0.0")
    spec = PARSER.adopted_spec(identity, GowaVersion("v8.2.0"), "/app/K")
    assert (spec.program, spec.working_directory, spec.log_file) == (Path("/opt/gowa"), Path("/data/instances/7"), Path("/data/log"))
    assert (spec.host, spec.port, spec.ready_path, spec.ready_needs_ok) == ("0.0.0.0", 8001, "/app/K/devices", False)
    assert PARSER.adopted_spec(identity, GowaVersion("v9.2.0"), "/app/K").ready_path == "/health"


@pytest.mark.parametrize(
    ("config", "key", "sentence"),
    [
        ({"flags": {"basicAuth": [{"username": "a", "password": "x,y"}]}}, "basicAuth[0]", "cannot contain a comma"),
        ({"flags": {"basicAuth": [LOGIN, {"username": "a", "password": "x:y"}]}}, "basicAuth[1]", "cannot contain a comma, colon"),
        ({"flags": {"basicAuth": "admin:pw"}}, "basicAuth", "no list"),
        ({"flags": {"webhooks": ["http://ok.example", "http://x.example/a,b"]}}, "webhooks[1]", "Write %2C instead"),
        ({"flags": {"presencePulseDuration": "60"}}, "presencePulseDuration", "60s for seconds, 60m"),
        ({"flags": {"presencePulseDuration": "1d"}}, "presencePulseDuration", "knows no days"),
        ({"flags": {"chatwootInboxId": "x"}}, "chatwootInboxId", "no whole number"),
        ({"flags": {"debug": "yes"}}, "debug", "neither true nor false"),
        ({"flags": {"host": "my host"}}, "host", "such as 127.0.0.1"),
        ({"flags": {"port": "8001"}}, "port", "set for the instance itself"),
        ({"flags": {"port": 8001}}, "port", "set for the instance itself"),
        ({"flags": ["debug"]}, "flags", "no JSON object"),
        ({"flags": {"disabledWebhooks": "x"}}, "disabledWebhooks", "no list of addresses"),
        (
            {"flags": {"mcpEnabled": True, "mcpOauthEnabled": True, "mcpOauthIssuerUrl": "https://x.example"}},
            "mcpOauthEnabled",
            "without a sign-in",
        ),
        ({"flags": {"mcpEnabled": True, "mcpOauthEnabled": True, "basicAuth": [LOGIN]}}, "mcpOauthIssuerUrl", "needs the public https"),
        (
            {
                "flags": {
                    "mcpEnabled": True,
                    "mcpOauthEnabled": True,
                    "basicAuth": [LOGIN],
                    "mcpOauthIssuerUrl": "https://x.example",
                    "mcpOauthResourceUrl": "https://y.example/mcp",
                }
            },
            "mcpOauthResourceUrl",
            "same host and port",
        ),
        ({"args": ["--x=1", "--y=a\x00b"]}, "args[1]", "NUL"),
        ({"args": "--x=1"}, "args", "no list"),
        ({"args": ["--x=\udc80"]}, "args[0]", "no text"),
        ({"args": [5]}, "args[0]", "no text"),
        ({"args": ["--debug=true"]}, "args[0]", "--debug has an option of its own: set “Debug output” instead"),
        ({"args": ["-d"]}, "args[0]", "“Debug output”"),
        ({"args": ["-b=a:b"]}, "args[0]", "“Sign-ins”"),
        ({"args": ["-wx"]}, "args[0]", "“Webhook addresses”"),
        ({"args": ["--port=1"]}, "args[0]", "port is set for the instance itself"),
        ({"args": ["-p"]}, "args[0]", "port is set for the instance itself"),
        ({"args": ["false"]}, "args[0]", "GOWA ignores words"),
        ({"args": ["--x", "value", "more"]}, "args[2]", "GOWA ignores words"),
        ({"args": [""]}, "args[0]", "GOWA ignores words"),
        ({"args": ["--"]}, "args[0]", "GOWA ignores words"),
        ({"args": ["--help"]}, "args[0]", "prints its help"),
        ({"args": ["--new-api-token=abc"]}, "args[0]", "seen by everybody"),
        ({"args": ["--x=" + "y" * 30_001]}, "args[0]", "longer than"),
        ({"env": ["A=b"]}, "env", "no list of names and values"),
        ({"env": {"": "x"}}, "env[]", "no name"),
        ({"env": {"A=B": "x"}}, "env[A=B]", "no name"),
        ({"env": {"A B": "x"}}, "env[A B]", "no name"),
        ({"env": {"A": "x\x00"}}, "env[A]", "NUL"),
        ({"env": {"A": "\ud800"}}, "env[A]", "no text"),
        ({"env": {"A": ["x"]}}, "env[A]", "no text"),
        ({"env": {"A": "x" * 30_001}}, "env[A]", "longer than"),
        ({"env": {"APP_DEBUG": "true"}}, "env[APP_DEBUG]", "APP_DEBUG has an option of its own: set “Debug output” instead"),
        ({"env": {"app_debug": "true"}}, "env[app_debug]", "“Debug output”"),
        ({"env": {"APP_PORT": "1"}}, "env[APP_PORT]", "port is set for the instance itself"),
        ({"env": {f"N{i}": "x" * 29_000 for i in range(20)}}, "flags", "too large for a process"),
    ],
)
def test_check_wrong_setting_gives_a_sentence_under_its_key(config: JsonObject, key: str, sentence: str) -> None:
    problems = PARSER.check(config)
    assert list(problems) == [key]
    assert sentence in problems[key]
    assert problems[key].endswith(".")
    with pytest.raises(ConfigInvalidError, match=f"^{re.escape(key)}: "):
        PARSER.validate(config)


def test_check_options_that_the_version_does_not_know_cannot_be_wrong() -> None:
    config: JsonObject = {"flags": {"corsAllowedOrigins": ["nonsense"], "debug": 5}}
    assert set(PARSER.check(config)) == {"corsAllowedOrigins[0]", "debug"}
    assert set(PARSER.check(config, GowaVersion("v9.2.0"))) == {"corsAllowedOrigins[0]", "debug"}
    assert set(PARSER.check(config, GowaVersion("v7.11.4"))) == {"debug"}


def test_check_every_problem_is_told_at_once() -> None:
    problems = PARSER.check({"flags": {"debug": 1, "os": 2, "autoReply": "fine"}, "args": ["--x", "\x00"]})
    assert set(problems) == {"debug", "os", "args[1]"}


def test_check_unknown_keys_and_good_values_pass() -> None:
    PARSER.validate(RICH)
    assert PARSER.check({"flags": {"futureOption": {"any": 1}}, "mine": object.__name__, "env": {"A": "b"}, "args": ["--x"]}) == {}


@given(ANY_CONFIG)
def test_check_any_json_gives_sentences_or_a_launch_that_the_system_can_take(config: JsonObject) -> None:
    problems = PARSER.check(config)
    assert all(problem.strip() for problem in problems.values())
    if problems:
        return
    for tag in ("v5.2.0", "v9.2.0"):
        try:
            spec = launch(config, tag)
        except ConfigInvalidError:
            continue  # this version or the older shape of the config says more
        for text in (*spec.arguments, *spec.environment, *spec.environment.values()):
            assert "\x00" not in text
            text.encode("utf-8")
        assert all("=" not in name for name in spec.environment)


@given(ANY_CONFIG)
def test_connection_and_secrets_take_any_json(config: JsonObject) -> None:
    details = PARSER.connection(instance_with(config), GowaVersion("v9.2.0"))
    assert details.base_url.startswith("http://")
    assert details.curl(masked=True).startswith("curl ")
    assert all(PARSER.secrets(config))


def test_apply_assignment_sets_a_switch_and_keeps_the_rest() -> None:
    before: JsonObject = {"args": ["rest"], "mine": 1, "flags": {"os": "Shop", "unknown": [1]}}
    after = PARSER.apply_assignment(before, "debug=true")
    assert after == {"args": ["rest"], "mine": 1, "flags": {"os": "Shop", "unknown": [1], "debug": True}}
    assert before["flags"] == {"os": "Shop", "unknown": [1]}


def test_apply_assignment_repeated_lists_grow() -> None:
    config: JsonObject = {}
    for assignment in ("webhooks=http://a.example/x?y=z", "webhooks=http://b.example", "basicAuth=admin:one", "basicAuth=bot:two"):
        config = PARSER.apply_assignment(config, assignment)
    assert config == {
        "flags": {
            "webhooks": ["http://a.example/x?y=z", "http://b.example"],
            "basicAuth": [{"username": "admin", "password": "one"}, {"username": "bot", "password": "two"}],
        }
    }


def test_apply_assignment_text_may_hold_equals_signs_and_nothing() -> None:
    config = PARSER.apply_assignment({}, " autoReply =a=b")
    assert config == {"flags": {"autoReply": "a=b"}}
    assert PARSER.apply_assignment(config, "autoReply=") == {"flags": {"autoReply": ""}}


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("debug", "“debug” is no setting. Write OPTION=VALUE"),
        ("", "is no setting"),
        ("webhook=http://x", "no option named “webhook”. Did you mean webhooks?"),
        ("auto-mark-read=true", "Did you mean autoMarkRead?"),
        ("WEBHOOK_SECRET=x", "Did you mean webhookSecret?"),
        ("nonsense=1", "Options are named as in the config"),
        ("=1", "no option named “”"),
        ("debug=maybe", "neither true nor false"),
        ("basicAuth=admin", "needs a user and a password"),
        ("basicAuth=admin:p:w", "cannot contain a comma, colon"),
        ("webhooks=http://x.example/a,b", "Write %2C"),
        ("webhooks=", "entry is empty"),
        ("presencePulseInterval=60", "Add a unit"),
        ("chatwootInboxId=x", "no whole number"),
        ("port=80", "set for the instance itself"),
        ("os=a\udcffb", "no text"),
    ],
)
def test_apply_assignment_wrong_one_is_refused_with_advice(assignment: str, message: str) -> None:
    with pytest.raises(ConfigInvalidError) as caught:
        PARSER.apply_assignment({}, assignment)
    assert message in str(caught.value)
    assert caught.value.next_step


@given(ANY_CONFIG, ANY_TEXT | st.tuples(FLAG_NAMES, ANY_TEXT).map("=".join))
def test_apply_assignment_any_json_and_text_is_stored_or_refused(config: JsonObject, assignment: str) -> None:
    try:
        changed = PARSER.apply_assignment(config, assignment)
    except ConfigInvalidError:
        return
    assert PARSER.check(PARSER.normalize(changed)) == {}
    assert changed.keys() - {"flags"} == config.keys() - {"flags"}


def test_secrets_are_those_of_every_secret_option() -> None:
    config: JsonObject = {
        "flags": {
            "basicAuth": [{"username": "admin", "password": "pw-1"}],
            "webhooks": ["https://u:hook-pw@x.example", "https://y.example/path"],
            "webhookSecret": "abc://def",
            "dbUri": "postgres://u:pg/pw@host/db",
            "whatsappProxy": "socks5://u:proxy-pw@host:1",
            "uiGithubToken": "ghp_x",
            "chatwootApiToken": 5,
            "os": "not a secret",
            "unknown": "not one either",
        }
    }
    assert PARSER.secrets(config) >= {"pw-1", "hook-pw", "abc://def", "pg/pw", "proxy-pw", "ghp_x"}
    assert not {text for text in PARSER.secrets(config) if "not" in text or "example" in text}


def test_redact_masks_every_secret_also_inside_others() -> None:
    config: JsonObject = {"flags": {"webhookSecret": "secret-long", "basicAuth": [{"username": "a", "password": "secret"}]}}
    shown = hide_secrets("x secret-long y secret z", PARSER.secrets(config))
    assert shown == f"x {MASK} y {MASK} z"


SECRET_TEXT = st.text(st.characters(codec="utf-8", exclude_characters=MASK), min_size=3, max_size=12)


@given(st.lists(SECRET_TEXT, min_size=1, max_size=3), SECRET_TEXT, st.lists(st.integers(0, 4) | st.text(max_size=5), max_size=12))
def test_redact_leaves_no_secret_in_any_text(passwords: list[str], token: str, parts: list[int | str]) -> None:
    config: JsonObject = {"flags": {"basicAuth": [{"username": "u", "password": password} for password in passwords], "webhookSecret": token}}
    hidden = [*passwords, token]
    text = "".join(hidden[part % len(hidden)] if isinstance(part, int) else part for part in parts)
    shown = hide_secrets(text, PARSER.secrets(config))
    assert not [secret for secret in hidden if secret in shown]


@pytest.mark.parametrize(
    ("flags", "tag", "base_url"),
    [
        ({}, "v9.2.0", "http://127.0.0.1:8001"),
        ({}, None, "http://127.0.0.1:8001"),
        ({"host": "0.0.0.0"}, "v9.2.0", "http://127.0.0.1:8001"),
        ({"host": "::"}, "v9.2.0", "http://127.0.0.1:8001"),
        ({"host": "localhost"}, "v9.2.0", "http://127.0.0.1:8001"),
        ({"host": "::1"}, "v9.2.0", "http://[::1]:8001"),
        ({"host": "192.168.1.5"}, "v9.2.0", "http://192.168.1.5:8001"),
        ({"host": "192.168.1.5"}, "v7.11.4", "http://127.0.0.1:8001"),
        ({"basePath": "/app/K/"}, "v9.2.0", "http://127.0.0.1:8001/app/K"),
        ({"basePath": "app/K"}, None, "http://127.0.0.1:8001/app/K"),
        ({"basePath": "app/K"}, "v7.4.0", "http://127.0.0.1:8001/app/K"),
        ({"basePath": "app/K"}, "v7.3.0", "http://127.0.0.1:8001"),
    ],
)
def test_connection_base_url_is_one_that_answers(flags: JsonObject, tag: str | None, base_url: str) -> None:
    version = GowaVersion.parse(tag) if tag else None
    assert PARSER.connection(instance_with({"flags": flags}), version).base_url == base_url


@pytest.mark.parametrize(("tag", "host"), [("v9.2.0", "192.168.1.5"), ("v8.0.0", "192.168.1.5"), ("v7.11.4", "0.0.0.0"), (None, "192.168.1.5")])
def test_host_is_what_the_version_makes_of_it(tag: str | None, host: str) -> None:
    instance = instance_with({"flags": {"host": "192.168.1.5"}})
    assert PARSER.host(instance, GowaVersion.parse(tag) if tag else None) == host


def test_connection_curl_masked_hides_the_password_and_clear_shows_it() -> None:
    config: JsonObject = {"flags": {"basicAuth": [{"username": "admin", "password": "it's $5"}]}}
    details = PARSER.connection(instance_with(config), GowaVersion("v9.2.0"))
    assert details.users == (("admin", "it's $5"),)
    assert details.curl(masked=True) == f"curl -u admin:{MASK} http://127.0.0.1:8001/devices"
    assert details.curl(masked=False) == """curl -u 'admin:it'"'"'s $5' http://127.0.0.1:8001/devices"""


def test_connection_curl_is_safe_in_a_shell_whatever_the_base_path() -> None:
    details = PARSER.connection(instance_with({"flags": {"basePath": "a b;reboot"}}), None)
    assert details.curl(masked=False) == "curl 'http://127.0.0.1:8001/a b;reboot/devices'"


def test_connection_old_versions_are_asked_for_devices_where_they_answer() -> None:
    details = PARSER.connection(instance_with({}), GowaVersion("v7.11.4"))
    assert details.curl(masked=True) == "curl http://127.0.0.1:8001/app/devices"


def test_connection_lists_the_webhooks_that_are_on() -> None:
    assert PARSER.connection(instance_with(RICH), None).webhooks == ("https://a.example/h", "https://u:hook-pw@b.example/h")
