"""The option table and the values it accepts: what GOWA would misread is refused here with a sentence."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.config_values import default_of, normalize
from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.json_types import Json
from gowa_desktop.domain.option_checks import check_option, check_value
from gowa_desktop.domain.option_values import env_text, parse_text
from gowa_desktop.domain.options import BY_KEY, ENVIRONMENT_NAMES, OPTIONS, SUBCOMMAND_OPTIONS, Option, OptionKind, Section
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


def test_table_has_the_keys_of_the_seed() -> None:
    assert set(SEED_KEYS) <= set(BY_KEY)


def test_table_keys_environment_names_and_flags_are_unique() -> None:
    flags = [option.flag for option in OPTIONS if option.flag]
    assert len({option.key for option in OPTIONS}) == len(OPTIONS) == len(BY_KEY)
    assert len({option.env for option in OPTIONS}) == len(OPTIONS) == len(ENVIRONMENT_NAMES)
    assert len(set(flags)) == len(flags)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_table_row_is_well_formed(option: Option) -> None:
    assert re.fullmatch(r"[a-z][A-Za-z0-9]+", option.key)
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+", option.env)
    assert option.flag is None or re.fullmatch(r"--[a-z0-9-]+", option.flag)
    assert option.short is None or re.fullmatch(r"-[A-Za-z]", option.short)
    assert GowaVersion.parse(option.since).tag == option.since
    assert option.until is None or GowaVersion.parse(option.until) >= GowaVersion.parse(option.since)
    assert option.known_by(GowaVersion.parse(option.until or "v99.0.0"))
    assert option.requires is None or BY_KEY[option.requires].kind is OptionKind.BOOL


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_table_defaults_are_values_that_pass_and_come_back_unchanged(option: Option) -> None:
    for default in (option.default, option.our_default, default_of(option, 8001)):
        if default is not None:
            assert check_option(option, default) == {}
            assert normalize({"flags": {option.key: default}}) == {"flags": {option.key: default}}
    if isinstance(option.default, str | bool | int):
        assert parse_text(option, env_text(option, option.default)) == option.default


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_table_words_are_for_people(option: Option) -> None:
    assert re.fullmatch(r"[A-Z].{2,60}[^.]", option.label)
    assert option.help.endswith(".")
    assert 15 < len(option.help) < 200
    assert "!" not in option.label + option.help
    assert option.section in set(Section) - {Section.NEW}
    assert option.unit is None or option.kind is OptionKind.INT


def test_table_sections_come_in_the_order_of_the_form() -> None:
    order = list(Section)
    places = [order.index(option.section) for option in OPTIONS]
    assert places == sorted(places)
    assert all(section.title[0].isupper() for section in Section)


def test_table_labels_are_unique_within_their_section() -> None:
    assert len({(option.section, option.label) for option in OPTIONS}) == len(OPTIONS)


def test_table_counts_what_the_fact_sheet_counts() -> None:
    assert len(OPTIONS) + len(SUBCOMMAND_OPTIONS) == 68
    assert {option.key for option in SUBCOMMAND_OPTIONS} == {"mcpPort", "mcpHost"}


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
        ("host", ""),
        ("host", "[::1]"),
        ("host", "my-pc.local"),
        ("presencePulseInterval", "60s"),
        ("presencePulseInterval", "48h"),
        ("presencePulseInterval", "1h30m"),
        ("presencePulseInterval", "1.5h"),
        ("presencePulseInterval", "1000000µs"),
        ("presencePulseInterval", ".5h"),
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
        ("os", 5, "no text"),
        ("os", "a\nb", "line break"),
        ("os", "a\x00b", "NUL character"),
        ("os", "a\ud800b", "no text"),
        ("host", "::1", "brackets"),
        ("host", "127.0.0.1:80", "without a port"),
        ("host", "300.1.1.1", "no IPv4 address"),
        ("host", "my host", "such as 127.0.0.1"),
        ("host", "http://x/", "such as 127.0.0.1"),
        ("host", "127.0.0.1\n", "line break"),
        ("host", "x" * 254, "such as 127.0.0.1"),
        ("presencePulseInterval", "60", "Add a unit: 60s"),
        ("presencePulseInterval", "2d", "no days. Write 48h"),
        ("presencePulseInterval", "-5m", "with its unit"),
        ("presencePulseInterval", "5m\n", "line break"),
        ("presencePulseInterval", "0", "Add a unit"),
        ("presencePulseInterval", "0s", "1 s or longer"),
        ("presencePulseInterval", "250µs", "1 s or longer"),
        ("presencePulseInterval", "9999999h", "with its unit"),
        ("uiUpdateInterval", "59s", "60 s or longer"),
        ("presencePulseInterval", "\u0665m", "with its unit"),
        ("presencePulseInterval", "5 m", "with its unit"),
        ("presencePulseInterval", 60, "no text"),
        ("chatStorageMaxOpenConns", 0, "1 or more"),
        ("chatwootAccountId", -1, "0 or more"),
        ("chatwootAccountId", "5", "no whole number"),
        ("chatwootAccountId", 1.5, "no whole number"),
        ("chatwootAccountId", True, "no whole number"),
        ("webhooks", "http://x.example", "no list"),
        ("webhooks", [""], "entry is empty"),
        ("webhooks", ["  "], "entry is empty"),
        ("webhooks", [5], "entry is empty"),
        ("webhooks", ["http://x.example/a,b"], "contains a comma.*Write %2C"),
        ("webhooks", ["http://x.example "], "space at its ends"),
        ("webhooks", ["http://x\x00.example"], "NUL"),
        ("webhooks", ["ftp://x.example"], "must start with http"),
        ("webhooks", ["x.example/hook"], "must start with http"),
        ("webhooks", ["http://"], "no web address"),
        ("webhooks", ["http://[::1"], "no web address"),
        ("webhooks", ["http://x:99999/"], "no web address"),
        ("webhooks", ["http://x.example/\ud800"], "no text"),
        ("corsAllowedOrigins", ["example.com"], "with its scheme"),
        ("webhookEvents", ["message,group"], "contains a comma, at which GOWA would cut it in two. Make it two entries.$"),
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
        ("basicAuth", [{"username": "admin", "password": "p\x00w"}], "NUL character"),
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


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("basePath", "/gowa/one"),
        ("basePath", "app/KEY1"),
        ("trustedProxies", ["10.0.0.0/8", "192.168.1.1", "fd00::/8", "0.0.0.0/0"]),
        ("corsAllowedOrigins", ["https://*.example.com", "http://localhost:5173", "https://example.com/", "chrome-extension://abcdef"]),
        ("whatsappProxy", "socks5://user:p%40ss@proxy.example:1080"),
        ("whatsappProxy", "http://10.0.0.1:8080"),
        ("dbUri", "file:storages/whatsapp.db?_foreign_keys=on"),
        ("dbUri", "postgres://user:p%2Fw@localhost:5432/whatsapp?sslmode=disable"),
        ("chatwootImportDbUri", "postgresql://user:pw@localhost:5432/chatwoot"),
        ("mcpOauthIssuerUrl", "https://gowa.example.com/base"),
        ("mcpOauthDbUri", "file:storages/oauth.db"),
        ("webhookIgnoreJids", ["@g.us", "4915112345678@s.whatsapp.net", "120363000000000000@g.us", "status@broadcast", "@lid"]),
        ("webhookEvents", ["message", "Message.Ack"]),
        ("uiAssetSha256", "AB" * 32),
        ("uiRepo", "me/my-ui"),
        ("chatwootAllowedHosts", ["chat.example.com", "10.0.0.5", "::1"]),
        ("presenceOnConnect", "none"),
        ("autoReply", "Line one\nline two\t%PATH% $HOME 'quotes' \"too\" ünï 日本 🛒"),
        ("chatwootSignDelimiter", ""),
        ("webhooks", ["https://münchen.example/ü?a=b%zz", "http://[::1]:9000/x", "https://u:p!$&'()*+;=w@x.example"]),
    ],
)
def test_check_value_every_form_that_gowa_takes_is_fine(key: str, value: Json) -> None:
    assert check_value(BY_KEY[key], value, GowaVersion("v9.2.0")) is None


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("basePath", "/gowa/", "no slash at the end"),
        ("basePath", "/a b", "letters, digits"),
        ("basePath", "/a/:id", "letters, digits"),
        ("basePath", "/a/../b", "Write a path"),
        ("trustedProxies", ["10.0.0.0/99"], "such as 10.0.0.0/8"),
        ("trustedProxies", ["proxy.example"], "such as 10.0.0.0/8"),
        ("trustedProxies", ["10.0.0.0/255.0.0.0"], "with its length"),
        ("corsAllowedOrigins", ["https://example.com/path"], "only scheme, host and port"),
        ("corsAllowedOrigins", ["https://u:p@example.com"], "only scheme, host and port"),
        ("corsAllowedOrigins", ["https://a*.example.com"], "with its scheme"),
        ("whatsappProxy", "socks4://x:1", "must start with http://, https:// or socks5://"),
        ("whatsappProxy", "proxy.example:8080", "must start with"),
        ("whatsappProxy", "http://u:p w@x", "must start with"),
        ("dbUri", "postgresql://u:p@h/db", "Write postgres:// instead"),
        ("dbUri", "storages/whatsapp.db", "must start with file: or postgres:"),
        ("dbUri", "file:", "name of a file"),
        ("dbUri", "file:storages/", "name of a file"),
        ("dbUri", 'file:x.db"', "quotation mark"),
        ("dbUri", "postgres://u:p/w@h/db", "%2F for /"),
        ("dbUri", "postgres:host=x", "Write postgres://"),
        ("mcpOauthIssuerUrl", "http://x.example", "must start with https://"),
        ("mcpOauthIssuerUrl", "https://u@x.example", "cannot have a user"),
        ("mcpOauthIssuerUrl", "https://x.example/?a", "query or fragment"),
        ("mcpOauthDbUri", "postgres://u@h/db", "Write file:path"),
        ("webhookIgnoreJids", ["4915112345678"], "4915112345678@s.whatsapp.net"),
        ("webhookIgnoreJids", ["4915112345678@c.us"], "Write 4915112345678@s.whatsapp.net"),
        ("webhookIgnoreJids", ["+49 151@s.whatsapp.net"], "full JID"),
        ("webhookIgnoreJids", ["@example.com"], "full JID"),
        ("webhookEvents", ["messages"], "no event of this name"),
        ("uiAssetSha256", "abc", "exactly 64 digits"),
        ("uiRepo", "https://github.com/me/ui", "owner/name"),
        ("uiAssetName", "a/b.html", "without a folder"),
        ("uiGithubToken", "ghp x", "no spaces"),
        ("chatwootWebhookSecret", " s", "space at the beginning"),
        ("chatwootAllowedHosts", ["https://chat.example.com"], "without scheme"),
        ("presenceOnConnect", "Available", "Choose one of available"),
        ("chatwootAccountId", 3_000_000_000, "or less"),
        ("webhooks", ["https://x.example/%zz"], "%25"),
        ("webhooks", ["https://x.example/a b"], "no spaces"),
        ("webhooks", ["https://u:p w@x.example"], "no spaces"),
        ("webhooks", ["https://u:p[w@x.example"], "no web address"),
        ("webhooks", ["https://x_1.ex ample"], "no web address"),
        ("webhooks", ["https://::1/x"], "no web address"),
        ("autoReply", "x" * 30_001, "longer than 30000"),
        ("webhookIgnoreJids", ["1@lid"] * 6000, "longer than 30000"),
        ("basicAuth", [{"username": "a", "password": "x"}, {"username": "a", "password": "y"}], "Another sign-in"),
        ("basicAuth", [{"username": "a", "password": "e\u0301"}], "put together from two"),
        ("basicAuth", [{"username": "a", "password": "x\u0085y"}], "control character"),
        ("basicAuth", [{"username": "a", "password": "x" * 1001}], "longer than 1000"),
    ],
)
def test_check_value_every_form_that_gowa_refuses_or_ignores_is_told(key: str, value: Json, sentence: str) -> None:
    problem = check_value(BY_KEY[key], value, GowaVersion("v9.2.0"))
    assert problem is not None
    assert sentence in problem
    assert problem.endswith(".")


@pytest.mark.parametrize(
    ("tag", "value", "is_fine"),
    [
        ("v7.11.4", "file:storages/other.db", False),
        ("v7.11.4", "file:storages/other.db?_foreign_keys=on", True),
        ("v8.5.1", "file:other.db?mode=rwc&_fk=true", True),
        ("v8.6.0", "file:storages/other.db", True),
        ("v5.5.0", "file:storages/other.db", True),
        ("v7.11.4", "postgres://u:p@h/db", True),
    ],
)
def test_check_value_old_versions_need_foreign_keys_said(tag: str, value: str, is_fine: bool) -> None:
    assert (check_value(BY_KEY["dbUri"], value, GowaVersion(tag)) is None) is is_fine


def test_check_value_events_of_versions_to_come_are_let_through() -> None:
    assert check_value(BY_KEY["webhookEvents"], ["story.seen"], GowaVersion("v9.9.0")) is None
    assert check_value(BY_KEY["webhookEvents"], ["story.seen"], GowaVersion("v9.2.0")) is not None


def test_check_value_letters_put_together_are_fine_before_version_9() -> None:
    assert check_value(BY_KEY["basicAuth"], [{"username": "a", "password": "e\u0301"}], GowaVersion("v8.11.0")) is None


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
