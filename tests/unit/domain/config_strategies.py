"""Hypothesis strategies for configs that pass every check: for each option, values as its form demands and texts of any kind."""

from hypothesis import strategies as st

from gowa_desktop.domain.json_types import Json, JsonObject
from gowa_desktop.domain.option_checks import check_value
from gowa_desktop.domain.options import OPTIONS, Option, OptionKind

_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20) | st.text(
    st.sampled_from(list("ab \\'\"#$={}:,n\n\r\t")), max_size=12
)
_FORMS: dict[str, list[str]] = {
    "cidr": ["10.0.0.0/8", "127.0.0.1"],
    "db_uri": ["file:storages/other.db", "postgres://user:p%23w@db.example:5432/wa?sslmode=disable"],
    "event": ["message", "message.ack"],
    "file_name": ["gowa-ui.html", "my page.html"],
    "host": ["127.0.0.1", "0.0.0.0", "[::1]", "shop.example"],
    "host_name": ["chat.example", "localhost"],
    "https_url": ["https://shop.example/mcp"],
    "jid_or_wildcard": ["628111@s.whatsapp.net", "@g.us"],
    "origin": ["*", "https://panel.example", "http://localhost:3000"],
    "postgres_url": ["postgres://user:secret@db.example/chat"],
    "proxy_url": ["socks5://user:p$w@proxy.example:1080", "http://proxy.example:8080"],
    "repository": ["someone/gowa-ui"],
    "sha256hex": ["a" * 64],
    "sqlite_uri": ["file:storages/oauth.db"],
    "url": ["http://127.0.0.1:9/hook", "https://me:pa$s%2C@hooks.example/x?token=a#b", "https://hooks.example/é"],
    "url_path": ["/gowa", "a/b"],
}
_NAMES = st.from_regex(r"MY_[A-Z0-9_]{0,8}", fullmatch=True)
_WORDS = st.sampled_from(["--new-thing=1", "-x", "word", "--token=abc", "--url=http://a:b@c/"])


def values_of(option: Option) -> st.SearchStrategy[Json]:
    """Values that pass the check of an option."""
    return _raw(option).filter(lambda value: check_value(option, value) is None)


def valid_configs() -> st.SearchStrategy[JsonObject]:
    """Configs in the present shape, of options that do not depend on each other, with extras and switched-off webhooks."""
    options = [option for option in OPTIONS if option.key != "port" and not option.key.startswith("mcpOauth")]
    one = st.sampled_from(options).flatmap(lambda option: st.tuples(st.just(option.key), values_of(option)))
    flags = st.lists(one, max_size=8).map(dict)
    return st.builds(_config, flags, st.lists(_WORDS, max_size=3), st.dictionaries(_NAMES, _TEXTS, max_size=3), st.booleans())


def _config(flags: dict[str, Json], words: list[str], variables: dict[str, str], is_first_off: bool) -> JsonObject:
    webhooks = flags.get("webhooks")
    if is_first_off and isinstance(webhooks, list) and webhooks:
        flags = {**flags, "disabledWebhooks": webhooks[:1]}
    config: JsonObject = {"flags": flags} if flags else {}
    if words:
        config["args"] = [*words]
    if variables:
        config["env"] = {**variables}
    return config


def _raw(option: Option) -> st.SearchStrategy[Json]:
    texts = st.sampled_from(_FORMS[option.text_format]) if option.text_format in _FORMS else _TEXTS
    match option.kind:
        case OptionKind.BOOL:
            return st.booleans()
        case OptionKind.INT:
            return st.integers(option.minimum or 0, option.maximum or 10_000)
        case OptionKind.DURATION:
            return st.sampled_from(["30s", "5m", "48h", "1h30m"])
        case OptionKind.LIST:
            return st.lists(texts, max_size=3, unique=True).map(lambda items: [*items])
        case OptionKind.LOGINS:
            return st.lists(st.builds(_login, _TEXTS, _TEXTS), max_size=2).map(lambda items: [*items])
        case OptionKind.TEXT:
            return st.sampled_from(option.choices) if option.choices and not option.allows_other else texts


def _login(username: str, password: str) -> JsonObject:
    return {"username": username, "password": password}
