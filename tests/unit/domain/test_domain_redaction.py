"""Secrets of a config: all are found, in every form they may be printed, and what is shown has none of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.log_lines import MASK, hide_secrets
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.redaction import address_secrets, masked_text, masked_variable, masked_word, secrets_in
from gowa_desktop.domain.secret_names import looks_secret

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject

PARSER = ConfigParser()


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("webhookSecret", "token", {"token"}),
        ("webhookSecret", "", set()),
        ("webhookSecret", None, set()),
        ("webhookSecret", "abc://def", {"abc://def"}),
        ("webhooks", ["https://u:hook-pw@x.example/h", "https://x.example"], {"hook-pw"}),
        ("basicAuth", [{"username": "admin", "password": "pw1"}, {"username": "x"}], {"pw1"}),
        ("dbUri", "postgres://user:pg-pw@host/db", {"pg-pw"}),
        ("dbUri", "postgres://user:p%2Fw@host/db", {"p%2Fw", "p/w"}),
        ("dbUri", "postgres://user:pg/pw?x#y@host/db", {"pg/pw?x#y"}),
        ("dbUri", "file:storages/whatsapp.db?_foreign_keys=on", set()),
        ("dbUri", "file:x.db?_auth_pass=hush", {"hush"}),
        ("whatsappProxy", "socks5://host:1080", set()),
        ("whatsappProxy", "http://token-of-proxy@host:1080", {"token-of-proxy"}),
        ("webhooks", ["http://[::1"], {"http://[::1"}),
        ("webhooks", ["https://x.example/h?token=abc&page=2&api_key=d%26f"], {"abc", "d%26f", "d&f"}),
        ("webhooks", ["https://hooks.example/services/T024BE7LD/B024BE7LH1/x8Kd0sLq2Vz7Wm3Nc5Rt1"], {"x8Kd0sLq2Vz7Wm3Nc5Rt1"}),
        ("webhooks", ["https://n8n.example/webhook/4f8a2c1e-77aa-4b0d-9d1e-0a1b2c3d4e5f"], {"4f8a2c1e-77aa-4b0d-9d1e-0a1b2c3d4e5f"}),
    ],
)
def test_secrets_in_an_option_are_passwords_tokens_and_not_plain_addresses(key: str, value: Json, found: set[str]) -> None:
    assert secrets_in(BY_KEY[key], value) == found


@pytest.mark.parametrize(
    "name",
    [
        "PASSWORD", "db_pass", "API_KEY", "apiKey", "x-api-key", "access_token", "CLIENT_SECRET", "authorization", "--gateway-key", "sig",
        "credentials",
    ],
)  # fmt: skip
def test_name_that_suggests_a_secret(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize("name", ["PATH", "HTTP_PROXY", "monkey", "keyboard", "passive_mode", "signal", "MY_TOOLS", "page", "_foreign_keys"])
def test_name_that_suggests_none(name: str) -> None:
    assert not looks_secret(name)


@pytest.mark.parametrize(
    "printed",
    [
        'p"w<%\\x/ü',
        json.dumps('p"w<%\\x/ü', ensure_ascii=False)[1:-1],
        'p\\"w\\u003c%\\\\x/ü',
        quote('p"w<%\\x/ü', safe=""),
    ],
)
def test_redact_finds_a_secret_in_every_form_it_is_printed(printed: str) -> None:
    config: JsonObject = {"flags": {"basicAuth": [{"username": "a", "password": 'p"w<%\\x/ü'}]}}
    assert hide_secrets(f"before {printed} after", PARSER.secrets(config)) == f"before {MASK} after"


def test_redact_finds_secrets_of_extras_and_of_options_to_come() -> None:
    config: JsonObject = {
        "env": {"SMTP_PASSWORD": "hush-1", "PATH": "/usr/bin", "PROXY_URL": "http://u:hush-2@x.example"},
        "args": ["--gateway-token=hush-3", "--level=5"],
        "flags": {"gatewaySecret": {"a": ["hush-4"]}, "gatewayLevel": "plain"},
    }
    shown = hide_secrets("hush-1 hush-2 hush-3 hush-4 /usr/bin plain 5", PARSER.secrets(config))
    assert shown == f"{MASK} {MASK} {MASK} {MASK} /usr/bin plain 5"


def test_redact_finds_every_line_of_a_secret_with_line_breaks() -> None:
    config: JsonObject = {"env": {"TLS_PRIVATE_KEY": "first-line\nsecond-line\nx"}}
    assert hide_secrets("a first-line\nb second-line", PARSER.secrets(config)) == f"a {MASK}\nb {MASK}"


def test_redact_finds_secrets_of_the_older_shapes() -> None:
    config: JsonObject = {"args": ["rest", "-b=admin:hush-1", "--webhook-secret=hush-2"], "envVars": "APP_BASIC_AUTH=x:hush-3"}
    assert hide_secrets("hush-1 hush-2 hush-3", PARSER.secrets(config)) == f"{MASK} {MASK} {MASK}"


def test_redact_keeps_what_is_public() -> None:
    flags: JsonObject = {"webhooks": ["https://a.example/hook?page=true"], "dbUri": "file:storages/on.db?_foreign_keys=on", "os": "Shop"}
    text = "true on Shop https://a.example/hook file:storages/on.db"
    assert hide_secrets(text, PARSER.secrets({"flags": flags})) == text


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("debug", True, "on"),
        ("debug", False, "off"),
        ("os", "Shop", "Shop"),
        ("autoReply", "", "not set"),
        ("chatwootSignDelimiter", "", "empty"),
        ("webhooks", [], "not set"),
        ("webhookEvents", ["message", "call.offer"], "message, call.offer"),
        ("webhookSecret", "hush", MASK),
        ("basicAuth", [{"username": "admin", "password": "hush"}], f"admin:{MASK}"),
        ("basicAuth", ["damaged"], MASK),
        ("webhooks", ["https://u:hush@x.example/?token=hush2"], f"https://u:{MASK}@x.example/?token={MASK}"),
        ("chatwootDaysLimitImportMessages", 3, "3 days"),
        ("chatwootApiToken", 5, MASK),
    ],
)
def test_masked_text_is_for_people(key: str, value: Json, shown: str) -> None:
    assert masked_text(BY_KEY[key], value) == shown


def test_masked_extras() -> None:
    assert masked_variable("API_KEY", "hush") == MASK
    assert masked_variable("API_KEY", "") == ""
    assert masked_variable("PROXY", "http://u:hush@x") == f"http://u:{MASK}@x"
    assert masked_word("--token=hush") == f"--token={MASK}"
    assert masked_word("--level=5") == "--level=5"
    assert masked_word("http://u:hush@x") == f"http://u:{MASK}@x"


VALUES = st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(st.sampled_from(sorted(BY_KEY)), VALUES)
def test_masked_text_takes_anything(key: str, value: Json) -> None:
    assert isinstance(masked_text(BY_KEY[key], value), str)


@given(st.text(max_size=60))
def test_address_secrets_takes_any_text(text: str) -> None:
    assert all(secret for secret in address_secrets(f"https://{text}"))
