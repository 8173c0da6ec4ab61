"""Settings as a file: what is written is read back the same, secrets stay out unless asked for, and any text is read or refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.config_files import FileFormat, export_settings, import_settings
from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.config_values import active_webhooks, flags_of
from gowa_desktop.domain.dotenv import parse_dotenv, quoted
from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.json_types import JsonObject
from gowa_desktop.domain.option_values import env_text
from gowa_desktop.domain.options import BY_ENVIRONMENT, BY_KEY
from tests.unit.domain.config_strategies import valid_configs

JSON, ENV = FileFormat.JSON, FileFormat.ENV
PLAIN: JsonObject = {
    "flags": {
        "debug": True,
        "os": "My shop",
        "webhooks": ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"],
        "presencePulseInterval": "48h",
        "chatwootInboxId": 7,
        "autoReply": "Back at 8 #soon, $5 'only'\nSee you",
    }
}
SECRETS: JsonObject = {
    "flags": {
        "basicAuth": [{"username": "me", "password": "HIDDEN-1"}],
        "webhookSecret": "HIDDEN-2",
        "webhooks": ["https://me:HIDDEN-3@hooks.example/"],
        "whatsappProxy": "socks5://me:HIDDEN-4@proxy.example:1080",
        "dbUri": "postgres://me:HIDDEN-5@db.example/wa",
        "ofTomorrow": "HIDDEN-6",
        "os": "shop",
    },
    "args": ["--new-token=HIDDEN-7"],
    "env": {"MY_TOKEN": "HIDDEN-8", "MY_ADDRESS": "http://a:HIDDEN-9@b/", "MY_NAME": "plain"},
    "odd": ["HIDDEN-10"],
}


def carried(config: JsonObject) -> JsonObject:
    """What a `.env` can carry of a config: see the module under test."""
    flags = dict(flags_of(config))
    if flags.pop("disabledWebhooks", None):
        flags["webhooks"] = [*active_webhooks(flags_of(config))]
    kept = {key: value for key, value in flags.items() if (text := env_text(BY_KEY[key], value)) and quoted(text) is not None}
    env = config.get("env")
    kept_env = {name: value for name, value in env.items() if quoted(str(value)) is not None} if isinstance(env, dict) else {}
    return {**({"flags": kept} if kept else {}), **({"env": kept_env} if kept_env else {})}


@given(valid_configs())
def test_json_file_carries_every_config(config: JsonObject) -> None:
    written = export_settings(config, JSON, "shop", with_secrets=True)
    assert written.not_carried == written.secrets_left_out == ()
    assert import_settings(written.text, {}).config == config


@given(valid_configs())
def test_env_file_carries_every_config_but_what_it_names(config: JsonObject) -> None:
    written = export_settings(config, ENV, "shop", with_secrets=True)
    read = import_settings(written.text, {"HOME": "/home/me", "A": "x"}).config
    assert read == carried(config)
    assert bool(written.not_carried) == (read != config)


@given(valid_configs())
def test_env_file_says_to_gowa_what_the_launch_says(config: JsonObject) -> None:
    found = parse_dotenv(export_settings(config, ENV, "shop", with_secrets=True).text, {})
    flags = flags_of(carried(config))
    assert {name: text for name, text in found.items() if name in BY_ENVIRONMENT} == {
        BY_KEY[key].env: env_text(BY_KEY[key], value) for key, value in flags.items()
    }


@given(valid_configs(), st.sampled_from(FileFormat))
def test_file_without_secrets_has_none_of_them(config: JsonObject, file_format: FileFormat) -> None:
    written = export_settings(config, file_format, "shop", with_secrets=False)
    read = import_settings(written.text, {}).config
    assert not ConfigParser().secrets(read)
    assert set(flags_of(read)) <= set(flags_of(config))


@pytest.mark.parametrize("file_format", FileFormat)
def test_secrets_are_left_out_unless_asked_for(file_format: FileFormat) -> None:
    without = export_settings(SECRETS, file_format, "shop", with_secrets=False)
    assert "HIDDEN" not in without.text
    assert import_settings(without.text, {}).config == {"flags": {"os": "shop"}, "env": {"MY_NAME": "plain"}}
    options = [BY_KEY[key].label for key in ("basicAuth", "webhookSecret", "webhooks", "whatsappProxy", "dbUri")]
    extras = ["Extra arguments", "Extra environment MY_ADDRESS", "Extra environment MY_TOKEN", "odd", "ofTomorrow"]
    assert without.secrets_left_out == tuple(sorted(options + extras))
    assert all(label in without.text for label in without.secrets_left_out)

    everything = export_settings(SECRETS, file_format, "shop", with_secrets=True)
    assert everything.text.count("HIDDEN") == (10 if file_format is JSON else 7)
    assert everything.secrets_left_out == ()


def test_env_file_reads_like_one_made_by_hand() -> None:
    assert export_settings(PLAIN, ENV, "my shop", with_secrets=False).text.splitlines() == [
        "# Settings of my shop that differ from the defaults of GOWA Desktop.",
        "APP_DEBUG=true",
        "APP_OS='My shop'",
        "WHATSAPP_WEBHOOK=http://127.0.0.1:9/a,http://127.0.0.1:9/b",
        "WHATSAPP_PRESENCE_PULSE_INTERVAL=48h",
        "CHATWOOT_INBOX_ID=7",
        """WHATSAPP_AUTO_REPLY="Back at 8 #soon, \\$5 'only'\\nSee you\"""",
    ]


