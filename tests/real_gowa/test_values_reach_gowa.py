"""Whatever passes the checks reaches GOWA exactly: compared with the settings that the real program holds after reading them.

The programs are GOWA's public source with two files laid over it that tell its settings; how it reads them is untouched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.config_values import active_webhooks, flags_of
from gowa_desktop.domain.durations import seconds_of
from gowa_desktop.domain.option_values import env_text
from gowa_desktop.domain.options import BY_KEY, OPTIONS, OptionKind
from tests.option_strategies import valid_configs

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from tests.real_gowa.real_instance import RealInstance

pytestmark = pytest.mark.real_gowa

PARSER = ConfigParser()
TRICKY = "  \"two\" 'quotes', 100 % $HOME ${X} #no `x` \\n ünï 日本 🛒;  "

EVERY: dict[str, Json] = {
    "host": "localhost",
    "basicAuth": [{"username": "ad min", "password": "p w;#$'%\\ü日本"}, {"username": "böt", "password": "x"}],
    "corsAllowedOrigins": ["https://panel.example.com", "http://localhost:5173"],
    "basePath": "/gowa/one",
    "trustedProxies": ["10.0.0.0/8", "127.0.0.1"],
    "debug": True,
    "os": TRICKY,
    "accountValidation": False,
    "autoMarkRead": True,
    "autoReply": f"{TRICKY}\nsecond line\ttab",
    "autoRejectCall": True,
    "autoDownloadMedia": False,
    "presenceOnConnect": "none",
    "presencePulseEnabled": False,
    "presencePulseInterval": "1h30m",
    "presencePulseDuration": "90s",
    "whatsappProxy": "socks5://us%20er:p%40w@127.0.0.1:1",
    "webhooks": ["http://127.0.0.1:1/a%2Cb?c=d%25#e", "https://u:p!$&'()*+;=w@x.example/ü"],
    "webhookSecret": TRICKY,
    "webhookEvents": ["message", "call.offer"],
    "webhookIgnoreJids": ["@g.us", "4915112345678@s.whatsapp.net"],
    "webhookInsecureSkipVerify": True,
    "uiEnabled": False,
    "uiAutoUpdate": False,
    "uiUpdateInterval": "26h",
    "uiRepo": "me/my-ui",
    "uiAssetName": "my ü.html",
    "uiAssetSha256": "AB" * 32,
    "uiGithubToken": "ghp_!~\"'x",
    "mcpEnabled": True,
    "mcpOauthEnabled": True,
    "mcpOauthIssuerUrl": "https://gowa.example.com",
    "mcpOauthResourceUrl": "https://gowa.example.com/gowa/one/mcp",
    "mcpOauthDbUri": "file:storages/my oauth.db",
    "dbUri": "file:storages/my session.db?_foreign_keys=on",
    "dbKeysUri": "file:storages/my keys.db?_foreign_keys=on",
    "chatStorageMaxOpenConns": 7,
    "chatwootEnabled": True,
    "chatwootUrl": "http://127.0.0.1:1/chat",
    "chatwootApiToken": "tok!~\"'x",
    "chatwootAccountId": 2_147_483_647,
    "chatwootInboxId": 12,
    "chatwootDeviceId": "device ü 1",
    "chatwootAutoCreate": True,
    "chatwootInboxName": 'My "inbox", ü',
    "chatwootWebhookUrl": "https://u:p@x.example/chatwoot/webhook",
    "chatwootWebhookSecret": "s$%#\"'ü x",
    "chatwootAllowedHosts": ["chat.example.com", "10.0.0.5"],
    "chatwootReopenConversation": False,
    "chatwootConversationPending": True,
    "chatwootIgnoreJids": ["@g.us"],
    "chatwootSignMsg": True,
    "chatwootSignDelimiter": "",
    "chatwootForwardEdits": False,
    "chatwootForwardDeletes": False,
    "chatwootMessageRead": True,
    "chatwootMessageDelete": True,
    "chatwootImportMessages": True,
    "chatwootDaysLimitImportMessages": 11,
    "chatwootImportDbUri": "postgresql://u:p%2Fw@127.0.0.1:1/chatwoot",
    "chatwootImportPlaceholderMediaMessage": False,
    "chatwootImportMediaWithRest": True,
}
"""For every option a value that is not the default, and as hard to pass on as its check allows."""


def test_every_option_has_a_value_here_that_is_not_its_default() -> None:
    tested = {option.key for option in OPTIONS if option.section.value != "legacy"} - {"port"}
    assert set(EVERY) == tested
    for key, value in EVERY.items():
        assert value != PARSER.default(BY_KEY[key], 8001), key
    assert PARSER.check({"flags": {**EVERY}}) == {}


def test_every_option_is_held_by_gowa_exactly_as_it_was_saved(with_events: RealInstance) -> None:
    with_events.start_with({**EVERY})
    assert_held(with_events)

    environment = with_events.environment
    others = {option.env for option in OPTIONS if not option.known_by(with_events.version)}
    assert not others & environment.keys()
    words = with_events.process.cmdline()
    flags = {option.flag for option in OPTIONS if option.known_by(with_events.version)}
    assert {word.partition("=")[0] for word in words[2:]} <= flags
    for secret in PARSER.secrets(with_events.services.instances.config(with_events.id)):
        assert len(secret) < 4 or secret not in " ".join(words)


def test_defaults_are_held_by_gowa_as_the_form_shows_them(with_events: RealInstance) -> None:
    with_events.start()
    assert_held(with_events)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_valid_config_is_held_by_gowa_as_it_was_meant(with_events: RealInstance, data: st.DataObject) -> None:
    config = data.draw(valid_configs(with_events.version))
    flags = flags_of(config)
    flags.pop("host", None)  # tests stay on this computer
    with_events.services.instances.save_config(with_events.id, config)
    with_events.start()
    assert_held(with_events)
    extra, environment = config.get("env"), with_events.environment
    assert not isinstance(extra, dict) or {name: environment[name] for name in extra} == extra


def assert_held(instance: RealInstance) -> None:
    """Compare what is saved with what GOWA holds."""
    config, held = instance.services.instances.config(instance.id), instance.held()
    for option in OPTIONS:
        if option.known_by(instance.version) and not (option.key == "dbUri" and not PARSER.is_overridden(config, "dbUri")):
            name = option.flag or option.env
            assert name in held, f"the program does not tell {name}"
            value = held[name]
            assert ([] if value is None else value) == meant(option, config, instance.port), option.key


def meant(option: Option, config: JsonObject, port: int) -> Json:
    """What the person meant, in the form in which GOWA holds it."""
    value = PARSER.value(config, option, port)
    if option.key == "port":
        return str(port)
    if option.key == "webhooks":
        return [*active_webhooks(flags_of(config))]
    if option.kind is OptionKind.LOGINS and isinstance(value, list):
        return [env_text(option, [item]) for item in value]
    if option.kind is OptionKind.DURATION:
        return int((seconds_of(str(value)) or 0) * 10**9)
    return value
