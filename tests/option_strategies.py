"""Hypothesis strategies for values and configs that pass every check, as varied as GOWA takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.option_checks import check_option
from gowa_desktop.domain.options import OPTIONS, OptionKind

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.domain.versions import GowaVersion

PARSER = ConfigParser()

ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
TRICKY = st.sampled_from([
    " outer spaces ", "100 %", "%PATH%", "$HOME", "${HOME}", "it's", 'say "x"', "a=b", "#no comment", "back\\slash", "tab\there", "two\nlines",
    "ünï 日本 🛒", "--debug", "true", "0", "null", "map[x]", "a,b", "\u200b", "e\u0301", "`id`", "$(id)", "; reboot",
])  # fmt: skip
WORD = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)
HOST = st.one_of(st.sampled_from(["127.0.0.1", "localhost", "host.example"]), st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True))
ADDRESS_PATH = st.sampled_from(["", "/", "/hook", "/a%2Cb/c?d=e&f=%25", "/ü", "/x?token=abc#part", "/~me/it's"])
JIDS = st.sampled_from(["4915112345678@s.whatsapp.net", "120363000000000000@g.us", "@g.us", "@lid", "status@broadcast", "77@newsletter"])
SCHEMES = st.sampled_from(["http://", "https://", "http://u:p%40w@"])
ADDRESS = st.tuples(SCHEMES, HOST, st.sampled_from(["", ":8080"]), ADDRESS_PATH).map("".join)
ORIGIN_SCHEMES = st.sampled_from(["http://", "https://", "https://*.", "chrome-extension://"])
DATABASE = st.tuples(WORD, st.sampled_from(["", "-x", " y"])).map(lambda parts: f"file:storages/{''.join(parts)}.db?_foreign_keys=on")

_STRANGERS: list[Json] = [1, None, {"deep": [True]}]
_FORMATS: dict[str, st.SearchStrategy[str]] = {
    "host": st.sampled_from(["127.0.0.1", "localhost", "0.0.0.0", "[::1]"]),
    "url": ADDRESS,
    "https_url": st.tuples(st.just("https://"), HOST, st.sampled_from(["", ":8443", "/base"])).map("".join),
    "origin": st.tuples(ORIGIN_SCHEMES, HOST, st.sampled_from(["", ":81", "/"])).map("".join),
    "cidr": st.sampled_from(["10.0.0.0/8", "127.0.0.1", "192.168.1.77/24", "fd00::/8", "::1"]),
    "url_path": st.from_regex(r"/?[a-z0-9]{1,5}(/[a-zA-Z0-9._~-]{1,5}x)?", fullmatch=True),
    "db_uri": DATABASE,
    "sqlite_uri": DATABASE,
    "postgres_url": st.tuples(st.just("postgres://u:p%2Fw@"), HOST, st.sampled_from(["/db", ":5432/db?sslmode=disable"])).map("".join),
    "proxy_url": st.tuples(st.sampled_from(["http://", "https://", "socks5://", "socks5://u:p%40@"]), HOST, st.just(":1080")).map("".join),
    "jid_or_wildcard": JIDS,
    "sha256hex": st.from_regex(r"[0-9a-fA-F]{64}", fullmatch=True),
    "repository": st.tuples(WORD.map(lambda word: word.replace("_", "x")), WORD).map("/".join),
    "file_name": WORD.map(lambda word: f"{word} ü.html"),
    "host_name": HOST,
    "token": st.from_regex(r"[!-~]{1,30}", fullmatch=True),
    "event": st.sampled_from(["message", "Message.Ack", "call.offer", "group.joined"]),
}  # fmt: skip


def valid_values(option: Option, version: GowaVersion | None = None) -> st.SearchStrategy[Json]:
    """Give values of an option that pass its check."""
    return _values(option).filter(lambda value: check_option(option, value, version) == {})


def _user(login: Json) -> str:
    return str(login["username"]) if isinstance(login, dict) else ""


def _values(option: Option) -> st.SearchStrategy[Json]:
    if option.kind is OptionKind.BOOL:
        return st.booleans()
    if option.kind is OptionKind.INT:
        return st.integers(option.minimum or 0, option.maximum or 10_000)
    if option.kind is OptionKind.DURATION:
        return st.sampled_from(["90s", "1h30m", "48h", "1.5h", ".5h", "100m0.5s", "2400000ms", "3600000000µs"])
    if option.kind is OptionKind.LOGINS:
        texts = (ANY_TEXT | TRICKY).filter(bool)
        return st.lists(st.fixed_dictionaries({"username": texts, "password": texts}), max_size=3, unique_by=_user)
    if option.choices and not option.allows_other:
        return st.sampled_from(option.choices)
    texts = _FORMATS.get(option.text_format or "", ANY_TEXT | TRICKY)
    return st.lists(texts, max_size=4) if option.kind is OptionKind.LIST else texts


@st.composite
def valid_configs(draw: st.DrawFn, version: GowaVersion | None = None, options: tuple[Option, ...] = OPTIONS) -> JsonObject:
    """Give configs that pass the whole check for a version."""
    chosen = draw(st.lists(st.sampled_from([option for option in options if option.key != "port"]), unique=True, max_size=12))
    flags: JsonObject = {option.key: draw(valid_values(option, version)) for option in chosen}
    webhooks = flags.get("webhooks")
    if isinstance(webhooks, list) and webhooks and draw(st.booleans()):
        flags["disabledWebhooks"] = draw(st.lists(st.sampled_from(webhooks), unique=True))
    config: JsonObject = {"flags": flags}
    if draw(st.booleans()):
        config["env"] = {f"X_{name}": value for name, value in draw(st.dictionaries(WORD, ANY_TEXT | TRICKY, max_size=3)).items()}
    if draw(st.booleans()):
        config["mine"] = draw(st.sampled_from(_STRANGERS))
    # What needs something else that is not set is left out rather than drawn again.
    for place in PARSER.check(config, version):
        flags.pop(place.partition("[")[0], None)
    return config
