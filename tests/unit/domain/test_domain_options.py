"""The option table and the values it accepts: what GOWA would misread is refused here with a sentence."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.json_types import Json
from gowa_desktop.domain.option_checks import check_value
from gowa_desktop.domain.option_values import env_text, parse_text
from gowa_desktop.domain.options import BY_KEY, ENVIRONMENT_NAMES, OPTIONS, OptionKind
from gowa_desktop.domain.versions import GowaVersion

SEED_KEYS = (
    "accountValidation", "basicAuth", "os", "webhooks", "autoMarkRead", "autoReply", "basePath", "debug", "webhookSecret", "port", "host",
)  # fmt: skip
SECRETS = {
    "basicAuth", "webhookSecret", "webhooks", "dbUri", "dbKeysUri", "whatsappProxy", "uiGithubToken", "chatwootApiToken",
    "chatwootWebhookUrl", "chatwootWebhookSecret", "chatwootImportDbUri",
}  # fmt: skip

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None, exclude_categories=()), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def test_table_has_every_option_of_the_known_versions() -> None:
    assert len(OPTIONS) >= 63
    assert set(SEED_KEYS) <= set(BY_KEY)


def test_table_keys_environment_names_and_flags_are_unique() -> None:
    flags = [option.flag for option in OPTIONS if option.flag]
    assert len({option.key for option in OPTIONS}) == len(OPTIONS) == len(BY_KEY)
    assert len({option.env for option in OPTIONS}) == len(OPTIONS) == len(ENVIRONMENT_NAMES)
    assert len(set(flags)) == len(flags)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_table_row_is_well_formed(option: object) -> None:
    row = BY_KEY[option.key]  # type: ignore[attr-defined]
    assert re.fullmatch(r"[a-z][A-Za-z0-9]+", row.key)
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+", row.env)
    assert row.flag is None or re.fullmatch(r"--[a-z0-9-]+", row.flag)
    assert GowaVersion.parse(row.since).tag == row.since
    assert row.until is None or GowaVersion.parse(row.until) >= GowaVersion.parse(row.since)
    if row.default is not None:
        assert check_value(row, row.default) is None
    assert row.known_by(GowaVersion.parse(row.until or "v99.0.0"))


def test_table_secrets_are_marked() -> None:
    assert {option.key for option in OPTIONS if option.is_secret} == SECRETS


@pytest.mark.parametrize(
    ("key", "env", "flag", "kind"),
    [
        ("port", "APP_PORT", "--port", OptionKind.TEXT),
        ("host", "APP_HOST", "--host", OptionKind.TEXT),
        ("debug", "APP_DEBUG", "--debug", OptionKind.BOOL),
        ("os", "APP_OS", "--os", OptionKind.TEXT),
        ("basePath", "APP_BASE_PATH", "--base-path", OptionKind.TEXT),
        ("basicAuth", "APP_BASIC_AUTH", "--basic-auth", OptionKind.LOGINS),
        ("accountValidation", "WHATSAPP_ACCOUNT_VALIDATION", "--account-validation", OptionKind.BOOL),
        ("autoReply", "WHATSAPP_AUTO_REPLY", "--autoreply", OptionKind.TEXT),
        ("autoMarkRead", "WHATSAPP_AUTO_MARK_READ", "--auto-mark-read", OptionKind.BOOL),
        ("webhooks", "WHATSAPP_WEBHOOK", "--webhook", OptionKind.LIST),
        ("webhookSecret", "WHATSAPP_WEBHOOK_SECRET", "--webhook-secret", OptionKind.TEXT),
        ("presencePulseInterval", "WHATSAPP_PRESENCE_PULSE_INTERVAL", "--presence-pulse-interval", OptionKind.DURATION),
        ("chatStorageMaxOpenConns", "CHAT_STORAGE_MAX_OPEN_CONNS", None, OptionKind.INT),
        ("dbUri", "DB_URI", "--db-uri", OptionKind.TEXT),
    ],
)
def test_table_names_are_those_of_gowa(key: str, env: str, flag: str | None, kind: OptionKind) -> None:
    option = BY_KEY[key]
    assert (option.env, option.flag, option.kind) == (env, flag, kind)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("debug", True),
        ("os", "Shop 1, Berlin: 日本"),
        ("os", ""),
        ("host", "127.0.0.1"),
        ("host", "::1"),
        ("host", "my-pc.local"),
        ("presencePulseInterval", "60s"),
        ("presencePulseInterval", "48h"),
        ("presencePulseInterval", "1h30m"),
        ("presencePulseInterval", "1.5h"),
        ("presencePulseInterval", "250µs"),
        ("presencePulseInterval", ""),
        ("chatStorageMaxOpenConns", 1),
        ("chatwootAccountId", 0),
        ("webhooks", []),
        ("webhooks", ["http://localhost:3000/hook", "https://x.example/a%2Cb?c=d#e"]),
        ("corsAllowedOrigins", ["*", "https://example.com"]),
        ("webhookEvents", ["message", "group.joined"]),
        ("basicAuth", [{"username": "admin", "password": "p w;#$'ü"}]),
        ("basicAuth", []),
    ],
)
def test_check_value_what_gowa_takes_is_fine(key: str, value: Json) -> None:
    assert check_value(BY_KEY[key], value) is None


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("debug", "true", "neither true nor false"),
        ("debug", 1, "neither true nor false"),
        ("debug", None, "neither true nor false"),
        ("os", 5, "no text"),
        ("os", None, "no text"),
        ("os", "a\x00b", "NUL character"),
        ("os", "a\ud800b", "no text"),
        ("host", "", "such as 127.0.0.1"),
        ("host", "my host", "such as 127.0.0.1"),
        ("host", "http://x/", "such as 127.0.0.1"),
        ("host", "127.0.0.1\n", "such as 127.0.0.1"),
        ("host", "x" * 254, "such as 127.0.0.1"),
        ("presencePulseInterval", "60", "with its unit"),
        ("presencePulseInterval", "1d", "knows no days"),
        ("presencePulseInterval", "-5m", "with its unit"),
        ("presencePulseInterval", "5m\n", "with its unit"),
        ("presencePulseInterval", "\u0665m", "with its unit"),
        ("presencePulseInterval", "5 m", "with its unit"),
        ("presencePulseInterval", 60, "no text"),
        ("chatStorageMaxOpenConns", 0, "1 or more"),
        ("chatwootAccountId", -1, "0 or more"),
        ("chatwootAccountId", "5", "no whole number"),
        ("chatwootAccountId", 1.5, "no whole number"),
        ("chatwootAccountId", True, "no whole number"),
        ("webhooks", "http://x.example", "no list"),
        ("webhooks", [""], "empty or no text"),
        ("webhooks", ["  "], "empty or no text"),
        ("webhooks", [5], "empty or no text"),
        ("webhooks", ["http://x.example/a,b"], "contains a comma.*Write %2C"),
        ("webhooks", ["http://x.example "], "space at its ends"),
        ("webhooks", ["http://x\x00.example"], "NUL"),
        ("webhooks", ["ftp://x.example"], "must start with http"),
        ("webhooks", ["x.example/hook"], "must start with http"),
        ("webhooks", ["http://"], "no web address"),
        ("webhooks", ["http://[::1"], "no web address"),
        ("webhooks", ["http://x:99999/"], "no web address"),
        ("webhooks", ["http://x.example/\ud800"], "no text"),
        ("corsAllowedOrigins", ["example.com"], "no origin"),
        ("webhookEvents", ["message,group"], "contains a comma, at which GOWA would cut it in two.$"),
        ("basicAuth", "admin:pw", "no list"),
        ("basicAuth", ["admin:pw"], "a user name and a password"),
        ("basicAuth", [{"username": "admin"}], "no password"),
        ("basicAuth", [{"password": "pw"}], "no user name"),
        ("basicAuth", [{"username": "", "password": "pw"}], "no user name"),
        ("basicAuth", [{"username": "admin", "password": 5}], "no password"),
        ("basicAuth", [{"username": "admin", "password": "p,w"}], "password cannot contain a comma"),
        ("basicAuth", [{"username": "admin", "password": "p:w"}], "password cannot contain a comma"),
        ("basicAuth", [{"username": "admin", "password": 'p"w'}], "password cannot contain a comma"),
        ("basicAuth", [{"username": "ad:min", "password": "pw"}], "user name cannot contain a comma"),
        ("basicAuth", [{"username": " admin", "password": "pw"}], "start or end with a space"),
        ("basicAuth", [{"username": "admin", "password": "p\x00w"}], "cannot contain"),
        ("basicAuth", [{"username": "admin", "password": "p\ud800w"}], "no text"),
    ],
)
def test_check_value_what_gowa_misreads_is_refused_with_a_sentence(key: str, value: Json, sentence: str) -> None:
    problem = check_value(BY_KEY[key], value)
    assert problem is not None
    assert re.search(sentence, problem)
    assert problem.endswith((".", "…"))


def test_check_value_unknown_option_is_left_alone() -> None:
    assert check_value(None, {"any": ["thing"]}) is None


@given(st.sampled_from(OPTIONS), JSON)
def test_check_value_any_json_gives_an_answer_and_accepted_ones_can_be_passed(option: object, value: Json) -> None:
    row = BY_KEY[option.key]  # type: ignore[attr-defined]
    problem = check_value(row, value)
    if problem is None:
        written = env_text(row, value)
        assert "\x00" not in written
        written.encode("utf-8")
    else:
        assert problem.strip()


@given(st.sampled_from(OPTIONS), st.text(st.characters(codec=None, exclude_categories=()), max_size=30))
def test_parse_text_any_text_is_read_as_its_kind_or_refused(option: object, text: str) -> None:
    row = BY_KEY[option.key]  # type: ignore[attr-defined]
    try:
        value = parse_text(row, text)
    except ConfigInvalidError:
        assert row.kind not in {OptionKind.TEXT, OptionKind.DURATION, OptionKind.LIST}
    else:
        assert {OptionKind.BOOL: bool, OptionKind.INT: int, OptionKind.LIST: list, OptionKind.LOGINS: list}.get(row.kind, str) is type(value)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("debug", "true", True),
        ("debug", " YES ", True),
        ("debug", "on", True),
        ("debug", "1", True),
        ("debug", "False", False),
        ("debug", "no", False),
        ("debug", "off", False),
        ("debug", "0", False),
        ("chatwootAccountId", " 12 ", 12),
        ("chatwootAccountId", "-3", -3),
        ("os", " My OS ", " My OS "),
        ("presencePulseInterval", "5m", "5m"),
        ("webhooks", "http://x.example", ["http://x.example"]),
        ("basicAuth", "admin:p:w", [{"username": "admin", "password": "p:w"}]),
        ("basicAuth", "admin:", [{"username": "admin", "password": ""}]),
    ],
)
def test_parse_text_reads_what_a_person_types(key: str, text: str, value: Json) -> None:
    assert parse_text(BY_KEY[key], text) == value


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("debug", "maybe", "neither true nor false"),
        ("debug", "", "neither true nor false"),
        ("chatwootAccountId", "five", "no whole number"),
        ("chatwootAccountId", "1.5", "no whole number"),
        ("chatwootAccountId", "9" * 5000, "no whole number"),
        ("basicAuth", "admin", "needs a user and a password"),
    ],
)
def test_parse_text_wrong_form_is_refused(key: str, text: str, sentence: str) -> None:
    with pytest.raises(ConfigInvalidError, match=sentence) as caught:
        parse_text(BY_KEY[key], text)
    assert caught.value.message.startswith(f"{key}:")
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (None, ""),
        ("", ""),
        (5, "5"),
        (["a", "b"], "a,b"),
        ([], ""),
        ([{"username": "u", "password": "p"}, {"username": "v", "password": "q"}], "u:p,v:q"),
    ],
)
def test_env_text_writes_as_gowa_reads(value: Json, text: str) -> None:
    assert env_text(BY_KEY["os"], value) == text


def test_env_text_object_among_extra_variables_is_nothing() -> None:
    assert env_text(None, {"a": 1}) == ""


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("token", {"token"}),
        ("", set()),
        (None, set()),
        (["https://u:hook-pw@x.example/h", "https://x.example"], {"hook-pw"}),
        ([{"username": "admin", "password": "pw1"}, {"username": "x"}], {"pw1"}),
        ("postgres://user:pg-pw@host/db", {"pg-pw"}),
        ("postgres://user:pg/pw?x#y@host/db", {"pg/pw?x#y"}),
        ("file:storages/whatsapp.db", {"file:storages/whatsapp.db"}),
        ("socks5://host:1080", set()),
        ("http://[::1", {"http://[::1"}),
    ],
)
def test_secrets_in_finds_passwords_not_addresses(value: Json, found: set[str]) -> None:
    assert secrets_in(value) == found