def test_env_file_has_only_the_webhooks_that_are_on() -> None:
    config: JsonObject = {"flags": {"webhooks": ["http://a.example", "http://b.example"], "disabledWebhooks": ["http://a.example"]}}
    written = export_settings(config, ENV, "shop", with_secrets=False)
    assert "WHATSAPP_WEBHOOK=http://b.example\n" in written.text
    assert written.not_carried == ("Webhooks switched off",)


def test_env_file_names_what_it_cannot_carry() -> None:
    config: JsonObject = {"flags": {"corsAllowedOrigins": [], "autoReply": "#\\"}, "args": ["-x"], "env": {"MY": "#\\"}, "odd": 1}
    written = export_settings(config, ENV, "sh\nop", with_secrets=True)
    labels = ("Web pages that may call the API", "Automatic reply", "Extra environment MY", "Extra arguments", "odd")
    assert written.not_carried == labels
    assert written.text.splitlines() == [
        "# Settings of sh op that differ from the defaults of GOWA Desktop.",
        f"# Left out because a .env cannot carry them: {', '.join(labels)}.",
    ]


def test_env_file_of_another_tool_is_read_as_gowa_reads_it() -> None:
    text = "# mine\nexport app_debug=true\nAPP_PORT=3000\nAPP_OS=\nAPP_BASIC_AUTH=me:pw#1\nWHATSAPP_WEBHOOK=$HOOKS/x,http://b.example\nTZ=UTC\n"
    read = import_settings(text, {"HOOKS": "http://a.example"})
    assert read.config == {
        "flags": {
            "debug": True,
            "basicAuth": [{"username": "me", "password": "pw"}],
            "webhooks": ["http://a.example/x", "http://b.example"],
        },
        "env": {"TZ": "UTC"},
    }
    assert read.ignored == ("The port: it belongs to the instance and stays as it is.",)


def test_json_of_gowa_manager_is_read() -> None:
    text = '{"args": ["rest", "--port=PORT", "--debug=true"], "flags": {"os": "x", "port": 1}, "env": "APP_AUTO=1 WHATSAPP_AUTO_REPLY=hi"}'
    read = import_settings(text, {})
    assert read.config == {"flags": {"os": "x", "debug": True, "autoReply": "hi"}, "env": {"APP_AUTO": "1"}}
    assert len(read.ignored) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{", "{}", "[]", '{"a": 1}', '{"flags": []}', '{"flags": {"debug": NaN}}', '{"format": "gowa-desktop-settings", "format_version": 2}',
        '{"format": "gowa-desktop-settings", "format_version": 1, "settings": 7}', "{" * 100_000, "not an environment", '{"a":' * 60_000,
    ],
)  # fmt: skip
def test_file_without_settings_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ConfigInvalidError) as caught:
        import_settings(text, {})
    assert caught.value.next_step


KEYS = st.sampled_from(["flags", "args", "env", "envVars", "webhooks", "basicAuth", "format", "settings", "debug"])
ANY_JSON = st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner))


@given(st.text(max_size=100) | ANY_JSON.map(json.dumps))
def test_any_text_is_read_or_refused_and_what_is_read_can_be_shown(text: str) -> None:
    parser = ConfigParser()
    with suppress(ConfigInvalidError):
        config = import_settings(text, {}).config
        parser.check(config)
        parser.differences({}, config, 8001)
        export_settings(config, ENV, "shop", with_secrets=False)
        export_settings(config, JSON, "shop", with_secrets=False)


def test_half_a_character_does_not_stop_the_export() -> None:
    config: JsonObject = {"flags": {"autoReply": "a\ud800b"}, "env": {"MY": "\udfff"}}
    written = export_settings(config, JSON, "shop", with_secrets=True)
    assert import_settings(written.text.encode().decode(), {}).config == config
    assert export_settings(config, ENV, "shop", with_secrets=True).not_carried == ("Automatic reply", "Extra environment MY")
